/* EVE `ftp`, a record a command with its replies, and `ftp_data`, one a file. */
#include "app/ftp/ftp_int.h"
#include "base/text.h"

static bool
as_peer(const struct hg_tx *tx)
{
	return hg_as_peer(tx->app->suricata7, HG_DIFF_FTP_NAMES);
}

static void
put_codes(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_json_mark mark = hg_json_mark(j);
	bool any = false;

	hg_json_array_at(j, "completion_code");
	for (const struct hg_ftp_reply *r = tx->replies; r != NULL; r = r->next)
		if (hg_ftp_has_code(r->text)) {
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
		const size_t from = hg_ftp_has_code(r->text) ? 4 : 0;

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

/* Natively what stands there in GB18030 is converted, the peer escapes it. */
static void
put_name(const struct hg_tx *tx, struct hg_json *j, const char *member, struct hg_span name)
{
	if (name.len == 0)
		return;
	if (hg_as_peer(tx->app->suricata7, HG_DIFF_FTP_RECORD))
		hg_json_str(j, member, name);
	else
		hg_json_text(j, member, name);
}

static void
put_secret(const struct hg_ftp_tx *tx, struct hg_span text, struct hg_json *j)
{
	const struct hg_secret secret =
		hg_secret_of(hg_app_secrets(tx->tx.app), tx->claimed, text.len == 0 ? HG_BYTES("") : text);

	hg_json_cstr(j, "command_data", HG_SECRET_MASK);
	hg_secret_log(&secret, j);
}

static bool
is_secret(const struct hg_ftp_tx *tx)
{
	return tx->command == HG_FTP_PASS ? !tx->guest : tx->secret;
}

static void
put_command(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	struct hg_span data;

	if (tx->name.len > 0)
		hg_json_str(j, "command", tx->name);
	if (!hg_ftp_argument(tx->name, tx->line, as_peer(&tx->tx), &data))
		return;
	if (is_secret(tx) && hg_app_masks(tx->tx.app))
		put_secret(tx, data, j);
	else
		put_name(&tx->tx, j, "command_data", data);
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

static void
put_address(const struct hg_ftp_where *w, struct hg_json *j)
{
	char text[HG_ADDR_TEXT];

	if (w->port != 0 && w->family != 0)
		hg_json_plain(j, "dynamic_address", hg_span(text, hg_addr_text(&w->addr, w->family, text)));
}

static const char *
type_name(uint8_t type)
{
	return type == 'I' ? "binary" : type == 'A' ? "ascii" : type == 'E' ? "ebcdic" : "local";
}

static const char *
mode_name(uint8_t mode)
{
	return mode == 'Z' ? "deflate" : mode == 'B' ? "block" : mode == 'C' ? "compressed" : "stream";
}

static void
put_manner(uint8_t type, uint8_t mode, uint64_t offset, struct hg_json *j)
{
	hg_json_cstr(j, "type", type_name(type));
	hg_json_cstr(j, "mode", mode_name(mode));
	if (offset > 0)
		hg_json_u64(j, "offset", offset);
}

static void
put_transfer(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	hg_json_open_at(j, "transfer");
	put_manner(tx->type, tx->mode, tx->offset, j);
	if (tx->has_carried) {
		hg_json_u64(j, "flow_id", tx->carried.flow_id);
		hg_json_u64(j, "bytes", tx->carried.bytes);
		if (hg_ftp_lists(tx->command))
			hg_json_u64(j, "entries", tx->carried.entries);
		hg_json_bool(j, "complete", tx->carried.whole);
	}
	hg_json_close(j);
}

static void
put_path(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	if (tx->path.len == 0)
		return;
	hg_json_text(j, "path", tx->path);
	hg_json_cstr(j, "path_confidence", tx->likely ? "likely" : "certain");
	if (tx->from.len > 0)
		hg_json_text(j, "rename_from", tx->from);
}

/* What the peer does not tell. */
static void
put_more(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	put_address(&tx->where, j);
	if (tx->user.len > 0)
		hg_json_text(j, "user", tx->user);
	put_path(tx, j);
	if (tx->announced)
		put_transfer(tx, j);
}

static void
put_session(const struct hg_ftp_summary *s, struct hg_json *j)
{
	hg_json_open_at(j, "session");
	if (s->user.len > 0)
		hg_json_text(j, "user", s->user);
	hg_login_log_counts(s->logins, j);
	hg_json_u64(j, "commands", s->commands);
	hg_json_u64(j, "refused", s->refused);
	hg_json_u64(j, "downloads", s->downloads);
	hg_json_u64(j, "download_bytes", s->down_bytes);
	hg_json_u64(j, "uploads", s->uploads);
	hg_json_u64(j, "upload_bytes", s->up_bytes);
	hg_json_u64(j, "listings", s->listings);
	hg_json_u64(j, "listing_bytes", s->list_bytes);
	hg_json_u64(j, "duration_ms", s->duration);
	if (s->tls)
		hg_json_bool(j, "tls", true);
	hg_json_close(j);
}

static void
put_answered(const struct hg_ftp_tx *tx, struct hg_json *j)
{
	bool whole;

	put_command(tx, j);
	whole = put_replies(tx, j);
	if (tx->port != 0)
		hg_json_u64(j, "dynamic_port", tx->port);
	put_mode(tx, j);
	if (!hg_as_peer(tx->tx.app->suricata7, HG_DIFF_FTP_RECORD))
		put_more(tx, j);
	hg_json_cstr(j, "reply_received", tx->done ? "yes" : "no");
	hg_json_bool(j, "reply_truncated", tx->reply_truncated || !whole);
}

void
hg_ftp_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_ftp_tx *tx = (const struct hg_ftp_tx *)base;

	(void)dir;
	if (in_alert && hg_as_peer(base->app->suricata7, HG_DIFF_FTP_ALERT))
		return;
	hg_json_open_at(j, "ftp");
	if (tx->session != NULL)
		put_session(tx->session, j);
	else
		put_answered(tx, j);
	hg_json_close(j);
}

const char *
hg_ftp_data_command(uint8_t command)
{
	static const char *const names[] = { "RETR", "STOR", "APPE", "STOU", "LIST", "NLST", "MLSD" };

	return names[command >= HG_FTP_RETR && command <= HG_FTP_MLSD ? command - HG_FTP_RETR : 0];
}

void
hg_ftp_data_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_ftp_data_tx *tx = (const struct hg_ftp_data_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "ftp_data");
	put_name(base, j, "filename", tx->name);
	hg_json_cstr(j, "command", hg_ftp_data_command(tx->command));
	if (!hg_as_peer(base->app->suricata7, HG_DIFF_FTP_RECORD)) {
		if (tx->user.len > 0)
			hg_json_text(j, "user", tx->user);
		if (tx->path.len > 0)
			hg_json_text(j, "path", tx->path);
		put_manner(tx->type, tx->mode, tx->offset, j);
		hg_json_u64(j, "bytes", tx->bytes);
		if (hg_ftp_lists(tx->command))
			hg_json_u64(j, "entries", tx->entries);
		hg_json_bool(j, "complete", tx->whole);
	}
	hg_json_close(j);
}
