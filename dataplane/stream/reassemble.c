#include "stream/stream_int.h"

/* In order: straight into the sliding buffer. Ahead of a hole: a piece beside it. What is there already stays. */

static void
free_piece(struct hg_streams *t, struct hg_side *s, struct hg_piece *piece)
{
	t->stats.held -= piece->len;
	s->n_pieces--;
	hg_mem_give(t->mem, piece, sizeof(*piece) + piece->len);
}

static bool
append(struct hg_streams *t, struct hg_side *s, struct hg_packet *p, struct hg_span bytes)
{
	/* Nobody looks any more: the bytes only move the marks. */
	if (s->app_off && s->raw_off && hg_buf_len(&s->held) == 0) {
		s->base += bytes.len;
		s->app = s->raw = s->base;
		return true;
	}
	if (t->stats.held + bytes.len > t->config.memcap || !hg_buf_append(&s->held, bytes)) {
		t->stats.insert_fail_memcap++;
		hg_event_raise(&p->events, HG_EV_STREAM_REASSEMBLY_INSERT_MEMCAP);
		return false;
	}
	t->stats.held += bytes.len;
	return true;
}

/* Pieces that the contiguous end has reached. */
static void
join_pieces(struct hg_streams *t, struct hg_side *s, struct hg_packet *p)
{
	while (s->pieces != NULL && s->pieces->offset <= hg_side_end(s)) {
		struct hg_piece *piece = s->pieces;
		uint64_t known = hg_side_end(s) - piece->offset;

		if (known < piece->len)
			append(t, s, p, hg_span(piece->bytes + known, piece->len - known));
		s->pieces = piece->next;
		free_piece(t, s, piece);
	}
}

static bool
differs(const struct hg_side *s, uint64_t offset, struct hg_span payload)
{
	uint64_t end = HG_MIN(hg_side_end(s), offset + payload.len);
	uint64_t from = HG_MAX(offset, s->base);

	if (from >= end)
		return false;
	return memcmp(hg_buf_span(&s->held).p + (from - s->base), payload.p + (from - offset), end - from) !=
		0;
}

static bool
insert_piece(
	struct hg_streams *t, struct hg_side *s, struct hg_packet *p, uint64_t offset, struct hg_span payload)
{
	struct hg_piece **link = &s->pieces, *piece;

	while (*link != NULL && (*link)->offset + (*link)->len <= offset)
		link = &(*link)->next;
	/* What an earlier piece holds is cut off in front; what a later one holds, behind. */
	if (*link != NULL && (*link)->offset <= offset) {
		uint64_t known = (*link)->offset + (*link)->len - offset;

		t->stats.overlap++;
		if (known >= payload.len)
			return true;
		payload = hg_span_from(payload, known);
		offset += known;
		link = &(*link)->next;
	}
	if (*link != NULL && (*link)->offset < offset + payload.len)
		payload.len = (*link)->offset - offset;
	if (payload.len == 0)
		return true;
	if (s->n_pieces >= t->config.max_pieces || t->stats.held + payload.len > t->config.memcap ||
		payload.len > HG_MEM_MAX - sizeof(*piece)) {
		t->stats.insert_fail_limit++;
		hg_event_raise(&p->events, HG_EV_STREAM_REASSEMBLY_INSERT_LIMIT);
		return false;
	}
	piece = hg_mem_take(t->mem, sizeof(*piece) + payload.len);
	if (piece == NULL) {
		t->stats.insert_fail_memcap++;
		return false;
	}
	*piece = (struct hg_piece){ *link, offset, (uint32_t)payload.len };
	memcpy(piece->bytes, payload.p, payload.len);
	*link = piece;
	s->n_pieces++;
	s->most_pieces = HG_MAX(s->most_pieces, s->n_pieces);
	t->stats.held += payload.len;
	return true;
}

bool
hg_side_insert(struct hg_streams *t, struct hg_stream *ss, struct hg_side *s, struct hg_packet *p,
	uint64_t offset, struct hg_span payload)
{
	uint64_t end = hg_side_end(s);

	if (ss->depth != 0 && offset + payload.len > ss->depth) {
		if (!s->depth_reached)
			hg_event_raise(&p->events, HG_EV_STREAM_REASSEMBLY_DEPTH_REACHED);
		s->depth_reached = true;
		return false;
	}
	t->stats.segment_bytes += payload.len;
	if (offset > end)
		return insert_piece(t, s, p, offset, payload);
	if (t->config.check_overlap && differs(s, offset, payload)) {
		t->stats.overlap_diff_data++;
		hg_event_raise(&p->events, HG_EV_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	}
	if (offset + payload.len > end && !append(t, s, p, hg_span_from(payload, end - offset)))
		return false;
	join_pieces(t, s, p);
	return true;
}

void
hg_side_skip_gap(struct hg_streams *t, struct hg_side *s, struct hg_packet *p)
{
	uint64_t end = hg_side_end(s), to;

	if (s->acked <= end || s->depth_reached)
		return;
	to = s->pieces == NULL ? s->acked : HG_MIN(s->acked, s->pieces->offset);
	if (s->fin && s->pieces == NULL)
		to = HG_MIN(to, s->fin_offset);
	if (to <= end)
		return;
	s->gap_seen = true;
	t->stats.reassembly_gap++;
	hg_event_raise(&p->events, HG_EV_STREAM_REASSEMBLY_SEQ_GAP);
	/* Held bytes are in front of the hole and were offered already; what nobody took is given up. */
	t->stats.held -= hg_buf_len(&s->held);
	hg_buf_clear(&s->held);
	s->gap += to - HG_MAX(s->app, end);
	s->base = s->app = s->raw = to;
	join_pieces(t, s, p);
}

void
hg_side_prune(struct hg_side *s)
{
	uint64_t keep = s->app_off ? s->raw : s->raw_off ? s->app : HG_MIN(s->app, s->raw);
	uint64_t back = s->raw_off ? 0 : s->min_inspect;
	size_t n;

	keep = keep > back ? keep - back : 0;
	if (s->app_off && s->raw_off)
		keep = hg_side_end(s);
	if (keep <= s->base)
		return;
	n = (size_t)HG_MIN(keep - s->base, hg_buf_len(&s->held));
	hg_buf_consume(&s->held, n);
	s->base += n;
}

void
hg_side_free(struct hg_streams *t, struct hg_side *s)
{
	while (s->pieces != NULL) {
		struct hg_piece *piece = s->pieces;

		s->pieces = piece->next;
		free_piece(t, s, piece);
	}
	t->stats.held -= hg_buf_len(&s->held);
	hg_buf_fini(&s->held);
}
