/* permessage-deflate (RFC 7692): one deflate stream a direction, whose window goes on from message to message unless that was
 * agreed otherwise. zlib's state comes from the worker's memory, with the first message that is compressed. */
#include <zlib.h>

#include "app/websocket/websocket_int.h"

#define OUTPUT 8192
#define BOMB_RATIO 2048

struct hg_websocket_inflate {
	z_stream z;
	uint64_t in, out; /* of the message in work */
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

static struct hg_websocket_inflate *
open_inflate(struct hg_app *app)
{
	struct hg_websocket_inflate *c = hg_mem_take(app->mem, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->z = (z_stream){ .zalloc = zlib_take, .zfree = zlib_give, .opaque = app->mem };
	c->in = c->out = 0;
	if (inflateInit2(&c->z, -15) == Z_OK)
		return c;
	hg_mem_give(app->mem, c, sizeof(*c));
	return NULL;
}

void
hg_websocket_inflate_close(struct hg_app *app, struct hg_websocket_side *s)
{
	if (s->inflate == NULL)
		return;
	inflateEnd(&s->inflate->z);
	hg_mem_give(app->mem, s->inflate, sizeof(*s->inflate));
	s->inflate = NULL;
}

static bool
is_bomb(const struct hg_websocket *h, const struct hg_websocket_inflate *c)
{
	const struct hg_decoder_ctx *ctx = h->app->ctx;

	return c->out > ctx->bomb_limit && c->out / BOMB_RATIO > c->in;
}

/* The direction's window is lost: what is compressed from here on is not followed. */
static bool
give_up(struct hg_websocket *h, struct hg_websocket_tx *tx, enum hg_dir dir, enum hg_websocket_anomaly row)
{
	hg_tx_anomaly(&tx->base, dir, (uint8_t)row);
	h->side[dir].deaf = true;
	hg_websocket_inflate_close(h->app, &h->side[dir]);
	return false;
}

bool
hg_websocket_inflate(struct hg_websocket *h, struct hg_websocket_tx *tx, enum hg_dir dir, struct hg_span in)
{
	struct hg_websocket_side *s = &h->side[dir];
	struct hg_websocket_inflate *c = s->inflate;
	int r = Z_OK;

	if (c == NULL)
		c = s->inflate = open_inflate(h->app);
	if (c == NULL) {
		s->deaf = true;
		return false;
	}
	c->in += in.len;
	c->z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	c->z.avail_in = (unsigned)in.len;
	while (r == Z_OK) {
		c->z.next_out = c->bytes;
		c->z.avail_out = OUTPUT;
		r = inflate(&c->z, Z_SYNC_FLUSH);
		c->out += OUTPUT - c->z.avail_out;
		hg_body_append(&tx->body, hg_span(c->bytes, OUTPUT - c->z.avail_out));
		if (is_bomb(h, c))
			return give_up(h, tx, dir, HG_WEBSOCKET_BOMB);
	}
	if (r == Z_STREAM_END)
		return inflateReset(&c->z) ==
			Z_OK; /* a final block (RFC 7692 7.2.3.4): another begins behind it */
	return r == Z_BUF_ERROR || give_up(h, tx, dir, HG_WEBSOCKET_FAILED_DECOMPRESSION);
}

/* RFC 7692 7.2.2: the sender has taken off the end of an empty block. */
void
hg_websocket_inflate_end(struct hg_websocket *h, struct hg_websocket_tx *tx, enum hg_dir dir)
{
	struct hg_websocket_side *s = &h->side[dir];

	if (s->deaf || s->inflate == NULL || !hg_websocket_inflate(h, tx, dir, HG_BYTES("\0\0\xff\xff")))
		return;
	s->inflate->in = s->inflate->out = 0;
	if (s->no_context)
		inflateReset(&s->inflate->z);
}
