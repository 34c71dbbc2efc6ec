/* The decoder of FTP's control connection: its rows, its life. */
#include "app/ftp/ftp_int.h"

static const struct hg_magic magics[] = {
	{ HG_BYTES("FEAT"), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("USER "), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("PASS "), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("PORT "), 0, HG_TO_SERVER, true, false, false },
	{ HG_BYTES("220 ("), 0, HG_TO_CLIENT, false, false, false },
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
	[HG_FTP_PORT_OTHER_HOST] = { "port_other_host",
		"PORT, EPRT or LPRT names another host than the client: a bounce, or a transfer between "
		"servers" },
	[HG_FTP_PORT_PRIVILEGED] = { "port_privileged",
		"PORT, EPRT or LPRT names a port below 1024, where services listen" },
	[HG_FTP_PASV_OTHER_HOST] = { "pasv_other_host",
		"the answer to PASV or LPSV names another host than the server: NAT, or data led elsewhere" },
	[HG_FTP_BEHIND_AUTH] = { "command_behind_auth",
		"a command in clear behind AUTH that is not answered yet: servers may take it for one that "
		"came "
		"encrypted" },
	[HG_FTP_BEFORE_LOGIN] = { "command_before_login",
		"files or directories are asked for and nobody is logged in" },
	[HG_FTP_TRAVERSAL] = { "path_traversal",
		"a path climbs above the root, or three and more directories up from an unknown one" },
	[HG_FTP_LONG_ARGUMENT] = { "argument_too_long", "an argument has more than 1024 bytes" },
	[HG_FTP_BARE_LF] = { "line_without_cr", "a command ends with LF alone (once a session)" },
	[HG_FTP_BARE_CR] = { "cr_inside", "a CR stands inside a command (once a session)" },
	[HG_FTP_TELNET_INSIDE] = { "telnet_inside",
		"a command of Telnet stands inside one of FTP (once a session); it is not shown" },
	[HG_FTP_NUL] = { "nul_inside", "a NUL stands inside a command (once a session)" },
	[HG_FTP_DATA_REFUSED] = { "data_connection_theft",
		"the server says that a data connection came from another host than the client" },
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
	hg_ftp_session_open(app);
}

static void
close(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_lines_fini(&s->lines[i]);
	hg_ftp_session_close(app);
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

/* What the client has sent in clear behind AUTH, or begun to, will be taken for TLS. */
static void
leave_for_tls(struct hg_app *app)
{
	const struct hg_ftp *s = app->state;
	struct hg_ftp_tx *last = (struct hg_ftp_tx *)hg_tx_last(app);

	if (last != NULL && hg_lines_rest(&s->lines[HG_TO_SERVER]).len > 0 &&
		!hg_as_peer(app->suricata7, HG_DIFF_FTP_RECORD))
		hg_ftp_name(last, HG_TO_SERVER, HG_FTP_BEHIND_AUTH);
	hg_app_expect(app, HG_PROTO_TLS);
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
			leave_for_tls(app);
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
	for (; s->open != NULL; hg_ftp_settle(s, s->open)) {
		hg_ftp_login_lost(app, s->open);
		hg_ftp_session_count(s, s->open, HG_SPAN_NONE);
	}
	/* Where the session stands may have changed in the gap. */
	hg_buf_clear(&s->cwd);
	hg_buf_clear(&s->renamed);
	s->greeted = false;
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
	if ((struct hg_tx *)s->transfer == tx)
		s->transfer = NULL;
	if ((struct hg_tx *)s->session == tx)
		s->session = NULL;
}

const struct hg_decoder hg_ftp = {
	.name = "ftp",
	.proto = HG_PROTO_FTP,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_FTP_COMPLETE, HG_FTP_COMPLETE },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.ports = { 21 },
	.probe = hg_ftp_probe,
	.probe_native = true,
	.probe_sides = HG_SIDE_SERVER,
	.state_size = sizeof(struct hg_ftp),
	.tx_size = sizeof(struct hg_ftp_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.finish = hg_ftp_session_end,
	.tx_close = tx_close,
	.buffers = hg_ftp_buffers,
	.n_buffers = HG_FTP_BUFFERS + 1,
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = hg_ftp_get,
	.log = hg_ftp_log,
	.audit = hg_ftp_audit,
	.log_tx_id = true,
	.event_type = "ftp",
};
