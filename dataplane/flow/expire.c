/* The end of flows: time-outs in packet time, and who goes when the table is full. */
#include "flow/flow_int.h"

#define FLOW_SWEEP 32 /* flows that emergency looks at, a call */

static enum hg_flow_class
class_of(uint8_t proto)
{
	switch (proto) {
	case HG_IP_TCP:
		return HG_FLOW_TCP;
	case HG_IP_UDP:
		return HG_FLOW_UDP;
	case HG_IP_ICMP:
	case HG_IP_ICMPV6:
		return HG_FLOW_ICMP;
	default:
		return HG_FLOW_DEFAULT;
	}
}

static uint32_t
timeout_of(const struct hg_flow_timeouts *o, uint8_t state, bool emergency)
{
	switch (state) {
	case HG_FLOW_ESTABLISHED:
		return emergency ? o->emergency_established : o->established;
	case HG_FLOW_CLOSED:
		return emergency ? o->emergency_closed : o->closed;
	case HG_FLOW_BYPASSED:
		return emergency ? o->emergency_bypassed : o->bypassed;
	default:
		return emergency ? o->emergency_new : o->new_;
	}
}

/* The last whole second in which a packet still belongs to the flow. */
static uint64_t
last_second(const struct hg_flows *t, const struct hg_flow *f, bool emergency)
{
	return f->last / HG_SEC +
		timeout_of(&t->config.timeouts[class_of(f->key.proto)], f->state, emergency);
}

bool
hg_flow_expired(const struct hg_flows *t, const struct hg_flow *f, hg_time now)
{
	return now / HG_SEC > last_second(t, f, t->emergency);
}

static hg_time
deadline(const struct hg_flows *t, const struct hg_flow *f)
{
	return (last_second(t, f, t->emergency) + 1) * HG_SEC;
}

void
hg_flow_arm(struct hg_flows *t, struct hg_flow *f)
{
	if (!t->wheel_running) {
		hg_wheel_init(&t->wheel, t->now);
		t->wheel_running = true;
	}
	hg_wheel_add(&t->wheel, &f->timer, deadline(t, f));
}

void
hg_flow_hasten(struct hg_flow *f)
{
	struct hg_flows *t = f->table;

	if (f->timer.link == NULL || deadline(t, f) / HG_SEC >= f->timer.tick)
		return;
	hg_wheel_remove(&f->timer);
	hg_flow_arm(t, f);
}

static void
count_end(struct hg_flow_stats *s, uint8_t end)
{
	s->end_timeout += end == HG_FLOW_END_TIMEOUT;
	s->end_forced += end == HG_FLOW_END_FORCED;
	s->end_shutdown += end == HG_FLOW_END_SHUTDOWN;
}

/* Its place in the ring, when it still has one, names nobody now. */
static void
leave_turns(struct hg_flows *t, const struct hg_flow *f)
{
	if (t->turn_head - f->turn <= t->turn_mask + 1 &&
		t->turns[f->turn & t->turn_mask] == flow_index(t, f))
		t->turns[f->turn & t->turn_mask] = FLOW_NOBODY;
}

static void
take_out(struct hg_flows *t, struct hg_flow *f, enum hg_flow_end end)
{
	if (f->timer.link != NULL)
		hg_wheel_remove(&f->timer);
	hg_flow_remove(t, f);
	leave_turns(t, f);
	f->dying = true;
	f->end = end & 3;
	if (t->emergency)
		f->flags |= HG_FLOW_EMERGENCY;
	count_end(&t->stats, f->end);
}

void
hg_flow_let_die(struct hg_flows *t, struct hg_flow *f, enum hg_flow_end end)
{
	uint32_t mine = flow_index(t, f) + 1;

	take_out(t, f, end);
	f->next = 0;
	if (t->dying_tail != 0)
		flow_at(t, t->dying_tail - 1)->next = mine;
	else
		t->dying_head = mine;
	t->dying_tail = mine;
}

void
hg_flow_note_new(struct hg_flows *t, struct hg_flow *f)
{
	f->turn = t->turn_head;
	t->turns[t->turn_head++ & t->turn_mask] = flow_index(t, f);
	if (t->turn_head - t->turn_tail > t->turn_mask + 1)
		t->turn_tail++;
}

/* Of a bypassed flow nobody sees whether a handshake ends: what a forged address can get out of a server is not an answer. */
static bool
is_unanswered(const struct hg_flow *f)
{
	const uint64_t there = f->packets[HG_TO_SERVER], back = f->packets[HG_TO_CLIENT];

	return f->state == HG_FLOW_NEW ||
		(f->state == HG_FLOW_BYPASSED && (there == 0 || back == 0 || there + back < 3));
}

/* The oldest flow that nobody has answered; each place is looked at once. */
static struct hg_flow *
find_unanswered(struct hg_flows *t)
{
	while (t->turn_tail != t->turn_head) {
		uint32_t turn = t->turn_tail++, index = t->turns[turn & t->turn_mask];

		if (index != FLOW_NOBODY && is_unanswered(flow_at(t, index)))
			return flow_at(t, index);
	}
	return NULL;
}

static struct hg_flow *
find_outdated(struct hg_flows *t)
{
	for (unsigned i = 0; i < FLOW_SWEEP; i++) {
		const struct flow_bucket *b = &t->buckets[t->sweep_hand++ & t->mask];

		for (unsigned w = 0; w < FLOW_WAYS; w++) {
			if (b->index[w] != 0 && hg_flow_expired(t, flow_at(t, b->index[w] - 1), t->now))
				return flow_at(t, b->index[w] - 1);
		}
	}
	return NULL;
}

bool
hg_flow_make_room(struct hg_flows *t)
{
	struct hg_flow *f;

	if (t->in_table < t->config.max_flows)
		return true;
	if (!t->emergency) {
		t->emergency = true;
		t->stats.emergency_entered++;
	}
	f = find_outdated(t);
	if (f != NULL) {
		hg_flow_let_die(t, f, HG_FLOW_END_TIMEOUT);
		return true;
	}
	f = find_unanswered(t);
	if (f == NULL)
		return false;
	t->stats.evicted_new++;
	hg_flow_let_die(t, f, HG_FLOW_END_FORCED);
	return true;
}

static struct hg_flow *
next_dying(struct hg_flows *t)
{
	struct hg_flow *f;

	if (t->dying_head == 0)
		return NULL;
	f = flow_at(t, t->dying_head - 1);
	t->dying_head = f->next;
	if (t->dying_head == 0)
		t->dying_tail = 0;
	f->next = 0;
	return f;
}

static struct hg_flow *
flow_of_timer(struct hg_wheel_entry *e)
{
	return (struct hg_flow *)((uint8_t *)e - offsetof(struct hg_flow, timer));
}

static void
leave_emergency(struct hg_flows *t)
{
	uint64_t unused = t->config.max_flows - t->in_table;

	if (unused * 100 >= (uint64_t)t->config.max_flows * t->config.emergency_recovery)
		t->emergency = false;
}

struct hg_flow *
hg_flow_next_end(struct hg_flows *t, hg_time now, bool all)
{
	struct hg_wheel_entry *e;
	struct hg_flow *f = next_dying(t);

	if (f != NULL || !t->wheel_running || (now == 0 && !all))
		return f;
	if (all) {
		e = hg_wheel_any(&t->wheel);
		if (e == NULL)
			return NULL;
		f = flow_of_timer(e);
		take_out(t, f, HG_FLOW_END_SHUTDOWN);
		return f;
	}
	while ((e = hg_wheel_due(&t->wheel, now)) != NULL) {
		f = flow_of_timer(e);
		if (hg_flow_expired(t, f, now)) {
			take_out(t, f, HG_FLOW_END_TIMEOUT);
			return f;
		}
		hg_flow_arm(t, f);
	}
	if (t->emergency)
		leave_emergency(t);
	return NULL;
}

void
hg_flow_free(struct hg_flows *t, struct hg_flow *f)
{
	f->dying = false;
	hg_flow_expected_free(t, f);
	hg_pool_give(&t->pool, f);
}
