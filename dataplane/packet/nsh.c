/* nsh: network service header (RFC 8300). */
#include "packet/layer.h"

#define NSH_HEADER 8
#define NSH_FIXED 24

enum { MD_FIXED = 1, MD_VARIABLE = 2 }; /* metadata types */

enum {
	NEXT_IPV4 = 1,
	NEXT_IPV6 = 2,
	NEXT_ETHER = 3,
	NEXT_NSH = 4,
	NEXT_MPLS = 5,
	NEXT_EXPERIMENT1 = 0xfe,
	NEXT_EXPERIMENT2 = 0xff
};

enum hg_layer
hg_layer_nsh(struct hg_decoding *c)
{
	const uint8_t *h = c->r.p;
	size_t left = hg_reader_left(&c->r), size;

	if (left < NSH_HEADER)
		return hg_layer_fail(c, HG_EV_NSH_HEADER_TOO_SMALL);
	if (h[0] >> 6 != 0)
		return hg_layer_fail(c, HG_EV_NSH_UNSUPPORTED_VERSION);
	size = (h[1] & 0x3fu) * 4u;
	if (size >= left)
		return hg_layer_fail(c, HG_EV_NSH_BAD_HEADER_LENGTH);
	switch (h[2]) {
	case MD_FIXED:
		if (size != NSH_FIXED)
			return hg_layer_fail(c, HG_EV_NSH_BAD_HEADER_LENGTH);
		break;
	case MD_VARIABLE:
		if (size < NSH_HEADER)
			return hg_layer_fail(c, HG_EV_NSH_BAD_HEADER_LENGTH);
		break;
	case 0:
	case 15:
		return hg_layer_fail(c, HG_EV_NSH_RESERVED_TYPE);
	default:
		return hg_layer_fail(c, HG_EV_NSH_UNSUPPORTED_TYPE);
	}
	hg_read_skip(&c->r, size);
	switch (h[3]) {
	case NEXT_IPV4:
		return HG_LAYER_IPV4;
	case NEXT_IPV6:
		return HG_LAYER_IPV6;
	case NEXT_ETHER:
		return HG_LAYER_ETHER;
	case NEXT_NSH:
	case NEXT_MPLS:
	case NEXT_EXPERIMENT1:
	case NEXT_EXPERIMENT2:
		hg_layer_bad(c, HG_EV_NSH_UNSUPPORTED_TYPE);
		return HG_LAYER_DONE;
	default:
		hg_layer_bad(c, HG_EV_NSH_UNKNOWN_PAYLOAD);
		return HG_LAYER_DONE;
	}
}
