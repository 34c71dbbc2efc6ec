#include "stream/stream_int.h"

/* Raw windows (1.4, 1.5). */

static bool
late_state(enum hg_tcp_state s)
{
	return s == HG_TCP_LAST_ACK || s == HG_TCP_CLOSE_WAIT || s == HG_TCP_CLOSING || s == HG_TCP_CLOSED;
}

static bool
is_due(const struct hg_streams *t, const struct hg_stream *ss, const struct hg_side *s,
	const struct hg_packet *p, uint64_t visible)
{
	if (visible <= s->raw)
		return false;
	return t->config.ips || s->trigger_raw || s->depth_reached || s->raw_off ||
		p->flags & HG_PKT_PSEUDO || late_state(ss->state) ||
		visible - s->raw >= t->config.chunk[p->dir];
}

/* Inline the window surrounds the packet: up to a chunk of what came before it goes with it. */
static uint64_t
window_begin(const struct hg_streams *t, const struct hg_side *s, const struct hg_packet *p, uint64_t visible)
{
	uint64_t size = t->config.chunk[p->dir];

	if (!t->config.ips || p->flags & HG_PKT_PSEUDO)
		return s->raw;
	if (p->payload_len * 3 > size * 2)
		size = p->payload_len + size / 3;
	return HG_MAX(s->base, visible > size ? visible - size : 0);
}

bool
hg_stream_raw(
	struct hg_streams *t, const struct hg_packet *p, struct hg_raw_iter *it, struct hg_raw_window *out)
{
	const struct hg_stream *ss = p->flow->stream;
	const struct hg_side *s = &ss->side[p->dir];
	uint64_t visible = hg_side_visible(t, s), begin;

	if (it->started || !t->config.raw || p->flags & HG_PKT_NO_PAYLOAD || !is_due(t, ss, s, p, visible))
		return false;
	begin = window_begin(t, s, p, visible);
	it->started = true;
	it->progress = visible;
	out->offset = begin;
	out->data = hg_span_sub(hg_buf_span(&s->held), (size_t)(begin - s->base), (size_t)(visible - begin));
	return true;
}

void
hg_stream_raw_done(
	struct hg_streams *t, const struct hg_packet *p, const struct hg_raw_iter *it, bool inspected)
{
	struct hg_side *s = &p->flow->stream->side[p->dir];

	if (it->started) {
		s->raw = HG_MAX(s->raw, it->progress);
		s->trigger_raw = false;
	} else if (!inspected && !t->config.raw) {
		s->raw = HG_MAX(s->raw, s->app);
	}
}

void
hg_stream_trigger_raw(struct hg_flow *f, enum hg_dir dir)
{
	if (f->stream != NULL)
		f->stream->side[dir].trigger_raw = true;
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
		f->stream->side[dir].raw_off = true;
}
