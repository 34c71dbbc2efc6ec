/* codec: codings whose windows are large, brotli (RFC 7932) and zstd (RFC 8878), one stream each.
 *
 * Memory is the worker's (ADR 0024). Input is decoded in grains that lie at fixed places of the stream, so that what a broken
 * stream gives does not depend on how it is cut; up to a grain therefore waits for more, or for the end.
 */
#ifndef HG_APP_CODEC_H
#define HG_APP_CODEC_H

#include "base/mem.h"
#include "base/span.h"

enum hg_codec_kind { HG_CODEC_BROTLI, HG_CODEC_ZSTD };

enum hg_codec_step {
	HG_CODEC_MORE,      /* all input is taken */
	HG_CODEC_FULL,      /* the block is full: take it and ask again */
	HG_CODEC_OVER,      /* the stream has ended */
	HG_CODEC_BROKEN,    /* it cannot be decoded */
	HG_CODEC_NO_MEMORY, /* its window is not to be had */
};

struct hg_codec;

struct hg_codec *hg_codec_open(struct hg_mem *mem, enum hg_codec_kind kind); /* NULL: no memory */
void hg_codec_close(struct hg_codec *c);
/* Decodes from the front of *in. last: nothing follows. */
enum hg_codec_step hg_codec_run(struct hg_codec *c, struct hg_span *in, bool last);
/* What came out and was not taken yet. */
struct hg_span hg_codec_block(const struct hg_codec *c);
void hg_codec_take(struct hg_codec *c);
uint64_t hg_codec_taken(const struct hg_codec *c); /* bytes of the grains so far */

#endif
