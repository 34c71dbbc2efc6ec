#include "event/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/socket.h"

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

/* Every enabled `- eve-log:` of the list; also a plain map. */
static int
read_sinks(struct hg_output_config *oc, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *item = hg_config_first(hg_config_find(c, "outputs"));
	int r = 0;

	for (; item != NULL && r == 0; item = hg_config_next(item)) {
		const struct hg_config_node *log = strcmp(hg_config_name(item), "eve-log") == 0
			? item
			: hg_config_child(item, "eve-log");
		const struct hg_sink_config probe = { .config = c, .node = log };

		if (log != NULL && hg_sink_bool(&probe, "enabled"))
			r = add_sink(oc, c, log, err);
	}
	return r;
}

int
hg_output_config_read(struct hg_output_config *oc, const struct hg_config *c, struct hg_error *err)
{
	*oc = (struct hg_output_config){ .ring = hg_config_size(c, "output.ring") };
	oc->events = hg_config_bool(c, "event-socket.enabled");
	place(oc->events_path, sizeof(oc->events_path), HG_RUN_FOLDER,
		hg_config_str(c, "event-socket.filename"));
	oc->subscribers = (struct hg_subscribers_config){ .path = oc->events_path,
		.most = (unsigned)hg_config_int(c, "event-socket.subscribers"),
		.queue = hg_config_size(c, "event-socket.queue"),
		.mode = (uint32_t)strtoul(hg_config_str(c, "event-socket.filemode"), NULL, 8) };
	return read_sinks(oc, c, err);
}
