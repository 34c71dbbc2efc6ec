/* Connections that a control connection has announced (FTP data): a small table asked when a flow is made. */
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
bucket_of(const struct hg_flows *t, const struct hg_addr *server, uint16_t port, uint8_t family,
	uint8_t ip_proto)
{
	struct {
		struct hg_addr server;
		uint16_t port;
		uint8_t family, ip_proto;
		uint32_t pad;
	} key = { *server, port, family, ip_proto, 0 };

	return (uint16_t)(hg_hash(&t->config.hash_key, &key, sizeof(key)) % FLOW_EXPECT_BUCKETS);
}

static void
release(struct flow_expectations *x, struct flow_expectation *n)
{
	uint16_t mine = (uint16_t)(n - x->entries + 1), *link = &x->buckets[n->bucket];

	while (*link != mine)
		link = &x->entries[*link - 1].next;
	*link = n->next;
	n->used = false;
	n->next = x->free;
	x->free = mine;
	x->used--;
}

/* All entries are taken: gives back those whose time is over, a few a call. */
static void
release_outdated(struct flow_expectations *x, hg_time now)
{
	for (unsigned i = 0; i < EXPECT_HAND_STEPS; i++) {
		struct flow_expectation *n = &x->entries[x->hand];

		x->hand = (uint16_t)((x->hand + 1) % FLOW_EXPECTATIONS);
		if (n->used && n->e.until < now)
			release(x, n);
	}
}

static struct flow_expectation *
take(struct flow_expectations *x, hg_time now)
{
	struct flow_expectation *n;

	if (x->free == 0 && x->fresh == FLOW_EXPECTATIONS)
		release_outdated(x, now);
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

bool
hg_flow_expect(struct hg_flows *t, const struct hg_expectation *e)
{
	struct flow_expectations *x = &t->expectations;
	struct flow_expectation *n = take(x, t->now);

	if (n == NULL) {
		t->stats.expectation_full++;
		return false;
	}
	n->e = *e;
	n->bucket = bucket_of(t, &e->server, e->port, e->family, e->ip_proto);
	n->next = x->buckets[n->bucket];
	x->buckets[n->bucket] = (uint16_t)(n - x->entries + 1);
	return true;
}

static bool
fits(const struct hg_flows *t, const struct hg_expectation *e, const struct hg_flow *f, hg_time now)
{
	if (e->until < now || e->port != hg_flow_server_port(f) || e->family != f->key.family)
		return false;
	if (e->ip_proto != f->key.proto || !hg_addr_eq(&e->server, hg_flow_server_addr(f)))
		return false;
	if (!e->any_client && !hg_addr_eq(&e->client, hg_flow_client_addr(f)))
		return false;
	return !t->config.vlan_tracking || memcmp(e->vlan, f->key.vlan, sizeof(e->vlan)) == 0;
}

void
hg_flow_meet_expectation(struct hg_flows *t, struct hg_flow *f, hg_time now)
{
	struct flow_expectations *x = &t->expectations;
	uint16_t b;

	if (x->used == 0)
		return;
	b = bucket_of(t, hg_flow_server_addr(f), hg_flow_server_port(f), f->key.family, f->key.proto);
	for (uint16_t i = x->buckets[b]; i != 0; i = x->entries[i - 1].next) {
		struct flow_expectation *n = &x->entries[i - 1];

		if (!fits(t, &n->e, f, now))
			continue;
		f->expected_proto = n->e.app_proto;
		f->expected_arg = n->e.arg;
		f->parent_id = n->e.parent_id;
		t->stats.expected++;
		release(x, n);
		return;
	}
}
