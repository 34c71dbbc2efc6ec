/* The alerts of a packet: what is cut off, and that it acts all the same. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"

#define MOST 400

/* n rules on the same word, sids from 1 on, and the text behind them. */
static char *
rules_of(unsigned n, const char *more)
{
	static char text[MOST * 64 + 1024];
	size_t used = 0;

	for (unsigned i = 1; i <= n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"alert udp any any -> any any (content:\"hit\"; sid:%u;)\n", i);
	snprintf(text + used, sizeof(text) - used, "%s", more);
	return text;
}

static const struct hg_alert *
last(const struct rule_drive *d, unsigned *n)
{
	const struct hg_alert *alerts = hg_detect_alerts(d->detect, n);

	CU_ASSERT_FATAL(*n > 0);
	return &alerts[*n - 1];
}

static void
test_the_last_alert_names_what_was_cut_off(void)
{
	static const struct {
		const char *title, *yaml;
		unsigned rules, kept, cut, named;
	} rows[] = {
		{ "fifteen are kept", "{}\n", 15, 15, 0, 0 },
		{ "one more", "{}\n", 16, 15, 1, 1 },
		{ "some are named", "{}\n", 40, 15, 25, 16 },
		{ "three", "packet-alert-max: 3\n", 5, 3, 2, 2 },
		{ "more than are collected", "packet-alert-max: 255\n", 300, 255, 45, 16 },
		{ "as the peer", "compat: suricata7\n", 20, 15, 5, 0 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct rule_drive d;
		const struct hg_alert *a;
		unsigned n;

		rule_drive_open(&d, rows[i].yaml, NULL, rules_of(rows[i].rules, ""));
		rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 hit");
		a = last(&d, &n);
		hg_check_u64(rows[i].title, n, rows[i].kept);
		hg_check_u64(rows[i].title, hg_detect_stats(d.detect)->alert_queue_overflow, rows[i].cut);
		hg_check_bool(rows[i].title, a->cut != NULL, rows[i].named > 0);
		if (a->cut != NULL) {
			hg_check_u64(rows[i].title, a->cut->n, rows[i].cut);
			hg_check_u64(rows[i].title, a->cut->named, rows[i].named);
		}
		hg_check_bool("only the last", n < 2 || a[-1].cut == NULL, true);
		rule_drive_close(&d);
	}
}

/* Of rules in the order of the file the cut ones are those behind. */
static void
test_names_are_those_behind_the_last(void)
{
	struct rule_drive d;
	const struct hg_alert *a;
	unsigned n;

	rule_drive_open(&d, NULL, NULL, rules_of(17, ""));
	rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 hit");
	a = last(&d, &n);
	CU_ASSERT_FATAL(a->cut != NULL && a->cut->named == 2);
	hg_check_u64("the last kept", d.rules->rules[a->rule].sid, 15);
	hg_check_u64("the first cut", d.rules->rules[a->cut->rules[0]].sid, 16);
	hg_check_u64("the second", d.rules->rules[a->cut->rules[1]].sid, 17);
	rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 none");
	hg_detect_alerts(d.detect, &n);
	hg_check_u64("nothing is left of it", n, 0);
	rule_drive_close(&d);
}

/* Rules that only tell fill the queue; the one that drops comes behind them all. */
static void
test_a_full_queue_keeps_rules_that_act(void)
{
	static const struct {
		const char *title, *yaml;
	} rows[] = {
		{ "drops first", "simulate-ips: yes\n" },
		{ "alerts first", "simulate-ips: yes\naction-order: [pass, alert, drop, reject]\n" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct rule_drive d;

		rule_drive_open(&d, rows[i].yaml, NULL,
			rules_of(MOST, "drop udp any any -> any any (content:\"hit\"; sid:1000;)\n"));
		rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 hit");
		hg_check_bool(rows[i].title, (d.packet.flags & HG_PKT_DROPPED) != 0, true);
		hg_check_u64("cut off", hg_detect_stats(d.detect)->alert_queue_overflow, MOST + 1 - 15);
		rule_drive_close(&d);
	}
}

/* Alerts that a threshold, a filter or noalert takes away are suppressed, not cut off. */
static void
test_suppressed_alerts_are_counted_apart(void)
{
	struct rule_drive d;

	rule_drive_open(&d, NULL, NULL,
		"alert udp any any -> any any (ttl:64; noalert; sid:1;)\n"
		"alert udp any any -> any any (ttl:64; threshold:type limit,track by_src,count 1,seconds 60; "
		"sid:2;)\n"
		"alert udp any any -> any any (ttl:64; detection_filter:track by_src,count 2,seconds 60; "
		"sid:3;)\n");
	for (unsigned i = 0; i < 3; i++)
		rule_drive_packet(&d, "udp 10.0.0.1 1 10.0.0.2 2 hit");
	hg_check_u64("suppressed", hg_detect_stats(d.detect)->alerts_suppressed, 3 + 2 + 2);
	hg_check_u64("cut off", hg_detect_stats(d.detect)->alert_queue_overflow, 0);
	hg_check_u64("written", hg_detect_stats(d.detect)->alerts, 2);
	rule_drive_close(&d);
}

HG_TESTS("detect_queue", HG_TEST(test_the_last_alert_names_what_was_cut_off),
	HG_TEST(test_names_are_those_behind_the_last), HG_TEST(test_a_full_queue_keeps_rules_that_act),
	HG_TEST(test_suppressed_alerts_are_counted_apart))
