#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

/* Every rule into what it is reached through (snapshot.h). */

struct placing {
	struct hg_compiler *c;
	struct hg_domain_draft payload[HG_L4_COUNT][HG_DIRS];
	struct hg_numbers bare[HG_L4_COUNT][HG_DIRS];
	struct hg_slot_draft pd[HG_DIRS], events[HG_EVENTS_MAX], flow_anomalies;
	struct hg_slot_draft tx_always[HG_DIRS][HG_PROTO_COUNT];
	struct hg_numbers ip_src, ip_dst, ip_always;
};

/* What a rule with bytes looks at. Of other protocols than TCP every rule sees every payload. */
static uint8_t
looks_of(enum hg_rule_type type)
{
	switch (type) {
	case HG_RULE_PACKET:
		return HG_AT_PACKET;
	case HG_RULE_STREAM:
	case HG_RULE_TX:
		return HG_AT_WINDOW;
	default:
		return HG_AT_ANY;
	}
}

/* Into all classes and directions that the rule is for. */
static int
put_payload(struct placing *p, struct hg_entry *e, uint32_t rule, const struct hg_ins *fast)
{
	const uint8_t looks = e->rule.looks;
	int r = 0;

	for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++)
		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			if (e->rule.l4 >> l4 & 1 && e->rule.sides >> dir & 1 && r == 0)
				r = hg_domain_put(&p->payload[l4][dir], e, rule, fast,
					l4 == HG_L4_TCP ? looks : HG_AT_PACKET);
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		p->c->snapshot->raw[dir] |=
			e->rule.l4 >> HG_L4_TCP & 1 && e->rule.sides >> dir & 1 && looks & HG_AT_WINDOW;
	return r;
}

static int
place_payload(struct placing *p, struct hg_entry *e, uint32_t rule)
{
	uint16_t list;

	return put_payload(p, e, rule, hg_fast_choose(p->c, e, &list));
}

static bool
is_frame(const struct hg_compiler *c, const struct hg_engine *e)
{
	return e->kind == HG_ENGINE_BUFFER && c->inputs[e->input].flags & HG_BUFFER_FRAME;
}

/* By the inputs of its fast pattern's list; raw content is reached through packets and windows. */
static int
place_tx(struct placing *p, struct hg_entry *e, uint32_t rule)
{
	uint16_t list = 0;
	const struct hg_ins *fast = hg_fast_choose(p->c, e, &list);
	int r = 0;

	hg_engines_order(e, fast == NULL ? NULL : &e->lists[list].prog);
	if (fast != NULL && e->lists[list].buffer == NULL)
		return put_payload(p, e, rule, fast);
	for (unsigned i = 0; i < e->rule.n_engines && r == 0; i++) {
		const struct hg_engine *engine = &e->rule.engines[i];

		if (is_frame(p->c, engine) && (fast == NULL || fast->flags & HG_INS_NEGATED))
			r = hg_slot_put(&p->c->input_slots[engine->input], e, rule, NULL);
		else if (fast == NULL &&
			(i == 0 || engine->proto != e->rule.engines[i - 1].proto ||
				engine->dir != e->rule.engines[i - 1].dir))
			r = hg_slot_put(&p->tx_always[engine->dir][engine->proto], e, rule, NULL);
		else if (fast != NULL && engine->kind == HG_ENGINE_BUFFER &&
			engine->prog.ins == e->lists[list].prog.ins)
			r = hg_slot_put(&p->c->input_slots[engine->input], e, rule, fast);
	}
	return r;
}

static int
place_ip_only(struct placing *p, const struct hg_entry *e, uint32_t rule)
{
	bool source;

	if (!hg_ip_has_few(&e->rule, &source))
		return hg_numbers_add(&p->ip_always, rule);
	return hg_numbers_add(source ? &p->ip_src : &p->ip_dst, rule);
}

static int
place_events(struct placing *p, const struct hg_entry *e, uint32_t rule)
{
	int r = 0;

	for (unsigned i = 0; i < e->rule.n_tests && r == 0; i++)
		if (e->rule.tests[i].op == HG_TEST_EVENT && e->rule.tests[i].a < HG_EVENTS_MAX)
			r = hg_slot_put(&p->events[e->rule.tests[i].a], e, rule, NULL);
	return r;
}

static bool
on_flow_anomaly(const struct hg_entry *e)
{
	for (unsigned i = 0; i < e->rule.n_tests; i++)
		if (e->rule.tests[i].op == HG_TEST_FLOW_ANOMALY)
			return true;
	return false;
}

static int
place_bare(struct placing *p, const struct hg_entry *e, uint32_t rule)
{
	int r = 0;

	for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++)
		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			if (e->rule.l4 >> l4 & 1 && e->rule.sides >> dir & 1 && r == 0)
				r = hg_numbers_add(&p->bare[l4][dir], rule);
	return r;
}

static int
place(struct placing *p, struct hg_entry *e, uint32_t rule)
{
	int r = 0;

	e->rule.looks = looks_of((enum hg_rule_type)e->rule.type);
	switch ((enum hg_rule_type)e->rule.type) {
	case HG_RULE_IP_ONLY:
		return place_ip_only(p, e, rule);
	case HG_RULE_PD_ONLY:
		for (unsigned dir = 0; dir < HG_DIRS && r == 0; dir++)
			if (e->rule.sides >> dir & 1)
				r = hg_slot_put(&p->pd[dir], e, rule, NULL);
		return r;
	case HG_RULE_EVENT_ONLY:
		return place_events(p, e, rule);
	case HG_RULE_TX:
		return place_tx(p, e, rule);
	case HG_RULE_PACKET_STREAM:
	case HG_RULE_STREAM:
		return place_payload(p, e, rule);
	case HG_RULE_PACKET:
	case HG_RULE_LIKE_IP_ONLY:
	case HG_RULE_APP:
		break;
	}
	if (e->rule.payload.n > 0)
		return place_payload(p, e, rule);
	if (on_flow_anomaly(e))
		return hg_slot_put(&p->flow_anomalies, e, rule, NULL);
	return place_bare(p, e, rule);
}

static int
build_slots(struct hg_compiler *c, struct hg_slot_draft *drafts, uint32_t n, const struct hg_slot **out)
{
	struct hg_slot *slots = hg_store_take(c->store, (n + 1u) * sizeof(*slots));
	int r = slots == NULL ? -ENOMEM : 0;

	for (uint32_t i = 0; i < n && r == 0; i++)
		r = hg_slot_build(c, &drafts[i], &slots[i]);
	*out = slots;
	return r;
}

static int
build_ip(struct placing *p)
{
	struct hg_compiler *c = p->c;
	int r = hg_ip_index_make(c, &p->ip_src, true, &c->snapshot->ip_src, &p->ip_always);

	if (r == 0)
		r = hg_ip_index_make(c, &p->ip_dst, false, &c->snapshot->ip_dst, &p->ip_always);
	c->snapshot->n_ip_always = p->ip_always.n;
	c->snapshot->ip_always = hg_store_copy(c->store, p->ip_always.v, p->ip_always.n * sizeof(uint32_t));
	return r;
}

static int
build(struct placing *p)
{
	struct hg_compiler *c = p->c;
	struct hg_snapshot *s = c->snapshot;
	int r = build_ip(p);

	for (unsigned dir = 0; dir < HG_DIRS && r == 0; dir++) {
		for (unsigned l4 = 0; l4 < HG_L4_COUNT && r == 0; l4++) {
			r = hg_domain_build(c, &p->payload[l4][dir], &s->payload[l4][dir]);
			if (r == 0)
				r = hg_bare_build(c, &p->bare[l4][dir], l4 == HG_L4_TCP, &s->bare[l4][dir]);
		}
		if (r == 0)
			r = hg_slot_build(c, &p->pd[dir], &s->pd[dir]);
		if (r == 0)
			r = build_slots(c, p->tx_always[dir], HG_PROTO_COUNT, &s->tx_always[dir]);
	}
	if (r == 0)
		r = build_slots(c, p->events, HG_EVENTS_MAX, &s->events);
	if (r == 0)
		r = hg_slot_build(c, &p->flow_anomalies, &s->flow_anomalies);
	return r < 0 ? r : build_slots(c, c->input_slots, c->n_inputs, &s->inputs_index);
}

static void
free_placing(struct placing *p)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++) {
		for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++) {
			hg_domain_draft_free(&p->payload[l4][dir]);
			free(p->bare[l4][dir].v);
		}
		hg_slot_draft_free(&p->pd[dir]);
		for (unsigned i = 0; i < HG_PROTO_COUNT; i++)
			hg_slot_draft_free(&p->tx_always[dir][i]);
	}
	for (unsigned i = 0; i < HG_EVENTS_MAX; i++)
		hg_slot_draft_free(&p->events[i]);
	hg_slot_draft_free(&p->flow_anomalies);
	free(p->ip_src.v);
	free(p->ip_dst.v);
	free(p->ip_always.v);
	free(p);
}

int
hg_place_all(struct hg_compiler *c)
{
	struct placing *p = calloc(1, sizeof(*p));
	int r = 0;

	c->input_slots = calloc(c->n_inputs + 1u, sizeof(*c->input_slots));
	if (p == NULL || c->input_slots == NULL) {
		free(p);
		return -ENOMEM;
	}
	p->c = c;
	r = hg_zones_make(c);
	if (r == 0)
		r = hg_domain_number_ports(c);
	for (uint32_t i = 0; i < c->n_entries && r == 0; i++)
		r = place(p, c->entries[i], i);
	if (r == 0)
		r = build(p);
	free_placing(p);
	for (uint32_t i = 0; i < c->n_inputs; i++)
		hg_slot_draft_free(&c->input_slots[i]);
	free(c->input_slots);
	return r;
}
