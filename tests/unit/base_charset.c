/* Charsets that mail names: who is known by which name, and what its text is in UTF-8. */
#include "base/charset.h"
#include "check.h"

static void
test_text_becomes_utf8(void)
{
	static const struct {
		const char *name;
		struct hg_span in, want;
		bool bad;
	} rows[] = {
		{ "us-ascii", HG_BYTES("a\x80"), HG_BYTES("a\xef\xbf\xbd"), true },
		{ "UTF-8", HG_BYTES("\xe4\xb8\xad\xe4"), HG_BYTES("\xe4\xb8\xad\xef\xbf\xbd"), true },
		{ "gb2312", HG_BYTES("\xd6\xd0\x81\x30\x81\x30"), HG_BYTES("\xe4\xb8\xad\xc2\x80"), false },
		{ "GBK*zh", HG_BYTES("\x95\x80"), HG_BYTES("\xe6\x99\x99"), false },
		{ " gb18030 ", HG_BYTES("\xd6"), HG_BYTES("\xef\xbf\xbd"), true },
		{ "big5", HG_BYTES("\xa4\xa4\xa4"), HG_BYTES("\xe4\xb8\xad\xef\xbf\xbd"), true },
		{ "euc-kr", HG_BYTES("\xc7\xd1"), HG_BYTES("\xed\x95\x9c"), false },
		{ "shift_jis", HG_BYTES("\x93\xfa\xb1z"), HG_BYTES("\xe6\x97\xa5\xef\xbd\xb1z"), false },
		{ "euc-jp", HG_BYTES("\xc6\xfc\x8e\xb1"), HG_BYTES("\xe6\x97\xa5\xef\xbd\xb1"), false },
		{ "iso-2022-jp", HG_BYTES("a\x1b$BF|\x1b(Bb"),
			HG_BYTES("a\xe6\x97\xa5"
				 "b"),
			false },
		{ "hz-gb-2312", HG_BYTES("a~~~{VP~}b"),
			HG_BYTES("a~\xe4\xb8\xad"
				 "b"),
			false },
		{ "windows-1252", HG_BYTES("\x80\x81"), HG_BYTES("\xe2\x82\xac\xef\xbf\xbd"), true },
		{ "ISO-8859-5", HG_BYTES("\xd0"), HG_BYTES("\xd0\xb0"), false },
		{ "koi8-r", HG_BYTES("\xd0"), HG_BYTES("\xd0\xbf"), false },
		{ "utf-7", HG_BYTES("+-a+Ti1lhw-b+2D3eAA\x80"),
			HG_BYTES("+a\xe4\xb8\xad\xe6\x96\x87"
				 "b\xf0\x9f\x98\x80\xef\xbf\xbd"),
			true },
		{ "utf-16", HG_BYTES("\xff\xfe-N"), HG_BYTES("\xe4\xb8\xad"), false },
		{ "utf-16", HG_BYTES("N-\xd8="), HG_BYTES("\xe4\xb8\xad\xef\xbf\xbd"), true },
		{ "utf-16le", HG_BYTES("=\xd8\x00\xde"), HG_BYTES("\xf0\x9f\x98\x80"), false },
		{ "utf-16be", HG_BYTES("\xde\x00z"), HG_BYTES("\xef\xbf\xbd\xef\xbf\xbd"), true },
	};
	uint8_t to[64];

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_charset_name *charset = hg_charset_named(hg_span_str(rows[i].name));
		bool bad = !rows[i].bad;

		CU_ASSERT_FATAL(charset != NULL);
		hg_check_span(rows[i].name,
			hg_span(to, hg_charset_to_utf8(charset, rows[i].in, to, sizeof(to), &bad)),
			rows[i].want);
		hg_check_bool(rows[i].name, bad, rows[i].bad);
	}
}

static void
test_others_are_not_known(void)
{
	static const char *const names[] = { "", "x", "utf", "utf-88", "zz", "*", "iso-8859-12" };

	for (size_t i = 0; i < HG_COUNT(names); i++)
		hg_check_bool(names[i], hg_charset_named(hg_span_str(names[i])) == NULL, true);
}

static void
test_only_whole_characters_are_put(void)
{
	const struct hg_charset_name *charset = hg_charset_named(HG_BYTES("gbk"));
	uint8_t to[4];
	bool bad;

	for (size_t size = 0; size <= 4; size++)
		hg_check_u64("room",
			hg_charset_to_utf8(charset, HG_BYTES("\xd6\xd0\xd6\xd0"), to, size, &bad),
			size / 3 * 3);
}

HG_TESTS("base_charset", HG_TEST(test_text_becomes_utf8), HG_TEST(test_others_are_not_known),
	HG_TEST(test_only_whole_characters_are_put))
