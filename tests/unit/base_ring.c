#include "check.h"

#include "base/ring.h"

#include <pthread.h>
#include <sched.h>

#define SIZE 4096
#define RECORDS 20000u

static struct hg_ring *
open_ring(void)
{
	struct hg_ring *r = NULL;

	CU_ASSERT_FATAL(hg_ring_open(&r, SIZE, NULL) == 0);
	return r;
}

static void
test_ring_hands_records_on_in_order(void)
{
	struct hg_ring *r = open_ring();
	uint8_t *p;

	hg_check_u64("empty", hg_ring_peek(r).len, 0);
	for (unsigned i = 1; i <= 3; i++) {
		p = hg_ring_reserve(r, 100);
		CU_ASSERT_FATAL(p != NULL);
		memset(p, (int)i, i);
		hg_ring_commit(r, i);
	}
	CU_ASSERT_PTR_NOT_NULL(hg_ring_reserve(r, 100));
	hg_ring_commit(r, 0);
	hg_check_span("first", hg_ring_peek(r), HG_BYTES("\x01"));
	hg_check_span("still there", hg_ring_peek(r), HG_BYTES("\x01"));
	hg_ring_release(r);
	hg_check_span("second", hg_ring_peek(r), HG_BYTES("\x02\x02"));
	hg_ring_release(r);
	hg_check_span("third", hg_ring_peek(r), HG_BYTES("\x03\x03\x03"));
	hg_ring_release(r);
	hg_check_u64("an empty record is none", hg_ring_peek(r).len, 0);
	hg_ring_close(r);
}

static void
test_ring_refuses_when_full_and_goes_on_after_release(void)
{
	struct hg_ring *r = open_ring();
	unsigned in = 0, out = 0;

	for (unsigned round = 0; round < 50; round++) {
		uint8_t *p;
		unsigned before = in;

		while ((p = hg_ring_reserve(r, 300)) != NULL) {
			memset(p, (int)(in & 255), 300);
			hg_ring_commit(r, 300);
			in++;
		}
		hg_check_bool("some fit", in > before, true);
		hg_check_bool("not more than it holds", (size_t)(in - out) * 300 < SIZE, true);
		for (unsigned k = 0; k < 5 && out < in; k++, out++) {
			struct hg_span s = hg_ring_peek(r);

			hg_check_u64("length", s.len, 300);
			hg_check_u64(
				"bytes", s.len == 300 ? s.p[0] + s.p[299] * 256u : 0, (out & 255) * 257u);
			hg_ring_release(r);
		}
	}
	hg_ring_close(r);
}

static void
test_ring_takes_half_its_size_at_any_position(void)
{
	for (size_t first = 1; first < SIZE / 2 - 8; first += 101) {
		struct hg_ring *r = open_ring();

		CU_ASSERT_PTR_NOT_NULL(hg_ring_reserve(r, first));
		hg_ring_commit(r, first);
		hg_ring_peek(r);
		hg_ring_release(r);
		for (unsigned k = 0; k < 4; k++) {
			CU_ASSERT_FATAL(hg_ring_reserve(r, SIZE / 2 - 8) != NULL);
			hg_ring_commit(r, SIZE / 2 - 8);
			hg_check_u64("length", hg_ring_peek(r).len, SIZE / 2 - 8);
			hg_ring_release(r);
		}
		CU_ASSERT_PTR_NULL(hg_ring_reserve(r, SIZE / 2));
		hg_ring_close(r);
	}
}

static void *
produce(void *arg)
{
	struct hg_ring *r = arg;

	for (uint32_t i = 0; i < RECORDS; i++) {
		size_t len = 4 + i * 7 % 500;
		uint8_t *p;

		while ((p = hg_ring_reserve(r, 600)) == NULL)
			sched_yield();
		memset(p, (int)(i & 255), len);
		memcpy(p, &i, sizeof(i));
		hg_ring_commit(r, len);
	}
	return NULL;
}

static void
test_ring_carries_records_between_threads(void)
{
	struct hg_ring *r = open_ring();
	uint32_t next = 0, bad = 0;
	pthread_t t;

	CU_ASSERT_FATAL(pthread_create(&t, NULL, produce, r) == 0);
	while (next < RECORDS) {
		struct hg_span s = hg_ring_peek(r);
		uint32_t i;

		if (s.len == 0) {
			sched_yield();
			continue;
		}
		memcpy(&i, s.p, sizeof(i));
		bad += i != next || s.len != 4 + i * 7 % 500 || (s.len > 4 && s.p[s.len - 1] != (i & 255));
		next++;
		hg_ring_release(r);
	}
	pthread_join(t, NULL);
	hg_check_u64("bad records", bad, 0);
	hg_ring_close(r);
}

static void
test_ring_refuses_odd_sizes(void)
{
	static const size_t rows[] = { 0, 1, 64, 5000, SIZE + 1 };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_ring *r = NULL;
		struct hg_error err;

		hg_check_bool("refused", hg_ring_open(&r, rows[i], &err) < 0, true);
	}
	hg_ring_close(NULL);
}

HG_TESTS("base_ring", HG_TEST(test_ring_hands_records_on_in_order),
	HG_TEST(test_ring_refuses_when_full_and_goes_on_after_release),
	HG_TEST(test_ring_takes_half_its_size_at_any_position),
	HG_TEST(test_ring_carries_records_between_threads), HG_TEST(test_ring_refuses_odd_sizes))
