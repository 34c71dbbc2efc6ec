/* What is noted of a connection and of a login, under which keys. */
#include "anomaly/meter_int.h"

static struct hg_anomaly_key
key_of(const struct hg_flow *f, enum hg_detector_id id)
{
	return (struct hg_anomaly_key){ .detector = (uint8_t)id,
		.family = f->key.family,
		.vlan = f->key.vlan[0],
		.tunnel = f->key.tunnel_id };
}

/* Who tries ports of whom: different ports. */
static void
note_port_scan(struct hg_meter *m, const struct hg_flow *f, struct hg_meter_note *n)
{
	const uint16_t port = hg_flow_server_port(f);
	struct hg_anomaly_key key = key_of(f, HG_PORT_SCAN);

	key.src = *hg_flow_client_addr(f);
	key.dst = *hg_flow_server_addr(f);
	n->example = (struct hg_addr){ .w = { port } };
	if (n->differs)
		n->different = hg_meter_hash(m, &port, sizeof(port));
	hg_meter_take(m, &key, n);
}

/* Who tries which port: different hosts. */
static void
note_host_scan(struct hg_meter *m, const struct hg_flow *f, struct hg_meter_note *n)
{
	struct hg_anomaly_key key = key_of(f, HG_HOST_SCAN);

	key.src = *hg_flow_client_addr(f);
	key.port = hg_flow_server_port(f);
	n->example = *hg_flow_server_addr(f);
	if (n->differs)
		n->different = hg_meter_hash(m, &n->example, sizeof(n->example));
	hg_meter_take(m, &key, n);
}

/* Who is tried: different sources. That a server answers does not help it, only a completed handshake is a good end. */
static void
note_syn_flood(struct hg_meter *m, const struct hg_flow *f, struct hg_meter_note *n)
{
	struct hg_anomaly_key key = key_of(f, HG_SYN_FLOOD);

	key.dst = *hg_flow_server_addr(f);
	n->answered = n->done;
	n->example = (struct hg_addr){ .w = { hg_flow_server_port(f) } };
	if (n->differs)
		n->different = hg_meter_hash(m, hg_flow_client_addr(f), sizeof(struct hg_addr));
	hg_meter_take(m, &key, n);
}

/* An attempt, its answer, its completion; false: none of them. */
static bool
read_packet(const struct hg_packet *p, bool proved, struct hg_meter_note *n)
{
	const uint8_t flags = p->tcp.flags & (HG_TCP_SYN | HG_TCP_ACK | HG_TCP_RST | HG_TCP_FIN);
	const bool first = p->flags & HG_PKT_DIR_FIRST;

	n->tried = first && p->dir == HG_TO_SERVER && p->flags & HG_PKT_FLOW_NEW && flags == HG_TCP_SYN;
	n->answered = first && p->dir == HG_TO_CLIENT && flags == (HG_TCP_SYN | HG_TCP_ACK);
	n->refused = first && p->dir == HG_TO_CLIENT && (flags & HG_TCP_RST) != 0;
	n->done = proved;
	return n->tried || n->answered || n->refused || n->done;
}

void
hg_meter_packet(struct hg_meter *m, const struct hg_packet *p, bool proved)
{
	const struct hg_flow *f = p->flow;
	struct hg_meter_note note = { .packets = 1, .bytes = p->wire_len, .begun = f->first, .flow = f->id };

	if (p->proto != HG_IP_TCP || f->key.proto != HG_IP_TCP || !read_packet(p, proved, &note))
		return;
	note.differs = note.has_example = note.tried != 0;
	hg_meter_counts(m)->notes++;
	if (hg_meter_wants(m, HG_PORT_SCAN))
		note_port_scan(m, f, &note);
	if (hg_meter_wants(m, HG_HOST_SCAN))
		note_host_scan(m, f, &note);
	if (hg_meter_wants(m, HG_SYN_FLOOD) && !(note.answered && !note.done))
		note_syn_flood(m, f, &note);
}

void
hg_anomaly_login(struct hg_meter *m, const struct hg_flow *f, const struct hg_login *login, hg_time now)
{
	struct hg_anomaly_key key;
	const struct hg_meter_note note = { .begun = now,
		.packets = login->packets,
		.bytes = login->bytes,
		.different = login->credentials,
		.flow = f->id,
		.tried = 1,
		.answered = login->ok,
		.refused = !login->ok,
		.done = (f->flags & HG_FLOW_TWO_WAY) != 0,
		.differs = !login->ok };

	if (m == NULL)
		return;
	hg_meter_counts(m)->notes++;
	hg_meter_counts(m)->logins++;
	hg_meter_counts(m)->logins_failed += !login->ok;
	if (!hg_meter_wants(m, HG_BRUTE_FORCE))
		return;
	key = key_of(f, HG_BRUTE_FORCE);
	key.src = *hg_flow_client_addr(f);
	key.dst = *hg_flow_server_addr(f);
	key.port = hg_flow_server_port(f);
	hg_meter_take(m, &key, &note);
}
