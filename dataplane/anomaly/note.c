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
for_port_scan(struct hg_meter *m, const struct hg_flow *f, struct hg_meter_visit *v)
{
	const uint16_t port = hg_flow_server_port(f);

	v->key = key_of(f, HG_PORT_SCAN);
	v->key.src = *hg_flow_client_addr(f);
	v->key.dst = *hg_flow_server_addr(f);
	v->note.example = (struct hg_addr){ .w = { port } };
	if (v->note.differs)
		v->note.different = hg_meter_hash(m, &port, sizeof(port));
}

/* Who tries which port: different hosts. */
static void
for_host_scan(struct hg_meter *m, const struct hg_flow *f, struct hg_meter_visit *v)
{
	v->key = key_of(f, HG_HOST_SCAN);
	v->key.src = *hg_flow_client_addr(f);
	v->key.port = hg_flow_server_port(f);
	v->note.example = *hg_flow_server_addr(f);
	if (v->note.differs)
		v->note.different = hg_meter_hash(m, &v->note.example, sizeof(v->note.example));
}

/* Who is tried: different sources. That a server answers does not help it, only a completed handshake is a good end. */
static void
for_syn_flood(struct hg_meter *m, const struct hg_flow *f, struct hg_meter_visit *v)
{
	v->key = key_of(f, HG_SYN_FLOOD);
	v->key.dst = *hg_flow_server_addr(f);
	v->note.answered = v->note.done;
	v->note.example = (struct hg_addr){ .w = { hg_flow_server_port(f) } };
	if (v->note.differs)
		v->note.different = hg_meter_hash(m, hg_flow_client_addr(f), sizeof(struct hg_addr));
}

static void (*const visits[HG_DETECTORS])(
	struct hg_meter *m, const struct hg_flow *f, struct hg_meter_visit *v) = {
	[HG_PORT_SCAN] = for_port_scan,
	[HG_HOST_SCAN] = for_host_scan,
	[HG_SYN_FLOOD] = for_syn_flood,
};

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

/* An answer is no news for a flood's victim. */
static bool
concerns(const struct hg_meter *m, unsigned id, const struct hg_meter_note *n)
{
	return visits[id] != NULL && hg_meter_wants(m, (enum hg_detector_id)id) &&
		(id != HG_SYN_FLOOD || n->tried || n->refused || n->done);
}

void
hg_meter_packet(struct hg_meter *m, const struct hg_packet *p, bool proved)
{
	const struct hg_flow *f = p->flow;
	struct hg_meter_note note = { .packets = 1, .bytes = p->wire_len, .begun = f->first, .flow = f->id };
	struct hg_meter_visit all[HG_DETECTORS];
	unsigned n = 0;

	if (p->proto != HG_IP_TCP || f->key.proto != HG_IP_TCP || !read_packet(p, proved, &note))
		return;
	note.differs = note.has_example = note.tried != 0;
	hg_meter_counts(m)->notes++;
	for (unsigned id = 0; id < HG_DETECTORS; id++) {
		if (!concerns(m, id, &note))
			continue;
		all[n].note = note;
		visits[id](m, f, &all[n]);
		hg_meter_look(m, &all[n++]);
	}
	for (unsigned i = 0; i < n; i++)
		hg_meter_approach(m, &all[i]);
	for (unsigned i = 0; i < n; i++)
		hg_meter_take(m, &all[i]);
}

void
hg_anomaly_login(struct hg_meter *m, const struct hg_flow *f, const struct hg_login *login, hg_time now)
{
	struct hg_meter_visit v = { .note = { .begun = now,
					    .packets = login->packets,
					    .bytes = login->bytes,
					    .different = login->credentials,
					    .flow = f->id,
					    .tried = 1,
					    .answered = login->result == HG_LOGIN_SUCCESS,
					    .refused = login->result == HG_LOGIN_FAILURE,
					    .done = (f->flags & HG_FLOW_TWO_WAY) != 0,
					    .differs = login->result == HG_LOGIN_FAILURE } };

	if (m == NULL)
		return;
	hg_meter_counts(m)->notes++;
	hg_meter_counts(m)->logins++;
	hg_meter_counts(m)->logins_failed += login->result == HG_LOGIN_FAILURE;
	if (!hg_meter_wants(m, HG_BRUTE_FORCE))
		return;
	v.key = key_of(f, HG_BRUTE_FORCE);
	v.key.src = *hg_flow_client_addr(f);
	v.key.dst = *hg_flow_server_addr(f);
	v.key.port = hg_flow_server_port(f);
	hg_meter_look(m, &v);
	hg_meter_take(m, &v);
}
