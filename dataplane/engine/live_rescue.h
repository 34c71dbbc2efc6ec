/* live_rescue: frames of workers that stand still pass on uninspected (engine.watchdog-action: forward).
 *
 * A thread of its own, asleep as long as all workers work. The main thread says who stands still; that one is left alone when it comes
 * back to its port, or has gone on in the meantime.
 */
#ifndef HG_ENGINE_LIVE_RESCUE_H
#define HG_ENGINE_LIVE_RESCUE_H

#include "engine/live_worker.h"

struct hg_live_rescue;

/* workers: of the caller's, n of them until it is closed. */
int hg_live_rescue_open(struct hg_live_rescue **ret, struct hg_devices *devices,
	struct hg_live_worker *const *workers, unsigned n, struct hg_error *err);
void hg_live_rescue_close(struct hg_live_rescue *r); /* r may be NULL */

/* beats: of the worker when it was last looked at. */
void hg_live_rescue(struct hg_live_rescue *r, unsigned worker, uint64_t beats);

#endif
