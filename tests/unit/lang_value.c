#include "check.h"

#include <errno.h>

#include "rules/lang/content.h"
#include "rules/lang/number.h"

static void
test_content_gives_its_bytes(void)
{
	static const struct {
		const char *value;
		struct hg_span bytes;
		bool negated;
	} rows[] = {
		{ "\"abc\"", { (const uint8_t *)"abc", 3 }, false },
		{ "!\"abc\"", { (const uint8_t *)"abc", 3 }, true },
		{ " ! \"a\" ", { (const uint8_t *)"a", 1 }, true },
		{ "\"a|00 0d0A|b\"", { (const uint8_t *)"a\0\r\nb", 5 }, false },
		{ "\"\\\"\\;\\:\\\\\"", { (const uint8_t *)"\";:\\", 4 }, false },
		{ "\"|7c|\"", { (const uint8_t *)"|", 1 }, false },
		{ "\"a:b\"", { (const uint8_t *)"a:b", 3 }, false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint8_t bytes[64];
		bool negated;
		size_t len = 0;
		int r = hg_content_parse(hg_span_str(rows[i].value), &negated, bytes, &len, NULL);

		hg_check_u64(rows[i].value, (uint64_t)r, 0);
		hg_check_span(rows[i].value, hg_span(bytes, len), rows[i].bytes);
		hg_check_bool(rows[i].value, negated, rows[i].negated);
	}
}

static void
test_content_errors_carry_their_column(void)
{
	static const struct {
		const char *value;
		uint32_t column;
	} rows[] = {
		{ "abc", 1 },
		{ "!abc", 2 },
		{ "\"abc", 4 },
		{ "\"", 1 },
		{ "\"\"", 2 },
		{ "\"||\"", 2 },
		{ "\"a|0g|\"", 5 },
		{ "\"a|0|\"", 5 },
		{ "\"a|00\"", 3 },
		{ "\"a\"b\"", 3 },
		{ "\"a;b\"", 3 },
		{ "\"a\\n\"", 3 },
		{ "\"a\\\"", 3 },
		{ "", 1 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_error err = { 0 };
		uint8_t bytes[64];
		bool negated;
		size_t len;

		hg_check_bool(rows[i].value,
			hg_content_parse(hg_span_str(rows[i].value), &negated, bytes, &len, &err) == -EINVAL,
			true);
		hg_check_u64(rows[i].value, err.column, rows[i].column);
	}
}

static void
test_comparison_has_all_forms(void)
{
	static const struct {
		const char *text;
		struct hg_number_test test;
		uint64_t in, out;
	} rows[] = {
		{ "5", { HG_NUMBER_EQ, 5, 0 }, 5, 6 },
		{ " = 5 ", { HG_NUMBER_EQ, 5, 0 }, 5, 6 },
		{ "!5", { HG_NUMBER_NE, 5, 0 }, 6, 5 },
		{ "!= 5", { HG_NUMBER_NE, 5, 0 }, 6, 5 },
		{ "<5", { HG_NUMBER_LT, 5, 0 }, 4, 5 },
		{ "<=5", { HG_NUMBER_LE, 5, 0 }, 5, 6 },
		{ "> 5", { HG_NUMBER_GT, 5, 0 }, 6, 5 },
		{ ">=5", { HG_NUMBER_GE, 5, 0 }, 5, 4 },
		{ "5<>7", { HG_NUMBER_BETWEEN, 5, 7 }, 6, 7 },
		{ "5 - 7", { HG_NUMBER_BETWEEN, 5, 7 }, 6, 5 },
		{ "!5-7", { HG_NUMBER_OUTSIDE, 5, 7 }, 7, 6 },
		{ "0x10", { HG_NUMBER_EQ, 16, 0 }, 16, 10 },
		{ ">2kb", { HG_NUMBER_GT, 2048, 0 }, 2049, 2048 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_number_test t;

		hg_check_u64(
			rows[i].text, (uint64_t)hg_parse_test(hg_span_str(rows[i].text), 65535, &t, NULL), 0);
		hg_check_u64(rows[i].text, t.op, rows[i].test.op);
		hg_check_u64(rows[i].text, t.a, rows[i].test.a);
		hg_check_u64(rows[i].text, t.b, rows[i].test.b);
		hg_check_bool(rows[i].text, hg_number_has(&t, rows[i].in), true);
		hg_check_bool(rows[i].text, hg_number_has(&t, rows[i].out), false);
	}
}

static void
test_comparison_errors_carry_their_column(void)
{
	static const struct {
		const char *text;
		uint32_t column;
	} rows[] = {
		{ "", 1 },
		{ "a", 1 },
		{ "<", 2 },
		{ "5x", 2 },
		{ "5<>6", 1 },
		{ " 7-5", 2 },
		{ "<0", 1 },
		{ ">65535", 1 },
		{ ">=0", 1 },
		{ "<=65535", 1 },
		{ "65536", 1 },
		{ "5<>70000", 4 },
		{ "5<>", 4 },
		{ "<5-7", 3 },
		{ "99999999999999999999", 1 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_error err = { 0 };
		struct hg_number_test t;

		hg_check_bool(rows[i].text,
			hg_parse_test(hg_span_str(rows[i].text), 65535, &t, &err) == -EINVAL, true);
		hg_check_u64(rows[i].text, err.column, rows[i].column);
	}
}

static void
test_signed_numbers_keep_their_bounds(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} rows[] = { { "-5", true, -5 }, { "+7", true, 7 }, { "-11", false, 0 }, { "11", false, 0 },
		{ "--1", false, 0 }, { "-", false, 0 }, { "-0xa", true, -10 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		int64_t v = 0;
		int r = hg_parse_i64(hg_span_str(rows[i].text), -10, 10, &v, NULL);

		hg_check_bool(rows[i].text, r == 0, rows[i].good);
		if (rows[i].good)
			hg_check_bool(rows[i].text, v == rows[i].value, true);
	}
}

static void
test_parts_are_cut_outside_quotes(void)
{
	static const struct {
		const char *text, *parts[4];
	} rows[] = {
		{ "", { NULL } },
		{ "a", { "a", NULL } },
		{ " a , b ", { "a", "b", NULL } },
		{ "a,,b", { "a", "", "b", NULL } },
		{ "a,", { "a", "", NULL } },
		{ "\"x,\\\"y\",z", { "\"x,\\\"y\"", "z", NULL } },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_parts parts = hg_parts_of(hg_span_str(rows[i].text), ',');
		struct hg_span part;
		size_t n = 0;

		for (; rows[i].parts[n] != NULL && hg_part_take(&parts, &part); n++)
			hg_check_span(rows[i].text, part, hg_span_str(rows[i].parts[n]));
		hg_check_bool(rows[i].text, rows[i].parts[n] == NULL && !hg_part_take(&parts, &part), true);
	}
}

HG_TESTS("lang_value", HG_TEST(test_content_gives_its_bytes), HG_TEST(test_content_errors_carry_their_column),
	HG_TEST(test_comparison_has_all_forms), HG_TEST(test_comparison_errors_carry_their_column),
	HG_TEST(test_signed_numbers_keep_their_bounds), HG_TEST(test_parts_are_cut_outside_quotes))
