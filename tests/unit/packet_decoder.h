/* packet_decoder: a decoder for one test, and frames through it. */
#ifndef HG_TESTS_PACKET_DECODER_H
#define HG_TESTS_PACKET_DECODER_H

#include "check.h"
#include "packet/packet.h"

struct bench {
	struct hg_mem *mem;
	struct hg_decode *decoder;
	struct hg_packet out[HG_FRAME_PACKETS];
	unsigned n;
	hg_time now;
};

static inline void
bench_open_with(struct bench *b, const struct hg_decode_config *config)
{
	*b = (struct bench){ .now = HG_SEC };
	CU_ASSERT_FATAL(hg_mem_open(&b->mem, 32 << 20, false, NULL) == 0);
	CU_ASSERT_FATAL(hg_decode_open(&b->decoder, config, b->mem, NULL) == 0);
}

static inline void
bench_open(struct bench *b)
{
	struct hg_decode_config config;

	hg_decode_config_init(&config);
	bench_open_with(b, &config);
}

/* Closes, and sees that every block went back. */
static inline void
bench_close(struct bench *b)
{
	struct hg_mem_stats stats;

	hg_decode_close(b->decoder);
	hg_mem_stats(b->mem, &stats);
	hg_check_u64("blocks left", stats.used, 0);
	hg_mem_close(b->mem);
}

static inline void
bench_feed(struct bench *b, uint16_t link, struct hg_span frame)
{
	struct hg_frame_in in = { .data = frame.p,
		.len = (uint32_t)frame.len,
		.wire_len = (uint32_t)frame.len,
		.time = b->now,
		.number = 7,
		.link = link };

	b->n = hg_decode_frame(b->decoder, &in, b->out);
}

#endif
