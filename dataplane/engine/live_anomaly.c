/* The judge of a run: the main thread, which asks the workers' meters by mail once a second. A worker that does not answer in
 * time is left out until it has: its share is missing, nobody waits for it. */
#include <errno.h>
#include <stdlib.h>

#include "engine/live_int.h"

#define ANSWER (50 * HG_MSEC)

struct hg_live_judge {
	struct hg_judge *judge;
	uint64_t tickets[HG_WORKERS_MAX];
	uint64_t unanswered;
	struct hg_meter_ask asks[HG_WORKERS_MAX]; /* a worker's from its mail to its answer */
};

static bool
has_answered(const struct hg_live *l, unsigned i)
{
	return l->judge->tickets[i] == 0 || hg_live_worker_did(l->workers[i], l->judge->tickets[i]);
}

/* false: it still has the question before. */
static bool
ask(struct hg_live *l, unsigned i, uint64_t second, const struct hg_anomaly_key *keys, unsigned n)
{
	struct hg_meter_ask *a = &l->judge->asks[i];
	const struct hg_mail mail = { .kind = HG_MAIL_METERS, .ask = a };

	if (!has_answered(l, i))
		return false;
	a->second = second;
	a->figures_wanted = keys != NULL;
	a->n = n;
	if (keys != NULL)
		memcpy(a->keys, keys, n * sizeof(*keys));
	l->judge->tickets[i] = hg_live_worker_post(l->workers[i], &mail);
	return l->judge->tickets[i] != 0;
}

/* Bits of those that were asked and have answered. */
static uint32_t
ask_all(struct hg_live *l, uint64_t second, const struct hg_anomaly_key *keys, unsigned n)
{
	const uint64_t deadline = hg_thread_now() + ANSWER;
	uint32_t asked = 0, answered = 0;

	for (unsigned i = 0; i < l->n_workers; i++)
		asked |= (uint32_t)ask(l, i, second, keys, n) << i;
	for (unsigned i = 0; i < l->n_workers; i++) {
		if (asked >> i & 1)
			answered |= (uint32_t)hg_live_obeyed(l, i, l->judge->tickets[i], deadline) << i;
	}
	l->judge->unanswered += l->n_workers - (unsigned)__builtin_popcount(answered);
	return answered;
}

static unsigned
suspects(void *arg, uint64_t second, struct hg_anomaly_key *keys, unsigned most)
{
	struct hg_live *l = arg;
	const uint32_t answered = ask_all(l, second, NULL, 0);
	unsigned n = 0;

	for (unsigned i = 0; i < l->n_workers; i++) {
		const struct hg_meter_ask *a = &l->judge->asks[i];

		if (!(answered >> i & 1) || n + a->n > most)
			continue;
		memcpy(keys + n, a->keys, a->n * sizeof(*keys));
		n += a->n;
	}
	return n;
}

static void
figures(void *arg, uint64_t second, const struct hg_anomaly_key *keys, unsigned n, struct hg_figures *add)
{
	struct hg_live *l = arg;
	const uint32_t answered = ask_all(l, second, keys, n);

	for (unsigned i = 0; i < l->n_workers; i++)
		for (unsigned k = 0; answered >> i & 1 && k < n; k++)
			hg_figures_merge(&add[k], &l->judge->asks[i].figures[k]);
}

void
hg_live_judge(struct hg_live *l, hg_time now)
{
	const struct hg_meters meters = { suspects, figures, l };

	if (l->judge != NULL)
		hg_judge_advance(l->judge->judge, now, &meters, hg_event_tell_detection, l->events);
}

void
hg_live_judge_last(struct hg_live *l, hg_time now)
{
	struct hg_meters_here here = { .n = l->n_workers };
	const struct hg_meters meters = hg_meters_of(&here);

	if (l->judge == NULL)
		return;
	for (unsigned i = 0; i < l->n_workers; i++)
		here.meters[i] = hg_live_worker_of(l->workers[i])->meters[0];
	hg_judge_finish(l->judge->judge, now, &meters, hg_event_tell_detection, l->events);
}

void
hg_live_judge_count(const struct hg_live *l, uint64_t values[HG_COUNTERS_MAX])
{
	struct hg_judge_stats stats;

	if (l->judge == NULL)
		return;
	stats = *hg_judge_stats(l->judge->judge);
	stats.unanswered = l->judge->unanswered;
	hg_counters_add(values, &(struct hg_counter_sources){ .judge = &stats });
}

int
hg_live_judge_open(struct hg_live *l, struct hg_error *err)
{
	if (!l->settings->anomaly.enabled)
		return 0;
	l->judge = calloc(1, sizeof(*l->judge));
	if (l->judge == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the judge of anomalies");
	return hg_judge_open(&l->judge->judge, &l->settings->anomaly, err);
}

void
hg_live_judge_close(struct hg_live *l)
{
	if (l->judge != NULL)
		hg_judge_close(l->judge->judge);
	free(l->judge);
	l->judge = NULL;
}
