#include "engine/keys.h"

/* Per class of flows: new, established, closed, bypassed, then the four of an emergency. */
#define EXCEPTIONS "ignore|auto|pass-packet|pass-flow|bypass|drop-packet|drop-flow|reject"

#define TIMEOUT(class, state, seconds, doc)                                                               \
	{                                                                                                 \
		"flow-timeouts." class "." state, HG_CONFIG_INT, seconds, "0..4294967295", "seconds", doc \
	}
#define TIMEOUTS(class, n, e, c, b, en, ee, ec, eb)                                                  \
	TIMEOUT(class, "new", n, "end of a flow that one side only has sent in"),                    \
		TIMEOUT(class, "established", e, "end of a flow that both sides have sent in"),      \
		TIMEOUT(class, "closed", c, "end of a flow that was closed"),                        \
		TIMEOUT(class, "bypassed", b, "end of a flow that is not looked into any more"),     \
		TIMEOUT(class, "emergency-new", en, "new, while the table is full"),                 \
		TIMEOUT(class, "emergency-established", ee, "established, while the table is full"), \
		TIMEOUT(class, "emergency-closed", ec, "closed, while the table is full"),           \
		TIMEOUT(class, "emergency-bypassed", eb, "bypassed, while the table is full")

static const struct hg_config_key keys[] = {
	/* rules */
	{ "vars.address-groups", HG_CONFIG_MAP, NULL, NULL, NULL, "addresses that rules name with $" },
	{ "vars.port-groups", HG_CONFIG_MAP, NULL, NULL, NULL, "ports that rules name with $" },
	{ "default-rule-path", HG_CONFIG_STR, NULL, NULL, NULL,
		"folder of rule-files without one of their own" },
	{ "rule-files", HG_CONFIG_LIST, NULL, NULL, NULL, "rule files; -S replaces them" },
	{ "classification-file", HG_CONFIG_STR, "/etc/suricata/classification.config", NULL, NULL,
		"classes of rules: name, description, priority" },
	{ "threshold-file", HG_CONFIG_STR, NULL, NULL, NULL,
		"lines of event_filter, suppress and rate_filter" },
	{ "rules.strict", HG_CONFIG_BOOL, "no", NULL, NULL, "a refused rule is an error" },
	{ "rules.cache", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"keep compiled patterns on disk for the next start" },
	{ "rules.cache-dir", HG_CONFIG_STR, NULL, NULL, NULL, "where; not set: $XDG_CACHE_HOME/hangu" },
	{ "packet-alert-max", HG_CONFIG_INT, "15", "0..255", "alerts", "alerts of one packet that are kept" },
	{ "action-order", HG_CONFIG_LIST, NULL, NULL, NULL,
		"which action is decided first; not set: pass, drop, reject, alert" },
	{ "compat", HG_CONFIG_ENUM, "native", "native|suricata7", NULL,
		"where the peer errs: answer rightly, or as Suricata 7 does" },
	{ "simulate-ips", HG_CONFIG_BOOL, "no", NULL, NULL, "inspect as if inline; --simulate-ips" },

	/* packets */
	{ "capture.checksum-validation", HG_CONFIG_ENUM, NULL, "all|none|auto|yes|no", NULL,
		"distrust packets with wrong checksums; -k; auto is all; not set: as "
		"pcap-file.checksum-checks" },
	{ "pcap-file.checksum-checks", HG_CONFIG_ENUM, "auto", "auto|yes|no", NULL,
		"the same for captures under the peer's name; auto is yes" },
	{ "vlan.use-for-tracking", HG_CONFIG_BOOL, "yes", NULL, NULL, "VLAN ids belong to a flow's key" },
	{ "decoder.recursion-level.use-for-tracking", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"the depth of tunnels belongs to a flow's key" },
	{ "decoder.max-layers", HG_CONFIG_INT, "16", "1..64", "layers",
		"headers of one packet that are decoded" },
	{ "decoder.teredo.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "look into Teredo" },
	{ "decoder.teredo.ports", HG_CONFIG_LIST, "3544", NULL, NULL, "its UDP ports, four at most" },
	{ "decoder.vxlan.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "look into VXLAN" },
	{ "decoder.vxlan.ports", HG_CONFIG_LIST, "4789", NULL, NULL, "its UDP ports, four at most" },
	{ "decoder.geneve.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "look into GENEVE" },
	{ "decoder.geneve.ports", HG_CONFIG_LIST, "6081", NULL, NULL, "its UDP ports, four at most" },
	{ "decoder.ipip.enabled", HG_CONFIG_ENUM, "auto", "auto|yes|no", NULL,
		"look into IPv4 in IPv4; auto: unless compat is suricata7" },
	{ "defrag.memcap", HG_CONFIG_SIZE, "32mb", NULL, "bytes", "fragments held" },
	{ "defrag.memcap-policy", HG_CONFIG_ENUM, NULL, EXCEPTIONS, NULL,
		"what happens to a fragment for which there is no room; exception-policy else" },
	{ "defrag.trackers", HG_CONFIG_INT, "65535", "1..1000000", "datagrams", "datagrams being rebuilt" },
	{ "defrag.max-frags", HG_CONFIG_INT, "65535", "1..1000000", "fragments", "fragments held" },
	{ "defrag.timeout", HG_CONFIG_INT, "60", "1..3600", "seconds",
		"how long fragments wait for the rest" },
	{ "host-os-policy", HG_CONFIG_MAP, NULL, NULL, NULL,
		"whose way of overlapping a destination has: policy and its addresses; longest prefix, else "
		"bsd" },

	/* flows */
	{ "flow.max", HG_CONFIG_INT, "1000000", "1..100000000", "flows",
		"flows at a time; from 65536 on, a sixteenth of them for each part of the address pairs" },
	{ "flow.memcap-policy", HG_CONFIG_ENUM, NULL, EXCEPTIONS, NULL,
		"what happens to a packet when no flow can be made; exception-policy else" },
	{ "flow.emergency-recovery", HG_CONFIG_INT, "30", "1..99", "per cent",
		"how much of the table must be free again to end an emergency" },
	TIMEOUTS("default", "30", "300", "0", "100", "10", "100", "0", "50"),
	TIMEOUTS("tcp", "60", "600", "60", "100", "5", "100", "10", "50"),
	TIMEOUTS("udp", "30", "300", "0", "100", "10", "100", "0", "50"),
	TIMEOUTS("icmp", "30", "300", "0", "100", "10", "100", "0", "50"),

	/* what is done with traffic that cannot be inspected */
	{ "exception-policy", HG_CONFIG_ENUM, "auto", EXCEPTIONS, NULL,
		"for all exceptions that have no policy of their own; auto: inline drop-flow, else ignore" },
	{ "app-layer.error-policy", HG_CONFIG_ENUM, NULL, EXCEPTIONS, NULL,
		"what happens when a decoder gives up; exception-policy else" },

	/* streams */
	{ "stream.midstream", HG_CONFIG_BOOL, "no", NULL, NULL, "take up sessions whose begin was not seen" },
	{ "stream.midstream-policy", HG_CONFIG_ENUM, NULL, EXCEPTIONS, NULL,
		"what happens to sessions whose begin was not seen; exception-policy else" },
	{ "stream.memcap-policy", HG_CONFIG_ENUM, NULL, EXCEPTIONS, NULL,
		"what happens to a packet when no session can be made; exception-policy else" },
	{ "stream.liberal-timestamps", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"accept time stamps of segments that are one behind" },
	{ "stream.async-oneside", HG_CONFIG_BOOL, "no", NULL, NULL,
		"follow sessions of which one side is seen" },
	{ "stream.checksum-validation", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"distrust TCP segments with wrong checksums" },
	{ "stream.inline", HG_CONFIG_ENUM, "auto", "auto|yes|no", NULL,
		"bytes are visible on arrival; auto: with simulate-ips" },
	{ "stream.drop-invalid", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"inline: drop segments that fail the checks of the session" },
	{ "stream.max-syn-queued", HG_CONFIG_INT, "10", "0..255", "SYNs",
		"differing SYNs that are remembered" },
	{ "stream.max-synack-queued", HG_CONFIG_INT, "5", "0..255", "SYN/ACKs",
		"differing SYN/ACKs that are remembered" },
	{ "stream.reassembly.memcap", HG_CONFIG_SIZE, "256mb", NULL, "bytes", "payload held" },
	{ "stream.reassembly.memcap-policy", HG_CONFIG_ENUM, NULL, EXCEPTIONS, NULL,
		"what happens to a segment for which there is no room; exception-policy else" },
	{ "stream.reassembly.depth", HG_CONFIG_SIZE, "0", NULL, "bytes",
		"inspected of a direction, 0: all; 1mb without a configuration file" },
	{ "stream.reassembly.toserver-chunk-size", HG_CONFIG_SIZE, "2560", NULL, "bytes",
		"raw bytes to the server are inspected in steps of this size" },
	{ "stream.reassembly.toclient-chunk-size", HG_CONFIG_SIZE, "2560", NULL, "bytes",
		"raw bytes to the client are inspected in steps of this size" },
	{ "stream.reassembly.raw", HG_CONFIG_BOOL, "yes", NULL, NULL, "inspect raw bytes of streams" },
	{ "stream.reassembly.check-overlap-different-data", HG_CONFIG_BOOL, "no", NULL, NULL,
		"compare bytes that were sent twice; inline: always" },
	{ "stream.reassembly.max-pieces", HG_CONFIG_INT, "4096", "1..65535", "pieces",
		"pieces out of order a direction may hold" },
	{ "stream.reassembly.urgent.policy", HG_CONFIG_ENUM, "inline", "inline|drop|oob|gap", NULL,
		"what becomes of urgent data" },
	{ "stream.reassembly.urgent.oob-limit-policy", HG_CONFIG_ENUM, "inline", "inline|drop|gap", NULL,
		"… when more than 65535 bytes were taken out" },
	{ "memory", HG_CONFIG_SIZE, "2gb", NULL, "bytes",
		"what decoders, streams and transactions of a worker may hold" },

	/* detection */
	{ "detect.inspection-recursion-limit", HG_CONFIG_INT, "3000", "1..1000000", "steps",
		"work that a rule may cost on one buffer" },
	{ "detect-thresholds", HG_CONFIG_INT, "65536", "64..16777216", "addresses",
		"addresses with threshold or xbit state" },
	{ "pcre.match-limit", HG_CONFIG_INT, "3500", "1..100000000", "steps",
		"work of one regular expression" },
	{ "pcre.match-limit-recursion", HG_CONFIG_INT, "1500", "1..100000000", "levels",
		"depth of one regular expression" },

	/* events; those of decoders follow their event_type */
	{ "outputs.eve-log.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "write events" },
	{ "outputs.eve-log.filetype", HG_CONFIG_ENUM, "regular", "regular|unix_stream|unix_dgram", NULL,
		"where a run writes; replay writes where -l says" },
	{ "outputs.eve-log.filename", HG_CONFIG_STR, "eve.json", NULL, NULL,
		"of a file or socket, below default-log-dir; conversions of strftime are replaced" },
	{ "outputs.eve-log.filemode", HG_CONFIG_STR, "640", NULL, NULL, "permissions of a new file, octal" },
	{ "outputs.eve-log.append", HG_CONFIG_BOOL, "yes", NULL, NULL, "keep what is in the file at start" },
	{ "outputs.eve-log.prefix", HG_CONFIG_STR, "", NULL, NULL,
		"text in front of each record, as @cee: " },
	{ "outputs.eve-log.rotate-interval", HG_CONFIG_STR, NULL, NULL, NULL,
		"begin a new file each minute, hour or day, or after 90s, 30m, 12h, 7d" },
	{ "outputs.eve-log.rotate-size", HG_CONFIG_SIZE, "0", NULL, "bytes",
		"begin a new file when it has reached this size; 0: never" },
	{ "outputs.eve-log.rotate-keep", HG_CONFIG_INT, "10", "0..1000", "files",
		"old files of one name: eve.json.1 is the latest" },
	{ "outputs.eve-log.queue", HG_CONFIG_SIZE, "8mb", NULL, "bytes",
		"records that wait for this output; more are lost and counted" },
	{ "outputs.eve-log.community-id", HG_CONFIG_BOOL, "no", NULL, NULL,
		"put Community ID on records of flows" },
	{ "outputs.eve-log.community-id-seed", HG_CONFIG_INT, "0", "0..65535", NULL, "its seed" },
	{ "outputs.eve-log.pcap-file", HG_CONFIG_BOOL, "no", NULL, NULL,
		"records name the capture that they come from" },
	{ "outputs.eve-log.metadata", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"put flowbits and flowints on records" },
	{ "outputs.eve-log.types.alert.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "records of alerts" },
	{ "outputs.eve-log.types.alert.metadata", HG_CONFIG_MAP, "yes", NULL, NULL,
		"what an alert says beside the rule: yes, no, or app-layer, flow and rule.metadata each" },
	{ "outputs.eve-log.types.alert.payload", HG_CONFIG_BOOL, "no", NULL, NULL, "payload in base64" },
	{ "outputs.eve-log.types.alert.payload-printable", HG_CONFIG_BOOL, "no", NULL, NULL,
		"payload as text" },
	{ "outputs.eve-log.types.alert.packet", HG_CONFIG_BOOL, "no", NULL, NULL,
		"the whole packet in base64" },
	{ "outputs.eve-log.types.alert.verdict", HG_CONFIG_BOOL, "no", NULL, NULL,
		"what became of the packet; yes without a configuration file" },
	{ "outputs.eve-log.types.anomaly.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"records of anomalies" },
	{ "outputs.eve-log.types.anomaly.types.decode", HG_CONFIG_BOOL, "no", NULL, NULL,
		"those of packets; yes without a configuration file" },
	{ "outputs.eve-log.types.anomaly.types.stream", HG_CONFIG_BOOL, "no", NULL, NULL,
		"those of TCP; yes without a configuration file" },
	{ "outputs.eve-log.types.anomaly.types.applayer", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"those of protocols" },
	{ "outputs.eve-log.types.files.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "records of files" },
	{ "outputs.eve-log.types.files.force-hash", HG_CONFIG_LIST, NULL, NULL, NULL,
		"digests that every file gets: md5, sha1, sha256, sm3" },
	{ "outputs.eve-log.types.flow.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"records of flows that ended" },
	{ "outputs.eve-log.types.drop.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"records of dropped packets" },
	{ "outputs.eve-log.types.drop.flows", HG_CONFIG_ENUM, "start", "start|all", NULL,
		"the first packet of each direction, or all; all without a configuration file" },
	{ "outputs.eve-log.types.drop.alerts", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"with the rule that dropped" },
	{ "outputs.eve-log.types.drop.verdict", HG_CONFIG_BOOL, "no", NULL, NULL,
		"with the verdict; yes without a configuration file" },
	{ "outputs.eve-log.types.detection.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"records of attacks that meters have shown: docs/anomaly.md" },
	{ "outputs.eve-log.types.stats.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "records of counters" },

	{ "stats.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "write records of counters" },
	{ "stats.interval", HG_CONFIG_INT, "0", "0..86400", "seconds",
		"packet time from one record of counters to the next; 0: one at the end" },

	/* live */
	{ "dpdk.interfaces", HG_CONFIG_LIST, NULL, NULL, NULL,
		"devices to listen on or to stand between, each with interface, copy-iface, copy-mode, "
		"threads, mtu "
		"and more: docs/live.md" },
	{ "dpdk.eal-params", HG_CONFIG_MAP, NULL, NULL, NULL, "options of DPDK itself, as `file-prefix: x`" },
	{ "af-packet", HG_CONFIG_LIST, NULL, NULL, NULL,
		"the same of the kernel's interfaces, read when dpdk.interfaces is not set" },
	{ "linkage", HG_CONFIG_MAP, NULL, NULL, NULL,
		"who is shut out for what, and where: read by hangu-linkd, docs/linkage.md" },
	{ "engine.burst", HG_CONFIG_INT, "32", "1..64", "frames",
		"frames that are taken from a device at once" },
	{ "block.max", HG_CONFIG_INT, "1048576", "1024..16777216", "entries",
		"addresses, prefixes and connections that the block table may hold" },
	{ "engine.busy-poll", HG_CONFIG_BOOL, "no", NULL, NULL,
		"never sleep between packets: lowest delay, a whole core" },

	/* a run's way out and its sockets */
	{ "default-log-dir", HG_CONFIG_STR, "/var/log/hangu", NULL, NULL,
		"folder of files without one of their own" },
	{ "output.ring", HG_CONFIG_SIZE, "4mb", NULL, "bytes",
		"records of a worker on their way to the output thread; more are lost and counted" },
	{ "event-socket.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "give records to whoever connects" },
	{ "event-socket.filename", HG_CONFIG_STR, "events.sock", NULL, NULL, "its socket, below /run/hangu" },
	{ "event-socket.filemode", HG_CONFIG_STR, "660", NULL, NULL, "its permissions, octal" },
	{ "event-socket.subscribers", HG_CONFIG_INT, "16", "1..256", "subscribers",
		"at a time; more are refused" },
	{ "event-socket.queue", HG_CONFIG_SIZE, "4mb", NULL, "bytes",
		"records that wait for a subscriber; more are lost for it and counted" },
	{ "unix-command.enabled", HG_CONFIG_ENUM, "auto", "auto|yes|no", NULL,
		"the control socket of a run; auto is yes" },
	{ "unix-command.filename", HG_CONFIG_STR, "control.sock", NULL, NULL,
		"its socket, below /run/hangu" },
	{ "unix-command.filemode", HG_CONFIG_STR, "660", NULL, NULL, "its permissions, octal" },

	/* the process */
	{ "logging.default-log-level", HG_CONFIG_ENUM, "notice",
		"error|warning|notice|info|perf|config|debug", NULL,
		"what the operator is told on standard error" },
	{ "replay.burst", HG_CONFIG_INT, "32", "1..64", "frames",
		"frames that go through decoding together" },
};

const struct hg_config_key *
hg_keys(size_t *n)
{
	*n = HG_COUNT(keys);
	return keys;
}
