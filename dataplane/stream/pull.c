/* What the application pulls: bytes in order as they become visible, holes, the end. */
#include "stream/stream_int.h"

/* Up to where bytes may be looked at. Inline at once; else what is acknowledged, and everything when the flow ends or was
 * cut off by a reset (peer-semantics 1.3). */
static uint64_t
visible_end(const struct hg_stream *ss, const struct hg_side *s)
{
	const bool open_end = ss->state != HG_TCP_CLOSED || ss->flags & SESSION_BY_RESET;

	if (ss->all->config.ips || (s->marks & SIDE_FLUSHED && open_end))
		return UINT64_MAX;
	return HG_MAX(side_acked(s), s->app);
}

static bool
is_over(const struct hg_stream *ss, const struct hg_side *s)
{
	return s->marks & (SIDE_FLUSHED | SIDE_DEPTH) || ss->state == HG_TCP_CLOSED;
}

/* Bytes that the other end has acknowledged and nobody has seen, with later ones behind them: they will not come. */
static uint64_t
missing(const struct hg_stream *ss, const struct hg_side *s, uint64_t limit)
{
	const uint64_t begin = hg_blocks_begin(&s->blocks, s->app);
	const uint64_t fin = ss->state >= HG_TCP_FIN_WAIT1;

	if (begin == UINT64_MAX || begin == s->app || side_acked(s) <= s->app + fin)
		return 0;
	return HG_MIN(begin, limit) - s->app;
}

static void
tell_gap(struct hg_packet *p, struct hg_stream *ss, struct hg_side *s, uint64_t gap)
{
	s->app += gap;
	s->marks |= SIDE_GAP;
	ss->flags |= SESSION_LOSSY;
	ss->all->stats.reassembly_gap++;
	hg_event_raise(&p->events, HG_EV_STREAM_REASSEMBLY_SEQ_GAP);
}

bool
hg_stream_next(struct hg_packet *p, enum hg_dir dir, struct hg_stream_bytes *out)
{
	struct hg_stream *ss = p->flow->stream;
	struct hg_side *s = &ss->side[dir];
	const bool ended = is_over(ss, s), first = s->app == 0;
	uint64_t limit, gap;
	struct hg_span data;

	if (s->marks & (SIDE_APP_OFF | SIDE_SHUT))
		return false;
	limit = visible_end(ss, s);
	gap = missing(ss, s, limit);
	if (gap > 0)
		tell_gap(p, ss, s, gap);
	data = hg_blocks_at(&s->blocks, s->app);
	data.len = (size_t)HG_MIN(data.len, limit - s->app);
	if (gap == 0 && (data.len == 0 || s->app + data.len == s->app_waits) &&
		(!ended || s->marks & SIDE_EOF_TOLD))
		return false;
	*out = (struct hg_stream_bytes){ .data = data,
		.offset = s->app,
		.gap = gap,
		.first = first,
		.eof = ended,
		.depth = (s->marks & SIDE_DEPTH) != 0 };
	if (ended)
		s->marks |= SIDE_EOF_TOLD;
	s->app_waits = s->app + data.len;
	return true;
}

void
hg_stream_take(struct hg_flow *f, enum hg_dir dir, size_t n)
{
	struct hg_side *s = &f->stream->side[dir];

	s->app += n;
	if (n > 0)
		s->app_waits = s->app;
}

void
hg_stream_again(struct hg_flow *f, enum hg_dir dir)
{
	struct hg_side *s = &f->stream->side[dir];

	s->app_waits = s->app;
	s->marks &= (uint16_t)~SIDE_EOF_TOLD;
}

bool
hg_stream_has_more(const struct hg_flow *f, enum hg_dir dir)
{
	const struct hg_stream *ss = f->stream;
	const struct hg_side *s = &ss->side[dir];
	const uint64_t limit = visible_end(ss, s);

	if (s->marks & (SIDE_APP_OFF | SIDE_SHUT))
		return false;
	return missing(ss, s, limit) > 0 ||
		HG_MIN(s->app + hg_blocks_at(&s->blocks, s->app).len, limit) > HG_MAX(s->app, s->app_waits);
}

void
hg_stream_flush(struct hg_streams *all, struct hg_flow *f, enum hg_dir dir)
{
	struct hg_side *s = &f->stream->side[dir];

	(void)all;
	s->marks |= SIDE_FLUSHED;
	s->app_waits = s->app;
}

bool
hg_stream_is_shut(const struct hg_flow *f)
{
	const struct hg_stream *ss = f->stream;

	return ss != NULL && (ss->side[HG_TO_SERVER].marks & ss->side[HG_TO_CLIENT].marks & SIDE_SHUT) != 0;
}

void
hg_stream_disable_app(struct hg_flow *f, enum hg_dir dir)
{
	if (f->stream != NULL)
		f->stream->side[dir].marks |= SIDE_APP_OFF;
}
