#include "engine/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"

int
hg_load_config(const struct hg_options *o, struct hg_config **config, struct hg_settings *settings,
	struct hg_error *err)
{
	struct hg_error notice;
	int r = hg_settings_schema(config);

	if (r < 0)
		return hg_error_set(err, r, "no memory for the configuration");
	if (o->config != NULL)
		r = hg_config_load(*config, o->config, err);
	for (unsigned i = 0; i < o->n_sets && r == 0; i++)
		r = hg_config_override(*config, o->sets[i], err);
	if (r == 0)
		r = hg_settings_read(settings, *config, err);
	for (size_t i = 0; r == 0 && hg_config_notice(*config, i, &notice); i++)
		hg_log_error(HG_LOG_INFO, &notice);
	return r;
}

static void
on_refused(void *arg, const struct hg_error *why, uint32_t sid)
{
	uint32_t *count = arg;
	char text[1024];

	(void)sid;
	(*count)++;
	fprintf(stderr, "%s\n", hg_error_text(why, text, sizeof(text)));
}

/* rules.cache-dir, else $XDG_CACHE_HOME/hangu, else ~/.cache/hangu; NULL: no cache. */
static const char *
cache_folder(const struct hg_config *config, char *path, size_t size)
{
	const char *set = hg_config_str(config, "rules.cache-dir"), *base = getenv("XDG_CACHE_HOME"),
		   *home = getenv("HOME");

	if (!hg_config_bool(config, "rules.cache"))
		return NULL;
	if (set != NULL) {
		snprintf(path, size, "%s", set);
	} else if (base != NULL && base[0] == '/') {
		mkdir(base, 0700);
		snprintf(path, size, "%s/hangu", base);
	} else if (home != NULL && home[0] == '/') {
		snprintf(path, size, "%s/.cache", home);
		mkdir(path, 0700);
		snprintf(path, size, "%s/.cache/hangu", home);
	} else {
		return NULL;
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST ? path : NULL;
}

struct file_list {
	char **v;
	size_t n;
};

static void
free_list(struct file_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
}

static int
add_file(struct file_list *l, const char *folder, const char *name)
{
	char **more = realloc(l->v, (l->n + 1) * sizeof(*more));
	char *path = NULL;

	if (more == NULL)
		return -ENOMEM;
	l->v = more;
	if (name[0] == '/' || folder == NULL)
		path = strdup(name);
	else if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	if (path == NULL)
		return -ENOMEM;
	l->v[l->n++] = path;
	return 0;
}

/* -S replaces what the configuration names. */
static int
list_files(const struct hg_options *o, const struct hg_config *config, struct file_list *l)
{
	const struct hg_config_node *n = hg_config_find(config, "rule-files");
	int r = 0;

	for (unsigned i = 0; i < o->n_rules && r == 0; i++)
		r = add_file(l, NULL, o->rules[i]);
	if (o->n_rules > 0 || n == NULL || o->config == NULL)
		return r;
	for (n = hg_config_first(n); n != NULL && r == 0; n = hg_config_next(n))
		if (hg_config_text(n) != NULL)
			r = add_file(l, hg_config_str(config, "default-rule-path"), hg_config_text(n));
	return r;
}

int
hg_load_rules(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings,
	struct hg_snapshot **snapshot, uint32_t *refused, struct hg_error *err)
{
	struct file_list files = { 0 };
	struct hg_app_catalog catalog;
	char cache[3800];
	struct hg_compile_config c = { .config = config,
		.catalog = &catalog.catalog,
		.protos_enabled = settings->protos_enabled,
		.suricata7 = settings->suricata7,
		.ips = settings->ips,
		.cache = cache_folder(config, cache, sizeof(cache)),
		.refused = on_refused,
		.arg = refused,
		.write_loaded = o->write_loaded };
	int r = list_files(o, config, &files);

	hg_app_catalog(&catalog);
	*snapshot = NULL;
	*refused = 0;
	if (r < 0)
		hg_error_set(err, r, "no memory for rule files");
	else if (files.n > 0)
		r = hg_compile(snapshot, (const char *const *)files.v, files.n, &c, err);
	free_list(&files);
	if (r == 0 && *refused > 0 && hg_config_bool(config, "rules.strict"))
		r = hg_error_set(err, -EINVAL, "%u rules were refused and rules.strict is on", *refused);
	return r;
}
