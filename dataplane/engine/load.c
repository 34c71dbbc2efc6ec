#include "engine/load.h"

#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "engine/diagnose.h"
#include "engine/interfaces.h"
#include "engine/keys.h"
#include "engine/progress.h"

static void
set_log_level(const struct hg_config *c)
{
	static const struct {
		const char *name;
		enum hg_log_level level;
	} levels[] = { { "error", HG_LOG_ERROR }, { "warning", HG_LOG_WARNING }, { "notice", HG_LOG_NOTICE },
		{ "info", HG_LOG_INFO }, { "perf", HG_LOG_INFO }, { "config", HG_LOG_INFO },
		{ "debug", HG_LOG_DEBUG } };
	const char *name = hg_config_str(c, "logging.default-log-level");

	for (size_t i = 0; i < HG_COUNT(levels); i++)
		if (strcmp(levels[i].name, name) == 0)
			hg_log_level(levels[i].level);
}

/* Findings are lines of JSON on standard output. */
static bool
wants_json(const struct hg_options *o)
{
	return o->verb == HG_VERB_CHECK && o->json && !o->analyze;
}

/* `check` explains each key that has no meaning here, a run only says that there are such. */
static void
say_ignored(const struct hg_options *o, const struct hg_config *c)
{
	struct hg_error notice = { 0 }, first = { 0 };
	size_t count = 0;

	for (size_t i = 0; hg_config_notice(c, i, &notice); i++) {
		if (strcmp(notice.file, HG_BUILTIN_NAME) == 0)
			continue;
		hg_error_mark(&notice, "ignored-key");
		if (wants_json(o))
			hg_diagnose(stdout, &notice, HG_SEVERITY_INFORMATION, 0);
		else if (o->verb == HG_VERB_CHECK)
			hg_log_error(HG_LOG_NOTICE, &notice);
		else if (count == 0)
			first = notice;
		count++;
	}
	if (o->verb == HG_VERB_CHECK || count == 0)
		return;
	hg_log_error(HG_LOG_NOTICE, &first);
	if (count > 1)
		hg_log(HG_LOG_NOTICE,
			"so have %zu more keys; `hangu check` with this configuration names them", count - 1);
}

/* -l is where events go; and where dropped packets end, all is inspected as inline. */
static int
prepare_run(const struct hg_options *o, struct hg_config *c, struct hg_error *err)
{
	struct hg_devices_config devices;
	int r = hg_interfaces_read(&devices, c, o, err);
	char text[4096];

	/* It says so itself, with all else that it finds. */
	if (r < 0 && o->check_host)
		r = 0;
	if (r == 0 && o->log_dir != NULL) {
		snprintf(text, sizeof(text), "default-log-dir=%s", o->log_dir);
		r = hg_config_override(c, text, err);
	}
	if (r == 0 && hg_interfaces_inline(&devices))
		r = hg_config_override(c, "simulate-ips=yes", err);
	return r;
}

/* What a replay writes, and so what rules have it remember, goes where -l says. */
static int
prepare_replay(const struct hg_options *o, struct hg_config *c, struct hg_error *err)
{
	char text[4096];

	if (o->log_dir == NULL || hg_config_is_set(c, "default-data-dir"))
		return 0;
	snprintf(text, sizeof(text), "default-data-dir=%s", o->log_dir);
	return hg_config_override(c, text, err);
}

int
hg_load_config(const struct hg_options *o, struct hg_config **config, struct hg_settings *settings,
	struct hg_error *err)
{
	int r = hg_settings_schema(config);

	if (r < 0)
		return hg_error_set(err, r, "no memory for the configuration");
	if (o->config != NULL)
		r = hg_config_load(*config, o->config, err);
	else
		r = hg_config_load_text(*config, HG_BUILTIN_NAME, hg_builtin, err);
	for (unsigned i = 0; i < o->n_sets && r == 0; i++)
		r = hg_config_override(*config, o->sets[i], err);
	if (r == 0 && o->verb == HG_VERB_RUN)
		r = prepare_run(o, *config, err);
	if (r == 0 && o->verb == HG_VERB_REPLAY)
		r = prepare_replay(o, *config, err);
	if (r == 0)
		r = hg_settings_read(settings, *config, err);
	if (r < 0)
		return r;
	set_log_level(*config);
	say_ignored(o, *config);
	return 0;
}

void
hg_load_failed(const struct hg_options *o, const struct hg_error *err)
{
	if (wants_json(o))
		hg_diagnose(stdout, err, HG_SEVERITY_ERROR, 0);
	else
		hg_log_error(HG_LOG_ERROR, err);
}

struct loading {
	const struct hg_options *options;
	struct hg_refusals *refusals;
	struct hg_progress progress;
};

void
hg_refusals_free(struct hg_refusals *r)
{
	free(r->list);
	*r = (struct hg_refusals){ 0 };
}

static void
on_refused(void *arg, const struct hg_error *why, uint32_t sid)
{
	struct loading *l = arg;
	struct hg_refusals *r = l->refusals;
	const bool left_out = why->code == HG_RULE_LEFT_OUT;
	char text[1024];

	if (!left_out) {
		if (r->list == NULL)
			r->list = calloc(HG_REFUSALS_KEPT, sizeof(*r->list));
		if (r->list != NULL && r->kept < HG_REFUSALS_KEPT)
			r->list[r->kept++] = *why;
		r->n++;
	}
	hg_progress_clear(&l->progress);
	if (wants_json(l->options))
		hg_diagnose(stdout, why, left_out ? HG_SEVERITY_INFORMATION : HG_SEVERITY_ERROR, sid);
	else
		hg_log_finding(
			left_out ? HG_LOG_NOTICE : HG_LOG_WARNING, hg_error_text(why, text, sizeof(text)));
}

static void
on_noted(void *arg, const struct hg_error *what)
{
	struct loading *l = arg;

	hg_progress_clear(&l->progress);
	if (wants_json(l->options))
		hg_diagnose(stdout, what, HG_SEVERITY_WARNING, 0);
	else
		hg_log_error(HG_LOG_WARNING, what);
}

static void
on_progress(void *arg, const char *what, uint32_t done, uint32_t total)
{
	struct loading *l = arg;

	hg_progress_show(&l->progress, what, done, total);
}

/* While packets pass, CPUs are the workers'. */
static unsigned
compile_threads(const struct hg_config *config, bool reload)
{
	const int64_t set = hg_config_int(config, "rules.compile-threads");
	cpu_set_t cpus;

	if (set > 0)
		return (unsigned)set;
	if (reload || sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return 1;
	return (unsigned)CPU_COUNT(&cpus);
}

const char *
hg_load_cache(const struct hg_config *config, char *path, size_t size)
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

static void
say_not_stored(const struct hg_snapshot *rules, const struct hg_settings *settings)
{
	if (rules != NULL && (rules->stores[HG_TO_SERVER] | rules->stores[HG_TO_CLIENT]) != 0 &&
		!settings->store.enabled)
		hg_log(HG_LOG_WARNING,
			"rules want files stored (filestore), but outputs.file-store is not enabled");
}

int
hg_load_rules(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings,
	const struct hg_snapshot *before, struct hg_snapshot **snapshot, struct hg_refusals *refusals,
	struct hg_error *err)
{
	struct file_list files = { 0 };
	struct hg_app_catalog catalog;
	char cache[3800];
	struct loading loading = { .options = o, .refusals = refusals };
	struct hg_compile_config c = { .config = config,
		.catalog = &catalog.catalog,
		.protos_enabled = settings->protos_enabled,
		.suricata7 = settings->suricata7,
		.ips = settings->ips,
		.before = before,
		.hash_key = settings->detect.hash_key,
		.cache = hg_load_cache(config, cache, sizeof(cache)),
		.cache_size = hg_config_size(config, "rules.cache-size"),
		.threads = compile_threads(config, before != NULL),
		.refused = on_refused,
		.noted = on_noted,
		.progress = on_progress,
		.arg = &loading,
		.keep_sources = o->n_explain > 0,
		.write_loaded = o->write_loaded };
	int r = list_files(o, config, &files);

	hg_progress_init(&loading.progress);
	hg_app_catalog(&catalog);
	*snapshot = NULL;
	*refusals = (struct hg_refusals){ 0 };
	if (r < 0)
		hg_error_set(err, r, "no memory for rule files");
	else if (files.n > 0 || before != NULL || hg_config_find(config, "file-lists") != NULL)
		r = hg_compile(snapshot, (const char *const *)files.v, files.n, &c, err);
	hg_progress_clear(&loading.progress);
	free_list(&files);
	if (r == 0)
		say_not_stored(*snapshot, settings);
	/* Texts and trees of rules, and what their databases were made of, are several times what stays. */
	malloc_trim(0);
	if (r == 0 && refusals->n > 0 && hg_config_bool(config, "rules.strict"))
		r = hg_error_set(err, -EINVAL, "%u rules were refused and rules.strict is on", refusals->n);
	return r;
}
