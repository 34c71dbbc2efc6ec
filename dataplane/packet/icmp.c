/* icmp: RFC 792 and its later types (RFC 950, 1256), with the packet that an error complains about. */
#include "packet/layer.h"

#include "packet/checksum.h"
#include "packet/icmp_inner.h"

#define ICMP_HEADER 8
#define TIMES 12 /* three of four bytes in a timestamp message */

enum { TYPE_SOURCE_QUENCH = 4 };

enum kind { KIND_PLAIN, KIND_ID, KIND_TIME, KIND_ERROR };

struct row {
	uint8_t codes; /* highest code that is assigned */
	enum kind kind;
};

/* A row with known == false stands for a type that is not expected: nobody assigned it, or (10, router solicitation)
 * the peer does not know it. Codes are the peer's as well: a router advertisement may have any (RFC 5944 uses 16). */
static const struct {
	bool known;
	struct row row;
} types[] = {
	[0] = { true, { 0, KIND_ID } },      /* echo reply */
	[3] = { true, { 15, KIND_ERROR } },  /* unreachable */
	[4] = { true, { 0, KIND_ERROR } },   /* source quench */
	[5] = { true, { 3, KIND_ERROR } },   /* redirect */
	[8] = { true, { 0, KIND_ID } },      /* echo */
	[9] = { true, { 255, KIND_PLAIN } }, /* router advertisement */
	[10] = { false, { 0, KIND_PLAIN } }, /* router solicitation */
	[11] = { true, { 1, KIND_ERROR } },  /* time exceeded */
	[12] = { true, { 0, KIND_ERROR } },  /* parameter problem */
	[13] = { true, { 0, KIND_TIME } },   /* timestamp */
	[14] = { true, { 0, KIND_TIME } },
	[15] = { true, { 0, KIND_ID } }, /* information */
	[16] = { true, { 0, KIND_ID } },
	[17] = { true, { 0, KIND_ID } }, /* address mask */
	[18] = { true, { 0, KIND_ID } },
};

static void
read_type(struct hg_decoding *c, const uint8_t *h)
{
	struct hg_icmp_fields *i = &c->pkt->icmp;

	if (h[0] >= HG_COUNT(types) || !types[h[0]].known) {
		hg_layer_note(c, HG_EV_ICMPV4_UNKNOWN_TYPE);
		return;
	}
	if (h[1] > types[h[0]].row.codes) {
		hg_layer_note(c, HG_EV_ICMPV4_UNKNOWN_CODE);
		return;
	}
	if (types[h[0]].row.kind == KIND_ERROR) {
		c->pkt->flags |= HG_PKT_ICMP_ERROR;
		/* An error that quotes nothing at all is not held against it; a source quench is. */
		if (hg_reader_left(&c->r) > 0 || h[0] == TYPE_SOURCE_QUENCH)
			hg_icmp_inner_v4(c, hg_span(c->r.p, hg_reader_left(&c->r)));
		return;
	}
	if (types[h[0]].row.kind == KIND_TIME && hg_reader_left(&c->r) < TIMES)
		hg_layer_bad(c, HG_EV_ICMPV4_IPV4_TRUNC_PKT);
	if (types[h[0]].row.kind != KIND_PLAIN) {
		i->has_id = true;
		i->id = hg_be16(h + 4);
		i->seq = hg_be16(h + 6);
	}
}

enum hg_layer
hg_layer_icmp(struct hg_decoding *c)
{
	struct hg_packet *p = c->pkt;
	uint32_t at = hg_layer_at(c);
	const uint8_t *h = hg_reader_take(&c->r, ICMP_HEADER);

	if (h == NULL)
		return hg_layer_no_upper(c, HG_EV_ICMPV4_PKT_TOO_SMALL);
	p->icmp = (struct hg_icmp_fields){ .type = h[0], .code = h[1] };
	hg_layer_upper(c, at, ICMP_HEADER, hg_reader_left(&c->r));
	read_type(c, h);
	if (hg_decode_config_of(c->d)->check_checksums && !hg_checksum_l4_ok(p))
		p->flags |= HG_PKT_BAD_CHECKSUM;
	return HG_LAYER_DONE;
}
