#include "base/json_int.h"
#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

const char hg_json_digits[16] = { '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e',
	'f' };

/* The letter behind the backslash; 'u': in hex; 0: no escape. DEL and '/' stay, as the peer leaves them. */
static char
escape_of(uint8_t c)
{
	if (c >= 0x20)
		return c == '"' || c == '\\' ? (char)c : '\0';
	switch (c) {
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 'u';
	}
}

/* How text with bytes above 0x7f goes out; looked at: some of its characters may be escaped. */
enum high { HIGH_UNKNOWN, HIGH_PLAIN, HIGH_LOOKED_AT, HIGH_ESCAPED };

static bool
is_plain(uint8_t c, enum high high)
{
	return c < 0x80 ? escape_of(c) == '\0' : high == HIGH_PLAIN;
}

#ifdef __SSE2__
/* Copies whole blocks of 16 up to the first byte that is not plain; returns how many bytes are done. Needs as much room
 * in `to` as there is text. */
static size_t
copy_blocks(char *to, struct hg_span s, enum high high)
{
	const __m128i below = _mm_set1_epi8(0x1f), quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\');
	size_t i = 0;

	for (; s.len - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s.p + i));
		__m128i bad = _mm_cmpeq_epi8(_mm_min_epu8(v, below), v);
		unsigned mask;

		bad = _mm_or_si128(bad, _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, back)));
		mask = (unsigned)_mm_movemask_epi8(bad);
		if (high != HIGH_PLAIN)
			mask |= (unsigned)_mm_movemask_epi8(v);
		_mm_storeu_si128((__m128i *)(void *)(to + i), v);
		if (mask != 0)
			return i + (size_t)__builtin_ctz(mask);
	}
	return i;
}
#else
static size_t
copy_blocks(char *to, struct hg_span s, enum high high)
{
	(void)to;
	(void)s;
	(void)high;
	return 0;
}
#endif

/* Copies up to the first byte that is not plain; returns how many bytes are done. */
static size_t
copy_plain(char *to, struct hg_span s, enum high high)
{
	size_t i = copy_blocks(to, s, high);

	for (; i < s.len && is_plain(s.p[i], high); i++)
		to[i] = (char)s.p[i];
	return i;
}

static void
put_escaped(struct hg_json *j, uint8_t c)
{
	char letter = c < 0x80 ? escape_of(c) : 'x';
	char text[6] = { '\\', letter, '0', '0', hg_json_digits[c >> 4], hg_json_digits[c & 15] };
	size_t n = letter == 'u' ? 6 : 2;
	char *p;

	if (letter == 'x') {
		/* A backslash of the text: "\xHH" as four characters. */
		text[1] = '\\';
		text[2] = 'x';
		text[3] = text[4];
		text[4] = text[5];
		n = 5;
	}
	p = hg_json_room(j, n);
	if (p != NULL)
		memcpy(p, text, n);
}

/* The character at the front of valid UTF-8 is one that a terminal or a reader of lines obeys: a control of C1, U+2028 and
 * U+2029, U+202A to U+202E, U+2066 to U+2069. Returns its code point, else 0. */
static uint32_t
risky_point(struct hg_span s)
{
	uint32_t c;

	if (s.p[0] == 0xc2)
		return s.p[1] < 0xa0 ? s.p[1] : 0;
	if (s.p[0] != 0xe2 || (s.p[1] != 0x80 && s.p[1] != 0x81))
		return 0;
	c = 0x2000u | (s.p[1] & 1u) << 6 | (s.p[2] & 63u);
	return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ? c : 0;
}

static enum high
look(struct hg_span value)
{
	struct hg_span s = value;

	if (!hg_utf8_valid(value))
		return HIGH_ESCAPED;
	for (; s.len > 0; s = hg_span_from(s, hg_utf8_len(s)))
		if (s.p[0] >= 0x80 && risky_point(s) != 0)
			return HIGH_LOOKED_AT;
	return HIGH_PLAIN;
}

/* One character of valid UTF-8; returns its length. */
static size_t
put_character(struct hg_json *j, struct hg_span s)
{
	const uint32_t c = risky_point(s);
	const size_t n = hg_utf8_len(s);
	const char escaped[6] = { '\\', 'u', hg_json_digits[c >> 12], hg_json_digits[c >> 8 & 15],
		hg_json_digits[c >> 4 & 15], hg_json_digits[c & 15] };
	char *p = hg_json_room(j, c != 0 ? sizeof(escaped) : n);

	if (p != NULL)
		memcpy(p, c != 0 ? escaped : (const char *)s.p, c != 0 ? sizeof(escaped) : n);
	return n;
}

/* One byte that is not UTF-8 makes all bytes above 0x7f of its string go out in hex, as with the peer: whoever reads
 * the record can tell the string's encoding from one rule. */
void
hg_json_escape(struct hg_json *j, struct hg_span value)
{
	enum high high = HIGH_UNKNOWN;

	while (value.len > 0 && !j->overflown) {
		size_t done;

		if (value.len > (size_t)(j->end - j->p)) {
			j->overflown = true;
			return;
		}
		done = copy_plain(j->p, value, high);
		j->p += done;
		value = hg_span_from(value, done);
		if (value.len == 0)
			break;
		if (value.p[0] >= 0x80 && high == HIGH_UNKNOWN) {
			high = look(value);
			continue;
		}
		if (value.p[0] >= 0x80 && high == HIGH_LOOKED_AT) {
			value = hg_span_from(value, put_character(j, value));
			continue;
		}
		put_escaped(j, value.p[0]);
		value = hg_span_from(value, 1);
	}
}

void
hg_json_quote(struct hg_json *j, struct hg_span value)
{
	char *p = hg_json_room(j, 1);

	if (p != NULL)
		*p = '"';
	hg_json_escape(j, value);
	p = hg_json_room(j, 1);
	if (p != NULL)
		*p = '"';
}
