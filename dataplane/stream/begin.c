/* The first packet of a session: a SYN, or with stream.midstream whatever comes first. */
#include "stream/stream_int.h"

#define UNKNOWN_SCALE 14 /* the largest there is (RFC 7323 2.3) */

static bool
open_session(struct hg_turn *t)
{
	if (t->ss == NULL)
		t->ss = hg_session_make(t);
	if (t->ss == NULL)
		return false;
	t->own = &t->ss->side[t->p->dir];
	t->other = &t->ss->side[!t->p->dir];
	t->own->flags |= t->p->tcp.flags;
	if (t->all->config.async_oneside)
		t->ss->flags |= SESSION_ASYNC;
	return true;
}

static bool
open_midstream(struct hg_turn *t)
{
	if (!open_session(t))
		return false;
	t->all->stats.midstream++;
	t->ss->flags |= SESSION_MIDSTREAM;
	return true;
}

static bool
begin_syn(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *own, *other;

	if (!open_session(t))
		return false;
	own = t->own;
	other = t->other;
	hg_session_move(t, HG_TCP_SYN_SENT);
	own->isn = p->tcp.seq;
	own->next = own->isn + 1;
	if (!hg_as_peer(t->all->config.suricata7, HG_DIFF_STREAM_SYN_ACKED))
		own->acked = own->next;
	if (p->tcp.options & HG_TCPOPT_TS) {
		hg_stamp_begin(own, p->tcp.ts_val, second_of(p));
		own->marks |= SIDE_STAMPED;
	}
	other->window = p->tcp.window;
	other->wscale = p->tcp.wscale;
	if (p->tcp.options & HG_TCPOPT_WSCALE)
		t->ss->flags |= SESSION_WSCALE;
	if (p->tcp.options & HG_TCPOPT_SACK_OK)
		t->ss->flags |= SESSION_SACK;
	if (p->tcp.options & HG_TCPOPT_TFO) {
		t->ss->flags |= SESSION_TFO;
		if (p->payload_len > 0) {
			hg_next_note(t, own, own->next + p->payload_len);
			hg_segment_take(t);
		}
	}
	return true;
}

/* Stamps of a session whose begin was not seen: one's own, and the one it echoes. */
static void
begin_stamps(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;

	if (!(p->tcp.options & HG_TCPOPT_TS))
		return;
	hg_stamp_begin(t->own, p->tcp.ts_val, second_of(p));
	hg_stamp_begin(t->other, p->tcp.ts_ecr, 0);
	t->ss->flags |= SESSION_STAMPS;
}

/* A SYN/ACK first: what sends it is the server. */
static bool
begin_synack(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *client, *server;

	if (to_server(t))
		hg_flow_reverse(p->flow, t->p);
	if (!open_midstream(t))
		return false;
	server = t->own;
	client = t->other;
	hg_session_move(t, HG_TCP_SYN_RECV);
	t->ss->flags |= SESSION_MIDSTREAM_SYNACK;
	server->isn = p->tcp.seq;
	server->next = server->isn + 1;
	server->acked = p->tcp.seq;
	server->window = p->tcp.window;
	server->edge = server->acked + server->window;
	client->isn = p->tcp.ack - 1;
	client->next = p->tcp.ack;
	client->acked = p->tcp.ack;
	if (p->tcp.options & HG_TCPOPT_WSCALE) {
		client->wscale = p->tcp.wscale;
		server->wscale = UNKNOWN_SCALE;
	}
	begin_stamps(t);
	return true;
}

static bool
begin_middle(struct hg_turn *t, enum hg_tcp_state state)
{
	const struct hg_packet *p = t->p;
	struct hg_side *own, *other;

	if (!open_midstream(t))
		return false;
	own = t->own;
	other = t->other;
	hg_session_move(t, state);
	t->ss->flags |= SESSION_WINDOW_UNSEEN;
	own->wscale = other->wscale = UNKNOWN_SCALE;
	own->isn = p->tcp.seq - 1;
	own->next = seq_end(p) + (state == HG_TCP_FIN_WAIT1);
	own->acked = p->tcp.seq;
	own->window = (uint32_t)p->tcp.window << own->wscale;
	own->edge = own->acked + own->window;
	other->isn = p->tcp.ack - 1;
	other->next = other->acked = other->edge = p->tcp.ack;
	begin_stamps(t);
	hg_segment_take(t);
	return true;
}

/* May a session be taken up here? Policies other than to ignore or to pass forbid it. */
static bool
takes_up(struct hg_turn *t)
{
	const enum hg_exception policy = t->all->config.midstream_policy;

	if (policy != HG_EXCEPTION_IGNORE)
		t->all->stats.midstream_policy++;
	hg_exception_apply(t->p, policy, HG_DROP_MIDSTREAM, t->all->config.ips);
	return policy == HG_EXCEPTION_IGNORE || policy == HG_EXCEPTION_PASS_FLOW;
}

bool
hg_state_none(struct hg_turn *t)
{
	const struct hg_stream_config *c = &t->all->config;
	const uint8_t f = t->p->tcp.flags;
	bool taken;

	if (f & HG_TCP_RST)
		return refuse(t, HG_EV_STREAM_RST_BUT_NO_SESSION);
	if ((f & (HG_TCP_SYN | HG_TCP_ACK | HG_TCP_FIN)) == HG_TCP_SYN)
		return begin_syn(t);
	if (!(f & (HG_TCP_FIN | HG_TCP_ACK)))
		return true;
	taken = takes_up(t);
	if (f & HG_TCP_FIN) {
		if (!taken || !c->midstream || t->p->payload_len == 0)
			return refuse(t, HG_EV_STREAM_FIN_BUT_NO_SESSION);
		return begin_middle(t, HG_TCP_FIN_WAIT1);
	}
	if (f & HG_TCP_SYN)
		return taken && (c->midstream || c->async_oneside) ? begin_synack(t) : true;
	return taken && c->midstream ? begin_middle(t, HG_TCP_ESTABLISHED) : true;
}
