/* Content codings (RFC 9110 8.4): gzip and deflate, in layers, bounded in number and in growth.
 *
 * zlib's state and windows come from the worker's memory. A stream that fails before it gave a byte is tried in the other
 * formats, since senders mix up raw deflate, zlib and gzip; when none fits its bytes are shown as they are.
 */
#include <zlib.h>

#include "app/http/http_int.h"

#define OUTPUT 8192
#define HEAD_KEPT 512 /* input kept for another try */
#define BOMB_RATIO 2048

enum format { GZIP, RAW, ANY, FORMATS };
static const int window_bits[FORMATS] = { [GZIP] = 15 + 32, [RAW] = -15, [ANY] = 15 + 32 };

struct layer {
	z_stream z;
	bool open, done, plain; /* plain: bytes pass as they are */
	uint8_t format;         /* enum format, as announced */
	uint8_t tries;
	uint16_t head_len;
	uint8_t head[HEAD_KEPT];
};

struct hg_http_coding {
	struct hg_mem *mem;
	unsigned n;
	bool broken;
	uint64_t in, out;
	struct layer layers[];
};

struct block {
	size_t size;
	size_t pad;
};

static void *
zlib_take(void *opaque, unsigned items, unsigned size)
{
	size_t bytes = (size_t)items * size + sizeof(struct block);
	struct block *b = bytes > HG_MEM_MAX ? NULL : hg_mem_take(opaque, bytes);

	if (b == NULL)
		return NULL;
	b->size = bytes;
	return b + 1;
}

static void
zlib_give(void *opaque, void *p)
{
	struct block *b = (struct block *)p - 1;

	hg_mem_give(opaque, b, b->size);
}

static bool
open_layer(struct layer *l, struct hg_mem *mem, int bits)
{
	l->z = (z_stream){ .zalloc = zlib_take, .zfree = zlib_give, .opaque = mem };
	l->open = inflateInit2(&l->z, bits) == Z_OK;
	return l->open;
}

static void
close_layer(struct layer *l)
{
	if (l->open)
		inflateEnd(&l->z);
	l->open = false;
}

static bool
names_one_of(struct hg_span token, const char *a, const char *b)
{
	return hg_span_eq_nocase(token, hg_span_str(a)) || hg_span_eq_nocase(token, hg_span_str(b));
}

static bool
holds(struct hg_span token, struct hg_span word)
{
	for (size_t i = 0; i + word.len <= token.len; i++)
		if (hg_span_eq_nocase(hg_span_sub(token, i, word.len), word))
			return true;
	return false;
}

/* false: no layer of ours. */
static bool
format_of(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span token, uint8_t *format)
{
	struct hg_http *h = hg_http_of(tx);

	if (token.len == 0 || names_one_of(token, "identity", "inflate"))
		return false;
	if (holds(token, HG_BYTES("gzip"))) {
		if (!names_one_of(token, "gzip", "x-gzip"))
			hg_http_anomaly(h, tx, dir, HG_HTTP_ABNORMAL_CE);
		*format = GZIP;
		return true;
	}
	if (holds(token, HG_BYTES("deflate"))) {
		if (!names_one_of(token, "deflate", "x-deflate"))
			hg_http_anomaly(h, tx, dir, HG_HTTP_ABNORMAL_CE);
		*format = RAW;
		return true;
	}
	hg_http_anomaly(h, tx, dir, HG_HTTP_ABNORMAL_CE);
	return false;
}

/* The last coding applied is the first to undo. */
void
hg_http_coding_open(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span encodings)
{
	unsigned most = HG_MIN((unsigned)tx->base.app->ctx->layers, (unsigned)HG_HTTP_LAYERS_MAX), n = 0;
	uint8_t formats[HG_HTTP_LAYERS_MAX];
	struct hg_http_coding *c;
	size_t size;

	for (struct hg_span rest = encodings; rest.len > 0;) {
		size_t comma = hg_span_find(rest, 0, ',');
		uint8_t format;

		if (format_of(tx, dir, hg_span_trim(hg_span_sub(rest, 0, comma)), &format)) {
			if (n == most) {
				hg_http_anomaly(hg_http_of(tx), tx, dir, HG_HTTP_ENCODING_LAYERS);
				break;
			}
			formats[n++] = format;
		}
		rest = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(rest, comma + 1);
	}
	if (n == 0)
		return;
	size = sizeof(*c) + n * sizeof(struct layer);
	c = hg_mem_take0(tx->base.app->mem, size);
	if (c == NULL)
		return;
	c->mem = tx->base.app->mem;
	c->n = n;
	for (unsigned i = 0; i < n; i++)
		c->layers[i].format = formats[n - 1 - i];
	tx->msg[dir].coding = c;
}

void
hg_http_coding_close(struct hg_http_message *m)
{
	struct hg_http_coding *c = m->coding;

	if (c == NULL)
		return;
	for (unsigned i = 0; i < c->n; i++)
		close_layer(&c->layers[i]);
	hg_mem_give(c->mem, c, sizeof(*c) + c->n * sizeof(struct layer));
	m->coding = NULL;
}

void
hg_http_coding_break(struct hg_http_message *m)
{
	m->coding->broken = true;
}

struct work {
	struct hg_http_tx *tx;
	struct hg_http_coding *c;
	enum hg_dir dir;
};

static void feed_layer(struct work *w, unsigned i, struct hg_span in);

/* What comes out of layer i - 1; depth is that of the layers, four at most. */
static void
pass_on(struct work *w, unsigned i, struct hg_span out)
{
	struct hg_http_coding *c = w->c;

	if (out.len == 0 || c->broken)
		return;
	if (i < c->n) {
		feed_layer(w, i, out);
		return;
	}
	c->out += out.len;
	if (c->out > w->tx->base.app->ctx->bomb_limit && c->out / BOMB_RATIO > c->in) {
		hg_http_anomaly(hg_http_of(w->tx), w->tx, w->dir, HG_HTTP_BOMB);
		c->broken = true;
		return;
	}
	hg_http_body_entity(w->tx, w->dir, out);
}

/* Z_OK: all input is used; Z_STREAM_END; else the stream is broken. */
static int
run(struct work *w, unsigned i, struct hg_span in)
{
	struct layer *l = &w->c->layers[i];
	uint8_t out[OUTPUT];
	int r;

	l->z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	l->z.avail_in = (unsigned)in.len;
	do {
		l->z.next_out = out;
		l->z.avail_out = OUTPUT;
		r = inflate(&l->z, Z_SYNC_FLUSH);
		pass_on(w, i + 1, hg_span(out, OUTPUT - l->z.avail_out));
	} while (r == Z_OK && !w->c->broken && (l->z.avail_in > 0 || l->z.avail_out == 0));
	return r == Z_BUF_ERROR ? Z_OK : r;
}

/* The next format to try: raw deflate for what was called gzip, any wrapper for what was called deflate. */
static bool
try_other(struct work *w, struct layer *l)
{
	close_layer(l);
	hg_http_anomaly(hg_http_of(w->tx), w->tx, w->dir, HG_HTTP_GZIP_FAILED);
	if (l->tries++ > 0)
		return false;
	return open_layer(l, w->c->mem, window_bits[l->format == GZIP ? RAW : ANY]);
}

static void
remember(struct layer *l, struct hg_span in)
{
	size_t n = HG_MIN(in.len, (size_t)(HEAD_KEPT - l->head_len));

	memcpy(l->head + l->head_len, in.p, n);
	l->head_len = (uint16_t)(l->head_len + n);
}

static void
feed_layer(struct work *w, unsigned i, struct hg_span in)
{
	struct layer *l = &w->c->layers[i];
	struct hg_span head = hg_span(l->head, l->head_len);
	int r;

	if (l->plain) {
		pass_on(w, i + 1, in);
		return;
	}
	if (l->done)
		return;
	if (!l->open && l->tries == 0 && !open_layer(l, w->c->mem, window_bits[l->format])) {
		l->plain = true;
		pass_on(w, i + 1, in);
		return;
	}
	r = run(w, i, in);
	while (r != Z_OK && r != Z_STREAM_END && l->z.total_out == 0 && try_other(w, l)) {
		r = run(w, i, head);
		if (r == Z_OK)
			r = run(w, i, in);
	}
	if (r == Z_STREAM_END) {
		l->done = true;
	} else if (r != Z_OK) {
		bool nothing = !l->open || l->z.total_out == 0;

		if (l->open)
			hg_http_anomaly(hg_http_of(w->tx), w->tx, w->dir, HG_HTTP_GZIP_FAILED);
		close_layer(l);
		l->plain = nothing;
		l->done = !nothing;
		if (nothing) {
			pass_on(w, i + 1, head);
			pass_on(w, i + 1, in);
		}
	} else if (l->z.total_out == 0) {
		remember(l, in);
	}
	if (l->done)
		close_layer(l);
}

void
hg_http_coding_feed(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span in)
{
	struct hg_http_coding *c = tx->msg[dir].coding;
	struct work w = { tx, c, dir };

	if (c->broken)
		return;
	c->in += in.len;
	feed_layer(&w, 0, in);
}

void
hg_http_coding_finish(struct hg_http_tx *tx, enum hg_dir dir)
{
	hg_http_coding_close(&tx->msg[dir]);
}
