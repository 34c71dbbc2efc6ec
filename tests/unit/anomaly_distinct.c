/* How far the count of different things may be off, against what it says of itself. */
#include "check.h"

#include <stdlib.h>

#include "anomaly/distinct.h"

#define TRIALS 400

static uint64_t
some_hash(void)
{
	return (uint64_t)hg_check_below(1u << 22) << 42 ^ (uint64_t)hg_check_below(1u << 22) << 21 ^
		hg_check_below(1u << 22);
}

static void
nothing_is_nothing(void)
{
	const struct hg_distinct d = { 0 };
	uint32_t error;

	hg_check_u64("count", hg_distinct_count(&d, &error), 0);
	hg_check_u64("error", error, 0);
}

static void
the_same_again_counts_once(void)
{
	struct hg_distinct d = { 0 };
	uint32_t error;

	for (unsigned i = 0; i < 1000; i++)
		hg_distinct_add(&d, 0x0123456789abcdef);
	hg_check_u64("count", hg_distinct_count(&d, &error), 1);
}

struct row {
	const char *title;
	uint32_t n, most; /* per cent that the stated error may be */
};

static void
errors_are_as_stated(void)
{
	static const struct row rows[] = { { "a few", 10, 10 }, { "a threshold", 20, 6 },
		{ "a hundred", 100, 6 }, { "three hundred", 300, 6 }, { "six hundred", 600, 12 },
		{ "a thousand", 1000, 30 }, { "five thousand", 5000, 30 }, { "thirty thousand", 30000, 30 } };

	for (size_t r = 0; r < HG_COUNT(rows); r++) {
		const struct row *row = &rows[r];
		unsigned far = 0;
		uint64_t sum = 0;

		for (unsigned t = 0; t < TRIALS; t++) {
			struct hg_distinct d = { 0 };
			uint32_t error, got;

			for (uint32_t i = 0; i < row->n; i++)
				hg_distinct_add(&d, some_hash());
			got = hg_distinct_count(&d, &error);
			sum += got;
			far += (uint32_t)labs((long)got - (long)row->n) > 3 * HG_MAX(error, 1);
			hg_check_bool(row->title, error <= HG_MAX(row->n * row->most * 13 / 1000, 1), true);
		}
		/* 3 sigma: one in 370. */
		hg_check_bool(row->title, far <= TRIALS / 50, true);
		hg_check_bool(
			row->title, labs((long)(sum / TRIALS) - (long)row->n) <= (long)row->n / 25 + 1, true);
	}
}

static void
too_many_are_at_least(void)
{
	struct hg_distinct d = { 0 };
	uint32_t error;

	for (unsigned i = 0; i < 2000000; i++)
		hg_distinct_add(&d, some_hash());
	hg_check_bool("count", hg_distinct_count(&d, &error) > 30000, true);
}

static void
parts_make_the_whole(void)
{
	struct hg_distinct whole = { 0 }, parts[3];

	memset(parts, 0, sizeof(parts));
	for (unsigned i = 0; i < 500; i++) {
		const uint64_t hash = some_hash();

		hg_distinct_add(&whole, hash);
		hg_distinct_add(&parts[hg_check_below(3)], hash);
	}
	hg_distinct_merge(&parts[2], &parts[0]);
	hg_distinct_merge(&parts[2], &parts[1]);
	hg_check_span("bits", hg_span(&parts[2], sizeof(whole)), hg_span(&whole, sizeof(whole)));
}

HG_TESTS("anomaly_distinct", HG_TEST(nothing_is_nothing), HG_TEST(the_same_again_counts_once),
	HG_TEST(errors_are_as_stated), HG_TEST(too_many_are_at_least), HG_TEST(parts_make_the_whole))
