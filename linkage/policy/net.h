/* net: an address or a prefix in its one spelling, and lists of them.
 *
 * Canonical: IPv4 inside IPv6 (::ffff:a.b.c.d) is IPv4, host bits are zero, there is no zone. Everything that linkd
 * compares, keeps or sends has been through hg_net_parse() or hg_net_of(). Any thread; lists belong to their owner.
 */
#ifndef HG_LINKAGE_NET_H
#define HG_LINKAGE_NET_H

#include "base/addr.h"
#include "base/error.h"

struct hg_net {
	struct hg_addr addr;
	uint8_t family; /* 4 or 6 */
	uint8_t len;    /* bits of the prefix: 32 or 128 for a host */
};

#define HG_NET_TEXT 52

/* "203.0.113.7", "203.0.113.0/24", "2001:db8::/64"; -EINVAL: neither. */
int hg_net_parse(const char *text, struct hg_net *out, struct hg_error *err);

/* The prefix of len bits around an address. */
struct hg_net hg_net_of(const struct hg_addr *addr, uint8_t family, uint8_t len);

/* The shortest spelling; a host without its length. Returns buf, of HG_NET_TEXT. */
const char *hg_net_text(const struct hg_net *n, char *buf);

static inline uint8_t
hg_net_bits(const struct hg_net *n)
{
	return n->family == 4 ? 32 : 128;
}

static inline bool
hg_net_is_host(const struct hg_net *n)
{
	return n->len == hg_net_bits(n);
}

bool hg_net_eq(const struct hg_net *a, const struct hg_net *b);
bool hg_net_covers(const struct hg_net *outer, const struct hg_net *inner); /* also when equal */
bool hg_net_overlaps(const struct hg_net *a, const struct hg_net *b);

/* Family, then address, then the wider one first: a prefix stands before all that it covers. */
int hg_net_compare(const struct hg_net *a, const struct hg_net *b);

/* A list with a word on where each entry comes from. */
struct hg_nets {
	struct hg_nets_row {
		struct hg_net net;
		char from[40];
		bool except; /* !203.0.113.0/24: carves out of the others */
	} * rows;
	size_t n, room;
};

#define HG_NETS_MOST 4096

int hg_nets_add(struct hg_nets *l, const struct hg_net *net, const char *from, bool except);
void hg_nets_clear(struct hg_nets *l); /* keeps its memory */
void hg_nets_close(struct hg_nets *l);

/* The first entry that shares an address with the net, unless an exception covers the net whole; NULL: none. */
const struct hg_nets_row *hg_nets_hit(const struct hg_nets *l, const struct hg_net *net);

#endif
