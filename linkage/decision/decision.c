#include "linkage/decision/decision.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/log.h"
#include "linkage/decision/record.h"
#include "linkage/io/clock.h"

#define BAN_OF_TIMER(entry) ((struct hg_ban *)((char *)(entry)-offsetof(struct hg_ban, timer)))

int
hg_decider_open(struct hg_decider *d, uint32_t most, hg_time now, struct hg_error *err)
{
	d->now = now;
	hg_wheel_init(&d->wheel, now);
	if (getrandom(&d->ids, sizeof(d->ids), 0) != sizeof(d->ids))
		return hg_error_errno(err, "no random numbers");
	return hg_bans_open(&d->bans, most, err);
}

void
hg_decider_close(struct hg_decider *d)
{
	for (unsigned i = 0; i < d->n_targets; i++)
		hg_target_close(&d->targets[i]);
	hg_bans_close(&d->bans);
	hg_policy_close(&d->policy);
	hg_guard_close(&d->admit.guard);
	hg_budget_close(&d->admit.sids);
	hg_budget_close(&d->admit.neighbours);
	hg_budget_close(&d->admit.minute);
	hg_budget_close(&d->admit.hour);
}

static uint64_t
new_id(struct hg_decider *d)
{
	const struct hg_hash_key key = { d->ids, 0 };
	const int64_t wall = hg_wall();

	d->ids++;
	return (hg_hash(&key, &wall, sizeof(wall)) & 0xffffffffffffff) | 1;
}

static void
targets_text(const struct hg_decider *d, uint32_t targets, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < d->n_targets && used < size; i++)
		if ((targets & 1u << i) != 0)
			used += (size_t)snprintf(out + used, size - used, "%s ", d->targets[i].name);
}

static uint32_t
targets_named(const struct hg_decider *d, const char *text)
{
	uint32_t targets = 0;

	for (unsigned i = 0; i < d->n_targets; i++) {
		const size_t len = strlen(d->targets[i].name);

		for (const char *p = text; (p = strstr(p, d->targets[i].name)) != NULL; p += len)
			if ((p == text || p[-1] == ' ') && p[len] == ' ')
				targets |= 1u << i;
	}
	return targets;
}

static void
keep(struct hg_decider *d, const struct hg_ban *ban, enum hg_origin origin, int64_t ended)
{
	const struct hg_lease *l = &ban->leases[origin];
	struct hg_store_lease s = { .net = ban->net,
		.origin = origin,
		.id = l->id,
		.granted = l->granted,
		.expires = l->expires,
		.ended = ended,
		.ttl = l->ttl,
		.level = l->level,
		.gid = l->gid,
		.sid = l->sid,
		.flow_id = l->flow_id };

	if (d->store == NULL)
		return;
	targets_text(d, l->targets, s.targets, sizeof(s.targets));
	memcpy(s.why, l->why, sizeof(s.why));
	hg_store_put(d->store, &s);
}

static void
rearm(struct hg_decider *d, struct hg_ban *ban)
{
	hg_time next = HG_FOREVER;

	for (unsigned o = 0; o < HG_ORIGINS; o++)
		if (ban->leases[o].ends != 0)
			next = HG_MIN(next, ban->leases[o].ends);
	if (next == HG_FOREVER && hg_ban_ends(ban) == 0 && ban->remembered != 0)
		next = ban->remembered;
	hg_wheel_remove(&ban->timer);
	if (next != HG_FOREVER)
		hg_wheel_add(&d->wheel, &ban->timer, next);
}

static void
changed(struct hg_decider *d, struct hg_ban *ban, bool urgent)
{
	ban->version++;
	rearm(d, ban);
	for (unsigned i = 0; i < d->n_targets; i++)
		if (hg_ban_wanted(ban, i) || ban->bindings[i].state != HG_BINDING_ABSENT ||
			ban->bindings[i].asked)
			hg_target_queue(&d->targets[i], ban, urgent);
}

void
hg_decide_settle(struct hg_decider *d, struct hg_ban *ban)
{
	if (hg_ban_ends(ban) != 0 || ban->remembered != 0)
		return;
	for (unsigned i = 0; i < d->n_targets; i++) {
		const struct hg_binding *b = &ban->bindings[i];

		if (b->queued || b->asked || b->told || b->state == HG_BINDING_HELD)
			return;
	}
	hg_bans_drop(&d->bans, ban);
}

/* Leases that were made together do not end together. */
static uint32_t
with_jitter(const struct hg_decider *d, uint32_t ttl, uint64_t id)
{
	const int64_t most = (int64_t)ttl * d->policy.jitter / 100;

	return most == 0 ? ttl : (uint32_t)(ttl - most + (int64_t)(id / 2 % (uint64_t)(2 * most + 1)));
}

static void
begin_lease(struct hg_decider *d, struct hg_lease *l)
{
	l->id = new_id(d);
	d->leases++;
}

static void
grant(const struct hg_decider *d, struct hg_lease *l, uint32_t ttl)
{
	l->ttl = ttl;
	l->granted = hg_wall();
	l->ends = ttl == 0 ? HG_FOREVER : d->now + (hg_time)ttl * HG_SEC;
	l->expires = ttl == 0 ? 0 : l->granted + (int64_t)ttl * HG_WALL_SEC;
}

static void
tell_lease(struct hg_decider *d, const char *action, struct hg_ban *ban, enum hg_origin origin,
	const struct hg_alert *a, const char *detail)
{
	hg_record_write(d,
		&(struct hg_record){ .action = action,
			.net = &ban->net,
			.lease = &ban->leases[origin],
			.origin = origin,
			.alert = a,
			.detail = detail });
}

static void
tell_refused(struct hg_decider *d, enum hg_refusal why, const struct hg_net *net, enum hg_origin origin,
	const struct hg_alert *a, const char *detail)
{
	struct hg_refusals_told *t = &d->told[why];
	const uint64_t second = d->now / HG_SEC;

	if (t->second != second) {
		t->second = second;
		t->n = 0;
	}
	if (t->n++ >= HG_REFUSALS_TOLD) {
		t->suppressed++;
		return;
	}
	hg_record_write(d,
		&(struct hg_record){ .action = "refused",
			.net = net,
			.origin = origin,
			.alert = a,
			.reason = hg_refusal_name(why),
			.detail = detail,
			.count = t->suppressed == 0 ? 0 : t->suppressed + 1 });
	t->suppressed = 0;
}

/* A live lease is left alone until half of it is over: an attack that goes on is one offence, not one an alert. */
static bool
is_fresh(const struct hg_decider *d, const struct hg_lease *l, const struct hg_policy_rule *r)
{
	const uint32_t ttl = hg_policy_ttl(&d->policy, r, l->level);

	return l->ends != 0 && (r->targets & ~l->targets) == 0 &&
		(l->ends == HG_FOREVER || l->ends - d->now > (hg_time)ttl * HG_SEC / 2);
}

static void
ban_accused(struct hg_decider *d, const struct hg_policy_rule *r, const struct hg_net *net,
	const struct hg_alert *a)
{
	struct hg_ban *ban = hg_bans_make(&d->bans, net);
	struct hg_lease *l = &ban->leases[HG_ORIGIN_POLICY];
	const bool renewed = l->ends != 0;

	if (!renewed) {
		l->level = ban->remembered != 0 && l->id != 0 ? l->level + 1 : 0;
		begin_lease(d, l);
		l->targets = 0;
		ban->seen = d->now;
		d->admit.automatic++;
	}
	ban->remembered = 0;
	grant(d, l, with_jitter(d, hg_policy_ttl(&d->policy, r, l->level), l->id));
	l->targets |= r->targets;
	l->gid = a->gid;
	l->sid = a->sid;
	l->flow_id = a->flow_id;
	snprintf(l->why, sizeof(l->why), "%s", r->name);
	keep(d, ban, HG_ORIGIN_POLICY, 0);
	tell_lease(d, renewed ? "renewed" : "requested", ban, HG_ORIGIN_POLICY, a, NULL);
	d->counts.renewed += renewed;
	d->counts.granted += !renewed;
	changed(d, ban, true);
}

static bool
is_full(const struct hg_decider *d, const struct hg_ban *ban)
{
	return ban == NULL && d->bans.pool.used >= d->bans.pool.cap;
}

void
hg_decide_alert(struct hg_decider *d, const struct hg_alert *a, hg_time now)
{
	const struct hg_policy_rule *r = hg_policy_match(&d->policy, a);
	struct hg_intent intent = { .origin = HG_ORIGIN_POLICY, .two_way = a->two_way, .sid = a->sid };
	const struct hg_ban *ban;
	enum hg_refusal refusal;
	char why[64];

	d->now = now;
	d->counts.alerts++;
	if (r == NULL || r->action == HG_ACTION_IGNORE) {
		d->counts.no_rule += r == NULL;
		d->counts.ignored += r != NULL;
		return;
	}
	intent.net = hg_policy_accused(&d->policy, r, a);
	intent.observe = d->observe || d->open || r->action == HG_ACTION_OBSERVE;
	ban = hg_bans_find(&d->bans, &intent.net);
	if (ban != NULL && is_fresh(d, &ban->leases[HG_ORIGIN_POLICY], r)) {
		d->counts.already++;
		return;
	}
	d->admit.full = is_full(d, ban);
	d->admit.store_behind = d->store != NULL && hg_store_behind(d->store);
	refusal = hg_admit(&d->admit, &intent, now, why, sizeof(why));
	if (refusal == HG_ADMITTED)
		ban_accused(d, r, &intent.net, a);
	else
		tell_refused(d, refusal, &intent.net, HG_ORIGIN_POLICY, a, why);
}

enum hg_refusal
hg_decide_add(struct hg_decider *d, const struct hg_order_add *o, hg_time now, char *why, size_t size)
{
	const struct hg_intent intent = { .net = o->net, .origin = HG_ORIGIN_OPERATOR, .wide = o->wide };
	enum hg_refusal refusal;
	struct hg_ban *ban;
	struct hg_lease *l;
	bool renewed;

	d->now = now;
	d->admit.full = is_full(d, hg_bans_find(&d->bans, &o->net));
	refusal = hg_admit(&d->admit, &intent, now, why, size);
	if (refusal != HG_ADMITTED) {
		tell_refused(d, refusal, &o->net, HG_ORIGIN_OPERATOR, NULL, why);
		return refusal;
	}
	ban = hg_bans_make(&d->bans, &o->net);
	l = &ban->leases[HG_ORIGIN_OPERATOR];
	renewed = l->ends != 0;
	if (!renewed)
		begin_lease(d, l);
	grant(d, l, o->ttl);
	l->targets = o->targets != 0 ? o->targets : UINT32_MAX >> (32 - HG_TARGETS);
	snprintf(l->why, sizeof(l->why), "%s", o->reason == NULL ? "" : o->reason);
	keep(d, ban, HG_ORIGIN_OPERATOR, 0);
	tell_lease(d, renewed ? "renewed" : "requested", ban, HG_ORIGIN_OPERATOR, NULL, NULL);
	d->counts.renewed += renewed;
	d->counts.granted += !renewed;
	changed(d, ban, false);
	return HG_ADMITTED;
}

/* An automatic lease that ran out is remembered; all others are forgotten. */
static void
end_lease(struct hg_decider *d, struct hg_ban *ban, enum hg_origin origin, bool ran_out, const char *why)
{
	struct hg_lease *l = &ban->leases[origin];

	l->ends = 0;
	d->leases--;
	d->admit.automatic -= origin == HG_ORIGIN_POLICY;
	tell_lease(d, ran_out ? "expired" : "lifted", ban, origin, NULL, why);
	d->counts.expired += ran_out;
	d->counts.lifted += !ran_out;
	if (ran_out && origin == HG_ORIGIN_POLICY) {
		ban->remembered = d->now + (hg_time)d->policy.window * HG_SEC;
		keep(d, ban, origin, hg_wall());
	} else {
		l->id = 0;
		if (d->store != NULL)
			hg_store_forget(d->store, &ban->net, origin);
	}
}

static void
lift(struct hg_decider *d, struct hg_ban *ban, const char *why)
{
	if (ban->remembered != 0 && d->store != NULL)
		hg_store_forget(d->store, &ban->net, HG_ORIGIN_POLICY);
	for (unsigned o = 0; o < HG_ORIGINS; o++)
		if (ban->leases[o].ends != 0)
			end_lease(d, ban, (enum hg_origin)o, false, why);
	ban->remembered = 0;
	changed(d, ban, true);
	hg_decide_settle(d, ban);
}

bool
hg_decide_lift(struct hg_decider *d, const struct hg_net *net, const char *why, hg_time now)
{
	struct hg_ban *ban = hg_bans_find(&d->bans, net);

	d->now = now;
	if (ban == NULL || (hg_ban_ends(ban) == 0 && ban->remembered == 0))
		return false;
	lift(d, ban, why);
	return true;
}

static void
expire(struct hg_decider *d, struct hg_ban *ban)
{
	bool ended = false;

	for (unsigned o = 0; o < HG_ORIGINS; o++) {
		if (ban->leases[o].ends != 0 && ban->leases[o].ends <= d->now) {
			end_lease(d, ban, (enum hg_origin)o, true, NULL);
			ended = true;
		}
	}
	if (ban->remembered != 0 && ban->remembered <= d->now)
		ban->remembered = 0;
	if (ended)
		changed(d, ban, true);
	else
		rearm(d, ban);
	hg_decide_settle(d, ban);
}

/* So many at once: a list that ends in one second must not keep alerts waiting. */
#define EXPIRE_MOST 500

bool
hg_decide_expire(struct hg_decider *d, hg_time now)
{
	struct hg_wheel_entry *e = NULL;

	d->now = now;
	for (unsigned i = 0; i < EXPIRE_MOST && (e = hg_wheel_due(&d->wheel, now)) != NULL; i++)
		expire(d, BAN_OF_TIMER(e));
	return e != NULL;
}

void
hg_decide_guard(struct hg_decider *d, hg_time now)
{
	struct hg_bans_at at = { 0 };
	struct hg_ban *ban;
	bool allowed;

	d->now = now;
	while ((ban = hg_bans_walk(&d->bans, &at)) != NULL) {
		const struct hg_nets_row *hit;

		if (hg_ban_ends(ban) == 0)
			continue;
		hit = hg_guard_hit(&d->admit.guard, &ban->net, &allowed);
		if (hit != NULL)
			lift(d, ban, hit->from);
	}
}

void
hg_decide_open(struct hg_decider *d, bool open, hg_time now)
{
	d->now = now;
	d->open = open;
	if (d->store != NULL)
		hg_store_set_flag(d->store, "open", open);
	hg_record_write(d, &(struct hg_record){ .action = open ? "panic-open" : "resumed" });
	for (unsigned i = 0; i < d->n_targets; i++)
		hg_target_resync(&d->targets[i], false);
}

enum hg_refusal
hg_decide_ask(const struct hg_decider *d, const struct hg_net *net, char *why, size_t size)
{
	struct hg_admit trial = d->admit;
	const struct hg_intent intent = {
		.net = *net, .origin = HG_ORIGIN_POLICY, .two_way = true, .observe = true
	};
	enum hg_refusal r = hg_admit(&trial, &intent, d->now, why, size);

	/* All questions about the address come before this one. */
	return r == HG_REFUSED_OBSERVE ? HG_ADMITTED : r;
}

struct load {
	struct hg_decider *d;
	int64_t wall;
	uint32_t lost;
};

/* The time that is left by the calendar, never more than was granted: a clock that was set back extends nothing. */
static void
restore(struct load *load, struct hg_ban *ban, const struct hg_store_lease *s)
{
	struct hg_decider *d = load->d;
	struct hg_lease *l = &ban->leases[s->origin];
	const int64_t granted = (int64_t)s->ttl * HG_WALL_SEC;
	const int64_t left = HG_MIN(s->expires - load->wall, granted);

	if (s->expires == 0)
		l->ends = HG_FOREVER;
	else if (left > 0)
		l->ends = d->now + (hg_time)left * HG_USEC;
	else
		l->ends = d->now;
	l->expires = s->expires == 0 ? 0 : load->wall + HG_MAX(left, 0);
	d->admit.automatic += s->origin == HG_ORIGIN_POLICY;
	d->leases++;
}

static void
load_lease(void *ctx, const struct hg_store_lease *s)
{
	struct load *load = ctx;
	struct hg_decider *d = load->d;
	const int64_t window = (int64_t)d->policy.window * HG_WALL_SEC;
	struct hg_ban *ban;

	if (s->ended != 0 && s->ended + window <= load->wall)
		return;
	ban = hg_bans_make(&d->bans, &s->net);
	if (ban == NULL) {
		load->lost++;
		return;
	}
	ban->leases[s->origin] = (struct hg_lease){ .id = s->id,
		.granted = s->granted,
		.expires = s->expires,
		.ttl = s->ttl,
		.level = s->level,
		.targets = targets_named(d, s->targets),
		.gid = s->gid,
		.sid = s->sid,
		.flow_id = s->flow_id };
	memcpy(ban->leases[s->origin].why, s->why, sizeof(s->why));
	if (s->ended == 0)
		restore(load, ban, s);
	else
		ban->remembered = d->now + (hg_time)(s->ended + window - load->wall) * HG_USEC;
	ban->version++;
	rearm(d, ban);
}

/* What a target had when we died; without a lease it stays until the record that it has it no more is written. */
static void
load_told(void *ctx, const struct hg_net *net, const char *name)
{
	struct load *load = ctx;
	struct hg_decider *d = load->d;
	struct hg_ban *ban = hg_bans_make(&d->bans, net);
	unsigned i = 0;

	while (i < d->n_targets && strcmp(d->targets[i].name, name) != 0)
		i++;
	if (ban != NULL && i < d->n_targets)
		ban->bindings[i].told = true;
	else
		hg_store_told(d->store, net, name, false);
	if (ban != NULL)
		hg_decide_settle(d, ban);
}

int
hg_decider_load(struct hg_decider *d, int64_t wall, struct hg_error *err)
{
	struct load load = { .d = d, .wall = wall };
	int status = hg_store_load(d->store, load_lease, &load, err);

	if (status == 0)
		status = hg_store_load_told(d->store, load_told, &load, err);
	if (status < 0)
		return status;
	d->open = hg_store_flag(d->store, "open");
	if (load.lost > 0)
		hg_log(HG_LOG_ERROR, "%u leases of the store are not enforced: raise linkage.most",
			load.lost);
	hg_store_forget_older(d->store, wall - (int64_t)d->policy.window * HG_WALL_SEC,
		wall - (int64_t)180 * 86400 * HG_WALL_SEC);
	if (d->leases > 0)
		hg_record_write(d, &(struct hg_record){ .action = "restored", .count = d->leases });
	hg_decide_guard(d, d->now);
	while (hg_decide_expire(d, d->now))
		;
	return 0;
}
