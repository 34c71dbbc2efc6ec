/* What became of a rule set: rules by gid and sid, and whether their text is the same. */
#include "rules/compile/diff.h"

#include <stdlib.h>

struct one {
	uint32_t gid, sid;
	uint64_t print;
};

static int
by_name(const void *pa, const void *pb)
{
	const struct one *a = pa, *b = pb;

	if (a->gid != b->gid)
		return a->gid < b->gid ? -1 : 1;
	return a->sid < b->sid ? -1 : a->sid > b->sid;
}

/* Each once, also those of `<>`; NULL: no memory. */
static struct one *
list(const struct hg_snapshot *s, uint32_t *n)
{
	const uint32_t all = s == NULL ? 0 : s->n_rules;
	struct one *v = calloc(all + 1u, sizeof(*v));

	*n = 0;
	if (v == NULL)
		return NULL;
	for (uint32_t i = 0; i < all; i++)
		if (!(s->rules[i].flags & HG_RF_BIDIRECTIONAL))
			v[(*n)++] = (struct one){ s->texts[i].gid, s->texts[i].sid, s->texts[i].print };
	qsort(v, *n, sizeof(*v), by_name);
	return v;
}

static void
note(struct hg_rules_diff *d, enum hg_rules_change what, const struct one *r)
{
	if (d->n[what] < HG_DIFF_NAMED)
		d->named[what][d->n[what]] = (struct hg_rule_name){ r->gid, r->sid };
	d->n[what]++;
}

bool
hg_rules_differ(struct hg_rules_diff *d, const struct hg_snapshot *before, const struct hg_snapshot *after)
{
	uint32_t n_old, n_new, i = 0, k = 0;
	struct one *old = list(before, &n_old), *new = list(after, &n_new);
	const bool known = old != NULL && new != NULL;

	*d = (struct hg_rules_diff){ 0 };
	while (known && (i < n_old || k < n_new)) {
		const int order = i == n_old ? 1 : k == n_new ? -1 : by_name(&old[i], &new[k]);

		if (order < 0)
			note(d, HG_RULES_REMOVED, &old[i++]);
		else if (order > 0)
			note(d, HG_RULES_ADDED, &new[k++]);
		else if (old[i++].print != new[k++].print)
			note(d, HG_RULES_CHANGED, &new[k - 1]);
	}
	free(old);
	free(new);
	return known;
}
