#include "event/event_int.h"

static bool
blocked(const struct hg_alert *a)
{
	return a->flags & HG_ALERT_DROPPED;
}

static void
write_side(struct hg_json *j, const char *name, const struct hg_addr *addr, uint16_t port,
	const struct hg_packet *p)
{
	hg_json_open_at(j, name);
	hg_event_addr(j, "ip", addr, p->family);
	if (hg_event_has_ports(p->proto))
		hg_json_u64(j, "port", port);
	hg_json_close(j);
}

/* Keyword target: which side of the packet is attacked. */
static void
write_target(struct hg_json *j, const struct hg_rule *r, const struct hg_packet *p)
{
	const bool target_src = r->flags & HG_RF_TARGET_SRC;

	if (!(r->flags & (HG_RF_TARGET_SRC | HG_RF_TARGET_DST)))
		return;
	write_side(j, target_src ? "target" : "source", &p->src, p->sport, p);
	write_side(j, target_src ? "source" : "target", &p->dst, p->dport, p);
}

void
hg_event_alert_object(struct hg_events *e, struct hg_json *j, const struct hg_packet *p,
	const struct hg_snapshot *rules, const struct hg_alert *a)
{
	const struct hg_rule *r = &rules->rules[a->rule];
	const struct hg_rule_info *text = &rules->texts[r->text];

	hg_json_open_at(j, "alert");
	hg_json_cstr(j, "action", blocked(a) ? "blocked" : "allowed");
	hg_json_raw(j, text->alert);
	write_target(j, r, p);
	if (e->config.alert_metadata && text->metadata.len > 0)
		hg_json_raw(j, text->metadata);
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
	struct hg_json_mark mark;
	bool any = false;

	if (tx == NULL || tx->decoder->log == NULL)
		return;
	tx->decoder->log(tx, true, p->dir, j);
	mark = hg_json_mark(j);
	hg_json_array_at(j, "files");
	for (const struct hg_file *file = tx->files; file != NULL; file = file->next) {
		if (file->dir != p->dir)
			continue;
		any = true;
		hg_json_open(j);
		hg_file_log(file, tx->id, j);
		hg_json_close(j);
	}
	hg_json_array_end(j);
	if (!any)
		hg_json_rewind(j, mark);
}

static void
write_flow(struct hg_events *e, struct hg_json *j, const struct hg_flow *f)
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

static void
write_bytes(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_alert *a)
{
	struct hg_span payload = p->flags & HG_PKT_PSEUDO ? HG_SPAN_NONE : hg_packet_payload(p);

	if (e->config.payload && payload.len > 0)
		hg_json_base64(j, "payload", payload);
	if (e->config.payload_printable && payload.len > 0)
		hg_json_str(j, "payload_printable", payload);
	if (e->config.payload || e->config.payload_printable)
		hg_json_u64(j, "stream", a->flags & HG_ALERT_STREAM ? 1 : 0);
	if (e->config.packet && p->data != NULL && !(p->flags & HG_PKT_PSEUDO)) {
		hg_json_base64(j, "packet", hg_span(p->data, p->len));
		hg_json_open_at(j, "packet_info");
		hg_json_u64(j, "linktype", p->link);
		hg_json_close(j);
	}
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
		.tx = a->tx };
	struct hg_json j = hg_event_begin(e, &head);

	if (a->flags & HG_ALERT_GUESSED)
		hg_json_bool(&j, "tx_guessed", true);
	hg_event_alert_object(e, &j, p, rules, a);
	write_tunnel(&j, p);
	if (e->config.alert_app)
		write_app(&j, p, a->tx);
	if (p->flow != NULL) {
		hg_event_app_proto(&j, p->flow, a->tx);
		hg_json_cstr(&j, "direction", p->dir == HG_TO_SERVER ? "to_server" : "to_client");
		if (e->config.alert_flow)
			write_flow(e, &j, p->flow);
	}
	write_bytes(e, &j, p, a);
	if (e->config.verdict)
		hg_event_verdict(&j, v);
	hg_event_end(e, &j, HG_EVE_ALERT);
}
