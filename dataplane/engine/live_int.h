/* What the files of a live run share. All of it is the main thread's; workers have what live_worker.h gives them. */
#ifndef HG_ENGINE_LIVE_INT_H
#define HG_ENGINE_LIVE_INT_H

#include "base/notify.h"
#include "base/rights.h"
#include "base/thread.h"
#include "block/follower.h"
#include "engine/affinity.h"
#include "engine/control.h"
#include "engine/interfaces.h"
#include "engine/live.h"
#include "engine/live_rescue.h"
#include "engine/live_worker.h"
#include "engine/load.h"
#include "engine/metrics.h"
#include "engine/profile.h"
#include "event/output.h"
#include "rules/compile/diff.h"

/* A set of rules with what it was made of. */
struct hg_rule_set {
	struct hg_config *config;     /* NULL: the one of the start */
	struct hg_snapshot *snapshot; /* NULL: no rules */
	struct hg_refusals refusals;
	hg_time loaded;
	struct hg_detect_seat *seats[HG_WORKERS_MAX]; /* one a worker; NULL: no rules */
	struct hg_profile *profiles[HG_WORKERS_MAX];  /* what they cost there; NULL: they were not measured */
};

/* A seat for each worker. */
int hg_rule_set_seats(struct hg_rule_set *s, unsigned workers, struct hg_error *err);
void hg_rule_set_close(struct hg_rule_set *s); /* s may be NULL */
void hg_rule_set_end(struct hg_rule_set *s);   /* the same; sets of values are written first */

/* Rules on their way: compiled by a thread of their own, with a seat for each worker, then taken up by one worker after the other. */
struct hg_reload {
	struct hg_thread thread;
	bool busy, loaded;
	struct hg_rule_set *next;         /* of the thread until it has ended */
	struct hg_rule_set *old;          /* until the last worker has adopted the next */
	struct hg_error why;              /* it was refused */
	uint64_t tickets[HG_WORKERS_MAX]; /* 0: its box was full */
	uint64_t begun, compiled;         /* hg_thread_now() */
	struct hg_rules_diff diff;
};

struct hg_live_judge; /* live_anomaly.c */

struct hg_live {
	const struct hg_options *options;
	const struct hg_config *config;
	struct hg_settings *settings;
	struct hg_rights rights;
	struct hg_notify notify;
	struct hg_rule_set *rules;
	struct hg_devices_config devices_config;
	struct hg_affinity affinity;
	cpu_set_t worker_cpus[HG_WORKERS_MAX];
	struct hg_devices *devices;
	const char *names[HG_DEVICES_MAX];
	struct hg_output_config output_config;
	struct hg_output *output;
	struct hg_events *events;         /* of the main thread: stats */
	unsigned file_hashes;             /* HG_HASH_* that workers were begun with */
	struct hg_filestore *store;       /* NULL: files are not stored */
	struct hg_filestore *transcripts; /* NULL: there are none */
	struct hg_live_worker *workers[HG_WORKERS_MAX];
	unsigned n_workers;
	struct hg_live_rescue *rescue; /* NULL: frames of a worker that stands still wait */
	struct hg_ledger *ledger;
	struct hg_follower *followers[HG_WORKERS_MAX]; /* of it: one a worker */
	struct hg_control_ops ops;
	struct hg_control *control; /* NULL: none */
	struct hg_metrics *metrics; /* NULL: none */
	char epoch[40];
	struct hg_reload reload;
	struct hg_control_reload last_reload;  /* n == 0: there was none */
	struct hg_live_judge *judge;           /* NULL: meters are switched off */
	bool measuring;                        /* what rules cost */
	uint64_t watch_ticket[HG_WORKERS_MAX]; /* of the last HG_MAIL_WATCH */
	struct hg_watch {
		uint64_t beats, since; /* hg_thread_now() of the last one */
		bool stuck;
		uint64_t turns, told; /* of overload: those that the log knows of, and when it was told */
	} watch[HG_WORKERS_MAX];
	uint64_t stalls;
	uint64_t offloads_looked; /* hg_thread_now() */
	struct hg_told {
		uint64_t n, when; /* of what was told; hg_thread_now() */
	} oversized[HG_DEVICES_MAX], unfinished[HG_DEVICES_MAX];
	int signals, timer;
	bool failed; /* a stuck worker: the run ends with a failure */
	hg_time begin, stats_next;
	bool over;
	/* Where workers put their counters; one that has not answered may still write there. */
	uint64_t count_ticket[HG_WORKERS_MAX];
	uint64_t counted[HG_WORKERS_MAX][HG_COUNTERS_MAX];
};

hg_time hg_live_clock(void);

/* Until a worker has answered, not too long; false: it has not. */
bool hg_live_wait(bool (*answered)(struct hg_live_worker *w), struct hg_live_worker *w);
/* Until a worker has obeyed an order, or the time is over; false: it has not. */
bool hg_live_obeyed(const struct hg_live *l, unsigned worker, uint64_t ticket, uint64_t deadline);
/* The service manager hears what the run does; until it is told so once, it waits for the start. */
void hg_live_tell_ready(struct hg_live *l);
/* All counters: asks the workers, and waits for their answers. */
void hg_live_count(struct hg_live *l, uint64_t values[HG_COUNTERS_MAX]);

/* live_anomaly.c: the meters of all workers, judged once a second; last: workers have stopped. */
int hg_live_judge_open(struct hg_live *l, struct hg_error *err);
void hg_live_judge_close(struct hg_live *l);
void hg_live_judge(struct hg_live *l, hg_time now);
void hg_live_judge_last(struct hg_live *l, hg_time now);
void hg_live_judge_count(const struct hg_live *l, uint64_t values[HG_COUNTERS_MAX]);

/* live_blocks.c: the ledger, and each worker's replica kept equal to it. */
int hg_live_blocks_open(struct hg_live *l, uint32_t most, struct hg_error *err);
void hg_live_blocks_close(struct hg_live *l);
void hg_live_blocks_catch_up(struct hg_live *l); /* a step, of workers that have room again */
uint32_t
hg_live_blocks_behind(const struct hg_live *l); /* workers that were not sent everything yet: a bit each */
void hg_live_blocks_count(const struct hg_live *l, struct hg_engine_stats *s);

/* live_watch.c: workers that stand still or are overloaded; some times a second. */
void hg_live_watch(struct hg_live *l);
bool hg_live_watchdog_does(const struct hg_live *l, const char *what); /* engine.watchdog-action */

/* live_offload.c: once a second, frames that offloads have spoilt. */
void hg_live_tell_offloads(struct hg_live *l);

/* live_control.c */
void hg_live_ops(struct hg_live *l);

/* live_profile.c: what rules cost, by orders of the control socket. */
int hg_live_measure(struct hg_live *l, bool on, struct hg_error *err);
/* New rules take the place of those that are measured: with figures of their own. */
void hg_live_measure_next(struct hg_live *l, struct hg_rule_set *next);
struct hg_watcher *hg_live_watcher(const struct hg_rule_set *s, unsigned worker); /* NULL: none */
char *hg_live_profile_text(const struct hg_live *l, const struct hg_profile_view *v, struct hg_error *err);
void hg_live_profile_last(struct hg_live *l); /* workers have stopped */

/* live_reload.c */
int hg_reload_begin(struct hg_live *l, struct hg_error *err); /* -EBUSY: one is under way */
void hg_reload_go_on(struct hg_live *l); /* some times a second, and when its thread has ended */
void hg_reload_end(struct hg_live *l);   /* workers have stopped */

#endif
