#include "linkage/policy/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

#define MAPPED_BITS 96

static void
mask(struct hg_addr *a, unsigned len)
{
	for (unsigned i = 0; i < 16; i++) {
		const unsigned left = len > 8 * i ? len - 8 * i : 0;

		if (left < 8)
			a->b[i] &= (uint8_t)(0xff00u >> left);
	}
}

struct hg_net
hg_net_of(const struct hg_addr *addr, uint8_t family, uint8_t len)
{
	struct hg_net n = { .addr = *addr, .family = family, .len = len };

	if (family == 6 && len >= MAPPED_BITS && memcmp(addr->b, mapped, sizeof(mapped)) == 0) {
		n = (struct hg_net){ .family = 4, .len = (uint8_t)(len - MAPPED_BITS) };
		memcpy(n.addr.b, addr->b + sizeof(mapped), 4);
	}
	mask(&n.addr, n.len);
	return n;
}

static int
refuse(const char *text, struct hg_error *err)
{
	return hg_error_set(err, -EINVAL, "'%.64s' is neither an address nor a prefix", text);
}

int
hg_net_parse(const char *text, struct hg_net *out, struct hg_error *err)
{
	const char *slash = strchr(text, '/');
	struct hg_span address = hg_span_str(text);
	struct hg_addr addr;
	uint8_t family;
	unsigned len;
	char *end;

	if (slash != NULL)
		address.len = (size_t)(slash - text);
	if (!hg_addr_parse(address, &addr, &family))
		return refuse(text, err);
	len = family == 4 ? 32 : 128;
	if (slash != NULL) {
		const unsigned long given = strtoul(slash + 1, &end, 10);

		if (slash[1] < '0' || slash[1] > '9' || *end != '\0' || given > len)
			return refuse(text, err);
		len = (unsigned)given;
	}
	*out = hg_net_of(&addr, family, (uint8_t)len);
	return 0;
}

const char *
hg_net_text(const struct hg_net *n, char *buf)
{
	inet_ntop(n->family == 4 ? AF_INET : AF_INET6, n->addr.b, buf, HG_NET_TEXT);
	if (!hg_net_is_host(n)) {
		const size_t used = strlen(buf);

		snprintf(buf + used, HG_NET_TEXT - used, "/%u", n->len);
	}
	return buf;
}

bool
hg_net_eq(const struct hg_net *a, const struct hg_net *b)
{
	return a->family == b->family && a->len == b->len && hg_addr_eq(&a->addr, &b->addr);
}

bool
hg_net_covers(const struct hg_net *outer, const struct hg_net *inner)
{
	struct hg_addr a = inner->addr;

	if (outer->family != inner->family || outer->len > inner->len)
		return false;
	mask(&a, outer->len);
	return hg_addr_eq(&a, &outer->addr);
}

bool
hg_net_overlaps(const struct hg_net *a, const struct hg_net *b)
{
	return hg_net_covers(a, b) || hg_net_covers(b, a);
}

int
hg_net_compare(const struct hg_net *a, const struct hg_net *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->addr.b, b->addr.b, sizeof(a->addr.b));
	return order != 0 ? order : (int)a->len - (int)b->len;
}

int
hg_nets_add(struct hg_nets *l, const struct hg_net *net, const char *from, bool except)
{
	if (l->n == HG_NETS_MOST)
		return -ENOSPC;
	if (l->n == l->room) {
		const size_t room = l->room == 0 ? 16 : 2 * l->room;
		struct hg_nets_row *rows = realloc(l->rows, room * sizeof(*rows));

		if (rows == NULL)
			return -ENOMEM;
		l->rows = rows;
		l->room = room;
	}
	l->rows[l->n] = (struct hg_nets_row){ .net = *net, .except = except };
	snprintf(l->rows[l->n].from, sizeof(l->rows[l->n].from), "%s", from);
	l->n++;
	return 0;
}

void
hg_nets_clear(struct hg_nets *l)
{
	l->n = 0;
}

void
hg_nets_close(struct hg_nets *l)
{
	free(l->rows);
	*l = (struct hg_nets){ 0 };
}

const struct hg_nets_row *
hg_nets_hit(const struct hg_nets *l, const struct hg_net *net)
{
	const struct hg_nets_row *hit = NULL;

	for (size_t i = 0; i < l->n; i++) {
		if (l->rows[i].except && hg_net_covers(&l->rows[i].net, net))
			return NULL;
		if (hit == NULL && !l->rows[i].except && hg_net_overlaps(&l->rows[i].net, net))
			hit = &l->rows[i];
	}
	return hit;
}
