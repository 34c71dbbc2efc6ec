/* Transactions: streams by number, and frames that belong to none. */
#include "app/http2/http2_int.h"

static struct hg_http2_tx **
chain_of(struct hg_http2 *h, uint32_t stream)
{
	return &h->chains[stream >> 1 & (HG_HTTP2_CHAINS - 1)];
}

struct hg_http2_tx *
hg_http2_find(struct hg_http2 *h, uint32_t stream)
{
	struct hg_http2_tx *tx = *chain_of(h, stream);

	while (tx != NULL && tx->stream != stream)
		tx = tx->next_stream;
	return tx;
}

static void
unchain(struct hg_http2 *h, struct hg_http2_tx *tx)
{
	struct hg_http2_tx **link = chain_of(h, tx->stream);

	while (*link != NULL && *link != tx)
		link = &(*link)->next_stream;
	if (*link != NULL)
		*link = tx->next_stream;
	tx->chained = false;
	h->open--;
}

/* As in HTTP/1, rules of both directions see it. */
void
hg_http2_odd(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_anomaly row)
{
	struct hg_tx *base = &tx->base;

	hg_tx_anomaly(base, dir, (uint8_t)row);
	base->anomaly_bits[!dir][row >> 6] |= UINT64_C(1) << (row & 63);
	hg_tx_touch_other(base, dir);
}

static void
no_room(struct hg_http2 *h, enum hg_dir dir)
{
	struct hg_tx *last = hg_tx_last(h->app);

	if (last != NULL)
		hg_http2_odd((struct hg_http2_tx *)last, dir, HG_HTTP2_MANY_STREAMS);
}

struct hg_http2_tx *
hg_http2_open(struct hg_http2 *h, enum hg_dir dir, uint32_t stream)
{
	const struct hg_decoder_ctx *ctx = h->app->ctx;
	struct hg_http2_tx *tx = hg_http2_find(h, stream), **chain = chain_of(h, stream);

	if (tx != NULL)
		return tx;
	if (h->open < ctx->max_streams)
		tx = (struct hg_http2_tx *)hg_tx_new(h->app);
	if (tx == NULL) {
		no_room(h, dir);
		return NULL;
	}
	tx->stream = stream;
	tx->chained = true;
	tx->next_stream = *chain;
	*chain = tx;
	h->open++;
	return tx;
}

struct hg_http2_tx *
hg_http2_alone(struct hg_http2 *h, enum hg_dir dir)
{
	struct hg_http2_tx *tx = (struct hg_http2_tx *)hg_tx_new(h->app);

	if (tx == NULL) {
		no_room(h, dir);
		return NULL;
	}
	tx->stream = h->side[dir].frame.stream;
	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP2_CONTROL))
		tx->base.sides = (uint8_t)(1u << dir);
	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_tx_progress(&tx->base, d, HG_HTTP2_AT_END);
	return tx;
}

void
hg_http2_close(struct hg_http2_tx *tx)
{
	struct hg_http2 *h = tx->base.app->state;

	for (unsigned d = 0; d < HG_DIRS; d++) {
		hg_http2_data_end(tx, d, false);
		hg_tx_progress(&tx->base, d, HG_HTTP2_AT_END);
	}
	if (tx->chained && !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP2_LATE))
		unchain(h, tx);
}

void
hg_http2_end(struct hg_http2_tx *tx, enum hg_dir dir, bool whole)
{
	hg_http2_data_end(tx, dir, whole);
	hg_tx_progress(&tx->base, dir, HG_HTTP2_AT_BODY);
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_RAW))
		hg_app_trigger_raw(tx->base.app, dir);
	if (tx->msg[!dir].ended)
		hg_http2_close(tx);
}

void
hg_http2_tx_close(struct hg_app *app, struct hg_tx *base)
{
	struct hg_http2_tx *tx = (struct hg_http2_tx *)base;

	for (unsigned d = 0; d < HG_DIRS; d++) {
		hg_http2_coding_close(&tx->msg[d]);
		hg_http2_leave_join(app, &tx->msg[d], NULL);
	}
	if (tx->chained && app->state != NULL && app->decoder == base->decoder)
		unchain(app->state, tx);
}

void
hg_http2_event(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_anomaly row)
{
	if (tx == NULL)
		tx = hg_http2_alone(h, dir);
	if (tx != NULL)
		hg_http2_odd(tx, dir, row);
}
