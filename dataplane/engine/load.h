/* load: configuration and rules, as the command line wants them. */
#ifndef HG_ENGINE_LOAD_H
#define HG_ENGINE_LOAD_H

#include "engine/options.h"
#include "engine/settings.h"
#include "rules/compile/compile.h"

/* Schema, file, overrides, settings. 0 or -errno with err. */
int hg_load_config(const struct hg_options *o, struct hg_config **config, struct hg_settings *settings,
	struct hg_error *err);

/* Says what kept it from loading: a sentence on standard error, or what `check --json` prints. */
void hg_load_failed(const struct hg_options *o, const struct hg_error *err);

/* The folder of compiled patterns, made when it is missing: rules.cache-dir, else $XDG_CACHE_HOME/hangu, else ~/.cache/hangu;
 * NULL: no cache. */
const char *hg_load_cache(const struct hg_config *config, char *path, size_t size);

#define HG_REFUSALS_KEPT 1000

/* Rules that were refused, the first of them with place and reason. */
struct hg_refusals {
	uint32_t n, kept;
	struct hg_error *list; /* room for HG_REFUSALS_KEPT once there is one */
};

void hg_refusals_free(struct hg_refusals *r);

/* before: the rules at work, or NULL; what flows and addresses remember of them holds for the new ones. *snapshot stays NULL
 * when there are no rules at all, neither before. Rules that do not load are printed one a line on standard error, also
 * those that are left out by their own wish, which are no refusals; with `check --json` on standard output instead. With rules.strict a refusal is an error. */
int hg_load_rules(const struct hg_options *o, const struct hg_config *config,
	const struct hg_settings *settings, const struct hg_snapshot *before, struct hg_snapshot **snapshot,
	struct hg_refusals *refusals, struct hg_error *err);

#endif
