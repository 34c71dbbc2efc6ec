/* What the main thread sees of its workers from without: that they stand still, or are overloaded. */
#include "base/log.h"
#include "engine/live_int.h"

#define TELL_EVERY HG_SEC /* between two lines on the overload of one worker */

bool
hg_live_watchdog_does(const struct hg_live *l, const char *what)
{
	return strcmp(hg_config_str(l->config, "engine.watchdog-action"), what) == 0;
}

static void
stands_still(struct hg_live *l, unsigned i, uint64_t most)
{
	struct hg_watch *w = &l->watch[i];

	w->stuck = true;
	l->stalls++;
	hg_log(HG_LOG_ERROR, "worker %u has stood still for %llu s", i, (unsigned long long)(most / HG_SEC));
	hg_live_tell_ready(l);
	l->failed |= hg_live_watchdog_does(l, "exit");
	if (l->rescue != NULL)
		hg_live_rescue(l->rescue, i, w->beats);
}

/* A worker whose loop stands still inspects nothing, and inline nothing of its flows passes, unless somebody passes it on. */
static void
watch_rounds(struct hg_live *l, unsigned i, uint64_t now)
{
	const uint64_t most = (uint64_t)hg_config_int(l->config, "engine.watchdog") * HG_SEC,
		       beats = hg_live_worker_beats(l->workers[i]);
	struct hg_watch *w = &l->watch[i];

	if (most == 0)
		return;
	if (beats != w->beats || w->since == 0) {
		const bool again = w->stuck;

		w->beats = beats;
		w->since = now;
		w->stuck = false;
		if (again) {
			hg_log(HG_LOG_WARNING, "worker %u goes on", i);
			hg_live_tell_ready(l);
		}
	} else if (!w->stuck && now - w->since > most) {
		stands_still(l, i, most);
	}
}

/* What has begun and ended between two lines is told with the next one. */
static void
watch_load(struct hg_live *l, unsigned i, uint64_t now)
{
	const uint64_t turns = hg_live_worker_overload_turns(l->workers[i]);
	struct hg_watch *w = &l->watch[i];

	if (turns == w->turns || (w->told != 0 && now - w->told < TELL_EVERY))
		return;
	w->turns = turns;
	w->told = now;
	if (turns % 2 == 1)
		hg_log(HG_LOG_WARNING,
			"worker %u is overloaded, frames come faster than it takes them: new flows get "
			"engine.overload-policy %s",
			i, hg_config_str(l->config, "engine.overload-policy"));
	else
		hg_log(HG_LOG_WARNING,
			"worker %u takes all frames again; it was overloaded %llu times so far", i,
			(unsigned long long)turns / 2);
}

void
hg_live_watch(struct hg_live *l)
{
	const uint64_t now = hg_thread_now();

	for (unsigned i = 0; i < l->n_workers; i++) {
		watch_rounds(l, i, now);
		watch_load(l, i, now);
	}
}
