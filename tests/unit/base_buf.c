#include "check.h"

#include "base/buf.h"

static struct hg_mem *mem;

static void
begin(struct hg_buf *b, size_t cap)
{
	CU_ASSERT_FATAL(hg_mem_open(&mem, (size_t)4 << 20, false, NULL) == 0);
	hg_buf_init(b, mem, cap);
}

static void
end(struct hg_buf *b)
{
	struct hg_mem_stats s;

	hg_buf_fini(b);
	hg_mem_stats(mem, &s);
	hg_check_u64("all given back", s.used, 0);
	hg_mem_close(mem);
}

static void
test_buf_holds_what_was_appended_and_not_consumed(void)
{
	struct hg_buf b;
	uint8_t model[70000];
	size_t from = 0, to = 0;
	uint64_t seed = 7;

	for (size_t i = 0; i < sizeof(model); i++)
		model[i] = (uint8_t)(i * 31 >> 3);
	begin(&b, 1000);
	while (to < sizeof(model) - 400) {
		size_t n, held = to - from;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		n = (size_t)(seed >> 33) % 400;
		if (hg_buf_append(&b, hg_span(model + to, n)))
			to += n;
		else
			hg_check_bool("refused only past the cap", held + n > 1000, true);
		hg_check_span("held", hg_buf_span(&b), hg_span(model + from, to - from));
		n = HG_MIN((size_t)(seed >> 45) % 400, to - from);
		hg_buf_consume(&b, n);
		from += n;
	}
	hg_check_u64("length", hg_buf_len(&b), to - from);
	hg_buf_clear(&b);
	hg_buf_append(&b, HG_BYTES("abcd"));
	hg_buf_cut(&b, 3);
	hg_buf_append(&b, HG_BYTES("ef"));
	hg_check_span("cut at its end", hg_buf_span(&b), HG_BYTES("aef"));
	end(&b);
}

static void
test_buf_append_fails_whole_past_the_cap(void)
{
	struct hg_buf b;

	begin(&b, 5);
	hg_check_bool("fits", hg_buf_append(&b, HG_BYTES("abcd")), true);
	hg_check_bool("does not", hg_buf_append(&b, HG_BYTES("ef")), false);
	hg_check_span("unchanged", hg_buf_span(&b), HG_BYTES("abcd"));
	hg_check_bool("to the cap", hg_buf_append(&b, HG_BYTES("e")), true);
	hg_check_bool("nothing always fits", hg_buf_append(&b, HG_SPAN_NONE), true);
	hg_buf_clear(&b);
	hg_check_u64("empty", hg_buf_len(&b), 0);
	hg_check_bool("length overflows", hg_buf_reserve(&b, SIZE_MAX) == NULL, true);
	end(&b);
}

static void
test_buf_reserves_room_to_write_into(void)
{
	struct hg_buf b;
	uint8_t *p;

	begin(&b, 1000);
	hg_buf_append(&b, HG_BYTES("ab"));
	p = hg_buf_reserve(&b, 200);
	CU_ASSERT_FATAL(p != NULL);
	memcpy(p, "cd", 2);
	hg_buf_grow(&b, 2);
	hg_check_span("held", hg_buf_span(&b), HG_BYTES("abcd"));
	end(&b);
}

static void
test_buf_makes_do_with_its_block_when_memory_is_refused(void)
{
	struct hg_buf b;
	struct hg_mem *small = NULL;

	CU_ASSERT_FATAL(hg_mem_open(&small, 64, false, NULL) == 0);
	hg_buf_init(&b, small, 1000);
	hg_check_bool("first block",
		hg_buf_append(&b, hg_span("0123456789012345678901234567890123456789", 40)), true);
	hg_check_bool("no second", hg_buf_append(&b, hg_span("0123456789012345678901234567890123456789", 40)),
		false);
	hg_buf_consume(&b, 10);
	hg_check_bool("moved down", hg_buf_append(&b, hg_span("abcdefghijklmnopqrstuvwxyzABCDEF", 32)), true);
	hg_check_span("held", hg_buf_span(&b),
		HG_BYTES("012345678901234567890123456789abcdefghijklmnopqrstuvwxyzABCDEF"));
	hg_buf_fini(&b);
	hg_mem_close(small);
}

HG_TESTS("base_buf", HG_TEST(test_buf_holds_what_was_appended_and_not_consumed),
	HG_TEST(test_buf_append_fails_whole_past_the_cap), HG_TEST(test_buf_reserves_room_to_write_into),
	HG_TEST(test_buf_makes_do_with_its_block_when_memory_is_refused))
