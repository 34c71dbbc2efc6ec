/* options: the command line.
 *
 * One table of options says for which commands each is, and makes both the parser and the help. Strings stay argv's;
 * bad use is -EINVAL with one sentence.
 */
#ifndef HG_ENGINE_OPTIONS_H
#define HG_ENGINE_OPTIONS_H

#include <stdio.h>

#include "base/error.h"
#include "base/span.h"

enum hg_verb {
	HG_VERB_NONE,
	HG_VERB_HELP,
	HG_VERB_VERSION,
	HG_VERB_RUN,
	HG_VERB_REPLAY,
	HG_VERB_CHECK,
	HG_VERB_CTL
};

enum hg_list {
	HG_LIST_NONE,
	HG_LIST_BUFFERS,
	HG_LIST_EVENTS,
	HG_LIST_KEYWORDS,
	HG_LIST_COUNTERS,
	HG_LIST_CONFIG,
	HG_LIST_DIFFERENCES,
	HG_LIST_MANUAL
};

#define HG_WORKERS_MAX 16

struct hg_options {
	enum hg_verb verb;
	enum hg_verb about; /* of HG_VERB_HELP; HG_VERB_NONE: all */
	const char *config; /* -c; NULL: built-in defaults */
	const char **rules; /* -S */
	unsigned n_rules;
	const char **sets; /* --set, and what -k and --simulate-ips stand for, in order */
	unsigned n_sets;
	const char **explain; /* --explain */
	unsigned n_explain;
	const char *log_dir; /* -l; NULL: standard output */
	const char *write_loaded;
	enum hg_list list;
	bool separate, summary, analyze, json, check_host, rule_profile;
	unsigned workers;    /* 0: not said */
	const char *listen;  /* -i; NULL: as configured */
	const char *between; /* --inline A,B */
	const char *socket;  /* -s */
	char **captures;     /* of ctl: the command and its arguments */
	unsigned n_captures;
};

int hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err);
void hg_options_close(struct hg_options *o);
void hg_options_help(FILE *out, enum hg_verb about);

#endif
