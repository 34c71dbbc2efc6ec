#include "detect/detect_int.h"

void
hg_candidates_add(struct hg_candidates *c, uint32_t rule)
{
	uint32_t word = rule >> 6;

	c->words[word] |= UINT64_C(1) << (rule & 63);
	c->summary[word >> 6] |= UINT64_C(1) << (word & 63);
}

uint32_t
hg_candidates_take(struct hg_candidates *c)
{
	for (uint32_t s = 0; s < c->n_summary; s++) {
		uint32_t word, bit;

		if (c->summary[s] == 0)
			continue;
		word = s << 6 | (uint32_t)__builtin_ctzll(c->summary[s]);
		bit = (uint32_t)__builtin_ctzll(c->words[word]);
		c->words[word] &= c->words[word] - 1;
		if (c->words[word] == 0)
			c->summary[s] &= c->summary[s] - 1;
		return word << 6 | bit;
	}
	return UINT32_MAX;
}

void
hg_candidates_clear(struct hg_candidates *c)
{
	while (hg_candidates_take(c) != UINT32_MAX)
		;
}

void
hg_candidates_list(struct hg_detect *d, const uint32_t *rules, uint32_t n)
{
	d->named += n;
	for (uint32_t i = 0; i < n; i++)
		hg_candidates_add(&d->seat->candidates, rules[i]);
}

struct hit {
	struct hg_detect *d;
	const struct hg_group *group;
	uint8_t looks;
};

static void
take_hit(const struct hit *h, uint32_t from, uint32_t to)
{
	struct hg_detect *d = h->d;

	for (uint32_t i = from; i < to; i++) {
		const uint32_t rule = h->group->rules[i];
		const uint8_t looks = d->rules->rules[rule].looks;

		d->met |= (looks & HG_AT_WINDOW) != 0;
		if (looks & h->looks)
			hg_candidates_add(&d->seat->candidates, rule);
	}
}

static int
on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	const struct hit *h = arg;
	const struct hg_group *g = h->group;

	(void)from;
	(void)to;
	(void)flags;
	take_hit(h, g->first[id], g->first[id + 1]);
	return 0;
}

void
hg_candidates_group(struct hg_detect *d, const struct hg_group *group, struct hg_span bytes, uint8_t looks)
{
	struct hit h = { d, group, looks };

	if (group->db == NULL || bytes.len == 0)
		return;
	d->stats.scans++;
	d->stats.scanned_bytes += bytes.len;
	if (hs_scan(group->db, (const char *)bytes.p, (unsigned)bytes.len, 0, d->seat->scratch, on_hit, &h) ==
		HS_SUCCESS)
		return;
	/* Nothing may be missed because the matcher gave up. */
	d->stats.scans_failed++;
	take_hit(&h, 0, group->first[group->n_patterns]);
}

void
hg_candidates_slot(struct hg_detect *d, const struct hg_slot *slot, struct hg_span bytes)
{
	const struct hg_reach *reach = slot->of[d->way];

	hg_candidates_group(d, &reach->group, bytes, HG_AT_ANY);
	hg_candidates_list(d, reach->always, reach->n_always);
}

static void
look_at(struct hg_detect *d, const struct hg_slot *slot, struct hg_span bytes, uint8_t looks)
{
	const struct hg_reach *reach = slot->of[d->way];

	hg_candidates_group(d, &reach->group, bytes, looks);
	if (looks & HG_AT_PACKET)
		hg_candidates_list(d, reach->always, reach->n_always);
	if (looks & HG_AT_WINDOW)
		hg_candidates_list(d, reach->windows, reach->n_windows);
}

void
hg_candidates_domain(struct hg_detect *d, const struct hg_domain *domain, const struct hg_packet *p,
	struct hg_span bytes, uint8_t looks)
{
	const uint16_t *class = d->rules->port_class;
	uint16_t by_dport, by_sport;

	look_at(d, &domain->any, bytes, looks);
	if (domain->by_dport == NULL)
		return;
	by_dport = domain->by_dport[class[p->dport]];
	by_sport = domain->by_sport[class[p->sport]];
	if (by_dport != 0)
		look_at(d, &domain->slots[by_dport], bytes, looks);
	if (by_sport != 0 && by_sport != by_dport)
		look_at(d, &domain->slots[by_sport], bytes, looks);
}

void
hg_candidates_address(struct hg_detect *d, const struct hg_ip_index *index, uint32_t address)
{
	const uint32_t i = hg_ip_index_find(index, address);

	if (i != UINT32_MAX)
		hg_candidates_list(d, index->rules + index->first[i], index->first[i + 1] - index->first[i]);
}

static const uint32_t no_bare[HG_DIRS] = { HG_FLOW_NO_BARE_SERVER, HG_FLOW_NO_BARE_CLIENT };

static bool
known_to_find_none(const struct hg_detect *d, const struct hg_packet *p)
{
	return p->flow->flags & no_bare[p->dir] && p->flow->no_bare == (uint16_t)d->adopted;
}

static void
note_none(const struct hg_detect *d, const struct hg_packet *p)
{
	struct hg_flow *f = p->flow;

	if (f->no_bare != (uint16_t)d->adopted)
		f->flags &= ~(no_bare[HG_TO_SERVER] | no_bare[HG_TO_CLIENT]);
	f->no_bare = (uint16_t)d->adopted;
	f->flags |= no_bare[p->dir];
}

/* Ports and addresses of a flow's direction stay the same: that its plain packets, nearly all of them, found none is
 * remembered. */
void
hg_candidates_bare(struct hg_detect *d, const struct hg_bare_sets *sets, const struct hg_packet *p)
{
	const bool tcp = p->proto == HG_IP_TCP && p->l4 != 0;
	const unsigned set = tcp ? sets->by_flags[p->tcp.flags] : 0;
	const bool plain = tcp && set == sets->by_flags[HG_TCP_ACK] && p->flow != NULL &&
		p->flow->key.proto == HG_IP_TCP;
	const struct hg_bare *bare = &sets->sets[set];

	if (plain && known_to_find_none(d, p))
		return;
	d->named = 0;
	hg_candidates_domain(d, &bare->ports, p, HG_SPAN_NONE, HG_AT_PACKET);
	if (p->family == 4) {
		hg_candidates_address(d, &bare->src, hg_addr_v4(&p->src));
		hg_candidates_address(d, &bare->dst, hg_addr_v4(&p->dst));
	}
	if (plain && d->named == 0)
		note_none(d, p);
}
