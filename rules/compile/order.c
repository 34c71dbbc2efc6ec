#include "rules/compile/compile_int.h"

#include <stdlib.h>

/* Rank of a rule (2.4): action, then who sets and reads flowbits, flowints, variables of
 * flows and packets, bits of addresses, then priority, then sid. */

enum { CLASS_SET, CLASS_SET_AND_READ, CLASS_READ, CLASS_NONE };

static uint8_t
class_of(bool sets, bool reads)
{
	if (sets)
		return reads ? CLASS_SET_AND_READ : CLASS_SET;
	return reads ? CLASS_READ : CLASS_NONE;
}

static bool
tests(const struct hg_entry *e, unsigned op)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (e->rule.tests[i].op == op)
			return true;
	return false;
}

static bool
acts(const struct hg_entry *e, unsigned first, unsigned last)
{
	for (unsigned i = 0; i < e->rule.n_posts; i++)
		if (e->rule.posts[i].op >= first && e->rule.posts[i].op <= last)
			return true;
	return false;
}

static bool
sets_hostbits(const struct hg_entry *e)
{
	for (unsigned i = 0; i < e->rule.n_posts; i++)
		if (e->rule.posts[i].host)
			return true;
	return false;
}

static bool
reads_xbits(const struct hg_entry *e, bool of_pair)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (e->rule.tests[i].op == HG_TEST_XBIT &&
			(e->rule.tests[i].mode == HG_TRACK_PAIR) == of_pair)
			return true;
	return false;
}

/* Do expressions over the payload capture variables of the flow, or of the packet? Pairs do not count. */
static bool
captures(const struct hg_prog *prog, bool of_packet)
{
	for (unsigned i = 0; i < prog->n; i++) {
		const struct hg_ins *ins = &prog->ins[i];

		for (unsigned k = 0; ins->op == HG_OP_PCRE && k < ins->pcre.n_captures; k++)
			if (!(ins->pcre.captures[k] & HG_CAPTURE_PAIR) &&
				!!(ins->pcre.captures[k] & HG_CAPTURE_PACKET) == of_packet)
				return true;
	}
	return false;
}

static uint8_t
action_rank(const struct hg_compiler *c, uint8_t action)
{
	static const char *const names[] = {
		[HG_ACTION_PASS] = "pass",
		[HG_ACTION_DROP] = "drop",
		[HG_ACTION_REJECT] = "reject",
		[HG_ACTION_REJECT_DST] = "reject",
		[HG_ACTION_REJECT_BOTH] = "reject",
		[HG_ACTION_ALERT] = "alert",
		[HG_ACTION_CONFIG] = "alert",
	};
	static const uint8_t usual[] = {
		[HG_ACTION_PASS] = 0,
		[HG_ACTION_DROP] = 1,
		[HG_ACTION_REJECT] = 2,
		[HG_ACTION_REJECT_DST] = 2,
		[HG_ACTION_REJECT_BOTH] = 2,
		[HG_ACTION_ALERT] = 3,
		[HG_ACTION_CONFIG] = 3,
	};
	const struct hg_config_node *list = hg_config_find(c->config->config, "action-order");
	uint8_t rank = 0;

	if (list == NULL || hg_config_first(list) == NULL)
		return usual[action];
	for (const struct hg_config_node *n = hg_config_first(list); n != NULL; n = hg_config_next(n), rank++)
		if (hg_config_text(n) != NULL && strcmp(hg_config_text(n), names[action]) == 0)
			return rank;
	return rank;
}

void
hg_order_key(struct hg_compiler *c, struct hg_entry *e)
{
	e->order[0] = action_rank(c, e->rule.action);
	e->order[1] =
		class_of(acts(e, HG_POST_FLOWBIT_SET, HG_POST_FLOWBIT_TOGGLE), tests(e, HG_TEST_FLOWBIT));
	e->order[2] = class_of(acts(e, HG_POST_FLOWINT_SET, HG_POST_FLOWINT_SUB), tests(e, HG_TEST_FLOWINT));
	e->order[3] = class_of(captures(&e->rule.payload, false), tests(e, HG_TEST_FLOWVAR));
	e->order[4] = class_of(captures(&e->rule.payload, true), tests(e, HG_TEST_PKTVAR));
	/* Bits of an address before those of a pair. Of writers only those of hostbits count, of readers only those of xbits:
	 * who reads an xbit comes before who sets it. */
	e->order[5] = class_of(sets_hostbits(e), reads_xbits(e, false));
	e->order[6] = class_of(false, reads_xbits(e, true));
}

static int
compare(const void *pa, const void *pb)
{
	const struct hg_entry *a = *(struct hg_entry *const *)pa, *b = *(struct hg_entry *const *)pb;
	int r = memcmp(a->order, b->order, sizeof(a->order));

	if (r != 0)
		return r;
	if (a->info.priority != b->info.priority)
		return a->info.priority < b->info.priority ? -1 : 1;
	if (a->info.sid != b->info.sid)
		return a->info.sid < b->info.sid ? -1 : 1;
	return a->position < b->position ? -1 : a->position > b->position;
}

void
hg_order_sort(struct hg_compiler *c)
{
	if (c->n_entries > 0)
		qsort(c->entries, c->n_entries, sizeof(*c->entries), compare);
}
