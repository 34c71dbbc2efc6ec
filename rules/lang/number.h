/* number: what arguments of keywords are made of: numbers, comparisons, comma lists, quoted strings.
 *
 * All work on spans of the rule and give spans of it, so that a part can be blamed (hg_rule_blame). Errors:
 * column = 1 + offset in the text given. Blanks around a part never matter.
 */
#ifndef HG_RULES_LANG_NUMBER_H
#define HG_RULES_LANG_NUMBER_H

#include "base/error.h"
#include "base/span.h"

enum hg_number_op {
	HG_NUMBER_EQ,      /* N, =N */
	HG_NUMBER_NE,      /* !N, !=N */
	HG_NUMBER_LT,      /* <N */
	HG_NUMBER_LE,      /* <=N */
	HG_NUMBER_GT,      /* >N */
	HG_NUMBER_GE,      /* >=N */
	HG_NUMBER_BETWEEN, /* A<>B, A-B: a < v < b, both ends excluded */
	HG_NUMBER_OUTSIDE, /* !A<>B, !A-B: not between */
};

struct hg_number_test {
	enum hg_number_op op;
	uint64_t a, b; /* b: upper end of BETWEEN and OUTSIDE, else 0 */
};

static inline bool
hg_number_has(const struct hg_number_test *t, uint64_t v)
{
	switch (t->op) {
	case HG_NUMBER_EQ:
		return v == t->a;
	case HG_NUMBER_NE:
		return v != t->a;
	case HG_NUMBER_LT:
		return v < t->a;
	case HG_NUMBER_LE:
		return v <= t->a;
	case HG_NUMBER_GT:
		return v > t->a;
	case HG_NUMBER_GE:
		return v >= t->a;
	case HG_NUMBER_BETWEEN:
		return v > t->a && v < t->b;
	case HG_NUMBER_OUTSIDE:
		return v <= t->a || v >= t->b;
	}
	return false;
}

/* Decimal digits, or 0x and hex digits; min <= value <= max. */
int hg_parse_u64(struct hg_span text, uint64_t min, uint64_t max, uint64_t *out, struct hg_error *err);
int hg_parse_i64(
	struct hg_span text, int64_t min, int64_t max, int64_t *out, struct hg_error *err); /* with a sign */
/* With or without 0x. */
int hg_parse_hex(struct hg_span text, uint64_t max, uint64_t *out, struct hg_error *err);
/* Bytes with an optional unit: 100, 4kb, 2MB, 1gb (powers of 1024). */
int hg_parse_size(struct hg_span text, uint64_t max, uint64_t *out, struct hg_error *err);

/* A comparison; all numbers <= max, with the units of hg_parse_size. A test that can hold for no value of
 * 0..max (5<>6, <0, >max) is an error, as is one that holds for all (>=0, <=max). */
int hg_parse_test(struct hg_span text, uint64_t max, struct hg_number_test *out, struct hg_error *err);

/* Takes the part up to the next sep outside quotes off *rest, trimmed; false: nothing was left. "a,,b"
 * has an empty part in the middle, "a," one at its end, "" none. Start with hg_parts_of. */
struct hg_parts {
	struct hg_span rest;
	uint8_t sep;
	bool more;
};
struct hg_parts hg_parts_of(struct hg_span text, uint8_t sep);
bool hg_part_take(struct hg_parts *parts, struct hg_span *part);

/* The first word (up to a blank) off *rest, both trimmed; false: nothing was left. For "track by_src",
 * "count 3". */
bool hg_word_take(struct hg_span *rest, struct hg_span *word);

/* A leading '!' and the blanks behind it are taken off. */
bool hg_negation_take(struct hg_span *text);

/* The text between two double quotes; escapes are left as they are. */
int hg_parse_quoted(struct hg_span text, struct hg_span *inner, struct hg_error *err);
/* The same when quotes are there, else the trimmed text itself. */
struct hg_span hg_unquoted(struct hg_span text);

#endif
