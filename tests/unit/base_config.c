#include "check.h"

#include "base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct hg_config_key schema[] = {
	{ "stream.memcap", HG_CONFIG_SIZE, "64mb", NULL, "bytes", "Room for all streams." },
	{ "stream.midstream", HG_CONFIG_BOOL, "no", NULL, NULL, "Take up flows without their handshake." },
	{ "stream.checksum-validation", HG_CONFIG_BOOL, "yes", NULL, NULL, "Distrust wrong checksums." },
	{ "packet-alert-max", HG_CONFIG_INT, "15", "0..255", NULL, "Alerts of a packet." },
	{ "compat", HG_CONFIG_ENUM, "native", "native|suricata7|auto|no", NULL, "Whose way." },
	{ "action-order.*", HG_CONFIG_ENUM, NULL, "pass|drop|reject|alert", NULL, "First action first." },
	{ "rule-files", HG_CONFIG_LIST, NULL, NULL, NULL, "Files of rules." },
	{ "vars", HG_CONFIG_MAP, NULL, NULL, NULL, "Variables." },
	{ "default-log-dir", HG_CONFIG_STR, NULL, NULL, NULL, "Where files go." },
	{ "outputs.eve-log.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "Whether events are written." },
	{ "outputs.eve-log.types.alert.metadata", HG_CONFIG_BOOL, "yes", NULL, NULL, "Rule metadata." },
	{ "outputs.eve-log.types.dns.version", HG_CONFIG_INT, "2", "1..3", NULL, "Of the record." },
	{ "outputs.eve-log.types.*", HG_CONFIG_IGNORED, NULL, NULL, NULL, "there is no such decoder" },
	{ "outputs.fast", HG_CONFIG_IGNORED, NULL, NULL, NULL, "events say more" },
	{ "dpdk.interfaces.*.interface", HG_CONFIG_STR, NULL, NULL, NULL, "Port." },
	{ "dpdk.interfaces.*.threads", HG_CONFIG_INT, NULL, NULL, NULL, "Workers." },
};

static struct hg_config *
open_config(void)
{
	struct hg_config *c = NULL;

	CU_ASSERT_FATAL(hg_config_open(&c, schema, HG_COUNT(schema)) == 0);
	return c;
}

static char folder[64];

static void
write_file(const char *name, const char *text, char *path, size_t size)
{
	FILE *f;

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "/tmp/hg_config_XXXXXX");
		CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
	}
	snprintf(path, size, "%s/%s", folder, name);
	f = fopen(path, "w");
	CU_ASSERT_FATAL(f != NULL);
	fputs(text, f);
	fclose(f);
}

static int
load(struct hg_config *c, const char *text, struct hg_error *err)
{
	char path[128];
	int ret;

	memset(err, 0, sizeof(*err));
	write_file("a.yaml", text, path, sizeof(path));
	ret = hg_config_load(c, path, err);
	unlink(path);
	return ret;
}

static struct hg_config *
loaded(const char *text)
{
	struct hg_config *c = open_config();
	struct hg_error err;
	int ret = load(c, text, &err);

	hg_check_str(text, err.text, "");
	hg_check_u64(text, (uint64_t)ret, 0);
	return c;
}

static const char full[] = "%YAML 1.1\n---\n"
			   "stream:\n  memcap: 1 GiB\n  midstream: true\n  checksum_validation: no\n"
			   "packet-alert-max: 20\ncompat: false\n"
			   "action-order:\n  - drop\n  - pass\n"
			   "rule-files: [a.rules, b.rules]\n"
			   "vars: {address-groups: {HOME_NET: \"[10.0.0.0/8]\"}}\n"
			   "outputs:\n  - fast:\n      enabled: no\n"
			   "  - eve-log:\n      enabled: no\n      types:\n"
			   "        - alert: {metadata: no}\n        - dns\n        - mqtt\n"
			   "dpdk:\n  interfaces:\n    - interface: 0000:3b:00.0\n      threads: 4\n"
			   "    - interface: eth1\n";

static void
test_config_reads_values_by_their_schema(void)
{
	struct hg_config *c = loaded(full);

	hg_check_u64("size", hg_config_size(c, "stream.memcap"), 1u << 30);
	hg_check_bool("bool", hg_config_bool(c, "stream.midstream"), true);
	hg_check_bool("underscore", hg_config_bool(c, "stream.checksum-validation"), false);
	hg_check_u64("int", (uint64_t)hg_config_int(c, "packet-alert-max"), 20);
	hg_check_str("an enum's no by another name", hg_config_str(c, "compat"), "no");
	hg_check_str("list item", hg_config_str(c, "action-order.1"), "pass");
	hg_check_bool("by the key of a list's map", hg_config_bool(c, "outputs.eve-log.types.alert.metadata"),
		false);
	hg_check_u64("default below a plain item",
		(uint64_t)hg_config_int(c, "outputs.eve-log.types.dns.version"), 2);
	hg_check_bool("plain item is there", hg_config_find(c, "outputs.eve-log.types.dns") != NULL, true);
	hg_check_bool("other is not", hg_config_find(c, "outputs.eve-log.types.http") != NULL, false);
	hg_check_str(
		"item with several keys", hg_config_str(c, "dpdk.interfaces.0.interface"), "0000:3b:00.0");
	hg_check_str("item with one key", hg_config_str(c, "dpdk.interfaces.1.interface"), "eth1");
	hg_check_bool("set", hg_config_is_set(c, "compat"), true);
	hg_check_bool("not set", hg_config_is_set(c, "default-log-dir"), false);
	CU_ASSERT_PTR_NULL(hg_config_str(c, "default-log-dir"));
	hg_config_close(c);
}

static void
test_config_gives_defaults_without_a_file(void)
{
	struct hg_config *c = open_config();

	hg_check_u64("size", hg_config_size(c, "stream.memcap"), 64u << 20);
	hg_check_bool("bool", hg_config_bool(c, "outputs.eve-log.enabled"), true);
	hg_check_str("enum", hg_config_str(c, "compat"), "native");
	hg_config_close(c);
}

static void
test_config_walks_maps_and_lists(void)
{
	struct hg_config *c = loaded(full);
	const struct hg_config_node *n = hg_config_first(hg_config_find(c, "rule-files"));
	struct hg_error place = { 0 };

	hg_check_str("first", hg_config_text(n), "a.rules");
	hg_check_str("no name", hg_config_name(n), "");
	n = hg_config_next(n);
	hg_check_str("second", hg_config_text(n), "b.rules");
	CU_ASSERT_PTR_NULL(hg_config_next(n));
	n = hg_config_child(hg_config_find(c, "vars"), "address-groups");
	CU_ASSERT_PTR_NULL(hg_config_text(n));
	n = hg_config_first(n);
	hg_check_str("name", hg_config_name(n), "HOME_NET");
	hg_config_place(n, &place);
	hg_check_u64("line", place.line, 13);
	hg_check_u64("column", place.column, 25);
	hg_config_close(c);
}

static void
test_config_refuses_what_it_does_not_know(void)
{
	static const struct {
		const char *yaml, *text;
		unsigned line, column;
	} rows[] = {
		{ "stream:\n  memcapp: 1\n", "unknown key stream.memcapp; did you mean stream.memcap?", 2,
			3 },
		{ "streem: {}\n", "unknown key streem; did you mean stream?", 1, 1 },
		{ "quite-other: 1\n", "unknown key quite-other", 1, 1 },
		{ "outputs:\n  - eve-log:\n    enabled: yes\n",
			"enabled stands beside eve-log, not below it: indent it further", 3, 5 },
		{ "outputs:\n  - eve-logg: {}\n",
			"unknown key outputs.eve-logg; did you mean outputs.eve-log?", 2, 5 },
		{ "stream: {memcap: lots}\n",
			"stream.memcap: 'lots' is not a size such as 4096, 100 KiB or 64mb", 1, 10 },
		{ "stream: {midstream: maybe}\n", "stream.midstream: 'maybe' is not yes or no", 1, 10 },
		{ "packet-alert-max: 256\n", "packet-alert-max: '256' is not a number of 0..255", 1, 1 },
		{ "packet-alert-max: 1x\n", "packet-alert-max: '1x' is not a number of 0..255", 1, 1 },
		{ "compat: old\n", "compat: 'old' is not one of native|suricata7|auto|no", 1, 1 },
		{ "compat: [a]\n", "compat: wants one of native|suricata7|auto|no, not a list", 1, 1 },
		{ "stream: 5\n", "stream: '5' is not a map of keys", 1, 1 },
		{ "action-order: [pass, fly]\n", "action-order.1: 'fly' is not one of pass|drop|reject|alert",
			1, 22 },
		{ "a: &x 1\nb: *x\n", "aliases are not understood: write the value out", 2, 4 },
		{ "- a\n", "the file must hold one map of keys", 1, 1 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_config *c = open_config();
		struct hg_error err;

		hg_check_bool(rows[i].yaml, load(c, rows[i].yaml, &err) < 0, true);
		hg_check_str(rows[i].yaml, err.text, rows[i].text);
		hg_check_u64(rows[i].yaml, err.line, rows[i].line);
		hg_check_u64(rows[i].yaml, err.column, rows[i].column);
		hg_config_close(c);
	}
}

static void
test_config_says_once_which_keys_have_no_meaning(void)
{
	struct hg_config *c = loaded(full);
	struct hg_error notice;

	CU_ASSERT_FATAL(hg_config_notice(c, 0, &notice));
	hg_check_str("a map", notice.text, "outputs.fast has no meaning here: events say more");
	hg_check_u64("line", notice.line, 15);
	CU_ASSERT_FATAL(hg_config_notice(c, 1, &notice));
	hg_check_str("an item", notice.text,
		"outputs.eve-log.types.mqtt has no meaning here: there is no such decoder");
	CU_ASSERT_FALSE(hg_config_notice(c, 2, &notice));
	hg_config_close(c);
}

static void
test_config_override_wins_whatever_the_order(void)
{
	static const char *const sets[] = { "stream.memcap=5", "action-order.0=reject",
		"action-order.2=alert", "outputs.eve-log.types.dns.version=1",
		"outputs.eve-log.types.alert.metadata=yes", "default-log-dir=/a=b",
		"dpdk.interfaces.1.threads=2" };

	for (unsigned before = 0; before < 2; before++) {
		struct hg_config *c = open_config();
		struct hg_error err = { 0 };

		if (!before)
			hg_check_u64("load", (uint64_t)load(c, full, &err), 0);
		for (size_t i = 0; i < HG_COUNT(sets); i++) {
			/* Items of lists need the list. */
			if (before && (i == 2 || i == 6))
				continue;
			hg_check_u64(sets[i], (uint64_t)hg_config_override(c, sets[i], &err), 0);
		}
		if (before)
			hg_check_u64("load", (uint64_t)load(c, full, &err), 0);
		hg_check_str("no error", err.text, "");
		hg_check_u64("size", hg_config_size(c, "stream.memcap"), 5);
		hg_check_str("item", hg_config_str(c, "action-order.0"), "reject");
		hg_check_str("file's item stays", hg_config_str(c, "action-order.1"), "pass");
		hg_check_u64("plain item becomes a map",
			(uint64_t)hg_config_int(c, "outputs.eve-log.types.dns.version"), 1);
		hg_check_bool("deep", hg_config_bool(c, "outputs.eve-log.types.alert.metadata"), true);
		hg_check_str("equals sign", hg_config_str(c, "default-log-dir"), "/a=b");
		if (!before) {
			hg_check_str("appended", hg_config_str(c, "action-order.2"), "alert");
			hg_check_u64(
				"key in an item", (uint64_t)hg_config_int(c, "dpdk.interfaces.1.threads"), 2);
		}
		hg_config_close(c);
	}
}

static void
test_config_override_by_null_keeps_what_stands_below(void)
{
	struct hg_config *c = loaded(full);
	struct hg_error err = { 0 };

	hg_check_u64("list", (uint64_t)hg_config_override(c, "action-order=(null)", &err), 0);
	hg_check_str("item", hg_config_str(c, "action-order.0"), "drop");
	hg_check_u64("scalar", (uint64_t)hg_config_override(c, "packet-alert-max=(null)", &err), 0);
	hg_check_u64("back to the default", (uint64_t)hg_config_int(c, "packet-alert-max"), 15);
	hg_check_u64("map to be", (uint64_t)hg_config_override(c, "outputs.eve-log=(null)", &err), 0);
	hg_check_bool("not set", hg_config_is_set(c, "packet-alert-max"), false);
	hg_config_close(c);
}

static void
test_config_reads_a_text_in_memory(void)
{
	struct hg_config *c = open_config();
	struct hg_error err = { 0 };

	hg_check_u64("load", (uint64_t)hg_config_load_text(c, "built in", "stream: {memcap: 7}\n", &err), 0);
	hg_check_u64("value", hg_config_size(c, "stream.memcap"), 7);
	hg_check_bool("refused", hg_config_load_text(c, "built in", "\nstraem: 1\n", &err) < 0, true);
	hg_check_str("its name", err.file, "built in");
	hg_check_u64("its line", err.line, 2);
	hg_config_close(c);
}

static void
test_config_override_names_what_is_wrong(void)
{
	static const struct {
		const char *set, *text;
	} rows[] = {
		{ "stream.memcap", "--set: --set stream.memcap: write it as KEY=VALUE" },
		{ "=1", "--set: --set =1: write it as KEY=VALUE" },
		{ "stream.memcup=1", "--set: unknown key stream.memcup; did you mean stream.memcap?" },
		{ "packet-alert-max=-1", "--set: packet-alert-max: '-1' is not a number of 0..255" },
		{ "action-order.9=pass",
			"--set: --set action-order.9: the list has no such item, nor is it the next one" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_config *c = loaded(full);
		struct hg_error err = { 0 };
		char text[600];

		hg_check_bool(rows[i].set, hg_config_override(c, rows[i].set, &err) < 0, true);
		err.line = 0;
		snprintf(err.file, sizeof(err.file), "--set");
		hg_check_str(rows[i].set, hg_error_text(&err, text, sizeof(text)), rows[i].text);
		hg_config_close(c);
	}
}

static void
test_config_follows_includes(void)
{
	char one[128], two[128];
	struct hg_config *c;

	write_file("one.yaml", "stream:\n  memcap: 7\n", one, sizeof(one));
	write_file("two.yaml", "midstream: yes\nmemcap: 9\n", two, sizeof(two));
	c = loaded("include: one.yaml\nstream:\n  include: two.yaml\n  checksum-validation: no\n");
	hg_check_u64("the later one wins", hg_config_size(c, "stream.memcap"), 9);
	hg_check_bool("nested", hg_config_bool(c, "stream.midstream"), true);
	hg_check_bool("own", hg_config_bool(c, "stream.checksum-validation"), false);
	hg_config_close(c);
	c = loaded("include:\n  - one.yaml\npacket-alert-max: 3\n");
	hg_check_u64("list", hg_config_size(c, "stream.memcap"), 7);
	hg_check_u64("after the list", (uint64_t)hg_config_int(c, "packet-alert-max"), 3);
	CU_ASSERT_PTR_NULL(hg_config_find(c, "include"));
	hg_config_close(c);
	c = loaded("stream: !include two.yaml\n");
	hg_check_u64("tag", hg_config_size(c, "stream.memcap"), 9);
	hg_config_close(c);
	unlink(one);
	unlink(two);
}

static void
test_config_stops_files_that_include_each_other(void)
{
	struct hg_config *c = open_config();
	struct hg_error err;

	hg_check_bool("refused", load(c, "include: a.yaml\n", &err) < 0, true);
	hg_check_str("text", err.text, "files include each other too deeply");
	hg_check_bool("missing", load(c, "\ninclude: none.yaml\n", &err) < 0, true);
	hg_check_u64("place of the include", err.line, 2);
	hg_config_close(c);
}

static void
test_config_parses_sizes(void)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t bytes;
	} rows[] = { { "4096", true, 4096 }, { "64mb", true, 64u << 20 }, { "1 GiB", true, 1u << 30 },
		{ "100kb", true, 102400 }, { "1.5 KB", true, 1536 }, { "0", true, 0 },
		{ "2T", true, 2ull << 40 }, { "12b", true, 12 }, { "", false, 0 }, { "-1", false, 0 },
		{ "mb", false, 0 }, { "1 xb", false, 0 }, { "99999999999999999999", false, 0 },
		{ "99999999999 tb", false, 0 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint64_t bytes = 0;

		hg_check_bool(rows[i].text, hg_config_parse_size(rows[i].text, &bytes), rows[i].good);
		if (rows[i].good)
			hg_check_u64(rows[i].text, bytes, rows[i].bytes);
	}
}

static void
test_nearest_name_is_only_offered_when_near(void)
{
	static const char *const names[] = { "content", "nocase", "depth" };

	hg_check_str("typo", hg_nearest("contnet", names, 3), "content");
	hg_check_str("short", hg_nearest("dept", names, 3), "depth");
	hg_check_str("neighbours exchanged", hg_nearest("dpeth", names, 3), "depth");
	CU_ASSERT_PTR_NULL(hg_nearest("flowbits", names, 3));
	CU_ASSERT_PTR_NULL(hg_nearest("x", names, 3));
}

static void
test_config_removes_its_folder(void)
{
	CU_ASSERT(rmdir(folder) == 0);
}

HG_TESTS("base_config", HG_TEST(test_config_reads_values_by_their_schema),
	HG_TEST(test_config_gives_defaults_without_a_file), HG_TEST(test_config_walks_maps_and_lists),
	HG_TEST(test_config_refuses_what_it_does_not_know),
	HG_TEST(test_config_says_once_which_keys_have_no_meaning),
	HG_TEST(test_config_override_wins_whatever_the_order),
	HG_TEST(test_config_override_by_null_keeps_what_stands_below),
	HG_TEST(test_config_reads_a_text_in_memory), HG_TEST(test_config_override_names_what_is_wrong),
	HG_TEST(test_config_follows_includes), HG_TEST(test_config_stops_files_that_include_each_other),
	HG_TEST(test_config_parses_sizes), HG_TEST(test_nearest_name_is_only_offered_when_near),
	HG_TEST(test_config_removes_its_folder))
