/* Rules that look into frames: each by itself, in windows as it grows. Such a rule looks into nothing else. */
#include "detect/detect_int.h"

static bool
get(struct hg_detect *d, const struct hg_app_frame *f, const struct hg_input *in, struct hg_view *out)
{
	*out = (struct hg_view){
		.data = hg_buf_span(&f->bytes), .offset = f->seen, .complete = hg_app_frame_complete(f)
	};
	return in->n_transforms == 0 || hg_transform(d, in, out);
}

/* The engine that looks into this input; NULL: the rule came here by a bit that it shares with another one. */
static const struct hg_engine *
engine_of(const struct hg_rule *r, uint16_t input)
{
	for (unsigned i = 0; i < r->n_engines; i++)
		if (r->engines[i].kind == HG_ENGINE_BUFFER && r->engines[i].input == input)
			return &r->engines[i];
	return NULL;
}

static struct hg_looked
look(struct hg_detect *d, struct hg_packet *p, uint32_t index, const struct hg_engine *e,
	const struct hg_view *view)
{
	const struct hg_rule *r = &d->rules->rules[index];
	unsigned misfit;

	hg_match_forget(&d->matcher);
	misfit = hg_rule_misfit(d, r, p, d->frame->proto);
	if (misfit != HG_FIT)
		return (struct hg_looked){ HG_LOOK_MISFIT, (uint8_t)misfit, HG_LOOK_PAYLOAD };
	d->stats.evaluations++;
	if (!hg_match(&d->matcher, &e->prog, view->data, view->offset, view->complete))
		return hg_looked(HG_LOOK_STOPPED);
	hg_queue_alert(d, index, NULL, HG_ALERT_FLOW_SCOPE, p);
	hg_state_posts(d, r, p, NULL);
	return hg_looked(HG_LOOK_MATCHED);
}

static void
watched(struct hg_detect *d, struct hg_packet *p, uint32_t index, const struct hg_engine *e,
	const struct hg_view *view)
{
	struct hg_look l = { .rule = index, .candidate = true, .p = p, .frame = d->frame };
	struct hg_looked looked;

	hg_watch_begin(d, index);
	looked = look(d, p, index, e, view);
	l.end = looked.end;
	l.misfit = looked.misfit;
	l.engine = (uint8_t)(e - d->rules->rules[index].engines);
	if (l.end == HG_LOOK_STOPPED && hg_watch_asks(d, index))
		hg_watch_reach(d, &e->prog, view, &l);
	hg_watch_end(d, &l);
}

static void
decide(struct hg_detect *d, struct hg_packet *p, uint32_t index, uint16_t input, const struct hg_view *view)
{
	const struct hg_engine *e = engine_of(&d->rules->rules[index], input);

	if (e == NULL)
		return;
	if (d->watch == NULL)
		look(d, p, index, e, view);
	else
		watched(d, p, index, e, view);
}

static void
run(struct hg_detect *d, struct hg_packet *p, const struct hg_input_list *list)
{
	struct hg_view view;
	uint32_t index;

	for (unsigned i = 0; i < list->n; i++) {
		const struct hg_input *in = &d->rules->inputs[list->inputs[i]];

		if (in->row != d->frame->row)
			continue;
		hg_input_forget(d);
		if (!get(d, d->frame, in, &view))
			continue;
		hg_candidates_slot(d, &d->rules->inputs_index[list->inputs[i]], view.data);
		while ((index = hg_candidates_take(&d->seat->candidates)) != UINT32_MAX) {
			d->stats.candidates++;
			decide(d, p, index, list->inputs[i], &view);
		}
	}
}

/* The engine by which the rule looks into frames like the one at hand; NULL: it does not. */
static const struct hg_engine *
way_in(const struct hg_detect *d, const struct hg_rule *r)
{
	for (unsigned i = 0; i < r->n_engines; i++) {
		const struct hg_engine *e = &r->engines[i];
		const struct hg_input *in = &d->rules->inputs[e->input];

		if (e->kind == HG_ENGINE_BUFFER && in->flags & HG_BUFFER_FRAME && e->dir == d->frame->dir &&
			in->proto == d->frame->proto && in->row == d->frame->row)
			return e;
	}
	return NULL;
}

/* The frame did not make the rule a candidate: why not. */
static void
miss(struct hg_detect *d, struct hg_packet *p, uint32_t index)
{
	const struct hg_rule *r = &d->rules->rules[index];
	const struct hg_engine *e = way_in(d, r);
	struct hg_look look = { .rule = index, .p = p, .frame = d->frame, .end = HG_LOOK_PATTERN };
	const uint64_t over_budget = d->matcher.over_budget;
	struct hg_view view;

	if (e == NULL)
		return;
	look.engine = (uint8_t)(e - r->engines);
	look.misfit = (uint8_t)hg_rule_misfit(d, r, p, d->frame->proto);
	d->matcher.over_budget = over_budget;
	if (look.misfit != HG_FIT)
		look.end = HG_LOOK_MISFIT;
	else if (!get(d, d->frame, &d->rules->inputs[e->input], &view))
		look.end = HG_LOOK_NOTHING;
	hg_watch_end(d, &look);
}

/* Rules that somebody asks for, and that this look at the frame, whose runs came behind `before`, did not come to. */
static void
tell_misses(struct hg_detect *d, struct hg_packet *p, uint64_t before)
{
	for (const struct hg_watcher *o = d->watch; o != NULL; o = o->next)
		for (uint32_t i = 0; i < o->n_rules; i++)
			if (o->rules[i].run <= before && d->rules->rules[o->rules[i].rule].type == HG_RULE_TX)
				miss(d, p, o->rules[i].rule);
}

static void
look_into(struct hg_detect *d, struct hg_packet *p)
{
	const uint64_t before = d->tx_run;

	run(d, p, &d->seat->frames[d->frame->proto][p->dir]);
	if (d->watch == NULL)
		return;
	hg_input_forget(d);
	tell_misses(d, p, before);
}

void
hg_detect_frames(struct hg_detect *d, struct hg_packet *p)
{
	struct hg_app *app = p->flow->app;

	for (struct hg_app_frame *f = app->frames[p->dir]; f != NULL; f = f->next) {
		if (f->looked_at || !hg_app_frame_due(app, f))
			continue;
		d->frame = f;
		/* Its end may come without bytes. */
		if (f->have > f->seen)
			look_into(d, p);
		f->looked_at = true;
	}
	d->frame = NULL;
}
