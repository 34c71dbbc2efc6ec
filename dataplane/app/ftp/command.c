/* Lines of the client: each a transaction that waits for its replies; what needs a data connection announces it. */
#include "app/ftp/ftp_int.h"

bool
hg_ftp_is_long(const struct hg_line *line)
{
	return line->truncated || line->text.len + 1 + line->crlf >= HG_FTP_LINE;
}

bool
hg_ftp_moves(uint8_t command)
{
	return command >= HG_FTP_RETR && command <= HG_FTP_STOU;
}

bool
hg_ftp_lists(uint8_t command)
{
	return command >= HG_FTP_LIST && command <= HG_FTP_MLSD;
}

bool
hg_ftp_changes_dir(uint8_t command)
{
	return command == HG_FTP_CWD || command == HG_FTP_CDUP;
}

void
hg_ftp_wait(struct hg_ftp *s, struct hg_ftp_tx *tx)
{
	if (s->open == NULL)
		s->open = tx;
	else
		s->open_last->next_open = tx;
	s->open_last = tx;
	tx->open = true;
	s->moving += hg_ftp_changes_dir(tx->command);
	s->auths += tx->command == HG_FTP_AUTH;
}

static struct hg_ftp_tx *
begin(struct hg_app *app, const struct hg_ftp_request *r, bool too_long)
{
	struct hg_ftp_tx *tx = (struct hg_ftp_tx *)hg_tx_new(app);

	if (tx == NULL)
		return NULL;
	tx->command = r->command;
	tx->name = hg_span_keep(&tx->tx.arena, r->name);
	tx->line = hg_span_keep(&tx->tx.arena, r->line);
	tx->truncated = too_long;
	if (too_long && !hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_REQUEST_LONG);
	hg_ftp_wait(app->state, tx);
	hg_tx_progress(&tx->tx, HG_TO_SERVER, HG_FTP_OPEN);
	return tx;
}

/* ---- what breaks the protocol's rules ---- */

/* What is sent with urgent data in front of ABOR and STAT (RFC 959 4.1.3) is no evasion. */
static bool
has_telnet_inside(struct hg_span line)
{
	const size_t at = hg_span_find(line, 0, HG_FTP_IAC);

	return at != SIZE_MAX && (at > 0 || hg_span_find(line, 4, HG_FTP_IAC) != SIZE_MAX);
}

static void
check_line(struct hg_ftp *s, struct hg_ftp_tx *tx, const struct hg_line *line)
{
	if (!line->crlf && !line->truncated)
		hg_ftp_name_once(s, tx, HG_TO_SERVER, HG_FTP_BARE_LF);
	if (hg_span_find(line->text, 0, '\r') != SIZE_MAX)
		hg_ftp_name_once(s, tx, HG_TO_SERVER, HG_FTP_BARE_CR);
	if (hg_span_find(line->text, 0, '\0') != SIZE_MAX)
		hg_ftp_name_once(s, tx, HG_TO_SERVER, HG_FTP_NUL);
	if (has_telnet_inside(line->text))
		hg_ftp_name_once(s, tx, HG_TO_SERVER, HG_FTP_TELNET_INSIDE);
}

/* Called before the command itself waits. */
static void
check_request(struct hg_app *app, struct hg_ftp_tx *tx, const struct hg_ftp_request *r, bool behind_auth)
{
	const struct hg_flow *f = app->flow;
	struct hg_span argument;

	hg_ftp_argument(r->name, r->line, false, &argument);
	if (behind_auth)
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_BEHIND_AUTH);
	if (argument.len > HG_FTP_PATH)
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_LONG_ARGUMENT);
	if (tx->where.port == 0)
		return;
	if (!hg_ftp_is_there(&tx->where, hg_flow_client_addr(f), f->key.family))
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_PORT_OTHER_HOST);
	if (tx->where.port < HG_FTP_PRIVILEGED)
		hg_ftp_name(tx, HG_TO_SERVER, HG_FTP_PORT_PRIVILEGED);
}

/* ---- what is asked for ---- */

static void
note_port(struct hg_app *app, struct hg_ftp_tx *tx, const struct hg_ftp_request *r)
{
	const bool as_peer = hg_as_peer(app->suricata7, HG_DIFF_FTP_ADDRESSES);
	struct hg_ftp_where w;
	struct hg_ftp *s = app->state;

	if (r->command == HG_FTP_PORT)
		w = hg_ftp_port(r->line, as_peer);
	else if (r->command == HG_FTP_EPRT)
		w = hg_ftp_eprt(r->line, as_peer);
	else if (r->command == HG_FTP_LPRT && !as_peer)
		w = hg_ftp_long_address(hg_span_from(r->line, r->name.len));
	else
		return;
	s->asked = w.port;
	if (tx == NULL)
		return;
	tx->where = w;
	tx->asked = w.port;
	tx->bounces = r->command == HG_FTP_PORT && hg_ftp_bounces(r->line, hg_flow_client_addr(app->flow));
}

/* As the peer: natively names are taken when they are answered. */
static void
note_user(struct hg_ftp *s, const struct hg_ftp_request *r)
{
	struct hg_span user;

	if (r->command != HG_FTP_USER_CMD)
		return;
	hg_ftp_argument(r->name, r->line, false, &user);
	s->user_len = (uint8_t)HG_MIN(user.len, HG_FTP_USER);
	if (s->user_len > 0)
		memcpy(s->user, user.p, s->user_len);
}

/* Sent ahead of their answers, they are believed until those say no. */
static void
note_manner(struct hg_ftp *s, const struct hg_ftp_request *r)
{
	struct hg_span argument;
	uint8_t letter;

	if (!hg_ftp_argument(r->name, r->line, false, &argument) || argument.len == 0)
		return;
	letter = hg_lower(argument.p[0]) & (uint8_t)~0x20;
	if (r->command == HG_FTP_TYPE)
		s->next_type = letter;
	else if (r->command == HG_FTP_MODE_CMD)
		s->next_mode = letter;
	else if (r->command == HG_FTP_REST)
		s->offset = hg_ftp_number(argument);
}

/* ---- data connections ---- */

static struct hg_span
note_of(const struct hg_app *app, uint8_t command, struct hg_span name, uint8_t room[HG_FTP_NOTE])
{
	const struct hg_ftp *s = app->state;
	struct hg_ftp_note note = { .name = name, .type = s->next_type, .mode = s->next_mode };
	uint8_t path[HG_FTP_PATH];

	if (!hg_as_peer(app->suricata7, HG_DIFF_FTP_RECORD)) {
		note.name = hg_ftp_file_in(command, name);
		/* The server will choose another name for STOU, and says so later. */
		if (command != HG_FTP_STOU)
			note.path = hg_ftp_path_ahead(s, note.name, path);
		note.user = hg_span(s->user, s->in ? s->user_len : 0);
		note.offset = s->offset;
	}
	return hg_ftp_note_write(&note, room);
}

/* The server opens active connections and the client passive ones. */
void
hg_ftp_announce(struct hg_app *app, uint8_t command, struct hg_span name, struct hg_ftp_tx *tx)
{
	struct hg_ftp *s = app->state;
	const struct hg_flow *f = app->flow;
	const bool from_server = command == HG_FTP_RETR || hg_ftp_lists(command);
	uint8_t room[HG_FTP_NOTE];
	struct hg_expectation e = { .server = s->active ? *hg_flow_client_addr(f) : *hg_flow_server_addr(f),
		.client = s->active ? *hg_flow_server_addr(f) : *hg_flow_client_addr(f),
		.port = s->port,
		.family = f->key.family,
		.ip_proto = f->key.proto,
		.app_proto = HG_PROTO_FTP_DATA,
		.dir = from_server == s->active ? HG_TO_SERVER : HG_TO_CLIENT,
		.note = note_of(app, command, name, room),
		.parent_id = f->id,
		.until = app->packet->time + HG_FTP_PATIENCE };

	e.arg = hg_ftp_arg((enum hg_ftp_command)command, (enum hg_dir)e.dir);
	memcpy(e.vlan, f->key.vlan, sizeof(e.vlan));
	if (app->flows != NULL)
		hg_flow_expect(app->flows, &e);
	s->port = 0;
	s->active = false;
	s->transfer = tx;
	if (tx == NULL)
		return;
	tx->announced = true;
	tx->offset = s->offset;
	tx->type = s->next_type;
	tx->mode = s->next_mode;
	s->offset = 0;
	if (s->session != NULL)
		hg_app_listen(app);
}

/* The peer knows two commands that move files, and gives up where it sees no port for them. */
static enum hg_feed
move_file(struct hg_app *app, const struct hg_ftp_request *r, struct hg_ftp_tx *tx)
{
	struct hg_ftp *s = app->state;
	struct hg_span name;

	if (!hg_ftp_moves(r->command) && !hg_ftp_lists(r->command))
		return HG_FEED_OK;
	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_TRANSFERS)) {
		if (r->command > HG_FTP_STOR)
			return HG_FEED_OK;
		if (s->port == 0 || r->line.len < 6)
			return HG_FEED_ERROR;
		hg_ftp_announce(app, r->command, hg_span_from(r->line, 5), NULL);
		return HG_FEED_OK;
	}
	if (s->port != 0 && hg_ftp_names_file(r->command, r->name, r->line, &name))
		hg_ftp_announce(app, r->command, name, tx);
	return HG_FEED_OK;
}

/* All of them but STOU and listings need a name. */
bool
hg_ftp_names_file(uint8_t command, struct hg_span name, struct hg_span line, struct hg_span *file)
{
	return hg_ftp_argument(name, line, false, file) || command == HG_FTP_STOU || hg_ftp_lists(command);
}

static enum hg_feed
take_request(struct hg_app *app, const struct hg_line *line, const struct hg_ftp_request *r)
{
	struct hg_ftp *s = app->state;
	const bool behind_auth = s->auths > 0;
	struct hg_ftp_tx *tx = begin(app, r, hg_ftp_is_long(line));

	s->command = r->command;
	s->asked_anything = true;
	note_port(app, tx, r);
	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		note_user(s, r);
	else
		note_manner(s, r);
	if (tx != NULL && !hg_as_peer(app->suricata7, HG_DIFF_FTP_RECORD)) {
		tx->secret = r->command == HG_FTP_PASS || r->command == HG_FTP_ACCT;
		check_line(s, tx, line);
		check_request(app, tx, r, behind_auth);
	}
	return move_file(app, r, tx);
}

enum hg_feed
hg_ftp_command(struct hg_app *app, const struct hg_line *line)
{
	const bool as_peer = hg_as_peer(app->suricata7, HG_DIFF_FTP_NAMES);
	uint8_t plain[HG_FTP_LINE], name[HG_FTP_NAME];
	struct hg_span text = as_peer ? line->text : hg_ftp_plain(line->text, plain);
	struct hg_ftp *s = app->state;
	struct hg_ftp_request r;

	if (hg_ftp_request_read(text, as_peer, name, &r))
		return take_request(app, line, &r);
	s->command = HG_FTP_NONE;
	return HG_FEED_OK;
}
