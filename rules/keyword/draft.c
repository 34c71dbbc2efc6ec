#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "rules/keyword/keyword_int.h"

struct hg_arg
hg_arg_of(struct hg_span value, bool has_value, uint32_t column)
{
	struct hg_arg a = { .text = hg_span_trim(value), .given = has_value };
	struct hg_span quoted = a.text;
	bool negated = hg_negation_take(&quoted);

	if (quoted.len >= 2 && quoted.p[0] == '"' && quoted.p[quoted.len - 1] == '"') {
		a.quoted = true;
		a.negated = negated;
		a.text = hg_span_sub(quoted, 1, quoted.len - 2);
	}
	a.column = column + (value.p == NULL ? 0 : (uint32_t)(a.text.p - value.p));
	return a;
}

uint32_t
hg_arg_column(const struct hg_arg *arg, struct hg_span part)
{
	if (part.p < arg->text.p || part.p > arg->text.p + arg->text.len)
		return arg->column;
	return arg->column + (uint32_t)(part.p - arg->text.p);
}

int
hg_draft_blame(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part)
{
	d->error.column = hg_arg_column(arg, part) + (d->error.column > 0 ? d->error.column - 1 : 0);
	return d->error.code;
}

int
hg_draft_no_memory(struct hg_draft *d)
{
	return hg_error_set(&d->error, -ENOMEM, "no memory for a rule");
}

int
hg_draft_refuse(struct hg_draft *d, uint32_t column, const char *format, ...)
{
	char text[sizeof(d->error.text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hg_error_set(&d->error, -EINVAL, "%s", text);
	d->error.column = column;
	return -EINVAL;
}

#define GUESSES_MAX 512

int
hg_draft_guess(struct hg_draft *d, struct hg_span word, const void *names, size_t n, size_t stride)
{
	const char *list[GUESSES_MAX], *near;
	char text[64];

	n = HG_MIN(n, (size_t)GUESSES_MAX);
	for (size_t i = 0; i < n; i++)
		memcpy(&list[i], (const uint8_t *)names + i * stride, sizeof(list[i]));
	snprintf(text, sizeof(text), "%.*s", (int)HG_MIN(word.len, sizeof(text) - 1), word.p);
	near = word.len == 0 ? NULL : hg_nearest(text, list, n);
	d->error.length = (uint32_t)word.len;
	hg_error_mark(&d->error, "unknown-value");
	if (near != NULL)
		hg_error_guess(&d->error, near);
	return d->error.code;
}

void
hg_draft_init(struct hg_draft *d, struct hg_draft_shared *shared, void *(*take)(void *arena, size_t size),
	void *arena)
{
	memset(d, 0, sizeof(*d));
	d->shared = shared;
	d->take = take;
	d->arena = d->scratch = arena;
	d->gid = 1;
	d->priority = 3;
	d->current = HG_DRAFT_NO_LIST;
	d->last_list = HG_DRAFT_NO_LIST;
	d->dsize_max = UINT64_MAX;
}

void
hg_draft_shared_fini(struct hg_draft_shared *s)
{
	struct hg_names *all[] = { &s->flowbits, &s->flowints, &s->xbits, &s->vars };

	for (unsigned i = 0; i < HG_COUNT(all); i++) {
		free(all[i]->names);
		*all[i] = (struct hg_names){ 0 };
	}
	for (uint32_t i = 0; i < s->codes.n; i++)
		pcre2_code_free(s->codes.codes[i]);
	free(s->codes.codes);
	s->codes = (struct hg_codes){ 0 };
	for (uint16_t i = 0; i < s->sets.n; i++)
		hg_set_give(s->sets.v[i].set);
	free(s->sets.v);
	hg_rep_close(s->rep);
	s->rep = NULL;
	hg_geo_close(s->geo);
	s->geo = NULL;
	s->sets = (struct hg_named_sets){ 0 };
}

void *
hg_draft_take(struct hg_draft *d, size_t size)
{
	return d->take(d->arena, size);
}

void *
hg_draft_scratch(struct hg_draft *d, size_t size)
{
	return d->take(d->scratch, size);
}

const char *
hg_draft_text(struct hg_draft *d, struct hg_span s)
{
	char *copy = hg_draft_take(d, s.len + 1);

	if (copy != NULL && s.len > 0)
		memcpy(copy, s.p, s.len);
	return copy;
}

int
hg_names_id(struct hg_draft *d, struct hg_names *names, struct hg_span name)
{
	for (uint16_t i = 0; i < names->n; i++)
		if (hg_span_eq(hg_span_str(names->names[i]), name))
			return i;
	if (names->n == names->room) {
		uint16_t room = names->room == 0 ? 64 : (uint16_t)(names->room * 2);
		const char **more;

		if (names->room >= 16384)
			return hg_error_set(
				&d->error, -ENOSPC, "more than 16384 names of one kind in a rule set");
		more = realloc(names->names, room * sizeof(more[0]));
		if (more == NULL)
			return hg_draft_no_memory(d);
		names->names = more;
		names->room = room;
	}
	names->names[names->n] = hg_draft_text(d, name);
	if (names->names[names->n] == NULL)
		return hg_draft_no_memory(d);
	return names->n++;
}

struct hg_test *
hg_draft_test(struct hg_draft *d, enum hg_test_op op)
{
	if (d->n_tests == HG_DRAFT_TESTS) {
		hg_draft_refuse(d, 0, "more than %d tests in a rule", HG_DRAFT_TESTS);
		return NULL;
	}
	d->tests[d->n_tests] = (struct hg_test){ .op = (uint8_t)op, .option = d->option };
	return &d->tests[d->n_tests++];
}

struct hg_post *
hg_draft_post(struct hg_draft *d, enum hg_post_op op)
{
	if (d->n_posts == HG_DRAFT_POSTS) {
		hg_draft_refuse(d, 0, "more than %d actions in a rule", HG_DRAFT_POSTS);
		return NULL;
	}
	d->posts[d->n_posts] = (struct hg_post){ .op = (uint8_t)op };
	return &d->posts[d->n_posts++];
}

int
hg_draft_var(const struct hg_draft *d, struct hg_span name)
{
	for (int i = 0; i < d->n_vars; i++)
		if (hg_span_eq(hg_span_str(d->var_names[i]), name))
			return i;
	return -1;
}

int
hg_draft_var_make(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name)
{
	int slot = hg_draft_var(d, name);

	if (name.len == 0 || (name.p[0] >= '0' && name.p[0] <= '9') || name.p[0] == '-')
		return hg_draft_refuse(d, hg_arg_column(arg, name), "the name of a variable is missing");
	if (slot >= 0)
		return slot;
	if (d->n_vars == HG_VARS)
		return hg_draft_refuse(
			d, hg_arg_column(arg, name), "more than %d variables in a rule", HG_VARS);
	d->var_names[d->n_vars] = hg_draft_text(d, name);
	if (d->var_names[d->n_vars] == NULL)
		return hg_draft_no_memory(d);
	return d->n_vars++;
}

int
hg_arg_u64(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, uint64_t min, uint64_t max,
	uint64_t *out)
{
	if (hg_parse_u64(part, min, max, out, &d->error) != 0)
		return hg_draft_blame(d, arg, part);
	return 0;
}

int
hg_arg_number_or_var(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, int64_t min,
	int64_t max, int64_t *out, bool *var)
{
	uint8_t c = part.len == 0 ? 0 : part.p[0];
	int slot;

	*var = c != 0 && c != '-' && c != '+' && !(c >= '0' && c <= '9');
	if (!*var) {
		if (hg_parse_i64(part, min, max, out, &d->error) != 0)
			return hg_draft_blame(d, arg, part);
		return 0;
	}
	slot = hg_draft_var(d, part);
	if (slot < 0)
		return hg_draft_refuse(d, hg_arg_column(arg, part),
			"no byte_extract or byte_math before sets \"%.*s\"", (int)HG_MIN(part.len, 64),
			part.p);
	*out = slot;
	return 0;
}

int
hg_arg_test(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, uint64_t max,
	struct hg_range_test *out)
{
	static const uint8_t compare[] = {
		[HG_NUMBER_EQ] = HG_CMP_EQ,
		[HG_NUMBER_NE] = HG_CMP_NE,
		[HG_NUMBER_LT] = HG_CMP_LT,
		[HG_NUMBER_LE] = HG_CMP_LE,
		[HG_NUMBER_GT] = HG_CMP_GT,
		[HG_NUMBER_GE] = HG_CMP_GE,
		[HG_NUMBER_BETWEEN] = HG_CMP_BETWEEN,
		[HG_NUMBER_OUTSIDE] = HG_CMP_OUTSIDE,
	};
	struct hg_number_test t;

	if (hg_parse_test(part, max, &t, &d->error) != 0)
		return hg_draft_blame(d, arg, part);
	if (t.op == HG_NUMBER_OUTSIDE && hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_COMPARISONS))
		return hg_draft_refuse(d, hg_arg_column(arg, part),
			"Suricata 7 has no negated ranges; compat: native takes them");
	*out = (struct hg_range_test){ compare[t.op], t.a, t.b, UINT64_MAX };
	/* What is outside of ]a, b[ contains a and b; HG_CMP_OUTSIDE leaves its ends out. */
	if (t.op == HG_NUMBER_OUTSIDE) {
		out->a++;
		out->b--;
	}
	if (t.op == HG_NUMBER_EQ || t.op == HG_NUMBER_LE)
		out->max = t.a;
	else if (t.op == HG_NUMBER_LT)
		out->max = t.a; /* one too many, as the peer has it: such a rule loads and never matches */
	else if (t.op == HG_NUMBER_BETWEEN)
		out->max = t.b;
	return 0;
}
