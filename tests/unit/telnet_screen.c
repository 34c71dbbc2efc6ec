/* What a terminal shows of output, and what keys make of a line. */
#include <stdio.h>

#include "app/telnet/screen.h"
#include "check.h"

static struct hg_mem *mem;

static struct hg_span
text_of(const struct hg_telnet_line *l)
{
	static uint8_t text[4 * HG_TELNET_CELLS];

	return hg_span(text, hg_telnet_line_text(l, 0, text, sizeof(text)));
}

static void
test_output_is_shown_as_a_terminal_does(void)
{
	static const struct {
		const char *title;
		uint16_t columns;
		struct hg_span in;
		const char *want; /* lines, each with what ends it */
	} rows[] = {
		{ "lines", 80, HG_BYTES("a\r\nb\r\n"), "a|b|" },
		{ "a bare CR goes back", 80, HG_BYTES("abc\rX\r\n"), "Xbc|" },
		{ "backspaces", 80, HG_BYTES("ab\b\bX\n"), "Xb|" },
		{ "erasing what is behind", 80, HG_BYTES("abc\b\b\x1b[K\n"), "a|" },
		{ "erasing all of it", 80, HG_BYTES("abc\x1b[2Kd\n"), "   d|" },
		{ "inserting", 80, HG_BYTES("ac\b\x1b[@b\n"), "abc|" },
		{ "deleting", 80, HG_BYTES("abbc\b\b\x1b[P\n"), "abc|" },
		{ "left and right", 80, HG_BYTES("abc\x1b[2DX\x1b[CY\n"), "aXcY|" },
		{ "a column", 80, HG_BYTES("abc\x1b[2GX\n"), "aXc|" },
		{ "colours and titles", 80,
			HG_BYTES("\x1b[1;31ma\x1b[m\x1b]0;title\x07"
				 "b\x1b(B\n"),
			"ab|" },
		{ "a sequence broken off", 80, HG_BYTES("a\x1b[3\nb\n"), "a|b|" },
		{ "a wide character takes two places", 80, HG_BYTES("\xe4\xb8\xad\xe6\x96\x87\b\b  \b\bX\n"),
			"\xe4\xb8\xadX |" },
		{ "bytes of GBK take one each", 80, HG_BYTES("\xd6\xd0\xce\xc4\b\bX\n"), "\xd6\xd0X\xc4|" },
		{ "a line over two rows", 4, HG_BYTES("abcd \ref\n"), "abcdef|" },
		{ "and back up", 4, HG_BYTES("abcdef\x1b[A\rX\n"), "Xbcdef|" },
		{ "another row is another line", 80, HG_BYTES("\x1b[1;1Ha\x1b[1;3Hb\x1b[2;1Hc\x1b[3;1H"),
			"|a b|c|" },
		{ "tabs", 80, HG_BYTES("a\tb\n"), "a       b|" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_telnet_line l = { .wide = true };
		struct hg_telnet_escape e = { 0 };
		char got[256] = "";
		bool whole = false;
		size_t n = 0;

		for (size_t k = 0; k < rows[i].in.len; k++) {
			if (!hg_telnet_show(&l, &e, mem, rows[i].columns, rows[i].in.p[k], &whole))
				continue;
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s|", (int)text_of(&l).len,
				(const char *)text_of(&l).p);
			hg_telnet_next_line(&l);
		}
		hg_check_str(rows[i].title, got, rows[i].want);
		hg_telnet_line_fini(&l, mem);
	}
}

static void
test_a_program_takes_the_whole_screen(void)
{
	struct hg_telnet_line l = { .wide = true };
	struct hg_telnet_escape e = { 0 };
	static const char in[] = "\x1b[?1049hx", out[] = "\x1b[?25l\x1b[?1049l";
	bool whole = false;

	for (size_t i = 0; i < sizeof(in) - 1; i++)
		hg_telnet_show(&l, &e, mem, 80, (uint8_t)in[i], &whole);
	hg_check_bool("taken", whole, true);
	for (size_t i = 0; i < sizeof(out) - 1; i++)
		hg_telnet_show(&l, &e, mem, 80, (uint8_t)out[i], &whole);
	hg_check_bool("given back", whole, false);
	hg_telnet_line_fini(&l, mem);
}

static void
test_keys_edit_a_line(void)
{
	static const struct {
		const char *title;
		struct hg_span in;
		const char *want;
	} rows[] = {
		{ "plain", HG_BYTES("ls -l"), "ls -l" },
		{ "BS and DEL", HG_BYTES("lx\bs\x7f\x7fps"), "ps" },
		{ "more than there is",
			HG_BYTES("a\x7f\x7f\x7f"
				 "b"),
			"b" },
		{ "^U", HG_BYTES("rm -rf /\x15ls"), "ls" },
		{ "^W", HG_BYTES("rm -rf /  \x17/tmp"), "rm -rf /tmp" },
		{ "arrows", HG_BYTES("ac\x1b[Db\x1b[C!"), "abc!" },
		{ "application arrows are no text", HG_BYTES("a\x1bOAb"), "ab" },
		{ "home, end", HG_BYTES("b\x1b[Ha\x1b[Fc"), "abc" },
		{ "^A ^E ^K",
			HG_BYTES("b\x01"
				 "a\x05"
				 "cd\x1b[D\x0b"),
			"abc" },
		{ "the key Delete", HG_BYTES("axb\x1b[D\x1b[D\x1b[3~"), "ab" },
		{ "a whole character goes", HG_BYTES("\xe4\xb8\xad\xe6\x96\x87\x7f"), "\xe4\xb8\xad" },
		{ "Meta and a letter",
			HG_BYTES("a\x1b"
				 "bc"),
			"ac" },
		{ "tabs are no text", HG_BYTES("ls\t"), "ls" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_telnet_line l = { 0 };
		struct hg_telnet_escape e = { 0 };

		for (size_t k = 0; k < rows[i].in.len; k++)
			hg_telnet_key(&l, &e, mem, rows[i].in.p[k]);
		hg_check_span(rows[i].title, text_of(&l), hg_span_str(rows[i].want));
		hg_telnet_line_fini(&l, mem);
	}
}

static void
test_long_lines_are_cut(void)
{
	struct hg_telnet_line l = { .wide = true };
	struct hg_telnet_escape e = { 0 };
	bool whole;

	for (unsigned i = 0; i < 3 * HG_TELNET_CELLS; i++)
		hg_telnet_show(&l, &e, mem, 0, (uint8_t)('a' + i % 26), &whole);
	hg_check_u64("cells", l.len, HG_TELNET_CELLS);
	hg_check_bool("said", l.cut, true);
	for (const char *p = "\x1b[9999C\x1b[9999@x\x1b[9999Dy"; *p != '\0'; p++)
		hg_telnet_show(&l, &e, mem, 9999, (uint8_t)*p, &whole);
	hg_check_u64("still", l.len, HG_TELNET_CELLS);
	hg_telnet_line_fini(&l, mem);
}

static void
open_memory(void)
{
	CU_ASSERT_FATAL(hg_mem_open(&mem, (size_t)8 << 20, false, NULL) == 0);
}

HG_TESTS("telnet_screen", HG_TEST(open_memory), HG_TEST(test_output_is_shown_as_a_terminal_does),
	HG_TEST(test_a_program_takes_the_whole_screen), HG_TEST(test_keys_edit_a_line),
	HG_TEST(test_long_lines_are_cut))
