/* Logins: USER with PASS, APOP (RFC 1939 7), AUTH (RFC 5034). */
#include "app/pop3/pop3_int.h"

void
hg_pop3_login_said(struct hg_pop3 *s, enum hg_pop3_verb verb, struct hg_span arg)
{
	const size_t blank = hg_span_find(arg, 0, ' ');

	if (verb == HG_POP3_USER) {
		hg_buf_clear(&s->user);
		s->has_user = hg_buf_append(&s->user, hg_span_sub(arg, 0, HG_LOGIN_MEMBER));
	} else if (verb == HG_POP3_AUTH && arg.len > 0) {
		s->auth_open = true;
		s->auth_asked = false;
		hg_sasl_begin(&s->sasl, hg_span_sub(arg, 0, blank),
			blank == SIZE_MAX ? HG_SPAN_NONE : hg_span_trim(hg_span_from(arg, blank)));
	}
}

void
hg_pop3_login_line(struct hg_pop3 *s, struct hg_span line)
{
	s->auth_asked = false;
	if (!hg_span_eq(line, HG_BYTES("*")))
		hg_sasl_line(&s->sasl, line);
}

/* RFC 2449 8: a code in brackets says more than success or failure. */
static struct hg_span
code_of(const struct hg_pop3_tx *tx)
{
	const size_t end = hg_span_find(tx->text, 0, ']');

	if (tx->text.len == 0 || tx->text.p[0] != '[' || end == SIZE_MAX)
		return tx->status;
	return hg_span_sub(tx->text, 1, end - 1);
}

static void
read_apop(struct hg_span arg, struct hg_login_seen *seen)
{
	const size_t blank = hg_span_find(arg, 0, ' ');

	seen->mechanism = "apop";
	seen->user = hg_span_sub(arg, 0, blank);
}

static void
enter(struct hg_pop3 *s, struct hg_span user)
{
	s->entered = true;
	hg_buf_clear(&s->user);
	s->has_user = hg_buf_append(&s->user, hg_span_sub(user, 0, HG_LOGIN_MEMBER));
}

void
hg_pop3_login_over(struct hg_pop3 *s, const struct hg_pop3_wait *w, enum hg_login_result result)
{
	const struct hg_pop3_tx *tx = hg_pop3_tx_of(s, w);
	struct hg_login_seen seen = { .mechanism = "password", .result = (uint8_t)result };
	struct hg_sasl_scratch scratch;

	if (w->verb == HG_POP3_AUTH) {
		s->auth_open = s->auth_asked = false;
		hg_sasl_read(&s->sasl, &scratch, &seen);
		/* Refused at once, or broken off: nobody has said who he is. */
		if (s->sasl.lines == 0 && result != HG_LOGIN_SUCCESS)
			return;
	} else if (tx != NULL && w->verb == HG_POP3_APOP) {
		read_apop(tx->arg, &seen);
	} else if (tx != NULL) {
		seen.user = tx->user;
		seen.secret = tx->arg;
	}
	if (tx != NULL && tx->replied)
		seen.code = code_of(tx);
	s->sum.logins[result]++;
	hg_app_login(s->app, &seen);
	if (result == HG_LOGIN_SUCCESS)
		enter(s, seen.user);
}
