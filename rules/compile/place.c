#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

#include "rules/lang/port.h"

/* Every rule into the domains through which it is reached (snapshot.h). A rule with few ports stands in the slots of these
 * ports, so that the database that all packets are scanned with stays small. */

#define FEW_PORTS 16

struct placing {
	struct hg_compiler *c;
	struct hg_domain_draft payload[HG_L4_COUNT][HG_DIRS], stream[HG_DIRS], packet[HG_L4_COUNT][HG_DIRS];
	struct hg_slot_draft pd[HG_DIRS], events[HG_EVENTS_MAX], flow_anomalies;
	struct hg_slot_draft tx_always[HG_DIRS][HG_PROTO_COUNT];
	struct hg_numbers ip_src, ip_dst, ip_always;
};

static int
put(struct hg_slot_draft *slot, uint32_t rule, const struct hg_ins *fast, const struct hg_draft_fast *chop)
{
	struct hg_pattern *p;

	if (fast == NULL || fast->flags & HG_INS_NEGATED)
		return hg_numbers_add(&slot->always, rule);
	if (slot->n_patterns == slot->room) {
		uint32_t room = slot->room == 0 ? 16 : slot->room * 2;
		struct hg_pattern *more = realloc(slot->patterns, room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		slot->patterns = more;
		slot->room = room;
	}
	p = &slot->patterns[slot->n_patterns++];
	*p = (struct hg_pattern){ hg_span(fast->content.bytes, fast->content.len),
		fast->flags & HG_INS_NOCASE, rule };
	if (chop->set && chop->chop_len > 0)
		p->bytes = hg_span_sub(p->bytes, chop->chop_offset, chop->chop_len);
	return 0;
}

static uint32_t
count_ports(const struct hg_portset *set)
{
	uint32_t n = 0;

	for (uint32_t i = 0; set != NULL && i < set->n; i++)
		n += (uint32_t)set->ranges[i].to - set->ranges[i].from + 1;
	return set == NULL ? UINT32_MAX : n;
}

static struct hg_slot_draft *
slot_of_port(struct hg_domain_draft *d, unsigned side, uint16_t port)
{
	if (d->by_port[0] == NULL) {
		d->by_port[0] = calloc(65536, sizeof(uint16_t));
		d->by_port[1] = calloc(65536, sizeof(uint16_t));
		if (d->by_port[0] == NULL || d->by_port[1] == NULL)
			return NULL;
	}
	if (d->by_port[side][port] == 0) {
		if (d->n_slots + 2u > d->room) {
			uint16_t room = d->room == 0 ? 32 : (uint16_t)(d->room * 2);
			struct hg_slot_draft *more = realloc(d->slots, room * sizeof(*more));

			if (more == NULL || d->n_slots == UINT16_MAX / 2)
				return NULL;
			memset(more + d->n_slots + 1, 0, (room - d->n_slots - 1u) * sizeof(*more));
			d->slots = more;
			d->room = room;
		}
		d->by_port[side][port] = ++d->n_slots;
	}
	return &d->slots[d->by_port[side][port]];
}

static int
put_domain(struct hg_domain_draft *d, const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast)
{
	const uint32_t dports = count_ports(e->rule.dport), sports = count_ports(e->rule.sport);
	const unsigned side = sports < dports;
	const struct hg_portset *set = side ? e->rule.sport : e->rule.dport;

	if (HG_MIN(dports, sports) > FEW_PORTS)
		return put(&d->any, rule, fast, &e->fast);
	for (uint32_t i = 0; i < set->n; i++) {
		for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++) {
			struct hg_slot_draft *slot = slot_of_port(d, side, (uint16_t)port);
			int r = slot == NULL ? -ENOMEM : put(slot, rule, fast, &e->fast);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Into all classes and directions that the rule is for. */
static int
put_all(struct hg_domain_draft domains[HG_L4_COUNT][HG_DIRS], const struct hg_entry *e, uint32_t rule,
	const struct hg_ins *fast)
{
	int r = 0;

	for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++)
		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			if (e->rule.l4 >> l4 & 1 && e->rule.sides >> dir & 1 && r == 0)
				r = put_domain(&domains[l4][dir], e, rule, fast);
	return r;
}

static int
put_stream(struct placing *p, const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast)
{
	int r = 0;

	for (unsigned dir = 0; dir < HG_DIRS && e->rule.l4 & 1 << HG_L4_TCP; dir++) {
		if (e->rule.sides >> dir & 1 && r == 0) {
			r = put_domain(&p->stream[dir], e, rule, fast);
			p->c->snapshot->raw[dir] = true;
		}
	}
	return r;
}

static int
place_payload(struct placing *p, struct hg_entry *e, uint32_t rule)
{
	uint16_t list;
	const struct hg_ins *fast = hg_fast_choose(p->c, e, &list);
	int r = 0;

	if (e->rule.type != HG_RULE_STREAM || !(e->rule.l4 & 1 << HG_L4_TCP))
		r = put_all(p->payload, e, rule, fast);
	if (r == 0 && e->rule.type != HG_RULE_PACKET)
		r = put_stream(p, e, rule, fast);
	return r;
}

/* By the inputs of its fast pattern's list; raw content is reached through packets and windows. */
static int
place_tx(struct placing *p, struct hg_entry *e, uint32_t rule)
{
	uint16_t list = 0;
	const struct hg_ins *fast = hg_fast_choose(p->c, e, &list);
	int r = 0;

	if (fast != NULL && e->lists[list].buffer == NULL) {
		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++)
				if (l4 != HG_L4_TCP && e->rule.l4 >> l4 & 1 && e->rule.sides >> dir & 1 &&
					r == 0)
					r = put_domain(&p->payload[l4][dir], e, rule, fast);
		return r < 0 ? r : put_stream(p, e, rule, fast);
	}
	for (unsigned i = 0; i < e->rule.n_engines && r == 0; i++) {
		const struct hg_engine *engine = &e->rule.engines[i];

		if (fast == NULL &&
			(i == 0 || engine->proto != e->rule.engines[i - 1].proto ||
				engine->dir != e->rule.engines[i - 1].dir))
			r = put(&p->tx_always[engine->dir][engine->proto], rule, NULL, &e->fast);
		else if (fast != NULL && engine->kind == HG_ENGINE_BUFFER &&
			engine->prog.ins == e->lists[list].prog.ins)
			r = put(&p->c->input_slots[engine->input], rule, fast, &e->fast);
	}
	return r;
}

static int
place_ip_only(struct placing *p, const struct hg_entry *e, uint32_t rule)
{
	if (e->rule.src != NULL)
		return hg_numbers_add(&p->ip_src, rule);
	if (e->rule.dst != NULL)
		return hg_numbers_add(&p->ip_dst, rule);
	return hg_numbers_add(&p->ip_always, rule);
}

static int
place_events(struct placing *p, const struct hg_entry *e, uint32_t rule)
{
	int r = 0;

	for (unsigned i = 0; i < e->rule.n_tests && r == 0; i++)
		if (e->rule.tests[i].op == HG_TEST_EVENT && e->rule.tests[i].a < HG_EVENTS_MAX)
			r = put(&p->events[e->rule.tests[i].a], rule, NULL, &e->fast);
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
place(struct placing *p, struct hg_entry *e, uint32_t rule)
{
	int r = 0;

	switch ((enum hg_rule_type)e->rule.type) {
	case HG_RULE_IP_ONLY:
		return place_ip_only(p, e, rule);
	case HG_RULE_PD_ONLY:
		for (unsigned dir = 0; dir < HG_DIRS && r == 0; dir++)
			if (e->rule.sides >> dir & 1)
				r = put(&p->pd[dir], rule, NULL, &e->fast);
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
		return put(&p->flow_anomalies, rule, NULL, &e->fast);
	return put_all(p->packet, e, rule, NULL);
}

static int
build_domain(struct hg_compiler *c, struct hg_domain_draft *draft, struct hg_domain *out)
{
	struct hg_slot *slots;
	int r = hg_slot_build(c, &draft->any, &out->any);

	if (r < 0 || draft->n_slots == 0)
		return r;
	slots = hg_store_take(c->store, (draft->n_slots + 1u) * sizeof(*slots));
	out->by_dport = hg_store_copy(c->store, draft->by_port[0], 65536 * sizeof(uint16_t));
	out->by_sport = hg_store_copy(c->store, draft->by_port[1], 65536 * sizeof(uint16_t));
	out->n_slots = draft->n_slots;
	out->slots = slots;
	if (c->store->failed)
		return -ENOMEM;
	for (unsigned i = 1; i <= draft->n_slots && r == 0; i++)
		r = hg_slot_build(c, &draft->slots[i], &slots[i]);
	return r;
}

static void
free_domain(struct hg_domain_draft *d)
{
	hg_slot_draft_free(&d->any);
	for (unsigned i = 1; i <= d->n_slots; i++)
		hg_slot_draft_free(&d->slots[i]);
	free(d->slots);
	free(d->by_port[0]);
	free(d->by_port[1]);
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
			r = build_domain(c, &p->payload[l4][dir], &s->payload[l4][dir]);
			if (r == 0)
				r = build_domain(c, &p->packet[l4][dir], &s->packet[l4][dir]);
		}
		if (r == 0)
			r = build_domain(c, &p->stream[dir], &s->stream[dir]);
		if (r == 0)
			r = hg_slot_build(c, &p->pd[dir], &s->pd[dir]);
		if (r == 0)
			r = build_slots(c, p->tx_always[dir], HG_PROTO_COUNT, &s->tx_always[dir]);
		if (c->config->progress != NULL)
			c->config->progress(c->config->arg, "patterns", dir + 1, HG_DIRS + 1);
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
			free_domain(&p->payload[l4][dir]);
			free_domain(&p->packet[l4][dir]);
		}
		free_domain(&p->stream[dir]);
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
