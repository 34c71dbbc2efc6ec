#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdlib.h>

#include "rules/lang/port.h"

/* Slots of a domain: filled rule by rule, then built. A rule with few ports stands in the slots of these ports, so that the
 * database that all packets are scanned with stays small. */

#define FEW_PORTS 16

/* Hyperscan 5.4.0 fails on short inputs (HS_UNKNOWN_ERROR, its issues 303 and 353) when a database holds literals of some fifty
 * bytes and more. The end of a long one is as rare. */
static int
add_pattern(struct hg_slot_draft *slot, const struct hg_pattern *p)
{
	if (slot->n_patterns == slot->room) {
		uint32_t room = slot->room == 0 ? 16 : slot->room * 2;
		struct hg_pattern *more = realloc(slot->patterns, room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		slot->patterns = more;
		slot->room = room;
	}
	slot->patterns[slot->n_patterns] = *p;
	if (p->bytes.len > HG_PATTERN_MOST)
		slot->patterns[slot->n_patterns].bytes =
			hg_span_from(p->bytes, p->bytes.len - HG_PATTERN_MOST);
	slot->n_patterns++;
	return 0;
}

static bool
has_pattern(const struct hg_ins *fast)
{
	return fast != NULL && !(fast->flags & HG_INS_NEGATED);
}

static struct hg_pattern
pattern_of(const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast)
{
	return (struct hg_pattern){ e->info.fast.bytes, fast->flags & HG_INS_NOCASE, rule };
}

int
hg_slot_put(struct hg_slot_draft *slot, const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast)
{
	struct hg_pattern p;

	if (!has_pattern(fast))
		return hg_numbers_add(&slot->always, rule);
	p = pattern_of(e, rule, fast);
	return add_pattern(slot, &p);
}

static bool
is_zeros(struct hg_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != 0)
			return false;
	return true;
}

static int
put_always(struct hg_slot_draft *slot, uint32_t rule, uint8_t looks)
{
	int r = looks & HG_AT_PACKET ? hg_numbers_add(&slot->always, rule) : 0;

	return r == 0 && looks & HG_AT_WINDOW ? hg_numbers_add(&slot->windows, rule) : r;
}

/* Binary payloads are full of zeros, and each that could end a pattern costs the matcher a second look: those at its end are
 * left to the rule's programs, and a pattern of a few zeros alone is none. Not of a rule over transactions: when that becomes
 * a candidate shows in what it answers. */
static int
put_raw(struct hg_slot_draft *slot, const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast,
	uint8_t looks)
{
	struct hg_pattern p;

	if (!has_pattern(fast))
		return put_always(slot, rule, looks);
	p = pattern_of(e, rule, fast);
	if (e->rule.type == HG_RULE_TX)
		return add_pattern(slot, &p);
	while (p.bytes.len > HG_BRIEF && p.bytes.p[p.bytes.len - 1] == 0)
		p.bytes.len--;
	if (p.bytes.len < HG_BRIEF && is_zeros(p.bytes))
		return put_always(slot, rule, looks);
	return add_pattern(slot, &p);
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

/* The side of a rule's head that has fewer ports. */
static const struct hg_portset *
fewer_ports(const struct hg_rule *r, unsigned *side)
{
	*side = count_ports(r->sport) < count_ports(r->dport);
	return *side ? r->sport : r->dport;
}

bool
hg_domain_has_few_ports(const struct hg_rule *r)
{
	unsigned side;

	return count_ports(fewer_ports(r, &side)) <= FEW_PORTS;
}

int
hg_domain_put(struct hg_domain_draft *d, const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast,
	uint8_t looks)
{
	unsigned side;
	const struct hg_portset *set = fewer_ports(&e->rule, &side);

	if (count_ports(set) > FEW_PORTS)
		return put_raw(&d->any, e, rule, fast, looks);
	for (uint32_t i = 0; i < set->n; i++) {
		for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++) {
			struct hg_slot_draft *slot = slot_of_port(d, side, (uint16_t)port);
			int r = slot == NULL ? -ENOMEM : put_raw(slot, e, rule, fast, looks);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

int
hg_domain_number_ports(struct hg_compiler *c)
{
	uint16_t *numbers = hg_store_take(c->store, 65536 * sizeof(*numbers));

	if (numbers == NULL)
		return -ENOMEM;
	for (uint32_t k = 0; k < c->n_entries; k++) {
		unsigned side;
		const struct hg_portset *set = fewer_ports(&c->entries[k]->rule, &side);

		if (count_ports(set) > FEW_PORTS)
			continue;
		for (uint32_t i = 0; i < set->n; i++)
			for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to; port++)
				if (numbers[port] == 0 && c->n_port_classes < UINT16_MAX)
					numbers[port] = ++c->n_port_classes;
	}
	c->snapshot->port_class = numbers;
	return 0;
}

static const uint16_t *
by_class(const struct hg_compiler *c, const uint16_t *by_port)
{
	uint16_t *out = hg_store_take(c->store, (c->n_port_classes + 1u) * sizeof(*out));

	for (uint32_t port = 0; out != NULL && port < 65536; port++)
		if (by_port[port] != 0)
			out[c->snapshot->port_class[port]] = by_port[port];
	return out;
}

int
hg_domain_build(struct hg_compiler *c, struct hg_domain_draft *draft, struct hg_domain *out)
{
	struct hg_slot *slots;
	int r = hg_slot_build(c, &draft->any, &out->any);

	if (r < 0 || draft->n_slots == 0)
		return r;
	slots = hg_store_take(c->store, (draft->n_slots + 1u) * sizeof(*slots));
	out->by_dport = by_class(c, draft->by_port[0]);
	out->by_sport = by_class(c, draft->by_port[1]);
	out->n_slots = draft->n_slots;
	out->slots = slots;
	if (c->store->failed)
		return -ENOMEM;
	for (unsigned i = 1; i <= draft->n_slots && r == 0; i++)
		r = hg_slot_build(c, &draft->slots[i], &slots[i]);
	return r;
}

void
hg_domain_draft_free(struct hg_domain_draft *d)
{
	hg_slot_draft_free(&d->any);
	for (unsigned i = 1; i <= d->n_slots; i++)
		hg_slot_draft_free(&d->slots[i]);
	free(d->slots);
	free(d->by_port[0]);
	free(d->by_port[1]);
}
