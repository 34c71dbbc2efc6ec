/* From the first FIN on. A row says for a state, a kind of packet and a direction which sequence numbers are right, what is
 * raised when they are not, and what the packet changes. */
#include "stream/stream_int.h"

enum kind {
	FIN = 1 << 0,     /* without ACK */
	FIN_ACK = 1 << 1, /* with */
	ACK = 1 << 2,     /* ACK without FIN */
};

enum way { SERVER = 1 << HG_TO_SERVER, CLIENT = 1 << HG_TO_CLIENT, BOTH = SERVER | CLIENT };

/* Of the packet's sequence number, unless it is a retransmission. */
enum order {
	ANY,
	FROM_NEXT, /* next … the window's end */
	FROM_FIN,  /* the same, or the FIN itself once more */
	IN_WINDOW, /* ends in front of the edge */
	AT_NEXT,
	NEW_IN_WINDOW,  /* brings something new, begins in the window */
	AT_NEXT_OR_FIN, /* the last acknowledgement: next, or one more when the FIN was counted */
	AT_FIN_OR_NEXT, /* next, or one less when the FIN was counted already */
	NOT_BEHIND,     /* old, or at next */
};

enum what {
	AGAIN_AT_FIN = 1 << 0,     /* a repeated FIN is a retransmission */
	ACK_FIRST = 1 << 1,        /* the acknowledgement is checked before the sequence number */
	ONLY_NEW = 1 << 2,         /* a retransmission changes nothing */
	OTHER_MISSED = 1 << 3,     /* an acknowledgement ahead of next: packets were missed */
	OTHER_MISSED_FIN = 1 << 4, /* … its FIN counted */
	NEXT_MOVES = 1 << 5,       /* own next moves when the packet begins there */
	NEXT_MOVES_FIN = 1 << 6,   /* … one in front of it, the FIN counted */
	WINDOW = 1 << 7,           /* selective acknowledgements and the edge */
	EVEN_AGAIN = 1 << 8,       /* order is checked for retransmissions too */
	HALF_WINDOW = 1 << 9,      /* the granted window is the server's to use, whoever sent it */
};

struct row {
	uint8_t state, kinds, ways, order;
	uint16_t what;
	uint8_t to; /* HG_TCP_NONE: stays */
	uint16_t wrong_order, wrong_ack;
};

#define E(name) HG_EV_STREAM_##name

static const struct row rows[] = {
	{ HG_TCP_FIN_WAIT1, FIN_ACK, SERVER, FROM_FIN, OTHER_MISSED_FIN | NEXT_MOVES, HG_TCP_TIME_WAIT,
		E(FIN1_FIN_WRONG_SEQ), E(FIN1_INVALID_ACK) },
	{ HG_TCP_FIN_WAIT1, FIN_ACK, CLIENT, FROM_FIN,
		AGAIN_AT_FIN | ONLY_NEW | OTHER_MISSED_FIN | NEXT_MOVES_FIN, HG_TCP_TIME_WAIT,
		E(FIN1_FIN_WRONG_SEQ), E(FIN1_INVALID_ACK) },
	{ HG_TCP_FIN_WAIT1, FIN, BOTH, FROM_FIN, OTHER_MISSED_FIN | NEXT_MOVES_FIN, HG_TCP_CLOSING,
		E(FIN1_FIN_WRONG_SEQ), E(FIN1_INVALID_ACK) },
	{ HG_TCP_FIN_WAIT1, ACK, SERVER, IN_WINDOW, ACK_FIRST | OTHER_MISSED_FIN | NEXT_MOVES | WINDOW,
		HG_TCP_FIN_WAIT2, E(FIN1_ACK_WRONG_SEQ), E(FIN1_INVALID_ACK) },
	{ HG_TCP_FIN_WAIT1, ACK, CLIENT, IN_WINDOW, ACK_FIRST | OTHER_MISSED_FIN | NEXT_MOVES_FIN | WINDOW,
		HG_TCP_FIN_WAIT2, E(FIN1_ACK_WRONG_SEQ), E(FIN1_INVALID_ACK) },

	{ HG_TCP_FIN_WAIT2, FIN | FIN_ACK, SERVER, FROM_NEXT, AGAIN_AT_FIN | OTHER_MISSED | NEXT_MOVES,
		HG_TCP_TIME_WAIT, E(FIN2_FIN_WRONG_SEQ), E(FIN2_INVALID_ACK) },
	{ HG_TCP_FIN_WAIT2, FIN | FIN_ACK, CLIENT, FROM_NEXT, AGAIN_AT_FIN | OTHER_MISSED, HG_TCP_TIME_WAIT,
		E(FIN2_FIN_WRONG_SEQ), E(FIN2_INVALID_ACK) },
	{ HG_TCP_FIN_WAIT2, ACK, BOTH, IN_WINDOW, ACK_FIRST | NEXT_MOVES | WINDOW, HG_TCP_NONE,
		E(FIN2_ACK_WRONG_SEQ), E(FIN2_INVALID_ACK) },

	{ HG_TCP_CLOSING, ACK | FIN_ACK, BOTH, AT_NEXT, EVEN_AGAIN | OTHER_MISSED | HALF_WINDOW,
		HG_TCP_TIME_WAIT, E(CLOSING_ACK_WRONG_SEQ), E(CLOSING_INVALID_ACK) },

	{ HG_TCP_CLOSE_WAIT, FIN | FIN_ACK, SERVER, FROM_NEXT, OTHER_MISSED, HG_TCP_NONE,
		E(CLOSEWAIT_FIN_OUT_OF_WINDOW), E(CLOSEWAIT_INVALID_ACK) },
	{ HG_TCP_CLOSE_WAIT, FIN | FIN_ACK, CLIENT, FROM_NEXT, OTHER_MISSED, HG_TCP_LAST_ACK,
		E(CLOSEWAIT_FIN_OUT_OF_WINDOW), E(CLOSEWAIT_INVALID_ACK) },
	{ HG_TCP_CLOSE_WAIT, ACK, BOTH, NEW_IN_WINDOW, EVEN_AGAIN | OTHER_MISSED | NEXT_MOVES, HG_TCP_NONE,
		E(CLOSEWAIT_ACK_OUT_OF_WINDOW), E(CLOSEWAIT_INVALID_ACK) },

	{ HG_TCP_LAST_ACK, ACK, SERVER, NOT_BEHIND, ACK_FIRST | OTHER_MISSED, HG_TCP_CLOSED,
		E(LASTACK_ACK_WRONG_SEQ), E(LASTACK_INVALID_ACK) },

	{ HG_TCP_TIME_WAIT, ACK, SERVER, AT_NEXT_OR_FIN, OTHER_MISSED, HG_TCP_CLOSED,
		E(TIMEWAIT_ACK_WRONG_SEQ), E(TIMEWAIT_INVALID_ACK) },
	{ HG_TCP_TIME_WAIT, ACK, CLIENT, AT_FIN_OR_NEXT, OTHER_MISSED, HG_TCP_CLOSED,
		E(TIMEWAIT_ACK_WRONG_SEQ), E(TIMEWAIT_INVALID_ACK) },
};

static enum kind
kind_of(const struct hg_packet *p)
{
	if (p->tcp.flags & HG_TCP_FIN)
		return p->tcp.flags & HG_TCP_ACK ? FIN_ACK : FIN;
	return p->tcp.flags & HG_TCP_ACK ? ACK : 0;
}

static const struct row *
find_row(enum hg_tcp_state state, const struct hg_packet *p)
{
	const unsigned kind = kind_of(p), way = 1u << p->dir;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].state == state && rows[i].kinds & kind && rows[i].ways & way)
			return &rows[i];
	return NULL;
}

static bool
begins_in_window(const struct hg_turn *t)
{
	return seq_leq(t->p->tcp.seq, t->own->acked + t->own->window);
}

static bool
in_order(const struct hg_turn *t, enum order order)
{
	const uint32_t seq = t->p->tcp.seq, next = t->own->next;

	switch (order) {
	case FROM_NEXT:
		return seq_geq(seq, next) && begins_in_window(t);
	case FROM_FIN:
		return seq_geq(seq, next - 1) && begins_in_window(t);
	case IN_WINDOW:
		return hg_window_fits(t);
	case AT_NEXT:
		return seq == next;
	case NEW_IN_WINDOW:
		return begins_in_window(t);
	case AT_NEXT_OR_FIN:
		return seq == next || seq == next + 1;
	case AT_FIN_OR_NEXT:
		return seq == next || seq == next - 1;
	case NOT_BEHIND:
		return seq_lt(seq, next) || seq == next || seq == next + 1;
	default:
		return true;
	}
}

/* A FIN_WAIT1 side waits for its FIN to be acknowledged; anything less is no step. */
static bool
is_partial(const struct hg_turn *t, const struct row *r)
{
	return r->to == HG_TCP_FIN_WAIT2 && to_server(t) && t->p->tcp.ack != t->other->next;
}

static bool
check_order(struct hg_turn *t, const struct row *r, bool again)
{
	if ((again && !(r->what & EVEN_AGAIN)) || is_partial(t, r))
		return true;
	if (r->order == NEW_IN_WINDOW && t->p->payload_len > 0 && seq_leq(seq_end(t->p), t->own->acked))
		return refuse(t, E(CLOSEWAIT_PKT_BEFORE_LAST_ACK));
	return in_order(t, r->order) || refuse(t, r->wrong_order);
}

static bool
check(struct hg_turn *t, const struct row *r, bool again)
{
	if (r->what & ACK_FIRST && !hg_ack_ok(t))
		return refuse(t, r->wrong_ack);
	if (!check_order(t, r, again))
		return false;
	if (!(r->what & ACK_FIRST) && !hg_ack_ok(t))
		return refuse(t, r->wrong_ack);
	return true;
}

static bool
is_step(const struct hg_turn *t, const struct row *r)
{
	if (r->to == HG_TCP_FIN_WAIT2)
		return t->p->tcp.seq == t->own->next - !to_server(t);
	return r->order != NOT_BEHIND || seq_geq(t->p->tcp.seq, t->own->next);
}

static void
step(struct hg_turn *t, const struct row *r)
{
	if (is_partial(t, r))
		return;
	if (r->to != HG_TCP_NONE && is_step(t, r))
		hg_session_move(t, (enum hg_tcp_state)r->to);
	if (r->what & HALF_WINDOW) {
		struct hg_side *client = &t->ss->side[HG_TO_SERVER];

		client->window = (uint32_t)t->p->tcp.window << client->wscale;
	} else {
		hg_window_note(t);
	}
}

static void
move_marks(struct hg_turn *t, const struct row *r)
{
	const struct hg_packet *p = t->p;
	struct hg_side *own = t->own, *other = t->other;
	const uint32_t counted = r->what & OTHER_MISSED_FIN ? 1 : 0;

	if (r->what & (OTHER_MISSED | OTHER_MISSED_FIN) && seq_lt(other->next - counted, p->tcp.ack))
		other->next = p->tcp.ack;
	if ((r->what & NEXT_MOVES && own->next == p->tcp.seq) ||
		(r->what & NEXT_MOVES_FIN && own->next - 1 == p->tcp.seq))
		hg_next_note(t, own, seq_end(p));
	if (p->tcp.flags & HG_TCP_ACK)
		hg_ack_note(t, other, p->tcp.ack);
	if (r->what & WINDOW) {
		hg_sack_note(t);
		hg_edge_note(other);
	}
}

static bool
is_again(struct hg_turn *t, const struct row *r)
{
	if (r->what & AGAIN_AT_FIN && t->p->tcp.seq == t->own->next - 1 && t->p->tcp.ack == t->other->acked)
		return true;
	return hg_retransmission(t);
}

/* The server's data in front of its FIN, late. */
static bool
is_late_data(const struct hg_turn *t, const struct row *r)
{
	return r->order == AT_FIN_OR_NEXT && t->p->payload_len > 0 && !in_order(t, r->order) &&
		t->p->tcp.seq == t->own->acked;
}

bool
hg_state_closing(struct hg_turn *t, enum hg_tcp_state state)
{
	const struct row *r;
	bool again;

	if (t->p->tcp.flags & HG_TCP_RST)
		return hg_reset(t);
	if (t->p->tcp.flags & HG_TCP_SYN && (state == HG_TCP_CLOSING || !(t->p->tcp.flags & HG_TCP_FIN)))
		return refuse(t, HG_EV_STREAM_SHUTDOWN_SYN_RESEND);
	r = find_row(state, t->p);
	if (r == NULL)
		return true;
	if (!hg_stamp_ok(t))
		return false;
	again = is_again(t, r);
	if (!again && is_late_data(t, r))
		return true;
	if (!check(t, r, again))
		return false;
	if (!again)
		step(t, r);
	hg_stamp_note(t);
	if (!again || !(r->what & ONLY_NEW))
		move_marks(t, r);
	hg_segment_take(t);
	return true;
}
