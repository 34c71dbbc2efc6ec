/* ppp: RFC 1661 frames, by themselves or in PPPoE (RFC 2516). */
#include "packet/layer.h"

#define PPPOE_HEADER 6
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define ALL_STATIONS 0xff

enum { CODE_PADO = 0x07, CODE_PADI = 0x09, CODE_PADR = 0x19, CODE_PADS = 0x65, CODE_PADT = 0xa7 };

/* Protocols that are assigned and that we do not look into: the peer's lists, one for PPPoE and more for PPP. */
static const uint16_t assigned[] = { 0x0023, 0x0025, 0x0027, 0x0029, 0x002b, 0x002d, 0x0031, 0x0033, 0x0035,
	0x0201, 0x0231, 0x0233, 0x0281, 0x0283, 0x8021, 0x8023, 0x8025, 0x8027, 0x8029, 0x802b, 0x8033,
	0x8035, 0x8057, 0x8281, 0xc021, 0xc023, 0xc025, 0xc223 };
static const uint16_t assigned_ppp[] = { 0x00fd, 0x80fd, 0xc029 };

static bool
has(const uint16_t *list, size_t n, uint16_t proto)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == proto)
			return true;
	return false;
}

struct ppp {
	bool in_ethernet, compressed; /* PPPoE; protocol field of one byte */
	uint16_t proto;
};

static bool
is_assigned(const struct ppp *f)
{
	if (!f->in_ethernet && (f->compressed || has(assigned_ppp, HG_COUNT(assigned_ppp), f->proto)))
		return true;
	return has(assigned, HG_COUNT(assigned), f->proto);
}

static enum hg_layer
carried(struct hg_decoding *c, const struct ppp *f)
{
	size_t left = hg_reader_left(&c->r);

	switch (f->proto) {
	case 0x0021:
		if (left < IPV4_HEADER)
			return hg_layer_fail(c,
				f->compressed && !f->in_ethernet ? HG_EV_PPP_VJU_PKT_TOO_SMALL
								 : HG_EV_PPP_IP4_PKT_TOO_SMALL);
		return HG_LAYER_IPV4;
	case 0x0057:
		return left < IPV6_HEADER ? hg_layer_fail(c, HG_EV_PPP_IP6_PKT_TOO_SMALL) : HG_LAYER_IPV6;
	case 0x002f: /* Van Jacobson, uncompressed: the protocol field of the IP header holds a connection number */
		if (left < IPV4_HEADER)
			return hg_layer_fail(c, HG_EV_PPP_VJU_PKT_TOO_SMALL);
		return c->r.p[0] >> 4 == 4 ? HG_LAYER_IPV4 : HG_LAYER_DONE;
	default:
		hg_layer_bad(c, is_assigned(f) ? HG_EV_PPP_UNSUP_PROTO : HG_EV_PPP_WRONG_TYPE);
		return HG_LAYER_DONE;
	}
}

/* The protocol takes one byte when its first byte is odd (RFC 1661 6.5). */
static enum hg_layer
protocol(struct hg_decoding *c, bool in_ethernet)
{
	size_t left = hg_reader_left(&c->r);
	struct ppp f = { .in_ethernet = in_ethernet };

	if (left < 1 || (left < 2 && (c->r.p[0] & 1) == 0))
		return hg_layer_fail(c, in_ethernet ? HG_EV_PPPOE_PKT_TOO_SMALL : HG_EV_PPP_PKT_TOO_SMALL);
	f.compressed = c->r.p[0] & 1;
	f.proto = f.compressed ? hg_read_u8(&c->r) : hg_read_u16be(&c->r);
	return carried(c, &f);
}

enum hg_layer
hg_layer_ppp(struct hg_decoding *c)
{
	size_t left = hg_reader_left(&c->r);

	if (left > 0 && c->r.p[0] == ALL_STATIONS) { /* address and control may be left out (RFC 1661 6.6) */
		if (left < 2)
			return hg_layer_fail(c, HG_EV_PPP_PKT_TOO_SMALL);
		hg_read_skip(&c->r, 2);
	}
	return protocol(c, false);
}

enum hg_layer
hg_layer_pppoe_session(struct hg_decoding *c)
{
	const uint8_t *h = c->r.p;

	if (hg_reader_left(&c->r) < PPPOE_HEADER + 1)
		return hg_layer_fail(c, HG_EV_PPPOE_PKT_TOO_SMALL);
	hg_read_skip(&c->r, PPPOE_HEADER);
	return hg_be16(h + 4) == 0 ? HG_LAYER_DONE : protocol(c, true);
}

enum hg_layer
hg_layer_pppoe_discovery(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, PPPOE_HEADER);

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_PPPOE_PKT_TOO_SMALL);
	switch (h[1]) {
	case CODE_PADI:
	case CODE_PADO:
	case CODE_PADR:
	case CODE_PADS:
	case CODE_PADT:
		break;
	default:
		return hg_layer_fail(c, HG_EV_PPPOE_WRONG_CODE);
	}
	if (hg_be16(h + 4) > hg_reader_left(&c->r))
		return hg_layer_fail(c, HG_EV_PPPOE_MALFORMED_TAGS);
	return HG_LAYER_DONE;
}
