#include "detect/detect_int.h"
#include "rules/lang/address.h"

static struct hg_track_entry *
entry_of(struct hg_detect *d, const struct hg_track_key *key, hg_time now)
{
	struct hg_track_table *t = &hg_detect_shared(d)->thresholds;
	const uint64_t before = t->evicted;
	struct hg_track_entry *e = hg_track_make(t, key, now);

	d->stats.threshold_full += t->evicted - before;
	return e;
}

/* The window of peer-semantics 3.9: begins with its first hit, includes its last instant, restarts at the next hit. */
static struct hg_track_entry *
count_hit(struct hg_detect *d, const struct hg_threshold *t, const struct hg_packet *p)
{
	struct hg_track_key key = hg_track_key_of(t->key, t->track, p);
	struct hg_track_entry *e = entry_of(d, &key, p->time);

	if (e->count == 0 && e->until == 0) {
		e->begin = p->time;
		e->until = p->time + (uint64_t)t->seconds * HG_SEC;
	}
	e->count++;
	return e;
}

static enum hg_threshold_answer
new_action(const struct hg_threshold *t)
{
	switch (t->new_action) {
	case HG_ACTION_PASS:
		return HG_THRESHOLD_NOTHING;
	case HG_ACTION_ALERT:
		return HG_THRESHOLD_ALERT;
	default:
		return HG_THRESHOLD_DROP;
	}
}

/* Whole seconds, as the peer counts the time for which a new action holds. */
static bool
acts(const struct hg_track_entry *e, const struct hg_threshold *t, hg_time now)
{
	return now / HG_SEC - e->acting / HG_SEC <= t->timeout;
}

/* Hits in a window; more than count of them and the new action holds for timeout, whatever comes. The hit that finds it
 * over only ends it. */
static enum hg_threshold_answer
rate_filter(struct hg_detect *d, const struct hg_threshold *t, const struct hg_packet *p)
{
	struct hg_track_key key = hg_track_key_of(t->key, t->track, p);
	struct hg_track_entry *e = entry_of(d, &key, p->time);
	const hg_time window = (uint64_t)t->seconds * HG_SEC;

	if (e->acting != 0) {
		if (acts(e, t, p->time))
			return new_action(t);
		e->acting = 0;
		return HG_THRESHOLD_PASS;
	}
	if (e->until == 0 || p->time > e->begin + window) {
		e->begin = p->time;
		e->count = 0;
	}
	e->until = HG_MAX(e->until, e->begin + window);
	if (++e->count <= t->count)
		return HG_THRESHOLD_PASS;
	e->acting = p->time;
	e->until = HG_MAX(e->until, p->time + ((uint64_t)t->timeout + 1) * HG_SEC);
	return new_action(t);
}

static bool
suppressed(const struct hg_threshold *t, const struct hg_packet *p)
{
	if (t->addresses == NULL)
		return true;
	switch ((enum hg_track)t->track) {
	case HG_TRACK_SRC:
		return hg_addrset_has(t->addresses, &p->src, p->family);
	case HG_TRACK_DST:
		return hg_addrset_has(t->addresses, &p->dst, p->family);
	default:
		return hg_addrset_has(t->addresses, &p->src, p->family) ||
			hg_addrset_has(t->addresses, &p->dst, p->family);
	}
}

static enum hg_threshold_answer
ask(struct hg_detect *d, const struct hg_threshold *t, const struct hg_packet *p)
{
	struct hg_track_entry *e;

	switch ((enum hg_threshold_type)t->type) {
	case HG_THRESHOLD_SUPPRESS:
		return suppressed(t, p) ? HG_THRESHOLD_SILENT : HG_THRESHOLD_PASS;
	case HG_THRESHOLD_RATE:
		return rate_filter(d, t, p);
	case HG_THRESHOLD_LIMIT:
		return count_hit(d, t, p)->count <= HG_MAX(t->count, 1u) ? HG_THRESHOLD_PASS
									 : HG_THRESHOLD_SILENT;
	case HG_THRESHOLD_BOTH:
		return count_hit(d, t, p)->count == t->count ? HG_THRESHOLD_PASS : HG_THRESHOLD_SILENT;
	case HG_THRESHOLD_FILTER:
		return count_hit(d, t, p)->count > t->count ? HG_THRESHOLD_PASS : HG_THRESHOLD_NOTHING;
	case HG_THRESHOLD_THRESHOLD:
		e = count_hit(d, t, p);
		if (e->count < t->count)
			return HG_THRESHOLD_SILENT;
		/* A hit that begins a window passes if it is the one of one: of none all but this do. */
		if (t->count == 0)
			return e->count > 1 ? HG_THRESHOLD_PASS : HG_THRESHOLD_SILENT;
		e->count = 0; /* the window goes on from where it began */
		return HG_THRESHOLD_PASS;
	}
	return HG_THRESHOLD_PASS;
}

enum hg_threshold_answer
hg_threshold_ask(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p)
{
	enum hg_threshold_answer answer = HG_THRESHOLD_PASS;

	if (p->family == 0)
		return HG_THRESHOLD_PASS;
	for (unsigned i = 0; i < r->n_thresholds && answer == HG_THRESHOLD_PASS; i++)
		answer = ask(d, &r->thresholds[i], p);
	return answer;
}
