/* diff: what became of a rule set when another took its place. */
#ifndef HG_RULES_COMPILE_DIFF_H
#define HG_RULES_COMPILE_DIFF_H

#include "rules/compile/snapshot.h"

#define HG_DIFF_NAMED 100 /* rules that are named of each kind */

enum hg_rules_change { HG_RULES_ADDED, HG_RULES_REMOVED, HG_RULES_CHANGED, HG_RULES_CHANGES };

struct hg_rule_name {
	uint32_t gid, sid;
};

struct hg_rules_diff {
	uint32_t n[HG_RULES_CHANGES];
	struct hg_rule_name named[HG_RULES_CHANGES][HG_DIFF_NAMED]; /* the least of them, in order */
};

/* Changed is a rule whose text is another one. Either may be NULL: no rules. false: no memory, nothing is known. */
bool
hg_rules_differ(struct hg_rules_diff *d, const struct hg_snapshot *before, const struct hg_snapshot *after);

#endif
