#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

#include "rules/lang/address.h"

/* Zones: the address lists that most rules name ($HOME_NET, $EXTERNAL_NET …) part all addresses into a few; what a packet comes
 * from and goes to is its way, and it is only scanned for rules that are for its way (docs/adr/0017). */

#define CANDIDATES 16 /* lists that are tried */
#define SHARE 100     /* one in so many rules must name a list, or it is not worth it */

unsigned
hg_zone_mask(const struct hg_zones *z, const struct hg_addr *a, uint8_t family)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < z->n_sets; i++)
		mask |= (unsigned)hg_addrset_has(z->sets[i], a, family) << i;
	return mask;
}

/* Where membership may change: the begins of ranges, and what is behind their ends. */
struct points {
	uint32_t *v4;
	struct hg_addr *v6;
	size_t n4, n6;
};

static bool
behind(struct hg_addr *a)
{
	for (unsigned i = 16; i-- > 0;)
		if (++a->b[i] != 0)
			return true;
	return false;
}

static void
add_points(struct points *p, const struct hg_addrset *s)
{
	for (uint32_t i = 0; i < s->n4; i++) {
		p->v4[p->n4++] = s->from4[i];
		if (s->to4[i] != UINT32_MAX)
			p->v4[p->n4++] = s->to4[i] + 1;
	}
	for (uint32_t i = 0; i < s->n6; i++) {
		struct hg_addr end = s->to6[i];

		p->v6[p->n6++] = s->from6[i];
		if (behind(&end))
			p->v6[p->n6++] = end;
	}
}

static int
find_points(const struct hg_zones *z, const struct hg_addrset *more, struct points *p)
{
	size_t n4 = 1 + 2 * (size_t)more->n4, n6 = 1 + 2 * (size_t)more->n6;

	for (unsigned i = 0; i < z->n_sets; i++) {
		n4 += 2 * (size_t)z->sets[i]->n4;
		n6 += 2 * (size_t)z->sets[i]->n6;
	}
	*p = (struct points){ .v4 = calloc(n4, sizeof(*p->v4)), .v6 = calloc(n6, sizeof(*p->v6)) };
	if (p->v4 == NULL || p->v6 == NULL)
		return -ENOMEM;
	/* The first address of each family, which is zero. */
	p->n4 = p->n6 = 1;
	for (unsigned i = 0; i < z->n_sets; i++)
		add_points(p, z->sets[i]);
	add_points(p, more);
	return 0;
}

static void
free_points(struct points *p)
{
	free(p->v4);
	free(p->v6);
}

/* By mask: do addresses that the sets tell so exist inside of the list, and outside of it? */
struct split {
	uint32_t inside, outside;
};

static int
split_by(const struct hg_zones *z, const struct hg_addrset *list, struct split *s)
{
	struct points p;
	int r = find_points(z, list, &p);

	*s = (struct split){ 0 };
	for (size_t i = 0; r == 0 && i < p.n4; i++) {
		uint32_t *side = hg_addrset_has4(list, p.v4[i]) ? &s->inside : &s->outside;
		const struct hg_addr a = { .b = { (uint8_t)(p.v4[i] >> 24), (uint8_t)(p.v4[i] >> 16),
						   (uint8_t)(p.v4[i] >> 8), (uint8_t)p.v4[i] } };

		*side |= 1u << hg_zone_mask(z, &a, 4);
	}
	for (size_t i = 0; r == 0 && i < p.n6; i++) {
		uint32_t *side = hg_addrset_has6(list, &p.v6[i]) ? &s->inside : &s->outside;

		*side |= 1u << hg_zone_mask(z, &p.v6[i], 6);
	}
	free_points(&p);
	return r;
}

/* ---- which lists make zones ---- */

struct list_use {
	const struct hg_addrset *list;
	uint32_t n;
};

struct list_uses {
	struct list_use *v;
	size_t n, room;
};

static int
count_list(struct list_uses *u, const struct hg_addrset *list)
{
	if (list == NULL || list->any)
		return 0;
	for (size_t i = 0; i < u->n; i++) {
		if (u->v[i].list == list) {
			u->v[i].n++;
			return 0;
		}
	}
	if (u->n == u->room) {
		const size_t room = u->room == 0 ? 256 : 2 * u->room;
		struct list_use *more = realloc(u->v, room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		u->v = more;
		u->room = room;
	}
	u->v[u->n++] = (struct list_use){ list, 1 };
	return 0;
}

static int
by_use(const void *pa, const void *pb)
{
	const struct list_use *a = pa, *b = pb;

	return a->n > b->n ? -1 : a->n < b->n;
}

/* Takes the list in when it tells addresses apart that were one, and there are not too many zones then. */
static int
try_list(struct hg_zones *z, const struct hg_addrset *list)
{
	const unsigned before = z->n;
	struct split s;
	int r = split_by(z, list, &s);
	const unsigned after =
		(unsigned)__builtin_popcount(s.inside) + (unsigned)__builtin_popcount(s.outside);

	if (r < 0 || after <= before || after > HG_ZONES)
		return r;
	z->n = 0;
	for (unsigned mask = 0; mask < 1u << z->n_sets; mask++) {
		if (s.outside >> mask & 1)
			z->of_mask[mask] = (uint8_t)z->n++;
		if (s.inside >> mask & 1)
			z->of_mask[mask | 1u << z->n_sets] = (uint8_t)z->n++;
	}
	z->sets[z->n_sets++] = list;
	return 0;
}

static int
choose(struct hg_compiler *c, struct hg_zones *z)
{
	struct list_uses uses = { 0 };
	int r = 0;

	*z = (struct hg_zones){ .n = 1 };
	for (uint32_t i = 0; i < c->n_entries && r == 0; i++) {
		r = count_list(&uses, c->entries[i]->rule.src);
		if (r == 0)
			r = count_list(&uses, c->entries[i]->rule.dst);
	}
	if (uses.n > 0)
		qsort(uses.v, uses.n, sizeof(*uses.v), by_use);
	for (size_t i = 0; r == 0 && i < HG_MIN(uses.n, (size_t)CANDIDATES) && z->n_sets < HG_ZONE_SETS; i++)
		if ((uint64_t)uses.v[i].n * SHARE >= c->n_entries)
			r = try_list(z, uses.v[i].list);
	free(uses.v);
	return r;
}

/* ---- which ways a rule is for ---- */

/* The zones that a list has addresses of; *whole: it has all of each. */
static int
zones_of(const struct hg_zones *z, const struct hg_addrset *list, uint8_t *zones, bool *whole)
{
	struct split s;
	int r;

	*zones = (uint8_t)((1u << z->n) - 1);
	*whole = true;
	if (list == NULL || list->any)
		return 0;
	r = split_by(z, list, &s);
	*zones = 0;
	*whole = (s.inside & s.outside) == 0;
	for (unsigned mask = 0; mask < 1u << z->n_sets; mask++)
		if (s.inside >> mask & 1)
			*zones |= (uint8_t)(1u << z->of_mask[mask]);
	return r;
}

struct known {
	const struct hg_addrset *list;
	uint8_t zones;
	bool whole;
};

#define KNOWN 256

static int
look_up(struct known known[KNOWN], const struct hg_zones *z, const struct hg_addrset *list,
	const struct known **out)
{
	struct known *k = &known[((uintptr_t)list >> 4) % KNOWN];
	int r = 0;

	if (k->list != list || list == NULL) {
		k->list = list;
		r = zones_of(z, list, &k->zones, &k->whole);
	}
	*out = k;
	return r;
}

static int
mark_rule(struct hg_rule *rule, const struct hg_zones *z, struct known known[KNOWN])
{
	const struct known *k;
	uint8_t from, to;
	int r = look_up(known, z, rule->src, &k);

	if (r < 0)
		return r;
	from = k->zones;
	rule->src_by_way = k->whole;
	r = look_up(known, z, rule->dst, &k);
	if (r < 0)
		return r;
	to = k->zones;
	rule->dst_by_way = k->whole;
	for (unsigned a = 0; a < z->n; a++)
		for (unsigned b = 0; b < z->n; b++)
			if (from >> a & 1 && to >> b & 1)
				rule->ways |= (uint16_t)(1u << (a * z->n + b));
	return 0;
}

int
hg_zones_make(struct hg_compiler *c)
{
	struct hg_zones *z = &c->snapshot->zones;
	struct known *known = calloc(KNOWN, sizeof(*known));
	int r = known == NULL ? -ENOMEM : choose(c, z);

	for (uint32_t i = 0; i < c->n_entries && r == 0; i++)
		r = mark_rule(&c->entries[i]->rule, z, known);
	free(known);
	return r;
}
