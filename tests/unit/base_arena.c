#include "check.h"

#include "base/arena.h"

static struct hg_mem *mem;

static uint64_t
used(void)
{
	struct hg_mem_stats s;

	hg_mem_stats(mem, &s);
	return s.used;
}

static void
begin(struct hg_arena *a, size_t limit)
{
	CU_ASSERT_FATAL(hg_mem_open(&mem, (size_t)16 << 20, false, NULL) == 0);
	hg_arena_init(a, mem, limit);
}

static void
test_arena_pieces_keep_their_bytes(void)
{
	struct hg_arena a;
	uint8_t *p[300];

	begin(&a, 0);
	for (unsigned i = 0; i < 300; i++) {
		p[i] = hg_arena_take(&a, i * 7);
		CU_ASSERT_FATAL(p[i] != NULL);
		hg_check_u64("aligned", (uintptr_t)p[i] % 8, 0);
		memset(p[i], (int)i, i * 7);
	}
	for (unsigned i = 1; i < 300; i++) {
		hg_check_u64("first", p[i][0], i & 255);
		hg_check_u64("last", p[i][i * 7 - 1], i & 255);
	}
	hg_arena_reset(&a);
	hg_check_u64("all given back", used(), 0);
	CU_ASSERT_PTR_NOT_NULL(hg_arena_take(&a, 1));
	hg_arena_reset(&a);
	hg_mem_close(mem);
}

static void
test_arena_large_piece_leaves_the_small_block_in_use(void)
{
	struct hg_arena a;
	uint8_t *first, *second;

	begin(&a, 0);
	first = hg_arena_take(&a, 8);
	CU_ASSERT_PTR_NOT_NULL(hg_arena_take(&a, 100000));
	second = hg_arena_take(&a, 8);
	CU_ASSERT(second == first + 8);
	hg_arena_reset(&a);
	CU_ASSERT_PTR_NOT_NULL(hg_arena_take(&a, 100000));
	CU_ASSERT_PTR_NOT_NULL(hg_arena_take(&a, 8));
	CU_ASSERT_PTR_NULL(hg_arena_take(&a, HG_MEM_MAX));
	CU_ASSERT_PTR_NULL(hg_arena_take(&a, SIZE_MAX));
	hg_arena_reset(&a);
	hg_check_u64("all given back", used(), 0);
	hg_mem_close(mem);
}

static void
test_arena_ends_at_its_limit(void)
{
	struct hg_arena a;
	size_t got = 0;

	begin(&a, 2000);
	while (hg_arena_take(&a, 40) != NULL)
		got += 40;
	hg_check_bool("most of the limit is of use", got > 1800 && got <= 2000, true);
	hg_check_bool("held within the limit", a.held <= 2000, true);
	hg_check_bool("refused", hg_span_keep(&a, hg_span(&a, 100)).p == NULL, true);
	hg_arena_reset(&a);
	CU_ASSERT_PTR_NOT_NULL(hg_arena_take(&a, 40));
	hg_arena_reset(&a);
	hg_mem_close(mem);
}

static void
test_arena_keeps_spans_past_their_bytes(void)
{
	struct hg_arena a;
	char text[] = "short-lived";
	struct hg_span kept, none;

	begin(&a, 0);
	kept = hg_span_keep(&a, hg_span_str(text));
	memset(text, 'x', sizeof(text));
	hg_check_span("copy", kept, HG_BYTES("short-lived"));
	none = hg_span_keep(&a, HG_SPAN_NONE);
	hg_check_bool("an empty span kept is no refusal", none.p != NULL && none.len == 0, true);
	hg_check_u64("zeroed", *(uint64_t *)hg_arena_take0(&a, 8), 0);
	hg_arena_reset(&a);
	hg_mem_close(mem);
}

HG_TESTS("base_arena", HG_TEST(test_arena_pieces_keep_their_bytes),
	HG_TEST(test_arena_large_piece_leaves_the_small_block_in_use), HG_TEST(test_arena_ends_at_its_limit),
	HG_TEST(test_arena_keeps_spans_past_their_bytes))
