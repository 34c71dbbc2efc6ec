/* mpls: RFC 3032 label stack. Its bottom does not say what it carries: the label or the first bytes do. */
#include "packet/layer.h"

enum { LABEL_IPV4 = 0, LABEL_ROUTER_ALERT = 1, LABEL_IPV6 = 2, LABEL_IMPLICIT_NULL = 3, LABEL_RESERVED = 14 };

#define CONTROL_WORD 4 /* RFC 4385 */

static enum hg_layer
guess(struct hg_decoding *c)
{
	if (hg_reader_left(&c->r) < CONTROL_WORD)
		return hg_layer_fail(c, HG_EV_MPLS_PKT_TOO_SMALL);
	switch (c->r.p[0] >> 4) {
	case 0:
		hg_read_skip(&c->r, CONTROL_WORD);
		return HG_LAYER_ETHER;
	case 4:
		return HG_LAYER_IPV4;
	case 6:
		return HG_LAYER_IPV6;
	default:
		return hg_layer_fail(c, HG_EV_MPLS_UNKNOWN_PAYLOAD_TYPE);
	}
}

enum hg_layer
hg_layer_mpls(struct hg_decoding *c)
{
	const uint8_t *h;
	uint32_t label;

	do {
		h = hg_reader_take(&c->r, 4);
		if (h == NULL)
			return hg_layer_fail(c, HG_EV_MPLS_HEADER_TOO_SMALL);
	} while ((h[2] & 1) == 0);
	label = hg_be32(h) >> 12;
	if (label > LABEL_RESERVED)
		return guess(c);
	switch (label) {
	case LABEL_IPV4:
		return HG_LAYER_IPV4;
	case LABEL_IPV6:
		return HG_LAYER_IPV6;
	case LABEL_ROUTER_ALERT: /* never at the bottom */
		hg_layer_bad(c, HG_EV_MPLS_BAD_LABEL_ROUTER_ALERT);
		return HG_LAYER_DONE;
	case LABEL_IMPLICIT_NULL: /* never on the wire */
		hg_layer_bad(c, HG_EV_MPLS_BAD_LABEL_IMPLICIT_NULL);
		return HG_LAYER_DONE;
	default:
		hg_layer_bad(c, HG_EV_MPLS_BAD_LABEL_RESERVED);
		return HG_LAYER_DONE;
	}
}
