#include "detect/asn1_text.h"

#include "base/utf8.h"

enum {
	BOOLEAN = 1,
	BIT_STRING = 3,
	OBJECT_DESCRIPTOR = 7,
	ENUMERATED = 10,
	UTF8_STRING = 12,
	SEQUENCE = 16,
	SET = 17,
	NUMERIC_STRING = 18,
	PRINTABLE_STRING = 19,
	TELETEX_STRING = 20,
	VIDEOTEX_STRING = 21,
	IA5_STRING = 22,
	UTC_TIME = 23,
	GENERALIZED_TIME = 24,
	GRAPHIC_STRING = 25,
	VISIBLE_STRING = 26,
	GENERAL_STRING = 27,
	UNIVERSAL_STRING = 28,
	BMP_STRING = 30
};

static bool
is_within(struct hg_span text, uint8_t low, uint8_t high)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] < low || text.p[i] > high)
			return false;
	return true;
}

static bool
is_made_of(struct hg_span text, struct hg_span allowed)
{
	for (size_t i = 0; i < text.len; i++)
		if (hg_span_find(allowed, 0, text.p[i]) == SIZE_MAX)
			return false;
	return true;
}

/* Takes a number of two digits off the front that is at most `most`. */
static bool
take_pair(struct hg_span *text, unsigned most)
{
	const struct hg_span pair = hg_span_sub(*text, 0, 2);

	if (pair.len < 2 || !is_within(pair, '0', '9') ||
		(unsigned)(pair.p[0] - '0') * 10 + (unsigned)(pair.p[1] - '0') > most)
		return false;
	*text = hg_span_from(*text, 2);
	return true;
}

/* Month, day, hour, minute. */
static bool
take_date(struct hg_span *text)
{
	return take_pair(text, 12) && take_pair(text, 31) && take_pair(text, 23) && take_pair(text, 59);
}

static bool
is_zone(struct hg_span text)
{
	if (hg_span_eq(text, HG_BYTES("Z")))
		return true;
	return text.len == 5 && (text.p[0] == '+' || text.p[0] == '-') &&
		is_within(hg_span_from(text, 1), '0', '9');
}

/* YYMMDDhhmmZ, YYMMDDhhmmss with Z or a difference. */
static bool
is_utc_time(struct hg_span text)
{
	if (!take_pair(&text, 99) || !take_date(&text))
		return false;
	return hg_span_eq(text, HG_BYTES("Z")) || (take_pair(&text, 59) && is_zone(text));
}

/* A fraction of a second has three digits; of four nothing may follow. */
static bool
is_fraction(struct hg_span text)
{
	size_t digits = 0;

	while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (digits == text.len)
		return digits >= 1 && digits <= 4;
	return digits <= 3 && is_zone(hg_span_from(text, digits));
}

static bool
is_generalized_time(struct hg_span text)
{
	if (!take_pair(&text, 99) || !take_pair(&text, 99) || !take_date(&text))
		return false;
	if (hg_span_eq(text, HG_BYTES("Z")))
		return true;
	if (!take_pair(&text, 59))
		return false;
	if (text.len > 0 && (text.p[0] == '.' || text.p[0] == ','))
		return is_fraction(hg_span_from(text, 1));
	return text.len == 0 || is_zone(text);
}

static bool
is_u32(struct hg_span number)
{
	while (number.len > 4 && number.p[0] == 0)
		number = hg_span_from(number, 1);
	return number.len <= 4;
}

static bool
is_text(uint32_t tag, struct hg_span text)
{
	switch (tag) {
	case UTF8_STRING:
		return hg_utf8_valid(text);
	case BMP_STRING:
		return text.len % 2 == 0 && hg_utf8_valid(text);
	case NUMERIC_STRING:
		return is_made_of(text, HG_BYTES(" 0123456789"));
	case PRINTABLE_STRING:
		return is_made_of(text,
			HG_BYTES(" '()+,-./"
				 ":=?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"));
	case TELETEX_STRING:
	case VIDEOTEX_STRING:
	case VISIBLE_STRING:
		return is_within(text, ' ', 0x7f);
	case UTC_TIME:
		return is_utc_time(text);
	case GENERALIZED_TIME:
		return is_generalized_time(text);
	case ENUMERATED:
		return is_u32(text);
	case UNIVERSAL_STRING:
		return true;
	default:
		return is_within(text, 0, 0x7f);
	}
}

bool
hg_asn1_content_fits(uint32_t tag, bool constructed, bool known, struct hg_span content)
{
	switch (tag) {
	case BOOLEAN:
		return known && content.len == 1;
	case BIT_STRING:
		return !constructed && content.len > 0;
	case SEQUENCE:
	case SET:
		return constructed;
	case OBJECT_DESCRIPTOR:
	case ENUMERATED:
	case UTF8_STRING:
	case BMP_STRING:
		return !constructed && is_text(tag, content);
	default:
		return tag < NUMERIC_STRING || tag > UNIVERSAL_STRING ||
			(!constructed && is_text(tag, content));
	}
}
