/* The decoder of FTP's control connection: its rows, its life. */
#include "app/ftp/ftp_int.h"

static const struct hg_magic magics[] = {
	{ HG_BYTES("FEAT"), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("USER "), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("PASS "), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("PORT "), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("220 ("), 0, HG_TO_CLIENT, false, false, false },
};

static const struct hg_buffer_row buffers[HG_FTP_BUFFERS + 1] = {
	[HG_FTP_BOUNCE] = { "ftpbounce", HG_SIDE_SERVER, { HG_FTP_OPEN, HG_FTP_OPEN }, 0, 4,
		"1 of a PORT that names another host than the client, a number of one byte" },
	[HG_FTP_BUFFERS] = HG_FRAME_STREAM("ftp"),
};

static const struct hg_anomaly_row anomalies[HG_FTP_ANOMALIES] = {
	[HG_FTP_REQUEST_LONG] = { "request_command_too_long",
		"a line of the client has 4096 bytes or more: the rest of it is not shown" },
	[HG_FTP_RESPONSE_LONG] = { "response_command_too_long",
		"a line of the server has 4096 bytes or more: the rest of it is not shown" },
	[HG_FTP_MANY_REPLIES] = { "too_many_reply_lines",
		"replies to a command have more than 1024 lines or 49152 bytes: the others are not kept" },
	[HG_FTP_MISSING] = { "data_missing",
		"bytes are missing: who waits for a reply in front of the gap gets none" },
};

void
hg_ftp_name(struct hg_ftp_tx *tx, enum hg_dir dir, enum hg_ftp_anomaly row)
{
	hg_tx_anomaly(&tx->tx, dir, (uint8_t)row);
	tx->tx.anomaly_bits[!dir][0] |= UINT64_C(1) << row;
	hg_tx_touch(&tx->tx, !dir);
}

static void
open(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_lines_init(&s->lines[i], app->mem, HG_FTP_LINE);
}

static void
close(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_lines_fini(&s->lines[i]);
}

/* The peer passes over all that comes together with the end of a line that is too long. */
static bool
passes_over(struct hg_lines *l, struct hg_span in)
{
	if (!l->skipping)
		return false;
	if (hg_span_find(in, 0, '\n') != SIZE_MAX)
		hg_lines_drop(l);
	return true;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	const bool as_peer = hg_as_peer(app->suricata7, HG_DIFF_FTP_LONG_LINE);
	struct hg_ftp *s = app->state;
	struct hg_span rest = in;
	enum hg_feed r = HG_FEED_OK;
	struct hg_line line;

	*taken = in.len;
	if (as_peer && passes_over(&s->lines[dir], in))
		return HG_FEED_OK;
	while (hg_line_take(&s->lines[dir], &rest, &line)) {
		if (dir == HG_TO_SERVER)
			r = hg_ftp_command(app, &line);
		else
			hg_ftp_reply(app, &line);
		if (r != HG_FEED_OK)
			return r;
		if (s->to_tls) {
			*taken = in.len - rest.len;
			hg_app_expect(app, HG_PROTO_TLS);
			return HG_FEED_CHANGE;
		}
		if (as_peer && hg_ftp_is_long(&line))
			break;
	}
	return HG_FEED_OK;
}

/* Nobody knows how many commands or replies are missing, so that those that wait for one get none of what follows. The peer
 * reads no further. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_ftp *s = app->state;
	struct hg_ftp_tx *last = (struct hg_ftp_tx *)hg_tx_last(app);

	(void)bytes;
	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_GAP))
		return false;
	hg_lines_drop(&s->lines[dir]);
	if (last != NULL)
		hg_ftp_name(last, dir, HG_FTP_MISSING);
	if (s->multiline != NULL)
		hg_ftp_settle(s, s->multiline);
	s->multiline = NULL;
	while (s->open != NULL)
		hg_ftp_settle(s, s->open);
	return true;
}

static void
tx_close(struct hg_app *app, struct hg_tx *tx)
{
	struct hg_ftp *s = app->decoder == &hg_ftp ? app->state : NULL;

	if (s == NULL)
		return;
	hg_ftp_forget(s, (struct hg_ftp_tx *)tx);
	if ((struct hg_tx *)s->multiline == tx)
		s->multiline = NULL;
}

/* The peer looks at the newest command, when something has been answered. */
static bool
is_asked_for(const struct hg_ftp_tx *tx)
{
	const struct hg_app *app = tx->tx.app;
	const struct hg_ftp *s = app->decoder == &hg_ftp ? app->state : NULL;

	if (!hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		return true;
	return tx->done && (s == NULL || s->command == tx->command);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	static const uint8_t numbers[2] = { 0, 1 };
	const struct hg_ftp_tx *tx = (const struct hg_ftp_tx *)base;

	(void)dir;
	(void)row;
	(void)index;
	(void)eof;
	if (tx->command != HG_FTP_PORT || !is_asked_for(tx))
		return false;
	*out = (struct hg_view){ hg_span(&numbers[tx->bounces], 1), 0, true };
	return true;
}

const struct hg_decoder hg_ftp = {
	.name = "ftp",
	.proto = HG_PROTO_FTP,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_FTP_COMPLETE, HG_FTP_COMPLETE },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.state_size = sizeof(struct hg_ftp),
	.tx_size = sizeof(struct hg_ftp_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.tx_close = tx_close,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.log = hg_ftp_log,
	.log_tx_id = true,
	.event_type = "ftp",
};
