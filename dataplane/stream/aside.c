/* Packets that leave the states alone: keep-alives and their answers, window probes, outdated acknowledgements, and
 * retransmissions of what is gone. */
#include "stream/stream_int.h"

#define CONTROL (HG_TCP_SYN | HG_TCP_FIN | HG_TCP_RST)
#define SMALL_WINDOW 1024
#define WINDOW_SLACK 32 /* windows shrink a little more than what arrived, in the wild */

static uint32_t
window_of(const struct hg_turn *t)
{
	return (uint32_t)t->p->tcp.window << t->other->wscale;
}

static bool
repeats_ack(const struct hg_turn *t)
{
	return t->p->tcp.ack == t->other->acked && t->p->tcp.seq == t->own->next;
}

/* RFC 9293 3.8.4: one old byte or none. */
static bool
is_keepalive(const struct hg_turn *t)
{
	const struct hg_packet *p = t->p;

	return p->payload_len <= 1 && !(p->tcp.flags & CONTROL) && p->tcp.ack == t->other->acked &&
		p->tcp.seq == t->own->next - 1;
}

static bool
is_keepalive_answer(const struct hg_turn *t)
{
	const struct hg_packet *p = t->p;

	return t->other->marks & SIDE_KEEPALIVE && p->payload_len == 0 && !(p->tcp.flags & CONTROL) &&
		p->tcp.window != 0 && window_of(t) == t->other->window && repeats_ack(t);
}

static bool
is_plain_ack(const struct hg_turn *t)
{
	return t->ss->state >= HG_TCP_ESTABLISHED && t->p->payload_len == 0 &&
		(t->p->tcp.flags & (CONTROL | HG_TCP_ACK)) == HG_TCP_ACK;
}

/* The answer to a window probe: the window is shut still. */
static bool
is_probe_answer(const struct hg_turn *t)
{
	return has(t, SESSION_PROBE << !t->p->dir) && is_plain_ack(t) && t->p->tcp.window == 0 &&
		t->other->window == 0 && repeats_ack(t);
}

/* The last acknowledgement of a session that both sides have closed. */
static bool
is_last_ack(const struct hg_turn *t)
{
	const enum hg_tcp_state s = t->ss->state;

	return (s == HG_TCP_TIME_WAIT || s == HG_TCP_CLOSE_WAIT || s == HG_TCP_LAST_ACK) &&
		t->p->tcp.flags == HG_TCP_ACK && t->p->payload_len == 0 &&
		t->p->tcp.seq == t->own->next + 1 && t->p->tcp.ack == t->other->next + 1;
}

static bool
is_window_update(const struct hg_turn *t)
{
	return t->ss->state >= HG_TCP_ESTABLISHED && t->p->payload_len == 0 && !(t->p->tcp.flags & CONTROL) &&
		t->p->tcp.window != 0 && window_of(t) != t->other->window && repeats_ack(t);
}

/* Would shut the window on bytes that are on their way, by a packet that nobody can have sent yet. */
static bool
is_bad_window(const struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	const uint32_t window = window_of(t), shrinks = t->other->window - window;
	const uint32_t arrived = p->tcp.ack - t->other->acked;

	if (t->ss->state < HG_TCP_ESTABLISHED || t->ss->state == HG_TCP_CLOSED || p->tcp.flags & CONTROL)
		return false;
	if (window >= t->other->window || shrinks <= p->payload_len || !seq_gt(p->tcp.ack, t->other->next) ||
		!seq_gt(p->tcp.seq, t->own->next))
		return false;
	return shrinks > arrived + (window > SMALL_WINDOW ? WINDOW_SLACK : 0);
}

static bool
is_outdated(const struct hg_turn *t)
{
	return is_plain_ack(t) && t->p->tcp.seq == t->own->next && seq_lt(t->p->tcp.ack, t->other->acked) &&
		hg_sack_outdated(t->other, t->p);
}

/* Acknowledged long ago. true: not even held any more. */
static bool
is_gone(struct hg_turn *t)
{
	const struct hg_side *s = t->own;
	const bool gone = !(s->marks & SIDE_SHUT) && seq_leq(seq_end(t->p), base_seq(s));

	if (t->p->payload_len == 0 || !(gone || seq_leq(seq_end(t->p), s->acked)))
		return false;
	raise_event(t, HG_EV_STREAM_PKT_SPURIOUS_RETRANSMISSION);
	return gone;
}

bool
hg_aside(struct hg_turn *t)
{
	bool answers_probe;

	if (is_keepalive(t)) {
		t->own->marks |= SIDE_KEEPALIVE;
		return true;
	}
	t->own->marks &= (uint16_t)~SIDE_KEEPALIVE;
	if (is_keepalive_answer(t)) {
		t->other->marks &= (uint16_t)~SIDE_KEEPALIVE;
		return true;
	}
	answers_probe = is_probe_answer(t);
	if (answers_probe || hg_as_peer(t->all->config.suricata7, HG_DIFF_STREAM_PROBE))
		t->ss->flags &= ~(uint32_t)(SESSION_PROBE << !t->p->dir);
	if (answers_probe)
		return true;
	if (!is_last_ack(t) && !is_window_update(t)) {
		if (is_bad_window(t)) {
			raise_event(t, HG_EV_STREAM_PKT_BAD_WINDOW_UPDATE);
			return true;
		}
		if (is_outdated(t))
			return true;
	}
	return is_gone(t);
}

bool
hg_retransmission(struct hg_turn *t)
{
	if (t->p->payload_len == 0)
		return false;
	if (!(seq_lt(t->p->tcp.seq, t->own->acked) && seq_gt(seq_end(t->p), t->own->acked)) &&
		seq_gt(seq_end(t->p), t->own->acked) && seq_gt(seq_end(t->p), t->own->next))
		return false;
	raise_event(t, HG_EV_STREAM_PKT_RETRANSMISSION);
	return true;
}
