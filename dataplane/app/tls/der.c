/* The parts of DER that certificates are made of (X.690, RFC 5280): values, names, times. */
#include "app/tls/tls_int.h"

#include <stdio.h>

enum {
	UTF8 = 0x0c,
	NUMERIC = 0x12,
	PRINTABLE = 0x13,
	TELETEX = 0x14,
	IA5 = 0x16,
	UTC_TIME = 0x17,
	GENERAL_TIME = 0x18,
	VISIBLE = 0x1a,
	BMP = 0x1e,
	SET = 0x31
};

static const struct {
	struct hg_span oid;
	const char *name;
} attributes[] = {
	{ HG_BYTES("\x55\x04\x03"), "CN" },
	{ HG_BYTES("\x55\x04\x06"), "C" },
	{ HG_BYTES("\x55\x04\x0a"), "O" },
	{ HG_BYTES("\x55\x04\x0b"), "OU" },
	{ HG_BYTES("\x55\x04\x08"), "ST" },
	{ HG_BYTES("\x55\x04\x07"), "L" },
	{ HG_BYTES("\x55\x04\x04"), "SN" },
	{ HG_BYTES("\x55\x04\x05"), "serialNumber" },
	{ HG_BYTES("\x55\x04\x09"), "streetAddress" },
	{ HG_BYTES("\x55\x04\x0c"), "title" },
	{ HG_BYTES("\x55\x04\x0d"), "description" },
	{ HG_BYTES("\x55\x04\x0f"), "businessCategory" },
	{ HG_BYTES("\x55\x04\x11"), "postalCode" },
	{ HG_BYTES("\x55\x04\x29"), "name" },
	{ HG_BYTES("\x55\x04\x2a"), "givenName" },
	{ HG_BYTES("\x55\x04\x2b"), "initials" },
	{ HG_BYTES("\x55\x04\x2c"), "generationQualifier" },
	{ HG_BYTES("\x55\x04\x2e"), "dnQualifier" },
	{ HG_BYTES("\x55\x04\x41"), "pseudonym" },
	{ HG_BYTES("\x55\x1d\x11"), "subjectAltName" },
	{ HG_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"), "Email" },
	{ HG_BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"), "UID" },
	{ HG_BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC" },
	{ HG_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01"), "msJurisdictionLocality" },
	{ HG_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02"), "msJurisdictionStateOrProvince" },
	{ HG_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"), "msJurisdictionCountry" },
};

/* X.690 8.19: seven bits a byte, the first number holds two. */
static void
add_oid(struct hg_tls_text *t, struct hg_span oid)
{
	uint64_t v = 0;
	bool first = true;

	for (size_t i = 0; i < oid.len; i++) {
		v = v << 7 | (oid.p[i] & 0x7f);
		if ((oid.p[i] & 0x80) != 0)
			continue;
		if (first) {
			hg_tls_text_u64(t, HG_MIN(v / 40, UINT64_C(2)));
			v -= 40 * HG_MIN(v / 40, UINT64_C(2));
		}
		first = false;
		hg_tls_text_add(t, HG_BYTES("."));
		hg_tls_text_u64(t, v);
		v = 0;
	}
}

static void
add_attribute(struct hg_tls_text *t, struct hg_span oid)
{
	for (size_t i = 0; i < HG_COUNT(attributes); i++) {
		if (hg_span_eq(oid, attributes[i].oid)) {
			hg_tls_text_add(t, hg_span_str(attributes[i].name));
			return;
		}
	}
	add_oid(t, oid);
}

/* UCS-2 as UTF-8; surrogates stand for themselves. */
static void
add_bmp(struct hg_tls_text *t, struct hg_span value)
{
	struct hg_reader r = hg_reader_of(value);

	while (hg_reader_left(&r) >= 2) {
		uint16_t c = hg_read_u16be(&r);
		uint8_t u[3] = { (uint8_t)(0xe0 | c >> 12), (uint8_t)(0x80 | (c >> 6 & 0x3f)),
			(uint8_t)(0x80 | (c & 0x3f)) };

		if (c < 0x80) {
			u[2] = (uint8_t)c;
			hg_tls_text_add(t, hg_span(u + 2, 1));
		} else if (c < 0x800) {
			u[1] = (uint8_t)(0xc0 | c >> 6);
			hg_tls_text_add(t, hg_span(u + 1, 2));
		} else {
			hg_tls_text_add(t, hg_span(u, 3));
		}
	}
}

static bool
add_value(struct hg_tls_text *t, uint8_t tag, struct hg_span value)
{
	switch (tag) {
	case UTF8:
	case NUMERIC:
	case PRINTABLE:
	case TELETEX:
	case IA5:
	case VISIBLE:
		if (hg_span_find(value, 0, '\0') != SIZE_MAX)
			return false;
		hg_tls_text_add(t, value);
		return true;
	case BMP:
		add_bmp(t, value);
		return true;
	default:
		hg_tls_text_add(t, HG_BYTES("#"));
		hg_tls_text_hex(t, value, "0123456789abcdef", '\0');
		return true;
	}
}

/* Name: a sequence of sets of attributes; within a set they are parted by " + ". */
bool
hg_der_name(struct hg_span name, struct hg_tls_text *t)
{
	struct hg_reader r = hg_reader_of(name), set, pair;
	struct hg_span rdn, attribute, oid, value;
	uint8_t tag;

	hg_tls_text_init(t);
	while (hg_reader_left(&r) > 0) {
		if (!hg_ber_take(&r, &tag, &rdn) || tag != SET)
			return false;
		set = hg_reader_of(rdn);
		for (bool first = true; hg_reader_left(&set) > 0; first = false) {
			if (!hg_ber_expect(&set, HG_BER_SEQUENCE, &attribute))
				return false;
			pair = hg_reader_of(attribute);
			if (!hg_ber_expect(&pair, HG_BER_OID, &oid) || !hg_ber_take(&pair, &tag, &value))
				return false;
			if (t->n > 0)
				hg_tls_text_add(t, first ? HG_BYTES(", ") : HG_BYTES(" + "));
			add_attribute(t, oid);
			hg_tls_text_add(t, HG_BYTES("="));
			if (!add_value(t, tag, value))
				return false;
		}
	}
	return true;
}

static bool
two_digits(struct hg_span s, size_t at, unsigned *out)
{
	if (at + 2 > s.len || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' || s.p[at + 1] > '9')
		return false;
	*out = (s.p[at] - (unsigned)'0') * 10 + (s.p[at + 1] - (unsigned)'0');
	return true;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar; a year begins in March, so that leap days end it. */
static int64_t
days_of(unsigned year, unsigned month, unsigned day)
{
	int64_t y = (int64_t)year - (month <= 2), era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static unsigned
month_len(unsigned year, unsigned month)
{
	static const uint8_t len[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return len[month - 1] + (month == 2 && leap);
}

/* Dates before 1970 count as 1970. */
bool
hg_der_time(uint8_t tag, struct hg_span value, char text[20], uint64_t *seconds)
{
	unsigned v[6], century = 0, year;
	size_t at = 0;
	int64_t t;

	if (tag == GENERAL_TIME && !two_digits(value, at, &century))
		return false;
	if (tag == GENERAL_TIME)
		at = 2;
	else if (tag != UTC_TIME)
		return false;
	for (unsigned i = 0; i < 6; i++, at += 2) {
		v[i] = 0;
		if (i == 5 && hg_span_find(value, 0, 'Z') == at)
			break;
		if (!two_digits(value, at, &v[i]))
			return false;
	}
	/* DER knows no other zone (X.690 11.7, 11.8). */
	if (hg_span_find(value, 0, 'Z') != at || at + 1 != value.len)
		return false;
	if (tag == UTC_TIME)
		century = v[0] >= 50 ? 19 : 20;
	year = century * 100 + v[0];
	if (v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > month_len(year, v[1]) || v[3] > 23 || v[4] > 59 ||
		v[5] > 60)
		return false;
	/* The remainders change nothing: they tell the compiler that each number has two digits. */
	snprintf(text, 20, "%04u-%02u-%02uT%02u:%02u:%02u", year % 10000, v[1] % 100, v[2] % 100, v[3] % 100,
		v[4] % 100, v[5] % 100);
	t = days_of(year, v[1], v[2]) * 86400 + (int64_t)v[3] * 3600 + (int64_t)v[4] * 60 + v[5];
	*seconds = t < 0 ? 0 : (uint64_t)t;
	return true;
}
