/* ipv6_ext: extension headers (RFC 8200 4, RFC 4302, RFC 6275). */
#include "packet/layer.h"

#include "packet/defrag.h"

enum {
	NEXT_HOPOPTS = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_DSTOPTS = 60,
	NEXT_MOBILITY = 135,
	NEXT_HIP = 139,
	NEXT_SHIM6 = 140,
};

#define AH_LEAST 12u

enum { OPT_PAD1 = 0, OPT_PADN = 1, OPT_ROUTER_ALERT = 5, OPT_JUMBO = 0xc2, OPT_HOME_ADDRESS = 0xc9 };

/* Extension headers already met, so that a second one is named. */
enum {
	SEEN_HOPOPTS = 1,
	SEEN_ROUTING = 2,
	SEEN_FRAGMENT = 4,
	SEEN_DSTOPTS = 8,
	SEEN_DSTOPTS2 = 16,
	SEEN_AH = 32
};

struct walk {
	struct hg_decoding *c;
	uint8_t next, seen;
	const uint8_t *next_field; /* where `next` stands: a rebuilt datagram changes it */
};

/* One option that is not padding; false: its length is impossible. */
static bool
option_ok(struct walk *w, bool hop, const uint8_t *o)
{
	static const struct {
		uint8_t type, least;
	} known[] = { { OPT_ROUTER_ALERT, 2 }, { OPT_JUMBO, 4 }, { OPT_HOME_ADDRESS, 16 } };

	for (size_t i = 0; i < HG_COUNT(known); i++)
		if (known[i].type == o[0])
			return o[1] >= known[i].least;
	hg_layer_note(w->c, hop ? HG_EV_IPV6_HOPOPTS_UNKNOWN_OPT : HG_EV_IPV6_DSTOPTS_UNKNOWN_OPT);
	return true;
}

static void
walk_options(struct walk *w, bool hop, struct hg_span options)
{
	unsigned padding = 0, other = 0;

	/* The peer lets the last option end one byte too late; so do we, its bytes are not read. */
	for (size_t at = 0; at < options.len;) {
		const uint8_t *o = options.p + at;

		if (o[0] == OPT_PAD1) {
			padding++;
			at++;
			continue;
		}
		if (options.len - at < 2 || o[1] > options.len - at - 1) {
			hg_layer_bad(w->c, HG_EV_IPV6_EXTHDR_INVALID_OPTLEN);
			break;
		}
		if (o[0] == OPT_PADN) {
			padding++;
			if (o[1] == 0)
				hg_layer_note(w->c, HG_EV_IPV6_ZERO_LEN_PADN);
		} else {
			if (!option_ok(w, hop, o)) {
				hg_layer_bad(w->c, HG_EV_IPV6_EXTHDR_INVALID_OPTLEN);
				break;
			}
			other += o[0] != OPT_JUMBO; /* as the peer counts */
		}
		at += 2u + o[1];
	}
	if (padding > 0 && other == 0)
		hg_layer_note(w->c, hop ? HG_EV_IPV6_HOPOPTS_ONLY_PADDING : HG_EV_IPV6_DSTOPTS_ONLY_PADDING);
}

/* Marks a header as met; false: it was already. Destination options may come twice (RFC 8200 4.1). */
static bool
first_of_kind(struct walk *w, uint8_t bit, enum hg_event duplicate)
{
	if (bit == SEEN_DSTOPTS && (w->seen & SEEN_DSTOPTS) != 0 && (w->seen & SEEN_DSTOPTS2) == 0)
		bit = SEEN_DSTOPTS2;
	if (w->seen & bit) {
		hg_layer_bad(w->c, duplicate);
		return false;
	}
	w->seen |= bit;
	return true;
}

static bool
walk_header(struct walk *w, size_t size, uint8_t bit, enum hg_event duplicate, struct hg_span *out)
{
	const uint8_t *h = hg_reader_take(&w->c->r, size);

	if (h == NULL) {
		hg_layer_bad(w->c, HG_EV_IPV6_TRUNC_EXTHDR);
		return false;
	}
	*out = first_of_kind(w, bit, duplicate) ? hg_span(h, size) : HG_SPAN_NONE;
	w->next = h[0];
	w->next_field = h;
	w->c->pkt->l3_len = (uint16_t)(w->c->pkt->l3_len + size);
	return true;
}

static bool
walk_hop_or_dst(struct walk *w, bool hop)
{
	struct hg_span h;

	if (!walk_header(w, (w->c->r.p[1] + 1u) * 8, hop ? SEEN_HOPOPTS : SEEN_DSTOPTS,
		    hop ? HG_EV_IPV6_EXTHDR_DUPL_HH : HG_EV_IPV6_EXTHDR_DUPL_DH, &h))
		return false;
	if (h.len > 0)
		walk_options(w, hop, hg_span_from(h, 2));
	return true;
}

static bool
walk_routing(struct walk *w)
{
	struct hg_span h;

	if (!walk_header(w, (w->c->r.p[1] + 1u) * 8, SEEN_ROUTING, HG_EV_IPV6_EXTHDR_DUPL_RH, &h))
		return false;
	if (h.len > 0 && h.p[2] == 0)
		hg_layer_note(w->c, HG_EV_IPV6_RH_TYPE_0);
	return true;
}

/* A header that is only skipped, however often it comes. */
static bool
walk_other(struct walk *w)
{
	struct hg_span h;

	return walk_header(w, (w->c->r.p[1] + 1u) * 8, 0, HG_EV_IPV6_TRUNC_EXTHDR, &h);
}

static bool
walk_ah(struct walk *w)
{
	struct hg_span h;

	const uint8_t *at = w->c->r.p;

	if (!walk_header(w, HG_MAX((at[1] + 2u) * 4, AH_LEAST), SEEN_AH, HG_EV_IPV6_EXTHDR_DUPL_AH, &h))
		return false;
	if (hg_be16(at + 2) != 0)
		hg_layer_note(w->c, HG_EV_IPV6_EXTHDR_AH_RES_NOT_NULL);
	return true;
}

/* Sets *next when the walk ends here: the rest is parsed once all fragments are there. */
static bool
walk_fragment(struct walk *w, enum hg_layer *next)
{
	struct hg_packet *p = w->c->pkt;
	const uint8_t *before = w->next_field;
	uint16_t field;
	size_t data;
	struct hg_span h;

	if (!walk_header(w, 8, SEEN_FRAGMENT, HG_EV_IPV6_EXTHDR_DUPL_FH, &h))
		return *next = HG_LAYER_DONE, false;
	if (w->next_field[1] != 0)
		hg_layer_note(w->c, HG_EV_IPV6_FH_NON_ZERO_RESERVED_FIELD);
	if (h.len == 0)
		return true;
	field = hg_be16(h.p + 2);
	data = hg_reader_left(&w->c->r);
	p->has_frag_header = true;
	p->frag_offset = field >> 3;
	p->frag_bits = field & 1 ? 4 : 0;
	if ((field & 1) != 0 && data % 8 != 0)
		hg_layer_note(w->c, HG_EV_IPV6_FRAG_INVALID_LENGTH);
	if (p->frag_offset * 8u + data > 65535)
		hg_layer_bad(w->c, HG_EV_IPV6_FRAG_PKT_TOO_LARGE);
	if ((field & 0xfff9) == 0) { /* RFC 6946: a fragment that is the whole datagram */
		hg_layer_note(w->c, HG_EV_IPV6_EXTHDR_USELESS_FH);
		return true;
	}
	*next = hg_defrag_ipv6(w->c,
		hg_span(w->c->pkt->data + p->l3, (size_t)(w->c->r.end - (p->data + p->l3))), before, w->next,
		hg_be32(h.p + 4));
	return false;
}

/* One header; false: the walk ends with *next. */
static bool
step(struct walk *w, enum hg_layer *next)
{
	*next = HG_LAYER_DONE;
	if (w->next == HG_IP_NONE) {
		if (hg_reader_left(&w->c->r) > 0)
			hg_layer_note(w->c, HG_EV_IPV6_DATA_AFTER_NONE_HEADER);
		return false;
	}
	if (hg_reader_left(&w->c->r) < 2)
		return hg_layer_bad(w->c, HG_EV_IPV6_TRUNC_EXTHDR), false;
	switch (w->next) {
	case NEXT_HOPOPTS:
		return walk_hop_or_dst(w, true);
	case NEXT_DSTOPTS:
		return walk_hop_or_dst(w, false);
	case NEXT_ROUTING:
		return walk_routing(w);
	case NEXT_FRAGMENT:
		return walk_fragment(w, next);
	case HG_IP_AH:
		return walk_ah(w);
	case NEXT_MOBILITY:
	case NEXT_HIP:
	case NEXT_SHIM6:
		return walk_other(w);
	case HG_IP_GRE: /* the peer does not look for these here and says so; we carry on */
		hg_layer_note(w->c, HG_EV_IPV6_UNKNOWN_NEXT_HEADER);
		*next = hg_ipv6_upper(w->c, HG_IP_GRE);
		return false;
	case HG_IP_IPV6:
		hg_layer_note(w->c, HG_EV_IPV6_UNKNOWN_NEXT_HEADER);
		w->c->pkt->proto = HG_IP_IPV6;
		if (hg_reader_left(&w->c->r) >= 40 && w->c->r.p[0] >> 4 == 6)
			*next = hg_ipv6_upper(w->c, HG_IP_IPV6);
		return false;
	default:
		*next = hg_ipv6_upper(w->c, w->next);
		return false;
	}
}

enum hg_layer
hg_ipv6_extensions(struct hg_decoding *c, uint8_t next)
{
	struct walk w = { .c = c, .next = next, .next_field = c->pkt->data + c->pkt->l3 + 6 };
	enum hg_layer layer;

	c->pkt->proto = next;
	/* Every header takes at least eight bytes, so the datagram bounds the walk. */
	while (step(&w, &layer))
		c->pkt->proto = w.next;
	return layer;
}
