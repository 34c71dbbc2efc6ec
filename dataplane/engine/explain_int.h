/* explain_int: what the files of the explanation share. */
#ifndef HG_ENGINE_EXPLAIN_INT_H
#define HG_ENGINE_EXPLAIN_INT_H

#include "engine/explain.h"
#include "rules/lang/rule.h"

#define HG_EXPLAIN_SHOWN 20     /* looks at a rule that are written out as text */
#define HG_EXPLAIN_LINES 100000 /* … as JSON */
#define HG_EXPLAIN_STOPS 128    /* places at which a rule's looks ended that are counted apart */

/* Looks that ended at one instruction. */
struct hg_explain_stop {
	uint8_t engine;
	uint16_t reached;
	uint64_t n;
};

struct hg_explained {
	uint32_t index; /* of the rule */
	const struct hg_rule *rule;
	const struct hg_rule_info *info;
	struct hg_text *text; /* that the rule stands in */
	const struct hg_rule_text *source;
	uint64_t candidates, written;
	uint64_t ends[HG_LOOK_ENDS], misfits[HG_MISFIT_MAX], fates[HG_FATES];
	struct hg_explain_stop stops[HG_EXPLAIN_STOPS];
	unsigned n_stops;
	uint64_t waits; /* looks at it as a candidate that wait for more */
	uint8_t missed; /* the engine by which it would have been reached, of HG_LOOK_PATTERN and _NOTHING */
	bool tx_missed; /* … in a transaction */
};

struct hg_explain {
	struct hg_watcher watcher; /* first */
	const struct hg_snapshot *rules;
	struct hg_explained *v; /* as watcher.rules */
	FILE *out, *file;       /* file NULL: none */
};

/* explain_say.c: one look, one fate, the end */
void hg_explain_say_look(struct hg_explain *e, struct hg_explained *x, const struct hg_look *look);
void hg_explain_say_fate(
	struct hg_explain *e, struct hg_explained *x, const struct hg_packet *p, enum hg_fate fate);
void hg_explain_say_end(struct hg_explain *e, struct hg_explained *x);

#endif
