/* deflate: streams of deflate (RFC 1951), bare or in the wrapping of zlib (RFC 1950) or gzip (RFC 1952), cut anywhere.
 *
 * For bodies that are looked at while they pass: state, window and output are one block of the worker's memory, output is
 * read where it was decoded, and a stream gives every byte that its input determines, up to the first fault. What is taken of
 * the input and what comes out, byte by byte, and where a stream is broken, is as with zlib's inflate() at Z_NO_FLUSH, since
 * rules see blocks (docs/adr/0026). One owner thread, no heap, linear time; growth is the caller's to bound.
 */
#ifndef HG_APP_DEFLATE_H
#define HG_APP_DEFLATE_H

#include "base/mem.h"

#define HG_DEFLATE_BLOCK 8192 /* bytes of output that wait at most */

enum hg_deflate_wrap {
	HG_DEFLATE_WRAPPED, /* zlib or gzip, by the first two bytes */
	HG_DEFLATE_BARE,
};

enum hg_deflate_result {
	HG_DEFLATE_MORE,   /* the input is used up, or the block is full */
	HG_DEFLATE_END,    /* the stream is over, its checks were right */
	HG_DEFLATE_BROKEN, /* what came out before counts; nothing more will */
};

struct hg_deflate;

/* NULL: no memory. */
struct hg_deflate *hg_deflate_open(struct hg_mem *mem, enum hg_deflate_wrap wrap);
void hg_deflate_close(struct hg_deflate *f, struct hg_mem *mem); /* NULL is fine */
void hg_deflate_reset(struct hg_deflate *f);                     /* as just opened */

/* Takes from the front of *in. After the end, or a fault, it says the same again. */
enum hg_deflate_result hg_deflate_run(struct hg_deflate *f, struct hg_span *in);

/* What came out and was not taken yet; stays until it is taken. */
struct hg_span hg_deflate_block(const struct hg_deflate *f);
void hg_deflate_take(struct hg_deflate *f);
/* More may come out without further input, once the block is taken. */
bool hg_deflate_is_full(const struct hg_deflate *f);
uint64_t hg_deflate_total(const struct hg_deflate *f); /* bytes that came out since it was opened */

#endif
