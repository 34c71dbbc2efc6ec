#include "check.h"

#include "base/lane.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>

#define RECORDS 30000u
#define PRODUCERS 3

struct lanes {
	struct hg_bell bell;
	struct hg_lane lane[PRODUCERS];
};

static void
open_lanes(struct lanes *l, size_t size)
{
	memset(l, 0, sizeof(*l));
	CU_ASSERT_FATAL(hg_bell_open(&l->bell, NULL) == 0);
	for (unsigned i = 0; i < PRODUCERS; i++)
		CU_ASSERT_FATAL(hg_lane_open(&l->lane[i], &l->bell, size, NULL) == 0);
}

static void
close_lanes(struct lanes *l)
{
	for (unsigned i = 0; i < PRODUCERS; i++)
		hg_lane_close(&l->lane[i]);
	hg_bell_close(&l->bell);
}

static bool
rang(const struct lanes *l)
{
	struct pollfd p = { .fd = l->bell.fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void
test_lane_rings_only_for_one_who_sleeps(void)
{
	struct lanes l;

	open_lanes(&l, 4096);
	hg_lane_put(&l.lane[0], HG_BYTES("a"));
	hg_check_bool("awake: not rung", rang(&l), false);
	hg_bell_doze(&l.bell);
	hg_check_bool("what was put before is seen", hg_lane_waiting(&l.lane[0]), true);
	hg_check_bool("another lane has nothing", hg_lane_waiting(&l.lane[1]), false);
	hg_check_bool("still not rung", rang(&l), false);
	hg_lane_put(&l.lane[1], HG_BYTES("b"));
	hg_check_bool("asleep: rung", rang(&l), true);
	hg_bell_rise(&l.bell);
	hg_check_bool("heard", rang(&l), false);
	hg_lane_put(&l.lane[1], HG_BYTES("c"));
	hg_check_bool("awake again: not rung", rang(&l), false);
	hg_bell_strike(&l.bell);
	hg_check_bool("struck: rung in any case", rang(&l), true);
	close_lanes(&l);
}

static void
test_only_what_is_urgent_ends_a_nap(void)
{
	struct lanes l;

	open_lanes(&l, 4096);
	hg_bell_nap(&l.bell);
	hg_lane_put_later(&l.lane[0], HG_BYTES("a"));
	hg_check_bool("napping: not rung for what has time", rang(&l), false);
	hg_lane_put(&l.lane[1], HG_BYTES("b"));
	hg_check_bool("rung for the other", rang(&l), true);
	hg_bell_rise(&l.bell);
	hg_bell_doze(&l.bell);
	hg_lane_put_later(&l.lane[0], HG_BYTES("c"));
	hg_check_bool("asleep: rung for all", rang(&l), true);
	close_lanes(&l);
}

static void
test_bell_wait_ends_by_time_or_by_a_ring(void)
{
	struct lanes l;

	open_lanes(&l, 4096);
	hg_bell_doze(&l.bell);
	hg_bell_wait(&l.bell, 1000);
	hg_bell_ring(&l.bell);
	hg_check_bool("risen when the time was over: not rung", rang(&l), false);
	hg_bell_doze(&l.bell);
	hg_bell_ring(&l.bell);
	hg_bell_wait(&l.bell, UINT64_C(3600000000000)); /* without the ring this test would not end */
	hg_check_bool("heard", rang(&l), false);
	close_lanes(&l);
}

static void
test_lane_counts_what_finds_no_room(void)
{
	uint8_t record[1000] = { 7 };
	struct lanes l;
	unsigned put = 0;

	open_lanes(&l, 4096);
	while (hg_lane_put(&l.lane[0], hg_span(record, sizeof(record))))
		put++;
	hg_check_bool("an empty one is none", hg_lane_put(&l.lane[0], hg_span(record, 0)), false);
	hg_check_bool("some fit", put > 1, true);
	hg_check_u64("queued", hg_lane_queued(&l.lane[0]), put);
	hg_check_u64("lost", hg_lane_lost(&l.lane[0]), 2);
	hg_check_u64("the oldest", hg_lane_peek(&l.lane[0]).len, sizeof(record));
	hg_lane_release(&l.lane[0]);
	hg_check_u64("one less", hg_lane_queued(&l.lane[0]), put - 1);
	hg_check_bool("room again", hg_lane_put(&l.lane[0], hg_span(record, sizeof(record))), true);
	close_lanes(&l);
}

static void *
produce(void *arg)
{
	struct hg_lane *lane = arg;

	for (uint32_t i = 0; i < RECORDS; i++) {
		while (!hg_lane_put(lane, hg_span(&i, sizeof(i))))
			sched_yield();
		if (i % 64 == 0)
			sched_yield();
	}
	return NULL;
}

/* What waits in all lanes; false: nothing. */
static bool
take(struct lanes *l, uint32_t next[PRODUCERS], unsigned *bad)
{
	bool any = false;

	for (unsigned i = 0; i < PRODUCERS; i++) {
		struct hg_span s;
		uint32_t n;

		while ((s = hg_lane_peek(&l->lane[i])).len > 0) {
			memcpy(&n, s.p, sizeof(n));
			*bad += n != next[i]++;
			hg_lane_release(&l->lane[i]);
			any = true;
		}
	}
	return any;
}

static bool
any_waits(struct lanes *l)
{
	for (unsigned i = 0; i < PRODUCERS; i++)
		if (hg_lane_waiting(&l->lane[i]))
			return true;
	return false;
}

/* A wake-up that got lost would be waited for without end. */
static void
test_lane_never_sleeps_over_a_record(void)
{
	struct lanes l;
	uint32_t next[PRODUCERS] = { 0 };
	pthread_t threads[PRODUCERS];
	unsigned bad = 0;

	open_lanes(&l, 4096);
	for (unsigned i = 0; i < PRODUCERS; i++)
		CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, produce, &l.lane[i]) == 0);
	while (next[0] + next[1] + next[2] < PRODUCERS * RECORDS) {
		struct pollfd p = { .fd = l.bell.fd, .events = POLLIN };

		if (take(&l, next, &bad))
			continue;
		hg_bell_doze(&l.bell);
		if (!any_waits(&l))
			poll(&p, 1, -1);
		hg_bell_rise(&l.bell);
	}
	for (unsigned i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	hg_check_u64("out of order", bad, 0);
	hg_check_bool("nothing is left", any_waits(&l), false);
	close_lanes(&l);
}

HG_TESTS("base_lane", HG_TEST(test_lane_rings_only_for_one_who_sleeps),
	HG_TEST(test_only_what_is_urgent_ends_a_nap), HG_TEST(test_bell_wait_ends_by_time_or_by_a_ring),
	HG_TEST(test_lane_counts_what_finds_no_room), HG_TEST(test_lane_never_sleeps_over_a_record))
