/* The content coding of a body (RFC 9110 8.4): gzip and deflate, one layer, bounded in growth. zlib's state comes from the
 * worker's memory. A stream that cannot be followed is named, and its bytes are shown as they are from there on. */
#include <zlib.h>

#include "app/http2/http2_int.h"

#define OUTPUT 8192
#define BOMB_RATIO 2048

enum state { BEGINS, RUNS, PLAIN, OVER };

struct hg_http2_coding {
	z_stream z;
	struct hg_mem *mem;
	bool open;
	bool deflate;  /* so it is called: zlib's frame may be left away */
	uint8_t state; /* enum state; OVER: what follows is ignored */
	uint8_t head_len;
	uint8_t head[2]; /* by which the format is known */
	uint64_t in, out;
	uint8_t bytes[OUTPUT];
};

struct block {
	size_t size;
	size_t pad;
};

static void *
zlib_take(void *mem, unsigned items, unsigned size)
{
	const size_t bytes = (size_t)items * size + sizeof(struct block);
	struct block *b = bytes > HG_MEM_MAX ? NULL : hg_mem_take(mem, bytes);

	if (b == NULL)
		return NULL;
	b->size = bytes;
	return b + 1;
}

static void
zlib_give(void *mem, void *p)
{
	struct block *b = (struct block *)p - 1;

	hg_mem_give(mem, b, b->size);
}

void
hg_http2_coding_open(struct hg_http2_tx *tx, enum hg_dir dir)
{
	const struct hg_http2_header *header = hg_http2_header(&tx->msg[dir], HG_HTTP2_CONTENT_ENCODING);
	struct hg_mem *mem = tx->base.app->mem;
	struct hg_http2_coding *c;
	bool deflate;

	if (header == NULL || tx->msg[dir].coding != NULL)
		return;
	deflate = hg_span_eq_nocase(header->value, HG_BYTES("deflate"));
	if (!deflate && !hg_span_eq_nocase(header->value, HG_BYTES("gzip")) &&
		!hg_span_eq_nocase(header->value, HG_BYTES("x-gzip")))
		return;
	c = hg_mem_take(mem, sizeof(*c));
	if (c == NULL)
		return;
	c->mem = mem;
	c->deflate = deflate;
	c->open = false;
	c->state = BEGINS;
	c->head_len = 0;
	c->in = c->out = 0;
	tx->msg[dir].coding = c;
}

void
hg_http2_coding_close(struct hg_app *app, struct hg_http2_message *m)
{
	if (m->coding == NULL)
		return;
	if (m->coding->open)
		inflateEnd(&m->coding->z);
	hg_mem_give(app->mem, m->coding, sizeof(*m->coding));
	m->coding = NULL;
}

static void
fail(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c, enum state state)
{
	hg_http2_odd(tx, dir, HG_HTTP2_FAILED_DECOMPRESSION);
	c->state = (uint8_t)state;
}

/* Two bytes tell the format, whatever the field calls it: gzip's mark, or zlib's check (RFC 1950 2.2). */
static void
begin(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c)
{
	const unsigned first = c->head[0], both = first << 8 | c->head[1];
	const bool framed = both == 0x1f8b || ((first & 0x0f) == 8 && both % 31 == 0);

	if (!framed && !c->deflate) {
		fail(tx, dir, c, PLAIN);
		return;
	}
	c->z = (z_stream){ .zalloc = zlib_take, .zfree = zlib_give, .opaque = c->mem };
	c->open = inflateInit2(&c->z, framed ? 15 + 32 : -15) == Z_OK;
	c->state = c->open ? RUNS : OVER;
}

static void
hand_on(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c)
{
	const size_t n = OUTPUT - c->z.avail_out;

	c->out += n;
	hg_http2_entity(tx, dir, hg_span(c->bytes, n));
	if (c->out > hg_http2_ctx(tx)->bomb_limit && c->out / BOMB_RATIO > c->in) {
		hg_http2_odd(tx, dir, HG_HTTP2_BOMB);
		c->state = OVER;
	}
}

static void
run(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c, struct hg_span in)
{
	int r = Z_OK;

	c->z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	c->z.avail_in = (unsigned)in.len;
	while (r == Z_OK && c->state == RUNS) {
		c->z.next_out = c->bytes;
		c->z.avail_out = OUTPUT;
		r = inflate(&c->z, Z_NO_FLUSH);
		hand_on(tx, dir, c);
	}
	if (r == Z_STREAM_END)
		c->state = OVER;
	else if (r != Z_OK && r != Z_BUF_ERROR)
		fail(tx, dir, c, OVER);
}

static void
pass(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c, struct hg_span in)
{
	if (c->state == RUNS)
		run(tx, dir, c, in);
	else if (c->state == PLAIN)
		hg_http2_entity(tx, dir, in);
}

void
hg_http2_coding_feed(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span in)
{
	struct hg_http2_coding *c = tx->msg[dir].coding;

	c->in += in.len;
	while (c->state == BEGINS && in.len > 0) {
		c->head[c->head_len++] = in.p[0];
		in = hg_span_from(in, 1);
		if (c->head_len < sizeof(c->head))
			continue;
		begin(tx, dir, c);
		pass(tx, dir, c, hg_span(c->head, sizeof(c->head)));
	}
	if (in.len > 0)
		pass(tx, dir, c, in);
}
