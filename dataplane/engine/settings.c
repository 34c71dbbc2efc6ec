#include "engine/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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
	struct hg_span addr = hg_span_sub(text, 0, slash == SIZE_MAX ? text.len : slash);
	char bits[8] = "";

	if (s->os.n == HG_OS_ROWS || !hg_addr_parse(addr, &row.prefix, &row.family)) {
		hg_error_set(err, -EINVAL, "'%.*s' is no address, or host-os-policy has more than %d entries",
			(int)text.len, (const char *)text.p, HG_OS_ROWS);
		hg_config_place(node, err);
		return -EINVAL;
	}
	row.bits = row.family == 4 ? 32 : 128;
	if (slash != SIZE_MAX && text.len - slash - 1 < sizeof(bits)) {
		memcpy(bits, text.p + slash + 1, text.len - slash - 1);
		row.bits = (uint8_t)HG_MIN((unsigned long)row.bits, strtoul(bits, NULL, 10));
	}
	s->os.rows[s->os.n++] = row;
	return 0;
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
read_hosts(struct hg_settings *s, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *map = hg_config_find(c, "host-os-policy");

	if (map == NULL)
		return add_hosts(s, HG_OS_WINDOWS, "0.0.0.0/0", NULL, err);
	for (const struct hg_config_node *n = hg_config_first(map); n != NULL; n = hg_config_next(n)) {
		for (size_t i = 0; i < HG_COUNT(policies); i++) {
			int r = 0;

			if (strcasecmp(policies[i].name, hg_config_name(n)) != 0)
				continue;
			if (hg_config_text(n) != NULL)
				r = add_hosts(s, policies[i].policy, hg_config_text(n), n, err);
			for (const struct hg_config_node *item =
					hg_config_text(n) != NULL ? NULL : hg_config_first(n);
				item != NULL && r == 0; item = hg_config_next(item))
				if (hg_config_text(item) != NULL)
					r = add_hosts(s, policies[i].policy, hg_config_text(item), item, err);
			if (r < 0)
				return r;
		}
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
			{ "closed", &t->closed } };

		for (size_t k = 0; k < HG_COUNT(rows); k++) {
			char key[64];

			snprintf(key, sizeof(key), "flow-timeouts.%s.%s", classes[i], rows[k].name);
			if (hg_config_is_set(c, key))
				*rows[k].value = (uint32_t)hg_config_int(c, key);
		}
	}
}

static void
read_stream(struct hg_settings *s, const struct hg_config *c)
{
	struct hg_stream_config *t = &s->stream;
	const char *urgent = hg_config_str(c, "stream.reassembly.urgent.policy");

	hg_stream_config_init(t);
	t->ips = s->ips;
	t->midstream = hg_config_bool(c, "stream.midstream");
	t->async_oneside = hg_config_bool(c, "stream.async-oneside");
	t->drop_invalid = hg_config_bool(c, "stream.drop-invalid");
	t->check_overlap = hg_config_bool(c, "stream.reassembly.check-overlap-different-data") || s->ips;
	t->depth = hg_config_size(c, "stream.reassembly.depth");
	t->chunk[HG_TO_SERVER] = (uint32_t)hg_config_size(c, "stream.reassembly.toserver-chunk-size");
	t->chunk[HG_TO_CLIENT] = (uint32_t)hg_config_size(c, "stream.reassembly.toclient-chunk-size");
	t->raw = hg_config_bool(c, "stream.reassembly.raw");
	t->max_sessions = s->flow.max_flows;
	t->max_syn_queued = (uint32_t)hg_config_int(c, "stream.max-syn-queued");
	t->max_synack_queued = (uint32_t)hg_config_int(c, "stream.max-synack-queued");
	t->max_pieces = (uint32_t)hg_config_int(c, "stream.reassembly.max-pieces");
	t->memcap = hg_config_size(c, "stream.reassembly.memcap");
	t->urgent = urgent[0] == 'd' ? 1 : urgent[0] == 'o' ? 2 : urgent[0] == 'g' ? 3 : 0;
	t->os_policy = os_policy;
	t->os_policy_arg = &s->os;
}

static void
read_decode(struct hg_settings *s, const struct hg_config *c)
{
	struct hg_decode_config *d = &s->decode;
	const char *checksums = hg_config_str(c, "capture.checksum-validation");

	hg_decode_config_init(d);
	d->check_checksums = checksums[0] == 'y' || strcmp(checksums, "all") == 0;
	d->teredo = hg_config_bool(c, "decoder.teredo.enabled");
	d->vxlan = hg_config_bool(c, "decoder.vxlan.enabled");
	d->geneve = hg_config_bool(c, "decoder.geneve.enabled");
	d->ipip = !s->suricata7;
	d->max_layers = (uint8_t)hg_config_int(c, "decoder.max-layers");
	d->defrag_memcap = hg_config_size(c, "defrag.memcap");
	d->defrag_trackers = (uint32_t)hg_config_int(c, "defrag.trackers");
	d->defrag_frags = (uint32_t)hg_config_int(c, "defrag.max-frags");
	d->defrag_timeout = (hg_time)hg_config_int(c, "defrag.timeout") * HG_SEC;
	d->os_policy = os_policy;
	d->os_policy_arg = &s->os;
}

static void
read_detect(struct hg_settings *s, const struct hg_config *c)
{
	s->detect = (struct hg_detect_config){
		.ips = s->ips,
		.suricata7 = s->suricata7,
		.alert_max = (uint32_t)hg_config_int(c, "packet-alert-max"),
		.recursion_limit = (uint32_t)hg_config_int(c, "detect.inspection-recursion-limit"),
		.pcre_match_limit = (uint32_t)hg_config_int(c, "pcre.match-limit"),
		.pcre_recursion_limit = (uint32_t)hg_config_int(c, "pcre.match-limit-recursion"),
		.threshold_entries = (uint32_t)hg_config_int(c, "detect-thresholds"),
		.xbit_entries = (uint32_t)hg_config_int(c, "detect-thresholds"),
	};
}

static bool
switched_on(const struct hg_config *c, const char *protocol)
{
	const struct hg_config_node *all = hg_config_find(c, "app-layer.protocols"), *n, *enabled;
	bool on = true;

	n = all == NULL ? NULL : hg_config_child(all, protocol);
	enabled = n == NULL ? NULL : hg_config_child(n, "enabled");
	return enabled == NULL || hg_config_text(enabled) == NULL ||
		(hg_config_parse_bool(hg_config_text(enabled), &on) && on);
}

static void
read_apps(struct hg_settings *s, const struct hg_config *c)
{
	const struct hg_decoder *d;

	s->apps = (struct hg_apps_config){ .ips = s->ips,
		.compat_suricata7 = s->suricata7,
		.max_tx = 512,
		.tx_memory = (size_t)4 << 20,
		.identify_max = 100000 };
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		if (d->feed != NULL && switched_on(c, d->name))
			s->protos_enabled |= HG_PROTO_BIT(d->proto);
}

static int32_t
utc_offset(void)
{
	time_t now = time(NULL);
	struct tm local;

	localtime_r(&now, &local);
	return (int32_t)local.tm_gmtoff;
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
	if (r < 0)
		return r;
	read_decode(s, c);
	hg_flow_config_init(&s->flow);
	s->flow.max_flows = (uint32_t)hg_config_int(c, "flow.max");
	s->flow.vlan_tracking = hg_config_bool(c, "vlan.use-for-tracking");
	s->flow.emergency_recovery = (uint32_t)hg_config_int(c, "flow.emergency-recovery");
	read_timeouts(s, c);
	read_stream(s, c);
	read_apps(s, c);
	read_detect(s, c);
	hg_event_config_init(&s->event);
	s->event.utc_offset = utc_offset();
	return hg_event_config_read(&s->event, c, err);
}
