#include "detect/detect_int.h"

/* What is remembered of a transaction in one direction; in its arena, so it goes with it.
 * scanned: inputs whose patterns have had their last look. rules: those that are decided or half way. */
struct rule_state {
	uint32_t rule;
	uint32_t engines; /* bit i: engine i has matched */
	bool decided;     /* alerted, or cannot match any more */
};

struct hg_tx_detect {
	uint64_t scanned[HG_PROTO_INPUTS / 64];
	uint64_t adopted; /* hg_detect.adopted of the snapshot that the indices belong to */
	struct rule_state *rules;
	uint32_t n, room;
	uint32_t files; /* of the direction, when it was last looked at */
};

#define STATES_FIRST 8
#define STATES_MAX 4096

/* The transaction being worked on. */
struct work {
	struct hg_detect *d;
	struct hg_packet *p;
	struct hg_tx *tx;
	struct hg_tx_detect *state;
	const struct hg_input_list *list;
	enum hg_dir dir;
	uint8_t progress;
	bool done; /* nothing more will come in this direction */
};

static struct hg_tx_detect *
state_of(struct hg_detect *d, struct hg_tx *tx, enum hg_dir dir)
{
	struct hg_tx_detect *s = tx->detect[dir];

	if (s == NULL) {
		s = tx->detect[dir] = hg_arena_take0(&tx->arena, sizeof(*s));
		if (s == NULL) {
			d->stats.state_refused++;
			return NULL;
		}
		s->adopted = d->adopted;
	}
	if (s->adopted != d->adopted) {
		/* New rules: what was decided by the old ones does not bind them. */
		memset(s->scanned, 0, sizeof(s->scanned));
		s->n = 0;
		s->adopted = d->adopted;
	}
	return s;
}

/* Where the rule stands, or would: they are sorted, as rules that match half of the way may be thousands. */
static uint32_t
place_of(const struct hg_tx_detect *s, uint32_t rule)
{
	uint32_t low = 0, high = s->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->rules[middle].rule < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct rule_state *
find_state(struct hg_tx_detect *s, uint32_t rule)
{
	const uint32_t at = place_of(s, rule);

	return at < s->n && s->rules[at].rule == rule ? &s->rules[at] : NULL;
}

static void
keep_state(struct work *w, uint32_t rule, uint32_t engines, bool decided)
{
	struct hg_tx_detect *s = w->state;
	struct rule_state *old = find_state(s, rule);
	uint32_t at;

	if (old != NULL) {
		old->engines = engines;
		old->decided = decided;
		return;
	}
	if (s->n == s->room) {
		uint32_t room = s->room == 0 ? STATES_FIRST : s->room * 2;
		struct rule_state *more =
			room > STATES_MAX ? NULL : hg_arena_take(&w->tx->arena, room * sizeof(*more));

		if (more == NULL) {
			w->d->stats.state_refused++;
			return;
		}
		if (s->n > 0)
			memcpy(more, s->rules, s->n * sizeof(*more));
		s->rules = more;
		s->room = room;
	}
	at = place_of(s, rule);
	memmove(s->rules + at + 1, s->rules + at, (s->n - at) * sizeof(*s->rules));
	s->n++;
	s->rules[at] = (struct rule_state){ rule, engines, decided };
}

static bool
leads_anywhere(const struct hg_reach *r)
{
	return r->group.db != NULL || r->n_always > 0;
}

/* Patterns over the inputs that have become visible. An input whose progress is behind the transaction is scanned once;
 * one that may still grow is scanned again when it has. */
static void
scan_inputs(struct work *w)
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

static bool
match_input(struct work *w, const struct hg_engine *e)
{
	const struct hg_input *in = &w->d->rules->inputs[e->input];
	struct hg_view view;

	for (uint32_t value = 0; hg_input_get(w->d, w->tx, e->input, value, w->done, &view); value++) {
		if (hg_match(&w->d->matcher, &e->prog, view.data, view.offset, view.complete))
			return true;
		if (!(in->flags & HG_BUFFER_MULTI))
			break;
	}
	return false;
}

/* Raw content in a transaction rule: the windows of this packet, or the payload of a datagram. */
static bool
match_stream(struct work *w, const struct hg_engine *e)
{
	const struct hg_packet *p = w->p;

	if (p->proto != HG_IP_TCP)
		return p->payload_len > 0 &&
			hg_match(&w->d->matcher, &e->prog, hg_packet_payload(p), 0, true);
	for (unsigned i = 0; i < w->d->n_windows; i++)
		if (hg_match(&w->d->matcher, &e->prog, w->d->windows[i].data, 0, true))
			return true;
	return false;
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NEVER };

static enum answer
ask_engine(struct work *w, const struct hg_engine *e)
{
	bool growing;

	switch ((enum hg_engine_kind)e->kind) {
	case HG_ENGINE_ANOMALY:
		return hg_tx_has_anomaly(w->tx, w->dir, e->anomaly) ? ANSWER_YES : ANSWER_NO;
	case HG_ENGINE_STREAM:
		return match_stream(w, e) ? ANSWER_YES : ANSWER_NO;
	case HG_ENGINE_FILE:
		return w->state->files > 0 ? ANSWER_YES : ANSWER_NO;
	case HG_ENGINE_BUFFER:
		if (match_input(w, e))
			return ANSWER_YES;
		growing = w->d->rules->inputs[e->input].flags & HG_BUFFER_GROWING ||
			(!w->done && w->d->rules->inputs[e->input].flags & HG_BUFFER_FILE);
		return w->progress > e->progress && !growing ? ANSWER_NEVER : ANSWER_NO;
	}
	return ANSWER_NO;
}

/* One look at a rule: what of it has matched so far, and what this look has settled. */
struct look {
	uint32_t engines; /* bit i: engine i has matched */
	uint8_t stopped;  /* the engine that did not, or whose buffer is still to come */
	bool waits;       /* … the latter */
	uint32_t flags;   /* HG_ALERT_* */
	bool full;        /* all of it matches */
	bool never;       /* it cannot match any more */
	bool past, at;    /* the buffer by which the rule is reached is complete, or is just being filled */
};

/* Engines in their order, up to the first that does not match. */
static void
ask_engines(struct work *w, const struct hg_rule *r, struct look *l)
{
	const uint8_t proto = w->tx->decoder->proto;
	bool news = false;

	for (unsigned i = 0; i < r->n_engines; i++) {
		const struct hg_engine *e = &r->engines[i];
		enum answer answer;

		if (e->dir != w->dir || (e->proto != HG_PROTO_UNKNOWN && e->proto != proto) ||
			l->engines >> i & 1)
			continue;
		l->stopped = (uint8_t)i;
		if (e->progress > w->progress && !w->done) {
			l->waits = true;
			return;
		}
		if (e->fast) {
			l->past |= w->progress > e->progress || w->done;
			l->at |= w->progress == e->progress && !w->done;
		}
		answer = ask_engine(w, e);
		if (answer != ANSWER_YES) {
			l->never = answer == ANSWER_NEVER || (e->fast && l->past);
			return;
		}
		l->engines |= 1u << i;
		news = true;
		if (e->kind == HG_ENGINE_STREAM && w->p->proto == HG_IP_TCP)
			l->flags |= HG_ALERT_STREAM;
	}
	l->full = news;
}

/* Is the first look at a rule remembered? What is not is looked at anew whenever the rule is a candidate again: a rule that
 * is reached through raw content, or by a pattern that must not be there, alerts once more then, as in the peer. */
static bool
is_kept(const struct work *w, const struct hg_rule *r, const struct look *l)
{
	const bool files = r->flags & HG_RF_FILES; /* a file to come asks them again */
	const bool again = hg_as_peer(w->d->config.suricata7, HG_DIFF_DETECT_AGAIN);

	if (l->never)
		return !again;
	if (l->full)
		return !l->past || !again || files;
	return !l->at;
}

/* Bits of the engines that ask for files themselves. */
static uint32_t
file_engines(const struct work *w, const struct hg_rule *r)
{
	uint32_t bits = 0;

	for (unsigned i = 0; r->flags & HG_RF_FILES && i < r->n_engines; i++)
		if (r->engines[i].of_file && r->engines[i].dir == w->dir)
			bits |= 1u << i;
	return bits;
}

/* Does the file by itself fit what the rule asks of names, types, sizes and digests? */
static bool
file_fits(struct work *w, const struct hg_rule *r, const struct hg_file *file)
{
	const bool peer = hg_as_peer(w->d->config.suricata7, HG_DIFF_DETECT_STORED);
	bool fits = true;

	w->tx->only = file;
	hg_input_forget(w->d);
	for (unsigned i = 0; i < r->n_engines && fits; i++) {
		const struct hg_engine *e = &r->engines[i];
		const uint8_t flags = w->d->rules->inputs[e->input].flags;

		if (e->kind == HG_ENGINE_BUFFER && e->dir == w->dir && e->proto == w->tx->decoder->proto &&
			(e->of_file || (!peer && flags & HG_BUFFER_FILE && !(flags & HG_BUFFER_GROWING))))
			fits = match_input(w, e);
	}
	w->tx->only = NULL;
	hg_input_forget(w->d);
	return fits;
}

/* What the rule wants stored of the transaction's files. */
static void
store_files(struct work *w, const struct hg_rule *r)
{
	for (unsigned i = 0; i < r->n_posts; i++) {
		const struct hg_post *post = &r->posts[i];
		const bool here = post->id == 0 || post->id & 1 << w->dir;

		if (post->op != HG_POST_STORE)
			continue;
		hg_tx_store(w->tx, (enum hg_store_scope)post->mode, (uint8_t)post->id, w->dir);
		for (struct hg_file *f = w->tx->files; f != NULL; f = f->next)
			if (f->dir == w->dir && file_fits(w, r, f)) {
				hg_file_note_rule(f, r->sid);
				if (post->mode == HG_STORE_FILE && here)
					hg_tx_store_file(w->tx, f);
			}
	}
}

static struct hg_looked
look_at(struct work *w, uint32_t index)
{
	const struct hg_rule *r = &w->d->rules->rules[index];
	const struct rule_state *known = find_state(w->state, index);
	struct look l = { .flags = HG_ALERT_TX | HG_ALERT_FLOW_SCOPE };

	if (known != NULL && known->decided)
		return hg_looked(HG_LOOK_DECIDED);
	hg_match_forget(&w->d->matcher);
	/* The packet's part is asked for when the rule is first tried on this transaction (1.7). */
	if (known == NULL) {
		const unsigned misfit = hg_rule_misfit(w->d, r, w->p, w->tx->decoder->proto);

		if (misfit != HG_FIT)
			return (struct hg_looked){ HG_LOOK_MISFIT, (uint8_t)misfit, HG_LOOK_PAYLOAD };
	}
	l.engines = known == NULL ? 0 : known->engines;
	w->d->stats.evaluations++;
	ask_engines(w, r, &l);
	if (known != NULL || is_kept(w, r, &l))
		keep_state(w, index, l.engines, l.full || l.never);
	if (!l.full)
		return (struct hg_looked){ l.waits ? HG_LOOK_WAITS : HG_LOOK_STOPPED, HG_FIT, l.stopped };
	hg_queue_alert(w->d, index, w->tx, l.flags, w->p);
	hg_state_posts(w->d, r, w->p, w->tx);
	store_files(w, r);
	return hg_looked(HG_LOOK_MATCHED);
}

/* How far the engine came, over all that ask_engine() looks into. */
static void
reach(struct work *w, const struct hg_engine *e, struct hg_look *look)
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

static void
watched(struct work *w, uint32_t index)
{
	const struct hg_rule *r = &w->d->rules->rules[index];
	struct hg_look l = { .rule = index, .candidate = true, .p = w->p, .tx = w->tx };
	struct hg_looked looked;

	hg_watch_begin(w->d, index);
	looked = look_at(w, index);
	l.end = looked.end;
	l.misfit = looked.misfit;
	l.engine = looked.engine;
	if (l.end == HG_LOOK_STOPPED && l.engine < r->n_engines && hg_watch_asks(w->d, index))
		reach(w, &r->engines[l.engine], &l);
	hg_watch_end(w->d, &l);
}

static void
decide(struct work *w, uint32_t index)
{
	if (w->d->watch == NULL)
		look_at(w, index);
	else
		watched(w, index);
}

/* The engine by which the rule would have been reached here; NULL: it is for another protocol or direction. */
static const struct hg_engine *
way_in(const struct work *w, const struct hg_rule *r, uint8_t *number)
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
miss(struct work *w, uint32_t index)
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
static void
tell_misses(struct work *w)
{
	for (const struct hg_watcher *o = w->d->watch; o != NULL; o = o->next)
		for (uint32_t i = 0; i < o->n_rules; i++)
			if (o->rules[i].run != w->d->tx_run &&
				w->d->rules->rules[o->rules[i].rule].type == HG_RULE_TX)
				miss(w, o->rules[i].rule);
}

/* A new file is a new question to rules that ask for files, also to those that have matched. */
static void
note_files(struct work *w)
{
	const uint32_t files = w->tx->files == NULL ? 0 : hg_tx_files(w->tx, w->dir),
		       before = w->state->files;

	w->state->files = files;
	if (files == before || before == 0)
		return;
	for (uint32_t i = 0; i < w->state->n; i++) {
		struct rule_state *s = &w->state->rules[i];
		const uint32_t asked = file_engines(w, &w->d->rules->rules[s->rule]);

		if (s->engines & asked) {
			s->engines &= ~asked;
			s->decided = false;
		}
	}
}

static void
gather(struct work *w)
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
note_inspected(struct work *w)
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
	struct work w = { .d = d, .p = p, .tx = tx, .dir = p->dir, .progress = tx->progress[p->dir] };
	uint32_t index;

	w.done = hg_tx_complete(tx, p->dir);
	w.list = &d->seat->lists[tx->decoder->proto][p->dir];
	w.state = state_of(d, tx, p->dir);
	if (w.state == NULL)
		return;
	note_files(&w);
	hg_input_forget(d);
	d->matcher.little_endian = tx->decoder->little_endian != NULL && tx->decoder->little_endian(tx);
	gather(&w);
	while ((index = hg_candidates_take(&d->seat->candidates)) != UINT32_MAX) {
		d->stats.candidates++;
		if (d->rules->rules[index].type == HG_RULE_TX)
			decide(&w, index);
	}
	if (d->watch != NULL)
		tell_misses(&w);
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
