/* clock: nanoseconds for what is measured here. */
#ifndef HG_TESTS_BENCH_CLOCK_H
#define HG_TESTS_BENCH_CLOCK_H

#include <time.h>

static inline double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

#endif
