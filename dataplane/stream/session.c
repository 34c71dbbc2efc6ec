/* A packet's way through the states. */
#include "stream/stream_int.h"

uint8_t
hg_side_policy(struct hg_turn *t)
{
	const struct hg_stream_config *c = &t->all->config;
	struct hg_side *s = t->own;

	if (s->os == 0) {
		const uint8_t os = c->os_policy == NULL
			? HG_OS_BSD
			: c->os_policy(c->os_policy_arg, &t->p->dst, t->p->family);

		s->os = (uint8_t)(os + 1);
	}
	return (uint8_t)(s->os - 1);
}

void
hg_session_move(struct hg_turn *t, enum hg_tcp_state to)
{
	struct hg_stream *ss = t->ss;

	if (to == ss->state)
		return;
	ss->previous = ss->state;
	ss->state = (uint8_t)to;
	switch (to) {
	case HG_TCP_ESTABLISHED:
	case HG_TCP_FIN_WAIT1:
	case HG_TCP_FIN_WAIT2:
	case HG_TCP_CLOSING:
	case HG_TCP_CLOSE_WAIT:
		hg_flow_set_state(t->p->flow, HG_FLOW_ESTABLISHED);
		break;
	case HG_TCP_LAST_ACK:
	case HG_TCP_TIME_WAIT:
	case HG_TCP_CLOSED:
		hg_flow_set_state(t->p->flow, HG_FLOW_CLOSED);
		break;
	default:
		break;
	}
}

bool
hg_session_dispatch(struct hg_turn *t, enum hg_tcp_state state)
{
	switch (state) {
	case HG_TCP_SYN_SENT:
		return hg_state_syn_sent(t);
	case HG_TCP_SYN_RECV:
		return hg_state_syn_recv(t);
	case HG_TCP_ESTABLISHED:
		return hg_state_established(t);
	case HG_TCP_CLOSED:
		return hg_state_closed(t);
	default:
		return hg_state_closing(t, state);
	}
}

/* Closed by a reset that its receiver may never have got: when it goes on sending, so do we. */
bool
hg_state_closed(struct hg_turn *t)
{
	struct hg_stream *ss = t->ss;

	if (t->p->tcp.flags & HG_TCP_RST || t->own->marks & SIDE_RESET_DOUBTED ||
		!(t->other->marks & SIDE_RESET_DOUBTED))
		return true;
	if (!hg_session_dispatch(t, (enum hg_tcp_state)ss->previous))
		return false;
	if (ss->state == HG_TCP_CLOSED)
		ss->state = ss->previous;
	return true;
}

/* Who has sent a reset and goes on did not send it. */
static void
doubt_reset(struct hg_turn *t)
{
	if (t->p->tcp.flags & HG_TCP_RST || !(t->other->marks & SIDE_RESET_DOUBTED))
		return;
	t->other->marks &= (uint16_t)~SIDE_RESET_DOUBTED;
	t->ss->flags &= ~(uint32_t)SESSION_BY_RESET;
	raise_event(t, HG_EV_STREAM_SUSPECTED_RST_INJECT);
}

void
hg_session_note_flags(struct hg_stream *ss, const struct hg_packet *p)
{
	ss->side[p->dir].flags |= p->tcp.flags;
	if (ss->side[HG_TO_SERVER].flags != 0 && ss->side[HG_TO_CLIENT].flags != 0)
		ss->flags &= ~(uint32_t)SESSION_ASYNC;
}

bool
hg_session_track(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;

	if (!(p->tcp.flags & HG_TCP_ACK) && p->tcp.ack != 0)
		raise_event(t, HG_EV_STREAM_PKT_BROKEN_ACK);
	if (t->ss == NULL || t->ss->state == HG_TCP_NONE)
		return hg_state_none(t);
	if (!hg_aside(t) && !hg_session_dispatch(t, (enum hg_tcp_state)t->ss->state))
		return false;
	doubt_reset(t);
	return true;
}
