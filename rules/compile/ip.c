#include "rules/compile/compile_int.h"

#include <stdlib.h>

#include "rules/lang/address.h"

/* IP-only rules by address: all bounds of all ranges, sorted, cut the address space into pieces; each piece lists the
 * rules that hold it. A packet then pays one binary search whatever the number of rules. */

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static const struct hg_addrset *
set_of(const struct hg_compiler *c, uint32_t rule, bool source)
{
	const struct hg_rule *r = &c->entries[rule]->rule;

	return source ? r->src : r->dst;
}

static uint32_t
collect_bounds(struct hg_compiler *c, const struct hg_numbers *rules, bool source, struct hg_numbers *bounds)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < rules->n; i++) {
		const struct hg_addrset *set = set_of(c, rules->v[i], source);

		for (uint32_t k = 0; k < set->n4; k++) {
			hg_numbers_add(bounds, set->from4[k]);
			if (set->to4[k] != UINT32_MAX)
				hg_numbers_add(bounds, set->to4[k] + 1);
		}
	}
	if (bounds->n > 0)
		qsort(bounds->v, bounds->n, sizeof(*bounds->v), compare);
	for (uint32_t i = 0; i < bounds->n; i++)
		if (i == 0 || bounds->v[i] != bounds->v[kept - 1])
			bounds->v[kept++] = bounds->v[i];
	return bounds->n = kept;
}

/* Rules with IPv6 ranges stand in `left` as well: the index is of IPv4 alone. */
int
hg_ip_index_make(struct hg_compiler *c, const struct hg_numbers *rules, bool source, struct hg_ip_index *out,
	struct hg_numbers *left)
{
	struct hg_numbers bounds = { 0 }, first = { 0 }, all = { 0 };
	int r = 0;

	for (uint32_t i = 0; i < rules->n; i++)
		if (set_of(c, rules->v[i], source)->n6 > 0)
			r |= hg_numbers_add(left, rules->v[i]);
	collect_bounds(c, rules, source, &bounds);
	for (uint32_t b = 0; b < bounds.n; b++) {
		r |= hg_numbers_add(&first, all.n);
		for (uint32_t i = 0; i < rules->n; i++)
			if (hg_addrset_has4(set_of(c, rules->v[i], source), bounds.v[b]))
				r |= hg_numbers_add(&all, rules->v[i]);
	}
	r |= hg_numbers_add(&first, all.n);
	out->n = bounds.n;
	out->begin = hg_store_copy(c->store, bounds.v, bounds.n * sizeof(*bounds.v));
	out->first = hg_store_copy(c->store, first.v, first.n * sizeof(*first.v));
	out->rules = hg_store_copy(c->store, all.v, all.n * sizeof(*all.v));
	free(bounds.v);
	free(first.v);
	free(all.v);
	return r != 0 || c->store->failed ? -12 : 0;
}
