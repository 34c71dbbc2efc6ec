#include "check.h"

#include "linkage/driver/nftables/prefixes.h"

/* A small space of addresses, so that many prefixes hold each other: the set as the kernel would have it, and the wish. */
#define BITS 6
#define PLACES (2u << BITS) /* one for each prefix: level and place as in a heap */

struct model {
	bool wanted[PLACES], in[PLACES];
};

static struct hg_net
net_at(unsigned place)
{
	struct hg_addr a = { .b = { 10 } };
	unsigned level = 0;

	while (place >> (level + 1) != 0)
		level++;
	a.b[3] = (uint8_t)((place - (1u << level)) << (BITS - level));
	return hg_net_of(&a, 4, (uint8_t)(32 - BITS + level));
}

static unsigned
place_of(const struct hg_net *n)
{
	const unsigned level = n->len - (32u - BITS);

	return (1u << level) + (n->addr.b[3] >> (BITS - level));
}

static bool
overlaps_another(const struct model *m, unsigned place)
{
	for (unsigned i = 1; i < PLACES; i++) {
		const struct hg_net a = net_at(i), b = net_at(place);

		if (m->in[i] && hg_net_overlaps(&a, &b))
			return true;
	}
	return false;
}

/* What the kernel would say: no overlap when something goes in, and it is there when it goes. */
static void
change(void *ctx, const struct hg_prefix *p, bool in)
{
	struct model *m = ctx;
	const unsigned place = place_of(&p->net);

	hg_check_bool("goes in once, goes when it is there", m->in[place], !in);
	if (in)
		hg_check_bool("overlaps nothing", overlaps_another(m, place), false);
	m->in[place] = in;
}

static bool
is_inside_a_wanted_one(const struct model *m, unsigned place)
{
	while ((place /= 2) != 0)
		if (m->wanted[place])
			return true;
	return false;
}

static void
test_the_set_is_the_union_without_overlap(void)
{
	struct hg_prefixes all = { 0 };
	struct model m = { 0 };

	for (unsigned turn = 0; turn < 20000; turn++) {
		const unsigned place = 1 + hg_check_below(PLACES - 1);
		const struct hg_prefix p = { .net = net_at(place), .id = turn };

		m.wanted[place] = hg_check_below(2) != 0;
		if (m.wanted[place])
			CU_ASSERT(hg_prefixes_put(&all, &p, change, &m) == 0)
		else
			hg_prefixes_remove(&all, &p.net, change, &m);
		for (unsigned i = 1; i < PLACES; i++)
			if (m.in[i] != (m.wanted[i] && !is_inside_a_wanted_one(&m, i)))
				hg_check_u64("only the widest are in", i, 0);
	}
	hg_prefixes_close(&all);
}

static void
no_change(void *ctx, const struct hg_prefix *p, bool in)
{
	(void)p;
	(void)in;
	++*(unsigned *)ctx;
}

static void
test_there_is_a_cap(void)
{
	struct hg_prefixes all = { 0 };
	unsigned changes = 0;
	int status = 0;

	for (unsigned i = 0; status == 0; i++) {
		struct hg_prefix p = { .net = { { { .b = { 10, (uint8_t)(i >> 8), (uint8_t)i } } }, 4, 24 } };

		status = hg_prefixes_put(&all, &p, no_change, &changes);
	}
	hg_check_u64("as many as said", all.n, HG_PREFIXES_MOST);
	hg_check_u64("each went in", changes, HG_PREFIXES_MOST);
	hg_prefixes_close(&all);
}

HG_TESTS("linkage_prefixes", HG_TEST(test_the_set_is_the_union_without_overlap), HG_TEST(test_there_is_a_cap))
