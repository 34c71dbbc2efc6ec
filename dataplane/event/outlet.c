#include "event/outlet.h"

#include <errno.h>
#include <poll.h>

#include "base/lane.h"
#include "base/log.h"
#include "base/start.h"
#include "base/thread.h"

#define FIRST_BACKOFF 100
#define MS 1000000u
#define GRACE 1000 /* milliseconds that a thread may take to end after its deadline */

struct hg_outlet {
	struct hg_sink_config config;
	const struct hg_sink_kind *kind;
	struct hg_bell bell;
	struct hg_lane lane;
	struct hg_thread thread;
	bool begun; /* the state is the sink's */
	_Atomic bool stopping, reopen, up;
	_Atomic uint64_t deadline, written, failed, pending, reconnects;
	/* the thread's */
	bool connected, complained;
	int backoff;
	uint64_t retry_at;
	struct hg_batch batch;
	_Alignas(16) uint8_t state[];
};

int
hg_outlet_open(struct hg_outlet **ret, const struct hg_sink_config *c, struct hg_error *err)
{
	struct hg_outlet *o = hg_start_take(sizeof(*o) + c->kind->size);
	int r;

	if (o == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for %s", c->name);
	o->config = *c;
	o->kind = c->kind;
	o->bell.fd = -1;
	o->backoff = FIRST_BACKOFF;
	r = hg_bell_open(&o->bell, err);
	if (r == 0)
		r = hg_lane_open(&o->lane, &o->bell, c->queue, err);
	if (r == 0) {
		o->begun = true;
		r = o->kind->init(o->state, &o->config, err);
	}
	if (r < 0) {
		hg_outlet_close(o);
		return r;
	}
	*ret = o;
	return 0;
}

void
hg_outlet_close(struct hg_outlet *o)
{
	if (o == NULL)
		return;
	if (o->begun)
		o->kind->disconnect(o->state);
	if (o->begun && o->kind->fini != NULL)
		o->kind->fini(o->state);
	hg_lane_close(&o->lane);
	hg_bell_close(&o->bell);
	hg_start_give(o);
}

void
hg_outlet_put(struct hg_outlet *o, struct hg_span line)
{
	hg_lane_put(&o->lane, line);
}

static size_t
frame(struct hg_outlet *o, struct hg_span line, uint8_t *out)
{
	const struct hg_span prefix = hg_span_str(o->config.prefix);

	if (o->kind->frame != NULL)
		return o->kind->frame(o->state, line, out);
	memcpy(out, prefix.p, prefix.len);
	memcpy(out + prefix.len, line.p, line.len);
	out[prefix.len + line.len] = '\n';
	return prefix.len + line.len + 1;
}

/* All that waits, as far as it has room: nothing is held back for more to come. */
static void
fill(struct hg_outlet *o)
{
	struct hg_batch *b = &o->batch;
	struct hg_span line;
	size_t used = 0;

	b->n = b->done = 0;
	b->sent = 0;
	while (b->n < HG_BATCH_LINES && (line = hg_lane_peek(&o->lane)).len > 0 &&
		used + line.len + HG_SINK_TEXT <= HG_BATCH_BYTES) {
		used += frame(o, line, b->bytes + used);
		b->ends[b->n++] = used;
		hg_lane_release(&o->lane);
	}
}

static void
set_up(struct hg_outlet *o, bool up)
{
	o->connected = up;
	atomic_store(&o->up, up);
}

static void
take_report(struct hg_outlet *o)
{
	struct hg_sink_report r = { 0 };

	if (o->kind->report == NULL)
		return;
	o->kind->report(o->state, &r);
	atomic_fetch_add(&o->failed, r.failed);
	atomic_fetch_add(&o->reconnects, r.outages);
	atomic_store(&o->pending, r.pending);
	atomic_store(&o->up, o->connected && !r.down);
}

/* Away: told once, until it is back. */
static void
note_failure(struct hg_outlet *o, const struct hg_error *why)
{
	o->kind->disconnect(o->state);
	set_up(o, false);
	atomic_fetch_add(&o->reconnects, 1);
	/* The half line that a stream has had goes out again as a whole. */
	o->batch.sent = o->batch.done == 0 ? 0 : o->batch.ends[o->batch.done - 1];
	if (!o->complained)
		hg_log(HG_LOG_WARNING, "%s: %s; lines wait and it is tried again", o->config.name, why->text);
	o->complained = true;
	o->retry_at = hg_thread_now() + (uint64_t)o->backoff * MS;
	o->backoff = HG_MIN(o->backoff * 2, HG_OUTLET_BACKOFF);
}

static void
try_connect(struct hg_outlet *o)
{
	struct hg_error err = { 0 };

	if (o->kind->connect(o->state, &err) < 0) {
		note_failure(o, &err);
		return;
	}
	set_up(o, true);
}

static void
try_send(struct hg_outlet *o)
{
	const unsigned before = o->batch.done;
	struct hg_error err = { 0 };
	int r = o->kind->send(o->state, &o->batch, &err);
	const unsigned done = o->batch.done - before;

	atomic_fetch_add(&o->written, done);
	take_report(o);
	if (r < 0) {
		note_failure(o, &err);
		return;
	}
	if (done == 0)
		return;
	if (o->complained)
		hg_log(HG_LOG_NOTICE, "%s is back", o->config.name);
	o->complained = false;
	o->backoff = FIRST_BACKOFF;
}

/* Until the bell, or some milliseconds have passed. */
static void
wait_for(struct hg_outlet *o, int ms)
{
	struct pollfd p = { .fd = o->bell.fd, .events = POLLIN };

	poll(&p, 1, ms);
	hg_bell_rise(&o->bell);
}

static void
wait_for_lines(struct hg_outlet *o, int ms)
{
	hg_bell_doze(&o->bell);
	if (hg_lane_waiting(&o->lane) || atomic_load(&o->stopping) || atomic_load(&o->reopen))
		hg_bell_rise(&o->bell);
	else
		wait_for(o, ms);
}

static bool
is_late(struct hg_outlet *o)
{
	return atomic_load(&o->stopping) && hg_thread_now() >= atomic_load(&o->deadline);
}

static int
until_retry(const struct hg_outlet *o)
{
	int ms = hg_thread_left(o->retry_at);

	if (atomic_load(&o->stopping))
		ms = HG_MIN(ms, hg_thread_left(atomic_load(&o->deadline)));
	return ms;
}

static void
reopen(struct hg_outlet *o)
{
	if (o->kind->reopens && o->connected) {
		o->kind->disconnect(o->state);
		set_up(o, false);
		o->retry_at = 0;
	}
}

/* One step; false: there is nothing to do but wait. */
static bool
step(struct hg_outlet *o)
{
	if (atomic_exchange(&o->reopen, false))
		reopen(o);
	if (!o->connected && hg_thread_now() >= o->retry_at)
		try_connect(o);
	if (o->batch.done == o->batch.n)
		fill(o);
	if (!o->connected || o->batch.n == 0)
		return false;
	try_send(o);
	return true;
}

static void
run(void *arg)
{
	struct hg_outlet *o = arg;

	while (!is_late(o)) {
		if (step(o))
			continue;
		take_report(o);
		if (atomic_load(&o->stopping) && o->batch.n == o->batch.done && !hg_lane_waiting(&o->lane))
			break;
		if (o->connected)
			wait_for_lines(o, o->kind->report == NULL ? -1 : HG_SINK_WAIT);
		else
			wait_for(o, until_retry(o));
	}
	if (o->kind->settle != NULL && o->connected)
		o->kind->settle(o->state, hg_thread_left(atomic_load(&o->deadline)));
	o->kind->disconnect(o->state);
	set_up(o, false);
	take_report(o);
}

int
hg_outlet_start(struct hg_outlet *o, struct hg_error *err)
{
	return hg_thread_start(&o->thread, "hg-sink", run, o, err);
}

void
hg_outlet_reopen(struct hg_outlet *o)
{
	atomic_store(&o->reopen, true);
	hg_bell_strike(&o->bell);
}

void
hg_outlet_stop(struct hg_outlet *o, uint64_t deadline)
{
	atomic_store(&o->deadline, deadline);
	atomic_store(&o->stopping, true);
	hg_bell_strike(&o->bell);
}

bool
hg_outlet_join(struct hg_outlet *o, uint64_t deadline)
{
	return hg_thread_join(&o->thread, deadline + (uint64_t)GRACE * MS);
}

struct hg_outlet_stats
hg_outlet_stats(const struct hg_outlet *o)
{
	const uint64_t failed = atomic_load(&o->failed), open = failed + atomic_load(&o->pending);
	const uint64_t sent = atomic_load(&o->written), put = atomic_load(&o->lane.put);
	const uint64_t written = sent > open ? sent - open : 0;
	const uint64_t left = put > written + failed ? put - written - failed : 0;
	const bool over = atomic_load(&o->stopping) && !o->thread.started;

	/* What the deadline has left behind is lost. */
	return (struct hg_outlet_stats){ .name = o->config.name,
		.up = atomic_load(&o->up),
		.queued = over ? 0 : left,
		.written = written,
		.lost = hg_lane_lost(&o->lane) + failed + (over ? left : 0),
		.reconnects = atomic_load(&o->reconnects) };
}
