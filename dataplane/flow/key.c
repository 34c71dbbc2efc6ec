/* Which flow a packet belongs to: the canonical key of both directions. */
#include "flow/flow_int.h"

#define NO_COUNTERPART 255

/* Types that ask and answer; ICMP's share of what ports are elsewhere (RFC 792, 950, 1256; 4443, 4861). */
static const struct {
	uint8_t proto, ask, answer;
} icmp_pairs[] = {
	{ HG_IP_ICMP, 8, 0 },
	{ HG_IP_ICMP, 13, 14 },
	{ HG_IP_ICMP, 15, 16 },
	{ HG_IP_ICMP, 17, 18 },
	{ HG_IP_ICMP, 10, 9 },
	{ HG_IP_ICMPV6, 128, 129 },
	{ HG_IP_ICMPV6, 130, 131 },
	{ HG_IP_ICMPV6, 133, 134 },
	{ HG_IP_ICMPV6, 135, 136 },
	{ HG_IP_ICMPV6, 139, 140 },
	{ HG_IP_ICMPV6, 144, 145 },
};

static uint8_t
icmp_counterpart(uint8_t proto, uint8_t type)
{
	for (size_t i = 0; i < HG_COUNT(icmp_pairs); i++) {
		if (icmp_pairs[i].proto != proto)
			continue;
		if (icmp_pairs[i].ask == type)
			return icmp_pairs[i].answer;
		if (icmp_pairs[i].answer == type)
			return icmp_pairs[i].ask;
	}
	return NO_COUNTERPART;
}

/* Unreachable, source quench, redirect, time exceeded, parameter problem: they never make a flow. */
static bool
icmp_is_error(uint8_t type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* Lays the two ends in canonical order; says which one `a` became. */
static uint8_t
lay_ends(struct hg_flow_key *k, const struct hg_addr *a, uint16_t aport, const struct hg_addr *b,
	uint16_t bport)
{
	int order = memcmp(a->b, b->b, sizeof(a->b));
	uint8_t side = order > 0 || (order == 0 && aport > bport);

	k->addr[side] = *a;
	k->addr[!side] = *b;
	k->port[side] = aport;
	k->port[!side] = bport;
	return side;
}

static bool
icmp_key(const struct hg_packet *p, struct flow_key_of *out)
{
	const struct hg_icmp_fields *i = &p->icmp;

	if (p->proto == HG_IP_ICMP && icmp_is_error(i->type)) {
		/* the peer ties only unreachable messages to a flow, and only with a whole embedded header */
		if (i->type != 3 || (i->inner_proto != HG_IP_TCP && i->inner_proto != HG_IP_UDP))
			return false;
		out->may_make = false;
		out->embedded = true;
		out->key.proto = i->inner_proto;
		out->side = lay_ends(&out->key, &i->inner_src, i->inner_sport, &i->inner_dst, i->inner_dport);
		return true;
	}
	out->side = lay_ends(&out->key, &p->src, i->type, &p->dst, icmp_counterpart(p->proto, i->type));
	return true;
}

static bool
esp_key(const struct hg_packet *p, struct flow_key_of *out)
{
	if (p->data == NULL || p->len < 4 || p->l4 > p->len - 4)
		return false;
	out->side = lay_ends(&out->key, &p->src, 0, &p->dst, 0);
	out->key.port[0] = (uint16_t)(p->data[p->l4] << 8 | p->data[p->l4 + 1]);
	out->key.port[1] = (uint16_t)(p->data[p->l4 + 2] << 8 | p->data[p->l4 + 3]);
	return true;
}

static void
tunnel_key(const struct hg_packet *p, struct hg_flow_key *k)
{
	k->depth = p->depth;
	/* network ids are the same both ways; GRE keys need not be */
	if (p->origin == HG_ORIGIN_VXLAN || p->origin == HG_ORIGIN_GENEVE)
		k->tunnel_id = p->tunnel_id;
}

bool
hg_flow_key_of(const struct hg_flow_config *c, const struct hg_packet *p, struct flow_key_of *out)
{
	if (p->flags & (HG_PKT_FRAGMENT | HG_PKT_INVALID) || p->family == 0 || p->l4 == 0)
		return false;
	memset(out, 0, sizeof(*out));
	out->may_make = true;
	out->key.proto = p->proto;
	out->key.family = p->family;
	if (c->vlan_tracking)
		memcpy(out->key.vlan, p->vlan, sizeof(out->key.vlan));
	if (c->tunnel_tracking)
		tunnel_key(p, &out->key);
	switch (p->proto) {
	case HG_IP_TCP:
	case HG_IP_UDP:
	case HG_IP_SCTP:
		out->side = lay_ends(&out->key, &p->src, p->sport, &p->dst, p->dport);
		return true;
	case HG_IP_ICMP:
	case HG_IP_ICMPV6:
		return icmp_key(p, out);
	case HG_IP_ESP:
		return esp_key(p, out);
	default:
		return false;
	}
}

uint64_t
hg_flow_key_hash(const struct hg_flow_config *c, const struct hg_flow_key *key)
{
	uint64_t h = hg_hash(&c->hash_key, key, sizeof(*key));

	return h + (h == 0); /* 0 says "not computed" */
}

/* A keyed mixture, cheaper than a hash: an unlucky choice of addresses makes one table busy, no chain long. */
unsigned
hg_flow_key_part(const struct hg_flow_config *c, const struct hg_flow_key *key)
{
	const struct hg_addr *a = &key->addr[0], *b = &key->addr[1];
	const uint64_t x = a->d[0] ^ a->d[1] * UINT64_C(0x9e3779b97f4a7c15) ^ c->hash_key.k0;
	const uint64_t y = b->d[0] ^ b->d[1] * UINT64_C(0xc2b2ae3d27d4eb4f) ^ c->hash_key.k1;
	const unsigned __int128 product = (unsigned __int128)x * y;

	return (unsigned)(((uint64_t)(product >> 64) ^ (uint64_t)product) >> 32) % c->parts;
}

unsigned
hg_flow_part(const struct hg_flow_config *c, const struct hg_packet *p)
{
	struct flow_key_of of;

	if (!hg_flow_key_of(c, p, &of))
		lay_ends(&of.key, &p->src, 0, &p->dst, 0);
	return hg_flow_key_part(c, &of.key);
}
