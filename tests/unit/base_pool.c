#include "check.h"

#include "base/pool.h"

static void
test_pool_gives_zeroed_elements_up_to_its_cap(void)
{
	struct hg_pool p;
	uint8_t *e[4], zero[24] = { 0 };

	CU_ASSERT_FATAL(hg_pool_init(&p, 20, 8, 4, false, NULL) == 0);
	hg_check_u64("size", p.size, 24);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 4; i++) {
			e[i] = hg_pool_take(&p);
			CU_ASSERT_FATAL(e[i] != NULL);
			hg_check_span("zero", hg_span(e[i], 24), hg_span(zero, 24));
			memset(e[i], 0xff, 24);
			CU_ASSERT_PTR_EQUAL(hg_pool_at(&p, hg_pool_index(&p, e[i])), e[i]);
		}
		CU_ASSERT_PTR_NULL(hg_pool_take(&p));
		hg_check_u64("refused", p.refused, round + 1);
		for (unsigned i = 0; i < 4; i++)
			hg_pool_give(&p, e[i]);
		hg_check_u64("used", p.used, 0);
	}
	hg_pool_fini(&p);
}

static void
test_pool_elements_keep_their_alignment(void)
{
	static const struct {
		size_t size, align, want;
	} rows[] = { { 1, 1, 4 }, { 65, 64, 128 }, { 128, 64, 128 }, { 4000, 4096, 4096 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_pool p;

		CU_ASSERT_FATAL(hg_pool_init(&p, rows[i].size, rows[i].align, 3, true, NULL) == 0);
		hg_check_u64("size", p.size, rows[i].want);
		hg_pool_take(&p);
		hg_check_u64("aligned", (uintptr_t)hg_pool_take(&p) % rows[i].align, 0);
		hg_pool_fini(&p);
	}
}

static void
test_pool_reset_forgets_all_elements(void)
{
	struct hg_pool p;
	void *first;

	CU_ASSERT_FATAL(hg_pool_init(&p, 16, 8, 2, false, NULL) == 0);
	first = hg_pool_take(&p);
	hg_pool_give(&p, hg_pool_take(&p));
	hg_pool_reset(&p);
	hg_check_u64("used", p.used, 0);
	CU_ASSERT_PTR_EQUAL(hg_pool_take(&p), first);
	CU_ASSERT_PTR_NOT_NULL(hg_pool_take(&p));
	CU_ASSERT_PTR_NULL(hg_pool_take(&p));
	hg_pool_fini(&p);
}

static void
test_pool_takes_any_cap(void)
{
	struct hg_pool p;
	struct hg_error err;

	CU_ASSERT_FATAL(hg_pool_init(&p, 16, 8, 0, false, NULL) == 0);
	CU_ASSERT_PTR_NULL(hg_pool_take(&p));
	hg_pool_fini(&p);
	CU_ASSERT_FATAL(hg_pool_init(&p, 256, 64, 100000000, false, NULL) == 0);
	CU_ASSERT_PTR_NOT_NULL(hg_pool_take(&p));
	hg_pool_fini(&p);
	CU_ASSERT(hg_pool_init(&p, SIZE_MAX / 4, 8, 100, false, &err) < 0);
	hg_pool_fini(&p);
}

HG_TESTS("base_pool", HG_TEST(test_pool_gives_zeroed_elements_up_to_its_cap),
	HG_TEST(test_pool_elements_keep_their_alignment), HG_TEST(test_pool_reset_forgets_all_elements),
	HG_TEST(test_pool_takes_any_cap))
