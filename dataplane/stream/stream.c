#include "stream/stream_int.h"

#include <errno.h>

#include "base/catalog.h"
#include "base/start.h"

#define WINDOW_UNKNOWN 4096 /* kept for comparison when the other end has named none */

void
hg_stream_config_init(struct hg_stream_config *c)
{
	*c = (struct hg_stream_config){ .drop_invalid = true,
		.liberal_timestamps = true,
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
	struct hg_streams *all = hg_start_take(sizeof(*all));
	int r;

	if (all == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for streams");
	all->config = *c;
	all->mem = mem;
	all->compares = c->check_overlap;
	all->looks_back = c->shown;
	r = hg_pool_init(&all->pool, sizeof(struct hg_stream), 64, c->max_sessions, c->prefault, err);
	if (r < 0) {
		hg_start_give(all);
		return r;
	}
	*ret = all;
	return 0;
}

void
hg_streams_close(struct hg_streams *all)
{
	if (all == NULL)
		return;
	hg_pool_fini(&all->pool);
	hg_start_give(all);
}

void
hg_streams_reset(struct hg_streams *all)
{
	hg_pool_reset(&all->pool);
	all->stats = (struct hg_stream_stats){ 0 };
}

void
hg_streams_compare(struct hg_streams *all, bool wanted)
{
	all->compares = all->config.check_overlap || wanted;
}

void
hg_streams_look_back(struct hg_streams *all, bool wanted)
{
	all->looks_back = wanted || all->config.shown;
}

struct hg_stream *
hg_session_make(struct hg_turn *t)
{
	struct hg_streams *all = t->all;
	struct hg_stream *ss = hg_pool_take(&all->pool);

	if (ss == NULL) {
		all->stats.session_cap++;
		hg_exception_apply(t->p, all->config.memcap_policy, HG_DROP_STREAM_MEMCAP, all->config.ips);
		return NULL;
	}
	ss->all = all;
	ss->depth = all->config.depth;
	for (unsigned d = 0; d < HG_DIRS; d++)
		ss->side[d].marks = all->config.raw ? 0 : SIDE_RAW_OFF;
	t->p->flow->stream = ss;
	all->stats.sessions++;
	all->stats.active++;
	return ss;
}

/* What flow/ needs to know a SYN that begins another session from one that repeats this one's. */
static void
tell_flow(const struct hg_stream *ss, struct hg_flow *f)
{
	f->tcp_over = ss->state >= HG_TCP_LAST_ACK || ss->state == HG_TCP_NONE;
	f->tcp_any_syn = (ss->flags & SESSION_TFO_IGNORED) != 0;
	f->tcp_isn[HG_TO_SERVER] = ss->side[HG_TO_SERVER].isn;
	f->tcp_isn[HG_TO_CLIENT] = ss->side[HG_TO_CLIENT].isn;
}

/* false: it goes no further. */
static bool
enters(struct hg_streams *all, struct hg_packet *p, struct hg_stream *ss)
{
	if ((ss != NULL && ss->state >= HG_TCP_ESTABLISHED) || p->flow->state == HG_FLOW_ESTABLISHED)
		p->flags |= HG_PKT_ESTABLISHED;
	if (p->flow->flags & HG_FLOW_NO_PAYLOAD)
		p->flags |= HG_PKT_NO_PAYLOAD;
	if (p->flags & HG_PKT_BAD_CHECKSUM) {
		all->stats.invalid_checksum++;
		return false;
	}
	if (ss != NULL)
		hg_session_note_flags(ss, p);
	if (p->flow->flags & HG_FLOW_DROP)
		return false;
	if (all->config.ips && all->config.urgent == HG_URGENT_DROP && p->tcp.flags & HG_TCP_URG) {
		hg_packet_drop(p, HG_DROP_STREAM_URGENT, true);
		return false;
	}
	return true;
}

static void
refuse_packet(const struct hg_streams *all, struct hg_packet *p)
{
	p->flags |= HG_PKT_STREAM_INVALID;
	if (!all->config.ips || !all->config.drop_invalid)
		return;
	p->flags |= HG_PKT_NO_PAYLOAD;
	hg_packet_drop(p, HG_DROP_STREAM_ERROR, true);
}

unsigned
hg_stream_packet(struct hg_streams *all, struct hg_packet *p)
{
	struct hg_stream *ss = p->flow->stream;
	struct hg_turn t = { .all = all, .ss = ss, .p = p };
	uint8_t before = HG_TCP_NONE;

	if (p->l4 == 0 || !enters(all, p, ss))
		return 0;
	if (ss != NULL) {
		before = ss->state;
		t.own = &ss->side[p->dir];
		t.other = &ss->side[!p->dir];
	}
	if (!hg_session_track(&t))
		refuse_packet(all, p);
	if (t.ss != NULL && (t.ss->state != before || p->tcp.flags & HG_TCP_SYN))
		tell_flow(t.ss, p->flow);
	return t.sides;
}

bool
hg_stream_reverse(struct hg_packet *p)
{
	struct hg_stream *ss = p->flow->stream;
	struct hg_side client;

	if ((ss->flags & (SESSION_MIDSTREAM | SESSION_MIDSTREAM_SYNACK)) != SESSION_MIDSTREAM)
		return false;
	client = ss->side[HG_TO_SERVER];
	ss->side[HG_TO_SERVER] = ss->side[HG_TO_CLIENT];
	ss->side[HG_TO_CLIENT] = client;
	hg_flow_reverse(p->flow, p);
	tell_flow(ss, p->flow);
	return true;
}

void
hg_stream_set_depth(struct hg_flow *f, uint64_t depth)
{
	if (f->stream != NULL && (depth == 0 || depth > f->stream->depth))
		f->stream->depth = depth;
}

static struct hg_block_caps
caps_of(struct hg_streams *all)
{
	return (struct hg_block_caps){ .mem = all->mem, .held = &all->stats.held };
}

static void
free_bytes(struct hg_streams *all, struct hg_side *s)
{
	const struct hg_block_caps caps = caps_of(all);
	const uint64_t end = s->segments.end;

	hg_blocks_free(&s->blocks, &caps);
	hg_segments_free(&s->segments, all->mem);
	s->segments.end = end;
}

static uint64_t
less(uint64_t offset, uint64_t n)
{
	return offset > n ? offset - n : 0;
}

/* What neither reader needs again, and no overlap can concern. */
static uint64_t
kept_from(const struct hg_streams *all, const struct hg_stream *ss, const struct hg_side *s, enum hg_dir dir)
{
	const bool app = !(s->marks & SIDE_APP_OFF), raw = !(s->marks & SIDE_RAW_OFF);
	uint64_t from = s->raw;

	if (all->config.ips)
		from = less(from, all->config.chunk[dir]);
	if (app && all->looks_back && ss->state < HG_TCP_CLOSED)
		from = less(from, s->min_inspect);
	if (!raw)
		from = s->app;
	else if (app)
		from = HG_MIN(from, s->app);
	from = HG_MIN(from, side_acked(s));
	if (!all->config.ips && all->compares)
		from = less(from, s->window != 0 ? s->window : WINDOW_UNKNOWN);
	return from;
}

/* Neither reader takes anything more. */
static bool
is_read_out(const struct hg_side *s)
{
	const bool raw_done =
		s->marks & SIDE_RAW_OFF || (s->marks & SIDE_RAW_ENDS && s->raw >= s->segments.end);

	return s->marks & SIDE_DEPTH || (s->marks & SIDE_APP_OFF && raw_done);
}

void
hg_stream_approach(const struct hg_flow *f)
{
	for (unsigned dir = 0; f->stream != NULL && dir < HG_DIRS; dir++) {
		const struct hg_side *s = &f->stream->side[dir];

		__builtin_prefetch(s->blocks.one, 1);
		if (s->segments.rows != NULL)
			__builtin_prefetch(s->segments.rows + s->segments.head, 1);
	}
}

void
hg_stream_prune(struct hg_streams *all, const struct hg_packet *p)
{
	struct hg_stream *ss = p->flow->stream;
	struct hg_side *s = &ss->side[p->dir];
	struct hg_block_caps caps;
	uint64_t from;

	if (s->marks & SIDE_SHUT)
		return;
	if (is_read_out(s)) {
		s->marks |= SIDE_SHUT;
		free_bytes(all, s);
		return;
	}
	from = kept_from(all, ss, s, (enum hg_dir)p->dir);
	if (from <= s->base)
		return;
	caps = caps_of(all);
	hg_blocks_drop(&s->blocks, &caps, from);
	hg_segments_drop(&s->segments, from);
	s->base = from;
}

void
hg_stream_free(struct hg_streams *all, struct hg_flow *f)
{
	if (f->stream == NULL)
		return;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		free_bytes(all, &f->stream->side[d]);
		hg_sack_free(all, &f->stream->side[d]);
	}
	hg_offers_drop(f->stream);
	all->stats.active--;
	hg_pool_give(&all->pool, f->stream);
	f->stream = NULL;
}

bool
hg_stream_owes(const struct hg_flow *f, enum hg_dir dir, bool app_pending)
{
	const struct hg_stream *ss = f->stream;
	const struct hg_side *s = &ss->side[dir];

	if (f->flags & HG_FLOW_ACTION_DROP)
		return false;
	if (app_pending || (ss->state >= HG_TCP_ESTABLISHED && ss->state != HG_TCP_CLOSED))
		return true;
	return (!(s->marks & SIDE_RAW_OFF) && s->segments.n > 0 && s->segments.end > s->raw) ||
		(!(s->marks & SIDE_APP_OFF) && hg_blocks_run(&s->blocks, s->base) > s->app);
}

enum hg_tcp_state
hg_stream_state(const struct hg_flow *f)
{
	return f->stream == NULL ? HG_TCP_NONE : (enum hg_tcp_state)f->stream->state;
}

uint64_t
hg_stream_granted(const struct hg_flow *f, enum hg_dir dir)
{
	uint32_t window = f->stream->side[!dir].window;

	return f->stream->depth == 0 ? window : HG_MIN(window, f->stream->depth);
}

void
hg_stream_view(const struct hg_flow *f, struct hg_stream_view *out)
{
	const struct hg_stream *ss = f->stream;

	*out = (struct hg_stream_view){ .state = (enum hg_tcp_state)ss->state,
		.midstream = (ss->flags & SESSION_MIDSTREAM) != 0 };
	for (unsigned d = 0; d < HG_DIRS; d++) {
		const struct hg_side *s = &ss->side[d];

		out->flags[d] = s->flags;
		out->size[d] = s->next - s->isn;
		out->gap[d] = (s->marks & SIDE_GAP) != 0;
		out->oob[d] = s->oob;
	}
}

const struct hg_stream_stats *
hg_stream_stats(const struct hg_streams *all)
{
	return &all->stats;
}
