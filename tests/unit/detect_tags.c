/* Tags at their limits; what they do with packets stands in tests/golden/tags. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"

#define SMALL "detect-thresholds: 64\n"
#define HOST "alert udp any any -> any any (content:\"hit\"; tag:host,%u,%s,src; sid:1;)\n"

static bool
is_tagged(struct rule_drive *d, const char *packet)
{
	rule_drive_packet(d, packet);
	return d->packet.flags & HG_PKT_TAGGED;
}

/* Tags hosts 10.1.0.first on; how many of them were refused. */
static unsigned
tag_hosts(struct rule_drive *d, unsigned first, unsigned n)
{
	const uint64_t before = hg_detect_stats(d->detect)->tags_refused;
	char packet[64];

	for (unsigned i = first; i < first + n; i++) {
		snprintf(packet, sizeof(packet), "udp 10.1.0.%u 1 10.0.0.2 2 hit alone t=0.001", i);
		hg_check_str("alerts", rule_drive_packet(d, packet), "1");
	}
	return (unsigned)(hg_detect_stats(d->detect)->tags_refused - before);
}

static void
test_hosts_beyond_the_table_are_refused_and_counted(void)
{
	struct rule_drive d;
	char rule[128];

	snprintf(rule, sizeof(rule), HOST, 256u, "packets");
	rule_drive_open(&d, SMALL, NULL, rule);
	hg_check_u64("of a hundred", tag_hosts(&d, 0, 100), 36);
	hg_check_bool("the first is tagged", is_tagged(&d, "udp 10.1.0.0 1 10.0.0.2 2 more alone"), true);
	hg_check_bool("… also as destination", is_tagged(&d, "udp 10.0.0.2 2 10.1.0.0 1 more alone"), true);
	hg_check_bool(
		"one that was refused is not", is_tagged(&d, "udp 10.1.0.99 1 10.0.0.2 2 more alone"), false);
	hg_check_u64("no room yet", tag_hosts(&d, 200, 1), 1);
	hg_check_bool("another, ten minutes later",
		is_tagged(&d, "udp 10.1.0.9 1 10.0.0.2 2 more alone t=599"), true);
	hg_check_u64("silent ones have made room",
		(rule_drive_packet(&d, "udp 10.9.0.9 1 10.0.0.2 2 x alone t=3"), tag_hosts(&d, 100, 63)), 0);
	hg_check_bool(
		"one that was silent is over", is_tagged(&d, "udp 10.1.0.1 1 10.0.0.2 2 more alone"), false);
	hg_check_bool(
		"the one that was not goes on", is_tagged(&d, "udp 10.1.0.9 1 10.0.0.2 2 more alone"), true);
	rule_drive_close(&d);
}

static void
test_tags_whose_time_is_up_make_room(void)
{
	struct rule_drive d;
	char rule[128];

	snprintf(rule, sizeof(rule), HOST, 5u, "seconds");
	rule_drive_open(&d, SMALL, NULL, rule);
	hg_check_u64("as many as there is room for", tag_hosts(&d, 0, 64), 0);
	hg_check_u64("one more", tag_hosts(&d, 64, 1), 1);
	rule_drive_packet(&d, "udp 10.9.0.9 1 10.0.0.2 2 x alone t=7");
	hg_check_u64("seven seconds later", tag_hosts(&d, 100, 64), 0);
	rule_drive_close(&d);
}

static void
test_a_session_has_fifty_tags(void)
{
	struct rule_drive d;
	char rules[60 * 96];
	size_t n = 0;

	for (unsigned i = 1; i <= 60; i++)
		n += (size_t)snprintf(rules + n, sizeof(rules) - n,
			"alert udp any any -> any any (content:\"hit\"; noalert; tag:session,%u,packets; "
			"sid:%u;)\n",
			i == 60 ? 200 : 2, i);
	rule_drive_open(&d, NULL, NULL, rules);
	rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 hit");
	hg_check_u64("refused", hg_detect_stats(d.detect)->tags_refused, 10);
	hg_check_bool("the next packet", is_tagged(&d, "udp 10.0.0.1 1 10.0.0.2 2 more"), true);
	hg_check_bool("of another session", is_tagged(&d, "udp 10.0.0.1 7 10.0.0.2 2 more"), false);
	hg_check_bool("the one behind it", is_tagged(&d, "udp 10.0.0.1 1 10.0.0.2 2 more"), false);
	hg_check_u64("tagged", hg_detect_stats(d.detect)->tagged, 1);
	rule_drive_close(&d);
}

static void
test_tags_stay_when_rules_are_loaded_anew(void)
{
	struct rule_drive d;
	struct hg_snapshot *other;

	rule_drive_open(&d, NULL, NULL,
		"alert udp any any -> any any (content:\"hit\"; tag:session,9,packets; "
		"tag:host,3,packets,dst; sid:1;)\n");
	rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 hit");
	other = rule_set_compile(
		&d.set, "alert udp any any -> any any (content:\"none\"; tag:host; sid:2;)\n");
	rule_drive_adopt(&d, other);
	hg_check_bool("of the session", is_tagged(&d, "udp 10.0.0.1 1 10.0.0.2 2 more"), true);
	hg_check_bool("of the host", is_tagged(&d, "udp 10.0.0.3 1 10.0.0.2 2 more"), true);
	hg_check_bool("… it is over", is_tagged(&d, "udp 10.0.0.3 1 10.0.0.2 2 more"), false);
	rule_drive_adopt(&d, d.set.rules);
	hg_snapshot_close(other);
	rule_drive_close(&d);
}

HG_TESTS("detect_tags", HG_TEST(test_hosts_beyond_the_table_are_refused_and_counted),
	HG_TEST(test_tags_whose_time_is_up_make_room), HG_TEST(test_a_session_has_fifty_tags),
	HG_TEST(test_tags_stay_when_rules_are_loaded_anew))
