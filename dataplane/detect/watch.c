#include "detect/detect_int.h"

void
hg_detect_watch(struct hg_detect *d, struct hg_watcher *w)
{
	d->watch = w;
}

void
hg_watch_begin(const struct hg_detect *d, uint32_t rule)
{
	for (struct hg_watcher *w = d->watch; w != NULL; w = w->next)
		if (w->begin != NULL)
			w->begin(w, rule);
}

static struct hg_watch_rule *
asked(const struct hg_watcher *w, uint32_t rule)
{
	for (uint32_t i = 0; i < w->n_rules; i++)
		if (w->rules[i].rule == rule)
			return &w->rules[i];
	return NULL;
}

bool
hg_watch_asks(const struct hg_detect *d, uint32_t rule)
{
	for (const struct hg_watcher *w = d->watch; w != NULL; w = w->next)
		if (asked(w, rule) != NULL)
			return true;
	return false;
}

void
hg_watch_end(const struct hg_detect *d, const struct hg_look *look)
{
	for (struct hg_watcher *w = d->watch; w != NULL; w = w->next) {
		struct hg_watch_rule *rule = asked(w, look->rule);

		if (rule != NULL) {
			rule->looked = w->packets;
			rule->run = look->tx == NULL && look->frame == NULL ? rule->run : d->tx_run;
		}
		if (w->end != NULL)
			w->end(w, look);
	}
}

void
hg_watch_fate(const struct hg_detect *d, uint32_t rule, const struct hg_packet *p, enum hg_fate fate)
{
	for (struct hg_watcher *w = d->watch; w != NULL; w = w->next)
		if (w->fate != NULL)
			w->fate(w, rule, p, fate);
}

/* What would change a set of values if it were looked at once more. */
static bool
changes_set(const struct hg_ins *ins)
{
	return ins->op == HG_OP_DATASET &&
		(ins->set.command == HG_SET_SET || ins->set.command == HG_SET_UNSET);
}

/* The longest part of the program, from its begin, that matches; the matcher is a copy, so that nothing is counted twice. */
void
hg_watch_reach(const struct hg_detect *d, const struct hg_prog *prog, const struct hg_view *view,
	struct hg_look *look)
{
	struct hg_matcher m = d->matcher;
	uint16_t n = 0;

	while (n < prog->n && !changes_set(&prog->ins[n])) {
		const struct hg_prog part = { prog->ins, (uint16_t)(n + 1), prog->options };

		if (!hg_match(&m, &part, view->data, view->offset, view->complete))
			break;
		n++;
	}
	if (look->prog != NULL && n < look->reached)
		return;
	look->prog = prog;
	look->reached = n;
	look->over_budget = m.steps_left == 0;
}

/* A packet that did not make a rule a candidate: why not. */
static void
miss(struct hg_detect *d, uint32_t index, const struct hg_packet *p, bool inspected)
{
	const struct hg_rule *r = &d->rules->rules[index];
	const uint64_t over_budget = d->matcher.over_budget;
	struct hg_look look = { .rule = index, .p = p, .engine = HG_LOOK_PAYLOAD };

	look.misfit = inspected ? (uint8_t)hg_rule_misfit(d, r, p, hg_detect_proto(d, p)) : HG_FIT;
	d->matcher.over_budget = over_budget;
	if (!inspected)
		look.end = HG_LOOK_OFF;
	else if (look.misfit != HG_FIT)
		look.end = HG_LOOK_MISFIT;
	else if (r->type == HG_RULE_IP_ONLY || r->type == HG_RULE_PD_ONLY)
		look.end = HG_LOOK_ONCE;
	else if (r->type == HG_RULE_TX || !hg_detect_has_bytes(d, p))
		look.end = HG_LOOK_NOTHING;
	else
		look.end = HG_LOOK_PATTERN;
	hg_watch_end(d, &look);
}

void
hg_watch_packet(struct hg_detect *d, const struct hg_packet *p, bool inspected)
{
	for (struct hg_watcher *w = d->watch; w != NULL; w = w->next) {
		for (uint32_t i = 0; i < w->n_rules; i++)
			if (w->rules[i].looked != w->packets)
				miss(d, w->rules[i].rule, p, inspected);
	}
}

void
hg_watch_next(const struct hg_detect *d)
{
	for (struct hg_watcher *w = d->watch; w != NULL; w = w->next)
		w->packets++;
}
