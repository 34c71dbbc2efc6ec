/* What the control socket asks of a live run. */
#include "engine/live_int.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"

static void
count(void *arg, uint64_t values[HG_COUNTERS_MAX])
{
	hg_live_count(arg, values);
}

static void
rules(void *arg, struct hg_control_rules *out)
{
	const struct hg_live *l = arg;
	const struct hg_snapshot *s = l->rules->snapshot;

	*out = (struct hg_control_rules){ .loaded = s == NULL ? 0 : s->n_loaded,
		.failed = l->rules->refusals.n,
		.skipped = s == NULL ? 0 : s->n_left_out,
		.time_us = (int64_t)(l->rules->loaded / HG_USEC) };
}

static bool
refusal(void *arg, unsigned i, struct hg_control_refusal *out)
{
	const struct hg_live *l = arg;
	const struct hg_refusals *r = &l->rules->refusals;

	if (i >= r->kept)
		return false;
	*out = (struct hg_control_refusal){
		.rule = "", .file = r->list[i].file, .why = r->list[i].text, .line = r->list[i].line
	};
	return true;
}

static int
reload(void *arg, struct hg_error *err)
{
	return hg_reload_begin(arg, err);
}

static bool
last_reload(void *arg, struct hg_control_reload *out)
{
	const struct hg_live *l = arg;

	*out = l->last_reload;
	return out->n > 0;
}

static int
measure(void *arg, bool on, struct hg_error *err)
{
	return hg_live_measure(arg, on, err);
}

static char *
costs(void *arg, const struct hg_profile_view *v, struct hg_error *err)
{
	return hg_live_profile_text(arg, v, err);
}

static void
reopen(void *arg)
{
	const struct hg_live *l = arg;

	hg_output_reopen(l->output);
}

static void
shut_down(void *arg)
{
	struct hg_live *l = arg;

	l->over = true;
}

static int
restart_one(struct hg_live *l, unsigned i, struct hg_error *err)
{
	int r = hg_live_worker_renew(l->workers[i], err);

	if (r < 0)
		return r;
	if (!hg_live_wait(hg_live_worker_renewed, l->workers[i]))
		return hg_error_set(err, -ETIMEDOUT,
			"worker %u does not end its round; a new thread takes over as soon as it does", i);
	hg_log(HG_LOG_NOTICE, "worker %u goes on in a new thread", i);
	return 0;
}

static int
restart(void *arg, int64_t worker, unsigned *restarted, struct hg_error *err)
{
	struct hg_live *l = arg;
	int r = 0;

	*restarted = 0;
	if (worker >= (int64_t)l->n_workers)
		return hg_error_set(err, -EINVAL, "there is no worker %lld; the last one is %u",
			(long long)worker, l->n_workers - 1);
	for (unsigned i = 0; i < l->n_workers && r == 0; i++) {
		if (worker >= 0 && i != (unsigned)worker)
			continue;
		r = restart_one(l, i, err);
		*restarted += r == 0;
	}
	return r;
}

static bool
iface(void *arg, unsigned i, struct hg_control_iface *out)
{
	const struct hg_live *l = arg;
	struct hg_device_stats s;

	if (i >= hg_devices_count(l->devices))
		return false;
	hg_device_stats(l->devices, i, &s);
	*out = (struct hg_control_iface){ .name = l->names[i],
		.packets = s.received,
		.dropped = s.missed + s.unusable + s.unsent + s.unsteered +
			(l->devices_config.device[i].mode == HG_DEVICE_LISTEN ? 0 : s.oversized) };
	return true;
}

static enum hg_control_added
block_add(void *arg, const struct hg_control_block *b, const char **why)
{
	struct hg_live *l = arg;
	const hg_time now = hg_live_clock();
	const struct hg_block_wish w = { .match = b->match,
		.until = b->ttl == 0 ? 0 : now + b->ttl * HG_SEC,
		.id = b->id,
		.reason = b->reason };

	switch (hg_ledger_add(l->ledger, &w, now)) {
	case HG_BLOCK_ADDED:
		return HG_CONTROL_ADDED;
	case HG_BLOCK_RENEWED:
		return HG_CONTROL_RENEWED;
	case HG_BLOCK_FULL:
		*why = "the block table is full; raise block.max";
		return HG_CONTROL_REFUSED;
	default:
		*why = "too many different prefix lengths and scopes; use fewer";
		return HG_CONTROL_REFUSED;
	}
}

static bool
block_del(void *arg, const struct hg_control_block *b)
{
	struct hg_live *l = arg;

	return hg_ledger_del(l->ledger, &b->match);
}

static uint64_t
hits_of(const struct hg_live *l, uint32_t number)
{
	uint64_t hits = 0;

	/* A replica that is behind may still count those of an earlier entry. */
	for (unsigned i = 0; i < l->n_workers; i++)
		if (!hg_follower_owes(l->followers[i], number))
			hits += hg_block_hits(hg_live_worker_block(l->workers[i]), number);
	return hits;
}

static struct hg_control_block
block_of(const struct hg_live *l, const struct hg_block_line *line, hg_time now)
{
	struct hg_control_block b = {
		.match = line->match, .hits = hits_of(l, line->number), .id = line->id, .reason = line->reason
	};

	/* 0 would say that it stays for good. */
	if (line->until != 0)
		b.ttl = line->until > now + HG_SEC ? (uint32_t)((line->until - now) / HG_SEC) : 1;
	return b;
}

static uint32_t
block_list(void *arg, const struct hg_control_page *page,
	void (*each)(void *to, const struct hg_control_block *b), void *to)
{
	const struct hg_live *l = arg;
	const hg_time now = hg_live_clock();
	const uint64_t end = (uint64_t)page->offset + page->count;
	struct hg_block_line line;
	uint32_t from = page->from;

	for (uint64_t i = 0; hg_ledger_line(l->ledger, from, &line); i++, from = line.number + 1) {
		struct hg_control_block b;

		if (i == end)
			return line.number;
		if (i < page->offset)
			continue;
		b = block_of(l, &line, now);
		each(to, &b);
	}
	return HG_BLOCK_NONE;
}

static void
block_stats(void *arg, struct hg_control_block_stats *out)
{
	const struct hg_live *l = arg;

	*out = (struct hg_control_block_stats){ .entries = hg_ledger_count(l->ledger),
		.capacity = hg_ledger_capacity(l->ledger),
		.generation = hg_ledger_generation(l->ledger) };
	for (unsigned i = 0; i < l->n_workers; i++)
		out->hits += hg_block_all_hits(hg_live_worker_block(l->workers[i]));
	snprintf(out->epoch, sizeof(out->epoch), "%s", l->epoch);
}

/* One that was not sent all of it, or that stands still and reads nothing. */
static uint32_t
block_behind(void *arg)
{
	const struct hg_live *l = arg;
	uint32_t behind = hg_live_blocks_behind(l);

	for (unsigned i = 0; i < l->n_workers; i++)
		behind |= (uint32_t)l->watch[i].stuck << i;
	return behind;
}

static void
output(void *arg, struct hg_output_stats *out)
{
	const struct hg_live *l = arg;

	hg_output_stats(l->output, out);
}

static bool
set(void *arg, const char *name, struct hg_control_set *s)
{
	const struct hg_live *l = arg;
	const struct hg_snapshot *rules = l->rules->snapshot;

	for (uint16_t i = 0; rules != NULL && i < rules->n_sets; i++) {
		if (strcmp(rules->sets[i].name, name) != 0)
			continue;
		*s = (struct hg_control_set){ rules->sets[i].set, hg_live_clock() };
		return true;
	}
	return false;
}

static int
set_save(void *arg, struct hg_error *err)
{
	const struct hg_live *l = arg;

	return l->rules->snapshot == NULL ? 0 : hg_snapshot_save(l->rules->snapshot, hg_live_clock(), err);
}

void
hg_live_ops(struct hg_live *l)
{
	l->ops = (struct hg_control_ops){ .arg = l,
		.running_mode = "workers",
		.capture_mode = "DPDK",
		.started = hg_control_clock(),
		.count = count,
		.ips = l->settings->ips,
		.rules = rules,
		.refusal = refusal,
		.reload = reload,
		.last_reload = last_reload,
		.reopen = reopen,
		.shutdown = shut_down,
		.restart = restart,
		.iface = iface,
		.block_add = block_add,
		.block_del = block_del,
		.block_list = block_list,
		.block_stats = block_stats,
		.block_behind = block_behind,
		.set = set,
		.set_save = set_save,
		.output = output,
		.measure = measure,
		.costs = costs };
}
