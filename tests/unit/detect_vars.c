/* Variables: what groups of expressions captured, of flows and packets, and their caps. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"

#define AB "udp 10.0.0.1 1 10.0.0.2 2 "
#define BA "udp 10.0.0.2 2 10.0.0.1 1 "
#define AB_OTHER "udp 10.0.0.1 3 10.0.0.2 2 "
#define UDP "alert udp any any -> any any "

static void
check_steps(const char *title, const char *rules, const struct rule_step *steps)
{
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL, rules);
	rule_drive_steps(&d, title, steps);
	rule_drive_close(&d);
}

static void
test_a_variable_of_the_flow_stays(void)
{
	static const struct rule_step steps[] = { { AB "v=one", "1" }, { BA "x", "1" }, { AB "v=two", "" },
		{ AB "x", "" }, { AB_OTHER "x", "" }, { AB "v=stone", "1" }, { NULL, NULL } };

	check_steps("flowvar",
		UDP "(pcre:\"/v=(.*)/, flow:name\"; noalert; sid:11;)\n" UDP
		    "(flowvar:name,\"one\"; sid:1;)\n",
		steps);
}

static void
test_a_variable_of_the_packet_goes_with_it(void)
{
	static const struct rule_step steps[] = { { AB "v=one", "1" }, { AB "x", "" }, { AB "v=two", "" },
		{ AB "v=one alone", "1" }, { NULL, NULL } };

	check_steps("pktvar",
		UDP "(pcre:\"/v=(?P<pkt_name>.*)/\"; noalert; sid:11;)\n" UDP
		    "(pktvar:name,\"|6f|ne\"; sid:1;)\n",
		steps);
}

static void
test_a_rule_that_does_not_match_keeps_nothing(void)
{
	static const struct rule_step steps[] = { { AB "v=one", "" }, { AB "v=one!", "1" }, { NULL, NULL } };

	check_steps("flowvar",
		UDP "(pcre:\"/v=(.*)/, flow:name\"; content:\"!\"; noalert; sid:11;)\n" UDP
		    "(flowvar:name,\"one\"; sid:1;)\n",
		steps);
}

/* The values of the flow as "name=value ", in their order. */
static const char *
values(const struct rule_drive *d, bool of_flow)
{
	static char text[4096];
	struct hg_var v;
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0;
		of_flow ? hg_detect_flowvar(d->packet.flow, i, &v) : hg_detect_pktvar(&d->packet, i, &v); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s%s=%.*s ", (int)v.name.len,
			(const char *)v.name.p, v.name.len > 0 ? "" : d->set.rules->vars[v.id],
			(int)v.value.len, (const char *)v.value.p);
	return text;
}

static void
test_groups_and_their_names(void)
{
	static const struct {
		const char *title, *expression, *flow, *packet;
	} rows[] = {
		{ "in order", "/(a)(b)(c)/, flow:x, pkt:y, flow:z", "x=a z=c ", "y=b " },
		{ "fewer names than groups", "/(a)(b)(c)/,flow:x", "x=a ", "" },
		{ "a group that was not met", "/(a)(z)?(b)/, flow:x, flow:y, flow:z", "x=a z=b ", "" },
		{ "a group of nothing", "/a(z*)/, flow:x", "x= ", "" },
		{ "a pair", "/(a)(b)/, pkt:key, pkt:value", "", "a=b " },
		{ "what follows a pair is its value", "/(a)(b)(c)/, pkt:key, pkt:value, flow:x", "x=b ",
			"a=b " },
		{ "a pair without value", "/(a)(z)?/, pkt:key, pkt:value", "", "" },
		{ "named", "/(?P<flow_x_1>a)(?P<pkt_y>b)/", "x_1=a ", "y=b " },
		{ "other names are none, nor are groups without one", "/(a)(?P<other_x>b)(?P<flow_y>c)/",
			"y=b ", "" },
		{ "a negated one captures nothing", "!/(z)/, flow:x", "", "" },
		{ "a blank is as good as a comma", "/(a)/ flow:x", "x=a ", "" },
		{ "eight are kept",
			"/(a)(b)(c)(d)(e)(f)(g)(h)(i)/"
			",flow:1,flow:2,flow:3,flow:4,flow:5,flow:6,flow:7,flow:8,flow:9",
			"1=a 2=b 3=c 4=d 5=e 6=f 7=g 8=h ", "" },
	};

	for (unsigned i = 0; i < HG_COUNT(rows); i++) {
		const bool negated = rows[i].expression[0] == '!';
		struct rule_drive d;
		char rule[300];

		snprintf(rule, sizeof(rule), UDP "(pcre:%s\"%s\"; sid:1;)\n", negated ? "!" : "",
			rows[i].expression + negated);
		rule_drive_open(&d, NULL, NULL, rule);
		rule_drive_packet(&d, AB "abcdefghi");
		hg_check_str(rows[i].title, values(&d, true), rows[i].flow);
		hg_check_str(rows[i].title, values(&d, false), rows[i].packet);
		rule_drive_close(&d);
	}
}

static void
test_a_flow_holds_32_variables(void)
{
	struct rule_drive d;
	char rules[40 * 80], name[8];
	struct hg_var v;
	size_t n = 0;

	for (unsigned i = 0; i < 33; i++)
		n += (size_t)snprintf(rules + n, sizeof(rules) - n,
			UDP "(pcre:\"/(a)/, flow:v%02u\"; sid:%u;)\n", i, 1 + i);
	rule_drive_open(&d, NULL, NULL, rules);
	rule_drive_packet(&d, AB "a");
	hg_check_u64("refused", hg_detect_stats(d.detect)->vars_refused, 1);
	hg_check_bool("the last one", hg_detect_flowvar(d.packet.flow, 31, &v), true);
	snprintf(name, sizeof(name), "v%02u", 31);
	hg_check_str("its name", d.set.rules->vars[v.id], name);
	hg_check_bool("no more", hg_detect_flowvar(d.packet.flow, 32, &v), false);
	rule_drive_packet(&d, AB "a");
	hg_check_u64("those that are there find their place", hg_detect_stats(d.detect)->vars_refused, 2);
	rule_drive_close(&d);
}

static void
test_a_long_value_is_cut(void)
{
	static uint8_t bytes[5000];
	struct rule_drive d;
	struct hg_packet p;
	struct hg_var v;

	memset(bytes, 'a', sizeof(bytes));
	rule_drive_open(&d, NULL, NULL, UDP "(pcre:\"/(.*)/, flow:x\"; sid:1;)\n");
	rule_drive_packet(&d, AB "a");
	p = d.packet;
	p.data = bytes;
	p.payload = 0;
	p.payload_len = p.len = sizeof(bytes);
	hg_detect_run(d.detect, &p);
	hg_check_bool("there", hg_detect_flowvar(p.flow, 0, &v), true);
	hg_check_u64("bytes", v.value.len, 4096);
	hg_check_u64("counted", hg_detect_stats(d.detect)->vars_refused, 1);
	rule_drive_close(&d);
}

HG_TESTS("detect_vars", HG_TEST(test_a_variable_of_the_flow_stays),
	HG_TEST(test_a_variable_of_the_packet_goes_with_it),
	HG_TEST(test_a_rule_that_does_not_match_keeps_nothing), HG_TEST(test_groups_and_their_names),
	HG_TEST(test_a_flow_holds_32_variables), HG_TEST(test_a_long_value_is_cut))
