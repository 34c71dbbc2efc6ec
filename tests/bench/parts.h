/* parts: what parts.c is made of. */
#ifndef HG_TESTS_BENCH_PARTS_H
#define HG_TESTS_BENCH_PARTS_H

#include "table.h"

int parts_of_rules(const struct table *t); /* parts_rules.c: 0, or what is wrong was said */

#endif
