/* Transactions: one list a flow, oldest first, capped; what is done leaves in any order. */
#include "app/app_int.h"

#define SIDE(dir) (1u << (dir))

struct hg_tx *
hg_tx_new(struct hg_app *app)
{
	struct hg_apps *a = app->apps;
	struct hg_tx *tx = NULL;

	if (app->n_txs >= a->config.max_tx) {
		a->stats.tx_cap++;
		return NULL;
	}
	tx = hg_mem_take0(app->mem, app->decoder->tx_size);
	if (tx == NULL) {
		a->stats.memory_refused++;
		return NULL;
	}
	tx->app = app;
	tx->decoder = app->decoder;
	tx->ctx = app->ctx;
	tx->id = app->tx_next++;
	tx->sides = HG_SIDE_BOTH;
	hg_arena_init(&tx->arena, app->mem, a->config.tx_memory);
	if (app->txs_last == NULL)
		app->txs = tx;
	else
		app->txs_last->next = tx;
	app->txs_last = tx;
	app->n_txs++;
	a->stats.proto[app->flow->key.proto == HG_IP_UDP][app->decoder->proto].txs++;
	return tx;
}

struct hg_tx *
hg_tx_find(struct hg_app *app, uint64_t id)
{
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next)
		if (tx->id == id)
			return tx;
	return NULL;
}

struct hg_tx *
hg_tx_last(struct hg_app *app)
{
	return app->txs_last != NULL && app->txs_last->decoder == app->decoder ? app->txs_last : NULL;
}

void
hg_tx_touch(struct hg_tx *tx, enum hg_dir dir)
{
	tx->updated[dir] = true;
}

void
hg_tx_progress(struct hg_tx *tx, enum hg_dir dir, uint8_t progress)
{
	if (progress > tx->progress[dir])
		tx->progress[dir] = progress;
	tx->updated[dir] = true;
}

bool
hg_tx_has_anomaly(const struct hg_tx *tx, enum hg_dir dir, uint8_t row)
{
	return (tx->anomaly_bits[dir][row >> 6 & 1] >> (row & 63) & 1) != 0;
}

bool
hg_tx_anomaly(struct hg_tx *tx, enum hg_dir dir, uint8_t row)
{
	tx->app->apps->stats.anomalies[tx->decoder->proto][row & 127]++;
	if (hg_tx_has_anomaly(tx, dir, row))
		return false;
	tx->anomaly_bits[dir][row >> 6 & 1] |= UINT64_C(1) << (row & 63);
	tx->updated[dir] = true;
	if (tx->n_anomalies < HG_TX_ANOMALIES)
		tx->anomalies[tx->n_anomalies++] = (struct hg_tx_anomaly){ row, (uint8_t)dir };
	return false;
}

bool
hg_tx_complete(const struct hg_tx *tx, enum hg_dir dir)
{
	const struct hg_app *app = tx->app;

	return (tx->sides & SIDE(dir)) == 0 || tx->progress[dir] >= tx->decoder->complete[dir] ||
		app->failed || (app->ended & SIDE(dir)) != 0;
}

void
hg_tx_abandon(struct hg_app *app)
{
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next)
		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			if ((tx->sides & SIDE(dir)) != 0)
				hg_tx_progress(tx, dir, tx->decoder->complete[dir]);
}

static void
free_one(struct hg_app *app, struct hg_tx *tx)
{
	if (tx->decoder->tx_close != NULL)
		tx->decoder->tx_close(app, tx);
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		hg_file_free(app->files, f);
	hg_arena_reset(&tx->arena);
	hg_mem_give(app->mem, tx, tx->decoder->tx_size);
}

static bool
is_done(const struct hg_tx *tx, bool detection)
{
	if (!tx->logged || !hg_tx_complete(tx, HG_TO_SERVER) || !hg_tx_complete(tx, HG_TO_CLIENT))
		return false;
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (!f->logged && f->state != HG_FILE_OPEN)
			return false;
	return !detection || (tx->inspected & tx->sides) == tx->sides;
}

void
hg_app_prune(struct hg_app *app, bool detection)
{
	struct hg_tx **link = &app->txs, *last = NULL;

	while (*link != NULL) {
		struct hg_tx *tx = *link;

		if (is_done(tx, detection)) {
			*link = tx->next;
			app->n_txs--;
			free_one(app, tx);
		} else {
			last = tx;
			link = &tx->next;
		}
	}
	app->txs_last = last;
}

void
hg_tx_free_all(struct hg_app *app)
{
	while (app->txs != NULL) {
		struct hg_tx *tx = app->txs;

		app->txs = tx->next;
		free_one(app, tx);
	}
	app->txs_last = NULL;
	app->n_txs = 0;
}

bool
hg_app_pending(const struct hg_flow *f, enum hg_dir dir)
{
	if (f->app == NULL)
		return false;
	for (const struct hg_tx *tx = f->app->txs; tx != NULL; tx = tx->next)
		if ((tx->sides & SIDE(dir)) != 0 && (tx->inspected & SIDE(dir)) == 0)
			return true;
	return false;
}
