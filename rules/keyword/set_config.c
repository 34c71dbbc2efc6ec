/* datasets.<name>: what the configuration says of a set. */
#include <stdio.h>

#include "rules/keyword/sets.h"

static const char *
text_below(const struct hg_config_node *n, const char *key)
{
	const struct hg_config_node *child = n == NULL ? NULL : hg_config_child(n, key);

	return child == NULL ? NULL : hg_config_text(child);
}

/* Paths of the configuration are trusted; relative ones lie among the data. */
static void
configured_path(const struct hg_draft *d, const char *path, char out[HG_SET_PATH])
{
	if (path != NULL && path[0] != '\0')
		hg_set_join(out, hg_set_folder(d), strlen(hg_set_folder(d)), hg_span_str(path));
}

void
hg_set_configured(const struct hg_draft *d, struct hg_set_spec *s)
{
	char name[HG_SET_NAME_MAX + 1];
	const struct hg_config_node *all = hg_config_find(d->shared->config, "datasets"), *n;
	const char *type, *state, *memory;

	snprintf(name, sizeof(name), "%.*s", (int)s->name.len, s->name.p);
	n = all == NULL ? NULL : hg_config_child(all, name);
	if (n == NULL)
		return;
	type = text_below(n, "type");
	state = text_below(n, "state");
	memory = text_below(n, "memcap");
	if (type != NULL && !s->typed)
		s->typed = hg_set_type_parse(hg_span_str(type), &s->type);
	if (s->load[0] == '\0')
		configured_path(d, state == NULL ? text_below(n, "load") : state, s->load);
	if (s->save[0] == '\0')
		configured_path(d, state == NULL ? text_below(n, "save") : state, s->save);
	s->may_lack |= state != NULL;
	if (memory != NULL && s->memory == 0)
		hg_config_parse_size(memory, &s->memory);
}
