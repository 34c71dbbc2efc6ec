#include "linkage/decision/target.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "linkage/decision/decision.h"
#include "linkage/decision/record.h"
#include "linkage/driver/driver.h"
#include "linkage/io/clock.h"

#define ORDERS_MOST 1000
#define RETRY_FIRST (100 * HG_MSEC)
#define RETRY_LAST (30 * HG_SEC)
#define RETRY_REFUSED (60 * HG_SEC)

void
hg_target_close(struct hg_target *t)
{
	if (t->state != NULL)
		t->driver->close(t);
	free(t->urgent.ring);
	free(t->bulk.ring);
	free(t->later.ring);
}

static bool
lane_grow(struct hg_lane *l)
{
	const uint32_t size = l->size == 0 ? 64 : 2 * l->size;
	struct hg_ban **ring = malloc(size * sizeof(*ring));

	if (ring == NULL)
		return false;
	for (uint32_t i = 0; i < l->n; i++)
		ring[i] = l->ring[(l->head + i) & (l->size - 1)];
	free(l->ring);
	*l = (struct hg_lane){ .ring = ring, .size = size, .n = l->n };
	return true;
}

static void
lane_push(struct hg_target *t, struct hg_lane *l, struct hg_ban *ban)
{
	struct hg_binding *b = &ban->bindings[t->index];

	if (b->queued || (l->n == l->size && !lane_grow(l)))
		return;
	l->ring[(l->head + l->n++) & (l->size - 1)] = ban;
	b->queued = true;
}

static struct hg_ban *
lane_pop(struct hg_target *t, struct hg_lane *l)
{
	struct hg_ban *ban;

	if (l->n == 0)
		return NULL;
	ban = l->ring[l->head];
	l->head = (l->head + 1) & (l->size - 1);
	l->n--;
	ban->bindings[t->index].queued = false;
	return ban;
}

void
hg_target_queue(struct hg_target *t, struct hg_ban *ban, bool urgent)
{
	lane_push(t, urgent ? &t->urgent : &t->bulk, ban);
}

static void
set_state(struct hg_target *t, struct hg_binding *b, enum hg_binding_state state)
{
	t->held += (state == HG_BINDING_HELD) - (b->state == HG_BINDING_HELD);
	b->state = (uint8_t)state;
}

void
hg_target_resync(struct hg_target *t, bool anew)
{
	struct hg_bans_at at = { 0 };
	struct hg_ban *ban;

	while ((ban = hg_bans_walk(&t->decider->bans, &at)) != NULL) {
		struct hg_binding *b = &ban->bindings[t->index];

		b->done = 0;
		if (anew)
			set_state(t, b, HG_BINDING_ABSENT);
		if (hg_ban_wanted(ban, t->index) || b->state == HG_BINDING_HELD || b->told)
			lane_push(t, &t->bulk, ban);
	}
}

static bool
wanted(const struct hg_target *t, const struct hg_ban *ban)
{
	return !t->decider->open && hg_ban_wanted(ban, t->index);
}

static uint32_t
seconds_left(const struct hg_ban *ban, hg_time now)
{
	const hg_time ends = hg_ban_ends(ban);

	if (ends == HG_FOREVER || ends == 0)
		return 0;
	return ends <= now + HG_SEC ? 1 : (uint32_t)((ends - now + HG_SEC / 2) / HG_SEC);
}

/* That it is enforced, or no more, is told once, also over deaths: the store knows it with the record. */
static void
note_told(struct hg_target *t, struct hg_ban *ban, bool enforced)
{
	ban->bindings[t->index].told = enforced;
	if (t->decider->store != NULL)
		hg_store_told(t->decider->store, &ban->net, t->name, enforced);
}

static void
tell_withdrawn(struct hg_target *t, struct hg_ban *ban)
{
	hg_record_write(t->decider,
		&(struct hg_record){ .action = "withdrawn", .net = &ban->net, .target = t->name });
	note_told(t, ban, false);
}

/* Takes orders off a lane; a ban that needs nothing any more is let go. */
static unsigned
take(struct hg_target *t, struct hg_lane *l, struct hg_order *orders, unsigned most, hg_time now)
{
	unsigned n = 0;
	struct hg_ban *ban;

	while (n < most && (ban = lane_pop(t, l)) != NULL) {
		struct hg_binding *b = &ban->bindings[t->index];
		const struct hg_lease *lease = hg_ban_lease(ban);

		if (b->done == ban->version || (!wanted(t, ban) && b->state == HG_BINDING_ABSENT)) {
			b->done = ban->version;
			/* It was taken from the target while we were dead. */
			if (b->state == HG_BINDING_ABSENT && b->told)
				tell_withdrawn(t, ban);
			hg_decide_settle(t->decider, ban);
			continue;
		}
		b->asked = true;
		orders[n++] = (struct hg_order){ .ban = ban,
			.version = ban->version,
			.wanted = wanted(t, ban),
			.seconds = seconds_left(ban, now),
			.id = lease == NULL ? 0 : lease->id };
	}
	return n;
}

bool
hg_target_pump(struct hg_target *t, hg_time now)
{
	struct hg_order orders[ORDERS_MOST];
	unsigned n;
	struct hg_ban *ban;

	if (t->later.n > 0 && now >= t->retry_at)
		while ((ban = lane_pop(t, &t->later)) != NULL)
			lane_push(t, &t->bulk, ban);
	while (t->driver->ready(t) && (n = take(t, &t->urgent, orders, HG_URGENT, now)) > 0)
		t->driver->apply(t, orders, n);
	if (t->driver->ready(t) &&
		(n = take(t, &t->bulk, orders, HG_MIN(t->driver->bulk, ORDERS_MOST), now)) > 0)
		t->driver->apply(t, orders, n);
	return t->driver->ready(t) && t->bulk.n > 0;
}

static enum hg_origin
origin_of(const struct hg_ban *ban, const struct hg_lease *l)
{
	return l == &ban->leases[HG_ORIGIN_POLICY] ? HG_ORIGIN_POLICY : HG_ORIGIN_OPERATOR;
}

static void
tell_enforced(struct hg_target *t, struct hg_ban *ban)
{
	const struct hg_lease *l = hg_ban_lease(ban);
	struct hg_record r = { .action = "enforced", .net = &ban->net, .lease = l, .target = t->name };

	if (l == NULL)
		return;
	r.origin = origin_of(ban, l);
	if (ban->seen != 0)
		r.latency = (hg_clock() - ban->seen) / HG_USEC;
	hg_record_write(t->decider, &r);
	note_told(t, ban, true);
}

static void
tell_failed(struct hg_target *t, const struct hg_ban *ban, const char *why)
{
	const struct hg_lease *l = hg_ban_lease(ban);

	hg_record_write(t->decider,
		&(struct hg_record){ .action = "failed",
			.net = &ban->net,
			.lease = l,
			.origin = origin_of(ban, l),
			.target = t->name,
			.detail = why });
}

static void
retry(struct hg_target *t, struct hg_ban *ban, const char *why)
{
	struct hg_binding *b = &ban->bindings[t->index];
	hg_time wait = RETRY_FIRST;

	t->counts.failed++;
	if (b->fails == 0)
		tell_failed(t, ban, why);
	for (unsigned i = 0; i < b->fails && wait < RETRY_LAST; i++)
		wait *= 2;
	if (b->fails < UINT8_MAX)
		b->fails++;
	lane_push(t, &t->later, ban);
	t->retry_at = t->decider->now + HG_MIN(wait, RETRY_LAST);
}

static void
refuse(struct hg_target *t, struct hg_ban *ban, const char *why)
{
	struct hg_binding *b = &ban->bindings[t->index];

	t->counts.refused++;
	if (b->state != HG_BINDING_REFUSED)
		tell_failed(t, ban, why);
	set_state(t, b, HG_BINDING_REFUSED);
	b->done = 0;
	lane_push(t, &t->later, ban);
	t->retry_at = HG_MAX(t->retry_at, t->decider->now + RETRY_REFUSED);
}

void
hg_target_answer(struct hg_target *t, const struct hg_order *o, int answer, const char *why)
{
	struct hg_ban *ban = o->ban;
	struct hg_binding *b = &ban->bindings[t->index];

	b->asked = false;
	if (answer == HG_ANSWER_FAILED) {
		retry(t, ban, why);
		return;
	}
	b->fails = 0;
	if (answer == HG_ANSWER_REFUSED && o->wanted) {
		refuse(t, ban, why);
		return;
	}
	b->done = o->version;
	t->counts.applied++;
	set_state(t, b, o->wanted ? HG_BINDING_HELD : HG_BINDING_ABSENT);
	if (o->wanted && !b->told)
		tell_enforced(t, ban);
	else if (!o->wanted && b->told)
		tell_withdrawn(t, ban);
	hg_decide_settle(t->decider, ban);
}

void
hg_target_up(struct hg_target *t, bool up, const char *why)
{
	snprintf(t->status, sizeof(t->status), "%s", why);
	if (t->known && t->up == up)
		return;
	t->counts.outages += t->up && !up;
	t->up = up;
	t->known = true;
	hg_log(up ? HG_LOG_NOTICE : HG_LOG_WARNING, "target %s: %s", t->name, why);
	hg_record_write(t->decider,
		&(struct hg_record){
			.action = up ? "target-up" : "target-down", .target = t->name, .detail = why });
}

void
hg_target_repaired(struct hg_target *t, const char *what)
{
	t->counts.repairs++;
	hg_log(HG_LOG_WARNING, "target %s: %s; it is put right", t->name, what);
	hg_record_write(
		t->decider, &(struct hg_record){ .action = "repaired", .target = t->name, .detail = what });
}
