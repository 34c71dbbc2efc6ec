/* The look-up of a burst: for each form all keys are hashed and their slots asked for, then compared. Packets of flows whose
 * ends were asked for since the table last grew are not asked again. */
#include "block/block_int.h"
#include "flow/flow.h"

#define KEYS 64    /* made before the first is compared */
#define PACKETS 64 /* looked at together */

struct key {
	struct hg_block_match match;
	uint32_t hash;
	struct hg_packet *packet;
};

struct asking {
	struct hg_block *b;
	unsigned n;
	struct key keys[KEYS];
};

static void
count_hit(struct hg_block *b, struct hg_block_entry *e, struct hg_packet *p)
{
	const uint64_t hits = atomic_load_explicit(&e->hits, memory_order_relaxed);

	/* Replicas have one writer: no read-modify-write is needed. */
	atomic_store_explicit(&e->hits, hits + 1, memory_order_relaxed);
	atomic_store_explicit(
		&b->hits, atomic_load_explicit(&b->hits, memory_order_relaxed) + 1, memory_order_relaxed);
	p->flags |= HG_PKT_BLOCKED | (hits == 0 ? HG_PKT_BLOCK_FIRST : 0);
}

static void
compare(struct asking *a)
{
	for (unsigned i = 0; i < a->n; i++) {
		const struct key *k = &a->keys[i];
		uint32_t number;

		if (k->packet->flags & HG_PKT_BLOCKED)
			continue;
		number = hg_block_seek(a->b, &k->match, k->hash);
		if (number != HG_BLOCK_NONE &&
			(a->b->entries[number].until == 0 || a->b->entries[number].until > k->packet->time))
			count_hit(a->b, &a->b->entries[number], k->packet);
	}
	a->n = 0;
}

static void
ask(struct asking *a, struct hg_packet *p, const struct hg_block_match *m)
{
	struct key *k = &a->keys[a->n++];

	k->match = *m;
	k->packet = p;
	k->hash = hg_block_hash(a->b, m);
	__builtin_prefetch(&a->b->slots[k->hash & a->b->mask]);
	if (a->n == KEYS)
		compare(a);
}

static void
ask_ends(struct asking *a, const struct hg_block_form *f, struct hg_packet *p, uint32_t scope_id)
{
	struct hg_block_match m = {
		.family = f->family, .bits = f->bits, .scope = f->scope, .scope_id = scope_id
	};

	if (f->tuple) {
		m.proto = p->proto;
		m.a = p->src;
		m.b = p->dst;
		m.port_a = p->sport;
		m.port_b = p->dport;
		hg_block_canonical(&m);
		ask(a, p, &m);
		return;
	}
	m.a = p->src;
	hg_block_mask(&m.a, f->bits);
	ask(a, p, &m);
	m.a = p->dst;
	hg_block_mask(&m.a, f->bits);
	ask(a, p, &m);
}

static void
ask_packet(struct asking *a, const struct hg_block_form *f, struct hg_packet *p)
{
	switch (f->scope) {
	case HG_BLOCK_ALL:
		ask_ends(a, f, p, 0);
		break;
	case HG_BLOCK_VLAN:
		for (unsigned i = 0; i < p->vlans; i++)
			ask_ends(a, f, p, p->vlan[i]);
		break;
	default:
		if (p->tunnel_id != 0)
			ask_ends(a, f, p, p->tunnel_id);
		break;
	}
}

/* What entries for all links can tell apart is the same for both. The flow of a packet may be a wrong guess. */
static bool
is_between_ends_of(const struct hg_packet *p, const struct hg_flow *f)
{
	const struct hg_flow_key *k = &f->key;
	const unsigned src = hg_addr_eq(&k->addr[0], &p->src) && k->port[0] == p->sport ? 0 : 1;

	return k->family == p->family && k->proto == p->proto && k->port[src] == p->sport &&
		k->port[!src] == p->dport && hg_addr_eq(&k->addr[src], &p->src) &&
		hg_addr_eq(&k->addr[!src], &p->dst);
}

/* Those to be asked, by their places in the burst. */
static unsigned
choose(const struct hg_block *b, const struct hg_packet *packets, unsigned n, uint8_t *chosen)
{
	unsigned used = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct hg_flow *f = packets[i].flow;

		if (f == NULL || f->cleared != b->generation || b->scoped > 0 ||
			!is_between_ends_of(&packets[i], f))
			chosen[used++] = (uint8_t)i;
	}
	return used;
}

static void
note_cleared(const struct hg_block *b, struct hg_packet *p)
{
	if (p->flow != NULL && !(p->flags & HG_PKT_BLOCKED) && is_between_ends_of(p, p->flow))
		p->flow->cleared = b->generation;
}

/* At most PACKETS. */
static void
look(struct hg_block *b, struct hg_packet *packets, unsigned n)
{
	struct asking a = { .b = b };
	uint8_t chosen[PACKETS];

	n = choose(b, packets, n, chosen);
	for (unsigned form = 0; form < b->n_forms; form++) {
		const struct hg_block_form *f = &b->forms[form];

		for (unsigned i = 0; f->entries > 0 && i < n; i++) {
			struct hg_packet *p = &packets[chosen[i]];

			if (p->family == f->family && (!f->tuple || p->proto != 0))
				ask_packet(&a, f, p);
		}
	}
	compare(&a);
	for (unsigned i = 0; i < n; i++)
		note_cleared(b, &packets[chosen[i]]);
}

void
hg_block_look(struct hg_block *b, struct hg_packet *packets, unsigned n)
{
	for (unsigned i = 0; b->count > 0 && i < n; i += PACKETS)
		look(b, packets + i, HG_MIN(n - i, PACKETS));
}
