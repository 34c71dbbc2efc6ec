/* decision: alerts and orders in, bans out. The one owner of all bans.
 *
 * A call changes bans, queues what the store must write and what targets must be told; nothing waits. The main loop then
 * submits to the store and pumps the targets. `now` is hg_clock() of the turn.
 */
#ifndef HG_LINKAGE_DECISION_H
#define HG_LINKAGE_DECISION_H

#include "linkage/decision/target.h"
#include "linkage/store/store.h"

/* How many refusals of one reason are told a second; the others are counted in the next one that is. */
#define HG_REFUSALS_TOLD 10

struct hg_decider {
	struct hg_policy policy;
	struct hg_admit admit;
	struct hg_bans bans;
	struct hg_wheel wheel;
	struct hg_target targets[HG_TARGETS];
	unsigned n_targets;
	struct hg_store *store; /* NULL in tests */
	bool observe;           /* linkage.mode: observe */
	bool open;              /* panic-open: nothing is enforced */
	uint32_t leases;        /* that live */
	uint64_t ids;           /* secret that ids are made with */
	hg_time now;
	struct hg_refusals_told {
		uint64_t second, suppressed;
		unsigned n;
	} told[HG_REFUSALS];
	struct {
		uint64_t alerts, no_rule, ignored, already, granted, renewed, expired, lifted;
	} counts;
	/* Where records go besides the store; for tests. */
	void (*listen)(void *ctx, struct hg_span line);
	void *listen_ctx;
};

/* policy, admit and targets have been filled in before. */
int hg_decider_open(struct hg_decider *d, uint32_t most, hg_time now, struct hg_error *err);
void hg_decider_close(struct hg_decider *d); /* with policy, admit and targets; not the store */

/* Leases of the store with the time that is left to each. `wall` is hg_wall(). */
int hg_decider_load(struct hg_decider *d, int64_t wall, struct hg_error *err);

void hg_decide_alert(struct hg_decider *d, const struct hg_alert *a, hg_time now);

/* What an operator orders. ttl 0: until it is lifted; targets 0: all. `why` gets the particulars of a refusal. */
struct hg_order_add {
	struct hg_net net;
	uint32_t ttl, targets;
	bool wide;
	const char *reason;
};
enum hg_refusal
hg_decide_add(struct hg_decider *d, const struct hg_order_add *o, hg_time now, char *why, size_t size);

/* All leases of a ban end, and its offences are forgotten; false: there is no such ban. */
bool hg_decide_lift(struct hg_decider *d, const struct hg_net *net, const char *why, hg_time now);

bool hg_decide_expire(struct hg_decider *d, hg_time now); /* some of what is due; true: there may be more */

/* The protected addresses have changed: bans that overlap one are lifted. */
void hg_decide_guard(struct hg_decider *d, hg_time now);

void hg_decide_open(struct hg_decider *d, bool open, hg_time now);

/* A target has got as far as it will with this ban: what nobody needs any more goes. */
void hg_decide_settle(struct hg_decider *d, struct hg_ban *ban);

/* Would an alert on this address lead to a block? Changes nothing. */
enum hg_refusal hg_decide_ask(const struct hg_decider *d, const struct hg_net *net, char *why, size_t size);

#endif
