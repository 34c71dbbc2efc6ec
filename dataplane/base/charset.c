#include "base/charset.h"

#include "base/base64.h"
#include "base/charset_int.h"
#include "base/text.h"
#include "base/utf8.h"

#define NONE UINT32_C(0xfffd)

struct out {
	uint8_t *to;
	size_t size, n;
	bool bad, full;
};

static void
put(struct out *o, uint32_t c)
{
	uint8_t one[4];
	const size_t len = hg_utf8_put(c == 0 ? NONE : c, one);

	o->bad |= c == 0;
	o->full |= len > o->size - o->n;
	if (o->full)
		return;
	memcpy(o->to + o->n, one, len);
	o->n += len;
}

/* ---- charsets whose characters stand for themselves ---- */

static uint32_t
two(const uint16_t *table, uint8_t lead, uint8_t trail)
{
	if (lead < 0x81 || lead == 0xff || trail < 0x40 || trail == 0xff)
		return 0;
	return table[(lead - 0x81u) * 191 + trail - 0x40u];
}

/* Shift_JIS has characters of one byte above ASCII; EUC-JP has them behind 0x8e. */
static size_t
next_of_two(unsigned which, struct hg_span s, uint32_t *point)
{
	const uint8_t c = s.p[0];

	if (c < 0x80) {
		*point = c;
		return 1;
	}
	if (which == HG_CHARSET_SHIFT_JIS && c >= 0xa1 && c <= 0xdf) {
		*point = 0xff61u + (c - 0xa1u);
		return 1;
	}
	*point = s.len < 2 ? 0 : two(hg_charset_two[which], c, s.p[1]);
	return *point == 0 ? 1 : 2;
}

static size_t
next_utf8(struct hg_span s, uint32_t *point)
{
	const size_t n = hg_utf8_next(s, point);

	if (n == 0)
		*point = 0;
	return n == 0 ? 1 : n;
}

static size_t
next_gb18030(struct hg_span s, uint32_t *point)
{
	const size_t n = hg_gb18030_next(s, point);

	if (n == 0)
		*point = 0;
	return n == 0 ? 1 : n;
}

static size_t
next(const struct hg_charset_name *charset, struct hg_span s, uint32_t *point)
{
	switch (charset->codes) {
	case HG_CODES_ONE:
		*point = s.p[0] < 0x80 ? s.p[0] : hg_charset_one[charset->table][s.p[0] - 0x80];
		return 1;
	case HG_CODES_TWO:
		return next_of_two(charset->table, s, point);
	case HG_CODES_UTF8:
		return next_utf8(s, point);
	case HG_CODES_GB18030:
		return next_gb18030(s, point);
	default:
		*point = s.p[0] < 0x80 ? s.p[0] : 0;
		return 1;
	}
}

static void
convert_plain(const struct hg_charset_name *charset, struct hg_span s, struct out *o)
{
	while (s.len > 0 && !o->full) {
		uint32_t point;
		const size_t n = next(charset, s, &point);

		put(o, point);
		s = hg_span_from(s, n);
	}
}

/* ---- UTF-16, and UTF-7 (RFC 2152), which holds it in base64 ---- */

/* Units of sixteen bits, of which two may be one character. */
struct units {
	uint32_t high; /* the first of two; 0: none */
};

static void
put_unit(struct units *u, uint32_t unit, struct out *o)
{
	if (unit >= 0xdc00 && unit <= 0xdfff) {
		put(o, u->high == 0 ? 0 : 0x10000 + ((u->high - 0xd800) << 10) + (unit - 0xdc00));
		u->high = 0;
		return;
	}
	if (u->high != 0)
		put(o, 0);
	u->high = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
	if (u->high == 0)
		put(o, unit);
}

static void
convert_utf16(struct hg_span s, bool little, bool marked, struct out *o)
{
	struct units u = { 0 };

	if (marked && s.len >= 2 &&
		((s.p[0] == 0xff && s.p[1] == 0xfe) || (s.p[0] == 0xfe && s.p[1] == 0xff))) {
		little = s.p[0] == 0xff;
		s = hg_span_from(s, 2);
	}
	for (; s.len >= 2 && !o->full; s = hg_span_from(s, 2))
		put_unit(&u, little ? (uint32_t)(s.p[1] << 8 | s.p[0]) : (uint32_t)(s.p[0] << 8 | s.p[1]), o);
	if (u.high != 0 || s.len > 0)
		put(o, 0);
}

static size_t
convert_shifted(struct hg_span s, struct out *o)
{
	struct units u = { 0 };
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (; n < s.len && hg_base64_value(s.p[n]) >= 0; n++) {
		bits = bits << 6 | (uint32_t)hg_base64_value(s.p[n]);
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		put_unit(&u, bits >> have & 0xffff, o);
	}
	if (u.high != 0)
		put(o, 0);
	return n < s.len && s.p[n] == '-' ? n + 1 : n;
}

static void
convert_utf7(struct hg_span s, struct out *o)
{
	while (s.len > 0 && !o->full) {
		if (s.p[0] != '+') {
			put(o, s.p[0] < 0x80 ? s.p[0] : 0);
			s = hg_span_from(s, 1);
		} else if (s.len > 1 && s.p[1] == '-') {
			put(o, '+');
			s = hg_span_from(s, 2);
		} else {
			s = hg_span_from(s, 1);
			s = hg_span_from(s, convert_shifted(s, o));
		}
	}
}

/* ---- charsets that are changed within the text: HZ (RFC 1843), ISO-2022-JP (RFC 1468) ---- */

static uint32_t
point_of_gb(uint8_t a, uint8_t b)
{
	const uint8_t code[2] = { a | 0x80, b | 0x80 };
	uint32_t point;

	return hg_gb18030_next(hg_span(code, 2), &point) == 2 ? point : 0;
}

static void
convert_hz(struct hg_span s, struct out *o)
{
	bool wide = false;

	while (s.len > 0 && !o->full) {
		const uint8_t c = s.p[0], d = s.len > 1 ? s.p[1] : 0;
		const bool sign = c == '~' && (d == '{' || d == '}' || d == '~' || d == '\n');

		if (sign) {
			wide = d == '{' || (wide && d != '}');
			if (d == '~')
				put(o, '~');
		} else {
			put(o, wide && d != 0 ? point_of_gb(c, d) : c < 0x80 ? c : 0);
		}
		s = hg_span_from(s, sign || (wide && d != 0) ? 2 : 1);
	}
}

static void
convert_iso2022jp(struct hg_span s, struct out *o)
{
	const uint16_t *euc = hg_charset_two[HG_CHARSET_EUC_JP];
	bool wide = false;

	while (s.len > 0 && !o->full) {
		if (s.p[0] == 0x1b && s.len >= 3 && (s.p[1] == '$' || s.p[1] == '(')) {
			wide = s.p[1] == '$';
			s = hg_span_from(s, 3);
			continue;
		}
		if (wide && s.len > 1)
			put(o, two(euc, s.p[0] | 0x80, s.p[1] | 0x80));
		else
			put(o, s.p[0] < 0x80 ? s.p[0] : 0);
		s = hg_span_from(s, wide && s.len > 1 ? 2 : 1);
	}
}

/* ---- for others ---- */

static int
compare(struct hg_span a, const char *name)
{
	const struct hg_span b = hg_span_str(name);

	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (hg_lower(a.p[i]) != b.p[i])
			return hg_lower(a.p[i]) < b.p[i] ? -1 : 1;
	return a.len < b.len ? -1 : a.len > b.len;
}

const struct hg_charset_name *
hg_charset_named(struct hg_span name)
{
	unsigned low = 0, high = hg_charset_count;

	name = hg_span_trim(hg_span_sub(name, 0, hg_span_find(name, 0, '*')));
	while (low < high) {
		const unsigned mid = low + (high - low) / 2;
		const int order = compare(name, hg_charset_names[mid].name);

		if (order == 0)
			return &hg_charset_names[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

size_t
hg_charset_to_utf8(
	const struct hg_charset_name *charset, struct hg_span s, uint8_t *to, size_t size, bool *bad)
{
	struct out o = { .to = to, .size = size };

	switch (charset->codes) {
	case HG_CODES_UTF16:
	case HG_CODES_UTF16BE:
	case HG_CODES_UTF16LE:
		convert_utf16(s, charset->codes == HG_CODES_UTF16LE, charset->codes == HG_CODES_UTF16, &o);
		break;
	case HG_CODES_UTF7:
		convert_utf7(s, &o);
		break;
	case HG_CODES_HZ:
		convert_hz(s, &o);
		break;
	case HG_CODES_ISO2022JP:
		convert_iso2022jp(s, &o);
		break;
	default:
		convert_plain(charset, s, &o);
		break;
	}
	*bad = o.bad;
	return o.n;
}
