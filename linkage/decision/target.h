/* target: an enforcement plane as the deciding thread sees it: what it still has to be told.
 *
 * The queue holds bans, not messages: a ban stands in it at most once, and what the plane is told is what holds when its
 * turn comes. Two lanes: those somebody is waiting for pass between the chunks of the others.
 */
#ifndef HG_LINKAGE_TARGET_H
#define HG_LINKAGE_TARGET_H

#include "linkage/decision/ban.h"

struct hg_driver;
struct hg_decider;
struct hg_order;

/* A ring of bans that grows up to their number. */
struct hg_lane {
	struct hg_ban **ring;
	uint32_t size, head, n;
};

#define HG_URGENT 64 /* orders of the urgent lane at once */

struct hg_target {
	char name[32];
	unsigned index;
	const struct hg_driver *driver;
	void *state;
	struct hg_decider *decider;
	struct hg_loop *loop;
	struct hg_lane urgent, bulk, later; /* later: failed, waits for its time */
	hg_time retry_at;
	uint32_t held;  /* bans that the plane has, as far as we know */
	bool up, known; /* known: whether it is up has been told */
	struct {
		uint64_t applied, failed, refused, repairs, outages;
	} counts;
	char status[160]; /* why it is not up, or what is known of it */
};

void hg_target_close(struct hg_target *t);

/* The ban has changed: tell the plane. */
void hg_target_queue(struct hg_target *t, struct hg_ban *ban, bool urgent);

/* The plane may have lost all: everything that it has or should have is told again. `anew`: it is known to be empty. */
void hg_target_resync(struct hg_target *t, bool anew);

/* One turn: what is urgent, and one chunk of the rest. True: there is more that could go at once. */
bool hg_target_pump(struct hg_target *t, hg_time now);

/* enum hg_answer; `why` of a refusal or failure. */
void hg_target_answer(struct hg_target *t, const struct hg_order *o, int answer, const char *why);

/* The plane works, or does not, with the reason; told to the operator when it changes. */
void hg_target_up(struct hg_target *t, bool up, const char *why);

/* The plane had lost something, and gets it again. */
void hg_target_repaired(struct hg_target *t, const char *what);

#endif
