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

/* What is asked of an entry to find it, or to give its place away. */
struct place {
	uint32_t tag;    /* 0: free */
	uint32_t newest; /* slot with a note */
	uint32_t weight; /* open attempts, and the weight of the key whose place it took */
	uint32_t listed; /* the judge is told about it */
};

struct table {
	const struct hg_detector *detector; /* NULL: switched off */
	uint32_t width, window;             /* seconds of a slot; slots of a window */
	uint32_t
		mark; /* suspicion from which on the judge is told: if all have the threshold, one meter has so much */
	uint32_t buckets; /* a power of two */
	struct place *places;
	struct hg_meter_entry *entries; /* one a place */
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
slot_at(struct hg_meter_entry *e, uint32_t slot)
{
	const unsigned i = slot % HG_METER_SLOTS;

	if (e->number[i] > slot)
		return NULL;
	if (e->number[i] < slot)
		e->slots[i] = (struct hg_meter_slot){ 0 };
	e->number[i] = slot;
	return &e->slots[i];
}

/* Its place; UINT32_MAX: not there. */
static uint32_t
find(const struct table *t, const struct hg_anomaly_key *key, uint64_t hash)
{
	const uint32_t first = (uint32_t)(hash & (t->buckets - 1)) * WAYS, tag = (uint32_t)(hash >> 32) | 1;

	for (uint32_t i = first; i < first + WAYS; i++)
		if (t->places[i].tag == tag && memcmp(&t->entries[i].key, key, sizeof(*key)) == 0)
			return i;
	return UINT32_MAX;
}

static bool
is_over(const struct table *t, const struct place *p, uint32_t slot)
{
	return p->newest + t->window < slot;
}

/* What the judge knows of stays longest, then who has more open attempts, then who was seen last. */
static bool
is_weaker(const struct place *a, const struct place *b)
{
	if (a->listed != b->listed)
		return b->listed;
	return a->weight != b->weight ? a->weight < b->weight : a->newest < b->newest;
}

/* A listed place stays in the list: the next look finds out whether the new key belongs there. */
static void
begin(struct table *t, uint32_t i, const struct hg_anomaly_key *key, uint64_t hash, uint32_t weight)
{
	struct place *p = &t->places[i];

	*p = (struct place){ .tag = (uint32_t)(hash >> 32) | 1, .weight = weight, .listed = p->listed };
	memset(&t->entries[i], 0, offsetof(struct hg_meter_entry, slots));
	t->entries[i].key = *key;
}

/* A free place of the bucket, one whose window is over, or the weakest. */
static uint32_t
choose(const struct table *t, uint64_t hash, uint32_t slot)
{
	const uint32_t first = (uint32_t)(hash & (t->buckets - 1)) * WAYS;
	uint32_t victim = first;

	for (uint32_t i = first; i < first + WAYS; i++) {
		if (t->places[i].tag == 0 || is_over(t, &t->places[i], slot))
			return i;
		if (is_weaker(&t->places[i], &t->places[victim]))
			victim = i;
	}
	return victim;
}

static uint32_t
make(struct hg_meter *m, struct table *t, const struct hg_anomaly_key *key, uint64_t hash, uint32_t slot)
{
	const uint32_t i = choose(t, hash, slot);
	const bool in_use = t->places[i].tag != 0 && !is_over(t, &t->places[i], slot);

	m->stats.evicted += in_use && t->entries[i].open > 0;
	begin(t, i, key, hash, in_use ? t->places[i].weight : 0);
	return i;
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
list(struct hg_meter *m, struct table *t, uint32_t i)
{
	if (t->n_listed == LISTED_MOST) {
		m->stats.unlisted++;
		return;
	}
	t->places[i].listed = true;
	t->listed[t->n_listed++] = i;
}

static void
weigh(struct place *p, const struct hg_meter_note *n, uint32_t slot)
{
	p->newest = HG_MAX(p->newest, slot);
	p->weight += n->tried;
	p->weight -= HG_MIN(p->weight, n->answered);
}

static uint32_t
slot_of(const struct table *t, const struct hg_meter_note *n)
{
	return (uint32_t)(n->begun / HG_SEC / t->width);
}

void
hg_meter_look(const struct hg_meter *m, struct hg_meter_visit *v)
{
	const struct table *t = &m->tables[v->key.detector];
	const struct place *bucket;

	v->hash = hg_hash(&m->key, &v->key, sizeof(v->key));
	bucket = &t->places[(v->hash & (t->buckets - 1)) * WAYS];
	__builtin_prefetch(bucket, 1);
	__builtin_prefetch(bucket + WAYS / 2, 1);
}

/* Its head is three lines, a slot one or two. */
void
hg_meter_approach(const struct hg_meter *m, const struct hg_meter_visit *v)
{
	const struct table *t = &m->tables[v->key.detector];
	const uint32_t first = (uint32_t)(v->hash & (t->buckets - 1)) * WAYS,
		       tag = (uint32_t)(v->hash >> 32) | 1;
	const uint32_t slot = slot_of(t, &v->note);
	const struct hg_meter_entry *e;
	const char *head;
	uint32_t i = first;

	while (i < first + WAYS && t->places[i].tag != tag)
		i++;
	if (i == first + WAYS)
		i = choose(t, v->hash, slot);
	e = &t->entries[i];
	head = (const char *)e;
	__builtin_prefetch(head, 1);
	__builtin_prefetch(head + 64, 1);
	__builtin_prefetch(head + 128, 1);
	__builtin_prefetch(&e->slots[slot % HG_METER_SLOTS], 1);
	__builtin_prefetch((const char *)&e->slots[slot % HG_METER_SLOTS] + 64, 1);
}

void
hg_meter_take(struct hg_meter *m, const struct hg_meter_visit *v)
{
	const struct hg_anomaly_key *key = &v->key;
	const struct hg_meter_note *n = &v->note;
	struct table *t = &m->tables[key->detector];
	const uint64_t hash = v->hash;
	const uint32_t slot = slot_of(t, n);
	uint32_t i = find(t, key, hash);
	struct hg_meter_entry *e;
	struct hg_meter_slot *s;

	if (i == UINT32_MAX && !n->tried)
		return; /* it was forgotten, or its begin was not seen */
	if (i == UINT32_MAX)
		i = make(m, t, key, hash, slot);
	else if (is_over(t, &t->places[i], slot))
		begin(t, i, key, hash, 0);
	e = &t->entries[i];
	s = slot_at(e, slot);
	if (s == NULL)
		return;
	if (e->first == 0)
		e->first = n->begun;
	e->last = HG_MAX(e->last, n->begun);
	weigh(&t->places[i], n, slot);
	add_note(e, s, n);
	if (!t->places[i].listed && e->open >= t->mark)
		list(m, t, i);
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

	for (uint64_t slot = from; slot <= at; slot++)
		if (e->number[slot % HG_METER_SLOTS] == slot)
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
	uint32_t i;

	if (t->detector == NULL)
		return;
	i = find(t, key, hg_hash(&m->key, key, sizeof(*key)));
	if (i != UINT32_MAX)
		add_entry(t, &t->entries[i], second, add);
}

/* Those that are not suspicious any more leave the list; they come back with their next attempt. A run is asked while the next
 * second goes on: who has attempts in it already stays, or these would be forgotten with what is judged now. */
static unsigned
table_suspects(struct table *t, uint64_t second, struct hg_anomaly_key *keys)
{
	unsigned kept = 0;

	for (unsigned n = 0; n < t->n_listed; n++) {
		const uint32_t i = t->listed[n];
		struct hg_figures f = { 0 };
		uint32_t suspicion;

		if (t->entries[i].last < second * HG_SEC) {
			add_entry(t, &t->entries[i], second, &f);
			suspicion = (uint32_t)t->detector->suspicion(&f);
			t->entries[i].open = t->places[i].weight = suspicion;
			t->places[i].listed = suspicion >= t->mark;
		}
		if (!t->places[i].listed)
			continue;
		keys[kept] = t->entries[i].key;
		t->listed[kept++] = i;
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
	t->places = hg_start_take(t->buckets * WAYS * sizeof(*t->places));
	t->entries = hg_start_take(t->buckets * WAYS * sizeof(*t->entries));
	if (t->places == NULL || t->entries == NULL)
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

		if (t->detector != NULL)
			memset(t->places, 0, t->buckets * WAYS * sizeof(*t->places));
		t->n_listed = 0;
	}
}

void
hg_meter_close(struct hg_meter *m)
{
	for (unsigned i = 0; m != NULL && i < HG_DETECTORS; i++) {
		hg_start_give(m->tables[i].places);
		hg_start_give(m->tables[i].entries);
	}
	hg_start_give(m);
}
