/* analyze: what the compiler made of each rule, for its author: `hangu check --analyze`. */
#ifndef HG_ENGINE_ANALYZE_H
#define HG_ENGINE_ANALYZE_H

#include <stdio.h>

#include "rules/compile/snapshot.h"

/* A tab-separated line a rule, a head in front. rules NULL: only the head. */
void hg_analyze_print(FILE *out, const struct hg_snapshot *rules);

#endif
