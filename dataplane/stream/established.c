/* ESTABLISHED: data both ways, the first FIN, and handshakes that come once more. */
#include "stream/stream_int.h"

static bool
repeat_synack(struct hg_turn *t)
{
	if (to_server(t))
		return refuse(t, HG_EV_STREAM_EST_SYNACK_TOSERVER);
	if (t->p->tcp.ack != t->other->acked)
		return refuse(t, HG_EV_STREAM_EST_SYNACK_RESEND_WITH_DIFF_ACK);
	if (t->p->tcp.seq != t->own->isn)
		return refuse(t, HG_EV_STREAM_EST_SYNACK_RESEND_WITH_DIFF_SEQ);
	return !has(t, SESSION_CONFIRMED) || refuse(t, HG_EV_STREAM_EST_SYNACK_RESEND);
}

static bool
repeat_syn(struct hg_turn *t)
{
	if (!to_server(t))
		return refuse(t, HG_EV_STREAM_EST_SYN_TOCLIENT);
	return refuse(t,
		t->p->tcp.seq == t->own->isn ? HG_EV_STREAM_EST_SYN_RESEND
					     : HG_EV_STREAM_EST_SYN_RESEND_DIFF_SEQ);
}

/* The first FIN: from the client CLOSE_WAIT, from the server FIN_WAIT1, as seen from the server. */
bool
hg_established_fin(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *own = t->own, *other = t->other;

	if (!hg_ack_ok(t))
		return refuse(t, HG_EV_STREAM_FIN_INVALID_ACK);
	if (seq_lt(p->tcp.seq, own->acked) || seq_gt(seq_end(p), own->edge))
		return refuse(t, HG_EV_STREAM_FIN_OUT_OF_WINDOW);
	if (to_server(t) && p->tcp.flags & HG_TCP_SYN)
		return refuse(t, HG_EV_STREAM_FIN_SYN);
	hg_session_move(t, to_server(t) ? HG_TCP_CLOSE_WAIT : HG_TCP_FIN_WAIT1);
	own->next = seq_end(p) + !to_server(t);
	hg_window_note(t);
	hg_stamp_note(t);
	if (seq_lt(other->next, p->tcp.ack))
		other->next = p->tcp.ack;
	if (p->tcp.flags & HG_TCP_ACK)
		hg_ack_note(t, other, p->tcp.ack);
	hg_segment_take(t);
	return true;
}

static bool
ack_is_right(struct hg_turn *t)
{
	const bool probed = has(t, SESSION_PROBE << !t->p->dir);

	t->ss->flags &= ~(uint32_t)(SESSION_PROBE << !t->p->dir);
	if (!probed || t->p->tcp.ack != t->other->next + 1)
		return hg_ack_ok(t);
	raise_event(t, HG_EV_STREAM_EST_ACK_ZWP_DATA);
	return true;
}

/* What was acknowledged is over, unless nobody acknowledges, or acknowledgements ran ahead of the packets. */
static bool
is_new(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *own = t->own;

	if (p->payload_len <= 1 && p->tcp.seq == own->next - 1)
		return true;
	if (seq_geq(seq_end(p), own->acked))
		return true;
	if (has(t, SESSION_ASYNC)) {
		if (!to_server(t))
			own->acked = p->tcp.seq;
		return true;
	}
	if (to_server(t) && t->all->config.async_oneside && has(t, SESSION_MIDSTREAM) &&
		(own->next == p->tcp.seq || own->acked == own->isn + 1)) {
		t->ss->flags |= SESSION_ASYNC;
		return true;
	}
	if (seq_gt(own->acked, own->next) && seq_gt(seq_end(p), own->next))
		return true;
	return refuse(t, HG_EV_STREAM_EST_PKT_BEFORE_LAST_ACK);
}

/* One byte into a window that is shut. */
static bool
is_probe(const struct hg_turn *t)
{
	return t->p->payload_len == 1 && t->p->tcp.seq == t->own->next && t->own->window == 0;
}

static void
learn_window(struct hg_turn *t)
{
	struct hg_side *own = t->own;

	if (to_server(t) || !has(t, SESSION_WINDOW_UNSEEN))
		return;
	own->window = (uint32_t)t->p->tcp.window << own->wscale;
	own->edge = own->acked + own->window;
	t->ss->flags &= ~(uint32_t)SESSION_WINDOW_UNSEEN;
}

static void
take_data(struct hg_turn *t)
{
	struct hg_side *other = t->other;

	hg_window_note(t);
	hg_ack_note(t, other, t->p->tcp.ack);
	hg_stamp_note(t);
	hg_sack_note(t);
	hg_edge_note(other);
	hg_segment_take(t);
}

static void
take(struct hg_turn *t)
{
	if (!ack_is_right(t)) {
		raise_event(t, HG_EV_STREAM_EST_INVALID_ACK);
		return;
	}
	learn_window(t);
	if (!is_new(t))
		return;
	if (is_probe(t)) {
		t->ss->flags |= SESSION_PROBE << t->p->dir;
		hg_segment_take(t);
		return;
	}
	if (seq_geq(seq_end(t->p), t->own->next))
		hg_next_note(t, t->own, seq_end(t->p));
	if (hg_window_fits(t))
		take_data(t);
	else
		raise_event(t, HG_EV_STREAM_EST_PACKET_OUT_OF_WINDOW);
}

bool
hg_state_established(struct hg_turn *t)
{
	const uint8_t f = t->p->tcp.flags;

	if (f & HG_TCP_RST)
		return hg_reset(t);
	if (f & HG_TCP_FIN)
		return hg_stamp_ok(t) && hg_established_fin(t);
	if ((f & (HG_TCP_SYN | HG_TCP_ACK)) == (HG_TCP_SYN | HG_TCP_ACK))
		return repeat_synack(t);
	if (f & HG_TCP_SYN)
		return repeat_syn(t);
	if (!(f & HG_TCP_ACK))
		return true;
	if (!hg_stamp_ok(t))
		return false;
	if (!to_server(t))
		t->ss->flags |= SESSION_CONFIRMED;
	/* A wrong packet has its event, and is not refused: inline it passes (as the peer). */
	take(t);
	return true;
}
