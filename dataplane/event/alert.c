#include "event/event_int.h"

#include <inttypes.h>
#include <stdio.h>

#define DLT_RAW 12 /* what libpcap, and so the peer, calls a packet that begins with IP; in files it is 101 */
/* What may follow a part of a record: flow, protocols, direction, verdict. */
#define REST_MAX 1024

/* A part that would make the record too long is left out, so that the alert is not lost for it. */
static void
keep_if_fits(struct hg_json *j, struct hg_json_mark mark)
{
	if (j->overflown || (size_t)(j->end - j->p) < REST_MAX)
		hg_json_rewind(j, mark);
}

static bool
blocked(const struct hg_alert *a)
{
	return a->flags & HG_ALERT_DROPPED;
}

static void
write_side(struct hg_json *j, const char *name, const struct hg_packet *p, bool src, struct hg_span client)
{
	hg_json_open_at(j, name);
	if (client.len > 0 && src == (p->dir == HG_TO_SERVER))
		hg_json_str(j, "ip", client);
	else
		hg_event_addr(j, "ip", src ? &p->src : &p->dst, p->family);
	if (hg_event_has_ports(p->proto))
		hg_json_u64(j, "port", src ? p->sport : p->dport);
	hg_json_close(j);
}

/* Keyword target: which side of the packet is attacked. */
static void
write_target(struct hg_json *j, const struct hg_rule *r, const struct hg_packet *p, struct hg_span client)
{
	const bool target_src = r->flags & HG_RF_TARGET_SRC;

	if (!(r->flags & (HG_RF_TARGET_SRC | HG_RF_TARGET_DST)))
		return;
	write_side(j, target_src ? "target" : "source", p, true, client);
	write_side(j, target_src ? "source" : "target", p, false, client);
}

void
hg_event_alert_object(struct hg_events *e, struct hg_json *j, const struct hg_packet *p,
	const struct hg_snapshot *rules, const struct hg_alert *a, struct hg_span client, struct hg_span xff)
{
	const struct hg_rule *r = &rules->rules[a->rule];
	const struct hg_rule_info *text = &rules->texts[r->text];

	hg_json_open_at(j, "alert");
	hg_json_cstr(j, "action", blocked(a) ? "blocked" : "allowed");
	hg_json_raw(j, text->alert);
	write_target(j, r, p, client);
	if (e->config.alert_metadata && text->metadata.len > 0)
		hg_json_raw(j, text->metadata);
	if (xff.len > 0)
		hg_json_str(j, "xff", xff);
	hg_json_close(j);
}

static void
write_tunnel(struct hg_json *j, const struct hg_packet *p)
{
	const struct hg_packet *o = p->outer;
	char proto[8];

	if (o == NULL || p->flags & HG_PKT_REBUILT || o->family == 0)
		return;
	hg_json_open_at(j, "tunnel");
	hg_event_addr(j, "src_ip", &o->src, o->family);
	hg_json_u64(j, "src_port", o->sport);
	hg_event_addr(j, "dest_ip", &o->dst, o->family);
	hg_json_u64(j, "dest_port", o->dport);
	hg_json_cstr(j, "proto", hg_event_ip_proto(o->proto, proto));
	hg_json_u64(j, "depth", p->depth);
	if (o->number != 0)
		hg_json_u64(j, "pcap_cnt", o->number);
	hg_json_cstr(j, "pkt_src", hg_packet_origin_name(o->origin));
	hg_json_close(j);
}

/* The transaction and those of its files that go the packet's way. */
static void
write_app(struct hg_json *j, const struct hg_packet *p, const struct hg_tx *tx)
{
	uint8_t name[HG_MASK_URL];
	struct hg_json_mark mark;
	bool any = false;

	if (tx == NULL || tx->bare || tx->decoder->log == NULL)
		return;
	if (!(tx->decoder->alert_bare && hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_ALERT_BARE)))
		tx->decoder->log(tx, true, p->dir, j);
	mark = hg_json_mark(j);
	hg_json_array_at(j, "files");
	for (const struct hg_file *file = tx->files; file != NULL; file = file->next) {
		if (file->dir != p->dir ||
			(file->logged && hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_FILES_TOLD)))
			continue;
		any = true;
		hg_json_open(j);
		hg_file_log(file, hg_event_file_name(tx, file, name), tx->number, j);
		hg_json_close(j);
	}
	hg_json_array_end(j);
	if (!any)
		hg_json_rewind(j, mark);
}

static void
write_app_if_fits(struct hg_json *j, const struct hg_packet *p, const struct hg_tx *tx)
{
	struct hg_json_mark mark = hg_json_mark(j);

	write_app(j, p, tx);
	keep_if_fits(j, mark);
}

static void
write_frame_if_fits(
	struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_app_frame *f)
{
	struct hg_json_mark mark = hg_json_mark(j);

	hg_event_frame_object(e, j, p, f, e->config.payload_max);
	keep_if_fits(j, mark);
}

void
hg_event_alert_flow(struct hg_events *e, struct hg_json *j, const struct hg_flow *f)
{
	hg_json_open_at(j, "flow");
	hg_json_u64(j, "pkts_toserver", f->packets[HG_TO_SERVER]);
	hg_json_u64(j, "pkts_toclient", f->packets[HG_TO_CLIENT]);
	hg_json_u64(j, "bytes_toserver", f->bytes[HG_TO_SERVER]);
	hg_json_u64(j, "bytes_toclient", f->bytes[HG_TO_CLIENT]);
	hg_event_time(e, j, "start", f->first);
	hg_event_addr(j, "src_ip", hg_flow_client_addr(f), f->key.family);
	hg_event_addr(j, "dest_ip", hg_flow_server_addr(f), f->key.family);
	if (hg_event_has_ports(f->key.proto)) {
		hg_json_u64(j, "src_port", hg_flow_client_port(f));
		hg_json_u64(j, "dest_port", hg_flow_server_port(f));
	}
	hg_json_bool(j, "two_way", f->flags & HG_FLOW_TWO_WAY);
	hg_json_close(j);
}

/* A match within a session, in its bytes or in what was decoded from them. */
static bool
in_session(const struct hg_packet *p, const struct hg_alert *a)
{
	return p->proto == HG_IP_TCP && a->flags & (HG_ALERT_STREAM | HG_ALERT_TX);
}

static size_t
add_bytes(struct hg_events *e, size_t n, struct hg_span text)
{
	const size_t len = HG_MIN(text.len, e->config.payload_max - n);

	memcpy(e->payload + n, text.p, len);
	return n + len;
}

/* What is held of the direction, holes as text in between, as the peer does it. */
static struct hg_span
stream_payload(struct hg_events *e, const struct hg_packet *p)
{
	struct hg_stream_piece piece = { 0 };
	size_t n = 0;

	while (n < e->config.payload_max && hg_stream_piece(p->flow, p->dir, &piece)) {
		char hole[64];
		size_t from;

		snprintf(hole, sizeof(hole), "[%" PRIu64 " bytes missing]", piece.gap);
		if (piece.gap > 0)
			n = add_bytes(e, n, hg_span_str(hole));
		from = n;
		n = add_bytes(e, n, piece.data);
		hg_event_veil_stream(
			e, p->flow, p->dir, piece.end - piece.data.len, e->payload + from, n - from);
	}
	return hg_span(e->payload, n);
}

/* As it came, unless something in it may be hidden. */
static struct hg_span
packet_payload(struct hg_events *e, const struct hg_packet *p)
{
	const struct hg_span payload = hg_packet_payload(p);

	if (!e->config.veil || payload.len == 0 || payload.len > sizeof(e->copy))
		return payload;
	memcpy(e->copy, payload.p, payload.len);
	hg_event_veil_payload(e, p, e->copy, payload.len);
	return hg_span(e->copy, payload.len);
}

static void
write_payload(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, bool session)
{
	struct hg_span payload = HG_SPAN_NONE;

	if (session && p->flow != NULL && p->flow->stream != NULL)
		payload = stream_payload(e, p);
	if (payload.len == 0 && !(p->flags & HG_PKT_PSEUDO))
		payload = packet_payload(e, p);
	if (payload.len > 0 && e->config.payload)
		hg_json_base64(j, "payload", payload);
	/* Of a packet also when it has none, as with the peer. */
	if ((payload.len > 0 || !session) && e->config.payload_printable)
		hg_event_text(e, j, "payload_printable", payload);
}

static struct hg_span
packet_bytes(struct hg_events *e, const struct hg_packet *p)
{
	const struct hg_span payload = hg_packet_payload(p), all = hg_span(p->data, p->len);

	if (!e->config.veil || payload.len == 0 || all.len > sizeof(e->copy))
		return all;
	memcpy(e->copy, all.p, all.len);
	hg_event_veil_payload(e, p, e->copy + (payload.p - all.p), payload.len);
	return hg_span(e->copy, all.len);
}

void
hg_event_packet_bytes(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, uint32_t most)
{
	if (p->data == NULL || p->flags & HG_PKT_PSEUDO)
		return;
	hg_json_base64(j, "packet", hg_span_sub(packet_bytes(e, p), 0, most));
	hg_json_open_at(j, "packet_info");
	hg_json_u64(j, "linktype", p->link == HG_LINK_RAW ? DLT_RAW : p->link);
	hg_json_close(j);
}

static void
write_bytes(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_alert *a)
{
	const bool session = in_session(p, a);
	struct hg_json_mark mark = hg_json_mark(j);

	if (e->config.payload || e->config.payload_printable) {
		write_payload(e, j, p, session);
		keep_if_fits(j, mark);
		hg_json_u64(j, "stream", session);
	}
	mark = hg_json_mark(j);
	if (e->config.packet)
		hg_event_packet_bytes(e, j, p, UINT32_MAX);
	keep_if_fits(j, mark);
}

static void
write_overflow(struct hg_json *j, const struct hg_snapshot *rules, const struct hg_alerts_cut *cut)
{
	hg_json_open_at(j, "alert_overflow");
	hg_json_u64(j, "discarded", cut->n);
	hg_json_array_at(j, "signatures");
	for (unsigned i = 0; i < cut->named; i++) {
		const struct hg_rule_info *text = &rules->texts[rules->rules[cut->rules[i]].text];

		hg_json_open(j);
		hg_json_u64(j, "gid", text->gid);
		hg_json_u64(j, "signature_id", text->sid);
		hg_json_close(j);
	}
	hg_json_array_end(j);
	hg_json_close(j);
}

void
hg_event_alert(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_alert *a, const struct hg_event_verdict *v)
{
	struct hg_event_head head = { .type = "alert",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_PACKET,
		.rules = rules,
		.tx = a->tx,
		.guessed = a->tx == NULL && a->flags & HG_ALERT_GUESSED,
		.tx_id = a->tx_id };
	const struct hg_event_xff *x = &e->config.xff[HG_XFF_ALERT];
	char address[HG_ADDR_TEXT];
	const struct hg_span xff = hg_event_xff(x, p->flow, a->tx, address);
	struct hg_json j;

	if (x->overwrite)
		head.client = xff;
	j = hg_event_begin(e, &head);
	if (a->flags & HG_ALERT_GUESSED)
		hg_json_bool(&j, "tx_guessed", true);
	if (a->frame != NULL && a->frame->tx != 0)
		hg_json_u64(&j, "tx_id", a->frame->tx - 1);
	hg_event_alert_object(e, &j, p, rules, a, head.client, xff);
	if (a->cut != NULL)
		write_overflow(&j, rules, a->cut);
	write_tunnel(&j, p);
	if (a->frame != NULL)
		write_frame_if_fits(e, &j, p, a->frame);
	if (e->config.alert_app)
		write_app_if_fits(&j, p, a->tx);
	if (p->flow != NULL) {
		hg_event_app_proto(&j, p->flow, a->tx);
		hg_json_cstr(&j, "direction", p->dir == HG_TO_SERVER ? "to_server" : "to_client");
		if (e->config.alert_flow)
			hg_event_alert_flow(e, &j, p->flow);
	}
	write_bytes(e, &j, p, a);
	if (e->config.verdict)
		hg_event_verdict(&j, v);
	hg_event_users(e, &j, &head);
	hg_event_end(e, &j, HG_EVE_ALERT);
}
