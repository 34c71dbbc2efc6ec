/* ipv6: RFC 8200 header. */
#include "packet/layer.h"

#define IPV6_HEADER 40

static enum hg_layer
carried(struct hg_decoding *c, uint8_t version)
{
	bool v4 = version == 4;
	size_t least = v4 ? 20 : IPV6_HEADER;

	c->stats->ipv4_in_ipv6 += v4;
	c->stats->ipv6_in_ipv6 += !v4;
	if (hg_reader_left(&c->r) < least) {
		hg_layer_bad(c, v4 ? HG_EV_IPV6_IPV4_IN_IPV6_TOO_SMALL : HG_EV_IPV6_IPV6_IN_IPV6_TOO_SMALL);
		return HG_LAYER_DONE;
	}
	if (c->r.p[0] >> 4 != version) {
		hg_layer_bad(c,
			v4 ? HG_EV_IPV6_IPV4_IN_IPV6_WRONG_VERSION : HG_EV_IPV6_IPV6_IN_IPV6_WRONG_VERSION);
		return HG_LAYER_DONE;
	}
	return hg_layer_follow(c,
		(struct hg_follow){ .bytes = hg_read_rest(&c->r),
			.layer = v4 ? HG_LAYER_IPV4 : HG_LAYER_IPV6,
			.origin = HG_ORIGIN_IPV6_TUNNEL });
}

enum hg_layer
hg_ipv6_upper(struct hg_decoding *c, uint8_t next)
{
	c->pkt->proto = next;
	switch (next) {
	case HG_IP_TCP:
		return HG_LAYER_TCP;
	case HG_IP_UDP:
		return HG_LAYER_UDP;
	case HG_IP_ICMPV6:
		return HG_LAYER_ICMPV6;
	case HG_IP_SCTP:
		return HG_LAYER_SCTP;
	case HG_IP_ESP:
		return HG_LAYER_ESP;
	case HG_IP_GRE:
		return HG_LAYER_GRE;
	case HG_IP_IPIP:
		return carried(c, 4);
	case HG_IP_IPV6:
		return carried(c, 6);
	case HG_IP_ICMP:
		hg_layer_note(c, HG_EV_IPV6_ICMPV4);
		return HG_LAYER_DONE;
	default:
		hg_layer_note(c, HG_EV_IPV6_UNKNOWN_NEXT_HEADER);
		return HG_LAYER_DONE;
	}
}

static bool
is_extension(uint8_t next)
{
	switch (next) {
	case 0:
	case 43:
	case 44:
	case 60:
	case HG_IP_AH:
	case HG_IP_ESP:
	case HG_IP_NONE:
	case 135: /* mobility, HIP, shim6: skipped */
	case 139:
	case 140:
		return true;
	default:
		return false;
	}
}

enum hg_layer
hg_layer_ipv6(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	const uint8_t *h = c->r.p;
	size_t left = hg_reader_left(&c->r);

	if (left <
		IPV6_HEADER) { /* unusable, though the peer raises no event: ipv6.pkt_too_small is never seen */
		c->malformed = true;
		return HG_LAYER_FAILED;
	}
	if (h[0] >> 4 != 6)
		return hg_layer_fail(c, HG_EV_IPV6_WRONG_IP_VERSION);
	if (left < (size_t)IPV6_HEADER + hg_be16(h + 4))
		return hg_layer_fail(c, HG_EV_IPV6_TRUNC_PKT);
	p->family = 6;
	p->l3 = hg_layer_at(c);
	p->l3_len = IPV6_HEADER;
	p->tos = (uint8_t)(h[0] << 4 | h[1] >> 4);
	p->ttl = h[7];
	memcpy(p->src.b, h + 8, 16);
	memcpy(p->dst.b, h + 24, 16);
	c->r.p = h + IPV6_HEADER;
	if (hg_be16(h + 4) != 0 || left <= IPV6_HEADER + UINT16_MAX) /* else a jumbogram (RFC 2675) */
		c->r.end = c->r.p + hg_be16(h + 4);
	return is_extension(h[6]) ? hg_ipv6_extensions(c, h[6]) : hg_ipv6_upper(c, h[6]);
}
