#include "linkage/driver/nftables/batch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>

void
hg_nft_batch_clear(struct hg_nft_batch *b)
{
	for (unsigned s = 0; s < HG_SETS; s++) {
		b->in[s].n = 0;
		b->out[s].n = 0;
		b->in[s].failed = false;
		b->out[s].failed = false;
	}
}

void
hg_nft_batch_close(struct hg_nft_batch *b)
{
	for (unsigned s = 0; s < HG_SETS; s++) {
		free(b->in[s].rows);
		free(b->out[s].rows);
	}
	hg_prefixes_close(&b->prefixes);
	*b = (struct hg_nft_batch){ 0 };
}

static void
add(struct hg_nft_list *l, const struct hg_net *net, uint64_t id, uint64_t timeout)
{
	struct hg_nft_element *e;

	if (l->n == l->room) {
		const unsigned room = l->room == 0 ? 64 : 2 * l->room;
		struct hg_nft_element *rows = realloc(l->rows, room * sizeof(*rows));

		if (rows == NULL) {
			l->failed = true;
			return;
		}
		l->rows = rows;
		l->room = room;
	}
	e = &l->rows[l->n++];
	*e = (struct hg_nft_element){ .net = *net, .timeout = timeout };
	if (id != 0)
		hg_lease_id_text(id, e->comment);
}

/* Takes back what was to go in; false: it was not. */
static bool
cancel(struct hg_nft_list *l, const struct hg_net *net)
{
	for (unsigned i = 0; i < l->n; i++) {
		if (hg_net_eq(&l->rows[i].net, net)) {
			l->rows[i] = l->rows[--l->n];
			return true;
		}
	}
	return false;
}

static void
change_prefix(void *ctx, const struct hg_prefix *p, bool in)
{
	struct hg_nft_batch *b = ctx;
	const enum hg_nft_set set = hg_nft_set_of(&p->net);
	uint64_t timeout = 0;

	/* All that goes does so before anything comes: what came with this batch must not overlap what comes later. */
	if (!in && cancel(&b->in[set], &p->net))
		return;
	if (in && p->until != 0)
		timeout = p->until <= b->now + HG_SEC ? 1 : (p->until - b->now) / HG_SEC;
	add(in ? &b->in[set] : &b->out[set], &p->net, in ? p->id : 0, timeout);
}

int
hg_nft_batch_take(struct hg_nft_batch *b, const struct hg_order *o)
{
	const struct hg_net *net = &o->ban->net;
	const enum hg_nft_set set = hg_nft_set_of(net);
	const uint64_t timeout = hg_driver_timeout(o);
	const struct hg_prefix p = {
		.net = *net, .id = o->id, .until = timeout == 0 ? 0 : b->now + timeout * HG_SEC
	};

	if (!hg_nft_sets[set].interval) {
		add(o->wanted ? &b->in[set] : &b->out[set], net, o->wanted ? o->id : 0, timeout);
		return 0;
	}
	if (o->wanted)
		return hg_prefixes_put(&b->prefixes, &p, change_prefix, b);
	hg_prefixes_remove(&b->prefixes, net, change_prefix, b);
	return 0;
}

void
hg_nft_batch_show_prefixes(struct hg_nft_batch *b)
{
	b->in[HG_SET_NET4].n = 0;
	b->in[HG_SET_NET6].n = 0;
	b->out[HG_SET_NET4].n = 0;
	b->out[HG_SET_NET6].n = 0;
	for (size_t i = 0; i < b->prefixes.n; i++)
		if (b->prefixes.rows[i].shown)
			change_prefix(b, &b->prefixes.rows[i], true);
}

static void
put(struct hg_nft_session *s, unsigned type, enum hg_nft_set set, const struct hg_nft_list *l)
{
	hg_nft_elements(&s->buf, type, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0, set, l->rows, l->n);
}

/* An element may be gone already, by its time-out or by another's hand. */
static void
put_away(struct hg_nft_session *s, enum hg_nft_set set, const struct hg_nft_list *l)
{
	if (s->destroys) {
		put(s, HG_NFT_MSG_DESTROYSETELEM, set, l);
		return;
	}
	put(s, NFT_MSG_NEWSETELEM, set, l);
	put(s, NFT_MSG_DELSETELEM, set, l);
}

bool
hg_nft_batch_put(const struct hg_nft_batch *b, struct hg_nft_session *s, bool fresh)
{
	bool failed = false;

	for (unsigned i = 0; i < HG_SETS; i++) {
		const enum hg_nft_set set = (enum hg_nft_set)i;

		failed |= b->in[i].failed || b->out[i].failed;
		if (!fresh)
			put_away(s, set, &b->out[i]);
		/* Where adding leaves the time-out of what is there alone, it has to go first. Prefixes always do: what
		 * goes in is in the other list too, when it is there. */
		if (!fresh && !s->refreshes && !hg_nft_sets[set].interval) {
			put(s, NFT_MSG_NEWSETELEM, set, &b->in[i]);
			put(s, NFT_MSG_DELSETELEM, set, &b->in[i]);
		}
		put(s, NFT_MSG_NEWSETELEM, set, &b->in[i]);
	}
	return !failed;
}
