/* gre: versions 0 (RFC 2784, 2890, with the source routes of RFC 1701) and 1 (PPTP, RFC 2637), and ERSPAN. */
#include "packet/layer.h"

#define GRE_HEADER 4

enum {
	FLAG_CHECKSUM = 0x80,
	FLAG_ROUTE = 0x40,
	FLAG_KEY = 0x20,
	FLAG_SEQUENCE = 0x10,
	FLAG_STRICT = 0x08,
	MASK_RECUR = 0x07
};
enum { FLAG1_ACK = 0x80 };
enum { TYPE_PPP = 0x880b, TYPE_ERSPAN = 0x88be, TYPE_BRIDGE = 0x6558 };
enum {
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_MULTICAST = 0x8848
};

/* Source routes: family, offset, length, then that many bytes; a row of zeros ends them. */
static bool
skip_routes(struct hg_reader *r)
{
	const uint8_t *h;

	do {
		h = hg_reader_take(r, 4);
		if (h == NULL)
			return false;
		hg_read_skip(r, h[3]);
	} while (!hg_reader_failed(r) && (hg_be16(h) != 0 || h[3] != 0));
	return !hg_reader_failed(r);
}

static enum hg_layer
no_tunnel(struct hg_decoding *c, enum hg_event e)
{
	return hg_layer_no_upper(c, e);
}

static enum hg_layer
version0(struct hg_decoding *c, const uint8_t *h, uint32_t *key)
{
	struct hg_reader *r = &c->r;

	if (h[0] & MASK_RECUR)
		return no_tunnel(c, HG_EV_GRE_VERSION0_RECUR);
	if (h[1] & 0x78)
		return no_tunnel(c, HG_EV_GRE_VERSION0_FLAGS);
	if (h[0] & (FLAG_CHECKSUM | FLAG_ROUTE))
		hg_read_skip(r, 4);
	if (h[0] & FLAG_KEY)
		*key = hg_read_u32be(r);
	if (h[0] & FLAG_SEQUENCE)
		hg_read_skip(r, 4);
	if (hg_reader_failed(r))
		return no_tunnel(c, HG_EV_GRE_VERSION0_HDR_TOO_BIG);
	if ((h[0] & FLAG_ROUTE) != 0 && !skip_routes(r))
		return no_tunnel(c, HG_EV_GRE_VERSION0_MALFORMED_SRE_HDR);
	switch (hg_be16(h + 2)) {
	case TYPE_BRIDGE:
		return HG_LAYER_ETHER;
	case TYPE_PPP:
		return HG_LAYER_PPP;
	case TYPE_ERSPAN: /* type I has no sequence number and no header of its own */
		return h[0] & FLAG_SEQUENCE ? HG_LAYER_ERSPAN : HG_LAYER_ETHER;
	case TYPE_IPV4:
	case TYPE_IPV6:
	case TYPE_VLAN:
	case TYPE_MPLS:
	case TYPE_MPLS_MULTICAST:
		return hg_layer_of_ethertype(hg_be16(h + 2));
	default:
		return HG_LAYER_DONE;
	}
}

static enum hg_layer
version1(struct hg_decoding *c, const uint8_t *h, uint32_t *key)
{
	if (h[0] & FLAG_CHECKSUM)
		return no_tunnel(c, HG_EV_GRE_VERSION1_CHKSUM);
	if (h[0] & FLAG_ROUTE)
		return no_tunnel(c, HG_EV_GRE_VERSION1_ROUTE);
	if (h[0] & FLAG_STRICT)
		return no_tunnel(c, HG_EV_GRE_VERSION1_SSR);
	if (h[0] & MASK_RECUR)
		return no_tunnel(c, HG_EV_GRE_VERSION1_RECUR);
	if (h[1] & 0x78)
		return no_tunnel(c, HG_EV_GRE_VERSION1_FLAGS);
	if (hg_be16(h + 2) != TYPE_PPP)
		return no_tunnel(c, HG_EV_GRE_VERSION1_WRONG_PROTOCOL);
	if ((h[0] & FLAG_KEY) == 0)
		return no_tunnel(c, HG_EV_GRE_VERSION1_NO_KEY);
	*key = hg_read_u32be(&c->r) & 0xffff; /* the call; the other half is a length */
	if (h[0] & FLAG_SEQUENCE)
		hg_read_skip(&c->r, 4);
	if (h[1] & FLAG1_ACK)
		hg_read_skip(&c->r, 4);
	if (hg_reader_failed(&c->r))
		return no_tunnel(c, HG_EV_GRE_VERSION1_HDR_TOO_BIG);
	return HG_LAYER_PPP;
}

enum hg_layer
hg_layer_gre(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, GRE_HEADER);
	uint32_t key = 0;
	enum hg_layer inner;

	if (h == NULL)
		return no_tunnel(c, HG_EV_GRE_PKT_TOO_SMALL);
	if ((h[1] & 7) > 1)
		return no_tunnel(c, HG_EV_GRE_WRONG_VERSION);
	inner = (h[1] & 7) == 0 ? version0(c, h, &key) : version1(c, h, &key);
	if (inner == HG_LAYER_DONE)
		return inner;
	return hg_layer_follow(c,
		(struct hg_follow){ .bytes = hg_read_rest(&c->r),
			.layer = inner,
			.origin = HG_ORIGIN_GRE,
			.tunnel_id = key });
}

/* Type II; type III (another GRE type) is not decoded. The mirrored port's VLAN counts as one more. */
enum hg_layer
hg_layer_erspan(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	const uint8_t *h = hg_reader_take(&c->r, 8);
	uint16_t vlan;

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_ERSPAN_HEADER_TOO_SMALL);
	if (h[0] >> 4 != 1)
		return hg_layer_fail(c, HG_EV_ERSPAN_UNSUPPORTED_VERSION);
	vlan = hg_be16(h) & 0x0fff;
	if (vlan != 0) {
		if (p->vlans == HG_VLANS)
			return hg_layer_fail(c, HG_EV_ERSPAN_TOO_MANY_VLAN_LAYERS);
		p->vlan[p->vlans++] = vlan;
	}
	return HG_LAYER_ETHER;
}
