/* settings: the section `linkage` of the configuration. */
#ifndef HG_LINKAGE_SETTINGS_H
#define HG_LINKAGE_SETTINGS_H

#include "base/config.h"
#include "linkage/decision/decision.h"

/* Reads a file with the schema of linkd: keys of the engine beside the section are not looked at. */
int hg_settings_load(struct hg_config **ret, const char *path, struct hg_error *err);

/* Names of targets and their maps; -errno with the reason. */
struct hg_settings_target {
	char name[32];
	const struct hg_driver *driver;
	const struct hg_config_node *options;
};
int hg_settings_targets(const struct hg_config *c, struct hg_settings_target out[HG_TARGETS], unsigned *n,
	struct hg_error *err);

/* Policy, guard and budgets of a decider; targets have been named. */
int hg_settings_decider(struct hg_decider *d, const struct hg_config *c, struct hg_error *err);

const struct hg_config_key *hg_settings_keys(size_t *n);

#endif
