#include "stream/stream_int.h"

/* The state machine: who may send what when. A packet that does not fit raises its event and is not part of the session;
 * its payload is then looked at as a packet only (5.1). */

static bool
refuse(struct hg_packet *p, enum hg_event e)
{
	hg_event_raise(&p->events, e);
	p->flags |= HG_PKT_STREAM_INVALID;
	return false;
}

static uint32_t
scaled_window(const struct hg_side *s, const struct hg_packet *p)
{
	return p->tcp.flags & HG_TCP_SYN ? p->tcp.window : (uint32_t)p->tcp.window << s->wscale;
}

/* Offset of a sequence number, by its distance from what was sent last. */
static int64_t
offset_of(const struct hg_side *s, uint32_t seq)
{
	int32_t delta = (int32_t)(seq - (s->isn + 1 + (uint32_t)s->next));

	return (int64_t)s->next + delta;
}

static void
begin_side(struct hg_side *s, const struct hg_packet *p)
{
	s->isn = p->tcp.seq;
	s->known = true;
	s->wscale = p->tcp.options & HG_TCPOPT_WSCALE ? p->tcp.wscale : 0;
	s->window = p->tcp.window;
}

static bool
on_none(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir], *other = &ss->side[!p->dir];
	const uint8_t f = p->tcp.flags;

	if ((f & (HG_TCP_SYN | HG_TCP_ACK)) == HG_TCP_SYN) {
		begin_side(own, p);
		ss->state = HG_TCP_SYN_SENT;
		t->stats.syn++;
		return true;
	}
	if (f & HG_TCP_RST)
		return refuse(p, HG_EV_STREAM_RST_BUT_NO_SESSION);
	if (f & HG_TCP_FIN)
		return refuse(p, HG_EV_STREAM_FIN_BUT_NO_SESSION);
	if (!t->config.midstream || !(f & HG_TCP_ACK))
		return false;
	/* Picked up in the middle: the windows are unknown, so assume the largest scale. */
	ss->midstream = true;
	t->stats.midstream++;
	own->isn = p->tcp.seq - 1;
	other->isn = p->tcp.ack - 1;
	own->known = other->known = true;
	own->wscale = other->wscale = 14;
	own->window = other->window = 1 << 30;
	ss->state = f & HG_TCP_SYN ? HG_TCP_SYN_RECV : HG_TCP_ESTABLISHED;
	return true;
}

static bool
on_syn_sent(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir], *other = &ss->side[!p->dir];
	const uint8_t f = p->tcp.flags & (HG_TCP_SYN | HG_TCP_ACK);

	if (f == HG_TCP_SYN && own->known) {
		if (!t->config.ips || p->tcp.seq == own->isn)
			own->isn =
				p->tcp.seq; /* the answer decides which one counts; the last is the likely one */
		return true;
	}
	if (f == HG_TCP_SYN)
		return refuse(p, HG_EV_STREAM_3WHS_SYN_TOCLIENT_ON_SYN_RECV);
	if (f == (HG_TCP_SYN | HG_TCP_ACK)) {
		if (own->known)
			return refuse(p, HG_EV_STREAM_3WHS_SYNACK_IN_WRONG_DIRECTION);
		if (p->tcp.ack != other->isn + 1)
			return refuse(p, HG_EV_STREAM_3WHS_SYNACK_WITH_WRONG_ACK);
		begin_side(own, p);
		if (!(p->tcp.options & HG_TCPOPT_WSCALE))
			other->wscale = 0;
		ss->state = HG_TCP_SYN_RECV;
		t->stats.synack++;
		return true;
	}
	return false;
}

static bool
on_syn_recv(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir], *other = &ss->side[!p->dir];
	const uint8_t f = p->tcp.flags;

	(void)t;
	if (f & HG_TCP_SYN) {
		if (f & HG_TCP_ACK && p->dir == HG_TO_SERVER)
			return refuse(p, HG_EV_STREAM_3WHS_SYNACK_TOSERVER_ON_SYN_RECV);
		if (f & HG_TCP_ACK && p->tcp.seq != own->isn)
			return refuse(p, HG_EV_STREAM_3WHS_SYNACK_RESEND_WITH_DIFF_SEQ);
		return true;
	}
	if (!(f & HG_TCP_ACK))
		return false;
	if (p->dir == HG_TO_CLIENT)
		return refuse(p, HG_EV_STREAM_3WHS_ACK_IN_WRONG_DIR);
	if (p->tcp.ack != other->isn + 1 && (int32_t)(p->tcp.ack - other->isn - 1) < 0)
		return refuse(p, HG_EV_STREAM_3WHS_WRONG_SEQ_WRONG_ACK);
	ss->state = HG_TCP_ESTABLISHED;
	hg_flow_set_state(p->flow, HG_FLOW_ESTABLISHED);
	p->flow->flags |= HG_FLOW_TWO_WAY;
	return true;
}

/* Established and later: sequence and acknowledgement must lie where the other end would accept them. */
static bool
in_window(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir], *other = &ss->side[!p->dir];
	int64_t offset = offset_of(own, p->tcp.seq);

	(void)t;
	if (p->tcp.flags & HG_TCP_SYN)
		return refuse(p,
			p->tcp.flags & HG_TCP_ACK        ? HG_EV_STREAM_EST_SYNACK_RESEND
				: p->tcp.seq == own->isn ? HG_EV_STREAM_EST_SYN_RESEND
							 : HG_EV_STREAM_EST_SYN_RESEND_DIFF_SEQ);
	if (p->tcp.flags & HG_TCP_ACK && offset_of(other, p->tcp.ack) > (int64_t)other->next + 1)
		return refuse(p, HG_EV_STREAM_EST_INVALID_ACK);
	if (!ss->midstream && offset > (int64_t)(own->acked + HG_MAX(other->window, 1u) + 1))
		return refuse(p, HG_EV_STREAM_EST_PACKET_OUT_OF_WINDOW);
	if (p->payload_len > 0 && offset + (int64_t)p->payload_len <= (int64_t)own->acked) {
		if (offset + 1 != (int64_t)own->acked ||
			p->payload_len > 1) /* a keep-alive probe is one old byte */
			hg_event_raise(&p->events, HG_EV_STREAM_PKT_SPURIOUS_RETRANSMISSION);
		return true;
	}
	return true;
}

static void
move_on_fin(struct hg_stream *ss, const struct hg_packet *p)
{
	switch (ss->state) {
	case HG_TCP_ESTABLISHED:
		ss->state = p->dir == HG_TO_SERVER ? HG_TCP_CLOSE_WAIT : HG_TCP_FIN_WAIT1;
		break;
	case HG_TCP_CLOSE_WAIT:
		if (p->dir == HG_TO_CLIENT)
			ss->state = HG_TCP_LAST_ACK;
		break;
	case HG_TCP_FIN_WAIT1:
		if (p->dir == HG_TO_SERVER)
			ss->state = ss->side[HG_TO_CLIENT].acked > ss->side[HG_TO_CLIENT].fin_offset
				? HG_TCP_TIME_WAIT
				: HG_TCP_CLOSING;
		break;
	case HG_TCP_FIN_WAIT2:
		if (p->dir == HG_TO_SERVER)
			ss->state = HG_TCP_TIME_WAIT;
		break;
	default:
		break;
	}
}

/* The end that sent a FIN hears that it arrived. */
static void
move_on_ack(struct hg_stream *ss)
{
	const struct hg_side *server = &ss->side[HG_TO_CLIENT], *client = &ss->side[HG_TO_SERVER];
	const bool server_done = server->fin && server->acked > server->fin_offset;
	const bool client_done = client->fin && client->acked > client->fin_offset;

	if (ss->state == HG_TCP_FIN_WAIT1 && server_done)
		ss->state = HG_TCP_FIN_WAIT2;
	else if (ss->state == HG_TCP_CLOSING && server_done)
		ss->state = HG_TCP_TIME_WAIT;
	if ((ss->state == HG_TCP_LAST_ACK && server_done) || (ss->state == HG_TCP_TIME_WAIT && client_done))
		ss->state = HG_TCP_CLOSED;
}

static void
note_ack(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir], *other = &ss->side[!p->dir];
	int64_t acked;

	own->window = scaled_window(own, p);
	if (!(p->tcp.flags & HG_TCP_ACK) || !other->known)
		return;
	acked = offset_of(other, p->tcp.ack);
	if (acked > (int64_t)other->acked)
		other->acked = (uint64_t)acked;
	hg_side_skip_gap(t, other, p);
}

static void
note_data(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir];
	int64_t offset = offset_of(own, p->tcp.seq);
	struct hg_span payload = hg_packet_payload(p);
	uint64_t end;

	if (p->tcp.flags & HG_TCP_SYN)
		return;
	if (offset < 0) {
		payload = hg_span_from(payload, (size_t)-offset);
		offset = 0;
	}
	end = (uint64_t)offset + payload.len;
	if (payload.len > 0 && hg_side_insert(t, ss, own, p, (uint64_t)offset, payload))
		p->flags |= HG_PKT_IN_STREAM;
	own->next = HG_MAX(own->next, end);
	if (p->tcp.flags & HG_TCP_FIN && !own->fin) {
		own->fin = true;
		own->fin_offset = end;
		own->next = HG_MAX(own->next, end + 1);
	}
}

static bool
on_reset(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	struct hg_side *own = &ss->side[p->dir], *other = &ss->side[!p->dir];
	int64_t offset = own->known ? offset_of(own, p->tcp.seq) : 0;

	if (ss->state > HG_TCP_SYN_SENT &&
		(offset < (int64_t)own->acked || offset > (int64_t)(own->next + other->window)))
		return refuse(p, HG_EV_STREAM_RST_INVALID_ACK);
	t->stats.rst++;
	ss->state = HG_TCP_CLOSED;
	return true;
}

bool
hg_session_accept(struct hg_streams *t, struct hg_stream *ss, struct hg_packet *p)
{
	static bool (*const on[])(struct hg_streams *, struct hg_stream *, struct hg_packet *) = {
		[HG_TCP_NONE] = on_none,
		[HG_TCP_SYN_SENT] = on_syn_sent,
		[HG_TCP_SYN_RECV] = on_syn_recv,
		[HG_TCP_ESTABLISHED] = in_window,
		[HG_TCP_FIN_WAIT1] = in_window,
		[HG_TCP_FIN_WAIT2] = in_window,
		[HG_TCP_TIME_WAIT] = in_window,
		[HG_TCP_LAST_ACK] = in_window,
		[HG_TCP_CLOSE_WAIT] = in_window,
		[HG_TCP_CLOSING] = in_window,
		[HG_TCP_CLOSED] = in_window,
	};
	const enum hg_tcp_state before = ss->state;

	ss->side[p->dir].flags |= p->tcp.flags;
	if (p->tcp.flags & HG_TCP_RST && before != HG_TCP_NONE)
		return on_reset(t, ss, p);
	if (!on[before](t, ss, p))
		return false;
	if (ss->state < HG_TCP_ESTABLISHED)
		return true;
	if (before >= HG_TCP_ESTABLISHED || ss->midstream)
		p->flags |= HG_PKT_ESTABLISHED;
	note_ack(t, ss, p);
	note_data(t, ss, p);
	if (p->tcp.flags & HG_TCP_FIN)
		move_on_fin(ss, p);
	if (before > HG_TCP_ESTABLISHED)
		move_on_ack(ss);
	return true;
}
