#include "event/event_int.h"

#include <stdio.h>

#define PACKET_BYTES 32 /* of packethdr */

static void
write_event(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, enum hg_event event)
{
	const bool decode = event < HG_DECODE_EVENTS_END;
	struct hg_event_head head = { .type = "anomaly",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_PACKET,
		.rules = rules };
	struct hg_json j;
	char name[96];

	if (decode ? !e->config.anomaly_decode : !e->config.anomaly_stream)
		return;
	j = hg_event_begin(e, &head);
	snprintf(name, sizeof(name), "%s.%s", decode ? "decoder" : "stream", hg_event_name(event));
	hg_json_open_at(&j, "anomaly");
	hg_json_cstr(&j, "type", decode ? "decode" : "stream");
	hg_json_cstr(&j, "event", name);
	hg_json_close(&j);
	if (e->config.anomaly_packet)
		hg_event_packet_bytes(&j, p, PACKET_BYTES);
	hg_event_end(e, &j, HG_EVE_ANOMALY);
}

static void
write_applayer(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, const char *event,
	const char *layer, const struct hg_tx *tx)
{
	struct hg_event_head head = { .type = "anomaly",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_PACKET,
		.rules = rules,
		.tx = tx };
	struct hg_json j = hg_event_begin(e, &head);
	const char *proto = hg_event_proto_name(tx != NULL ? tx->decoder->proto : p->flow->app_proto);

	hg_json_open_at(&j, "anomaly");
	if (proto != NULL)
		hg_json_cstr(&j, "app_proto", proto);
	hg_json_cstr(&j, "type", "applayer");
	hg_json_cstr(&j, "event", event);
	hg_json_cstr(&j, "layer", layer);
	hg_json_close(&j);
	hg_event_end(e, &j, HG_EVE_ANOMALY);
}

static void
copy_name(char *to, size_t size, const char *name, bool loud)
{
	snprintf(to, size, "%s", name);
	for (char *c = to; loud && *c != '\0'; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
}

static void
write_flow_anomalies(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	struct hg_app *app = p->flow->app;
	char name[64];

	for (unsigned i = 0; i < HG_APPLAYER_EVENTS; i++) {
		if (app->flow_anomalies_packet >> i & 1) {
			copy_name(name, sizeof(name), hg_applayer_events[i].name, true);
			write_applayer(e, p, rules, name, "proto_detect", NULL);
		}
	}
}

static void
write_tx_anomalies(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	char name[64];

	for (struct hg_tx *tx = p->flow->app->work; tx != NULL; tx = tx->next_work)
		for (; tx->anomalies_logged < tx->n_anomalies; tx->anomalies_logged++) {
			uint8_t id = tx->anomalies[tx->anomalies_logged].id;

			copy_name(name, sizeof(name), tx->decoder->anomalies[id].name,
				tx->decoder->loud_anomalies);
			write_applayer(e, p, rules, name, "proto_parser", tx);
		}
}

static void
write_events(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	for (unsigned w = 0; w < HG_EVENT_WORDS; w++)
		for (uint64_t bits = p->events.w[w]; bits != 0; bits &= bits - 1)
			write_event(e, p, rules, (enum hg_event)(w * 64 + (unsigned)__builtin_ctzll(bits)));
	for (unsigned i = 0; i < p->events.n_repeats; i++)
		write_event(e, p, rules, (enum hg_event)p->events.repeats[i]);
}

void
hg_event_anomalies(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	if (p->events.any)
		write_events(e, p, rules);
	if (!e->config.anomaly_app || hg_flow_live_app(p->flow) == NULL)
		return;
	if (p->flow->app->flow_anomalies_packet != 0)
		write_flow_anomalies(e, p, rules);
	write_tx_anomalies(e, p, rules);
}
