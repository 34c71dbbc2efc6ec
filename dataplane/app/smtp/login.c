/* Logins (RFC 4954): what AUTH sent, and whether the server took it. */
#include <stdio.h>

#include "app/smtp/smtp_int.h"

enum { ACCEPTED = 235, CONTINUE = 334, UNSUPPORTED = 504 };

void
hg_smtp_auth(struct hg_smtp *s, struct hg_span arguments)
{
	struct hg_span mechanism = hg_span_trim(arguments), first;
	size_t blank = hg_span_find(mechanism, 0, ' ');

	first = blank == SIZE_MAX ? HG_SPAN_NONE : hg_span_trim(hg_span_from(mechanism, blank));
	mechanism = hg_span_sub(mechanism, 0, blank);
	s->login.open = true;
	s->login.asked = false;
	hg_sasl_begin(&s->login.sasl, mechanism, first);
}

void
hg_smtp_auth_line(struct hg_smtp *s, struct hg_span line)
{
	s->login.asked = false;
	if (hg_span_eq(line, HG_BYTES("*")))
		s->login.open = false;
	else
		hg_sasl_line(&s->login.sasl, line);
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
		hg_buf_append(&s->who, hg_span_sub(seen->user, 0, HG_LOGIN_MEMBER));
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
	struct hg_login_seen seen = { .result = ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE };
	struct hg_sasl_scratch scratch;
	char number[8];

	seen.code = hg_span(number, (size_t)snprintf(number, sizeof(number), "%u", code % 10000));
	hg_sasl_read(&s->login.sasl, &scratch, &seen);
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
	if (l->sasl.lines == 0 || (!ok && code <= UNSUPPORTED))
		return;
	tell(s, code, ok);
}
