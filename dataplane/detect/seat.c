/* What one worker needs for one snapshot. Made by the thread that loads rules, so that the worker only exchanges pointers. */
#include "detect/detect_int.h"

#include <errno.h>

#include "base/start.h"

static int
scratch_for(struct hg_detect_seat *s, const struct hg_slot *slot)
{
	for (unsigned way = 0; way < HG_WAYS; way++) {
		const hs_database_t *db = slot->of[way]->group.db;

		if (db != NULL && (way == 0 || slot->of[way] != slot->of[way - 1]) &&
			hs_alloc_scratch(db, &s->scratch) != HS_SUCCESS)
			return -ENOMEM;
	}
	return 0;
}

static int
scratch_for_domain(struct hg_detect_seat *s, const struct hg_domain *domain)
{
	int r = scratch_for(s, &domain->any);

	for (unsigned i = 1; r == 0 && i <= domain->n_slots; i++)
		r = scratch_for(s, &domain->slots[i]);
	return r;
}

static int
make_scratch(struct hg_detect_seat *s)
{
	const struct hg_snapshot *rules = s->rules;
	int r = 0;

	for (unsigned dir = 0; r == 0 && dir < HG_DIRS; dir++)
		for (unsigned l4 = 0; r == 0 && l4 < HG_L4_COUNT; l4++)
			r = scratch_for_domain(s, &rules->payload[l4][dir]);
	for (unsigned i = 0; r == 0 && i < rules->n_inputs; i++)
		r = scratch_for(s, &rules->inputs_index[i]);
	return r;
}

static bool
make_tables(struct hg_detect_seat *s)
{
	const struct hg_snapshot *rules = s->rules;
	struct hg_candidates *c = &s->candidates;

	c->n_words = rules->n_rules / 64 + 1;
	c->n_summary = c->n_words / 64 + 1;
	c->words = hg_start_take(c->n_words * sizeof(uint64_t));
	c->summary = hg_start_take(c->n_summary * sizeof(uint64_t));
	s->by_rule = hg_start_take((rules->n_rules + 1) * sizeof(uint64_t));
	s->cache = hg_start_take((rules->n_inputs + 1u) * sizeof(*s->cache));
	s->match_data = pcre2_match_data_create(rules->captures_max + 1, NULL);
	return c->words != NULL && c->summary != NULL && s->by_rule != NULL && s->cache != NULL &&
		s->match_data != NULL;
}

static int
list_inputs(struct hg_detect_seat *s, struct hg_error *err)
{
	for (unsigned i = 0; i < s->rules->n_inputs; i++) {
		const struct hg_input *in = &s->rules->inputs[i];
		struct hg_input_list *list = in->flags & HG_BUFFER_FRAME ? &s->frames[in->proto][in->dir]
									 : &s->lists[in->proto][in->dir];
		uint16_t at;

		if (list->inputs == NULL)
			list->inputs = hg_start_take(HG_PROTO_INPUTS * sizeof(*list->inputs));
		if (list->inputs == NULL)
			return hg_error_set(err, -ENOMEM, "no memory to take up the rules");
		if (list->n == HG_PROTO_INPUTS)
			return hg_error_set(err, -ENOSPC,
				"rules look at more than %u buffers of one protocol and direction, each with "
				"its transforms",
				HG_PROTO_INPUTS);
		for (at = list->n++; at > 0 && s->rules->inputs[list->inputs[at - 1]].progress > in->progress;
			at--)
			list->inputs[at] = list->inputs[at - 1];
		list->inputs[at] = (uint16_t)i;
	}
	return 0;
}

int
hg_detect_seat_open(struct hg_detect_seat **ret, const struct hg_snapshot *rules, struct hg_error *err)
{
	struct hg_detect_seat *s = hg_start_take(sizeof(*s));
	int r;

	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory to take up the rules");
	s->rules = rules;
	if (make_tables(s) && make_scratch(s) == 0)
		r = list_inputs(s, err);
	else
		r = hg_error_set(err, -ENOMEM, "no memory to take up the rules");
	if (r == 0 && rules->file_types)
		r = hg_typer_open(&s->typer, rules->type_data, err);
	if (r < 0)
		hg_detect_seat_close(s);
	else
		*ret = s;
	return r;
}

void
hg_detect_seat_close(struct hg_detect_seat *s)
{
	if (s == NULL)
		return;
	hg_start_give(s->candidates.words);
	hg_start_give(s->candidates.summary);
	hg_start_give(s->cache);
	hg_start_give(s->by_rule);
	for (unsigned proto = 0; proto < HG_PROTO_COUNT; proto++)
		for (unsigned dir = 0; dir < HG_DIRS; dir++) {
			hg_start_give(s->lists[proto][dir].inputs);
			hg_start_give(s->frames[proto][dir].inputs);
		}
	pcre2_match_data_free(s->match_data);
	hs_free_scratch(s->scratch);
	hg_typer_close(s->typer);
	hg_start_give(s);
}

const struct hg_snapshot *
hg_detect_seat_rules(const struct hg_detect_seat *s)
{
	return s == NULL ? NULL : s->rules;
}

struct hg_typer *
hg_detect_seat_typer(const struct hg_detect_seat *s)
{
	return s == NULL ? NULL : s->typer;
}
