/* Brotli and zstd: large windows, floods of output, streams whose window is not to be had. Streams are made here by hand: blocks that
 * repeat one byte, so that no encoder is needed. */
#include "app/codec.h"
#include "check.h"
static struct hg_mem *
open_mem(size_t cap)
{
	struct hg_mem *m = NULL;

	CU_ASSERT_FATAL(hg_mem_open(&m, cap, false, NULL) == 0);
	return m;
}

static uint64_t
used(const struct hg_mem *m)
{
	struct hg_mem_stats s;

	hg_mem_stats(m, &s);
	return s.used;
}

/* A frame with a window of 2^log bytes and n blocks, each 128 KiB of 'r'; the last one is not marked so. */
static size_t
zstd_frame(uint8_t *out, unsigned log, unsigned n)
{
	const uint32_t head = (uint32_t)(128 << 10) << 3 | 1 << 1;
	uint8_t *p = out;

	memcpy(p, "\x28\xb5\x2f\xfd\x00", 5);
	p[5] = (uint8_t)((log - 10) << 3);
	for (p += 6; n > 0; n--) {
		*p++ = (uint8_t)head;
		*p++ = (uint8_t)(head >> 8);
		*p++ = (uint8_t)(head >> 16);
		*p++ = 'r';
	}
	return (size_t)(p - out);
}

/* All of it; what the last step was. */
static enum hg_codec_step
decode(struct hg_codec *c, struct hg_span in, bool last, uint64_t *total)
{
	enum hg_codec_step step;

	do {
		struct hg_span block;

		step = hg_codec_run(c, &in, last);
		block = hg_codec_block(c);
		*total += block.len;
		if (block.len > 0)
			hg_check_u64("a byte of it", block.p[block.len - 1], 'r');
		hg_codec_take(c);
	} while (step == HG_CODEC_FULL);
	return step;
}

static void
test_zstd_windows_of_8_mib_are_had_and_given_back(void)
{
	struct hg_mem *m = open_mem((size_t)256 << 20);
	struct hg_codec *c = hg_codec_open(m, HG_CODEC_ZSTD);
	uint8_t frame[1024];
	uint64_t total = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	hg_check_u64("all taken", decode(c, hg_span(frame, zstd_frame(frame, 23, 100)), true, &total),
		HG_CODEC_MORE);
	hg_check_u64("bytes", total, (uint64_t)100 * (128 << 10));
	hg_check_bool("the window is the worker's memory", used(m) > (uint64_t)8 << 20, true);
	hg_codec_close(c);
	hg_check_u64("given back", used(m), 0);
	hg_mem_close(m);
}

static void
test_zstd_windows_that_are_too_large_are_refused(void)
{
	struct hg_mem *m = open_mem((size_t)256 << 20);
	struct hg_codec *c = hg_codec_open(m, HG_CODEC_ZSTD);
	uint8_t frame[64];
	uint64_t total = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	hg_check_u64(
		"broken", decode(c, hg_span(frame, zstd_frame(frame, 24, 4)), true, &total), HG_CODEC_BROKEN);
	hg_check_u64("nothing came", total, 0);
	hg_codec_close(c);
	hg_mem_close(m);
}

static void
test_a_window_without_memory_is_told_from_a_broken_stream(void)
{
	struct hg_mem *m = open_mem((size_t)16 << 20); /* of which an eighth may be runs */
	struct hg_codec *c = hg_codec_open(m, HG_CODEC_ZSTD);
	uint8_t frame[64];
	uint64_t total = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	hg_check_u64("no memory", decode(c, hg_span(frame, zstd_frame(frame, 23, 4)), true, &total),
		HG_CODEC_NO_MEMORY);
	hg_codec_close(c);
	hg_check_u64("given back", used(m), 0);
	hg_mem_close(m);
}

/* "r" 1,000,000 times, with a window of 16 MiB. */
static void
test_brotli_of_a_large_window(void)
{
	static const char stream[] = "\137\077\102\017\100\102\056\036\013\044\077\347\001";
	struct hg_mem *m = open_mem((size_t)256 << 20);

	for (size_t cut = 0; cut < sizeof(stream); cut++) {
		struct hg_codec *c = hg_codec_open(m, HG_CODEC_BROTLI);
		uint64_t total = 0;

		CU_ASSERT_PTR_NOT_NULL_FATAL(c);
		decode(c, hg_span(stream, cut), false, &total);
		hg_check_u64("over", decode(c, hg_span(stream + cut, sizeof(stream) - 1 - cut), true, &total),
			HG_CODEC_OVER);
		hg_check_u64("bytes", total, 1000000);
		hg_codec_close(c);
	}
	hg_check_u64("given back", used(m), 0);
	hg_mem_close(m);
}

static void
test_no_memory_at_all(void)
{
	struct hg_mem *m = open_mem(1024);

	CU_ASSERT_PTR_NULL(hg_codec_open(m, HG_CODEC_BROTLI));
	CU_ASSERT_PTR_NULL(hg_codec_open(m, HG_CODEC_ZSTD));
	hg_codec_close(NULL);
	hg_check_u64("nothing is held", used(m), 0);
	hg_mem_close(m);
}

HG_TESTS("http_codec", HG_TEST(test_zstd_windows_of_8_mib_are_had_and_given_back),
	HG_TEST(test_zstd_windows_that_are_too_large_are_refused),
	HG_TEST(test_a_window_without_memory_is_told_from_a_broken_stream),
	HG_TEST(test_brotli_of_a_large_window), HG_TEST(test_no_memory_at_all))
