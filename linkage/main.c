#include <stdio.h>

#include "base/log.h"
#include "linkage/ctl.h"
#include "linkage/daemon.h"
#include "linkage/settings.h"

#ifndef HG_VERSION
#define HG_VERSION "unknown"
#endif

#define CONFIG "/etc/hangu/hangu.yaml"

static int
load(struct hg_config **ret, const struct hg_options *o, struct hg_error *err)
{
	int status = hg_settings_load(ret, o->config == NULL ? CONFIG : o->config, err);

	for (unsigned i = 0; status == 0 && i < o->n_sets; i++)
		status = hg_config_override(*ret, o->sets[i], err);
	return status;
}

static void
list_config(void)
{
	size_t n;
	const struct hg_config_key *keys = hg_settings_keys(&n);

	puts("| key | default | what |\n|---|---|---|");
	for (size_t i = 0; i < n; i++)
		if (keys[i].type != HG_CONFIG_IGNORED)
			printf("| `%s` | %s | %s |\n", keys[i].name,
				keys[i].initial == NULL ? "" : keys[i].initial, keys[i].doc);
}

static int
check_journal(const char *store)
{
	struct hg_error err = { 0 };
	uint64_t records, broken;

	if (hg_store_verify(store, &records, &broken, &err) < 0) {
		printf("no journal yet: %s\n", err.text);
		return 0;
	}
	if (broken != 0) {
		hg_log(HG_LOG_ERROR, "record %llu of the journal, or one before it, is not what was written",
			(unsigned long long)broken);
		return 1;
	}
	printf("%llu records in the journal, each follows from the one before\n",
		(unsigned long long)records);
	return 0;
}

/* Everything that run would refuse at start, without touching a plane. */
static int
check(const struct hg_config *c)
{
	struct hg_settings_target rows[HG_TARGETS];
	struct hg_decider d = { 0 };
	struct hg_error err = { 0 };
	int status = hg_settings_targets(c, rows, &d.n_targets, &err);

	for (unsigned i = 0; status == 0 && i < d.n_targets; i++)
		memcpy(d.targets[i].name, rows[i].name, sizeof(rows[i].name));
	if (status == 0)
		status = hg_settings_decider(&d, c, &err);
	if (status < 0)
		hg_log_error(HG_LOG_ERROR, &err);
	else
		printf("%u rules, %u targets\n", d.policy.n_rules, d.n_targets);
	hg_decider_close(&d);
	return status < 0 ? 1 : check_journal(hg_config_str(c, "linkage.store"));
}

static int
with_config(const struct hg_options *o)
{
	struct hg_config *c = NULL;
	struct hg_error err = { 0 };
	int status = 1;

	if (load(&c, o, &err) < 0)
		hg_log_error(HG_LOG_ERROR, &err);
	else
		status = o->verb == HG_VERB_RUN ? hg_daemon_run(c) : check(c);
	hg_config_close(c);
	return status;
}

int
main(int argc, char **argv)
{
	struct hg_options o;
	struct hg_error err = { 0 };
	int status = 0;

	if (hg_options_read(&o, argc, argv, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		status = 1;
	} else if (o.verb == HG_VERB_HELP) {
		hg_options_help(stdout, o.about);
	} else if (o.verb == HG_VERB_VERSION) {
		printf("hangu-linkd %s\n", HG_VERSION);
	} else if (o.list_config) {
		list_config();
	} else {
		hg_log_level(o.verbose ? HG_LOG_INFO : HG_LOG_NOTICE);
		status = o.verb == HG_VERB_CTL ? hg_ctl(&o) : with_config(&o);
	}
	hg_options_close(&o);
	return status;
}
