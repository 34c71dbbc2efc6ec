/* options: the command line. */
#ifndef HG_ENGINE_OPTIONS_H
#define HG_ENGINE_OPTIONS_H

#include "base/error.h"
#include "base/span.h"

enum hg_verb { HG_VERB_NONE, HG_VERB_HELP, HG_VERB_VERSION, HG_VERB_REPLAY, HG_VERB_CHECK };

struct hg_options {
	enum hg_verb verb;
	const char *config; /* -c; NULL: built-in defaults */
	const char **rules; /* -S */
	unsigned n_rules;
	const char **sets; /* --set */
	unsigned n_sets;
	const char *log_dir; /* -l; NULL: standard output */
	const char *write_loaded;
	bool separate, summary, simulate_ips;
	unsigned workers;
	char **captures;
	unsigned n_captures;
	const char *command; /* argv[0] */
};

/* Strings stay argv's. -EINVAL with one sentence: bad use. */
int hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err);
void hg_options_close(struct hg_options *o);
void hg_options_help(enum hg_verb about);

#endif
