/* EVE `telnet`: one record a command, when its answer is over, and one a connection, at its end. */
#include "app/telnet/telnet_int.h"
#include "base/text.h"

static const char *
state_of(const struct hg_telnet_option *o)
{
	if (o->wont || o->dont)
		return "refused";
	if (o->will && o->do_)
		return "enabled";
	return o->will ? "offered" : "requested";
}

static void
put_options(const struct hg_telnet_session *s, struct hg_json *j)
{
	char number[4];

	if (s->n_options == 0)
		return;
	hg_json_array_at(j, "options");
	for (unsigned i = 0; i < s->n_options; i++) {
		hg_json_open(j);
		hg_json_cstr(j, "option", hg_telnet_option_name(s->options[i].option, number));
		hg_json_cstr(j, "side", s->options[i].side == HG_TO_SERVER ? "client" : "server");
		hg_json_cstr(j, "state", state_of(&s->options[i]));
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

static void
put_terminal(const struct hg_telnet_session *s, struct hg_json *j)
{
	if (s->terminal.len > 0)
		hg_json_str(j, "terminal", s->terminal);
	if (s->has_window) {
		hg_json_open_at(j, "window");
		hg_json_u64(j, "columns", s->columns);
		hg_json_u64(j, "rows", s->rows);
		hg_json_close(j);
	}
	if (s->speed.len > 0)
		hg_json_str(j, "speed", s->speed);
	if (s->display.len > 0)
		hg_json_str(j, "display", s->display);
}

static void
put_environ(const struct hg_telnet_session *s, struct hg_json *j)
{
	if (s->n_environ == 0)
		return;
	hg_json_array_at(j, "environ");
	for (unsigned i = 0; i < s->n_environ; i++) {
		hg_json_open(j);
		hg_json_str(j, "name", s->environ[i].name);
		hg_json_str(j, "value", s->environ[i].value);
		hg_json_cstr(j, "type", s->environ[i].user ? "user" : "var");
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		hg_json_text(j, name, text);
}

static void
put_authentication(const struct hg_telnet_authentication *a, struct hg_json *j)
{
	static const char *const results[] = { "unknown", "success", "failure" };
	char number[4];

	if (a->n_offered == 0 && !a->used)
		return;
	hg_json_open_at(j, "authentication");
	if (a->n_offered > 0) {
		hg_json_array_at(j, "offered");
		for (unsigned i = 0; i < a->n_offered; i++)
			hg_json_item_cstr(j, hg_telnet_authentication_name(a->offered[i], number));
		hg_json_array_end(j);
	}
	if (a->used) {
		hg_json_cstr(j, "type", hg_telnet_authentication_name(a->type, number));
		put_text(j, "user", a->user);
		put_text(j, "domain", a->domain);
		hg_json_cstr(j, "result", results[a->result]);
	}
	hg_json_close(j);
}

/* By which option, and how each side encrypts, where it was said in clear. */
static void
put_encryption(const struct hg_telnet_session *s, struct hg_json *j)
{
	static const char *const sides[HG_DIRS] = { [HG_TO_SERVER] = "client", [HG_TO_CLIENT] = "server" };
	char number[4];

	if (!s->encrypted)
		return;
	hg_json_bool(j, "encrypted", true);
	hg_json_open_at(j, "encryption");
	hg_json_cstr(j, "option", hg_telnet_option_name(s->encrypted_by, number));
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (s->has_cipher[dir])
			hg_json_cstr(j, sides[dir], hg_telnet_cipher_name(s->cipher[dir], number));
	hg_json_close(j);
}

/* What was done in it, where anything could be followed. */
static void
put_doings(const struct hg_telnet_session *s, struct hg_json *j)
{
	put_text(j, "user", s->user);
	if (s->logins[0] + s->logins[1] + s->logins[2] > 0)
		hg_login_log_counts(s->logins, j);
	if (s->commands > 0)
		hg_json_u64(j, "commands", s->commands);
	if (s->hidden > 0)
		hg_json_u64(j, "hidden_lines", s->hidden);
	if (s->data_marks > 0)
		hg_json_u64(j, "urgent", s->data_marks);
}

static void
put_transfer(struct hg_span command, struct hg_json *j)
{
	const struct hg_telnet_transfer t = hg_telnet_transfer_of(command);

	if (t.tool == NULL)
		return;
	hg_json_open_at(j, "transfer");
	hg_json_cstr(j, "tool", t.tool);
	hg_json_cstr(j, "direction", t.upload ? "upload" : "download");
	put_text(j, "object", t.object);
	hg_json_close(j);
}

static void
put_rise(struct hg_span command, struct hg_json *j)
{
	const struct hg_telnet_rise rise = hg_telnet_rise_of(command);

	if (rise.how == NULL)
		return;
	hg_json_open_at(j, "privilege");
	hg_json_cstr(j, "change", rise.how);
	put_text(j, "user", rise.user);
	hg_json_close(j);
}

static void
put_command(const struct hg_telnet_command *c, bool short_form, struct hg_json *j)
{
	static const char *const sources[] = { "echo", "typed", "typed" };

	hg_json_cstr(j, "type", "command");
	hg_json_u64(j, "number", c->number);
	put_text(j, "user", c->user);
	if (c->login_user.len > 0 && !hg_span_eq(c->user, c->login_user))
		hg_json_text(j, "login_user", c->login_user);
	put_text(j, "prompt", c->prompt);
	hg_json_text(j, "command", c->text);
	hg_json_cstr(j, "source", sources[c->source]);
	if (c->danger != 0) {
		hg_json_array_at(j, "danger");
		for (unsigned i = 0; i < HG_TELNET_DANGERS; i++)
			if (c->danger & 1u << i)
				hg_json_item_cstr(j, hg_telnet_dangers[i]);
		hg_json_array_end(j);
	}
	put_rise(c->text, j);
	put_transfer(c->text, j);
	if (short_form)
		return;
	hg_json_u64(j, "output_bytes", c->output_bytes);
	put_text(j, "output_head", hg_text_cut(hg_span(c->head, c->head_len)));
}

static void
put_session(const struct hg_telnet_session *s, bool short_form, struct hg_json *j)
{
	hg_json_cstr(j, "type", "session");
	put_doings(s, j);
	put_terminal(s, j);
	put_environ(s, j);
	put_encryption(s, j);
	if (short_form)
		return;
	put_authentication(&s->authentication, j);
	put_options(s, j);
	if (s->transcribed)
		hg_json_hex(j, "transcript", hg_span(s->transcript, sizeof(s->transcript)), '\0');
	hg_json_u64(j, "client_lines", s->lines[HG_TO_SERVER]);
	hg_json_u64(j, "server_lines", s->lines[HG_TO_CLIENT]);
	hg_json_u64(j, "client_bytes", s->bytes[HG_TO_SERVER]);
	hg_json_u64(j, "server_bytes", s->bytes[HG_TO_CLIENT]);
}

static void
put_turn(const struct hg_telnet_turn *t, struct hg_json *j)
{
	static const char *const members[HG_TELNET_TURN_BUFFERS] = { "data", "option", "environ" };

	for (unsigned kind = 0; kind < HG_TELNET_TURN_BUFFERS; kind++) {
		struct hg_json_mark mark = hg_json_mark(j);
		unsigned n = 0;

		hg_json_array_at(j, members[kind]);
		for (unsigned i = 0; i < t->n; i++) {
			if (t->of[i] != kind)
				continue;
			if (t->hidden[i] && hg_app_masks(t->tx.app))
				hg_json_item_cstr(j, HG_SECRET_MASK);
			else
				hg_json_item_str(j, t->value[i]);
			n++;
		}
		if (n == 0)
			hg_json_rewind(j, mark);
		else
			hg_json_array_end(j);
	}
}

void
hg_telnet_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	(void)dir;
	hg_json_open_at(j, "telnet");
	switch (hg_telnet_kind_of(tx)) {
	case HG_TELNET_SESSION:
		put_session((const struct hg_telnet_session *)tx, in_alert, j);
		break;
	case HG_TELNET_COMMAND:
		put_command((const struct hg_telnet_command *)tx, in_alert, j);
		break;
	case HG_TELNET_TURN:
		put_turn((const struct hg_telnet_turn *)tx, j);
		break;
	}
	hg_json_close(j);
}

/* Commands that change the box or who may use it. */
#define RULES                                                                          \
	(1u << HG_DANGER_RESTART | 1u << HG_DANGER_ACCOUNT | 1u << HG_DANGER_PERSIST | \
		1u << HG_DANGER_FIREWALL | 1u << HG_DANGER_CONFIGURE)

/* What a command came to, nothing in the protocol tells. */
static void
audit_command(const struct hg_telnet_command *c, struct hg_audit *a)
{
	const bool rises = hg_telnet_rise_of(c->text).how != NULL;

	a->class_ = rises || c->danger & RULES ? HG_AUDIT_ADMIN : HG_AUDIT_COMMAND;
	a->action = HG_BYTES("command");
	a->object = c->text;
	a->user = c->user;
	a->reason = HG_BYTES("no_status");
	a->incomplete = !c->over;
}

static void
audit_session(const struct hg_telnet_session *s, struct hg_audit *a)
{
	const bool told = s->logins[HG_LOGIN_SUCCESS] + s->logins[HG_LOGIN_FAILURE] > 0;

	a->class_ = HG_AUDIT_SESSION;
	a->action = HG_BYTES("session");
	a->user = s->user;
	a->result = hg_audit_result_of(told, s->logins[HG_LOGIN_SUCCESS] > 0);
	a->opaque = s->encrypted;
}

bool
hg_telnet_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a)
{
	(void)i;
	switch (hg_telnet_kind_of(tx)) {
	case HG_TELNET_SESSION:
		audit_session((const struct hg_telnet_session *)tx, a);
		return true;
	case HG_TELNET_COMMAND:
		audit_command((const struct hg_telnet_command *)tx, a);
		return true;
	case HG_TELNET_TURN:
		break;
	}
	return false;
}

bool
hg_telnet_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	if (i > 0 || hg_telnet_kind_of(tx) == HG_TELNET_TURN)
		return false;
	hg_telnet_log(tx, false, HG_TO_SERVER, j);
	return true;
}
