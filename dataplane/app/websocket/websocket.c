/* The WebSocket decoder: its rows, and the loop that cuts a direction into frames. */
#include "app/websocket/websocket_int.h"

#define KEY(name) "app-layer.protocols.websocket." name
#define CONTROL_MOST 125 /* bytes of a control frame (RFC 6455 5.5) */
#define PIECE 4096       /* bytes unmasked at a time */

enum { BUFFER_PAYLOAD, BUFFER_OPCODE, BUFFER_FLAGS, BUFFER_MASK };

#define AT(state)                                                \
	{                                                        \
		HG_WEBSOCKET_AT_##state, HG_WEBSOCKET_AT_##state \
	}

static const struct hg_buffer_row buffers[] = {
	[BUFFER_PAYLOAD] = { "websocket.payload", HG_SIDE_BOTH, AT(PAYLOAD), HG_BUFFER_GROWING, 2,
		"payload of a message, unmasked and inflated" },
	[BUFFER_OPCODE] = { "websocket.opcode", HG_SIDE_BOTH, AT(PAYLOAD), 0, 4,
		"what kind of message it is, a number of one byte" },
	[BUFFER_FLAGS] = { "websocket.flags", HG_SIDE_BOTH, AT(END), 0, 4,
		"upper four bits of the first byte, a number of one byte" },
	[BUFFER_MASK] = { "websocket.mask", HG_SIDE_BOTH, AT(PAYLOAD), 0, 4,
		"by what the first frame is masked, a number of four bytes" },
};

static const struct hg_anomaly_row anomalies[HG_WEBSOCKET_ANOMALIES] = {
	[HG_WEBSOCKET_SKIPPED] = { "skip_end_of_payload",
		"bytes of a message are missing or were never sent" },
	[HG_WEBSOCKET_REASSEMBLY] = { "reassembly_limit_reached",
		"a message has more bytes than max-payload-size: it is shown in windows" },
	[HG_WEBSOCKET_BROKEN_OFF] = { "message_broken_off",
		"a message begins within another one, or goes on where none has begun" },
	[HG_WEBSOCKET_RESERVED_BITS] = { "reserved_bits",
		"a bit is set that nothing gives a meaning, or compression that was not agreed upon" },
	[HG_WEBSOCKET_UNKNOWN_OPCODE] = { "unknown_opcode", "a kind of message that RFC 6455 does not know" },
	[HG_WEBSOCKET_INVALID_CONTROL] = { "invalid_control_frame",
		"a control frame in pieces, or of more than 125 bytes" },
	[HG_WEBSOCKET_INVALID_MASK] = { "invalid_mask", "a client did not mask a frame, or a server did" },
	[HG_WEBSOCKET_INVALID_LENGTH] = { "invalid_length",
		"a length in more bytes than it needs, or above 63 bits" },
	[HG_WEBSOCKET_FAILED_DECOMPRESSION] = { "failed_decompression",
		"a message is no deflate: compressed ones of this direction are not inflated any more" },
	[HG_WEBSOCKET_BOMB] = { "compression_bomb",
		"a message grows out of all proportion: compressed ones of this direction are not inflated "
		"any more" },
};

static const struct hg_config_key keys[] = {
	{ KEY("max-payload-size"), HG_CONFIG_SIZE, "65535", NULL, NULL,
		"bytes of a message that are shown to rules at once; longer ones in windows" },
	{ KEY("compression-bomb-limit"), HG_CONFIG_SIZE, "1048576", NULL, NULL,
		"bytes of an inflated message past which 2048 times its size is a bomb" },
};

static uint32_t
size_of(const struct hg_config *c, const char *key, uint32_t initial)
{
	const uint64_t n = c == NULL ? initial : hg_config_size(c, key);

	return (uint32_t)HG_MIN(n, (uint64_t)UINT32_MAX);
}

static void
configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	ctx->bomb_limit = size_of(c, KEY("compression-bomb-limit"), 1024 * 1024);
	ctx->limits = (struct hg_inspect_limits){ .min = size_of(c, KEY("max-payload-size"), 65535),
		.window = 16384 };
}

static bool
holds(struct hg_span text, struct hg_span word)
{
	for (size_t i = 0; i + word.len <= text.len; i++)
		if (hg_span_starts_nocase(hg_span_from(text, i), word))
			return true;
	return false;
}

/* HTTP/1 has handed over what Sec-WebSocket-Extensions of the answer says. */
static void
websocket_open(struct hg_app *app)
{
	struct hg_websocket *h = app->state;
	const struct hg_span said = hg_app_handed(app);

	h->app = app;
	h->deflate = holds(said, HG_BYTES("permessage-deflate"));
	h->side[HG_TO_SERVER].no_context = holds(said, HG_BYTES("client_no_context_takeover"));
	h->side[HG_TO_CLIENT].no_context = holds(said, HG_BYTES("server_no_context_takeover"));
}

static void
websocket_close(struct hg_app *app)
{
	struct hg_websocket *h = app->state;

	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_websocket_inflate_close(app, &h->side[d]);
}

/* ---- frames ---- */

static bool
is_control(uint8_t opcode)
{
	return opcode >= HG_WEBSOCKET_CLOSE;
}

/* false: the rest of it is still to come. */
static bool
read_frame(struct hg_reader *r, struct hg_websocket_frame *f, bool *wide)
{
	uint8_t second, first = hg_read_u8(r);
	const uint8_t *mask;

	f->first = first;
	second = hg_read_u8(r);
	f->masked = (second & 0x80) != 0;
	f->length = second & 0x7f;
	*wide = false;
	if (f->length == 126) {
		f->length = hg_read_u16be(r);
		*wide = f->length < 126;
	} else if (f->length == 127) {
		f->length = (uint64_t)hg_read_u32be(r) << 32;
		f->length |= hg_read_u32be(r);
		*wide = f->length <= UINT16_MAX || f->length > INT64_MAX;
		f->length &= INT64_MAX;
	}
	mask = f->masked ? hg_reader_take(r, sizeof(f->mask)) : NULL;
	if (mask != NULL)
		memcpy(f->mask, mask, sizeof(f->mask));
	return !hg_reader_failed(r);
}

static void
end_message(struct hg_websocket *h, enum hg_dir dir, struct hg_websocket_tx *tx, bool whole)
{
	struct hg_websocket_side *s = &h->side[dir];

	if (whole) {
		tx->flags |= HG_WEBSOCKET_FIN;
		if ((tx->flags & HG_WEBSOCKET_COMPRESSED) != 0)
			hg_websocket_inflate_end(h, tx, dir);
	}
	hg_body_finish(&tx->body);
	hg_tx_progress(&tx->base, dir, HG_WEBSOCKET_AT_END);
	hg_app_trigger_raw(h->app, dir);
	if (s->message == tx)
		s->message = NULL;
	if (s->tx == tx)
		s->tx = NULL;
}

static struct hg_websocket_tx *
begin_message(struct hg_websocket *h, enum hg_dir dir)
{
	const struct hg_websocket_frame *f = &h->side[dir].frame;
	const struct hg_decoder_ctx *ctx = h->app->ctx;
	struct hg_websocket_tx *tx = (struct hg_websocket_tx *)hg_tx_new(h->app);

	if (tx == NULL)
		return NULL;
	tx->base.sides = (uint8_t)(1u << dir);
	tx->opcode = f->first & 0x0f;
	tx->flags = f->first & 0x70;
	tx->has_mask = f->masked;
	memcpy(tx->mask, f->mask, sizeof(tx->mask));
	hg_body_init(&tx->body, h->app->mem, &ctx->limits);
	hg_tx_progress(&tx->base, dir, HG_WEBSOCKET_AT_PAYLOAD);
	return tx;
}

/* What is odd about a frame is told of its message. */
static void
check_frame(struct hg_websocket *h, enum hg_dir dir, struct hg_websocket_tx *tx, bool wide)
{
	const struct hg_websocket_frame *f = &h->side[dir].frame;
	const uint8_t opcode = f->first & 0x0f;
	const bool compressed = (f->first & HG_WEBSOCKET_COMPRESSED) != 0;

	if ((f->first & HG_WEBSOCKET_RESERVED) != 0 ||
		(compressed && (!h->deflate || opcode == HG_WEBSOCKET_CONTINUATION || is_control(opcode))))
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_RESERVED_BITS);
	if (opcode > HG_WEBSOCKET_PONG || (opcode > HG_WEBSOCKET_BINARY && !is_control(opcode)))
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_UNKNOWN_OPCODE);
	if (is_control(opcode) && (f->length > CONTROL_MOST || (f->first & HG_WEBSOCKET_FIN) == 0))
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_INVALID_CONTROL);
	if (f->masked != (dir == HG_TO_SERVER))
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_INVALID_MASK);
	if (wide)
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_INVALID_LENGTH);
}

/* The message that the frame belongs to; NULL: no room for a new one. */
static struct hg_websocket_tx *
message_of(struct hg_websocket *h, enum hg_dir dir)
{
	struct hg_websocket_side *s = &h->side[dir];
	const uint8_t opcode = s->frame.first & 0x0f;
	const bool goes_on = opcode == HG_WEBSOCKET_CONTINUATION;
	struct hg_websocket_tx *tx;

	if (goes_on && s->message != NULL)
		return s->message;
	if (!is_control(opcode) && s->message != NULL) {
		hg_tx_anomaly(&s->message->base, dir, HG_WEBSOCKET_BROKEN_OFF);
		end_message(h, dir, s->message, false);
	}
	tx = begin_message(h, dir);
	if (tx != NULL && goes_on)
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_BROKEN_OFF);
	if (!is_control(opcode) && (s->frame.first & HG_WEBSOCKET_FIN) == 0)
		s->message = tx;
	return tx;
}

static void
end_frame(struct hg_websocket *h, enum hg_dir dir)
{
	struct hg_websocket_side *s = &h->side[dir];
	const bool last = (s->frame.first & HG_WEBSOCKET_FIN) != 0 || is_control(s->frame.first & 0x0f);

	s->inside = false;
	if (s->tx != NULL && last)
		end_message(h, dir, s->tx, true);
	s->tx = NULL;
}

static bool
begin_frame(struct hg_websocket *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_websocket_side *s = &h->side[dir];
	struct hg_reader r = hg_reader_of(*rest);
	bool wide;

	if (!read_frame(&r, &s->frame, &wide))
		return false;
	*rest = hg_span_from(*rest, hg_reader_offset(&r));
	s->tx = message_of(h, dir);
	if (s->tx != NULL)
		check_frame(h, dir, s->tx, wide);
	s->inside = true;
	s->left = s->frame.length;
	s->crossed = 0;
	return true;
}

static void
take_payload(struct hg_websocket *h, enum hg_dir dir, struct hg_span data)
{
	struct hg_websocket_side *s = &h->side[dir];
	struct hg_websocket_tx *tx = s->tx;

	tx->wire += data.len;
	if ((tx->flags & HG_WEBSOCKET_COMPRESSED) == 0 || !h->deflate || is_control(tx->opcode))
		hg_body_append(&tx->body, data);
	else if (!s->deaf)
		hg_websocket_inflate(h, tx, dir, data);
	if (tx->body.total > tx->base.ctx->limits.min &&
		!hg_tx_has_anomaly(&tx->base, dir, HG_WEBSOCKET_REASSEMBLY))
		hg_tx_anomaly(&tx->base, dir, HG_WEBSOCKET_REASSEMBLY);
	hg_tx_touch(&tx->base, dir);
}

/* RFC 6455 5.3 */
static void
take_masked(struct hg_websocket *h, enum hg_dir dir, struct hg_span data)
{
	struct hg_websocket_side *s = &h->side[dir];
	uint8_t clear[PIECE];

	for (size_t at = 0; at < data.len; at += PIECE) {
		const struct hg_span part = hg_span_sub(data, at, PIECE);

		for (size_t i = 0; i < part.len; i++)
			clear[i] = part.p[i] ^ s->frame.mask[(s->crossed + at + i) & 3];
		take_payload(h, dir, hg_span(clear, part.len));
	}
}

static void
cross_payload(struct hg_websocket *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_websocket_side *s = &h->side[dir];
	const struct hg_span data = hg_span_sub(*rest, 0, (size_t)HG_MIN(s->left, (uint64_t)rest->len));

	*rest = hg_span_from(*rest, data.len);
	if (s->tx != NULL && s->frame.masked)
		take_masked(h, dir, data);
	else if (s->tx != NULL)
		take_payload(h, dir, data);
	s->left -= data.len;
	s->crossed += data.len;
	if (s->left == 0)
		end_frame(h, dir);
}

static enum hg_feed
websocket_feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_websocket *h = app->state;
	struct hg_websocket_side *s = &h->side[dir];
	struct hg_span rest = in;

	while (rest.len > 0 || (s->inside && s->left == 0)) {
		if (s->inside)
			cross_payload(h, dir, &rest);
		else if (!begin_frame(h, dir, &rest))
			break;
	}
	*taken = in.len - rest.len;
	return HG_FEED_OK;
}

/* Missing bytes of a payload end where the frame does; elsewhere nobody knows where one begins. */
static bool
websocket_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_websocket *h = app->state;
	struct hg_websocket_side *s = &h->side[dir];

	if (!s->inside || bytes > s->left)
		return false;
	if (s->tx != NULL) {
		s->tx->wire += bytes;
		hg_tx_anomaly(&s->tx->base, dir, HG_WEBSOCKET_SKIPPED);
		hg_body_skip(&s->tx->body, bytes);
		if ((s->tx->flags & HG_WEBSOCKET_COMPRESSED) != 0)
			s->deaf = true;
	}
	s->left -= bytes;
	s->crossed += bytes;
	if (s->left == 0)
		end_frame(h, dir);
	return true;
}

static void
websocket_finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_websocket *h = app->state;
	struct hg_websocket_side *s = &h->side[dir];
	struct hg_websocket_tx *both[] = { s->tx, s->message };

	for (unsigned i = 0; i < HG_COUNT(both); i++) {
		if (both[i] == NULL || (i == 1 && both[1] == both[0]))
			continue;
		hg_tx_anomaly(&both[i]->base, dir, HG_WEBSOCKET_SKIPPED);
		end_message(h, dir, both[i], false);
	}
	s->inside = false;
}

static void
tx_close(struct hg_app *app, struct hg_tx *base)
{
	struct hg_websocket_tx *tx = (struct hg_websocket_tx *)base;
	struct hg_websocket *h = app->state;

	hg_body_fini(&tx->body);
	if (h == NULL || app->decoder != base->decoder)
		return;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		if (h->side[d].tx == tx)
			h->side[d].tx = NULL;
		if (h->side[d].message == tx)
			h->side[d].message = NULL;
	}
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_websocket_tx *tx = (struct hg_websocket_tx *)base;

	(void)dir;
	(void)index;
	*out = (struct hg_view){ .complete = true };
	switch (row) {
	case BUFFER_PAYLOAD:
		return hg_body_view(&tx->body, eof, base->app->ips, out);
	case BUFFER_OPCODE:
		out->data = hg_span(&tx->opcode, 1);
		return true;
	case BUFFER_FLAGS:
		out->data = hg_span(&tx->flags, 1);
		return true;
	default:
		out->data = hg_span(tx->mask, sizeof(tx->mask));
		return tx->has_mask;
	}
}

static void
inspected(struct hg_tx *base, enum hg_dir dir, uint16_t row)
{
	struct hg_websocket_tx *tx = (struct hg_websocket_tx *)base;

	(void)dir;
	if (row == BUFFER_PAYLOAD)
		hg_body_inspected(&tx->body);
}

const struct hg_decoder hg_websocket = {
	.name = "websocket",
	.proto = HG_PROTO_WEBSOCKET,
	.tcp = true,
	.gap_ok = true,
	.takes_over = true,
	.complete = { HG_WEBSOCKET_AT_END, HG_WEBSOCKET_AT_END },
	.state_size = sizeof(struct hg_websocket),
	.tx_size = sizeof(struct hg_websocket_tx),
	.open = websocket_open,
	.close = websocket_close,
	.feed = websocket_feed,
	.gap = websocket_gap,
	.finish = websocket_finish,
	.tx_close = tx_close,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.inspected = inspected,
	.log = hg_websocket_log,
	.audit = hg_websocket_audit,
	.event_type = "websocket",
	.log_tx_id = true,
	.config_keys = keys,
	.n_config_keys = HG_COUNT(keys),
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = configure,
};
