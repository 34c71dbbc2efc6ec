/* What the decoder behind an upgrade must know. */
#include "app/http/http_int.h"

static bool
hand(struct hg_app *app, struct hg_span text)
{
	const uint32_t n = (uint32_t)text.len;
	const uint8_t len[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return hg_app_hand(app, hg_span(len, sizeof(len))) && hg_app_hand(app, text);
}

/* h2c: the request that it answers. Method, target, then names and values, four bytes of length in front of each text. */
static void
hand_request(struct hg_http_tx *tx)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	struct hg_app *app = tx->base.app;
	bool more = hand(app, tx->method) && hand(app, tx->uri_raw);

	for (unsigned i = 0; more && i < m->n_headers; i++)
		more = hand(app, m->headers[i].name) && hand(app, hg_http_value(tx, &m->headers[i]));
}

/* WebSocket: the extensions that the server has agreed to. */
static void
hand_extensions(struct hg_http_tx *tx)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];

	for (unsigned i = 0; i < m->n_headers; i++)
		if (hg_span_eq_nocase(m->headers[i].name, HG_BYTES("sec-websocket-extensions")))
			hg_app_hand(tx->base.app, hg_http_value(tx, &m->headers[i]));
}

bool
hg_http_hand_over(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_span upgrade;

	if (!hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_UPGRADE, &upgrade))
		return false;
	if (hg_span_eq(upgrade, HG_BYTES("h2c"))) {
		hand_request(tx);
		return true;
	}
	if (!hg_span_eq_nocase(upgrade, HG_BYTES("websocket")) ||
		hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_WEBSOCKET))
		return false;
	hand_extensions(tx);
	hg_app_expect(h->app, HG_PROTO_WEBSOCKET);
	return true;
}
