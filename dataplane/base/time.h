/* time: packet time, nanoseconds since 1970 (UTC). Nothing below port/ reads a clock. */
#ifndef HG_BASE_TIME_H
#define HG_BASE_TIME_H

#include <stdint.h>

typedef uint64_t hg_time;

#define HG_USEC ((hg_time)1000)
#define HG_MSEC ((hg_time)1000000)
#define HG_SEC ((hg_time)1000000000)

#endif
