/* The TLS decoder: its row, its transaction, its life, its configuration. */
#include "app/tls/tls_int.h"

#define KEY(name) "app-layer.protocols.tls." name

#define MAGIC(text, offset, dir)                                        \
	{                                                               \
		HG_BYTES(text), offset, dir, false, false, false, false \
	}

/* The major version of every record is 3; a server may begin with an alert, or with data behind a lost beginning. Last
 * the hello of SSL 2.0 behind its length, and TLCP. */
#define RECORDS(type, dir)                                                                              \
	MAGIC(type "\x03\x00", 0, dir), MAGIC(type "\x03\x01", 0, dir), MAGIC(type "\x03\x02", 0, dir), \
		MAGIC(type "\x03\x03", 0, dir)

static const struct hg_magic magics[] = {
	RECORDS("\x16", HG_TO_SERVER),
	RECORDS("\x01", HG_TO_SERVER),
	RECORDS("\x15", HG_TO_CLIENT),
	RECORDS("\x16", HG_TO_CLIENT),
	RECORDS("\x17", HG_TO_CLIENT),
	{ HG_BYTES("\x01\x00\x02"), 2, HG_TO_SERVER, false, false, true, false },
	{ HG_BYTES("\x16\x01\x01"), 0, HG_TO_SERVER, false, false, false, true },
	{ HG_BYTES("\x16\x01\x01"), 0, HG_TO_CLIENT, false, false, false, true },
};

/* The hello of an SSL 2.0 client (RFC 5246 E.2): a length with its high bit set, type 1. */
static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)dir;
	(void)udp;
	if (in.len < 3)
		return HG_PROBE_MORE;
	return (in.p[0] & 0x80) != 0 && in.p[2] == 1 ? HG_PROBE_YES : HG_PROBE_NO;
}

/* TLCP: a record that holds a hello. */
static enum hg_probe
confirm_tlcp(enum hg_dir dir, struct hg_span in)
{
	struct hg_reader r = hg_reader_of(hg_span_from(in, 3));
	const uint16_t len = hg_read_u16be(&r);
	const uint8_t message = hg_read_u8(&r), high = hg_read_u8(&r);

	if (hg_reader_failed(&r))
		return HG_PROBE_MORE;
	return len >= 4 && len <= 16384 && message == (dir == HG_TO_SERVER ? 1 : 2) && high == 0
		? HG_PROBE_YES
		: HG_PROBE_NO;
}

/* … and a version that exists. */
static enum hg_probe
confirm(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)udp;
	if (in.len >= 3 && (in.p[0] & 0x80) == 0)
		return confirm_tlcp(dir, in);
	if (in.len < 5)
		return HG_PROBE_MORE;
	return (in.p[3] == 0 && in.p[4] == 2) || (in.p[3] == 3 && in.p[4] <= 4) ? HG_PROBE_YES : HG_PROBE_NO;
}

static const struct hg_config_key keys[] = {
	{ KEY("ja3-fingerprints"), HG_CONFIG_STR, "auto", NULL, NULL,
		"yes: make JA3 of every hello and show it; auto: when a rule asks; no: never" },
	{ KEY("ja4-fingerprints"), HG_CONFIG_STR, "auto", NULL, NULL, "the same for JA4" },
	{ KEY("encryption-handling"), HG_CONFIG_ENUM, "default", "default|bypass|full", NULL,
		"once a connection is encrypted: default stops looking at payload, bypass at anything, full "
		"at nothing" },
	{ KEY("no-reassemble"), HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"encryption-handling: bypass says the same" },
};

static void
asked(struct hg_decoder_ctx *ctx, uint16_t row)
{
	if (row >= HG_TLS_JA3 && row <= HG_TLS_JA3S_STRING && ctx->ja3 == HG_WANTED_AUTO)
		ctx->ja3 = HG_WANTED_YES;
	if (row == HG_TLS_JA4 && ctx->ja4 == HG_WANTED_AUTO)
		ctx->ja4 = HG_WANTED_YES;
}

static void
configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	const char *handling = c == NULL ? "default" : hg_config_str(c, KEY("encryption-handling"));

	ctx->ja3 = hg_digest_wanted(c, KEY("ja3-fingerprints"));
	ctx->ja4 = hg_digest_wanted(c, KEY("ja4-fingerprints"));
	if (strcmp(handling, "bypass") == 0)
		ctx->encrypted = HG_TLS_ENCRYPTED_BYPASS;
	else if (strcmp(handling, "full") == 0)
		ctx->encrypted = HG_TLS_ENCRYPTED_FULL;
	hg_digests_open(&ctx->digests);
}

static void
release(struct hg_decoder_ctx *ctx)
{
	hg_digests_close(&ctx->digests);
}

static void
open(struct hg_app *app)
{
	struct hg_tls_state *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_buf_init(&s->stream[i].message, app->mem, HG_TLS_HANDSHAKE_MAX + 4);
	hg_tx_new(app);
}

static void
close(struct hg_app *app)
{
	struct hg_tls_state *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_buf_fini(&s->stream[i].message);
}

/* The one transaction; NULL when there was no room for it. */
static struct hg_tls_tx *
tx_of(struct hg_app *app)
{
	return (struct hg_tls_tx *)hg_tx_last(app);
}

/* The handshake counts as done when the server has said all and the certificates that are due are there, or when data
 * flows. Whoever waits for the certificate alone does not know yet whether the client owes one too. */
static void
settle(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir)
{
	enum hg_dir due = tls->wants_client_cert ? HG_TO_SERVER : HG_TO_CLIENT;

	hg_tx_touch(&tls->tx, dir);
	if (tls->server_done && tls->side[due].cert.present)
		tls->done = true;
	if (tls->done) {
		hg_tx_progress(&tls->tx, dir, HG_TLS_HANDSHAKE_DONE);
		if (tls->tx.progress[!dir] < HG_TLS_HANDSHAKE_DONE)
			hg_tx_progress(&tls->tx, !dir, HG_TLS_HANDSHAKE_DONE);
	}
	if (app->ctx->ja3 == HG_WANTED_YES)
		hg_tls_ja3_make(tls, dir);
	if (app->ctx->ja4 == HG_WANTED_YES && dir == HG_TO_SERVER)
		hg_tls_ja4_make(tls);
}

/* Behind missing bytes a record begins where a header can be read that could be one. */
static bool
is_record(const struct hg_app *app, struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t type = hg_read_u8(&r);
	uint16_t version = hg_read_u16be(&r), len = hg_read_u16be(&r);

	return !hg_reader_failed(&r) && type >= HG_TLS_CCS && type <= HG_TLS_HEARTBEAT_TYPE &&
		hg_tls_version_known(app, version) && version <= HG_TLS_13 && len <= 16384 + 2048;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_tls_state *s = app->state;
	struct hg_tls_stream *stream = &s->stream[dir];
	struct hg_tls_tx *tls = tx_of(app);
	bool refused = false;

	if (tls == NULL || stream->ended) {
		*taken = in.len;
		return HG_FEED_OK;
	}
	s->news = false;
	if (app->packet != NULL)
		tls->now = app->packet->time;
	while (*taken < in.len) {
		struct hg_span rest = hg_span_from(in, *taken);
		size_t n = (size_t)HG_MIN(stream->skip, (uint64_t)rest.len);

		if (n > 0) {
			stream->skip -= n;
		} else if (stream->searching && !is_record(app, rest)) {
			n = rest.len;
		} else {
			stream->searching = false;
			n = hg_tls_record(app, tls, dir, rest);
			refused = n == SIZE_MAX;
			if (n == 0 || refused)
				break;
		}
		*taken += n;
	}
	if (s->news) {
		settle(app, tls, dir);
		hg_app_trigger_raw(app, dir);
	}
	return refused ? HG_FEED_ERROR : HG_FEED_OK;
}

/* Bytes of application data may be missing without harm. Elsewhere a handshake message is lost with what is missing. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_tls_stream *stream = &((struct hg_tls_state *)app->state)->stream[dir];

	if (bytes <= stream->skip) {
		stream->skip -= bytes;
		return true;
	}
	stream->skip = 0;
	stream->lost = stream->searching = true;
	hg_buf_clear(&stream->message);
	return true;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_tls_state *s = app->state;
	struct hg_tls_tx *tls = tx_of(app);

	s->stream[dir].ended = true;
	if (tls == NULL)
		return;
	if (!hg_as_peer(app->suricata7, HG_DIFF_TLS_END)) {
		hg_tx_progress(&tls->tx, dir, HG_TLS_FINISHED);
	} else if (app->bare_end || s->stream[!dir].ended) {
		hg_tx_progress(&tls->tx, HG_TO_SERVER, HG_TLS_FINISHED);
		hg_tx_progress(&tls->tx, HG_TO_CLIENT, HG_TLS_FINISHED);
	}
}

static bool
log_due(const struct hg_tx *tx)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (tx->progress[dir] < HG_TLS_HANDSHAKE_DONE && !hg_tx_complete(tx, (enum hg_dir)dir))
			return false;
	return true;
}

const struct hg_decoder hg_tls = {
	.name = "tls",
	.proto = HG_PROTO_TLS,
	.tcp = true,
	.gap_ok = true,
	.first_to_server = true,
	.one_tx = true,
	.closes = true,
	.complete = { HG_TLS_FINISHED, HG_TLS_FINISHED },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.ports = { 443 },
	.probe = probe,
	.probe_sides = HG_SIDE_SERVER,
	.probe_most = 3,
	.confirm = confirm,
	.state_size = sizeof(struct hg_tls_state),
	.tx_size = sizeof(struct hg_tls_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.buffers = hg_tls_buffers,
	.n_buffers = HG_TLS_BUFFERS,
	.anomalies = hg_tls_anomalies,
	.n_anomalies = HG_TLS_ANOMALIES,
	.get = hg_tls_get,
	.log = hg_tls_log,
	.log_record = hg_tls_log_record,
	.audit = hg_tls_audit,
	.event_type = "tls",
	.log_due = log_due,
	.config_keys = keys,
	.n_config_keys = HG_COUNT(keys),
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = configure,
	.asked = asked,
	.release = release,
};
