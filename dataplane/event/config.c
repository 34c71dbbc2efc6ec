#include "event/event_int.h"

#include <stdio.h>
#include <stdlib.h>

/* `outputs.eve-log`: which records, and what alerts carry. A type that is not listed is off once a list is there. Of several
 * eve-logs a record is written when one of them lists it, and carries what the first of those says. */

const struct hg_config_node *
hg_event_log(const struct hg_config *c, unsigned index)
{
	const struct hg_config_node *item = hg_config_first(hg_config_find(c, "outputs"));

	for (; item != NULL; item = hg_config_next(item)) {
		/* An item of the list, or a plain map. */
		const struct hg_config_node *log = strcmp(hg_config_name(item), "eve-log") == 0
			? item
			: hg_config_child(item, "eve-log");
		bool enabled = false;

		if (log == NULL)
			continue;
		hg_config_parse_bool(hg_config_str_below(c, log, "outputs.eve-log", "enabled"), &enabled);
		if (enabled && index-- == 0)
			return log;
	}
	return NULL;
}

bool
hg_event_logs_off(const struct hg_config *c)
{
	return hg_config_find(c, "outputs.eve-log") != NULL && hg_event_log(c, 0) == NULL;
}

static bool
on(const struct hg_config_node *n, const char *name, bool otherwise)
{
	const struct hg_config_node *child = n == NULL ? NULL : hg_config_child(n, name);
	const char *text = child == NULL ? NULL : hg_config_text(child);
	bool value;

	return text != NULL && hg_config_parse_bool(text, &value) ? value : otherwise;
}

static bool
listed(const struct hg_config *config, const char *type, const struct hg_config_node **node)
{
	const struct hg_config_node *log;

	for (unsigned i = 0; (log = hg_event_log(config, i)) != NULL; i++) {
		*node = hg_config_child(hg_config_child(log, "types"), type);
		if (*node != NULL && on(*node, "enabled", true))
			return true;
	}
	*node = NULL;
	return false;
}

/* Whether none of them wants all there is. */
static bool
all_choose(const struct hg_config *config)
{
	const struct hg_config_node *log;

	for (unsigned i = 0; (log = hg_event_log(config, i)) != NULL; i++)
		if (hg_config_child(log, "types") == NULL)
			return false;
	return true;
}

static uint32_t
payload_max(const struct hg_config_node *n)
{
	const struct hg_config_node *size = n == NULL ? NULL : hg_config_child(n, "payload-buffer-size");
	uint64_t bytes;

	if (size == NULL || hg_config_text(size) == NULL ||
		!hg_config_parse_size(hg_config_text(size), &bytes))
		bytes = 4096;
	return (uint32_t)HG_MIN(HG_MAX(bytes, 1), HG_EVENT_PAYLOAD) - 1;
}

static void
read_alert(struct hg_event_config *c, const struct hg_config_node *n)
{
	const struct hg_config_node *metadata = n == NULL ? NULL : hg_config_child(n, "metadata");

	c->payload = on(n, "payload", false);
	c->payload_printable = on(n, "payload-printable", false);
	c->payload_max = payload_max(n);
	c->packet = on(n, "packet", false);
	c->verdict = on(n, "verdict", false);
	c->tagged = on(n, "tagged-packets", false);
	if (metadata == NULL)
		return;
	if (hg_config_text(metadata) != NULL) {
		bool all = on(n, "metadata", true);

		c->alert_metadata = c->alert_app = c->alert_flow = all;
		return;
	}
	c->alert_app = on(metadata, "app-layer", true);
	c->alert_flow = on(metadata, "flow", true);
	c->alert_metadata = on(hg_config_child(metadata, "rule"), "metadata", true);
}

static void
read_anomaly(struct hg_event_config *c, const struct hg_config_node *n)
{
	const struct hg_config_node *types = n == NULL ? NULL : hg_config_child(n, "types");

	c->anomaly_packet = on(n, "packethdr", false);
	c->anomaly_decode = on(types, "decode", false);
	c->anomaly_stream = on(types, "stream", false);
	c->anomaly_app = on(types, "applayer", true);
}

static void
read_drop(struct hg_event_config *c, const struct hg_config_node *n)
{
	const struct hg_config_node *flows = n == NULL ? NULL : hg_config_child(n, "flows");
	const char *text = flows == NULL ? NULL : hg_config_text(flows);

	c->drop_all = text != NULL && strcmp(text, "all") == 0;
	c->drop_alerts = on(n, "alerts", true);
	c->drop_verdict = on(n, "verdict", false);
}

static void
read_types(struct hg_event_config *c, const struct hg_config *config)
{
	const struct hg_config_node *n;
	const struct hg_decoder *d;

	c->alert = listed(config, "alert", &n);
	read_alert(c, n);
	hg_event_xff_read(&c->xff[HG_XFF_ALERT], hg_event_log(config, 0), n);
	c->anomaly_decode = c->anomaly_stream = c->anomaly_app = false;
	if (listed(config, "anomaly", &n))
		read_anomaly(c, n);
	c->flow = listed(config, "flow", &n);
	c->netflow = listed(config, "netflow", &n);
	c->vars = listed(config, "metadata", &n);
	c->frame = listed(config, "frame", &n);
	c->frame_payload = payload_max(n);
	c->files = listed(config, "files", &n);
	hg_event_xff_read(&c->xff[HG_XFF_FILES], hg_event_log(config, 0), n);
	listed(config, "http", &n);
	hg_event_xff_read(&c->xff[HG_XFF_TX], hg_event_log(config, 0), n);
	c->stats = listed(config, "stats", &n);
	c->drop = listed(config, "drop", &n);
	read_drop(c, n);
	/* Of our own; a configuration of the peer's does not know them. */
	listed(config, "detection", &n);
	c->detection = on(n, "enabled", true);
	listed(config, "login", &n);
	c->login = on(n, "enabled", true);
	c->protos = 0;
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		if (d->event_type != NULL &&
			listed(config, d->listed_as != NULL ? d->listed_as : d->event_type, &n))
			c->protos |= HG_PROTO_BIT(d->proto);
	/* Of our own; a configuration of the peer's does not know it. */
	c->protos |= HG_PROTO_BIT(HG_PROTO_TELNET);
}

bool
hg_event_shows_bytes(const struct hg_event_config *c)
{
	return c->frame || (c->alert && (c->payload || c->payload_printable || c->packet || c->tagged));
}

static bool
wants_audit(const struct hg_config *config, const struct hg_config_node *log, bool otherwise)
{
	const char *text = hg_config_str_below(config, log, "outputs.eve-log", "audit");

	return strcmp(text, "auto") == 0 ? otherwise : strcmp(text, "yes") == 0;
}

void
hg_event_config_store(struct hg_event_config *c, const struct hg_config *config)
{
	hg_event_xff_read(&c->xff[HG_XFF_STORE], hg_config_find(config, "outputs.file-store"), NULL);
}

int
hg_event_config_read(
	struct hg_event_config *c, const struct hg_config *config, bool audit, struct hg_error *err)
{
	const struct hg_config_node *log = hg_event_log(config, 0);
	const struct hg_config_node *seed;

	(void)err;
	c->audit = audit;
	if (log == NULL)
		return 0;
	c->audit = wants_audit(config, log, audit);
	c->metadata = on(log, "metadata", true);
	c->pcap_file = on(log, "pcap-file", false);
	c->ethernet = on(log, "ethernet", false);
	c->community_id = on(log, "community-id", false);
	seed = hg_config_child(log, "community-id-seed");
	if (seed != NULL && hg_config_text(seed) != NULL)
		c->community_seed = (uint16_t)strtoul(hg_config_text(seed), NULL, 0);
	for (unsigned i = 0; i < HG_XFF_STORE; i++)
		hg_event_xff_read(&c->xff[i], log, NULL);
	if (all_choose(config))
		read_types(c, config);
	return 0;
}
