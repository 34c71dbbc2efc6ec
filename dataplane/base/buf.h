/* buf: a byte string that grows at its end and is consumed at its front (a partial line, a body window).
 *
 * Blocks come from hg_mem, doubling; cap bounds the bytes held. append fails whole (false) past cap or when memory
 * is refused; nothing is written then. One owner thread.
 */
#ifndef HG_BASE_BUF_H
#define HG_BASE_BUF_H

#include "base/mem.h"

struct hg_buf {
	struct hg_mem *mem;
	uint8_t *block;
	size_t size;     /* of block */
	size_t from, to; /* bytes held: block[from, to) */
	size_t cap;
};

void hg_buf_init(struct hg_buf *b, struct hg_mem *mem, size_t cap);
void hg_buf_fini(struct hg_buf *b);
bool hg_buf_append(struct hg_buf *b, struct hg_span s);
uint8_t *
hg_buf_reserve(struct hg_buf *b, size_t n);      /* room for n at the end, NULL: refused; then hg_buf_grow */
void hg_buf_grow(struct hg_buf *b, size_t n);    /* n <= what was reserved are now held */
void hg_buf_consume(struct hg_buf *b, size_t n); /* drops n from the front; n <= held */
void hg_buf_cut(struct hg_buf *b, size_t n);     /* drops n from the end; n <= held */
void hg_buf_clear(struct hg_buf *b);             /* empty, keeps its block */

static inline struct hg_span
hg_buf_span(const struct hg_buf *b)
{
	return hg_span(b->block == NULL ? NULL : b->block + b->from, b->to - b->from);
}

static inline size_t
hg_buf_len(const struct hg_buf *b)
{
	return b->to - b->from;
}

#endif
