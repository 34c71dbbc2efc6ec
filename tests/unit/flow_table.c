/* Flows: who belongs together, when they end, and what a full table does. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "flow/exception.h"
#include "flow/flow.h"

struct table {
	struct hg_mem *mem;
	struct hg_flows *flows;
	struct hg_packet p;
	hg_time now;
};

static void
open_table(struct table *t, const struct hg_flow_config *c)
{
	struct hg_error err;

	memset(t, 0, sizeof(*t));
	t->now = UINT64_C(1700000000) * HG_SEC;
	CU_ASSERT_EQUAL_FATAL(hg_mem_open(&t->mem, (size_t)16 << 20, false, &err), 0);
	CU_ASSERT_EQUAL_FATAL(hg_flows_open(&t->flows, c, t->mem, &err), 0);
}

static void
config(struct hg_flow_config *c)
{
	hg_flow_config_init(c);
	c->max_flows = 16;
}

/* How many end, by reason. */
static unsigned
end_flows(struct table *t, hg_time now, bool all, unsigned by_reason[3])
{
	struct hg_flow *f;
	unsigned n = 0;

	while ((f = hg_flow_next_end(t->flows, now, all)) != NULL) {
		if (by_reason != NULL)
			by_reason[f->end]++;
		n++;
		hg_flow_free(t->flows, f);
	}
	return n;
}

static void
close_table(struct table *t)
{
	end_flows(t, t->now, true, NULL);
	CU_ASSERT_EQUAL(hg_flow_stats(t->flows)->active, 0);
	hg_flows_close(t->flows);
	hg_mem_close(t->mem);
}

/* A packet from port a to port b of two fixed hosts; the lower port belongs to the first one. */
static struct hg_flow *
send_packet(struct table *t, uint8_t proto, uint16_t a, uint16_t b, unsigned seconds)
{
	struct hg_packet *p = &t->p;

	t->now += seconds * HG_SEC;
	memset(p, 0, sizeof(*p));
	p->time = t->now;
	p->family = 4;
	p->proto = proto;
	p->l3 = 14;
	p->l4 = 34;
	p->wire_len = 100;
	p->ttl = 64;
	p->src.b[0] = a < b ? 10 : 20;
	p->dst.b[0] = a < b ? 20 : 10;
	p->sport = a;
	p->dport = b;
	hg_flow_settle(t->flows, p);
	return p->flow;
}

static void
test_both_directions_are_one_flow(void)
{
	static struct table t;
	struct hg_flow_config c;
	struct hg_flow *f;

	config(&c);
	open_table(&t, &c);
	f = send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
	hg_check_u64("direction", t.p.dir, HG_TO_SERVER);
	hg_check_bool("established", (t.p.flags & HG_PKT_ESTABLISHED) != 0, false);
	hg_check_bool("same", send_packet(&t, HG_IP_UDP, 2000, 1000, 0) == f, true);
	hg_check_u64("direction back", t.p.dir, HG_TO_CLIENT);
	hg_check_bool("answered", (t.p.flags & HG_PKT_ESTABLISHED) != 0, true);
	hg_check_bool("two ways", (f->flags & HG_FLOW_TWO_WAY) != 0, true);
	hg_check_u64("packets", f->packets[HG_TO_SERVER] + f->packets[HG_TO_CLIENT], 2);
	close_table(&t);
}

static void
test_timeouts_count_whole_seconds_by_state(void)
{
	static const struct {
		const char *title;
		uint8_t proto;
		bool answered;
		unsigned pause;
		bool same;
	} rows[] = {
		{ "UDP, 30 s", HG_IP_UDP, false, 30, true },
		{ "UDP, 31 s", HG_IP_UDP, false, 31, false },
		{ "UDP answered, 300 s", HG_IP_UDP, true, 300, true },
		{ "UDP answered, 301 s", HG_IP_UDP, true, 301, false },
		{ "TCP, 60 s", HG_IP_TCP, false, 60, true },
		{ "TCP, 61 s", HG_IP_TCP, false, 61, false },
		{ "another protocol, 30 s", HG_IP_SCTP, false, 30, true },
		{ "another protocol, 31 s", HG_IP_SCTP, false, 31, false },
	};
	static struct table t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_flow_config c;
		uint64_t id;

		config(&c);
		open_table(&t, &c);
		id = send_packet(&t, rows[i].proto, 1000, 2000, 0)->id;
		if (rows[i].answered)
			send_packet(&t, rows[i].proto, 2000, 1000, 0);
		hg_check_bool(rows[i].title,
			send_packet(&t, rows[i].proto, 1000, 2000, rows[i].pause)->id == id, rows[i].same);
		close_table(&t);
	}
}

static void
test_flows_end_once_each_with_their_reason(void)
{
	static struct table t;
	struct hg_flow_config c;
	unsigned by_reason[3] = { 0 };

	config(&c);
	open_table(&t, &c);
	send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
	send_packet(&t, HG_IP_UDP, 1001, 2000, 40);
	hg_check_u64("too old", end_flows(&t, t.now, false, by_reason), 1);
	hg_check_u64("timeout", by_reason[HG_FLOW_END_TIMEOUT], 1);
	hg_check_u64("the rest", end_flows(&t, t.now, true, by_reason), 1);
	hg_check_u64("shutdown", by_reason[HG_FLOW_END_SHUTDOWN], 1);
	hg_check_u64("nobody", end_flows(&t, t.now, true, NULL), 0);
	close_table(&t);
}

static void
test_a_closed_flow_ends_by_the_time_of_closed_ones(void)
{
	static struct table t;
	struct hg_flow_config c;
	struct hg_flow *f;

	config(&c);
	c.timeouts[HG_FLOW_TCP].closed = 2;
	open_table(&t, &c);
	f = send_packet(&t, HG_IP_TCP, 1000, 2000, 0);
	send_packet(&t, HG_IP_TCP, 1001, 2000, 0);
	hg_flow_set_state(f, HG_FLOW_CLOSED);
	hg_check_u64("not yet", end_flows(&t, t.now + 2 * HG_SEC, false, NULL), 0);
	hg_check_u64(
		"the closed one, long before the other", end_flows(&t, t.now + 3 * HG_SEC, false, NULL), 1);
	hg_check_u64("the other one", end_flows(&t, t.now + 61 * HG_SEC, false, NULL), 1);
	close_table(&t);
}

static void
test_a_full_table_lets_the_unanswered_go(void)
{
	static struct table t;
	struct hg_flow_config c;
	struct hg_flow *answered;

	config(&c);
	c.max_flows = 4;
	open_table(&t, &c);
	answered = send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
	send_packet(&t, HG_IP_UDP, 2000, 1000, 0);
	for (uint16_t i = 1; i < 20; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(send_packet(&t, HG_IP_UDP, (uint16_t)(1000 + i), 2000, 0));
		end_flows(&t, 0, false, NULL);
	}
	hg_check_u64("emergency", hg_flow_stats(t.flows)->emergency_entered, 1);
	hg_check_u64("active", hg_flow_stats(t.flows)->active, 4);
	hg_check_bool("the answered one stays", send_packet(&t, HG_IP_UDP, 1000, 2000, 0) == answered, true);
	close_table(&t);
}

static void
test_a_table_of_answered_flows_refuses_by_policy(void)
{
	static const struct {
		enum hg_exception policy;
		bool ips, dropped, no_detect;
	} rows[] = {
		{ HG_EXCEPTION_IGNORE, true, false, false },
		{ HG_EXCEPTION_DROP_PACKET, true, true, true },
		{ HG_EXCEPTION_PASS_PACKET, true, false, true },
		{ HG_EXCEPTION_PASS_PACKET, false, false, true },
		{ HG_EXCEPTION_REJECT, true, true, true },
		{ HG_EXCEPTION_REJECT, false, false, false },
	};
	static struct table t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_flow_config c;

		config(&c);
		c.max_flows = 2;
		c.memcap_policy = rows[i].policy;
		c.ips = rows[i].ips;
		open_table(&t, &c);
		for (uint16_t k = 0; k < 2; k++) {
			send_packet(&t, HG_IP_UDP, (uint16_t)(1000 + k), 2000, 0);
			send_packet(&t, HG_IP_UDP, 2000, (uint16_t)(1000 + k), 0);
		}
		CU_ASSERT_PTR_NULL(send_packet(&t, HG_IP_UDP, 1500, 2000, 0));
		hg_check_u64("counted", hg_flow_stats(t.flows)->refused, 1);
		hg_check_bool("dropped", (t.p.flags & HG_PKT_DROPPED) != 0, rows[i].dropped);
		hg_check_bool("to be answered", (t.p.flags & HG_PKT_REJECTED) != 0,
			rows[i].policy == HG_EXCEPTION_REJECT && rows[i].ips);
		hg_check_bool("out of detection", (t.p.flags & HG_PKT_NO_DETECT) != 0, rows[i].no_detect);
		hg_check_u64("why", t.p.drop_reason, rows[i].dropped ? HG_DROP_FLOW_MEMCAP : HG_DROP_NONE);
		close_table(&t);
	}
}

static void
test_vlans_part_flows_unless_told_otherwise(void)
{
	static struct table t;

	for (unsigned tracked = 0; tracked < 2; tracked++) {
		struct hg_flow_config c;

		config(&c);
		c.vlan_tracking = tracked != 0;
		open_table(&t, &c);
		for (uint16_t vlan = 5; vlan <= 6; vlan++) {
			send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
			end_flows(&t, 0, true, NULL);
			t.p.vlans = 1;
			t.p.vlan[0] = vlan;
			t.p.key_hash = 0;
			hg_flow_settle(t.flows, &t.p);
			hg_check_u64("shown", t.p.flow->vlan[0], vlan);
			hg_check_u64("in the key", t.p.flow->key.vlan[0], tracked ? vlan : 0);
		}
		close_table(&t);
	}
}

static void
test_sides_can_be_exchanged(void)
{
	static struct table t;
	struct hg_flow_config c;
	struct hg_flow *f;

	config(&c);
	open_table(&t, &c);
	f = send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
	hg_flow_reverse(f, &t.p);
	hg_check_u64("client's port", hg_flow_client_port(f), 2000);
	hg_check_u64("direction", t.p.dir, HG_TO_CLIENT);
	hg_check_u64("to the client", f->packets[HG_TO_CLIENT], 1);
	hg_check_u64("to the server", f->packets[HG_TO_SERVER], 0);
	send_packet(&t, HG_IP_UDP, 2000, 1000, 0);
	hg_check_u64("the next one", t.p.dir, HG_TO_SERVER);
	close_table(&t);
}

static void
test_policies_reach_the_flow(void)
{
	static const struct {
		enum hg_exception policy;
		bool ips;
		uint32_t flags;
		uint8_t state;
	} rows[] = {
		{ HG_EXCEPTION_IGNORE, true, 0, HG_FLOW_NEW },
		{ HG_EXCEPTION_DROP_PACKET, true, 0, HG_FLOW_NEW },
		{ HG_EXCEPTION_DROP_FLOW, true,
			HG_FLOW_ACTION_DROP | HG_FLOW_NO_PAYLOAD | HG_FLOW_NO_DETECT | HG_FLOW_DROP,
			HG_FLOW_NEW },
		{ HG_EXCEPTION_DROP_FLOW, false, HG_FLOW_ACTION_DROP | HG_FLOW_NO_PAYLOAD | HG_FLOW_NO_DETECT,
			HG_FLOW_NEW },
		{ HG_EXCEPTION_PASS_FLOW, false, HG_FLOW_ACTION_PASS | HG_FLOW_NO_DETECT, HG_FLOW_NEW },
		{ HG_EXCEPTION_BYPASS, false, HG_FLOW_ACTION_PASS | HG_FLOW_NO_DETECT, HG_FLOW_BYPASSED },
		{ HG_EXCEPTION_REJECT, false, 0, HG_FLOW_NEW },
	};
	static struct table t;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_flow_config c;
		struct hg_flow *f;
		uint32_t before;

		config(&c);
		open_table(&t, &c);
		f = send_packet(&t, HG_IP_TCP, 1000, 2000, 0);
		before = f->flags;
		hg_exception_apply(&t.p, rows[i].policy, HG_DROP_MIDSTREAM, rows[i].ips);
		hg_check_u64("flags", f->flags & ~before, rows[i].flags);
		hg_check_u64("state", f->state, rows[i].state);
		hg_flow_set_state(f, HG_FLOW_CLOSED);
		hg_check_u64(
			"bypassed stays", f->state == HG_FLOW_BYPASSED, rows[i].state == HG_FLOW_BYPASSED);
		close_table(&t);
	}
}

/* What two packets there and one back meet of a flow that begins under overload, which is over before the second. */
static void
test_overload_decides_once_on_a_flow_that_begins(void)
{
	static const struct {
		const char *title;
		enum hg_exception policy;
		uint32_t packet; /* of these the first has */
		uint32_t flow;   /* of these the flow has; 0: like any other */
		bool made, spared;
	} rows[] = {
		{ "ignore", HG_EXCEPTION_IGNORE, 0, 0, true, false },
		{ "pass-flow", HG_EXCEPTION_PASS_FLOW, HG_PKT_NO_DETECT, HG_FLOW_NO_DETECT, true, true },
		{ "bypass", HG_EXCEPTION_BYPASS, HG_PKT_NO_DETECT, HG_FLOW_NO_DETECT, true, true },
		{ "drop-packet", HG_EXCEPTION_DROP_PACKET, HG_PKT_NO_DETECT | HG_PKT_DROPPED, 0, false,
			false },
		{ "drop-flow", HG_EXCEPTION_DROP_FLOW, HG_PKT_NO_DETECT | HG_PKT_DROPPED,
			HG_FLOW_NO_DETECT | HG_FLOW_DROP, true, false },
		{ "reject", HG_EXCEPTION_REJECT, HG_PKT_NO_DETECT | HG_PKT_DROPPED | HG_PKT_REJECTED,
			HG_FLOW_NO_DETECT | HG_FLOW_DROP, true, false },
	};
	const uint32_t of_packet = HG_PKT_NO_DETECT | HG_PKT_DROPPED | HG_PKT_REJECTED;
	const uint32_t of_flow = HG_FLOW_NO_DETECT | HG_FLOW_DROP;
	static struct table t;

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_flow_stats *s;
		struct hg_flow_config c;
		struct hg_flow *there, *new;

		config(&c);
		c.overload_policy = rows[i].policy;
		c.ips = true;
		open_table(&t, &c);
		s = hg_flow_stats(t.flows);
		there = send_packet(&t, HG_IP_UDP, 900, 2000, 0);
		hg_flows_overloaded(t.flows, true);
		send_packet(&t, HG_IP_UDP, 2000, 900, 0);
		hg_check_u64("one that is there goes on", t.p.flags & of_packet, 0);
		hg_check_u64("… as it is", there->flags & of_flow, 0);
		new = send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
		hg_check_bool(rows[i].title, new != NULL, rows[i].made);
		hg_check_u64("its first packet", t.p.flags & of_packet, rows[i].packet);
		hg_check_u64("why", t.p.drop_reason,
			rows[i].packet & HG_PKT_DROPPED ? HG_DROP_OVERLOAD : HG_DROP_NONE);
		hg_flows_overloaded(t.flows, false);
		send_packet(&t, HG_IP_UDP, 2000, 1000, 0);
		new = send_packet(&t, HG_IP_UDP, 1000, 2000, 0);
		hg_check_u64("nothing new is decided", t.p.flags & of_packet, 0);
		hg_check_u64("the flow is as it began", new->flags &of_flow, rows[i].flow);
		hg_check_u64("all its packets", new->packets[0] + new->packets[1], rows[i].made ? 3 : 2);
		hg_check_bool(
			"bypassed", new->state == HG_FLOW_BYPASSED, rows[i].policy == HG_EXCEPTION_BYPASS);
		hg_flow_stats(t.flows);
		hg_check_u64("flows that were spared", s->spared_flows, rows[i].spared);
		hg_check_u64("their packets, of both directions", s->spared_packets, rows[i].spared ? 3 : 0);
		hg_check_u64("flows", s->total, 2);
		close_table(&t);
	}
}

/* Else a flood would fill the table for good with flows that nobody looks at. */
static void
test_bypassed_flows_that_nobody_answers_make_room(void)
{
	static struct table t;
	struct hg_flow_config c;
	struct hg_flow *talks;

	config(&c);
	c.max_flows = 4;
	c.overload_policy = HG_EXCEPTION_BYPASS;
	open_table(&t, &c);
	hg_flows_overloaded(t.flows, true);
	send_packet(&t, HG_IP_TCP, 1000, 2000, 0);
	send_packet(&t, HG_IP_TCP, 2000, 1000, 0);
	talks = send_packet(&t, HG_IP_TCP, 1000, 2000, 0);
	send_packet(&t, HG_IP_TCP, 1001, 2000, 0);
	send_packet(&t, HG_IP_TCP, 2000, 1001, 0);
	for (unsigned i = 2; i < 50; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(send_packet(&t, HG_IP_TCP, (uint16_t)(1000 + i), 2000, 0));
		end_flows(&t, 0, false, NULL);
	}
	hg_check_u64("refused", hg_flow_stats(t.flows)->refused, 0);
	hg_check_u64("made room", hg_flow_stats(t.flows)->evicted_new, 46);
	send_packet(&t, HG_IP_TCP, 1000, 2000, 0);
	hg_check_bool("the one that was answered and went on stays", t.p.flow == talks, true);
	hg_check_bool("it is the same one", (t.p.flags & HG_PKT_FLOW_NEW) != 0, false);
	close_table(&t);
}

HG_TESTS("flow_table", HG_TEST(test_both_directions_are_one_flow),
	HG_TEST(test_timeouts_count_whole_seconds_by_state),
	HG_TEST(test_flows_end_once_each_with_their_reason),
	HG_TEST(test_a_closed_flow_ends_by_the_time_of_closed_ones),
	HG_TEST(test_a_full_table_lets_the_unanswered_go),
	HG_TEST(test_a_table_of_answered_flows_refuses_by_policy),
	HG_TEST(test_vlans_part_flows_unless_told_otherwise), HG_TEST(test_sides_can_be_exchanged),
	HG_TEST(test_policies_reach_the_flow), HG_TEST(test_overload_decides_once_on_a_flow_that_begins),
	HG_TEST(test_bypassed_flows_that_nobody_answers_make_room))
