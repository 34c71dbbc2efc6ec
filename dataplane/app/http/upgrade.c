/* What the decoder behind an upgrade must know: the request that it answers. Method, target, then names and values, four bytes of
 * length in front of each text. */
#include "app/http/http_int.h"

static bool
hand(struct hg_app *app, struct hg_span text)
{
	const uint32_t n = (uint32_t)text.len;
	const uint8_t len[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return hg_app_hand(app, hg_span(len, sizeof(len))) && hg_app_hand(app, text);
}

void
hg_http_hand_over(struct hg_http_tx *tx)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	struct hg_app *app = tx->base.app;
	bool more = hand(app, tx->method) && hand(app, tx->uri_raw);

	for (unsigned i = 0; more && i < m->n_headers; i++)
		more = hand(app, m->headers[i].name) && hand(app, hg_http_value(tx, &m->headers[i]));
}
