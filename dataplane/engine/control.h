/* control: the control socket, framing and commands of Suricata's, so that suricatasc drives it.
 *
 * One JSON object after the other. First {"version": "0.1" or "0.2"}, then {"command": NAME, "arguments": {...}}; each is
 * answered by {"return": "OK" or "NOK", "message": ...} and a newline. What the engine does for it stands behind
 * hg_control_ops; all is called in the thread that serves, the main thread.
 */
#ifndef HG_ENGINE_CONTROL_H
#define HG_ENGINE_CONTROL_H

#include <time.h>

#include "base/config.h"
#include "block/block.h"
#include "engine/profile.h"
#include "event/counters.h"
#include "rules/compile/diff.h"
#include "set/set.h"

/* The rules in use. */
struct hg_control_rules {
	uint32_t loaded, failed, skipped;
	int64_t time_us; /* when they were loaded, of the epoch */
};

struct hg_control_refusal {
	const char *rule, *file, *why;
	uint32_t line;
};

struct hg_control_iface {
	const char *name;
	uint64_t packets, dropped, bypassed, wrong_checksums;
};

/* An entry of the block table. */
struct hg_control_block {
	struct hg_block_match match; /* canonical */
	uint32_t ttl;                /* seconds that are left; 0: until it is deleted */
	uint64_t hits;               /* packets; of entries that are listed */
	const char *id, *reason;     /* "": none */
};

/* Of the entries whose number is `from` or more, in order of numbers: without the first `offset`, `count` at most. */
struct hg_control_page {
	uint32_t from, offset, count;
};

/* What the last reload that was not refused has changed. */
struct hg_control_reload {
	uint32_t n; /* such reloads so far */
	uint32_t loaded, failed;
	struct hg_rules_diff diff;
	int64_t time_us;
	uint32_t took_ms, compile_ms; /* from the order to the last worker; until the rules were ready */
	uint64_t memory;              /* bytes that the process holds afterwards; 0: not known */
};

enum hg_control_added { HG_CONTROL_ADDED, HG_CONTROL_RENEWED, HG_CONTROL_REFUSED };

struct hg_control_block_stats {
	uint64_t entries, capacity, hits, generation;
	char epoch[40];
};

/* A set of values that rules know by name. */
struct hg_control_set {
	struct hg_set *set; /* the engine's, until the next call */
	hg_time now;
};

/* A function that is NULL: the engine cannot do it, which is what the client is told. */
struct hg_control_ops {
	void *arg;
	const char *running_mode, *capture_mode; /* "workers", "DPDK" */
	time_t started;                          /* by hg_control_clock */
	void (*count)(void *arg, uint64_t values[HG_COUNTERS_MAX]);
	bool ips; /* counters of dropped packets are shown */
	void (*rules)(void *arg, struct hg_control_rules *r);
	bool (*refusal)(void *arg, unsigned i, struct hg_control_refusal *r); /* false: there are no more */
	/* Begins to load rules; its end is told by hg_control_reloaded. -EBUSY: it is under way. */
	int (*reload)(void *arg, struct hg_error *err);
	bool (*last_reload)(void *arg, struct hg_control_reload *out); /* false: there was none */
	void (*reopen)(void *arg);
	void (*shutdown)(void *arg); /* soon: the answer is still to go out (hg_control_settle) */
	/* A worker, or all (-1), go on in new threads; how many have. */
	int (*restart)(void *arg, int64_t worker, unsigned *restarted, struct hg_error *err);
	bool (*iface)(void *arg, unsigned i, struct hg_control_iface *f); /* false: there are no more */
	/* why: a sentence that lives until the next call */
	enum hg_control_added (*block_add)(void *arg, const struct hg_control_block *b, const char **why);
	bool (*block_del)(void *arg, const struct hg_control_block *b); /* false: it was not there */
	void (*block_done)(void *arg);                                  /* a command's changes are complete */
	/* The number of the entry behind the page, where the next one begins; HG_BLOCK_NONE: there is none. */
	uint32_t (*block_list)(void *arg, const struct hg_control_page *page,
		void (*each)(void *to, const struct hg_control_block *b), void *to);
	void (*block_stats)(void *arg, struct hg_control_block_stats *s);
	uint32_t (*block_behind)(void *arg); /* workers that do not shut out all of it yet: a bit each */
	bool (*set)(void *arg, const char *name, struct hg_control_set *s); /* false: no rule knows it */
	int (*set_save)(void *arg, struct hg_error *err);
	void (*output)(void *arg, struct hg_output_stats *s); /* for metrics */
	int (*measure)(
		void *arg, bool on, struct hg_error *err); /* what rules cost: from now on, or no longer */
	/* An object of JSON, which the caller frees; NULL: err. */
	char *(*costs)(void *arg, const struct hg_profile_view *v, struct hg_error *err);
};

struct hg_control;

/* `ops` and `config` stay the caller's. */
int hg_control_open(struct hg_control **ret, const char *path, uint32_t mode,
	const struct hg_control_ops *ops, const struct hg_config *config, struct hg_error *err);
void hg_control_close(struct hg_control *c); /* may be NULL */

int hg_control_fd(const struct hg_control *c); /* readable: time to serve */
void hg_control_serve(struct hg_control *c);
void hg_control_reloaded(struct hg_control *c, const struct hg_error *why); /* NULL: well */
void hg_control_settle(struct hg_control *c, int ms); /* answers go out, before the end */

time_t hg_control_clock(void); /* seconds that only go on */

/* `unix-command`: the path of the socket; false: there is to be none. */
bool hg_control_path(const struct hg_config *c, char *path, size_t size);

#endif
