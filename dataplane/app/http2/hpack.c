/* HPACK (RFC 7541) by libnghttp2's inflater, whose memory comes from the worker's slabs. A fragment is inflated as it comes, so
 * that no block is put together; fields past the caps are inflated too, since the table depends on them, and not kept. */
#include <nghttp2/nghttp2.h>

#include "app/http2/http2_int.h"

struct hg_http2_hpack {
	struct hg_mem *mem;
	nghttp2_mem hooks;
	nghttp2_hd_inflater *inflater;
};

static void *
take(size_t size, void *mem)
{
	return hg_mem_take_sized(mem, size, false);
}

static void
give(void *p, void *mem)
{
	hg_mem_give_sized(mem, p);
}

static void *
take0(size_t n, size_t size, void *mem)
{
	void *p = size != 0 && n > HG_MEM_MAX / size ? NULL : take(n * size, mem);

	if (p != NULL)
		memset(p, 0, n * size);
	return p;
}

static void *
resize(void *p, size_t size, void *mem)
{
	void *more = take(size, mem);

	if (p == NULL || more == NULL)
		return more;
	memcpy(more, p, HG_MIN(size, hg_mem_size_of(p)));
	give(p, mem);
	return more;
}

/* The receiver's SETTINGS bound the table, and may be missed: what this side announces is believed up to the cap. */
static struct hg_http2_hpack *
open_hpack(struct hg_app *app)
{
	const struct hg_decoder_ctx *ctx = app->ctx;
	struct hg_http2_hpack *c = hg_mem_take0(app->mem, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->mem = app->mem;
	c->hooks = (nghttp2_mem){ app->mem, take, give, take0, resize };
	if (nghttp2_hd_inflate_new2(&c->inflater, &c->hooks) != 0) {
		hg_mem_give(app->mem, c, sizeof(*c));
		return NULL;
	}
	nghttp2_hd_inflate_change_table_size(c->inflater, ctx->max_table);
	return c;
}

void
hg_http2_hpack_close(struct hg_app *app, struct hg_http2_side *s)
{
	if (s->hpack == NULL)
		return;
	nghttp2_hd_inflate_del(s->hpack->inflater);
	hg_mem_give(app->mem, s->hpack, sizeof(*s->hpack));
	s->hpack = NULL;
}

/* RFC 7541 5.1; false: it goes on behind the fragment, or is wider than 32 bits (*wide). */
static bool
read_integer(struct hg_reader *r, uint8_t first, unsigned bits, uint64_t *out, bool *wide)
{
	const uint8_t most = (uint8_t)((1u << bits) - 1);

	*out = first & most;
	if (*out < most)
		return true;
	for (unsigned shift = 0;; shift += 7) {
		const uint8_t b = hg_read_u8(r);

		if (hg_reader_failed(r))
			return false;
		if (shift > 28 || (*out += (uint64_t)(b & 0x7f) << shift) > UINT32_MAX) {
			*wide = true;
			return false;
		}
		if ((b & 0x80) == 0)
			return true;
	}
}

/* Updates of the table's size stand at the beginning of a block (RFC 7541 4.2); they show in records and to rules. */
static void
note_updates(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span fragment)
{
	struct hg_reader r = hg_reader_of(fragment);
	uint64_t size;
	bool wide = false;

	while (hg_reader_left(&r) > 0 && (*r.p & 0xe0) == 0x20) {
		const uint8_t first = hg_read_u8(&r);

		if (!read_integer(&r, first, 5, &size, &wide))
			return;
		hg_http2_add_update(tx, dir, (uint32_t)size);
	}
}

/* A text: its length and so many bytes. */
static bool
skip_text(struct hg_reader *r, bool *wide)
{
	const uint8_t first = hg_read_u8(r);
	uint64_t len;

	if (hg_reader_failed(r) || !read_integer(r, first, 7, &len, wide))
		return false;
	hg_read_skip(r, len);
	return !hg_reader_failed(r);
}

/* Why a fragment could not be inflated: because a number in it is too wide? */
static bool
has_wide_integer(struct hg_span fragment)
{
	struct hg_reader r = hg_reader_of(fragment);
	uint64_t n = 0;
	bool wide = false, go = true;

	while (go && hg_reader_left(&r) > 0) {
		const uint8_t first = hg_read_u8(&r);
		const bool indexed = (first & 0x80) != 0, kept = (first & 0xc0) == 0x40,
			   update = (first & 0xe0) == 0x20;

		go = read_integer(&r, first, indexed ? 7 : kept ? 6 : update ? 5 : 4, &n, &wide);
		if (!go || indexed || update)
			continue;
		go = (n != 0 || skip_text(&r, &wide)) && skip_text(&r, &wide);
	}
	return wide;
}

static void
go_deaf(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span fragment)
{
	hg_http2_event(
		h, tx, dir, has_wide_integer(fragment) ? HG_HTTP2_INTEGER_OVERFLOW : HG_HTTP2_INVALID_HEADER);
	h->side[dir].deaf = true;
	hg_http2_hpack_close(h->app, &h->side[dir]);
}

static bool
inflate(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span in, bool final)
{
	nghttp2_hd_inflater *inflater = h->side[dir].hpack->inflater;
	const struct hg_decoder_ctx *ctx = h->app->ctx;
	const bool keep = tx != NULL && h->side[dir].block_bytes <= ctx->max_reassembly;

	for (;;) {
		nghttp2_nv nv;
		int flags = 0;
		ssize_t n = nghttp2_hd_inflate_hd2(inflater, &nv, &flags, in.p, in.len, final);

		if (n < 0)
			return false;
		in = hg_span_from(in, (size_t)n);
		if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0 && keep)
			hg_http2_add(tx, dir, hg_span(nv.name, nv.namelen), hg_span(nv.value, nv.valuelen));
		if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0)
			return nghttp2_hd_inflate_end_headers(inflater) == 0;
		if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && in.len == 0)
			return !final;
	}
}

void
hg_http2_block(
	struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span fragment, bool final)
{
	struct hg_http2_side *s = &h->side[dir];

	if (s->deaf)
		return;
	if (s->hpack == NULL)
		s->hpack = open_hpack(h->app);
	if (s->hpack == NULL) {
		s->deaf = true;
		return;
	}
	if (s->block_begins && tx != NULL)
		note_updates(tx, dir, fragment);
	s->block_begins = false;
	if (!inflate(h, tx, dir, fragment, final))
		go_deaf(h, tx, dir, fragment);
}
