/* Sets of values in rules. What rules change is shared by all workers: each waits for its turn, as with bits of addresses. */
#include "detect/match.h"

static bool
change(struct hg_matcher *m, const struct hg_ins *ins, struct hg_set *set)
{
	const hg_time until = ins->set.ttl == 0 ? HG_SET_FOREVER : m->now + ins->set.ttl * HG_SEC;
	enum hg_set_answer answer;

	if (ins->set.command == HG_SET_UNSET)
		return hg_set_remove(set, m->buffer, m->now);
	if (ins->set.v6_only && m->buffer.len == 4)
		return false;
	answer = hg_set_add(set, m->buffer, 0, m->now, until);
	m->sets_full += answer == HG_SET_FULL;
	return answer == HG_SET_DONE;
}

bool
hg_match_set(struct hg_matcher *m, const struct hg_ins *ins)
{
	const struct hg_named_set *named = &m->sets[ins->set.index];
	uint16_t score = 0;
	bool has;

	if (named->written && m->wait != NULL)
		m->wait(m->wait_arg);
	if (ins->op == HG_OP_DATASET && ins->set.command >= HG_SET_SET)
		return change(m, ins, named->set);
	has = hg_set_has(named->set, m->buffer, m->now, &score);
	if (ins->op == HG_OP_DATAREP)
		return has && hg_match_compare(ins->compare, score, ins->set.score, 0);
	return has == (ins->set.command == HG_SET_ISSET);
}
