#include "check.h"

#include "base/wheel.h"

static void
test_wheel_fires_at_the_first_tick_past_the_time(void)
{
	static const struct {
		hg_time when, before, at;
	} rows[] = {
		{ 10 * HG_SEC, 10 * HG_SEC - 1, 10 * HG_SEC },
		{ 10 * HG_SEC + 1, 11 * HG_SEC - 1, 11 * HG_SEC },
		{ 255 * HG_SEC, 255 * HG_SEC - 1, 255 * HG_SEC },
		{ 256 * HG_SEC, 256 * HG_SEC - 1, 256 * HG_SEC },
		{ 65536 * HG_SEC, 65536 * HG_SEC - 1, 65536 * HG_SEC },
		{ 70000 * HG_SEC, 70000 * HG_SEC - 1, 70000 * HG_SEC },
		{ 17000000 * HG_SEC, 17000000 * HG_SEC - 1, 17000000 * HG_SEC },
		{ 5000000000 * HG_SEC, 5000000000 * HG_SEC - 1, 5000000000 * HG_SEC },
	};
	static struct hg_wheel w;

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_wheel_entry e = { 0 };

		hg_wheel_init(&w, 3 * HG_SEC);
		hg_wheel_add(&w, &e, rows[i].when);
		CU_ASSERT_PTR_NULL(hg_wheel_due(&w, rows[i].before));
		CU_ASSERT_PTR_EQUAL(hg_wheel_due(&w, rows[i].at), &e);
		CU_ASSERT_PTR_NULL(e.link);
		CU_ASSERT_PTR_NULL(hg_wheel_due(&w, rows[i].at));
	}
}

#define MANY 3000

struct timer {
	struct hg_wheel_entry entry;
	uint64_t tick; /* UINT64_MAX: not in the wheel */
};

/* The wheel against a plain list, with steps of a second up to years. */
static void
test_wheel_agrees_with_a_list(void)
{
	static struct hg_wheel w;
	static struct timer t[MANY];
	uint64_t seed = 3, now = 1000, last;

	hg_wheel_init(&w, now * HG_SEC);
	for (unsigned i = 0; i < MANY; i++)
		t[i].tick = UINT64_MAX;
	for (unsigned step = 0; step < 4000; step++) {
		struct hg_wheel_entry *e;

		for (unsigned k = 0; k < 8; k++) {
			struct timer *x;

			seed = seed * 6364136223846793005u + 1442695040888963407u;
			x = &t[(seed >> 33) % MANY];
			hg_wheel_remove(&x->entry);
			x->tick = UINT64_MAX;
			if (seed >> 63 == 0)
				continue;
			x->tick = now + ((seed >> 20) & ((1ull << (seed >> 58) % 34) - 1));
			hg_wheel_add(&w, &x->entry, x->tick * HG_SEC);
		}
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		now += (seed >> 40) & ((1u << (seed >> 59) % 18) - 1);
		last = 0;
		while ((e = hg_wheel_due(&w, now * HG_SEC)) != NULL) {
			struct timer *x = (struct timer *)(void *)e;

			hg_check_bool("not early", x->tick <= now, true);
			hg_check_bool("in order", x->tick >= last, true);
			last = x->tick;
			x->tick = UINT64_MAX;
		}
		for (unsigned i = 0; step % 64 == 0 && i < MANY; i++)
			hg_check_bool("not late", t[i].tick > now, true);
	}
}

static void
test_wheel_gives_all_entries_in_order_at_the_end(void)
{
	static const hg_time when[] = { 5000000000 * HG_SEC, 3 * HG_SEC, 70000 * HG_SEC, 300 * HG_SEC };
	static const unsigned order[] = { 1, 3, 2, 0 };
	struct hg_wheel_entry e[4] = { 0 }, again = { 0 };
	static struct hg_wheel w;

	hg_wheel_init(&w, 0);
	for (unsigned i = 0; i < 4; i++)
		hg_wheel_add(&w, &e[i], when[i]);
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_PTR_EQUAL(hg_wheel_any(&w), &e[order[i]]);
	CU_ASSERT_PTR_NULL(hg_wheel_any(&w));
	hg_wheel_add(&w, &again, 1 * HG_SEC);
	CU_ASSERT_PTR_EQUAL(hg_wheel_any(&w), &again);
}

static void
test_wheel_entry_leaves_before_it_fires(void)
{
	struct hg_wheel_entry a = { 0 }, b = { 0 };
	static struct hg_wheel w;

	hg_wheel_init(&w, 0);
	hg_wheel_add(&w, &a, 5 * HG_SEC);
	hg_wheel_add(&w, &b, 5 * HG_SEC);
	hg_wheel_remove(&a);
	hg_wheel_remove(&a);
	CU_ASSERT_PTR_EQUAL(hg_wheel_due(&w, 5 * HG_SEC), &b);
	CU_ASSERT_PTR_NULL(hg_wheel_due(&w, 900 * HG_SEC));
	/* Back in time: nothing fires, nothing is lost. */
	hg_wheel_add(&w, &a, 901 * HG_SEC);
	CU_ASSERT_PTR_NULL(hg_wheel_due(&w, 4 * HG_SEC));
	CU_ASSERT_PTR_EQUAL(hg_wheel_due(&w, 901 * HG_SEC), &a);
	hg_wheel_add(&w, &a, 2 * HG_SEC);
	CU_ASSERT_PTR_EQUAL(hg_wheel_due(&w, 901 * HG_SEC), &a);
}

HG_TESTS("base_wheel", HG_TEST(test_wheel_fires_at_the_first_tick_past_the_time),
	HG_TEST(test_wheel_agrees_with_a_list), HG_TEST(test_wheel_gives_all_entries_in_order_at_the_end),
	HG_TEST(test_wheel_entry_leaves_before_it_fires))
