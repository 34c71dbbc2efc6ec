#include "check.h"

#include "base/mem.h"

static struct hg_mem *
open_mem(size_t cap)
{
	struct hg_mem *m = NULL;

	CU_ASSERT_FATAL(hg_mem_open(&m, cap, false, NULL) == 0);
	return m;
}

static struct hg_mem_stats
stats_of(const struct hg_mem *m)
{
	struct hg_mem_stats s;

	hg_mem_stats(m, &s);
	return s;
}

static void
test_mem_classes_are_powers_of_two_and_their_halves(void)
{
	static const struct {
		size_t size, class;
	} rows[] = { { 0, 64 }, { 1, 64 }, { 64, 64 }, { 65, 96 }, { 96, 96 }, { 97, 128 }, { 129, 192 },
		{ 193, 256 }, { 4097, 6144 }, { 6145, 8192 }, { 786432, 786432 }, { 786433, 1048576 },
		{ 1048576, 1048576 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64("class", hg_mem_class(rows[i].size), rows[i].class);
}

static void
test_mem_blocks_do_not_overlap(void)
{
	struct hg_mem *m = open_mem((size_t)64 << 20);
	struct {
		uint8_t *p;
		size_t size;
	} held[512] = { 0 };
	uint64_t seed = 1;

	for (unsigned step = 0; step < 20000; step++) {
		unsigned at;
		size_t size;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		at = (unsigned)(seed >> 33) % 512;
		size = (size_t)(seed >> 40) % (step % 64 == 0 ? HG_MEM_MAX : 3000);
		if (held[at].p != NULL) {
			/* Nobody else wrote into it. */
			hg_check_u64("front", held[at].p[0], at & 255);
			hg_check_u64("back", held[at].p[held[at].size], at & 255);
			hg_mem_give(m, held[at].p, held[at].size + 1);
		}
		held[at].size = size;
		held[at].p = hg_mem_take(m, size + 1);
		if (held[at].p == NULL)
			continue;
		hg_check_u64("aligned", (uintptr_t)held[at].p % 16, 0);
		held[at].p[0] = (uint8_t)at;
		held[at].p[size] = (uint8_t)at;
	}
	for (unsigned i = 0; i < 512; i++)
		hg_mem_give(m, held[i].p, held[i].size + 1);
	hg_check_u64("all given", stats_of(m).used, 0);
	hg_mem_close(m);
}

static void
test_mem_refuses_past_its_cap_and_counts(void)
{
	struct hg_mem *m = open_mem(4096);
	void *a = hg_mem_take(m, 2048), *b = hg_mem_take(m, 1537);

	CU_ASSERT_PTR_NOT_NULL(a);
	CU_ASSERT_PTR_NOT_NULL(b);
	hg_check_u64("counted by class", stats_of(m).used, 4096);
	CU_ASSERT_PTR_NULL(hg_mem_take(m, 1));
	hg_check_u64("refused", stats_of(m).refused, 1);
	hg_mem_give(m, b, 1537);
	CU_ASSERT_PTR_NOT_NULL(hg_mem_take(m, 1));
	hg_check_u64("peak", stats_of(m).peak, 4096);
	CU_ASSERT_PTR_NULL(hg_mem_take(m, HG_MEM_MAX + 1));
	hg_mem_close(m);
}

static void
test_mem_room_of_small_blocks_serves_large_ones_again(void)
{
	enum { BLOCKS = 4 << 20 >> 6 };
	struct hg_mem *m = open_mem((size_t)4 << 20);
	static void *small[BLOCKS];

	for (unsigned round = 0; round < 10; round++) {
		for (size_t i = 0; i < BLOCKS; i++)
			CU_ASSERT_FATAL((small[i] = hg_mem_take(m, 64)) != NULL);
		CU_ASSERT_PTR_NULL(hg_mem_take(m, 64));
		for (size_t i = 0; i < BLOCKS; i++)
			hg_mem_give(m, small[i], 64);
		for (size_t i = 0; i < 4; i++)
			CU_ASSERT_FATAL((small[i] = hg_mem_take(m, HG_MEM_MAX)) != NULL);
		for (size_t i = 0; i < 4; i++)
			hg_mem_give(m, small[i], HG_MEM_MAX);
	}
	hg_mem_close(m);
}

static void
test_mem_gives_zeroed_blocks_when_asked(void)
{
	struct hg_mem *m = open_mem(1 << 20);
	uint8_t *p = hg_mem_take(m, 100);
	static const uint8_t zero[100];

	memset(p, 0xff, 100);
	hg_mem_give(m, p, 100);
	p = hg_mem_take0(m, 100);
	hg_check_span("zero", hg_span(p, 100), hg_span(zero, 100));
	hg_mem_close(m);
}

static void
test_mem_reset_forgets_every_block(void)
{
	struct hg_mem *m = open_mem(1 << 20);
	void *first = hg_mem_take(m, 64);

	hg_mem_take(m, 5000);
	hg_mem_take(m, HG_MEM_MAX);
	hg_mem_reset(m);
	hg_check_u64("used", stats_of(m).used, 0);
	hg_check_u64("refused", stats_of(m).refused, 0);
	CU_ASSERT_PTR_EQUAL(hg_mem_take(m, 64), first);
	hg_mem_close(m);
}

static void
test_mem_of_many_gibibytes_opens(void)
{
	struct hg_mem *m = open_mem((size_t)64 << 30);
	struct hg_mem *touched = NULL;

	CU_ASSERT_PTR_NOT_NULL(hg_mem_take(m, HG_MEM_MAX));
	hg_mem_close(m);
	CU_ASSERT(hg_mem_open(&touched, 1 << 20, true, NULL) == 0);
	CU_ASSERT_PTR_NOT_NULL(hg_mem_take(touched, 64));
	hg_mem_close(touched);
	hg_mem_close(NULL);
}

static void
test_mem_runs_are_whole_and_come_back(void)
{
	struct hg_mem *m = open_mem((size_t)64 << 20);
	uint8_t *a = hg_mem_take_run(m, (size_t)3 << 20), *b = hg_mem_take_run(m, ((size_t)4 << 20) + 1),
		*small;

	CU_ASSERT_FATAL(a != NULL && b != NULL);
	hg_check_u64("counted in MiB", stats_of(m).used, (uint64_t)8 << 20);
	memset(a, 1, (size_t)3 << 20);
	memset(b, 2, ((size_t)4 << 20) + 1);
	hg_check_u64("not over each other", a[((size_t)3 << 20) - 1], 1);
	CU_ASSERT_PTR_NULL(hg_mem_take_run(m, 1)); /* an eighth of the cap is taken */
	hg_check_u64("refused", stats_of(m).refused, 1);
	hg_mem_give_run(m, a, (size_t)3 << 20);
	/* A slab out of the middle of what came back; a run then finds another place. */
	small = hg_mem_take(m, 64);
	CU_ASSERT_PTR_NOT_NULL(small);
	a = hg_mem_take_run(m, (size_t)3 << 20);
	CU_ASSERT_FATAL(a != NULL);
	memset(a, 3, (size_t)3 << 20);
	hg_mem_give(m, small, 64);
	hg_mem_give_run(m, a, (size_t)3 << 20);
	hg_mem_give_run(m, b, ((size_t)4 << 20) + 1);
	hg_mem_give_run(m, NULL, 1);
	hg_check_u64("all given", stats_of(m).used, 0);
	CU_ASSERT_PTR_NULL(hg_mem_take_run(m, HG_MEM_RUN_MAX + 1));
	hg_mem_reset(m);
	CU_ASSERT_PTR_NOT_NULL(hg_mem_take_run(m, (size_t)8 << 20));
	hg_mem_close(m);
}

HG_TESTS("base_mem", HG_TEST(test_mem_classes_are_powers_of_two_and_their_halves),
	HG_TEST(test_mem_blocks_do_not_overlap), HG_TEST(test_mem_refuses_past_its_cap_and_counts),
	HG_TEST(test_mem_room_of_small_blocks_serves_large_ones_again),
	HG_TEST(test_mem_runs_are_whole_and_come_back), HG_TEST(test_mem_gives_zeroed_blocks_when_asked),
	HG_TEST(test_mem_reset_forgets_every_block), HG_TEST(test_mem_of_many_gibibytes_opens))
