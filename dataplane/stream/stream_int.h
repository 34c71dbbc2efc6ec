/* stream_int: what the files of stream/ share.
 *
 * Sequence numbers are kept as on the wire (seq.h); bytes have 64-bit offsets, 0 is the one behind the initial sequence
 * number. side[d] is about the bytes that travel in direction d; what the other end says about them (acknowledgements,
 * windows) is kept there too.
 */
#ifndef HG_STREAM_STREAM_INT_H
#define HG_STREAM_STREAM_INT_H

#include "base/difference.h"
#include "stream/blocks.h"
#include "stream/segments.h"
#include "stream/seq.h"
#include "stream/stream.h"

#define SIDE(dir) (1u << (dir)) /* as HG_SIDE_* of catalog.h */

enum side_marks {
	SIDE_STAMPED = 1 << 0,       /* its SYN had a time stamp */
	SIDE_ZERO_STAMP = 1 << 1,    /* … of 0 */
	SIDE_KEEPALIVE = 1 << 2,     /* a keep-alive probe waits for its answer */
	SIDE_RESET_DOUBTED = 1 << 3, /* this side's sender got a reset that may be somebody else's */
	SIDE_GAP = 1 << 4,
	SIDE_DEPTH = 1 << 5, /* the depth is reached */
	SIDE_SHUT = 1 << 6,  /* nothing is stored any more */
	SIDE_TRIGGER_RAW = 1 << 7,
	SIDE_RAW_ENDS = 1 << 8, /* raw inspection ends with what is there */
	SIDE_RAW_OFF = 1 << 9,
	SIDE_APP_OFF = 1 << 10,
	SIDE_FLUSHED = 1 << 11, /* its last pseudo packet: what is there is visible */
	SIDE_EOF_TOLD = 1 << 12,
};

struct hg_sack;

/* Bytes of a direction that were looked at, packet by packet. */
struct hg_scanned {
	uint64_t from, to; /* without a hole, as they were in the packets */
	uint64_t found;    /* behind the last packet in which something was found */
	uint64_t stored;   /* where the packet with HG_PKT_APPENDED stands */
	uint16_t by;       /* who looked */
};

struct hg_side {
	uint32_t isn;    /* initial sequence number */
	uint32_t next;   /* sequence number that should come next */
	uint32_t acked;  /* highest acknowledgement by the other end */
	uint32_t edge;   /* the other end accepts up to here */
	uint32_t window; /* that the other end grants, scaled */
	uint32_t stamp;  /* last time stamp, and the second it came in */
	uint32_t stamp_second;
	uint32_t sacked; /* bytes that the other end holds beyond acked */
	uint16_t marks;  /* enum side_marks */
	uint16_t oob;    /* urgent bytes taken out of the sequence */
	uint8_t wscale;  /* of window */
	uint8_t flags;   /* all TCP flags sent */
	uint8_t os;      /* enum hg_os_policy + 1 of the host they go to; 0: not asked yet */
	uint8_t sacks;   /* entries in sack */
	uint32_t min_inspect;
	struct hg_sack *sack; /* NULL: never any */
	uint64_t base;        /* nothing in front of it is kept */
	uint64_t app, raw;    /* progress of the two readers */
	uint64_t app_waits;   /* the application was offered up to here and took nothing */
	struct hg_blocks blocks;
	struct hg_segments segments;
	struct hg_scanned scanned;
};

enum session_flags {
	SESSION_MIDSTREAM = 1 << 0,
	SESSION_MIDSTREAM_SYNACK = 1 << 1, /* … its first packet was a SYN/ACK */
	SESSION_WINDOW_UNSEEN = 1 << 2,    /* … and the answering side's window is not known */
	SESSION_STAMPS = 1 << 3,           /* both use time stamps */
	SESSION_WSCALE = 1 << 4,           /* the SYN offers window scaling */
	SESSION_SACK = 1 << 5,             /* the SYN offers selective acknowledgement */
	SESSION_BY_RESET = 1 << 6,         /* closed by a reset */
	SESSION_ASYNC = 1 << 7,            /* only one side is seen */
	SESSION_SPLIT = 1 << 8,            /* both sides sent a SYN (4 way handshake) */
	SESSION_EVASION = 1 << 9,          /* an ACK with right sequence and wrong acknowledgement was seen */
	SESSION_LOSSY = 1 << 10,           /* packets were missed: resets are believed */
	SESSION_CONFIRMED = 1 << 11,       /* the server sent behind the handshake */
	SESSION_TFO = 1 << 12,             /* fast open */
	SESSION_TFO_IGNORED = 1 << 13,     /* the server did not take the data of the SYN */
	SESSION_PROBE = 1 << 14,           /* shifted by the direction: a zero window probe went there */
};

/* A SYN or SYN/ACK that is not the first: which one counts the answer will show. */
struct hg_offer {
	uint32_t seq, ack, stamp, second;
	uint16_t window;
	uint8_t wscale, options; /* HG_TCPOPT_* of TS, WSCALE, SACK_OK */
};

struct hg_stream {
	struct hg_streams *all;
	struct hg_offer *offers;
	uint64_t depth;
	uint32_t flags;   /* enum session_flags */
	uint8_t state;    /* enum hg_tcp_state */
	uint8_t previous; /* the state before it */
	uint8_t n_offers, room_offers;
	struct hg_side side[HG_DIRS];
};

struct hg_streams {
	struct hg_stream_config config;
	struct hg_pool pool;
	struct hg_mem *mem;
	bool looks_back; /* what was inspected may be asked for again, as far as hg_stream_min_inspect says */
	bool compares;   /* overlapping bytes, for reassembly_overlap_different_data */
	struct hg_stream_stats stats;
};

/* One packet at work. */
struct hg_turn {
	struct hg_streams *all;
	struct hg_stream *ss; /* NULL: no session yet */
	struct hg_packet *p;
	struct hg_side *own, *other; /* the packet's direction, and against it */
	unsigned sides;              /* have something for the application */
};

static inline bool
has(const struct hg_turn *t, uint32_t session_flags)
{
	return (t->ss->flags & session_flags) != 0;
}

static inline bool
to_server(const struct hg_turn *t)
{
	return t->p->dir == HG_TO_SERVER;
}

static inline void
raise_event(struct hg_turn *t, enum hg_event e)
{
	hg_event_raise(&t->p->events, e);
}

/* The packet is not part of the session. */
static inline bool
refuse(struct hg_turn *t, enum hg_event e)
{
	raise_event(t, e);
	return false;
}

static inline uint32_t
second_of(const struct hg_packet *p)
{
	return (uint32_t)(p->time / HG_SEC);
}

/* Behind the packet's last byte. */
static inline uint32_t
seq_end(const struct hg_packet *p)
{
	return p->tcp.seq + p->payload_len;
}

static inline uint32_t
base_seq(const struct hg_side *s)
{
	return s->isn + 1 + (uint32_t)s->base;
}

/* Negative: in front of the first byte. */
static inline int64_t
side_offset(const struct hg_side *s, uint32_t seq)
{
	return (int64_t)s->base + (int32_t)(seq - base_seq(s));
}

static inline uint64_t
side_acked(const struct hg_side *s)
{
	const int64_t acked = side_offset(s, s->acked);

	return acked > (int64_t)s->base ? (uint64_t)acked : s->base;
}

/* session.c */
bool hg_session_track(struct hg_turn *t);
bool hg_session_dispatch(struct hg_turn *t, enum hg_tcp_state state);
/* Which flags its sides have sent; they count also when the packet is dropped. */
void hg_session_note_flags(struct hg_stream *ss, const struct hg_packet *p);
void hg_session_move(struct hg_turn *t, enum hg_tcp_state to);
struct hg_stream *hg_session_make(struct hg_turn *t); /* stream.c; NULL: cap reached */
uint8_t hg_side_policy(struct hg_turn *t); /* of the host that the packet goes to: enum hg_os_policy */

/* window.c: what a packet says about the other side's bytes */
bool hg_ack_ok(struct hg_turn *t); /* an acknowledgement that can be; else pkt_invalid_ack */
void hg_ack_note(struct hg_turn *t, struct hg_side *s, uint32_t ack);
void hg_next_note(struct hg_turn *t, struct hg_side *s, uint32_t next);
void hg_window_note(struct hg_turn *t); /* the window that the packet grants */
void hg_edge_note(struct hg_side *s);
void hg_sack_note(struct hg_turn *t);
bool hg_sack_outdated(const struct hg_side *s, const struct hg_packet *p);
void hg_sack_free(struct hg_streams *all, struct hg_side *s);
bool hg_window_fits(const struct hg_turn *t);

/* aside.c: packets that leave the states alone: keep-alives, probes, outdated acknowledgements */
bool hg_aside(struct hg_turn *t);
bool hg_retransmission(struct hg_turn *t);

/* stamp.c */
bool hg_stamp_ok(struct hg_turn *t); /* false: pkt_invalid_timestamp was raised */
void hg_stamp_note(struct hg_turn *t);
void hg_stamp_begin(struct hg_side *s, uint32_t stamp, uint32_t second);

/* begin.c, handshake.c, offer.c, established.c, closing.c, reset.c; false: refused */
bool hg_state_none(struct hg_turn *t);
bool hg_state_syn_sent(struct hg_turn *t);
bool hg_state_syn_recv(struct hg_turn *t);
bool hg_state_established(struct hg_turn *t);
bool hg_state_closing(struct hg_turn *t, enum hg_tcp_state state);
bool hg_state_closed(struct hg_turn *t);
bool hg_established_fin(struct hg_turn *t);
bool hg_reset_ok(struct hg_turn *t);
void hg_reset_close(struct hg_turn *t);
bool hg_reset(struct hg_turn *t);

struct hg_offer hg_offer_of(const struct hg_packet *p);
bool hg_offer_add(struct hg_turn *t, const struct hg_offer *o, unsigned most, enum hg_event full);
void hg_offers_drop(struct hg_stream *ss);

/* reassemble.c: stores the packet's payload, says which directions are to be served. */
void hg_segment_take(struct hg_turn *t);

#endif
