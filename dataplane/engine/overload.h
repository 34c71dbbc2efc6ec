/* overload: whether a worker has more frames than it can take, told by its port's bursts and their own times.
 *
 * It begins when for `after` no look at the port has found that all sources were emptied. It ends when such looks cover `after` more
 * time than the others: a worker that catches up now and then stays overloaded, one whose frames come in trains does not. So it turns
 * once in `after` at most. One thread; no clock.
 */
#ifndef HG_ENGINE_OVERLOAD_H
#define HG_ENGINE_OVERLOAD_H

#include "base/time.h"
#include "event/counters.h"

struct hg_overload {
	hg_time after; /* 0: each full burst is overload, and nothing else */
	bool on;
	hg_time last;  /* of the latest look */
	hg_time since; /* off: the first look without a break that found frames left; 0: there is none */
	hg_time calm;  /* on: how much longer it was emptied than not */
	hg_time time;  /* while it was on */
	struct hg_overload_stats stats;
};

/* A look at `now` gave so many frames, and the port is crowded (hg_port_crowded) or not. Has it begun or ended? */
bool hg_overload_note(struct hg_overload *o, hg_time now, bool crowded, unsigned frames);

#endif
