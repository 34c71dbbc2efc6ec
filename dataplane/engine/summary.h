/* summary: a table of what a replay has seen, for people, on standard error. */
#ifndef HG_ENGINE_SUMMARY_H
#define HG_ENGINE_SUMMARY_H

#include <stdio.h>

#include "event/counters.h"

struct hg_summary {
	const uint64_t *values;          /* of counters.h, of all captures */
	hg_time begin, now;              /* first and latest packet */
	const struct hg_snapshot *rules; /* NULL: none */
	const uint64_t *by_rule;         /* alerts of each rule */
};

void hg_summary_print(FILE *out, const struct hg_summary *s);

#endif
