#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

/* Rules that look at no bytes. Address lists of known attackers alone are hundreds of them: reached by address, and only
 * with packets whose TCP flags they want, they cost a packet two binary searches instead of hundreds of comparisons. */

#define SETS_MAX 256

/* What a rule says of the flags byte; rules that say nothing fit every one. */
static bool
fits_flags(const struct hg_rule *r, unsigned flags)
{
	for (unsigned i = 0; i < r->n_tests; i++) {
		const struct hg_test *t = &r->tests[i];

		if (t->op == HG_TEST_TCP_FLAGS && !hg_mode_fits(t->mode, flags & ~t->b & 0xff, t->a))
			return false;
	}
	return true;
}

/* Flags bytes that no rule tells apart share a set: those of a set that a rule does not want leave it together, unless it
 * wants none of them. Returns the number of sets. */
static unsigned
part_flags(const struct hg_compiler *c, const struct hg_numbers *rules, uint8_t by_flags[256])
{
	unsigned n = 1;

	for (uint32_t i = 0; i < rules->n; i++) {
		const struct hg_rule *r = &c->entries[rules->v[i]]->rule;
		bool fits[256], wanted[SETS_MAX] = { false };
		uint16_t moved[SETS_MAX] = { 0 };

		for (unsigned flags = 0; flags < 256; flags++) {
			fits[flags] = fits_flags(r, flags);
			wanted[by_flags[flags]] |= fits[flags];
		}
		for (unsigned flags = 0; flags < 256; flags++) {
			unsigned set = by_flags[flags];

			if (fits[flags] || !wanted[set])
				continue;
			if (moved[set] == 0)
				moved[set] = (uint16_t)n++;
			by_flags[flags] = (uint8_t)moved[set];
		}
	}
	return n;
}

static int
build_one(
	struct hg_compiler *c, const struct hg_numbers *rules, unsigned flags, bool tcp, struct hg_bare *out)
{
	struct hg_domain_draft ports = { 0 };
	struct hg_numbers src = { 0 }, dst = { 0 };
	int r = 0;

	for (uint32_t i = 0; i < rules->n && r == 0; i++) {
		const struct hg_entry *e = c->entries[rules->v[i]];
		bool source;

		if (tcp && !fits_flags(&e->rule, flags))
			continue;
		if (!hg_domain_has_few_ports(&e->rule) && hg_ip_has_few(&e->rule, &source))
			r = hg_numbers_add(source ? &src : &dst, rules->v[i]);
		else
			r = hg_domain_put(&ports, e, rules->v[i], NULL, HG_AT_PACKET);
	}
	if (r == 0)
		r = hg_ip_index_make(c, &src, true, &out->src, &ports.any.always);
	if (r == 0)
		r = hg_ip_index_make(c, &dst, false, &out->dst, &ports.any.always);
	if (r == 0)
		r = hg_domain_build(c, &ports, &out->ports);
	hg_domain_draft_free(&ports);
	free(src.v);
	free(dst.v);
	return r;
}

int
hg_bare_build(struct hg_compiler *c, const struct hg_numbers *rules, bool tcp, struct hg_bare_sets *out)
{
	const unsigned n = tcp ? part_flags(c, rules, out->by_flags) : 1;
	struct hg_bare *sets = hg_store_take(c->store, n * sizeof(*sets));
	int r = sets == NULL ? -ENOMEM : 0;

	for (unsigned i = 0; i < n && r == 0; i++) {
		unsigned flags = 0;

		while (out->by_flags[flags] != i)
			flags++;
		r = build_one(c, rules, flags, tcp, &sets[i]);
	}
	out->sets = sets;
	return r;
}
