/* The table: buckets, look-up of a burst, finding and making of a flow. */
#include "flow/exception.h"
#include "flow/flow_int.h"

#include "base/region.h"

#include <errno.h>

#define FLOW_SPARE 1024 /* pool elements beyond max_flows: the dying wait there while their successors live */
#define FLOW_ID_MASK ((UINT64_C(1) << 51) - 1)

/* Not the table's key: an id must be the same in every run. */
static const struct hg_hash_key id_key = { 0x666c6f7769643031ull, 0x666c6f7769643032ull };

void
hg_flow_config_init(struct hg_flow_config *c)
{
	*c = (struct hg_flow_config){
		.max_flows = 262144,
		.parts = 1,
		.emergency_recovery = 30,
		.vlan_tracking = true,
		.tunnel_tracking = true,
		.hash_key = HG_HASH_KEY_REPLAY,
		.timeouts = {
			[HG_FLOW_DEFAULT] = { 30, 300, 0, 100, 10, 100, 0, 50 },
			[HG_FLOW_TCP] = { 60, 600, 60, 100, 5, 100, 10, 50 },
			[HG_FLOW_UDP] = { 30, 300, 0, 100, 10, 100, 0, 50 },
			[HG_FLOW_ICMP] = { 30, 300, 0, 100, 10, 100, 0, 50 },
		},
	};
}

static uint32_t
power_of_two(uint32_t n)
{
	uint32_t p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

int
hg_flows_open(struct hg_flows **ret, const struct hg_flow_config *c, struct hg_mem *mem, struct hg_error *err)
{
	struct hg_flows *t;
	uint32_t buckets, turns;
	int r;

	if (c->max_flows == 0 || c->max_flows > UINT32_C(1) << 27)
		return hg_error_set(err, -EINVAL, "flow.max must lie between 1 and 134217728");
	t = hg_region_map(sizeof(*t));
	if (t == NULL)
		return hg_error_errno(err, "cannot map the flow table");
	t->config = *c;
	t->mem = mem;
	r = hg_pool_init(&t->pool, sizeof(struct hg_flow), 64, c->max_flows + FLOW_SPARE, c->prefault, err);
	if (r < 0)
		goto unmap_table;
	buckets = power_of_two(HG_MAX(c->max_flows / (FLOW_WAYS / 2), 1));
	t->mask = buckets - 1;
	t->buckets_mapped = buckets * sizeof(struct flow_bucket);
	t->buckets = hg_region_map(t->buckets_mapped);
	if (t->buckets == NULL) {
		r = hg_error_errno(err, "cannot map %u flow buckets", buckets);
		goto fini_pool;
	}
	turns = power_of_two(c->max_flows + FLOW_SPARE);
	t->turn_mask = turns - 1;
	t->turns_mapped = turns * sizeof(*t->turns);
	t->turns = hg_region_map(t->turns_mapped);
	if (t->turns == NULL) {
		r = hg_error_errno(err, "cannot map the list of unanswered flows");
		goto unmap_buckets;
	}
	r = hg_flow_macs_open(t, err);
	if (r < 0)
		goto unmap_turns;
	if (c->prefault) {
		hg_region_touch(t->buckets, t->buckets_mapped);
		hg_region_touch(t->turns, t->turns_mapped);
	}
	hg_flow_expectations_reset(t);
	*ret = t;
	return 0;

unmap_turns:
	hg_region_unmap(t->turns, t->turns_mapped);
unmap_buckets:
	hg_region_unmap(t->buckets, t->buckets_mapped);
fini_pool:
	hg_pool_fini(&t->pool);
unmap_table:
	hg_region_unmap(t, sizeof(*t));
	return r;
}

void
hg_flows_close(struct hg_flows *t)
{
	if (t == NULL)
		return;
	hg_flow_macs_close(t);
	hg_region_unmap(t->turns, t->turns_mapped);
	hg_region_unmap(t->buckets, t->buckets_mapped);
	hg_pool_fini(&t->pool);
	hg_region_unmap(t, sizeof(*t));
}

void
hg_flows_reset(struct hg_flows *t)
{
	if (t->in_table != 0)
		memset(t->buckets, 0, t->buckets_mapped);
	hg_pool_reset(&t->pool);
	t->in_table = 0;
	t->turn_head = t->turn_tail = 0;
	t->dying_head = t->dying_tail = 0;
	t->sweep_hand = 0;
	t->emergency = t->overloaded = false;
	t->now = 0;
	t->wheel_running = false;
	memset(&t->stats, 0, sizeof(t->stats));
	hg_flow_expectations_reset(t);
}

static inline uint16_t
tag_of(uint64_t hash)
{
	uint16_t tag = (uint16_t)(hash >> 48);

	return tag == 0 ? 1 : tag;
}

static inline struct flow_bucket *
bucket_of(const struct hg_flows *t, uint32_t hash)
{
	return &t->buckets[hash & t->mask];
}

#define LINE 64

static void
prefetch_lines(const void *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		__builtin_prefetch((const uint8_t *)p + i * LINE);
}

/* By its tag alone. */
static struct hg_flow *
guess_flow(const struct hg_flows *t, uint64_t hash)
{
	const struct flow_bucket *b = bucket_of(t, (uint32_t)hash);
	const uint16_t tag = tag_of(hash);

	for (unsigned w = 0; w < FLOW_WAYS; w++)
		if (b->tag[w] == tag && b->index[w] != 0)
			return flow_at(t, b->index[w] - 1);
	return NULL;
}

#define FLOW_LINES 3
#define SESSION_LINES 6
#define APP_LINES 5

void
hg_flow_look(struct hg_flows *const *parts, struct hg_packet *packets, unsigned n)
{
	const struct hg_flow_config *c = &parts[0]->config;

	for (unsigned i = 0; i < n; i++) {
		struct hg_packet *p = &packets[i];
		struct flow_key_of of;

		p->key_hash = 0;
		if (hg_flow_key_of(c, p, &of)) {
			p->key_hash = hg_flow_key_hash(c, &of.key);
			p->part = (uint8_t)hg_flow_key_part(c, &of.key);
			__builtin_prefetch(bucket_of(parts[p->part], (uint32_t)p->key_hash));
		} else {
			p->part = (uint8_t)hg_flow_part(c, p);
		}
	}
	for (unsigned i = 0; i < n; i++) {
		struct hg_packet *p = &packets[i];

		p->flow = p->key_hash == 0 ? NULL : guess_flow(parts[p->part], p->key_hash);
		if (p->flow != NULL)
			prefetch_lines(p->flow, FLOW_LINES);
	}
	for (unsigned i = 0; i < n; i++) {
		const struct hg_flow *f = packets[i].flow;

		if (f != NULL && f->stream != NULL)
			prefetch_lines(f->stream, SESSION_LINES);
		if (f != NULL && f->app != NULL)
			prefetch_lines(f->app, APP_LINES);
	}
}

static struct hg_flow *
find_flow(const struct hg_flows *t, const struct hg_flow_key *key, uint64_t hash)
{
	const struct flow_bucket *b = bucket_of(t, (uint32_t)hash);
	uint16_t tag = tag_of(hash);

	for (unsigned w = 0; w < FLOW_WAYS; w++) {
		struct hg_flow *f;

		if (b->tag[w] != tag || b->index[w] == 0)
			continue;
		f = flow_at(t, b->index[w] - 1);
		if (memcmp(&f->key, key, sizeof(*key)) == 0)
			return f;
	}
	for (uint32_t i = b->more; i != 0; i = flow_at(t, i - 1)->next) {
		struct hg_flow *f = flow_at(t, i - 1);

		if (memcmp(&f->key, key, sizeof(*key)) == 0)
			return f;
	}
	return NULL;
}

static void
insert_flow(struct hg_flows *t, struct hg_flow *f, uint64_t hash)
{
	struct flow_bucket *b = bucket_of(t, (uint32_t)hash);

	f->hash = (uint32_t)hash;
	t->in_table++;
	for (unsigned w = 0; w < FLOW_WAYS; w++) {
		if (b->index[w] != 0)
			continue;
		b->index[w] = flow_index(t, f) + 1;
		b->tag[w] = tag_of(hash);
		return;
	}
	f->next = b->more;
	b->more = flow_index(t, f) + 1;
}

void
hg_flow_remove(struct hg_flows *t, struct hg_flow *f)
{
	struct flow_bucket *b = bucket_of(t, f->hash);
	uint32_t mine = flow_index(t, f) + 1, *link = &b->more;

	t->in_table--;
	for (unsigned w = 0; w < FLOW_WAYS; w++) {
		if (b->index[w] != mine)
			continue;
		b->index[w] = 0;
		b->tag[w] = 0;
		return;
	}
	while (*link != mine)
		link = &flow_at(t, *link - 1)->next;
	*link = f->next;
	f->next = 0;
}

static void
count_new(struct hg_flow_stats *s, const struct hg_flow_key *key)
{
	s->total++;
	s->tcp += key->proto == HG_IP_TCP;
	s->udp += key->proto == HG_IP_UDP;
	s->icmpv4 += key->proto == HG_IP_ICMP;
	s->icmpv6 += key->proto == HG_IP_ICMPV6;
}

static struct hg_flow *
make_flow(struct hg_flows *t, const struct hg_packet *p, const struct flow_key_of *of, uint64_t hash)
{
	struct hg_flow *f = NULL;
	struct {
		struct hg_flow_key key;
		hg_time first;
	} id_of = { of->key, p->time };

	if (hg_flow_make_room(t))
		f = hg_pool_take(&t->pool);
	if (f == NULL) {
		t->stats.refused++;
		return NULL;
	}
	f->table = t;
	f->key = of->key;
	f->client = of->side;
	memcpy(f->vlan, p->vlan, sizeof(f->vlan));
	f->device = p->device;
	f->first = f->last = p->time;
	f->id = hg_hash(&id_key, &id_of, sizeof(id_of)) & FLOW_ID_MASK;
	for (unsigned d = 0; d < HG_DIRS; d++)
		f->ttl_min[d] = 255;
	insert_flow(t, f, hash);
	count_new(&t->stats, &f->key);
	hg_flow_note_new(t, f);
	hg_flow_arm(t, f);
	return f;
}

/* Of an ICMP error: from whom is it, if from any of the two? */
static uint8_t
error_dir(const struct hg_flow *f, const struct hg_packet *p)
{
	if (hg_addr_eq(&p->src, hg_flow_client_addr(f)))
		return HG_TO_SERVER;
	if (hg_addr_eq(&p->src, hg_flow_server_addr(f)) || hg_addr_eq(&p->dst, hg_flow_client_addr(f)))
		return HG_TO_CLIENT;
	return HG_TO_SERVER;
}

static const uint32_t seen_flag[HG_DIRS] = { HG_FLOW_SEEN_SERVER, HG_FLOW_SEEN_CLIENT };

static void
count_packet(struct hg_flow *f, struct hg_packet *p)
{
	uint8_t d = p->dir;

	f->packets[d]++;
	f->bytes[d] += p->wire_len;
	if (p->time > f->last)
		f->last = p->time;
	if (f->packets[d] == 1 || p->ttl < f->ttl_min[d])
		f->ttl_min[d] = p->ttl;
	if (p->ttl > f->ttl_max[d])
		f->ttl_max[d] = p->ttl;
	if (p->proto != f->key.proto)
		return; /* an error about the flow proves nothing about its ends */
	if (!(f->flags & seen_flag[d])) {
		f->flags |= seen_flag[d];
		p->flags |= HG_PKT_DIR_FIRST;
		if (p->proto == HG_IP_ICMP || p->proto == HG_IP_ICMPV6) {
			f->icmp_type[d] = p->icmp.type;
			f->icmp_code[d] = p->icmp.code;
		}
	}
}

static void
judge_established(struct hg_flow *f, struct hg_packet *p)
{
	if (f->key.proto == HG_IP_TCP)
		return;
	if (f->state == HG_FLOW_NEW && (f->flags & HG_FLOW_SEEN_SERVER) && (f->flags & HG_FLOW_SEEN_CLIENT)) {
		f->state = HG_FLOW_ESTABLISHED;
		f->flags |= HG_FLOW_TWO_WAY;
	}
	if (f->state == HG_FLOW_ESTABLISHED)
		p->flags |= HG_PKT_ESTABLISHED;
}

static bool
begins_session(const struct hg_flows *t, const struct hg_packet *p)
{
	const uint8_t f = p->tcp.flags;

	if (f & (HG_TCP_RST | HG_TCP_FIN) || !(f & HG_TCP_SYN))
		return false;
	return !(f & HG_TCP_ACK) || t->config.synack_begins;
}

/* A packet that begins a session and repeats none, on a flow whose session is over or never was. */
static bool
is_reuse(const struct hg_flows *t, const struct hg_flow *f, const struct hg_packet *p, uint8_t side)
{
	const bool by_client = side == f->client, answers = (p->tcp.flags & HG_TCP_ACK) != 0;

	if (p->proto != HG_IP_TCP || f->key.proto != HG_IP_TCP || p->l4 == 0 || !begins_session(t, p))
		return false;
	if (f->stream == NULL)
		return by_client || !answers;
	if (!answers && by_client && f->tcp_any_syn)
		return true;
	if (by_client != answers && p->tcp.seq == f->tcp_isn[answers ? HG_TO_CLIENT : HG_TO_SERVER])
		return false;
	return f->tcp_over;
}

/* The flow that is there, unless its time is up or the packet starts another one. */
static struct hg_flow *
find_live(struct hg_flows *t, const struct hg_packet *p, const struct flow_key_of *of)
{
	struct hg_flow *f = find_flow(t, &of->key, p->key_hash);

	if (f == NULL)
		return NULL;
	if (hg_flow_expired(t, f, p->time)) {
		hg_flow_let_die(t, f, HG_FLOW_END_TIMEOUT);
		return NULL;
	}
	if (is_reuse(t, f, p, of->side)) {
		t->stats.tcp_reuse++;
		hg_flow_let_die(t, f, HG_FLOW_END_TIMEOUT);
		return NULL;
	}
	return f;
}

/* drop-packet makes no flow, so that a flood of new ones fills no table: whatever would begin one does not pass. */
static struct hg_flow *
begin_flow(struct hg_flows *t, struct hg_packet *p, const struct flow_key_of *of)
{
	const struct hg_flow_config *c = &t->config;
	struct hg_flow *f;

	if (t->overloaded && c->overload_policy == HG_EXCEPTION_DROP_PACKET) {
		hg_packet_except(p, c->overload_policy, HG_DROP_OVERLOAD, c->ips);
		return NULL;
	}
	f = make_flow(t, p, of, p->key_hash);
	if (f == NULL)
		hg_packet_except(p, c->memcap_policy, HG_DROP_FLOW_MEMCAP, c->ips);
	else
		p->flags |= HG_PKT_FLOW_NEW;
	return f;
}

/* The one decision on a flow that begins under overload; its flow knows it from then on. */
static void
decide(struct hg_flows *t, struct hg_packet *p)
{
	const enum hg_exception policy = t->config.overload_policy;

	hg_exception_apply(p, policy, HG_DROP_OVERLOAD, t->config.ips);
	if (policy != HG_EXCEPTION_PASS_FLOW && policy != HG_EXCEPTION_BYPASS)
		return;
	p->flow->flags |= HG_FLOW_SPARED;
	t->stats.spared_flows++;
}

void
hg_flow_settle(struct hg_flows *t, struct hg_packet *p)
{
	struct flow_key_of of;
	struct hg_flow *f;

	p->flow = NULL;
	if (p->time > t->now)
		t->now = p->time;
	if (!hg_flow_key_of(&t->config, p, &of))
		return;
	if (p->key_hash == 0)
		p->key_hash = hg_flow_key_hash(&t->config, &of.key);
	f = find_live(t, p, &of);
	if (f == NULL) {
		if (!of.may_make)
			return;
		f = begin_flow(t, p, &of);
		if (f == NULL)
			return;
	}
	p->flow = f;
	if (of.embedded)
		p->dir = error_dir(f, p);
	else
		p->dir = of.side == f->client ? HG_TO_SERVER : HG_TO_CLIENT;
	count_packet(f, p);
	hg_flow_macs_note(t, f, p);
	judge_established(f, p);
	if (t->overloaded && p->flags & HG_PKT_FLOW_NEW)
		decide(t, p);
	if (f->flags & HG_FLOW_SPARED)
		t->stats.spared_packets++;
}

void
hg_flows_overloaded(struct hg_flows *t, bool overloaded)
{
	t->overloaded = overloaded;
}

void
hg_flow_set_state(struct hg_flow *f, enum hg_flow_state state)
{
	if (f->state == HG_FLOW_BYPASSED || f->state == state)
		return;
	f->state = (uint8_t)state;
	hg_flow_hasten(f);
}

static void
swap_u64(uint64_t v[HG_DIRS])
{
	uint64_t x = v[0];

	v[0] = v[1];
	v[1] = x;
}

static void
swap_u8(uint8_t v[HG_DIRS])
{
	uint8_t x = v[0];

	v[0] = v[1];
	v[1] = x;
}

static uint32_t
swap_flags(uint32_t flags, uint32_t a, uint32_t b)
{
	uint32_t kept = flags & ~(a | b);

	return kept | (flags & a ? b : 0) | (flags & b ? a : 0);
}

void
hg_flow_reverse(struct hg_flow *f, struct hg_packet *p)
{
	f->client = !f->client;
	hg_flow_macs_reverse(f);
	swap_u64(f->packets);
	swap_u64(f->bytes);
	swap_u8(f->app_proto_dir);
	swap_u8(f->icmp_type);
	swap_u8(f->icmp_code);
	swap_u8(f->ttl_min);
	swap_u8(f->ttl_max);
	f->flags = swap_flags(f->flags, HG_FLOW_SEEN_SERVER, HG_FLOW_SEEN_CLIENT);
	f->flags = swap_flags(f->flags, HG_FLOW_IP_ONLY_SERVER, HG_FLOW_IP_ONLY_CLIENT);
	f->flags = swap_flags(f->flags, HG_FLOW_PD_SERVER, HG_FLOW_PD_CLIENT);
	f->flags = swap_flags(f->flags, HG_FLOW_KNOWN_SERVER, HG_FLOW_KNOWN_CLIENT);
	f->flags &= ~(uint32_t)(HG_FLOW_NO_BARE_SERVER | HG_FLOW_NO_BARE_CLIENT);
	f->flags ^= HG_FLOW_REVERSED;
	if (p != NULL)
		p->dir = !p->dir;
}

const struct hg_flow_stats *
hg_flow_stats(const struct hg_flows *t)
{
	struct hg_flow_stats *s = &((struct hg_flows *)(uintptr_t)t)->stats;

	s->active = t->in_table;
	s->spare = t->pool.cap - t->pool.used;
	return s;
}
