#include "event/output.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/lane.h"
#include "base/start.h"
#include "base/thread.h"

#define ROUND 64    /* lines of a ring before the others have their turn and subscribers get theirs */
#define EVENTS 32   /* of one look at the sockets */
#define LOOK 16     /* rounds with lines between two looks */
#define NAP 1000000 /* ns: what a record that nobody waits for may be late */
#define NAPS 20     /* without a line, before it sleeps until it is woken */

/* data.u32 of epoll */
enum { SOURCE_BELL, SOURCE_SUBSCRIBERS };

struct producer {
	struct hg_sink sink;
	struct hg_lane lane;
	uint64_t lost_seen;
};

struct hg_output {
	unsigned n_producers, n_outlets;
	struct producer *producers;
	struct hg_outlet *outlets[HG_OUTPUT_SINKS];
	const struct hg_output_config *config;
	struct hg_subscribers *subscribers; /* NULL: none */
	struct hg_bell bell;
	int epoll;
	struct hg_thread thread;
	bool stuck; /* a thread that did not end still uses all this */
	_Atomic bool stopping;
	_Atomic uint64_t deadline;
};

/* What a block may follow from. */
static bool
is_urgent(struct hg_span line)
{
	const struct hg_span type = hg_sink_value(line, "\"event_type\":\"");

	return hg_span_eq(type, HG_BYTES("alert")) || hg_span_eq(type, HG_BYTES("detection"));
}

static bool
write_line(struct hg_sink *s, struct hg_span line)
{
	struct producer *p = (struct producer *)(void *)s;

	return is_urgent(line) ? hg_lane_put(&p->lane, line) : hg_lane_put_later(&p->lane, line);
}

static int
flush_nothing(struct hg_sink *s, struct hg_error *err)
{
	(void)s;
	(void)err;
	return 0;
}

static void
close_nothing(struct hg_sink *s)
{
	(void)s;
}

static int
open_producers(struct hg_output *o, size_t ring, struct hg_error *err)
{
	o->producers = hg_start_take(o->n_producers * sizeof(*o->producers));
	if (o->producers == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the output thread");
	for (unsigned i = 0; i < o->n_producers; i++) {
		int r = hg_lane_open(&o->producers[i].lane, &o->bell, ring, err);

		if (r < 0)
			return r;
		o->producers[i].sink = (struct hg_sink){ write_line, flush_nothing, close_nothing };
	}
	return 0;
}

static int
open_sources(struct hg_output *o, const struct hg_output_config *c, struct hg_error *err)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = SOURCE_BELL };
	int r = hg_bell_open(&o->bell, err);

	if (r < 0)
		return r;
	o->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (o->epoll < 0 || epoll_ctl(o->epoll, EPOLL_CTL_ADD, o->bell.fd, &e) < 0)
		return hg_error_errno(err, "cannot make an epoll descriptor");
	if (!c->events)
		return 0;
	r = hg_subscribers_open(&o->subscribers, &c->subscribers, err);
	return r < 0 ? r : hg_subscribers_watch(o->subscribers, o->epoll, SOURCE_SUBSCRIBERS, err);
}

int
hg_output_open(
	struct hg_output **ret, const struct hg_output_config *c, unsigned producers, struct hg_error *err)
{
	struct hg_output *o = hg_start_take(sizeof(*o));
	int r;

	if (o == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the output thread");
	o->n_producers = HG_MIN(producers, (unsigned)HG_OUTPUT_PRODUCERS);
	o->config = c;
	o->epoll = -1;
	o->bell.fd = -1;
	r = open_sources(o, c, err);
	if (r == 0)
		r = open_producers(o, c->ring, err);
	for (; o->n_outlets < c->n_sinks && r == 0; o->n_outlets += r == 0)
		r = hg_outlet_open(&o->outlets[o->n_outlets], &c->sinks[o->n_outlets], err);
	if (r < 0) {
		hg_output_close(o);
		return r;
	}
	*ret = o;
	return 0;
}

void
hg_output_close(struct hg_output *o)
{
	if (o == NULL || o->stuck)
		return;
	for (unsigned i = 0; i < o->n_outlets; i++)
		hg_outlet_close(o->outlets[i]);
	hg_subscribers_close(o->subscribers);
	for (unsigned i = 0; o->producers != NULL && i < o->n_producers; i++)
		hg_lane_close(&o->producers[i].lane);
	hg_start_give(o->producers);
	if (o->epoll >= 0)
		close(o->epoll);
	hg_bell_close(&o->bell);
	hg_start_give(o);
}

struct hg_sink *
hg_output_sink(struct hg_output *o, unsigned producer)
{
	return &o->producers[producer].sink;
}

/* The sinks of a record, a bit each. */
static uint32_t
sinks_of(const struct hg_output *o, struct hg_span line)
{
	const struct hg_span type = hg_sink_value(line, "\"event_type\":\"");

	for (unsigned i = 0; i < o->config->n_types; i++)
		if (hg_span_eq(type, hg_span_str(o->config->types[i].name)))
			return o->config->types[i].sinks;
	return UINT32_MAX;
}

static void
hand_on(struct hg_output *o, struct hg_span line)
{
	/* What the only sink does not want is not written in the first place. */
	const uint32_t sinks = o->n_outlets > 1 ? sinks_of(o, line) : UINT32_MAX;

	if (o->subscribers != NULL)
		hg_subscribers_put(o->subscribers, line);
	for (unsigned i = 0; i < o->n_outlets; i++)
		if (sinks & 1u << i)
			hg_outlet_put(o->outlets[i], line);
}

/* Subscribers notice a gap also where a worker's ring was full. */
static void
note_lost(struct hg_output *o, struct producer *p)
{
	const uint64_t lost = hg_lane_lost(&p->lane);

	if (o->subscribers != NULL && lost != p->lost_seen)
		hg_subscribers_skip(o->subscribers, lost - p->lost_seen);
	p->lost_seen = lost;
}

/* A round: some of each ring, then subscribers have it; false: there was nothing. */
static bool
drain(struct hg_output *o)
{
	bool any = false;

	for (unsigned i = 0; i < o->n_producers; i++) {
		struct producer *p = &o->producers[i];
		struct hg_span line;

		for (unsigned k = 0; k < ROUND && (line = hg_lane_peek(&p->lane)).len > 0; k++) {
			hand_on(o, line);
			hg_lane_release(&p->lane);
			any = true;
		}
		note_lost(o, p);
	}
	if (any && o->subscribers != NULL)
		hg_subscribers_flush(o->subscribers);
	return any;
}

/* Waits so many ns for the bell or a socket; < 0: as long as it takes. */
static void
look(struct hg_output *o, int64_t ns)
{
	const struct timespec wait = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	struct epoll_event events[EVENTS];
	const int n = epoll_pwait2(o->epoll, events, EVENTS, ns < 0 ? NULL : &wait, NULL);

	for (int i = 0; i < n; i++) {
		if (events[i].data.u32 == SOURCE_BELL)
			hg_bell_rise(&o->bell);
		else
			hg_subscribers_event(o->subscribers, events[i].data.u32, events[i].events);
	}
}

static bool
waiting(const struct hg_output *o)
{
	for (unsigned i = 0; i < o->n_producers; i++)
		if (hg_lane_waiting(&o->producers[i].lane))
			return true;
	return false;
}

/* Dozing or napping: lines that have come before that are not rung for. */
static void
sleep_unless_waiting(struct hg_output *o, int64_t ns)
{
	if (!waiting(o))
		look(o, atomic_load(&o->stopping) ? NAP : ns);
	hg_bell_rise(&o->bell);
}

static bool
is_over(struct hg_output *o)
{
	if (!atomic_load(&o->stopping))
		return false;
	if (hg_thread_now() >= atomic_load(&o->deadline))
		return true;
	return !waiting(o) && (o->subscribers == NULL || hg_subscribers_drained(o->subscribers));
}

/* While lines come it naps between them, so that many cost one waking; only alerts end a nap. Else it sleeps. */
static void
run(void *arg)
{
	struct hg_output *o = arg;
	unsigned rounds = 0, naps = 0;

	while (!is_over(o)) {
		if (drain(o)) {
			naps = NAPS;
			if (++rounds % LOOK == 0)
				look(o, 0);
		} else if (naps > 0) {
			naps--;
			hg_bell_nap(&o->bell);
			sleep_unless_waiting(o, NAP);
		} else {
			hg_bell_doze(&o->bell);
			sleep_unless_waiting(o, -1);
		}
	}
}

int
hg_output_start(struct hg_output *o, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; i < o->n_outlets && r == 0; i++)
		r = hg_outlet_start(o->outlets[i], err);
	o->thread.rank = o->config->realtime ? HG_RANK_FIRST : HG_RANK_ORDINARY;
	if (r == 0)
		r = hg_thread_start(&o->thread, "hg-output", run, o, err);
	if (r < 0)
		hg_output_stop(o, 0);
	return r;
}

void
hg_output_reopen(struct hg_output *o)
{
	for (unsigned i = 0; i < o->n_outlets; i++)
		hg_outlet_reopen(o->outlets[i]);
}

void
hg_output_stop(struct hg_output *o, unsigned ms)
{
	const uint64_t deadline = hg_thread_now() + (uint64_t)ms * 1000000u;

	atomic_store(&o->deadline, deadline);
	atomic_store(&o->stopping, true);
	hg_bell_strike(&o->bell);
	/* The output thread first: what it has still to give goes to the outlets. */
	o->stuck |= !hg_thread_join(&o->thread, deadline + 1000000000u);
	for (unsigned i = 0; i < o->n_outlets; i++)
		hg_outlet_stop(o->outlets[i], deadline);
	for (unsigned i = 0; i < o->n_outlets; i++)
		o->stuck |= !hg_outlet_join(o->outlets[i], deadline);
}

void
hg_output_stats(const struct hg_output *o, struct hg_output_stats *s)
{
	*s = (struct hg_output_stats){ .n_sinks = o->n_outlets };
	for (unsigned i = 0; i < o->n_producers; i++) {
		const struct hg_lane *lane = &o->producers[i].lane;

		s->written += atomic_load_explicit(&lane->put, memory_order_relaxed);
		s->lost += hg_lane_lost(lane);
		s->queued += hg_lane_queued(lane);
	}
	for (unsigned i = 0; i < o->n_outlets; i++) {
		const struct hg_outlet_stats one = hg_outlet_stats(o->outlets[i]);

		s->sinks[i] = one;
		s->all_sinks.queued += one.queued;
		s->all_sinks.written += one.written;
		s->all_sinks.lost += one.lost;
		s->all_sinks.reconnects += one.reconnects;
	}
	if (o->subscribers != NULL)
		s->subscribers = hg_subscribers_stats(o->subscribers);
}
