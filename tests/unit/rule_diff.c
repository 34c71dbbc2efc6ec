/* What became of a rule set when another took its place. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"
#include "rules/compile/diff.h"

#define RULE(msg, sid, rev) "alert udp any any -> any any (msg:\"" msg "\"; sid:" sid "; rev:" rev ";)\n"
#define BOTH "alert udp 10.0.0.1 any <> any 53 (sid:7;)\n"

static const char *
named(const struct hg_rules_diff *d, enum hg_rules_change what, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < HG_MIN(d->n[what], (uint32_t)HG_DIFF_NAMED) && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%u:%u", i == 0 ? "" : " ", d->named[what][i].gid,
			d->named[what][i].sid);
	return out;
}

static void
test_rules_come_go_and_change(void)
{
	static const struct {
		const char *title, *before, *after, *added, *removed, *changed;
	} rows[] = {
		{ "the same, in another order", RULE("a", "1", "1") RULE("b", "2", "1"),
			RULE("b", "2", "1") RULE("a", "1", "1"), "", "", "" },
		{ "one of each", RULE("a", "1", "1") RULE("b", "2", "1"),
			RULE("a", "1", "2") RULE("c", "3", "1"), "1:3", "1:2", "1:1" },
		{ "a text without another revision", RULE("a", "1", "1"), RULE("b", "1", "1"), "", "",
			"1:1" },
		{ "both ways is one rule", "", BOTH, "1:7", "", "" },
		{ "… also when it goes", BOTH RULE("a", "1", "1"), RULE("a", "1", "1"), "", "1:7", "" },
		{ "groups are apart", RULE("a", "1", "1"),
			"alert udp any any -> any any (msg:\"a\"; gid:2; sid:1; rev:1;)\n", "2:1", "1:1",
			"" },
		{ "in order", "", RULE("a", "9", "1") RULE("b", "2", "1") RULE("c", "30", "1"),
			"1:2 1:9 1:30", "", "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_rules_diff d;
		struct rule_set set;
		struct hg_snapshot *after;
		char text[256];

		rule_set_open(&set, NULL, NULL, rows[i].before);
		after = rule_set_compile(&set, rows[i].after);
		hg_check_bool(rows[i].title, hg_rules_differ(&d, set.rules, after), true);
		hg_check_str(rows[i].title, named(&d, HG_RULES_ADDED, text, sizeof(text)), rows[i].added);
		hg_check_str(rows[i].title, named(&d, HG_RULES_REMOVED, text, sizeof(text)), rows[i].removed);
		hg_check_str(rows[i].title, named(&d, HG_RULES_CHANGED, text, sizeof(text)), rows[i].changed);
		hg_snapshot_close(after);
		rule_set_close(&set);
	}
}

static void
test_no_rules_are_a_set_as_well(void)
{
	struct hg_rules_diff d;
	struct rule_set set;

	rule_set_open(&set, NULL, NULL, RULE("a", "1", "1") RULE("b", "2", "1"));
	hg_check_bool("from nothing", hg_rules_differ(&d, NULL, set.rules), true);
	hg_check_u64("added", d.n[HG_RULES_ADDED], 2);
	hg_check_bool("to nothing", hg_rules_differ(&d, set.rules, NULL), true);
	hg_check_u64("removed", d.n[HG_RULES_REMOVED], 2);
	hg_check_u64("added", d.n[HG_RULES_ADDED], 0);
	rule_set_close(&set);
}

HG_TESTS("rule_diff", HG_TEST(test_rules_come_go_and_change), HG_TEST(test_no_rules_are_a_set_as_well))
