/* EVE drop: a packet that does not pass, with its headers and the reason (7.11). */
#include "event/event_int.h"
#include "packet/verdict.h"

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* The decoder has seen to it that a packet with a family has that header whole. */
static void
write_ip(struct hg_json *j, const struct hg_packet *p)
{
	const uint8_t *ip = p->data + p->l3;

	if (p->family == 4) {
		hg_json_u64(j, "len", be16(ip + 2));
		hg_json_u64(j, "tos", p->tos);
		hg_json_u64(j, "ttl", p->ttl);
		hg_json_u64(j, "ipid", p->ip_id);
	} else {
		hg_json_u64(j, "len", be16(ip + 4));
		hg_json_u64(j, "tc", p->tos);
		hg_json_u64(j, "hoplimit", p->ttl);
		hg_json_u64(j, "flowlbl", (uint64_t)(ip[1] & 15) << 16 | be16(ip + 2));
	}
}

static void
write_tcp(struct hg_json *j, const struct hg_packet *p)
{
	static const struct {
		const char *name;
		uint8_t bit;
	} flags[] = { { "syn", HG_TCP_SYN }, { "ack", HG_TCP_ACK }, { "psh", HG_TCP_PSH },
		{ "rst", HG_TCP_RST }, { "urg", HG_TCP_URG }, { "fin", HG_TCP_FIN } };

	hg_json_u64(j, "tcpseq", p->tcp.seq);
	hg_json_u64(j, "tcpack", p->tcp.ack);
	hg_json_u64(j, "tcpwin", p->tcp.window);
	for (unsigned i = 0; i < HG_COUNT(flags); i++)
		hg_json_bool(j, flags[i].name, (p->tcp.flags & flags[i].bit) != 0);
	hg_json_u64(j, "tcpres", p->data[p->l4 + 12] & 15);
	hg_json_u64(j, "tcpurgp", p->tcp.urgent);
}

static void
write_upper(struct hg_json *j, const struct hg_packet *p)
{
	switch (p->proto) {
	case HG_IP_TCP:
		write_tcp(j, p);
		break;
	case HG_IP_UDP:
		hg_json_u64(j, "udplen", be16(p->data + p->l4 + 4));
		break;
	case HG_IP_ICMP:
	case HG_IP_ICMPV6:
		if (p->icmp.has_id) {
			hg_json_u64(j, "icmp_id", p->icmp.id);
			hg_json_u64(j, "icmp_seq", p->icmp.seq);
		}
		break;
	default:
		break;
	}
}

/* Each packet, or the first of each direction of a flow. */
static bool
wanted(const struct hg_events *e, const struct hg_packet *p)
{
	const uint32_t logged =
		p->dir == HG_TO_SERVER ? HG_FLOW_DROP_SHOWN_SERVER : HG_FLOW_DROP_SHOWN_CLIENT;

	if (e->config.drop_all || p->flow == NULL)
		return true;
	if (p->flow->flags & logged)
		return false;
	p->flow->flags |= logged;
	return true;
}

void
hg_event_drop(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_event_verdict *v)
{
	struct hg_event_head head = { .type = "drop",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_PACKET,
		.rules = rules };
	struct hg_json j;

	if (!wanted(e, p))
		return;
	j = hg_event_begin(e, &head);
	if (p->flow != NULL)
		hg_json_cstr(&j, "direction", p->dir == HG_TO_SERVER ? "to_server" : "to_client");
	hg_json_open_at(&j, "drop");
	if (p->family != 0 && p->data != NULL) {
		write_ip(&j, p);
		if (p->l4 != 0)
			write_upper(&j, p);
	}
	hg_json_cstr(&j, "reason", hg_drop_reason_name((enum hg_drop_reason)p->drop_reason));
	hg_json_close(&j);
	if (e->config.drop_verdict)
		hg_event_verdict(&j, v);
	if (e->config.drop_alerts && v->stops != NULL)
		hg_event_alert_object(e, &j, p, rules, v->stops, HG_SPAN_NONE, HG_SPAN_NONE);
	hg_event_end(e, &j, HG_EVE_DROP);
}
