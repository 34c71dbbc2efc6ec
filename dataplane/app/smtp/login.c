/* Logins (RFC 4954): what AUTH sent, and whether the server took it. */
#include <stdio.h>

#include "app/smtp/smtp_int.h"

enum { ACCEPTED = 235, CONTINUE = 334, UNSUPPORTED = 504 };

/* What a mechanism says in clear: of VISIBLE ones the lines are the same for the same user and secret. */
enum { VISIBLE = 1, PLAIN = 2, TWO_LINES = 4, DIGEST_LAST = 8 };
static const struct mechanism {
	const char *name, *mark; /* mark: the user stands behind it … */
	uint8_t end;             /* … up to this byte */
	uint8_t flags;
} mechanisms[] = {
	{ "plain", NULL, 0, VISIBLE | PLAIN },
	{ "login", NULL, 0, VISIBLE | TWO_LINES },
	{ "xoauth2", "user=", 1, VISIBLE },
	{ "oauthbearer", "a=", ',', VISIBLE },
	{ "external", "", 0, VISIBLE },
	{ "cram-md5", NULL, 0, DIGEST_LAST },
	{ "digest-md5", "username=\"", '"', 0 },
	{ "ntlm", NULL, 0, 0 },
	{ "gssapi", NULL, 0, 0 },
	{ "scram-sha-1", ",n=", ',', 0 },
	{ "scram-sha-256", ",n=", ',', 0 },
};

static const struct mechanism *
mechanism_of(const struct hg_smtp_login *l)
{
	return l->mechanism == 0 ? NULL : &mechanisms[l->mechanism - 1];
}

static void
name_mechanism(struct hg_smtp_login *l, struct hg_span name)
{
	for (unsigned i = 0; i < HG_COUNT(mechanisms); i++)
		if (hg_span_eq_nocase(name, hg_span_str(mechanisms[i].name)))
			l->mechanism = (uint8_t)(i + 1);
}

static void
note(struct hg_smtp_login *l, struct hg_span text)
{
	unsigned i = l->lines;

	if (l->lines < UINT8_MAX)
		l->lines++;
	if (i >= HG_COUNT(l->text) || l->mechanism == 0)
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

/* RFC 2195: the user, a blank, and the digest. */
static struct hg_span
in_front_of_digest(struct hg_span text)
{
	size_t n = text.len;

	while (n > 0 && text.p[n - 1] != ' ')
		n--;
	return n == 0 ? HG_SPAN_NONE : hg_span_sub(text, 0, n - 1);
}

static struct hg_span
behind_mark(const struct mechanism *m, struct hg_span text)
{
	const struct hg_span mark = hg_span_str(m->mark);
	const size_t at = mark.len == 0 ? 0 : hg_mime_search(text, mark);

	if (at == SIZE_MAX || text.len == 0)
		return HG_SPAN_NONE;
	text = hg_span_from(text, at + mark.len);
	return m->end == 0 ? text : hg_span_sub(text, 0, hg_span_find(text, 0, m->end));
}

/* false: the secret was not seen. */
static bool
read_lines(const struct hg_smtp_login *l, const struct mechanism *m, struct hg_span first,
	struct hg_span second, struct hg_login_seen *seen)
{
	if ((m->flags & PLAIN) != 0)
		return read_plain(first, seen);
	if ((m->flags & TWO_LINES) != 0) {
		seen->user = l->lines >= 2 ? first : HG_SPAN_NONE;
		seen->secret = l->lines >= 2 ? second : HG_SPAN_NONE;
		return seen->user.p != NULL && seen->secret.p != NULL;
	}
	seen->user = (m->flags & DIGEST_LAST) != 0 ? in_front_of_digest(first)
		: m->mark != NULL                  ? behind_mark(m, first)
						   : HG_SPAN_NONE;
	return false;
}

/* Mails that follow are of the user that was let in. */
static void
keep(struct hg_smtp *s, const struct hg_login_seen *seen, unsigned code)
{
	struct hg_smtp_auth auth = {
		.seen = true, .mechanism = seen->mechanism, .code = (uint16_t)code, .result = seen->result
	};

	if (seen->result == HG_LOGIN_SUCCESS) {
		s->auth = auth;
		hg_buf_clear(&s->who);
		hg_buf_append(&s->who, seen->user);
	}
	if (s->tx == NULL || s->tx->done)
		return;
	auth.user = hg_span_keep(&s->tx->base.arena, seen->user);
	s->tx->auth = auth;
}

void
hg_smtp_auth_of(struct hg_smtp *s, struct hg_smtp_tx *tx)
{
	tx->auth = s->auth;
	if (s->auth.seen)
		tx->auth.user = hg_span_keep(&tx->base.arena, hg_buf_span(&s->who));
}

static void
tell(struct hg_smtp *s, unsigned code, bool ok)
{
	const struct hg_smtp_login *l = &s->login;
	const struct mechanism *m = mechanism_of(l);
	struct hg_login_seen seen = { .mechanism = m == NULL ? NULL : m->name,
		.result = ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE };
	uint8_t text[2][HG_SMTP_CREDENTIALS];
	char number[8];

	seen.code = hg_span(number, (size_t)snprintf(number, sizeof(number), "%u", code % 10000));
	if (m != NULL && !read_lines(l, m, decode(l, 0, text[0]), decode(l, 1, text[1]), &seen)) {
		seen.secret = HG_SPAN_NONE;
		if ((m->flags & VISIBLE) != 0)
			seen.credentials = hg_span(l->text[l->lines >= 2], l->len[l->lines >= 2]);
	}
	hg_app_login(s->app, &seen);
	keep(s, &seen, code);
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
