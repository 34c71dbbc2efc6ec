/* Logins: what a request's Authorization tried, and whether the answer let it in (RFC 7235, 7616, 7617).
 *
 * Counted are schemes whose credentials a person types: Basic, Digest, and the last message of an NTLM handshake. The messages
 * before it, and a Digest whose nonce was too old, get a 401 without being wrong; tokens run out. */
#include <stdio.h>

#include "app/http/http_int.h"

#define UNAUTHORIZED 401
#define ERRORS 400

/* The value of `name="…"` or `name=…` among parameters; NULL span: not there. */
static struct hg_span
parameter(struct hg_span list, struct hg_span name)
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
		if (hg_span_eq_nocase(parameter(value, HG_BYTES("stale")), HG_BYTES("true")))
			return true;
	}
	return false;
}

/* Base64 of an NTLM message: signature and type, of which 3 answers the challenge. */
static bool
is_ntlm_answer(struct hg_span token)
{
	return hg_span_starts(token, HG_BYTES("TlRMTVNTUAAD"));
}

/* RFC 7617: `user:password`. */
static void
tell_basic(struct hg_http *h, struct hg_span token, struct hg_login_seen *seen)
{
	uint8_t text[1024];
	const size_t n = hg_secret_base64(token, text, sizeof(text));
	const struct hg_span both = hg_span(text, n == SIZE_MAX ? 0 : n);
	const size_t colon = hg_span_find(both, 0, ':');

	seen->mechanism = "basic";
	if (colon == SIZE_MAX) {
		seen->credentials = token;
	} else {
		seen->user = hg_span_sub(both, 0, colon);
		seen->secret = hg_span_from(both, colon + 1);
	}
	hg_app_login(h->app, seen);
}

static void
tell_digest(struct hg_http *h, struct hg_span value, struct hg_login_seen *seen)
{
	seen->mechanism = "digest";
	seen->user = parameter(value, HG_BYTES("username"));
	seen->domain = parameter(value, HG_BYTES("realm"));
	hg_app_login(h->app, seen);
}

static struct hg_span
user_agent(struct hg_http_tx *tx)
{
	struct hg_span value;

	return hg_http_get(tx, HG_TO_SERVER, HG_HTTP_USER_AGENT, &value) ? value : HG_SPAN_NONE;
}

void
hg_http_login(struct hg_http *h, struct hg_http_tx *tx)
{
	const bool ok = tx->code != UNAUTHORIZED;
	struct hg_login_seen seen = { .result = ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE };
	struct hg_span value, scheme;
	char code[8];

	/* Other errors say nothing about who asked. */
	if (tx->phantom || tx->code == 0 || (ok && tx->code >= ERRORS) ||
		!hg_http_get(tx, HG_TO_SERVER, HG_HTTP_AUTHORIZATION, &value))
		return;
	scheme = hg_http_take_word(&value);
	value = hg_span_trim(value);
	seen.code = hg_span(code, (size_t)snprintf(code, sizeof(code), "%u", (unsigned)tx->code % 10000));
	seen.client = user_agent(tx);
	if (hg_span_eq_nocase(scheme, HG_BYTES("basic"))) {
		tell_basic(h, value, &seen);
	} else if (hg_span_eq_nocase(scheme, HG_BYTES("digest")) && (ok || !is_stale(tx))) {
		tell_digest(h, value, &seen);
	} else if ((hg_span_eq_nocase(scheme, HG_BYTES("ntlm")) ||
			   hg_span_eq_nocase(scheme, HG_BYTES("negotiate"))) &&
		is_ntlm_answer(value)) {
		seen.mechanism = "ntlm";
		hg_app_login(h->app, &seen);
	}
}
