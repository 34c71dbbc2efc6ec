/* load: configuration and rules, as the command line wants them. */
#ifndef HG_ENGINE_LOAD_H
#define HG_ENGINE_LOAD_H

#include "engine/options.h"
#include "engine/settings.h"
#include "rules/compile/compile.h"

/* Schema, file, overrides, settings. 0 or -errno with err. */
int hg_load_config(const struct hg_options *o, struct hg_config **config, struct hg_settings *settings,
	struct hg_error *err);

/* *snapshot stays NULL when there are no rules at all. Rules that do not load are printed one a line on standard error; *refused
 * counts those that are not left out by their own wish. With rules.strict a refusal is an error. */
int
hg_load_rules(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings,
	struct hg_snapshot **snapshot, uint32_t *refused, struct hg_error *err);

#endif
