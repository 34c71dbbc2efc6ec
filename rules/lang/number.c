#include "rules/lang/number.h"

#include <errno.h>

#include "rules/lang/text.h"

static size_t
lead(struct hg_span text)
{
	size_t n = 0;

	while (n < text.len && hg_is_blank(text.p[n]))
		n++;
	return n;
}

/* Digits of a base from text[at] on; *end: behind them. */
static int
digits(struct hg_span text, size_t at, unsigned base, uint64_t *out, size_t *end, struct hg_error *err)
{
	uint64_t v = 0;
	size_t i;

	for (i = at; i < text.len; i++) {
		uint8_t c = hg_lower(text.p[i]);
		unsigned d = c >= '0' && c <= '9' ? c - (unsigned)'0'
			: c >= 'a' && c <= 'f'    ? c - 'a' + 10u
						  : 16;

		if (d >= base)
			break;
		if (v > (UINT64_MAX - d) / base)
			return hg_part_error(err, at, "a number above 2^64-1");
		v = v * base + d;
	}
	if (i == at)
		return hg_part_error(err, at, "a number is missing here");
	*out = v;
	*end = i;
	return 0;
}

static bool
starts_hex(struct hg_span text, size_t at)
{
	return hg_span_starts_nocase(hg_span_from(text, at), HG_BYTES("0x"));
}

/* A whole number: nothing but blanks may follow. */
static int
whole(struct hg_span text, size_t at, unsigned base, uint64_t *out, struct hg_error *err)
{
	size_t end;
	int r = digits(text, at, base, out, &end, err);

	if (r != 0)
		return r;
	if (hg_span_trim(hg_span_from(text, end)).len > 0)
		return hg_part_error(err, end, "'%c' does not belong to a number", text.p[end]);
	return 0;
}

int
hg_parse_u64(struct hg_span text, uint64_t min, uint64_t max, uint64_t *out, struct hg_error *err)
{
	size_t at = lead(text);
	bool hex = starts_hex(text, at);
	int r = whole(text, hex ? at + 2 : at, hex ? 16 : 10, out, err);

	if (r == 0 && (*out < min || *out > max))
		r = hg_part_error(err, at, "%llu is not within %llu..%llu", (unsigned long long)*out,
			(unsigned long long)min, (unsigned long long)max);
	return r;
}

int
hg_parse_i64(struct hg_span text, int64_t min, int64_t max, int64_t *out, struct hg_error *err)
{
	size_t at = lead(text), sign = at;
	bool minus = sign < text.len && text.p[sign] == '-';
	uint64_t v;
	bool hex;
	int r;

	if (minus || (sign < text.len && text.p[sign] == '+'))
		at++;
	hex = starts_hex(text, at);
	r = whole(text, hex ? at + 2 : at, hex ? 16 : 10, &v, err);
	if (r != 0)
		return r;
	if (v <= INT64_MAX) {
		*out = minus ? -(int64_t)v : (int64_t)v;
		if (*out >= min && *out <= max)
			return 0;
	}
	return hg_part_error(
		err, sign, "the number is not within %lld..%lld", (long long)min, (long long)max);
}

int
hg_parse_hex(struct hg_span text, uint64_t max, uint64_t *out, struct hg_error *err)
{
	size_t at = lead(text);
	int r = whole(text, starts_hex(text, at) ? at + 2 : at, 16, out, err);

	if (r == 0 && *out > max)
		r = hg_part_error(
			err, at, "0x%llx is above 0x%llx", (unsigned long long)*out, (unsigned long long)max);
	return r;
}

/* A number with an optional unit from text[at] on; *end: behind both and the blanks that follow. */
static int
sized(struct hg_span text, size_t at, uint64_t max, uint64_t *out, size_t *end, struct hg_error *err)
{
	static const struct hg_span units[] = { HG_BYTES("kb"), HG_BYTES("mb"), HG_BYTES("gb") };
	unsigned shift = 0;
	size_t from, i;
	bool hex;
	int r;

	from = at + lead(hg_span_from(text, at));
	hex = starts_hex(text, from);
	r = digits(text, hex ? from + 2 : from, hex ? 16 : 10, out, &i, err);
	if (r != 0)
		return r;
	for (unsigned k = 0; k < HG_COUNT(units); k++) {
		if (hg_span_starts_nocase(hg_span_from(text, i), units[k])) {
			shift = 10 * (k + 1);
			i += units[k].len;
			break;
		}
	}
	if (*out > max >> shift)
		return hg_part_error(err, from, "the number is above %llu", (unsigned long long)max);
	*out <<= shift;
	*end = i + lead(hg_span_from(text, i));
	return 0;
}

int
hg_parse_size(struct hg_span text, uint64_t max, uint64_t *out, struct hg_error *err)
{
	size_t end;
	int r = sized(text, 0, max, out, &end, err);

	if (r == 0 && end < text.len)
		r = hg_part_error(err, end, "'%c' does not belong to a number", text.p[end]);
	return r;
}

struct form {
	const char *sign;
	enum hg_number_op op;
};

static const struct form forms[] = {
	{ "<=", HG_NUMBER_LE },
	{ ">=", HG_NUMBER_GE },
	{ "!=", HG_NUMBER_NE },
	{ "<", HG_NUMBER_LT },
	{ ">", HG_NUMBER_GT },
	{ "!", HG_NUMBER_NE },
	{ "=", HG_NUMBER_EQ },
};

/* Tests that are always false or always true hide a mistake. */
static int
check_test(const struct hg_number_test *t, uint64_t max, size_t at, struct hg_error *err)
{
	switch (t->op) {
	case HG_NUMBER_LT:
		return t->a > 0 ? 0 : hg_part_error(err, at, "nothing is below 0");
	case HG_NUMBER_GT:
		return t->a < max ? 0 : hg_part_error(err, at, "nothing is above the greatest value");
	case HG_NUMBER_LE:
		return t->a < max ? 0 : hg_part_error(err, at, "every value is at most the greatest value");
	case HG_NUMBER_GE:
		return t->a > 0 ? 0 : hg_part_error(err, at, "every value is at least 0");
	case HG_NUMBER_BETWEEN:
	case HG_NUMBER_OUTSIDE:
		return t->a < t->b && t->b - t->a > 1
			? 0
			: hg_part_error(err, at, "no value lies between the ends");
	case HG_NUMBER_EQ:
	case HG_NUMBER_NE:
		break;
	}
	return 0;
}

int
hg_parse_test(struct hg_span text, uint64_t max, struct hg_number_test *out, struct hg_error *err)
{
	size_t begin = lead(text), at = begin, end, gap = 0;
	int r;

	*out = (struct hg_number_test){ HG_NUMBER_EQ, 0, 0 };
	for (size_t i = 0; i < HG_COUNT(forms); i++) {
		struct hg_span sign = hg_span_str(forms[i].sign);

		if (hg_span_starts(hg_span_from(text, at), sign)) {
			out->op = forms[i].op;
			at += sign.len;
			break;
		}
	}
	r = sized(text, at, max, &out->a, &end, err);
	if (r != 0)
		return r;
	if (hg_span_starts(hg_span_from(text, end), HG_BYTES("<>")))
		gap = 2;
	else if (end < text.len && text.p[end] == '-')
		gap = 1;
	if (gap > 0 && (out->op == HG_NUMBER_EQ || out->op == HG_NUMBER_NE)) {
		out->op = out->op == HG_NUMBER_EQ ? HG_NUMBER_BETWEEN : HG_NUMBER_OUTSIDE;
		r = sized(text, end + gap, max, &out->b, &end, err);
		if (r != 0)
			return r;
	}
	if (hg_span_trim(hg_span_from(text, end)).len > 0)
		return hg_part_error(err, end, "'%c' does not belong to a comparison", text.p[end]);
	return check_test(out, max, begin, err);
}

struct hg_parts
hg_parts_of(struct hg_span text, uint8_t sep)
{
	return (struct hg_parts){ text, sep, hg_span_trim(text).len > 0 };
}

bool
hg_part_take(struct hg_parts *parts, struct hg_span *part)
{
	bool quoted = false;
	size_t i;

	if (!parts->more)
		return false;
	for (i = 0; i < parts->rest.len; i++) {
		uint8_t c = parts->rest.p[i];

		if (c == '\\' && quoted)
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (c == parts->sep && !quoted)
			break;
	}
	parts->more = i < parts->rest.len;
	*part = hg_span_trim(hg_span_sub(parts->rest, 0, i));
	parts->rest = hg_span_from(parts->rest, i + 1);
	return true;
}

bool
hg_word_take(struct hg_span *rest, struct hg_span *word)
{
	size_t n = 0;

	*rest = hg_span_trim(*rest);
	while (n < rest->len && !hg_is_blank(rest->p[n]))
		n++;
	*word = hg_span_sub(*rest, 0, n);
	*rest = hg_span_trim(hg_span_from(*rest, n));
	return n > 0;
}

bool
hg_negation_take(struct hg_span *text)
{
	*text = hg_span_trim(*text);
	if (text->len == 0 || text->p[0] != '!')
		return false;
	*text = hg_span_trim(hg_span_from(*text, 1));
	return true;
}

int
hg_parse_quoted(struct hg_span text, struct hg_span *inner, struct hg_error *err)
{
	struct hg_span s = hg_span_trim(text);
	size_t at = (size_t)(s.p - text.p);

	if (s.len == 0 || s.p[0] != '"')
		return hg_part_error(err, at, "the value must stand in double quotes");
	if (s.len < 2 || s.p[s.len - 1] != '"')
		return hg_part_error(err, at + s.len - 1, "the closing double quote is missing");
	*inner = hg_span_sub(s, 1, s.len - 2);
	return 0;
}

struct hg_span
hg_unquoted(struct hg_span text)
{
	struct hg_span s = hg_span_trim(text);

	if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"')
		return hg_span_sub(s, 1, s.len - 2);
	return s;
}
