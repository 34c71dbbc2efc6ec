#include "event/event_int.h"

#include <errno.h>
#include <stdio.h>

#include "base/start.h"

void
hg_event_config_init(struct hg_event_config *c)
{
	*c = (struct hg_event_config){
		.protos = UINT64_MAX,
		.alert = true,
		.anomaly_app = true,
		.flow = true,
		.files = true,
		.stats = true,
		.detection = true,
		.login = true,
		.alert_metadata = true,
		.metadata = true,
		.alert_app = true,
		.alert_flow = true,
		.tagged = true,
		.payload_max = 4095,
	};
}

int
hg_events_open(
	struct hg_events **ret, const struct hg_event_config *c, struct hg_sink *sink, struct hg_error *err)
{
	struct hg_events *e = hg_start_take(sizeof(*e));
	int32_t minutes = (c->utc_offset < 0 ? -c->utc_offset : c->utc_offset) / 60;

	if (e == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for event records");
	e->config = *c;
	e->sink = sink;
	e->second = UINT64_MAX;
	snprintf(e->zone, sizeof(e->zone), "%c%02u%02u", c->utc_offset < 0 ? '-' : '+',
		(unsigned)(minutes / 60) % 100, (unsigned)minutes % 60);
	*ret = e;
	return 0;
}

void
hg_events_close(struct hg_events *e)
{
	hg_start_give(e);
}

void
hg_events_sink(struct hg_events *e, struct hg_sink *sink)
{
	e->sink = sink;
	e->stats = (struct hg_event_stats){ 0 };
	for (unsigned i = 0; i < HG_FLOW_PARTS; i++)
		e->notes[i].n = 0;
}

void
hg_events_capture(struct hg_events *e, const char *path)
{
	e->capture = e->config.pcap_file ? path : NULL;
}

/* Was it dropped? */
static bool
count_verdict(struct hg_events *e, const struct hg_packet *p)
{
	if (p->flags & HG_PKT_PSEUDO)
		return false;
	if (!(p->flags & HG_PKT_DROPPED)) {
		if (p->flags & HG_PKT_REPLACED)
			e->stats.replaced++;
		else
			e->stats.accepted++;
		return false;
	}
	e->stats.blocked++;
	e->stats.reasons[p->drop_reason]++;
	return true;
}

void
hg_event_packet(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_alert *alerts, unsigned n_alerts)
{
	const struct hg_event_verdict v = hg_event_verdict_of(p, rules, alerts, n_alerts);
	const bool dropped = e->config.ips && count_verdict(e, p);

	if (e->config.alert)
		for (unsigned i = 0; i < n_alerts; i++)
			hg_event_alert(e, p, rules, &alerts[i], &v);
	if (e->config.frame && hg_flow_live_app(p->flow) != NULL)
		hg_event_frames(e, p, rules);
	if (p->flags & HG_PKT_TAGGED && e->config.alert && e->config.tagged)
		hg_event_tagged(e, p, rules);
	if (dropped && e->config.drop)
		hg_event_drop(e, p, rules, &v);
	hg_event_anomalies(e, p, rules);
	if (p->vars != NULL && e->config.vars)
		hg_event_vars(e, p, rules);
	if (hg_flow_live_app(p->flow) != NULL)
		hg_event_transactions(e, p, rules);
}

void
hg_event_blocked(struct hg_events *e, struct hg_packet *p)
{
	const struct hg_event_verdict v = hg_event_verdict_of(p, NULL, NULL, 0);

	if (count_verdict(e, p) && e->config.drop && p->flags & HG_PKT_BLOCK_FIRST)
		hg_event_drop(e, p, NULL, &v);
}

void
hg_event_flow_end(struct hg_events *e, struct hg_flow *f, const struct hg_snapshot *rules, hg_time now)
{
	struct hg_packet p = { .time = now,
		.flags = HG_PKT_PSEUDO,
		.origin = HG_ORIGIN_FLOW_TIMEOUT,
		.flow = f,
		.family = f->key.family,
		.proto = f->key.proto };

	e->stats.ended[f->state]++;
	if (f->key.proto == HG_IP_TCP)
		e->stats.ended_tcp[f->stream == NULL ? HG_TCP_NONE : hg_stream_state(f)]++;
	if (f->app != NULL &&
		!((f->flags & HG_FLOW_ACTION_DROP || f->state == HG_FLOW_BYPASSED) &&
			hg_as_peer(f->app->suricata7, HG_DIFF_EVENT_DROPPED)))
		hg_event_leftovers(e, &p, rules);
	hg_event_flow(e, f, rules);
	hg_event_netflow(e, f, rules);
}

const struct hg_event_stats *
hg_event_stats(const struct hg_events *e)
{
	return &e->stats;
}
