/* Lines of the client: each a transaction that waits for its replies; what moves a file announces its connection. */
#include "app/ftp/ftp_int.h"

bool
hg_ftp_is_long(const struct hg_line *line)
{
	return line->truncated || line->text.len + 1 + line->crlf >= HG_FTP_LINE;
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

static void
note_port(struct hg_app *app, struct hg_ftp_tx *tx, const struct hg_ftp_request *r)
{
	const bool as_peer = hg_as_peer(app->suricata7, HG_DIFF_FTP_ADDRESSES);
	struct hg_ftp *s = app->state;

	if (r->command != HG_FTP_PORT && r->command != HG_FTP_EPRT)
		return;
	s->asked = r->command == HG_FTP_PORT ? hg_ftp_port(r->line, as_peer) : hg_ftp_eprt(r->line, as_peer);
	if (tx == NULL)
		return;
	tx->asked = s->asked;
	tx->bounces = r->command == HG_FTP_PORT && hg_ftp_bounces(r->line, hg_flow_client_addr(app->flow));
}

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

/* The server opens active connections and the client passive ones. */
static void
announce(struct hg_app *app, enum hg_ftp_command command, struct hg_span name)
{
	struct hg_ftp *s = app->state;
	const struct hg_flow *f = app->flow;
	const bool from_server = command == HG_FTP_RETR;
	struct hg_expectation e = { .server = s->active ? *hg_flow_client_addr(f) : *hg_flow_server_addr(f),
		.client = s->active ? *hg_flow_server_addr(f) : *hg_flow_client_addr(f),
		.port = s->port,
		.family = f->key.family,
		.ip_proto = f->key.proto,
		.app_proto = HG_PROTO_FTP_DATA,
		.dir = from_server == s->active ? HG_TO_SERVER : HG_TO_CLIENT,
		.note = name,
		.parent_id = f->id,
		.until = app->packet->time + HG_FTP_PATIENCE };

	e.arg = hg_ftp_arg(command, (enum hg_dir)e.dir);
	memcpy(e.vlan, f->key.vlan, sizeof(e.vlan));
	if (app->flows != NULL)
		hg_flow_expect(app->flows, &e);
	s->port = 0;
	s->active = false;
}

/* The peer knows two commands that move files, and gives up where it sees no port for them. */
static enum hg_feed
move_file(struct hg_app *app, const struct hg_ftp_request *r)
{
	struct hg_ftp *s = app->state;
	struct hg_span name;

	if (r->command < HG_FTP_RETR)
		return HG_FEED_OK;
	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_TRANSFERS)) {
		if (r->command > HG_FTP_STOR)
			return HG_FEED_OK;
		if (s->port == 0 || r->line.len < 6)
			return HG_FEED_ERROR;
		announce(app, (enum hg_ftp_command)r->command, hg_span_from(r->line, 5));
		return HG_FEED_OK;
	}
	if (s->port != 0 && (hg_ftp_argument(r->name, r->line, false, &name) || r->command == HG_FTP_STOU))
		announce(app, (enum hg_ftp_command)r->command, name);
	return HG_FEED_OK;
}

enum hg_feed
hg_ftp_command(struct hg_app *app, const struct hg_line *line)
{
	const bool as_peer = hg_as_peer(app->suricata7, HG_DIFF_FTP_NAMES);
	uint8_t plain[HG_FTP_LINE], name[HG_FTP_NAME];
	struct hg_span text = as_peer ? line->text : hg_ftp_plain(line->text, plain);
	struct hg_ftp *s = app->state;
	struct hg_ftp_request r;
	struct hg_ftp_tx *tx;

	if (!hg_ftp_request_read(text, as_peer, name, &r)) {
		s->command = HG_FTP_NONE;
		return HG_FEED_OK;
	}
	tx = begin(app, &r, hg_ftp_is_long(line));
	s->command = r.command;
	note_port(app, tx, &r);
	note_user(s, &r);
	return move_file(app, &r);
}
