#include "check.h"

#include "base/json.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void
test_json_escapes_strings_as_the_peer_does(void)
{
	static const struct {
		const char *title;
		struct hg_span in, out;
	} rows[] = {
		{ "plain", HG_BYTES("abc"), HG_BYTES("abc") },
		{ "empty", { NULL, 0 }, HG_BYTES("") },
		{ "slash stays", HG_BYTES("/a/b"), HG_BYTES("/a/b") },
		{ "quote and backslash", HG_BYTES("a\"b\\c"), HG_BYTES("a\\\"b\\\\c") },
		{ "letters", HG_BYTES("\b\f\n\r\t"), HG_BYTES("\\b\\f\\n\\r\\t") },
		{ "other control", HG_BYTES("\0\x01\x1f"), HG_BYTES("\\u0000\\u0001\\u001f") },
		{ "DEL stays", HG_BYTES("\x7f"), HG_BYTES("\x7f") },
		{ "UTF-8 stays", HG_BYTES("\xe5\x87\xbd\n\xe8\xb0\xb7"),
			HG_BYTES("\xe5\x87\xbd\\n\xe8\xb0\xb7") },
		{ "not UTF-8", HG_BYTES("/x/\xff\xfe"), HG_BYTES("/x/\\\\xff\\\\xfe") },
		{ "one bad byte speaks for all", HG_BYTES("\xc3\xa9\xff"),
			HG_BYTES("\\\\xc3\\\\xa9\\\\xff") },
		{ "surrogate", HG_BYTES("\xed\xa0\x80"), HG_BYTES("\\\\xed\\\\xa0\\\\x80") },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char buf[256], want[256];
		struct hg_json j = hg_json_of(buf, sizeof(buf));

		hg_json_item_str(&j, rows[i].in);
		want[0] = '"';
		memcpy(want + 1, rows[i].out.p, rows[i].out.len);
		want[rows[i].out.len + 1] = '"';
		hg_check_span(rows[i].title, hg_json_done(&j), hg_span(want, rows[i].out.len + 2));
	}
}

static void
test_json_numbers_have_every_digit(void)
{
	static const uint64_t rows[] = { 0, 9, 10, 11, 99, 100, 101, 999, 1000, 1009, 65535, 1000000007,
		UINT64_C(9999999999999999999), UINT64_MAX };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char buf[64], want[64];
		struct hg_json j = hg_json_of(buf, sizeof(buf));

		hg_json_u64(&j, "n", rows[i]);
		snprintf(want, sizeof(want), "\"n\":%llu", (unsigned long long)rows[i]);
		hg_check_span(want, hg_json_done(&j), hg_span_str(want));
	}
}

static void
test_json_plain_text_is_refused_whole_when_it_does_not_fit(void)
{
	for (size_t room = 0; room < 16; room++) {
		char buf[16];
		struct hg_json j = hg_json_of(buf, room);

		hg_json_plain(&j, "a", HG_BYTES("10.0.0.1"));
		hg_check_span(
			"plain", hg_json_done(&j), room < 14 ? HG_SPAN_NONE : HG_BYTES("\"a\":\"10.0.0.1\""));
	}
}

static void
test_json_escape_is_the_same_at_every_place(void)
{
	static const uint8_t special[] = { '"', '\n', 0x01, 0x80, 0x1f };
	static const char *const escaped[] = { "\\\"", "\\n", "\\u0001", "\\\\x80", "\\u001f" };

	for (size_t s = 0; s < sizeof(special); s++) {
		for (size_t at = 0; at < 50; at++) {
			char buf[128], want[128];
			uint8_t text[50];
			struct hg_json j = hg_json_of(buf, sizeof(buf));
			int n = snprintf(want, sizeof(want), "\"%.*s%s%.*s\"", (int)at,
				"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", escaped[s],
				(int)(49 - at), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

			memset(text, 'a', sizeof(text));
			text[at] = special[s];
			hg_json_item_str(&j, hg_span(text, sizeof(text)));
			hg_check_span(escaped[s], hg_json_done(&j), hg_span(want, (size_t)n));
		}
	}
}

static void
write_record(struct hg_json *j)
{
	hg_json_open(j);
	hg_json_cstr(j, "s", "x");
	hg_json_raw(j, HG_BYTES("\"a\":1,\"b\":2"));
	hg_json_raw(j, HG_SPAN_NONE);
	hg_json_open_at(j, "o");
	hg_json_bool(j, "t", true);
	hg_json_bool(j, "f", false);
	hg_json_close(j);
	hg_json_array_at(j, "l");
	hg_json_item_u64(j, 0);
	hg_json_item_cstr(j, "y");
	hg_json_open(j);
	hg_json_close(j);
	hg_json_array(j);
	hg_json_array_end(j);
	hg_json_array_end(j);
	hg_json_u64(j, "u", UINT64_MAX);
	hg_json_i64(j, "i", INT64_MIN);
	hg_json_hex(j, "h", HG_BYTES("\x00\xab\x7f"), ':');
	hg_json_base64(j, "e", HG_BYTES("fooba"));
	hg_json_close(j);
}

#define RECORD                                                                               \
	"{\"s\":\"x\",\"a\":1,\"b\":2,\"o\":{\"t\":true,\"f\":false},\"l\":[0,\"y\",{},[]]," \
	"\"u\":18446744073709551615,\"i\":-9223372036854775808,\"h\":\"00:ab:7f\",\"e\":\"Zm9vYmE=\"}"

static void
test_json_places_commas_on_every_level(void)
{
	char buf[512];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	write_record(&j);
	hg_check_span("record", hg_json_done(&j), HG_BYTES(RECORD));
}

static void
test_json_gives_a_whole_record_or_none(void)
{
	for (size_t size = 0; size <= sizeof(RECORD); size++) {
		/* Of exactly that size, so that a write past it is seen. */
		char *buf = malloc(size == 0 ? 1 : size);
		struct hg_json j = hg_json_of(buf, size);

		write_record(&j);
		hg_check_u64(
			"length", hg_json_done(&j).len, size < sizeof(RECORD) - 1 ? 0 : sizeof(RECORD) - 1);
		free(buf);
	}
}

static void
test_json_hex_and_base64_of_any_length(void)
{
	static const struct {
		const char *in, *hex, *dashed, *base64;
	} rows[] = { { "", "", "", "" }, { "f", "66", "66", "Zg==" }, { "fo", "666f", "66-6f", "Zm8=" },
		{ "foo", "666f6f", "66-6f-6f", "Zm9v" }, { "foob", "666f6f62", "66-6f-6f-62", "Zm9vYg==" } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char buf[256], want[256];
		struct hg_json j = hg_json_of(buf, sizeof(buf));
		int n = snprintf(want, sizeof(want), "{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}", rows[i].hex,
			rows[i].dashed, rows[i].base64);

		hg_json_open(&j);
		hg_json_hex(&j, "a", hg_span_str(rows[i].in), '\0');
		hg_json_hex(&j, "b", hg_span_str(rows[i].in), '-');
		hg_json_base64(&j, "c", hg_span_str(rows[i].in));
		hg_json_close(&j);
		hg_check_span(rows[i].in, hg_json_done(&j), hg_span(want, (size_t)n));
	}
}

static void
test_json_doubles_read_back(void)
{
	static const struct {
		double value;
		const char *want;
	} rows[] = { { 0, "0.0" }, { 1, "1.0" }, { -2.5, "-2.5" }, { 0.1, "0.1" }, { 1e300, "1e+300" },
		{ 0.30000000000000004, "0.30000000000000004" }, { INFINITY, "null" }, { NAN, "null" } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char buf[64], want[64];
		struct hg_json j = hg_json_of(buf, sizeof(buf));
		int n = snprintf(want, sizeof(want), "{\"d\":%s}", rows[i].want);

		hg_json_open(&j);
		hg_json_double(&j, "d", rows[i].value);
		hg_json_close(&j);
		hg_check_span(rows[i].want, hg_json_done(&j), hg_span(want, (size_t)n));
	}
}

static void
test_json_rewind_drops_what_came_after_the_mark(void)
{
	char buf[64];
	struct hg_json j = hg_json_of(buf, sizeof(buf));
	struct hg_json_mark m;

	hg_json_open(&j);
	m = hg_json_mark(&j);
	hg_json_open_at(&j, "empty");
	hg_json_rewind(&j, m);
	hg_json_u64(&j, "a", 1);
	m = hg_json_mark(&j);
	hg_json_array_at(&j, "b");
	hg_json_item_u64(&j, 1);
	hg_json_rewind(&j, m);
	hg_json_u64(&j, "c", 2);
	hg_json_close(&j);
	hg_check_span("record", hg_json_done(&j), HG_BYTES("{\"a\":1,\"c\":2}"));
}

static void
test_json_stops_at_its_depth(void)
{
	char buf[256];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	for (unsigned i = 0; i < 63; i++)
		hg_json_array(&j);
	hg_check_u64("63 levels", hg_json_done(&j).len, 63);
	hg_json_array(&j);
	hg_check_u64("one more", hg_json_done(&j).len, 0);
}

static void
test_utf8_knows_sequences_and_their_bounds(void)
{
	static const struct {
		struct hg_span text;
		size_t len;
	} rows[] = { { HG_BYTES("a"), 1 }, { HG_BYTES("\xc2\x80"), 2 }, { HG_BYTES("\xdf\xbf"), 2 },
		{ HG_BYTES("\xe0\xa0\x80"), 3 }, { HG_BYTES("\xef\xbf\xbf"), 3 },
		{ HG_BYTES("\xf0\x90\x80\x80"), 4 }, { HG_BYTES("\xf4\x8f\xbf\xbf"), 4 }, { HG_BYTES(""), 0 },
		{ HG_BYTES("\x80"), 0 }, { HG_BYTES("\xc1\xbf"), 0 }, { HG_BYTES("\xc2"), 0 },
		{ HG_BYTES("\xc2\x41"), 0 }, { HG_BYTES("\xe0\x9f\xbf"), 0 }, { HG_BYTES("\xed\xa0\x80"), 0 },
		{ HG_BYTES("\xe1\x80"), 0 }, { HG_BYTES("\xf0\x8f\xbf\xbf"), 0 },
		{ HG_BYTES("\xf4\x90\x80\x80"), 0 }, { HG_BYTES("\xf1\x80\x80"), 0 },
		{ HG_BYTES("\xf1\x80\x80\x41"), 0 }, { HG_BYTES("\xf5\x80\x80\x80"), 0 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		hg_check_u64("length", hg_utf8_len(rows[i].text), rows[i].len);
		hg_check_bool("valid", hg_utf8_valid(rows[i].text), rows[i].len > 0 || rows[i].text.len == 0);
	}
}

HG_TESTS("base_json", HG_TEST(test_json_escapes_strings_as_the_peer_does),
	HG_TEST(test_json_escape_is_the_same_at_every_place), HG_TEST(test_json_numbers_have_every_digit),
	HG_TEST(test_json_plain_text_is_refused_whole_when_it_does_not_fit),
	HG_TEST(test_json_places_commas_on_every_level), HG_TEST(test_json_gives_a_whole_record_or_none),
	HG_TEST(test_json_hex_and_base64_of_any_length), HG_TEST(test_json_doubles_read_back),
	HG_TEST(test_json_rewind_drops_what_came_after_the_mark), HG_TEST(test_json_stops_at_its_depth),
	HG_TEST(test_utf8_knows_sequences_and_their_bounds))
