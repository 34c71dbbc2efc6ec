#include "detect/detect_int.h"
#include "packet/verdict.h"

/* Alerts of a packet: collected in the order of evaluation, then sorted by rank, newest transaction first, those without
 * a transaction last within a rule (2.4). */

/* What inspection has come to: the transaction in which parsing failed was never looked at. */
static uint64_t
next_tx(const struct hg_app *app)
{
	const uint64_t n = app->tx_next - app->tx_first;

	return n - app->broken_off;
}

static bool
drops(const struct hg_rule *r)
{
	return r->action == HG_ACTION_DROP || r->action == HG_ACTION_REJECT ||
		r->action == HG_ACTION_REJECT_DST || r->action == HG_ACTION_REJECT_BOTH;
}

static bool
only_tells(const struct hg_detect *d, uint32_t rule)
{
	const struct hg_rule *r = &d->rules->rules[rule];

	return r->action != HG_ACTION_PASS && !drops(r);
}

static void
cut(struct hg_detect *d, uint32_t rule)
{
	d->stats.alert_queue_overflow++;
	d->cut.n++;
	if (d->cut.named < HG_CUT_NAMED)
		d->cut.rules[d->cut.named++] = rule;
}

/* The queue is full: the last alert that does nothing but tell goes, so that no flood of them keeps a rule from acting. */
static bool
make_room(struct hg_detect *d, uint32_t rule)
{
	unsigned victim = HG_ALERTS_MAX;

	for (unsigned i = 0; i < HG_ALERTS_MAX; i++)
		if (only_tells(d, d->alerts[i].rule) &&
			(victim == HG_ALERTS_MAX || d->alerts[i].rule > d->alerts[victim].rule))
			victim = i;
	if (victim == HG_ALERTS_MAX || (only_tells(d, rule) && rule >= d->alerts[victim].rule)) {
		cut(d, rule);
		return false;
	}
	cut(d, d->alerts[victim].rule);
	d->alerts[victim] = d->alerts[--d->n_alerts];
	return true;
}

void
hg_queue_alert(
	struct hg_detect *d, uint32_t rule, const struct hg_tx *tx, uint32_t flags, struct hg_packet *p)
{
	const uint64_t id = tx != NULL ? tx->id : flags & HG_ALERT_GUESSED ? next_tx(p->flow->app) : 0;

	if (d->n_alerts == HG_ALERTS_MAX && !make_room(d, rule))
		return;
	d->alerts[d->n_alerts++] = (struct hg_alert){ rule, flags, id, tx, d->frame, NULL };
}

static bool
before(const struct hg_alert *a, const struct hg_alert *b)
{
	if (a->rule != b->rule)
		return a->rule < b->rule;
	if ((a->tx == NULL) != (b->tx == NULL))
		return a->tx != NULL;
	if (a->frame != NULL && b->frame != NULL && a->frame->tx != b->frame->tx)
		return a->frame->tx > b->frame->tx;
	return a->tx_id > b->tx_id;
}

/* Few and nearly in order: packet rules come sorted, transaction rules sorted by transaction. */
static void
sort(struct hg_alert *alerts, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		struct hg_alert a = alerts[i];
		unsigned at = i;

		for (; at > 0 && before(&a, &alerts[at - 1]); at--)
			alerts[at] = alerts[at - 1];
		alerts[at] = a;
	}
}

static void
act(struct hg_detect *d, const struct hg_rule *r, struct hg_alert *a, struct hg_packet *p)
{
	const bool flow_scope = a->flags & HG_ALERT_FLOW_SCOPE && p->flow != NULL;

	if (r->action == HG_ACTION_PASS) {
		p->flags |= HG_PKT_PASSED;
		if (flow_scope)
			p->flow->flags |= HG_FLOW_NO_DETECT | HG_FLOW_ACTION_PASS;
		return;
	}
	if (!drops(r) && !(a->flags & HG_ALERT_DROPPED))
		return;
	if (r->action != HG_ACTION_DROP || d->config.ips)
		a->flags |= HG_ALERT_DROPPED; /* EVE "blocked": reject always, drop inline only */
	hg_packet_drop(p, drops(r) ? HG_DROP_RULES : HG_DROP_THRESHOLD, d->config.ips);
	/* Out of line nothing is stopped, yet the flow is not looked at any more: the peer's answer (2.4). */
	if (flow_scope)
		p->flow->flags |=
			(d->config.ips ? HG_FLOW_DROP : 0) | HG_FLOW_NO_DETECT | HG_FLOW_ACTION_DROP;
}

static enum hg_fate
handle(struct hg_detect *d, struct hg_alert *a, struct hg_packet *p)
{
	const struct hg_rule *r = &d->rules->rules[a->rule];
	enum hg_threshold_answer answer = HG_THRESHOLD_PASS;

	if (r->n_thresholds > 0)
		answer = hg_threshold_ask(d, r, p);
	if (answer == HG_THRESHOLD_NOTHING) {
		d->stats.alerts_suppressed++;
		return HG_FATE_THRESHOLD;
	}
	if (r->n_tags > 0)
		hg_tags_add(d, r, p);
	if (answer == HG_THRESHOLD_DROP)
		a->flags |= HG_ALERT_DROPPED | HG_ALERT_RATED;
	if (answer == HG_THRESHOLD_ALERT)
		a->flags |= HG_ALERT_RATED;
	else
		act(d, r, a, p);
	if (answer == HG_THRESHOLD_SILENT || r->flags & HG_RF_NOALERT) {
		d->stats.alerts_suppressed++;
		return answer == HG_THRESHOLD_SILENT ? HG_FATE_THRESHOLD : HG_FATE_SILENT;
	}
	return r->action != HG_ACTION_PASS || r->flags & HG_RF_ALERT ? HG_FATE_ALERT : HG_FATE_SILENT;
}

/* Alerts of rate filters say what became of the packet, by whatever rule. */
static void
settle_rated(struct hg_detect *d, unsigned n, bool blocked)
{
	for (unsigned i = 0; i < n; i++)
		if (d->alerts[i].flags & HG_ALERT_RATED && blocked)
			d->alerts[i].flags |= HG_ALERT_DROPPED;
}

void
hg_queue_finish(struct hg_detect *d, struct hg_packet *p)
{
	unsigned kept = 0;
	bool blocked = false, passed = false;

	if (d->n_alerts == 0)
		return;
	sort(d->alerts, d->n_alerts);
	for (unsigned i = 0; i < d->n_alerts; i++) {
		const uint32_t index = d->alerts[i].rule;
		const struct hg_rule *r = &d->rules->rules[index];
		enum hg_fate fate = passed ? HG_FATE_PASSED : handle(d, &d->alerts[i], p);

		if (fate == HG_FATE_ALERT) {
			blocked |= (drops(r) && !(d->alerts[i].flags & HG_ALERT_RATED)) ||
				d->alerts[i].flags & HG_ALERT_DROPPED;
			if (kept < d->config.alert_max)
				d->alerts[kept++] = d->alerts[i];
			else {
				cut(d, index);
				fate = HG_FATE_CUT;
			}
		}
		if (d->watch != NULL)
			hg_watch_fate(d, index, p, fate);
		passed |= r->action == HG_ACTION_PASS;
		if (passed && d->watch == NULL)
			break;
	}
	settle_rated(d, kept, blocked);
	if (kept > 0 && d->cut.n > 0 && !hg_as_peer(d->config.suricata7, HG_DIFF_EVENT_OVERFLOW))
		d->alerts[kept - 1].cut = &d->cut;
	d->n_alerts = kept;
	d->stats.alerts += kept;
	for (unsigned i = 0; i < kept; i++)
		d->seat->by_rule[d->alerts[i].rule]++;
	if (kept > 0 && p->flow != NULL)
		p->flow->flags |= HG_FLOW_ALERTED;
}
