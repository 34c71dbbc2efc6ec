/* link: link types of captures that are not Ethernet. */
#include "packet/layer.h"

#define SLL_HEADER 16
#define SLL2_HEADER 20
#define CHDLC_HEADER 4
#define IPV4_HEADER 20

enum hg_layer
hg_layer_raw(struct hg_decoding *c)
{
	if (hg_reader_left(&c->r) < IPV4_HEADER)
		return hg_layer_fail(c, HG_EV_IPV4_PKT_TOO_SMALL);
	switch (c->r.p[0] >> 4) {
	case 4:
		return HG_LAYER_IPV4;
	case 6:
		return HG_LAYER_IPV6;
	default:
		return hg_layer_fail(c, HG_EV_IPRAW_INVALID_IP_VERSION);
	}
}

/* Address families differ between the systems that wrote the capture. */
static enum hg_layer
family(struct hg_decoding *c, uint32_t value)
{
	switch (value) {
	case 2:
		return HG_LAYER_IPV4;
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 26: /* Solaris */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		return HG_LAYER_IPV6;
	default:
		return hg_layer_fail(c, HG_EV_LTNULL_UNSUPPORTED_TYPE);
	}
}

enum hg_layer
hg_layer_null(struct hg_decoding *c)
{
	if (hg_reader_left(&c->r) < 4)
		return hg_layer_fail(c, HG_EV_LTNULL_PKT_TOO_SMALL);
	return family(c, hg_read_u32le(&c->r));
}

enum hg_layer
hg_layer_loop(struct hg_decoding *c)
{
	if (hg_reader_left(&c->r) < 4)
		return hg_layer_fail(c, HG_EV_LTNULL_PKT_TOO_SMALL);
	return family(c, hg_read_u32be(&c->r));
}

enum hg_layer
hg_layer_sll(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, SLL_HEADER);

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_SLL_PKT_TOO_SMALL);
	return hg_layer_behind_type(c, hg_be16(h + 14));
}

enum hg_layer
hg_layer_sll2(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, SLL2_HEADER);

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_SLL_PKT_TOO_SMALL);
	return hg_layer_behind_type(c, hg_be16(h));
}

enum hg_layer
hg_layer_chdlc(struct hg_decoding *c)
{
	const uint8_t *h = hg_reader_take(&c->r, CHDLC_HEADER);

	if (h == NULL)
		return hg_layer_fail(c, HG_EV_CHDLC_PKT_TOO_SMALL);
	return hg_layer_behind_type(c, hg_be16(h + 2));
}
