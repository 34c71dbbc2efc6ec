/* Which of its matches a rule tells of (peer-semantics 3.9): limit, threshold, both, detection_filter, and the lines of a
 * threshold-file. */
#include "check.h"

#include <stdio.h>

#include "detect/track.h"
#include "rule_drive.h"

#define INLINE "simulate-ips: yes\n"

static void
note(char *out, size_t size, unsigned packet, const char *mark)
{
	const size_t n = strlen(out);

	snprintf(out + n, size - n, "%s%u%s", n == 0 ? "" : " ", packet, mark);
}

/* Twelve datagrams half a second apart, or at the pauses: numbers of those that the rule tells of ('!': "blocked"). */
struct row {
	const char *title, *options, *limits, *pauses, *want;
};

static void
check_rows(const char *action, const char *yaml, const struct row *rows, size_t n)
{
	static const char usual[] = "0 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5";

	for (size_t i = 0; i < n; i++) {
		const char *at = rows[i].pauses == NULL ? usual : rows[i].pauses;
		char rule[256], packet[128], pause[16], came[128] = "";
		struct rule_drive d;
		int used = 0;

		snprintf(rule, sizeof(rule), "%s udp any any -> any any (ttl:64; %s sid:1;)\n", action,
			rows[i].options);
		rule_drive_open(&d, yaml, rows[i].limits, rule);
		for (unsigned k = 1; sscanf(at, " %15s%n", pause, &used) == 1; k++, at += used) {
			const char *alerts;

			snprintf(packet, sizeof(packet), "udp 10.0.0.1 1 10.0.0.2 2 alone t=%s", pause);
			alerts = rule_drive_packet(&d, packet);
			if (alerts[0] != '\0')
				note(came, sizeof(came), k, alerts + 1);
		}
		hg_check_str(rows[i].title, came, rows[i].want);
		rule_drive_close(&d);
	}
}

static void
test_thresholds_count_in_windows(void)
{
	static const struct row rows[] = {
		{ "none", "", NULL, NULL, "1 2 3 4 5 6 7 8 9 10 11 12" },
		{ "limit, two of a minute", "threshold:type limit, track by_src, count 2, seconds 60;", NULL,
			NULL, "1 2" },
		{ "limit, one of two seconds", "threshold:type limit, track by_src, count 1, seconds 2;",
			NULL, NULL, "1 6 11" },
		{ "threshold, every third", "threshold:type threshold, track by_src, count 3, seconds 60;",
			NULL, NULL, "3 6 9 12" },
		{ "threshold, every third, the third just inside",
			"threshold:type threshold, track by_src, count 3, seconds 1;", NULL, NULL,
			"3 6 9 12" },
		{ "threshold, the window does not begin anew with an alert",
			"threshold:type threshold, track by_src, count 3, seconds 2;", NULL, NULL, "3 8" },
		{ "threshold of one", "threshold:type threshold, track by_src, count 1, seconds 1;", NULL,
			NULL, "1 2 3 4 5 6 7 8 9 10 11 12" },
		{ "limit, none: the one that begins a window",
			"threshold:type limit, track by_src, count 0, seconds 2;", NULL, NULL, "1 6 11" },
		{ "threshold of none: all but those",
			"threshold:type threshold, track by_src, count 0, seconds 1;", NULL, NULL,
			"2 3 5 6 8 9 11 12" },
		{ "both, none", "threshold:type both, track by_src, count 0, seconds 1;", NULL, NULL, "" },
		{ "both, the third of a minute", "threshold:type both, track by_src, count 3, seconds 60;",
			NULL, NULL, "3" },
		{ "both, the second of two seconds", "threshold:type both, track by_src, count 2, seconds 2;",
			NULL, NULL, "2 7 12" },
		{ "detection_filter, behind the third", "detection_filter:track by_src, count 3, seconds 60;",
			NULL, NULL, "4 5 6 7 8 9 10 11 12" },
		{ "detection_filter, behind the second of a second",
			"detection_filter:track by_src, count 2, seconds 1;", NULL, NULL, "3 6 9 12" },
	};

	check_rows("alert", NULL, rows, HG_COUNT(rows));
}

/* The last instant is inside; the next match begins the next window, whenever it comes. */
static void
test_windows_end_behind_their_last_instant(void)
{
	static const struct row rows[] = {
		{ "limit", "threshold:type limit, track by_src, count 1, seconds 10;", NULL,
			"0 10 0.001 9.999 0.002", "1 3 5" },
		{ "limit, long after", "threshold:type limit, track by_src, count 1, seconds 10;", NULL,
			"0 1000 9 2", "1 2 4" },
		{ "both", "threshold:type both, track by_src, count 2, seconds 10;", NULL, "0 10 0 10 10",
			"2 5" },
		{ "both, one too late", "threshold:type both, track by_src, count 2, seconds 10;", NULL,
			"0 10.001 10", "3" },
		{ "threshold", "threshold:type threshold, track by_src, count 2, seconds 10;", NULL,
			"0 10.001 10.001 10", "4" },
		{ "detection_filter", "detection_filter:track by_src, count 1, seconds 10;", NULL,
			"0 10 0.001 10", "2 4" },
	};

	check_rows("alert", NULL, rows, HG_COUNT(rows));
}

#define RATE "rate_filter gen_id 1, sig_id 1, track by_src, count 3, seconds "

static void
test_rate_filters_change_the_action_for_a_time(void)
{
	static const struct row alerts[] = {
		{ "drop, for whole seconds; who finds it over only ends it", "",
			RATE "60, new_action drop, timeout 2\n", NULL, "1 2 3 4! 5! 6! 7! 8! 9 10! 11! 12!" },
		{ "reject", "", RATE "60, new_action reject, timeout 60\n", NULL,
			"1 2 3 4! 5! 6! 7! 8! 9! 10! 11! 12!" },
		{ "pass", "", RATE "60, new_action pass, timeout 2\n", NULL, "1 2 3 9" },
		{ "alert", "", RATE "60, new_action alert, timeout 2\n", NULL, "1 2 3 4 5 6 7 8 9 10 11 12" },
		{ "three of a second are not too many", "", RATE "1, new_action drop, timeout 2\n", NULL,
			"1 2 3 4 5 6 7 8 9 10 11 12" },
		{ "four of 1.5 s are", "", RATE "2, new_action pass, timeout 1\n", NULL, "1 2 3 7 8 9 10" },
		{ "the window's last instant is inside", "", RATE "1, new_action pass, timeout 9\n",
			"0 0 0 1", "1 2 3" },
		{ "and what follows is not", "", RATE "1, new_action pass, timeout 9\n", "0 0 0 1.001",
			"1 2 3 4" },
		{ "a timeout outlives its window", "", RATE "1, new_action pass, timeout 10\n",
			"0 0 0 0 10 1 0", "1 2 3 6 7" },
		{ "whole seconds: 10.9 are ten", "", RATE "1, new_action pass, timeout 10\n",
			"0 0 0 0 10.9 0.1", "1 2 3 6" },
		{ "with a limit of its own, what it does not tell does not count",
			"threshold:type limit, track by_src, count 2, seconds 60;",
			RATE "60, new_action drop, timeout 60\n", NULL, "1 2" },
	};
	static const struct row drops[] = {
		{ "alert instead of drop", "", RATE "60, new_action alert, timeout 60\n", "0 0 0 0 0",
			"1! 2! 3! 4 5" },
		{ "drop as before", "", RATE "60, new_action drop, timeout 60\n", "0 0 0 0 0",
			"1! 2! 3! 4! 5!" },
		{ "pass", "", RATE "60, new_action pass, timeout 60\n", "0 0 0 0 0", "1! 2! 3!" },
	};

	check_rows("alert", NULL, alerts, HG_COUNT(alerts));
	check_rows("drop", INLINE, drops, HG_COUNT(drops));
}

#define LIMIT_OF_THREE "event_filter gen_id 1, sig_id 1, type limit, track by_src, count 3, seconds 60\n"

static void
test_lines_of_a_file_concern_their_rules(void)
{
	static const struct row rows[] = {
		{ "event_filter", "", LIMIT_OF_THREE, NULL, "1 2 3" },
		{ "threshold, its older name", "",
			"threshold gen_id 1, sig_id 1, type both, track by_src, count 3, seconds 60\n", NULL,
			"3" },
		{ "of another rule", "",
			"event_filter gen_id 1, sig_id 2, type limit, track by_src, count 3, seconds 60\n",
			"0 0 0 0", "1 2 3 4" },
		{ "of another group", "",
			"event_filter gen_id 2, sig_id 1, type limit, track by_src, count 3, seconds 60\n",
			"0 0 0 0", "1 2 3 4" },
		{ "of its group", "",
			"event_filter gen_id 1, sig_id 0, type limit, track by_src, count 3, seconds 60\n",
			"0 0 0 0", "1 2 3" },
		{ "of all", "",
			"event_filter gen_id 0, sig_id 0, type limit, track by_src, count 3, seconds 60\n",
			"0 0 0 0", "1 2 3" },
		{ "its own threshold gives way to a line for it",
			"threshold:type limit, track by_src, count 1, seconds 60;", LIMIT_OF_THREE, NULL,
			"1 2 3" },
		{ "but not to one for its group", "threshold:type limit, track by_src, count 1, seconds 60;",
			"event_filter gen_id 1, sig_id 0, type limit, track by_src, count 3, seconds 60\n",
			NULL, "1" },
		{ "suppress", "", "suppress gen_id 1, sig_id 1\n", NULL, "" },
		{ "suppress another", "", "suppress gen_id 1, sig_id 2\n", "0 0", "1 2" },
		{ "suppress all of its group", "", "suppress gen_id 1, sig_id 0\n", NULL, "" },
		{ "suppress all", "", "suppress gen_id 0, sig_id 0\n", NULL, "" },
		{ "what is suppressed does not count", "",
			LIMIT_OF_THREE "suppress gen_id 1, sig_id 1, track by_src, ip 10.0.0.1\n", NULL, "" },
	};

	check_rows("alert", NULL, rows, HG_COUNT(rows));
}

static void
check_steps(const char *title, const char *limits, const char *rules, const struct rule_step *steps)
{
	struct rule_drive d;

	rule_drive_open(&d, NULL, limits, rules);
	rule_drive_steps(&d, title, steps);
	rule_drive_close(&d);
}

#define AB "udp 10.0.0.1 1 10.0.0.2 2 alone"
#define BA "udp 10.0.0.2 2 10.0.0.1 1 alone"
#define AC "udp 10.0.0.1 1 10.0.0.3 2 alone"
#define CB "udp 10.0.0.3 1 10.0.0.2 2 alone"
#define AB_PORTS "udp 10.0.0.1 9 10.0.0.2 8 alone"
#define SIX "udp 2001:db8::1 1 2001:db8::2 2 alone"
/* The address of an IPv4 packet in the bytes of an IPv6 one. */
#define SIX_LIKE_A "udp a00:1:: 1 a00:2:: 2 alone"

static void
test_trackers_tell_addresses_apart(void)
{
	static const struct {
		const char *track;
		struct rule_step steps[10];
	} rows[] = {
		{ "by_src",
			{ { AB, "1" }, { AB_PORTS, "" }, { AC, "" }, { BA, "1" }, { CB, "1" }, { SIX, "1" },
				{ SIX_LIKE_A, "1" }, { AB, "" }, { NULL, NULL } } },
		{ "by_dst",
			{ { AB, "1" }, { AB_PORTS, "" }, { AC, "1" }, { BA, "1" }, { CB, "" }, { SIX, "1" },
				{ SIX_LIKE_A, "1" }, { AB, "" }, { NULL, NULL } } },
		{ "by_both",
			{ { AB, "1" }, { AB_PORTS, "" }, { BA, "" }, { AC, "1" }, { CB, "1" }, { SIX, "1" },
				{ SIX_LIKE_A, "1" }, { AB, "" }, { NULL, NULL } } },
		{ "by_rule",
			{ { AB, "1" }, { AB_PORTS, "" }, { BA, "" }, { AC, "" }, { CB, "" }, { SIX, "" },
				{ NULL, NULL } } },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char rule[256];

		snprintf(rule, sizeof(rule),
			"alert udp any any -> any any (ttl:64; threshold:type limit, track %s, count 1, "
			"seconds 60; sid:1;)\n",
			rows[i].track);
		check_steps(rows[i].track, NULL, rule, rows[i].steps);
	}
}

static void
test_rules_count_by_themselves(void)
{
	static const struct rule_step rules[] = { { AB " a", "1" }, { AB " ab", "2 2" }, { AB " ab", "" },
		{ BA " b", "2 2" }, { NULL, NULL } };
	static const struct rule_step filtered[] = { { AB, "1" }, { AB, "1" }, { AB, "1!" }, { BA, "1" },
		{ AC, "1!" }, { NULL, NULL } };

	check_steps("by sid and group", NULL,
		"alert udp any any -> any any (content:\"a\"; threshold:type limit, track by_src, count 1, "
		"seconds 60; sid:1;)\n"
		"alert udp any any -> any any (content:\"b\"; threshold:type limit, track by_src, count 1, "
		"seconds 60; sid:2;)\n"
		"alert udp any any -> any any (content:\"b\"; threshold:type limit, track by_src, count 1, "
		"seconds 60; gid:2; sid:2;)\n",
		rules);
	check_steps("a rate filter counts apart from a threshold",
		"rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 60, new_action drop, timeout "
		"60\n",
		"alert udp any any -> any any (ttl:64; threshold:type limit, track by_src, count 9, seconds "
		"60; sid:1;)\n",
		filtered);
}

#define SUPPRESS "suppress gen_id 1, sig_id 1, track "

static void
test_suppressions_look_at_addresses(void)
{
	static const char rule[] = "alert udp any any -> any any (ttl:64; sid:1;)\n";
	static const struct {
		const char *limits;
		struct rule_step steps[6];
	} rows[] = {
		{ SUPPRESS "by_src, ip 10.0.0.1\n",
			{ { AB, "" }, { BA, "1" }, { CB, "1" }, { SIX, "1" }, { NULL, NULL } } },
		{ SUPPRESS "by_dst, ip 10.0.0.1\n",
			{ { AB, "1" }, { BA, "" }, { CB, "1" }, { SIX, "1" }, { NULL, NULL } } },
		{ SUPPRESS "by_either, ip 10.0.0.1\n",
			{ { AB, "" }, { BA, "" }, { CB, "1" }, { SIX, "1" }, { NULL, NULL } } },
		{ SUPPRESS "by_src, ip [10.0.0.0/30,!10.0.0.1,2001:db8::/32]\n",
			{ { AB, "1" }, { BA, "" }, { CB, "" }, { SIX, "" }, { NULL, NULL } } },
		{ SUPPRESS "by_src, ip 10.0.0.1\n" SUPPRESS "by_src, ip 10.0.0.3\n",
			{ { AB, "" }, { BA, "1" }, { CB, "" }, { NULL, NULL } } },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		check_steps(rows[i].limits, rows[i].limits, rule, rows[i].steps);
}

/* What is only not told of still drops and sets bits; what a detection_filter keeps back does not drop either. */
static void
test_silent_rules_still_act(void)
{
	static const struct {
		const char *title, *options, *limits, *dropped;
	} rows[] = {
		{ "limit", "threshold:type limit, track by_src, count 1, seconds 60;", NULL, "1 2 3 4" },
		{ "threshold", "threshold:type threshold, track by_src, count 3, seconds 60;", NULL,
			"1 2 3 4" },
		{ "both", "threshold:type both, track by_src, count 3, seconds 60;", NULL, "1 2 3 4" },
		{ "suppress", "", "suppress gen_id 1, sig_id 1\n", "1 2 3 4" },
		{ "detection_filter", "detection_filter:track by_src, count 2, seconds 60;", NULL, "3 4" },
		{ "a rate filter to pass", "",
			"rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 60, new_action pass, "
			"timeout 60\n",
			"1 2" },
		{ "a rate filter to alert", "",
			"rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 60, new_action "
			"alert, timeout 60\n",
			"1 2" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char rules[512], dropped[64] = "";
		struct rule_drive d;

		snprintf(rules, sizeof(rules),
			"drop udp any any -> any any (ttl:64; xbits:set,x,track ip_src; %s sid:1;)\n"
			"alert udp any any -> any any (ttl:64; xbits:isset,x,track ip_src; sid:2;)\n",
			rows[i].options);
		rule_drive_open(&d, INLINE, rows[i].limits, rules);
		for (unsigned k = 1; k <= 4; k++) {
			const char *alerts = rule_drive_packet(&d, AB);

			hg_check_bool(rows[i].title, strchr(alerts, '2') != NULL, true);
			if (d.packet.flags & HG_PKT_DROPPED)
				note(dropped, sizeof(dropped), k, "");
		}
		hg_check_str(rows[i].title, dropped, rows[i].dropped);
		rule_drive_close(&d);
	}
}

static void
test_packets_without_addresses_are_not_counted(void)
{
	static const struct rule_step steps[] = { { AB " noip event=ipv4.hlen_too_small", "1" },
		{ AB " noip event=ipv4.hlen_too_small", "1" }, { AB " event=ipv4.hlen_too_small", "1" },
		{ AB " event=ipv4.hlen_too_small", "" }, { NULL, NULL } };

	check_steps("not IP", NULL,
		"alert pkthdr any any -> any any (decode-event:ipv4.hlen_too_small; threshold:type limit, "
		"track by_rule, count 1, seconds 60; sid:1;)\n",
		steps);
}

#define LIMITED                                                                                           \
	"alert udp any any -> any any (ttl:64; threshold:type limit, track by_src, count 1, seconds 60; " \
	"sid:5;)\n"

static void
test_counts_stay_when_rules_are_loaded_anew(void)
{
	struct hg_snapshot *others;
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL, LIMITED);
	others = rule_set_compile(&d.set,
		"alert udp any any -> any any (ttl:64; sid:1;)\n" LIMITED
		"alert udp any any -> any any (ttl:64; threshold:type limit, track by_src, count 1, seconds "
		"60; sid:6;)\n");
	hg_check_str("before", rule_drive_packet(&d, AB), "5");
	rule_drive_adopt(&d, others);
	hg_check_str("new rules begin, old ones go on", rule_drive_packet(&d, AB), "1 6");
	hg_check_str("then both are silent", rule_drive_packet(&d, AB), "1");
	hg_check_str("another address", rule_drive_packet(&d, BA), "1 5 6");
	hg_detect_reset(d.detect);
	hg_check_str("fresh state", rule_drive_packet(&d, AB), "1 5 6");
	rule_drive_adopt(&d, d.set.rules);
	hg_snapshot_close(others);
	rule_drive_close(&d);
}

/* A flood of addresses costs those that would be forgotten first, and is counted. */
static void
test_a_full_table_forgets_and_counts(void)
{
	struct rule_drive d;
	uint64_t full;

	rule_drive_open(&d, NULL, NULL, LIMITED);
	for (unsigned i = 0; i < 300; i++) {
		char packet[64];

		snprintf(
			packet, sizeof(packet), "udp 10.1.%u.%u 1 10.0.0.2 2 alone t=0.01", i / 256, i % 256);
		hg_check_str("each is new", rule_drive_packet(&d, packet), "5");
	}
	full = hg_detect_stats(d.detect)->threshold_full;
	hg_check_bool("more than the table holds", full >= 300 - 64 && full < 300, true);
	hg_check_str("the last one is there", rule_drive_packet(&d, "udp 10.1.1.43 1 10.0.0.2 2 alone"), "");
	hg_check_str("the first one is not", rule_drive_packet(&d, "udp 10.1.0.0 1 10.0.0.2 2 alone"), "5");
	rule_drive_close(&d);
}

/* Addresses that the table holds at the end, of more than it has room for. */
static unsigned
kept(struct hg_hash_key hash, bool held[300])
{
	struct hg_error err = { 0 };
	struct hg_track_table t;
	unsigned n = 0;

	CU_ASSERT_FATAL(hg_track_open(&t, 64, &hash, &err) == 0);
	for (uint64_t i = 0; i < 300; i++)
		hg_track_make(&t, &(struct hg_track_key){ .id = i }, 1)->until = HG_SEC;
	for (uint64_t i = 0; i < 300; i++)
		n += held[i] = hg_track_find(&t, &(struct hg_track_key){ .id = i }, 1) != NULL;
	hg_track_close(&t);
	return n;
}

/* Who does not know the key cannot choose addresses that push one out. */
static void
test_the_key_says_who_pushes_out_whom(void)
{
	bool replay[300], again[300], other[300];

	hg_check_u64("all places are used", kept(HG_HASH_KEY_REPLAY, replay), 64);
	kept(HG_HASH_KEY_REPLAY, again);
	kept((struct hg_hash_key){ 1, 2 }, other);
	hg_check_bool("the same for one key", memcmp(replay, again, sizeof(replay)) == 0, true);
	hg_check_bool("others for another", memcmp(replay, other, sizeof(replay)) == 0, false);
}

HG_TESTS("detect_thresholds", HG_TEST(test_thresholds_count_in_windows),
	HG_TEST(test_windows_end_behind_their_last_instant),
	HG_TEST(test_rate_filters_change_the_action_for_a_time),
	HG_TEST(test_lines_of_a_file_concern_their_rules), HG_TEST(test_trackers_tell_addresses_apart),
	HG_TEST(test_rules_count_by_themselves), HG_TEST(test_suppressions_look_at_addresses),
	HG_TEST(test_silent_rules_still_act), HG_TEST(test_packets_without_addresses_are_not_counted),
	HG_TEST(test_counts_stay_when_rules_are_loaded_anew), HG_TEST(test_a_full_table_forgets_and_counts),
	HG_TEST(test_the_key_says_who_pushes_out_whom))
