/* Attacks that meters have shown: a record when one starts, while it goes on and when it ends, with an alert at the start. */
#include "event/event_int.h"

#include <stdio.h>

static const char *const states[] = {
	[HG_DETECTION_START] = "start",
	[HG_DETECTION_UPDATE] = "update",
	[HG_DETECTION_END] = "end",
};

static bool
is_known(const struct hg_addr *a)
{
	return (a->d[0] | a->d[1]) != 0;
}

/* Whose ends are known: the accused one (nobody in a flood), and the one that is attacked (one of many in a scan). */
static const struct hg_addr *
whom_of(const struct hg_detection *d)
{
	if (is_known(&d->key.dst))
		return &d->key.dst;
	return d->detector->examples == HG_EXAMPLES_HOSTS && d->n_examples > 0 ? &d->examples[0] : NULL;
}

static struct hg_json
begin(struct hg_events *e, const struct hg_detection *d, const char *type)
{
	struct hg_json j = hg_json_of(e->line, sizeof(e->line));
	const struct hg_addr *whom = whom_of(d);

	hg_json_open(&j);
	hg_event_time(e, &j, "timestamp", d->time);
	hg_json_cstr(&j, "event_type", type);
	if (d->key.vlan != 0) {
		hg_json_array_at(&j, "vlan");
		hg_json_item_u64(&j, d->key.vlan);
		hg_json_array_end(&j);
	}
	if (is_known(&d->key.src))
		hg_event_addr(&j, "src_ip", &d->key.src, d->key.family);
	if (whom != NULL)
		hg_event_addr(&j, "dest_ip", whom, d->key.family);
	hg_json_cstr(&j, "proto", "TCP");
	return j;
}

static void
write_measures(struct hg_json *j, const char *name, const struct hg_measure *m, unsigned n)
{
	hg_json_open_at(j, name);
	for (unsigned i = 0; i < n; i++)
		hg_json_u64(j, m[i].name, m[i].value);
	hg_json_close(j);
}

static void
write_examples(struct hg_json *j, const struct hg_detection *d)
{
	char text[HG_ADDR_TEXT];

	if (d->detector->examples == HG_EXAMPLES_NONE || d->n_examples == 0)
		return;
	hg_json_array_at(j, d->detector->examples == HG_EXAMPLES_PORTS ? "ports" : "hosts");
	for (unsigned i = 0; i < d->n_examples; i++) {
		if (d->detector->examples == HG_EXAMPLES_PORTS)
			hg_json_item_u64(j, d->examples[i].w[0]);
		else
			hg_json_item_str(
				j, hg_span(text, hg_addr_text(&d->examples[i], d->key.family, text)));
	}
	hg_json_array_end(j);
}

static void
write_text(struct hg_json *j, const struct hg_detection *d)
{
	char who[HG_ADDR_TEXT] = "", whom[HG_ADDR_TEXT] = "", text[400];

	who[hg_addr_text(&d->key.src, d->key.family, who)] = '\0';
	whom[hg_addr_text(&d->key.dst, d->key.family, whom)] = '\0';
	for (unsigned chinese = 0; chinese < 2; chinese++) {
		d->detector->describe(
			&d->key, &d->finding, who, whom, d->config->window, chinese, text, sizeof(text));
		hg_json_cstr(j, chinese ? "text_zh" : "text", text);
	}
}

static void
write_detection(struct hg_events *e, struct hg_json *j, const struct hg_detection *d)
{
	hg_json_open_at(j, "detection");
	hg_json_cstr(j, "id", d->id);
	hg_json_cstr(j, "state", states[d->state]);
	hg_json_cstr(j, "type", d->detector->name);
	hg_event_time(e, j, "start", d->start);
	hg_event_time(e, j, "end", d->end);
	hg_json_u64(j, "attempts", d->attempts);
	hg_json_u64(j, "packets", d->packets);
	hg_json_u64(j, "bytes", d->bytes);
	hg_json_u64(j, "window", d->config->window);
	write_measures(j, "measured", d->finding.measured, d->finding.n_measured);
	write_measures(j, "expected", d->finding.expected, d->finding.n_expected);
	hg_json_u64(j, "error_bound", d->finding.error_bound);
	hg_json_bool(j, "two_way", d->finding.two_way);
	if (d->key.port != 0)
		hg_json_u64(j, "port", d->key.port);
	write_examples(j, d);
	hg_json_array_at(j, "evidence");
	for (unsigned i = 0; i < d->n_evidence; i++)
		hg_json_item_u64(j, d->evidence[i]);
	hg_json_array_end(j);
	write_text(j, d);
	hg_json_close(j);
}

static void
write_end(struct hg_json *j, const char *name, const struct hg_addr *addr, uint8_t family)
{
	hg_json_open_at(j, name);
	hg_event_addr(j, "ip", addr, family);
	hg_json_close(j);
}

static void
write_alert(struct hg_json *j, const struct hg_detection *d)
{
	const struct hg_addr *whom = whom_of(d);

	hg_json_open_at(j, "alert");
	hg_json_cstr(j, "action", "allowed");
	hg_json_u64(j, "gid", HG_DETECTION_GID);
	hg_json_u64(j, "signature_id", d->detector->sid);
	hg_json_u64(j, "rev", 1);
	hg_json_cstr(j, "signature", d->detector->english);
	hg_json_cstr(j, "category", d->detector->category);
	hg_json_u64(j, "severity", d->detector->severity);
	if (is_known(&d->key.src) && whom != NULL) {
		write_end(j, "source", &d->key.src, d->key.family);
		write_end(j, "target", whom, d->key.family);
	}
	hg_json_open_at(j, "metadata");
	hg_json_array_at(j, "msg_zh");
	hg_json_item_cstr(j, d->detector->chinese);
	hg_json_array_end(j);
	hg_json_close(j);
	hg_json_close(j);
}

/* As an alert of a rule says it, so that who reads those learns whether the source has proved itself. */
static void
write_two_way(struct hg_json *j, const struct hg_detection *d)
{
	hg_json_open_at(j, "flow");
	hg_json_bool(j, "two_way", d->finding.two_way);
	hg_json_close(j);
}

static void
write_users(struct hg_events *e, struct hg_json *j, const struct hg_detection *d)
{
	const struct hg_addr *whom = whom_of(d);
	struct hg_event_ends ends = { .src = d->key.src, .family = d->key.family };
	const uint16_t vlan[HG_VLANS] = { d->key.vlan };

	if (whom != NULL)
		ends.dst = *whom;
	hg_event_users_of(e, j, &ends, vlan, d->time);
}

void
hg_event_tell_detection(void *arg, const struct hg_detection *d)
{
	struct hg_events *e = arg;
	struct hg_json j;

	if (d->state == HG_DETECTION_START && e->config.alert) {
		j = begin(e, d, "alert");
		hg_json_cstr(&j, "pkt_src", hg_packet_origin_name(HG_ORIGIN_WIRE));
		write_alert(&j, d);
		write_detection(e, &j, d);
		hg_json_cstr(&j, "direction", "to_server");
		write_two_way(&j, d);
		write_users(e, &j, d);
		hg_event_end(e, &j, HG_EVE_ALERT);
	}
	if (e->config.detection) {
		j = begin(e, d, "detection");
		write_detection(e, &j, d);
		write_users(e, &j, d);
		hg_event_end(e, &j, HG_EVE_DETECTION);
	}
}
