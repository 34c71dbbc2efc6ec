#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/addr.h"
#include "engine/keys.h"
#include "engine/settings.h"
#include "file/file.h"

/* Opens the whole schema over a text (NULL: the built-in defaults) and reads the settings; the error's text is "" when
 * all is well. */
struct loaded {
	struct hg_config *config;
	struct hg_settings settings;
	struct hg_error err;
};

static void
load(struct loaded *l, const char *yaml, const char *const *sets, size_t n_sets)
{
	int r;

	memset(l, 0, sizeof(*l));
	CU_ASSERT_FATAL(hg_settings_schema(&l->config) == 0);
	r = hg_config_load_text(l->config, "t.yaml", yaml == NULL ? hg_builtin : yaml, &l->err);
	for (size_t i = 0; i < n_sets && r == 0; i++)
		r = hg_config_override(l->config, sets[i], &l->err);
	if (r == 0)
		r = hg_settings_read(&l->settings, l->config, &l->err);
	hg_check_bool("an error has a sentence", r < 0, l->err.text[0] != '\0');
}

static void
unload(struct loaded *l)
{
	hg_settings_close(&l->settings);
	hg_config_close(l->config);
}

static uint8_t
policy_of(const struct loaded *l, const char *host)
{
	struct hg_addr a;
	uint8_t family;

	CU_ASSERT_FATAL(hg_addr_parse(hg_span_str(host), &a, &family));
	return l->settings.decode.os_policy(l->settings.decode.os_policy_arg, &a, family);
}

static void
test_settings_without_a_file_are_those_of_the_peers_shipped_one(void)
{
	struct loaded l;
	const struct hg_settings *s = &l.settings;

	load(&l, NULL, NULL, 0);
	hg_check_str("no error", l.err.text, "");
	hg_check_bool("inline", s->ips, false);
	hg_check_bool("native", s->suricata7, false);
	hg_check_bool("checksums", s->decode.check_checksums, true);
	hg_check_bool("IPv4 in IPv4", s->decode.ipip, true);
	hg_check_u64("Teredo", s->decode.teredo_ports[0], 3544);
	hg_check_u64("only one port", s->decode.teredo_ports[1], 0);
	hg_check_u64("VXLAN", s->decode.vxlan_ports[0], 4789);
	hg_check_u64("GENEVE", s->decode.geneve_ports[0], 6081);
	hg_check_u64("defrag", s->decode.defrag_memcap, 32u << 20);
	hg_check_u64("depth", s->stream.depth, 1u << 20);
	hg_check_u64("chunk", s->stream.chunk[HG_TO_CLIENT], 2560);
	hg_check_bool("ids clock", s->stream.ips, false);
	hg_check_u64("alerts", s->detect.alert_max, 15);
	hg_check_u64("match limit", s->detect.pcre_match_limit, 3500);
	hg_check_u64("TCP established", s->flow.timeouts[HG_FLOW_TCP].established, 600);
	hg_check_u64("UDP new", s->flow.timeouts[HG_FLOW_UDP].new_, 30);
	hg_check_u64("emergency", s->flow.timeouts[HG_FLOW_TCP].emergency_closed, 10);
	hg_check_u64("overlaps", policy_of(&l, "10.0.0.1"), HG_OS_WINDOWS);
	hg_check_u64("overlaps of IPv6", policy_of(&l, "fd00::1"), HG_OS_BSD);
	hg_check_bool("alerts", s->event.alert, true);
	hg_check_bool("stream anomalies", s->event.anomaly_stream, true);
	hg_check_bool("drops", s->event.drop && s->event.drop_all, true);
	hg_check_bool("HTTP", (s->event.protos & HG_PROTO_BIT(HG_PROTO_HTTP)) != 0, true);
	unload(&l);
}

static void
test_settings_of_an_empty_file_are_the_peers_inner_defaults(void)
{
	struct loaded l;

	load(&l, "", NULL, 0);
	hg_check_str("no error", l.err.text, "");
	hg_check_u64("no depth", l.settings.stream.depth, 0);
	hg_check_u64("overlaps", policy_of(&l, "10.0.0.1"), HG_OS_BSD);
	hg_check_u64("TCP new", l.settings.flow.timeouts[HG_FLOW_TCP].new_, 30);
	hg_check_u64("TCP established", l.settings.flow.timeouts[HG_FLOW_TCP].established, 300);
	hg_check_u64("TCP closed", l.settings.flow.timeouts[HG_FLOW_TCP].closed, 10);
	unload(&l);
}

/* One row a setting: what is set and a number that follows from it. */
static uint64_t
get(const struct hg_settings *s, const char *what)
{
	const struct {
		const char *name;
		uint64_t value;
	} all[] = {
		{ "checksums", s->decode.check_checksums },
		{ "clock", s->stream.ips },
		{ "ips", s->ips && s->detect.ips && s->apps.ips },
		{ "ipip", s->decode.ipip },
		{ "suricata7", s->suricata7 && s->apps.suricata7 },
		{ "overlap", s->stream.check_overlap },
		{ "ports", s->decode.vxlan_ports[0] * 100000ull + s->decode.vxlan_ports[1] },
		{ "urgent", s->stream.urgent },
		{ "tunnels", s->flow.tunnel_tracking },
		{ "vlan", s->flow.vlan_tracking },
		{ "closed", s->flow.timeouts[HG_FLOW_TCP].closed },
		{ "hashes", s->file_hashes },
		{ "records", s->event.alert || s->event.flow || s->event.protos != 0 },
		{ "http", s->protos_enabled >> HG_PROTO_HTTP & 1 },
		{ "anomalies",
			s->event.anomaly_decode * 100u + s->event.anomaly_stream * 10u +
				s->event.anomaly_app },
		{ "seed", s->event.community_seed },
	};

	for (size_t i = 0; i < HG_COUNT(all); i++)
		if (strcmp(all[i].name, what) == 0)
			return all[i].value;
	CU_FAIL_FATAL("no such setting");
	return 0;
}

static void
test_settings_follow_what_is_set(void)
{
	static const struct {
		const char *set[2], *what;
		uint64_t value;
	} rows[] = {
		{ { "capture.checksum-validation=none" }, "checksums", 0 },
		{ { "capture.checksum-validation=auto" }, "checksums", 1 },
		{ { "pcap-file.checksum-checks=no" }, "checksums", 0 },
		{ { "pcap-file.checksum-checks=no", "capture.checksum-validation=all" }, "checksums", 1 },
		{ { "stream.checksum-validation=no" }, "checksums", 0 },
		{ { "simulate-ips=yes" }, "ips", 1 },
		{ { "simulate-ips=yes" }, "clock", 1 },
		{ { "simulate-ips=yes", "stream.inline=no" }, "clock", 0 },
		{ { "stream.inline=true" }, "clock", 1 },
		{ { "stream.inline=yes" }, "overlap", 1 },
		{ { "compat=suricata7" }, "suricata7", 1 },
		{ { "compat=suricata7" }, "ipip", 0 },
		{ { "compat=suricata7", "decoder.ipip.enabled=yes" }, "ipip", 1 },
		{ { "decoder.vxlan.ports=[8472, 4789]" }, "ports", 478908472 },
		{ { "decoder.vxlan.ports=$TEREDO_PORTS" }, "ports", 354400000 },
		{ { "stream.reassembly.urgent.policy=gap" }, "urgent", 3 },
		{ { "decoder.recursion-level.use-for-tracking=no" }, "tunnels", 0 },
		{ { "vlan.use-for-tracking=false" }, "vlan", 0 },
		{ { "flow-timeouts.tcp.closed=7" }, "closed", 7 },
		{ { "outputs.eve-log.types.files.force-hash.0=md5",
			  "outputs.eve-log.types.files.force-hash.1=sm3" },
			"hashes", HG_HASH_MD5 | HG_HASH_SM3 },
		{ { "outputs.eve-log.enabled=no" }, "records", 0 },
		{ { "app-layer.protocols.http.enabled=no" }, "http", 0 },
		{ { "outputs.1.eve-log.types.2.anomaly.types.stream=no" }, "anomalies", 101 },
		{ { "outputs.eve-log.community-id-seed=77" }, "seed", 77 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct loaded l;

		load(&l, NULL, rows[i].set, rows[i].set[1] == NULL ? 1 : 2);
		hg_check_str(rows[i].set[0], l.err.text, "");
		hg_check_u64(rows[i].set[0], get(&l.settings, rows[i].what), rows[i].value);
		unload(&l);
	}
}

static void
test_settings_choose_overlap_policy_by_the_longest_prefix(void)
{
	static const char yaml[] = "host-os-policy:\n"
				   "  windows: [0.0.0.0/0]\n"
				   "  linux: [10.0.0.0/8, 10.1.2.3]\n"
				   "  solaris: '10.1.0.0/16, 2001:db8::/33'\n"
				   "  old-linux: {0: 10.1.2.4}\n"
				   "  bsd-right: []\n";
	static const struct {
		const char *host;
		uint8_t policy;
	} rows[] = {
		{ "192.0.2.1", HG_OS_WINDOWS },
		{ "10.9.9.9", HG_OS_LINUX },
		{ "10.1.9.9", HG_OS_SOLARIS },
		{ "10.1.2.3", HG_OS_LINUX },
		{ "10.1.2.4", HG_OS_OLD_LINUX },
		{ "2001:db8:7fff::1", HG_OS_SOLARIS },
		{ "2001:db8:8000::1", HG_OS_BSD },
	};
	struct loaded l;

	load(&l, yaml, NULL, 0);
	hg_check_str("no error", l.err.text, "");
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64(rows[i].host, policy_of(&l, rows[i].host), rows[i].policy);
	unload(&l);
}

static void
test_settings_say_what_is_wrong_and_where(void)
{
	static const struct {
		const char *yaml, *text;
		unsigned line;
	} rows[] = {
		{ "stream:\n  midstraem: yes\n",
			"unknown key stream.midstraem; did you mean stream.midstream?", 2 },
		{ "straem: {}\n", "unknown key straem; did you mean stream?", 1 },
		{ "outputs:\n  - eve-logg: {}\n",
			"unknown key outputs.eve-logg; did you mean outputs.eve-log?", 2 },
		{ "outputs:\n  - eve-log: {types: [alrt]}\n",
			"unknown key outputs.eve-log.types.alrt; did you mean outputs.eve-log.types.alert?",
			2 },
		{ "packet-alert-max: 256\n", "packet-alert-max: '256' is not a number of 0..255", 1 },
		{ "host-os-policy:\n  window: [10.0.0.1]\n",
			"host-os-policy: there is no policy 'window'; did you mean 'windows'?", 2 },
		{ "host-os-policy:\n  linux: [10.0.0.0/33]\n",
			"host-os-policy: '10.0.0.0/33' is neither an address nor a prefix", 2 },
		{ "host-os-policy: {linux: 10.0.0.0/x}\n",
			"host-os-policy: '10.0.0.0/x' is neither an address nor a prefix", 1 },
		{ "decoder: {vxlan: {ports: '1,2,3,4,6'}}\n", "decoder.vxlan.ports: takes four ports at most",
			1 },
		{ "outputs:\n  - eve-log: {types: [{files: {force-hash: [md4]}}]}\n",
			"outputs.eve-log.types.files.force-hash: 'md4' is not md5, sha1, sha256 or sm3", 2 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct loaded l;

		load(&l, rows[i].yaml, NULL, 0);
		hg_check_str(rows[i].yaml, l.err.text, rows[i].text);
		hg_check_str(rows[i].yaml, l.err.file, "t.yaml");
		hg_check_u64(rows[i].yaml, l.err.line, rows[i].line);
		unload(&l);
	}
}

/* In the manner of three kinds of files that operators have: the shipped one, one for measuring truth, one for speed. */
static const char *const operators[] = {
	"%YAML 1.1\n---\nsuricata-version: \"7.0\"\nplugins:\n"
	"vars:\n  address-groups: {HOME_NET: \"[10.0.0.0/8]\", EXTERNAL_NET: \"!$HOME_NET\"}\n"
	"  port-groups: {HTTP_PORTS: \"80\", TEREDO_PORTS: 3544, VXLAN_PORTS: 4789}\n"
	"default-log-dir: /var/log/suricata/\nstats: {enabled: yes, interval: 8}\n"
	"outputs:\n  - fast: {enabled: yes, filename: fast.log, append: yes}\n"
	"  - eve-log:\n      enabled: yes\n      filetype: regular\n      filename: eve.json\n      "
	"pcap-file: false\n"
	"      community-id: false\n      community-id-seed: 0\n"
	"      xff: {enabled: no, mode: extra-data, deployment: reverse, header: X-Forwarded-For}\n"
	"      types:\n        - alert: {tagged-packets: yes}\n        - frame: {enabled: no}\n"
	"        - anomaly:\n            enabled: yes\n            types:\n        - http: {extended: yes}\n"
	"        - dns:\n        - tls: {extended: yes}\n        - files: {force-magic: no}\n        - "
	"smtp:\n"
	"        - bittorrent-dht\n        - quic:\n        - dhcp: {enabled: yes, extended: no}\n"
	"        - pgsql: {enabled: no}\n        - stats: {totals: yes, threads: no, deltas: no}\n        - "
	"flow\n"
	"  - pcap-log: {enabled: no, filename: log.pcap}\n  - lua: {enabled: no, scripts: }\n"
	"logging:\n  default-log-level: notice\n  default-output-filter:\n  outputs:\n  - console: {enabled: "
	"yes}\n"
	"af-packet:\n  - interface: eth0\n    cluster-id: 99\ndpdk:\n  eal-params: {proc-type: primary}\n"
	"pcap-file: {checksum-checks: auto}\n"
	"app-layer:\n  protocols:\n    telnet: {enabled: yes}\n    rdp:\n"
	"    rfb: {enabled: yes, detection-ports: {dp: \"5900, 5901\"}}\n"
	"    enip: {enabled: no, detection-ports: {dp: 44818, sp: 44818}}\n    pgsql: {enabled: no, "
	"stream-depth: 0}\n"
	"    smtp:\n      raw-extraction: no\n      mime: {decode-mime: yes, header-value-depth: 2000}\n"
	"      inspected-tracker: {content-limit: 100000}\n    imap: {enabled: detection-only}\n"
	"    dns: {tcp: {enabled: yes, detection-ports: {dp: 53}}, udp: {enabled: yes, detection-ports: {dp: "
	"53}}}\n"
	"    http:\n      enabled: yes\n      libhtp:\n        default-config:\n          personality: IDS\n"
	"          request-body-limit: 100kb\n          http-body-inline: auto\n"
	"          swf-decompression: {enabled: no, type: both}\n        server-config:\n"
	"asn1-max-frames: 256\ndatasets: {defaults: , limits: , rules: }\n"
	"security: {limit-noproc: true, landlock: {enabled: no}, lua: }\ncoredump: {max-dump: unlimited}\n"
	"unix-command: {enabled: yes}\nlegacy: {uricontent: enabled}\nexception-policy: auto\n"
	"pcre: {match-limit: 3500, match-limit-recursion: 1500}\n"
	"host-os-policy:\n  windows: [0.0.0.0/0]\n  bsd: []\n"
	"defrag: {memcap: 32mb, hash-size: 65536, trackers: 65535, max-frags: 65535, prealloc: yes, timeout: "
	"60}\n"
	"flow: {memcap: 128mb, hash-size: 65536, prealloc: 10000, emergency-recovery: 30}\n"
	"vlan: {use-for-tracking: true}\nlivedev: {use-for-tracking: true}\n"
	"flow-timeouts:\n  default: {new: 30, emergency-bypassed: 50}\n  udp: {new: 30, established: 300}\n"
	"stream:\n  memcap: 64mb\n  checksum-validation: yes\n  inline: auto\n"
	"  reassembly: {memcap: 256mb, depth: 1mb, toserver-chunk-size: 2560, randomize-chunk-size: yes}\n"
	"decoder:\n  teredo: {enabled: true, ports: $TEREDO_PORTS}\n  vxlan: {enabled: true, ports: "
	"$VXLAN_PORTS}\n"
	"detect: {profile: medium, custom-values: {toclient-groups: 3}, sgh-mpm-context: auto, grouping: }\n"
	"threading: {set-cpu-affinity: no}\nprofiling: {rules: {enabled: yes}}\nnfq:\nnflog:\n  - group: "
	"2\ncapture:\n"
	"default-rule-path: /var/lib/suricata/rules\nrule-files:\n  - suricata.rules\n"
	"classification-file: /etc/suricata/classification.config\n"
	"reference-config-file: /etc/suricata/reference.config\n",

	"runmode: single\npacket-alert-max: 15\nmax-pending-packets: 1024\nstats: {enabled: no}\n"
	"outputs:\n  - eve-log:\n      types:\n        - alert: {metadata: no, tagged-packets: no}\n"
	"        - anomaly: {enabled: yes, types: {decode: yes, stream: yes, applayer: yes}}\n        - "
	"http2\n        - flow\n"
	"app-layer: {protocols: {tls: {enabled: yes, ja3-fingerprints: yes}, ssh: {hassh: yes}, modbus: "
	"{enabled: no}}}\n"
	"stream: {inline: no, checksum-validation: no, async-oneside: false, reassembly: "
	"{randomize-chunk-size: no}}\n"
	"host-os-policy: {bsd: [0.0.0.0/0]}\nmpm-algo: hs\nspm-algo: hs\n"
	"security: {limit-noproc: false}\nunix-command: {enabled: no}\n",

	"plugins: []\noutputs:\n  - eve-log: {enabled: yes, types: [{dns: {version: 2}}, {smtp: {}}, ftp, "
	"smb, ssh, flow]}\n"
	"pcap-file: {checksum-checks: no}\n"
	"app-layer: {protocols: {tls: {encryption-handling: bypass}, pop3: {enabled: detection-only}}}\n"
	"flow: {memcap: 2gb, managers: 1, recyclers: 1}\nstream: {prealloc-sessions: 100000, bypass: no}\n"
	"host: {hash-size: 16384}\ndetect: {prefilter: {default: mpm}}\n",
};

static void
test_settings_take_the_files_that_operators_have(void)
{
	for (size_t i = 0; i < HG_COUNT(operators); i++) {
		struct loaded l;
		char title[16];

		snprintf(title, sizeof(title), "file %zu", i);
		load(&l, operators[i], NULL, 0);
		hg_check_str(title, l.err.text, "");
		hg_check_bool(title, l.settings.event.flow, true);
		unload(&l);
	}
}

/* Settings as `suricata --dump-config` shows them, maps and lists without a value among them. */
static void
test_settings_take_what_the_peer_dumps(void)
{
	static const char *const sets[] = { "action-order=(null)", "action-order.0=alert",
		"action-order.1=drop", "app-layer.protocols.msn=(null)",
		"app-layer.protocols.msn.enabled=detection-only",
		"app-layer.protocols.sip.detection-ports=(null)",
		"app-layer.protocols.sip.detection-ports.dp=5060, 5061",
		"app-layer.protocols.smtp.mime.extract-urls-schemes=(null)",
		"app-layer.protocols.smtp.mime.extract-urls-schemes.0=http",
		"app-layer.protocols.http.libhtp.default-config.response-body-limit=200kb",
		"app-layer.protocols.mqtt.max-msg-length=50", "host-os-policy.old-linux.0=2.2.2.2",
		"exception-policy=ignore", "stream.midstream-policy=pass-flow",
		"app-layer.error-policy=ignore", "stats.decoder-events=true", "decoder.vntag.enabled=true",
		"ignore-unknown-requirements=true", "outputs.1.eve-log.types.1.frame.enabled=yes",
		"outputs.1=(null)", "outputs=(null)" };
	struct loaded l;
	const struct hg_config_node *order;

	load(&l, NULL, sets, HG_COUNT(sets));
	hg_check_str("no error", l.err.text, "");
	order = hg_config_first(hg_config_find(l.config, "action-order"));
	hg_check_str("first action", hg_config_text(order), "alert");
	hg_check_u64("host", policy_of(&l, "2.2.2.2"), HG_OS_OLD_LINUX);
	hg_check_u64("others", policy_of(&l, "2.2.2.3"), HG_OS_WINDOWS);
	hg_check_bool("what stood below a key stays", l.settings.event.anomaly_decode, true);
	unload(&l);
}

/* Nobody outside can know where a table puts what; a replay is the same every time. */
static void
test_settings_of_a_run_hash_by_a_key_of_its_own(void)
{
	const struct hg_hash_key replay = HG_HASH_KEY_REPLAY;
	struct hg_hash_key first = replay;

	for (unsigned i = 0; i < 2; i++) {
		struct loaded l;

		load(&l, NULL, NULL, 0);
		const struct {
			const char *name;
			const struct hg_hash_key *key;
		} keys[] = { { "flows", &l.settings.flow.hash_key },
			{ "datagrams", &l.settings.decode.hash_key },
			{ "thresholds", &l.settings.detect.hash_key },
			{ "meters", &l.settings.anomaly.hash_key } };

		for (size_t k = 0; k < HG_COUNT(keys); k++)
			hg_check_bool(keys[k].name, memcmp(keys[k].key, &replay, sizeof(replay)) == 0, true);
		CU_ASSERT_FATAL(hg_settings_live(&l.settings, l.config, 1, &l.err) == 0);
		for (size_t k = 0; k < HG_COUNT(keys); k++)
			hg_check_bool(keys[k].name, memcmp(keys[k].key, &first, sizeof(first)) == 0, false);
		first = l.settings.detect.hash_key;
		unload(&l);
	}
}

static void
test_overload_takes_no_policy_that_would_inspect_a_flow_in_part(void)
{
	static const struct {
		const char *ips, *policy;
		enum hg_exception want;
		bool refused;
	} rows[] = {
		{ "simulate-ips=yes", "engine.overload-policy=drop-flow", HG_EXCEPTION_DROP_FLOW, false },
		{ "simulate-ips=yes", "engine.overload-policy=drop-packet", HG_EXCEPTION_DROP_PACKET, false },
		{ "simulate-ips=no", "engine.overload-policy=drop-flow", HG_EXCEPTION_IGNORE, false },
		{ "simulate-ips=no", "engine.overload-policy=reject", HG_EXCEPTION_IGNORE, false },
		{ "simulate-ips=no", "engine.overload-policy=bypass", HG_EXCEPTION_BYPASS, false },
		{ "simulate-ips=yes", "exception-policy=drop-flow", HG_EXCEPTION_IGNORE, false },
		{ "simulate-ips=yes", "engine.overload-policy=pass-packet", HG_EXCEPTION_IGNORE, true },
		{ "simulate-ips=yes", "engine.overload-policy=auto", HG_EXCEPTION_IGNORE, true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const char *const sets[] = { rows[i].ips, rows[i].policy };
		struct loaded l;

		load(&l, NULL, sets, HG_COUNT(sets));
		hg_check_bool(rows[i].policy, l.err.text[0] != '\0', rows[i].refused);
		if (!rows[i].refused)
			hg_check_u64(rows[i].policy, l.settings.flow.overload_policy, rows[i].want);
		unload(&l);
	}
}

static void
test_the_key_of_tags_is_a_file_of_some_length(void)
{
	static const struct {
		size_t len;
		bool good;
	} rows[] = { { 0, false }, { 15, false }, { 16, true }, { 64, true }, { 65, false } };
	char path[] = "/tmp/hg-key-XXXXXX", set[64];
	const char *sets[] = { set };
	FILE *file = fdopen(mkstemp(path), "w");

	CU_ASSERT_FATAL(file != NULL);
	snprintf(set, sizeof(set), "privacy.tag-key-file=%s", path);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct loaded l;

		rewind(file);
		for (size_t k = 0; k < rows[i].len; k++)
			fputc('k', file);
		fflush(file);
		load(&l, NULL, sets, 1);
		hg_check_bool("taken", l.err.text[0] == '\0', rows[i].good);
		hg_check_u64("length", l.settings.apps.secrets.key_len, rows[i].good ? rows[i].len : 0);
		unload(&l);
	}
	fclose(file);
	remove(path);
}

static void
test_settings_document_every_key(void)
{
	struct hg_config *c;
	const struct hg_config_key *rows;
	size_t n;

	CU_ASSERT_FATAL(hg_settings_schema(&c) == 0);
	rows = hg_config_schema(c, &n);
	hg_check_bool("many keys", n > 200, true);
	for (size_t i = 0; i < n; i++)
		hg_check_bool(rows[i].name, rows[i].doc != NULL && rows[i].doc[0] != '\0', true);
	hg_config_close(c);
}

HG_TESTS("engine_settings", HG_TEST(test_settings_without_a_file_are_those_of_the_peers_shipped_one),
	HG_TEST(test_settings_of_an_empty_file_are_the_peers_inner_defaults),
	HG_TEST(test_settings_follow_what_is_set),
	HG_TEST(test_settings_choose_overlap_policy_by_the_longest_prefix),
	HG_TEST(test_settings_say_what_is_wrong_and_where),
	HG_TEST(test_settings_take_the_files_that_operators_have),
	HG_TEST(test_settings_take_what_the_peer_dumps),
	HG_TEST(test_settings_of_a_run_hash_by_a_key_of_its_own),
	HG_TEST(test_overload_takes_no_policy_that_would_inspect_a_flow_in_part),
	HG_TEST(test_the_key_of_tags_is_a_file_of_some_length), HG_TEST(test_settings_document_every_key))
