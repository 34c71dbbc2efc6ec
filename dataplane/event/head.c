#include "event/event_int.h"

#include <stdio.h>
#include <time.h>

static void
render_second(struct hg_events *e, uint64_t second)
{
	time_t t = (time_t)((int64_t)second + e->config.utc_offset);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(e->second_text, sizeof(e->second_text), "%Y-%m-%dT%H:%M:%S", &tm);
	e->second = second;
}

/* "2023-11-14T22:13:20.006999+0000": the second's text is kept, most records share it. */
void
hg_event_time(struct hg_events *e, struct hg_json *j, const char *name, hg_time t)
{
	char text[40];
	uint32_t usec = (uint32_t)(t % HG_SEC / HG_USEC);

	if (t / HG_SEC != e->second)
		render_second(e, t / HG_SEC);
	memcpy(text, e->second_text, 19);
	text[19] = '.';
	for (unsigned i = 6; i > 0; i--, usec /= 10)
		text[19 + i] = (char)('0' + usec % 10);
	memcpy(text + 26, e->zone, 5);
	hg_json_str(j, name, hg_span(text, 31));
}

const char *
hg_event_ip_proto(uint8_t proto, char buf[8])
{
	switch (proto) {
	case HG_IP_TCP:
		return "TCP";
	case HG_IP_UDP:
		return "UDP";
	case HG_IP_ICMP:
		return "ICMP";
	case HG_IP_ICMPV6:
		return "IPv6-ICMP";
	case HG_IP_SCTP:
		return "SCTP";
	case HG_IP_GRE:
		return "GRE";
	case HG_IP_ESP:
		return "ESP";
	default:
		snprintf(buf, 8, "%03u", proto);
		return buf;
	}
}

const char *
hg_event_proto_name(uint8_t proto)
{
	const struct hg_decoder *d;

	if (proto == HG_PROTO_UNKNOWN)
		return NULL;
	if (proto == HG_PROTO_FAILED)
		return "failed";
	d = hg_app_decoder_of(proto);
	return d == NULL ? NULL : d->name;
}

static void
write_proto(struct hg_json *j, const char *name, uint8_t proto)
{
	const char *text = hg_event_proto_name(proto);

	if (text != NULL)
		hg_json_cstr(j, name, text);
}

/* What one direction said is shown only where it differs. */
void
hg_event_app_proto(struct hg_json *j, const struct hg_flow *f)
{
	static const char *const names[HG_DIRS] = { "app_proto_ts", "app_proto_tc" };

	write_proto(j, "app_proto", f->app_proto);
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (f->app_proto_dir[dir] != HG_PROTO_UNKNOWN && f->app_proto_dir[dir] != f->app_proto)
			write_proto(j, names[dir], f->app_proto_dir[dir]);
	if (f->app_proto_orig != HG_PROTO_UNKNOWN && f->app_proto_orig != f->app_proto)
		write_proto(j, "app_proto_orig", f->app_proto_orig);
	if (f->app_proto_expected != HG_PROTO_UNKNOWN && f->app_proto_expected != f->app_proto)
		write_proto(j, "app_proto_expected", f->app_proto_expected);
}

void
hg_event_metadata(struct hg_json *j, const struct hg_flow *f, const struct hg_snapshot *rules)
{
	struct hg_json_mark mark = hg_json_mark(j), list;
	bool any = false, some = false;

	if (f == NULL || f->detect == NULL || rules == NULL)
		return;
	hg_json_open_at(j, "metadata");
	list = hg_json_mark(j);
	hg_json_array_at(j, "flowbits");
	for (uint16_t i = 0; i < rules->n_flowbits; i++) {
		if (hg_detect_flowbit(f, i)) {
			hg_json_item_cstr(j, rules->flowbits[i]);
			some = true;
		}
	}
	hg_json_array_end(j);
	if (!some)
		hg_json_rewind(j, list);
	any |= some;
	list = hg_json_mark(j);
	some = false;
	hg_json_open_at(j, "flowints");
	for (uint16_t i = 0; i < rules->n_flowints; i++) {
		uint32_t value;

		if (hg_detect_flowint(f, i, &value)) {
			hg_json_u64(j, rules->flowints[i], value);
			some = true;
		}
	}
	hg_json_close(j);
	if (!some)
		hg_json_rewind(j, list);
	any |= some;
	hg_json_close(j);
	if (!any)
		hg_json_rewind(j, mark);
}

struct ends {
	const struct hg_addr *src, *dst;
	uint16_t sport, dport;
	uint8_t family, proto;
};

static struct ends
ends_of(const struct hg_event_head *h)
{
	const struct hg_flow *f = h->flow;
	const struct hg_packet *p = h->packet;

	if (h->sides == HG_SIDES_PACKET || f == NULL)
		return (struct ends){ &p->src, &p->dst, p->sport, p->dport, p->family, p->proto };
	if (h->sides == HG_SIDES_CLIENT_FIRST)
		return (struct ends){ hg_flow_client_addr(f), hg_flow_server_addr(f), hg_flow_client_port(f),
			hg_flow_server_port(f), f->key.family, f->key.proto };
	return (struct ends){ hg_flow_server_addr(f), hg_flow_client_addr(f), hg_flow_server_port(f),
		hg_flow_client_port(f), f->key.family, f->key.proto };
}

static void
write_ends(struct hg_json *j, const struct ends *e)
{
	const bool ports = e->proto == HG_IP_TCP || e->proto == HG_IP_UDP || e->proto == HG_IP_SCTP;
	char text[HG_ADDR_TEXT], proto[8];

	if (e->family == 0)
		return;
	hg_json_str(j, "src_ip", hg_span(text, hg_addr_text(e->src, e->family, text)));
	if (ports)
		hg_json_u64(j, "src_port", e->sport);
	hg_json_str(j, "dest_ip", hg_span(text, hg_addr_text(e->dst, e->family, text)));
	if (ports)
		hg_json_u64(j, "dest_port", e->dport);
	hg_json_cstr(j, "proto", hg_event_ip_proto(e->proto, proto));
}

static void
write_vlans(struct hg_json *j, const uint16_t *vlan, unsigned n)
{
	if (n == 0)
		return;
	hg_json_array_at(j, "vlan");
	for (unsigned i = 0; i < n; i++)
		hg_json_item_u64(j, vlan[i]);
	hg_json_array_end(j);
}

static void
write_packet_keys(struct hg_json *j, const struct hg_packet *p)
{
	if (!(p->flags & HG_PKT_PSEUDO) && p->l4 != 0 &&
		(p->proto == HG_IP_ICMP || p->proto == HG_IP_ICMPV6)) {
		hg_json_u64(j, "icmp_type", p->icmp.type);
		hg_json_u64(j, "icmp_code", p->icmp.code);
	}
	hg_json_cstr(j, "pkt_src", hg_packet_origin_name(p->origin));
}

struct hg_json
hg_event_begin(struct hg_events *e, const struct hg_event_head *h)
{
	struct hg_json j = hg_json_of(e->line, sizeof(e->line));
	const struct hg_packet *p = h->packet;
	struct ends ends = ends_of(h);

	hg_json_open(&j);
	hg_event_time(e, &j, "timestamp", h->time);
	if (h->flow != NULL)
		hg_json_u64(&j, "flow_id", h->flow->id);
	if (h->flow != NULL && h->flow->parent_id != 0)
		hg_json_u64(&j, "parent_id", h->flow->parent_id);
	if (e->config.in_iface != NULL)
		hg_json_cstr(&j, "in_iface", e->config.in_iface);
	if (p != NULL && p->number != 0 && e->config.in_iface == NULL)
		hg_json_u64(&j, "pcap_cnt", p->number);
	hg_json_cstr(&j, "event_type", h->type);
	if (p != NULL)
		write_vlans(&j, p->vlan, p->vlans);
	else
		write_vlans(&j, h->flow->key.vlan,
			h->flow->key.vlan[2]           ? 3
				: h->flow->key.vlan[1] ? 2
				: h->flow->key.vlan[0] ? 1
						       : 0);
	write_ends(&j, &ends);
	if (p != NULL)
		write_packet_keys(&j, p);
	if (e->config.metadata)
		hg_event_metadata(&j, h->flow, h->rules);
	if (e->config.community_id && ends.family != 0)
		hg_event_community_id(&j, p, h->flow, e->config.community_seed);
	if (h->tx != NULL)
		hg_json_u64(&j, "tx_id", h->tx->id);
	return j;
}

void
hg_event_end(struct hg_events *e, struct hg_json *j, enum hg_event_type type)
{
	struct hg_span line;

	if (e->config.pcap_filename != NULL)
		hg_json_cstr(j, "pcap_filename", e->config.pcap_filename);
	hg_json_close(j);
	line = hg_json_done(j);
	if (line.len == 0)
		e->stats.too_long[type]++;
	else if (e->sink->write(e->sink, line))
		e->stats.written[type]++;
	else
		e->stats.refused[type]++;
}
