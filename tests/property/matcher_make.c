#include "matcher.h"

#include <stdio.h>

/* Rules and payloads that meet often: few letters, short patterns, narrow windows, and payloads put together from the
 * rule's own patterns. */

struct alphabet
matcher_alphabet(struct chance *c)
{
	static const char *const few[] = { "ab", "abA", "aAbB1", "ab12 ", "0x1fF 9", "a+ %4\t" };
	static const uint8_t binary[] = { 0, 1, 2, 3, 4, 'a', 'b', 0xff };
	static const uint8_t mixed[] = { 'a', 'b', 'B', '1', '2', ' ', '\n', 1, 2, 0x80 };
	unsigned which = chance_below(c, HG_COUNT(few) + 3);

	if (which < HG_COUNT(few))
		return (struct alphabet){ (const uint8_t *)few[which], (unsigned)strlen(few[which]) };
	if (which == HG_COUNT(few))
		return (struct alphabet){ mixed, sizeof(mixed) };
	return (struct alphabet){ binary, sizeof(binary) };
}

static uint8_t
letter(struct chance *c, struct alphabet a)
{
	return a.bytes[chance_below(c, a.n)];
}

static struct number
literal(int64_t n)
{
	return (struct number){ .given = true, .n = n };
}

/* A variable of the list now and then, once there is one. */
static struct number
literal_or_var(struct chance *c, const struct list *l, int64_t n, unsigned percent)
{
	if (l->n_vars > 0 && chance_of(c, percent))
		return (struct number){ .given = true, .var = true, .n = chance_below(c, l->n_vars) };
	return literal(n);
}

/* ---- content ---- */

static unsigned
content_length(struct chance *c)
{
	if (chance_of(c, 2))
		return PATTERN_LONG / 2 + chance_below(c, PATTERN_LONG / 2);
	return 1 + (chance_of(c, 60) ? chance_below(c, 3) : chance_below(c, PATTERN));
}

/* Bytes that what the transforms make of the buffer can hold. */
static void
make_bytes(struct chance *c, struct alphabet a, const struct list *l, struct keyword *k)
{
	k->len = content_length(c);
	for (unsigned i = 0; i < k->len; i++) {
		/* The library has stumbled over long runs of one letter. */
		uint8_t b = k->len > PATTERN && i > 0 && !chance_of(c, 5) ? k->bytes[i - 1] : letter(c, a);

		for (unsigned t = 0; t < l->n_transforms; t++) {
			const bool white = b == ' ' || b == '\t' || b == '\n';

			if (l->transforms[t] == TO_LOWER && b >= 'A' && b <= 'Z')
				b = (uint8_t)(b + 32);
			else if (l->transforms[t] == TO_UPPER && b >= 'a' && b <= 'z')
				b = (uint8_t)(b - 32);
			else if (white &&
				(l->transforms[t] == STRIP_WHITESPACE ||
					l->transforms[t] == COMPRESS_WHITESPACE))
				b = '1';
			else if (l->transforms[t] == XOR_KEY)
				b ^= l->key[i % 2];
			else if (l->transforms[t] == DOTPREFIX && i == 0 && chance_of(c, 30))
				b = '.';
		}
		k->bytes[i] = b;
	}
}

static void
make_content(struct chance *c, struct alphabet a, const struct list *l, struct keyword *k)
{
	const unsigned place = chance_below(c, 10);

	make_bytes(c, a, l, k);
	k->nocase = chance_of(c, 25);
	k->negated = chance_of(c, 20);
	k->ends = chance_of(c, 12);
	if (place == 0) {
		k->starts = true;
	} else if (place < 4) {
		if (chance_of(c, 60))
			k->offset = literal_or_var(c, l, chance_within(c, 0, 6), 25);
		if (chance_of(c, 60))
			k->depth = literal_or_var(c, l, k->len + chance_below(c, 9), 25);
	} else if (place < 9) {
		if (chance_of(c, 70))
			k->distance = literal_or_var(c, l, chance_within(c, -4, 4), 20);
		if (chance_of(c, 60))
			k->within = literal_or_var(c, l, k->len + chance_below(c, 8), 20);
	}
}

/* ---- pcre ---- */

struct regex {
	char *text;
	unsigned len;
};

static void
add_atom(struct chance *c, struct alphabet a, struct regex *x)
{
	static const char *const tails[] = { "", "", "", "?", "*", "+", "{1,2}", "+?", "*?" };
	const uint8_t b = letter(c, a), d = letter(c, a);
	const char *tail = tails[chance_below(c, HG_COUNT(tails))];
	const unsigned form = chance_below(c, 10);
	char *p = x->text + x->len;
	const size_t room = REGEX - x->len;

	if (form < 5)
		x->len += (unsigned)snprintf(p, room, "\\x%02x%s", b, tail);
	else if (form < 6)
		x->len += (unsigned)snprintf(p, room, ".%s", tail);
	else if (form < 8)
		x->len += (unsigned)snprintf(p, room, "[\\x%02x\\x%02x]%s", b, d, tail);
	else
		x->len += (unsigned)snprintf(p, room, "(\\x%02x|\\x%02x\\x%02x)", b, d, b);
}

static void
make_pcre(struct chance *c, struct alphabet a, const struct list *l, struct keyword *k)
{
	struct regex x = { k->regex, 0 };
	const unsigned atoms = 1 + chance_below(c, 3);
	PCRE2_SIZE at;
	int e;

	if (chance_of(c, 15))
		x.len += (unsigned)snprintf(x.text, REGEX, "^");
	else if (chance_of(c, 8))
		x.len += (unsigned)snprintf(x.text, REGEX, "(?<=\\x%02x)", letter(c, a));
	for (unsigned i = 0; i < atoms; i++)
		add_atom(c, a, &x);
	if (chance_of(c, 8))
		snprintf(x.text + x.len, REGEX - x.len, "$");
	k->caseless = chance_of(c, 25);
	k->dotall = chance_of(c, 25);
	k->negated = chance_of(c, 20);
	for (unsigned i = 0; i < l->n; i++)
		k->relative |= l->keywords[i].kind == KW_CONTENT || l->keywords[i].kind == KW_PCRE;
	k->relative = k->relative && chance_of(c, 60);
	k->code = pcre2_compile((PCRE2_SPTR)k->regex, PCRE2_ZERO_TERMINATED,
		(k->caseless ? PCRE2_CASELESS : 0) | (k->dotall ? PCRE2_DOTALL : 0), &e, &at, NULL);
}

/* ---- byte_*, isdataat, bsize ---- */

static void
make_field(struct chance *c, const struct list *l, struct keyword *k)
{
	static const unsigned bases[] = { 10, 16, 8 };

	k->relative = chance_of(c, 60);
	k->string = chance_of(c, 30);
	k->little = !k->string && chance_of(c, 30);
	k->base = k->string ? bases[chance_below(c, 3)] : 0;
	k->width = literal(k->string       ? 1 + chance_below(c, 4)
			: chance_of(c, 85) ? 1 + chance_below(c, 2)
					   : 1 + chance_below(c, 8));
	k->offset = literal_or_var(c, l, k->relative ? chance_within(c, -3, 4) : chance_within(c, 0, 8), 15);
}

static void
make_test(struct chance *c, struct alphabet a, const struct list *l, struct keyword *k)
{
	int64_t want = chance_of(c, 50) ? letter(c, a) : (int64_t)chance_below(c, 300);

	make_field(c, l, k);
	if (k->width.n > 1 && !k->string && chance_of(c, 70))
		want = want << 8 | letter(c, a);
	if (k->string)
		want = chance_below(c, 25);
	k->sign = (enum sign)chance_below(c, SIGN_XOR + 1);
	k->negated = k->sign != SIGN_NE && chance_of(c, 20);
	k->operand = literal_or_var(c, l, want, 25);
	if (l->n_vars > 0 && chance_of(c, 10))
		k->width = (struct number){ .given = true, .var = true, .n = chance_below(c, l->n_vars) };
	if (!k->string && chance_of(c, 15))
		k->mask = 1 + chance_below(c, 0xffff);
}

static void
make_jump(struct chance *c, const struct list *l, struct keyword *k)
{
	make_field(c, l, k);
	if (chance_of(c, 10))
		k->width = literal(0);
	else if (l->n_vars > 0 && chance_of(c, 10))
		k->width = (struct number){ .given = true, .var = true, .n = chance_below(c, l->n_vars) };
	k->string = k->string && k->width.n > 0 && !k->width.var;
	k->multiplier = chance_of(c, 15) ? 2 + chance_below(c, 2) : 0;
	k->align_jump = chance_of(c, 15);
	k->from_beginning = chance_of(c, 15);
	k->from_end = !k->from_beginning && chance_of(c, 15);
	k->post_offset = chance_of(c, 25) || k->from_end ? chance_within(c, -8, 4) : 0;
	if (!k->string && chance_of(c, 25))
		k->mask = 1 + chance_below(c, 15);
}

static void
make_variable(struct chance *c, struct list *l, struct keyword *k)
{
	k->var = l->n_vars < VARS && (l->n_vars == 0 || chance_of(c, 70)) ? l->n_vars
									  : chance_below(c, l->n_vars);
	make_field(c, l, k);
	if (k->kind == KW_EXTRACT) {
		k->multiplier = chance_of(c, 15) ? 2 + chance_below(c, 2) : 0;
		k->align = chance_of(c, 15) ? 2 + 2 * chance_below(c, 2) : 0;
	} else {
		k->sign = (enum sign)(SIGN_ADD + chance_below(c, 6));
		k->operand = literal_or_var(c, l,
			k->sign >= SIGN_SHL ? 1 + chance_below(c, 4) : 1 + chance_below(c, 90),
			k->sign == SIGN_SHR ? 0 : 20);
		if (chance_of(c, 30))
			k->mask = 1 + chance_below(c, 15);
	}
	if (k->var == l->n_vars)
		l->n_vars++;
}

static void
make_isdataat(struct chance *c, const struct list *l, struct keyword *k)
{
	k->relative = chance_of(c, 70);
	k->negated = chance_of(c, 35);
	k->operand = literal_or_var(c, l, k->relative ? chance_within(c, 0, 6) : chance_within(c, 0, 30), 20);
}

static void
make_size(struct chance *c, struct keyword *k)
{
	static const enum sign signs[] = { SIGN_EQ, SIGN_NE, SIGN_LT, SIGN_GT, SIGN_LE, SIGN_GE,
		SIGN_BETWEEN };

	k->sign = signs[chance_below(c, HG_COUNT(signs))];
	k->operand = literal(chance_within(c, 1, 40));
	k->most = literal(k->operand.n + 2 + chance_below(c, 20));
}

/* ---- the rule ---- */

static void
make_keyword(struct chance *c, struct alphabet a, struct list *l)
{
	struct keyword *k = &l->keywords[l->n];
	const unsigned kind = chance_below(c, 100);

	*k = (struct keyword){ .kind = KW_CONTENT };
	if (kind >= 96 && l->buffer)
		k->kind = KW_SIZE;
	else if (kind >= 54)
		k->kind = kind < 64 ? KW_PCRE
			: kind < 72 ? KW_ISDATAAT
			: kind < 80 ? KW_TEST
			: kind < 86 ? KW_JUMP
			: kind < 94 ? KW_EXTRACT
				    : KW_MATH;
	switch (k->kind) {
	case KW_CONTENT:
		make_content(c, a, l, k);
		break;
	case KW_PCRE:
		make_pcre(c, a, l, k);
		break;
	case KW_ISDATAAT:
		make_isdataat(c, l, k);
		break;
	case KW_TEST:
		make_test(c, a, l, k);
		break;
	case KW_JUMP:
		make_jump(c, l, k);
		break;
	case KW_EXTRACT:
	case KW_MATH:
		make_variable(c, l, k);
		break;
	case KW_SIZE:
		make_size(c, k);
		break;
	}
	l->n++;
}

/* A protocol has room for 128 buffers with their transforms, so these chains are few. */
static void
transform_buffer(struct chance *c, struct list *l)
{
	static const struct {
		unsigned n;
		enum transform transforms[TRANSFORMS];
	} chains[] = {
		{ 1, { TO_LOWER } },
		{ 1, { TO_UPPER } },
		{ 1, { STRIP_WHITESPACE } },
		{ 1, { COMPRESS_WHITESPACE } },
		{ 1, { DOTPREFIX } },
		{ 1, { URL_DECODE } },
		{ 1, { XOR_KEY } },
		{ 2, { DOTPREFIX, TO_LOWER } },
		{ 2, { TO_UPPER, DOTPREFIX } },
		{ 2, { DOTPREFIX, DOTPREFIX } },
		{ 2, { URL_DECODE, URL_DECODE } },
		{ 2, { URL_DECODE, COMPRESS_WHITESPACE } },
		{ 2, { XOR_KEY, TO_LOWER } },
		{ 3, { URL_DECODE, STRIP_WHITESPACE, TO_LOWER } },
		{ 3, { XOR_KEY, DOTPREFIX, XOR_KEY } },
	};
	const unsigned chain = chance_below(c, HG_COUNT(chains));

	l->n_transforms = chains[chain].n;
	memcpy(l->transforms, chains[chain].transforms, sizeof(l->transforms));
	l->key[0] = (uint8_t)chance_below(c, 2);
	l->key[1] = chance_of(c, 50) ? 0x20 : 0xa5;
}

static void
make_list(struct chance *c, struct alphabet a, bool buffer, struct list *l)
{
	const unsigned n = 1 + chance_below(c, KEYWORDS - 1);

	*l = (struct list){ .buffer = buffer };
	if (buffer && chance_of(c, 60))
		transform_buffer(c, l);
	while (l->n < n)
		make_keyword(c, a, l);
}

/* The author's own choice of the fast pattern: anywhere on a positive content. */
static void
choose_fast(struct chance *c, struct rule *r)
{
	struct list *l = &r->lists[chance_below(c, r->n_lists)];
	struct keyword *k = &l->keywords[chance_below(c, l->n)];

	if (k->kind == KW_CONTENT && !k->negated)
		k->fast = true;
}

void
matcher_make_rule(struct chance *c, struct alphabet a, struct rule *r)
{
	const unsigned form = chance_below(c, 10);

	r->n_lists = form == 9 ? 2 : 1;
	make_list(c, a, form >= 6, &r->lists[0]);
	if (r->n_lists == 2) /* what stands before the first buffer is of the payload */
		r->lists[1] = r->lists[0], make_list(c, a, false, &r->lists[0]);
	if (chance_of(c, 25))
		choose_fast(c, r);
}

void
matcher_free_rule(struct rule *r)
{
	for (unsigned i = 0; i < r->n_lists; i++)
		for (unsigned k = 0; k < r->lists[i].n; k++)
			pcre2_code_free(r->lists[i].keywords[k].code);
}

/* ---- the payload ---- */

static void
add_byte(struct payload *p, uint8_t b)
{
	if (p->len < PAYLOAD)
		p->bytes[p->len++] = b;
}

static void
add_pattern(struct chance *c, const struct keyword *k, struct payload *p)
{
	for (unsigned i = 0; i < k->len; i++) {
		uint8_t b = k->bytes[i];

		if (k->nocase && chance_of(c, 40) && ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z')))
			b ^= 0x20;
		add_byte(p, b);
	}
}

void
matcher_make_payload(struct chance *c, struct alphabet a, const struct rule *r, struct payload *p)
{
	const struct list *l = &r->lists[chance_below(c, r->n_lists)];
	const unsigned rounds = 1 + chance_below(c, 2);

	p->len = 0;
	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned i = 0; i < l->n; i++) {
			for (unsigned gap = chance_of(c, 50) ? 0 : chance_below(c, 4); gap > 0; gap--)
				add_byte(p, letter(c, a));
			if (l->keywords[i].kind == KW_CONTENT &&
				chance_of(c, l->keywords[i].negated ? 25 : 85))
				add_pattern(c, &l->keywords[i], p);
		}
	}
	for (unsigned tail = chance_of(c, 50) ? 0 : chance_below(c, 9); tail > 0; tail--)
		add_byte(p, letter(c, a));
	if (p->len == 0)
		add_byte(p, letter(c, a));
}
