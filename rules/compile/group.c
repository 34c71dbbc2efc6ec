#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

/* Patterns of a slot → those of one Hyperscan database. Equal patterns are one: its number leads to all their rules. */

static int
compare(const void *pa, const void *pb)
{
	const struct hg_pattern *a = pa, *b = pb;
	int r;

	if (a->nocase != b->nocase)
		return a->nocase ? 1 : -1;
	r = memcmp(a->bytes.p, b->bytes.p, HG_MIN(a->bytes.len, b->bytes.len));
	if (r != 0)
		return r;
	if (a->bytes.len != b->bytes.len)
		return a->bytes.len < b->bytes.len ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static bool
same(const struct hg_pattern *a, const struct hg_pattern *b)
{
	return a->nocase == b->nocase && hg_span_eq(a->bytes, b->bytes);
}

static int
number_patterns(const struct hg_slot_draft *draft, struct hg_literals *l, struct hg_numbers *first,
	struct hg_numbers *rules)
{
	int r = 0;

	l->bytes = calloc(draft->n_patterns, sizeof(*l->bytes));
	l->lens = calloc(draft->n_patterns, sizeof(*l->lens));
	l->flags = calloc(draft->n_patterns, sizeof(*l->flags));
	l->ids = calloc(draft->n_patterns, sizeof(*l->ids));
	if (l->bytes == NULL || l->lens == NULL || l->flags == NULL || l->ids == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < draft->n_patterns; i++) {
		const struct hg_pattern *p = &draft->patterns[i];

		if (i == 0 || !same(p, &draft->patterns[i - 1])) {
			l->bytes[l->n] = (const char *)p->bytes.p;
			l->lens[l->n] = p->bytes.len;
			l->flags[l->n] = HS_FLAG_SINGLEMATCH | (p->nocase ? HS_FLAG_CASELESS : 0);
			l->ids[l->n] = l->n;
			l->n++;
			r |= hg_numbers_add(first, rules->n);
		}
		if (rules->n == first->v[first->n - 1] || rules->v[rules->n - 1] != p->rule)
			r |= hg_numbers_add(rules, p->rule);
	}
	r |= hg_numbers_add(first, rules->n);
	return r;
}

static uint16_t
ways_of(const struct hg_compiler *c, uint32_t rule)
{
	return c->entries[rule]->rule.ways;
}

static int
pick_numbers(const struct hg_compiler *c, const struct hg_numbers *all, unsigned way, struct hg_numbers *out)
{
	int r = 0;

	for (uint32_t i = 0; i < all->n && r == 0; i++)
		if (ways_of(c, all->v[i]) >> way & 1)
			r = hg_numbers_add(out, all->v[i]);
	return r;
}

static bool
same_numbers(const struct hg_compiler *c, const struct hg_numbers *all, unsigned a, unsigned b)
{
	for (uint32_t i = 0; i < all->n; i++) {
		const uint16_t ways = ways_of(c, all->v[i]);

		if ((ways >> a & 1) != (ways >> b & 1))
			return false;
	}
	return true;
}

/* The rules of one way out of a slot. */
static int
pick(const struct hg_compiler *c, const struct hg_slot_draft *all, unsigned way, struct hg_slot_draft *out)
{
	int r = 0;

	out->patterns = calloc(all->n_patterns + 1u, sizeof(*out->patterns));
	if (out->patterns == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < all->n_patterns; i++)
		if (ways_of(c, all->patterns[i].rule) >> way & 1)
			out->patterns[out->n_patterns++] = all->patterns[i];
	r = pick_numbers(c, &all->always, way, &out->always);
	return r < 0 ? r : pick_numbers(c, &all->windows, way, &out->windows);
}

static bool
same_rules(const struct hg_compiler *c, const struct hg_slot_draft *all, unsigned a, unsigned b)
{
	for (uint32_t i = 0; i < all->n_patterns; i++) {
		const uint16_t ways = ways_of(c, all->patterns[i].rule);

		if ((ways >> a & 1) != (ways >> b & 1))
			return false;
	}
	return same_numbers(c, &all->always, a, b) && same_numbers(c, &all->windows, a, b);
}

static int
build_group(struct hg_compiler *c, const struct hg_slot_draft *draft, struct hg_group *out)
{
	struct hg_numbers first = { 0 }, rules = { 0 };
	struct hg_literals l = { 0 };
	int r = number_patterns(draft, &l, &first, &rules);

	*out = (struct hg_group){ NULL, l.n, hg_store_copy(c->store, first.v, first.n * sizeof(uint32_t)),
		hg_store_copy(c->store, rules.v, rules.n * sizeof(uint32_t)) };
	if (r == 0)
		r = hg_databases_note(c, &l, &out->db);
	hg_literals_free(&l);
	free(first.v);
	free(rules.v);
	return r;
}

static int
build_reach(struct hg_compiler *c, const struct hg_slot_draft *all, unsigned way, const struct hg_reach **ret)
{
	struct hg_reach *out = hg_store_take(c->store, sizeof(*out));
	struct hg_slot_draft draft = { 0 };
	int r = out == NULL ? -ENOMEM : pick(c, all, way, &draft);

	if (r == 0 && draft.n_patterns > 0)
		r = build_group(c, &draft, &out->group);
	if (r == 0) {
		out->n_always = draft.always.n;
		out->always = hg_store_copy(c->store, draft.always.v, draft.always.n * sizeof(uint32_t));
		out->n_windows = draft.windows.n;
		out->windows = hg_store_copy(c->store, draft.windows.v, draft.windows.n * sizeof(uint32_t));
	}
	hg_slot_draft_free(&draft);
	*ret = out;
	return r;
}

int
hg_slot_build(struct hg_compiler *c, struct hg_slot_draft *draft, struct hg_slot *out)
{
	static const struct hg_reach nothing;
	const unsigned zones = c->snapshot->zones.n;
	int r = 0;

	if (draft->n_patterns > 0)
		qsort(draft->patterns, draft->n_patterns, sizeof(*draft->patterns), compare);
	for (unsigned way = 0; way < HG_WAYS && r == 0; way++) {
		unsigned like = 0;

		out->of[way] = &nothing;
		if (way >= zones * zones || draft->n_patterns + draft->always.n + draft->windows.n == 0)
			continue;
		while (like < way && !same_rules(c, draft, like, way))
			like++;
		if (like < way)
			out->of[way] = out->of[like];
		else
			r = build_reach(c, draft, way, &out->of[way]);
	}
	return r == 0 && c->store->failed ? -ENOMEM : r;
}

void
hg_slot_draft_free(struct hg_slot_draft *draft)
{
	free(draft->patterns);
	free(draft->always.v);
	free(draft->windows.v);
}
