#include "linkage/policy/alert.h"

#include <jansson.h>
#include <stdio.h>

static void
take_text(const json_t *object, const char *name, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, name));

	snprintf(out, size, "%s", text == NULL ? "" : text);
}

static uint64_t
take_number(const json_t *object, const char *name, uint64_t most)
{
	const json_int_t n = json_integer_value(json_object_get(object, name));

	return n < 0 ? 0 : HG_MIN((uint64_t)n, most);
}

static bool
take_net(const json_t *object, const char *name, struct hg_net *out)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL && strchr(text, '/') == NULL && hg_net_parse(text, out, NULL) == 0;
}

static enum hg_alert_dir
direction_of(const json_t *root)
{
	const char *text = json_string_value(json_object_get(root, "direction"));

	if (text == NULL)
		return HG_ALERT_NO_DIR;
	return strcmp(text, "to_server") == 0    ? HG_ALERT_TO_SERVER
		: strcmp(text, "to_client") == 0 ? HG_ALERT_TO_CLIENT
						 : HG_ALERT_NO_DIR;
}

static bool
read_alert(const json_t *root, struct hg_alert *out)
{
	const json_t *alert = json_object_get(root, "alert");

	*out = (struct hg_alert){ 0 };
	if (!json_is_object(alert) || !take_net(root, "src_ip", &out->src) ||
		!take_net(root, "dest_ip", &out->dest))
		return false;
	out->gid = (uint32_t)take_number(alert, "gid", UINT32_MAX);
	out->sid = (uint32_t)take_number(alert, "signature_id", UINT32_MAX);
	out->rev = (uint32_t)take_number(alert, "rev", UINT32_MAX);
	out->severity = (uint32_t)take_number(alert, "severity", UINT32_MAX);
	out->flow_id = take_number(root, "flow_id", UINT64_MAX);
	out->has_source = take_net(json_object_get(alert, "source"), "ip", &out->source);
	out->two_way = json_is_true(json_object_get(json_object_get(root, "flow"), "two_way"));
	out->dir = direction_of(root);
	take_text(alert, "category", out->category, sizeof(out->category));
	take_text(alert, "signature", out->signature, sizeof(out->signature));
	take_text(root, "app_proto", out->app, sizeof(out->app));
	take_text(root, "timestamp", out->timestamp, sizeof(out->timestamp));
	return true;
}

/* A flood has a victim and nobody to accuse: its sources are made up. */
static bool
accuses_nobody(const json_t *root)
{
	return json_is_object(json_object_get(root, "alert")) && json_object_get(root, "src_ip") == NULL &&
		json_object_get(root, "dest_ip") != NULL;
}

enum hg_event_kind
hg_alert_read(struct hg_span line, struct hg_alert *out, uint64_t *seq)
{
	/* Payloads have zeros, and who sends one must not be overlooked for it. */
	json_t *root =
		json_loadb((const char *)line.p, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	const char *type = json_string_value(json_object_get(root, "event_type"));
	enum hg_event_kind kind = type == NULL ? HG_LINE_BAD : HG_LINE_OTHER;
	const json_t *number = json_object_get(root, "seq");

	if (json_is_integer(number) && json_integer_value(number) >= 0)
		*seq = (uint64_t)json_integer_value(number);
	if (type != NULL && strcmp(type, "alert") == 0 && !accuses_nobody(root))
		kind = read_alert(root, out) ? HG_LINE_ALERT : HG_LINE_BAD;
	json_decref(root);
	return kind;
}
