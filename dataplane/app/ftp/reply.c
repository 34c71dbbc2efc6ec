/* Lines of the server. Natively a reply ends with its last line (RFC 959 4.2) and belongs to the oldest command that waits for
 * one; the peer takes each line as a reply, and for that to the newest command. */
#include "app/ftp/ftp_int.h"

bool
hg_ftp_has_code(struct hg_span text)
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
	return hg_ftp_has_code(text) && text.p[0] == '1' && text.len > 3 &&
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
	s->moving -= hg_ftp_changes_dir(tx->command);
	s->auths -= tx->command == HG_FTP_AUTH;
}

void
hg_ftp_settle(struct hg_ftp *s, struct hg_ftp_tx *tx)
{
	hg_ftp_forget(s, tx);
	hg_tx_progress(&tx->tx, HG_TO_SERVER, HG_FTP_COMPLETE);
	hg_tx_progress(&tx->tx, HG_TO_CLIENT, HG_FTP_COMPLETE);
	hg_tx_wake(&tx->tx, HG_TO_SERVER);
}

static bool
needs_login(const struct hg_ftp_tx *tx)
{
	if (tx->command == HG_FTP_OF_FILE && tx->line.len == tx->name.len)
		return false;
	return (tx->command >= HG_FTP_PASV && tx->command <= HG_FTP_LPSV) ||
		(tx->command >= HG_FTP_CWD && tx->command <= HG_FTP_OF_FILE);
}

/* What was asked for holds, or what held before does again. */
static void
settle_manner(struct hg_ftp *s, const struct hg_ftp_tx *tx, bool refused)
{
	struct hg_span letter;

	hg_ftp_argument(tx->name, tx->line, false, &letter);
	if (tx->command == HG_FTP_REST && refused)
		s->offset = 0;
	if (tx->command == HG_FTP_TYPE && refused)
		s->next_type = s->type;
	else if (tx->command == HG_FTP_TYPE && letter.len > 0)
		s->type = hg_lower(letter.p[0]) & (uint8_t)~0x20;
	if (tx->command == HG_FTP_MODE_CMD && refused)
		s->next_mode = s->mode;
	else if (tx->command == HG_FTP_MODE_CMD && letter.len > 0)
		s->mode = hg_lower(letter.p[0]) & (uint8_t)~0x20;
}

/* Servers that know where a data connection should come from say so when it comes from elsewhere. */
static bool
tells_of_another_host(struct hg_span text)
{
	static const char *const words[] = { "bad ip", "port theft", "bounce" };

	if (!is_reply(text, "425"))
		return false;
	for (size_t at = 4; at < text.len; at++)
		for (size_t i = 0; i < HG_COUNT(words); i++)
			if (hg_span_starts_nocase(hg_span_from(text, at), hg_span_str(words[i])))
				return true;
	return false;
}

/* Natively: what the answer says of the session. */
static void
learn(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span text)
{
	struct hg_ftp *s = app->state;

	if (s->greeted && !s->in && needs_login(tx))
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_BEFORE_LOGIN);
	if (tells_of_another_host(text))
		hg_ftp_name(tx, HG_TO_CLIENT, HG_FTP_DATA_REFUSED);
	hg_ftp_walk(app, tx, text);
	settle_manner(s, tx, text.p[0] >= '4');
	/* Of a transfer that was refused there is nothing to tell, unless something came all the same. */
	tx->announced &= text.p[0] < '4' || tx->has_carried;
	if (s->in)
		tx->user = hg_span_keep(&tx->tx.arena, hg_span(s->user, s->user_len));
	hg_ftp_session_count(s, tx, text);
}

static void
complete(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span text)
{
	if (!tx->done && hg_ftp_has_code(text)) {
		hg_ftp_logged(app, tx, text);
		if (!hg_as_peer(app->suricata7, HG_DIFF_FTP_RECORD))
			learn(app, tx, text);
	}
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

/* The port that is agreed upon by the server's word. */
static void
agree_passive(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_ftp_where w)
{
	const struct hg_flow *f = app->flow;

	tx->where = w;
	if (w.port != 0 && !hg_as_peer(app->suricata7, HG_DIFF_FTP_RECORD) &&
		!hg_ftp_is_there(&w, hg_flow_server_addr(f), f->key.family))
		hg_ftp_name(tx, HG_TO_CLIENT, HG_FTP_PASV_OTHER_HOST);
	agree(app->state, tx, w.port, false);
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
	case HG_FTP_LPRT:
		if (text.p[0] == '2')
			agree(s, tx, tx->asked, true);
		return;
	case HG_FTP_PASV:
		if (is_reply(text, "227"))
			agree_passive(app, tx, hg_ftp_pasv(text, false));
		return;
	case HG_FTP_EPSV:
		if (is_reply(text, "229"))
			agree_passive(app, tx, hg_ftp_epsv(text, false));
		return;
	case HG_FTP_LPSV:
		if (is_reply(text, "228"))
			agree_passive(app, tx, hg_ftp_long_address(hg_span_from(text, 4)));
		return;
	default:
		return;
	}
}

/* A command that was sent ahead of the answer that agrees upon its port, right behind the one that asked for it. */
static void
announce_next(struct hg_app *app, struct hg_ftp_tx *next)
{
	struct hg_ftp *s = app->state;
	struct hg_span name;

	if (s->port == 0 || next == NULL || next->announced ||
		(!hg_ftp_moves(next->command) && !hg_ftp_lists(next->command)))
		return;
	if (hg_ftp_names_file(next->command, next->name, next->line, &name))
		hg_ftp_announce(app, next->command, name, next);
}

/* The last line of a reply. */
static void
end_reply(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span text)
{
	const struct hg_ftp *s = app->state;
	struct hg_ftp_tx *next;

	if (hg_ftp_has_code(text) && text.p[0] == '1' && tx->open)
		return;
	next = tx->open ? tx->next_open : s->open;
	if (hg_ftp_has_code(text))
		act(app, tx, text);
	complete(app, tx, text);
	announce_next(app, next);
}

static bool
ends_multiline(const struct hg_ftp *s, struct hg_span text)
{
	return hg_span_starts(text, hg_span(s->multiline_code, sizeof(s->multiline_code))) &&
		(text.len == 3 || text.p[3] == ' ');
}

/* Who is answered: the oldest that waits, but what names a port the oldest of those that asked for one, so that a reply too few
 * or too many hides no data connection. */
static struct hg_ftp_tx *
answered_by(const struct hg_ftp *s, struct hg_span text)
{
	const uint8_t command = is_reply(text, "227") ? HG_FTP_PASV
		: is_reply(text, "229")               ? HG_FTP_EPSV
		: is_reply(text, "228")               ? HG_FTP_LPSV
						      : HG_FTP_NONE;
	struct hg_ftp_tx *tx = s->open;

	if (command == HG_FTP_NONE)
		return tx;
	for (unsigned i = 0; i < HG_FTP_LOOK_AHEAD && tx != NULL; i++, tx = tx->next_open)
		if (tx->command == command)
			return tx;
	return s->open;
}

static void
take_line(struct hg_app *app, const struct hg_line *line)
{
	struct hg_ftp *s = app->state;
	struct hg_span text = line->text;
	struct hg_ftp_tx *tx = s->multiline != NULL ? s->multiline : answered_by(s, text);
	const bool begins = hg_ftp_has_code(text) && text.len > 3 && text.p[3] == '-';

	if (tx == NULL) {
		tx = text.len == 0 ? NULL : (struct hg_ftp_tx *)hg_tx_new(app);
		s->greeted |= !s->asked_anything && is_reply(text, "220");
	}
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
			agree(s, tx, hg_ftp_pasv(text, true).port, false);
		return true;
	case HG_FTP_EPSV:
		if (is_reply(text, "229 "))
			agree(s, tx, hg_ftp_epsv(text, true).port, false);
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
