/* Bytes of clients as text: what is taken for GB18030, how it is converted, what records escape. */
#include "base/text.h"
#include "check.h"

static void
test_kinds_are_told_apart(void)
{
	static const struct {
		const char *title;
		struct hg_span in;
		enum hg_charset want;
	} rows[] = {
		{ "ASCII", HG_BYTES("ls -l"), HG_CHARSET_UTF8 },
		{ "nothing", { NULL, 0 }, HG_CHARSET_UTF8 },
		{ "UTF-8", HG_BYTES("\xe4\xb8\xad"), HG_CHARSET_UTF8 },
		{ "two bytes", HG_BYTES("cat \xd6\xd0\xce\xc4"), HG_CHARSET_GB18030 },
		{ "four bytes", HG_BYTES("\x94\x39\xfc\x36"), HG_CHARSET_GB18030 },
		{ "a tab is no control here", HG_BYTES("\xd6\xd0\t"), HG_CHARSET_GB18030 },
		{ "a control", HG_BYTES("\xd6\xd0\x1b"), HG_CHARSET_UNKNOWN },
		{ "DEL", HG_BYTES("\xd6\xd0\x7f"), HG_CHARSET_UNKNOWN },
		{ "half a pair", HG_BYTES("\xd6\xd0\xce"), HG_CHARSET_UNKNOWN },
		{ "half of four", HG_BYTES("\x81\x30\x81"), HG_CHARSET_UNKNOWN },
		{ "Latin-1 in front of a blank", HG_BYTES("caf\xe9 x"), HG_CHARSET_UNKNOWN },
		{ "0xff leads nothing", HG_BYTES("\xff\xfe"), HG_CHARSET_UNKNOWN },
		{ "a trail that is none", HG_BYTES("\xd6\x7f"), HG_CHARSET_UNKNOWN },
		{ "behind the last plane", HG_BYTES("\xe3\x32\x9a\x36"), HG_CHARSET_UNKNOWN },
		{ "a surrogate's place", HG_BYTES("\x84\x31\xa5\x30"), HG_CHARSET_UNKNOWN },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64(rows[i].title, hg_charset_of(rows[i].in), rows[i].want);
}

static void
test_characters_are_converted(void)
{
	static const struct {
		const char *title;
		struct hg_span in, want;
	} rows[] = {
		{ "two bytes", HG_BYTES("\xd6\xd0\xce\xc4 \xc4\xbf\xc2\xbc"),
			HG_BYTES("\xe4\xb8\xad\xe6\x96\x87 \xe7\x9b\xae\xe5\xbd\x95") },
		{ "another plane", HG_BYTES("\x94\x39\xfc\x36"), HG_BYTES("\xf0\x9f\x98\x80") },
		{ "the last of all", HG_BYTES("\xe3\x32\x9a\x35"), HG_BYTES("\xf4\x8f\xbf\xbf") },
		{ "two bytes of UTF-8", HG_BYTES("\xa8\xa6"), HG_BYTES("\xc3\xa9") },
		{ "up to what is none", HG_BYTES("a\xff"), HG_BYTES("a") },
	};
	uint8_t to[64];

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_span(rows[i].title, hg_span(to, hg_gb18030_to_utf8(rows[i].in, to, sizeof(to))),
			rows[i].want);
	hg_check_u64("only whole characters", hg_gb18030_to_utf8(rows[0].in, to, 5), 3);
}

static void
test_records_lose_nothing(void)
{
	static const struct {
		const char *title;
		struct hg_span in;
		const char *want;
	} rows[] = {
		{ "UTF-8", HG_BYTES("\xe4\xb8\xad"), "\"a\":\"\xe4\xb8\xad\"" },
		{ "GB18030", HG_BYTES("\"\xd6\xd0"),
			"\"a\":\"\\\"\xe4\xb8\xad\",\"a_charset\":\"gb18030\",\"a_hex\":\"22d6d0\"" },
		{ "unknown", HG_BYTES("x\xff"), "\"a\":\"x\\\\xff\",\"a_hex\":\"78ff\"" },
		{ "C1",
			HG_BYTES("a\xc2\x9b"
				 "31m\xc2\xa0"),
			"\"a\":\"a\\u009b31m\xc2\xa0\"" },
		{ "line separator", HG_BYTES("\xe2\x80\xa8\xe2\x80\xa7"), "\"a\":\"\\u2028\xe2\x80\xa7\"" },
		{ "direction",
			HG_BYTES("\xe2\x80\xae"
				 "cod.exe\xe2\x81\xa6\xe2\x81\xaa"),
			"\"a\":\"\\u202ecod.exe\\u2066\xe2\x81\xaa\"" },
		{ "direction in GB18030", HG_BYTES("\x81\x36\xa7\x31"),
			"\"a\":\"\\u202e\",\"a_charset\":\"gb18030\",\"a_hex\":\"8136a731\"" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char buf[256];
		struct hg_json j = hg_json_of(buf, sizeof(buf));

		hg_json_text(&j, "a", rows[i].in);
		hg_check_span(rows[i].title, hg_json_done(&j), hg_span_str(rows[i].want));
	}
}

static void
test_long_text_is_whole_and_its_bytes_are_cut(void)
{
	static char buf[16384];
	static uint8_t in[4000];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	for (size_t i = 0; i < sizeof(in); i += 2) {
		in[i] = 0xd6;
		in[i + 1] = 0xd0;
	}
	hg_json_text(&j, "a", hg_span(in, sizeof(in)));
	hg_check_u64("length", hg_json_done(&j).len,
		4 + 2 + sizeof(in) / 2 * 3 + strlen(",\"a_charset\":\"gb18030\",\"a_hex\":\"\"") +
			2 * HG_TEXT_HEX);
	j = hg_json_of(buf, 1000);
	hg_json_text(&j, "a", hg_span(in, sizeof(in)));
	hg_check_bool("no room", hg_json_done(&j).len == 0, true);
}

HG_TESTS("base_text", HG_TEST(test_kinds_are_told_apart), HG_TEST(test_characters_are_converted),
	HG_TEST(test_records_lose_nothing), HG_TEST(test_long_text_is_whole_and_its_bytes_are_cut))
