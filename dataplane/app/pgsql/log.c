/* EVE `pgsql`: one record a login and one of each that is asked, when its answer is over. */
#include "app/pgsql/pgsql_int.h"
#include "base/text.h"

#define SHOWN 4096 /* bytes of a text */

const char *
hg_pgsql_command_name(uint8_t kind)
{
	static const char *const names[] = { [HG_PGSQL_LOGIN] = "login",
		[HG_PGSQL_QUERY] = "query",
		[HG_PGSQL_CALL] = "function_call",
		[HG_PGSQL_PARSE] = "parse",
		[HG_PGSQL_EXECUTE] = "execute",
		[HG_PGSQL_TERMINATE] = "terminate",
		[HG_PGSQL_CANCELS] = "cancel" };

	return names[kind];
}

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		hg_json_text(j, name, hg_text_cut(hg_span_sub(text, 0, SHOWN)));
}

static void
put_login(const struct hg_pgsql_tx *tx, struct hg_json *j)
{
	hg_json_cstr(j, "type", "login");
	put_text(j, "user", tx->user);
	put_text(j, "database", tx->database);
	put_text(j, "application_name", tx->program);
	if (tx->replication)
		hg_json_bool(j, "replication", true);
	if (tx->mechanism != NULL)
		hg_json_cstr(j, "authentication", tx->mechanism);
	put_text(j, "server_version", tx->version);
	if (tx->tls)
		hg_json_bool(j, "tls", true);
	if (tx->gss)
		hg_json_bool(j, "gss_encryption", true);
}

static void
put_command(const struct hg_pgsql_tx *tx, struct hg_json *j)
{
	hg_json_cstr(j, "type", "command");
	put_text(j, "user", tx->user);
	put_text(j, "database", tx->database);
	hg_json_cstr(j, "command", hg_pgsql_command_name(tx->kind));
	put_text(j, tx->kind == HG_PGSQL_EXECUTE ? "portal" : "statement", tx->name);
	put_text(j, "query", tx->shown);
}

static void
put_response(const struct hg_pgsql_tx *tx, struct hg_json *j)
{
	if (tx->status == HG_PGSQL_UNANSWERED)
		return;
	hg_json_open_at(j, "response");
	hg_json_cstr(j, "status", tx->status == HG_PGSQL_OK ? "OK" : "ERROR");
	if (tx->status == HG_PGSQL_ERR) {
		put_text(j, "severity", tx->severity);
		put_text(j, "code", tx->code);
		put_text(j, "message", tx->message);
	}
	put_text(j, "tag", tx->tag);
	if (tx->has_rows)
		hg_json_u64(j, "rows", tx->rows);
	hg_json_close(j);
}

void
hg_pgsql_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_pgsql_tx *tx = (const struct hg_pgsql_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "pgsql");
	if (tx->kind == HG_PGSQL_LOGIN)
		put_login(tx, j);
	else
		put_command(tx, j);
	if (tx->has_process)
		hg_json_u64(j, "process_id", tx->process);
	if (tx->cut)
		hg_json_bool(j, "cut", true);
	put_response(tx, j);
	hg_json_close(j);
}

static uint8_t
class_of(const struct hg_pgsql_tx *tx)
{
	switch ((enum hg_pgsql_kind)tx->kind) {
	case HG_PGSQL_LOGIN:
		return HG_AUDIT_LOGIN;
	case HG_PGSQL_TERMINATE:
		return HG_AUDIT_LOGOUT;
	case HG_PGSQL_CANCELS:
		return HG_AUDIT_COMMAND;
	default:
		return HG_AUDIT_QUERY;
	}
}

bool
hg_pgsql_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_pgsql_tx *tx = (const struct hg_pgsql_tx *)base;

	(void)i;
	a->class_ = class_of(tx);
	a->user = tx->user;
	a->opaque = tx->tls || tx->gss;
	a->incomplete = tx->cut;
	a->action = hg_span_str(hg_pgsql_command_name(tx->kind));
	a->object = tx->kind == HG_PGSQL_LOGIN ? tx->database : hg_span_sub(tx->shown, 0, SHOWN);
	a->result = hg_audit_result_of(tx->status != HG_PGSQL_UNANSWERED, tx->status == HG_PGSQL_OK);
	a->reason = tx->code;
	if (tx->length > SHOWN)
		hg_audit_cut(a, "query", tx->length);
	if (hg_app_masks(base->app) && (tx->shown.p != tx->text.p || tx->mechanism != NULL))
		a->secret = HG_AUDIT_MASKED;
	return true;
}
