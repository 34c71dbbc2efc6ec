/* The QUIC decoder: its rows, its packets, its configuration. */
#include "app/quic/quic_int.h"

#define KEY_JA4 "outputs.eve-log.types.quic.ja4"

#define AT(n)        \
	{            \
		n, n \
	}
#define TEXT(name, side, flags, doc)                        \
	{                                                   \
		name, side, AT(HG_QUIC_DONE), flags, 2, doc \
	}

enum {
	BUFFER_VERSION,
	BUFFER_SNI,
	BUFFER_UA,
	BUFFER_CYU_HASH,
	BUFFER_CYU_STRING,
	BUFFER_JA3,
	BUFFER_JA3_STRING,
	BUFFER_JA3S,
	BUFFER_JA3S_STRING,
	BUFFER_JA4
};

static const struct hg_buffer_row buffers[] = {
	[BUFFER_VERSION] =
		TEXT("quic.version", HG_SIDE_BOTH, 0, "the four bytes of the version in a long header"),
	[BUFFER_SNI] = TEXT("quic.sni", HG_SIDE_SERVER, 0, "name of the server that the client asks for"),
	[BUFFER_UA] = TEXT("quic.ua", HG_SIDE_SERVER, 0, "user agent in a message of gQUIC"),
	[BUFFER_CYU_HASH] = TEXT("quic.cyu.hash", HG_SIDE_SERVER, HG_BUFFER_MULTI | HG_BUFFER_LOWER,
		"MD5 of quic.cyu.string as hex"),
	[BUFFER_CYU_STRING] = TEXT("quic.cyu.string", HG_SIDE_SERVER, HG_BUFFER_MULTI,
		"version and tags of each message of gQUIC"),
	[BUFFER_JA3] = TEXT("ja3.hash", HG_SIDE_SERVER, HG_BUFFER_LOWER, "MD5 of ja3.string as hex"),
	[BUFFER_JA3_STRING] = TEXT("ja3.string", HG_SIDE_SERVER, 0,
		"what the client offers: version, ciphers, extensions, groups, point formats"),
	[BUFFER_JA3S] = TEXT("ja3s.hash", HG_SIDE_CLIENT, HG_BUFFER_LOWER, "MD5 of ja3s.string as hex"),
	[BUFFER_JA3S_STRING] =
		TEXT("ja3s.string", HG_SIDE_CLIENT, 0, "what the server chose: version, cipher, extensions"),
	[BUFFER_JA4] = TEXT("ja4.hash", HG_SIDE_SERVER, 0, "JA4 of the client"),
};

static const struct hg_anomaly_row anomalies[HG_QUIC_ANOMALIES] = {
	[HG_QUIC_FAILED_DECRYPT] = { "failed_decrypt",
		"an Initial packet cannot be opened with the keys of its connection" },
	[HG_QUIC_ERROR_ON_DATA] = { "error_on_data", "frames of a packet are malformed" },
	[HG_QUIC_ERROR_ON_HEADER] = { "error_on_header", "a datagram does not begin with a packet" },
	[HG_QUIC_CRYPTO_LONG] = { "crypto_frag_too_long",
		"a handshake leads past 65534 bytes, or lacks bytes in more than 32 places" },
};

static const struct hg_config_key keys[] = {
	{ KEY_JA4, HG_CONFIG_BOOL, "no", NULL, NULL,
		"with compat suricata7: records show JA4, as they do natively" },
};

static void
configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	const struct hg_config_node *n = c == NULL ? NULL : hg_config_find(c, KEY_JA4);

	if (n != NULL && hg_config_text(n) != NULL)
		hg_config_parse_bool(hg_config_text(n), &ctx->ja4);
	hg_quic_ciphers_open(ctx);
}

static void
quic_open(struct hg_app *app)
{
	struct hg_quic *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_buf_init(&s->side[i].crypto, app->mem, HG_QUIC_CRYPTO_MOST);
}

static void
quic_close(struct hg_app *app)
{
	struct hg_quic *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_buf_fini(&s->side[i].crypto);
}

static struct hg_quic_tx *
begin(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h)
{
	struct hg_quic_tx *tx = (struct hg_quic_tx *)hg_tx_new(app);

	if (tx == NULL)
		return NULL;
	tx->base.sides = (uint8_t)(1u << dir);
	tx->type = h->type;
	tx->is_long = h->is_long;
	tx->version = h->version;
	for (unsigned i = 0; i < 4; i++)
		tx->version_bytes[i] = (uint8_t)(h->version >> (24 - 8 * i));
	return tx;
}

/* What was read of a packet before it turned out to be malformed is not said. */
static bool
fail(struct hg_quic_tx *tx, enum hg_dir dir, enum hg_quic_anomaly row)
{
	struct hg_quic *s = tx->base.app->state;

	tx->hello.present = tx->has_sni = tx->has_ua = false;
	tx->ja3_hash = tx->ja3_string = HG_SPAN_NONE;
	tx->ja4[0] = '\0';
	tx->n_cyus = 0;
	hg_quic_join_drop(&s->side[dir]);
	return hg_tx_anomaly(&tx->base, dir, (uint8_t)row);
}

/* The client's first connection identifier makes the keys of both; a Retry makes it choose another one (RFC 9001 5.2). */
static void
settle_keys(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_QUIC_KEYS);
	struct hg_quic *s = app->state;

	if (!s->has_keys && h->type == HG_QUIC_INITIAL) {
		if (peer || dir == HG_TO_SERVER)
			s->has_keys = hg_quic_keys_make(&app->ctx->digests, h->version, h->dcid, s->keys);
	} else if (dir == HG_TO_CLIENT && s->has_keys && h->type == HG_QUIC_RETRY && !s->has_retried) {
		s->side[HG_TO_SERVER].hello = s->has_keys = false;
		s->has_retried = true;
	}
}

/* The packet is the first of another connection, or the one behind a Retry that was not seen: all begins anew. */
static bool
open_anew(struct hg_app *app, const struct hg_quic_header *h, uint8_t *room, struct hg_span *plain)
{
	struct hg_quic *s = app->state;
	struct hg_quic_keys made[HG_DIRS];

	if (!hg_quic_keys_make(&app->ctx->digests, h->version, h->dcid, made) ||
		!hg_quic_open(app->ctx, &made[HG_TO_SERVER], h, room, plain))
		return false;
	memcpy(s->keys, made, sizeof(made));
	s->has_retried = false;
	for (unsigned i = 0; i < HG_DIRS; i++) {
		s->side[i].hello = false;
		hg_quic_join_drop(&s->side[i]);
	}
	return true;
}

static bool
open_packet(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h, uint8_t *room,
	struct hg_span *plain)
{
	const struct hg_quic *s = app->state;

	return hg_quic_open(app->ctx, &s->keys[dir], h, room, plain) ||
		(dir == HG_TO_SERVER && !hg_as_peer(app->suricata7, HG_DIFF_QUIC_KEYS) &&
			open_anew(app, h, room, plain));
}

/* Behind the client's hello: does another connection begin over the same ports? */
static bool
begins_anew(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h)
{
	const struct hg_quic *s = app->state;
	struct hg_span plain;
	uint8_t *room;
	bool anew;

	if (dir != HG_TO_SERVER || h->type != HG_QUIC_INITIAL || h->payload.len == 0 ||
		hg_as_peer(app->suricata7, HG_DIFF_QUIC_KEYS))
		return false;
	room = hg_mem_take(app->mem, h->payload.len);
	if (room == NULL)
		return false;
	anew = !hg_quic_open(app->ctx, &s->keys[dir], h, room, &plain) && open_anew(app, h, room, &plain);
	hg_mem_give(app->mem, room, h->payload.len);
	return anew;
}

/* Natively nothing is read that is encrypted with keys of which nobody knows. */
static bool
take_initial(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h)
{
	struct hg_quic *s = app->state;
	const bool sealed = s->has_keys && h->payload.len > 0;
	struct hg_span plain = h->payload;
	struct hg_quic_tx *tx;
	uint8_t *room = NULL;
	bool good = true;

	if (!s->has_keys && h->is_long && !hg_quic_is_google(h->version) &&
		!hg_as_peer(app->suricata7, HG_DIFF_QUIC_KEYS))
		return true;
	tx = begin(app, dir, h);
	if (sealed)
		room = hg_mem_take(app->mem, h->payload.len);
	if (tx == NULL || (sealed && room == NULL))
		plain = HG_SPAN_NONE;
	else if (sealed && !open_packet(app, dir, h, room, &plain))
		good = fail(tx, dir, HG_QUIC_FAILED_DECRYPT);
	else if (!hg_quic_frames(tx, dir, plain))
		good = fail(tx, dir, HG_QUIC_ERROR_ON_DATA);
	else if (tx->hello.present)
		s->side[dir].hello = true;
	if (room != NULL)
		hg_mem_give(app->mem, room, h->payload.len);
	if (tx != NULL)
		hg_tx_progress(&tx->base, dir, HG_QUIC_DONE);
	return good;
}

static bool
take_packet(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h)
{
	struct hg_quic_tx *tx;

	settle_keys(app, dir, h);
	if (h->type == HG_QUIC_INITIAL)
		return take_initial(app, dir, h);
	tx = begin(app, dir, h);
	if (tx != NULL)
		hg_tx_progress(&tx->base, dir, HG_QUIC_DONE);
	return true;
}

static void
report_header(struct hg_app *app, enum hg_dir dir, const struct hg_quic_header *h)
{
	struct hg_quic_tx *tx = begin(app, dir, h);

	if (tx == NULL)
		return;
	fail(tx, dir, HG_QUIC_ERROR_ON_HEADER);
	hg_tx_progress(&tx->base, dir, HG_QUIC_DONE);
}

/* A datagram may hold several packets (RFC 9000 12.2). Behind the hello all is encrypted with keys that only both ends have. */
static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	const bool silent = hg_as_peer(app->suricata7, HG_DIFF_QUIC_HEADER);
	const struct hg_quic *s = app->state;
	size_t at = 0;

	*taken = in.len;
	while (at < in.len) {
		struct hg_quic_header h;

		if (!hg_quic_header_read(hg_span_from(in, at), &h)) {
			if (!silent && at == 0 && !s->side[dir].hello)
				report_header(app, dir, &h);
			return HG_FEED_OK;
		}
		if (h.type == HG_QUIC_SHORT || (s->side[dir].hello && !begins_anew(app, dir, &h)))
			return HG_FEED_OK;
		if (!take_packet(app, dir, &h))
			return HG_FEED_OK;
		at += h.head.len + h.payload.len;
	}
	return HG_FEED_OK;
}

static bool
get_cyu(const struct hg_quic_tx *tx, uint16_t row, uint32_t index, struct hg_span *out)
{
	if (index >= tx->n_cyus)
		return false;
	*out = row == BUFFER_CYU_HASH ? tx->cyus[index].hash : tx->cyus[index].string;
	return true;
}

static bool
get_value(const struct hg_quic_tx *tx, uint16_t row, struct hg_span *out)
{
	switch (row) {
	case BUFFER_VERSION:
		*out = hg_span(tx->version_bytes, sizeof(tx->version_bytes));
		return tx->is_long;
	case BUFFER_SNI:
		*out = tx->sni;
		return tx->has_sni;
	case BUFFER_UA:
		*out = tx->ua;
		return tx->has_ua;
	case BUFFER_JA4:
		*out = hg_span_str(tx->ja4);
		return tx->ja4[0] != '\0';
	default:
		*out = row == BUFFER_JA3 || row == BUFFER_JA3S ? tx->ja3_hash : tx->ja3_string;
		return out->p != NULL;
	}
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_quic_tx *tx = (const struct hg_quic_tx *)base;

	(void)dir;
	(void)eof;
	out->offset = 0;
	out->complete = true;
	if (row == BUFFER_CYU_HASH || row == BUFFER_CYU_STRING)
		return get_cyu(tx, row, index, &out->data);
	return index == 0 && get_value(tx, row, &out->data);
}

const struct hg_decoder hg_quic = {
	.name = "quic",
	.proto = HG_PROTO_QUIC,
	.udp = true,
	.complete = { HG_QUIC_DONE, HG_QUIC_DONE },
	.ports = { 443, 80 },
	.probe_any = true,
	.probe = hg_quic_probe,
	.probe_most = 16,
	.confirm = hg_quic_confirm,
	.state_size = sizeof(struct hg_quic),
	.tx_size = sizeof(struct hg_quic_tx),
	.open = quic_open,
	.close = quic_close,
	.feed = feed,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.log = hg_quic_log,
	.log_record = hg_quic_log_record,
	.log_sender = true,
	.audit = hg_quic_audit,
	.event_type = "quic",
	.config_keys = keys,
	.n_config_keys = HG_COUNT(keys),
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = configure,
	.release = hg_quic_ciphers_close,
};
