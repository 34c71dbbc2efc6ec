#include "engine/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/difference.h"
#include "base/log.h"
#include "engine/exceptions.h"
#include "engine/privacy.h"
#include "file/file.h"
#include "rules/lang/port.h"

static const struct {
	const char *name;
	uint8_t policy;
} policies[] = {
	{ "bsd", HG_OS_BSD },
	{ "bsd-right", HG_OS_BSD_RIGHT },
	{ "old-linux", HG_OS_OLD_LINUX },
	{ "linux", HG_OS_LINUX },
	{ "old-solaris", HG_OS_OLD_SOLARIS },
	{ "solaris", HG_OS_SOLARIS },
	{ "hpux10", HG_OS_HPUX10 },
	{ "hpux11", HG_OS_HPUX11 },
	{ "irix", HG_OS_IRIX },
	{ "macos", HG_OS_MACOS },
	{ "windows", HG_OS_WINDOWS },
	{ "vista", HG_OS_VISTA },
	{ "windows2k3", HG_OS_WINDOWS2K3 },
};

static bool
in_prefix(const struct hg_os_row *row, const struct hg_addr *host)
{
	unsigned whole = row->bits / 8, rest = row->bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	return memcmp(row->prefix.b, host->b, whole) == 0 &&
		(rest == 0 || ((row->prefix.b[whole] ^ host->b[whole]) & mask) == 0);
}

static uint8_t
os_policy(const void *arg, const struct hg_addr *host, uint8_t family)
{
	const struct hg_os_table *t = arg;
	uint8_t policy = HG_OS_BSD;
	int best = -1;

	for (unsigned i = 0; i < t->n; i++) {
		const struct hg_os_row *row = &t->rows[i];

		if (row->family == family && row->bits > best && in_prefix(row, host)) {
			best = row->bits;
			policy = row->policy;
		}
	}
	return policy;
}

static int
add_host(struct hg_settings *s, uint8_t policy, struct hg_span text, const struct hg_config_node *node,
	struct hg_error *err)
{
	struct hg_os_row row = { .policy = policy };
	size_t slash = hg_span_find(text, 0, '/');
	bool good = hg_addr_parse(
		hg_span_sub(text, 0, slash == SIZE_MAX ? text.len : slash), &row.prefix, &row.family);
	uint8_t most = row.family == 4 ? 32 : 128;

	row.bits = most;
	if (good && slash != SIZE_MAX)
		good = hg_addr_parse_bits(hg_span_from(text, slash + 1), most, &row.bits);
	if (good && s->os.n < HG_OS_ROWS) {
		s->os.rows[s->os.n++] = row;
		return 0;
	}
	if (good)
		hg_error_set(err, -EINVAL, "host-os-policy: more than %d addresses", HG_OS_ROWS);
	else
		hg_error_set(err, -EINVAL, "host-os-policy: '%.*s' is neither an address nor a prefix",
			(int)text.len, (const char *)text.p);
	hg_config_place(node, err);
	return -EINVAL;
}

static int
add_hosts(struct hg_settings *s, uint8_t policy, const char *list, const struct hg_config_node *node,
	struct hg_error *err)
{
	struct hg_span text = hg_span_str(list);

	for (size_t from = 0; from < text.len;) {
		size_t end = from;
		struct hg_span one;

		while (end < text.len && text.p[end] != ',' && text.p[end] != '[' && text.p[end] != ']')
			end++;
		one = hg_span_trim(hg_span_sub(text, from, end - from));
		if (one.len > 0) {
			int r = add_host(s, policy, one, node, err);

			if (r < 0)
				return r;
		}
		from = end + 1;
	}
	return 0;
}

static int
find_policy(const struct hg_config_node *n, uint8_t *policy, struct hg_error *err)
{
	const char *names[HG_COUNT(policies)], *near;

	for (size_t i = 0; i < HG_COUNT(policies); i++) {
		names[i] = policies[i].name;
		*policy = policies[i].policy;
		if (strcasecmp(names[i], hg_config_name(n)) == 0)
			return 0;
	}
	near = hg_nearest(hg_config_name(n), names, HG_COUNT(names));
	hg_error_set(err, -EINVAL, "host-os-policy: there is no policy '%s'%s%s%s", hg_config_name(n),
		near == NULL ? "" : "; did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?");
	hg_config_place(n, err);
	return -EINVAL;
}

static int
read_hosts(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *map = hg_config_find(c, "host-os-policy");

	for (const struct hg_config_node *n = hg_config_first(map); n != NULL; n = hg_config_next(n)) {
		const struct hg_config_node *item = hg_config_text(n) != NULL ? n : hg_config_first(n);
		uint8_t policy;
		int r = find_policy(n, &policy, err);

		for (; item != NULL && r == 0; item = item == n ? NULL : hg_config_next(item))
			if (hg_config_text(item) != NULL)
				r = add_hosts(s, policy, hg_config_text(item), item, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static void
read_timeouts(struct hg_settings *s, const struct hg_config *c)
{
	static const char *const classes[HG_FLOW_CLASSES] = { "default", "tcp", "udp", "icmp" };

	for (unsigned i = 0; i < HG_FLOW_CLASSES; i++) {
		struct hg_flow_timeouts *t = &s->flow.timeouts[i];
		struct {
			const char *name;
			uint32_t *value;
		} rows[] = { { "new", &t->new_ }, { "established", &t->established },
			{ "closed", &t->closed }, { "bypassed", &t->bypassed },
			{ "emergency-new", &t->emergency_new },
			{ "emergency-established", &t->emergency_established },
			{ "emergency-closed", &t->emergency_closed },
			{ "emergency-bypassed", &t->emergency_bypassed } };

		for (size_t k = 0; k < HG_COUNT(rows); k++) {
			char key[64];

			snprintf(key, sizeof(key), "flow-timeouts.%s.%s", classes[i], rows[k].name);
			*rows[k].value = (uint32_t)hg_config_int(c, key);
		}
	}
}

static enum hg_urgent
urgent_of(const char *name)
{
	switch (name[0]) {
	case 'd':
		return HG_URGENT_DROP;
	case 'o':
		return HG_URGENT_OOB;
	case 'g':
		return HG_URGENT_GAP;
	default:
		return HG_URGENT_INLINE;
	}
}

static void
read_stream(struct hg_settings *s, const struct hg_config *c)
{
	struct hg_stream_config *t = &s->stream;
	const char *urgent = hg_config_str(c, "stream.reassembly.urgent.policy");
	const char *at_once = hg_config_str(c, "stream.inline");

	hg_stream_config_init(t);
	t->ips = strcmp(at_once, "auto") == 0 ? s->ips : strcmp(at_once, "yes") == 0;
	t->suricata7 = s->suricata7;
	t->midstream = hg_config_bool(c, "stream.midstream");
	t->async_oneside = hg_config_bool(c, "stream.async-oneside");
	t->drop_invalid = hg_config_bool(c, "stream.drop-invalid");
	t->check_overlap = hg_config_bool(c, "stream.reassembly.check-overlap-different-data") || t->ips;
	s->flow.synack_begins = t->midstream || t->async_oneside;
	t->depth = hg_config_size(c, "stream.reassembly.depth");
	t->chunk[HG_TO_SERVER] = (uint32_t)hg_config_size(c, "stream.reassembly.toserver-chunk-size");
	t->chunk[HG_TO_CLIENT] = (uint32_t)hg_config_size(c, "stream.reassembly.toclient-chunk-size");
	t->raw = hg_config_bool(c, "stream.reassembly.raw");
	t->max_sessions = s->flow.max_flows;
	t->max_syn_queued = (uint32_t)hg_config_int(c, "stream.max-syn-queued");
	t->max_synack_queued = (uint32_t)hg_config_int(c, "stream.max-synack-queued");
	t->max_pieces = (uint32_t)hg_config_int(c, "stream.reassembly.max-pieces");
	t->memcap = hg_config_size(c, "stream.reassembly.memcap");
	t->urgent = urgent_of(urgent);
	t->urgent_limit = urgent_of(hg_config_str(c, "stream.reassembly.urgent.oob-limit-policy"));
	t->liberal_timestamps = hg_config_bool(c, "stream.liberal-timestamps");
	t->os_policy = os_policy;
	t->os_policy_arg = &s->os;
}

/* -k, else what a file says about captures; what TCP alone would trust is trusted altogether. */
static bool
check_checksums(const struct hg_config *c)
{
	const char *of_all = hg_config_str(c, "capture.checksum-validation");
	const char *mode = of_all == NULL ? hg_config_str(c, "pcap-file.checksum-checks") : of_all;

	return strcmp(mode, "none") != 0 && strcmp(mode, "no") != 0 &&
		hg_config_bool(c, "stream.checksum-validation");
}

static bool
find_port_group(const void *ctx, struct hg_span name, struct hg_span *value)
{
	const struct hg_config_node *n = hg_config_first(hg_config_find(ctx, "vars.port-groups"));

	for (; n != NULL; n = hg_config_next(n)) {
		if (hg_config_text(n) != NULL && hg_span_eq(hg_span_str(hg_config_name(n)), name)) {
			*value = hg_span_str(hg_config_text(n));
			return true;
		}
	}
	return false;
}

/* A table is not cut into smaller parts than this: one pair of addresses may need that many. */
#define FLOWS_OF_PART 4096

#define PORTS_TEXT 256

/* A YAML list as one text of the rules' notation. */
static const char *
list_text(const struct hg_config_node *list, char buf[PORTS_TEXT])
{
	const struct hg_config_node *n = hg_config_first(list);
	size_t used = 0;

	for (; n != NULL && used < PORTS_TEXT; n = hg_config_next(n))
		used += (size_t)snprintf(buf + used, PORTS_TEXT - used, "%s%s", used == 0 ? "[" : ",",
			hg_config_text(n) == NULL ? "" : hg_config_text(n));
	if (used < PORTS_TEXT)
		used += (size_t)snprintf(buf + used, PORTS_TEXT - used, "]");
	return buf;
}

/* Single ports, four at most, variables as in rules. */
static int
read_ports(uint16_t out[4], const struct hg_config *c, const char *key, struct hg_error *err)
{
	const struct hg_vars vars = { find_port_group, c };
	const struct hg_config_node *n = hg_config_find(c, key);
	char buf[PORTS_TEXT];
	const char *text = n != NULL && hg_config_text(n) == NULL ? list_text(n, buf) : hg_config_str(c, key);
	struct hg_error why = { 0 };
	struct hg_portset *set = NULL;
	unsigned count = 0;
	int r = hg_portset_open(&set, hg_span_str(text), &vars, &why);

	for (uint32_t i = 0; r == 0 && i < set->n; i++) {
		for (uint32_t port = set->ranges[i].from; port <= set->ranges[i].to && count <= 4; port++) {
			if (count < 4)
				out[count] = (uint16_t)port;
			count++;
		}
	}
	hg_portset_close(set);
	if (r == 0 && count <= 4) {
		memset(out + count, 0, (4 - count) * sizeof(out[0]));
		return 0;
	}
	hg_error_set(err, -EINVAL, "%s: %s", key, r < 0 ? why.text : "takes four ports at most");
	if (n != NULL)
		hg_config_place(n, err);
	return -EINVAL;
}

static int
read_tunnels(struct hg_decode_config *d, const struct hg_config *c, struct hg_error *err)
{
	int r = read_ports(d->teredo_ports, c, "decoder.teredo.ports", err);

	d->teredo = hg_config_bool(c, "decoder.teredo.enabled");
	d->vxlan = hg_config_bool(c, "decoder.vxlan.enabled");
	d->geneve = hg_config_bool(c, "decoder.geneve.enabled");
	if (r == 0)
		r = read_ports(d->vxlan_ports, c, "decoder.vxlan.ports", err);
	return r < 0 ? r : read_ports(d->geneve_ports, c, "decoder.geneve.ports", err);
}

static int
read_decode(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	struct hg_decode_config *d = &s->decode;
	const char *ipip = hg_config_str(c, "decoder.ipip.enabled");

	hg_decode_config_init(d);
	d->check_checksums = check_checksums(c);
	d->ipip = strcmp(ipip, "auto") == 0 ? !hg_as_peer(s->suricata7, HG_DIFF_DECODE_IPIP)
					    : strcmp(ipip, "yes") == 0;
	d->max_layers = (uint8_t)hg_config_int(c, "decoder.max-layers");
	d->defrag_memcap = hg_config_size(c, "defrag.memcap");
	d->defrag_trackers = (uint32_t)hg_config_int(c, "defrag.trackers");
	d->defrag_frags = (uint32_t)hg_config_int(c, "defrag.max-frags");
	d->defrag_timeout = (hg_time)hg_config_int(c, "defrag.timeout") * HG_SEC;
	d->os_policy = os_policy;
	d->os_policy_arg = &s->os;
	return read_tunnels(d, c, err);
}

#define ALERTS_USUAL 15

static void
read_detect(struct hg_settings *s, const struct hg_config *c)
{
	const uint32_t alert_max = (uint32_t)hg_config_int(c, "packet-alert-max");

	s->detect = (struct hg_detect_config){
		.ips = s->ips,
		.suricata7 = s->suricata7,
		/* 0 is the default: a limit of nothing would silence every rule */
		.alert_max = alert_max == 0 ? ALERTS_USUAL : alert_max,
		.recursion_limit = (uint32_t)hg_config_int(c, "detect.inspection-recursion-limit"),
		.work_limit = (uint64_t)hg_config_int(c, "detect.packet-work-limit"),
		.pcre_match_limit = (uint32_t)hg_config_int(c, "pcre.match-limit"),
		.pcre_recursion_limit = (uint32_t)hg_config_int(c, "pcre.match-limit-recursion"),
		.threshold_entries = (uint32_t)hg_config_int(c, "detect-thresholds"),
		.xbit_entries = (uint32_t)hg_config_int(c, "detect-thresholds"),
		.hash_key = HG_HASH_KEY_REPLAY,
	};
}

/* detection-only: what is decoded is not; of the others nothing more is to be had. */
static bool
switched_on(const struct hg_config *c, const char *protocol, bool decoded)
{
	const struct hg_config_node *all = hg_config_find(c, "app-layer.protocols"), *n, *enabled;
	bool on = true;

	n = all == NULL ? NULL : hg_config_child(all, protocol);
	enabled = n == NULL ? NULL : hg_config_child(n, "enabled");
	if (enabled == NULL || hg_config_text(enabled) == NULL)
		return true;
	return hg_config_parse_bool(hg_config_text(enabled), &on) ? on : !decoded;
}

static void
read_apps(struct hg_settings *s, const struct hg_config *c)
{
	const struct hg_decoder *d;

	s->apps = (struct hg_apps_config){ .ips = s->ips,
		.suricata7 = s->suricata7,
		.max_tx = 512,
		.tx_memory = (size_t)4 << 20,
		.identify_max = 100000 };
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		if (switched_on(c, d->name, d->feed != NULL))
			s->protos_enabled |= HG_PROTO_BIT(d->proto);
}

/* A list `force-hash`. */
static int
read_hashes(struct hg_settings *s, const struct hg_config *c, const char *key, struct hg_error *err)
{
	static const struct {
		const char *name;
		unsigned hash;
	} hashes[] = { { "md5", HG_HASH_MD5 }, { "sha1", HG_HASH_SHA1 }, { "sha256", HG_HASH_SHA256 },
		{ "sm3", HG_HASH_SM3 } };
	const struct hg_config_node *n = hg_config_first(hg_config_find(c, key));

	for (; n != NULL; n = hg_config_next(n)) {
		const char *text = hg_config_text(n) == NULL ? "" : hg_config_text(n);
		unsigned hash = 0;

		for (size_t i = 0; i < HG_COUNT(hashes); i++)
			if (strcasecmp(hashes[i].name, text) == 0)
				hash = hashes[i].hash;
		if (hash == 0) {
			hg_error_set(err, -EINVAL, "%s: '%s' is not md5, sha1, sha256 or sm3", key, text);
			hg_config_place(n, err);
			return -EINVAL;
		}
		s->file_hashes |= hash;
	}
	return 0;
}

/* `force-magic` of either output. */
static void
read_types(struct hg_settings *s, const struct hg_config *c)
{
	s->file_types = hg_config_bool(c, "outputs.eve-log.types.files.force-magic") ||
		(hg_config_bool(c, "outputs.file-store.enabled") &&
			hg_config_bool(c, "outputs.file-store.force-magic"));
	s->type_data = hg_config_str(c, "magic-file");
}

/* `outputs.file-store`. A depth that is no more than that of all streams says nothing. */
static int
read_store(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	struct hg_filestore_config *store = &s->store;
	const uint64_t depth = hg_config_size(c, "outputs.file-store.stream-depth");

	store->enabled = hg_config_bool(c, "outputs.file-store.enabled");
	if (!store->enabled)
		return 0;
	store->force = hg_config_bool(c, "outputs.file-store.force-filestore");
	store->fileinfo = hg_config_bool(c, "outputs.file-store.write-fileinfo");
	store->max_open = (uint32_t)hg_config_int(c, "outputs.file-store.max-open-files");
	store->hold = hg_config_size(c, "outputs.file-store.hold");
	store->queue = hg_config_size(c, "outputs.file-store.queue");
	snprintf(store->dir, sizeof(store->dir), "%s", hg_config_str(c, "outputs.file-store.dir"));
	store->depth = s->stream.depth;
	if (depth != 0 && depth <= s->stream.depth)
		hg_log(HG_LOG_WARNING,
			"outputs.file-store.stream-depth: %llu has no effect: it is not more than "
			"stream.reassembly.depth",
			(unsigned long long)depth);
	else if (depth != 0)
		store->depth = depth;
	s->file_hashes |= HG_HASH_SHA256;
	return read_hashes(s, c, "outputs.file-store.force-hash", err);
}

static void
read_transcripts(struct hg_settings *s, const struct hg_config *c)
{
	struct hg_filestore_config *t = &s->transcripts;

	t->enabled = hg_config_bool(c, "outputs.telnet-transcript.enabled");
	t->queue = hg_config_size(c, "outputs.telnet-transcript.queue");
	snprintf(t->dir, sizeof(t->dir), "%s", hg_config_str(c, "outputs.telnet-transcript.dir"));
	s->apps.transcript_most = hg_config_size(c, "outputs.telnet-transcript.max-size");
}

static int32_t
utc_offset(void)
{
	time_t now = time(NULL);
	struct tm local;

	localtime_r(&now, &local);
	return (int32_t)local.tm_gmtoff;
}

static int
read_events(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	hg_event_config_init(&s->event);
	if (hg_event_logs_off(c))
		s->event = (struct hg_event_config){ 0 };
	s->event.utc_offset = utc_offset();
	s->event.ips = s->ips;
	hg_event_config_store(&s->event, c);
	s->stats_interval = (uint32_t)hg_config_int(c, "stats.interval");
	if (hg_event_logs_off(c))
		return 0;
	if (hg_event_config_read(&s->event, c, !hg_as_peer(s->suricata7, HG_DIFF_EVENT_AUDIT), err) < 0)
		return -EINVAL;
	s->event.zones = s->zones;
	s->event.who_by_vlan = s->flow.vlan_tracking;
	s->event.who = s->who;
	s->event.veil = hg_privacy_veils(c, !hg_as_peer(s->suricata7, HG_DIFF_EVENT_VEIL));
	s->apps.veil = s->event.veil && hg_event_shows_bytes(&s->event);
	s->stream.shown = s->event.alert && (s->event.payload || s->event.payload_printable);
	s->flow.macs = s->event.ethernet;
	s->apps.all_frames = s->event.frame;
	s->event.stats &= hg_config_bool(c, "stats.enabled");
	return 0;
}

/* Where answers may go another way, attempts without one mean nothing. */
static void
read_anomaly(struct hg_settings *s, const struct hg_config *c)
{
	hg_anomaly_config_read(&s->anomaly, c, !hg_as_peer(s->suricata7, HG_DIFF_ANOMALY_DETECTIONS));
	s->anomaly.handshakes = !s->stream.async_oneside;
	s->anomaly.share = s->anomaly.meters = s->flow.parts;
}

static int
open_who(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	const char *wanted = hg_config_str(c, "identity.enabled");
	const struct hg_who_config w = { .hosts = (uint32_t)hg_config_int(c, "identity.hosts"),
		.timeout = (uint32_t)hg_config_int(c, "identity.timeout"),
		.key = HG_HASH_KEY_REPLAY };
	const bool native = !hg_as_peer(s->suricata7, HG_DIFF_EVENT_WHO);

	if (strcmp(wanted, "auto") == 0 ? !native : strcmp(wanted, "no") == 0)
		return 0;
	return hg_who_open(&s->who, &w, err);
}

int
hg_settings_read(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	int r;

	*s = (struct hg_settings){ .files_open = 4096 };
	s->ips = hg_config_bool(c, "simulate-ips");
	s->suricata7 = strcmp(hg_config_str(c, "compat"), "suricata7") == 0;
	s->memory = hg_config_size(c, "memory");
	s->burst = (unsigned)hg_config_int(c, "replay.burst");
	r = read_hosts(s, c, err);
	if (r == 0)
		r = read_decode(s, c, err);
	if (r == 0)
		r = read_hashes(s, c, "outputs.eve-log.types.files.force-hash", err);
	if (r < 0)
		return r;
	hg_flow_config_init(&s->flow);
	s->flow.max_flows = (uint32_t)hg_config_int(c, "flow.max");
	s->flow.parts = s->flow.max_flows / HG_FLOW_PARTS >= FLOWS_OF_PART ? HG_FLOW_PARTS : 1;
	s->flow.vlan_tracking = hg_config_bool(c, "vlan.use-for-tracking");
	s->flow.tunnel_tracking = hg_config_bool(c, "decoder.recursion-level.use-for-tracking");
	s->flow.emergency_recovery = (uint32_t)hg_config_int(c, "flow.emergency-recovery");
	read_timeouts(s, c);
	read_stream(s, c);
	read_types(s, c);
	r = read_store(s, c, err);
	if (r < 0)
		return r;
	read_apps(s, c);
	s->apps.midstream = s->stream.midstream;
	read_transcripts(s, c);
	r = hg_privacy_read(&s->apps.secrets, c, err);
	if (r == 0)
		r = hg_exceptions_read(s, c, err);
	if (r < 0)
		return r;
	read_detect(s, c);
	read_anomaly(s, c);
	r = hg_zones_open(&s->zones, c, err);
	if (r == 0)
		r = open_who(s, c, err);
	return r < 0 ? r : read_events(s, c, err);
}

void
hg_settings_close(struct hg_settings *s)
{
	hg_zones_close(s->zones);
	hg_who_close(s->who);
	s->zones = NULL;
	s->who = NULL;
}

int
hg_settings_live(struct hg_settings *s, const struct hg_config *c, unsigned workers, struct hg_error *err)
{
	struct hg_hash_key key;

	if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return hg_error_errno(err, "the kernel gives no random numbers");
	if (hg_privacy_live(&s->apps.secrets, err) < 0)
		return -EIO;
	s->flow.hash_key = key;
	s->event.who_at_once = true;
	if (s->who != NULL)
		hg_who_key(s->who, &key);
	s->decode.hash_key = key;
	s->detect.hash_key = key;
	s->apps.hash_key = key;
	s->burst = (unsigned)hg_config_int(c, "engine.burst");
	s->reject_rate = (uint32_t)hg_config_int(c, "reject.rate");
	s->overload_after = (hg_time)hg_config_int(c, "engine.overload-after") * HG_MSEC;
	s->flow.parts = 1;
	s->anomaly.hash_key = key;
	s->anomaly.share = 1;
	s->anomaly.meters = s->anomaly.pair_meters = workers;
	s->flow.max_flows = HG_MAX(s->flow.max_flows / workers, 1);
	s->stream.max_sessions = s->flow.max_flows;
	s->stream.memcap /= workers;
	s->decode.defrag_memcap /= workers;
	return 0;
}
