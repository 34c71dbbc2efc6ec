#include "engine/crew.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ring.h"

#define ORDERS ((size_t)8 << 20)  /* bytes of packets on their way to a worker */
#define RECORDS ((size_t)4 << 20) /* bytes of records on their way from it */

/* Places in the order of all work: 32 a frame; first its second is judged, then come the ends of flows that the second
 * brings, part by part, then the packets that were in it. */
#define PLACES 32
#define PLACE_PARTS 1
#define PLACE_PACKETS (PLACE_PARTS + HG_FLOW_PARTS)
#define PLACE_LAST (PLACES - 1)

enum order_kind { ORDER_PACKET, ORDER_TICK, ORDER_FINISH };

/* A record of the ring to a worker. Behind that of a packet stand its bytes; `outer` is its carrier as it was decoded. */
struct order {
	enum order_kind kind;
	uint64_t place;
	hg_time now; /* latest time of all packets so far */
	struct hg_packet packet, outer;
};

struct member {
	struct hg_crew *crew;
	struct hg_worker *worker;
	struct hg_ring *orders, *records;
	struct hg_sink sink; /* into records */
	pthread_t thread;
	bool started;
	uint64_t place;                     /* of what it is at */
	_Alignas(64) _Atomic uint64_t done; /* all its work below this place is done */
};

struct hg_crew {
	unsigned n;
	struct hg_worker *alone; /* of a crew of one; else NULL */
	struct hg_mem *mem;      /* of decode */
	struct hg_decode *decode;
	struct hg_detect_shared *shared;
	struct hg_judge *judge; /* NULL: meters are switched off */
	struct hg_who *who;     /* NULL: nobody asks for users */
	struct hg_flow_config flow;
	struct hg_sink *sink;
	hg_time begin, now;
	uint64_t frame;                            /* of the one at hand, over all captures */
	_Alignas(64) _Atomic uint64_t sent;        /* every order below this place is in its ring */
	struct hg_detect_seat *seats[HG_CREW_MAX]; /* NULL: no rules */
	struct member members[HG_CREW_MAX];
};

/* Short waits are busy, long ones leave the core to whoever is waited for. */
static void
pause_for(unsigned *turns)
{
	if (++*turns > 64)
		usleep(50);
	else if (*turns > 16)
		sched_yield();
}

static void
tell_done(struct member *m, uint64_t place)
{
	m->place = place;
	atomic_store_explicit(&m->done, place, memory_order_release);
}

/* The worker's turn has come when nobody is at an earlier place. */
static void
wait_turn(void *arg)
{
	struct member *m = arg;
	struct hg_crew *c = m->crew;
	unsigned turns = 0;

	for (unsigned i = 0; i < c->n; i++)
		while (atomic_load_explicit(&c->members[i].done, memory_order_acquire) < m->place)
			pause_for(&turns);
}

static void
step_part(void *arg, unsigned part)
{
	struct member *m = arg;

	tell_done(m, m->place / PLACES * PLACES + PLACE_PARTS + part);
}

/* The meters of all, in the order of parts whoever has them. */
static void
ask_meters(struct hg_crew *c, struct hg_events *events, hg_time now, bool last)
{
	struct hg_meters_here here = { .n = c->flow.parts };
	const struct hg_meters meters = hg_meters_of(&here);

	for (unsigned i = 0; i < here.n; i++)
		here.meters[i] =
			c->alone != NULL ? c->alone->meters[i] : c->members[i % c->n].worker->meters[i];
	(last ? hg_judge_finish : hg_judge_advance)(c->judge, now, &meters, hg_event_tell_detection, events);
}

/* What parts have learnt of users in the second before, in the order of parts whoever has them. */
static void
learn_users(struct hg_crew *c)
{
	for (unsigned i = 0; c->who != NULL && i < c->flow.parts; i++)
		hg_event_learn(c->alone != NULL ? c->alone->events : c->members[i % c->n].worker->events, i);
}

static void
judge_alone(void *arg, hg_time now, bool last)
{
	struct hg_crew *c = arg;

	learn_users(c);
	if (c->judge != NULL)
		ask_meters(c, c->alone->events, now, last);
}

/* The first member judges when all have done what is earlier; the others do nothing later before it has. */
static void
judge_in_turn(void *arg, hg_time now, bool last)
{
	struct member *m = arg;
	struct hg_crew *c = m->crew;

	if (c->judge == NULL && c->who == NULL)
		return;
	if (last)
		tell_done(m, m->place / PLACES * PLACES + PLACE_LAST);
	if (m == &c->members[0]) {
		wait_turn(m);
		learn_users(c);
		if (c->judge != NULL)
			ask_meters(c, m->worker->events, now, last);
	}
	if (last)
		return;
	tell_done(m, m->place + 1);
	if (m != &c->members[0])
		wait_turn(m);
}

static bool
write_record(struct hg_sink *s, struct hg_span line)
{
	struct member *m = (struct member *)((uint8_t *)s - offsetof(struct member, sink));
	unsigned turns = 0;
	uint8_t *room;

	if (line.len > HG_EVENT_LINE)
		return false;
	while ((room = hg_ring_reserve(m->records, line.len)) == NULL)
		pause_for(&turns);
	memcpy(room, line.p, line.len);
	hg_ring_commit(m->records, line.len);
	return true;
}

static void
obey(struct member *m, struct order *o)
{
	tell_done(m, o->place);
	switch (o->kind) {
	case ORDER_PACKET:
		hg_flow_look(m->worker->flows, &o->packet, 1);
		hg_worker_packet(m->worker, &o->packet, o->now);
		break;
	case ORDER_TICK:
		hg_worker_tick(m->worker, o->now);
		break;
	case ORDER_FINISH:
		m->worker->now = o->now;
		hg_worker_finish(m->worker);
		break;
	}
}

static void *
run_member(void *arg)
{
	struct member *m = arg;
	unsigned turns = 0;

	for (;;) {
		const uint64_t sent = atomic_load_explicit(&m->crew->sent, memory_order_acquire);
		struct hg_span record = hg_ring_peek(m->orders);
		struct order *o = (struct order *)(uintptr_t)record.p;
		bool last;

		if (o == NULL) {
			/* All that was sent before the look is done, so others need not wait for this one. */
			if (sent > m->place)
				tell_done(m, sent);
			pause_for(&turns);
			continue;
		}
		turns = 0;
		last = o->kind == ORDER_FINISH;
		obey(m, o);
		hg_ring_release(m->orders);
		if (last)
			break;
	}
	tell_done(m, UINT64_MAX);
	return NULL;
}

/* What workers have found, into the sink; false: nothing. */
static bool
drain(struct hg_crew *c)
{
	bool any = false;

	for (unsigned i = 0; i < c->n; i++) {
		struct hg_ring *r = c->members[i].records;
		struct hg_span line;

		while ((line = hg_ring_peek(r)).len > 0) {
			c->sink->write(c->sink, line);
			hg_ring_release(r);
			any = true;
		}
	}
	return any;
}

static void
tell_sent(struct hg_crew *c, uint64_t place)
{
	atomic_store_explicit(&c->sent, place, memory_order_release);
}

/* Room for an order; while there is none, workers must be able to go on: they learn what is sent and get rid of records. */
static struct order *
make_order(struct hg_crew *c, struct member *m, enum order_kind kind, unsigned place, size_t bytes)
{
	const size_t size = sizeof(struct order) + bytes;
	unsigned turns = 0;
	struct order *o;

	while ((o = (struct order *)(void *)hg_ring_reserve(m->orders, size)) == NULL) {
		tell_sent(c, c->frame * PLACES + place);
		if (!drain(c))
			pause_for(&turns);
	}
	o->kind = kind;
	o->place = c->frame * PLACES + place;
	o->now = c->now;
	return o;
}

static void
send_to_all(struct hg_crew *c, enum order_kind kind)
{
	for (unsigned i = 0; i < c->n; i++) {
		make_order(c, &c->members[i], kind, 0, 0);
		hg_ring_commit(c->members[i].orders, sizeof(struct order));
	}
}

static void
send_packet(struct hg_crew *c, const struct hg_packet *p, unsigned nth)
{
	struct member *m = &c->members[hg_flow_part(&c->flow, p) % c->n];
	struct order *o = make_order(c, m, ORDER_PACKET, PLACE_PACKETS + nth, p->len);
	uint8_t *bytes = (uint8_t *)(o + 1);

	o->packet = *p;
	if (p->outer != NULL) {
		o->outer = *p->outer;
		o->outer.data = NULL;
		o->outer.outer = NULL;
		o->packet.outer = &o->outer;
	}
	if (p->data != NULL) {
		memcpy(bytes, p->data, p->len);
		o->packet.data = bytes;
	}
	hg_ring_commit(m->orders, sizeof(*o) + p->len);
}

static void
send_frame(struct hg_crew *c, const struct hg_frame *f)
{
	const struct hg_frame_in in = { f->data, f->len, f->wire_len, f->time, f->number, f->link, 0 };
	struct hg_packet packets[HG_FRAME_PACKETS];
	unsigned n = hg_decode_frame(c->decode, &in, packets);
	const bool tick = f->time / HG_SEC > c->now / HG_SEC;

	if (c->begin == 0)
		c->begin = f->time;
	c->now = HG_MAX(c->now, f->time);
	if (tick)
		send_to_all(c, ORDER_TICK);
	for (unsigned i = 0; i < n; i++)
		send_packet(c, &packets[i], i);
	hg_decode_recycle(c->decode);
	c->frame++;
}

void
hg_crew_burst(struct hg_crew *c, struct hg_frame *frames, unsigned n)
{
	if (c->alone != NULL) {
		hg_worker_burst(c->alone, frames, n);
		return;
	}
	for (unsigned i = 0; i < n; i++)
		send_frame(c, &frames[i]);
	tell_sent(c, c->frame * PLACES);
	drain(c);
}

static bool
all_done(const struct hg_crew *c, uint64_t place)
{
	for (unsigned i = 0; i < c->n; i++)
		if (atomic_load_explicit(&c->members[i].done, memory_order_acquire) < place)
			return false;
	return true;
}

static void
wait_done(struct hg_crew *c, uint64_t place)
{
	unsigned turns = 0;

	while (!all_done(c, place))
		if (!drain(c))
			pause_for(&turns);
	drain(c);
}

void
hg_crew_settle(struct hg_crew *c)
{
	if (c->alone != NULL)
		return;
	tell_sent(c, c->frame * PLACES);
	wait_done(c, c->frame * PLACES);
}

void
hg_crew_capture(struct hg_crew *c, const char *path)
{
	hg_crew_settle(c);
	if (c->alone != NULL)
		hg_events_capture(c->alone->events, path);
	for (unsigned i = 0; c->alone == NULL && i < c->n; i++)
		hg_events_capture(c->members[i].worker->events, path);
}

static void
join(struct hg_crew *c)
{
	send_to_all(c, ORDER_FINISH);
	tell_sent(c, (c->frame + 1) * PLACES);
	wait_done(c, UINT64_MAX);
	for (unsigned i = 0; i < c->n; i++) {
		if (c->members[i].started)
			pthread_join(c->members[i].thread, NULL);
		c->members[i].started = false;
	}
	drain(c);
}

void
hg_crew_finish(struct hg_crew *c)
{
	if (c->alone != NULL)
		hg_worker_finish(c->alone);
	else
		join(c);
}

void
hg_crew_count(const struct hg_crew *c, uint64_t values[HG_COUNTERS_MAX])
{
	if (c->judge != NULL)
		hg_counters_add(values, &(struct hg_counter_sources){ .judge = hg_judge_stats(c->judge) });
	if (c->alone != NULL) {
		hg_worker_count(c->alone, values);
		return;
	}
	hg_counters_add(values, &(struct hg_counter_sources){ .decode = hg_decode_stats(c->decode) });
	for (unsigned i = 0; i < c->n; i++)
		hg_worker_count(c->members[i].worker, values);
}

void
hg_crew_by_rule(const struct hg_crew *c, uint64_t *by_rule)
{
	for (unsigned i = 0; i < c->n; i++)
		hg_detect_by_rule(
			c->alone != NULL ? c->alone->detect : c->members[i].worker->detect, by_rule);
}

void
hg_crew_times(const struct hg_crew *c, hg_time *begin, hg_time *now)
{
	*begin = c->alone != NULL ? c->alone->begin : c->begin;
	*now = c->alone != NULL ? c->alone->now : c->now;
}

void
hg_crew_stats_record(struct hg_crew *c, const struct hg_stats_view *v)
{
	hg_event_stats_record(c->alone != NULL ? c->alone->events : c->members[0].worker->events, v);
	if (c->alone == NULL)
		drain(c);
}

void
hg_crew_watch(struct hg_crew *c, struct hg_watcher *w)
{
	hg_detect_watch(c->alone->detect, w);
}

/* Nobody waits for a worker that could not be started. */
static int
start(struct hg_crew *c, struct hg_error *err)
{
	for (unsigned i = 0; i < c->n; i++)
		atomic_store(&c->members[i].done, UINT64_MAX);
	for (unsigned i = 0; i < c->n; i++) {
		struct member *m = &c->members[i];
		int error;

		atomic_store(&m->done, 0);
		m->place = 0;
		error = pthread_create(&m->thread, NULL, run_member, m);
		if (error != 0) {
			atomic_store(&m->done, UINT64_MAX);
			return hg_error_set(err, -error, "cannot start a worker: %s", strerror(error));
		}
		m->started = true;
	}
	return 0;
}

static struct hg_desk *
desk_of(struct hg_filestore *store, unsigned i)
{
	return store == NULL ? NULL : hg_filestore_desk(store, i);
}

int
hg_crew_begin(struct hg_crew *c, struct hg_sink *sink, struct hg_filestore *store,
	struct hg_filestore *transcripts, struct hg_error *err)
{
	c->sink = sink;
	if (c->who != NULL)
		hg_who_reset(c->who);
	if (c->judge != NULL)
		hg_judge_reset(c->judge);
	if (c->alone != NULL) {
		hg_worker_reset(c->alone, sink);
		hg_worker_store(c->alone, desk_of(store, 0));
		hg_worker_transcripts(c->alone, desk_of(transcripts, 0));
		return 0;
	}
	hg_decode_reset(c->decode);
	hg_mem_reset(c->mem);
	hg_detect_shared_reset(c->shared);
	for (unsigned i = 0; i < c->n; i++) {
		hg_worker_reset(c->members[i].worker, &c->members[i].sink);
		hg_worker_store(c->members[i].worker, desk_of(store, i));
		hg_worker_transcripts(c->members[i].worker, desk_of(transcripts, i));
	}
	c->begin = c->now = 0;
	c->frame = 1; /* place 0 is that of nobody */
	atomic_store(&c->sent, 0);
	return start(c, err);
}

static int
open_seats(struct hg_crew *c, const struct hg_snapshot *rules, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; rules != NULL && r == 0 && i < c->n; i++)
		r = hg_detect_seat_open(&c->seats[i], rules, err);
	return r;
}

static int
open_member(struct hg_crew *c, unsigned i, const struct hg_settings *s, const struct hg_config *config,
	struct hg_error *err)
{
	struct member *m = &c->members[i];
	const struct hg_worker_turn turn = { .every = c->n,
		.first = i,
		.shared = c->shared,
		.step = step_part,
		.wait = wait_turn,
		.judge = judge_in_turn,
		.arg = m };
	int r = hg_ring_open(&m->orders, ORDERS, err);

	m->crew = c;
	m->sink.write = write_record;
	if (r == 0)
		r = hg_ring_open(&m->records, RECORDS, err);
	return r < 0 ? r : hg_worker_open(&m->worker, s, config, c->seats[i], &turn, &m->sink, err);
}

int
hg_crew_open(struct hg_crew **ret, unsigned workers, const struct hg_settings *s,
	const struct hg_config *config, const struct hg_snapshot *rules, struct hg_error *err)
{
	struct hg_crew *c = aligned_alloc(64, sizeof(*c));
	int r = 0;

	if (c == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for workers");
	memset(c, 0, sizeof(*c));
	c->n = HG_MIN(workers, s->flow.parts);
	c->flow = s->flow;
	c->who = s->event.who;
	if (s->anomaly.enabled)
		r = hg_judge_open(&c->judge, &s->anomaly, err);
	if (r == 0)
		r = open_seats(c, rules, err);
	if (r == 0 && c->n == 1) {
		const struct hg_worker_turn turn = { .every = 1, .judge = judge_alone, .arg = c };

		r = hg_worker_open(&c->alone, s, config, c->seats[0], &turn, NULL, err);
	} else if (r == 0) {
		r = hg_mem_open(&c->mem, s->memory, false, err);
		if (r == 0)
			r = hg_decode_open(&c->decode, &s->decode, c->mem, err);
		if (r == 0)
			r = hg_detect_shared_open(&c->shared, &s->detect, err);
		for (unsigned i = 0; r == 0 && i < c->n; i++)
			r = open_member(c, i, s, config, err);
	}
	if (r < 0)
		hg_crew_close(c);
	else
		*ret = c;
	return r;
}

void
hg_crew_close(struct hg_crew *c)
{
	if (c == NULL)
		return;
	if (c->alone == NULL && c->members[0].started)
		join(c);
	hg_worker_close(c->alone);
	for (unsigned i = 0; i < c->n; i++) {
		hg_worker_close(c->members[i].worker);
		hg_ring_close(c->members[i].orders);
		hg_ring_close(c->members[i].records);
		hg_detect_seat_close(c->seats[i]);
	}
	hg_detect_shared_close(c->shared);
	hg_judge_close(c->judge);
	hg_decode_close(c->decode);
	hg_mem_close(c->mem);
	free(c);
}
