/* options: the command line of hangu-linkd. */
#ifndef HG_LINKAGE_OPTIONS_H
#define HG_LINKAGE_OPTIONS_H

#include <stdio.h>

#include "base/error.h"
#include "base/span.h"

enum hg_verb { HG_VERB_NONE, HG_VERB_HELP, HG_VERB_VERSION, HG_VERB_RUN, HG_VERB_CHECK, HG_VERB_CTL };

struct hg_options {
	enum hg_verb verb, about;
	const char *config; /* -c */
	const char *socket; /* -s */
	const char *ttl, *reason, *file;
	const char **targets;
	unsigned n_targets;
	const char **sets;
	unsigned n_sets;
	bool json, wide, list_config, verbose;
	const char *command; /* of ctl */
	char **words;        /* what stands behind it */
	unsigned n_words;
};

int hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err);
void hg_options_close(struct hg_options *o);
void hg_options_help(FILE *out, enum hg_verb about);

#endif
