/* Lines of the server. Natively a reply ends with its last line (RFC 959 4.2) and belongs to the oldest command that waits for
 * one; the peer takes each line as a reply, and for that to the newest command. */
#include "app/ftp/ftp_int.h"

static bool
is_code(struct hg_span text)
{
	for (unsigned i = 0; i < 3; i++)
		if (i >= text.len || text.p[i] < '0' || text.p[i] > '9')
			return false;
	return true;
}

static bool
is_reply(struct hg_span text, const char *code)
{
	return hg_span_starts(text, hg_span_str(code));
}

/* More is to come: 1yz. */
static bool
is_preliminary(struct hg_span text)
{
	return is_code(text) && text.p[0] == '1' && text.len > 3 &&
		(hg_is_blank(text.p[3]) || text.p[3] == '\r');
}

/* ---- the end of a transaction ---- */

void
hg_ftp_forget(struct hg_ftp *s, struct hg_ftp_tx *tx)
{
	struct hg_ftp_tx **link = &s->open, *before = NULL;

	if (!tx->open)
		return;
	for (; *link != NULL && *link != tx; link = &(*link)->next_open)
		before = *link;
	if (*link == NULL)
		return;
	*link = tx->next_open;
	if (s->open_last == tx)
		s->open_last = before;
	tx->open = false;
}

void
hg_ftp_settle(struct hg_ftp *s, struct hg_ftp_tx *tx)
{
	hg_ftp_forget(s, tx);
	hg_tx_progress(&tx->tx, HG_TO_SERVER, HG_FTP_COMPLETE);
	hg_tx_progress(&tx->tx, HG_TO_CLIENT, HG_FTP_COMPLETE);
	hg_tx_wake(&tx->tx, HG_TO_SERVER);
}

/* 230 lets somebody in, behind the name or the password; 530 does not. */
static void
tell_login(struct hg_app *app, const struct hg_ftp_tx *tx, struct hg_span text)
{
	const struct hg_ftp *s = app->state;
	const bool ok = is_reply(text, "230"), named = tx->command == HG_FTP_USER_CMD;
	struct hg_span secret;

	if ((!named && tx->command != HG_FTP_PASS) || (!ok && !is_reply(text, "530")))
		return;
	hg_ftp_argument(tx->name, tx->line, false, &secret);
	if (secret.len == 0)
		secret = HG_BYTES("");
	hg_app_login(app,
		&(struct hg_login_seen){ .user = hg_span(s->user, s->user_len),
			.secret = named ? HG_SPAN_NONE : secret,
			.credentials = named ? HG_BYTES("") : HG_SPAN_NONE,
			.mechanism = named ? "none" : "password",
			.code = hg_span_sub(text, 0, 3),
			.result = ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE });
}

static void
complete(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span text)
{
	if (!tx->done)
		tell_login(app, tx, text);
	tx->done = true;
	/* The peer looks at a command when it is answered. */
	if (tx->truncated && hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_REQUEST_LONG);
	hg_ftp_settle(app->state, tx);
}

/* ---- what is kept of a reply ---- */

static void
keep(struct hg_ftp_tx *tx, const struct hg_line *line)
{
	struct hg_span text = line->text;
	struct hg_ftp_reply *r;

	hg_tx_touch(&tx->tx, HG_TO_CLIENT);
	while (text.len > 0 && (hg_is_blank(text.p[text.len - 1]) || text.p[text.len - 1] == '\r'))
		text.len--;
	if (hg_ftp_is_long(line)) {
		tx->reply_truncated = true;
		hg_ftp_name(tx, HG_TO_CLIENT, HG_FTP_RESPONSE_LONG);
	}
	if (tx->n_replies == HG_FTP_REPLIES || text.len > HG_FTP_REPLY_BYTES - tx->reply_bytes) {
		hg_ftp_name(tx, HG_TO_CLIENT, HG_FTP_MANY_REPLIES);
		return;
	}
	r = hg_arena_take0(&tx->tx.arena, sizeof(*r));
	if (r == NULL)
		return;
	r->text = hg_span_keep(&tx->tx.arena, text);
	tx->n_replies++;
	tx->reply_bytes += (uint32_t)text.len;
	if (tx->last_reply == NULL)
		tx->replies = r;
	else
		tx->last_reply->next = r;
	tx->last_reply = r;
}

/* ---- what a reply means ---- */

static void
agree(struct hg_ftp *s, struct hg_ftp_tx *tx, uint16_t port, bool active)
{
	if (port == 0)
		return;
	s->port = tx->port = port;
	s->active = tx->active = active;
}

static void
act(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span text)
{
	struct hg_ftp *s = app->state;

	switch (tx->command) {
	case HG_FTP_AUTH:
		s->to_tls |= is_reply(text, "234");
		return;
	case HG_FTP_PORT:
	case HG_FTP_EPRT:
		if (text.p[0] == '2')
			agree(s, tx, tx->asked, true);
		return;
	case HG_FTP_PASV:
		if (is_reply(text, "227"))
			agree(s, tx, hg_ftp_pasv(text, false), false);
		return;
	case HG_FTP_EPSV:
		if (is_reply(text, "229"))
			agree(s, tx, hg_ftp_epsv(text, false), false);
		return;
	default:
		return;
	}
}

/* The last line of a reply. */
static void
end_reply(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span text)
{
	if (is_code(text) && text.p[0] == '1' && tx->open)
		return;
	if (is_code(text))
		act(app, tx, text);
	complete(app, tx, text);
}

static bool
ends_multiline(const struct hg_ftp *s, struct hg_span text)
{
	return hg_span_starts(text, hg_span(s->multiline_code, sizeof(s->multiline_code))) &&
		(text.len == 3 || text.p[3] == ' ');
}

static void
take_line(struct hg_app *app, const struct hg_line *line)
{
	struct hg_ftp *s = app->state;
	struct hg_span text = line->text;
	struct hg_ftp_tx *tx = s->multiline != NULL ? s->multiline : s->open;
	const bool begins = is_code(text) && text.len > 3 && text.p[3] == '-';

	if (tx == NULL)
		tx = text.len == 0 ? NULL : (struct hg_ftp_tx *)hg_tx_new(app);
	if (tx == NULL)
		return;
	keep(tx, line);
	if (s->multiline == NULL && begins) {
		s->multiline = tx;
		memcpy(s->multiline_code, text.p, sizeof(s->multiline_code));
		return;
	}
	if (s->multiline != NULL && !ends_multiline(s, text))
		return;
	s->multiline = NULL;
	end_reply(app, tx, text);
}

/* ---- as the peer ---- */

/* false: nothing of the line is kept. */
static bool
act_as_peer(struct hg_ftp *s, struct hg_ftp_tx *tx, struct hg_span text)
{
	switch (s->command) {
	case HG_FTP_AUTH:
		s->to_tls |= is_reply(text, "234 ");
		return true;
	case HG_FTP_PORT:
	case HG_FTP_EPRT:
		agree(s, tx, s->asked, true);
		return s->asked != 0;
	case HG_FTP_PASV:
		if (is_reply(text, "227 "))
			agree(s, tx, hg_ftp_pasv(text, true), false);
		return true;
	case HG_FTP_EPSV:
		if (is_reply(text, "229 "))
			agree(s, tx, hg_ftp_epsv(text, true), false);
		return true;
	default:
		return true;
	}
}

static void
take_as_peer(struct hg_app *app, const struct hg_line *line)
{
	struct hg_ftp *s = app->state;
	struct hg_ftp_tx *tx = s->open != NULL ? s->open : (struct hg_ftp_tx *)hg_tx_last(app);

	if (tx == NULL)
		tx = (struct hg_ftp_tx *)hg_tx_new(app);
	if (tx == NULL)
		return;
	if (s->command == HG_FTP_NONE || tx->command == HG_FTP_NONE) {
		tx->command = HG_FTP_NONE;
		tx->name = HG_SPAN_NONE;
	}
	if (act_as_peer(s, tx, line->text)) {
		if (line->text.len > 0)
			keep(tx, line);
		if (is_preliminary(line->text)) {
			if (!tx->done && !tx->open)
				hg_ftp_wait(s, tx);
			return;
		}
	}
	complete(app, tx, line->text);
}

void
hg_ftp_reply(struct hg_app *app, const struct hg_line *line)
{
	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		take_as_peer(app, line);
	else
		take_line(app, line);
}
