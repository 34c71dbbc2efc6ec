#include "check.h"

static void
test_span_part_is_cut_to_the_span(void)
{
	static const struct {
		const char *title;
		size_t from, len;
		const char *want;
	} rows[] = {
		{ "inside", 1, 2, "bc" },
		{ "over the end", 3, 9, "de" },
		{ "whole", 0, SIZE_MAX, "abcde" },
		{ "from the end", 5, 1, "" },
		{ "from outside", 6, 1, "" },
		{ "sum overflows", 4, SIZE_MAX, "e" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_span(rows[i].title, hg_span_sub(HG_BYTES("abcde"), rows[i].from, rows[i].len),
			hg_span_str(rows[i].want));
	hg_check_span("nothing of nothing", hg_span_from(HG_SPAN_NONE, 3), HG_SPAN_NONE);
}

static void
test_span_compares_bytes_and_ascii_case(void)
{
	static const struct {
		struct hg_span a, b;
		bool same, nocase, starts, starts_nocase;
	} rows[] = {
		{ HG_BYTES("abc"), HG_BYTES("abc"), true, true, true, true },
		{ HG_BYTES("aBc"), HG_BYTES("AbC"), false, true, false, true },
		{ HG_BYTES("abcd"), HG_BYTES("AB"), false, false, false, true },
		{ HG_BYTES("ab"), HG_BYTES("abc"), false, false, false, false },
		{ HG_BYTES("a\0b"), HG_BYTES("a\0c"), false, false, false, false },
		{ HG_BYTES("["), HG_BYTES("{"), false, false, false, false },
		{ HG_BYTES("\xc4"), HG_BYTES("\xe4"), false, false, false, false },
		{ HG_BYTES(""), { NULL, 0 }, true, true, true, true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const char *title = (const char *)rows[i].a.p;

		hg_check_bool(title, hg_span_eq(rows[i].a, rows[i].b), rows[i].same);
		hg_check_bool(title, hg_span_eq_nocase(rows[i].a, rows[i].b), rows[i].nocase);
		hg_check_bool(title, hg_span_starts(rows[i].a, rows[i].b), rows[i].starts);
		hg_check_bool(title, hg_span_starts_nocase(rows[i].a, rows[i].b), rows[i].starts_nocase);
	}
}

static void
test_span_is_trimmed_at_both_ends(void)
{
	hg_check_span("blanks", hg_span_trim(HG_BYTES(" \t a b\r\n ")), HG_BYTES("a b"));
	hg_check_span("only blanks", hg_span_trim(HG_BYTES(" \r\n\t")), HG_BYTES(""));
	hg_check_span("nothing", hg_span_trim(HG_SPAN_NONE), HG_SPAN_NONE);
}

static void
test_blanks_in_front_are_skipped(void)
{
	hg_check_span("blanks", hg_span_skip_blanks(HG_BYTES(" \t a b ")), HG_BYTES("a b "));
	hg_check_span("an end of line stays", hg_span_skip_blanks(HG_BYTES(" \r\n")), HG_BYTES("\r\n"));
	hg_check_span("only blanks", hg_span_skip_blanks(HG_BYTES(" \t")), HG_BYTES(""));
	hg_check_span("nothing", hg_span_skip_blanks(HG_SPAN_NONE), HG_SPAN_NONE);
}

static void
test_span_finds_a_byte_from_a_place_on(void)
{
	hg_check_u64("first", hg_span_find(HG_BYTES("a\nb\n"), 0, '\n'), 1);
	hg_check_u64("next", hg_span_find(HG_BYTES("a\nb\n"), 2, '\n'), 3);
	hg_check_u64("none", hg_span_find(HG_BYTES("a\nb"), 2, '\n'), SIZE_MAX);
	hg_check_u64("past the end", hg_span_find(HG_BYTES("a"), 7, 'a'), SIZE_MAX);
	hg_check_u64("nothing", hg_span_find(HG_SPAN_NONE, 0, 'a'), SIZE_MAX);
}

HG_TESTS("base_span", HG_TEST(test_span_part_is_cut_to_the_span),
	HG_TEST(test_span_compares_bytes_and_ascii_case), HG_TEST(test_span_is_trimmed_at_both_ends),
	HG_TEST(test_blanks_in_front_are_skipped), HG_TEST(test_span_finds_a_byte_from_a_place_on))
