/* One stream through hg_deflate and through zlib, cut alike: after each piece both have taken as much, given the same and say
 * the same. For the unit test and the fuzz target. */
#ifndef HG_DEFLATE_BOTH_H
#define HG_DEFLATE_BOTH_H

#include <string.h>
#include <zlib.h>

#include "app/deflate.h"

struct deflate_both {
	struct hg_deflate *ours;
	z_stream theirs;
	uint8_t block[HG_DEFLATE_BLOCK]; /* theirs */
};

static inline bool
deflate_same_block(const struct deflate_both *b)
{
	const struct hg_span ours = hg_deflate_block(b->ours);

	return ours.len == HG_DEFLATE_BLOCK - b->theirs.avail_out &&
		memcmp(ours.p, b->block, ours.len) == 0 && hg_deflate_total(b->ours) == b->theirs.total_out;
}

static inline void
deflate_take_both(struct deflate_both *b)
{
	hg_deflate_take(b->ours);
	b->theirs.next_out = b->block;
	b->theirs.avail_out = HG_DEFLATE_BLOCK;
}

/* zlib asks for a dictionary where we see a fault. */
static inline enum hg_deflate_result
deflate_result_of(int zlib)
{
	if (zlib == Z_OK || zlib == Z_BUF_ERROR)
		return HG_DEFLATE_MORE;
	return zlib == Z_STREAM_END ? HG_DEFLATE_END : HG_DEFLATE_BROKEN;
}

/* One piece, taken whole unless the stream is over; false: they differ. */
static inline bool
deflate_feed_both(struct deflate_both *b, struct hg_span piece, bool flush, enum hg_deflate_result *said)
{
	struct hg_span rest = piece;

	b->theirs.next_in = (z_const Bytef *)(uintptr_t)piece.p;
	b->theirs.avail_in = (unsigned)piece.len;
	*said = HG_DEFLATE_MORE;
	while (*said == HG_DEFLATE_MORE && rest.len > 0) {
		if (hg_deflate_block(b->ours).len == HG_DEFLATE_BLOCK)
			deflate_take_both(b);
		*said = hg_deflate_run(b->ours, &rest);
		if (*said != deflate_result_of(inflate(&b->theirs, Z_NO_FLUSH)) || !deflate_same_block(b) ||
			(*said != HG_DEFLATE_BROKEN && rest.len != b->theirs.avail_in))
			return false;
	}
	if (flush)
		deflate_take_both(b);
	return true;
}

/* Pieces of cut bytes, 0: one piece; flush: what came out is taken after each. */
static inline bool
deflate_is_same(struct hg_mem *mem, struct hg_span in, enum hg_deflate_wrap wrap, size_t cut, bool flush)
{
	struct deflate_both b = { .ours = hg_deflate_open(mem, wrap) };
	enum hg_deflate_result said = HG_DEFLATE_MORE;
	bool same =
		b.ours != NULL && inflateInit2(&b.theirs, wrap == HG_DEFLATE_BARE ? -15 : 15 + 32) == Z_OK;

	deflate_take_both(&b);
	while (same && said == HG_DEFLATE_MORE && in.len > 0) {
		const struct hg_span piece = hg_span_sub(in, 0, cut == 0 ? in.len : cut);

		same = deflate_feed_both(&b, piece, flush, &said);
		in = hg_span_from(in, piece.len);
	}
	inflateEnd(&b.theirs);
	hg_deflate_close(b.ours, mem);
	return same;
}

#endif
