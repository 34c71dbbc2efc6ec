/* clock: the two clocks of linkd.
 *
 * hg_clock() runs on through suspension and never jumps: deadlines and budgets are in it. It begins an hour in, so that
 * budgets are full after a boot. hg_wall() is what calendars and the store use: microseconds since 1970.
 */
#ifndef HG_LINKAGE_CLOCK_H
#define HG_LINKAGE_CLOCK_H

#include <time.h>

#include "base/time.h"

static inline hg_time
hg_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return ((hg_time)t.tv_sec + 3600) * HG_SEC + (hg_time)t.tv_nsec;
}

static inline int64_t
hg_wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#define HG_WALL_SEC ((int64_t)1000000)

#endif
