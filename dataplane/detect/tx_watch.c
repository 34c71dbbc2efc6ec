/* Rules on transactions, for those who look over the shoulder: how far a look came, and why there was none. */
#include "detect/tx_int.h"

/* How far the engine came, over all that ask_engine() looks into. */
static void
reach(struct hg_tx_work *w, const struct hg_engine *e, struct hg_look *look)
{
	const struct hg_input *in = &w->d->rules->inputs[e->input];
	struct hg_view view = { .complete = true };

	if (e->kind == HG_ENGINE_ANOMALY)
		return;
	for (uint32_t value = 0;
		e->kind == HG_ENGINE_BUFFER && hg_input_get(w->d, w->tx, e->input, value, w->done, &view);
		value++) {
		hg_watch_reach(w->d, &e->prog, &view, look);
		if (!(in->flags & HG_BUFFER_MULTI))
			break;
	}
	for (unsigned i = 0; e->kind == HG_ENGINE_STREAM && i < w->d->n_windows; i++) {
		view.data = w->d->windows[i].data;
		hg_watch_reach(w->d, &e->prog, &view, look);
	}
	if (e->kind == HG_ENGINE_STREAM && w->p->proto != HG_IP_TCP && w->p->payload_len > 0) {
		view.data = hg_packet_payload(w->p);
		hg_watch_reach(w->d, &e->prog, &view, look);
	}
	if (look->prog == NULL)
		look->end = HG_LOOK_NOTHING;
}

void
hg_tx_watched(struct hg_tx_work *w, uint32_t index)
{
	const struct hg_rule *r = &w->d->rules->rules[index];
	struct hg_look l = { .rule = index, .candidate = true, .p = w->p, .tx = w->tx };
	struct hg_looked looked;

	hg_watch_begin(w->d, index);
	looked = hg_tx_look(w, index);
	l.end = looked.end;
	l.misfit = looked.misfit;
	l.engine = looked.engine;
	if (l.end == HG_LOOK_STOPPED && l.engine < r->n_engines && hg_watch_asks(w->d, index))
		reach(w, &r->engines[l.engine], &l);
	hg_watch_end(w->d, &l);
}

/* The engine by which the rule would have been reached here; NULL: it is for another protocol or direction. */
static const struct hg_engine *
way_in(const struct hg_tx_work *w, const struct hg_rule *r, uint8_t *number)
{
	for (unsigned i = 0; i < r->n_engines; i++) {
		const struct hg_engine *e = &r->engines[i];

		*number = (uint8_t)i;
		if (e->dir == w->dir && (e->proto == HG_PROTO_UNKNOWN || e->proto == w->tx->decoder->proto))
			return e;
	}
	return NULL;
}

/* The transaction did not make the rule a candidate: why not. */
static void
miss(struct hg_tx_work *w, uint32_t index)
{
	const struct hg_rule *r = &w->d->rules->rules[index];
	struct hg_look look = { .rule = index, .p = w->p, .tx = w->tx };
	const struct hg_engine *e = way_in(w, r, &look.engine);
	const uint64_t over_budget = w->d->matcher.over_budget;
	struct hg_view view;

	/* Frames are looked at beside transactions. */
	if (e == NULL ||
		(e->kind == HG_ENGINE_BUFFER && w->d->rules->inputs[e->input].flags & HG_BUFFER_FRAME))
		return;
	look.misfit = (uint8_t)hg_rule_misfit(w->d, r, w->p, w->tx->decoder->proto);
	w->d->matcher.over_budget = over_budget;
	if (look.misfit != HG_FIT)
		look.end = HG_LOOK_MISFIT;
	else if (e->progress > w->progress && !w->done)
		look.end = HG_LOOK_WAITS;
	else if (e->kind == HG_ENGINE_BUFFER && !hg_input_get(w->d, w->tx, e->input, 0, w->done, &view))
		look.end = HG_LOOK_NOTHING;
	else
		look.end = HG_LOOK_PATTERN;
	hg_watch_end(w->d, &look);
}

/* Rules that somebody asks for, and that this look at the transaction did not come to. */
void
hg_tx_tell_misses(struct hg_tx_work *w)
{
	for (const struct hg_watcher *o = w->d->watch; o != NULL; o = o->next)
		for (uint32_t i = 0; i < o->n_rules; i++)
			if (o->rules[i].run != w->d->tx_run &&
				w->d->rules->rules[o->rules[i].rule].type == HG_RULE_TX)
				miss(w, o->rules[i].rule);
}
