/* The SSH decoder: its row, its transaction, its configuration. */
#include "app/ssh/ssh_int.h"

#define KEY(name) "app-layer.protocols.ssh." name

static const struct hg_magic magics[] = {
	{ HG_BYTES("SSH-"), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("SSH-"), 0, HG_TO_CLIENT, true, false, false },
};

static const struct hg_config_key keys[] = {
	{ KEY("hassh"), HG_CONFIG_STR, "auto", NULL, NULL,
		"yes: make HASSH of every connection and show it; auto: when a rule asks; no: never" },
};

#define ROW(name, sides, doc)                                                      \
	{                                                                          \
		name, sides, { HG_SSH_BANNER_DONE, HG_SSH_BANNER_DONE }, 0, 2, doc \
	}

static const struct hg_buffer_row buffers[HG_SSH_BUFFERS + 1] = {
	[HG_SSH_PROTO] = ROW("ssh.proto", HG_SIDE_BOTH, "protocol version of the banner: `2.0`"),
	[HG_SSH_SOFTWARE] = ROW("ssh.software", HG_SIDE_BOTH, "software of the banner: `OpenSSH_9.2p1`"),
	[HG_SSH_HASSH] = ROW("ssh.hassh", HG_SIDE_SERVER, "MD5 of ssh.hassh.string as hex"),
	[HG_SSH_HASSH_STRING] = ROW("ssh.hassh.string", HG_SIDE_SERVER,
		"what the client offers: key exchanges, ciphers, MACs, compressions"),
	[HG_SSH_HASSH_SERVER] =
		ROW("ssh.hassh.server", HG_SIDE_CLIENT, "MD5 of ssh.hassh.server.string as hex"),
	[HG_SSH_HASSH_SERVER_STRING] = ROW("ssh.hassh.server.string", HG_SIDE_CLIENT,
		"what the server offers: key exchanges, ciphers, MACs, compressions"),
	[HG_SSH_BUFFERS] = HG_FRAME_STREAM("ssh"),
};

static const struct hg_anomaly_row anomalies[HG_SSH_ANOMALIES] = {
	[HG_SSH_INVALID_BANNER] = { "invalid_banner", "what stands in place of the banner is none" },
	[HG_SSH_LONG_BANNER] = { "long_banner",
		"the banner has 256 bytes or more: the rest of it is not looked at" },
	[HG_SSH_INVALID_RECORD] = { "invalid_record", "a packet is too short for its own header" },
	[HG_SSH_LONG_KEXINIT] = { "long_kex_record",
		"a KEXINIT has 65535 bytes or more and is not looked at" },
};

/* A rule without a direction sees what is wrong with a connection in both. */
void
hg_ssh_odd(struct hg_app *app, enum hg_dir dir, enum hg_ssh_anomaly row)
{
	struct hg_tx *tx = hg_tx_last(app);

	if (tx != NULL)
		hg_tx_anomaly_both(tx, dir, (uint8_t)row);
}

static void
configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	ctx->hassh = (uint8_t)hg_digest_wanted(c, KEY("hassh"));
	hg_digests_open(&ctx->digests);
}

static void
release(struct hg_decoder_ctx *ctx)
{
	hg_digests_close(&ctx->digests);
}

static void
asked(struct hg_decoder_ctx *ctx, uint16_t row)
{
	if (row >= HG_SSH_HASSH && ctx->hassh == HG_WANTED_AUTO)
		ctx->hassh = HG_WANTED_YES;
}

static void
open(struct hg_app *app)
{
	hg_tx_new(app);
}

static size_t
step(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_ssh_state *s = app->state;
	struct hg_ssh_stream *stream = &s->stream[dir];
	size_t n = (size_t)HG_MIN(stream->skip, (uint64_t)in.len);

	if (stream->phase == HG_SSH_OPAQUE)
		return in.len;
	stream->skip -= n;
	if (n > 0)
		return n;
	return stream->phase == HG_SSH_AT_PACKET ? hg_ssh_packet(app, dir, in) : hg_ssh_banner(app, dir, in);
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_ssh_state *s = app->state;

	if (s->opaque) {
		*taken = in.len;
		return HG_FEED_OK;
	}
	if (s->stream[dir].cut)
		s->stream[dir].phase = HG_SSH_IN_BANNER;
	while (*taken < in.len) {
		size_t n = step(app, dir, hg_span_from(in, *taken));

		if (n == SIZE_MAX)
			return HG_FEED_ERROR;
		if (n == 0)
			break;
		*taken += n;
	}
	return HG_FEED_OK;
}

static bool
get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_ssh_side *side = &((const struct hg_ssh_tx *)tx)->side[dir];
	const struct hg_span values[HG_SSH_BUFFERS] = {
		[HG_SSH_PROTO] = side->proto,
		[HG_SSH_SOFTWARE] = side->software,
		[HG_SSH_HASSH] = side->hassh,
		[HG_SSH_HASSH_STRING] = side->hassh_string,
		[HG_SSH_HASSH_SERVER] = side->hassh,
		[HG_SSH_HASSH_SERVER_STRING] = side->hassh_string,
	};

	(void)eof;
	*out = (struct hg_view){ values[row], 0, true };
	return index == 0 && values[row].len > 0 && tx->progress[dir] >= HG_SSH_BANNER_DONE;
}

/* With fingerprints a record waits for both. */
static bool
log_due(const struct hg_tx *tx)
{
	const uint8_t due = tx->ctx->hassh == HG_WANTED_YES ? HG_SSH_FINISHED : HG_SSH_BANNER_DONE;

	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (tx->progress[dir] < due && !tx->app->failed && !(tx->app->ended >> dir & 1))
			return false;
	return true;
}

const struct hg_decoder hg_ssh = {
	.name = "ssh",
	.proto = HG_PROTO_SSH,
	.tcp = true,
	.one_tx = true,
	.endless = true,
	.complete = { HG_SSH_FINISHED, HG_SSH_FINISHED },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.state_size = sizeof(struct hg_ssh_state),
	.tx_size = sizeof(struct hg_ssh_tx),
	.open = open,
	.feed = feed,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.log = hg_ssh_log,
	.log_record = hg_ssh_log_record,
	.audit = hg_ssh_audit,
	.log_tx_id = true,
	.event_type = "ssh",
	.log_due = log_due,
	.config_keys = keys,
	.n_config_keys = HG_COUNT(keys),
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = configure,
	.asked = asked,
	.release = release,
};
