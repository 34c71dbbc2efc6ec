#include "rules/lang/list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "rules/lang/text.h"

struct eval {
	const struct hg_list_kind *kind;
	const struct hg_vars *vars;
	bool negated;
};

/* What a list says before it is put together: what it names and what it takes away. */
struct sides {
	struct hg_ranges side[2][HG_LIST_SPACES]; /* [negated] */
};

static int
resolve(struct eval *e, struct hg_span text, unsigned depth, struct hg_ranges *out, struct hg_error *err);

int
hg_ranges_add(struct hg_ranges *r, hg_number128 from, hg_number128 to, struct hg_error *err)
{
	if (r->n == HG_LIST_RANGES_MAX)
		return hg_part_error(err, 0, "more than %d elements", HG_LIST_RANGES_MAX);
	if (r->n == r->room) {
		size_t room = r->room == 0 ? 8 : 2 * r->room;
		struct hg_range *v = realloc(r->v, room * sizeof(*v));

		if (v == NULL)
			return hg_error_set(err, -ENOMEM, "no memory for a list");
		r->v = v;
		r->room = room;
	}
	r->v[r->n++] = (struct hg_range){ from, to };
	return 0;
}

static int
range_cmp(const void *a, const void *b)
{
	const struct hg_range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static void
merge(struct hg_ranges *r)
{
	size_t n = 0;

	if (r->n < 2)
		return;
	qsort(r->v, r->n, sizeof(r->v[0]), range_cmp);
	for (size_t i = 1; i < r->n; i++) {
		struct hg_range *last = &r->v[n];

		/* from - 1 cannot wrap: from 0 is never above the range before it */
		if (r->v[i].from <= last->to || r->v[i].from - 1 == last->to)
			last->to = HG_MAX(last->to, r->v[i].to);
		else
			r->v[++n] = r->v[i];
	}
	r->n = n + 1;
}

/* out = from without away; both merged. */
static int
subtract(const struct hg_ranges *from, const struct hg_ranges *away, struct hg_ranges *out,
	struct hg_error *err)
{
	size_t k = 0;
	int r = 0;

	for (size_t i = 0; i < from->n && r == 0; i++) {
		hg_number128 at = from->v[i].from, end = from->v[i].to;
		bool left = true;

		while (k < away->n && away->v[k].to < at)
			k++;
		for (size_t j = k; r == 0 && left && j < away->n && away->v[j].from <= end; j++) {
			if (away->v[j].from > at)
				r = hg_ranges_add(out, at, away->v[j].from - 1, err);
			left = away->v[j].to < end;
			at = away->v[j].to + 1;
		}
		if (r == 0 && left)
			r = hg_ranges_add(out, at, end, err);
	}
	return r;
}

/* The length of the element at the start of text: up to a comma outside brackets; SIZE_MAX: brackets do
 * not match. */
static size_t
element_len(struct hg_span text)
{
	size_t open = 0, i;

	for (i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];

		if (c == ',' && open == 0)
			break;
		if (c == '[')
			open++;
		if (c == ']' && open-- == 0)
			return SIZE_MAX;
	}
	return open == 0 ? i : SIZE_MAX;
}

static int walk(struct eval *e, struct hg_span text, unsigned depth, struct sides *s, struct hg_error *err);

/* A list in brackets or a variable's value. */
static int
nested(struct eval *e, struct hg_span text, bool negated, unsigned depth, struct sides *s,
	struct hg_error *err)
{
	struct hg_ranges inner[HG_LIST_SPACES] = { 0 };
	int r = 0;

	if (depth == HG_LIST_DEPTH)
		return hg_part_error(err, 0, "lists and variables nest deeper than %d", HG_LIST_DEPTH);
	if (!negated)
		return walk(e, text, depth + 1, s, err);
	r = resolve(e, text, depth + 1, inner, err);
	for (unsigned k = 0; k < e->kind->spaces; k++) {
		for (size_t i = 0; r == 0 && i < inner[k].n; i++)
			r = hg_ranges_add(&s->side[1][k], inner[k].v[i].from, inner[k].v[i].to, err);
		free(inner[k].v);
	}
	return r;
}

static int
no_variable(const struct eval *e, struct hg_span name, struct hg_error *err)
{
	const char *near =
		e->vars == NULL || e->vars->nearest == NULL ? NULL : e->vars->nearest(e->vars->ctx, name);
	char dollar[64];

	hg_part_error(err, 0, "no variable $%.*s for %s list", (int)HG_MIN(name.len, 100), name.p,
		e->kind->spaces > 1 ? "an address" : "a port");
	hg_error_mark(err, "unknown-variable");
	if (near != NULL) {
		snprintf(dollar, sizeof(dollar), "$%s", near);
		hg_error_guess(err, dollar);
	}
	return -EINVAL;
}

static int
variable(struct eval *e, struct hg_span name, bool negated, unsigned depth, struct sides *s,
	struct hg_error *err)
{
	struct hg_error inner = { 0 };
	struct hg_span value;
	int r;

	name = hg_span_from(name, 1);
	if (e->vars == NULL || !e->vars->find(e->vars->ctx, name, &value))
		return no_variable(e, name, err);
	r = nested(e, value, negated, depth, s, &inner);
	if (r == -EINVAL)
		return hg_part_error(err, 0, "in $%.*s: %s", (int)HG_MIN(name.len, 60), name.p, inner.text);
	return r == 0 ? 0 : hg_error_set(err, r, "%s", inner.text);
}

static int
element(struct eval *e, struct hg_span part, unsigned depth, struct sides *s, struct hg_error *err)
{
	const uint8_t *begin = part.p;
	bool negated = false;
	int r;

	while (part.len > 0 && part.p[0] == '!') {
		negated = !negated;
		e->negated = true;
		part = hg_span_trim(hg_span_from(part, 1));
	}
	if (part.len == 0)
		return hg_part_error(err, 0, "an empty element in the %s list", e->kind->noun);
	if (part.p[0] == '[') {
		if (part.p[part.len - 1] != ']')
			return hg_part_error(
				err, (size_t)(part.p - begin), "no ',' behind a list in brackets");
		part = hg_span_sub(part, 1, part.len - 2);
		r = nested(e, part, negated, depth, s, err);
	} else if (part.p[0] == '$') {
		r = variable(e, part, negated, depth, s, err);
	} else {
		r = e->kind->element(part, s->side[negated], err);
	}
	if (r != 0 && err != NULL && err->column > 0)
		err->column += (uint32_t)(part.p - begin);
	return r;
}

/* Adds the elements of a list to both sides. */
static int
walk(struct eval *e, struct hg_span text, unsigned depth, struct sides *s, struct hg_error *err)
{
	size_t from = 0;

	if (hg_span_trim(text).len == 0)
		return hg_part_error(err, 0, "an empty %s list", e->kind->noun);
	while (from < text.len) {
		struct hg_span rest = hg_span_from(text, from), part;
		size_t len = element_len(rest);
		int r;

		if (len == SIZE_MAX)
			return hg_part_error(err, from, "brackets that do not match");
		part = hg_span_trim(hg_span_sub(rest, 0, len));
		if (part.len == 0 && from > 0 && len == rest.len)
			break; /* "a," is a list of one */
		r = element(e, part, depth, s, err);
		if (r != 0) {
			if (err != NULL && err->column > 0)
				err->column += (uint32_t)(part.p - text.p);
			return r;
		}
		from += len + 1;
	}
	return 0;
}

static int
resolve(struct eval *e, struct hg_span text, unsigned depth, struct hg_ranges *out, struct hg_error *err)
{
	struct sides s = { 0 };
	size_t n = 0;
	int r = walk(e, text, depth, &s, err);

	for (unsigned k = 0; k < e->kind->spaces; k++) {
		if (r == 0 && s.side[0][k].n == 0 && s.side[1][k].n > 0)
			r = hg_ranges_add(&s.side[0][k], 0, e->kind->last[k], err);
		merge(&s.side[0][k]);
		merge(&s.side[1][k]);
		if (r == 0)
			r = subtract(&s.side[0][k], &s.side[1][k], &out[k], err);
		n += out[k].n;
		free(s.side[0][k].v);
		free(s.side[1][k].v);
	}
	if (r == 0 && n == 0)
		return hg_part_error(err, 0, "the list leaves no %s: everything is negated", e->kind->noun);
	return r;
}

int
hg_list_eval(struct hg_span text, const struct hg_vars *vars, const struct hg_list_kind *kind,
	struct hg_ranges out[HG_LIST_SPACES], bool *negated, struct hg_error *err)
{
	struct eval e = { kind, vars, false };
	int r = resolve(&e, text, 0, out, err);

	*negated = e.negated;
	return r;
}
