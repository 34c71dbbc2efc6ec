/* profile: what each rule cost: `--rule-profile`, and ruleset-profile-start of a run.
 *
 * Times from a clock before and after each look at a candidate; scanning for patterns, which all rules share, is in none of them.
 * A table, or an object of JSON in the form of Suricata's (docs/schema/tools/rule_perf.json). A tick is a nanosecond.
 *
 * One worker writes, whose watcher it is; another thread may read meanwhile: no figure is torn, but those of a rule may be of
 * two moments, a look apart.
 */
#ifndef HG_ENGINE_PROFILE_H
#define HG_ENGINE_PROFILE_H

#include <stdio.h>

#include "base/config.h"
#include "detect/watch.h"

struct hg_profile;

/* What of it is shown. */
struct hg_profile_view {
	const char *sort; /* a value of profiling.rules.sort: what puts a rule in front */
	uint64_t limit;   /* rules; 0: all */
};
struct hg_profile_view hg_profile_view(const struct hg_config *config);
bool hg_profile_sorts(const char *sort); /* is it one? */

/* rules NULL: there are none. They live longer. */
int hg_profile_open(struct hg_profile **ret, const struct hg_snapshot *rules, struct hg_error *err);
struct hg_watcher *hg_profile_watcher(struct hg_profile *p);
void hg_profile_add(struct hg_profile *to, const struct hg_profile *from); /* of the same rules */
void hg_profile_print(struct hg_profile *p, const struct hg_profile_view *v, FILE *out);
char *hg_profile_text(
	struct hg_profile *p, const struct hg_profile_view *v); /* the caller frees it; NULL: no memory */
/* A line in profiling.rules.filename. */
int hg_profile_write(
	struct hg_profile *p, const struct hg_config *config, const char *folder, struct hg_error *err);
void hg_profile_close(struct hg_profile *p); /* NULL is fine */

#endif
