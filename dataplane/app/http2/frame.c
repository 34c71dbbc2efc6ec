/* Frames but DATA, each whole (RFC 9113 6). */
#include "app/http2/http2_int.h"

/* Of the stream that is open, else by itself: a window of a stream that is closed, a priority of one that is not there yet. */
static struct hg_http2_tx *
owner_of(struct hg_http2 *h, enum hg_dir dir)
{
	const uint32_t stream = h->side[dir].frame.stream;
	struct hg_http2_tx *tx = stream == 0 ? NULL : hg_http2_find(h, stream);

	if (tx == NULL)
		tx = hg_http2_alone(h, dir);
	if (tx == NULL)
		return NULL;
	tx->msg[dir].frames |= (uint16_t)(1u << h->side[dir].frame.type);
	hg_tx_touch(&tx->base, dir);
	return tx;
}

/* ---- header blocks ---- */

static struct hg_http2_tx *
block_owner(struct hg_http2 *h, enum hg_dir dir)
{
	const struct hg_http2_side *s = &h->side[dir];

	return s->block_tx == 0 ? NULL : (struct hg_http2_tx *)hg_tx_find(h->app, s->block_tx - 1);
}

static void
take_fragment(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span fragment)
{
	const struct hg_decoder_ctx *ctx = h->app->ctx;
	struct hg_http2_side *s = &h->side[dir];
	const bool last = (s->frame.flags & HG_HTTP2_END_HEADERS) != 0,
		   before = s->block_bytes > ctx->max_reassembly;

	s->block_bytes += (uint32_t)fragment.len;
	if (s->block_bytes > ctx->max_reassembly && !before)
		hg_http2_event(h, tx, dir, HG_HTTP2_REASSEMBLY_LIMIT);
	hg_http2_block(h, tx, dir, fragment, last);
	if (!last)
		return;
	s->block_stream = 0;
	if (tx == NULL)
		return;
	hg_http2_headers_end(tx, dir, s->block_promises);
	if (s->block_ends_stream)
		hg_http2_end(tx, dir, true);
}

static void
begin_block(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span fragment)
{
	struct hg_http2_side *s = &h->side[dir];

	s->block_stream = s->frame.stream;
	s->block_tx = tx == NULL ? 0 : tx->base.id + 1;
	s->block_bytes = 0;
	s->block_begins = true;
	s->block_promises = s->frame.type == HG_HTTP2_PUSH_PROMISE;
	s->block_ends_stream =
		s->frame.type == HG_HTTP2_HEADERS_FRAME && (s->frame.flags & HG_HTTP2_END_STREAM) != 0;
	take_fragment(h, tx, dir, fragment);
}

/* Takes the padding off, and what it is announced by. */
static bool
unpad(struct hg_http2 *h, enum hg_dir dir, struct hg_span *payload)
{
	size_t pad;

	if ((h->side[dir].frame.flags & HG_HTTP2_PADDED) == 0)
		return true;
	if (payload->len == 0)
		return false;
	pad = payload->p[0];
	if (pad >= payload->len)
		return false;
	*payload = hg_span_sub(*payload, 1, payload->len - 1 - pad);
	return true;
}

/* A stream is opened by the client, and those promised by the server; what its number has been opened before is over. */
static struct hg_http2_tx *
stream_of(struct hg_http2 *h, enum hg_dir dir)
{
	struct hg_http2_side *s = &h->side[dir];
	const uint32_t stream = s->frame.stream;
	struct hg_http2_tx *tx = hg_http2_find(h, stream);
	const bool reused = tx == NULL && dir == HG_TO_SERVER && stream <= s->newest;

	if (tx != NULL) {
		if (tx->msg[dir].ended)
			hg_http2_odd(tx, dir, HG_HTTP2_STREAM_REUSE);
		return tx;
	}
	tx = hg_http2_open(h, dir, stream);
	if (tx != NULL && reused)
		hg_http2_odd(tx, dir, HG_HTTP2_STREAM_REUSE);
	if (dir == HG_TO_SERVER)
		s->newest = HG_MAX(s->newest, stream);
	return tx;
}

static void
take_headers(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload)
{
	const uint8_t flags = h->side[dir].frame.flags;
	struct hg_http2_tx *tx;

	if (h->side[dir].frame.stream == 0) {
		hg_http2_event(h, NULL, dir, HG_HTTP2_INVALID_FRAME_HEADER);
		return;
	}
	tx = stream_of(h, dir);
	if (tx != NULL)
		tx->msg[dir].frames |= 1u << HG_HTTP2_HEADERS_FRAME;
	if (!unpad(h, dir, &payload) || ((flags & HG_HTTP2_PRIO) != 0 && payload.len < 5)) {
		hg_http2_event(h, tx, dir, HG_HTTP2_INVALID_FRAME_DATA);
		return;
	}
	if ((flags & HG_HTTP2_PRIO) != 0) {
		if (tx != NULL)
			hg_http2_note(tx, dir, HG_HTTP2_KIND_PRIORITY, payload.p[4]);
		payload = hg_span_from(payload, 5);
	}
	begin_block(h, tx, dir, payload);
}

/* RFC 9113 6.6: the promised stream begins with a request that the server made up. */
static void
take_promise(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload)
{
	struct hg_http2_tx *tx = owner_of(h, dir);
	struct hg_reader r;
	uint32_t promised;

	if (!unpad(h, dir, &payload) || payload.len < 4) {
		hg_http2_event(h, tx, dir, HG_HTTP2_INVALID_FRAME_DATA);
		return;
	}
	r = hg_reader_of(payload);
	promised = hg_read_u32be(&r) & INT32_MAX;
	tx = promised == 0 ? NULL : hg_http2_open(h, dir, promised);
	if (tx != NULL) {
		tx->msg[dir].frames |= 1u << HG_HTTP2_PUSH_PROMISE;
		tx->msg[HG_TO_SERVER].ended = true;
	}
	begin_block(h, tx, dir, hg_span_from(payload, 4));
}

static void
take_continuation(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload)
{
	struct hg_http2_side *s = &h->side[dir];
	struct hg_http2_tx *tx = block_owner(h, dir);

	if (s->block_stream == 0 || s->block_stream != s->frame.stream) {
		hg_http2_event(h, owner_of(h, dir), dir, HG_HTTP2_INVALID_FRAME_HEADER);
		return;
	}
	if (tx != NULL)
		tx->msg[dir].frames |= 1u << HG_HTTP2_CONTINUATION;
	take_fragment(h, tx, dir, payload);
}

/* ---- frames of a fixed size ---- */

static void
take_priority(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_reader *r)
{
	(void)h;
	hg_read_skip(r, 4);
	hg_http2_note(tx, dir, HG_HTTP2_KIND_PRIORITY, hg_read_u8(r));
}

/* CVE-2023-44487: streams opened and reset at once cost the server everything and the client nothing. */
static void
count_reset(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir)
{
	const struct hg_decoder_ctx *ctx = h->app->ctx;
	struct hg_http2_side *s = &h->side[dir];

	if (ctx->max_resets == 0 || tx->msg[!dir].ended || !tx->chained)
		return;
	if (++s->resets % ctx->max_resets == 0)
		hg_http2_odd(tx, dir, HG_HTTP2_RAPID_RESET);
}

static void
take_reset(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_reader *r)
{
	hg_http2_note(tx, dir, HG_HTTP2_KIND_ERROR, hg_read_u32be(r));
	count_reset(h, tx, dir);
	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP2_RESET))
		hg_http2_close(tx);
}

bool
hg_http2_settings(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span payload)
{
	struct hg_reader r = hg_reader_of(payload);

	if (payload.len % 6 != 0)
		return false;
	while (hg_reader_left(&r) > 0) {
		uint64_t id = hg_read_u16be(&r);

		hg_http2_note(tx, dir, HG_HTTP2_KIND_SETTING, id << 32 | hg_read_u32be(&r));
	}
	return true;
}

static void
take_ping(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_reader *r)
{
	(void)h;
	(void)tx;
	(void)dir;
	hg_read_skip(r, 8);
}

static void
take_goaway(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_reader *r)
{
	(void)h;
	hg_read_skip(r, 4);
	hg_http2_note(tx, dir, HG_HTTP2_KIND_ERROR, hg_read_u32be(r));
	tx->msg[dir].goaway = true;
}

static void
take_window(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_reader *r)
{
	(void)h;
	hg_http2_note(tx, dir, HG_HTTP2_KIND_WINDOW, hg_read_u32be(r) & INT32_MAX);
}

enum { ANY_STREAM, NO_STREAM, A_STREAM };

static const struct {
	void (*take)(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_reader *r);
	uint8_t least;
	bool open_end;  /* more may follow */
	uint8_t stream; /* where it belongs */
} fixed[HG_HTTP2_FRAME_TYPES] = {
	[HG_HTTP2_PRIORITY] = { take_priority, 5, false, A_STREAM },
	[HG_HTTP2_RST_STREAM] = { take_reset, 4, false, A_STREAM },
	[HG_HTTP2_PING] = { take_ping, 8, false, NO_STREAM },
	[HG_HTTP2_GOAWAY] = { take_goaway, 8, true, NO_STREAM },
	[HG_HTTP2_WINDOW_UPDATE] = { take_window, 4, false, ANY_STREAM },
};

static void
take_fixed(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload)
{
	const struct hg_http2_frame *f = &h->side[dir].frame;
	struct hg_http2_tx *tx = owner_of(h, dir);
	struct hg_reader r = hg_reader_of(payload);

	if (tx == NULL)
		return;
	if (fixed[f->type].stream != ANY_STREAM && (fixed[f->type].stream == NO_STREAM) != (f->stream == 0))
		hg_http2_odd(tx, dir, HG_HTTP2_INVALID_FRAME_HEADER);
	if (payload.len < fixed[f->type].least) {
		hg_http2_odd(tx, dir, HG_HTTP2_INVALID_FRAME_LENGTH);
		return;
	}
	if (payload.len > fixed[f->type].least && !fixed[f->type].open_end)
		hg_http2_odd(tx, dir, HG_HTTP2_INVALID_FRAME_LENGTH);
	fixed[f->type].take(h, tx, dir, &r);
}

/* One without settings says nothing: an acknowledgement, most often. */
static void
take_settings(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload)
{
	const bool ack = (h->side[dir].frame.flags & HG_HTTP2_ACK) != 0;
	struct hg_http2_tx *tx;

	if (payload.len == 0 && h->side[dir].frame.stream == 0)
		return;
	tx = owner_of(h, dir);
	if (tx == NULL)
		return;
	if (h->side[dir].frame.stream != 0)
		hg_http2_odd(tx, dir, HG_HTTP2_INVALID_FRAME_HEADER);
	if (!hg_http2_settings(tx, dir, payload) || (ack && payload.len > 0))
		hg_http2_odd(tx, dir, HG_HTTP2_INVALID_FRAME_LENGTH);
}

/* RFC 9113 6.10: between the frames of a block stands nothing else. */
static void
check_block(struct hg_http2 *h, enum hg_dir dir)
{
	struct hg_http2_side *s = &h->side[dir];

	if (s->block_stream == 0 || s->frame.type == HG_HTTP2_CONTINUATION)
		return;
	hg_http2_event(h, block_owner(h, dir), dir, HG_HTTP2_BLOCK_BROKEN_OFF);
	s->block_stream = 0;
	s->deaf = true;
	hg_http2_hpack_close(h->app, s);
}

void
hg_http2_take(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload)
{
	const uint8_t type = h->side[dir].frame.type;

	check_block(h, dir);
	if (type >= HG_HTTP2_FRAME_TYPES)
		return;
	switch ((enum hg_http2_frame_type)type) {
	case HG_HTTP2_HEADERS_FRAME:
		take_headers(h, dir, payload);
		break;
	case HG_HTTP2_PUSH_PROMISE:
		take_promise(h, dir, payload);
		break;
	case HG_HTTP2_CONTINUATION:
		take_continuation(h, dir, payload);
		break;
	case HG_HTTP2_SETTINGS:
		take_settings(h, dir, payload);
		break;
	default:
		if (fixed[type].take != NULL)
			take_fixed(h, dir, payload);
	}
}
