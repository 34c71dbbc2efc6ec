#include "check.h"

#include "base/line.h"

#include <stdio.h>

#define CAP 8

/* Feeds text in pieces of `step` bytes and writes what came as "[text]", with ! for CR LF and ~ for truncated. */
static void
run(struct hg_span text, size_t step, char *out, size_t size)
{
	struct hg_mem *mem = NULL;
	struct hg_lines l;
	struct hg_line line;
	size_t used = 0;

	CU_ASSERT_FATAL(hg_mem_open(&mem, 1 << 20, false, NULL) == 0);
	hg_lines_init(&l, mem, CAP);
	for (size_t at = 0; at < text.len; at += step) {
		struct hg_span rest = hg_span_sub(text, at, step);

		while (hg_line_take(&l, &rest, &line))
			used += (size_t)snprintf(out + used, size - used, "[%.*s]%s%s", (int)line.text.len,
				(const char *)line.text.p, line.crlf ? "!" : "", line.truncated ? "~" : "");
		hg_check_u64("all was kept", rest.len, 0);
	}
	snprintf(out + used, size - used, "+%.*s", (int)hg_lines_rest(&l).len,
		(const char *)hg_lines_rest(&l).p);
	hg_lines_fini(&l);
	hg_mem_close(mem);
}

static void
test_lines_are_the_same_however_input_is_cut(void)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "", "+" },
		{ "a\nb\r\n", "[a][b]!+" },
		{ "\n\r\n\r\r\n", "[][]![\r]!+" },
		{ "a\rb\nrest", "[a\rb]+rest" },
		{ "12345678\n", "[12345678]+" },
		{ "12345678\r\nx\n", "[12345678]![x]+" },
		{ "123456789\nx\n", "[12345678]~[x]+" },
		{ "12345678\r9\nx\n", "[12345678]~[x]+" },
		{ "12345678\r\r\nx\n", "[12345678]~[x]+" },
		{ "123456789012345678901234567890\n\nx\r\n", "[12345678]~[][x]!+" },
		{ "1234567890", "[12345678]~+" },
		{ "ok\nhalf\r", "[ok]+half\r" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_span in = hg_span_str(rows[i].in);

		for (size_t step = 1; step <= in.len + 1; step++) {
			char out[256];

			run(in, step, out, sizeof(out));
			hg_check_str(rows[i].in, out, rows[i].want);
		}
	}
}

static void
test_lines_in_one_piece_are_not_copied(void)
{
	struct hg_mem *mem = NULL;
	struct hg_lines l;
	struct hg_line line;
	struct hg_span in = HG_BYTES("whole\r\n"), rest = in;
	struct hg_mem_stats s;

	CU_ASSERT_FATAL(hg_mem_open(&mem, 1 << 20, false, NULL) == 0);
	hg_lines_init(&l, mem, 100);
	CU_ASSERT(hg_line_take(&l, &rest, &line));
	CU_ASSERT_PTR_EQUAL(line.text.p, in.p);
	hg_mem_stats(mem, &s);
	hg_check_u64("no memory", s.peak, 0);
	hg_lines_fini(&l);
	hg_mem_close(mem);
}

static void
test_lines_are_truncated_when_memory_is_refused(void)
{
	struct hg_mem *mem = NULL;
	struct hg_lines l;
	struct hg_line line;
	struct hg_span rest = HG_BYTES("no room");

	CU_ASSERT_FATAL(hg_mem_open(&mem, 0, false, NULL) == 0);
	hg_lines_init(&l, mem, 100);
	CU_ASSERT(hg_line_take(&l, &rest, &line));
	hg_check_span("what there is", line.text, HG_BYTES("no room"));
	hg_check_bool("truncated", line.truncated, true);
	rest = HG_BYTES("more\nnext\n");
	CU_ASSERT(hg_line_take(&l, &rest, &line));
	hg_check_span("the rest is skipped", line.text, HG_BYTES("next"));
	hg_lines_fini(&l);
	hg_mem_close(mem);
}

static void
test_lines_forget_a_beginning_after_a_gap(void)
{
	struct hg_mem *mem = NULL;
	struct hg_lines l;
	struct hg_line line;
	struct hg_span rest = HG_BYTES("lost");

	CU_ASSERT_FATAL(hg_mem_open(&mem, 1 << 20, false, NULL) == 0);
	hg_lines_init(&l, mem, 100);
	CU_ASSERT_FALSE(hg_line_take(&l, &rest, &line));
	hg_lines_drop(&l);
	rest = HG_BYTES("new\n");
	CU_ASSERT(hg_line_take(&l, &rest, &line));
	hg_check_span("line", line.text, HG_BYTES("new"));
	hg_lines_fini(&l);
	hg_mem_close(mem);
}

HG_TESTS("base_line", HG_TEST(test_lines_are_the_same_however_input_is_cut),
	HG_TEST(test_lines_in_one_piece_are_not_copied),
	HG_TEST(test_lines_are_truncated_when_memory_is_refused),
	HG_TEST(test_lines_forget_a_beginning_after_a_gap))
