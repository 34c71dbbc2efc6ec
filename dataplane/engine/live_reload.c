#include "engine/live_int.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

#define NICE 10 /* compiling must not take the core of a worker */

/* Workers have let go of them. */
void
hg_rule_set_end(struct hg_rule_set *s)
{
	struct hg_error err;

	if (s != NULL && s->snapshot != NULL && hg_snapshot_save(s->snapshot, hg_live_clock(), &err) < 0)
		hg_log_error(HG_LOG_ERROR, &err);
	hg_rule_set_close(s);
}

void
hg_rule_set_close(struct hg_rule_set *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < HG_WORKERS_MAX; i++) {
		hg_detect_seat_close(s->seats[i]);
		hg_profile_close(s->profiles[i]);
	}
	hg_snapshot_close(s->snapshot);
	hg_refusals_free(&s->refusals);
	hg_config_close(s->config);
	free(s);
}

int
hg_rule_set_seats(struct hg_rule_set *s, unsigned workers, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; s->snapshot != NULL && r == 0 && i < workers; i++)
		r = hg_detect_seat_open(&s->seats[i], s->snapshot, err);
	return r;
}

/* Contexts of digests are made at the start. */
static void
say_not_hashed(const struct hg_live *l, const struct hg_snapshot *rules)
{
	if (rules != NULL && (rules->file_hashes & ~l->file_hashes) != 0)
		hg_log(HG_LOG_WARNING,
			"rules or file-lists want a digest of files that nothing wanted at the start: it is "
			"made "
			"after a restart, or with outputs.eve-log.types.files.force-hash");
}

/* The thread; l->rules stay until it has ended. The configuration is read anew for its variables and rule files; all else stays as at the start. */
static void
load(void *arg)
{
	struct hg_live *l = arg;
	struct hg_rule_set *s = l->reload.next;
	struct hg_settings *settings = calloc(1, sizeof(*settings));
	int r = settings == NULL ? hg_error_set(&l->reload.why, -ENOMEM, "no memory to load rules")
				 : hg_load_config(l->options, &s->config, settings, &l->reload.why);

	setpriority(PRIO_PROCESS, 0, NICE);
	if (r == 0)
		r = hg_load_rules(l->options, s->config, settings, l->rules->snapshot, &s->snapshot,
			&s->refusals, &l->reload.why);
	if (r == 0)
		say_not_hashed(l, s->snapshot);
	if (r == 0)
		r = hg_rule_set_seats(s, l->n_workers, &l->reload.why);
	if (r == 0 && !hg_rules_differ(&l->reload.diff, l->rules->snapshot, s->snapshot))
		r = hg_error_set(&l->reload.why, -ENOMEM, "no memory to compare rules");
	if (settings != NULL)
		hg_settings_close(settings);
	free(settings);
	l->reload.compiled = hg_thread_now();
	s->loaded = hg_live_clock();
	l->reload.loaded = r == 0;
}

int
hg_reload_begin(struct hg_live *l, struct hg_error *err)
{
	struct hg_reload *r = &l->reload;
	int error;

	if (r->busy)
		return hg_error_set(err, -EBUSY, "rules are already being loaded");
	*r = (struct hg_reload){ .next = calloc(1, sizeof(*r->next)), .begun = hg_thread_now() };
	if (r->next == NULL)
		return hg_error_set(err, -ENOMEM, "no memory to load rules");
	error = hg_thread_start(&r->thread, "rules", load, l, err);
	if (error < 0)
		hg_rule_set_close(r->next);
	r->busy = error == 0;
	if (r->busy)
		hg_notify_reloading(&l->notify);
	return error;
}

static void
tell(struct hg_live *l, const struct hg_error *why)
{
	char text[512];

	l->reload.busy = false;
	if (why != NULL)
		hg_log(HG_LOG_ERROR, "the rules stay as they were: %s",
			hg_error_text(why, text, sizeof(text)));
	/* Before who has asked for it hears: his next order finds a service that runs. */
	hg_live_tell_ready(l);
	if (l->control != NULL)
		hg_control_reloaded(l->control, why);
}

static void
exchange(struct hg_live *l)
{
	struct hg_reload *r = &l->reload;

	hg_live_measure_next(l, r->next);
	r->old = l->rules;
	l->rules = r->next;
	r->next = NULL;
}

/* Nobody looks at the old rules any more when each worker has read its mail; whose box was full gets it now. */
static bool
all_adopted(struct hg_live *l)
{
	bool all = true;

	for (unsigned i = 0; i < l->n_workers; i++) {
		const struct hg_mail mail = { .kind = HG_MAIL_RULES,
			.seat = l->rules->seats[i],
			.watcher = hg_live_watcher(l->rules, i) };
		uint64_t *ticket = &l->reload.tickets[i];

		if (*ticket == 0)
			*ticket = hg_live_worker_post(l->workers[i], &mail);
		all &= *ticket != 0 && hg_live_worker_did(l->workers[i], *ticket);
	}
	return all;
}

static uint64_t
memory_held(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long long size, pages = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu %llu", &size, &pages) != 2)
		pages = 0;
	fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* All workers have the new rules, and the old ones are gone. */
static void
report(struct hg_live *l)
{
	const struct hg_reload *r = &l->reload;
	struct hg_control_reload *out = &l->last_reload;

	*out = (struct hg_control_reload){ .n = out->n + 1,
		.loaded = l->rules->snapshot == NULL ? 0 : l->rules->snapshot->n_loaded,
		.failed = l->rules->refusals.n,
		.diff = r->diff,
		.time_us = (int64_t)(l->rules->loaded / HG_USEC),
		.took_ms = (uint32_t)((hg_thread_now() - r->begun) / 1000000),
		.compile_ms = (uint32_t)((r->compiled - r->begun) / 1000000),
		.memory = memory_held() };
	hg_log(HG_LOG_NOTICE,
		"%u rules loaded, %u refused; %u added, %u removed, %u changed; in %.1f s, holding %llu MB",
		out->loaded, out->failed, r->diff.n[HG_RULES_ADDED], r->diff.n[HG_RULES_REMOVED],
		r->diff.n[HG_RULES_CHANGED], out->took_ms / 1000.0, (unsigned long long)(out->memory >> 20));
}

void
hg_reload_go_on(struct hg_live *l)
{
	struct hg_reload *r = &l->reload;

	if (!r->busy)
		return;
	if (r->next != NULL) {
		if (!hg_thread_join(&r->thread, 0))
			return;
		if (!r->loaded) {
			hg_rule_set_close(r->next);
			r->next = NULL;
			tell(l, &r->why);
			return;
		}
		exchange(l);
	}
	if (!all_adopted(l))
		return;
	hg_rule_set_end(r->old);
	r->old = NULL;
	malloc_trim(0);
	report(l);
	tell(l, NULL);
}

void
hg_reload_end(struct hg_live *l)
{
	struct hg_reload *r = &l->reload;

	if (!r->busy)
		return;
	if (r->next != NULL)
		while (!hg_thread_join(&r->thread, hg_thread_now() + HG_SEC))
			;
	hg_rule_set_close(r->next);
	hg_rule_set_close(r->old);
}
