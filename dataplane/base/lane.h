/* lane: records from one thread to one that may sleep. A lane that is full loses what comes, and counts it.
 *
 * A bell wakes the consumer of any number of lanes. The producer makes a system call only while the consumer sleeps:
 * it counts its record and then looks whether the consumer sleeps, the consumer says that it sleeps and then looks at
 * the counts; in the one order of these operations one of them sees the other. put is the producer's, the rest the
 * consumer's; the counts may be read by anyone.
 */
#ifndef HG_BASE_LANE_H
#define HG_BASE_LANE_H

#include <stdatomic.h>

#include "base/ring.h"

/* A nap ends by itself soon: only what is urgent rings. */
enum { HG_AWAKE, HG_NAPPING, HG_ASLEEP };

struct hg_bell {
	int fd;                 /* readable when it was rung; for poll */
	_Atomic unsigned sleep; /* HG_AWAKE, … */
};

int hg_bell_open(struct hg_bell *b, struct hg_error *err);
void hg_bell_close(struct hg_bell *b); /* also of one that is all zero */
void hg_bell_ring(struct hg_bell *b);  /* wakes a consumer that sleeps */
void
hg_bell_call(struct hg_bell *b); /* the same, for records that are not a lane's and so not in that order */
void hg_bell_strike(struct hg_bell *b); /* wakes it from any wait on fd, for orders that are no records */

/* The consumer goes to sleep: after doze it looks at its lanes once more, then waits for fd; in any case it rises. Woken by
 * something else it may do so without a system call: what was rung meanwhile wakes it the next time. */
void hg_bell_doze(struct hg_bell *b);
void hg_bell_nap(struct hg_bell *b); /* instead of doze, by who waits only shortly */
void hg_bell_rise(struct hg_bell *b);
void hg_bell_rise_unrung(struct hg_bell *b);
void hg_bell_wait(struct hg_bell *b, uint64_t ns); /* dozing, for so long at most, then risen */

struct hg_lane {
	struct hg_ring *ring;
	struct hg_bell *bell;
	uint8_t apart[64];    /* each side writes on cache lines of its own */
	_Atomic uint64_t put; /* records, ever */
	_Atomic uint64_t lost;
	uint8_t apart_too[64];
	_Atomic uint64_t taken;
};

/* size as of a ring, rounded up to one. */
int hg_lane_open(struct hg_lane *l, struct hg_bell *bell, size_t size, struct hg_error *err);
void hg_lane_close(struct hg_lane *l);
bool hg_lane_put(struct hg_lane *l, struct hg_span record);       /* false: lost */
bool hg_lane_put_later(struct hg_lane *l, struct hg_span record); /* the same; does not end a nap */
/* A record that is written in place: room for it, NULL when there is none (nothing is counted as lost), then commit. */
uint8_t *hg_lane_reserve(struct hg_lane *l, size_t len);
void hg_lane_commit(struct hg_lane *l, size_t len);
struct hg_span hg_lane_peek(struct hg_lane *l); /* the oldest record, empty when there is none */
void hg_lane_release(struct hg_lane *l);
bool hg_lane_waiting(const struct hg_lane *l); /* is there one? to be asked after doze */

/* By any thread. */
uint64_t hg_lane_lost(const struct hg_lane *l);
uint64_t hg_lane_queued(const struct hg_lane *l);

#endif
