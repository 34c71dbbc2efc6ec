/* Rules on transactions: which of them are asked, and when. */
#include "detect/tx_int.h"

static bool
leads_anywhere(const struct hg_reach *r)
{
	return r->group.db != NULL || r->n_always > 0;
}

/* Patterns over the inputs that have become visible. An input whose progress is behind the transaction is scanned once;
 * one that may still grow is scanned again when it has. */
static void
scan_inputs(struct hg_tx_work *w)
{
	struct hg_detect *d = w->d;

	for (unsigned i = 0; i < w->list->n; i++) {
		const uint16_t index = w->list->inputs[i];
		const struct hg_input *in = &d->rules->inputs[index];
		const struct hg_slot *slot = &d->rules->inputs_index[index];
		const struct hg_reach *reach = slot->of[d->way];
		struct hg_view view;

		if (in->progress > w->progress && !w->done)
			break;
		if (w->state->scanned[i >> 6] >> (i & 63) & 1) {
			if (hg_as_peer(d->config.suricata7, HG_DIFF_DETECT_NEGATED))
				hg_candidates_list(d, reach->always, reach->n_always);
			continue;
		}
		for (uint32_t value = 0;
			leads_anywhere(reach) && hg_input_get(d, w->tx, index, value, w->done, &view);
			value++) {
			hg_candidates_slot(d, slot, view.data);
			if (!(in->flags & HG_BUFFER_MULTI))
				break;
		}
		/* What is said of files comes when they are over, whatever the progress. */
		if (w->progress > in->progress && !(in->flags & HG_BUFFER_GROWING) &&
			(w->done || !(in->flags & HG_BUFFER_FILE)))
			w->state->scanned[i >> 6] |= UINT64_C(1) << (i & 63);
	}
}

static void
decide(struct hg_tx_work *w, uint32_t index)
{
	if (w->d->watch == NULL)
		hg_tx_look(w, index);
	else
		hg_tx_watched(w, index);
}

static void
gather(struct hg_tx_work *w)
{
	struct hg_detect *d = w->d;
	const struct hg_slot *always = d->rules->tx_always[w->dir];

	scan_inputs(w);
	if (always != NULL && !hg_detect_unproven(d, w->p))
		hg_candidates_slot(d, &always[w->tx->decoder->proto], HG_SPAN_NONE);
	for (unsigned i = 0; i < d->n_carried; i++)
		hg_candidates_add(&d->seat->candidates, d->carried[i]);
	for (uint32_t i = 0; i < w->state->n; i++)
		if (!w->state->rules[i].decided)
			hg_candidates_add(&d->seat->candidates, w->state->rules[i].rule);
}

/* Growing buffers that were shown have been looked at. */
static void
note_inspected(struct hg_tx_work *w)
{
	const struct hg_decoder *decoder = w->tx->decoder;

	if (decoder->inspected == NULL)
		return;
	for (unsigned i = 0; i < w->list->n; i++) {
		const struct hg_input *in = &w->d->rules->inputs[w->list->inputs[i]];

		if (in->flags & HG_BUFFER_GROWING && (in->progress <= w->progress || w->done))
			decoder->inspected(w->tx, w->dir, in->row);
	}
}

static void
run_tx(struct hg_detect *d, struct hg_packet *p, struct hg_tx *tx)
{
	struct hg_tx_work w = { .d = d, .p = p, .tx = tx, .dir = p->dir, .progress = tx->progress[p->dir] };
	uint32_t index;

	w.done = hg_tx_complete(tx, p->dir);
	w.list = &d->seat->lists[tx->decoder->proto][p->dir];
	w.state = hg_tx_state_of(d, tx, p->dir);
	if (w.state == NULL)
		return;
	hg_tx_note_files(&w);
	hg_input_forget(d);
	d->matcher.little_endian = tx->decoder->little_endian != NULL && tx->decoder->little_endian(tx);
	gather(&w);
	while ((index = hg_candidates_take(&d->seat->candidates)) != UINT32_MAX) {
		d->stats.candidates++;
		if (d->rules->rules[index].type == HG_RULE_TX)
			decide(&w, index);
	}
	if (d->watch != NULL)
		hg_tx_tell_misses(&w);
	note_inspected(&w);
	if (w.done)
		tx->inspected |= (uint8_t)(1 << p->dir);
	tx->updated[p->dir] = false;
}

/* The packet that made the protocol known: with the peer its own direction is looked at only if bytes of it were read. Of
 * TLS and SSH, where a flow is one transaction, any bytes concern both directions. */
static bool
tells_both(const struct hg_detect *d, const struct hg_packet *p)
{
	const struct hg_app *app = p->flow->app;

	return p->flags & HG_PKT_PROTO_CHANGED &&
		(p->proto != HG_IP_TCP || app->decoder == NULL || app->decoder->one_tx ||
			!hg_as_peer(d->config.suricata7, HG_DIFF_DETECT_UNTOUCHED));
}

void
hg_detect_txs(struct hg_detect *d, struct hg_packet *p)
{
	struct hg_app *app = p->flow->app;
	const uint8_t side = (uint8_t)(1 << p->dir);
	const bool forced = p->flags & HG_PKT_PSEUDO || tells_both(d, p);

	if (app->txs == NULL)
		app->updated &= (uint8_t)~side;
	if (app->txs == NULL || (p->proto == HG_IP_TCP && !forced && !(app->updated & side)))
		return;
	if (forced)
		hg_tx_work_all(app);
	for (struct hg_tx *tx = app->work; tx != NULL; tx = tx->next_work) {
		if (tx->inspected & side || !(tx->sides & side))
			continue;
		if (tx->updated[p->dir] || forced || hg_tx_complete(tx, p->dir))
			run_tx(d, p, tx);
	}
	app->updated &= (uint8_t)~side;
}
