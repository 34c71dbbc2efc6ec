/* Raw windows (peer-semantics 1.4, 1.5): off line what was acknowledged since the last look, inline what lies around the
 * packet. */
#include "stream/stream_int.h"

static bool
is_due_now(const struct hg_stream *ss, const struct hg_side *s, const struct hg_packet *p)
{
	return s->marks & (SIDE_DEPTH | SIDE_TRIGGER_RAW | SIDE_RAW_ENDS) || ss->state > HG_TCP_TIME_WAIT ||
		p->flags & HG_PKT_PSEUDO;
}

static bool
is_due(const struct hg_streams *all, const struct hg_stream *ss, const struct hg_packet *p)
{
	const struct hg_side *s = &ss->side[p->dir];

	if (s->marks & (SIDE_SHUT | SIDE_RAW_OFF) || s->segments.n == 0)
		return false;
	if (all->config.ips)
		return p->payload_len > 0 && p->flags & HG_PKT_IN_STREAM &&
			(p->flags & HG_PKT_ESTABLISHED ||
				!hg_as_peer(all->config.suricata7, HG_DIFF_DETECT_UNPROVEN));
	if (s->raw == s->segments.end)
		return false;
	return is_due_now(ss, s, p) || side_acked(s) >= s->raw + all->config.chunk[p->dir];
}

/* For rules that look at a message together with its raw bytes: what the application has read, as far as it asked for. */
static uint64_t
look_back(const struct hg_side *s)
{
	if (!(s->marks & SIDE_TRIGGER_RAW) || s->min_inspect == 0)
		return s->raw;
	return HG_MIN(s->raw, s->app > s->min_inspect ? s->app - s->min_inspect : 0);
}

static bool
next_acked(
	const struct hg_side *s, const struct hg_packet *p, struct hg_raw_iter *it, struct hg_raw_window *out)
{
	const uint64_t limit = p->flags & HG_PKT_STREAM_EOF ? UINT64_MAX : side_acked(s);
	const uint64_t begin = hg_blocks_begin(&s->blocks, it->cursor);

	if (begin >= limit)
		return false;
	out->offset = begin;
	out->data = hg_blocks_at(&s->blocks, begin);
	out->data.len = (size_t)HG_MIN(out->data.len, limit - begin);
	it->cursor = begin + out->data.len;
	/* A block behind a gap is looked at once more next time, as the peer does. */
	it->progress = begin > it->progress ? begin : it->cursor;
	return true;
}

/* Where a window of n bytes begins that holds [from, to) and lies within [low, high): both ends get the same share of what is
 * left, and what one does not need the other may have. */
static uint64_t
window_begin(uint64_t low, uint64_t high, uint64_t from, uint64_t to, uint64_t n)
{
	const uint64_t half = n > to - from ? (n - (to - from)) / 2 : 0;
	const uint64_t before = from - low, behind = high - to;

	if (high - low <= n)
		return low;
	if (behind == 0)
		return high - n;
	if (before == 0)
		return low;
	if (before < half)
		return low;
	if (behind < half)
		return from - (n - (to - from) - behind);
	return from - half;
}

static uint64_t
window_size(const struct hg_streams *all, const struct hg_packet *p)
{
	const uint64_t chunk = all->config.chunk[p->dir];

	return chunk <= p->payload_len || chunk / 3 * 2 < p->payload_len ? p->payload_len + chunk / 3 : chunk;
}

static void
around(const struct hg_streams *all, const struct hg_side *s, const struct hg_packet *p,
	struct hg_raw_iter *it, struct hg_raw_window *out)
{
	const int64_t offset = side_offset(s, p->tcp.seq);
	const uint64_t from = offset < 0 ? 0 : (uint64_t)offset, to = from + p->payload_len;
	const uint32_t i = hg_blocks_find(&s->blocks, from);
	const struct hg_block *k = i < s->blocks.n ? hg_blocks_get(&s->blocks, i) : NULL;

	it->progress = HG_MAX(s->raw, to);
	if (k == NULL || k->offset > from || hg_block_end(k) < to || offset < 0) {
		out->offset = from;
		out->data = hg_packet_payload(p);
		return;
	}
	out->offset = window_begin(k->offset, hg_block_end(k), from, to, window_size(all, p));
	out->data =
		hg_span_sub(hg_block_span(k), (size_t)(out->offset - k->offset), (size_t)window_size(all, p));
	if (s->blocks.n == 1)
		it->progress = HG_MAX(s->raw, out->offset + out->data.len);
	else if (s->raw >= side_acked(s))
		it->progress = s->raw;
}

bool
hg_stream_raw(
	struct hg_streams *all, const struct hg_packet *p, struct hg_raw_iter *it, struct hg_raw_window *out)
{
	const struct hg_stream *ss = p->flow->stream;
	const struct hg_side *s = &ss->side[p->dir];

	if (!it->started) {
		it->started = true;
		it->due = is_due(all, ss, p);
		it->progress = it->cursor = it->look_back ? look_back(s) : s->raw;
	} else if (all->config.ips) {
		return false;
	}
	if (!it->due || p->flags & HG_PKT_NO_PAYLOAD)
		return false;
	if (!all->config.ips)
		return next_acked(s, p, it, out);
	around(all, s, p, it, out);
	return true;
}

void
hg_stream_raw_done(
	struct hg_streams *all, const struct hg_packet *p, const struct hg_raw_iter *it, bool inspected)
{
	struct hg_side *s = &p->flow->stream->side[p->dir];

	(void)all;
	if (!it->due)
		return;
	if (!inspected) {
		s->raw = HG_MAX(s->raw, s->marks & SIDE_APP_OFF ? side_acked(s) : s->app);
		s->marks &= (uint16_t)~SIDE_TRIGGER_RAW;
	} else if (it->progress > s->raw) {
		s->raw = it->progress;
		s->marks &= (uint16_t)~SIDE_TRIGGER_RAW;
	}
	if (s->marks & SIDE_RAW_ENDS)
		s->marks |= SIDE_RAW_OFF;
}

bool
hg_stream_piece(const struct hg_flow *f, enum hg_dir dir, struct hg_stream_piece *it)
{
	const struct hg_side *s = &f->stream->side[dir];
	const uint64_t limit = s->marks & SIDE_FLUSHED ? UINT64_MAX : side_acked(s);
	const uint64_t from = HG_MAX(it->end, s->base), begin = hg_blocks_begin(&s->blocks, from);

	if (begin >= limit)
		return false;
	it->gap = begin - from;
	it->data = hg_blocks_at(&s->blocks, begin);
	/* Behind missing bytes the peer shows all that lies together, acknowledged or not. */
	if (it->end == 0 && it->gap == 0)
		it->data.len = (size_t)HG_MIN(it->data.len, limit - begin);
	it->end = begin + it->data.len;
	return true;
}

struct hg_span
hg_stream_held(const struct hg_flow *f, enum hg_dir dir, uint64_t offset)
{
	const struct hg_blocks *b = &f->stream->side[dir].blocks;

	return hg_blocks_begin(b, offset) == offset ? hg_blocks_at(b, offset) : HG_SPAN_NONE;
}

bool
hg_stream_offset(const struct hg_packet *p, uint64_t *offset)
{
	int64_t at;

	if (p->flow == NULL || p->flow->stream == NULL || p->proto != HG_IP_TCP)
		return false;
	at = side_offset(&p->flow->stream->side[p->dir], p->tcp.seq) + ((p->tcp.flags & HG_TCP_SYN) != 0);
	*offset = (uint64_t)at;
	return at >= 0;
}

void
hg_stream_trigger_raw(struct hg_flow *f, enum hg_dir dir)
{
	if (f->stream != NULL)
		f->stream->side[dir].marks |= SIDE_TRIGGER_RAW;
}

void
hg_stream_min_inspect(struct hg_flow *f, enum hg_dir dir, uint32_t bytes)
{
	if (f->stream != NULL)
		f->stream->side[dir].min_inspect = bytes;
}

void
hg_stream_disable_raw(struct hg_flow *f, enum hg_dir dir)
{
	if (f->stream != NULL)
		f->stream->side[dir].marks |= SIDE_RAW_ENDS;
}
