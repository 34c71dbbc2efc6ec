/* profile: what each rule cost in a replay: `hangu replay --rule-profile`.
 *
 * Times from a clock before and after each look at a candidate; scanning for patterns, which all rules share, is in none of them.
 * A table on standard error at the end; with a folder also a line of JSON in profiling.rules.filename, in the form of
 * Suricata's (docs/schema/tools/rule_perf.json). A tick is a nanosecond.
 */
#ifndef HG_ENGINE_PROFILE_H
#define HG_ENGINE_PROFILE_H

#include <stdio.h>

#include "base/config.h"
#include "detect/watch.h"

struct hg_profile;

int hg_profile_open(struct hg_profile **ret, const struct hg_snapshot *rules, const struct hg_config *config,
	struct hg_error *err);
struct hg_watcher *hg_profile_watcher(struct hg_profile *p);
void hg_profile_print(struct hg_profile *p, FILE *out);
int hg_profile_write(struct hg_profile *p, const char *folder, struct hg_error *err);
void hg_profile_close(struct hg_profile *p); /* NULL is fine */

#endif
