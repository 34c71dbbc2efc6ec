#include "engine/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "engine/crew.h"
#include "engine/explain.h"
#include "engine/profile.h"
#include "engine/progress.h"
#include "engine/summary.h"
#include "port/capture/capture.h"

enum { DONE = 0, BAD_USE = 1, BAD_CAPTURE = 2, BROKEN = 3 };

struct replay {
	const struct hg_options *options;
	const struct hg_settings *settings;
	const struct hg_snapshot *rules;
	struct hg_crew *crew;
	struct hg_sink *sink;
	struct hg_filestore *store;       /* NULL: files are not stored */
	struct hg_filestore *transcripts; /* NULL: there are none */
	uint64_t total[HG_COUNTERS_MAX];  /* of all captures */
	unsigned unreadable;
	struct hg_progress progress;
	struct hg_explain *explain;                 /* NULL: nobody asks */
	struct hg_profile *profile;                 /* … */
	hg_time stats_next, rules_time, begin, now; /* packets of all captures */
};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
make_folder(const char *path, struct hg_error *err)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return 0;
	return hg_error_errno(err, "cannot make the folder '%s'", path);
}

/* DIR/eve.json, or DIR/<capture>/eve.json; NULL folder: standard output. */
static int
open_sink(struct replay *r, const char *capture, struct hg_error *err)
{
	const char *dir = r->options->log_dir;
	char path[4096];
	int error;

	if (dir == NULL)
		return hg_sink_file_open(&r->sink, NULL, false, err);
	error = make_folder(dir, err);
	if (error == 0 && capture != NULL) {
		snprintf(path, sizeof(path), "%s/%s", dir, base_name(capture));
		error = make_folder(path, err);
		snprintf(path, sizeof(path), "%s/%s/eve.json", dir, base_name(capture));
	} else {
		snprintf(path, sizeof(path), "%s/eve.json", dir);
	}
	return error < 0 ? error : hg_sink_file_open(&r->sink, path, true, err);
}

/* Beside the records; nothing is lost: workers wait for the writer. */
static int
open_one(struct replay *r, struct hg_filestore **to, const struct hg_filestore_config *c, const char *capture,
	struct hg_error *err)
{
	const char *dir = r->options->log_dir == NULL ? "." : r->options->log_dir;
	char folder[4096];
	int error;

	if (!c->enabled)
		return 0;
	if (r->options->log_dir != NULL && capture != NULL)
		snprintf(folder, sizeof(folder), "%s/%s", dir, base_name(capture));
	else
		snprintf(folder, sizeof(folder), "%s", dir);
	error = hg_filestore_open(to, c, folder, HG_MAX(r->options->workers, 1u), true, err);
	return error < 0 ? error : hg_filestore_start(*to, err);
}

static int
open_stores(struct replay *r, const char *capture, struct hg_error *err)
{
	int error = open_one(r, &r->store, &r->settings->store, capture, err);

	return error < 0 ? error : open_one(r, &r->transcripts, &r->settings->transcripts, capture, err);
}

static void
stop_stores(struct replay *r)
{
	if (r->store != NULL)
		hg_filestore_stop(r->store, -1);
	if (r->transcripts != NULL)
		hg_filestore_stop(r->transcripts, -1);
}

/* All that workers have sent is on the disk. */
static void
count_stores(struct replay *r, uint64_t values[HG_COUNTERS_MAX])
{
	struct hg_filestore *const stores[] = { r->store, r->transcripts };

	for (size_t i = 0; i < HG_COUNT(stores); i++) {
		struct hg_filestore_stats stats;

		if (stores[i] == NULL)
			continue;
		stats = hg_filestore_stats(stores[i]);
		hg_counters_add(values, &(struct hg_counter_sources){ .store = &stats });
	}
}

static void
close_stores(struct replay *r)
{
	count_stores(r, r->total);
	hg_filestore_close(r->store);
	hg_filestore_close(r->transcripts);
	r->store = r->transcripts = NULL;
}

static int
close_sink(struct replay *r, struct hg_error *err)
{
	int error = r->sink == NULL ? 0 : r->sink->flush(r->sink, err);

	if (r->sink != NULL)
		r->sink->close(r->sink);
	r->sink = NULL;
	return error;
}

static void
show_progress(struct replay *r, const struct hg_port *port, const char *path)
{
	uint64_t done, total;

	hg_port_progress(port, &done, &total);
	hg_progress_show(&r->progress, base_name(path), done, total);
}

/* Counters of all that is done. */
static void
write_stats(struct replay *r)
{
	const struct hg_snapshot *rules = r->rules;
	uint64_t values[HG_COUNTERS_MAX] = { 0 };
	struct hg_stats_view view = { .values = values,
		.rules_time = r->rules_time,
		.rules_loaded = rules == NULL ? 0 : rules->n_loaded,
		.rules_failed = rules == NULL ? 0 : rules->n_refused,
		.rules_skipped = rules == NULL ? 0 : rules->n_left_out };

	hg_crew_times(r->crew, &view.begin, &view.now);
	hg_crew_count(r->crew, values);
	count_stores(r, values);
	hg_crew_stats_record(r->crew, &view);
}

/* The one at the end, and figures for the summary. */
static void
write_last_stats(struct replay *r)
{
	hg_time begin, now;

	write_stats(r);
	hg_crew_count(r->crew, r->total);
	hg_crew_times(r->crew, &begin, &now);
	if (begin != 0 && (r->begin == 0 || begin < r->begin))
		r->begin = begin;
	r->now = HG_MAX(r->now, now);
}

/* When so much packet time has passed since the last record. */
static void
write_due_stats(struct replay *r, hg_time now)
{
	const hg_time interval = r->settings->stats_interval * HG_SEC;

	if (now < r->stats_next)
		return;
	if (r->stats_next != 0) {
		hg_crew_settle(r->crew);
		write_stats(r);
	}
	r->stats_next = now + interval;
}

static void
read_capture(struct replay *r, const char *path)
{
	struct hg_frame frames[HG_BURST_MAX];
	struct hg_port *port;
	struct hg_error err;
	int n = hg_capture_open(&port, path, &err);

	if (n < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		r->unreadable++;
		return;
	}
	hg_crew_capture(r->crew, path);
	while ((n = hg_port_receive(port, frames, r->settings->burst, &err)) > 0) {
		hg_crew_burst(r->crew, frames, (unsigned)n);
		if (r->settings->stats_interval != 0)
			write_due_stats(r, frames[n - 1].time);
		if (r->progress.terminal)
			show_progress(r, port, path);
	}
	hg_progress_clear(&r->progress);
	if (n < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		r->unreadable++;
	}
	if (hg_port_warning(port) != NULL)
		hg_log(HG_LOG_WARNING, "%s: %s", path, hg_port_warning(port));
	hg_port_close(port);
}

/* n captures as one stream of packets into one output. */
static int
replay_joined(struct replay *r, char **captures, unsigned n, const char *output, struct hg_error *err)
{
	int error = open_sink(r, output, err);

	r->stats_next = 0;
	if (error == 0)
		error = open_stores(r, output, err);
	if (error == 0)
		error = hg_crew_begin(r->crew, r->sink, r->store, r->transcripts, err);
	if (error < 0)
		return error;
	for (unsigned i = 0; i < n; i++)
		read_capture(r, captures[i]);
	hg_crew_finish(r->crew);
	stop_stores(r);
	write_last_stats(r);
	close_stores(r);
	return close_sink(r, err);
}

static int
replay_separate(struct replay *r, struct hg_error *err)
{
	int error = 0;

	for (unsigned i = 0; i < r->options->n_captures && error == 0; i++)
		error = replay_joined(r, &r->options->captures[i], 1, r->options->captures[i], err);
	return error;
}

static int
print_summary(const struct replay *r)
{
	uint64_t *by_rule = calloc(r->rules == NULL ? 1 : r->rules->n_rules + 1, sizeof(*by_rule));
	struct hg_summary s = { r->total, r->begin, r->now, r->rules, by_rule };

	if (by_rule == NULL)
		return -ENOMEM;
	hg_crew_by_rule(r->crew, by_rule);
	hg_summary_print(stderr, &s);
	free(by_rule);
	return 0;
}

/* Those who look over detection's shoulder. */
static int
open_watchers(struct replay *r, struct hg_error *err)
{
	const struct hg_options *o = r->options;
	struct hg_watcher *first = NULL;
	int error = o->log_dir == NULL ? 0 : make_folder(o->log_dir, err);

	if (error == 0 && o->n_explain > 0)
		error = hg_explain_open(
			&r->explain, r->rules, o->explain, o->n_explain, o->log_dir, stderr, err);
	if (error == 0 && o->rule_profile)
		error = hg_profile_open(&r->profile, r->rules, err);
	if (error < 0)
		return error;
	if (r->explain != NULL)
		first = hg_explain_watcher(r->explain);
	if (r->profile != NULL) {
		hg_profile_watcher(r->profile)->next = first;
		first = hg_profile_watcher(r->profile);
	}
	if (first != NULL)
		hg_crew_watch(r->crew, first);
	return 0;
}

/* What they have seen. */
static int
tell_watchers(struct replay *r, const struct hg_config *config, struct hg_error *err)
{
	const struct hg_profile_view view = hg_profile_view(config);
	int error = 0;

	if (r->explain != NULL)
		hg_explain_summarize(r->explain);
	if (r->profile != NULL)
		hg_profile_print(r->profile, &view, stderr);
	if (r->profile != NULL && r->options->log_dir != NULL)
		error = hg_profile_write(r->profile, config, r->options->log_dir, err);
	return error;
}

int
hg_replay(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings,
	const struct hg_snapshot *rules)
{
	struct replay r = {
		.options = o, .settings = settings, .rules = rules, .rules_time = (hg_time)time(NULL) * HG_SEC
	};
	struct hg_error err = { 0 };
	bool bad_use = false;
	int error;

	hg_progress_init(&r.progress);
	error = hg_crew_open(&r.crew, HG_MAX(o->workers, 1), settings, config, rules, &err);

	if (error == 0) {
		error = open_watchers(&r, &err);
		bad_use = error == -EINVAL || error == -ENOENT;
	}
	if (error == 0)
		error = o->separate ? replay_separate(&r, &err)
				    : replay_joined(&r, o->captures, o->n_captures, NULL, &err);
	if (error == 0)
		error = tell_watchers(&r, config, &err);
	if (error < 0)
		hg_log_error(HG_LOG_ERROR, &err);
	else if (o->summary)
		error = print_summary(&r);
	hg_crew_close(r.crew);
	stop_stores(&r);
	close_stores(&r);
	hg_profile_close(r.profile);
	if (hg_explain_close(r.explain, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		error = err.code;
	}
	if (rules != NULL && hg_snapshot_save(rules, r.now, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		error = err.code;
	}
	if (r.sink != NULL)
		r.sink->close(r.sink);
	if (error < 0)
		return bad_use ? BAD_USE : BROKEN;
	return r.unreadable > 0 ? BAD_CAPTURE : DONE;
}
