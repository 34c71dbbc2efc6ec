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
	hg_json_plain(j, name, hg_span(text, 31));
}

uint8_t
hg_event_printable(uint8_t byte)
{
	return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' ? byte : '.';
}

void
hg_event_text(struct hg_events *e, struct hg_json *j, const char *name, struct hg_span bytes)
{
	const size_t n = HG_MIN(bytes.len, sizeof(e->printable));

	for (size_t i = 0; i < n; i++)
		e->printable[i] = hg_event_printable(bytes.p[i]);
	hg_json_str(j, name, hg_span(e->printable, n));
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

/* What one direction said is shown only where it differs. A transaction keeps its protocol when the flow has changed. */
void
hg_event_app_proto(struct hg_json *j, const struct hg_flow *f, const struct hg_tx *tx)
{
	static const char *const names[HG_DIRS] = { "app_proto_ts", "app_proto_tc" };

	if (tx != NULL && tx->decoder->proto != f->app_proto) {
		hg_json_cstr(j, "app_proto", tx->decoder->name);
		return;
	}
	write_proto(j, "app_proto", f->app_proto);
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (f->app_proto_dir[dir] != HG_PROTO_UNKNOWN && f->app_proto_dir[dir] != f->app_proto)
			write_proto(j, names[dir], f->app_proto_dir[dir]);
	if (f->app_proto_orig != HG_PROTO_UNKNOWN && f->app_proto_orig != f->app_proto)
		write_proto(j, "app_proto_orig", f->app_proto_orig);
	if (f->app_proto_expected != HG_PROTO_UNKNOWN && f->app_proto_expected != f->app_proto)
		write_proto(j, "app_proto_expected", f->app_proto_expected);
}

struct hg_event_ends
hg_event_ends_of(const struct hg_event_head *h)
{
	const struct hg_flow *f = h->flow;
	const struct hg_packet *p = h->packet;
	const struct hg_addr *client, *server;
	uint8_t proto;

	if (h->sides == HG_SIDES_PACKET || f == NULL)
		return (struct hg_event_ends){ p->src, p->dst, p->sport, p->dport, p->family, p->proto };
	proto = h->of_packet ? p->proto : f->key.proto;
	client = hg_flow_client_addr(f);
	server = hg_flow_server_addr(f);
	if (h->sides == HG_SIDES_CLIENT_FIRST)
		return (struct hg_event_ends){ *client, *server, hg_flow_client_port(f),
			hg_flow_server_port(f), f->key.family, proto };
	return (struct hg_event_ends){ *server, *client, hg_flow_server_port(f), hg_flow_client_port(f),
		f->key.family, proto };
}

bool
hg_event_has_ports(uint8_t proto)
{
	return proto == HG_IP_TCP || proto == HG_IP_UDP || proto == HG_IP_SCTP;
}

void
hg_event_addr(struct hg_json *j, const char *name, const struct hg_addr *addr, uint8_t family)
{
	char text[HG_ADDR_TEXT];

	hg_json_plain(j, name, hg_span(text, hg_addr_text(addr, family, text)));
}

static void
render_ends(struct hg_event_ends_text *t, const struct hg_event_ends *e)
{
	const bool ports = hg_event_has_ports(e->proto);
	struct hg_json j = hg_json_of(t->text, sizeof(t->text));
	char proto[8];

	hg_event_addr(&j, "src_ip", &e->src, e->family);
	if (ports)
		hg_json_u64(&j, "src_port", e->sport);
	hg_event_addr(&j, "dest_ip", &e->dst, e->family);
	if (ports)
		hg_json_u64(&j, "dest_port", e->dport);
	hg_json_cstr(&j, "proto", hg_event_ip_proto(e->proto, proto));
	t->len = hg_json_done(&j).len;
	t->ends = *e;
}

bool
hg_event_client_is_src(const struct hg_event_head *h)
{
	if (h->sides == HG_SIDES_PACKET || h->flow == NULL)
		return h->packet->dir == HG_TO_SERVER;
	return h->sides == HG_SIDES_CLIENT_FIRST;
}

/* With other words for the client's address: nothing that is worth keeping. */
static void
write_ends_for(struct hg_json *j, const struct hg_event_head *h, const struct hg_event_ends *ends)
{
	const bool ports = hg_event_has_ports(ends->proto), client_first = hg_event_client_is_src(h);
	char proto[8];

	if (client_first)
		hg_json_str(j, "src_ip", h->client);
	else
		hg_event_addr(j, "src_ip", &ends->src, ends->family);
	if (ports)
		hg_json_u64(j, "src_port", ends->sport);
	if (!client_first)
		hg_json_str(j, "dest_ip", h->client);
	else
		hg_event_addr(j, "dest_ip", &ends->dst, ends->family);
	if (ports)
		hg_json_u64(j, "dest_port", ends->dport);
	hg_json_cstr(j, "proto", hg_event_ip_proto(ends->proto, proto));
}

/* The records of a packet share their ends, and often those of its flow's next packet do: the text of each direction is
 * kept until another flow takes its place. */
static void
write_ends(struct hg_events *e, struct hg_json *j, const struct hg_event_ends *ends)
{
	struct hg_event_ends_text *t = &e->ends[memcmp(&ends->src, &ends->dst, sizeof(ends->src)) > 0];

	if (ends->family == 0)
		return;
	if (memcmp(&t->ends, ends, sizeof(*ends)) != 0)
		render_ends(t, ends);
	hg_json_raw(j, hg_span(t->text, t->len));
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

static void
write_mac(struct hg_json *j, const char *name, const uint8_t *mac)
{
	hg_json_hex(j, name, hg_span(mac, HG_MAC), ':');
}

/* As the record's ends stand. */
static void
write_ether(struct hg_json *j, const struct hg_event_head *h)
{
	const struct hg_packet *p = h->packet;
	const uint8_t *header = p == NULL ? NULL : hg_packet_ether(p);
	bool turned;

	if (header == NULL)
		return;
	turned = h->sides != HG_SIDES_PACKET && h->flow != NULL &&
		(h->sides == HG_SIDES_CLIENT_FIRST) != (p->dir == HG_TO_SERVER);
	hg_json_open_at(j, "ether");
	write_mac(j, "src_mac", header + (turned ? 0 : HG_MAC));
	write_mac(j, "dest_mac", header + (turned ? HG_MAC : 0));
	hg_json_close(j);
}

struct hg_json
hg_event_begin(struct hg_events *e, const struct hg_event_head *h)
{
	struct hg_json j = hg_json_of(e->line, sizeof(e->line));
	const struct hg_packet *p = h->packet;
	struct hg_event_ends ends = hg_event_ends_of(h);

	hg_json_open(&j);
	hg_event_time(e, &j, "timestamp", h->time);
	if (h->flow != NULL)
		hg_json_u64(&j, "flow_id", h->flow->id);
	if (h->flow != NULL && h->flow->parent_id != 0)
		hg_json_u64(&j, "parent_id", h->flow->parent_id);
	if (e->config.devices != NULL)
		hg_json_cstr(&j, "in_iface", e->config.devices[p != NULL ? p->device : h->flow->device]);
	else if (p != NULL && p->number != 0)
		hg_json_u64(&j, "pcap_cnt", p->number);
	hg_json_cstr(&j, "event_type", h->type);
	if (p != NULL)
		write_vlans(&j, p->vlan, p->vlans);
	else
		write_vlans(&j, h->flow->vlan,
			h->flow->vlan[2]           ? 3
				: h->flow->vlan[1] ? 2
				: h->flow->vlan[0] ? 1
						   : 0);
	if (h->client.len > 0)
		write_ends_for(&j, h, &ends);
	else
		write_ends(e, &j, &ends);
	if (p != NULL)
		write_packet_keys(&j, p);
	if (e->config.metadata)
		hg_event_metadata(e, &j, h);
	if (e->config.ethernet)
		write_ether(&j, h);
	if (e->config.community_id && ends.family != 0)
		hg_event_community_id(&j, p, h->flow, e->config.community_seed);
	if (h->tx != NULL)
		hg_json_u64(&j, "tx_id", h->tx->number);
	else if (h->guessed)
		hg_json_u64(&j, "tx_id", h->tx_id);
	return j;
}

struct hg_span
hg_event_line(struct hg_events *e, struct hg_json *j, enum hg_event_type type)
{
	struct hg_span line;

	if (e->capture != NULL && type != HG_EVE_STATS)
		hg_json_cstr(j, "pcap_filename", e->capture);
	hg_json_close(j);
	line = hg_json_done(j);
	e->stats.too_long[type] += line.len == 0;
	return line;
}

void
hg_event_write(struct hg_events *e, struct hg_span line, enum hg_event_type type)
{
	if (line.len == 0)
		return;
	if (e->sink->write(e->sink, line))
		e->stats.written[type]++;
	else
		e->stats.refused[type]++;
}

void
hg_event_end(struct hg_events *e, struct hg_json *j, enum hg_event_type type)
{
	hg_event_write(e, hg_event_line(e, j, type), type);
}
