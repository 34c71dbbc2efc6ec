/* EVE `ftp`, a record a command with its replies, and `ftp_data`, one a file. */
#include "app/ftp/ftp_int.h"

static bool
as_peer(const struct hg_tx *tx)
{
	return hg_as_peer(tx->app->suricata7, HG_DIFF_FTP_NAMES);
}

static bool
has_code(struct hg_span text)
{
	for (unsigned i = 0; i < 3; i++)
		if (i >= text.len || text.p[i] < '0' || text.p[i] > '9')
			return false;
	return true;
}

static void
put_codes(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_json_mark mark = hg_json_mark(j);
	bool any = false;

	hg_json_array_at(j, "completion_code");
	for (const struct hg_ftp_reply *r = tx->replies; r != NULL; r = r->next)
		if (has_code(r->text)) {
			hg_json_item_str(j, hg_span_sub(r->text, 0, 3));
			any = true;
		}
	if (any)
		hg_json_array_end(j);
	else
		hg_json_rewind(j, mark);
}

static void
put_texts(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_json_mark mark = hg_json_mark(j);
	bool any = false;

	hg_json_array_at(j, "reply");
	for (const struct hg_ftp_reply *r = tx->replies; r != NULL; r = r->next) {
		const size_t from = has_code(r->text) ? 4 : 0;

		if (r->text.len > from)
			hg_json_item_str(j, hg_span_from(r->text, from));
		any |= r->text.len >= from;
	}
	if (any)
		hg_json_array_end(j);
	else
		hg_json_rewind(j, mark);
}

/* Replies that would make the record too long are left out, so that the command is not lost for them. */
static bool
put_replies(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_json_mark mark = hg_json_mark(j);

	put_codes(tx, j);
	put_texts(tx, j);
	if (!j->overflown)
		return true;
	hg_json_rewind(j, mark);
	return false;
}

static void
put_secret(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_secret secret;
	struct hg_span text;

	hg_ftp_argument(tx->name, tx->line, false, &text);
	secret = hg_secret_of(hg_app_secrets(tx->tx.app), HG_SPAN_NONE, text.len == 0 ? HG_BYTES("") : text);
	hg_json_cstr(j, "command_data", HG_SECRET_MASK);
	hg_secret_log(&secret, j);
}

static void
put_command(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_span data;

	if (tx->name.len > 0)
		hg_json_str(j, "command", tx->name);
	if (!hg_ftp_argument(tx->name, tx->line, as_peer(&tx->tx), &data))
		return;
	if (tx->command == HG_FTP_PASS && hg_app_masks(tx->tx.app))
		put_secret(tx, j);
	else if (data.len > 0)
		hg_json_str(j, "command_data", data);
	hg_json_bool(j, "command_truncated", tx->truncated);
}

/* As the peer has it only of PORT and EPRT, and passive if it did not understand them. */
static void
put_mode(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	const bool peer = hg_as_peer(tx->tx.app->suricata7, HG_DIFF_FTP_MODE);
	const bool asks = tx->command == HG_FTP_PORT || tx->command == HG_FTP_EPRT;

	if (peer ? asks : tx->port != 0)
		hg_json_cstr(j, "mode", tx->active ? "active" : "passive");
}

void
hg_ftp_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_ftp_tx *tx = (const struct hg_ftp_tx *)base;
	bool whole;

	(void)dir;
	if (in_alert && hg_as_peer(base->app->suricata7, HG_DIFF_FTP_ALERT))
		return;
	hg_json_open_at(j, "ftp");
	put_command(tx, j);
	whole = put_replies(tx, j);
	if (tx->port != 0)
		hg_json_u64(j, "dynamic_port", tx->port);
	put_mode(tx, j);
	hg_json_cstr(j, "reply_received", tx->done ? "yes" : "no");
	hg_json_bool(j, "reply_truncated", tx->reply_truncated || !whole);
	hg_json_close(j);
}

static const char *
command_name(uint8_t command)
{
	switch (command) {
	case HG_FTP_RETR:
		return "RETR";
	case HG_FTP_STOR:
		return "STOR";
	case HG_FTP_APPE:
		return "APPE";
	default:
		return "STOU";
	}
}

void
hg_ftp_data_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_ftp_data_tx *tx = (const struct hg_ftp_data_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "ftp_data");
	if (tx->name.len > 0)
		hg_json_str(j, "filename", tx->name);
	hg_json_cstr(j, "command", command_name(tx->command));
	hg_json_close(j);
}
