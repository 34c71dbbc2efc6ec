/* Logins: LOGIN, and AUTHENTICATE with what the client says behind it. */
#include "app/imap/imap_int.h"

/* RFC 5530: a code in brackets says more than NO. */
static struct hg_span
code_of(const struct hg_imap_tx *tx)
{
	static const struct hg_span status[] = { HG_SPAN_NONE, HG_BYTES("OK"), HG_BYTES("NO"),
		HG_BYTES("BAD") };
	size_t end = 1;

	if (tx->status != HG_IMAP_NO || tx->text.len == 0 || tx->text.p[0] != '[')
		return status[tx->status];
	while (end < tx->text.len && tx->text.p[end] != ']' && tx->text.p[end] != ' ')
		end++;
	return hg_span_sub(tx->text, 1, end - 1);
}

void
hg_imap_login_over(struct hg_imap *s, const struct hg_imap_wait *w, enum hg_login_result result)
{
	const struct hg_imap_tx *tx = hg_imap_tx_of(s, w->tx);
	struct hg_login_seen seen = { .mechanism = "password", .result = (uint8_t)result };
	struct hg_sasl_scratch scratch;
	struct hg_span rest;

	if (w->verb == HG_IMAP_AUTHENTICATE) {
		s->auth_open = s->auth_asked = false;
		hg_sasl_read(&s->sasl, &scratch, &seen);
		/* Refused at once, or broken off: nobody has said who he is. */
		if (s->sasl.lines == 0 && result != HG_LOGIN_SUCCESS)
			return;
	} else if (tx != NULL) {
		rest = tx->args;
		if (!hg_imap_token(&rest, scratch.bytes[0], HG_SASL_LINE, &seen.user) ||
			!hg_imap_token(&rest, scratch.bytes[1], HG_SASL_LINE, &seen.secret))
			seen.secret = HG_SPAN_NONE;
	}
	if (tx != NULL)
		seen.code = code_of(tx);
	seen.client = hg_buf_len(&s->id) == 0 ? HG_SPAN_NONE : hg_buf_span(&s->id);
	s->sum.logins[result]++;
	hg_app_login(s->app, &seen);
	if (result != HG_LOGIN_SUCCESS)
		return;
	s->entered = true;
	hg_buf_clear(&s->user);
	hg_buf_append(&s->user, hg_span_sub(seen.user, 0, HG_LOGIN_MEMBER));
}
