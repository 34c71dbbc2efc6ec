/* What rules cost while packets pass: a watcher a worker, by mail, and figures that the main thread adds up when somebody asks.
 *
 * Figures belong to the set of rules that they are of and go with it. They stay when measuring ends, until it begins again. */
#include "engine/live_int.h"

#include <errno.h>

#include "base/log.h"

#define ANSWER (2 * HG_SEC) /* a worker that has not answered by then begins, or ends, when it goes on */

static void
close_profiles(struct hg_rule_set *s)
{
	for (unsigned i = 0; i < HG_WORKERS_MAX; i++) {
		hg_profile_close(s->profiles[i]);
		s->profiles[i] = NULL;
	}
}

static int
open_profiles(struct hg_rule_set *s, unsigned workers, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < workers; i++)
		r = hg_profile_open(&s->profiles[i], s->snapshot, err);
	if (r < 0)
		close_profiles(s);
	return r;
}

struct hg_watcher *
hg_live_watcher(const struct hg_rule_set *s, unsigned worker)
{
	return s->profiles[worker] == NULL ? NULL : hg_profile_watcher(s->profiles[worker]);
}

/* Has each worker measure, or none, and waits a while until all do. */
static int
post(struct hg_live *l, struct hg_error *err)
{
	const uint64_t deadline = hg_thread_now() + ANSWER;
	int r = 0;

	for (unsigned i = 0; i < l->n_workers; i++) {
		const struct hg_mail mail = { .kind = HG_MAIL_WATCH,
			.watcher = l->measuring ? hg_live_watcher(l->rules, i) : NULL };

		l->watch_ticket[i] = hg_live_worker_post(l->workers[i], &mail);
		if (l->watch_ticket[i] == 0)
			r = hg_error_set(err, -EAGAIN, "worker %u has no room for an order", i);
	}
	for (unsigned i = 0; i < l->n_workers; i++)
		hg_live_obeyed(l, i, l->watch_ticket[i], deadline);
	/* Some worker may still write. */
	l->measuring |= r < 0;
	return r;
}

int
hg_live_measure(struct hg_live *l, bool on, struct hg_error *err)
{
	if (on == l->measuring)
		return 0;
	if (l->reload.busy && l->reload.next == NULL)
		return hg_error_set(err, -EBUSY, "workers are taking up other rules; ask again");
	/* So there is one order a worker at most, for which there is room; and nobody writes into figures of earlier. */
	for (unsigned i = 0; i < l->n_workers; i++)
		if (!hg_live_worker_did(l->workers[i], l->watch_ticket[i]))
			return hg_error_set(
				err, -EBUSY, "worker %u stands still; ask again when it goes on", i);
	if (on) {
		int r;

		close_profiles(l->rules);
		r = open_profiles(l->rules, l->n_workers, err);
		if (r < 0)
			return r;
	}
	l->measuring = on;
	return post(l, err);
}

void
hg_live_measure_next(struct hg_live *l, struct hg_rule_set *next)
{
	struct hg_error err;

	if (!l->measuring)
		return;
	l->measuring = open_profiles(next, l->n_workers, &err) == 0;
	if (!l->measuring)
		hg_log(HG_LOG_ERROR, "the new rules are not measured: %s", err.text);
}

/* Of all workers; NULL: err. */
static struct hg_profile *
add_up(const struct hg_live *l, struct hg_error *err)
{
	struct hg_profile *sum;

	if (l->rules->profiles[0] == NULL) {
		hg_error_set(err, -ENOENT, "these rules were not measured; ruleset-profile-start begins");
		return NULL;
	}
	if (hg_profile_open(&sum, l->rules->snapshot, err) < 0)
		return NULL;
	for (unsigned i = 0; i < l->n_workers; i++)
		hg_profile_add(sum, l->rules->profiles[i]);
	return sum;
}

char *
hg_live_profile_text(const struct hg_live *l, const struct hg_profile_view *v, struct hg_error *err)
{
	struct hg_profile *sum = add_up(l, err);
	char *text = NULL;

	if (sum == NULL)
		return NULL;
	text = hg_profile_text(sum, v);
	hg_profile_close(sum);
	if (text == NULL)
		hg_error_set(err, -ENOMEM, "no memory to tell what rules cost");
	return text;
}

void
hg_live_profile_last(struct hg_live *l)
{
	struct hg_profile *sum;
	struct hg_error err;

	if (!l->measuring)
		return;
	sum = add_up(l, &err);
	if (sum == NULL ||
		hg_profile_write(sum, l->config, hg_config_str(l->config, "default-log-dir"), &err) < 0)
		hg_log_error(HG_LOG_ERROR, &err);
	hg_profile_close(sum);
}
