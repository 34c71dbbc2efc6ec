#include "event/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/socket.h"
#include "event/event.h"

/* `outputs`: which eve-logs there are; `output` and `event-socket`. */

/* A name without a folder stands in `folder`. */
static void
place(char *path, size_t size, const char *folder, const char *name)
{
	if (name[0] == '/')
		snprintf(path, size, "%s", name);
	else
		snprintf(path, size, "%s/%s", folder, name);
}

static int
add_sink(struct hg_output_config *oc, const struct hg_config *c, const struct hg_config_node *log,
	struct hg_error *err)
{
	struct hg_sink_config *s = &oc->sinks[oc->n_sinks];
	const char *type;

	if (oc->n_sinks == HG_OUTPUT_SINKS) {
		hg_error_set(err, -EINVAL, "outputs: more than %d eve-logs", HG_OUTPUT_SINKS);
		hg_config_place(log, err);
		return -EINVAL;
	}
	*s = (struct hg_sink_config){ .config = c, .node = log, .types = hg_config_below(log, "types") };
	type = hg_sink_str(s, "filetype");
	s->kind = hg_sink_kind_find(type);
	s->prefix = hg_sink_str(s, "prefix");
	if (strlen(s->prefix) > HG_SINK_TEXT / 4)
		return hg_sink_refuse(s, "prefix", err, "is too long");
	s->queue = hg_sink_size(s, "queue");
	place(s->path, sizeof(s->path), hg_config_str(c, "default-log-dir"), hg_sink_str(s, "filename"));
	snprintf(s->name, sizeof(s->name), "eve-log %u (%s)", oc->n_sinks + 1, type);
	oc->n_sinks++;
	return 0;
}

/* As a record's event_type says it. */
static const char *
event_type_of(const char *type)
{
	return strcmp(type, "files") == 0 ? "fileinfo" : type;
}

static struct hg_output_type *
make_type(struct hg_output_config *oc, const char *name)
{
	struct hg_output_type *t = oc->types;

	while (t < oc->types + oc->n_types && strcmp(t->name, name) != 0)
		t++;
	if (t == oc->types + oc->n_types) {
		if (oc->n_types == HG_OUTPUT_TYPES)
			return NULL;
		oc->n_types++;
		t->name = name;
	}
	return t;
}

/* The name of an item `- alert`, `- alert: {...}` or of a key `alert: {...}`, and whether it is enabled. */
static const char *
read_item(const struct hg_config_node *n, bool *on)
{
	const struct hg_config_node *enabled;

	*on = true;
	if (hg_config_text(n) != NULL && hg_config_name(n)[0] == '\0')
		return hg_config_text(n);
	if (hg_config_name(n)[0] == '\0')
		n = hg_config_first(n);
	enabled = n == NULL ? NULL : hg_config_child(n, "enabled");
	if (enabled != NULL && hg_config_text(enabled) != NULL)
		hg_config_parse_bool(hg_config_text(enabled), on);
	return n == NULL ? "" : hg_config_name(n);
}

static int
list_types(struct hg_output_config *oc, unsigned sink, struct hg_error *err)
{
	const struct hg_config_node *n = hg_config_first(oc->sinks[sink].types);

	for (; n != NULL; n = hg_config_next(n)) {
		bool on;
		struct hg_output_type *t = make_type(oc, event_type_of(read_item(n, &on)));

		if (t == NULL)
			return hg_error_set(
				err, -ENOSPC, "outputs: more than %d types of records", HG_OUTPUT_TYPES);
		if (on)
			t->sinks |= 1u << sink;
	}
	return 0;
}

/* A type that one eve-log lists goes to those that list it, or list none; one that nobody lists goes to all. */
static int
read_types(struct hg_output_config *oc, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; i < oc->n_sinks && r == 0; i++)
		r = list_types(oc, i, err);
	for (unsigned i = 0; i < oc->n_sinks; i++)
		for (unsigned k = 0; oc->sinks[i].types == NULL && k < oc->n_types; k++)
			oc->types[k].sinks |= 1u << i;
	return r;
}

static int
read_sinks(struct hg_output_config *oc, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *log;
	int r = 0;

	for (unsigned i = 0; r == 0 && (log = hg_event_log(c, i)) != NULL; i++)
		r = add_sink(oc, c, log, err);
	return r < 0 ? r : read_types(oc, err);
}

int
hg_output_config_read(struct hg_output_config *oc, const struct hg_config *c, struct hg_error *err)
{
	*oc = (struct hg_output_config){ .ring = hg_config_size(c, "output.ring"),
		.realtime = hg_config_bool(c, "engine.realtime") };
	oc->events = hg_config_bool(c, "event-socket.enabled");
	place(oc->events_path, sizeof(oc->events_path), HG_RUN_FOLDER,
		hg_config_str(c, "event-socket.filename"));
	oc->subscribers = (struct hg_subscribers_config){ .path = oc->events_path,
		.most = (unsigned)hg_config_int(c, "event-socket.subscribers"),
		.queue = hg_config_size(c, "event-socket.queue"),
		.mode = (uint32_t)strtoul(hg_config_str(c, "event-socket.filemode"), NULL, 8) };
	return read_sinks(oc, c, err);
}
