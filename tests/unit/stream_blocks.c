#include "check.h"

#include "stream/blocks.h"

static size_t
used_by(struct hg_mem *m)
{
	struct hg_mem_stats s;

	hg_mem_stats(m, &s);
	return s.used;
}

/* As connections that rest do: a train of segments came, nearly all of it was read. */
static void
test_a_rest_takes_little_room_and_stays_what_it_was(void)
{
	static uint8_t train[65536];
	struct hg_mem *m = NULL;
	struct hg_blocks b = { 0 };
	uint64_t held = 0;
	struct hg_block_caps caps = { .held = &held, .held_max = 1 << 20, .blocks_max = 16 };
	uint64_t end = 0;

	CU_ASSERT_FATAL(hg_mem_open(&m, 4 << 20, false, NULL) == 0);
	caps.mem = m;
	for (size_t i = 0; i < sizeof(train); i++)
		train[i] = (uint8_t)hg_check_below(256);
	for (unsigned round = 0; round < 50; round++) {
		const size_t n = 1 + hg_check_below(sizeof(train) - 1), keep = hg_check_below((unsigned)n);

		for (size_t at = 0; at < n; at += 1400)
			CU_ASSERT(hg_blocks_write(&b, &caps, end + at,
					  hg_span_sub(hg_span(train, n), at, 1400)) == HG_WRITE_DONE);
		end += n;
		hg_blocks_drop(&b, &caps, end - keep);
		hg_check_u64("bytes held", held, keep);
		hg_check_bool("the rest",
			hg_span_eq(hg_blocks_at(&b, end - keep), hg_span(train + n - keep, keep)), true);
		hg_check_bool("room for it", used_by(m) <= HG_MAX(4 * keep + 256, (size_t)3072), true);
		hg_blocks_drop(&b, &caps, end);
		hg_check_u64("nothing held", used_by(m), 0);
	}
	hg_blocks_free(&b, &caps);
	hg_mem_close(m);
}

HG_TESTS("stream_blocks", HG_TEST(test_a_rest_takes_little_room_and_stays_what_it_was))
