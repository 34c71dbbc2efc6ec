#include "base/utf8.h"

static bool
is_tail(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

size_t
hg_utf8_len(struct hg_span s)
{
	uint8_t a, b;

	if (s.len == 0)
		return 0;
	a = s.p[0];
	if (a < 0x80)
		return 1;
	if (a < 0xc2 || a > 0xf4 || s.len < 2)
		return 0;
	b = s.p[1];
	if (a < 0xe0)
		return is_tail(b) ? 2 : 0;
	/* The second byte's range is narrower behind some first bytes (RFC 3629 section 4). */
	if (!is_tail(b) || (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) || (a == 0xf0 && b < 0x90) ||
		(a == 0xf4 && b > 0x8f) || s.len < 3 || !is_tail(s.p[2]))
		return 0;
	if (a < 0xf0)
		return 3;
	return s.len >= 4 && is_tail(s.p[3]) ? 4 : 0;
}

size_t
hg_utf8_next(struct hg_span s, uint32_t *point)
{
	const size_t n = hg_utf8_len(s);

	if (n == 0)
		return 0;
	*point = n == 1 ? s.p[0] : s.p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++)
		*point = *point << 6 | (s.p[i] & 0x3fu);
	return n;
}

size_t
hg_utf8_put(uint32_t c, uint8_t to[4])
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

bool
hg_utf8_valid(struct hg_span s)
{
	while (s.len > 0) {
		size_t n = hg_utf8_len(s);

		if (n == 0)
			return false;
		s.p += n;
		s.len -= n;
	}
	return true;
}

static uint32_t
unit_at(struct hg_span s, size_t at, bool little)
{
	return little ? (uint32_t)(s.p[at] | s.p[at + 1] << 8) : (uint32_t)(s.p[at] << 8 | s.p[at + 1]);
}

size_t
hg_utf16_to_utf8(struct hg_span s, bool little, uint8_t *to, size_t size)
{
	size_t n = 0, len;
	uint8_t one[4];

	for (size_t i = 0; i + 1 < s.len; i += 2) {
		uint32_t point = unit_at(s, i, little), low;

		if ((point & 0xfc00) == 0xd800 && i + 3 < s.len) {
			low = unit_at(s, i + 2, little);
			if ((low & 0xfc00) == 0xdc00) {
				point = 0x10000 + ((point & 0x3ff) << 10 | (low & 0x3ff));
				i += 2;
			}
		}
		len = hg_utf8_put((point & 0xf800) == 0xd800 ? 0xfffd : point, one);
		if (len > size - n)
			break;
		memcpy(to + n, one, len);
		n += len;
	}
	return n;
}
