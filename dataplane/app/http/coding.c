/* Content codings (RFC 9110 8.4): gzip and deflate, brotli and zstd (codec.h), in layers, bounded in number and in growth.
 *
 * A stream that fails before it gave a byte is tried in the other formats, since senders mix up raw deflate, zlib and gzip; when
 * none fits its bytes are shown as they are. What to try is decided when HEAD_KEPT bytes are there, or the end, so that it does
 * not depend on the cut. Output is handed on in blocks; as the peer has it a block waits until it is full or the message ends.
 */
#include "app/deflate.h"
#include "app/http/codec.h"
#include "app/http/http_int.h"

#define HEAD_KEPT 512 /* input kept for another try */
#define BOMB_RATIO 2048
#define RETRIES 3

/* Those behind FORMATS are codecs. */
enum format { GZIP, RAW, FORMATS, BROTLI = FORMATS, ZSTD };
static const enum hg_deflate_wrap wraps[FORMATS] = { [GZIP] = HG_DEFLATE_WRAPPED, [RAW] = HG_DEFLATE_BARE };

enum state {
	BEGINS, /* nothing came out, and the beginning is kept */
	FAILED, /* so it did; there is to be more of the beginning before it is tried again */
	RUNS,
	OVER,  /* what follows is ignored */
	PLAIN, /* bytes pass as they are */
};

struct layer {
	struct hg_deflate *deflate; /* NULL: closed */
	struct hg_codec *codec;     /* instead of it */
	uint8_t state;              /* enum state */
	uint8_t format;             /* enum format */
	uint8_t retries;            /* as the peer */
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

static bool
open_layer(struct layer *l, struct hg_mem *mem, enum format format)
{
	l->format = (uint8_t)format;
	l->deflate = hg_deflate_open(mem, wraps[format]);
	return l->deflate != NULL;
}

static void
close_layer(struct layer *l, struct hg_mem *mem)
{
	hg_deflate_close(l->deflate, mem);
	l->deflate = NULL;
	hg_codec_close(l->codec);
	l->codec = NULL;
}

static struct hg_span
block_of(const struct layer *l)
{
	if (l->codec != NULL)
		return hg_codec_block(l->codec);
	return l->deflate == NULL ? HG_SPAN_NONE : hg_deflate_block(l->deflate);
}

static void
drop_block(struct layer *l)
{
	if (l->codec != NULL)
		hg_codec_take(l->codec);
	else if (l->deflate != NULL)
		hg_deflate_take(l->deflate);
}

/* ---- what the header says ---- */

enum coding { CODING_NONE, CODING_UNKNOWN, CODING_LZMA, CODING_GZIP, CODING_RAW, CODING_BROTLI, CODING_ZSTD };
static const uint8_t format_of[] = {
	[CODING_GZIP] = GZIP, [CODING_RAW] = RAW, [CODING_BROTLI] = BROTLI, [CODING_ZSTD] = ZSTD
};

static bool
is_one_of(struct hg_span token, struct hg_span a, struct hg_span b, bool nocase)
{
	return nocase ? hg_span_eq_nocase(token, a) || hg_span_eq_nocase(token, b)
		      : hg_span_eq(token, a) || hg_span_eq(token, b);
}

/* A token that is exactly the name of a coding. */
static enum coding
coding_of(const struct hg_http_tx *tx, struct hg_span token, bool nocase)
{
	bool more = !hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_FEW);

	if (is_one_of(token, HG_BYTES("gzip"), HG_BYTES("x-gzip"), nocase))
		return CODING_GZIP;
	if (is_one_of(token, HG_BYTES("deflate"), HG_BYTES("x-deflate"), nocase))
		return CODING_RAW;
	if (is_one_of(token, HG_BYTES("lzma"), HG_BYTES("lzma"), nocase))
		return CODING_LZMA;
	if (more && is_one_of(token, HG_BYTES("br"), HG_BYTES("brotli"), nocase))
		return CODING_BROTLI;
	if (more && is_one_of(token, HG_BYTES("zstd"), HG_BYTES("x-zstd"), nocase))
		return CODING_ZSTD;
	return CODING_UNKNOWN;
}

static bool
holds(struct hg_span token, struct hg_span word)
{
	for (size_t i = 0; i + word.len <= token.len; i++)
		if (hg_span_eq_nocase(hg_span_sub(token, i, word.len), word))
			return true;
	return false;
}

/* One of several, or one that is no name by itself: what holds the name of a coding is taken for it. */
static enum coding
loose_coding_of(struct hg_http_tx *tx, struct hg_span token)
{
	bool as_peer = hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_LIST);
	enum coding coding = coding_of(tx, token, !as_peer);

	if (coding != CODING_UNKNOWN || is_one_of(token, HG_BYTES("inflate"), HG_BYTES("none"), false))
		return coding == CODING_UNKNOWN ? CODING_NONE : coding;
	if (!as_peer && hg_span_eq_nocase(token, HG_BYTES("identity")))
		return CODING_NONE;
	hg_http_anomaly(hg_http_of(tx), tx, HG_TO_CLIENT, HG_HTTP_ABNORMAL_CE);
	if (holds(token, HG_BYTES("gzip")))
		return CODING_GZIP;
	return holds(token, HG_BYTES("deflate")) ? CODING_RAW : CODING_UNKNOWN;
}

static bool
parts_codings(uint8_t c)
{
	return c == ',' || c == ' ';
}

/* The peer forgets the separators in front of a token when it goes on, and sees pieces of tokens again. */
static struct hg_span
next_token(struct hg_span *rest, bool as_peer)
{
	struct hg_span from = *rest, token;
	size_t n = 0;

	while (from.len > 0 && parts_codings(from.p[0]))
		from = hg_span_from(from, 1);
	while (n < from.len && !parts_codings(from.p[n]))
		n++;
	token = hg_span_sub(from, 0, n);
	*rest = as_peer ? hg_span_from(*rest, n + 1) : hg_span_from(from, n);
	return token;
}

/* Formats in the order in which they stand; returns how many. */
static unsigned
list_formats(struct hg_http_tx *tx, struct hg_span encodings, uint8_t formats[HG_HTTP_LAYERS_MAX])
{
	unsigned limit = tx->base.ctx->layers, seen = 0, n = 0;
	bool as_peer = hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_LIST);
	struct hg_span token;

	while ((token = next_token(&encodings, as_peer)).len > 0) {
		enum coding coding;

		if ((limit != 0 && ++seen > limit) || n == HG_HTTP_LAYERS_MAX) {
			hg_http_anomaly(hg_http_of(tx), tx, HG_TO_CLIENT, HG_HTTP_ENCODING_LAYERS);
			break;
		}
		coding = loose_coding_of(tx, token);
		if (coding == CODING_LZMA) {
			hg_http_anomaly(hg_http_of(tx), tx, HG_TO_CLIENT, HG_HTTP_BOMB);
			break;
		}
		if (coding >= CODING_GZIP)
			formats[n++] = format_of[coding];
	}
	return n;
}

static void
begin(struct hg_http_tx *tx, enum hg_dir dir, struct layer *l, uint8_t format)
{
	struct hg_mem *mem = tx->base.app->mem;
	bool opened;

	l->retries = 0;
	l->head_len = 0;
	l->codec = NULL;
	if (format < FORMATS) {
		opened = open_layer(l, mem, format);
	} else {
		l->deflate = NULL;
		l->format = format;
		l->codec = hg_codec_open(mem, format == BROTLI ? HG_CODEC_BROTLI : HG_CODEC_ZSTD);
		opened = l->codec != NULL;
	}
	l->state = opened ? BEGINS : PLAIN;
	if (!opened)
		hg_http_anomaly(hg_http_of(tx), tx, dir, HG_HTTP_CODING_MEMORY);
}

static void
make_layers(struct hg_http_tx *tx, enum hg_dir dir, const uint8_t *formats, unsigned n)
{
	struct hg_mem *mem = tx->base.app->mem;
	struct hg_http_coding *c = hg_mem_take(mem, sizeof(*c) + n * sizeof(struct layer));

	if (c == NULL)
		return;
	*c = (struct hg_http_coding){ .mem = mem, .n = n };
	for (unsigned i = 0; i < n; i++) {
		/* The last coding applied is the first to undo. */
		uint8_t format =
			formats[hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_ORDER) ? i
											       : n - 1 - i];
		begin(tx, dir, &c->layers[i], format);
	}
	tx->msg[dir].coding = c;
}

void
hg_http_coding_open(struct hg_http_tx *tx, enum hg_dir dir)
{
	enum hg_http_known name = HG_HTTP_CONTENT_ENCODING;
	uint8_t formats[HG_HTTP_LAYERS_MAX];
	struct hg_span encodings;
	enum coding coding;
	unsigned n = 0;

	if (!hg_http_get(tx, dir, name, &encodings))
		return;
	coding = coding_of(tx, hg_http_comparable(tx, encodings), true);
	switch (coding) {
	case CODING_GZIP:
	case CODING_RAW:
	case CODING_BROTLI:
	case CODING_ZSTD:
		formats[n++] = format_of[coding];
		break;
	case CODING_LZMA:
		break;
	default:
		if (!hg_span_eq_nocase(encodings, HG_BYTES("inflate")) &&
			(dir == HG_TO_CLIENT ||
				!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_LIST)))
			n = list_formats(tx, encodings, formats);
	}
	if (n > 0)
		make_layers(tx, dir, formats, n);
}

void
hg_http_coding_close(struct hg_http_message *m)
{
	struct hg_http_coding *c = m->coding;

	if (c == NULL)
		return;
	for (unsigned i = 0; i < c->n; i++)
		close_layer(&c->layers[i], c->mem);
	hg_mem_give(c->mem, c, sizeof(*c) + c->n * sizeof(struct layer));
	m->coding = NULL;
}

void
hg_http_coding_break(struct hg_http_message *m)
{
	m->coding->broken = true;
}

/* ---- bytes ---- */

struct work {
	struct hg_http_tx *tx;
	struct hg_http_coding *c;
	enum hg_dir dir;
};

static void feed_layer(struct work *w, unsigned i, struct hg_span in);

static void
sink(struct work *w, struct hg_span out)
{
	struct hg_http_coding *c = w->c;

	if (out.len == 0 || c->broken)
		return;
	c->out += out.len;
	hg_http_body_entity(w->tx, w->dir, out);
	if (c->out > w->tx->base.ctx->bomb_limit && c->out / BOMB_RATIO > c->in) {
		hg_http_anomaly(hg_http_of(w->tx), w->tx, w->dir, HG_HTTP_BOMB);
		c->broken = true;
	}
}

/* What layer i has put out; depth is that of the layers, four at most. */
static void
hand_on(struct work *w, unsigned i)
{
	struct layer *l = &w->c->layers[i];

	if (i + 1 < w->c->n)
		feed_layer(w, i + 1, block_of(l));
	else
		sink(w, block_of(l));
	drop_block(l);
}

static void
name_failure(struct work *w)
{
	hg_http_anomaly(hg_http_of(w->tx), w->tx, w->dir, HG_HTTP_GZIP_FAILED);
}

/* Blocks that are full are handed on; the peer's last one waits for more input. */
static enum hg_deflate_result
inflate_all(struct work *w, unsigned i, struct hg_span in)
{
	const bool as_peer = hg_as_peer(w->tx->base.app->suricata7, HG_DIFF_HTTP_CODING_BLOCKS);
	struct layer *l = &w->c->layers[i];
	enum hg_deflate_result r = HG_DEFLATE_MORE;

	while (r == HG_DEFLATE_MORE && !w->c->broken &&
		(in.len > 0 || (!as_peer && hg_deflate_is_full(l->deflate)))) {
		if (hg_deflate_is_full(l->deflate))
			hand_on(w, i);
		r = hg_deflate_run(l->deflate, &in);
	}
	return r;
}

/* How long a gzip header with fields is that zlib did not like. */
static size_t
gzip_head(struct hg_span in)
{
	size_t n = 0;

	if (in.len < 4 || in.p[0] != 0x1f || in.p[1] != 0x8b || in.p[3] == 0)
		return 0;
	if ((in.p[3] & 0x18) != 0) {
		n = hg_span_find(in, 10, 0);
		n = n == SIZE_MAX ? in.len + 1 : n + 1;
	} else {
		n = (in.p[3] & 0x02) != 0 ? 12 : 10;
	}
	return n > in.len ? 0 : n;
}

/* false: the stream is broken. What it has put out counts, unless its format was only guessed. */
static bool
inflate_as_peer(struct work *w, unsigned i, struct hg_span in)
{
	struct layer *l = &w->c->layers[i];
	enum hg_deflate_result r = inflate_all(w, i, in);

	if (r == HG_DEFLATE_BROKEN && block_of(l).len > 0 && l->retries == 0) {
		name_failure(w);
		r = HG_DEFLATE_END;
	}
	if (r == HG_DEFLATE_END)
		hand_on(w, i);
	else if (r == HG_DEFLATE_BROKEN)
		drop_block(l);
	return r != HG_DEFLATE_BROKEN;
}

/* Once more in the same format, then in the other one, then in the first. */
static bool
try_again(struct work *w, struct layer *l)
{
	name_failure(w);
	close_layer(l, w->c->mem);
	if (l->retries >= RETRIES)
		return false;
	return open_layer(l, w->c->mem, l->retries++ == 0 ? l->format : !l->format);
}

static void
feed_as_peer(struct work *w, unsigned i, struct hg_span in)
{
	struct layer *l = &w->c->layers[i];
	bool fine = inflate_as_peer(w, i, in);

	while (!fine && try_again(w, l))
		fine = inflate_as_peer(w, i, hg_span_from(in, gzip_head(in)));
	if (!fine) {
		l->state = PLAIN;
		sink(w, in);
	}
}

/* Whatever follows is not a part of the stream. */
static void
end_layer(struct work *w, unsigned i, enum hg_deflate_result r)
{
	if (r != HG_DEFLATE_END)
		name_failure(w);
	hand_on(w, i);
	w->c->layers[i].state = OVER;
}

static void
run_layer(struct work *w, unsigned i, struct hg_span in)
{
	enum hg_deflate_result r = inflate_all(w, i, in);

	if (r != HG_DEFLATE_MORE)
		end_layer(w, i, r);
}

/* Returns what there is no room for. */
static struct hg_span
remember(struct layer *l, struct hg_span in)
{
	size_t n = HG_MIN(in.len, (size_t)(HEAD_KEPT - l->head_len));

	if (n > 0)
		memcpy(l->head + l->head_len, in.p, n);
	l->head_len = (uint16_t)(l->head_len + n);
	return hg_span_from(in, n);
}

static struct hg_span
begin_layer(struct work *w, unsigned i, struct hg_span in)
{
	struct layer *l = &w->c->layers[i];
	struct hg_span rest = remember(l, in);
	enum hg_deflate_result r = inflate_all(w, i, hg_span_sub(in, 0, in.len - rest.len));
	bool gave = hg_deflate_total(l->deflate) > 0;

	if (r == HG_DEFLATE_MORE) {
		l->state = gave || l->head_len == HEAD_KEPT ? RUNS : BEGINS;
	} else if (r == HG_DEFLATE_END || gave) {
		end_layer(w, i, r);
	} else {
		name_failure(w);
		l->state = FAILED;
	}
	return rest;
}

/* What comes out is thrown away. */
static bool
fits(struct layer *l, struct hg_span in)
{
	enum hg_deflate_result r = HG_DEFLATE_MORE;

	while (r == HG_DEFLATE_MORE && in.len > 0) {
		drop_block(l);
		r = hg_deflate_run(l->deflate, &in);
	}
	drop_block(l);
	return r != HG_DEFLATE_BROKEN;
}

/* All is there of the beginning that another try looks at: first in the same format behind the header, then in the other one. */
static void
choose_format(struct work *w, unsigned i)
{
	struct layer *l = &w->c->layers[i];
	struct hg_span head = hg_span(l->head, l->head_len), data = hg_span_from(head, gzip_head(head));
	enum format format = l->format;

	for (unsigned try = 0; try < FORMATS; try++) {
		close_layer(l, w->c->mem);
		if (!open_layer(l, w->c->mem, try == 0 ? format : !format))
			break;
		if (fits(l, data)) {
			hg_deflate_reset(l->deflate);
			l->state = RUNS;
			run_layer(w, i, data);
			return;
		}
	}
	l->state = PLAIN;
	sink(w, head);
}

/* A codec gives no more. What broke before it gave a byte is shown as it is, if its beginning is all there. */
static void
end_codec(struct work *w, unsigned i, enum hg_codec_step step, bool began, struct hg_span rest)
{
	static const uint8_t broken[] = { [BROTLI] = HG_HTTP_BROTLI_FAILED, [ZSTD] = HG_HTTP_ZSTD_FAILED };
	struct layer *l = &w->c->layers[i];

	if (step != HG_CODEC_OVER)
		hg_http_anomaly(hg_http_of(w->tx), w->tx, w->dir,
			step == HG_CODEC_BROKEN ? broken[l->format] : HG_HTTP_CODING_MEMORY);
	hand_on(w, i);
	l->state = OVER;
	if (step == HG_CODEC_OVER || began)
		return;
	l->state = PLAIN;
	sink(w, hg_span(l->head, l->head_len));
	sink(w, rest);
}

static void
feed_codec(struct work *w, unsigned i, struct hg_span in, bool last)
{
	struct layer *l = &w->c->layers[i];
	struct hg_span rest = l->state == BEGINS ? remember(l, in) : HG_SPAN_NONE;
	enum hg_codec_step step;

	do {
		step = hg_codec_run(l->codec, &in, last);
		if (block_of(l).len > 0 || hg_codec_taken(l->codec) > HEAD_KEPT)
			l->state = RUNS;
		if (step == HG_CODEC_FULL)
			hand_on(w, i);
	} while (step == HG_CODEC_FULL && !w->c->broken);
	if (step > HG_CODEC_FULL)
		end_codec(w, i, step, l->state == RUNS, rest);
}

static void
feed_layer(struct work *w, unsigned i, struct hg_span in)
{
	struct layer *l = &w->c->layers[i];

	if (l->codec != NULL && l->state < OVER) {
		feed_codec(w, i, in, false);
		return;
	}
	if (l->state != PLAIN && hg_as_peer(w->tx->base.app->suricata7, HG_DIFF_HTTP_CODING_RETRY)) {
		feed_as_peer(w, i, in);
		return;
	}
	if (l->state == BEGINS)
		in = begin_layer(w, i, in);
	if (l->state == FAILED) {
		in = remember(l, in);
		if (l->head_len == HEAD_KEPT)
			choose_format(w, i);
	}
	if (l->state == RUNS)
		run_layer(w, i, in);
	else if (l->state == PLAIN)
		sink(w, in);
}

static void
flush_layer(struct work *w, unsigned i)
{
	const struct layer *l = &w->c->layers[i];

	if (l->state != PLAIN && block_of(l).len > 0)
		hand_on(w, i);
}

void
hg_http_coding_feed(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span in)
{
	struct hg_http_coding *c = tx->msg[dir].coding;
	struct work w = { tx, c, dir };

	if (c->broken || in.len == 0)
		return;
	c->in += in.len;
	feed_layer(&w, 0, in);
	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_BLOCKS))
		return;
	for (unsigned i = 0; i < c->n; i++)
		flush_layer(&w, i);
}

void
hg_http_coding_finish(struct hg_http_tx *tx, enum hg_dir dir)
{
	struct work w = { tx, tx->msg[dir].coding, dir };

	if (w.c == NULL)
		return;
	for (unsigned i = 0; i < w.c->n; i++) {
		if (w.c->layers[i].codec != NULL && w.c->layers[i].state < OVER)
			feed_codec(&w, i, HG_SPAN_NONE, true);
		if (w.c->layers[i].state == FAILED)
			choose_format(&w, i);
		flush_layer(&w, i);
	}
	hg_http_coding_close(&tx->msg[dir]);
}
