#include "base/text.h"

#include <stdio.h>

#include "base/text_int.h"
#include "base/utf8.h"

#define TRAILS 190   /* of a code of two bytes */
#define PLANES 0x90u /* first byte of four: codes of the other planes, in order */

static bool
in_range(uint8_t c, uint8_t from, uint8_t to)
{
	return c >= from && c <= to;
}

static size_t
next_of_four(struct hg_span s, uint32_t *point)
{
	uint32_t n;

	if (s.len < 4 || !in_range(s.p[2], 0x81, 0xfe) || !in_range(s.p[3], '0', '9'))
		return 0;
	n = ((uint32_t)(s.p[1] - '0') * 126 + (s.p[2] - 0x81u)) * 10 + (s.p[3] - (uint32_t)'0');
	if (s.p[0] >= PLANES) {
		n += (s.p[0] - PLANES) * 12600u;
		*point = 0x10000 + n;
		return *point <= 0x10ffff ? 4 : 0;
	}
	n += (s.p[0] - 0x81u) * 12600u;
	*point = n < HG_GB18030_FOUR ? hg_gb18030_four[n] : 0;
	return *point != 0 ? 4 : 0;
}

size_t
hg_gb18030_next(struct hg_span s, uint32_t *point)
{
	uint8_t trail;

	if (s.len == 0)
		return 0;
	*point = s.p[0];
	if (s.p[0] < 0x80)
		return 1;
	if (s.len < 2 || !in_range(s.p[0], 0x81, 0xfe))
		return 0;
	trail = s.p[1];
	if (in_range(trail, '0', '9'))
		return next_of_four(s, point);
	if (!in_range(trail, 0x40, 0xfe) || trail == 0x7f)
		return 0;
	*point = hg_gb18030_two[(s.p[0] - 0x81u) * TRAILS + trail - 0x40u - (trail > 0x7f)];
	return *point != 0 ? 2 : 0;
}

/* Blanks and ends of lines are text. */
static bool
is_control(uint32_t c)
{
	return (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

static bool
is_gb18030(struct hg_span s)
{
	bool wide = false;

	while (s.len > 0) {
		uint32_t point;
		size_t n = hg_gb18030_next(s, &point);

		if (n == 0 || (n == 1 && is_control(point)))
			return false;
		wide |= n > 1;
		s = hg_span_from(s, n);
	}
	return wide;
}

enum hg_charset
hg_charset_of(struct hg_span s)
{
	if (hg_utf8_valid(s))
		return HG_CHARSET_UTF8;
	return is_gb18030(s) ? HG_CHARSET_GB18030 : HG_CHARSET_UNKNOWN;
}

static struct hg_span
cut_to(struct hg_span s, enum hg_charset want)
{
	for (size_t less = 0; less < 4 && less < s.len; less++)
		if (hg_charset_of(hg_span_sub(s, 0, s.len - less)) == want)
			return hg_span_sub(s, 0, s.len - less);
	return HG_SPAN_NONE;
}

static bool
is_ascii(struct hg_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

/* The first bytes of a character of UTF-8 may be one of GB18030: what stands in front of them decides. */
struct hg_span
hg_text_cut(struct hg_span s)
{
	const struct hg_span utf8 = cut_to(s, HG_CHARSET_UTF8), gb18030 = cut_to(s, HG_CHARSET_GB18030);

	if (utf8.len == s.len || (utf8.len > 0 && !is_ascii(utf8)))
		return utf8;
	if (gb18030.len > 0)
		return gb18030;
	return utf8.len > 0 ? utf8 : s;
}

/* As much as fits; what is left stays in s. */
static size_t
convert(struct hg_span *s, uint8_t *to, size_t size)
{
	size_t done = 0;

	while (s->len > 0) {
		uint8_t one[4];
		uint32_t point;
		size_t n = hg_gb18030_next(*s, &point), len;

		if (n == 0)
			break;
		len = hg_utf8_put(point, one);
		if (len > size - done)
			break;
		memcpy(to + done, one, len);
		done += len;
		*s = hg_span_from(*s, n);
	}
	return done;
}

size_t
hg_gb18030_to_utf8(struct hg_span s, uint8_t *to, size_t size)
{
	return convert(&s, to, size);
}

void
hg_json_text(struct hg_json *j, const char *name, struct hg_span value)
{
	const enum hg_charset charset = hg_charset_of(value);
	struct hg_span left = value;
	uint8_t piece[1024];
	char more[48];

	if (charset != HG_CHARSET_GB18030) {
		hg_json_str(j, name, value);
	} else {
		hg_json_str_begin(j, name);
		while (left.len > 0 && !j->overflown)
			hg_json_str_more(j, hg_span(piece, convert(&left, piece, sizeof(piece))));
		hg_json_str_end(j);
		snprintf(more, sizeof(more), "%s_charset", name);
		hg_json_cstr(j, more, "gb18030");
	}
	if (charset == HG_CHARSET_UTF8)
		return;
	snprintf(more, sizeof(more), "%s_hex", name);
	hg_json_hex(j, more, hg_span_sub(value, 0, HG_TEXT_HEX), '\0');
}
