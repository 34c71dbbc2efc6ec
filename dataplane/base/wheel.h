/* wheel: time-outs in packet time, one owner.
 *
 * Hierarchical wheel of intrusive entries, one tick a second. An owner's deadline is a field of its own; the entry
 * is moved only when it fires early, so that a packet never touches the wheel.
 */
#ifndef HG_BASE_WHEEL_H
#define HG_BASE_WHEEL_H

#include "base/time.h"
#include "base/span.h"

struct hg_wheel_entry {
	struct hg_wheel_entry *next, **link; /* link == NULL: not in the wheel */
	uint64_t tick;
};

#define HG_WHEEL_SLOTS 256
#define HG_WHEEL_LEVELS 4

struct hg_wheel {
	uint64_t now; /* tick up to which all entries have fired */
	struct hg_wheel_entry *slots[HG_WHEEL_LEVELS][HG_WHEEL_SLOTS];
	uint64_t held[HG_WHEEL_LEVELS][HG_WHEEL_SLOTS / 64]; /* bit: the slot may hold entries */
	struct hg_wheel_entry *due;
};

void hg_wheel_init(struct hg_wheel *w, hg_time now);
void hg_wheel_add(
	struct hg_wheel *w, struct hg_wheel_entry *e, hg_time when); /* fires at or up to a tick after when */
void hg_wheel_remove(struct hg_wheel_entry *e);

/* The next entry that is due at now, taken out; NULL when none is left. Call in a loop, as often as wanted a burst. */
struct hg_wheel_entry *hg_wheel_due(struct hg_wheel *w, hg_time now);

/* Any entry at all, taken out (end of a capture); NULL when empty. In order of time. */
struct hg_wheel_entry *hg_wheel_any(struct hg_wheel *w);

#endif
