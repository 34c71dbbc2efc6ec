/* Resets: which ones the target would believe, and what they end. */
#include "stream/stream_int.h"

/* RFC 5961 wants the very next sequence number; stacks differ. */
static bool
seq_is_believed(struct hg_turn *t)
{
	const struct hg_side *s = t->own;
	const uint32_t seq = t->p->tcp.seq;

	if (has(t, SESSION_ASYNC))
		return seq_geq(seq, s->next);
	switch (hg_side_policy(t)) {
	case HG_OS_HPUX11:
		return seq_geq(seq, s->next);
	case HG_OS_OLD_LINUX:
	case HG_OS_LINUX:
	case HG_OS_SOLARIS:
	case HG_OS_OLD_SOLARIS:
		return seq_geq(seq_end(t->p), s->acked) && seq_lt(seq, s->next + s->window);
	default:
		return seq == s->next;
	}
}

bool
hg_reset_ok(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;

	if (has(t, SESSION_LOSSY))
		return true;
	if (!hg_stamp_ok(t))
		return false;
	if (p->payload_len > 0)
		raise_event(t, HG_EV_STREAM_RST_WITH_DATA);
	if (p->tcp.flags & HG_TCP_ACK && p->tcp.ack != 0 && !hg_ack_ok(t))
		return refuse(t, HG_EV_STREAM_RST_INVALID_ACK);
	/* Whether the signature is right only the ends know: if the sender goes on, the reset was somebody else's. */
	if (p->tcp.options & HG_TCPOPT_SIGNED)
		t->other->marks |= SIDE_RESET_DOUBTED;
	return seq_is_believed(t);
}

void
hg_reset_close(struct hg_turn *t)
{
	t->ss->flags |= SESSION_BY_RESET;
	hg_session_move(t, HG_TCP_CLOSED);
}

bool
hg_reset(struct hg_turn *t)
{
	const bool was_established = t->ss->state == HG_TCP_ESTABLISHED;
	const struct hg_packet *p = t->p;

	if (!hg_reset_ok(t))
		return false;
	hg_reset_close(t);
	if (was_established) {
		t->other->next = p->tcp.ack;
		t->own->next = seq_end(p) + !to_server(t);
		t->own->window = (uint32_t)p->tcp.window << t->own->wscale;
	}
	if (p->tcp.flags & HG_TCP_ACK && hg_ack_ok(t))
		hg_ack_note(t, t->other, p->tcp.ack);
	hg_ack_note(t, t->own, p->tcp.seq);
	hg_stamp_note(t);
	hg_segment_take(t);
	return true;
}
