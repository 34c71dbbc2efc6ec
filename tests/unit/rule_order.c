/* The order in which rules are evaluated (peer-semantics 2.4). */
#include "check.h"

#include "rule_drive.h"

struct row {
	const char *title, *rules, *want;
};

static void
check_rows(const char *yaml, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rule_set s;
		char order[256];

		rule_set_open(&s, yaml, NULL, rows[i].rules);
		hg_check_str(rows[i].title, rule_set_order(&s, order, sizeof(order)), rows[i].want);
		rule_set_close(&s);
	}
}

#define TCP " tcp any any -> any any "

/* One of every action. */
#define ACTIONS                       \
	"alert" TCP "(sid:3;)\n"      \
	"rejectboth" TCP "(sid:7;)\n" \
	"rejectdst" TCP "(sid:2;)\n"  \
	"reject" TCP "(sid:5;)\n"     \
	"rejectsrc" TCP "(sid:6;)\n"  \
	"drop" TCP "(sid:4;)\n"       \
	"pass" TCP "(sid:1;)\n"

static void
test_actions_come_first(void)
{
	static const struct row usual[] = {
		{ "pass, drop, reject, alert", ACTIONS, "1 4 2 5 6 7 3" },
		{ "an action outweighs bits and priority",
			"alert" TCP "(flowbits:set,a; priority:1; sid:1;)\n"
			"drop" TCP "(flowbits:isset,a; priority:9; sid:2;)\n",
			"2 1" },
	};
	static const struct row reversed[] = {
		{ "as the configuration says", ACTIONS, "3 2 5 6 7 4 1" },
	};
	static const struct row few[] = {
		{ "those that it does not name come last, alike", ACTIONS, "3 2 5 6 7 1 4" },
		{ "one that it names comes before them",
			"pass" TCP "(sid:1;)\n"
			"drop" TCP "(sid:2;)\n"
			"reject" TCP "(sid:3;)\n",
			"3 1 2" },
	};

	check_rows(NULL, usual, HG_COUNT(usual));
	check_rows("action-order: [alert, reject, drop, pass]\n", reversed, HG_COUNT(reversed));
	check_rows("action-order: [alert, reject]\n", few, HG_COUNT(few));
}

/* The four classes of a kind of state, the last of them first in the text. */
#define CLASSES(sets, reads)                   \
	"alert" TCP "(sid:1;)\n"               \
	"alert" TCP "(" reads "sid:2;)\n"      \
	"alert" TCP "(" sets reads "sid:3;)\n" \
	"alert" TCP "(" sets "sid:4;)\n"

static void
test_who_sets_comes_before_who_reads(void)
{
	static const struct row rows[] = {
		{ "flowbits", CLASSES("flowbits:set,a;", "flowbits:isset,a;"), "4 3 2 1" },
		{ "flowbits that are unset", CLASSES("flowbits:unset,a;", "flowbits:isnotset,a;"),
			"4 3 2 1" },
		{ "flowbits that change", CLASSES("flowbits:toggle,a;", "flowbits:isset,a|b;"), "4 3 2 1" },
		{ "flowints", CLASSES("flowint:ab,=,1;", "flowint:ab,>,1;"), "4 3 2 1" },
		{ "flowints that grow", CLASSES("flowint:ab,+,1;", "flowint:ab,isset;"), "4 3 2 1" },
		{ "flowints that shrink", CLASSES("flowint:ab,-,1;", "flowint:ab,notset;"), "4 3 2 1" },
		{ "variables of the flow", CLASSES("pcre:\"/(a)/, flow:x\";", "flowvar:x,a;"), "4 3 2 1" },
		{ "variables of the packet", CLASSES("pcre:\"/(a)/, pkt:x\";", "pktvar:x,a;"), "4 3 2 1" },
		{ "pairs are no class", CLASSES("pcre:\"/(a)(b)/, pkt:key, pkt:value\";", "pktvar:x,a;"),
			"2 3 1 4" },
		{ "variables stand between flowints and xbits",
			"alert" TCP "(xbits:isset,a,track ip_src; sid:1;)\n"
			"alert" TCP "(pktvar:x,a; sid:2;)\n"
			"alert" TCP "(flowvar:x,a; sid:3;)\n"
			"alert" TCP "(flowint:ab,isset; sid:4;)\n",
			"4 3 2 1" },
		{ "xbits: who sets one is like any other",
			CLASSES("xbits:set,a,track ip_src;", "xbits:isset,a,track ip_src;"), "2 3 1 4" },
		{ "xbits of a pair", CLASSES("xbits:set,a,track ip_pair;", "xbits:isset,a,track ip_pair;"),
			"2 3 1 4" },
		{ "hostbits: who reads one is like any other",
			CLASSES("hostbits:set,a;", "hostbits:isset,a;"), "3 4 1 2" },
		{ "hostbits that change", CLASSES("hostbits:toggle,a;", "hostbits:isnotset,a;"), "3 4 1 2" },
		{ "hostbits with xbits of an address",
			CLASSES("hostbits:unset,a;", "xbits:isnotset,a,track ip_dst;"), "4 3 2 1" },
		{ "hostbits and xbits of an address before xbits of a pair",
			"alert" TCP "(xbits:isset,a,track ip_pair; sid:1;)\n"
			"alert" TCP "(xbits:isset,a,track ip_src; sid:2;)\n"
			"alert" TCP "(hostbits:set,a; sid:3;)\n",
			"3 2 1" },
		{ "whatever the name",
			"alert" TCP "(flowbits:isset,a; sid:1;)\n"
			"alert" TCP "(flowbits:set,b; sid:2;)\n",
			"2 1" },
		{ "flowbits before flowints before xbits",
			"alert" TCP "(xbits:isset,a,track ip_src; sid:1;)\n"
			"alert" TCP "(flowint:ab,isset; sid:2;)\n"
			"alert" TCP "(flowbits:isset,a; sid:3;)\n",
			"3 2 1" },
		{ "a class outweighs the priority",
			"alert" TCP "(priority:1; sid:1;)\n"
			"alert" TCP "(flowbits:isset,a; priority:2; sid:2;)\n"
			"alert" TCP "(flowbits:set,a; priority:3; sid:3;)\n",
			"3 2 1" },
		{ "noalert is no class",
			"alert" TCP "(flowbits:noalert; sid:2;)\n"
			"alert" TCP "(sid:1;)\n",
			"1 2" },
	};

	check_rows(NULL, rows, HG_COUNT(rows));
}

static void
test_priority_then_sid_then_place(void)
{
	static const struct row rows[] = {
		{ "priority",
			"alert" TCP "(priority:255; sid:1;)\n"
			"alert" TCP "(priority:2; sid:2;)\n"
			"alert" TCP "(priority:1; sid:3;)\n",
			"3 2 1" },
		{ "3 when it says none",
			"alert" TCP "(priority:4; sid:1;)\n"
			"alert" TCP "(sid:3;)\n"
			"alert" TCP "(priority:2; sid:2;)\n",
			"2 3 1" },
		{ "numbers, not their texts",
			"alert" TCP "(priority:10; sid:1;)\n"
			"alert" TCP "(priority:9; sid:2;)\n",
			"2 1" },
		{ "sid",
			"alert" TCP "(sid:30;)\n"
			"alert" TCP "(sid:7;)\n"
			"alert" TCP "(sid:4294967295;)\n",
			"7 30 4294967295" },
		{ "what a rule looks at does not matter",
			"alert" TCP "(content:\"a\"; sid:2;)\n"
			"alert" TCP "(ttl:5; sid:3;)\n"
			"alert" TCP "(http.uri; content:\"a\"; sid:1;)\n",
			"1 2 3" },
	};

	check_rows(NULL, rows, HG_COUNT(rows));
}

/* Rules with one sid keep the order of the text: their groups tell them apart, or the sides of `<>`. */
static void
test_rules_that_are_alike_keep_their_place(void)
{
	struct rule_set s;

	rule_set_open(&s, NULL, NULL,
		"alert tcp any 1 <> any 2 (sid:5;)\n"
		"alert" TCP "(gid:9; sid:4;)\n"
		"alert" TCP "(gid:3; sid:4;)\n"
		"alert" TCP "(gid:6; sid:4;)\n");
	hg_check_u64("rules", s.rules->n_rules, 5);
	hg_check_u64("first in the text", s.rules->texts[0].gid, 9);
	hg_check_u64("second", s.rules->texts[1].gid, 3);
	hg_check_u64("third", s.rules->texts[2].gid, 6);
	hg_check_bool("the rule as written", (s.rules->rules[3].flags & HG_RF_BIDIRECTIONAL) != 0, false);
	hg_check_bool("the other way", (s.rules->rules[4].flags & HG_RF_BIDIRECTIONAL) != 0, true);
	rule_set_close(&s);
}

static void
test_alerts_of_a_packet_come_in_the_order_of_evaluation(void)
{
	static const struct rule_step steps[] = { { "udp 10.0.0.1 1000 10.0.0.2 53 abc", "8 7 6 5 3 4 2" },
		{ NULL, NULL } };
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL,
		"alert udp any any -> any any (priority:9; sid:2;)\n"
		"alert udp any any -> any any (content:\"b\"; sid:4;)\n"
		"alert udp any any -> any any (ttl:64; sid:3;)\n"
		"alert udp any any -> any any (content:\"c\"; priority:1; sid:5;)\n"
		"alert udp any any -> any any (flowbits:isset,x; priority:1; sid:6;)\n"
		"alert udp any any -> any any (content:\"a\"; flowbits:set,x; sid:7;)\n"
		"drop udp any any -> any any (content:\"abc\"; priority:9; sid:8;)\n");
	rule_drive_steps(&d, "all of one packet", steps);
	rule_drive_close(&d);
}

HG_TESTS("rule_order", HG_TEST(test_actions_come_first), HG_TEST(test_who_sets_comes_before_who_reads),
	HG_TEST(test_priority_then_sid_then_place), HG_TEST(test_rules_that_are_alike_keep_their_place),
	HG_TEST(test_alerts_of_a_packet_come_in_the_order_of_evaluation))
