/* outlet: one sink, its queue and its thread.
 *
 * put is the output thread's and never waits; the rest is the main thread's. A line that finds no room is lost and
 * counted. While the sink is away the outlet tries again, at growing intervals up to HG_OUTLET_BACKOFF, and keeps the lines it has.
 */
#ifndef HG_EVENT_OUTLET_H
#define HG_EVENT_OUTLET_H

#include "event/sink_kind.h"

#define HG_OUTLET_BACKOFF 10000 /* milliseconds */

struct hg_outlet;

int hg_outlet_open(struct hg_outlet **ret, const struct hg_sink_config *c, struct hg_error *err);
int hg_outlet_start(struct hg_outlet *o, struct hg_error *err);
void hg_outlet_put(struct hg_outlet *o, struct hg_span line);
void hg_outlet_reopen(struct hg_outlet *o);
/* What is queued goes out until the deadline (hg_thread_now); false: the thread is stuck, the outlet must be left alone. */
void hg_outlet_stop(struct hg_outlet *o, uint64_t deadline);
bool hg_outlet_join(struct hg_outlet *o, uint64_t deadline);
void hg_outlet_close(struct hg_outlet *o);

struct hg_outlet_stats {
	const char *name;
	bool up;
	uint64_t queued, written, lost,
		reconnects; /* lines; times that it was lost or could not be reached */
};
struct hg_outlet_stats hg_outlet_stats(const struct hg_outlet *o);

#endif
