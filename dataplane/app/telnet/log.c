/* EVE `telnet`: one record a connection, at its end. */
#include "app/telnet/telnet_int.h"

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
put_session(const struct hg_telnet_session *s, bool short_form, struct hg_json *j)
{
	put_terminal(s, j);
	put_environ(s, j);
	if (s->encrypted)
		hg_json_bool(j, "encrypted", true);
	if (short_form)
		return;
	put_options(s, j);
	hg_json_u64(j, "client_lines", s->lines[HG_TO_SERVER]);
	hg_json_u64(j, "server_lines", s->lines[HG_TO_CLIENT]);
	hg_json_u64(j, "client_bytes", s->bytes[HG_TO_SERVER]);
	hg_json_u64(j, "server_bytes", s->bytes[HG_TO_CLIENT]);
}

static void
put_turn(const struct hg_telnet_turn *t, struct hg_json *j)
{
	static const char *const members[HG_TELNET_BUFFERS] = { "data", "option", "environ" };

	for (unsigned kind = 0; kind < HG_TELNET_BUFFERS; kind++) {
		struct hg_json_mark mark = hg_json_mark(j);
		unsigned n = 0;

		hg_json_array_at(j, members[kind]);
		for (unsigned i = 0; i < t->n; i++) {
			if (t->kind[i] != kind)
				continue;
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
	if (hg_telnet_is_session(tx))
		put_session((const struct hg_telnet_session *)tx, in_alert, j);
	else
		put_turn((const struct hg_telnet_turn *)tx, j);
	hg_json_close(j);
}

bool
hg_telnet_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	if (i > 0 || !hg_telnet_is_session(tx))
		return false;
	hg_telnet_log(tx, false, HG_TO_SERVER, j);
	return true;
}
