/* live_worker: a worker on its own core, fed by its port until it is told to stop.
 *
 * The rest of the process talks to it by mail: read between two bursts, answered by a counter. The loop takes no locks,
 * asks the kernel for nothing while frames come, and sleeps shortly when none do, unless it shall poll busily.
 */
#ifndef HG_ENGINE_LIVE_WORKER_H
#define HG_ENGINE_LIVE_WORKER_H

#include <sched.h>

#include "block/ledger.h"
#include "engine/worker.h"

struct hg_live_worker;
struct hg_devices;

struct hg_live_worker_config {
	unsigned index, burst;
	const cpu_set_t *cpus; /* to stay on; NULL: any */
	bool busy;             /* poll without sleeping */
	const struct hg_settings *settings;
	const struct hg_config *config;
	struct hg_detect_seat *seat; /* NULL: no rules */
	struct hg_devices *devices;
	struct hg_port *port;
	struct hg_sink *sink;
	struct hg_desk *desk;        /* NULL: files are not stored */
	struct hg_desk *transcripts; /* NULL: there are none */
	uint32_t block_max;          /* entries of its replica of the block table */
};

enum hg_mail_kind {
	HG_MAIL_RULES, /* take up `seat` (NULL: no rules) and `watcher`; those before are not looked at again */
	HG_MAIL_WATCH,  /* `watcher` (NULL: nobody) looks over detection's shoulder, and none before */
	HG_MAIL_BLOCK,  /* the replica of the block table follows `block` */
	HG_MAIL_COUNT,  /* add all counters to `values` */
	HG_MAIL_METERS, /* answer `ask` */
	HG_MAIL_STOP,   /* end all flows and return */
};

/* What the judge wants of a worker's meters; the worker's until it has answered. */
struct hg_meter_ask {
	uint64_t second;
	bool figures_wanted; /* of the n keys; else the keys that are suspicious */
	unsigned n;
	struct hg_anomaly_key keys[HG_ANOMALY_SUSPECTS];
	struct hg_figures figures[HG_JUDGE_BATCH];
};

struct hg_mail {
	enum hg_mail_kind kind;
	union {
		struct {
			struct hg_detect_seat *seat;
			struct hg_watcher *watcher; /* of the seat's rules, or of those at work */
		};
		uint64_t *values; /* HG_COUNTERS_MAX */
		struct hg_meter_ask *ask;
		struct hg_block_change block;
	};
};

/* Everything in the configuration lives longer. */
int
hg_live_worker_open(struct hg_live_worker **ret, const struct hg_live_worker_config *c, struct hg_error *err);
void hg_live_worker_close(struct hg_live_worker *l); /* joined; l may be NULL */

int hg_live_worker_start(struct hg_live_worker *l, struct hg_error *err);
void hg_live_worker_join(struct hg_live_worker *l); /* after HG_MAIL_STOP */

/* Another thread takes over flows, mail and port from the one that runs, as soon as that has ended a round. Until it has
 * begun, the port's frames wait. -EBUSY: the last one has not begun yet. */
int hg_live_worker_renew(struct hg_live_worker *l, struct hg_error *err);
bool
hg_live_worker_renewed(struct hg_live_worker *l); /* it has made a round, and who was before it is gone */

/* A ticket to ask for; 0: its box is full, it does not read. Of blocks it takes half a box, the rest always has room for one order of
 * each other kind. One thread posts. */
uint64_t hg_live_worker_post(struct hg_live_worker *l, const struct hg_mail *mail);
bool hg_live_worker_did(const struct hg_live_worker *l, uint64_t ticket);

/* How often a thread has taken over. */
uint64_t hg_live_worker_renewals(const struct hg_live_worker *l);

/* Rounds of its loop: one that stands still is stuck. */
uint64_t hg_live_worker_beats(const struct hg_live_worker *l);

/* How often it has begun and ended to be overloaded: odd, it is. */
uint64_t hg_live_worker_overload_turns(const struct hg_live_worker *l);

/* Adds all that it has counted: by itself, or when it has stopped. */
void hg_live_worker_count(const struct hg_live_worker *l, uint64_t values[HG_COUNTERS_MAX]);

/* Packets of a device that came with unfinished checksums. */
uint64_t hg_live_worker_unfinished(const struct hg_live_worker *l, unsigned device);

/* Its replica: for hits alone. */
const struct hg_block *hg_live_worker_block(const struct hg_live_worker *l);

const struct hg_worker *hg_live_worker_of(const struct hg_live_worker *l);

#endif
