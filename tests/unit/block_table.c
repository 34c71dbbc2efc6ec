/* The block table against a list that is walked, and the ledger against what replicas must end with. */
#include "check.h"

#include "block/block_int.h"
#include "block/follower.h"
#include "flow/flow.h"

#define CAPACITY 512
#define WISHES 20000
#define SCOPES 3

static const struct hg_hash_key key = { 1, 2 };

/* Few values, so that entries and packets meet. */
static struct hg_addr
some_addr(uint8_t family)
{
	struct hg_addr a = { .b = { 10, (uint8_t)hg_check_below(2), (uint8_t)hg_check_below(2),
				     (uint8_t)hg_check_below(4) } };

	if (family == 6)
		a.b[15] = (uint8_t)hg_check_below(4);
	return a;
}

static struct hg_block_match
some_match(unsigned scopes)
{
	static const uint8_t bits4[] = { 8, 16, 24, 31, 32, 32, 32 }, bits6[] = { 16, 64, 128, 128 };
	struct hg_block_match m = { .family = hg_check_below(2) ? 4 : 6,
		.scope = (uint8_t)hg_check_below(scopes) };

	m.scope_id = m.scope == HG_BLOCK_ALL ? 0 : 1 + hg_check_below(3);
	m.a = some_addr(m.family);
	if (hg_check_below(3) == 0) {
		m.proto = hg_check_below(2) ? HG_IP_TCP : HG_IP_UDP;
		m.b = some_addr(m.family);
		m.port_a = (uint16_t)(1 + hg_check_below(2));
		m.port_b = (uint16_t)(1 + hg_check_below(2));
	} else {
		m.bits = m.family == 4 ? bits4[hg_check_below(7)] : bits6[hg_check_below(4)];
	}
	hg_block_canonical(&m);
	return m;
}

static struct hg_packet
some_packet(hg_time now)
{
	struct hg_packet p = { .family = hg_check_below(2) ? 4 : 6,
		.proto = hg_check_below(2) ? HG_IP_TCP : HG_IP_UDP,
		.time = now,
		.vlans = (uint8_t)hg_check_below(3),
		.tunnel_id = hg_check_below(4),
		.sport = (uint16_t)(1 + hg_check_below(2)),
		.dport = (uint16_t)(1 + hg_check_below(2)) };

	for (unsigned i = 0; i < p.vlans; i++)
		p.vlan[i] = (uint16_t)(1 + hg_check_below(3));
	p.src = some_addr(p.family);
	p.dst = some_addr(p.family);
	return p;
}

static bool
holds(const struct hg_addr *prefix, unsigned bits, const struct hg_addr *a)
{
	for (unsigned i = 0; i < bits; i++)
		if (((prefix->b[i / 8] ^ a->b[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

static bool
in_scope(const struct hg_block_match *m, const struct hg_packet *p)
{
	if (m->scope == HG_BLOCK_ALL)
		return true;
	if (m->scope == HG_BLOCK_VNI)
		return p->tunnel_id == m->scope_id;
	for (unsigned i = 0; i < p->vlans; i++)
		if (p->vlan[i] == m->scope_id)
			return true;
	return false;
}

static bool
is_end(const struct hg_addr *a, uint16_t port, const struct hg_addr *b, uint16_t other)
{
	return hg_addr_eq(a, b) && port == other;
}

/* What an entry says, told without a table. */
static bool
shuts_out(const struct hg_block_match *m, hg_time until, const struct hg_packet *p)
{
	if (m->family != p->family || !in_scope(m, p) || (until != 0 && until <= p->time))
		return false;
	if (m->proto == 0)
		return holds(&m->a, m->bits, &p->src) || holds(&m->a, m->bits, &p->dst);
	return m->proto == p->proto &&
		((is_end(&m->a, m->port_a, &p->src, p->sport) &&
			 is_end(&m->b, m->port_b, &p->dst, p->dport)) ||
			(is_end(&m->a, m->port_a, &p->dst, p->dport) &&
				is_end(&m->b, m->port_b, &p->src, p->sport)));
}

struct model {
	struct hg_block_match match[CAPACITY];
	hg_time until[CAPACITY];
	bool used[CAPACITY];
};

static bool
model_shuts_out(const struct model *m, const struct hg_packet *p)
{
	for (unsigned i = 0; i < CAPACITY; i++)
		if (m->used[i] && shuts_out(&m->match[i], m->until[i], p))
			return true;
	return false;
}

#define FLOWS 100

struct conversation {
	struct hg_packet packet; /* one of it */
	struct hg_flow flow;
};

/* Of one that was there, either direction, or the first of another. One in ten is taken for a packet of others. */
static struct hg_packet
next_packet(struct conversation all[FLOWS], hg_time now)
{
	struct conversation *c = &all[hg_check_below(FLOWS)];
	struct hg_packet p = c->packet;

	if (p.family == 0 || hg_check_below(20) == 0) {
		p = c->packet = some_packet(now);
		c->flow = (struct hg_flow){ .key = { .family = p.family,
						    .proto = p.proto,
						    .addr = { p.src, p.dst },
						    .port = { p.sport, p.dport } } };
		return p;
	}
	if (hg_check_below(2) == 0) {
		p.src = c->packet.dst;
		p.dst = c->packet.src;
		p.sport = c->packet.dport;
		p.dport = c->packet.sport;
	}
	p.time = now;
	p.flow = hg_check_below(10) == 0 ? &all[hg_check_below(FLOWS)].flow : &c->flow;
	return p;
}

/* How many packets were of flows that had an answer. */
static unsigned
check_burst(struct hg_block *b, const struct model *m, struct conversation all[FLOWS], hg_time now)
{
	struct hg_packet packets[100];
	unsigned wrong = 0, known = 0;

	for (unsigned i = 0; i < HG_COUNT(packets); i++) {
		packets[i] = next_packet(all, now);
		known += b->scoped == 0 && packets[i].flow != NULL &&
			packets[i].flow->cleared == b->generation;
	}
	hg_block_look(b, packets, HG_COUNT(packets));
	for (unsigned i = 0; i < HG_COUNT(packets); i++)
		wrong += ((packets[i].flags & HG_PKT_BLOCKED) != 0) != model_shuts_out(m, &packets[i]);
	hg_check_u64("packets answered otherwise than by the list", wrong, 0);
	return b->count > 0 ? known : 0;
}

/* Few entries, for all links: most packets pass. Or many. */
static void
change(struct hg_block *b, struct model *m, bool many, hg_time now)
{
	const hg_time until = hg_check_below(4) == 0 ? 0 : now + hg_check_below(1000) * HG_SEC;
	const unsigned n = hg_check_below(many ? CAPACITY : 3);
	const struct hg_block_match match = some_match(many ? SCOPES : 1);
	const uint32_t same = hg_block_find(b, &match);

	if (hg_check_below(3) == 0) {
		hg_block_drop(b, n);
		m->used[n] = false;
	} else if (m->used[n] && hg_check_below(3) == 0) {
		hg_block_until(b, n, until);
		m->until[n] = until;
	} else if (same == HG_BLOCK_NONE || same == n) {
		m->match[n] = match;
		m->until[n] = until;
		m->used[n] = hg_block_put(b, n, &match, until);
		hg_check_bool("there are forms left", m->used[n], true);
	}
}

static void
test_a_look_up_answers_as_a_list_that_is_walked(void)
{
	static struct model m;
	static struct conversation all[FLOWS];
	unsigned known = 0;
	struct hg_block *b = NULL;

	CU_ASSERT_FATAL(hg_block_open(&b, CAPACITY, &key, NULL) == 0);
	for (unsigned round = 0; round < 6000; round++) {
		change(b, &m, round >= 3000, round * HG_SEC);
		if (round < 3000 || round % 10 == 0)
			known += check_burst(b, &m, all, round * HG_SEC);
	}
	CU_ASSERT(known > 3000);
	hg_block_close(b);
}

static void
follow(void *arg, const struct hg_block_change *c)
{
	hg_block_apply(arg, c);
}

static void
test_a_replica_ends_with_what_the_ledger_has(void)
{
	struct hg_block *replica = NULL;
	struct hg_ledger *l = NULL;
	struct hg_block_line line;
	unsigned lines = 0;
	hg_time now = 1000 * HG_SEC;

	CU_ASSERT_FATAL(hg_block_open(&replica, CAPACITY, &key, NULL) == 0);
	CU_ASSERT_FATAL(hg_ledger_open(&l, CAPACITY, &key, follow, replica, NULL) == 0);
	for (unsigned i = 0; i < WISHES; i++) {
		struct hg_block_wish w = { .match = some_match(SCOPES),
			.until = now + (1 + hg_check_below(50)) * HG_SEC,
			.id = "x" };

		now += HG_SEC / 4;
		if (hg_check_below(4) == 0)
			hg_ledger_del(l, &w.match);
		else
			hg_ledger_add(l, &w, now);
		hg_ledger_expire(l, now);
	}
	hg_check_u64("as many", hg_block_count(replica), hg_ledger_count(l));
	CU_ASSERT(hg_ledger_count(l) > 10);
	for (uint32_t from = 0; hg_ledger_line(l, from, &line); from = line.number + 1, lines++)
		hg_check_u64("under its number", hg_block_find(replica, &line.match), line.number);
	hg_check_u64("all are listed", lines, hg_ledger_count(l));
	hg_ledger_expire(l, now + 100 * HG_SEC);
	hg_check_u64("all end in time", hg_block_count(replica), 0);
	hg_ledger_close(l);
	hg_block_close(replica);
}

/* The way to a replica: a queue that has little room, of one who reads now and then. */
struct way {
	struct hg_block *replica;
	struct hg_block_change queue[32];
	unsigned n, room;
	uint64_t sent;
};

static bool
post(void *arg, const struct hg_block_change *c)
{
	struct way *w = arg;

	if (w->n >= w->room)
		return false;
	w->queue[w->n++] = *c;
	w->sent++;
	return true;
}

static void
read_all(struct way *w)
{
	for (unsigned i = 0; i < w->n; i++) {
		const struct hg_block_change *c = &w->queue[i];

		hg_block_apply(w->replica, c);
		if (c->op == HG_BLOCK_PUT)
			hg_check_bool("a put finds a form", hg_block_find(w->replica, &c->match) == c->number,
				true);
	}
	w->n = 0;
}

static void
tell_follower(void *arg, const struct hg_block_change *c)
{
	hg_follower_tell(arg, c);
}

/* How many numbers differ. */
static unsigned
differences(const struct hg_block *replica, const struct hg_ledger *l)
{
	unsigned n = 0;

	for (uint32_t number = 0; number < CAPACITY; number++) {
		const struct hg_block_entry *e = &replica->entries[number];
		struct hg_block_line line;

		if (!hg_ledger_line(l, number, &line) || line.number != number)
			n += e->hash != 0;
		else
			n += e->hash == 0 || e->until != line.until ||
				memcmp(&e->match, &line.match, sizeof(e->match)) != 0;
	}
	return n;
}

static void
open_followed(struct way *w, struct hg_follower **f, struct hg_ledger **l)
{
	CU_ASSERT_FATAL(hg_block_open(&w->replica, CAPACITY, &key, NULL) == 0);
	CU_ASSERT_FATAL(hg_follower_open(f, CAPACITY, post, w, NULL) == 0);
	CU_ASSERT_FATAL(hg_ledger_open(l, CAPACITY, &key, tell_follower, *f, NULL) == 0);
}

static void
close_followed(struct way *w, struct hg_follower *f, struct hg_ledger *l)
{
	hg_ledger_close(l);
	hg_follower_close(f);
	hg_block_close(w->replica);
}

/* Of more forms than there may be, so that a put which comes before its time would find none. */
static struct hg_block_wish
wish_of_many_forms(hg_time now)
{
	struct hg_block_wish w = { .match = { .family = 6, .bits = (uint8_t)(1 + hg_check_below(90)) },
		.until = now + (1 + hg_check_below(60)) * HG_SEC };

	w.match.a.b[0] = (uint8_t)(hg_check_below(4) << 6);
	hg_block_canonical(&w.match);
	return w;
}

static void
test_a_follower_gives_nothing_up(void)
{
	struct way w = { .room = 0 };
	struct hg_follower *f = NULL;
	struct hg_ledger *l = NULL;
	hg_time now = 1000 * HG_SEC;
	unsigned behind = 0, equal = 0, full = 0;

	open_followed(&w, &f, &l);
	for (unsigned i = 0; i < WISHES; i++) {
		const struct hg_block_wish wish = wish_of_many_forms(now);

		if (i % 1000 == 0)
			w.room = hg_check_below(4) * 8; /* none for a while, or little */
		if (hg_check_below(3) == 0)
			hg_ledger_del(l, &wish.match);
		else
			full += hg_ledger_add(l, &wish, now) == HG_BLOCK_FORMS_FULL;
		hg_ledger_expire(l, now += HG_SEC / 8);
		if (hg_check_below(4) == 0)
			read_all(&w);
		if (hg_check_below(3) == 0)
			hg_follower_catch_up(f, l, hg_check_below(20));
		behind += hg_follower_owed(f) != 0;
		if (hg_follower_owed(f) == 0 && w.n == 0) {
			hg_check_u64("owing nothing it is equal", differences(w.replica, l), 0);
			equal++;
		}
	}
	hg_check_bool("it was behind", behind > 1000, true);
	hg_check_bool("and was not", equal > 1000, true);
	hg_check_bool("forms were scarce", full > 100, true);
	for (w.room = 32; hg_follower_owed(f) != 0; read_all(&w))
		hg_follower_catch_up(f, l, 1000);
	read_all(&w);
	hg_check_u64("in the end it is equal", differences(w.replica, l), 0);
	hg_check_u64("as many", hg_block_count(w.replica), hg_ledger_count(l));
	close_followed(&w, f, l);
}

/* However much changes: what is owed is bounded by the table, and what has come and gone costs nothing. */
static void
test_a_follower_owes_each_number_once(void)
{
	struct way w = { .room = 2 };
	struct hg_block_wish wish = { .match = { .family = 4, .bits = 32 }, .until = 500 * HG_SEC };
	struct hg_packet p = { .family = 4, .proto = HG_IP_UDP, .time = HG_SEC };
	struct hg_follower *f = NULL;
	struct hg_ledger *l = NULL;

	open_followed(&w, &f, &l);
	for (uint8_t i = 0; i < 2; i++) {
		wish.match.a.b[0] = i;
		hg_ledger_add(l, &wish, HG_SEC);
	}
	hg_check_u64("these find room", hg_follower_owed(f), 0);
	read_all(&w);
	hg_block_look(w.replica, &p, 1);
	w.room = 0;
	for (unsigned i = 0; i < 100; i++) {
		wish.match.a.b[0] = 2;
		hg_ledger_add(l, &wish, HG_SEC);
		hg_ledger_del(l, &wish.match);
		wish.match.a.b[0] = 0;
		wish.until += HG_SEC;
		hg_ledger_add(l, &wish, HG_SEC);
	}
	hg_check_u64("what has come and gone is not owed", hg_follower_owed(f), 1);
	hg_check_bool("the renewed one is", hg_follower_owes(f, 0), true);
	hg_check_bool("the other one is not", hg_follower_owes(f, 1), false);
	hg_check_u64("delayed", hg_follower_delayed(f), 300);
	hg_follower_catch_up(f, l, 100);
	hg_check_u64("without room nothing is sent", hg_follower_owed(f), 1);
	w.room = 2;
	w.sent = 0;
	hg_follower_catch_up(f, l, 0);
	hg_check_u64("no more than asked for", w.sent, 0);
	hg_follower_catch_up(f, l, 100);
	hg_check_u64("once", w.sent, 1);
	read_all(&w);
	hg_check_u64("a renewed entry keeps its hits", hg_block_hits(w.replica, 0), 1);
	hg_check_u64("equal", differences(w.replica, l), 0);
	close_followed(&w, f, l);
}

static void
test_a_second_wish_never_shortens_the_first(void)
{
	struct hg_block *replica = NULL;
	struct hg_ledger *l = NULL;
	struct hg_block_wish w = { .match = { .family = 4, .bits = 32, .a.b = { 10, 0, 0, 1 } },
		.until = 500 * HG_SEC };
	struct hg_block_line line;

	CU_ASSERT_FATAL(hg_block_open(&replica, CAPACITY, &key, NULL) == 0);
	CU_ASSERT_FATAL(hg_ledger_open(&l, CAPACITY, &key, follow, replica, NULL) == 0);
	hg_check_u64("added", hg_ledger_add(l, &w, HG_SEC), HG_BLOCK_ADDED);
	w.until = 50 * HG_SEC;
	hg_check_u64("renewed", hg_ledger_add(l, &w, HG_SEC), HG_BLOCK_RENEWED);
	CU_ASSERT(hg_ledger_line(l, 0, &line));
	hg_check_u64("the later end stays", line.until, 500 * HG_SEC);
	w.until = 0;
	hg_ledger_add(l, &w, HG_SEC);
	CU_ASSERT(hg_ledger_line(l, 0, &line));
	hg_check_u64("for good wins", line.until, 0);
	hg_ledger_expire(l, 100000 * HG_SEC);
	hg_check_u64("and does not end", hg_ledger_count(l), 1);
	hg_ledger_close(l);
	hg_block_close(replica);
}

static void
test_full_tables_refuse_and_say_so(void)
{
	struct hg_block *replica = NULL;
	struct hg_ledger *l = NULL;
	struct hg_block_wish w = { .match = { .family = 4, .bits = 32 }, .until = 500 * HG_SEC };
	unsigned added = 0;

	CU_ASSERT_FATAL(hg_block_open(&replica, CAPACITY, &key, NULL) == 0);
	CU_ASSERT_FATAL(hg_ledger_open(&l, CAPACITY, &key, follow, replica, NULL) == 0);
	for (unsigned i = 0; i < CAPACITY; i++) {
		w.match.a.b[2] = (uint8_t)(i >> 8);
		w.match.a.b[3] = (uint8_t)i;
		added += hg_ledger_add(l, &w, HG_SEC) == HG_BLOCK_ADDED;
	}
	hg_check_u64("to the last", added, CAPACITY);
	w.match.a.b[0] = 9;
	hg_check_u64("one more", hg_ledger_add(l, &w, HG_SEC), HG_BLOCK_FULL);
	hg_ledger_expire(l, 1000 * HG_SEC);
	added = 0;
	for (unsigned bits = 1; bits <= 128; bits++) {
		w.match = (struct hg_block_match){ .family = 6, .bits = (uint8_t)bits };
		w.until = 2000 * HG_SEC;
		added += hg_ledger_add(l, &w, 1000 * HG_SEC) == HG_BLOCK_ADDED;
	}
	hg_check_u64("as many forms as there may be", added, HG_BLOCK_FORMS);
	hg_ledger_close(l);
	hg_block_close(replica);
}

HG_TESTS("block_table", HG_TEST(test_a_look_up_answers_as_a_list_that_is_walked),
	HG_TEST(test_a_replica_ends_with_what_the_ledger_has), HG_TEST(test_a_follower_gives_nothing_up),
	HG_TEST(test_a_follower_owes_each_number_once), HG_TEST(test_a_second_wish_never_shortens_the_first),
	HG_TEST(test_full_tables_refuse_and_say_so))
