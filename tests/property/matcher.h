/* matcher: the test's own picture of a rule, shared by the generator (matcher_make.c), the text of rules
 * (matcher_text.c), the slow matcher (matcher_slow.c) and the driver (matcher.c). Nothing here is the engine's. */
#ifndef HG_TESTS_MATCHER_H
#define HG_TESTS_MATCHER_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/span.h"

#define KEYWORDS 6
#define LISTS 2
#define TRANSFORMS 3
#define VARS 3
#define PATTERN 8 /* bytes of a content at most, but for a few: */
#define PATTERN_LONG 100
#define REGEX 96
#define PAYLOAD 64

/* xorshift64*: the same on every machine. */
struct chance {
	uint64_t state;
};

static inline uint32_t
chance_next(struct chance *c)
{
	c->state ^= c->state >> 12;
	c->state ^= c->state << 25;
	c->state ^= c->state >> 27;
	return (uint32_t)(c->state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}

static inline unsigned
chance_below(struct chance *c, unsigned n)
{
	return chance_next(c) % n;
}

static inline bool
chance_of(struct chance *c, unsigned percent)
{
	return chance_below(c, 100) < percent;
}

static inline int
chance_within(struct chance *c, int from, int to)
{
	return from + (int)chance_below(c, (unsigned)(to - from + 1));
}

/* A number as written, or the variable of the list that holds it. */
struct number {
	bool given, var;
	int64_t n;
};

enum keyword_kind { KW_CONTENT, KW_PCRE, KW_ISDATAAT, KW_TEST, KW_JUMP, KW_EXTRACT, KW_MATH, KW_SIZE };

/* Comparisons of byte_test and bsize, operations of byte_math. */
enum sign {
	SIGN_EQ,
	SIGN_NE,
	SIGN_LT,
	SIGN_GT,
	SIGN_LE,
	SIGN_GE,
	SIGN_AND,
	SIGN_XOR,
	SIGN_BETWEEN,
	SIGN_ADD,
	SIGN_SUB,
	SIGN_MUL,
	SIGN_DIV,
	SIGN_SHL,
	SIGN_SHR
};

struct keyword {
	enum keyword_kind kind;
	bool negated, relative;
	/* content */
	uint8_t bytes[PATTERN_LONG];
	unsigned len;
	bool nocase, starts, ends, fast;
	struct number depth, distance, within;
	struct number offset; /* also of byte_* */
	/* pcre */
	char regex[REGEX];
	bool caseless, dotall;
	pcre2_code *code;
	/* byte_*, isdataat, bsize */
	struct number width, operand, most; /* most: other end of bsize's range */
	enum sign sign;
	bool little, string, align_jump, from_beginning, from_end;
	unsigned base, multiplier, align;
	uint32_t mask;
	int post_offset;
	unsigned var; /* that it sets */
};

enum transform {
	TO_LOWER,
	TO_UPPER,
	STRIP_WHITESPACE,
	COMPRESS_WHITESPACE,
	DOTPREFIX,
	URL_DECODE,
	XOR_KEY,
	TRANSFORM_KINDS
};

/* Keywords of one buffer, in the order of the rule. */
struct list {
	bool buffer; /* a sticky buffer; else the payload */
	enum transform transforms[TRANSFORMS];
	unsigned n_transforms, n_vars, n;
	uint8_t key[2];
	struct keyword keywords[KEYWORDS];
};

struct rule {
	uint32_t sid;
	uint16_t port, port_to;
	unsigned n_lists;
	struct list lists[LISTS];
};

struct payload {
	uint8_t bytes[PAYLOAD];
	size_t len;
};

/* The bytes that one group of rules and its payloads are made of. */
struct alphabet {
	const uint8_t *bytes;
	unsigned n;
};

struct alphabet matcher_alphabet(struct chance *c);
/* A rule that the engine should load; its regular expressions are compiled. */
void matcher_make_rule(struct chance *c, struct alphabet a, struct rule *r);
void matcher_free_rule(struct rule *r);
/* Bytes of the alphabet with pieces of the rule, in their order more often than not. */
void matcher_make_payload(struct chance *c, struct alphabet a, const struct rule *r, struct payload *p);

/* The rule as text, with a line end; returns its length. */
size_t matcher_text(const struct rule *r, char *out, size_t room);

enum slow_answer { SLOW_NO, SLOW_YES, SLOW_TOO_LONG };

/* Tries all occurrences of everything. SLOW_TOO_LONG: more steps than the engine is allowed. */
enum slow_answer matcher_slow(const struct rule *r, struct hg_span payload);

#endif
