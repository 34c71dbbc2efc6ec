#include "rules/compile/compile_int.h"

#include <stdlib.h>

#include "rules/lang/address.h"

/* Rules by address: the bounds of all ranges, sorted, cut the address space into pieces; each piece lists the rules that
 * hold it. A packet then pays one binary search, among
 * the ranges of its first bits, whatever the number of rules. */

/* A list that names less than a thousandth of all addresses says more about a packet than the rest of a rule's head. */
#define FEW_ADDRESSES (UINT64_C(1) << 22)

static uint64_t
count_addresses(const struct hg_addrset *set)
{
	uint64_t n = 0;

	for (uint32_t i = 0; set != NULL && i < set->n4; i++)
		n += (uint64_t)set->to4[i] - set->from4[i] + 1;
	return set == NULL || set->any ? UINT64_MAX : n;
}

bool
hg_ip_has_few(const struct hg_rule *r, bool *source)
{
	const uint64_t src = count_addresses(r->src), dst = count_addresses(r->dst);

	*source = src <= dst;
	return HG_MIN(src, dst) < FEW_ADDRESSES;
}

/* A rule begins or ends to hold at an address. */
struct bound {
	uint64_t at; /* 2^32: behind the last address */
	uint32_t rule;
	bool begins;
};

static int
compare(const void *pa, const void *pb)
{
	const struct bound *a = pa, *b = pb;

	return a->at < b->at ? -1 : a->at > b->at;
}

static const struct hg_addrset *
set_of(const struct hg_compiler *c, uint32_t rule, bool source)
{
	const struct hg_rule *r = &c->entries[rule]->rule;

	return source ? r->src : r->dst;
}

static struct bound *
collect_bounds(struct hg_compiler *c, const struct hg_numbers *rules, bool source, size_t *n)
{
	struct bound *bounds;
	size_t room = 0;

	for (uint32_t i = 0; i < rules->n; i++)
		room += 2 * (size_t)set_of(c, rules->v[i], source)->n4;
	bounds = calloc(room + 1, sizeof(*bounds));
	*n = 0;
	for (uint32_t i = 0; i < rules->n && bounds != NULL; i++) {
		const struct hg_addrset *set = set_of(c, rules->v[i], source);

		for (uint32_t k = 0; k < set->n4; k++) {
			bounds[(*n)++] = (struct bound){ set->from4[k], rules->v[i], true };
			bounds[(*n)++] = (struct bound){ (uint64_t)set->to4[k] + 1, rules->v[i], false };
		}
	}
	if (*n > 0)
		qsort(bounds, *n, sizeof(*bounds), compare);
	return bounds;
}

static int
note(struct hg_numbers *holding, const struct bound *b)
{
	if (b->begins)
		return hg_numbers_add(holding, b->rule);
	for (uint32_t i = 0; i < holding->n; i++) {
		if (holding->v[i] == b->rule) {
			holding->v[i] = holding->v[--holding->n];
			break;
		}
	}
	return 0;
}

/* With fewer ranges the search is as short without. */
#define TOP_FROM 64

static const uint32_t *
make_top(struct hg_compiler *c, const struct hg_numbers *begin)
{
	const uint32_t tops = 1u << HG_IP_TOP;
	struct hg_numbers by_top = { 0 };
	const uint32_t *copy;
	uint32_t n = 0;
	int r = 0;

	if (begin->n < TOP_FROM)
		return NULL;
	for (uint32_t top = 0; top < tops; top++) {
		while (n < begin->n && begin->v[n] >> (32 - HG_IP_TOP) < top)
			n++;
		r |= hg_numbers_add(&by_top, n);
	}
	r |= hg_numbers_add(&by_top, begin->n);
	copy = r == 0 ? hg_store_copy(c->store, by_top.v, by_top.n * sizeof(*by_top.v)) : NULL;
	free(by_top.v);
	return copy;
}

/* Rules with IPv6 ranges stand in `left` as well: the index is of IPv4 alone. */
int
hg_ip_index_make(struct hg_compiler *c, const struct hg_numbers *rules, bool source, struct hg_ip_index *out,
	struct hg_numbers *left)
{
	struct hg_numbers begin = { 0 }, first = { 0 }, all = { 0 }, holding = { 0 };
	size_t n;
	struct bound *bounds = collect_bounds(c, rules, source, &n);
	int r = bounds == NULL ? -12 : 0;

	for (uint32_t i = 0; i < rules->n && r == 0; i++)
		if (set_of(c, rules->v[i], source)->n6 > 0)
			r = hg_numbers_add(left, rules->v[i]);
	for (size_t b = 0; b < n && r == 0 && bounds[b].at <= UINT32_MAX;) {
		const uint64_t at = bounds[b].at;

		while (b < n && bounds[b].at == at)
			r |= note(&holding, &bounds[b++]);
		r |= hg_numbers_add(&begin, (uint32_t)at);
		r |= hg_numbers_add(&first, all.n);
		for (uint32_t i = 0; i < holding.n; i++)
			r |= hg_numbers_add(&all, holding.v[i]);
	}
	r |= hg_numbers_add(&first, all.n);
	out->n = begin.n;
	out->begin = hg_store_copy(c->store, begin.v, begin.n * sizeof(*begin.v));
	out->first = hg_store_copy(c->store, first.v, first.n * sizeof(*first.v));
	out->by_top = make_top(c, &begin);
	out->rules = hg_store_copy(c->store, all.v, all.n * sizeof(*all.v));
	free(bounds);
	free(begin.v);
	free(first.v);
	free(all.v);
	free(holding.v);
	return r != 0 || c->store->failed ? -12 : 0;
}
