/* Credentials of a request (RFC 9110 11.6): what a field Authorization says of who asks. */
#include "app/http/http_int.h"
#include "app/ntlm.h"

#define TOKEN_MAX 2048

/* RFC 7617: `user:password`. */
static void
read_basic(struct hg_http_tx *tx, struct hg_span token, struct hg_http_credentials *c)
{
	uint8_t text[1024];
	const size_t n = hg_secret_base64(token, text, sizeof(text));
	const struct hg_span both = hg_span(text, n == SIZE_MAX ? 0 : n);
	const size_t colon = hg_span_find(both, 0, ':');
	struct hg_span kept;

	if (colon == SIZE_MAX)
		return;
	kept = hg_span_keep(&tx->base.arena, both);
	c->user = hg_span_sub(kept, 0, colon);
	c->secret = hg_span_from(kept, colon + 1);
}

static struct hg_span
keep_name(struct hg_http_tx *tx, const struct hg_ntlm *n, enum hg_ntlm_part part)
{
	uint8_t text[TOKEN_MAX];

	return hg_span_keep(&tx->base.arena, hg_ntlm_name(n, part, text, sizeof(text)));
}

static void
read_ntlm(struct hg_http_tx *tx, struct hg_span token, struct hg_http_credentials *c)
{
	uint8_t text[TOKEN_MAX];
	const size_t n = hg_secret_base64(token, text, sizeof(text));
	struct hg_ntlm ntlm;

	if (!hg_ntlm_read(&ntlm, hg_span(text, n == SIZE_MAX ? 0 : n)))
		return;
	c->domain = keep_name(tx, &ntlm, HG_NTLM_DOMAIN);
	c->user = keep_name(tx, &ntlm, HG_NTLM_USER);
}

/* The payload of a token (RFC 7519), whose signature nobody here can check. */
static void
read_bearer(struct hg_http_tx *tx, struct hg_span token, struct hg_http_credentials *c)
{
	const size_t first = hg_span_find(token, 0, '.');
	const size_t second = first == SIZE_MAX ? SIZE_MAX : hg_span_find(token, first + 1, '.');
	uint8_t plain[TOKEN_MAX], text[TOKEN_MAX];
	struct hg_span part;
	size_t n;

	if (second == SIZE_MAX || second - first > sizeof(plain))
		return;
	part = hg_span_sub(token, first + 1, second - first - 1);
	for (size_t i = 0; i < part.len; i++)
		plain[i] = part.p[i] == '-' ? '+' : part.p[i] == '_' ? '/' : part.p[i];
	n = hg_secret_base64(hg_span(plain, part.len), text, sizeof(text));
	if (n != SIZE_MAX)
		c->user = hg_http_json_string(tx, hg_span(text, n), HG_BYTES("sub"));
}

bool
hg_http_credentials(struct hg_http_tx *tx, enum hg_http_known field, struct hg_http_credentials *c)
{
	struct hg_span value, scheme;

	*c = (struct hg_http_credentials){ 0 };
	if (!hg_http_get(tx, HG_TO_SERVER, field, &value))
		return false;
	scheme = hg_http_take_word(&value);
	value = hg_span_trim(value);
	c->value = value;
	if (hg_span_eq_nocase(scheme, HG_BYTES("basic"))) {
		c->scheme = "basic";
		read_basic(tx, value, c);
	} else if (hg_span_eq_nocase(scheme, HG_BYTES("digest"))) {
		c->scheme = "digest";
		c->user = hg_http_auth_parameter(value, HG_BYTES("username"));
		c->domain = hg_http_auth_parameter(value, HG_BYTES("realm"));
	} else if (hg_span_eq_nocase(scheme, HG_BYTES("ntlm")) ||
		hg_span_eq_nocase(scheme, HG_BYTES("negotiate"))) {
		/* Base64 of an NTLM message: signature and type, of which 3 answers the challenge. */
		c->answers = hg_span_starts(value, HG_BYTES("TlRMTVNTUAAD"));
		c->scheme = hg_span_starts(value, HG_BYTES("TlRMTVNTUAA")) ? "ntlm" : "negotiate";
		read_ntlm(tx, c->answers ? value : HG_SPAN_NONE, c);
	} else if (hg_span_eq_nocase(scheme, HG_BYTES("bearer"))) {
		c->scheme = "bearer";
		read_bearer(tx, value, c);
	}
	return c->scheme != NULL;
}
