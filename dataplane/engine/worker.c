#include "engine/worker.h"

#include <errno.h>

#include "base/start.h"
#include "engine/reject.h"
#include "packet/verdict.h"

/* What nobody needs any more. A connection that has gone opaque, say, has nothing left for the application: most of its packets
 * are still to come, and only the session looks at them. */
static void
tidy(struct hg_worker *w, struct hg_packet *p)
{
	const bool detection = w->rules != NULL && !(p->flow->flags & HG_FLOW_NO_DETECT);
	struct hg_app *app = hg_flow_live_app(p->flow);

	if (app != NULL)
		hg_app_prune(app, detection);
	if (p->flow->stream != NULL)
		hg_stream_prune(w->streams, p);
	if (app != NULL && hg_stream_is_shut(p->flow) && hg_app_is_idle(app, detection))
		p->flow->flags |= HG_FLOW_SETTLED;
}

/* One of which nobody knows how it ended says nothing about guessing. */
static void
note_logins(struct hg_worker *w, const struct hg_packet *p, const struct hg_login *logins, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (logins[i].result != HG_LOGIN_UNKNOWN)
			hg_anomaly_login(w->meters[p->part], p->flow, &logins[i], w->now);
}

/* The back half: what one packet, real or made by us, goes through. */
static void
inspect(struct hg_worker *w, struct hg_packet *p)
{
	const struct hg_alert *alerts;
	const struct hg_login *logins;
	unsigned n, n_logins;

	logins = hg_app_logins(w->apps, &n_logins);
	note_logins(w, p, logins, n_logins);
	hg_detect_run(w->detect, p);
	alerts = hg_detect_alerts(w->detect, &n);
	if (w->port != NULL && p->flags & HG_PKT_DROPPED)
		hg_reject(w, p, alerts, n);
	hg_event_packet(w->events, p, w->rules, alerts, n);
	hg_event_logins(w->events, p, w->rules, logins, n_logins);
	if (p->flow != NULL)
		tidy(w, p);
}

/* A packet without bytes. */
static struct hg_packet
pseudo_of(
	struct hg_worker *w, unsigned part, struct hg_flow *f, enum hg_dir dir, enum hg_packet_origin origin)
{
	const bool to_server = dir == HG_TO_SERVER;
	struct hg_packet p = {
		.time = w->now,
		.flags = HG_PKT_PSEUDO | HG_PKT_ESTABLISHED | HG_PKT_IN_STREAM,
		.origin = (uint8_t)origin,
		.family = f->key.family,
		.proto = f->key.proto,
		.depth = f->key.depth,
		.device = f->device,
		.dir = dir,
		.part = (uint8_t)part,
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
	f->flags &= ~(uint32_t)HG_FLOW_SETTLED;
	return p;
}

/* At the end of a flow: what was not acknowledged or not inspected gets its turn (1.3). */
static void
run_last(struct hg_worker *w, unsigned part, struct hg_flow *f, enum hg_dir dir)
{
	struct hg_packet p = pseudo_of(w, part, f, dir, HG_ORIGIN_FLOW_TIMEOUT);

	p.flags |= HG_PKT_STREAM_EOF | (f->flags & HG_FLOW_NO_PAYLOAD ? HG_PKT_NO_PAYLOAD : 0);
	hg_stream_flush(w->streams, f, dir);
	hg_app_finish(w->apps, &p);
	inspect(w, &p);
}

/* The application is over with this packet: what both sides said before gets its last look. */
static void
run_over(struct hg_worker *w, const struct hg_packet *now)
{
	for (unsigned i = 0; i < HG_DIRS; i++) {
		const enum hg_dir dir = i == 0 ? !now->dir : now->dir;
		struct hg_packet p = pseudo_of(w, now->part, now->flow, dir, HG_ORIGIN_STREAM_DETECT);

		inspect(w, &p);
	}
}

static void
end_flow(struct hg_worker *w, unsigned part, struct hg_flow *f)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (f->stream != NULL && hg_stream_owes(f, dir, hg_app_pending(f, dir)))
			run_last(w, part, f, dir);
	hg_event_flow_end(w->events, f, w->rules, w->now);
	hg_detect_flow_free(w->detect, f);
	hg_app_free(w->apps, f);
	hg_stream_free(w->streams, f);
	hg_flow_free(f->table, f);
}

/* Part by part, so that the order does not depend on who has which. */
static void
end_flows(struct hg_worker *w, bool all)
{
	struct hg_flow *f;

	for (unsigned part = w->turn.first; part < w->parts; part += w->turn.every) {
		if (w->turn.step != NULL)
			w->turn.step(w->turn.arg, part);
		while ((f = hg_flow_next_end(w->flows[part], w->now, all)) != NULL)
			end_flow(w, part, f);
	}
}

void
hg_worker_tick(struct hg_worker *w, hg_time now)
{
	w->now = now;
	if (w->turn.judge != NULL)
		w->turn.judge(w->turn.arg, now, false);
	end_flows(w, false);
}

static unsigned
run_stream(struct hg_worker *w, struct hg_packet *p)
{
	const uint32_t before = p->flow->flags;
	const unsigned sides = hg_stream_packet(w->streams, p);

	hg_anomaly_note(w->meters[p->part], p, ~before & p->flow->flags & HG_FLOW_TWO_WAY);
	return sides;
}

/* Session and application; of a flow that is dropped only the session's flags. */
static void
follow(struct hg_worker *w, struct hg_packet *p)
{
	const unsigned sides = p->proto == HG_IP_TCP ? run_stream(w, p) : 0;

	if (p->flow->flags & HG_FLOW_DROP) {
		hg_app_pass(p->flow);
		return;
	}
	if (p->flow->flags & HG_FLOW_SETTLED && hg_stream_state(p->flow) == HG_TCP_CLOSED)
		p->flow->flags &= ~(uint32_t)HG_FLOW_SETTLED;
	if (!(p->flow->flags & HG_FLOW_SETTLED))
		hg_app_feed(w->apps, p, sides);
	if (hg_app_is_over(p->flow))
		run_over(w, p);
}

void
hg_worker_packet(struct hg_worker *w, struct hg_packet *p, hg_time now)
{
	struct hg_flows *flows = w->flows[p->part];
	struct hg_flow *f;

	w->now = now;
	hg_flow_settle(flows, p);
	/* Only those that this packet has ended, by reuse of a tuple or for room: time must not end the flow at hand. */
	while ((f = hg_flow_next_end(flows, 0, false)) != NULL)
		end_flow(w, p->part, f);
	if (p->flow != NULL && p->flow->state == HG_FLOW_BYPASSED)
		return; /* only counted */
	if (p->flow != NULL && p->flow->flags & HG_FLOW_DROP)
		hg_packet_drop(p, HG_DROP_FLOW, w->ips);
	if (p->flow != NULL && p->proto == p->flow->key.proto)
		follow(w, p);
	inspect(w, p);
}

/* Time-outs are in whole seconds: looking once in each is enough. */
static void
run_packet(struct hg_worker *w, struct hg_packet *p)
{
	if (w->begin == 0)
		w->begin = p->time;
	if (p->time / HG_SEC > w->now / HG_SEC)
		hg_worker_tick(w, p->time);
	hg_worker_packet(w, p, HG_MAX(p->time, w->now));
}

/* Inline what the block table shuts out ends here, with all that is in it. */
static bool
is_shut_out(struct hg_worker *w, struct hg_packet *p)
{
	if (p->outer != NULL)
		p->flags |= p->outer->flags & HG_PKT_BLOCKED;
	if (!(p->flags & HG_PKT_BLOCKED))
		return false;
	/* What the look-up of the burst has guessed was not settled. */
	p->flow = NULL;
	hg_packet_drop(p, HG_DROP_BLOCKED, true);
	hg_event_blocked(w->events, p);
	return true;
}

void
hg_worker_burst(struct hg_worker *w, struct hg_frame *frames, unsigned n)
{
	uint16_t frame_of[HG_BURST_MAX * HG_FRAME_PACKETS];
	unsigned packets = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct hg_frame_in in = { frames[i].data, frames[i].len, frames[i].wire_len,
			frames[i].time, frames[i].number, frames[i].link, frames[i].device };
		const unsigned end = packets + hg_decode_frame(w->decode, &in, w->packets + packets);

		while (packets < end)
			frame_of[packets++] = (uint16_t)i;
		frames[i].drop = false;
	}
	hg_flow_look(w->flows, w->packets, packets);
	if (w->block != NULL && w->ips)
		hg_block_look(w->block, w->packets, packets);
	for (unsigned i = 0; i < packets; i++) {
		w->frame = &frames[frame_of[i]];
		if (!is_shut_out(w, &w->packets[i]))
			run_packet(w, &w->packets[i]);
		frames[frame_of[i]].drop |= (w->packets[i].flags & HG_PKT_DROPPED) != 0;
	}
	hg_decode_recycle(w->decode);
}

void
hg_worker_finish(struct hg_worker *w)
{
	end_flows(w, true);
	if (w->turn.judge != NULL)
		w->turn.judge(w->turn.arg, w->now, true);
}

static const uint64_t no_protos[HG_DIRS];

void
hg_worker_adopt(struct hg_worker *w, struct hg_detect_seat *seat)
{
	hg_detect_adopt(w->detect, seat);
	w->rules = hg_detect_seat_rules(seat);
	hg_files_typer(w->files, w->typer != NULL ? w->typer : hg_detect_seat_typer(seat), w->typer != NULL,
		hg_as_peer(w->suricata7, HG_DIFF_APP_FILE_TYPE));
	hg_apps_stores(w->apps, w->rules == NULL ? no_protos : w->rules->stores);
}

void
hg_worker_store(struct hg_worker *w, struct hg_desk *desk)
{
	hg_files_desk(w->files, desk);
}

void
hg_worker_overloaded(struct hg_worker *w, bool overloaded)
{
	for (unsigned i = 0; i < w->parts; i++)
		hg_flows_overloaded(w->flows[i], overloaded);
}

void
hg_worker_count(const struct hg_worker *w, uint64_t values[HG_COUNTERS_MAX])
{
	hg_counters_add(values,
		&(struct hg_counter_sources){ .decode = hg_decode_stats(w->decode),
			.stream = hg_stream_stats(w->streams),
			.detect = hg_detect_stats(w->detect),
			.apps = hg_apps_stats(w->apps),
			.event = hg_event_stats(w->events),
			.files = hg_files_stats(w->files),
			.reject = &w->rejects.stats });
	for (unsigned i = w->turn.first; i < w->parts; i += w->turn.every)
		hg_counters_add(values,
			&(struct hg_counter_sources){ .flow = hg_flow_stats(w->flows[i]),
				.meter = w->meters[i] == NULL ? NULL : hg_meter_stats(w->meters[i]) });
}

void
hg_worker_reset(struct hg_worker *w, struct hg_sink *sink)
{
	hg_detect_reset(w->detect);
	hg_apps_reset(w->apps);
	hg_files_reset(w->files);
	hg_streams_reset(w->streams);
	for (unsigned i = 0; i < w->parts; i++)
		hg_flows_reset(w->flows[i]);
	for (unsigned i = 0; i < w->parts; i++)
		if (w->meters[i] != NULL)
			hg_meter_reset(w->meters[i]);
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
	hg_typer_close(w->typer);
	hg_streams_close(w->streams);
	for (unsigned i = 0; i < w->parts; i++)
		hg_flows_close(w->flows[i]);
	for (unsigned i = 0; i < w->parts; i++)
		hg_meter_close(w->meters[i]);
	hg_decode_close(w->decode);
	hg_mem_close(w->mem);
	hg_start_give(w);
}

static int
open_parts(struct hg_worker *w, const struct hg_flow_config *all, struct hg_error *err)
{
	struct hg_flow_config c = *all;
	int r = 0;

	c.max_flows = HG_MAX(all->max_flows / all->parts, 1);
	for (; r == 0 && w->parts < all->parts; w->parts += r == 0)
		r = hg_flows_open(&w->flows[w->parts], &c, w->mem, err);
	return r;
}

static int
open_meters(struct hg_worker *w, const struct hg_anomaly_config *c, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = w->turn.first; c->enabled && r == 0 && i < w->parts; i += w->turn.every)
		r = hg_meter_open(&w->meters[i], c, err);
	return r;
}

static int
open_stages(struct hg_worker *w, const struct hg_settings *s, const struct hg_config *config,
	const struct hg_snapshot *rules, struct hg_sink *sink, struct hg_error *err)
{
	struct hg_detect_config detect = s->detect;
	unsigned hashes = s->file_hashes | (rules == NULL ? 0 : rules->file_hashes);
	int r = hg_mem_open(&w->mem, s->memory, false, err);

	detect.shared = w->turn.shared;
	detect.wait = w->turn.wait;
	detect.wait_arg = w->turn.arg;

	if (r == 0)
		r = hg_decode_open(&w->decode, &s->decode, w->mem, err);
	if (r == 0)
		r = open_parts(w, &s->flow, err);
	if (r == 0)
		r = hg_streams_open(&w->streams, &s->stream, w->mem, err);
	if (r == 0)
		r = hg_files_open(&w->files, hashes, s->files_open, err);
	if (r == 0 && s->file_types)
		r = hg_typer_open(&w->typer, s->type_data, err);
	if (r == 0)
		r = hg_apps_open(&w->apps, &s->apps, config, w->mem, w->files, err);
	if (r == 0)
		r = hg_detect_open(&w->detect, &detect, w->apps, w->streams, w->mem, err);
	if (r == 0)
		r = open_meters(w, &s->anomaly, err);
	if (r == 0)
		r = hg_events_open(&w->events, &s->event, sink, err);
	return r;
}

int
hg_worker_open(struct hg_worker **ret, const struct hg_settings *settings, const struct hg_config *config,
	struct hg_detect_seat *seat, const struct hg_worker_turn *turn, struct hg_sink *sink,
	struct hg_error *err)
{
	struct hg_worker *w = hg_start_take(sizeof(*w));
	int r;

	if (w == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a worker");
	w->ips = settings->ips;
	w->suricata7 = settings->suricata7;
	w->rejects.rate = settings->reject_rate;
	w->turn = turn == NULL ? (struct hg_worker_turn){ .every = 1 } : *turn;
	r = open_stages(w, settings, config, hg_detect_seat_rules(seat), sink, err);
	if (r < 0) {
		hg_worker_close(w);
		return r;
	}
	hg_worker_adopt(w, seat);
	*ret = w;
	return 0;
}
