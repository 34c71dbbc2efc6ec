#include <stdlib.h>

#include "check.h"
#include "detect/asn1.h"

#define DOUBLE HG_ASN1_DOUBLE
#define BITS HG_ASN1_BIT_STRING
#define LONG HG_ASN1_OVERSIZE /* than 100 bytes */

static bool
find(struct hg_span in, uint8_t what, bool strict)
{
	const struct hg_ins ins = { .op = HG_OP_ASN1,
		.asn1 = { .what = what, .oversize = 100, .strict = strict } };

	/* A copy of its own size: a sanitizer sees what is read behind it. */
	uint8_t *copy = malloc(in.len == 0 ? 1 : in.len);
	bool found;

	memcpy(copy, in.p, in.len);
	found = hg_asn1_find(hg_span(copy, in.len), &ins);
	free(copy);
	return found;
}

/* What both find; what natively counts by its header alone is the difference. */
static void
test_headers_decide_natively(void)
{
	static const struct {
		const char *title;
		uint8_t what;
		struct hg_span bytes;
		bool native, strict;
	} rows[] = {
		{ "nothing", BITS | DOUBLE | LONG, HG_BYTES(""), false, false },
		{ "unused bits", BITS, HG_BYTES("\x03\x01\x09"), true, true },
		{ "just enough", BITS, HG_BYTES("\x03\x01\x08"), false, false },
		{ "no content", BITS, HG_BYTES("\x03\x00"), false, false },
		{ "in a sequence", BITS, HG_BYTES("\x30\x03\x03\x01\x09"), true, true },
		{ "in a context tag", BITS, HG_BYTES("\xa0\x03\x03\x01\x09"), true, false },
		{ "in one of unknown length", BITS, HG_BYTES("\xa0\x80\x03\x01\x09\0\0"), true, false },
		{ "behind text that is none", BITS, HG_BYTES("\x0c\x01\xff\x03\x01\x09"), true, false },
		{ "behind junk", BITS, HG_BYTES("\x04\x80\x03\x01\x09"), false, false },
		{ "long and cut off", LONG, HG_BYTES("\x04\x81\x65zz"), true, false },
		{ "long enough", LONG, HG_BYTES("\x04\x81\x64zz"), false, false },
		{ "a sequence that is cut off", LONG, HG_BYTES("\x30\x82\x10\x00\x02\x01\x01"), true, false },
		{ "a real that is cut off", DOUBLE, HG_BYTES("\x09\x82\x01\x01\x03\x31"), true, false },
		{ "binary", DOUBLE, HG_BYTES("\x09\x82\x01\x01\x80\x31"), false, false },
		{ "a length that does not fit", LONG, HG_BYTES("\x04\x89\x01\0\0\0\0\0\0\0\0"), false,
			false },
		{ "an end mark of another class", BITS, HG_BYTES("\x30\x80\x80\0\x03\x01\x09"), true, true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		hg_check_bool(rows[i].title, find(rows[i].bytes, rows[i].what, false), rows[i].native);
		hg_check_bool(rows[i].title, find(rows[i].bytes, rows[i].what, true), rows[i].strict);
	}
}

static void
test_a_prefix_never_reads_past_its_end(void)
{
	static const struct hg_span whole =
		HG_BYTES("\x30\x80\x3f\x10\x05\x04\x03"
			 "abc\x24\x80\x04\x01z\0\0\x17\x0d"
			 "990101120000Z\x18\x0f"
			 "19990101120000Z\x1f\x8f\xff\xff\xff\x7f\x01z\x0a\x05\0\1\2\3\4\0\0\x03\x01\x09");

	for (unsigned strict = 0; strict < 2; strict++)
		for (size_t n = 0; n <= whole.len; n++)
			hg_check_bool("found at its end only", find(hg_span_sub(whole, 0, n), BITS, strict),
				n == whole.len);
}

/* Levels and elements are bounded: what is behind the bound is not looked at. */
static void
test_bounds(void)
{
	uint8_t bytes[4096];

	for (unsigned depth = 28; depth < 32; depth++) {
		size_t n = 0;

		for (unsigned i = 0; i < depth; i++) {
			bytes[n++] = 0x30;
			bytes[n++] = (uint8_t)(2 * (depth - i - 1) + 3);
		}
		memcpy(bytes + n, "\x03\x01\x09", 3);
		for (unsigned strict = 0; strict < 2; strict++)
			hg_check_bool("levels", find(hg_span(bytes, n + 3), BITS, strict), depth < 30);
	}
	for (unsigned before = 28; before < 32; before++) {
		memset(bytes, 0, 2 * before);
		memcpy(bytes + 2 * before, "\x03\x01\x09", 3);
		for (unsigned strict = 0; strict < 2; strict++)
			hg_check_bool(
				"elements", find(hg_span(bytes, 2 * before + 3), BITS, strict), before < 30);
	}
	memset(bytes, 0x80, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i += 2)
		bytes[i] = 0x24;
	for (unsigned strict = 0; strict < 2; strict++)
		hg_check_bool("endless", find(hg_span(bytes, sizeof(bytes)), BITS | LONG, strict), false);
}

HG_TESTS("detect_asn1", HG_TEST(test_headers_decide_natively),
	HG_TEST(test_a_prefix_never_reads_past_its_end), HG_TEST(test_bounds))
