#include "check.h"

#include <stdio.h>

#include "linkage_drive.h"

static const char section[] =
	"  rules:\n"
	"    - {name: never, sids: [7], action: ignore}\n"
	"    - {name: range, sids: [100-199, 300], ttl: 1h, targets: [b]}\n"
	"    - {name: class, categories: [Web Application Attack, Trojan], max-severity: 2, escalate: no}\n"
	"    - {name: app, app: telnet, gid: 200, action: observe}\n"
	"    - {name: whole, gid: 3, blame: destination}\n"
	"    - {sids: [900], blame: external}\n"
	"    - {sids: [901], blame: source}\n";

static void
test_the_first_rule_that_fits(void)
{
	static const struct {
		struct hg_alert alert;
		const char *want;
	} rows[] = {
		{ { .sid = 7, .gid = 1, .severity = 1, .category = "Trojan" }, "never" },
		{ { .sid = 100, .gid = 1 }, "range" },
		{ { .sid = 199, .gid = 1 }, "range" },
		{ { .sid = 200, .gid = 1 }, NULL },
		{ { .sid = 300, .gid = 9 }, "range" },
		{ { .sid = 1, .gid = 1, .severity = 2, .category = "trojan" }, "class" },
		{ { .sid = 1, .gid = 1, .severity = 3, .category = "Trojan" }, NULL },
		{ { .sid = 1, .gid = 1, .severity = 1, .category = "Trojan horse" }, NULL },
		{ { .sid = 1, .gid = 200, .app = "telnet" }, "app" },
		{ { .sid = 1, .gid = 200, .app = "http" }, NULL },
		{ { .sid = 1, .gid = 3 }, "whole" },
		{ { .sid = 900, .gid = 1 }, "rule-6" },
	};
	struct drive *v = drive_open(section);

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_policy_rule *r = hg_policy_match(&v->d.policy, &rows[i].alert);
		char title[32];

		snprintf(title, sizeof(title), "row %zu", i);
		hg_check_str(
			title, r == NULL ? "none" : r->name, rows[i].want == NULL ? "none" : rows[i].want);
	}
	hg_check_u64("targets by name", v->d.policy.rules[1].targets, 2);
	hg_check_u64("or all", v->d.policy.rules[0].targets, 3);
	drive_close(v);
}

static void
test_who_is_accused(void)
{
	static const struct {
		uint32_t sid, gid;
		enum hg_alert_dir dir;
		const char *src, *dest, *source, *want;
	} rows[] = {
		{ 100, 1, HG_ALERT_TO_SERVER, "11.0.0.1", "10.9.0.1", NULL, "11.0.0.1" },
		{ 100, 1, HG_ALERT_TO_CLIENT, "10.9.0.1", "11.0.0.1", NULL, "11.0.0.1" },
		{ 100, 1, HG_ALERT_NO_DIR, "11.0.0.1", "10.9.0.1", NULL, "11.0.0.1" },
		{ 100, 1, HG_ALERT_TO_CLIENT, "10.9.0.1", "11.0.0.1", "10.9.0.1", "10.9.0.1" },
		{ 100, 1, HG_ALERT_TO_SERVER, "2001:db9::1", "2001:db9:1::1", NULL, "2001:db9::/64" },
		{ 1, 3, HG_ALERT_TO_SERVER, "11.0.0.1", "11.0.0.2", NULL, "11.0.0.2" },
		{ 900, 1, HG_ALERT_TO_SERVER, "10.9.0.1", "11.0.0.2", NULL, "11.0.0.2" },
		{ 900, 1, HG_ALERT_TO_CLIENT, "11.0.0.2", "10.9.0.1", NULL, "11.0.0.2" },
		{ 900, 1, HG_ALERT_TO_SERVER, "10.9.9.1", "10.9.0.1", NULL, "10.9.9.1" },
		{ 901, 1, HG_ALERT_TO_CLIENT, "11.0.0.2", "10.9.0.1", "10.9.0.1", "11.0.0.2" },
	};
	struct drive *v = drive_open(section);

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_alert a = { .sid = rows[i].sid,
			.gid = rows[i].gid,
			.dir = rows[i].dir,
			.src = drive_net(rows[i].src),
			.dest = drive_net(rows[i].dest),
			.has_source = rows[i].source != NULL };
		char title[32], text[HG_NET_TEXT];
		struct hg_net got;

		if (a.has_source)
			a.source = drive_net(rows[i].source);
		got = hg_policy_accused(&v->d.policy, hg_policy_match(&v->d.policy, &a), &a);
		snprintf(title, sizeof(title), "row %zu", i);
		hg_check_str(title, hg_net_text(&got, text), rows[i].want);
	}
	drive_close(v);
}

static void
test_offences_make_it_longer(void)
{
	static const uint32_t want[] = { 600, 3600, 21600, 129600, 604800, 604800, 604800 };
	struct drive *v = drive_open("  rules: [{sids: 1}, {sids: 2, escalate: no}, {sids: 3, ttl: 8d}]");
	const struct hg_policy *p = &v->d.policy;

	for (unsigned i = 0; i < HG_COUNT(want); i++) {
		hg_check_u64("by six, to a week", hg_policy_ttl(p, &p->rules[0], i), want[i]);
		hg_check_u64("not where the rule says so", hg_policy_ttl(p, &p->rules[1], i), 600);
	}
	hg_check_u64("a first time may be longer than that", hg_policy_ttl(p, &p->rules[2], 0), 691200);
	hg_check_u64("no overflow", hg_policy_ttl(p, &p->rules[0], 4000000000u), 604800);
	drive_close(v);
}

static void
test_times_are_read(void)
{
	static const struct {
		const char *text;
		bool good;
		uint32_t want;
	} rows[] = { { "600", true, 600 }, { "600s", true, 600 }, { "10m", true, 600 },
		{ "36h", true, 129600 }, { "7d", true, 604800 }, { "2w", true, 1209600 }, { "0", true, 0 },
		{ "", false, 0 }, { "m", false, 0 }, { "-1", false, 0 }, { "10 m", false, 0 },
		{ "10mm", false, 0 }, { "4294967296", false, 0 }, { "99999999w", false, 0 },
		{ "1.5h", false, 0 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint32_t got = 0;

		hg_check_bool(rows[i].text, hg_policy_seconds(rows[i].text, &got), rows[i].good);
		hg_check_u64(rows[i].text, got, rows[i].want);
	}
}

static void
test_a_line_of_the_socket(void)
{
	static const struct {
		const char *line;
		enum hg_event_kind want;
	} rows[] = {
		{ "{\"event_type\":\"alert\",\"src_ip\":\"1.2.3.4\",\"dest_ip\":\"5.6.7.8\",\"alert\":{}}",
			HG_LINE_ALERT },
		{ "{\"event_type\":\"alert\",\"src_ip\":\"1.2.3\",\"dest_ip\":\"5.6.7.8\",\"alert\":{}}",
			HG_LINE_BAD },
		{ "{\"event_type\":\"alert\",\"src_ip\":\"1.2.3.4/8\",\"dest_ip\":\"5.6.7.8\",\"alert\":{}}",
			HG_LINE_BAD },
		{ "{\"event_type\":\"alert\",\"src_ip\":\"1.2.3.4\",\"dest_ip\":\"5.6.7.8\",\"alert\":[]}",
			HG_LINE_BAD },
		{ "{\"event_type\":\"alert\",\"src_ip\":\"1.2.3.4\",\"src_ip\":\"5.6.7.8\",\"dest_ip\":\"5.6."
		  "7.8\",\"alert\":{}}",
			HG_LINE_BAD },
		/* A flood: a victim, and nobody to shut out. */
		{ "{\"event_type\":\"alert\",\"dest_ip\":\"5.6.7.8\",\"alert\":{\"gid\":200}}",
			HG_LINE_OTHER },
		{ "{\"event_type\":\"alert\",\"alert\":{\"gid\":200}}", HG_LINE_BAD },
		{ "{\"event_type\":\"flow\"}", HG_LINE_OTHER },
		{ "{\"event_type\":1}", HG_LINE_BAD },
		{ "[]", HG_LINE_BAD },
		{ "{\"event_type\":\"alert\",\"src_ip\":\"1.2.3.4\",\"dest_ip\":\"5.6.7.8\",\"payload_"
		  "printable\":\"a\\u0000b\","
		  "\"alert\":{\"signature_id\":1}}",
			HG_LINE_ALERT },
		{ "", HG_LINE_BAD },
		{ "{", HG_LINE_BAD },
	};
	const char *whole = "{\"seq\":42,\"event_type\":\"alert\",\"src_ip\":\"1.2.3.4\",\"dest_ip\":\"5.6.7."
			    "8\",\"direction\":\"to_client\","
			    "\"flow_id\":9,\"app_proto\":\"http\",\"flow\":{\"two_way\":true},"
			    "\"alert\":{\"gid\":1,\"signature_id\":77,\"severity\":3,\"category\":\"c\","
			    "\"source\":{\"ip\":\"5.6.7.8\"}}}";
	struct hg_alert a;
	uint64_t seq = 0;

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64(rows[i].line, hg_alert_read(hg_span_str(rows[i].line), &a, &seq), rows[i].want);
	hg_check_u64("no number", seq, 0);
	hg_check_u64(whole, hg_alert_read(hg_span_str(whole), &a, &seq), HG_LINE_ALERT);
	hg_check_u64("its number", seq, 42);
	hg_check_bool("what it says",
		a.sid == 77 && a.severity == 3 && a.two_way && a.dir == HG_ALERT_TO_CLIENT && a.has_source &&
			a.flow_id == 9 && strcmp(a.app, "http") == 0,
		true);
}

HG_TESTS("linkage_policy", HG_TEST(test_the_first_rule_that_fits), HG_TEST(test_who_is_accused),
	HG_TEST(test_offences_make_it_longer), HG_TEST(test_times_are_read),
	HG_TEST(test_a_line_of_the_socket))
