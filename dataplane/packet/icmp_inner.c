#include "packet/icmp_inner.h"

#define IPV4_HEADER 20
#define IPV6_HEADER 40

/* The peer ties an error to a flow only when the quoted header is whole: 20 bytes of TCP, 8 of UDP and ICMP. */
static void
inner_upper(struct hg_icmp_fields *i, uint8_t proto, struct hg_span upper)
{
	size_t least;

	switch (proto) {
	case HG_IP_TCP:
		least = 20;
		break;
	case HG_IP_UDP:
	case HG_IP_ICMP:
	case HG_IP_ICMPV6:
		least = 8;
		break;
	case HG_IP_SCTP:
		least = 12;
		break;
	default:
		return;
	}
	if (upper.len < least)
		return;
	i->inner_proto = proto;
	if (proto != HG_IP_ICMP && proto != HG_IP_ICMPV6) {
		i->inner_sport = hg_be16(upper.p);
		i->inner_dport = hg_be16(upper.p + 2);
	}
}

void
hg_icmp_inner_v4(struct hg_decoding *c, struct hg_span quoted)
{
	struct hg_icmp_fields *i = &c->pkt->icmp;
	const uint8_t *h = quoted.p;

	if (quoted.len < IPV4_HEADER) {
		hg_layer_bad(c, HG_EV_ICMPV4_IPV4_TRUNC_PKT);
		return;
	}
	if (h[0] >> 4 != 4) {
		hg_layer_bad(c, HG_EV_ICMPV4_IPV4_UNKNOWN_VER);
		return;
	}
	memcpy(i->inner_src.b, h + 12, 4);
	memcpy(i->inner_dst.b, h + 16, 4);
	/* Only a first fragment quotes an upper header. */
	if ((hg_be16(h + 6) & 0x1fff) == 0 && (h[0] & 15) >= 5)
		inner_upper(i, h[9], hg_span_from(quoted, (size_t)(h[0] & 15) * 4));
}

void
hg_icmp_inner_v6(struct hg_decoding *c, struct hg_span quoted)
{
	struct hg_icmp_fields *i = &c->pkt->icmp;
	const uint8_t *h = quoted.p;

	if (quoted.len < IPV6_HEADER) {
		hg_layer_bad(c, HG_EV_ICMPV6_IPV6_TRUNC_PKT);
		return;
	}
	if (h[0] >> 4 != 6) {
		hg_layer_bad(c, HG_EV_ICMPV6_IPV6_UNKNOWN_VERSION);
		return;
	}
	memcpy(i->inner_src.b, h + 8, 16);
	memcpy(i->inner_dst.b, h + 24, 16);
	inner_upper(i, h[6], hg_span_from(quoted, IPV6_HEADER));
}
