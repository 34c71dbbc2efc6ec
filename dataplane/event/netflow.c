/* EVE netflow: a flow by direction. */
#include "event/event_int.h"

static void
write_icmp(struct hg_json *j, const struct hg_flow *f, enum hg_dir dir)
{
	if (f->key.proto != HG_IP_ICMP && f->key.proto != HG_IP_ICMPV6)
		return;
	hg_json_u64(j, "icmp_type", f->icmp_type[dir]);
	hg_json_u64(j, "icmp_code", f->icmp_code[dir]);
}

static void
write_tcp(struct hg_json *j, const struct hg_flow *f, enum hg_dir dir)
{
	struct hg_stream_view v = { 0 };

	if (f->key.proto != HG_IP_TCP)
		return;
	if (f->stream != NULL)
		hg_stream_view(f, &v);
	hg_json_open_at(j, "tcp");
	hg_json_hex(j, "tcp_flags", hg_span(&v.flags[dir], 1), '\0');
	hg_event_tcp_flags(j, v.flags[dir]);
	hg_json_close(j);
}

static void
write_side(struct hg_events *e, const struct hg_flow *f, const struct hg_snapshot *rules, enum hg_dir dir)
{
	struct hg_event_head head = { .type = "netflow",
		.time = f->last,
		.flow = f,
		.sides = dir == HG_TO_SERVER ? HG_SIDES_CLIENT_FIRST : HG_SIDES_SERVER_FIRST,
		.rules = rules };
	struct hg_json j = hg_event_begin(e, &head);
	const char *proto = hg_event_proto_name(f->app_proto);

	write_icmp(&j, f, dir);
	hg_event_spi(&j, f);
	hg_json_cstr(&j, "app_proto", proto == NULL ? "unknown" : proto);
	hg_json_open_at(&j, "netflow");
	hg_json_u64(&j, "pkts", f->packets[dir]);
	hg_json_u64(&j, "bytes", f->bytes[dir]);
	hg_event_time(e, &j, "start", f->first);
	hg_event_time(e, &j, "end", f->last);
	hg_json_u64(&j, "age", f->last / HG_SEC - f->first / HG_SEC);
	hg_json_u64(&j, "min_ttl", f->ttl_min[dir]);
	hg_json_u64(&j, "max_ttl", f->ttl_max[dir]);
	hg_json_close(&j);
	write_tcp(&j, f, dir);
	hg_event_end(e, &j, HG_EVE_NETFLOW);
}

void
hg_event_netflow(struct hg_events *e, const struct hg_flow *f, const struct hg_snapshot *rules)
{
	if (!e->config.netflow)
		return;
	write_side(e, f, rules, HG_TO_SERVER);
	if (f->packets[HG_TO_CLIENT] > 0)
		write_side(e, f, rules, HG_TO_CLIENT);
}
