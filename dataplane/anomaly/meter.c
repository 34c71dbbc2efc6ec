/* A table a detector: buckets of eight entries, found by tag. A key that finds its bucket full takes the place of the weakest
 * one there: its figures begin from zero, so that a meter forgets under pressure but never adds one host's attempts to another's.
 * Only its weight is inherited (SpaceSaving: Metwally, Agrawal, El Abbadi 2005), or a bucket full of passers-by would never let
 * anybody stay: who has more than its share of all attempts, a key's, is not pushed out. */
#include "anomaly/meter_int.h"

#include <errno.h>

#include "base/start.h"

#define WAYS 8
#define SLOTS_OF_WINDOW 10
#define LISTED_MOST (HG_ANOMALY_SUSPECTS / HG_DETECTORS)

struct table {
	const struct hg_detector *detector; /* NULL: switched off */
	uint32_t width, window;             /* seconds of a slot; slots of a window */
	uint32_t
		mark; /* suspicion from which on the judge is told: if all have the threshold, one meter has so much */
	uint32_t buckets; /* a power of two */
	uint32_t *tags;   /* 0: free */
	struct hg_meter_entry *entries;
	uint32_t n_listed;
	uint32_t listed[LISTED_MOST];
};

struct hg_meter {
	struct hg_hash_key key;
	struct hg_meter_stats stats;
	struct table tables[HG_DETECTORS];
};

/* NULL: too long ago. */
static struct hg_meter_slot *
slot_at(struct hg_meter_entry *e, uint64_t slot)
{
	const uint64_t steps = slot > e->newest ? HG_MIN(slot - e->newest, (uint64_t)HG_METER_SLOTS) : 0;

	for (uint64_t n = 0; n < steps; n++)
		e->slots[(slot - n) % HG_METER_SLOTS] = (struct hg_meter_slot){ 0 };
	e->newest = HG_MAX(e->newest, slot);
	return e->newest - slot >= HG_METER_SLOTS ? NULL : &e->slots[slot % HG_METER_SLOTS];
}

static struct hg_meter_entry *
find(const struct table *t, const struct hg_anomaly_key *key, uint64_t hash)
{
	const uint32_t first = (uint32_t)(hash & (t->buckets - 1)) * WAYS, tag = (uint32_t)(hash >> 32) | 1;

	for (uint32_t i = first; i < first + WAYS; i++)
		if (t->tags[i] == tag && memcmp(&t->entries[i].key, key, sizeof(*key)) == 0)
			return &t->entries[i];
	return NULL;
}

static bool
is_over(const struct table *t, const struct hg_meter_entry *e, uint64_t slot)
{
	return e->newest + t->window < slot;
}

static uint32_t
weight_of(const struct hg_meter_entry *e)
{
	return e->inherited + e->open;
}

/* What the judge knows of stays longest, then who has more open attempts, then who was seen last. */
static bool
is_weaker(const struct hg_meter_entry *a, const struct hg_meter_entry *b)
{
	if (a->listed != b->listed)
		return b->listed;
	return weight_of(a) != weight_of(b) ? weight_of(a) < weight_of(b) : a->last < b->last;
}

/* A listed entry keeps its place in the list: the next look finds out whether the new key belongs there. */
static void
begin(struct hg_meter_entry *e, const struct hg_anomaly_key *key, uint64_t slot, uint32_t inherited)
{
	const bool listed = e->listed;

	*e = (struct hg_meter_entry){ .key = *key, .newest = slot, .listed = listed, .inherited = inherited };
}

/* A free place of the bucket, one whose window is over, or the weakest. */
static struct hg_meter_entry *
make(struct hg_meter *m, struct table *t, const struct hg_anomaly_key *key, uint64_t hash, uint64_t slot)
{
	const uint32_t first = (uint32_t)(hash & (t->buckets - 1)) * WAYS;
	uint32_t victim = first, inherited;

	for (uint32_t i = first; i < first + WAYS; i++) {
		if (t->tags[i] == 0 || is_over(t, &t->entries[i], slot)) {
			t->tags[i] = (uint32_t)(hash >> 32) | 1;
			begin(&t->entries[i], key, slot, 0);
			return &t->entries[i];
		}
		if (is_weaker(&t->entries[i], &t->entries[victim]))
			victim = i;
	}
	inherited = weight_of(&t->entries[victim]);
	m->stats.evicted += t->entries[victim].open > 0;
	t->tags[victim] = (uint32_t)(hash >> 32) | 1;
	begin(&t->entries[victim], key, slot, inherited);
	return &t->entries[victim];
}

static void
add_example(struct hg_addr *examples, uint8_t *n, const struct hg_addr *example)
{
	for (unsigned i = 0; i < *n; i++)
		if (hg_addr_eq(&examples[i], example))
			return;
	if (*n < HG_ANOMALY_EXAMPLES)
		examples[(*n)++] = *example;
}

static void
add_attempt(struct hg_meter_entry *e, const struct hg_meter_note *n)
{
	e->tried++;
	if (n->has_example)
		add_example(e->examples, &e->n_examples, &n->example);
	if (n->flow != 0 && e->n_evidence < HG_ANOMALY_EVIDENCE)
		e->evidence[e->n_evidence++] = n->flow;
}

static void
add_note(struct hg_meter_entry *e, struct hg_meter_slot *s, const struct hg_meter_note *n)
{
	if (n->tried)
		add_attempt(e, n);
	e->packets += n->packets;
	e->bytes += n->bytes;
	e->open += n->tried;
	e->open -= HG_MIN(e->open, n->answered);
	s->tried += n->tried;
	s->answered += n->answered;
	s->refused += n->refused;
	s->done += n->done;
	s->packets += n->packets;
	s->bytes += n->bytes;
	if (n->differs)
		hg_distinct_add(&s->distinct, n->different);
}

static void
list(struct hg_meter *m, struct table *t, struct hg_meter_entry *e)
{
	if (t->n_listed == LISTED_MOST) {
		m->stats.unlisted++;
		return;
	}
	e->listed = true;
	t->listed[t->n_listed++] = (uint32_t)(e - t->entries);
}

void
hg_meter_take(struct hg_meter *m, const struct hg_anomaly_key *key, const struct hg_meter_note *n)
{
	struct table *t = &m->tables[key->detector];
	const uint64_t hash = hg_hash(&m->key, key, sizeof(*key)), slot = n->begun / HG_SEC / t->width;
	struct hg_meter_entry *e = find(t, key, hash);
	struct hg_meter_slot *s;

	if (e == NULL && !n->tried)
		return; /* it was forgotten, or its begin was not seen */
	if (e == NULL)
		e = make(m, t, key, hash, slot);
	else if (is_over(t, e, slot))
		begin(e, key, slot, 0);
	s = slot_at(e, slot);
	if (s == NULL)
		return;
	if (e->first == 0)
		e->first = n->begun;
	e->last = HG_MAX(e->last, n->begun);
	add_note(e, s, n);
	if (!e->listed && e->open >= t->mark)
		list(m, t, e);
}

static void
add_slot(struct hg_figures *f, const struct hg_meter_slot *s, bool mature)
{
	f->tried += s->tried;
	f->answered += s->answered;
	f->refused += s->refused;
	f->done += s->done;
	f->failed += mature ? s->tried - HG_MIN(s->answered, s->tried) : s->refused;
	f->packets += s->packets;
	f->bytes += s->bytes;
	hg_distinct_merge(&f->distinct, &s->distinct);
}

/* The window's slots that are over or at hand. An attempt has a second's time to be answered. */
static void
add_entry(const struct table *t, const struct hg_meter_entry *e, uint64_t second, struct hg_figures *f)
{
	const uint64_t at = (second - 1) / t->width, from = at + 1 - HG_MIN((uint64_t)t->window, at + 1);

	for (uint64_t slot = from; slot <= HG_MIN(at, e->newest); slot++)
		if (e->newest - slot < HG_METER_SLOTS)
			add_slot(f, &e->slots[slot % HG_METER_SLOTS], (slot + 1) * t->width + 1 <= second);
	f->total_tried += e->tried;
	f->total_packets += e->packets;
	f->total_bytes += e->bytes;
	f->first = f->first == 0 ? e->first : HG_MIN(f->first, e->first);
	f->last = HG_MAX(f->last, e->last);
	for (unsigned i = 0; i < e->n_examples; i++)
		add_example(f->examples, &f->n_examples, &e->examples[i]);
	for (unsigned i = 0; i < e->n_evidence && f->n_evidence < HG_ANOMALY_EVIDENCE; i++)
		f->evidence[f->n_evidence++] = e->evidence[i];
}

void
hg_meter_figures(
	const struct hg_meter *m, const struct hg_anomaly_key *key, uint64_t second, struct hg_figures *add)
{
	const struct table *t = &m->tables[key->detector];
	const struct hg_meter_entry *e;

	if (t->detector == NULL)
		return;
	e = find(t, key, hg_hash(&m->key, key, sizeof(*key)));
	if (e != NULL)
		add_entry(t, e, second, add);
}

/* Those that are not suspicious any more leave the list; they come back with their next attempt. */
static unsigned
table_suspects(struct table *t, uint64_t second, struct hg_anomaly_key *keys)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < t->n_listed; i++) {
		struct hg_meter_entry *e = &t->entries[t->listed[i]];
		struct hg_figures f = { 0 };

		add_entry(t, e, second, &f);
		if (t->detector->suspicion(&f) < t->mark) {
			e->listed = false;
			e->open = (uint32_t)t->detector->suspicion(&f);
			continue;
		}
		keys[kept] = e->key;
		t->listed[kept++] = t->listed[i];
	}
	t->n_listed = kept;
	return kept;
}

unsigned
hg_meter_suspects(struct hg_meter *m, uint64_t second, struct hg_anomaly_key keys[HG_ANOMALY_SUSPECTS])
{
	unsigned n = 0;

	for (unsigned i = 0; i < HG_DETECTORS; i++)
		if (m->tables[i].detector != NULL)
			n += table_suspects(&m->tables[i], second, keys + n);
	return n;
}

void
hg_figures_merge(struct hg_figures *f, const struct hg_figures *more)
{
	f->tried += more->tried;
	f->answered += more->answered;
	f->refused += more->refused;
	f->done += more->done;
	f->failed += more->failed;
	f->packets += more->packets;
	f->bytes += more->bytes;
	f->total_tried += more->total_tried;
	f->total_packets += more->total_packets;
	f->total_bytes += more->total_bytes;
	hg_distinct_merge(&f->distinct, &more->distinct);
	if (more->first != 0)
		f->first = f->first == 0 ? more->first : HG_MIN(f->first, more->first);
	f->last = HG_MAX(f->last, more->last);
	for (unsigned i = 0; i < more->n_examples; i++)
		add_example(f->examples, &f->n_examples, &more->examples[i]);
	for (unsigned i = 0; i < more->n_evidence && f->n_evidence < HG_ANOMALY_EVIDENCE; i++)
		f->evidence[f->n_evidence++] = more->evidence[i];
}

uint64_t
hg_meter_hash(const struct hg_meter *m, const void *p, size_t len)
{
	return hg_hash(&m->key, p, len);
}

bool
hg_meter_wants(const struct hg_meter *m, enum hg_detector_id id)
{
	return m->tables[id].detector != NULL;
}

struct hg_meter_stats *
hg_meter_counts(struct hg_meter *m)
{
	return &m->stats;
}

const struct hg_meter_stats *
hg_meter_stats(const struct hg_meter *m)
{
	return &m->stats;
}

static int
open_table(struct table *t, const struct hg_anomaly_config *c, enum hg_detector_id id)
{
	const struct hg_detector_config *d = &c->detectors[id];
	const uint32_t wanted = c->entries / c->share / WAYS;
	const unsigned meters = hg_detector_of(id)->of_pairs ? c->pair_meters : c->meters;

	if (!d->enabled || (id != HG_BRUTE_FORCE && !c->handshakes))
		return 0;
	t->width = (d->window + SLOTS_OF_WINDOW - 1) / SLOTS_OF_WINDOW;
	t->window = (d->window + t->width - 1) / t->width;
	t->mark = (d->threshold + meters - 1) / meters;
	for (t->buckets = 1; t->buckets * 2 <= wanted;)
		t->buckets *= 2;
	t->tags = hg_start_take(t->buckets * WAYS * sizeof(*t->tags));
	t->entries = hg_start_take(t->buckets * WAYS * sizeof(*t->entries));
	if (t->tags == NULL || t->entries == NULL)
		return -ENOMEM;
	t->detector = hg_detector_of(id);
	return 0;
}

int
hg_meter_open(struct hg_meter **ret, const struct hg_anomaly_config *c, struct hg_error *err)
{
	struct hg_meter *m = hg_start_take(sizeof(*m));
	int r = m == NULL ? -ENOMEM : 0;

	for (unsigned i = 0; r == 0 && i < HG_DETECTORS; i++)
		r = open_table(&m->tables[i], c, (enum hg_detector_id)i);
	if (r < 0) {
		hg_meter_close(m);
		return hg_error_set(err, r, "no memory for meters of anomalies");
	}
	m->key = c->hash_key;
	*ret = m;
	return 0;
}

void
hg_meter_reset(struct hg_meter *m)
{
	m->stats = (struct hg_meter_stats){ 0 };
	for (unsigned i = 0; i < HG_DETECTORS; i++) {
		struct table *t = &m->tables[i];

		for (uint32_t e = 0; t->detector != NULL && e < t->buckets * WAYS; e++) {
			if (t->tags[e] != 0)
				t->entries[e].listed = false;
			t->tags[e] = 0;
		}
		t->n_listed = 0;
	}
}

void
hg_meter_close(struct hg_meter *m)
{
	for (unsigned i = 0; m != NULL && i < HG_DETECTORS; i++) {
		hg_start_give(m->tables[i].tags);
		hg_start_give(m->tables[i].entries);
	}
	hg_start_give(m);
}
