/* span: a run of bytes that somebody else owns.
 *
 * A span is passed by value and never freed. Whoever hands one out says in its own header how long the bytes live.
 * Needs nothing, allocates nothing, any thread. An empty span may have p == NULL.
 */
#ifndef HG_BASE_SPAN_H
#define HG_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HG_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HG_MIN(a, b) ((a) < (b) ? (a) : (b))
#define HG_MAX(a, b) ((a) > (b) ? (a) : (b))
#define HG_LIKELY(x) __builtin_expect(!!(x), 1)
#define HG_UNLIKELY(x) __builtin_expect(!!(x), 0)

struct hg_span {
	const uint8_t *p;
	size_t len;
};

/* A span over a string literal, NUL bytes inside included, the final one not. */
#define HG_BYTES(literal) ((struct hg_span){ (const uint8_t *)(literal), sizeof(literal) - 1 })
#define HG_SPAN_NONE ((struct hg_span){ NULL, 0 })

/* Direction within a flow: an index, never a branch copied twice. */
enum hg_dir { HG_TO_SERVER = 0, HG_TO_CLIENT = 1 };
#define HG_DIRS 2

static inline struct hg_span
hg_span(const void *p, size_t len)
{
	return (struct hg_span){ p, len };
}

static inline struct hg_span
hg_span_str(const char *s)
{
	return (struct hg_span){ (const uint8_t *)s, s == NULL ? 0 : strlen(s) };
}

/* The part [from, from + len) cut to the span; empty when from lies outside. */
static inline struct hg_span
hg_span_sub(struct hg_span s, size_t from, size_t len)
{
	if (from >= s.len)
		return (struct hg_span){ s.p == NULL ? NULL : s.p + s.len, 0 };
	return (struct hg_span){ s.p + from, HG_MIN(len, s.len - from) };
}

/* All from `from` on. */
static inline struct hg_span
hg_span_from(struct hg_span s, size_t from)
{
	return hg_span_sub(s, from, SIZE_MAX);
}

static inline bool
hg_span_eq(struct hg_span a, struct hg_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* ASCII only: locale must never change what a rule matches. */
static inline uint8_t
hg_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* The value of a hex digit; -1: it is none. */
static inline int
hg_hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = hg_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool
hg_span_eq_nocase(struct hg_span a, struct hg_span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (hg_lower(a.p[i]) != hg_lower(b.p[i]))
			return false;
	return true;
}

static inline bool
hg_span_starts(struct hg_span s, struct hg_span head)
{
	return s.len >= head.len && hg_span_eq(hg_span_sub(s, 0, head.len), head);
}

static inline bool
hg_span_starts_nocase(struct hg_span s, struct hg_span head)
{
	return s.len >= head.len && hg_span_eq_nocase(hg_span_sub(s, 0, head.len), head);
}

static inline bool
hg_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* Without blanks and tabs at its begin. */
static inline struct hg_span
hg_span_skip_blanks(struct hg_span s)
{
	while (s.len > 0 && hg_is_blank(s.p[0]))
		s = hg_span_from(s, 1);
	return s;
}

/* Without blanks, tabs, CR and LF at both ends. */
static inline struct hg_span
hg_span_trim(struct hg_span s)
{
	while (s.len > 0 && (hg_is_blank(s.p[0]) || s.p[0] == '\r' || s.p[0] == '\n'))
		s = hg_span_from(s, 1);
	while (s.len > 0 && (hg_is_blank(s.p[s.len - 1]) || s.p[s.len - 1] == '\r' || s.p[s.len - 1] == '\n'))
		s.len--;
	return s;
}

/* Index of the first c at or after from; SIZE_MAX when there is none. */
static inline size_t
hg_span_find(struct hg_span s, size_t from, uint8_t c)
{
	const uint8_t *hit;

	if (from >= s.len)
		return SIZE_MAX;
	hit = memchr(s.p + from, c, s.len - from);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

/* Nothing is had nowhere. */
static inline bool
hg_span_has(struct hg_span s, struct hg_span what)
{
	return what.len > 0 && what.len <= s.len && memmem(s.p, s.len, what.p, what.len) != NULL;
}

/* For short texts: the time is the product of both lengths. */
static inline bool
hg_span_has_nocase(struct hg_span s, struct hg_span what)
{
	for (size_t at = 0; what.len > 0 && at + what.len <= s.len; at++)
		if (hg_span_eq_nocase(hg_span_sub(s, at, what.len), what))
			return true;
	return false;
}

#endif
