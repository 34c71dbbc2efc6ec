/* stream_int: what the files of stream/ share. Offsets are 64-bit, 0 is the byte behind the initial sequence number. */
#ifndef HG_STREAM_STREAM_INT_H
#define HG_STREAM_STREAM_INT_H

#include "base/buf.h"
#include "stream/stream.h"

/* Bytes that came ahead of a hole; sorted by offset, disjoint. */
struct hg_piece {
	struct hg_piece *next;
	uint64_t offset;
	uint32_t len;
	uint8_t bytes[];
};

/* What one end has sent. */
struct hg_side {
	uint32_t isn;    /* its SYN's sequence number */
	uint32_t window; /* that it grants, scaled */
	uint8_t wscale;
	uint8_t flags; /* TCP flags seen */
	bool known;    /* isn is set */
	bool fin, flushed, gap_seen, depth_reached, trigger_raw, raw_off, app_off, eof_told;
	uint64_t fin_offset;
	uint64_t next;  /* highest offset sent so far */
	uint64_t acked; /* by the other end */
	uint64_t base;  /* offset of held's first byte; base + length: end of what is contiguous */
	struct hg_buf held;
	struct hg_piece *pieces;
	uint32_t n_pieces, most_pieces;
	uint64_t app, raw;  /* progress */
	uint64_t app_waits; /* app was offered up to here and took nothing */
	uint64_t gap;       /* missing bytes in front of app, not told yet */
	uint32_t min_inspect;
};

struct hg_stream {
	enum hg_tcp_state state;
	bool midstream;
	uint64_t depth;
	struct hg_side side[HG_DIRS]; /* side[d]: bytes that travel in direction d */
};

struct hg_streams {
	struct hg_stream_config config;
	struct hg_pool pool;
	struct hg_mem *mem;
	struct hg_stream_stats stats;
};

static inline uint64_t
hg_side_end(const struct hg_side *s)
{
	return s->base + hg_buf_len(&s->held);
}

/* Up to where bytes of a direction may be looked at. */
static inline uint64_t
hg_side_visible(const struct hg_streams *t, const struct hg_side *s)
{
	uint64_t end = hg_side_end(s);

	return t->config.ips || s->flushed ? end : HG_MIN(end, HG_MAX(s->acked, s->app));
}

/* reassemble.c */
/* Stores a segment's payload; false: it could not be taken (depth, cap). */
bool hg_side_insert(struct hg_streams *t, struct hg_stream *ss, struct hg_side *s, struct hg_packet *p,
	uint64_t offset, struct hg_span payload);
/* Bytes that were acknowledged and never came: goes on behind them. */
void hg_side_skip_gap(struct hg_streams *t, struct hg_side *s, struct hg_packet *p);
void hg_side_free(struct hg_streams *t, struct hg_side *s);
void hg_side_prune(struct hg_side *s);

/* session.c: judges the packet, moves the state; false: it is not part of the session */
bool hg_session_accept(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p);

#endif
