/* Transactions: one list a flow, oldest first, capped; what is done leaves in any order. A second list holds those that
 * have changed, an index finds one by its id: no packet costs a walk over all that are open. */
#include "app/app_int.h"

#define SIDE(dir) (1u << (dir))
#define FEW 8 /* so many are found by walking */

/* On the list of those with something to do, which is in the order of ids. Most are the newest. */
static void
work_on(struct hg_tx *tx)
{
	struct hg_app *app = tx->app;
	struct hg_tx **link = &app->work;

	if (tx->working)
		return;
	tx->working = true;
	if (app->work_last != NULL && app->work_last->id < tx->id)
		link = &app->work_last->next_work;
	for (; *link != NULL && (*link)->id < tx->id; link = &(*link)->next_work)
		app->apps->stats.tx_steps++;
	tx->next_work = *link;
	*link = tx;
	if (tx->next_work == NULL)
		app->work_last = tx;
}

void
hg_tx_work_all(struct hg_app *app)
{
	struct hg_tx **link = &app->work;

	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next) {
		tx->working = true;
		*link = tx;
		link = &tx->next_work;
	}
	*link = NULL;
	app->work_last = app->txs_last;
}

/* Twice as many places as before; without memory for them chains grow. */
static void
grow_index(struct hg_app *app)
{
	uint32_t size = app->index_size == 0 ? 2 * FEW : 2 * app->index_size;
	struct hg_tx **index = hg_mem_take0(app->mem, size * sizeof(struct hg_tx *));

	if (index == NULL) {
		app->apps->stats.memory_refused++;
		return;
	}
	hg_mem_give(app->mem, app->index, app->index_size * sizeof(struct hg_tx *));
	app->index = index;
	app->index_size = size;
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next) {
		app->apps->stats.tx_steps++;
		tx->next_alike = index[tx->id & (size - 1)];
		index[tx->id & (size - 1)] = tx;
	}
}

static void
append(struct hg_app *app, struct hg_tx *tx)
{
	tx->prev = app->txs_last;
	if (app->txs_last == NULL)
		app->txs = tx;
	else
		app->txs_last->next = tx;
	app->txs_last = tx;
	app->n_txs++;
	if (app->n_txs > FEW && app->n_txs > app->index_size) {
		grow_index(app);
	} else if (app->index_size > 0) {
		tx->next_alike = app->index[tx->id & (app->index_size - 1)];
		app->index[tx->id & (app->index_size - 1)] = tx;
	}
}

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
	tx->number = tx->id - app->tx_first;
	tx->sides = HG_SIDE_BOTH;
	tx->began = tx->changed = app->packet == NULL ? 0 : app->packet->time;
	hg_arena_init(&tx->arena, app->mem, a->config.tx_memory);
	append(app, tx);
	work_on(tx);
	if (!app->decoder->one_tx || !hg_as_peer(app->suricata7, HG_DIFF_APP_UNCOUNTED))
		hg_app_counts(app, (uint8_t)app->decoder->proto)->txs++;
	return tx;
}

struct hg_tx *
hg_tx_new_session(struct hg_app *app)
{
	struct hg_tx *tx = hg_tx_new(app);

	if (tx != NULL)
		tx->session = true;
	return tx;
}

void
hg_tx_refuse(struct hg_app *app, enum hg_dir dir, uint8_t anomaly)
{
	struct hg_tx *tx = hg_tx_new(app);

	if (tx == NULL)
		return;
	tx->sides = SIDE(dir);
	tx->asks = (uint8_t)dir;
	tx->unlogged = tx->bare = true;
	hg_tx_progress(tx, dir, app->decoder->complete[dir]);
	hg_tx_anomaly(tx, dir, anomaly);
}

struct hg_tx *
hg_tx_find(struct hg_app *app, uint64_t id)
{
	bool indexed = app->index_size > 0;
	struct hg_tx *tx = indexed ? app->index[id & (app->index_size - 1)] : app->txs;

	for (; tx != NULL; tx = indexed ? tx->next_alike : tx->next) {
		app->apps->stats.tx_steps++;
		if (tx->id == id)
			return tx;
	}
	return NULL;
}

struct hg_tx *
hg_tx_last(struct hg_app *app)
{
	const struct hg_tx *last = app->txs_last;

	return last != NULL && last->decoder == app->decoder && last->id >= app->tx_first ? app->txs_last
											  : NULL;
}

static bool
is_through(const struct hg_tx *tx, enum hg_dir dir)
{
	return (tx->sides & SIDE(dir)) == 0 || tx->progress[dir] >= tx->decoder->complete[dir];
}

/* Ends of directions that nothing was sent with are no part of it. */
static void
note_time(struct hg_tx *tx)
{
	const struct hg_packet *p = tx->app->packet;

	if (p != NULL && !(p->flags & HG_PKT_PSEUDO))
		tx->changed = p->time;
}

void
hg_tx_touch(struct hg_tx *tx, enum hg_dir dir)
{
	note_time(tx);
	tx->updated[dir] = true;
	work_on(tx);
}

void
hg_tx_wake(struct hg_tx *tx, enum hg_dir dir)
{
	hg_tx_touch(tx, dir);
	tx->app->updated |= (uint8_t)SIDE(dir);
}

/* What comes later in the flow does not change whose it was. */
static void
settle_user(struct hg_tx *tx)
{
	if (tx->user_known || !is_through(tx, HG_TO_SERVER) || !is_through(tx, HG_TO_CLIENT))
		return;
	tx->user_known = true;
	tx->user = tx->app->users;
}

void
hg_tx_progress(struct hg_tx *tx, enum hg_dir dir, uint8_t progress)
{
	if (progress > tx->progress[dir])
		tx->progress[dir] = progress;
	hg_tx_touch(tx, dir);
	settle_user(tx);
}

void
hg_tx_end(struct hg_tx *tx)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if ((tx->sides & SIDE(dir)) != 0)
			hg_tx_progress(tx, (enum hg_dir)dir, tx->decoder->complete[dir]);
	tx->app->updated |= tx->sides;
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
	hg_tx_touch(tx, dir);
	if (tx->n_anomalies < HG_TX_ANOMALIES)
		tx->anomalies[tx->n_anomalies++] = (struct hg_tx_anomaly){ row, (uint8_t)dir };
	return false;
}

static bool
is_listed(const struct hg_tx *tx, enum hg_dir dir, uint8_t row)
{
	for (unsigned i = 0; i < tx->n_anomalies; i++)
		if (tx->anomalies[i].id == row && tx->anomalies[i].dir == dir)
			return true;
	return false;
}

void
hg_tx_touch_other(struct hg_tx *tx, enum hg_dir dir)
{
	if (!hg_as_peer(tx->app->suricata7, HG_DIFF_DETECT_UNTOUCHED))
		hg_tx_touch(tx, !dir);
}

void
hg_tx_anomaly_both(struct hg_tx *tx, enum hg_dir dir, uint8_t row)
{
	struct hg_app *app = tx->app;

	app->apps->stats.anomalies[tx->decoder->proto][row & 127]++;
	if (!is_listed(tx, dir, row) && tx->n_anomalies < HG_TX_ANOMALIES)
		tx->anomalies[tx->n_anomalies++] = (struct hg_tx_anomaly){ row, (uint8_t)dir };
	for (unsigned d = 0; d < HG_DIRS; d++) {
		tx->anomaly_bits[d][row >> 6 & 1] |= UINT64_C(1) << (row & 63);
		hg_tx_touch(tx, (enum hg_dir)d);
	}
	/* The packet that brought the bytes may belong to the other direction: it alerts there at once. */
	if (app->packet != NULL)
		app->updated |= (uint8_t)SIDE(app->packet->dir);
}

bool
hg_tx_complete(const struct hg_tx *tx, enum hg_dir dir)
{
	const struct hg_app *app = tx->app;

	if (is_through(tx, dir))
		return true;
	return !(tx->decoder->endless && hg_as_peer(app->suricata7, HG_DIFF_APP_ENDLESS)) &&
		(app->failed || (app->ended & SIDE(dir)) != 0);
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

/* Out of the flow's list and the index. */
static void
drop(struct hg_app *app, struct hg_tx *tx)
{
	struct hg_tx **link = app->index_size == 0 ? NULL : &app->index[tx->id & (app->index_size - 1)];

	for (; link != NULL && *link != tx; link = &(*link)->next_alike)
		app->apps->stats.tx_steps++;
	if (link != NULL)
		*link = tx->next_alike;
	if (tx->prev == NULL)
		app->txs = tx->next;
	else
		tx->prev->next = tx->next;
	if (tx->next == NULL)
		app->txs_last = tx->prev;
	else
		tx->next->prev = tx->prev;
	app->n_txs--;
	free_one(app, tx);
}

/* Detection is asked once more when a direction ends. What begins behind its depth is shown to it there no more: waiting for
 * that, transactions would stay until the flow ends, or until there are so many that it is given up. */
static bool
is_done(const struct hg_tx *tx, bool detection)
{
	const uint8_t over = tx->app->beyond & (uint8_t)~tx->app->updated, sides = tx->sides & (uint8_t)~over;

	if (!tx->logged || !hg_tx_complete(tx, HG_TO_SERVER) || !hg_tx_complete(tx, HG_TO_CLIENT))
		return false;
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (!f->logged && f->state != HG_FILE_OPEN)
			return false;
	return !detection || (tx->inspected & sides) == sides;
}

/* Nothing to do before it changes again: detection has seen what is new, and no closed file waits for its record. */
static bool
is_idle(const struct hg_tx *tx, bool detection)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (!f->logged)
			return false;
	if (!detection)
		return true;
	for (unsigned d = 0; d < HG_DIRS; d++)
		if ((tx->sides & ~tx->inspected & SIDE(d)) != 0 &&
			(tx->updated[d] || hg_tx_complete(tx, (enum hg_dir)d)))
			return false;
	return true;
}

void
hg_app_prune(struct hg_app *app, bool detection)
{
	struct hg_tx **link = &app->work, *last = NULL;

	while (*link != NULL) {
		struct hg_tx *tx = *link;
		bool done = is_done(tx, detection);

		app->apps->stats.tx_steps++;
		if (!done && !is_idle(tx, detection)) {
			last = tx;
			link = &tx->next_work;
			continue;
		}
		*link = tx->next_work;
		tx->working = false;
		if (done)
			drop(app, tx);
	}
	app->work_last = last;
}

bool
hg_app_is_idle(const struct hg_app *app, bool detection)
{
	return app->work == NULL && app->flow_anomalies_packet == 0 && !(detection && app->updated != 0) &&
		!(hg_frames_wait(app) && (detection || app->apps->config.all_frames));
}

void
hg_tx_free_all(struct hg_app *app)
{
	while (app->txs != NULL) {
		struct hg_tx *tx = app->txs;

		app->txs = tx->next;
		free_one(app, tx);
	}
	hg_mem_give(app->mem, app->index, app->index_size * sizeof(struct hg_tx *));
	app->index = NULL;
	app->index_size = 0;
	app->txs_last = app->work = app->work_last = NULL;
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
