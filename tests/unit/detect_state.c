/* What rules know of each other: flowbits and flowints of a flow, xbits and hostbits of addresses (peer-semantics 3.8); and
 * what detection remembers of a flow for itself. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"

#define AB "udp 10.0.0.1 1 10.0.0.2 2 "
#define BA "udp 10.0.0.2 2 10.0.0.1 1 "
#define AB_OTHER "udp 10.0.0.1 3 10.0.0.2 2 "
#define AC "udp 10.0.0.1 1 10.0.0.3 2 "

/* A rule that acts on a letter, and one that asks with every packet. */
#define ON(letter, options) "alert udp any any -> any any (content:\"" letter "\"; noalert; " options ")\n"
#define ASK(options) "alert udp any any -> any any (ttl:64; " options ")\n"

struct row {
	const char *title, *rules;
	struct rule_step steps[12];
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rule_drive d;

		rule_drive_open(&d, NULL, NULL, rows[i].rules);
		rule_drive_steps(&d, rows[i].title, rows[i].steps);
		rule_drive_close(&d);
	}
}

#define BITS                                  \
	ON("s", "flowbits:set,x; sid:11;")    \
	ON("u", "flowbits:unset,x; sid:12;")  \
	ON("t", "flowbits:toggle,x; sid:13;") \
	ON("y", "flowbits:set,y; sid:14;")    \
	ON("z", "flowbits:set,z; flowbits:unset,y; sid:15;")

static void
test_flowbits_belong_to_the_flow(void)
{
	static const struct row rows[] = {
		{ "set, unset", BITS ASK("flowbits:isset,x; sid:1;") ASK("flowbits:isnotset,x; sid:2;"),
			{ { AB "a", "2" }, { AB "s", "1" }, { AB "a", "1" }, { BA "a", "1" }, { BA "s", "1" },
				{ AB "u", "2" }, { AB "u", "2" }, { NULL, NULL } } },
		{ "toggled", BITS ASK("flowbits:isset,x; sid:1;") ASK("flowbits:isnotset,x; sid:2;"),
			{ { AB "t", "1" }, { AB "a", "1" }, { AB "t", "2" }, { AB "s", "1" }, { AB "t", "2" },
				{ NULL, NULL } } },
		{ "another flow has its own", BITS ASK("flowbits:isset,x; sid:1;"),
			{ { AB "s", "1" }, { AB_OTHER "a", "" }, { AC "a", "" }, { AB "a", "1" },
				{ NULL, NULL } } },
		{ "no flow, no bits", BITS ASK("flowbits:isset,x; sid:1;") ASK("flowbits:isnotset,x; sid:2;"),
			{ { AB "s alone", "" }, { AB "a alone", "" }, { AB "a", "2" }, { NULL, NULL } } },
		{ "one of several is set", BITS ASK("flowbits:isset,x|y|z; sid:1;"),
			{ { AB "a", "" }, { AB "y", "1" }, { AB "s", "1" }, { AB "z", "1" }, { AB "u", "1" },
				{ NULL, NULL } } },
		{ "one of several is not set", BITS ASK("flowbits:isnotset,x|y; sid:1;"),
			{ { AB "a", "1" }, { AB "y", "1" }, { AB "s", "" }, { AB "u", "1" },
				{ NULL, NULL } } },
		{ "two tests are both asked", BITS ASK("flowbits:isset,x; flowbits:isset,y; sid:1;"),
			{ { AB "s", "" }, { AB "y", "1" }, { AB "u", "" }, { NULL, NULL } } },
		{ "a rule that does not match sets nothing",
			"alert udp any any -> any 9 (content:\"s\"; flowbits:set,x; sid:11;)\n" ASK(
				"flowbits:isset,x; sid:1;"),
			{ { AB "s", "" }, { NULL, NULL } } },
		{ "posts come in the order of the rule",
			ON("s", "flowbits:set,x; flowbits:unset,x; sid:11;") ASK("flowbits:isset,x; sid:1;"),
			{ { AB "s", "" }, { NULL, NULL } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

/* More bits than a word holds. */
static void
test_many_flowbits_have_places_of_their_own(void)
{
	static const uint16_t set[] = { 0, 1, 63, 64, 128, 129 };
	static char rules[130 * 100];
	const struct hg_flow *f;
	struct rule_drive d;
	uint32_t at = 0;
	size_t n = 0;

	for (unsigned i = 0; i < 130; i++)
		n += (size_t)snprintf(rules + n, sizeof(rules) - n,
			"alert udp any any -> any %u (content:\"s\"; flowbits:set,bit%03u; sid:%u;)\n",
			1000 + i, i, 1 + i);
	rule_drive_open(&d, NULL, NULL, rules);
	hg_check_u64("bits", d.set.rules->n_flowbits, 130);
	rule_drive_packet(&d, AB "a");
	f = d.packet.flow;
	hg_check_u64("none", hg_detect_flowbit_next(f, 0), HG_FLOWBITS_END);
	for (unsigned i = 0; i < HG_COUNT(set); i++) {
		struct hg_packet p = d.packet;

		p.dport = (uint16_t)(1000 + set[i]);
		d.payload[0] = 's';
		hg_detect_run(d.detect, &p);
	}
	for (unsigned i = 0; i < HG_COUNT(set); i++, at++) {
		at = hg_detect_flowbit_next(f, at);
		hg_check_str("the next one", at == HG_FLOWBITS_END ? "" : d.set.rules->flowbits[at],
			d.set.rules->flowbits[set[i]]);
	}
	hg_check_u64("no more", hg_detect_flowbit_next(f, at), HG_FLOWBITS_END);
	hg_check_u64("nor behind the last", hg_detect_flowbit_next(f, 192), HG_FLOWBITS_END);
	for (uint16_t i = 0; i < 130; i++) {
		const bool wanted = i < 2 || i == 63 || i == 64 || i >= 128;

		hg_check_bool(d.set.rules->flowbits[i], hg_detect_flowbit(f, i), wanted);
	}
	hg_check_bool("behind the last", hg_detect_flowbit(f, 192), false);
	rule_drive_close(&d);
}

#define COUNTS                              \
	ON("s", "flowint:ab,=,5; sid:11;")  \
	ON("p", "flowint:ab,+,2; sid:12;")  \
	ON("m", "flowint:ab,-,3; sid:13;")  \
	ON("c", "flowint:cd,=,7; sid:14;")  \
	ON("v", "flowint:ab,+,cd; sid:15;") \
	ON("w", "flowint:ab,=,cd; sid:16;")

static void
test_flowints_count_in_the_flow(void)
{
	static const struct row rows[] = {
		{ "set, plus, minus",
			COUNTS ASK("flowint:ab,==,5; sid:5;") ASK("flowint:ab,==,7; sid:7;")
				ASK("flowint:ab,==,4; sid:4;"),
			{ { AB "s", "5" }, { BA "p", "7" }, { AB "m", "4" }, { AB "s", "5" },
				{ AB_OTHER "a", "" }, { AB "a", "5" }, { NULL, NULL } } },
		{ "plus begins with the value", COUNTS ASK("flowint:ab,==,2; sid:1;"),
			{ { AB "p", "1" }, { NULL, NULL } } },
		{ "minus does not begin",
			COUNTS ASK("flowint:ab,isset; sid:1;") ASK("flowint:ab,notset; sid:2;")
				ASK("flowint:ab,isnotset; sid:3;"),
			{ { AB "m", "2 3" }, { AB "p", "1" }, { AB "m", "1" }, { NULL, NULL } } },
		{ "below 0 it goes on from the top", COUNTS ASK("flowint:ab,==,4294967295; sid:1;"),
			{ { AB "p", "" }, { AB "m", "1" }, { NULL, NULL } } },
		{ "all comparisons",
			COUNTS ASK("flowint:ab,<,5; sid:1;") ASK("flowint:ab,<=,5; sid:2;")
				ASK("flowint:ab,==,5; sid:3;") ASK("flowint:ab,!=,5; sid:4;")
					ASK("flowint:ab,>=,5; sid:5;") ASK("flowint:ab,>,5; sid:6;"),
			{ { AB "a", "" }, { AB "s", "2 3 5" }, { AB "p", "4 5 6" }, { AB "m", "1 2 4" },
				{ NULL, NULL } } },
		{ "another flowint as value",
			COUNTS ASK("flowint:ab,==,cd; sid:1;") ASK("flowint:ab,>,cd; sid:2;"),
			{ { AB "s", "" }, { AB "v", "" }, { AB "w", "" }, { AB "c", "" }, { AB "w", "1" },
				{ AB "v", "2" }, { NULL, NULL } } },
		{ "one that is not set changes nothing", COUNTS ASK("flowint:ab,==,5; sid:1;"),
			{ { AB "s", "1" }, { AB "v", "1" }, { AB "w", "1" }, { NULL, NULL } } },
		{ "no flow, no flowints",
			COUNTS ASK("flowint:ab,isset; sid:1;") ASK("flowint:ab,notset; sid:2;"),
			{ { AB "s alone", "" }, { AB "a", "2" }, { NULL, NULL } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_a_flow_holds_32_flowints(void)
{
	static char rules[40 * 100];
	struct rule_drive d;
	unsigned held = 0;
	uint32_t value;
	size_t n = 0;

	for (unsigned i = 0; i < 40; i++)
		n += (size_t)snprintf(rules + n, sizeof(rules) - n,
			"alert udp any any -> any any (content:\"s\"; flowint:int%02u,=,%u; sid:%u;)\n", i,
			100 + i, 1 + i);
	rule_drive_open(&d, NULL, NULL, rules);
	rule_drive_packet(&d, AB "a");
	hg_check_bool("none", hg_detect_flowints(d.packet.flow), false);
	rule_drive_packet(&d, AB "s");
	hg_check_bool("some", hg_detect_flowints(d.packet.flow), true);
	for (uint16_t i = 0; i < 40; i++)
		held += hg_detect_flowint(d.packet.flow, i, &value) && value == 100u + i;
	hg_check_u64("held", held, 32);
	hg_check_u64("counted", hg_detect_stats(d.detect)->state_refused, 8);
	rule_drive_close(&d);
}

#define TRACKED(track)                                            \
	ON("s", "xbits:set,x,track " track ",expire 10; sid:11;") \
	ON("u", "xbits:unset,x,track " track "; sid:12;")         \
	ON("t", "xbits:toggle,x,track " track ",expire 10; sid:13;")
#define ASK_X(track)                                                \
	ASK("content:\"a\"; xbits:isset,x,track " track "; sid:1;") \
	ASK("content:\"a\"; xbits:isnotset,x,track " track "; sid:2;")

static void
test_xbits_belong_to_addresses(void)
{
	static const struct row rows[] = {
		{ "of the source", TRACKED("ip_src") ASK_X("ip_src"),
			{ { AB "a", "2" }, { AB "s", "" }, { AB "a", "1" }, { AB_OTHER "a", "1" },
				{ AC "a", "1" }, { BA "a", "2" }, { AC "u", "" }, { AB "a", "2" },
				{ NULL, NULL } } },
		{ "of the destination", TRACKED("ip_dst") ASK_X("ip_dst"),
			{ { AB "s", "" }, { AB "a", "1" }, { AC "a", "2" }, { BA "a", "2" },
				{ NULL, NULL } } },
		{ "of the pair, either way", TRACKED("ip_pair") ASK_X("ip_pair"),
			{ { AB "s", "" }, { AB "a", "1" }, { BA "a", "1" }, { AC "a", "2" }, { BA "u", "" },
				{ AB "a", "2" }, { NULL, NULL } } },
		{ "set of the source, asked of the destination", TRACKED("ip_src") ASK_X("ip_dst"),
			{ { AB "s", "" }, { AB "a", "2" }, { BA "a", "1" }, { NULL, NULL } } },
		{ "of an address is not of a pair", TRACKED("ip_src") ASK_X("ip_pair"),
			{ { AB "s", "" }, { AB "a", "2" }, { NULL, NULL } } },
		{ "toggled", TRACKED("ip_src") ASK_X("ip_src"),
			{ { AB "t", "" }, { AB "a", "1" }, { AB "t", "" }, { AB "a", "2" },
				{ NULL, NULL } } },
		{ "without a flow too", TRACKED("ip_src") ASK_X("ip_src"),
			{ { AB "s alone", "" }, { AB "a alone", "1" }, { NULL, NULL } } },
		{ "another name", TRACKED("ip_src") ASK("xbits:isset,y,track ip_src; sid:1;"),
			{ { AB "s", "" }, { AB "a", "" }, { NULL, NULL } } },
		{ "hostbits of that name are others",
			TRACKED("ip_src") ASK("hostbits:isset,x; sid:1;") ON("h", "hostbits:set,x; sid:14;")
				ASK("xbits:isset,x,track ip_src; sid:2;"),
			{ { AB "s", "" }, { AB "a", "2" }, { AB "h", "2 1" }, { AB "u", "2 1" },
				{ AB "a", "1" }, { NULL, NULL } } },
		{ "who reads comes before who sets",
			TRACKED("ip_src") ASK("xbits:isset,x,track ip_src; sid:20;")
				ASK("xbits:isnotset,x,track ip_src; sid:21;"),
			{ { AB "s", "21" }, { AB "s", "20" }, { AB "u", "20" }, { AB "a", "21" },
				{ NULL, NULL } } },
		{ "IPv6 has its own", TRACKED("ip_src") ASK_X("ip_src"),
			{ { "udp a00:1:: 1 a00:2:: 2 s", "" }, { AB "a", "2" },
				{ "udp a00:1:: 1 a00:3:: 2 a", "1" }, { NULL, NULL } } },
		{ "rules on bits alone, once a direction of a flow",
			TRACKED("ip_src") "alert udp any any -> any any (xbits:isset,x,track ip_src; "
					  "sid:1;)\n"
					  "alert udp any any -> any any (xbits:isnotset,x,track ip_src; "
					  "sid:2;)\n",
			{ { AB "s", "2" }, { AB "a", "" }, { AB_OTHER "a", "1" }, { BA "a", "2" },
				{ NULL, NULL } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_counts_of_the_flow_are_compared(void)
{
	static const struct row rows[] = {
		{ "packets, a side each",
			"alert udp any any -> any any (flow.pkts_toserver:2; sid:1;)\n"
			"alert udp any any -> any any (flow.pkts_toclient:>0; sid:2;)\n",
			{ { AB "a", "" }, { BA "a", "2" }, { AB "a", "1 2" }, { AB "a", "2" },
				{ AB "a alone", "" }, { NULL, NULL } } },
		{ "bytes",
			"alert udp any any -> any any (flow.bytes_toserver:<1000; sid:1;)\n"
			"alert udp any any -> any any (flow.bytes_toclient:0; sid:2;)\n",
			{ { AB "a", "1 2" }, { BA "a", "1" }, { NULL, NULL } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

/* In whole seconds, through the last one. */
static void
test_bits_of_addresses_expire(void)
{
	static const struct row rows[] = {
		{ "at the begin of a second", TRACKED("ip_src") ASK_X("ip_src"),
			{ { AB "s", "" }, { AB "a t=10", "1" }, { AB "a t=0.999", "1" },
				{ AB "a t=0.001", "2" }, { NULL, NULL } } },
		{ "at its end", TRACKED("ip_src") ASK_X("ip_src"),
			{ { AB "s t=0.999", "" }, { AB "a t=10", "1" }, { AB "a t=0.001", "2" },
				{ NULL, NULL } } },
		{ "of a pair, toggled", TRACKED("ip_pair") ASK_X("ip_pair"),
			{ { AB "t", "" }, { BA "a t=10.999", "1" }, { BA "a t=0.001", "2" }, { AB "t", "" },
				{ AB "a", "1" }, { NULL, NULL } } },
		{ "set again lasts longer", TRACKED("ip_src") ASK_X("ip_src"),
			{ { AB "s", "" }, { AB "s t=9", "" }, { AB "a t=10", "1" }, { AB "a t=1", "2" },
				{ NULL, NULL } } },
		{ "30 s when it says nothing", ON("s", "xbits:set,x,track ip_src; sid:11;") ASK_X("ip_src"),
			{ { AB "s alone", "" }, { AB "a t=30.999 alone", "1" }, { AB "a t=0.001 alone", "2" },
				{ NULL, NULL } } },
		{ "hostbits 300 s",
			ON("s", "hostbits:set,x; sid:11;") ASK("content:\"a\"; hostbits:isset,x; sid:1;"),
			{ { AB "s alone", "" }, { AB "a t=300.999 alone", "1" }, { AB "a t=0.001 alone", "" },
				{ NULL, NULL } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_a_full_table_of_bits_forgets_and_counts(void)
{
	struct rule_drive d;
	uint64_t full;

	rule_drive_open(&d, NULL, NULL, TRACKED("ip_src") ASK_X("ip_src"));
	for (unsigned i = 0; i < 300; i++) {
		char packet[64];

		snprintf(packet, sizeof(packet), "udp 10.1.%u.%u 1 10.0.0.2 2 s alone t=0.01", i / 256,
			i % 256);
		rule_drive_packet(&d, packet);
	}
	full = hg_detect_stats(d.detect)->xbit_full;
	hg_check_bool("more than the table holds", full >= 300 - 64 && full < 300, true);
	hg_check_str(
		"the last one is there", rule_drive_packet(&d, "udp 10.1.1.43 1 10.0.0.2 2 a alone"), "1");
	hg_check_str("the first one is not", rule_drive_packet(&d, "udp 10.1.0.0 1 10.0.0.2 2 a alone"), "2");
	hg_detect_reset(d.detect);
	hg_check_str("fresh state", rule_drive_packet(&d, "udp 10.1.1.43 1 10.0.0.2 2 a alone"), "2");
	rule_drive_close(&d);
}

/* ---- that no rule without bytes concerns a direction ---- */

#define TO "tcp 10.0.0.1 1 10.0.0.2 80 "
#define BACK "tcp 10.0.0.2 80 10.0.0.1 1 "
#define TCP "alert tcp any any -> any any "
#define SERVER HG_FLOW_NO_BARE_SERVER
#define CLIENT HG_FLOW_NO_BARE_CLIENT

static void
test_plain_packets_that_find_no_rule_are_remembered(void)
{
	static const struct {
		const char *title, *rules;
		struct {
			const char *packet;
			uint32_t known;
		} steps[5];
	} rows[] = {
		{ "no such rule at all", TCP "(content:\"abcd\"; sid:1;)\n",
			{ { TO "S", SERVER }, { BACK "SA", SERVER | CLIENT }, { TO "A", SERVER | CLIENT } } },
		{ "flags that a rule wants tell nothing of others", TCP "(flags:S; sid:1;)\n",
			{ { TO "S", 0 }, { BACK "SA", CLIENT }, { TO "A", SERVER | CLIENT },
				{ TO "PA abc", SERVER | CLIENT } } },
		{ "flags that no rule tells from ACK are as good", TCP "(flags:S; sid:1;)\n",
			{ { TO "PA", SERVER }, { BACK "FA", SERVER | CLIENT } } },
		{ "one direction", TCP "(ttl:1; flow:to_client; sid:1;)\n",
			{ { TO "A", SERVER }, { BACK "A", SERVER } } },
		{ "a rule that is tried, though it does not match", TCP "(ttl:1; sid:1;)\n",
			{ { TO "A", 0 }, { BACK "A", 0 } } },
		{ "by port", "alert tcp any any -> any 80 (ttl:1; sid:1;)\n",
			{ { TO "A", 0 }, { BACK "A", CLIENT } } },
		{ "by address", "alert tcp 10.0.0.2 any -> any any (ttl:1; sid:1;)\n",
			{ { TO "A", SERVER }, { BACK "A", SERVER } } },
		{ "by an address that is of another zone",
			"alert tcp 2001:db8::1 any -> any any (ttl:1; sid:1;)\n", { { TO "A", SERVER } } },
		{ "rules on protocols count, those on bytes and addresses do not",
			"alert http any any -> any any (flow:to_client; sid:1;)\n" TCP
			"(content:\"a\"; sid:2;)\n" TCP "(sid:3;)\n",
			{ { TO "A a", SERVER }, { BACK "A a", SERVER } } },
		{ "datagrams are not remembered", TCP "(content:\"abcd\"; sid:1;)\n",
			{ { AB, 0 }, { BA, 0 } } },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct rule_drive d;

		rule_drive_open(&d, NULL, NULL, rows[i].rules);
		for (unsigned k = 0; k < 5 && rows[i].steps[k].packet != NULL; k++) {
			char title[256];

			rule_drive_packet(&d, rows[i].steps[k].packet);
			snprintf(title, sizeof(title), "%s: %s", rows[i].title, rows[i].steps[k].packet);
			hg_check_u64(title, d.packet.flow->flags & (SERVER | CLIENT), rows[i].steps[k].known);
		}
		rule_drive_close(&d);
	}
}

/* Puts an address there that a rule waits for: what was remembered is believed, so the rule is not found. */
static bool
asks_for_rules(struct rule_drive *d, struct hg_packet p, uint8_t flags)
{
	const uint64_t before = hg_detect_stats(d->detect)->candidates;

	CU_ASSERT_FATAL(hg_addr_parse(HG_BYTES("10.9.9.9"), &p.src, &p.family));
	p.tcp.flags = flags;
	hg_detect_run(d->detect, &p);
	return hg_detect_stats(d->detect)->candidates > before;
}

#define WAITING \
	"alert tcp 10.9.9.9 any -> any any (ttl:1; sid:1;)\nalert tcp any any -> any 9 (flags:S; sid:2;)\n"

static void
test_what_is_remembered_is_believed_for_plain_packets(void)
{
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL, WAITING);
	rule_drive_packet(&d, TO "A");
	hg_check_bool("ACK", asks_for_rules(&d, d.packet, HG_TCP_ACK), false);
	hg_check_bool("with data", asks_for_rules(&d, d.packet, HG_TCP_ACK | HG_TCP_PSH), false);
	hg_check_bool("flags that a rule tells from ACK", asks_for_rules(&d, d.packet, HG_TCP_SYN), true);
	rule_drive_packet(&d, BACK "SA");
	hg_check_bool("the other direction too", asks_for_rules(&d, d.packet, HG_TCP_ACK), false);
	d.packet.flow->flags &= ~(uint32_t)CLIENT;
	hg_check_bool("only there", asks_for_rules(&d, d.packet, HG_TCP_ACK), true);
	rule_drive_close(&d);
}

/* Such packets end flows; that their flags are none does not make them plain. */
static void
test_packets_without_a_header_are_not_plain(void)
{
	struct hg_packet p;
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL, "alert tcp 10.9.9.9 any -> any any (ttl:1; sid:1;)\n");
	rule_drive_packet(&d, TO "-");
	p = d.packet;
	hg_check_bool("with a header", asks_for_rules(&d, p, 0), false);
	p.l4 = 0;
	hg_check_bool("without", asks_for_rules(&d, p, 0), true);
	rule_drive_close(&d);
}

static void
test_other_rules_are_asked_anew(void)
{
	struct hg_snapshot *others;
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL, WAITING);
	others = rule_set_compile(&d.set, WAITING TCP "(flow:to_server; ttl:64; sid:7;)\n");
	rule_drive_packet(&d, TO "A");
	rule_drive_packet(&d, BACK "A");
	hg_check_u64("both known", d.packet.flow->flags & (SERVER | CLIENT), SERVER | CLIENT);
	rule_drive_adopt(&d, others);
	hg_check_bool(
		"what the old rules said is not believed", asks_for_rules(&d, d.packet, HG_TCP_ACK), true);
	hg_check_str("a new rule is found", rule_drive_packet(&d, TO "A"), "7");
	rule_drive_packet(&d, BACK "A");
	hg_check_u64("what the old ones said is gone", d.packet.flow->flags & (SERVER | CLIENT), CLIENT);
	hg_check_bool("the new ones are believed", asks_for_rules(&d, d.packet, HG_TCP_ACK), false);
	hg_check_str("and found again", rule_drive_packet(&d, TO "A"), "7");
	rule_drive_packet(&d, BACK "A");
	rule_drive_adopt(&d, d.set.rules);
	hg_check_bool("but not by the old ones", asks_for_rules(&d, d.packet, HG_TCP_ACK), true);
	hg_snapshot_close(others);
	rule_drive_close(&d);
}

static void
test_names_keep_their_meaning_when_rules_are_loaded_anew(void)
{
	static const struct {
		const char *title, *before, *after, *steps[2], *want[2];
	} rows[] = {
		{ "a flowbit", ON("s", "flowbits:set,x; sid:11;"),
			ASK("flowbits:isset,y; sid:1;") ASK("flowbits:isset,x; sid:2;"), { AB "s", AB "a" },
			{ "", "2" } },
		{ "one that is new", ON("s", "flowbits:set,x; sid:11;"),
			ON("y", "flowbits:set,y; sid:12;") ASK("flowbits:isset,y; sid:1;")
				ASK("flowbits:isset,x; sid:2;"),
			{ AB "s", AB "y" }, { "", "1 2" } },
		{ "one that is gone", ON("s", "flowbits:set,x; sid:11;"), ASK("flowbits:isset,y; sid:1;"),
			{ AB "s", AB "a" }, { "", "" } },
		{ "a flowint", ON("s", "flowint:xx,=,7; sid:11;"),
			ASK("flowint:yy,isset; sid:1;") ASK("flowint:xx,==,7; sid:2;"), { AB "s", AB "a" },
			{ "", "2" } },
		{ "an xbit", ON("s", "xbits:set,x,track ip_src; sid:11;"),
			ASK("xbits:isset,y,track ip_src; sid:1;") ASK("xbits:isset,x,track ip_src; sid:2;"),
			{ AB "s", AB_OTHER "a" }, { "", "2" } },
		{ "a hostbit", ON("s", "hostbits:set,x,src; sid:11;"),
			ASK("hostbits:isset,y,src; sid:1;") ASK("hostbits:isset,x,src; sid:2;"),
			{ AB "s", AB_OTHER "a" }, { "", "2" } },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_snapshot *after;
		struct rule_drive d;

		rule_drive_open(&d, NULL, NULL, rows[i].before);
		hg_check_str(rows[i].title, rule_drive_packet(&d, rows[i].steps[0]), rows[i].want[0]);
		d.set.before = d.set.rules;
		after = rule_set_compile(&d.set, rows[i].after);
		rule_drive_adopt(&d, after);
		hg_check_str(rows[i].title, rule_drive_packet(&d, rows[i].steps[1]), rows[i].want[1]);
		rule_drive_adopt(&d, d.set.rules);
		hg_snapshot_close(after);
		rule_drive_close(&d);
	}
}

#define NAMES_MANY 150

/* The flow has state for one name when the rules with many come. */
static void
test_flows_take_up_more_names(void)
{
	static char text[NAMES_MANY * 160];
	struct hg_snapshot *after;
	struct rule_drive d;
	size_t n = 0;

	rule_drive_open(&d, NULL, NULL, ON("s", "flowbits:set,x; sid:1001;"));
	rule_drive_packet(&d, AB "s");
	for (unsigned i = 1; i <= NAMES_MANY; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"alert udp any any -> any any (content:\"m\"; noalert; flowbits:set,bit%u; "
			"sid:%u;)\n",
			i, i);
	snprintf(text + n, sizeof(text) - n, "%s",
		ASK("flowbits:isset,x; flowbits:isset,bit1; flowbits:isset,bit150; sid:2001;"));
	d.set.before = d.set.rules;
	after = rule_set_compile(&d.set, text);
	rule_drive_adopt(&d, after);
	hg_check_str("not yet", rule_drive_packet(&d, AB "a"), "");
	hg_check_str("all are set", rule_drive_packet(&d, AB "m"), "2001");
	hg_check_u64("none was refused", hg_detect_stats(d.detect)->state_refused, 0);
	rule_drive_adopt(&d, d.set.rules);
	hg_snapshot_close(after);
	rule_drive_close(&d);
}

#define BUFFERS_TOO_MANY 600 /* one for each transform's argument */

static void
test_rules_that_find_no_seat_leave_the_old_ones(void)
{
	static char text[BUFFERS_TOO_MANY * 128];
	struct hg_detect_seat *seat = NULL;
	struct hg_snapshot *others;
	struct hg_error err = { 0 };
	struct rule_drive d;
	size_t n = 0;

	rule_drive_open(&d, NULL, NULL, TCP "(flow:to_server; ttl:64; sid:7;)\n");
	for (unsigned i = 1; i <= BUFFERS_TOO_MANY; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"alert http any any -> any any (http.uri; pcrexform:\"(a%u)\"; content:\"a\"; "
			"sid:%u;)\n",
			i, i);
	others = rule_set_compile(&d.set, text);
	hg_check_u64("all are understood", others->n_loaded, BUFFERS_TOO_MANY);
	hg_check_bool("refused", hg_detect_seat_open(&seat, others, &err) < 0 && seat == NULL, true);
	hg_check_str("why", err.text,
		"rules look at more than 512 buffers of one protocol and direction, each with its "
		"transforms");
	hg_snapshot_close(others);
	hg_check_str("those before are at work", rule_drive_packet(&d, TO "A"), "7");
	rule_drive_close(&d);
}

static void
test_exchanged_sides_are_asked_anew(void)
{
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL, WAITING);
	rule_drive_packet(&d, TO "A");
	rule_drive_packet(&d, BACK "A");
	hg_flow_reverse(d.packet.flow, &d.packet);
	hg_check_u64("nothing is known", d.packet.flow->flags & (SERVER | CLIENT), 0);
	hg_check_bool("so rules are asked", asks_for_rules(&d, d.packet, HG_TCP_ACK), true);
	rule_drive_packet(&d, TO "A");
	hg_check_u64("known of the other side", d.packet.flow->flags & (SERVER | CLIENT), CLIENT);
	rule_drive_close(&d);
}

HG_TESTS("detect_state", HG_TEST(test_flowbits_belong_to_the_flow),
	HG_TEST(test_many_flowbits_have_places_of_their_own), HG_TEST(test_flowints_count_in_the_flow),
	HG_TEST(test_a_flow_holds_32_flowints), HG_TEST(test_xbits_belong_to_addresses),
	HG_TEST(test_counts_of_the_flow_are_compared), HG_TEST(test_bits_of_addresses_expire),
	HG_TEST(test_a_full_table_of_bits_forgets_and_counts),
	HG_TEST(test_plain_packets_that_find_no_rule_are_remembered),
	HG_TEST(test_what_is_remembered_is_believed_for_plain_packets),
	HG_TEST(test_packets_without_a_header_are_not_plain), HG_TEST(test_other_rules_are_asked_anew),
	HG_TEST(test_names_keep_their_meaning_when_rules_are_loaded_anew),
	HG_TEST(test_flows_take_up_more_names), HG_TEST(test_rules_that_find_no_seat_leave_the_old_ones),
	HG_TEST(test_exchanged_sides_are_asked_anew))
