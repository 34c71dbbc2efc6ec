/* explain: why rules matched in a replay, or how far they came: `hangu replay --explain SID`.
 *
 * A text on standard error: a line for each look at a rule (the first of them), and in the end what kept it from matching. With a
 * folder also DIR/explain.json, a line of JSON each (docs/schema/tools/explain.json).
 */
#ifndef HG_ENGINE_EXPLAIN_H
#define HG_ENGINE_EXPLAIN_H

#include <stdio.h>

#include "detect/watch.h"

struct hg_explain;

/* sids: "SID" or "GID:SID", each of a rule that loaded. folder NULL: no file. */
int hg_explain_open(struct hg_explain **ret, const struct hg_snapshot *rules, const char *const *sids,
	unsigned n, const char *folder, FILE *out, struct hg_error *err);
struct hg_watcher *hg_explain_watcher(struct hg_explain *e);
/* What came of it all. */
void hg_explain_summarize(struct hg_explain *e);
int hg_explain_close(struct hg_explain *e, struct hg_error *err); /* NULL is fine */

#endif
