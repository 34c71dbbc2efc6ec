/* Logins: what a request's Authorization, or its form (form.c), tried, and whether the answer let it in (RFC 7235, 7616, 7617).
 *
 * Counted are schemes whose credentials a person types: Basic, Digest, and the last message of an NTLM handshake. The messages
 * before it, and a Digest whose nonce was too old, get a 401 without being wrong; tokens run out. */
#include <stdio.h>

#include "app/http/http_int.h"

#define UNAUTHORIZED 401
#define PROXY_UNAUTHORIZED 407
#define ERRORS 400

/* The value of `name="…"` or `name=…` among parameters; NULL span: not there. */
struct hg_span
hg_http_auth_parameter(struct hg_span list, struct hg_span name)
{
	while (list.len > 0) {
		const size_t comma = hg_span_find(list, 0, ',');
		struct hg_span one = hg_span_trim(hg_span_sub(list, 0, comma));

		if (hg_span_starts_nocase(one, name) && one.len > name.len && one.p[name.len] == '=') {
			one = hg_span_from(one, name.len + 1);
			return one.len >= 2 && one.p[0] == '"' ? hg_span_sub(one, 1, one.len - 2) : one;
		}
		list = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(list, comma + 1);
	}
	return HG_SPAN_NONE;
}

static bool
is_stale(struct hg_http_tx *tx)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];

	for (unsigned i = 0; i < m->n_headers; i++) {
		struct hg_span value = m->headers[i].value;

		if (!hg_span_eq_nocase(m->headers[i].name, HG_BYTES("www-authenticate")))
			continue;
		hg_http_take_word(&value);
		if (hg_span_eq_nocase(hg_http_auth_parameter(value, HG_BYTES("stale")), HG_BYTES("true")))
			return true;
	}
	return false;
}

static struct hg_span
user_agent(struct hg_http_tx *tx)
{
	struct hg_span value;

	return hg_http_get(tx, HG_TO_SERVER, HG_HTTP_USER_AGENT, &value) ? value : HG_SPAN_NONE;
}

/* What one field tried. Tokens (bearer, Kerberos) are no logins: they say who asks, and run out. */
static void
tell_field(struct hg_http *h, struct hg_http_tx *tx, enum hg_http_known field, uint16_t refused,
	struct hg_login_seen *seen)
{
	const bool ok = tx->code != refused;
	struct hg_http_credentials c;
	bool counts;

	if (!hg_http_credentials(tx, field, &c))
		return;
	tx->user = c.user;
	tx->auth_scheme = c.scheme;
	/* Other errors say nothing about who asked. */
	if (ok && tx->code >= ERRORS)
		return;
	counts = strcmp(c.scheme, "basic") == 0 || c.answers ||
		(strcmp(c.scheme, "digest") == 0 && (ok || !is_stale(tx)));
	seen->result = ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE;
	if (counts || strcmp(c.scheme, "bearer") == 0 || ok)
		tx->auth_result = 1 + seen->result;
	if (!counts)
		return;
	seen->mechanism = c.scheme;
	seen->user = c.user;
	seen->domain = c.domain;
	seen->secret = c.secret;
	if (c.secret.p == NULL && strcmp(c.scheme, "basic") == 0)
		seen->credentials = c.value;
	hg_app_login(h->app, seen);
}

void
hg_http_login(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_login_seen seen = { 0 };
	char code[8];

	if (tx->phantom || tx->code == 0)
		return;
	if (tx->form == NULL && tx->msg[HG_TO_SERVER].known[HG_HTTP_AUTHORIZATION] == 0 &&
		tx->msg[HG_TO_SERVER].known[HG_HTTP_PROXY_AUTHORIZATION] == 0)
		return;
	seen.code = hg_span(code, (size_t)snprintf(code, sizeof(code), "%u", (unsigned)tx->code % 10000));
	seen.client = user_agent(tx);
	tell_field(h, tx, HG_HTTP_PROXY_AUTHORIZATION, PROXY_UNAUTHORIZED, &seen);
	tell_field(h, tx, HG_HTTP_AUTHORIZATION, UNAUTHORIZED, &seen);
	seen.domain = seen.credentials = HG_SPAN_NONE;
	hg_http_form_login(h, tx, &seen);
}
