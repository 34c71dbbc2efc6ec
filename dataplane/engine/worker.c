#include "engine/worker.h"

#include <errno.h>

#include "base/start.h"

/* The back half: what one packet, real or made by us, goes through. */
static void
inspect(struct hg_worker *w, struct hg_packet *p)
{
	const struct hg_alert *alerts;
	unsigned n;

	hg_detect_run(w->detect, p);
	alerts = hg_detect_alerts(w->detect, &n);
	hg_event_packet(w->events, p, w->rules, alerts, n);
	if (p->flow != NULL) {
		if (p->flow->app != NULL)
			hg_app_prune(p->flow->app, w->rules != NULL && !(p->flow->flags & HG_FLOW_NO_DETECT));
		if (p->flow->stream != NULL)
			hg_stream_prune(w->streams, p);
	}
}

/* A packet without bytes at the end of a flow: what was not acknowledged or not inspected gets its turn (1.3). */
static void
run_last(struct hg_worker *w, struct hg_flow *f, enum hg_dir dir)
{
	const bool to_server = dir == HG_TO_SERVER;
	struct hg_packet p = {
		.time = w->now,
		.flags = HG_PKT_PSEUDO | HG_PKT_STREAM_EOF | HG_PKT_ESTABLISHED | HG_PKT_IN_STREAM |
			(f->flags & HG_FLOW_NO_PAYLOAD ? HG_PKT_NO_PAYLOAD : 0),
		.origin = HG_ORIGIN_FLOW_TIMEOUT,
		.family = f->key.family,
		.proto = f->key.proto,
		.depth = f->key.depth,
		.dir = dir,
		.sport = to_server ? hg_flow_client_port(f) : hg_flow_server_port(f),
		.dport = to_server ? hg_flow_server_port(f) : hg_flow_client_port(f),
		.src = to_server ? *hg_flow_client_addr(f) : *hg_flow_server_addr(f),
		.dst = to_server ? *hg_flow_server_addr(f) : *hg_flow_client_addr(f),
		.flow = f,
	};

	while (p.vlans < HG_VLANS && f->vlan[p.vlans] != 0) {
		p.vlan[p.vlans] = f->vlan[p.vlans];
		p.vlans++;
	}
	w->pseudo_packets++;
	hg_stream_flush(w->streams, f, dir);
	hg_app_finish(w->apps, &p);
	inspect(w, &p);
}

static void
end_flow(struct hg_worker *w, struct hg_flow *f)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (f->stream != NULL && hg_stream_owes(f, dir, hg_app_pending(f, dir)))
			run_last(w, f, dir);
	hg_event_flow_end(w->events, f, w->rules, w->now);
	hg_detect_flow_free(w->detect, f);
	hg_app_free(w->apps, f);
	hg_stream_free(w->streams, f);
	hg_flow_free(w->flows, f);
}

static void
end_flows(struct hg_worker *w, hg_time now, bool all)
{
	struct hg_flow *f;

	while ((f = hg_flow_next_end(w->flows, now, all)) != NULL)
		end_flow(w, f);
}

static void
run_packet(struct hg_worker *w, struct hg_packet *p)
{
	unsigned sides = 0;

	if (p->time > w->now) {
		if (w->begin == 0)
			w->begin = p->time;
		w->now = p->time;
		end_flows(w, w->now, false);
	}
	hg_flow_settle(w->flows, p);
	end_flows(w, 0,
		false); /* only the one that a reused tuple has ended: time must not end the flow at hand */
	if (p->flow != NULL && p->flow->state == HG_FLOW_BYPASSED)
		return; /* only counted */
	if (p->flow != NULL && p->proto == p->flow->key.proto && !(p->flow->flags & HG_FLOW_DROP)) {
		if (p->proto == HG_IP_TCP)
			sides = hg_stream_packet(w->streams, p);
		hg_app_feed(w->apps, p, sides);
	}
	inspect(w, p);
}

void
hg_worker_burst(struct hg_worker *w, const struct hg_frame *frames, unsigned n)
{
	unsigned packets = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct hg_frame_in in = { frames[i].data, frames[i].len, frames[i].wire_len,
			frames[i].time, frames[i].number, frames[i].link };

		packets += hg_decode_frame(w->decode, &in, w->packets + packets);
	}
	hg_flow_look(w->flows, w->packets, packets);
	for (unsigned i = 0; i < packets; i++)
		run_packet(w, &w->packets[i]);
	hg_decode_recycle(w->decode);
}

void
hg_worker_finish(struct hg_worker *w)
{
	end_flows(w, w->now, true);
}

void
hg_worker_count(const struct hg_worker *w, uint64_t values[HG_COUNTERS_MAX])
{
	hg_counters_add(values,
		&(struct hg_counter_sources){ .decode = hg_decode_stats(w->decode),
			.stream = hg_stream_stats(w->streams),
			.flow = hg_flow_stats(w->flows),
			.detect = hg_detect_stats(w->detect),
			.apps = hg_apps_stats(w->apps),
			.event = hg_event_stats(w->events) });
}

void
hg_worker_reset(struct hg_worker *w, struct hg_sink *sink)
{
	hg_detect_reset(w->detect);
	hg_apps_reset(w->apps);
	hg_files_reset(w->files);
	hg_streams_reset(w->streams);
	hg_flows_reset(w->flows);
	hg_decode_reset(w->decode);
	hg_mem_reset(w->mem);
	hg_events_sink(w->events, sink);
	w->begin = w->now = 0;
}

void
hg_worker_close(struct hg_worker *w)
{
	if (w == NULL)
		return;
	hg_events_close(w->events);
	hg_detect_close(w->detect);
	hg_apps_close(w->apps);
	hg_files_close(w->files);
	hg_streams_close(w->streams);
	hg_flows_close(w->flows);
	hg_decode_close(w->decode);
	hg_mem_close(w->mem);
	hg_start_give(w);
}

static int
open_stages(struct hg_worker *w, const struct hg_settings *s, const struct hg_config *config,
	struct hg_sink *sink, struct hg_error *err)
{
	unsigned hashes = s->file_hashes | (w->rules == NULL ? 0 : w->rules->file_hashes);
	int r = hg_mem_open(&w->mem, s->memory, false, err);

	if (r == 0)
		r = hg_decode_open(&w->decode, &s->decode, w->mem, err);
	if (r == 0)
		r = hg_flows_open(&w->flows, &s->flow, w->mem, err);
	if (r == 0)
		r = hg_streams_open(&w->streams, &s->stream, w->mem, err);
	if (r == 0)
		r = hg_files_open(&w->files, hashes, s->files_open, err);
	if (r == 0)
		r = hg_apps_open(&w->apps, &s->apps, config, w->mem, w->flows, w->files, err);
	if (r == 0)
		r = hg_detect_open(&w->detect, &s->detect, w->apps, w->streams, w->mem, err);
	if (r == 0)
		r = hg_events_open(&w->events, &s->event, sink, err);
	return r == 0 ? hg_detect_adopt(w->detect, w->rules, err) : r;
}

int
hg_worker_open(struct hg_worker **ret, const struct hg_settings *settings, const struct hg_config *config,
	const struct hg_snapshot *rules, struct hg_sink *sink, struct hg_error *err)
{
	struct hg_worker *w = hg_start_take(sizeof(*w));
	int r;

	if (w == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a worker");
	w->rules = rules;
	r = open_stages(w, settings, config, sink, err);
	if (r < 0) {
		hg_worker_close(w);
		return r;
	}
	*ret = w;
	return 0;
}
