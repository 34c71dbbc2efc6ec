#include "app/head.h"
#include "app/veil.h"

void
hg_head_init(struct hg_head *h, struct hg_mem *mem, size_t most)
{
	*h = (struct hg_head){ 0 };
	hg_buf_init(&h->bytes, mem, most);
}

void
hg_head_fini(struct hg_head *h)
{
	hg_buf_fini(&h->bytes);
}

bool
hg_head_mark(struct hg_head *h, size_t size, struct hg_span *in)
{
	const size_t n = HG_MIN(size - h->n_mark, in->len);

	if (n > 0)
		memcpy(h->mark + h->n_mark, in->p, n);
	h->n_mark = (uint8_t)(h->n_mark + n);
	*in = hg_span_from(*in, n);
	return h->n_mark == size;
}

void
hg_head_follow(struct hg_head *h, const struct hg_app *app, uint64_t bytes, const struct hg_span *in)
{
	if (h->length == 0)
		h->at = hg_app_offset(app, in->p);
	h->follows = true;
	h->left = bytes;
	h->length += bytes;
}

bool
hg_head_body(struct hg_head *h, struct hg_span *in)
{
	const struct hg_span part = hg_span_sub(*in, 0, (size_t)HG_MIN(h->left, in->len));
	const size_t room = h->torn ? 0 : h->bytes.cap - hg_buf_len(&h->bytes);

	if (room > 0 && part.len > 0)
		h->torn = !hg_buf_append(&h->bytes, hg_span_sub(part, 0, room));
	h->left -= part.len;
	*in = hg_span_from(*in, part.len);
	return h->left == 0;
}

void
hg_head_more(struct hg_head *h)
{
	h->n_mark = 0;
	h->follows = false;
}

void
hg_head_done(struct hg_head *h)
{
	hg_head_more(h);
	hg_buf_clear(&h->bytes);
	h->length = 0;
	h->torn = false;
}

bool
hg_head_gap(struct hg_head *h, uint64_t bytes)
{
	if (!h->follows || bytes > h->left)
		return false;
	h->torn |= hg_buf_len(&h->bytes) < h->bytes.cap;
	h->left -= bytes;
	return true;
}
