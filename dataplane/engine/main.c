#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "engine/analyze.h"
#include "engine/check_host.h"
#include "engine/ctl.h"
#include "engine/libcrypto.h"
#include "engine/list.h"
#include "engine/live.h"
#include "engine/load.h"
#include "engine/replay.h"

#ifndef HG_VERSION
#define HG_VERSION "unknown"
#endif

static void
say_counts(char *out, size_t size, const struct hg_snapshot *rules)
{
	char more[32] = "";

	if (rules != NULL && rules->n_left_out > 0)
		snprintf(more, sizeof(more), ", %u left out", rules->n_left_out);
	snprintf(out, size, "%u rules loaded, %u refused%s", rules == NULL ? 0 : rules->n_loaded,
		rules == NULL ? 0 : rules->n_refused, more);
}

/* Warnings are for who asks: an editor, or the author of rules. */
static int
analyze(const struct hg_options *o, const struct hg_snapshot *rules)
{
	if (o->analyze)
		return hg_analyze_print(stdout, rules,
			o->json                         ? HG_ANALYZE_JSON
				: isatty(STDOUT_FILENO) ? HG_ANALYZE_TABLE
							: HG_ANALYZE_TABS);
	return o->json ? hg_analyze_diagnose(stdout, rules) : 0;
}

static int
work(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings)
{
	struct hg_snapshot *rules;
	struct hg_refusals refusals;
	struct hg_error err = { 0 };
	char counts[128];
	int status = 0;

	if (hg_load_rules(o, config, settings, NULL, &rules, &refusals, &err) < 0) {
		hg_load_failed(o, &err);
		hg_snapshot_close(rules);
		hg_refusals_free(&refusals);
		return 1;
	}
	say_counts(counts, sizeof(counts), rules);
	if (rules != NULL && rules->n_refused + rules->n_left_out > 0 &&
		!(o->verb == HG_VERB_CHECK && o->json))
		hg_log(HG_LOG_NOTICE, "%s", counts);
	if (o->verb == HG_VERB_REPLAY) {
		status = hg_replay(o, config, settings, rules);
	} else {
		if (analyze(o, rules) < 0)
			hg_log(HG_LOG_ERROR, "no memory to analyze the rules");
		fprintf(o->analyze || o->json ? stderr : stdout, "%s\n", counts);
		status = refusals.n > 0;
	}
	hg_snapshot_close(rules);
	hg_refusals_free(&refusals);
	return status;
}

static int
run(const struct hg_options *o)
{
	struct hg_settings settings = { 0 };
	struct hg_config *config = NULL;
	struct hg_error err = { 0 };
	int status = 0;

	if (hg_load_config(o, &config, &settings, &err) < 0) {
		hg_load_failed(o, &err);
		status = 1;
	} else if (o->list != HG_LIST_NONE) {
		hg_list_print(stdout, o->list, config);
	} else if (o->check_host) {
		status = hg_check_host(o, config, &settings);
	} else if (o->verb == HG_VERB_RUN) {
		status = hg_live(o, config, &settings);
	} else {
		status = work(o, config, &settings);
	}
	hg_settings_close(&settings);
	hg_config_close(config);
	return status;
}

int
main(int argc, char **argv)
{
	struct hg_options o;
	struct hg_error err = { 0 };
	int status = 0;

	hg_libcrypto_init();
	if (hg_options_read(&o, argc, argv, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		status = 1;
	} else if (o.verb == HG_VERB_HELP) {
		hg_options_help(stdout, o.about);
	} else if (o.verb == HG_VERB_VERSION) {
		printf("hangu %s\n", HG_VERSION);
	} else if (o.verb == HG_VERB_CTL) {
		status = hg_ctl(&o);
	} else {
		status = run(&o);
	}
	hg_options_close(&o);
	return status;
}
