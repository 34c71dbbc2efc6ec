/* EVE `imap`: one record a command, when it is over, one a message, when all of it has come, and one a connection, at its end. */
#include "app/imap/imap_int.h"
#include "base/text.h"

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		hg_json_text(j, name, hg_text_cut(hg_span_sub(text, 0, HG_IMAP_SHOWN)));
}

static bool
holds_nocase(struct hg_span s, struct hg_span what)
{
	for (size_t i = 0; i + what.len <= s.len; i++)
		if (hg_span_starts_nocase(hg_span_from(s, i), what))
			return true;
	return false;
}

bool
hg_imap_deletes(const struct hg_imap_tx *tx)
{
	struct hg_span rest = tx->args, word;
	uint8_t text[HG_IMAP_WORD];

	if (tx->verb != HG_IMAP_STORE || !hg_imap_token(&rest, text, sizeof(text), &word))
		return false;
	rest = hg_span_skip_blanks(rest);
	return rest.len > 0 && rest.p[0] != '-' && holds_nocase(rest, HG_BYTES("\\Deleted"));
}

/* The first word of LOGIN and AUTHENTICATE tells no secret. */
static void
put_args(const struct hg_imap_tx *tx, struct hg_json *j)
{
	const bool secret = tx->verb == HG_IMAP_LOGIN || tx->verb == HG_IMAP_AUTHENTICATE;
	uint8_t text[HG_IMAP_SHOWN + 4];
	struct hg_span rest = tx->args, word;
	size_t n;

	if (!secret || !hg_app_masks(tx->base.app)) {
		put_text(j, "args", tx->args);
		return;
	}
	if (!hg_imap_token(&rest, text, HG_IMAP_SHOWN, &word))
		return;
	n = HG_MIN(word.len, (size_t)HG_IMAP_SHOWN);
	memmove(text, word.p, n);
	if (hg_span_trim(rest).len > 0) {
		memcpy(text + n, " " HG_SECRET_MASK, sizeof(HG_SECRET_MASK));
		n += sizeof(HG_SECRET_MASK);
	}
	hg_json_text(j, "args", hg_text_cut(hg_span(text, n)));
}

static void
put_items(const struct hg_imap_tx *tx, struct hg_json *j)
{
	hg_json_open_at(j, "fetch");
	hg_json_u64(j, "messages", tx->messages);
	hg_json_u64(j, "bytes", tx->bytes);
	if (tx->n_items > 0)
		hg_json_array_at(j, "items");
	for (uint32_t i = 0; i < tx->n_items; i++) {
		hg_json_open(j);
		hg_json_u64(j, "number", tx->items[i].number);
		if (tx->items[i].uid != 0)
			hg_json_u64(j, "uid", tx->items[i].uid);
		hg_json_text(j, "section", hg_text_cut(hg_span_sub(tx->items[i].section, 0, HG_IMAP_WORD)));
		hg_json_u64(j, "bytes", tx->items[i].bytes);
		hg_json_close(j);
	}
	if (tx->n_items > 0)
		hg_json_array_end(j);
	hg_json_close(j);
}

static void
put_command(const struct hg_imap_tx *tx, bool in_alert, struct hg_json *j)
{
	static const char *const status[] = { NULL, "OK", "NO", "BAD" };

	hg_json_cstr(j, "type", "command");
	put_text(j, "user", tx->user);
	put_text(j, "tag", tx->tag);
	put_text(j, "command", tx->command);
	if (tx->by_uid)
		hg_json_bool(j, "by_uid", true);
	put_args(tx, j);
	if (tx->cut)
		hg_json_bool(j, "cut", true);
	put_text(j, "mailbox", tx->mailbox);
	put_text(j, "mailbox_raw", tx->mailbox_raw);
	put_text(j, "target", tx->target);
	put_text(j, "target_raw", tx->target_raw);
	if (tx->status != HG_IMAP_NONE)
		hg_json_cstr(j, "status", status[tx->status]);
	put_text(j, "text", tx->text);
	if (tx->exists > 0)
		hg_json_u64(j, "exists", tx->exists);
	if (hg_imap_deletes(tx))
		hg_json_bool(j, "deletes", true);
	if (tx->verb == HG_IMAP_FETCH && !in_alert)
		put_items(tx, j);
	if (tx->compressed)
		hg_json_bool(j, "compressed", true);
}

static void
put_message(const struct hg_imap_tx *tx, struct hg_json *j)
{
	hg_json_cstr(j, "type", "message");
	put_text(j, "user", tx->user);
	put_text(j, "tag", tx->tag);
	put_text(j, "command", tx->command);
	put_text(j, "mailbox", tx->mailbox);
	put_text(j, "mailbox_raw", tx->mailbox_raw);
	if (tx->number != 0)
		hg_json_u64(j, "number", tx->number);
	if (tx->uid != 0)
		hg_json_u64(j, "uid", tx->uid);
	put_text(j, "section", tx->section);
	hg_json_u64(j, "bytes", tx->message.bytes);
	hg_json_bool(j, "complete", tx->message.whole);
	if (tx->compressed)
		hg_json_bool(j, "compressed", true);
}

/* What of the connection was seen. */
static void
put_sight(const struct hg_imap_sum *s, struct hg_json *j)
{
	if (s->midstream)
		hg_json_bool(j, "midstream", true);
	if (!s->spoke[HG_TO_SERVER] || !s->spoke[HG_TO_CLIENT])
		hg_json_cstr(j, "one_sided", s->spoke[HG_TO_SERVER] ? "client" : "server");
	if (s->gaps[HG_TO_SERVER] || s->gaps[HG_TO_CLIENT])
		hg_json_bool(j, "gaps", true);
	if (s->compressed)
		hg_json_bool(j, "compressed", true);
	if (s->opaque)
		hg_json_bool(j, "opaque", true);
}

static void
put_session(const struct hg_imap_sum *s, struct hg_json *j)
{
	put_text(j, "user", s->user);
	put_text(j, "greeting", s->greeting);
	put_text(j, "id", s->id);
	put_text(j, "capability", s->capa);
	put_sight(s, j);
	if (s->preauth)
		hg_json_bool(j, "preauth", true);
	if (s->starttls)
		hg_json_bool(j, "starttls", s->to_tls);
	hg_json_u64(j, "commands", s->commands);
	hg_login_log_counts(s->logins, j);
	hg_json_u64(j, "mailboxes", s->mailboxes);
	hg_json_u64(j, "fetched", s->fetched);
	hg_json_u64(j, "fetched_bytes", s->fetched_bytes);
	hg_json_u64(j, "appended", s->appended);
	hg_json_u64(j, "appended_bytes", s->appended_bytes);
	hg_json_u64(j, "deletes", s->deleted);
	hg_json_u64(j, "expunged", s->expunged);
	hg_json_u64(j, "copies", s->copied);
	hg_json_bool(j, "logout_reached", s->logout);
}

/* A side of which no byte was seen does not end: then the session is shown as it stands. */
static void
put_any_session(const struct hg_imap_tx *tx, struct hg_json *j)
{
	const struct hg_app *app = tx->base.app;
	const struct hg_imap *s = app->decoder == &hg_imap ? app->state : NULL;
	struct hg_imap_sum sum;

	if (tx->sum != NULL)
		put_session(tx->sum, j);
	if (tx->sum != NULL || s == NULL)
		return;
	sum = s->sum;
	if (s->entered)
		sum.user = hg_buf_span(&s->user);
	sum.greeting = hg_buf_span(&s->greeting);
	sum.capa = hg_buf_span(&s->capa);
	sum.id = hg_buf_span(&s->id);
	put_session(&sum, j);
}

void
hg_imap_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_imap_tx *tx = (const struct hg_imap_tx *)base;

	(void)dir;
	hg_json_open_at(j, "imap");
	switch ((enum hg_imap_kind)tx->kind) {
	case HG_IMAP_OF_COMMAND:
		put_command(tx, in_alert, j);
		break;
	case HG_IMAP_OF_MESSAGE:
		put_message(tx, j);
		break;
	case HG_IMAP_OF_SESSION:
		hg_json_cstr(j, "type", "session");
		if (!in_alert)
			put_any_session(tx, j);
		break;
	}
	hg_json_close(j);
	if (tx->has_message)
		hg_message_log(&tx->message, &base->ctx->message, in_alert, j);
}

bool
hg_imap_log_record(const struct hg_tx *base, unsigned i, struct hg_json *j)
{
	if (i > 0 || ((const struct hg_imap_tx *)base)->hidden)
		return false;
	hg_imap_log(base, false, HG_TO_SERVER, j);
	return true;
}

/* ---- the envelope ---- */

static uint8_t
class_of(uint8_t verb)
{
	switch ((enum hg_imap_verb)verb) {
	case HG_IMAP_LOGIN:
	case HG_IMAP_AUTHENTICATE:
		return HG_AUDIT_LOGIN;
	case HG_IMAP_LOGOUT:
		return HG_AUDIT_LOGOUT;
	case HG_IMAP_APPEND:
	case HG_IMAP_FETCH:
	case HG_IMAP_STORE:
	case HG_IMAP_COPY:
	case HG_IMAP_EXPUNGE:
		return HG_AUDIT_MAIL;
	default:
		return HG_AUDIT_COMMAND;
	}
}

/* The first word of a login's arguments, as in put_args. */
static void
audit_command(const struct hg_imap_tx *tx, struct hg_audit *a)
{
	const bool secret = tx->verb == HG_IMAP_LOGIN || tx->verb == HG_IMAP_AUTHENTICATE;
	const size_t blank = hg_span_find(tx->args, 0, ' ');

	a->class_ = class_of(tx->verb);
	a->action = tx->command;
	if (secret && hg_app_masks(tx->base.app))
		a->secret = HG_AUDIT_MASKED;
	if (secret)
		a->object = hg_span_sub(tx->args, 0, blank);
	else
		a->object = tx->target.len > 0 ? tx->target : tx->mailbox;
	a->result = hg_audit_result_of(tx->status != HG_IMAP_NONE, tx->status == HG_IMAP_OK);
	a->reason = tx->text;
	a->incomplete = tx->cut;
}

/* What the server has sent was fetched; whether it has kept what it got, the end of the command tells. */
static void
audit_message(const struct hg_imap_tx *tx, struct hg_audit *a)
{
	const bool fetched = tx->message.dir == HG_TO_CLIENT;

	a->class_ = HG_AUDIT_MAIL;
	a->action = tx->command;
	a->object = tx->mailbox;
	a->result = hg_audit_result_of(fetched && tx->message.whole, true);
	if (!fetched)
		a->reason = HG_BYTES("told_by_command");
	a->incomplete = !tx->message.whole;
}

static void
audit_session(const struct hg_imap_sum *s, struct hg_audit *a)
{
	const bool told = s != NULL && s->logins[HG_LOGIN_SUCCESS] + s->logins[HG_LOGIN_FAILURE] > 0;

	a->class_ = HG_AUDIT_SESSION;
	a->action = HG_BYTES("session");
	a->result = hg_audit_result_of(told, told && s->logins[HG_LOGIN_SUCCESS] > 0);
	a->opaque = s != NULL && s->opaque;
	a->incomplete = s == NULL || s->midstream || s->gaps[HG_TO_SERVER] || s->gaps[HG_TO_CLIENT] ||
		!s->spoke[HG_TO_SERVER] || !s->spoke[HG_TO_CLIENT];
}

bool
hg_imap_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_imap_tx *tx = (const struct hg_imap_tx *)base;

	(void)i;
	switch ((enum hg_imap_kind)tx->kind) {
	case HG_IMAP_OF_COMMAND:
		audit_command(tx, a);
		break;
	case HG_IMAP_OF_MESSAGE:
		audit_message(tx, a);
		break;
	case HG_IMAP_OF_SESSION:
		audit_session(tx->sum, a);
		break;
	}
	return true;
}
