/* Output is handed on in blocks; as the peer has it in HTTP/1 a block waits until it is full or the message ends. */
#include "app/codec.h"
#include "app/coding.h"
#include "app/deflate.h"

#define HEAD_KEPT 512 /* input kept for another try */
#define BOMB_RATIO 2048
#define NAME_MOST 16 /* longer than the longest name of a coding */
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
	bool between;               /* a member has ended, and the next one has not begun */
	uint16_t head_len;
	uint8_t head[HEAD_KEPT];
};

struct hg_coding {
	struct hg_tx *tx;
	struct hg_coding_how how;
	unsigned n;
	uint8_t dir; /* enum hg_dir */
	bool broken, failed;
	uint64_t in, out;
	struct layer layers[];
};

static void
fault(struct hg_coding *c, enum hg_coding_fault f)
{
	c->failed = true;
	c->how.user->fault(c->tx, (enum hg_dir)c->dir, f);
}

static struct hg_mem *
mem_of(const struct hg_coding *c)
{
	return c->tx->app->mem;
}

/* Does it do here as the peer's HTTP/1 does? */
static bool
as_http1(const struct hg_coding *c, enum hg_difference row)
{
	return c->how.manner == HG_CODING_LIKE_HTTP1 && hg_as_peer(true, row);
}

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
coding_of(const struct hg_coding *c, struct hg_span token, bool nocase)
{
	const bool more = !as_http1(c, HG_DIFF_HTTP_CODING_FEW);

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
loose_coding_of(struct hg_coding *c, struct hg_span token)
{
	const bool as_peer = as_http1(c, HG_DIFF_HTTP_CODING_LIST);
	const enum coding coding = coding_of(c, token, !as_peer);

	if (coding != CODING_UNKNOWN || is_one_of(token, HG_BYTES("inflate"), HG_BYTES("none"), false))
		return coding == CODING_UNKNOWN ? CODING_NONE : coding;
	if (!as_peer && hg_span_eq_nocase(token, HG_BYTES("identity")))
		return CODING_NONE;
	fault(c, HG_CODING_STRANGE);
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
list_formats(struct hg_coding *c, struct hg_span encodings, uint8_t formats[HG_CODING_LAYERS])
{
	const bool as_peer = as_http1(c, HG_DIFF_HTTP_CODING_LIST);
	const unsigned limit = c->how.layers;
	unsigned seen = 0, n = 0;
	struct hg_span token;

	while ((token = next_token(&encodings, as_peer)).len > 0) {
		enum coding coding;

		if ((limit != 0 && ++seen > limit) || n == HG_CODING_LAYERS) {
			fault(c, HG_CODING_MANY);
			break;
		}
		coding = loose_coding_of(c, token);
		if (coding == CODING_LZMA) {
			fault(c, HG_CODING_BOMB);
			break;
		}
		if (coding >= CODING_GZIP)
			formats[n++] = format_of[coding];
	}
	return n;
}

/* The peer's HTTP/2 knows three names, as they are written here. */
static unsigned
format_like_http2(struct hg_span encoding, uint8_t formats[HG_CODING_LAYERS])
{
	if (hg_span_eq(encoding, HG_BYTES("gzip")))
		formats[0] = GZIP;
	else if (hg_span_eq(encoding, HG_BYTES("deflate")))
		formats[0] = RAW;
	else if (hg_span_eq(encoding, HG_BYTES("br")))
		formats[0] = BROTLI;
	else
		return 0;
	return 1;
}

/* All of the value, if it may be one name. */
static struct hg_span
without_nul(const struct hg_coding *c, struct hg_span text, uint8_t plain[NAME_MOST])
{
	size_t n = 0;

	if (!as_http1(c, HG_DIFF_HTTP_NUL_IGNORED))
		return text;
	for (size_t i = 0; i < text.len && n < NAME_MOST; i++)
		if (text.p[i] != 0)
			plain[n++] = text.p[i];
	return hg_span(plain, n);
}

static unsigned
formats_of(struct hg_coding *c, struct hg_span encodings, uint8_t formats[HG_CODING_LAYERS])
{
	uint8_t plain[NAME_MOST];
	enum coding coding;

	if (c->how.manner == HG_CODING_LIKE_HTTP2)
		return format_like_http2(encodings, formats);
	coding = coding_of(c, without_nul(c, encodings, plain), true);
	if (coding >= CODING_GZIP) {
		formats[0] = format_of[coding];
		return 1;
	}
	if (coding == CODING_LZMA || hg_span_eq_nocase(encodings, HG_BYTES("inflate")) ||
		(c->dir == HG_TO_SERVER && as_http1(c, HG_DIFF_HTTP_CODING_LIST)))
		return 0;
	return list_formats(c, encodings, formats);
}

static void
begin(struct hg_coding *c, struct layer *l, uint8_t format)
{
	bool opened;

	l->retries = 0;
	l->between = false;
	l->head_len = 0;
	l->codec = NULL;
	if (format < FORMATS) {
		opened = open_layer(l, mem_of(c), format);
	} else {
		l->deflate = NULL;
		l->format = format;
		l->codec = hg_codec_open(mem_of(c), format == BROTLI ? HG_CODEC_BROTLI : HG_CODEC_ZSTD);
		opened = l->codec != NULL;
	}
	l->state = opened ? BEGINS : PLAIN;
	if (!opened)
		fault(c, HG_CODING_NO_MEMORY);
}

struct hg_coding *
hg_coding_open(struct hg_tx *tx, enum hg_dir dir, const struct hg_coding_how *how, struct hg_span encodings)
{
	struct hg_coding head = { .tx = tx, .how = *how, .dir = (uint8_t)dir }, *c;
	uint8_t formats[HG_CODING_LAYERS];
	const unsigned n = formats_of(&head, encodings, formats);

	c = n == 0 ? NULL : hg_mem_take(tx->app->mem, sizeof(*c) + n * sizeof(struct layer));
	if (c == NULL)
		return NULL;
	*c = head;
	c->failed = false;
	c->n = n;
	/* The last coding applied is the first to undo. */
	for (unsigned i = 0; i < n; i++)
		begin(c, &c->layers[i], formats[as_http1(c, HG_DIFF_HTTP_CODING_ORDER) ? i : n - 1 - i]);
	return c;
}

void
hg_coding_close(struct hg_coding *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < c->n; i++)
		close_layer(&c->layers[i], mem_of(c));
	hg_mem_give(mem_of(c), c, sizeof(*c) + c->n * sizeof(struct layer));
}

void
hg_coding_break(struct hg_coding *c)
{
	c->broken = true;
}

bool
hg_coding_failed(const struct hg_coding *c)
{
	return c->failed;
}

/* ---- bytes ---- */

static void feed_layer(struct hg_coding *c, unsigned i, struct hg_span in);

static void
sink(struct hg_coding *c, struct hg_span out)
{
	if (out.len == 0 || c->broken)
		return;
	c->out += out.len;
	c->how.user->entity(c->tx, (enum hg_dir)c->dir, out);
	if (c->out > c->how.bomb_limit && c->out / BOMB_RATIO > c->in) {
		fault(c, HG_CODING_BOMB);
		c->broken = true;
	}
}

/* What layer i has put out; depth is that of the layers, four at most. */
static void
hand_on(struct hg_coding *c, unsigned i)
{
	struct layer *l = &c->layers[i];

	if (i + 1 < c->n)
		feed_layer(c, i + 1, block_of(l));
	else
		sink(c, block_of(l));
	drop_block(l);
}

static void
name_failure(struct hg_coding *c)
{
	fault(c, HG_CODING_BAD_DEFLATE);
}

/* Blocks that are full are handed on; the peer's last one waits for more input. */
static enum hg_deflate_result
inflate_all(struct hg_coding *c, unsigned i, struct hg_span *in)
{
	const bool as_peer = as_http1(c, HG_DIFF_HTTP_CODING_BLOCKS);
	struct layer *l = &c->layers[i];
	enum hg_deflate_result r = HG_DEFLATE_MORE;

	while (r == HG_DEFLATE_MORE && !c->broken &&
		(in->len > 0 || (!as_peer && hg_deflate_is_full(l->deflate)))) {
		if (hg_deflate_is_full(l->deflate))
			hand_on(c, i);
		r = hg_deflate_run(l->deflate, in);
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
inflate_as_peer(struct hg_coding *c, unsigned i, struct hg_span in)
{
	struct layer *l = &c->layers[i];
	enum hg_deflate_result r = inflate_all(c, i, &in);

	if (r == HG_DEFLATE_BROKEN && block_of(l).len > 0 && l->retries == 0) {
		name_failure(c);
		r = HG_DEFLATE_END;
	}
	if (r == HG_DEFLATE_END)
		hand_on(c, i);
	else if (r == HG_DEFLATE_BROKEN)
		drop_block(l);
	return r != HG_DEFLATE_BROKEN;
}

/* Once more in the same format, then in the other one, then in the first. */
static bool
try_again(struct hg_coding *c, struct layer *l)
{
	name_failure(c);
	close_layer(l, mem_of(c));
	if (l->retries >= RETRIES)
		return false;
	return open_layer(l, mem_of(c), l->retries++ == 0 ? l->format : !l->format);
}

static void
feed_as_peer(struct hg_coding *c, unsigned i, struct hg_span in)
{
	struct layer *l = &c->layers[i];
	bool fine = inflate_as_peer(c, i, in);

	while (!fine && try_again(c, l))
		fine = inflate_as_peer(c, i, hg_span_from(in, gzip_head(in)));
	if (!fine) {
		l->state = PLAIN;
		sink(c, in);
	}
}

/* Whatever follows is not a part of the stream. */
static void
end_layer(struct hg_coding *c, unsigned i, enum hg_deflate_result r)
{
	if (r != HG_DEFLATE_END)
		name_failure(c);
	hand_on(c, i);
	c->layers[i].state = OVER;
}

/* What follows a gzip member may be another one (RFC 1952 2.2); whether it is its first byte tells, which may have to come. */
static void
end_member(struct hg_coding *c, unsigned i)
{
	struct layer *l = &c->layers[i];

	if (c->how.manner != HG_CODING_RIGHT || l->format != GZIP) {
		end_layer(c, i, HG_DEFLATE_END);
		return;
	}
	hand_on(c, i);
	l->state = RUNS;
	l->between = true;
}

static bool
begin_member(struct layer *l, uint8_t first)
{
	l->between = false;
	if (first != 0x1f) {
		l->state = OVER;
		return false;
	}
	hg_deflate_reset(l->deflate);
	return true;
}

static void
run_layer(struct hg_coding *c, unsigned i, struct hg_span in)
{
	struct layer *l = &c->layers[i];
	enum hg_deflate_result r;

	do {
		if (l->between && (in.len == 0 || !begin_member(l, in.p[0])))
			return;
		r = inflate_all(c, i, &in);
		if (r == HG_DEFLATE_END)
			end_member(c, i);
		else if (r == HG_DEFLATE_BROKEN)
			end_layer(c, i, r);
	} while (l->between && in.len > 0);
}

/* One format, and what breaks ends there. */
static void
feed_like_http2(struct hg_coding *c, unsigned i, struct hg_span in)
{
	struct layer *l = &c->layers[i];

	if (l->state == BEGINS && l->format == GZIP && in.p[0] != 0x1f)
		end_layer(c, i, HG_DEFLATE_BROKEN);
	else if (l->state != OVER)
		run_layer(c, i, in);
	if (l->state == BEGINS)
		l->state = RUNS;
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
begin_layer(struct hg_coding *c, unsigned i, struct hg_span in)
{
	struct layer *l = &c->layers[i];
	struct hg_span rest = remember(l, in);
	struct hg_span head = hg_span_sub(in, 0, in.len - rest.len);
	enum hg_deflate_result r = inflate_all(c, i, &head);
	bool gave = hg_deflate_total(l->deflate) > 0;

	if (r == HG_DEFLATE_MORE) {
		l->state = gave || l->head_len == HEAD_KEPT ? RUNS : BEGINS;
	} else if (r == HG_DEFLATE_END) {
		end_member(c, i);
		if (l->between)
			run_layer(c, i, head);
	} else if (gave) {
		end_layer(c, i, r);
	} else {
		name_failure(c);
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
choose_format(struct hg_coding *c, unsigned i)
{
	struct layer *l = &c->layers[i];
	struct hg_span head = hg_span(l->head, l->head_len), data = hg_span_from(head, gzip_head(head));
	enum format format = l->format;

	for (unsigned try = 0; try < FORMATS; try++) {
		close_layer(l, mem_of(c));
		if (!open_layer(l, mem_of(c), try == 0 ? format : !format))
			break;
		if (fits(l, data)) {
			hg_deflate_reset(l->deflate);
			l->state = RUNS;
			run_layer(c, i, data);
			return;
		}
	}
	l->state = PLAIN;
	sink(c, head);
}

/* A codec gives no more. What broke before it gave a byte is shown as it is, if its beginning is all there. */
static void
end_codec(struct hg_coding *c, unsigned i, enum hg_codec_step step, bool began, struct hg_span rest)
{
	static const uint8_t broken[] = { [BROTLI] = HG_CODING_BAD_BROTLI, [ZSTD] = HG_CODING_BAD_ZSTD };
	struct layer *l = &c->layers[i];

	if (step != HG_CODEC_OVER)
		fault(c, step == HG_CODEC_BROKEN ? broken[l->format] : HG_CODING_NO_MEMORY);
	hand_on(c, i);
	l->state = OVER;
	if (step == HG_CODEC_OVER || began || c->how.manner == HG_CODING_LIKE_HTTP2)
		return;
	l->state = PLAIN;
	sink(c, hg_span(l->head, l->head_len));
	sink(c, rest);
}

static void
feed_codec(struct hg_coding *c, unsigned i, struct hg_span in, bool last)
{
	struct layer *l = &c->layers[i];
	struct hg_span rest = l->state == BEGINS ? remember(l, in) : HG_SPAN_NONE;
	enum hg_codec_step step;

	do {
		step = hg_codec_run(l->codec, &in, last);
		if (block_of(l).len > 0 || hg_codec_taken(l->codec) > HEAD_KEPT)
			l->state = RUNS;
		if (step == HG_CODEC_FULL)
			hand_on(c, i);
	} while (step == HG_CODEC_FULL && !c->broken);
	if (step > HG_CODEC_FULL)
		end_codec(c, i, step, l->state == RUNS, rest);
}

static void
feed_layer(struct hg_coding *c, unsigned i, struct hg_span in)
{
	struct layer *l = &c->layers[i];

	if (l->codec != NULL && l->state < OVER) {
		feed_codec(c, i, in, false);
		return;
	}
	if (l->state != PLAIN && as_http1(c, HG_DIFF_HTTP_CODING_RETRY)) {
		feed_as_peer(c, i, in);
		return;
	}
	if (c->how.manner == HG_CODING_LIKE_HTTP2) {
		feed_like_http2(c, i, in);
		return;
	}
	if (l->state == BEGINS)
		in = begin_layer(c, i, in);
	if (l->state == FAILED) {
		in = remember(l, in);
		if (l->head_len == HEAD_KEPT)
			choose_format(c, i);
	}
	if (l->state == RUNS)
		run_layer(c, i, in);
	else if (l->state == PLAIN)
		sink(c, in);
}

static void
flush_layer(struct hg_coding *c, unsigned i)
{
	const struct layer *l = &c->layers[i];

	if (l->state != PLAIN && block_of(l).len > 0)
		hand_on(c, i);
}

void
hg_coding_feed(struct hg_coding *c, struct hg_span in)
{
	if (c->broken || in.len == 0)
		return;
	c->in += in.len;
	feed_layer(c, 0, in);
	if (as_http1(c, HG_DIFF_HTTP_CODING_BLOCKS))
		return;
	for (unsigned i = 0; i < c->n; i++)
		flush_layer(c, i);
}

void
hg_coding_finish(struct hg_coding *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (c->layers[i].codec != NULL && c->layers[i].state < OVER)
			feed_codec(c, i, HG_SPAN_NONE, true);
		if (c->layers[i].state == FAILED)
			choose_format(c, i);
		flush_layer(c, i);
	}
}
