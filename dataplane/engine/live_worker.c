#include "engine/live_worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/lane.h"
#include "base/log.h"
#include "base/rights.h"
#include "base/thread.h"
#include "engine/overload.h"
#include "port/dpdk/devices.h"

#define MAILBOX ((size_t)1 << 20)
#define MAILS 64 /* read between two bursts at most */

/* Blocks can be many: they leave some half of the box to orders of which there is one at a time. */
#define BLOCKS_MOST (MAILBOX / 2 / sizeof(struct hg_mail))

/* Rounds without a frame: a few times look again at once. Then sleep until frames come, where the port can tell; where they
 * come close together, shortly first, so that one waking serves several. Where it cannot tell sleep shortly, longer the longer nothing
 * comes. A worker that only yielded would take the core from whoever is to answer an alert, where cores are few. */
#define ROUNDS_BUSY 16
#define SLEEP_LEAST 20000          /* ns */
#define SLEEP_MOST 100000          /* ns: what a first packet may wait */
#define CLOSE 100000               /* ns from going to sleep to the next frame */
#define BLOCK_MOST (250 * HG_MSEC) /* so that who watches sees it live, and time-outs have their second */

#define TURN_NS 10000 /* between two looks whether it is a thread's turn */

/* A thread of a worker. There are two only while one hands over to the next. */
struct shift {
	struct hg_live_worker *worker;
	uint64_t number; /* 1 is the first */
	pthread_t thread;
	bool started;
};

struct hg_live_worker {
	struct hg_live_worker_config config;
	struct hg_worker *worker;
	struct hg_lane mail;
	struct hg_bell bell; /* mail has come */
	uint64_t posted;     /* the poster's */
	bool stop, finished;
	unsigned idle; /* rounds */
	bool close;    /* frames come close together */
	struct hg_overload overload;
	struct shift shifts[2]; /* by number; of who starts them */
	uint64_t shift;         /* the last that was started */
	uint64_t unfinished_told;
	_Alignas(64) _Atomic uint64_t done; /* mails read and obeyed */
	_Atomic uint64_t beats;
	_Atomic uint64_t unfinished[HG_DECODE_DEVICES];
	_Atomic uint64_t turn;   /* whose all that is above is; who has it gives it on */
	_Atomic uint64_t wanted; /* who is to have it */
	_Atomic uint64_t begun;  /* the last that has made a round */
	_Atomic uint64_t overload_turns;
};

static hg_time
wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (hg_time)t.tv_sec * HG_SEC + (hg_time)t.tv_nsec;
}

/* Dozing. */
static void
sleep_till_frames(struct hg_live_worker *l)
{
	const uint64_t begin = hg_thread_now();
	int rung;

	if (l->close && l->idle == ROUNDS_BUSY) {
		hg_bell_wait(&l->bell, SLEEP_LEAST);
		return;
	}
	rung = hg_port_wait(l->config.port, l->bell.fd, BLOCK_MOST);
	if (rung == -ENOTSUP) {
		hg_bell_wait(&l->bell, HG_MIN(SLEEP_LEAST + l->idle * 1000u, SLEEP_MOST));
		return;
	}
	l->close = hg_thread_now() - begin < CLOSE;
	if (rung > 0)
		hg_bell_rise(&l->bell);
	else
		hg_bell_rise_unrung(&l->bell);
}

/* Before the packets of this look, which are judged by it. */
static void
note_load(struct hg_live_worker *l, hg_time now, unsigned frames)
{
	if (!hg_overload_note(&l->overload, now, hg_port_crowded(l->config.port), frames))
		return;
	hg_worker_overloaded(l->worker, l->overload.on);
	atomic_fetch_add_explicit(&l->overload_turns, 1, memory_order_relaxed);
}

/* Time passes without packets, too. */
static void
rest(struct hg_live_worker *l)
{
	const hg_time now = wall_clock();

	note_load(l, now, 0);
	if (now / HG_SEC > l->worker->now / HG_SEC)
		hg_worker_tick(l->worker, now);
	if (l->config.busy || ++l->idle < ROUNDS_BUSY)
		return;
	hg_bell_doze(&l->bell);
	if (hg_lane_waiting(&l->mail))
		hg_bell_rise(&l->bell);
	else
		sleep_till_frames(l);
}

static void
answer(const struct hg_worker *w, struct hg_meter_ask *a)
{
	struct hg_meter *m = w->meters[0];

	if (!a->figures_wanted) {
		a->n = hg_meter_suspects(m, a->second, a->keys);
		return;
	}
	memset(a->figures, 0, a->n * sizeof(a->figures[0]));
	for (unsigned i = 0; i < a->n; i++)
		hg_meter_figures(m, &a->keys[i], a->second, &a->figures[i]);
}

static void
obey(struct hg_live_worker *l, const struct hg_mail *mail)
{
	switch (mail->kind) {
	case HG_MAIL_RULES:
		hg_worker_adopt(l->worker, mail->seat);
		hg_detect_watch(l->worker->detect, mail->watcher);
		break;
	case HG_MAIL_WATCH:
		hg_detect_watch(l->worker->detect, mail->watcher);
		break;
	case HG_MAIL_BLOCK:
		hg_block_apply(l->worker->block, &mail->block);
		break;
	case HG_MAIL_COUNT:
		hg_live_worker_count(l, mail->values);
		break;
	case HG_MAIL_METERS:
		answer(l->worker, mail->ask);
		break;
	case HG_MAIL_STOP:
		l->stop = true;
		break;
	}
}

static void
read_mail(struct hg_live_worker *l)
{
	for (unsigned i = 0; i < MAILS && !l->stop; i++) {
		struct hg_span record = hg_lane_peek(&l->mail);
		struct hg_mail mail;

		if (record.len == 0)
			return;
		memcpy(&mail, record.p, sizeof(mail));
		hg_lane_release(&l->mail);
		obey(l, &mail);
		if (!l->stop)
			atomic_fetch_add_explicit(&l->done, 1, memory_order_release);
		l->idle = 0;
	}
}

/* For the main thread; they are rare. */
static void
tell_unfinished(struct hg_live_worker *l)
{
	const struct hg_decode_stats *s = hg_decode_stats(l->worker->decode);

	if (HG_LIKELY(s->unfinished == l->unfinished_told))
		return;
	l->unfinished_told = s->unfinished;
	for (unsigned i = 0; i < HG_DECODE_DEVICES; i++)
		atomic_store_explicit(&l->unfinished[i], s->unfinished_of[i], memory_order_relaxed);
}

static void
poll_port(struct hg_live_worker *l)
{
	struct hg_frame frames[HG_BURST_MAX];
	int n = hg_port_receive(l->config.port, frames, l->config.burst, NULL);

	if (n <= 0) {
		rest(l);
		return;
	}
	l->idle = 0;
	note_load(l, frames[0].time, (unsigned)n);
	hg_worker_burst(l->worker, frames, (unsigned)n);
	hg_port_release(l->config.port, frames, (unsigned)n);
	tell_unfinished(l);
}

static void
settle_in(const struct hg_live_worker *l)
{
	const cpu_set_t *cpus = l->config.cpus;
	char name[16];

	snprintf(name, sizeof(name), "worker-%u", l->config.index);
	pthread_setname_np(pthread_self(), name);
	hg_rights_keep(0);
	prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
	if (cpus != NULL && pthread_setaffinity_np(pthread_self(), sizeof(*cpus), cpus) != 0)
		hg_log(HG_LOG_WARNING, "worker %u cannot stay on its CPU", l->config.index);
}

static void
finish(struct hg_live_worker *l)
{
	l->worker->now = HG_MAX(l->worker->now, wall_clock());
	hg_worker_finish(l->worker);
	l->finished = true;
	atomic_fetch_add_explicit(&l->done, 1, memory_order_release);
}

static void
wait_for_turn(struct hg_live_worker *l, uint64_t number)
{
	const struct timespec t = { 0, TURN_NS };

	while (atomic_load_explicit(&l->turn, memory_order_acquire) != number)
		nanosleep(&t, NULL);
}

/* All that takes time is done before it is this thread's turn, and after. */
static void *
run(void *arg)
{
	const struct shift *s = arg;
	struct hg_live_worker *l = s->worker;
	struct hg_error err;

	settle_in(l);
	if (hg_devices_enter(&err) < 0)
		hg_log_error(HG_LOG_WARNING, &err);
	wait_for_turn(l, s->number);
	l->idle = 0; /* the first round, which an answer waits for, does not sleep */
	while (!l->stop && atomic_load_explicit(&l->wanted, memory_order_relaxed) == s->number) {
		poll_port(l);
		read_mail(l);
		atomic_store_explicit(&l->beats, l->beats + 1, memory_order_relaxed);
		atomic_store_explicit(&l->begun, s->number, memory_order_release);
	}
	if (l->stop && !l->finished)
		finish(l);
	atomic_store_explicit(&l->turn, s->number + 1, memory_order_release);
	hg_devices_leave(l->config.devices);
	return NULL;
}

int
hg_live_worker_open(struct hg_live_worker **ret, const struct hg_live_worker_config *c, struct hg_error *err)
{
	struct hg_live_worker *l = aligned_alloc(64, sizeof(*l));
	int r;

	if (l == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a worker");
	memset(l, 0, sizeof(*l));
	l->config = *c;
	l->turn = l->wanted = 1;
	l->overload.after = c->settings->overload_after;
	r = hg_bell_open(&l->bell, err);
	if (r == 0)
		r = hg_lane_open(&l->mail, &l->bell, MAILBOX, err);
	if (r == 0)
		r = hg_worker_open(&l->worker, c->settings, c->config, c->seat, NULL, c->sink, err);
	if (r == 0) {
		l->worker->port = c->port;
		hg_worker_store(l->worker, c->desk);
		hg_worker_transcripts(l->worker, c->transcripts);
	}
	if (r == 0)
		r = hg_block_open(&l->worker->block, c->block_max, &c->settings->flow.hash_key, err);
	if (r < 0) {
		hg_live_worker_close(l);
		return r;
	}
	hg_devices_bell(c->devices, c->index, &l->bell);
	*ret = l;
	return 0;
}

void
hg_live_worker_close(struct hg_live_worker *l)
{
	if (l == NULL)
		return;
	if (l->worker != NULL)
		hg_block_close(l->worker->block);
	hg_worker_close(l->worker);
	hg_lane_close(&l->mail);
	hg_bell_close(&l->bell);
	free(l);
}

int
hg_live_worker_start(struct hg_live_worker *l, struct hg_error *err)
{
	const uint64_t number = l->shift + 1;
	struct shift *s = &l->shifts[number % 2];
	int error;

	*s = (struct shift){ .worker = l, .number = number };
	error = pthread_create(&s->thread, NULL, run, s);
	if (error != 0)
		return hg_error_set(err, -error, "cannot start a worker: %s", strerror(error));
	s->started = true;
	l->shift = number;
	atomic_store_explicit(&l->wanted, number, memory_order_relaxed);
	hg_bell_strike(&l->bell);
	return 0;
}

static void
join(struct shift *s)
{
	if (s->started)
		pthread_join(s->thread, NULL);
	s->started = false;
}

void
hg_live_worker_join(struct hg_live_worker *l)
{
	join(&l->shifts[(l->shift + 1) % 2]);
	join(&l->shifts[l->shift % 2]);
}

bool
hg_live_worker_renewed(struct hg_live_worker *l)
{
	if (atomic_load_explicit(&l->begun, memory_order_acquire) != l->shift)
		return false;
	join(&l->shifts[(l->shift + 1) % 2]);
	return true;
}

int
hg_live_worker_renew(struct hg_live_worker *l, struct hg_error *err)
{
	if (!hg_live_worker_renewed(l))
		return hg_error_set(err, -EBUSY, "worker %u has not begun anew since it was last told to",
			l->config.index);
	return hg_live_worker_start(l, err);
}

uint64_t
hg_live_worker_post(struct hg_live_worker *l, const struct hg_mail *mail)
{
	if (mail->kind == HG_MAIL_BLOCK && hg_lane_queued(&l->mail) >= BLOCKS_MOST)
		return 0;
	return hg_lane_put(&l->mail, hg_span(mail, sizeof(*mail))) ? ++l->posted : 0;
}

bool
hg_live_worker_did(const struct hg_live_worker *l, uint64_t ticket)
{
	return atomic_load_explicit(&l->done, memory_order_acquire) >= ticket;
}

uint64_t
hg_live_worker_renewals(const struct hg_live_worker *l)
{
	const uint64_t begun = atomic_load_explicit(&l->begun, memory_order_relaxed);

	return begun == 0 ? 0 : begun - 1;
}

uint64_t
hg_live_worker_beats(const struct hg_live_worker *l)
{
	return atomic_load_explicit(&l->beats, memory_order_relaxed);
}

uint64_t
hg_live_worker_overload_turns(const struct hg_live_worker *l)
{
	return atomic_load_explicit(&l->overload_turns, memory_order_relaxed);
}

void
hg_live_worker_count(const struct hg_live_worker *l, uint64_t values[HG_COUNTERS_MAX])
{
	hg_worker_count(l->worker, values);
	hg_counters_add(values, &(struct hg_counter_sources){ .overload = &l->overload.stats });
}

uint64_t
hg_live_worker_unfinished(const struct hg_live_worker *l, unsigned device)
{
	return atomic_load_explicit(&l->unfinished[device], memory_order_relaxed);
}

const struct hg_block *
hg_live_worker_block(const struct hg_live_worker *l)
{
	return l->worker->block;
}

const struct hg_worker *
hg_live_worker_of(const struct hg_live_worker *l)
{
	return l->worker;
}
