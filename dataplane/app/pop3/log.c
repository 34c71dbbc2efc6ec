/* EVE `pop3`: one record a command, when its reply is over, and one a connection, at its end. */
#include "app/pop3/pop3_int.h"
#include "base/text.h"

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		hg_json_text(j, name, hg_text_cut(hg_span_sub(text, 0, HG_POP3_SHOWN)));
}

/* The argument at that place tells a secret: PASS secret, APOP name digest, AUTH mechanism response. */
static bool
is_secret(const struct hg_pop3_tx *tx, unsigned i)
{
	if (tx->verb == HG_POP3_PASS)
		return true;
	return (tx->verb == HG_POP3_APOP || tx->verb == HG_POP3_AUTH) && i > 0;
}

#define ARGS 8

static void
put_args(const struct hg_pop3_tx *tx, struct hg_json *j)
{
	struct hg_span rest = tx->arg;

	if (rest.len == 0)
		return;
	hg_json_array_at(j, "args");
	if (tx->verb == HG_POP3_PASS && hg_app_masks(tx->base.app)) {
		hg_json_item_cstr(j, HG_SECRET_MASK);
		rest = HG_SPAN_NONE;
	}
	for (unsigned i = 0; i < ARGS && rest.len > 0; i++) {
		const bool last = i == ARGS - 1 || tx->verb == HG_POP3_PASS;
		const struct hg_span word = last ? rest : hg_span_sub(rest, 0, hg_span_find(rest, 0, ' '));

		if (is_secret(tx, i) && hg_app_masks(tx->base.app))
			hg_json_item_cstr(j, HG_SECRET_MASK);
		else
			hg_json_item_str(j, hg_text_cut(hg_span_sub(word, 0, HG_POP3_SHOWN)));
		rest = hg_span_skip_blanks(hg_span_from(rest, word.len));
	}
	hg_json_array_end(j);
}

static void
put_message(const struct hg_pop3_tx *tx, struct hg_json *j)
{
	hg_json_open_at(j, "message");
	hg_json_u64(j, "number", tx->number);
	put_text(j, "uidl", tx->id);
	if (tx->has_message) {
		hg_json_u64(j, "bytes", tx->message.bytes);
		hg_json_bool(j, "complete", tx->message.whole);
	}
	hg_json_close(j);
}

static void
put_command(const struct hg_pop3_tx *tx, struct hg_json *j)
{
	hg_json_cstr(j, "type", "command");
	if (tx->verb != HG_POP3_PASS)
		put_text(j, "user", tx->user);
	hg_json_open_at(j, "request");
	hg_json_text(j, "command", hg_text_cut(hg_span_sub(tx->command, 0, HG_POP3_SHOWN)));
	put_args(tx, j);
	if (tx->cut)
		hg_json_bool(j, "cut", true);
	hg_json_close(j);
	if (tx->replied) {
		hg_json_open_at(j, "response");
		hg_json_bool(j, "success", tx->ok);
		hg_json_cstr(j, "status", tx->ok ? "OK" : "ERR");
		put_text(j, "header", tx->text);
		if (tx->lines > 0)
			hg_json_u64(j, "lines", tx->lines);
		hg_json_close(j);
	}
	if (tx->number > 0)
		put_message(tx, j);
}

static void
put_capabilities(const struct hg_pop3_sum *s, struct hg_json *j)
{
	struct hg_span rest = s->capa;

	if (s->n_capa == 0)
		return;
	hg_json_array_at(j, "capa");
	while (rest.len > 0) {
		const size_t end = hg_span_find(rest, 0, '\n');

		hg_json_item_str(j, hg_span_sub(rest, 0, end));
		rest = hg_span_from(rest, end + 1);
	}
	hg_json_array_end(j);
}

static void
put_deleted(const struct hg_pop3_sum *s, struct hg_json *j)
{
	if (s->marked == 0)
		return;
	hg_json_open_at(j, "deleted");
	hg_json_u64(j, "marked", s->marked);
	hg_json_u64(j, "erased", s->erased);
	hg_json_array_at(j, "messages");
	for (unsigned i = 0; i < HG_MIN(s->marked, (uint32_t)HG_POP3_MARKED); i++)
		if (s->marks[i] > 0)
			hg_json_item_u64(j, s->marks[i]);
	hg_json_array_end(j);
	hg_json_close(j);
}

/* What of the connection was seen. */
static void
put_sight(const struct hg_pop3_sum *s, struct hg_json *j)
{
	if (s->midstream)
		hg_json_bool(j, "midstream", true);
	if (!s->spoke[HG_TO_SERVER] || !s->spoke[HG_TO_CLIENT])
		hg_json_cstr(j, "one_sided", s->spoke[HG_TO_SERVER] ? "client" : "server");
	if (s->gaps[HG_TO_SERVER] || s->gaps[HG_TO_CLIENT])
		hg_json_bool(j, "gaps", true);
}

static void
put_session(const struct hg_pop3_sum *s, struct hg_json *j)
{
	put_text(j, "user", s->user);
	put_text(j, "greeting", s->welcome);
	put_sight(s, j);
	if (s->apop)
		hg_json_bool(j, "apop", true);
	put_capabilities(s, j);
	if (s->stls)
		hg_json_bool(j, "stls", s->to_tls);
	hg_json_u64(j, "commands", s->commands);
	hg_login_log_counts(s->logins, j);
	if (s->listed > 0 || s->stat_seen) {
		hg_json_u64(j, "list_count", s->listed);
		hg_json_u64(j, "list_bytes", s->octets);
	}
	hg_json_u64(j, "retrieved", s->fetched);
	if (s->tops > 0)
		hg_json_u64(j, "tops", s->tops);
	hg_json_u64(j, "retrieved_bytes", s->fetched_bytes);
	put_deleted(s, j);
	hg_json_bool(j, "quit_reached", s->quit);
}

/* A side of which no byte was seen does not end: then the session is shown as it stands. */
static void
put_any_session(const struct hg_pop3_tx *tx, struct hg_json *j)
{
	const struct hg_app *app = tx->base.app;
	const struct hg_pop3 *s = app->decoder == &hg_pop3 ? app->state : NULL;
	struct hg_pop3_sum sum;

	if (tx->sum != NULL)
		put_session(tx->sum, j);
	if (tx->sum != NULL || s == NULL)
		return;
	sum = s->sum;
	if (s->entered)
		sum.user = hg_buf_span(&s->user);
	sum.welcome = hg_buf_span(&s->welcome);
	sum.capa = hg_buf_span(&s->capa);
	put_session(&sum, j);
}

void
hg_pop3_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_pop3_tx *tx = (const struct hg_pop3_tx *)base;

	(void)dir;
	hg_json_open_at(j, "pop3");
	if (!tx->session) {
		put_command(tx, j);
	} else {
		hg_json_cstr(j, "type", "session");
		if (!in_alert)
			put_any_session(tx, j);
	}
	hg_json_close(j);
	if (tx->has_message)
		hg_message_log(&tx->message, &base->ctx->message, in_alert, j);
}

bool
hg_pop3_log_record(const struct hg_tx *base, unsigned i, struct hg_json *j)
{
	if (i > 0 || ((const struct hg_pop3_tx *)base)->hidden)
		return false;
	hg_pop3_log(base, false, HG_TO_SERVER, j);
	return true;
}

/* ---- the envelope ---- */

static uint8_t
class_of(const struct hg_pop3_tx *tx)
{
	switch ((enum hg_pop3_verb)tx->verb) {
	case HG_POP3_USER:
	case HG_POP3_PASS:
	case HG_POP3_APOP:
	case HG_POP3_AUTH:
		return HG_AUDIT_LOGIN;
	case HG_POP3_RETR:
	case HG_POP3_TOP:
	case HG_POP3_DELE:
		return HG_AUDIT_MAIL;
	case HG_POP3_QUIT:
		return HG_AUDIT_LOGOUT;
	default:
		return HG_AUDIT_COMMAND;
	}
}

static void
audit_session(const struct hg_pop3_sum *s, struct hg_audit *a)
{
	const bool told = s != NULL && s->logins[HG_LOGIN_SUCCESS] + s->logins[HG_LOGIN_FAILURE] > 0;

	a->class_ = HG_AUDIT_SESSION;
	a->action = HG_BYTES("session");
	a->result = hg_audit_result_of(told, told && s->logins[HG_LOGIN_SUCCESS] > 0);
	a->incomplete = s == NULL || s->midstream || s->gaps[HG_TO_SERVER] || s->gaps[HG_TO_CLIENT] ||
		!s->spoke[HG_TO_SERVER] || !s->spoke[HG_TO_CLIENT];
}

bool
hg_pop3_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_pop3_tx *tx = (const struct hg_pop3_tx *)base;
	const bool secret = is_secret(tx, 1);

	(void)i;
	if (tx->session) {
		audit_session(tx->sum, a);
		return true;
	}
	a->class_ = class_of(tx);
	a->action = tx->command;
	a->object = tx->verb == HG_POP3_PASS ? tx->user : tx->arg;
	if (secret && tx->verb != HG_POP3_PASS)
		a->object = hg_span_sub(tx->arg, 0, hg_span_find(tx->arg, 0, ' '));
	if (secret && hg_app_masks(base->app))
		a->secret = HG_AUDIT_MASKED;
	a->result = hg_audit_result_of(tx->replied, tx->ok);
	a->reason = tx->text.len > 0 ? tx->text : tx->status;
	a->incomplete = tx->cut || (tx->has_message && tx->verb == HG_POP3_RETR && !tx->message.whole);
	return true;
}
