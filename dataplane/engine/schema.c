#include "engine/settings.h"

#include <stdlib.h>

/* Every key of the configuration but those of decoders, which bring their own. Names and defaults are the peer's where it has
 * the setting (peer-semantics, Appendix C). */
static const struct hg_config_key keys[] = {
	{ "vars", HG_CONFIG_MAP, NULL, NULL, NULL, "address-groups and port-groups that rules name with $" },
	{ "classification-file", HG_CONFIG_STR, "/etc/suricata/classification.config", NULL, NULL,
		"classes of rules and their priorities" },
	{ "reference-config-file", HG_CONFIG_STR, NULL, NULL, NULL,
		"addresses behind the references of rules" },
	{ "threshold-file", HG_CONFIG_STR, NULL, NULL, NULL, "event_filter, suppress and rate_filter lines" },
	{ "default-rule-path", HG_CONFIG_STR, NULL, NULL, NULL, "folder of rule-files" },
	{ "rule-files", HG_CONFIG_LIST, NULL, NULL, NULL, "rule files, replaced by -S" },
	{ "rules.strict", HG_CONFIG_BOOL, "no", NULL, NULL, "a refused rule is an error" },
	{ "rules.cache", HG_CONFIG_BOOL, "yes", NULL, NULL, "keep compiled pattern databases on disk" },
	{ "rules.cache-dir", HG_CONFIG_STR, NULL, NULL, NULL, "where; default: $XDG_CACHE_HOME/hangu" },
	{ "compat", HG_CONFIG_ENUM, "native", "native|suricata7", NULL,
		"answer as we find right, or as Suricata 7 does" },
	{ "simulate-ips", HG_CONFIG_BOOL, "no", NULL, NULL, "inspect as if inline" },
	{ "packet-alert-max", HG_CONFIG_INT, "15", "0..255", "alerts", "alerts kept a packet" },
	{ "action-order", HG_CONFIG_LIST, NULL, NULL, NULL, "pass, drop, reject, alert" },
	{ "capture.checksum-validation", HG_CONFIG_ENUM, "all", "all|none|auto|yes|no", NULL,
		"check packets' checksums" },
	{ "memory", HG_CONFIG_SIZE, "2gb", NULL, "bytes",
		"what decoders, streams and transactions of a worker may hold" },
	{ "replay.burst", HG_CONFIG_INT, "32", "1..64", "frames",
		"frames that go through the front half together" },

	{ "stream.midstream", HG_CONFIG_BOOL, "no", NULL, NULL, "pick up sessions whose begin was not seen" },
	{ "stream.async-oneside", HG_CONFIG_BOOL, "no", NULL, NULL,
		"follow sessions of which one side is seen" },
	{ "stream.drop-invalid", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"inline: drop segments that fail the state checks" },
	{ "stream.max-syn-queued", HG_CONFIG_INT, "10", "0..255", NULL, "SYN variants remembered" },
	{ "stream.max-synack-queued", HG_CONFIG_INT, "5", "0..255", NULL, "SYN/ACK variants remembered" },
	{ "stream.reassembly.memcap", HG_CONFIG_SIZE, "256mb", NULL, "bytes", "payload held" },
	{ "stream.reassembly.depth", HG_CONFIG_SIZE, "1mb", NULL, "bytes", "inspected a direction; 0: all" },
	{ "stream.reassembly.toserver-chunk-size", HG_CONFIG_SIZE, "2560", NULL, "bytes",
		"raw inspection step" },
	{ "stream.reassembly.toclient-chunk-size", HG_CONFIG_SIZE, "2560", NULL, "bytes",
		"raw inspection step" },
	{ "stream.reassembly.raw", HG_CONFIG_BOOL, "yes", NULL, NULL, "inspect raw stream data" },
	{ "stream.reassembly.check-overlap-different-data", HG_CONFIG_BOOL, "no", NULL, NULL,
		"compare overlapping bytes" },
	{ "stream.reassembly.max-pieces", HG_CONFIG_INT, "4096", "1..65535", NULL,
		"out-of-order pieces a direction" },
	{ "stream.reassembly.urgent.policy", HG_CONFIG_ENUM, "inline", "inline|drop|oob|gap", NULL,
		"urgent data" },
	{ "stream", HG_CONFIG_IGNORED, NULL, NULL, NULL, "memory of streams is governed by `memory` here" },
	{ "host-os-policy", HG_CONFIG_MAP, NULL, NULL, NULL, "which overlap policy a destination has" },

	{ "flow.max", HG_CONFIG_INT, "1000000", "1..100000000", "flows", "cap of a worker's table" },
	{ "flow.emergency-recovery", HG_CONFIG_INT, "30", "1..99", "per cent",
		"free flows that end an emergency" },
	{ "flow", HG_CONFIG_IGNORED, NULL, NULL, NULL, "the table is sized by flow.max here" },
	{ "flow-timeouts.*.new", HG_CONFIG_INT, NULL, "0..4294967295", "seconds", "unanswered" },
	{ "flow-timeouts.*.established", HG_CONFIG_INT, NULL, "0..4294967295", "seconds", "answered" },
	{ "flow-timeouts.*.closed", HG_CONFIG_INT, NULL, "0..4294967295", "seconds", "closed" },
	{ "flow-timeouts", HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"emergency time-outs follow the others here" },
	{ "vlan.use-for-tracking", HG_CONFIG_BOOL, "yes", NULL, NULL, "VLAN ids belong to a flow" },

	{ "defrag.memcap", HG_CONFIG_SIZE, "32mb", NULL, "bytes", "fragments held" },
	{ "defrag.trackers", HG_CONFIG_INT, "65535", "1..1000000", NULL, "datagrams being rebuilt" },
	{ "defrag.max-frags", HG_CONFIG_INT, "65535", "1..1000000", NULL, "fragments held" },
	{ "defrag.timeout", HG_CONFIG_INT, "60", "1..3600", "seconds", "how long fragments wait" },
	{ "defrag", HG_CONFIG_IGNORED, NULL, NULL, NULL, "of no effect here" },
	{ "decoder.teredo.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "decode Teredo" },
	{ "decoder.vxlan.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "decode VXLAN" },
	{ "decoder.geneve.enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "decode GENEVE" },
	{ "decoder.max-layers", HG_CONFIG_INT, "16", "1..64", NULL, "layers a packet" },
	{ "decoder", HG_CONFIG_IGNORED, NULL, NULL, NULL, "of no effect here" },

	{ "detect.inspection-recursion-limit", HG_CONFIG_INT, "3000", "1..1000000", "steps",
		"work a rule may cost on one buffer" },
	{ "detect", HG_CONFIG_IGNORED, NULL, NULL, NULL, "rules are grouped in our own way" },
	{ "pcre.match-limit", HG_CONFIG_INT, "3500", "1..100000000", NULL, "PCRE2 match limit" },
	{ "pcre.match-limit-recursion", HG_CONFIG_INT, "1500", "1..100000000", NULL, "PCRE2 depth limit" },
	{ "detect-thresholds", HG_CONFIG_INT, "65536", "64..16777216", "entries",
		"addresses with threshold state" },
	{ "outputs", HG_CONFIG_LIST, NULL, NULL, NULL, "eve-log and its types" },
	{ "app-layer", HG_CONFIG_IGNORED, NULL, NULL, NULL, "of no effect here" },

	{ "*", HG_CONFIG_IGNORED, NULL, NULL, NULL, "of no effect in this build" },
};

static size_t
append(struct hg_config_key *all, size_t n, const struct hg_config_key *more, size_t count)
{
	for (size_t i = 0; i < count; i++)
		all[n + i] = more[i];
	return n + count;
}

int
hg_settings_schema(struct hg_config **ret)
{
	static struct hg_config_key all[512];
	const struct hg_decoder *d;
	const struct hg_config_key *shared;
	size_t count, n = append(all, 0, keys, HG_COUNT(keys));

	shared = hg_app_config_keys(&count);
	n = append(all, n, shared, count);
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		n = append(all, n, d->config_keys, d->n_config_keys);
	return hg_config_open(ret, all, n);
}
