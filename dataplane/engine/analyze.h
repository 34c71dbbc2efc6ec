/* analyze: what the compiler made of each rule, for its author: `hangu check --analyze`. */
#ifndef HG_ENGINE_ANALYZE_H
#define HG_ENGINE_ANALYZE_H

#include <stdio.h>

#include "rules/compile/snapshot.h"

enum hg_analyze_form {
	HG_ANALYZE_TABS, /* a tab-separated line a rule, a head in front */
	HG_ANALYZE_TABLE,
	HG_ANALYZE_JSON, /* a line a rule */
};

/* rules NULL: only the head, if the form has one. 0 or -ENOMEM. */
int hg_analyze_print(FILE *out, const struct hg_snapshot *rules, enum hg_analyze_form form);

/* The warnings alone, in the form of diagnose.h. */
int hg_analyze_diagnose(FILE *out, const struct hg_snapshot *rules);

/* The name of a buffer, "?" when there is none. */
const char *hg_input_name(const struct hg_input *in);

/* The bytes as a rule writes them, without quotes; cut to size. */
const char *hg_pattern_text(struct hg_span bytes, char *buf, size_t size);

#endif
