#include "stream/stream_int.h"

#include <errno.h>

#include "base/catalog.h"
#include "base/start.h"

void
hg_stream_config_init(struct hg_stream_config *c)
{
	*c = (struct hg_stream_config){ .drop_invalid = true,
		.depth = 1 << 20,
		.chunk = { 2560, 2560 },
		.raw = true,
		.max_sessions = 1000000,
		.max_syn_queued = 10,
		.max_synack_queued = 5,
		.max_pieces = 4096,
		.memcap = (size_t)256 << 20 };
}

int
hg_streams_open(
	struct hg_streams **ret, const struct hg_stream_config *c, struct hg_mem *mem, struct hg_error *err)
{
	struct hg_streams *t = hg_start_take(sizeof(*t));
	int r;

	if (t == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for streams");
	t->config = *c;
	t->mem = mem;
	r = hg_pool_init(&t->pool, sizeof(struct hg_stream), 64, c->max_sessions, c->prefault, err);
	if (r < 0) {
		hg_start_give(t);
		return r;
	}
	*ret = t;
	return 0;
}

void
hg_streams_close(struct hg_streams *t)
{
	if (t == NULL)
		return;
	hg_pool_fini(&t->pool);
	hg_start_give(t);
}

void
hg_streams_reset(struct hg_streams *t)
{
	hg_pool_reset(&t->pool);
	t->stats = (struct hg_stream_stats){ 0 };
}

static struct hg_stream *
make(struct hg_streams *t, struct hg_packet *p)
{
	struct hg_stream *ss = hg_pool_take(&t->pool);

	if (ss == NULL) {
		t->stats.session_cap++;
		return NULL;
	}
	ss->depth = t->config.depth;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		hg_buf_init(&ss->side[d].held, t->mem, HG_MEM_MAX);
		ss->side[d].raw_off = !t->config.raw;
	}
	p->flow->stream = ss;
	t->stats.sessions++;
	t->stats.active++;
	return ss;
}

/* Which directions have something for the application because of this packet. */
static unsigned
sides_of(const struct hg_streams *t, const struct hg_stream *ss, const struct hg_packet *p)
{
	const unsigned own = 1u << p->dir, other = 1u << !p->dir;
	unsigned sides = p->tcp.flags & HG_TCP_ACK ? other : 0;

	if (t->config.ips || p->tcp.flags & HG_TCP_RST || ss->side[p->dir].depth_reached)
		sides |= own;
	if (ss->state == HG_TCP_CLOSED)
		sides = HG_SIDE_BOTH;
	else if (p->tcp.flags & HG_TCP_FIN && ss->state > HG_TCP_TIME_WAIT)
		sides |= own;
	return sides;
}

unsigned
hg_stream_packet(struct hg_streams *t, struct hg_packet *p)
{
	struct hg_stream *ss = p->flow->stream;

	if (p->l4 == 0)
		return 0;
	if (p->flags & HG_PKT_BAD_CHECKSUM) {
		t->stats.invalid_checksum++;
		return 0;
	}
	if (p->flow->flags & HG_FLOW_NO_PAYLOAD)
		p->flags |= HG_PKT_NO_PAYLOAD;
	if (ss == NULL) {
		struct hg_stream none = { .state = HG_TCP_NONE };
		const bool opens =
			(p->tcp.flags & (HG_TCP_SYN | HG_TCP_ACK | HG_TCP_RST | HG_TCP_FIN)) == HG_TCP_SYN ||
			(t->config.midstream && p->tcp.flags & HG_TCP_ACK &&
				!(p->tcp.flags & (HG_TCP_RST | HG_TCP_FIN)));

		if (!opens) {
			hg_session_accept(t, &none, p);
			return 0;
		}
		ss = make(t, p);
		if (ss == NULL)
			return 0;
	}
	if (!hg_session_accept(t, ss, p))
		return 0;
	if (ss->state == HG_TCP_CLOSED)
		hg_flow_set_state(p->flow, HG_FLOW_CLOSED);
	return ss->state < HG_TCP_ESTABLISHED ? 0 : sides_of(t, ss, p);
}

void
hg_stream_flush(struct hg_streams *t, struct hg_flow *f, enum hg_dir dir)
{
	(void)t;
	f->stream->side[dir].flushed = true;
	f->stream->side[dir].app_waits = 0;
}

/* The configuration's clock is in the side's marks: what is visible to the application. */
static uint64_t
app_limit(const struct hg_side *s, bool all)
{
	uint64_t end = hg_side_end(s);

	return all || s->flushed ? end : HG_MIN(end, s->acked);
}

bool
hg_stream_next(struct hg_flow *f, enum hg_dir dir, struct hg_stream_bytes *out)
{
	struct hg_stream *ss = f->stream;
	struct hg_side *s = &ss->side[dir];
	uint64_t limit = app_limit(s, ss->state == HG_TCP_CLOSED);
	bool ended;

	if (s->app_off)
		return false;
	limit = HG_MAX(limit, s->app);
	ended = s->flushed || s->depth_reached || ss->state == HG_TCP_CLOSED ||
		(s->fin && s->app >= s->fin_offset);
	ended = ended || (s->fin && limit >= s->fin_offset);
	if (s->gap == 0 && (limit == s->app || limit == s->app_waits) && (!ended || s->eof_told))
		return false;
	*out = (struct hg_stream_bytes){
		.data = hg_span_sub(
			hg_buf_span(&s->held), (size_t)(s->app - s->base), (size_t)(limit - s->app)),
		.offset = s->app,
		.gap = s->gap,
		.first = s->app == 0,
		.eof = ended,
		.depth = s->depth_reached,
	};
	s->gap = 0;
	s->eof_told = ended;
	s->app_waits = limit;
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
	s->eof_told = false;
}

void
hg_stream_disable_app(struct hg_flow *f, enum hg_dir dir)
{
	if (f->stream != NULL)
		f->stream->side[dir].app_off = true;
}

void
hg_stream_set_depth(struct hg_flow *f, uint64_t depth)
{
	if (f->stream != NULL && f->stream->depth != 0)
		f->stream->depth = depth == 0 ? 0 : HG_MAX(depth, f->stream->depth);
}

void
hg_stream_prune(struct hg_streams *t, struct hg_flow *f)
{
	for (unsigned d = 0; d < HG_DIRS; d++) {
		struct hg_side *s = &f->stream->side[d];
		size_t before = hg_buf_len(&s->held);

		hg_side_prune(s);
		t->stats.held -= before - hg_buf_len(&s->held);
	}
}

void
hg_stream_free(struct hg_streams *t, struct hg_flow *f)
{
	if (f->stream == NULL)
		return;
	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_side_free(t, &f->stream->side[d]);
	t->stats.active--;
	hg_pool_give(&t->pool, f->stream);
	f->stream = NULL;
}

bool
hg_stream_owes(const struct hg_flow *f, enum hg_dir dir, bool app_pending)
{
	const struct hg_stream *ss = f->stream;
	const struct hg_side *s = &ss->side[dir];

	if (ss->state < HG_TCP_ESTABLISHED || f->flags & HG_FLOW_DROP)
		return false;
	if (ss->state != HG_TCP_CLOSED)
		return true;
	return app_pending || (!s->app_off && hg_side_end(s) > s->app) ||
		(!s->raw_off && hg_side_end(s) > s->raw);
}

enum hg_tcp_state
hg_stream_state(const struct hg_flow *f)
{
	return f->stream == NULL ? HG_TCP_NONE : f->stream->state;
}

void
hg_stream_view(const struct hg_flow *f, struct hg_stream_view *out)
{
	*out = (struct hg_stream_view){ .state = f->stream->state, .midstream = f->stream->midstream };
	for (unsigned d = 0; d < HG_DIRS; d++) {
		const struct hg_side *s = &f->stream->side[d];

		out->flags[d] = s->flags;
		out->size[d] = s->next;
		out->gap[d] = s->gap_seen;
		out->regions[d] = s->most_pieces + 1;
	}
}

const struct hg_stream_stats *
hg_stream_stats(const struct hg_streams *t)
{
	return &t->stats;
}
