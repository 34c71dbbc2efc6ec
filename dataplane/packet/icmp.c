/* icmp: RFC 792 and its later types (RFC 950, 1256), with the packet that an error complains about. */
#include "packet/layer.h"

#include "packet/checksum.h"
#include "packet/icmp_inner.h"

#define ICMP_HEADER 8

enum kind { KIND_PLAIN, KIND_ID, KIND_ERROR };

struct row {
	uint8_t codes; /* highest code that is assigned */
	enum kind kind;
};

/* A row with known == false stands for a type nobody assigned. */
static const struct {
	bool known;
	struct row row;
} types[] = {
	[0] = { true, { 0, KIND_ID } },     /* echo reply */
	[3] = { true, { 15, KIND_ERROR } }, /* unreachable */
	[4] = { true, { 0, KIND_ERROR } },  /* source quench */
	[5] = { true, { 3, KIND_ERROR } },  /* redirect */
	[8] = { true, { 0, KIND_ID } },     /* echo */
	[9] = { true, { 0, KIND_PLAIN } },  /* router advertisement */
	[10] = { true, { 0, KIND_PLAIN } }, /* router solicitation */
	[11] = { true, { 1, KIND_ERROR } }, /* time exceeded */
	[12] = { true, { 2, KIND_ERROR } }, /* parameter problem */
	[13] = { true, { 0, KIND_ID } },    /* timestamp */
	[14] = { true, { 0, KIND_ID } },
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
		hg_icmp_inner_v4(c, hg_span(c->r.p, hg_reader_left(&c->r)));
	} else if (types[h[0]].row.kind == KIND_ID) {
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
	c->stats->icmp++;
	p->icmp = (struct hg_icmp_fields){ .type = h[0], .code = h[1] };
	hg_layer_upper(c, at, ICMP_HEADER, hg_reader_left(&c->r));
	read_type(c, h);
	if (hg_decode_config_of(c->d)->check_checksums && !hg_checksum_l4_ok(p))
		p->flags |= HG_PKT_BAD_CHECKSUM;
	return HG_LAYER_DONE;
}
