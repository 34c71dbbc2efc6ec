/* table: parts of a program, each run some times and its best time kept; a table that people read, or a line of JSON each. */
#ifndef HG_TESTS_BENCH_TABLE_H
#define HG_TESTS_BENCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct part {
	const char *what;
	const char *each; /* what a nanosecond is of: "packet", "search" … */
	void (*run)(void *arg, unsigned rounds);
	void *arg;
	unsigned share; /* of the rounds: the dearer, the fewer */
	double units;   /* so many of `each` a round */
};

/* The words of the command line. */
struct table {
	unsigned rounds;
	bool json;
	const char *rules; /* --rules FILE; NULL: not given */
};

/* [ROUNDS] [--json], and [--rules FILE] of who takes rules; false: bad use, which was said. Rounds are a multiple of
 * TABLE_STEP. */
#define TABLE_STEP 64
bool table_read(struct table *t, int argc, char **argv, bool takes_rules, const char *usage);
void table_head(const struct table *t);
void table_run(const struct table *t, const struct part *parts, size_t n);

#endif
