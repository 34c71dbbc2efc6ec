#include "linkage/decision/ban.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

int
hg_bans_open(struct hg_bans *b, uint32_t cap, struct hg_error *err)
{
	uint32_t heads = 64;
	int status;

	*b = (struct hg_bans){ 0 };
	while (heads < cap)
		heads *= 2;
	status = hg_pool_init(&b->pool, sizeof(struct hg_ban), 8, cap, false, err);
	if (status < 0)
		return status;
	b->heads = calloc(heads, sizeof(*b->heads));
	if (b->heads == NULL || getrandom(&b->key, sizeof(b->key), 0) != sizeof(b->key)) {
		hg_bans_close(b);
		return hg_error_set(err, -ENOMEM, "no memory for %u bans", cap);
	}
	b->mask = heads - 1;
	return 0;
}

void
hg_bans_close(struct hg_bans *b)
{
	free(b->heads);
	b->heads = NULL;
	hg_pool_fini(&b->pool);
}

static uint32_t *
head_of(const struct hg_bans *b, const struct hg_net *net)
{
	struct hg_net key;

	/* Padding would make equal keys differ. */
	memset(&key, 0, sizeof(key));
	key.addr = net->addr;
	key.family = net->family;
	key.len = net->len;
	return &b->heads[hg_hash(&b->key, &key, sizeof(key)) & b->mask];
}

static struct hg_ban *
ban_at(const struct hg_bans *b, uint32_t place)
{
	return place == 0 ? NULL : hg_pool_at(&b->pool, place - 1);
}

struct hg_ban *
hg_bans_find(const struct hg_bans *b, const struct hg_net *net)
{
	struct hg_ban *ban = ban_at(b, *head_of(b, net));

	while (ban != NULL && !hg_net_eq(&ban->net, net))
		ban = ban_at(b, ban->next);
	return ban;
}

struct hg_ban *
hg_bans_make(struct hg_bans *b, const struct hg_net *net)
{
	struct hg_ban *ban = hg_bans_find(b, net);
	uint32_t *head = head_of(b, net);

	if (ban != NULL)
		return ban;
	ban = hg_pool_take(&b->pool);
	if (ban == NULL)
		return NULL;
	ban->net = *net;
	ban->next = *head;
	*head = hg_pool_index(&b->pool, ban) + 1;
	return ban;
}

void
hg_bans_drop(struct hg_bans *b, struct hg_ban *ban)
{
	const uint32_t place = hg_pool_index(&b->pool, ban) + 1;
	uint32_t *link = head_of(b, &ban->net);

	while (*link != place)
		link = &ban_at(b, *link)->next;
	*link = ban->next;
	hg_wheel_remove(&ban->timer);
	hg_pool_give(&b->pool, ban);
}

struct hg_ban *
hg_bans_walk(const struct hg_bans *b, struct hg_bans_at *at)
{
	struct hg_ban *ban;

	while (at->next == 0 && at->head <= b->mask)
		at->next = b->heads[at->head++];
	ban = ban_at(b, at->next);
	at->next = ban == NULL ? 0 : ban->next;
	return ban;
}

hg_time
hg_ban_ends(const struct hg_ban *ban)
{
	const struct hg_lease *l = hg_ban_lease(ban);

	return l == NULL ? 0 : l->ends;
}

bool
hg_ban_wanted(const struct hg_ban *ban, unsigned target)
{
	for (unsigned o = 0; o < HG_ORIGINS; o++)
		if (ban->leases[o].ends != 0 && (ban->leases[o].targets & 1u << target) != 0)
			return true;
	return false;
}

const struct hg_lease *
hg_ban_lease(const struct hg_ban *ban)
{
	const struct hg_lease *best = NULL;

	for (unsigned o = 0; o < HG_ORIGINS; o++)
		if (ban->leases[o].ends != 0 && (best == NULL || ban->leases[o].ends > best->ends))
			best = &ban->leases[o];
	return best;
}

const char *
hg_lease_id_text(uint64_t id, char *buf)
{
	snprintf(buf, HG_ID_TEXT, "hl%014llx", (unsigned long long)(id & 0xffffffffffffff));
	return buf;
}
