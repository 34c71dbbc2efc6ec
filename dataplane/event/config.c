#include "event/event_int.h"

#include <stdio.h>
#include <stdlib.h>

/* `outputs.eve-log`: which records, and what alerts carry. A type that is not listed is off once a list is there. */

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
	char key[96];

	snprintf(key, sizeof(key), "outputs.eve-log.types.%s", type);
	*node = hg_config_find(config, key);
	return *node != NULL && on(*node, "enabled", true);
}

static void
read_alert(struct hg_event_config *c, const struct hg_config_node *n)
{
	const struct hg_config_node *metadata = n == NULL ? NULL : hg_config_child(n, "metadata");

	c->payload = on(n, "payload", false);
	c->payload_printable = on(n, "payload-printable", false);
	c->packet = on(n, "packet", false);
	c->verdict = on(n, "verdict", false);
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
	c->anomaly_decode = c->anomaly_stream = c->anomaly_app = false;
	if (listed(config, "anomaly", &n))
		read_anomaly(c, n);
	c->flow = listed(config, "flow", &n);
	c->files = listed(config, "files", &n);
	c->stats = listed(config, "stats", &n);
	c->drop = listed(config, "drop", &n);
	read_drop(c, n);
	/* Of our own; a configuration of the peer's does not know it. */
	listed(config, "detection", &n);
	c->detection = on(n, "enabled", true);
	c->protos = 0;
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		if (d->event_type != NULL && listed(config, d->event_type, &n))
			c->protos |= HG_PROTO_BIT(d->proto);
	/* Of our own; a configuration of the peer's does not know it. */
	c->protos |= HG_PROTO_BIT(HG_PROTO_TELNET);
}

int
hg_event_config_read(struct hg_event_config *c, const struct hg_config *config, struct hg_error *err)
{
	const struct hg_config_node *log = hg_config_find(config, "outputs.eve-log");
	const struct hg_config_node *seed;

	(void)err;
	if (log == NULL)
		return 0;
	c->metadata = on(log, "metadata", true);
	c->pcap_file = on(log, "pcap-file", false);
	c->community_id = on(log, "community-id", false);
	seed = hg_config_child(log, "community-id-seed");
	if (seed != NULL && hg_config_text(seed) != NULL)
		c->community_seed = (uint16_t)strtoul(hg_config_text(seed), NULL, 0);
	if (hg_config_find(config, "outputs.eve-log.types") != NULL)
		read_types(c, config);
	return 0;
}
