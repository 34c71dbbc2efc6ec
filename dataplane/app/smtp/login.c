/* Logins (RFC 4954): what AUTH sent, and whether the server took it. */
#include <stdio.h>

#include "app/smtp/smtp_int.h"

enum { ACCEPTED = 235, CONTINUE = 334, UNSUPPORTED = 504 };

/* The lines of the first are the same for the same user and secret. */
#define VISIBLE 5
static const char *const mechanisms[] = { "plain", "login", "xoauth2", "oauthbearer", "external", "cram-md5",
	"digest-md5", "ntlm", "gssapi", "scram-sha-1", "scram-sha-256" };

static void
name_mechanism(struct hg_smtp_login *l, struct hg_span name)
{
	for (unsigned i = 0; i < HG_COUNT(mechanisms); i++) {
		if (!hg_span_eq_nocase(name, hg_span_str(mechanisms[i])))
			continue;
		l->mechanism = mechanisms[i];
		l->visible = i < VISIBLE;
	}
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
	s->login = (struct hg_smtp_login){ .open = true };
	name_mechanism(&s->login, mechanism);
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

static struct hg_span
decode(const struct hg_smtp_login *l, unsigned line, uint8_t to[HG_SMTP_CREDENTIALS])
{
	const size_t n = hg_secret_base64(hg_span(l->text[line], l->len[line]), to, HG_SMTP_CREDENTIALS);

	return n == SIZE_MAX ? HG_SPAN_NONE : hg_span(to, n);
}

/* RFC 4616: who to be, who it is, and the password, with a NUL between them. */
static bool
read_plain(struct hg_span text, struct hg_login_seen *seen)
{
	const size_t first = hg_span_find(text, 0, '\0');
	const size_t second = first == SIZE_MAX ? SIZE_MAX : hg_span_find(text, first + 1, '\0');

	if (second == SIZE_MAX)
		return false;
	seen->user = hg_span_sub(text, first + 1, second - first - 1);
	seen->secret = hg_span_from(text, second + 1);
	return true;
}

static void
tell(struct hg_smtp *s, unsigned code, bool ok)
{
	const struct hg_smtp_login *l = &s->login;
	struct hg_login_seen seen = { .mechanism = l->mechanism,
		.result = ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE };
	uint8_t text[2][HG_SMTP_CREDENTIALS];
	char number[8];

	seen.code = hg_span(number, (size_t)snprintf(number, sizeof(number), "%u", code % 10000));
	if (l->visible && strcmp(l->mechanism, "login") == 0 && l->lines >= 2) {
		seen.user = decode(l, 0, text[0]);
		seen.secret = decode(l, 1, text[1]);
	}
	if (!l->visible || (strcmp(l->mechanism, "plain") == 0 && read_plain(decode(l, 0, text[0]), &seen)) ||
		(seen.user.p != NULL && seen.secret.p != NULL)) {
		hg_app_login(s->app, &seen);
		return;
	}
	seen.secret = HG_SPAN_NONE;
	seen.credentials = hg_span(l->text[l->lines >= 2], l->len[l->lines >= 2]);
	hg_app_login(s->app, &seen);
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
	tell(s, code, ok);
}
