/* EVE `mysql`: one record a login and one a command, when its answer is over. */
#include "app/mysql/mysql_int.h"
#include "base/text.h"

#define SHOWN 4096 /* bytes of a text */

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		hg_json_text(j, name, hg_text_cut(hg_span_sub(text, 0, SHOWN)));
}

static void
put_client(const struct hg_mysql_tx *tx, struct hg_json *j)
{
	if (tx->program.len + tx->library.len + tx->os.len == 0)
		return;
	hg_json_open_at(j, "client");
	put_text(j, "program", tx->program);
	put_text(j, "library", tx->library);
	put_text(j, "library_version", tx->library_version);
	put_text(j, "os", tx->os);
	hg_json_close(j);
}

static void
put_server(const struct hg_mysql_tx *tx, struct hg_json *j)
{
	hg_json_open_at(j, "server");
	put_text(j, "version", tx->version);
	hg_json_u64(j, "connection_id", tx->connection_id);
	put_text(j, "auth_plugin", tx->server_plugin);
	hg_json_close(j);
}

static void
put_login(const struct hg_mysql_tx *tx, struct hg_json *j)
{
	hg_json_cstr(j, "type", "login");
	if (tx->greeted)
		put_server(tx, j);
	put_text(j, "user", tx->user);
	put_text(j, "database", tx->database);
	put_text(j, "auth_plugin", tx->plugin);
	put_client(tx, j);
	if (tx->tls)
		hg_json_bool(j, "tls", true);
	if (tx->compressed)
		hg_json_bool(j, "compressed", true);
}

static void
put_command(const struct hg_mysql_tx *tx, struct hg_json *j)
{
	const char *name = hg_mysql_command_name(tx->command);

	hg_json_cstr(j, "type", "command");
	put_text(j, "user", tx->user);
	put_text(j, "database", tx->database);
	if (name != NULL)
		hg_json_cstr(j, "command", name);
	else
		hg_json_u64(j, "command_code", tx->command);
	put_text(j, "query", tx->shown);
	if (tx->has_statement_id)
		hg_json_u64(j, "statement_id", tx->statement_id);
	put_text(j, "local_file", tx->file);
}

static void
put_response(const struct hg_mysql_tx *tx, struct hg_json *j)
{
	if (tx->status == HG_MYSQL_UNANSWERED)
		return;
	hg_json_open_at(j, "response");
	hg_json_cstr(j, "status", tx->status == HG_MYSQL_OK ? "OK" : "ERR");
	if (tx->status == HG_MYSQL_ERR) {
		hg_json_u64(j, "code", tx->code);
		put_text(j, "sqlstate", tx->sqlstate);
		put_text(j, "message", tx->message);
	}
	if (tx->has_rows) {
		hg_json_u64(j, "columns", tx->columns);
		hg_json_u64(j, "rows", tx->rows);
	}
	if (tx->has_affected && !tx->login)
		hg_json_u64(j, "affected_rows", tx->affected);
	hg_json_close(j);
}

void
hg_mysql_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_mysql_tx *tx = (const struct hg_mysql_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "mysql");
	if (tx->login)
		put_login(tx, j);
	else
		put_command(tx, j);
	if (tx->cut)
		hg_json_bool(j, "cut", true);
	put_response(tx, j);
	hg_json_close(j);
}

static uint8_t
class_of(const struct hg_mysql_tx *tx)
{
	if (tx->login)
		return HG_AUDIT_LOGIN;
	if (tx->command == HG_MYSQL_QUIT)
		return HG_AUDIT_LOGOUT;
	return tx->text.len > 0 || tx->has_statement_id ? HG_AUDIT_QUERY : HG_AUDIT_COMMAND;
}

bool
hg_mysql_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_mysql_tx *tx = (const struct hg_mysql_tx *)base;
	const char *name = hg_mysql_command_name(tx->command);

	(void)i;
	a->class_ = class_of(tx);
	a->user = tx->user;
	a->opaque = tx->tls;
	a->incomplete = tx->cut;
	if (tx->login && tx->command != HG_MYSQL_CHANGE_USER)
		a->action = HG_BYTES("login");
	else
		a->action = name != NULL ? hg_span_str(name) : HG_BYTES("unknown");
	a->object = tx->login ? tx->database : hg_span_sub(tx->shown, 0, SHOWN);
	a->result = hg_audit_result_of(tx->status != HG_MYSQL_UNANSWERED, tx->status == HG_MYSQL_OK);
	if (tx->status == HG_MYSQL_ERR)
		a->reason = hg_audit_number(a, tx->code);
	if (tx->length > SHOWN)
		hg_audit_cut(a, "query", tx->length);
	if (tx->shown.p != tx->text.p || (tx->login && tx->user.len > 0))
		a->secret = hg_app_masks(base->app) ? HG_AUDIT_MASKED : HG_AUDIT_NO_SECRET;
	return true;
}
