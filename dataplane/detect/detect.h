/* detect: a rule snapshot at work.
 *
 * hg_detect_run() takes one packet through the peer's steps (peer-semantics 1.1): IP-only rules, candidates from
 * prefilters and lists, packet and stream rules in order, transaction rules of the packet's direction, and the queue of
 * alerts: sorted, thresholded, cut at packet-alert-max. What it decided stands in the packet, the flow and the queue
 * until the next run. One per worker, no heap while packets pass or rules are exchanged: what depends on a snapshot is a
 * seat, made beforehand.
 *
 * Needs: packets after flow, stream and app. Gives: alerts, verdicts, flowbits. Refuses nothing: a rule over its budget
 * of steps does not match and is counted.
 */
#ifndef HG_DETECT_DETECT_H
#define HG_DETECT_DETECT_H

#include "app/app.h"
#include "base/error.h"
#include "detect/watch.h"
#include "base/hash.h"
#include "rules/compile/snapshot.h"

#define HG_ALERTS_MAX 256 /* collected a packet, before packet-alert-max cuts */

enum hg_alert_flags {
	HG_ALERT_STREAM = 1, /* matched in the raw stream */
	HG_ALERT_TX = 2,     /* belongs to tx */
	HG_ALERT_GUESSED =
		4, /* … which was only borrowed: the rule looked at bytes; without one: tx_id is the next one's */
	HG_ALERT_FLOW_SCOPE = 8, /* drop or pass reach the whole flow */
	HG_ALERT_DROPPED = 16,   /* EVE action "blocked" */
	HG_ALERT_RATED = 32,     /* a rate filter gave it its action: "blocked" when the packet is */
};

/* What packet-alert-max, or the queue's own end, has cut off; the first of them by name. */
#define HG_CUT_NAMED 16
struct hg_alerts_cut {
	uint32_t n;
	uint32_t rules[HG_CUT_NAMED]; /* indices in the snapshot, those that count most first */
	unsigned named;
};

struct hg_alert {
	uint32_t rule; /* index in the snapshot */
	uint32_t flags;
	uint64_t tx_id;
	const struct hg_tx *tx;
	const struct hg_app_frame *frame; /* that the rule looked into; NULL: none */
	const struct hg_alerts_cut *cut;  /* behind the last one of a packet: what is to be told; else NULL */
};

/* State by address, of all workers together: rules that count or remember by address read it while packets pass. */
struct hg_detect_shared;

struct hg_detect_config {
	bool ips;
	bool suricata7;
	uint32_t alert_max;       /* packet-alert-max */
	uint32_t recursion_limit; /* detect.inspection-recursion-limit */
	uint64_t work_limit;      /* detect.packet-work-limit */
	uint32_t pcre_match_limit, pcre_recursion_limit;
	uint32_t threshold_entries; /* addresses with threshold state, and tags of hosts, a worker */
	uint32_t xbit_entries;
	struct hg_hash_key hash_key;     /* of the tables by address; fixed in replay, random live */
	struct hg_detect_shared *shared; /* NULL: this worker is alone */
	/* Called before shared state is touched: comes back when every earlier packet is done. NULL: alone. */
	void (*wait)(void *arg);
	void *wait_arg;
};

struct hg_detect_stats {
	uint64_t alerts, alert_queue_overflow, alerts_suppressed;
	uint64_t scans, scanned_bytes, scans_failed, candidates, evaluations, over_budget;
	uint64_t work, over_work, pcre_over;
	uint64_t threshold_full, xbit_full, sets_full, state_refused, vars_refused, replace_refused,
		tags_refused, tagged;
};

/* What one worker needs to work with one snapshot: scratch, tables, counters by rule. The snapshot lives longer. */
struct hg_detect_seat;

int hg_detect_seat_open(struct hg_detect_seat **ret, const struct hg_snapshot *rules, struct hg_error *err);
void hg_detect_seat_close(struct hg_detect_seat *s); /* of no worker any more; may be NULL */
struct hg_typer *hg_detect_seat_typer(const struct hg_detect_seat *s); /* NULL: its rules ask for no types */
const struct hg_snapshot *hg_detect_seat_rules(const struct hg_detect_seat *s); /* NULL of NULL */

struct hg_detect;

int
hg_detect_shared_open(struct hg_detect_shared **ret, const struct hg_detect_config *c, struct hg_error *err);
void hg_detect_shared_close(struct hg_detect_shared *s);
void hg_detect_shared_reset(struct hg_detect_shared *s);

int hg_detect_open(struct hg_detect **ret, const struct hg_detect_config *c, struct hg_apps *apps,
	struct hg_streams *streams, struct hg_mem *mem, struct hg_error *err);
void hg_detect_close(struct hg_detect *d);
/* The rules of this seat from the next packet on (NULL: none); nothing of the one before is looked at again. Flowbits,
 * bits of addresses and thresholds go on if the rules were compiled to follow those before. */
void hg_detect_adopt(struct hg_detect *d, struct hg_detect_seat *seat);
void hg_detect_reset(struct hg_detect *d); /* fresh state */

void hg_detect_run(struct hg_detect *d, struct hg_packet *p);

/* Has this one look over its shoulder (watch.h); NULL: nobody. */
void hg_detect_watch(struct hg_detect *d, struct hg_watcher *w);

/* Alerts of the last run that are to be written, in order; those that only acted are gone. */
const struct hg_alert *hg_detect_alerts(const struct hg_detect *d, unsigned *n);

/* The flow ends: gives its detection state back. */
void hg_detect_flow_free(struct hg_detect *d, struct hg_flow *f);

/* Names of the flowbits and values of flowints that are set, for EVE metadata. */
bool hg_detect_flowbit(const struct hg_flow *f, uint16_t id);
#define HG_FLOWBITS_END 65536u
uint32_t
hg_detect_flowbit_next(const struct hg_flow *f, uint32_t from); /* the first set one; HG_FLOWBITS_END: none */
bool hg_detect_flowints(const struct hg_flow *f);               /* are there any? */
bool hg_detect_flowint(const struct hg_flow *f, uint16_t id, uint32_t *value);

/* What expressions captured of a flow and of a packet, in the order in which it was first met; index: from 0. The packet's is
 * gone with the next run. */
struct hg_var {
	uint16_t id;         /* of hg_snapshot.vars */
	struct hg_span name; /* that the traffic gave; empty: the id's */
	struct hg_span value;
};
bool
hg_detect_flowvar(const struct hg_flow *f, unsigned index, struct hg_var *out); /* false: there are no more */
bool hg_detect_pktvar(const struct hg_packet *p, unsigned index, struct hg_var *out);

/* Adds the alerts of each rule since its seat was made. */
void hg_detect_by_rule(const struct hg_detect *d, uint64_t *by_rule);
const struct hg_detect_stats *hg_detect_stats(const struct hg_detect *d);

#endif
