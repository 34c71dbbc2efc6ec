#include "check.h"

#include <stdio.h>

#include "linkage_drive.h"

static const char section[] = "  allow: [10.78.0.0/24]\n"
			      "  protect: [10.77.0.0/24, '2001:db9:77::/48']\n"
			      "  shared: [10.79.0.1]\n"
			      "  ceiling: 100\n"
			      "  budgets: {sid: 5, neighbours: 3, minute: 8, hour: 60}\n";

static void
test_each_question_has_its_answer(void)
{
	static const struct {
		const char *net;
		enum hg_origin origin;
		bool two_way, wide, observe;
		enum hg_refusal want;
	} rows[] = {
		{ "10.1.0.1", HG_ORIGIN_POLICY, true, false, false, HG_ADMITTED },
		{ "10.1.0.1", HG_ORIGIN_POLICY, false, false, false, HG_REFUSED_UNPROVED },
		{ "10.1.0.1", HG_ORIGIN_OPERATOR, false, false, false, HG_ADMITTED },
		{ "10.1.0.0/31", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_WIDTH },
		{ "10.1.0.0/24", HG_ORIGIN_OPERATOR, false, false, false, HG_ADMITTED },
		{ "10.1.0.0/23", HG_ORIGIN_OPERATOR, false, false, false, HG_REFUSED_WIDTH },
		{ "10.1.0.0/23", HG_ORIGIN_OPERATOR, false, true, false, HG_ADMITTED },
		{ "2001:db9::/64", HG_ORIGIN_POLICY, true, false, false, HG_ADMITTED },
		{ "2001:db9::/63", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_WIDTH },
		{ "2001:db9::/48", HG_ORIGIN_OPERATOR, false, false, false, HG_ADMITTED },
		{ "2001:db9::/47", HG_ORIGIN_OPERATOR, false, false, false, HG_REFUSED_WIDTH },
		{ "0.0.0.0/0", HG_ORIGIN_OPERATOR, false, true, false, HG_REFUSED_SPECIAL },
		{ "::/0", HG_ORIGIN_OPERATOR, false, true, false, HG_REFUSED_SPECIAL },
		{ "127.0.0.1", HG_ORIGIN_OPERATOR, false, false, false, HG_REFUSED_SPECIAL },
		{ "203.0.113.9", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_SPECIAL },
		{ "fe80::/64", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_SPECIAL },
		{ "10.77.0.200", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_PROTECTED },
		{ "10.77.0.200", HG_ORIGIN_OPERATOR, false, true, false, HG_REFUSED_PROTECTED },
		{ "10.64.0.0/12", HG_ORIGIN_OPERATOR, false, true, false, HG_REFUSED_PROTECTED },
		{ "2001:db9:77:1::/64", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_PROTECTED },
		{ "10.78.0.1", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_ALLOWED },
		{ "10.9.1.1", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_HOME },
		{ "10.9.9.1", HG_ORIGIN_POLICY, true, false, false, HG_ADMITTED },
		{ "10.9.1.1", HG_ORIGIN_OPERATOR, false, false, false, HG_ADMITTED },
		{ "10.79.0.1", HG_ORIGIN_POLICY, true, false, false, HG_REFUSED_SHARED },
		{ "10.1.0.1", HG_ORIGIN_POLICY, true, false, true, HG_REFUSED_OBSERVE },
		/* The first no wins. */
		{ "10.77.0.1", HG_ORIGIN_POLICY, false, false, true, HG_REFUSED_PROTECTED },
		{ "10.79.0.1", HG_ORIGIN_POLICY, false, false, false, HG_REFUSED_UNPROVED },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct drive *v = drive_open(section);
		const struct hg_intent intent = { .net = drive_net(rows[i].net),
			.origin = rows[i].origin,
			.two_way = rows[i].two_way,
			.wide = rows[i].wide,
			.observe = rows[i].observe };
		char why[64], title[128];

		snprintf(title, sizeof(title), "row %zu: %s", i, rows[i].net);
		hg_check_u64(title, hg_admit(&v->d.admit, &intent, v->now, why, sizeof(why)), rows[i].want);
		hg_check_u64(title, v->d.admit.counts[rows[i].want], 1);
		drive_close(v);
	}
}

static enum hg_refusal
admit(struct drive *v, unsigned a, unsigned b, uint32_t sid)
{
	struct hg_intent intent = {
		.net = { { { .b = { 11, (uint8_t)a, 0, (uint8_t)b } } }, 4, 32 }, .two_way = true, .sid = sid
	};
	char why[64];

	return hg_admit(&v->d.admit, &intent, v->now, why, sizeof(why));
}

static void
test_budgets_run_out_and_come_back(void)
{
	struct drive *v = drive_open(section);

	for (unsigned i = 0; i < 3; i++)
		hg_check_u64("three of a /16", admit(v, 1, i, i), HG_ADMITTED);
	hg_check_u64("a fourth", admit(v, 1, 9, 9), HG_REFUSED_BUDGET_NEIGHBOURS);
	for (unsigned i = 0; i < 5; i++)
		hg_check_u64("five of a rule", admit(v, 10 + i, 0, 100), HG_ADMITTED);
	hg_check_u64("a sixth", admit(v, 20, 0, 100), HG_REFUSED_BUDGET_SID);
	hg_check_u64("eight in a minute", admit(v, 21, 0, 200), HG_REFUSED_BUDGET_MINUTE);
	v->now += 10 * HG_SEC;
	hg_check_u64("one comes back in 8 s", admit(v, 22, 0, 201), HG_ADMITTED);
	hg_check_u64("one only", admit(v, 23, 0, 202), HG_REFUSED_BUDGET_MINUTE);
	v->now += 50 * HG_SEC;
	hg_check_u64("the rule may again", admit(v, 24, 0, 100), HG_ADMITTED);
	drive_close(v);
}

static void
test_the_hour_has_a_budget_of_its_own(void)
{
	struct drive *v = drive_open("  budgets: {sid: 0, neighbours: 0, minute: 0, hour: 60}");
	unsigned admitted = 0;

	for (unsigned i = 0; i < 200; i++)
		admitted += admit(v, 1, i, 1) == HG_ADMITTED;
	hg_check_u64("sixty at once", admitted, 60);
	hg_check_u64("and no more", admit(v, 2, 0, 1), HG_REFUSED_BUDGET_HOUR);
	v->now += 61 * HG_SEC;
	hg_check_u64("one a minute comes back", admit(v, 2, 0, 1), HG_ADMITTED);
	hg_check_u64("one only", admit(v, 2, 1, 1), HG_REFUSED_BUDGET_HOUR);
	drive_close(v);
}

static void
test_a_refused_block_costs_nothing(void)
{
	struct drive *v = drive_open("  budgets: {sid: 2, neighbours: 0, minute: 4, hour: 0}");

	hg_check_u64("one", admit(v, 1, 1, 1), HG_ADMITTED);
	hg_check_u64("two", admit(v, 1, 2, 1), HG_ADMITTED);
	for (unsigned i = 0; i < 10; i++)
		hg_check_u64("too many of the rule", admit(v, 1, i, 1), HG_REFUSED_BUDGET_SID);
	hg_check_u64("the minute has not paid for those", admit(v, 1, 3, 2), HG_ADMITTED);
	hg_check_u64("nor for this", admit(v, 1, 4, 2), HG_ADMITTED);
	hg_check_u64("but four are four", admit(v, 1, 5, 3), HG_REFUSED_BUDGET_MINUTE);
	drive_close(v);
}

static void
test_no_room_is_a_reason(void)
{
	struct drive *v = drive_open(
		"  most: 16\n  budgets: {sid: 0, neighbours: 0, minute: 0, hour: 0}\n  rules: [{sids: 1}]");
	char source[32];

	for (unsigned i = 0; i < 20; i++) {
		snprintf(source, sizeof(source), "11.0.0.%u", i);
		drive_hear(v, source, 1);
	}
	hg_check_u64("as many as there is room for", v->d.counts.granted, 16);
	hg_check_u64("the others are refused", v->d.admit.counts[HG_REFUSED_FULL], 4);
	drive_close(v);
}

HG_TESTS("linkage_admit", HG_TEST(test_each_question_has_its_answer),
	HG_TEST(test_budgets_run_out_and_come_back), HG_TEST(test_the_hour_has_a_budget_of_its_own),
	HG_TEST(test_a_refused_block_costs_nothing), HG_TEST(test_no_room_is_a_reason))
