/* SYN_SENT and SYN_RECV: the handshake in all its forms, and its repetitions.
 *
 * "client" and "server" are the sides of the flow, whoever sent the packet. */
#include "stream/stream_int.h"

#define UNKNOWN_SCALE 14

static void
sides_of(struct hg_turn *t, struct hg_side **client, struct hg_side **server)
{
	*client = &t->ss->side[HG_TO_SERVER];
	*server = &t->ss->side[HG_TO_CLIENT];
}

/* An answer of the server's must echo the client's stamp. */
static bool
echoes_stamp(const struct hg_turn *t)
{
	const struct hg_side *client = &t->ss->side[HG_TO_SERVER];
	const uint32_t echo = t->p->tcp.ts_ecr;

	if (to_server(t) || !(t->p->tcp.options & HG_TCPOPT_TS))
		return true;
	if (client->marks & SIDE_STAMPED)
		return client->stamp == 0 || echo == 0 || echo == client->stamp;
	return client->stamp != 0 || echo == 0;
}

/* The terms of the SYN that counts now. */
static struct hg_offer
current_syn(const struct hg_turn *t)
{
	const struct hg_side *client = &t->ss->side[HG_TO_SERVER], *server = &t->ss->side[HG_TO_CLIENT];
	struct hg_offer o = { .window = (uint16_t)server->window, .second = client->stamp_second };

	if (has(t, SESSION_SACK))
		o.options |= HG_TCPOPT_SACK_OK;
	if (has(t, SESSION_WSCALE)) {
		o.options |= HG_TCPOPT_WSCALE;
		o.wscale = server->wscale;
	}
	if (client->marks & SIDE_STAMPED) {
		o.options |= HG_TCPOPT_TS;
		o.stamp = client->stamp;
	}
	return o;
}

static void
set_flag(struct hg_stream *ss, uint32_t flag, bool on)
{
	ss->flags = on ? ss->flags | flag : ss->flags & ~flag;
}

static void
take_syn(struct hg_turn *t, const struct hg_offer *o)
{
	struct hg_side *client, *server;

	sides_of(t, &client, &server);
	if (o->options & HG_TCPOPT_TS) {
		client->stamp = o->stamp;
		client->stamp_second = o->second;
		client->marks |= SIDE_STAMPED;
	}
	set_flag(t->ss, SESSION_WSCALE, o->options & HG_TCPOPT_WSCALE);
	set_flag(t->ss, SESSION_SACK, o->options & HG_TCPOPT_SACK_OK);
	server->wscale = o->wscale;
	server->window = o->window;
}

static const struct hg_offer *
find_syn(const struct hg_stream *ss, uint8_t options, uint32_t stamp)
{
	for (unsigned i = 0; i < ss->n_offers; i++)
		if (((ss->offers[i].options ^ options) & HG_TCPOPT_TS) == 0 && ss->offers[i].stamp == stamp)
			return &ss->offers[i];
	return NULL;
}

/* The SYN again: the newest terms are the likeliest, the older ones are kept for the answer to choose. */
static void
repeat_syn(struct hg_turn *t)
{
	const struct hg_offer old = current_syn(t);
	struct hg_offer new = hg_offer_of(t->p);

	new.seq = new.ack = 0;
	if (memcmp(&old, &new, sizeof(old)) != 0 && find_syn(t->ss, old.options, old.stamp) == NULL)
		hg_offer_add(t, &old, t->all->config.max_syn_queued, HG_EV_STREAM_3WHS_SYN_FLOOD);
	take_syn(t, &new);
}

/* A SYN/ACK sets the server's terms. */
static void
take_synack(struct hg_turn *t, const struct hg_offer *o)
{
	struct hg_side *client, *server;

	sides_of(t, &client, &server);
	if (t->ss->state != HG_TCP_SYN_RECV)
		hg_session_move(t, HG_TCP_SYN_RECV);
	server->isn = o->seq;
	server->next = server->acked = o->seq + 1;
	client->window = o->window;
	if (o->options & HG_TCPOPT_TS && client->marks & SIDE_STAMPED) {
		hg_stamp_begin(server, o->stamp, o->second);
		t->ss->flags |= SESSION_STAMPS;
	} else {
		client->stamp = server->stamp = 0;
		client->marks &= (uint16_t)~SIDE_ZERO_STAMP;
	}
	client->acked = o->ack;
	client->wscale = has(t, SESSION_WSCALE) && o->options & HG_TCPOPT_WSCALE ? o->wscale : 0;
	server->edge = server->acked + server->window;
	client->edge = client->acked + client->window;
	t->ss->flags &= ~(uint32_t)SESSION_SPLIT;
}

/* Fast open: the SYN's data may be acknowledged with it, or not. */
static bool
ack_of_syn_ok(struct hg_turn *t)
{
	struct hg_side *client = t->other;

	if (!(has(t, SESSION_TFO) || t->p->tcp.options & HG_TCPOPT_TFO))
		return t->p->tcp.ack == client->isn + 1;
	if (t->p->tcp.ack != client->next) {
		if (t->p->tcp.ack != client->isn + 1)
			return false;
		client->next = client->isn;
		t->ss->flags |= SESSION_TFO_IGNORED;
		raise_event(t, HG_EV_STREAM_3WHS_SYNACK_TFO_DATA_IGNORED);
	}
	t->ss->flags |= SESSION_TFO;
	hg_session_move(t, HG_TCP_ESTABLISHED);
	return true;
}

static bool
answer_syn(struct hg_turn *t)
{
	const struct hg_offer o = hg_offer_of(t->p);

	if (!ack_of_syn_ok(t))
		return refuse(t, HG_EV_STREAM_3WHS_SYNACK_WITH_WRONG_ACK);
	if (!echoes_stamp(t)) {
		const struct hg_offer *syn = find_syn(t->ss, t->p->tcp.options, t->p->tcp.ts_ecr);

		if (syn == NULL)
			return refuse(t, HG_EV_STREAM_PKT_INVALID_TIMESTAMP);
		take_syn(t, syn);
	}
	hg_offers_drop(t->ss);
	take_synack(t, &o);
	return true;
}

/* A SYN against a SYN: both opened (RFC 9293 3.5, simultaneous open), or it is made to look so. */
static void
split_syn(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *server = t->own;

	t->ss->flags |= SESSION_SPLIT;
	server->isn = p->tcp.seq;
	server->next = server->isn + 1;
	if (p->tcp.options & HG_TCPOPT_TS) {
		hg_stamp_begin(server, p->tcp.ts_val, second_of(p));
		server->marks |= SIDE_STAMPED;
	}
	server->window = p->tcp.window;
	server->wscale = p->tcp.wscale;
	set_flag(t->ss, SESSION_WSCALE, p->tcp.options & HG_TCPOPT_WSCALE);
	set_flag(t->ss, SESSION_SACK, p->tcp.options & HG_TCPOPT_SACK_OK);
}

/* … and the client's SYN/ACK. */
static bool
answer_split(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *client = t->own, *server = t->other;

	if (!has(t, SESSION_SPLIT))
		return refuse(t, HG_EV_STREAM_3WHS_SYNACK_IN_WRONG_DIRECTION);
	if (p->tcp.ack != server->isn + 1)
		return refuse(t, HG_EV_STREAM_4WHS_SYNACK_WITH_WRONG_ACK);
	if (p->tcp.seq != client->isn)
		return refuse(t, HG_EV_STREAM_4WHS_SYNACK_WITH_WRONG_SYN);
	hg_session_move(t, HG_TCP_SYN_RECV);
	client->next = client->acked = client->isn + 1;
	server->window = p->tcp.window;
	if (p->tcp.options & HG_TCPOPT_TS && server->marks & SIDE_STAMPED) {
		hg_stamp_begin(client, p->tcp.ts_val, second_of(p));
		t->ss->flags |= SESSION_STAMPS;
	} else {
		client->stamp = server->stamp = 0;
		server->marks &= (uint16_t)~SIDE_ZERO_STAMP;
	}
	server->acked = p->tcp.ack;
	server->wscale = has(t, SESSION_WSCALE) ? p->tcp.wscale : 0;
	client->edge = client->acked + client->window;
	server->edge = server->acked + server->window;
	return true;
}

/* The client goes on although no answer was seen: with stream.async-oneside the other half passes elsewhere. */
static bool
go_one_sided(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *own = t->own, *other = t->other;

	if (!t->all->config.async_oneside)
		return true;
	if (p->tcp.seq != own->next)
		return refuse(t, HG_EV_STREAM_3WHS_ASYNC_WRONG_SEQ);
	t->ss->flags |= SESSION_ASYNC;
	hg_session_move(t, HG_TCP_ESTABLISHED);
	hg_offers_drop(t->ss);
	own->window = p->tcp.window;
	own->acked = p->tcp.seq;
	own->edge = own->acked + own->window;
	other->isn = p->tcp.ack - 1;
	other->next = other->acked = other->edge = p->tcp.ack;
	if (has(t, SESSION_WSCALE))
		own->wscale = UNKNOWN_SCALE;
	if (p->tcp.options & HG_TCPOPT_TS && own->marks & SIDE_STAMPED) {
		t->ss->flags |= SESSION_STAMPS;
		own->marks &= (uint16_t)~SIDE_STAMPED;
		own->stamp_second = second_of(p);
	} else {
		own->stamp = 0;
		own->marks &= (uint16_t)~SIDE_ZERO_STAMP;
	}
	hg_segment_take(t);
	return true;
}

/* Nobody listens; or the client takes its SYN back, which only its own numbers prove. */
static bool
reset_syn(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;

	if (!hg_reset_ok(t))
		return false;
	if (to_server(t) &&
		!(p->tcp.seq == t->own->isn && p->tcp.window == 0 && p->tcp.ack == t->own->isn + 1))
		return true;
	t->other->marks |= SIDE_RESET_DOUBTED;
	hg_reset_close(t);
	hg_offers_drop(t->ss);
	return true;
}

bool
hg_state_syn_sent(struct hg_turn *t)
{
	const uint8_t f = t->p->tcp.flags;

	if ((f & (HG_TCP_SYN | HG_TCP_ACK)) == (HG_TCP_SYN | HG_TCP_ACK))
		return to_server(t) ? answer_split(t) : answer_syn(t);
	if (!echoes_stamp(t))
		return refuse(t, HG_EV_STREAM_PKT_INVALID_TIMESTAMP);
	if (f & HG_TCP_RST)
		return reset_syn(t);
	if (f & HG_TCP_FIN)
		return true;
	if (f & HG_TCP_SYN) {
		if (to_server(t))
			repeat_syn(t);
		else
			split_syn(t);
		return true;
	}
	return f & HG_TCP_ACK ? go_one_sided(t) : true;
}

/* A reset after an ACK that was to deceive: some targets take it for a stray. */
static bool
reset_handshake(struct hg_turn *t)
{
	const uint8_t os = hg_side_policy(t);

	if (!hg_reset_ok(t))
		return false;
	if (has(t, SESSION_EVASION) &&
		(os == HG_OS_LINUX || os == HG_OS_OLD_LINUX || os == HG_OS_SOLARIS ||
			os == HG_OS_OLD_SOLARIS))
		return true;
	hg_reset_close(t);
	hg_stamp_note(t);
	return true;
}

static bool
repeat_synack(struct hg_turn *t)
{
	const struct hg_offer o = hg_offer_of(t->p);

	if (to_server(t))
		return refuse(t, HG_EV_STREAM_3WHS_SYNACK_TOSERVER_ON_SYN_RECV);
	if (t->p->tcp.ack != t->other->acked)
		return refuse(t, HG_EV_STREAM_3WHS_SYNACK_RESEND_WITH_DIFF_ACK);
	if (t->p->tcp.seq == t->own->isn)
		return true;
	for (unsigned i = 0; i < t->ss->n_offers; i++) {
		struct hg_offer known = t->ss->offers[i];

		known.second = o.second;
		if (memcmp(&known, &o, sizeof(o)) == 0)
			return true;
	}
	return hg_offer_add(t, &o, t->all->config.max_synack_queued, HG_EV_STREAM_3WHS_SYNACK_FLOOD);
}

/* Which of the server's SYN/ACKs the client has chosen. */
static void
choose_synack(struct hg_turn *t)
{
	for (unsigned i = 0; i < t->ss->n_offers; i++) {
		const struct hg_offer o = t->ss->offers[i];

		if (t->p->tcp.ack - 1 == o.seq && t->p->tcp.seq == o.ack) {
			take_synack(t, &o);
			return;
		}
	}
}

static bool
finish_split(struct hg_turn *t)
{
	if (t->p->tcp.seq != t->own->next)
		return refuse(t, HG_EV_STREAM_4WHS_WRONG_SEQ);
	if (!hg_ack_ok(t))
		return refuse(t, HG_EV_STREAM_4WHS_INVALID_ACK);
	hg_stamp_note(t);
	hg_ack_note(t, t->other, t->p->tcp.ack);
	hg_next_note(t, t->own, t->own->next + t->p->payload_len);
	hg_window_note(t);
	t->other->edge = t->other->acked + t->other->window;
	hg_session_move(t, HG_TCP_ESTABLISHED);
	hg_segment_take(t);
	return true;
}

static bool
establish(struct hg_turn *t)
{
	hg_session_move(t, HG_TCP_ESTABLISHED);
	hg_offers_drop(t->ss);
	hg_segment_take(t);
	return true;
}

/* The third packet as it should be. */
static bool
finish_handshake(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *client, *server;

	sides_of(t, &client, &server);
	hg_stamp_note(t);
	hg_ack_note(t, server, p->tcp.ack);
	hg_next_note(t, client, client->next + p->payload_len);
	server->window = (uint32_t)p->tcp.window << server->wscale;
	server->edge = server->acked + server->window;
	if (has(t, SESSION_MIDSTREAM)) {
		client->window = (uint32_t)p->tcp.window << client->wscale;
		client->edge = client->acked + client->window;
	} else if (!has(t, SESSION_ASYNC)) {
		p->flow->flags |= HG_FLOW_TWO_WAY;
	}
	if (p->payload_len > 0)
		t->p->flags |=
			HG_PKT_ESTABLISHED; /* an ACK was lost: the data is not part of the handshake */
	return establish(t);
}

/* The server goes on: its half only is seen. */
static bool
finish_one_sided(struct hg_turn *t)
{
	const struct hg_packet *p = t->p;
	struct hg_side *client, *server;

	sides_of(t, &client, &server);
	t->ss->flags |= SESSION_ASYNC;
	server->next += p->payload_len;
	server->acked = p->tcp.seq;
	client->window = (uint32_t)p->tcp.window << client->wscale;
	client->acked = p->tcp.ack;
	hg_stamp_note(t);
	if (has(t, SESSION_MIDSTREAM)) {
		server->window = p->tcp.window;
		server->edge = server->acked + server->window;
		server->wscale = client->wscale = UNKNOWN_SCALE;
	}
	return establish(t);
}

/* The client's ACK was missed: the server's next packet tells that it came. */
static bool
finish_unseen_ack(struct hg_turn *t)
{
	struct hg_side *client, *server;
	const struct hg_packet *p = t->p;

	sides_of(t, &client, &server);
	hg_stamp_note(t);
	hg_ack_note(t, client, p->tcp.ack);
	server->next = seq_end(p);
	client->window = p->tcp.window;
	client->edge = client->acked + ((uint32_t)p->tcp.window << client->wscale);
	server->edge = server->acked + server->window;
	return establish(t);
}

/* Some of the client's first packets were missed. */
static bool
finish_ahead(struct hg_turn *t)
{
	struct hg_side *client, *server;
	const struct hg_packet *p = t->p;

	sides_of(t, &client, &server);
	hg_stamp_note(t);
	client->next = seq_end(p);
	hg_ack_note(t, server, p->tcp.ack);
	server->window = (uint32_t)p->tcp.window << server->wscale;
	server->edge = server->acked + server->window;
	if (has(t, SESSION_MIDSTREAM)) {
		client->window = p->tcp.window;
		server->wscale = client->wscale = UNKNOWN_SCALE;
	}
	return establish(t);
}

static bool
finish_by_server(struct hg_turn *t)
{
	struct hg_side *server = &t->ss->side[HG_TO_CLIENT];

	hg_next_note(t, server, seq_end(t->p));
	server->window = (uint32_t)t->p->tcp.window << server->wscale;
	server->edge = server->acked + server->window;
	return establish(t);
}

/* An ACK of the server's before the client's. Inline nothing is missed, so it is not believed. */
static bool
is_early(const struct hg_turn *t)
{
	return !to_server(t) && !has(t, SESSION_MIDSTREAM_SYNACK | SESSION_TFO);
}

static bool
refuse_early(struct hg_turn *t)
{
	const struct hg_side *client = &t->ss->side[HG_TO_SERVER], *server = &t->ss->side[HG_TO_CLIENT];

	return refuse(t,
		t->p->payload_len > 0 && t->p->tcp.ack == client->acked && t->p->tcp.seq == server->next
			? HG_EV_STREAM_3WHS_ACK_DATA_INJECT
			: HG_EV_STREAM_3WHS_ACK_IN_WRONG_DIR);
}

static bool
judge_ack(struct hg_turn *t)
{
	const struct hg_stream_config *c = &t->all->config;
	const struct hg_side *client = &t->ss->side[HG_TO_SERVER], *server = &t->ss->side[HG_TO_CLIENT];
	const uint32_t seq = t->p->tcp.seq, ack = t->p->tcp.ack;
	const bool early = is_early(t);

	if (early && c->ips)
		return refuse_early(t);
	if (seq == client->next && ack == server->next)
		return finish_handshake(t);
	if (c->async_oneside && seq == server->next)
		return finish_one_sided(t);
	if (seq == client->next) {
		t->ss->flags |= SESSION_EVASION;
		return refuse(t, HG_EV_STREAM_3WHS_RIGHT_SEQ_WRONG_ACK_EVASION);
	}
	if (!to_server(t) && !c->ips && seq_gt(seq, client->next) && seq_gt(ack, client->acked))
		return finish_unseen_ack(t);
	if (seq_gt(seq, client->next) && seq_leq(seq, client->edge) && ack == server->next)
		return finish_ahead(t);
	if ((early || has(t, SESSION_TFO)) && ack == client->acked && seq == server->next)
		return finish_by_server(t);
	return refuse(t, HG_EV_STREAM_3WHS_WRONG_SEQ_WRONG_ACK);
}

static bool
take_ack(struct hg_turn *t)
{
	if (t->ss->n_offers > 0)
		choose_synack(t);
	if (!hg_stamp_ok(t))
		return false;
	if (has(t, SESSION_SPLIT) && !to_server(t))
		return finish_split(t);
	return judge_ack(t);
}

bool
hg_state_syn_recv(struct hg_turn *t)
{
	const uint8_t f = t->p->tcp.flags;

	if (f & HG_TCP_RST)
		return reset_handshake(t);
	if (f & HG_TCP_FIN)
		return hg_stamp_ok(t) && hg_established_fin(t);
	if ((f & (HG_TCP_SYN | HG_TCP_ACK)) == (HG_TCP_SYN | HG_TCP_ACK))
		return repeat_synack(t);
	if (f & HG_TCP_SYN) {
		if (!to_server(t))
			return refuse(t, HG_EV_STREAM_3WHS_SYN_TOCLIENT_ON_SYN_RECV);
		if (t->p->tcp.seq != t->own->isn)
			return refuse(t, HG_EV_STREAM_3WHS_SYN_RESEND_DIFF_SEQ_ON_SYN_RECV);
		return true;
	}
	return f & HG_TCP_ACK ? take_ack(t) : true;
}
