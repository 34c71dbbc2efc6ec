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

static bool
is_gb18030(struct hg_span s)
{
	bool wide = false;

	while (s.len > 0) {
		uint32_t point;
		size_t n = hg_gb18030_next(s, &point);

		if (n == 0 || (n == 1 && ((point < ' ' && point != '\t') || point == 0x7f)))
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

static size_t
put_point(uint32_t c, uint8_t to[4])
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 63));
		to[2] = (uint8_t)(0x80 | (c & 63));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 63));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 63));
	to[3] = (uint8_t)(0x80 | (c & 63));
	return 4;
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
		len = put_point(point, one);
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
