/* The content coding of a body (RFC 9110 8.4): gzip and deflate, one layer, bounded in growth. A stream that
 * cannot be followed is named, and its bytes are shown as they are from there on. */
#include "app/deflate.h"
#include "app/http2/http2_int.h"

#define BOMB_RATIO 2048

enum state { BEGINS, RUNS, PLAIN, OVER };

struct hg_http2_coding {
	struct hg_deflate *stream; /* NULL: it has not begun */
	bool deflate;              /* so it is called: zlib's frame may be left away */
	uint8_t state;             /* enum state; OVER: what follows is ignored */
	uint8_t head_len;
	uint8_t head[2]; /* by which the format is known */
	uint64_t in, out;
};

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
	c->deflate = deflate;
	c->stream = NULL;
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
	hg_deflate_close(m->coding->stream, app->mem);
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
	c->stream = hg_deflate_open(tx->base.app->mem, framed ? HG_DEFLATE_WRAPPED : HG_DEFLATE_BARE);
	c->state = c->stream != NULL ? RUNS : OVER;
}

static void
hand_on(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c)
{
	c->out += hg_deflate_block(c->stream).len;
	hg_http2_entity(tx, dir, hg_deflate_block(c->stream));
	hg_deflate_take(c->stream);
	if (c->out > hg_http2_ctx(tx)->bomb_limit && c->out / BOMB_RATIO > c->in) {
		hg_http2_odd(tx, dir, HG_HTTP2_BOMB);
		c->state = OVER;
	}
}

static void
run(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_http2_coding *c, struct hg_span in)
{
	enum hg_deflate_result r;
	bool full;

	do {
		r = hg_deflate_run(c->stream, &in);
		full = hg_deflate_is_full(c->stream);
		hand_on(tx, dir, c);
	} while (r == HG_DEFLATE_MORE && c->state == RUNS && (full || in.len > 0));
	if (r == HG_DEFLATE_END)
		c->state = OVER;
	else if (r == HG_DEFLATE_BROKEN)
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
