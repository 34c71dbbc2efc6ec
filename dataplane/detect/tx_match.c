/* One look at a rule on transactions: its engines in their order, up to the first that does not match. */
#include "detect/tx_int.h"

bool
hg_tx_match_input(struct hg_tx_work *w, const struct hg_engine *e)
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
match_stream(struct hg_tx_work *w, const struct hg_engine *e)
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

/* Nothing of it can come any more. */
static bool
is_absent(const struct hg_tx_work *w, const struct hg_engine *e)
{
	struct hg_view view;

	return (w->done || w->progress > e->progress) &&
		!hg_input_get(w->d, w->tx, e->input, 0, w->done, &view);
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NEVER };

static enum answer
ask_engine(struct hg_tx_work *w, const struct hg_engine *e)
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
		if (hg_tx_match_input(w, e) || (e->absent && is_absent(w, e)))
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
ask_engines(struct hg_tx_work *w, const struct hg_rule *r, struct look *l)
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
is_kept(const struct hg_tx_work *w, const struct hg_rule *r, const struct look *l)
{
	const bool files = r->flags & HG_RF_FILES; /* a file to come asks them again */
	const bool again = hg_as_peer(w->d->config.suricata7, HG_DIFF_DETECT_AGAIN);

	if (l->never)
		return !again;
	if (l->full)
		return !l->past || !again || files;
	return !l->at;
}

struct hg_looked
hg_tx_look(struct hg_tx_work *w, uint32_t index)
{
	const struct hg_rule *r = &w->d->rules->rules[index];
	const struct hg_rule_state *known = hg_tx_state_find(w->state, index);
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
		hg_tx_state_keep(w, index, l.engines, l.full || l.never);
	if (!l.full)
		return (struct hg_looked){ l.waits ? HG_LOOK_WAITS : HG_LOOK_STOPPED, HG_FIT, l.stopped };
	hg_queue_alert(w->d, index, w->tx, l.flags, w->p);
	hg_state_posts(w->d, r, w->p, w->tx);
	hg_tx_store_files(w, r);
	return hg_looked(HG_LOOK_MATCHED);
}
