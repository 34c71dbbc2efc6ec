/* Logins (RFC 4954): what AUTH sent, and whether the server took it. */
#include "app/smtp/smtp_int.h"

enum { ACCEPTED = 235, CONTINUE = 334, UNSUPPORTED = 504 };

/* Mechanisms whose lines are the same for the same user and secret. */
static bool
is_visible(struct hg_span mechanism)
{
	static const char *const names[] = { "plain", "login", "xoauth2", "oauthbearer", "external" };

	for (size_t i = 0; i < HG_COUNT(names); i++)
		if (hg_span_eq_nocase(mechanism, hg_span_str(names[i])))
			return true;
	return false;
}

static void
note(struct hg_smtp_login *l, struct hg_span text)
{
	unsigned i = l->lines;

	if (l->lines < UINT8_MAX)
		l->lines++;
	if (i >= HG_COUNT(l->text) || !l->visible)
		return;
	l->len[i] = (uint16_t)HG_MIN(text.len, (size_t)HG_SMTP_CREDENTIALS);
	memcpy(l->text[i], text.p, l->len[i]);
}

void
hg_smtp_auth(struct hg_smtp *s, struct hg_span arguments)
{
	struct hg_span mechanism = hg_span_trim(arguments), first;
	size_t blank = hg_span_find(mechanism, 0, ' ');

	first = blank == SIZE_MAX ? HG_SPAN_NONE : hg_span_trim(hg_span_from(mechanism, blank));
	mechanism = hg_span_sub(mechanism, 0, blank);
	s->login = (struct hg_smtp_login){ .open = true, .visible = is_visible(mechanism) };
	if (first.len > 0)
		note(&s->login, first);
}

void
hg_smtp_auth_line(struct hg_smtp *s, struct hg_span line)
{
	s->login.asked = false;
	if (hg_span_eq(line, HG_BYTES("*")))
		s->login.open = false;
	else if (line.len > 0)
		note(&s->login, line);
}

/* Errors of syntax say nothing about who tried. */
void
hg_smtp_auth_reply(struct hg_smtp *s, unsigned code)
{
	struct hg_smtp_login *l = &s->login;
	bool ok = code == ACCEPTED;

	if (!l->open)
		return;
	l->asked = code == CONTINUE;
	if (l->asked)
		return;
	l->open = false;
	if (l->lines == 0 || (!ok && code <= UNSUPPORTED))
		return;
	if (!l->visible)
		hg_app_login(s->app, HG_SPAN_NONE, HG_SPAN_NONE, ok);
	else if (l->lines == 1)
		hg_app_login(s->app, HG_SPAN_NONE, hg_span(l->text[0], l->len[0]), ok);
	else
		hg_app_login(s->app, hg_span(l->text[0], l->len[0]), hg_span(l->text[1], l->len[1]), ok);
}
