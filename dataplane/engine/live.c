#include "engine/live_int.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

enum { DONE = 0, BAD_USE = 1, BROKEN = 3 };

#define BEAT (100 * HG_MSEC) /* from one look at clocks and links to the next */
#define ANSWER (2 * HG_SEC)  /* a worker that has not answered by then is stuck */
#define CATCH_UP 10          /* milliseconds from one look to the next whether workers have room for blocks */
#define LAST_WORDS 5000      /* milliseconds that events have at the end */
#define PAUSE_NS 20000       /* between two looks at a worker that is to answer */

hg_time
hg_live_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (hg_time)t.tv_sec * HG_SEC + (hg_time)t.tv_nsec;
}

static void
pause_shortly(void)
{
	const struct timespec t = { 0, PAUSE_NS };

	nanosleep(&t, NULL);
}

bool
hg_live_wait(bool (*answered)(struct hg_live_worker *w), struct hg_live_worker *w)
{
	const uint64_t deadline = hg_thread_now() + ANSWER;

	while (!answered(w) && hg_thread_now() < deadline)
		pause_shortly();
	return answered(w);
}

bool
hg_live_obeyed(const struct hg_live *l, unsigned worker, uint64_t ticket, uint64_t deadline)
{
	while (!hg_live_worker_did(l->workers[worker], ticket) && hg_thread_now() < deadline)
		pause_shortly();
	return hg_live_worker_did(l->workers[worker], ticket);
}

static struct hg_capture_stats
count_devices(struct hg_live *l)
{
	struct hg_capture_stats all = { 0 };

	for (unsigned i = 0; i < hg_devices_count(l->devices); i++) {
		struct hg_device_stats s;

		hg_device_stats(l->devices, i, &s);
		all.received += s.received;
		all.missed += s.missed;
		all.errors += s.errors;
		all.unsent += s.unsent;
		all.unsteered += s.unsteered;
		all.unusable += s.unusable;
		all.oversized += s.oversized;
	}
	return all;
}

/* What is no worker's. */
static void
count_own(struct hg_live *l, uint64_t values[HG_COUNTERS_MAX])
{
	const struct hg_capture_stats c = count_devices(l);
	struct hg_engine_stats e = { .stalls = l->stalls };
	struct hg_output_stats s;
	struct hg_filestore_stats store = { 0 };

	for (unsigned i = 0; i < l->n_workers; i++) {
		e.restarts += hg_live_worker_renewals(l->workers[i]);
		e.uninspected += hg_devices_uninspected(l->devices, i);
	}
	hg_live_blocks_count(l, &e);
	hg_output_stats(l->output, &s);
	if (l->store != NULL)
		store = hg_filestore_stats(l->store);
	hg_counters_add(values,
		&(struct hg_counter_sources){ .output = &s, .engine = &e, .capture = &c, .store = &store });
	if (l->transcripts != NULL) {
		store = hg_filestore_stats(l->transcripts);
		hg_counters_add(values, &(struct hg_counter_sources){ .store = &store });
	}
}

void
hg_live_count(struct hg_live *l, uint64_t values[HG_COUNTERS_MAX])
{
	const uint64_t deadline = hg_thread_now() + ANSWER;

	for (unsigned i = 0; i < l->n_workers; i++) {
		const struct hg_mail mail = { .kind = HG_MAIL_COUNT, .values = l->counted[i] };

		if (l->count_ticket[i] == 0 || hg_live_worker_did(l->workers[i], l->count_ticket[i])) {
			memset(l->counted[i], 0, sizeof(l->counted[i]));
			l->count_ticket[i] = hg_live_worker_post(l->workers[i], &mail);
		}
	}
	for (unsigned i = 0; i < l->n_workers; i++)
		if (hg_live_obeyed(l, i, l->count_ticket[i], deadline))
			hg_counters_merge(values, l->counted[i]);
	hg_live_judge_count(l, values);
	count_own(l, values);
}

/* Blocked before any thread begins, so that they come by the descriptor alone. */
static int
open_descriptors(struct hg_live *l, struct hg_error *err)
{
	static const int wanted[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR2 };
	const struct itimerspec beat = { { 0, BEAT }, { 0, BEAT } };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < HG_COUNT(wanted); i++)
		sigaddset(&set, wanted[i]);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	l->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (l->signals < 0 || l->timer < 0 || timerfd_settime(l->timer, 0, &beat, NULL) < 0)
		return hg_error_errno(err, "cannot wait for signals and time");
	return 0;
}

/* Threads that begin later stay where the main thread is, but for workers. */
static int
take_cpus(struct hg_live *l, struct hg_error *err)
{
	char workers[HG_CPUS_TEXT], rest[HG_CPUS_TEXT];
	struct hg_affinity *a = &l->affinity;
	struct hg_cpus host;
	int r = hg_affinity_read(a, l->config, err);

	hg_cpus_of_host(&host);
	if (r == 0)
		r = hg_affinity_settle(a, &host, l->devices_config.workers, err);
	if (r < 0 || !a->on)
		return r;
	for (unsigned i = 0; i < l->devices_config.workers; i++)
		hg_affinity_of_worker(a, i, &l->worker_cpus[i]);
	hg_cpus_print(&a->workers, workers);
	hg_cpus_print(&a->rest, rest);
	hg_log(HG_LOG_NOTICE, "workers stay on CPU %s, all else on %s", workers, rest);
	return hg_affinity_keep(a, err);
}

static int
open_devices(struct hg_live *l, struct hg_error *err)
{
	int r = hg_interfaces_read(&l->devices_config, l->config, l->options, err);

	l->devices_config.decode = &l->settings->decode;
	l->devices_config.rescue = hg_live_watchdog_does(l, "forward");
	if (r == 0)
		r = take_cpus(l, err);
	if (r == 0)
		r = hg_devices_open(&l->devices, &l->devices_config, err);
	if (r < 0)
		return r;
	for (unsigned i = 0; i < hg_devices_count(l->devices); i++)
		l->names[i] = hg_device_name(l->devices, i);
	l->settings->event.devices = l->names;
	return hg_settings_live(l->settings, l->config, l->devices_config.workers, err);
}

/* Where files of a store go. */
static void
own_folder(const struct hg_live *l, const struct hg_filestore_config *c)
{
	char dir[4096];

	if (!c->enabled)
		return;
	hg_filestore_path(c, hg_config_str(l->config, "default-log-dir"), dir, sizeof(dir));
	hg_rights_folder(&l->rights, dir);
}

/* Folders that the way out and the sockets stand in, while they can still be made. */
static void
make_folders(const struct hg_live *l)
{
	char path[108];

	if (hg_control_path(l->config, path, sizeof(path)))
		hg_rights_folder_of(&l->rights, path);
	if (l->output_config.events)
		hg_rights_folder_of(&l->rights, l->output_config.events_path);
	hg_rights_folder(&l->rights, hg_config_str(l->config, "default-log-dir"));
	own_folder(l, &l->settings->store);
	own_folder(l, &l->settings->transcripts);
}

#define BIT(cap) ((uint64_t)1 << (cap))

/* Links of the kernel's interfaces are held down and let up again until the end. */
static uint64_t
rights_to_the_end(const struct hg_live *l)
{
	return hg_devices_of_kernel(l->devices) ? BIT(CAP_NET_ADMIN) : 0;
}

/* The output thread, which is not made yet, is to have its priority, too. */
static int
drop_rights(struct hg_live *l, struct hg_error *err)
{
	if (hg_config_bool(l->config, "engine.realtime"))
		hg_thread_take_rank(HG_RANK_FIRST);
	return hg_rights_drop(&l->rights, rights_to_the_end(l) | BIT(CAP_SYS_NICE), err);
}

/* With the rights that a reload has: what it could not read is not read at the start either. */
static int
load_rules(struct hg_live *l, struct hg_error *err)
{
	int r = hg_rights_lower(&l->rights, err);

	if (r < 0)
		return r;
	l->rules = calloc(1, sizeof(*l->rules));
	if (l->rules == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for rules");
	l->rules->loaded = hg_live_clock();
	r = hg_load_rules(
		l->options, l->config, l->settings, NULL, &l->rules->snapshot, &l->rules->refusals, err);
	hg_rights_raise(&l->rights);
	l->file_hashes =
		l->settings->file_hashes | (l->rules->snapshot == NULL ? 0 : l->rules->snapshot->file_hashes);
	return r;
}

/* One producer of events a worker, and one for the main thread. */
static int
open_output(struct hg_live *l, struct hg_error *err)
{
	const unsigned workers = l->devices_config.workers;
	int r = hg_output_open(&l->output, &l->output_config, workers + 1, err);
	if (r == 0)
		r = hg_output_start(l->output, err);
	if (geteuid() != 0)
		hg_rights_keep(rights_to_the_end(l));
	return r < 0
		? r
		: hg_events_open(&l->events, &l->settings->event, hg_output_sink(l->output, workers), err);
}

/* With the rights of the run; its thread stands behind all others. */
static int
open_one(struct hg_live *l, struct hg_filestore **to, const struct hg_filestore_config *c,
	struct hg_error *err)
{
	int r;

	if (!c->enabled)
		return 0;
	r = hg_filestore_open(
		to, c, hg_config_str(l->config, "default-log-dir"), l->devices_config.workers, false, err);
	return r < 0 ? r : hg_filestore_start(*to, err);
}

static int
open_store(struct hg_live *l, struct hg_error *err)
{
	int r = open_one(l, &l->store, &l->settings->store, err);

	return r < 0 ? r : open_one(l, &l->transcripts, &l->settings->transcripts, err);
}

static int
start_workers(struct hg_live *l, struct hg_error *err)
{
	const uint32_t most = (uint32_t)hg_config_int(l->config, "block.max");
	int r = hg_rule_set_seats(l->rules, l->devices_config.workers, err);
	for (unsigned i = 0; i < l->devices_config.workers && r == 0; i++) {
		const struct hg_live_worker_config c = { .index = i,
			.burst = l->settings->burst,
			.cpus = l->affinity.on ? &l->worker_cpus[i] : NULL,
			.busy = hg_config_bool(l->config, "engine.busy-poll"),
			.settings = l->settings,
			.config = l->config,
			.seat = l->rules->seats[i],
			.devices = l->devices,
			.port = hg_devices_port(l->devices, i),
			.sink = hg_output_sink(l->output, i),
			.desk = l->store == NULL ? NULL : hg_filestore_desk(l->store, i),
			.transcripts = l->transcripts == NULL ? NULL : hg_filestore_desk(l->transcripts, i),
			.block_max = most };

		r = hg_live_worker_open(&l->workers[i], &c, err);
		if (r < 0)
			break;
		l->n_workers++;
		r = hg_live_worker_start(l->workers[i], err);
	}
	if (r == 0)
		r = hg_live_blocks_open(l, most, err);
	if (r == 0 && l->devices_config.rescue)
		r = hg_live_rescue_open(&l->rescue, l->devices, l->workers, l->n_workers, err);
	return r;
}

static int
open_control(struct hg_live *l, struct hg_error *err)
{
	char path[108];
	uint64_t random = 0;

	getrandom(&random, sizeof(random), 0);
	snprintf(l->epoch, sizeof(l->epoch), "%016llx", (unsigned long long)random);
	hg_live_ops(l);
	if (!hg_control_path(l->config, path, sizeof(path)))
		return 0;
	return hg_control_open(&l->control, path,
		(uint32_t)strtoul(hg_config_str(l->config, "unix-command.filemode"), NULL, 8), &l->ops,
		l->config, err);
}

static int
open_metrics(struct hg_live *l, struct hg_error *err)
{
	const char *listen = hg_config_str(l->config, "metrics.listen");

	return listen == NULL ? 0 : hg_metrics_open(&l->metrics, listen, &l->ops, err);
}

static void
record_stats(struct hg_live *l, const uint64_t values[HG_COUNTERS_MAX])
{
	const struct hg_snapshot *rules = l->rules->snapshot;
	const struct hg_stats_view view = { .values = values,
		.begin = l->begin,
		.now = hg_live_clock(),
		.rules_time = l->rules->loaded,
		.rules_loaded = rules == NULL ? 0 : rules->n_loaded,
		.rules_skipped = rules == NULL ? 0 : rules->n_left_out,
		.rules_failed = l->rules->refusals.n };

	hg_event_stats_record(l->events, &view);
}

static void
write_stats(struct hg_live *l)
{
	uint64_t values[HG_COUNTERS_MAX] = { 0 };

	hg_live_count(l, values);
	record_stats(l, values);
}

static void
describe(const struct hg_live *l, char *text, size_t size)
{
	const unsigned devices = hg_devices_count(l->devices),
		       rules = l->rules->snapshot == NULL ? 0 : l->rules->snapshot->n_loaded;

	snprintf(text, size, "%u %s on %u %s, %u %s", l->n_workers, l->n_workers == 1 ? "worker" : "workers",
		devices, devices == 1 ? "device" : "devices", rules, rules == 1 ? "rule" : "rules");
}

void
hg_live_tell_ready(struct hg_live *l)
{
	unsigned stuck = 0;
	char text[160];
	size_t used;

	describe(l, text, sizeof(text));
	used = strlen(text);
	for (unsigned i = 0; i < l->n_workers; i++)
		stuck += l->watch[i].stuck;
	if (stuck != 0)
		snprintf(text + used, sizeof(text) - used, "; standing still: %u", stuck);
	hg_notify_ready(&l->notify, text);
}

/* What time brings. */
static void
beat(struct hg_live *l)
{
	const hg_time now = hg_live_clock(), interval = l->settings->stats_interval * HG_SEC;
	uint64_t times;

	if (read(l->timer, &times, sizeof(times)) != (ssize_t)sizeof(times))
		return;
	hg_notify_alive(&l->notify, hg_thread_now());
	hg_ledger_expire(l->ledger, now);
	hg_devices_mirror_links(l->devices);
	hg_reload_go_on(l);
	hg_live_judge(l, now);
	hg_live_watch(l);
	hg_live_tell_offloads(l);
	if (interval == 0 || now < l->stats_next)
		return;
	write_stats(l);
	l->stats_next = now + interval;
}

static void
take_signals(struct hg_live *l)
{
	struct signalfd_siginfo s;
	struct hg_error err;

	while (read(l->signals, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT)
			l->over = true;
		else if (s.ssi_signo == SIGHUP)
			hg_output_reopen(l->output);
		else if (hg_reload_begin(l, &err) < 0)
			hg_log_error(HG_LOG_WARNING, &err);
	}
}

static void
serve(struct hg_live *l)
{
	l->begin = hg_live_clock();
	l->stats_next = l->begin + l->settings->stats_interval * HG_SEC;
	while (!l->over && !l->failed) {
		struct pollfd fds[] = { { .fd = l->signals, .events = POLLIN },
			{ .fd = l->timer, .events = POLLIN },
			{ .fd = l->control == NULL ? -1 : hg_control_fd(l->control), .events = POLLIN },
			{ .fd = l->metrics == NULL ? -1 : hg_metrics_fd(l->metrics), .events = POLLIN } };

		if (poll(fds, HG_COUNT(fds), hg_live_blocks_behind(l) == 0 ? -1 : CATCH_UP) < 0 &&
			errno != EINTR)
			break;
		if (fds[0].revents != 0)
			take_signals(l);
		if (fds[1].revents != 0)
			beat(l);
		if (fds[2].revents != 0)
			hg_control_serve(l->control);
		if (fds[3].revents != 0)
			hg_metrics_serve(l->metrics);
		hg_live_blocks_catch_up(l);
	}
	if (l->control != NULL)
		hg_control_settle(l->control, 200);
}

static void
stop_workers(struct hg_live *l)
{
	const struct hg_mail stop = { .kind = HG_MAIL_STOP };

	for (unsigned i = 0; i < l->n_workers; i++)
		hg_live_worker_post(l->workers[i], &stop);
	for (unsigned i = 0; i < l->n_workers; i++)
		hg_live_worker_join(l->workers[i]);
	hg_live_rescue_close(l->rescue);
}

/* Counters of workers that have stopped. */
static void
write_last_stats(struct hg_live *l)
{
	uint64_t values[HG_COUNTERS_MAX] = { 0 };

	for (unsigned i = 0; i < l->n_workers; i++)
		hg_live_worker_count(l->workers[i], values);
	hg_live_judge_count(l, values);
	count_own(l, values);
	record_stats(l, values);
}

static void
close_all(struct hg_live *l)
{
	hg_control_close(l->control);
	hg_metrics_close(l->metrics);
	if (l->output != NULL)
		hg_output_stop(l->output, LAST_WORDS);
	for (unsigned i = 0; i < l->n_workers; i++)
		hg_live_worker_close(l->workers[i]);
	hg_live_blocks_close(l);
	hg_live_judge_close(l);
	hg_events_close(l->events);
	hg_output_close(l->output);
	hg_filestore_close(l->store);
	hg_filestore_close(l->transcripts);
	hg_devices_close(l->devices);
	hg_rule_set_end(l->rules);
	if (l->signals >= 0)
		close(l->signals);
	if (l->timer >= 0)
		close(l->timer);
	hg_notify_close(&l->notify);
}

static int
start(struct hg_live *l, struct hg_error *err)
{
	int r = open_descriptors(l, err);

	hg_notify_open(&l->notify);
	hg_rights_no_new();
	if (r == 0)
		r = hg_output_config_read(&l->output_config, l->config, err);
	if (r == 0)
		make_folders(l);
	hg_notify_status(&l->notify, "loading rules");
	if (r == 0)
		r = load_rules(l, err);
	if (r == 0)
		r = open_devices(l, err);
	if (r == 0)
		r = drop_rights(l, err);
	if (r == 0)
		r = open_output(l, err);
	if (r == 0)
		r = open_store(l, err);
	if (r == 0)
		r = hg_live_judge_open(l, err);
	if (r == 0)
		r = start_workers(l, err);
	if (r == 0 && (l->options->rule_profile || hg_config_bool(l->config, "profiling.rules.active")))
		r = hg_live_measure(l, true, err);
	if (r == 0)
		r = open_control(l, err);
	return r < 0 ? r : open_metrics(l, err);
}

int
hg_live(const struct hg_options *o, const struct hg_config *config, struct hg_settings *settings)
{
	struct hg_live *l = calloc(1, sizeof(*l));
	struct hg_error err;
	char text[128];
	int r;

	if (l == NULL)
		return BROKEN;
	*l = (struct hg_live){
		.options = o, .config = config, .settings = settings, .signals = -1, .timer = -1
	};
	if (hg_rights_read(&l->rights, config, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		free(l);
		return BAD_USE;
	}
	r = start(l, &err);
	if (r < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
	} else {
		describe(l, text, sizeof(text));
		hg_log(HG_LOG_NOTICE, "%s", text);
		hg_live_tell_ready(l);
		serve(l);
	}
	hg_notify_stopping(&l->notify);
	if (l->failed) {
		/* The stuck one cannot be waited for; what others have found goes out meanwhile. */
		usleep(200000);
		_exit(BROKEN);
	}
	stop_workers(l);
	if (l->store != NULL)
		hg_filestore_stop(l->store, LAST_WORDS);
	if (l->transcripts != NULL)
		hg_filestore_stop(l->transcripts, LAST_WORDS);
	hg_live_judge_last(l, hg_live_clock());
	hg_live_profile_last(l);
	hg_reload_end(l);
	if (r == 0)
		write_last_stats(l);
	close_all(l);
	free(l);
	return r < 0 ? BROKEN : DONE;
}
