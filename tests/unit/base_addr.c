#include "check.h"

#include "base/addr.h"

static void
test_addr_text_reads_back(void)
{
	static const struct {
		const char *in, *out;
		uint8_t family;
	} rows[] = {
		{ "10.0.0.1", "10.0.0.1", 4 },
		{ "255.100.99.0", "255.100.99.0", 4 },
		{ "::", "0000:0000:0000:0000:0000:0000:0000:0000", 6 },
		{ "fd00::1", "fd00:0000:0000:0000:0000:0000:0000:0001", 6 },
		{ "2001:DB8:1:2:3:4:5:abcd", "2001:0db8:0001:0002:0003:0004:0005:abcd", 6 },
		{ "::ffff:1.2.3.4", "0000:0000:0000:0000:0000:ffff:0102:0304", 6 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_addr a, b;
		uint8_t family = 0;
		char text[HG_ADDR_TEXT];

		hg_check_bool(rows[i].in, hg_addr_parse(hg_span_str(rows[i].in), &a, &family), true);
		hg_check_u64(rows[i].in, family, rows[i].family);
		hg_check_u64(rows[i].in, hg_addr_text(&a, family, text), strlen(rows[i].out));
		hg_check_str(rows[i].in, text, rows[i].out);
		hg_check_bool(rows[i].in, hg_addr_parse(hg_span_str(text), &b, &family), true);
		hg_check_bool(rows[i].in, hg_addr_eq(&a, &b), true);
	}
}

static void
test_addr_parse_refuses_other_texts(void)
{
	static const struct hg_span rows[] = { HG_BYTES(""), HG_BYTES("1.2.3"), HG_BYTES("1.2.3.256"),
		HG_BYTES("1.2.3.4 "), HG_BYTES("1.2.3.4\0"), HG_BYTES("fd00:::1"), HG_BYTES("fd00::1/64"),
		HG_BYTES("12345::"), HG_BYTES("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"),
		{ NULL, 0 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_addr a = { .d = { 7, 7 } };
		uint8_t family = 9;

		hg_check_bool((const char *)rows[i].p, hg_addr_parse(rows[i], &a, &family), false);
		hg_check_u64("untouched", a.d[0] + family, 16);
	}
}

static void
test_addr_of_ipv4_fills_four_bytes(void)
{
	struct hg_addr a = { .d = { ~0ull, ~0ull } };
	uint8_t family;

	hg_addr_parse(HG_BYTES("1.2.3.4"), &a, &family);
	hg_check_u64("value", hg_addr_v4(&a), 0x01020304);
	hg_check_u64("rest", a.w[1] | a.d[1], 0);
}

static void
test_bits_of_a_prefix_are_bounded(void)
{
	static const struct {
		struct hg_span text;
		unsigned most;
		bool good;
		uint8_t bits;
	} rows[] = { { HG_BYTES("0"), 32, true, 0 }, { HG_BYTES("32"), 32, true, 32 },
		{ HG_BYTES("33"), 32, false, 0 }, { HG_BYTES("128"), 128, true, 128 },
		{ HG_BYTES("4294967297"), 128, false, 0 }, { HG_BYTES("1x"), 32, false, 0 },
		{ HG_BYTES("-1"), 32, false, 0 }, { HG_BYTES(""), 32, false, 0 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint8_t bits = 7;

		hg_check_bool((const char *)rows[i].text.p,
			hg_addr_parse_bits(rows[i].text, rows[i].most, &bits), rows[i].good);
		if (rows[i].good)
			hg_check_u64((const char *)rows[i].text.p, bits, rows[i].bits);
	}
}

HG_TESTS("base_addr", HG_TEST(test_addr_text_reads_back), HG_TEST(test_addr_parse_refuses_other_texts),
	HG_TEST(test_addr_of_ipv4_fills_four_bytes), HG_TEST(test_bits_of_a_prefix_are_bounded))
