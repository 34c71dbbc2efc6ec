#include "matcher.h"

#include <errno.h>
#include <stdlib.h>

/* The slow matcher: what the language says (peer-semantics 3.1-3.6), written down once more. Every keyword gets the state
 * behind those before it by value; every occurrence of a content and every match of an expression is tried in order. */

#define STEPS_MAX 2999 /* detect.inspection-recursion-limit is 3000; there the list fails */

struct state {
	size_t pos; /* end of the last match */
	uint64_t vars[VARS];
};

struct run {
	const struct list *list;
	uint8_t bytes[2 * PAYLOAD];
	size_t len;
	unsigned steps;
	bool give_up;
	const struct keyword *anywhere; /* its endswith does not count, NULL: none */
};

static bool rest_matches(struct run *run, unsigned at, struct state s);

static uint64_t
value_of(const struct state *s, struct number n)
{
	return n.var ? s->vars[n.n] : (uint64_t)n.n;
}

/* The lower half of a variable says a place. */
static int64_t
place_of(const struct state *s, struct number n)
{
	return (int32_t)value_of(s, n);
}

/* ---- who asks whom for another place ---- */

static bool
is_pattern(const struct keyword *k)
{
	return k->kind == KW_CONTENT || k->kind == KW_PCRE;
}

/* The content or expression that a relative keyword counts from, as far as the peer knows: the last one, negated or not;
 * in the payload byte_* and isdataat know only what stands right before them. KEYWORDS: none. */
static unsigned
counts_from(const struct list *l, unsigned at)
{
	const bool far = l->buffer || is_pattern(&l->keywords[at]);

	for (unsigned i = at; i-- > 0;) {
		if (is_pattern(&l->keywords[i]))
			return i;
		if (!far)
			break;
	}
	return KEYWORDS;
}

/* "Nothing follows" makes the content that it counts from one that ends the buffer, and is no keyword any more. */
static bool
means_end(const struct list *l, unsigned at)
{
	const struct keyword *k = &l->keywords[at];
	const unsigned from = counts_from(l, at);

	return k->kind == KW_ISDATAAT && k->negated && k->relative && !k->operand.var && k->operand.n == 1 &&
		from != KEYWORDS && l->keywords[from].kind == KW_CONTENT;
}

static bool
must_end(const struct list *l, unsigned at)
{
	bool ends = l->keywords[at].ends;

	for (unsigned i = at + 1; i < l->n; i++)
		ends |= means_end(l, i) && counts_from(l, i) == at;
	return ends;
}

/* Would another place help a keyword behind it? A content with distance alone asks only an expression, whose later match may
 * end earlier. */
static bool
asked_again(const struct list *l, unsigned at)
{
	for (unsigned i = at + 1; i < l->n; i++) {
		const struct keyword *k = &l->keywords[i];
		bool asks = k->relative || k->within.given || k->distance.given;

		if (k->kind == KW_CONTENT && !k->negated && !k->within.given &&
			l->keywords[at].kind == KW_CONTENT)
			asks = false;
		if (asks && !means_end(l, i) && counts_from(l, i) == at)
			return true;
	}
	return false;
}

/* ---- content ---- */

static uint8_t
small(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool
stands_at(const struct run *run, const struct keyword *k, int64_t at)
{
	for (unsigned i = 0; i < k->len; i++) {
		uint8_t a = run->bytes[at + i], b = k->bytes[i];

		if (k->nocase ? small(a) != small(b) : a != b)
			return false;
	}
	return true;
}

/* A distance of 0 from the buffer's begin is none. */
static bool
anywhere(const struct keyword *k, bool first)
{
	const bool distant = k->distance.given && !(first && k->distance.n == 0);

	return !k->starts && !k->offset.given && !k->depth.given && !distant && !k->within.given;
}

/* Behind a negated content that may stand anywhere a distance counts from that one's length at least. */
static int64_t
kept_off(const struct list *l, const struct keyword *k)
{
	const struct keyword *before = k - 1;

	if (k == l->keywords || k->negated || !k->distance.given || k->distance.var ||
		before->kind != KW_CONTENT || !before->negated || !anywhere(before, false))
		return 0;
	return before->len + k->distance.n;
}

/* Where the content may lie: from *begin, before *end. The peer's oddities: an end before the buffer is as none, a variable
 * distance moves the end twice. */
static void
window(const struct run *run, const struct keyword *k, const struct state *s, int64_t *begin, int64_t *end)
{
	*begin = 0;
	*end = (int64_t)run->len;
	if (k->distance.given || k->within.given) {
		int64_t sum = (int64_t)s->pos + place_of(s, k->distance);

		*begin = sum < 0 ? 0 : sum;
		if (*begin < kept_off(run->list, k))
			*begin = kept_off(run->list, k);
		sum += place_of(s, k->within);
		if (k->within.given && sum >= 0)
			*end = sum + (k->distance.var ? *begin : 0);
	} else {
		*begin = (uint32_t)value_of(s, k->offset);
		if (k->depth.given)
			*end = *begin + (uint32_t)value_of(s, k->depth);
		if (k->starts)
			*end = k->len;
	}
	if (*end > (int64_t)run->len)
		*end = (int64_t)run->len;
}

static bool
content_matches(struct run *run, unsigned at, struct state s)
{
	const struct keyword *k = &run->list->keywords[at];
	const bool ends = must_end(run->list, at) && k != run->anywhere;
	int64_t begin, end;

	window(run, k, &s, &begin, &end);
	for (int64_t i = begin; i + k->len <= end; i++) {
		struct state next = s;

		if (!stands_at(run, k, i))
			continue;
		if (ends && end < (int64_t)run->len)
			break;
		/* Of a negated content the first occurrence decides, and its end is held against the window's length. */
		if (k->negated && ends && i + k->len != end - begin)
			break;
		if (k->negated)
			return false;
		if (ends && i + k->len != (int64_t)run->len)
			continue;
		next.pos = (size_t)(i + k->len);
		if (rest_matches(run, at + 1, next))
			return true;
		if (!asked_again(run->list, at))
			run->give_up = true;
		if (run->give_up)
			return false;
	}
	if (k->negated)
		return rest_matches(run, at + 1, s);
	/* One that depends on no other keyword is nowhere, or nowhere else: nothing before it gets another try. */
	if (!k->distance.given && !k->within.given && begin <= end && end > 0)
		run->give_up = true;
	return false;
}

/* ---- pcre ---- */

static bool
pcre_matches(struct run *run, unsigned at, struct state s)
{
	const struct keyword *k = &run->list->keywords[at];
	const size_t base = k->relative ? s.pos : 0;
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	bool matched = false;
	size_t from = 0;
	int r = 0;

	while (!matched && from <= run->len - base) {
		struct state next = s;

		r = pcre2_match(k->code, run->bytes + base, run->len - base, from, PCRE2_NO_JIT, data, NULL);
		if (r < 0 || k->negated)
			break;
		next.pos = base + pcre2_get_ovector_pointer(data)[1];
		from = pcre2_get_ovector_pointer(data)[0] + 1;
		matched = rest_matches(run, at + 1, next);
		if (run->give_up || !asked_again(run->list, at))
			break;
	}
	pcre2_match_data_free(data);
	return k->negated ? r < 0 && rest_matches(run, at + 1, s) : matched;
}

/* ---- numbers ---- */

/* Returns the length of the text that makes the number; 0: none. */
static int64_t
read_digits(const uint8_t *p, size_t n, unsigned base, uint64_t *value)
{
	char text[32] = { 0 }, *end = text;

	errno = 0;
	memcpy(text, p, n);
	*value = strtoull(text, &end, (int)base);
	return errno == 0 ? end - text : 0;
}

/* The field of a byte_* keyword: its number, its begin and its end. */
static bool
read_field(
	const struct run *run, const struct keyword *k, const struct state *s, uint64_t *value, int64_t *end)
{
	uint64_t width = value_of(s, k->width);
	const uint64_t widest = k->kind == KW_MATH ? (k->string ? 10 : 4) : k->string ? 23 : 8;
	int64_t at = place_of(s, k->offset) + (k->relative ? (int64_t)s->pos : 0),
		left = (int64_t)run->len - at;

	/* A test of 0 digits reads as many as there are. */
	if (k->kind == KW_TEST && k->string && width == 0 && left > 0)
		width = left < 23 ? (uint64_t)left : 23;
	if (run->len == 0 || at < 0 || left < 0 || width > widest || (int64_t)width > left)
		return false;
	/* A relative field needs a byte, unless nothing is read. */
	if (k->relative && left == 0 && (k->kind != KW_JUMP || width > 0))
		return false;
	*end = at + (int64_t)width;
	*value = 0;
	if (k->string) {
		*end = at + read_digits(run->bytes + at, width, k->base, value);
		return *end > at;
	}
	for (uint64_t i = 0; i < width; i++)
		*value |= (uint64_t)run->bytes[at + (int64_t)i] << 8 * (k->little ? i : width - 1 - i);
	return true;
}

static uint64_t
through_mask(uint64_t value, uint32_t mask)
{
	if (mask == 0)
		return value;
	value &= mask;
	for (; !(mask & 1); mask >>= 1)
		value >>= 1;
	return value;
}

static bool
sign_holds(enum sign sign, uint64_t value, uint64_t a, uint64_t b)
{
	switch (sign) {
	case SIGN_EQ:
		return value == a;
	case SIGN_NE:
		return value != a;
	case SIGN_LT:
		return value < a;
	case SIGN_GT:
		return value > a;
	case SIGN_LE:
		return value <= a;
	case SIGN_GE:
		return value >= a;
	case SIGN_AND:
		return (value & a) != 0;
	case SIGN_XOR:
		return (value ^ a) != 0;
	default:
		return value > a && value < b;
	}
}

static bool
test_holds(const struct run *run, const struct keyword *k, const struct state *s)
{
	uint64_t value;
	int64_t end;

	if (!read_field(run, k, s, &value, &end))
		return false;
	return sign_holds(k->sign, through_mask(value, k->mask), value_of(s, k->operand), 0) != k->negated;
}

static bool
jump(const struct run *run, const struct keyword *k, struct state *s)
{
	uint64_t value;
	int64_t end, target;

	if (!read_field(run, k, s, &value, &end))
		return false;
	value = through_mask(value, k->mask) * (k->multiplier == 0 ? 1 : k->multiplier);
	while (k->align_jump && value % 4 != 0)
		value++;
	value += (uint64_t)(int64_t)k->post_offset;
	target = (int64_t)(value + (k->from_end ? run->len : k->from_beginning ? 0 : (uint64_t)end));
	if (target > (int64_t)run->len || target < -(INT64_C(1) << 47))
		return false;
	s->pos = target < 0 ? 0 : (size_t)target;
	return true;
}

static bool
extract(const struct run *run, const struct keyword *k, struct state *s)
{
	uint64_t value;
	int64_t end;

	if (!read_field(run, k, s, &value, &end))
		return false;
	value *= k->multiplier == 0 ? 1 : k->multiplier;
	while (k->align > 0 && value % k->align != 0)
		value++;
	s->vars[k->var] = value;
	s->pos = (size_t)end;
	return true;
}

static bool
calculate(const struct run *run, const struct keyword *k, struct state *s)
{
	uint64_t value, right = value_of(s, k->operand);
	int64_t end;

	if (!read_field(run, k, s, &value, &end) || (k->sign == SIGN_DIV && right == 0))
		return false;
	if (k->sign == SIGN_ADD)
		value += right;
	else if (k->sign == SIGN_SUB)
		value -= right;
	else if (k->sign == SIGN_MUL)
		value *= right;
	else if (k->sign == SIGN_DIV)
		value /= right;
	else if (k->sign == SIGN_SHL)
		value = right > 63 ? 0 : value << right;
	else
		value = right > 63 ? 0 : value >> right;
	s->vars[k->var] = through_mask(value, k->mask);
	s->pos = (size_t)end;
	return true;
}

/* ---- the rest ---- */

static bool
data_is_at(const struct run *run, const struct keyword *k, const struct state *s)
{
	uint64_t n = value_of(s, k->operand);
	bool there = k->relative ? s->pos + n <= run->len : n < run->len;

	if (n >= 100000000)
		there = false;
	return there != k->negated;
}

static bool
size_holds(struct run *run, const struct keyword *k)
{
	if (sign_holds(k->sign, run->len, (uint64_t)k->operand.n, (uint64_t)k->most.n))
		return true;
	run->give_up = true;
	return false;
}

static bool
rest_matches(struct run *run, unsigned at, struct state s)
{
	const struct keyword *k = &run->list->keywords[at];
	bool holds = false;

	if (at == run->list->n)
		return true;
	if (means_end(run->list, at))
		return rest_matches(run, at + 1, s);
	if (++run->steps > STEPS_MAX) {
		run->give_up = true;
		return false;
	}
	switch (k->kind) {
	case KW_CONTENT:
		return content_matches(run, at, s);
	case KW_PCRE:
		return pcre_matches(run, at, s);
	case KW_ISDATAAT:
		holds = data_is_at(run, k, &s);
		break;
	case KW_TEST:
		holds = test_holds(run, k, &s);
		break;
	case KW_JUMP:
		holds = jump(run, k, &s);
		break;
	case KW_EXTRACT:
		holds = extract(run, k, &s);
		break;
	case KW_MATH:
		holds = calculate(run, k, &s);
		break;
	case KW_SIZE:
		holds = size_holds(run, k);
		break;
	}
	return holds && rest_matches(run, at + 1, s);
}

/* ---- transforms ---- */

static bool
blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}

static int
hex(uint8_t c)
{
	const char *digits = "0123456789abcdef", *at = c == 0 ? NULL : strchr(digits, small(c));

	return at == NULL ? -1 : (int)(at - digits);
}

static void
transform(struct run *run, enum transform what, const uint8_t key[2])
{
	uint8_t in[2 * PAYLOAD];
	const size_t len = run->len;

	memcpy(in, run->bytes, len);
	run->len = 0;
	if (what == DOTPREFIX)
		run->bytes[run->len++] = '.';
	for (size_t i = 0; i < len; i++) {
		uint8_t c = in[i];

		if (what == STRIP_WHITESPACE && blank(c))
			continue;
		if (what == COMPRESS_WHITESPACE && i > 0 && blank(c) && blank(in[i - 1]))
			continue;
		if (what == TO_LOWER)
			c = small(c);
		if (what == TO_UPPER && c >= 'a' && c <= 'z')
			c = (uint8_t)(c - 32);
		if (what == XOR_KEY)
			c ^= key[i % 2];
		if (what == URL_DECODE && c == '+')
			c = ' ';
		if (what == URL_DECODE && c == '%' && i + 2 < len && hex(in[i + 1]) >= 0 &&
			hex(in[i + 2]) >= 0) {
			c = (uint8_t)(hex(in[i + 1]) * 16 + hex(in[i + 2]));
			i += 2;
		}
		run->bytes[run->len++] = c;
	}
}

/* ---- rules of negated contents alone ---- */

static unsigned
strength(const struct keyword *k)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < k->len; i++) {
		/* The engine keeps patterns of nocase in small letters. */
		uint8_t c = k->nocase ? small(k->bytes[i]) : k->bytes[i];
		bool again = false;

		for (unsigned b = 0; b < i; b++)
			again |= (k->nocase ? small(k->bytes[b]) : k->bytes[b]) == c;
		if (again)
			sum += 1;
		else if (small(c) >= 'a' && small(c) <= 'z')
			sum += 3;
		else
			sum += (c >= 0x20 && c < 0x7f) || c == 0 || c == 1 || c == 0xff ? 4 : 6;
	}
	return sum;
}

static bool
better(const struct keyword *k, const struct keyword *than)
{
	if (than == NULL || k->len != than->len)
		return than == NULL || k->len > than->len;
	return strength(k) > strength(than);
}

/* Of a rule without positive contents the pattern by which it is reached: of the buffer before the
 * payload the longest, the strongest, the first. When it is found the rule is not tried, wherever it ends (3.2); so with
 * patterns that may stand anywhere. */
static const struct keyword *
negated_fast(const struct rule *r)
{
	const struct keyword *best[2] = { NULL };
	bool buffer;

	for (unsigned i = 0; i < r->n_lists; i++) {
		const struct list *l = &r->lists[i];

		for (unsigned n = 0; n < l->n; n++) {
			const struct keyword *k = &l->keywords[n];

			if (k->kind != KW_CONTENT)
				continue;
			if (!k->negated)
				return NULL;
			if (better(k, best[l->buffer]))
				best[l->buffer] = k;
		}
	}
	buffer = best[true] != NULL;
	if (best[buffer] == NULL)
		return NULL;
	for (unsigned i = 0; i < r->n_lists; i++)
		if (best[buffer] == &r->lists[i].keywords[0])
			return anywhere(best[buffer], true) ? best[buffer] : NULL;
	return anywhere(best[buffer], false) ? best[buffer] : NULL;
}

enum slow_answer
matcher_slow(const struct rule *r, struct hg_span payload)
{
	const struct keyword *fast = negated_fast(r);
	enum slow_answer answer = SLOW_YES;

	for (unsigned i = 0; i < r->n_lists; i++) {
		struct run run = { .list = &r->lists[i], .len = payload.len, .anywhere = fast };
		bool matched;

		memcpy(run.bytes, payload.p, payload.len);
		for (unsigned t = 0; t < run.list->n_transforms; t++)
			transform(&run, run.list->transforms[t], run.list->key);
		matched = rest_matches(&run, 0, (struct state){ 0 });
		if (run.steps > STEPS_MAX)
			return SLOW_TOO_LONG;
		if (!matched)
			answer = SLOW_NO;
	}
	return answer;
}
