/* admit: the one place where it is decided whether somebody may be shut out.
 *
 * Questions are asked in a fixed order, the first no wins and has a reason that is counted and told. Nothing is
 * changed but the budgets, and those only when the answer is yes.
 */
#ifndef HG_LINKAGE_ADMIT_H
#define HG_LINKAGE_ADMIT_H

#include "linkage/policy/budget.h"
#include "linkage/policy/guard.h"
#include "linkage/policy/policy.h"

/* In the order in which they are asked for. */
enum hg_refusal {
	HG_ADMITTED,
	HG_REFUSED_SPECIAL,
	HG_REFUSED_WIDTH,
	HG_REFUSED_PROTECTED,
	HG_REFUSED_ALLOWED,
	HG_REFUSED_HOME,
	HG_REFUSED_UNPROVED,
	HG_REFUSED_SHARED,
	HG_REFUSED_OBSERVE,
	HG_REFUSED_BUDGET_SID,
	HG_REFUSED_BUDGET_NEIGHBOURS,
	HG_REFUSED_BUDGET_MINUTE,
	HG_REFUSED_BUDGET_HOUR,
	HG_REFUSED_CEILING,
	HG_REFUSED_FULL,
	HG_REFUSED_STORE,
	HG_REFUSALS
};

enum hg_origin { HG_ORIGIN_POLICY, HG_ORIGIN_OPERATOR, HG_ORIGINS };

struct hg_intent {
	struct hg_net net;
	enum hg_origin origin;
	bool two_way;
	bool wide;    /* the operator means it */
	bool observe; /* the rule or the daemon only looks on */
	uint32_t sid;
};

struct hg_admit {
	struct hg_guard guard;
	const struct hg_policy *policy;
	struct hg_budget sids, neighbours, minute, hour;
	uint32_t ceiling;   /* live automatic leases at most */
	uint32_t automatic; /* how many there are; kept by decision/ */
	bool full;          /* no room for one more lease */
	bool store_behind;  /* what is decided now might never be written */
	bool testing;       /* documentation addresses are as good as others */
	uint64_t counts[HG_REFUSALS];
};

/* `why` gets the particulars of a refusal, "" when there are none. */
enum hg_refusal hg_admit(struct hg_admit *a, const struct hg_intent *i, hg_time now, char *why, size_t size);

const char *hg_refusal_name(enum hg_refusal r); /* in records and counters: "protected" */
const char *hg_refusal_text(enum hg_refusal r); /* for people, a key of hg_say() */
const char *hg_origin_name(enum hg_origin o);

#endif
