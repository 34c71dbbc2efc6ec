/* ipv4: RFC 791 header, and what stands behind it. */
#include "packet/layer.h"

#include "packet/checksum.h"
#include "packet/defrag.h"

#define IPV4_HEADER 20

/* The header's own lengths against each other and against the bytes that are there. */
static bool
header_ok(struct hg_decoding *c, const uint8_t *h, size_t left)
{
	uint16_t hlen, total;

	if (left < IPV4_HEADER)
		return hg_layer_bad(c, HG_EV_IPV4_PKT_TOO_SMALL), false;
	if (h[0] >> 4 != 4)
		return hg_layer_bad(c, HG_EV_IPV4_WRONG_IP_VERSION), false;
	hlen = (uint16_t)((h[0] & 15) * 4);
	total = hg_be16(h + 2);
	if (hlen < IPV4_HEADER)
		return hg_layer_bad(c, HG_EV_IPV4_HLEN_TOO_SMALL), false;
	if (total == 0 && left > UINT16_MAX)
		return true;
	if (total < hlen)
		return hg_layer_bad(c, HG_EV_IPV4_IPLEN_SMALLER_THAN_HLEN), false;
	if (left < total)
		return hg_layer_bad(c, HG_EV_IPV4_TRUNC_PKT), false;
	return true;
}

static enum hg_layer
carried(struct hg_decoding *c, enum hg_layer inner)
{
	return hg_layer_follow(c,
		(struct hg_follow){
			.bytes = hg_read_rest(&c->r), .layer = inner, .origin = HG_ORIGIN_IPV4_TUNNEL });
}

static enum hg_layer
upper(struct hg_decoding *c, uint8_t proto)
{
	switch (proto) {
	case HG_IP_TCP:
		return HG_LAYER_TCP;
	case HG_IP_UDP:
		return HG_LAYER_UDP;
	case HG_IP_ICMP:
		return HG_LAYER_ICMP;
	case HG_IP_GRE:
		return HG_LAYER_GRE;
	case HG_IP_SCTP:
		return HG_LAYER_SCTP;
	case HG_IP_ESP:
		return HG_LAYER_ESP;
	case HG_IP_IPV6:
		return carried(c, HG_LAYER_IPV6);
	case HG_IP_IPIP:
		return hg_decode_config_of(c->d)->ipip ? carried(c, HG_LAYER_IPV4) : HG_LAYER_DONE;
	case HG_IP_ICMPV6:
		hg_layer_bad(c, HG_EV_IPV4_ICMPV6);
		return HG_LAYER_DONE;
	default:
		return HG_LAYER_DONE;
	}
}

static void
fill(struct hg_packet *p, const uint8_t *h, uint32_t at)
{
	uint16_t frag = hg_be16(h + 6);

	p->family = 4;
	p->l3 = at;
	p->l3_len = (uint16_t)((h[0] & 15) * 4);
	p->tos = h[1];
	p->ip_id = hg_be16(h + 4);
	p->has_ip_id = true;
	p->frag_bits = (uint8_t)((frag & 0x8000 ? 1 : 0) | (frag & 0x4000 ? 2 : 0) | (frag & 0x2000 ? 4 : 0));
	p->frag_offset = frag & 0x1fff;
	p->ttl = h[8];
	p->proto = h[9];
	memcpy(p->src.b, h + 12, 4);
	memcpy(p->dst.b, h + 16, 4);
}

enum hg_layer
hg_layer_ipv4(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	const uint8_t *h = c->r.p;

	if (HG_UNLIKELY(!header_ok(c, h, hg_reader_left(&c->r))))
		return HG_LAYER_FAILED;
	if (HG_UNLIKELY((h[0] & 15) > 5) &&
		!hg_ipv4_options(c, hg_span(h + IPV4_HEADER, (h[0] & 15) * 4u - IPV4_HEADER)))
		return HG_LAYER_FAILED;
	fill(p, h, hg_layer_at(c));
	if (hg_be16(h + 2) != 0) /* 0: a segmentation offload's packet, too long for the field */
		c->r.end = h + hg_be16(h + 2);
	c->r.p = h + p->l3_len;
	if (hg_decode_config_of(c->d)->check_checksums && !hg_checksum_l3_ok(p))
		p->flags |= HG_PKT_BAD_CHECKSUM;
	if (HG_UNLIKELY((p->frag_bits & 4) != 0 || p->frag_offset != 0))
		return hg_defrag_ipv4(c, hg_span(h, (size_t)(c->r.end - h)));
	return upper(c, p->proto);
}
