/* Connections that were announced: who is met by which, for how long, and what a pair of addresses may hold. */
#include "base/catalog.h"
#include "check.h"
#include "flow/flow.h"

#define NOW (UINT64_C(1700000000) * HG_SEC)

struct table {
	struct hg_mem *mem;
	struct hg_flows *flows;
	struct hg_packet p;
};

static void
open_table(struct table *t)
{
	struct hg_flow_config c;

	memset(t, 0, sizeof(*t));
	hg_flow_config_init(&c);
	c.max_flows = 16;
	CU_ASSERT_EQUAL_FATAL(hg_mem_open(&t->mem, (size_t)16 << 20, false, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(hg_flows_open(&t->flows, &c, t->mem, NULL), 0);
}

/* waiting: announcements that nobody has met. */
static void
close_table(struct table *t, unsigned waiting)
{
	struct hg_mem_stats stats;
	struct hg_flow *f;

	while ((f = hg_flow_next_end(t->flows, NOW, true)) != NULL)
		hg_flow_free(t->flows, f);
	hg_flows_close(t->flows);
	hg_mem_stats(t->mem, &stats);
	hg_check_u64("notes that are not needed are given back", stats.used, waiting * hg_mem_class(1));
	hg_mem_close(t->mem);
}

static struct hg_addr
host(uint8_t n)
{
	return (struct hg_addr){ .b = { 10, 0, 0, n } };
}

/* A connection from host 1 to a port of host 2. */
static struct hg_flow *
connect_to(struct table *t, uint16_t port)
{
	static uint16_t sport = 40000;

	t->p = (struct hg_packet){ .family = 4,
		.proto = HG_IP_TCP,
		.src = host(1),
		.dst = host(2),
		.sport = sport++,
		.dport = port,
		.l3 = 14,
		.l4 = 34,
		.wire_len = 54,
		.ttl = 64,
		.time = NOW };
	hg_flow_settle(t->flows, &t->p);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->p.flow);
	return t->p.flow;
}

static struct hg_expectation
announced(uint16_t port, const char *note)
{
	return (struct hg_expectation){ .client = host(1),
		.server = host(2),
		.port = port,
		.family = 4,
		.ip_proto = HG_IP_TCP,
		.app_proto = HG_PROTO_FTP_DATA,
		.dir = HG_TO_CLIENT,
		.arg = 7,
		.note = hg_span_str(note),
		.parent_id = 99,
		.until = NOW + HG_SEC };
}

static void
expect(struct table *t, uint16_t port, const char *note)
{
	struct hg_expectation e = announced(port, note);

	CU_ASSERT(hg_flow_expect(t->flows, &e));
}

static const char *
note_of(const struct hg_flow *f)
{
	static char text[32];

	memset(text, 0, sizeof(text));
	if (f->expected_note != NULL)
		memcpy(text, f->expected_note, HG_MIN(f->expected_note_len, sizeof(text) - 1));
	return text;
}

static void
test_a_connection_is_told_what_was_announced(void)
{
	struct table t;
	struct hg_flow *f;

	open_table(&t);
	f = connect_to(&t, 50000);
	CU_ASSERT(!hg_flow_meet(f, HG_TO_CLIENT, NOW));
	expect(&t, 50000, "a.txt");
	CU_ASSERT(hg_flow_meet(f, HG_TO_CLIENT, NOW));
	hg_check_u64("protocol", f->expected_proto, HG_PROTO_FTP_DATA);
	hg_check_u64("argument", f->expected_arg, 7);
	hg_check_u64("parent", f->parent_id, 99);
	hg_check_str("note", note_of(f), "a.txt");
	CU_ASSERT(hg_flow_meet(f, HG_TO_SERVER, NOW));                      /* it stays met */
	CU_ASSERT(!hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW)); /* one connection each */
	hg_check_u64("counted", hg_flow_stats(t.flows)->expected, 1);
	close_table(&t, 0);
}

static void
test_only_what_fits_is_met(void)
{
	struct hg_expectation other[5];
	struct table t;

	open_table(&t);
	for (unsigned i = 0; i < HG_COUNT(other); i++)
		other[i] = announced(50000, "x");
	other[0].port = 50001;
	other[1].server = host(3);
	other[2].dir = HG_TO_SERVER;
	other[3].family = 6;
	other[4].vlan[0] = 5;
	for (unsigned i = 0; i < HG_COUNT(other); i++)
		CU_ASSERT(hg_flow_expect(t.flows, &other[i]));
	CU_ASSERT(!hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW));
	expect(&t, 50000, "as it is");
	CU_ASSERT(hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW));
	close_table(&t, 5);
}

static void
test_time_ends_an_announcement(void)
{
	struct table t;

	open_table(&t);
	expect(&t, 50000, "late");
	CU_ASSERT(!hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW + HG_SEC + 1));
	CU_ASSERT(!hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW));
	close_table(&t, 0);
}

static void
test_the_newest_is_met_and_ends_those_of_its_port(void)
{
	struct table t;
	struct hg_flow *f;

	open_table(&t);
	expect(&t, 50000, "old");
	expect(&t, 50001, "other");
	expect(&t, 50000, "new");
	f = connect_to(&t, 50000);
	CU_ASSERT(hg_flow_meet(f, HG_TO_CLIENT, NOW));
	hg_check_str("newest", note_of(f), "new");
	CU_ASSERT(!hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW));
	CU_ASSERT(hg_flow_meet(connect_to(&t, 50001), HG_TO_CLIENT, NOW));
	close_table(&t, 0);
}

static void
test_a_pair_loses_its_oldest(void)
{
	struct table t;

	open_table(&t);
	for (uint16_t i = 0; i < 11; i++)
		expect(&t, (uint16_t)(50000 + i), "x");
	CU_ASSERT(!hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW));
	CU_ASSERT(hg_flow_meet(connect_to(&t, 50001), HG_TO_CLIENT, NOW));
	CU_ASSERT(hg_flow_meet(connect_to(&t, 50010), HG_TO_CLIENT, NOW));
	close_table(&t, 8);
}

static void
test_a_full_table_refuses_and_counts(void)
{
	struct table t;
	unsigned taken = 0;

	open_table(&t);
	for (unsigned i = 0; i < 5000; i++) {
		struct hg_expectation e = announced(50000, "x");

		e.server.b[1] = (uint8_t)(i >> 8);
		e.server.b[2] = (uint8_t)i;
		taken += hg_flow_expect(t.flows, &e);
	}
	hg_check_u64("taken", taken, 4096);
	hg_check_u64("refused", hg_flow_stats(t.flows)->expectation_full, 5000 - 4096);
	hg_flows_reset(t.flows);
	hg_mem_reset(t.mem);
	expect(&t, 50000, "again");
	CU_ASSERT(hg_flow_meet(connect_to(&t, 50000), HG_TO_CLIENT, NOW));
	close_table(&t, 0);
}

HG_TESTS("flow_expect", HG_TEST(test_a_connection_is_told_what_was_announced),
	HG_TEST(test_only_what_fits_is_met), HG_TEST(test_time_ends_an_announcement),
	HG_TEST(test_the_newest_is_met_and_ends_those_of_its_port), HG_TEST(test_a_pair_loses_its_oldest),
	HG_TEST(test_a_full_table_refuses_and_counts))
