#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "rules/lang/address.h"

static bool
find_var(const void *ctx, struct hg_span name, struct hg_span *value, const char *group)
{
	const struct hg_compiler *c = ctx;
	const struct hg_config_node *n = hg_config_find(c->config->config, group);

	for (n = n == NULL ? NULL : hg_config_first(n); n != NULL; n = hg_config_next(n)) {
		if (hg_config_text(n) != NULL && hg_span_eq(hg_span_str(hg_config_name(n)), name)) {
			*value = hg_span_str(hg_config_text(n));
			return true;
		}
	}
	return false;
}

static bool
find_address_var(const void *ctx, struct hg_span name, struct hg_span *value)
{
	return find_var(ctx, name, value, "vars.address-groups");
}

static bool
find_port_var(const void *ctx, struct hg_span name, struct hg_span *value)
{
	return find_var(ctx, name, value, "vars.port-groups");
}

#define VARS_MAX 128

static const char *
nearest_var(const void *ctx, struct hg_span name, const char *group)
{
	const struct hg_compiler *c = ctx;
	const struct hg_config_node *n = hg_config_find(c->config->config, group);
	const char *names[VARS_MAX];
	char wanted[64];
	size_t count = 0;

	for (n = n == NULL ? NULL : hg_config_first(n); n != NULL && count < VARS_MAX; n = hg_config_next(n))
		names[count++] = hg_config_name(n);
	snprintf(wanted, sizeof(wanted), "%.*s", (int)HG_MIN(name.len, sizeof(wanted) - 1),
		(const char *)name.p);
	return hg_nearest(wanted, names, count);
}

static const char *
nearest_address_var(const void *ctx, struct hg_span name)
{
	return nearest_var(ctx, name, "vars.address-groups");
}

static const char *
nearest_port_var(const void *ctx, struct hg_span name)
{
	return nearest_var(ctx, name, "vars.port-groups");
}

struct hg_vars
hg_context_vars(struct hg_compiler *c, bool ports)
{
	return ports ? (struct hg_vars){ find_port_var, c, nearest_port_var }
		     : (struct hg_vars){ find_address_var, c, nearest_address_var };
}

static const char *
text_of(struct hg_compiler *c, struct hg_span s)
{
	char *copy = hg_store_take(c->store, s.len + 1);

	if (copy != NULL && s.len > 0)
		memcpy(copy, s.p, s.len);
	return copy;
}

/* Of a file beside the rules: they load all the same. */
static void
note(const struct hg_compiler *c, const struct hg_error *what)
{
	if (c->config->noted != NULL)
		c->config->noted(c->config->arg, what);
	else
		hg_log_error(HG_LOG_WARNING, what);
}

/* A file that the configuration names; missing ones are only worth a warning: rules load without. */
static struct hg_text *
open_named(struct hg_compiler *c, const char *key)
{
	const char *path = hg_config_str(c->config->config, key);
	struct hg_text *text;
	struct hg_error err;

	if (path == NULL || path[0] == '\0')
		return NULL;
	if (hg_text_open(&text, path, &err) < 0) {
		if (hg_config_is_set(c->config->config, key))
			note(c, &err);
		return NULL;
	}
	return text;
}

static int
load_classes(struct hg_compiler *c)
{
	struct hg_text *text = open_named(c, "classification-file");
	struct hg_class row;
	struct hg_error why;
	int r;

	if (text == NULL)
		return 0;
	while ((r = hg_class_next(text, &row, &why)) != 0) {
		struct hg_class_row *more;

		if (r < 0) {
			note(c, &why);
			continue;
		}
		more = realloc(c->classes, (c->n_classes + 1) * sizeof(*more));
		if (more == NULL)
			break;
		c->classes = more;
		c->classes[c->n_classes++] =
			(struct hg_class_row){ text_of(c, row.name), text_of(c, row.text), row.priority };
	}
	hg_text_close(text);
	return 0;
}

static int
limit_addresses(struct hg_compiler *c, struct hg_text *text, struct hg_limit_row *row, struct hg_error *why)
{
	struct hg_vars vars = hg_context_vars(c, false);
	struct hg_addrset *set;

	if (row->limit.ip.len == 0)
		return 0;
	if (hg_addrset_open(&set, row->limit.ip, &vars, why) < 0)
		return hg_text_blame(text, row->limit.ip, why);
	row->addresses = hg_share_addresses(c, set);
	return row->addresses == NULL ? -ENOMEM : 0;
}

static int
load_limits(struct hg_compiler *c)
{
	struct hg_text *text = open_named(c, "threshold-file");
	struct hg_limit_row row = { 0 };
	struct hg_error why;
	int r;

	if (text == NULL)
		return 0;
	while ((r = hg_limit_next(text, &row.limit, &why)) != 0) {
		struct hg_limit_row *more;

		row.addresses = NULL;
		if (r < 0 || limit_addresses(c, text, &row, &why) < 0) {
			note(c, &why);
			continue;
		}
		more = realloc(c->limits, (c->n_limits + 1) * sizeof(*more));
		if (more == NULL)
			break;
		c->limits = more;
		c->limits[c->n_limits++] = row;
	}
	hg_text_close(text);
	return 0;
}

int
hg_context_load(struct hg_compiler *c)
{
	int r = load_classes(c);

	return r < 0 ? r : load_limits(c);
}

void
hg_context_close(struct hg_compiler *c)
{
	free(c->classes);
	free(c->limits);
}

const struct hg_class_row *
hg_context_class(const struct hg_compiler *c, const char *name)
{
	for (uint32_t i = 0; i < c->n_classes; i++)
		if (strcasecmp(c->classes[i].name, name) == 0)
			return &c->classes[i];
	return NULL;
}

static const uint8_t tracks[] = {
	[HG_LIMIT_BY_NONE] = HG_TRACK_RULE,
	[HG_LIMIT_BY_SRC] = HG_TRACK_SRC,
	[HG_LIMIT_BY_DST] = HG_TRACK_DST,
	[HG_LIMIT_BY_EITHER] = HG_TRACK_EITHER,
	[HG_LIMIT_BY_BOTH] = HG_TRACK_PAIR,
	[HG_LIMIT_BY_RULE] = HG_TRACK_RULE,
};
static const uint8_t types[] = {
	[HG_LIMIT_LIMIT] = HG_THRESHOLD_LIMIT,
	[HG_LIMIT_THRESHOLD] = HG_THRESHOLD_THRESHOLD,
	[HG_LIMIT_BOTH] = HG_THRESHOLD_BOTH,
};
static const uint8_t actions[] = {
	[HG_LIMIT_ALERT] = HG_ACTION_ALERT,
	[HG_LIMIT_DROP] = HG_ACTION_DROP,
	[HG_LIMIT_PASS] = HG_ACTION_PASS,
	[HG_LIMIT_REJECT] = HG_ACTION_REJECT,
};

static bool
concerns(const struct hg_limit *l, const struct hg_entry *e)
{
	return (l->gid == 0 || l->gid == e->info.gid) && (l->sid == 0 || l->sid == e->info.sid);
}

static struct hg_threshold
threshold_of(const struct hg_limit_row *row, uint64_t key)
{
	const struct hg_limit *l = &row->limit;
	struct hg_threshold t = { .track = tracks[l->track],
		.count = l->count,
		.seconds = l->seconds,
		.timeout = l->timeout,
		.addresses = row->addresses,
		.key = key };

	switch (l->kind) {
	case HG_LIMIT_SUPPRESS:
		t.type = HG_THRESHOLD_SUPPRESS;
		break;
	case HG_LIMIT_RATE:
		t.type = HG_THRESHOLD_RATE;
		t.new_action = actions[l->new_action];
		t.key |= UINT64_C(1) << 63; /* counts apart from the rule's own threshold */
		break;
	case HG_LIMIT_EVENT:
		t.type = types[l->type];
		break;
	}
	return t;
}

/* Suppressions first, then the rule's own threshold, else those of the file; a rate filter comes on top (3.9). */
static bool
has_own_line(const struct hg_compiler *c, const struct hg_entry *e)
{
	for (uint32_t i = 0; i < c->n_limits; i++) {
		const struct hg_limit *l = &c->limits[i].limit;

		if (l->kind == HG_LIMIT_EVENT && l->sid != 0 && concerns(l, e))
			return true;
	}
	return false;
}

int
hg_context_thresholds(struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d)
{
	const uint64_t key = (uint64_t)e->info.gid << 32 | e->info.sid;
	struct hg_threshold all[16];
	unsigned n = 0;

	for (unsigned pass = 0; pass < 3; pass++) {
		static const uint8_t kinds[3] = { HG_LIMIT_SUPPRESS, HG_LIMIT_EVENT, HG_LIMIT_RATE };

		/* A line for this very rule takes the place of its own threshold; one for a whole group does not (3.9). */
		if (pass == 1 && d->has_threshold && !has_own_line(c, e)) {
			all[n] = d->threshold;
			all[n++].key = key;
			continue;
		}
		for (uint32_t i = 0; i < c->n_limits && n + 1 < HG_COUNT(all); i++)
			if (c->limits[i].limit.kind == kinds[pass] && concerns(&c->limits[i].limit, e))
				all[n++] = threshold_of(&c->limits[i], key);
	}
	e->rule.n_thresholds = (uint8_t)n;
	e->rule.thresholds = n == 0 ? NULL : hg_store_copy(c->store, all, n * sizeof(*all));
	return n > 0 && e->rule.thresholds == NULL ? -ENOMEM : 0;
}
