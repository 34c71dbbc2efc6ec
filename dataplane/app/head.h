/* head: messages that say in front how many bytes follow, and of which the first ones are read.
 *
 * A message is a mark of a fixed size and a body, or several of them (parts); of the body the first `most` bytes are kept, the rest
 * is counted and passed over, however the stream is cut. What is kept lives until hg_head_done. One owner thread; memory of the
 * worker's, taken with the first message.
 */
#ifndef HG_APP_HEAD_H
#define HG_APP_HEAD_H

#include "app/app.h"

#define HG_HEAD_MARK 8

struct hg_head {
	uint8_t mark[HG_HEAD_MARK];
	uint8_t n_mark;  /* bytes of it that came */
	bool follows;    /* the mark was read: `left` bytes of its part are to come */
	bool torn;       /* bytes are missing, in front of `most` */
	uint64_t left;   /* bytes of the part to come */
	uint64_t at;     /* where the first part's body begins in the direction */
	uint64_t length; /* of all parts so far */
	struct hg_buf bytes;
};

void hg_head_init(struct hg_head *h, struct hg_mem *mem, size_t most);
void hg_head_fini(struct hg_head *h);
/* Takes bytes of the mark from `in`; true: all `size` are there, and hg_head_follow must say what follows. */
bool hg_head_mark(struct hg_head *h, size_t size, struct hg_span *in);
void hg_head_follow(struct hg_head *h, const struct hg_app *app, uint64_t bytes, const struct hg_span *in);
/* Takes bytes of the body; true: the part is whole, and hg_head_more or hg_head_done must be called. */
bool hg_head_body(struct hg_head *h, struct hg_span *in);
void hg_head_more(struct hg_head *h); /* another part of the message */
void hg_head_done(struct hg_head *h); /* the next message */
/* Missing bytes; false: they are not all of one part, and nobody knows where the next message begins. */
bool hg_head_gap(struct hg_head *h, uint64_t bytes);

static inline struct hg_span
hg_head_span(const struct hg_head *h)
{
	return hg_buf_span(&h->bytes);
}

/* More bytes belong to it than are kept. */
static inline bool
hg_head_cut(const struct hg_head *h)
{
	return h->torn || hg_buf_len(&h->bytes) < h->length;
}

#endif
