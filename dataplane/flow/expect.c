/* Connections that a control connection has announced (FTP data): a small table, by the addresses of both ends, asked when the
 * bytes of a connection tell nothing themselves. */
#include "base/catalog.h"
#include "flow/flow_int.h"

#define EXPECT_HAND_STEPS 64

void
hg_flow_expectations_reset(struct hg_flows *t)
{
	struct flow_expectations *x = &t->expectations;

	memset(x->buckets, 0, sizeof(x->buckets));
	x->free = x->fresh = x->hand = 0;
	x->used = 0;
}

static uint16_t
bucket_of(const struct hg_flows *t, const struct hg_addr *client, const struct hg_addr *server,
	uint8_t family, uint8_t ip_proto)
{
	struct {
		struct hg_addr client, server;
		uint8_t family, ip_proto;
		uint8_t pad[6];
	} key = { *client, *server, family, ip_proto, { 0 } };

	return (uint16_t)(hg_hash(&t->config.hash_key, &key, sizeof(key)) % FLOW_EXPECT_BUCKETS);
}

static void
release(struct hg_flows *t, struct flow_expectation *n)
{
	struct flow_expectations *x = &t->expectations;
	uint16_t mine = (uint16_t)(n - x->entries + 1), *link = &x->buckets[n->bucket];

	while (*link != mine)
		link = &x->entries[*link - 1].next;
	*link = n->next;
	hg_mem_give(t->mem, n->note, n->e.note.len);
	n->used = false;
	n->next = x->free;
	x->free = mine;
	x->used--;
}

/* All entries are taken: gives back those whose time is over, a few a call. */
static void
release_outdated(struct hg_flows *t, hg_time now)
{
	struct flow_expectations *x = &t->expectations;

	for (unsigned i = 0; i < EXPECT_HAND_STEPS; i++) {
		struct flow_expectation *n = &x->entries[x->hand];

		x->hand = (uint16_t)((x->hand + 1) % FLOW_EXPECTATIONS);
		if (n->used && n->e.until < now)
			release(t, n);
	}
}

static struct flow_expectation *
take(struct hg_flows *t, hg_time now)
{
	struct flow_expectations *x = &t->expectations;
	struct flow_expectation *n;

	if (x->free == 0 && x->fresh == FLOW_EXPECTATIONS)
		release_outdated(t, now);
	if (x->free != 0) {
		n = &x->entries[x->free - 1];
		x->free = n->next;
	} else if (x->fresh < FLOW_EXPECTATIONS) {
		n = &x->entries[x->fresh++];
	} else {
		return NULL;
	}
	x->used++;
	n->used = true;
	return n;
}

static bool
same_pair(const struct hg_expectation *a, const struct hg_expectation *b)
{
	return a->family == b->family && a->ip_proto == b->ip_proto && hg_addr_eq(&a->server, &b->server) &&
		hg_addr_eq(&a->client, &b->client);
}

/* A pair of addresses that has announced its share loses the oldest. */
static void
make_place(struct hg_flows *t, const struct hg_expectation *e, uint16_t bucket)
{
	struct flow_expectations *x = &t->expectations;
	struct flow_expectation *oldest = NULL;
	unsigned n = 0;

	for (uint16_t i = x->buckets[bucket]; i != 0; i = x->entries[i - 1].next)
		if (same_pair(&x->entries[i - 1].e, e)) {
			oldest = &x->entries[i - 1];
			n++;
		}
	if (n >= FLOW_EXPECT_PAIR)
		release(t, oldest);
}

bool
hg_flow_expect(struct hg_flows *t, const struct hg_expectation *e)
{
	struct flow_expectations *x = &t->expectations;
	uint16_t bucket = bucket_of(t, &e->client, &e->server, e->family, e->ip_proto);
	struct flow_expectation *n;
	uint8_t *note;

	make_place(t, e, bucket);
	note = e->note.len == 0 || e->note.len > HG_MEM_MAX ? NULL : hg_mem_take(t->mem, e->note.len);
	n = note == NULL && e->note.len > 0 ? NULL : take(t, t->now);
	if (n == NULL) {
		hg_mem_give(t->mem, note, e->note.len);
		t->stats.expectation_full++;
		return false;
	}
	if (note != NULL)
		memcpy(note, e->note.p, e->note.len);
	n->e = *e;
	n->note = note;
	n->bucket = bucket;
	n->next = x->buckets[bucket];
	x->buckets[bucket] = (uint16_t)(n - x->entries + 1);
	return true;
}

static bool
fits(const struct hg_flows *t, const struct hg_expectation *e, const struct hg_flow *f, enum hg_dir dir)
{
	if (e->port != hg_flow_server_port(f) || e->dir != dir || e->family != f->key.family ||
		e->ip_proto != f->key.proto)
		return false;
	if (!hg_addr_eq(&e->server, hg_flow_server_addr(f)) ||
		!hg_addr_eq(&e->client, hg_flow_client_addr(f)))
		return false;
	return !t->config.vlan_tracking || memcmp(e->vlan, f->key.vlan, sizeof(e->vlan)) == 0;
}

static void
tell(struct hg_flows *t, struct hg_flow *f, struct flow_expectation *n)
{
	f->expected_proto = n->e.app_proto;
	f->expected_arg = n->e.arg;
	f->expected_note = n->note;
	f->expected_note_len = (uint32_t)n->e.note.len;
	f->parent_id = n->e.parent_id;
	n->note = NULL;
	t->stats.expected++;
}

bool
hg_flow_meet(struct hg_flow *f, enum hg_dir dir, hg_time now)
{
	struct hg_flows *t = f->table;
	struct flow_expectations *x = t == NULL ? NULL : &t->expectations;
	bool met = f->expected_proto != HG_PROTO_UNKNOWN;
	uint16_t next;

	if (met || x == NULL || x->used == 0)
		return met;
	next = x->buckets[bucket_of(
		t, hg_flow_client_addr(f), hg_flow_server_addr(f), f->key.family, f->key.proto)];
	while (next != 0) {
		struct flow_expectation *n = &x->entries[next - 1];
		const bool over = n->e.until < now, fit = !over && fits(t, &n->e, f, dir);

		next = n->next;
		if (fit && !met)
			tell(t, f, n);
		met |= fit;
		if (fit || over)
			release(t, n);
	}
	return met;
}

void
hg_flow_expected_free(struct hg_flows *t, struct hg_flow *f)
{
	hg_mem_give(t->mem, f->expected_note, f->expected_note_len);
	f->expected_note = NULL;
}
