/* What of a direction was looked at packet by packet, so that its windows need not be (docs/adr/0021). */
#include "stream/stream_int.h"

struct hg_span
hg_stream_fresh(const struct hg_packet *p, uint16_t by, uint32_t reach)
{
	struct hg_side *side = &p->flow->stream->side[p->dir];
	struct hg_scanned *s = &side->scanned;
	const struct hg_span payload = hg_packet_payload(p);
	struct hg_span bytes;
	uint64_t lead;

	if (!(p->flags & HG_PKT_APPENDED))
		return payload;
	if (s->to != s->stored || s->by != by)
		s->from = s->stored;
	s->to = s->stored;
	s->by = by;
	/* No window begins in front of base. */
	lead = HG_MIN((uint64_t)reach, s->stored - HG_MAX(side->base, s->from));
	bytes = hg_blocks_at(&side->blocks, s->stored - lead);
	if (bytes.len == lead + payload.len)
		return bytes;
	s->from = s->stored;
	return payload;
}

void
hg_stream_scanned(const struct hg_packet *p, bool found)
{
	struct hg_scanned *s = &p->flow->stream->side[p->dir].scanned;

	if (!(p->flags & HG_PKT_APPENDED))
		return;
	s->to = s->stored + p->payload_len;
	if (found)
		s->found = s->to;
}

bool
hg_stream_is_clean(const struct hg_packet *p, const struct hg_raw_window *w, uint16_t by)
{
	const struct hg_scanned *s = &p->flow->stream->side[p->dir].scanned;

	return s->by == by && s->from <= w->offset && w->offset + w->data.len <= s->to &&
		s->found <= w->offset;
}
