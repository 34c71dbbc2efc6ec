#include "set/rep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/start.h"
#include "set/set_int.h"

#define NAME_MOST 32
#define BITS 128

struct rating {
	uint8_t category, bits, score; /* bits of both families count from the begin of an IPv6 address */
	uint32_t line;                 /* of all: of equal prefixes the last one counts */
	struct hg_addr prefix;
};

/* IPv4 as ::ffff:0:0/96, so that there is one table. */
struct hg_rep {
	char names[HG_REP_CATEGORIES + 1][NAME_MOST];
	struct rating *v; /* by category, bits, prefix */
	size_t n, room;
	uint32_t first[HG_REP_CATEGORIES + 1][BITS + 2]; /* v[first[c][b] … first[c][b + 1]) */
};

int
hg_rep_open(struct hg_rep **ret, struct hg_error *err)
{
	*ret = hg_start_take(sizeof(**ret));
	return *ret == NULL ? hg_error_set(err, -ENOMEM, "no memory for reputations") : 0;
}

void
hg_rep_close(struct hg_rep *r)
{
	if (r == NULL)
		return;
	free(r->v);
	hg_start_give(r);
}

/* ---- files ---- */

static int
read_category(void *ctx, struct hg_span line, struct hg_error *err)
{
	struct hg_rep *r = ctx;
	struct hg_span number = hg_line_field(&line), name = hg_line_field(&line);
	uint32_t n;

	if (!hg_field_number(number, HG_REP_CATEGORIES - 1, &n) || n == 0)
		return hg_error_set(
			err, -EINVAL, "a category's number is from 1 to %d", HG_REP_CATEGORIES - 1);
	if (name.len == 0 || name.len >= NAME_MOST)
		return hg_error_set(err, -EINVAL, "a category's name has 1 to %d characters", NAME_MOST - 1);
	snprintf(r->names[n], NAME_MOST, "%.*s", (int)name.len, name.p);
	return 0;
}

int
hg_rep_read_categories(struct hg_rep *r, const char *path, struct hg_error *err)
{
	return hg_file_lines(path, read_category, r, err);
}

static struct hg_addr
widen(const struct hg_addr *a, uint8_t family)
{
	struct hg_addr out = *a;

	if (family == 4) {
		out = (struct hg_addr){ .b = { [10] = 0xff, [11] = 0xff } };
		memcpy(out.b + 12, a->b, 4);
	}
	return out;
}

static struct hg_addr
prefix_of(struct hg_addr a, unsigned bits)
{
	for (unsigned i = 0; i < sizeof(a.b); i++) {
		const unsigned left = bits > 8 * i ? bits - 8 * i : 0;

		if (left < 8)
			a.b[i] &= (uint8_t)(0xff00 >> left);
	}
	return a;
}

static bool
parse_prefix(struct hg_span text, struct rating *out)
{
	const size_t slash = hg_span_find(text, 0, '/');
	struct hg_addr a;
	uint8_t family;
	uint32_t bits;

	if (!hg_addr_parse(hg_span_sub(text, 0, slash), &a, &family))
		return false;
	bits = family == 4 ? 32 : 128;
	if (slash != SIZE_MAX && !hg_field_number(hg_span_from(text, slash + 1), bits, &bits))
		return false;
	out->bits = (uint8_t)(family == 4 ? 96 + bits : bits);
	out->prefix = prefix_of(widen(&a, family), out->bits);
	return true;
}

static int
read_score(void *ctx, struct hg_span line, struct hg_error *err)
{
	struct hg_rep *r = ctx;
	struct hg_span prefix = hg_line_field(&line), category = hg_line_field(&line),
		       score = hg_line_field(&line);
	struct rating rating = { 0 };
	uint32_t c, s;

	if (!parse_prefix(prefix, &rating))
		return hg_error_set(err, -EINVAL, "a line begins with an address or a prefix");
	if (!hg_field_number(category, HG_REP_CATEGORIES - 1, &c) || r->names[c][0] == '\0')
		return hg_error_set(err, -EINVAL, "there is no category with this number");
	if (!hg_field_number(score, HG_REP_MOST, &s))
		return hg_error_set(err, -EINVAL, "a score is a number from 0 to %d", HG_REP_MOST);
	rating.category = (uint8_t)c;
	rating.score = (uint8_t)s;
	if (r->n == r->room) {
		const size_t room = r->room == 0 ? 1024 : 2 * r->room;
		struct rating *more = room > UINT32_MAX / 2 ? NULL : realloc(r->v, room * sizeof(*more));

		if (more == NULL)
			return hg_error_set(err, -ENOMEM, "no memory for %zu ratings", room);
		r->v = more;
		r->room = room;
	}
	rating.line = (uint32_t)r->n;
	r->v[r->n++] = rating;
	return 0;
}

int
hg_rep_read_scores(struct hg_rep *r, const char *path, struct hg_error *err)
{
	return hg_file_lines(path, read_score, r, err);
}

/* ---- the table ---- */

static int
compare(const void *pa, const void *pb)
{
	const struct rating *a = pa, *b = pb;
	int r;

	if (a->category != b->category)
		return a->category < b->category ? -1 : 1;
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	r = memcmp(a->prefix.b, b->prefix.b, sizeof(a->prefix.b));
	return r != 0 ? r : a->line > b->line ? -1 : 1;
}

void
hg_rep_settle(struct hg_rep *r)
{
	size_t at = 0;

	if (r->n > 0)
		qsort(r->v, r->n, sizeof(*r->v), compare);
	for (unsigned c = 0; c <= HG_REP_CATEGORIES; c++) {
		for (unsigned bits = 0; bits <= BITS + 1; bits++) {
			while (at < r->n &&
				(r->v[at].category < c || (r->v[at].category == c && r->v[at].bits < bits)))
				at++;
			r->first[c][bits] = (uint32_t)at;
		}
	}
}

uint8_t
hg_rep_category(const struct hg_rep *r, struct hg_span name)
{
	for (unsigned c = 1; c < HG_REP_CATEGORIES; c++)
		if (r->names[c][0] != '\0' && hg_span_eq(hg_span_str(r->names[c]), name))
			return (uint8_t)c;
	return 0;
}

static const struct rating *
find(const struct hg_rep *r, uint32_t low, uint32_t high, const struct hg_addr *prefix)
{
	const uint32_t end = high;

	while (low < high) {
		const uint32_t mid = low + (high - low) / 2;

		if (memcmp(r->v[mid].prefix.b, prefix->b, sizeof(prefix->b)) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < end && hg_addr_eq(&r->v[low].prefix, prefix) ? &r->v[low] : NULL;
}

static const struct rating *
of_length(const struct hg_rep *r, uint8_t category, const struct hg_addr *wide, unsigned bits)
{
	const uint32_t low = r->first[category][bits], high = r->first[category][bits + 1];
	const struct hg_addr prefix = prefix_of(*wide, bits);

	return low == high ? NULL : find(r, low, high, &prefix);
}

int
hg_rep_score(const struct hg_rep *r, uint8_t category, const struct hg_addr *a, uint8_t family)
{
	const struct hg_addr wide = widen(a, family);
	const unsigned least = family == 4 ? 96 : 0;

	for (unsigned bits = BITS + 1; bits-- > least;) {
		const struct rating *found = of_length(r, category, &wide, bits);

		if (found != NULL)
			return found->score;
	}
	return HG_REP_NONE;
}

bool
hg_rep_names(const struct hg_rep *r, const struct hg_addr *a, uint8_t family)
{
	const struct hg_addr wide = widen(a, family);

	for (unsigned c = 1; c < HG_REP_CATEGORIES; c++)
		if (of_length(r, (uint8_t)c, &wide, BITS) != NULL)
			return true;
	return false;
}

int
hg_rep_own_score(const struct hg_rep *r, uint8_t category, const struct hg_addr *a, uint8_t family)
{
	const struct hg_addr wide = widen(a, family);
	const struct rating *own = of_length(r, category, &wide, BITS);

	return own == NULL ? HG_REP_NONE : own->score;
}
