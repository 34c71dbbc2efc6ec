/* icmpv6: RFC 4443 errors and information, MLD (RFC 2710, 3810), neighbour discovery (RFC 4861) and later types. */
#include "packet/layer.h"

#include "packet/checksum.h"
#include "packet/icmp_inner.h"

#define ICMPV6_HEADER 8

enum {
	TYPE_ECHO = 128,
	TYPE_ECHO_REPLY = 129,
	TYPE_MLD_FIRST = 130,
	TYPE_MLD_LAST = 132,
	TYPE_RENUMBERING = 138,
	TYPE_RPL = 155
};

#define CODES_ANY 255

/* Highest assigned code by type; types that are not here are looked up in `ranges`. */
static const struct {
	uint8_t type, codes;
} types[] = {
	{ 1, 6 }, /* unreachable */
	{ 2, 0 }, /* too big */
	{ 3, 1 }, /* time exceeded */
	{ 4, 2 }, /* parameter problem */
	{ 128, 0 },
	{ 129, 0 },
	{ 130, 0 },
	{ 131, 0 },
	{ 132, 0 },
	{ 133, 0 },
	{ 134, 0 },
	{ 135, 0 },
	{ 136, 0 },
	{ 137, 0 },
	{ 138, CODES_ANY }, /* router renumbering */
	{ 139, 2 },
	{ 140, 2 }, /* node information */
	{ 141, 0 },
	{ 142, 0 },
	{ 143, 0 },
	{ 144, 0 },
	{ 145, 0 },
	{ 146, 0 },
	{ 147, 0 },
	{ 148, 0 },
	{ 149, 0 },
	{ 150, CODES_ANY },
	{ 151, CODES_ANY },
	{ 152, CODES_ANY },
	{ 153, CODES_ANY },
	{ 154, 0 },
	{ 155, CODES_ANY }, /* RPL: see code_ok */
	{ 156, 0 },
	{ 157, 0 },
	{ 158, 0 },
	{ 159, 0 },
};

static void
unknown_type(struct hg_decoding *c, uint8_t type)
{
	if (type == 100 || type == 101 || type == 200 || type == 201)
		hg_layer_note(c, HG_EV_ICMPV6_EXPERIMENTATION_TYPE);
	else if (type == 0 || type == 127)
		hg_layer_note(c, HG_EV_ICMPV6_UNKNOWN_TYPE);
	else
		hg_layer_note(c, HG_EV_ICMPV6_UNASSIGNED_TYPE);
}

static void
read_known(struct hg_decoding *c, const uint8_t *h)
{
	struct hg_icmp_fields *i = &c->pkt->icmp;

	if (h[0] < 128) {
		c->pkt->flags |= HG_PKT_ICMP_ERROR;
		hg_icmp_inner_v6(c, hg_span(c->r.p, hg_reader_left(&c->r)));
	} else if (h[0] == TYPE_ECHO || h[0] == TYPE_ECHO_REPLY) {
		i->has_id = true;
		i->id = hg_be16(h + 4);
		i->seq = hg_be16(h + 6);
	}
}

static bool
code_ok(uint8_t type, uint8_t code, uint8_t most)
{
	switch (type) {
	case TYPE_RENUMBERING: /* RFC 2894 3.1 */
		return code <= 2 || code == 255;
	case TYPE_RPL: /* RFC 6550 6: messages, and the secure ones */
		return code <= 3 || (code >= 128 && code <= 132);
	default:
		return code <= most;
	}
}

static void
read_type(struct hg_decoding *c, const uint8_t *h)
{
	/* RFC 2710 3; the peer asks it of these three only, and whatever the code. */
	if (h[0] >= TYPE_MLD_FIRST && h[0] <= TYPE_MLD_LAST && c->pkt->ttl != 1)
		hg_layer_bad(c, HG_EV_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL);
	for (size_t k = 0; k < HG_COUNT(types); k++) {
		if (types[k].type != h[0])
			continue;
		if (!code_ok(h[0], h[1], types[k].codes))
			hg_layer_note(c, HG_EV_ICMPV6_UNKNOWN_CODE);
		else
			read_known(c, h);
		return;
	}
	unknown_type(c, h[0]);
}

enum hg_layer
hg_layer_icmpv6(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	uint32_t at = hg_layer_at(c);
	const uint8_t *h = hg_reader_take(&c->r, ICMPV6_HEADER);

	if (h == NULL)
		return hg_layer_no_upper(c, HG_EV_ICMPV6_PKT_TOO_SMALL);
	p->icmp = (struct hg_icmp_fields){ .type = h[0], .code = h[1] };
	hg_layer_upper(c, at, ICMPV6_HEADER, hg_reader_left(&c->r));
	read_type(c, h);
	if (hg_decode_config_of(c->d)->check_checksums && !hg_checksum_l4_ok(p))
		p->flags |= HG_PKT_BAD_CHECKSUM;
	return HG_LAYER_DONE;
}
