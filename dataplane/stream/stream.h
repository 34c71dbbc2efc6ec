/* stream: the TCP state machine and reassembly, both inspection clocks.
 *
 * hg_stream_packet() judges a packet of a TCP flow and stores its payload. Nothing is pushed: what became visible is
 * pulled, by app/ in order (hg_stream_next, hg_stream_take) and by detect/ as raw windows (hg_stream_raw).
 * ids clock: bytes of a direction become visible when the other side acknowledges them, and until then an overlap may
 * still replace them by the target's policy. ips clock: on arrival, what was accepted first stays. (peer-semantics 1.3-1.5,
 * 5.1, 5.2; ADR 0004)
 *
 * Bytes of a direction lie in runs without holes (blocks.h), nearly always in one, capped in bytes for all streams and in
 * runs a stream. A span handed out lives until the next call with the same stream. No heap, no clock, one thread.
 */
#ifndef HG_STREAM_STREAM_H
#define HG_STREAM_STREAM_H

#include "flow/exception.h"
#include "flow/flow.h"

enum hg_tcp_state {
	HG_TCP_NONE,
	HG_TCP_SYN_SENT,
	HG_TCP_SYN_RECV,
	HG_TCP_ESTABLISHED,
	HG_TCP_FIN_WAIT1,
	HG_TCP_FIN_WAIT2,
	HG_TCP_TIME_WAIT,
	HG_TCP_LAST_ACK,
	HG_TCP_CLOSE_WAIT,
	HG_TCP_CLOSING,
	HG_TCP_CLOSED,
};

/* stream.reassembly.urgent.policy: what becomes of the byte that the urgent pointer marks. */
enum hg_urgent { HG_URGENT_INLINE, HG_URGENT_DROP, HG_URGENT_OOB, HG_URGENT_GAP };

struct hg_stream_config {
	bool ips; /* which clock */
	bool suricata7;
	bool midstream, async_oneside;
	bool drop_invalid;       /* inline: packets that fail the state checks are dropped */
	bool liberal_timestamps; /* time stamps may be one behind, as Linux takes them */
	bool check_overlap;      /* compare overlapping bytes for the event */
	uint64_t depth;          /* bytes a direction; 0: no limit */
	uint32_t chunk[HG_DIRS]; /* raw inspection, toserver and toclient chunk size */
	bool raw;                /* raw windows at all */
	bool shown;              /* alerts show bytes of the stream: more of what was inspected is kept */
	uint32_t max_sessions, max_syn_queued, max_synack_queued, max_pieces;
	size_t memcap;                       /* bytes of payload held */
	enum hg_urgent urgent, urgent_limit; /* … when more than 65535 bytes were taken out */
	/* no session at hand, no room for a session, no room for bytes */
	enum hg_exception midstream_policy, memcap_policy, reassembly_memcap_policy;
	uint8_t (*os_policy)(const void *arg, const struct hg_addr *host, uint8_t family);
	const void *os_policy_arg;
	bool prefault;
};

void hg_stream_config_init(struct hg_stream_config *c);

struct hg_stream_stats {
	uint64_t sessions, active, midstream, midstream_policy, pseudo;
	uint64_t invalid_checksum, reassembly_gap, overlap, overlap_diff_data, insert_fail_memcap,
		insert_fail_limit;
	uint64_t session_cap, segment_bytes, held;
	uint64_t urgent; /* bytes taken out of the sequence */
	uint64_t depth;  /* directions that reached it */
};

struct hg_streams;
int hg_streams_open(
	struct hg_streams **ret, const struct hg_stream_config *c, struct hg_mem *mem, struct hg_error *err);
void hg_streams_close(struct hg_streams *s);
void hg_streams_reset(struct hg_streams *s);
/* Rules ask whether overlapping bytes differ: they are compared whatever the configuration says. */
void hg_streams_compare(struct hg_streams *s, bool wanted);
/* Rules look back: bytes are kept as far as hg_stream_min_inspect asks. */
void hg_streams_look_back(struct hg_streams *s, bool wanted);

/* The state machine and reassembly for one packet: makes p->flow->stream when the packet may open a session; raises stream
 * events on p; sets HG_PKT_IN_STREAM, HG_PKT_ESTABLISHED, HG_PKT_STREAM_INVALID; tells flow/ the state. Returns which
 * directions now have bytes (or an end) for the application, as HG_SIDE_* of catalog.h, the opposite direction of the packet
 * to be served first. Of a packet whose flow is dropped only the TCP flags count. */
unsigned hg_stream_packet(struct hg_streams *s, struct hg_packet *p);

/* The flow ends, or its session is over, and direction dir gets its last pseudo packet: everything held is visible,
 * acknowledged or not. */
void hg_stream_flush(struct hg_streams *s, struct hg_flow *f, enum hg_dir dir);

/* What the application has not taken yet of a direction, because of packet p, which gets reassembly_seq_gap where bytes are
 * missing. false: nothing new. */
struct hg_stream_bytes {
	struct hg_span data; /* contiguous; empty with gap or eof only */
	uint64_t offset;     /* of data in the direction since its first byte */
	uint64_t gap;        /* bytes that are missing in front of data, once */
	bool first;          /* nothing was ever taken */
	bool eof;            /* nothing more will come after data */
	bool depth;          /* … because the depth was reached */
};
bool hg_stream_next(struct hg_packet *p, enum hg_dir dir, struct hg_stream_bytes *out);
/* n bytes of what next gave are done with (n <= data.len); what is left comes again in front of what follows. With
 * n == 0 and data unchanged, next says false until more arrives. */
void hg_stream_take(struct hg_flow *f, enum hg_dir dir, size_t n);
/* What is not taken counts as new: the other direction has told what it is. */
void hg_stream_again(struct hg_flow *f, enum hg_dir dir);
/* Would next show bytes that it has not shown yet, or a hole? */
bool hg_stream_has_more(const struct hg_flow *f, enum hg_dir dir);

/* The raw window that packet p makes due in its own direction (peer-semantics 1.4, 1.5); false: none. */
struct hg_raw_window {
	struct hg_span data;
	uint64_t offset; /* of data in the direction */
};
struct hg_raw_iter {
	bool look_back; /* set by the caller: from hg_stream_min_inspect bytes in front of what the application has read */
	bool started, due;
	uint64_t progress, cursor;
};
/* Blocks one after the other (a gap parts them). p->dir gives the direction. */
bool hg_stream_raw(
	struct hg_streams *s, const struct hg_packet *p, struct hg_raw_iter *it, struct hg_raw_window *out);
/* What is to be looked at of p's payload so that windows of it need no look of their own: itself, and what of the stream stands
 * in front of it, no more than reach bytes, where something may begin that ends in it. by: who looks, who may change. */
struct hg_span hg_stream_fresh(const struct hg_packet *p, uint16_t by, uint32_t reach);
/* It was looked at then; found: something is in it that windows are looked at for. */
void hg_stream_scanned(const struct hg_packet *p, bool found);
/* All of the window was looked at by him, packet by packet, and nothing found. */
bool hg_stream_is_clean(const struct hg_packet *p, const struct hg_raw_window *w, uint16_t by);
/* After detection: inspected says whether any rule looked at raw data in this run. Moves raw progress as the peer does. */
void hg_stream_raw_done(
	struct hg_streams *s, const struct hg_packet *p, const struct hg_raw_iter *it, bool inspected);

/* Bytes of a direction that are held, piece by piece, up to the last that begins with an acknowledged one; `it` begins as zeroes. false: no more. */
struct hg_stream_piece {
	struct hg_span data;
	uint64_t gap; /* bytes that are missing in front of data */
	uint64_t end; /* of data in the direction */
};
bool hg_stream_piece(const struct hg_flow *f, enum hg_dir dir, struct hg_stream_piece *it);
/* What is held from offset on without a hole, acknowledged or not; empty: nothing. */
struct hg_span hg_stream_held(const struct hg_flow *f, enum hg_dir dir, uint64_t offset);
/* Where p's payload stands in its direction; false: it is in no session, or in front of its first byte. */
bool hg_stream_offset(const struct hg_packet *p, uint64_t *offset);

/* Asked for by decoders: */
void
hg_stream_trigger_raw(struct hg_flow *f, enum hg_dir dir); /* inspect what is there at the next run of dir */
void
hg_stream_min_inspect(struct hg_flow *f, enum hg_dir dir, uint32_t bytes); /* how far flush rules look back */
void hg_stream_disable_raw(
	struct hg_flow *f, enum hg_dir dir);     /* from now on; what is pending is inspected first */
bool hg_stream_is_shut(const struct hg_flow *f); /* no byte of either direction is kept or shown any more */
void hg_stream_disable_app(struct hg_flow *f, enum hg_dir dir); /* nobody takes bytes any more */
/* The bytes show that p's session, taken up in the middle, was begun by the other side: exchanges the sides of session, flow
 * and packet. false: the sides are sure. */
bool hg_stream_reverse(struct hg_packet *p);
/* Of this session, in place of a smaller one or of none; 0: no limit. */
void hg_stream_set_depth(struct hg_flow *f, uint64_t depth);

/* The flow's next packet comes soon: what its session points to is prefetched. */
void hg_stream_approach(const struct hg_flow *f);

/* Frees bytes of p's direction that nobody needs; call once a packet, after detection. */
void hg_stream_prune(struct hg_streams *s, const struct hg_packet *p);
void hg_stream_free(struct hg_streams *s, struct hg_flow *f);

/* Does the end of the flow owe a pseudo packet in this direction? (peer-semantics 1.3, last points). app_pending: the
 * application has a transaction that is not done there. */
bool hg_stream_owes(const struct hg_flow *f, enum hg_dir dir, bool app_pending);

enum hg_tcp_state hg_stream_state(const struct hg_flow *f);
/* Figures for EVE flow.tcp and for stream_size. */
struct hg_stream_view {
	uint8_t flags[HG_DIRS]; /* all TCP flags seen */
	uint32_t size[HG_DIRS]; /* next sequence number less the initial one: keyword stream_size */
	bool gap[HG_DIRS];
	uint16_t oob[HG_DIRS]; /* urgent bytes taken out */
	enum hg_tcp_state state;
	bool midstream;
};
void hg_stream_view(const struct hg_flow *f, struct hg_stream_view *out);
/* How many bytes of direction dir the other end is ready to take at once; no more than the depth. */
uint64_t hg_stream_granted(const struct hg_flow *f, enum hg_dir dir);
const struct hg_stream_stats *hg_stream_stats(const struct hg_streams *s);

#endif
