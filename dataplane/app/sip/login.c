/* Who asks, by Digest (RFC 3261 22, RFC 8760) or, of old, by Basic, and whether the answer let him. */
#include "app/sip/sip_int.h"

enum { UNAUTHORIZED = 401, FORBIDDEN = 403, PROXY_UNAUTHORIZED = 407 };

#define DECODED 1024u

struct hg_span
hg_sip_credentials(const struct hg_sip_message *m, bool *proxy)
{
	*proxy = m->field[HG_SIP_PROXY_AUTHORIZATION].p != NULL;
	return m->field[*proxy ? HG_SIP_PROXY_AUTHORIZATION : HG_SIP_AUTHORIZATION];
}

/* Spans into auth, or into `decoded`. */
static bool
read_credentials(struct hg_span auth, uint8_t decoded[DECODED], struct hg_login_seen *seen)
{
	struct hg_span rest = auth;
	const struct hg_span scheme = hg_sip_word(&rest);

	if (hg_span_eq_nocase(scheme, HG_BYTES("digest"))) {
		seen->mechanism = "digest";
		seen->user = hg_sip_parameter(rest, ',', HG_BYTES("username"));
		seen->domain = hg_sip_parameter(rest, ',', HG_BYTES("realm"));
		return seen->user.p != NULL;
	}
	if (hg_span_eq_nocase(scheme, HG_BYTES("basic"))) {
		const size_t n = hg_secret_base64(rest, decoded, DECODED);
		const struct hg_span pair = hg_span(decoded, n == SIZE_MAX ? 0 : n);
		const size_t colon = hg_span_find(pair, 0, ':');

		seen->mechanism = "basic";
		seen->user = hg_span_sub(pair, 0, colon);
		seen->secret = colon == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(pair, colon + 1);
		return colon != SIZE_MAX;
	}
	return false;
}

void
hg_sip_note_user(struct hg_sip_tx *tx, struct hg_span auth)
{
	struct hg_login_seen seen = { 0 };
	uint8_t decoded[DECODED];

	if (!read_credentials(auth, decoded, &seen))
		return;
	tx->challenged = true;
	tx->basic = seen.secret.p != NULL;
	tx->user = hg_span_keep(&tx->base.arena, seen.user);
	tx->realm = hg_span_keep(&tx->base.arena, seen.domain);
}

/* A nonce that was too old is no wrong password. */
static bool
is_stale(const struct hg_sip_message *answer, bool proxy)
{
	struct hg_span rest = answer->field[proxy ? HG_SIP_PROXY_AUTHENTICATE : HG_SIP_AUTHENTICATE];

	hg_sip_word(&rest);
	return hg_span_eq_nocase(hg_sip_parameter(rest, ',', HG_BYTES("stale")), HG_BYTES("true"));
}

/* Answers that are neither good nor about who asks say nothing of him. */
uint8_t
hg_sip_login(struct hg_app *app, struct hg_span auth, bool proxy, uint16_t status,
	const struct hg_sip_message *answer, struct hg_span agent)
{
	const bool refused = status == UNAUTHORIZED || status == FORBIDDEN || status == PROXY_UNAUTHORIZED;
	struct hg_login_seen seen = { .code = answer->code, .client = agent };
	uint8_t decoded[DECODED];

	if ((status >= 300 && !refused) || (status != FORBIDDEN && refused && is_stale(answer, proxy)) ||
		!read_credentials(auth, decoded, &seen))
		return 0;
	seen.result = refused ? HG_LOGIN_FAILURE : HG_LOGIN_SUCCESS;
	hg_app_login(app, &seen);
	return (uint8_t)(1 + seen.result);
}
