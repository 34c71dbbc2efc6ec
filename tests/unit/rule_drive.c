#include "rule_drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "engine/keys.h"
#include "rules/compile/compile.h"

/* A text that is read by its path. */
struct text {
	int fd;
	char path[64];
};

static struct text
open_text(const char *text)
{
	struct text t = { .fd = memfd_create("text", 0) };
	const size_t len = strlen(text);

	CU_ASSERT_FATAL(t.fd >= 0 && write(t.fd, text, len) == (ssize_t)len);
	snprintf(t.path, sizeof(t.path), "/proc/self/fd/%d", t.fd);
	return t;
}

/* ---- rules ---- */

static void
on_refused(void *arg, const struct hg_error *why, uint32_t sid)
{
	struct rule_set *s = arg;
	const size_t n = strlen(s->refused);

	snprintf(s->refused + n, sizeof(s->refused) - n, "%u: %s; ", sid, why->text);
}

struct hg_snapshot *
rule_set_compile(struct rule_set *s, const char *rules)
{
	const struct hg_compile_config c = { .config = s->config,
		.catalog = &s->catalog.catalog,
		.protos_enabled = s->settings.protos_enabled,
		.suricata7 = s->settings.suricata7,
		.ips = s->settings.ips,
		.before = s->before,
		.refused = on_refused,
		.arg = s };
	struct text text = open_text(rules);
	const char *files[] = { text.path };
	struct hg_snapshot *snapshot = NULL;
	struct hg_error err = { 0 };

	if (hg_compile(&snapshot, files, 1, &c, &err) < 0)
		hg_check_str(rules, err.text, "");
	close(text.fd);
	CU_ASSERT_PTR_NOT_NULL_FATAL(snapshot);
	hg_check_str(rules, s->refused, "");
	return snapshot;
}

void
rule_set_open(struct rule_set *s, const char *yaml, const char *limits, const char *rules)
{
	struct text text = open_text(limits == NULL ? "" : limits);
	char set[128];
	struct hg_error err = { 0 };
	int r;

	memset(s, 0, sizeof(*s));
	CU_ASSERT_FATAL(hg_settings_schema(&s->config) == 0);
	r = hg_config_load_text(s->config, "t.yaml", yaml == NULL ? hg_builtin : yaml, &err);
	snprintf(set, sizeof(set), "threshold-file=%s", text.path);
	if (r == 0 && limits != NULL)
		r = hg_config_override(s->config, set, &err);
	if (r == 0)
		r = hg_settings_read(&s->settings, s->config, &err);
	hg_check_str("configuration", err.text, "");
	CU_ASSERT_FATAL(r == 0);
	hg_app_catalog(&s->catalog);
	s->rules = rule_set_compile(s, rules);
	close(text.fd);
}

void
rule_set_close(struct rule_set *s)
{
	hg_snapshot_close(s->rules);
	hg_settings_close(&s->settings);
	hg_config_close(s->config);
}

const struct hg_rule *
rule_set_find(const struct rule_set *s, uint32_t sid)
{
	const struct hg_rule *found = NULL;

	for (uint32_t i = 0; i < s->rules->n_rules && found == NULL; i++)
		if (s->rules->rules[i].sid == sid)
			found = &s->rules->rules[i];
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	return found;
}

static size_t
put_number(char *out, size_t size, size_t n, uint32_t number)
{
	return n + (size_t)snprintf(out + n, size - n, "%s%u", n == 0 ? "" : " ", number);
}

const char *
rule_set_order(const struct rule_set *s, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < s->rules->n_rules && n < size; i++)
		n = put_number(out, size, n, s->rules->rules[i].sid);
	return out;
}

/* ---- detection ---- */

void
rule_drive_adopt(struct rule_drive *d, const struct hg_snapshot *rules)
{
	struct hg_detect_seat *before = d->seat;
	struct hg_error err = { 0 };

	hg_check_bool("a seat for the rules", hg_detect_seat_open(&d->seat, rules, &err) == 0, true);
	hg_detect_adopt(d->detect, d->seat);
	hg_detect_seat_close(before);
	d->rules = rules;
}

void
rule_drive_open(struct rule_drive *d, const char *yaml, const char *limits, const char *rules)
{
	struct hg_settings *s = &d->set.settings;
	struct hg_error err = { 0 };
	int r;

	memset(d, 0, sizeof(*d));
	d->now = UINT64_C(1700000000) * HG_SEC;
	rule_set_open(&d->set, yaml, limits, rules);
	s->flow.max_flows = s->stream.max_sessions = 64;
	s->detect.threshold_entries = s->detect.xbit_entries = 64;
	r = hg_mem_open(&d->mem, (size_t)16 << 20, false, &err);
	if (r == 0)
		r = hg_flows_open(&d->flows, &s->flow, d->mem, &err);
	if (r == 0)
		r = hg_streams_open(&d->streams, &s->stream, d->mem, &err);
	if (r == 0)
		r = hg_apps_open(&d->apps, &s->apps, d->set.config, d->mem, NULL, &err);
	if (r == 0)
		r = hg_detect_open(&d->detect, &s->detect, d->apps, d->streams, d->mem, &err);
	hg_check_str("detection", err.text, "");
	CU_ASSERT_FATAL(r == 0);
	rule_drive_adopt(d, d->set.rules);
}

static void
end_flows(struct rule_drive *d, bool all)
{
	struct hg_flow *f;

	while ((f = hg_flow_next_end(d->flows, 0, all)) != NULL) {
		hg_detect_flow_free(d->detect, f);
		hg_flow_free(d->flows, f);
	}
}

void
rule_drive_close(struct rule_drive *d)
{
	struct hg_mem_stats m;

	end_flows(d, true);
	hg_mem_stats(d->mem, &m);
	CU_ASSERT_EQUAL(m.used, 0);
	hg_detect_close(d->detect);
	hg_detect_seat_close(d->seat);
	hg_apps_close(d->apps);
	hg_streams_close(d->streams);
	hg_flows_close(d->flows);
	hg_mem_close(d->mem);
	rule_set_close(&d->set);
}

/* ---- packets ---- */

static uint8_t
proto_of(const char *name)
{
	static const struct {
		const char *name;
		uint8_t proto;
	} rows[] = { { "tcp", HG_IP_TCP }, { "udp", HG_IP_UDP }, { "icmp", HG_IP_ICMP },
		{ "icmpv6", HG_IP_ICMPV6 }, { "sctp", HG_IP_SCTP } };

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].proto;
	return (uint8_t)strtoul(name, NULL, 10);
}

static uint8_t
flags_of(const char *letters)
{
	static const char names[] = "FSRPAUEC";
	uint8_t flags = 0;

	for (; *letters != '\0' && *letters != '-'; letters++) {
		const char *at = strchr(names, *letters);

		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		flags |= (uint8_t)(1 << (at - names));
	}
	return flags;
}

static void
set_payload(struct rule_drive *d, const char *word)
{
	bool hex = false;

	while (*word != '\0') {
		char pair[3] = { word[0], word[1], '\0' };

		CU_ASSERT_FATAL(d->packet.payload_len < sizeof(d->payload));
		if (*word == '|') {
			hex = !hex;
			word++;
		} else if (hex) {
			d->payload[d->packet.payload_len++] = (uint8_t)strtoul(pair, NULL, 16);
			word += 2;
		} else {
			d->payload[d->packet.payload_len++] = (uint8_t)*word++;
		}
	}
}

static void
set_event(struct rule_drive *d, const char *name)
{
	unsigned event = 0;

	while (event < HG_EVENTS && strcmp(hg_event_name((enum hg_event)event), name) != 0)
		event++;
	CU_ASSERT_FATAL(event < HG_EVENTS);
	hg_event_raise(&d->packet.events, (enum hg_event)event);
}

static uint8_t
app_of(const char *name)
{
	const struct hg_decoder *row;

	for (unsigned i = 0; (row = hg_app_decoder(i)) != NULL; i++)
		if (strcmp(name, row->name) == 0)
			return (uint8_t)row->proto;
	CU_FAIL_FATAL("a protocol without a decoder");
	return HG_PROTO_UNKNOWN;
}

/* As the decoder leaves a packet without a usable header. */
static void
hide_ip(struct hg_packet *p)
{
	p->family = 0;
	p->flags |= HG_PKT_INVALID;
}

/* What a line says besides the packet. */
struct words {
	bool alone;
	uint8_t proto; /* enum hg_proto; HG_PROTO_UNKNOWN: it says none */
};

static void
set_word(struct rule_drive *d, const char *word, struct words *w)
{
	double seconds;

	if (strcmp(word, "alone") == 0)
		w->alone = true;
	else if (strcmp(word, "short") == 0)
		d->packet.l4 = 0;
	else if (strcmp(word, "noip") == 0)
		hide_ip(&d->packet);
	else if (strncmp(word, "event=", 6) == 0)
		set_event(d, word + 6);
	else if (strncmp(word, "proto=", 6) == 0)
		w->proto = app_of(word + 6);
	else if (sscanf(word, "t=%lf", &seconds) == 1)
		d->now += (hg_time)(seconds * 1000 + 0.5) * HG_MSEC;
	else
		set_payload(d, word);
}

static struct words
read_packet(struct rule_drive *d, const char *line)
{
	char proto[16], src[64], dst[64], flags[16] = "-", rest[256], *word, *save = NULL;
	struct hg_packet *p = &d->packet;
	struct words w = { false, HG_PROTO_UNKNOWN };
	uint8_t family;
	int used = 0, more = 0;

	memset(p, 0, sizeof(*p));
	CU_ASSERT_EQUAL_FATAL(
		sscanf(line, "%15s %63s %hu %63s %hu%n", proto, src, &p->sport, dst, &p->dport, &used), 5);
	CU_ASSERT_FATAL(hg_addr_parse(hg_span_str(src), &p->src, &p->family));
	CU_ASSERT_FATAL(hg_addr_parse(hg_span_str(dst), &p->dst, &family) && family == p->family);
	p->proto = proto_of(proto);
	if (p->proto == HG_IP_TCP && sscanf(line + used, "%15s%n", flags, &more) == 1)
		used += more;
	p->tcp.flags = flags_of(flags);
	p->l3 = 14;
	p->l4 = 34;
	p->ttl = 64;
	p->wire_len = 60;
	p->data = d->payload;
	snprintf(rest, sizeof(rest), "%s", line + used);
	for (word = strtok_r(rest, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
		set_word(d, word, &w);
	p->time = d->now;
	return w;
}

static void
place_in_flow(struct rule_drive *d, const struct words *w)
{
	struct hg_packet *p = &d->packet;

	hg_flow_settle(d->flows, p);
	end_flows(d, false);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p->flow);
	if (w->proto != HG_PROTO_UNKNOWN)
		p->flow->app_proto = p->flow->app_proto_dir[HG_TO_SERVER] =
			p->flow->app_proto_dir[HG_TO_CLIENT] = w->proto;
}

const char *
rule_drive_packet(struct rule_drive *d, const char *line)
{
	const struct words w = read_packet(d, line);
	const uint64_t before = hg_detect_stats(d->detect)->candidates;
	const struct hg_alert *alerts;
	size_t len = 0;
	unsigned n;

	if (!w.alone)
		place_in_flow(d, &w);
	hg_detect_run(d->detect, &d->packet);
	d->candidates = hg_detect_stats(d->detect)->candidates - before;
	alerts = hg_detect_alerts(d->detect, &n);
	d->alerts[0] = '\0';
	for (unsigned i = 0; i < n && len + 12 < sizeof(d->alerts); i++) {
		len = put_number(d->alerts, sizeof(d->alerts), len, d->rules->rules[alerts[i].rule].sid);
		if (alerts[i].flags & HG_ALERT_DROPPED)
			len += (size_t)snprintf(d->alerts + len, sizeof(d->alerts) - len, "!");
	}
	return d->alerts;
}

void
rule_drive_steps(struct rule_drive *d, const char *title, const struct rule_step *steps)
{
	for (unsigned i = 0; steps[i].packet != NULL; i++) {
		char row[256];

		snprintf(row, sizeof(row), "%s, packet %u: %s", title, i + 1, steps[i].packet);
		hg_check_str(row, rule_drive_packet(d, steps[i].packet), steps[i].want);
	}
}
