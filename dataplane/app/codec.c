#define ZSTD_STATIC_LINKING_ONLY
#include "app/codec.h"

#include <brotli/decode.h>
#include <zstd.h>
#include <zstd_errors.h>

#define GRAIN 64
#define BLOCK 8192
#define ZSTD_WINDOW_LOG 23 /* RFC 9659: what a receiver of HTTP must have */

struct hg_codec {
	struct hg_mem *mem;
	enum hg_codec_kind kind;
	BrotliDecoderState *brotli;
	ZSTD_DCtx *zstd;
	uint64_t taken;
	uint8_t n, at; /* bytes of the grain, and how many of them are decoded */
	bool ready;    /* the grain is whole, or the last one */
	bool refused;  /* a block was not to be had */
	uint8_t grain[GRAIN];
	size_t used; /* of out */
	uint8_t out[BLOCK];
};

static void *
take(void *opaque, size_t size)
{
	struct hg_codec *c = opaque;
	void *p = hg_mem_take_sized(c->mem, size, true);

	c->refused |= p == NULL;
	return p;
}

static void
give(void *opaque, void *p)
{
	struct hg_codec *c = opaque;

	hg_mem_give_sized(c->mem, p);
}

struct hg_codec *
hg_codec_open(struct hg_mem *mem, enum hg_codec_kind kind)
{
	struct hg_codec *c = hg_mem_take0(mem, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->mem = mem;
	c->kind = kind;
	if (kind == HG_CODEC_BROTLI)
		c->brotli = BrotliDecoderCreateInstance(take, give, c);
	else
		c->zstd = ZSTD_createDCtx_advanced((ZSTD_customMem){ take, give, c });
	if (c->brotli == NULL && c->zstd == NULL) {
		hg_mem_give(mem, c, sizeof(*c));
		return NULL;
	}
	if (c->zstd != NULL)
		ZSTD_DCtx_setParameter(c->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	return c;
}

void
hg_codec_close(struct hg_codec *c)
{
	if (c == NULL)
		return;
	if (c->brotli != NULL)
		BrotliDecoderDestroyInstance(c->brotli);
	ZSTD_freeDCtx(c->zstd);
	hg_mem_give(c->mem, c, sizeof(*c));
}

static enum hg_codec_step
run_brotli(struct hg_codec *c)
{
	const uint8_t *next = c->grain + c->at;
	uint8_t *out = c->out + c->used;
	size_t left = (size_t)(c->n - c->at), space = BLOCK - c->used;
	BrotliDecoderResult r = BrotliDecoderDecompressStream(c->brotli, &left, &next, &space, &out, NULL);

	c->used = BLOCK - space;
	c->at = (uint8_t)(c->n - left);
	switch (r) {
	case BROTLI_DECODER_RESULT_SUCCESS:
		return HG_CODEC_OVER;
	case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
		return HG_CODEC_MORE;
	case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
		return HG_CODEC_FULL;
	case BROTLI_DECODER_RESULT_ERROR:
		break;
	}
	return HG_CODEC_BROKEN;
}

/* A frame may be followed by another one; the end of the message is that of the stream. */
static enum hg_codec_step
run_zstd(struct hg_codec *c)
{
	ZSTD_inBuffer in = { c->grain, c->n, c->at };
	ZSTD_outBuffer to = { c->out, BLOCK, c->used };
	bool broken;

	do
		broken = ZSTD_isError(ZSTD_decompressStream(c->zstd, &to, &in));
	while (!broken && in.pos < in.size && to.pos < to.size);
	c->used = to.pos;
	c->at = (uint8_t)in.pos;
	if (broken)
		return HG_CODEC_BROKEN;
	return to.pos == to.size ? HG_CODEC_FULL : HG_CODEC_MORE;
}

/* The next grain is there: whole, or what is left at the end. */
static bool
fill(struct hg_codec *c, struct hg_span *in, bool last)
{
	size_t more = HG_MIN(in->len, (size_t)(GRAIN - c->n));

	if (c->ready)
		return true;
	if (more > 0)
		memcpy(c->grain + c->n, in->p, more);
	c->n = (uint8_t)(c->n + more);
	*in = hg_span_from(*in, more);
	c->ready = c->n == GRAIN || (last && c->n > 0);
	c->taken += c->ready ? c->n : 0;
	return c->ready;
}

uint64_t
hg_codec_taken(const struct hg_codec *c)
{
	return c->taken;
}

struct hg_span
hg_codec_block(const struct hg_codec *c)
{
	return hg_span(c->out, c->used);
}

void
hg_codec_take(struct hg_codec *c)
{
	c->used = 0;
}

enum hg_codec_step
hg_codec_run(struct hg_codec *c, struct hg_span *in, bool last)
{
	while (fill(c, in, last)) {
		const enum hg_codec_step step = c->kind == HG_CODEC_BROTLI ? run_brotli(c) : run_zstd(c);

		if (step == HG_CODEC_BROKEN)
			return c->refused ? HG_CODEC_NO_MEMORY : HG_CODEC_BROKEN;
		if (step != HG_CODEC_MORE)
			return step;
		c->ready = false;
		c->n = c->at = 0;
	}
	return HG_CODEC_MORE;
}
