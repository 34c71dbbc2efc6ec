#include "anomaly/judge.h"

#include <errno.h>
#include <stdio.h>

#include "base/start.h"

#define ACTIVE_MOST 1024 /* detections at a time */
#define KEYS_MOST (HG_ANOMALY_SUSPECTS * HG_FLOW_PARTS + ACTIVE_MOST)
#define PLACES (KEYS_MOST * 2)

struct active {
	bool used;
	uint64_t hash;
	uint64_t over;                  /* the last second in which it was one */
	uint64_t updated;               /* of its last record */
	uint64_t tried, packets, bytes; /* as the meters told last, since they know the key */
	struct hg_detection detection;
};

struct hg_judge {
	struct hg_anomaly_config config;
	struct hg_judge_stats stats;
	uint64_t second;   /* everything in front of it has been judged; 0: nothing yet */
	unsigned n_active; /* the first so many may be in use */
	struct active active[ACTIVE_MOST];
	struct hg_anomaly_key keys[KEYS_MOST];
	uint32_t places[PLACES]; /* of keys that were met, + 1 */
	struct hg_figures figures[HG_JUDGE_BATCH];
	/* during a call */
	const struct hg_meters *meters;
	hg_detection_fn *tell;
	void *arg;
};

/* The same key from several meters is one; the order is that of their first. */
static unsigned
drop_repeated(struct hg_judge *j, unsigned n)
{
	unsigned kept = 0;

	if (n > 0)
		memset(j->places, 0, sizeof(j->places));
	for (unsigned i = 0; i < n; i++) {
		uint32_t at =
			(uint32_t)hg_hash(&j->config.hash_key, &j->keys[i], sizeof(j->keys[i])) % PLACES;

		while (j->places[at] != 0 &&
			memcmp(&j->keys[j->places[at] - 1], &j->keys[i], sizeof(j->keys[i])) != 0)
			at = (at + 1) % PLACES;
		if (j->places[at] != 0)
			continue;
		j->keys[kept] = j->keys[i];
		j->places[at] = ++kept;
	}
	return kept;
}

static struct active *
find_active(struct hg_judge *j, const struct hg_anomaly_key *key, uint64_t hash)
{
	for (unsigned i = 0; i < j->n_active; i++)
		if (j->active[i].used && j->active[i].hash == hash &&
			memcmp(&j->active[i].detection.key, key, sizeof(*key)) == 0)
			return &j->active[i];
	return NULL;
}

static struct active *
take_place(struct hg_judge *j)
{
	for (unsigned i = 0; i < ACTIVE_MOST; i++) {
		if (j->active[i].used)
			continue;
		j->n_active = HG_MAX(j->n_active, i + 1);
		return &j->active[i];
	}
	j->stats.refused++;
	return NULL;
}

static void
tell(struct hg_judge *j, struct active *a, enum hg_detection_state state, uint64_t second)
{
	a->detection.state = state;
	a->detection.time = second * HG_SEC;
	a->updated = second;
	j->tell(j->arg, &a->detection);
}

/* An id that a run repeated gives again. */
static void
name(struct hg_judge *j, struct hg_detection *d)
{
	const struct {
		struct hg_anomaly_key key;
		hg_time start;
	} what = { d->key, d->start };

	snprintf(d->id, sizeof(d->id), "%016llx",
		(unsigned long long)hg_hash(&j->config.hash_key, &what, sizeof(what)));
}

static void
add_examples(struct hg_detection *d, const struct hg_figures *f)
{
	d->n_examples = f->n_examples;
	d->n_evidence = f->n_evidence;
	memcpy(d->examples, f->examples, sizeof(d->examples));
	memcpy(d->evidence, f->evidence, sizeof(d->evidence));
}

static void
start(struct hg_judge *j, const struct hg_anomaly_key *key, uint64_t hash, const struct hg_figures *f,
	const struct hg_finding *finding, uint64_t second)
{
	struct active *a = take_place(j);

	if (a == NULL)
		return;
	*a = (struct active){ .used = true,
		.hash = hash,
		.over = second,
		.tried = f->total_tried,
		.packets = f->total_packets,
		.bytes = f->total_bytes,
		.detection = { .detector = hg_detector_of((enum hg_detector_id)key->detector),
			.config = &j->config.detectors[key->detector],
			.key = *key,
			.start = f->first,
			.end = f->last,
			.attempts = f->tried,
			.packets = f->packets,
			.bytes = f->bytes,
			.finding = *finding } };
	/* A victim has been known for as long as it is a server; its attack began in the window. */
	if (a->detection.start + a->detection.config->window * HG_SEC < second * HG_SEC)
		a->detection.start = (second - a->detection.config->window) * HG_SEC;
	add_examples(&a->detection, f);
	name(j, &a->detection);
	j->stats.started++;
	j->stats.active++;
	tell(j, a, HG_DETECTION_START, second);
}

/* What came since the last look; an entry that was made anew begins from zero. */
static uint64_t
more(uint64_t *last, uint64_t now)
{
	const uint64_t n = now >= *last ? now - *last : now;

	*last = now;
	return n;
}

static void
end(struct hg_judge *j, struct active *a, uint64_t second)
{
	tell(j, a, HG_DETECTION_END, second);
	a->used = false;
	j->stats.active--;
	while (j->n_active > 0 && !j->active[j->n_active - 1].used)
		j->n_active--;
}

static void
go_on(struct hg_judge *j, struct active *a, const struct hg_figures *f, const struct hg_finding *finding,
	bool over, uint64_t second)
{
	struct hg_detection *d = &a->detection;
	const bool proved = d->finding.two_way || finding->two_way;

	d->attempts += more(&a->tried, f->total_tried);
	d->packets += more(&a->packets, f->total_packets);
	d->bytes += more(&a->bytes, f->total_bytes);
	d->end = HG_MAX(d->end, f->last);
	if (over)
		a->over = second;
	if (finding->level >= d->finding.level)
		d->finding = *finding;
	d->finding.two_way = proved;
	if (second - a->over >= d->config->window)
		end(j, a, second);
	else if (second - a->updated >= j->config.update)
		tell(j, a, HG_DETECTION_UPDATE, second);
}

static void
judge_key(struct hg_judge *j, const struct hg_anomaly_key *key, const struct hg_figures *f, uint64_t second)
{
	const struct hg_detector *detector = hg_detector_of((enum hg_detector_id)key->detector);
	const uint64_t hash = hg_hash(&j->config.hash_key, key, sizeof(*key));
	struct hg_finding finding = { 0 };
	const bool over = detector->judge(&j->config.detectors[key->detector], f, &finding);
	struct active *a = find_active(j, key, hash);

	if (a != NULL)
		go_on(j, a, f, &finding, over, second);
	else if (over)
		start(j, key, hash, f, &finding, second);
}

/* Keys under suspicion, and those of detections that go on. */
static unsigned
gather(struct hg_judge *j, uint64_t second)
{
	unsigned n = j->meters->suspects(j->meters->arg, second, j->keys, KEYS_MOST - ACTIVE_MOST);

	for (unsigned i = 0; i < j->n_active; i++)
		if (j->active[i].used)
			j->keys[n++] = j->active[i].detection.key;
	return drop_repeated(j, n);
}

/* false: nobody is under suspicion. */
static bool
judge_second(struct hg_judge *j, uint64_t second)
{
	const unsigned n = gather(j, second);

	for (unsigned first = 0; first < n; first += HG_JUDGE_BATCH) {
		const unsigned count = HG_MIN(n - first, HG_JUDGE_BATCH);

		memset(j->figures, 0, count * sizeof(j->figures[0]));
		j->meters->figures(j->meters->arg, second, j->keys + first, count, j->figures);
		for (unsigned i = 0; i < count; i++)
			judge_key(j, &j->keys[first + i], &j->figures[i], second);
	}
	return n > 0;
}

static void
judge_until(struct hg_judge *j, uint64_t second)
{
	if (j->second == 0)
		j->second = second - 1;
	while (j->second < second) {
		if (judge_second(j, ++j->second))
			continue;
		j->second = second; /* a quiet stretch stays quiet: attempts are judged when they come */
	}
}

void
hg_judge_advance(
	struct hg_judge *j, hg_time now, const struct hg_meters *meters, hg_detection_fn *tell_fn, void *arg)
{
	j->meters = meters;
	j->tell = tell_fn;
	j->arg = arg;
	judge_until(j, now / HG_SEC);
}

void
hg_judge_finish(
	struct hg_judge *j, hg_time now, const struct hg_meters *meters, hg_detection_fn *tell_fn, void *arg)
{
	hg_judge_advance(j, now + HG_SEC, meters, tell_fn, arg);
	for (unsigned i = 0; i < ACTIVE_MOST; i++)
		if (j->active[i].used)
			end(j, &j->active[i], j->second);
}

const struct hg_judge_stats *
hg_judge_stats(const struct hg_judge *j)
{
	return &j->stats;
}

int
hg_judge_open(struct hg_judge **ret, const struct hg_anomaly_config *c, struct hg_error *err)
{
	struct hg_judge *j = hg_start_take(sizeof(*j));

	if (j == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the judge of anomalies");
	j->config = *c;
	*ret = j;
	return 0;
}

void
hg_judge_reset(struct hg_judge *j)
{
	j->stats = (struct hg_judge_stats){ 0 };
	j->second = 0;
	j->n_active = 0;
	for (unsigned i = 0; i < ACTIVE_MOST; i++)
		j->active[i].used = false;
}

void
hg_judge_close(struct hg_judge *j)
{
	hg_start_give(j);
}
