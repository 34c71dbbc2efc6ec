/* permessage-deflate (RFC 7692): one deflate stream a direction, whose window goes on from message to message unless that was
 * agreed otherwise. It is opened with the first message that is compressed. */
#include "app/deflate.h"
#include "app/websocket/websocket_int.h"

#define BOMB_RATIO 2048

struct hg_websocket_inflate {
	struct hg_deflate *stream;
	uint64_t in, out; /* of the message in work */
};

static struct hg_websocket_inflate *
open_inflate(struct hg_app *app)
{
	struct hg_websocket_inflate *c = hg_mem_take(app->mem, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->stream = hg_deflate_open(app->mem, HG_DEFLATE_BARE);
	c->in = c->out = 0;
	if (c->stream != NULL)
		return c;
	hg_mem_give(app->mem, c, sizeof(*c));
	return NULL;
}

void
hg_websocket_inflate_close(struct hg_app *app, struct hg_websocket_side *s)
{
	if (s->inflate == NULL)
		return;
	hg_deflate_close(s->inflate->stream, app->mem);
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

	if (c == NULL)
		c = s->inflate = open_inflate(h->app);
	if (c == NULL) {
		s->deaf = true;
		return false;
	}
	c->in += in.len;
	for (bool full = false; full || in.len > 0;) {
		const enum hg_deflate_result r = hg_deflate_run(c->stream, &in);
		const struct hg_span block = hg_deflate_block(c->stream);

		full = hg_deflate_is_full(c->stream);
		c->out += block.len;
		hg_body_append(&tx->body, block);
		hg_deflate_take(c->stream);
		if (is_bomb(h, c))
			return give_up(h, tx, dir, HG_WEBSOCKET_BOMB);
		if (r == HG_DEFLATE_BROKEN)
			return give_up(h, tx, dir, HG_WEBSOCKET_FAILED_DECOMPRESSION);
		if (r == HG_DEFLATE_END) /* a final block (RFC 7692 7.2.3.4): another begins behind it */
			hg_deflate_reset(c->stream);
	}
	return true;
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
		hg_deflate_reset(s->inflate->stream);
}
