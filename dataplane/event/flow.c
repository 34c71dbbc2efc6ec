#include "event/event_int.h"

#include <stdio.h>

static const char *const states[] = {
	[HG_FLOW_NEW] = "new",
	[HG_FLOW_ESTABLISHED] = "established",
	[HG_FLOW_CLOSED] = "closed",
	[HG_FLOW_BYPASSED] = "bypassed",
};

static const char *const reasons[] = {
	[HG_FLOW_END_TIMEOUT] = "timeout",
	[HG_FLOW_END_FORCED] = "forced",
	[HG_FLOW_END_SHUTDOWN] = "shutdown",
};

static const char *const tcp_states[] = {
	[HG_TCP_NONE] = "none",
	[HG_TCP_SYN_SENT] = "syn_sent",
	[HG_TCP_SYN_RECV] = "syn_recv",
	[HG_TCP_ESTABLISHED] = "established",
	[HG_TCP_FIN_WAIT1] = "fin_wait1",
	[HG_TCP_FIN_WAIT2] = "fin_wait2",
	[HG_TCP_TIME_WAIT] = "time_wait",
	[HG_TCP_LAST_ACK] = "last_ack",
	[HG_TCP_CLOSE_WAIT] = "close_wait",
	[HG_TCP_CLOSING] = "closing",
	[HG_TCP_CLOSED] = "closed",
};

static void
write_hex(struct hg_json *j, const char *name, uint8_t flags)
{
	hg_json_hex(j, name, hg_span(&flags, 1), '\0');
}

/* The peer counts memory regions; our bytes of a direction always lie in one. */
static void
write_session(struct hg_json *j, const struct hg_stream_view *v)
{
	hg_json_cstr(j, "state", tcp_states[v->state]);
	if (v->gap[HG_TO_CLIENT])
		hg_json_bool(j, "tc_gap", true);
	if (v->gap[HG_TO_SERVER])
		hg_json_bool(j, "ts_gap", true);
	hg_json_u64(j, "ts_max_regions", 1);
	hg_json_u64(j, "tc_max_regions", 1);
	if (v->oob[HG_TO_SERVER] > 0)
		hg_json_u64(j, "ts_urgent_oob_data", v->oob[HG_TO_SERVER]);
	if (v->oob[HG_TO_CLIENT] > 0)
		hg_json_u64(j, "tc_urgent_oob_data", v->oob[HG_TO_CLIENT]);
}

void
hg_event_tcp_flags(struct hg_json *j, uint8_t flags)
{
	static const char *const names[8] = { "fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr" };
	static const uint8_t order[8] = { 1, 0, 2, 3, 4, 5, 6, 7 };

	for (unsigned i = 0; i < 8; i++)
		if (flags >> order[i] & 1)
			hg_json_bool(j, names[order[i]], true);
}

static void
write_tcp(struct hg_json *j, const struct hg_flow *f)
{
	struct hg_stream_view v = { 0 };
	uint8_t all;

	if (f->key.proto != HG_IP_TCP)
		return;
	if (f->stream != NULL)
		hg_stream_view(f, &v);
	all = v.flags[HG_TO_SERVER] | v.flags[HG_TO_CLIENT];
	hg_json_open_at(j, "tcp");
	write_hex(j, "tcp_flags", all);
	write_hex(j, "tcp_flags_ts", v.flags[HG_TO_SERVER]);
	write_hex(j, "tcp_flags_tc", v.flags[HG_TO_CLIENT]);
	hg_event_tcp_flags(j, all);
	if (f->stream != NULL)
		write_session(j, &v);
	hg_json_close(j);
}

static void
write_icmp(struct hg_json *j, const struct hg_flow *f)
{
	if (f->key.proto != HG_IP_ICMP && f->key.proto != HG_IP_ICMPV6)
		return;
	hg_json_u64(j, "icmp_type", f->icmp_type[HG_TO_SERVER]);
	hg_json_u64(j, "icmp_code", f->icmp_code[HG_TO_SERVER]);
	if (f->packets[HG_TO_CLIENT] > 0) {
		hg_json_u64(j, "response_icmp_type", f->icmp_type[HG_TO_CLIENT]);
		hg_json_u64(j, "response_icmp_code", f->icmp_code[HG_TO_CLIENT]);
	}
}

void
hg_event_spi(struct hg_json *j, const struct hg_flow *f)
{
	if (f->key.proto == HG_IP_ESP)
		hg_json_u64(j, "spi", (uint64_t)f->key.port[0] << 16 | f->key.port[1]);
}

static void
write_macs(struct hg_json *j, const char *name, const struct hg_flow_mac_list *l)
{
	hg_json_array_at(j, name);
	for (unsigned i = 0; i < l->n; i++) {
		const uint8_t *m = l->mac[i];
		char text[3 * HG_MAC];

		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
			m[5]);
		hg_json_item_cstr(j, text);
	}
	hg_json_array_end(j);
}

static void
write_ether(struct hg_json *j, const struct hg_flow *f)
{
	const struct hg_flow_macs *macs = hg_flow_macs(f);

	if (macs == NULL)
		return;
	hg_json_open_at(j, "ether");
	write_macs(j, "dest_macs", &macs->server);
	write_macs(j, "src_macs", &macs->client);
	hg_json_close(j);
}

/* By us; the peer counts here what a network card has passed by. */
static void
write_bypassed(struct hg_json *j)
{
	static const char *const names[] = { "pkts_toserver", "pkts_toclient", "bytes_toserver",
		"bytes_toclient" };

	hg_json_open_at(j, "bypassed");
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		hg_json_u64(j, names[i], 0);
	hg_json_close(j);
}

void
hg_event_flow(struct hg_events *e, const struct hg_flow *f, const struct hg_snapshot *rules)
{
	struct hg_event_head head = {
		.type = "flow", .time = f->last, .flow = f, .sides = HG_SIDES_CLIENT_FIRST, .rules = rules
	};
	struct hg_json j;

	if (!e->config.flow)
		return;
	j = hg_event_begin(e, &head);
	write_icmp(&j, f);
	hg_event_spi(&j, f);
	hg_event_app_proto(&j, f, NULL);
	hg_json_open_at(&j, "flow");
	hg_json_u64(&j, "pkts_toserver", f->packets[HG_TO_SERVER]);
	hg_json_u64(&j, "pkts_toclient", f->packets[HG_TO_CLIENT]);
	hg_json_u64(&j, "bytes_toserver", f->bytes[HG_TO_SERVER]);
	hg_json_u64(&j, "bytes_toclient", f->bytes[HG_TO_CLIENT]);
	hg_event_time(e, &j, "start", f->first);
	if (f->state == HG_FLOW_BYPASSED)
		write_bypassed(&j);
	hg_event_time(e, &j, "end", f->last);
	hg_json_u64(&j, "age", f->last / HG_SEC - f->first / HG_SEC);
	if (f->flags & HG_FLOW_EMERGENCY)
		hg_json_bool(&j, "emergency", true);
	if (f->state == HG_FLOW_BYPASSED)
		hg_json_cstr(&j, "bypass", "local");
	hg_json_cstr(&j, "state", states[f->state]);
	hg_json_cstr(&j, "reason", reasons[f->end]);
	hg_json_bool(&j, "alerted", f->flags & HG_FLOW_ALERTED);
	if (f->flags & HG_FLOW_ACTION_DROP)
		hg_json_cstr(&j, "action", "drop");
	else if (f->flags & HG_FLOW_ACTION_PASS)
		hg_json_cstr(&j, "action", "pass");
	hg_json_bool(&j, "two_way", f->flags & HG_FLOW_TWO_WAY);
	hg_json_close(&j);
	write_ether(&j, f);
	write_tcp(&j, f);
	hg_event_end(e, &j, HG_EVE_FLOW);
}
