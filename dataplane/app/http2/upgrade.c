/* An upgrade (h2c): HTTP/1 has handed its request over, which is that of stream 1 (RFC 7540 3.2). */
#include "app/http2/http2_int.h"

/* The next text of what was handed over: four bytes of length in front of each. */
static bool
take_text(struct hg_reader *r, struct hg_span *out)
{
	const uint32_t len = hg_read_u32be(r);
	const uint8_t *p = hg_reader_take(r, len);

	*out = hg_span(p, len);
	return p != NULL;
}

static int
digit_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-' || c == '+')
		return 62;
	return c == '_' || c == '/' ? 63 : -1;
}

/* base64url (RFC 4648 5), padding left away; false: it is none, or too long. */
static bool
decode(struct hg_span text, uint8_t *out, size_t room, size_t *len)
{
	uint32_t bits = 0;
	unsigned n = 0;

	*len = 0;
	while (text.len > 0 && text.p[text.len - 1] == '=')
		text.len--;
	for (size_t i = 0; i < text.len; i++) {
		const int digit = digit_of(text.p[i]);

		if (digit < 0 || *len == room)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		n += 6;
		if (n >= 8) {
			n -= 8;
			out[(*len)++] = (uint8_t)(bits >> n);
		}
	}
	return true;
}

static void
take_settings(struct hg_http2 *h, struct hg_http2_tx *request, struct hg_span text)
{
	uint8_t bytes[6 * HG_HTTP2_VALUES];
	struct hg_http2_tx *tx;
	size_t len;

	tx = hg_http2_alone(h, HG_TO_SERVER);
	if (tx == NULL)
		return;
	if (!decode(text, bytes, sizeof(bytes), &len) ||
		!hg_http2_settings(tx, HG_TO_SERVER, hg_span(bytes, len)))
		hg_http2_odd(request, HG_TO_SERVER, HG_HTTP2_INVALID_UPGRADE);
	else
		tx->msg[HG_TO_SERVER].frames |= 1u << HG_HTTP2_SETTINGS;
}

void
hg_http2_upgrade(struct hg_http2 *h)
{
	struct hg_reader r = hg_reader_of(hg_app_handed(h->app));
	struct hg_span method, target, name, value;
	struct hg_http2_tx *tx;

	if (!take_text(&r, &method) || !take_text(&r, &target))
		return;
	tx = hg_http2_open(h, HG_TO_SERVER, 1);
	if (tx == NULL)
		return;
	tx->upgraded = true;
	h->side[HG_TO_SERVER].newest = 1;
	hg_http2_add(tx, HG_TO_SERVER, HG_BYTES(":method"), method);
	hg_http2_add(tx, HG_TO_SERVER, HG_BYTES(":path"), target);
	while (take_text(&r, &name) && take_text(&r, &value)) {
		const bool host = hg_span_eq_nocase(name, HG_BYTES("host"));

		if (hg_span_eq_nocase(name, HG_BYTES("http2-settings")))
			take_settings(h, tx, value);
		else
			hg_http2_add(tx, HG_TO_SERVER, host ? HG_BYTES(":authority") : name, value);
	}
	hg_http2_headers_end(tx, HG_TO_SERVER, false);
	hg_http2_end(tx, HG_TO_SERVER, true);
}
