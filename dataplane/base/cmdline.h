/* cmdline: the command line of a program that has commands, each with options: a table makes both the parser and the help.
 *
 * PROGRAM COMMAND [OPTION]... [WORD]...; options and words in any order, `--` ends options. Strings stay argv's. Bad use is
 * -EINVAL with one sentence that names the nearest word and the help that says more. getopt's globals: one thread, at start.
 */
#ifndef HG_BASE_CMDLINE_H
#define HG_BASE_CMDLINE_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

#define HG_CMDLINE_OPTIONS 32 /* of a program at most */

/* The bit of a command in `verbs`. */
#define HG_CMDLINE_IN(verb) (1u << (unsigned)(verb))

/* `name` is the letter of a short option, or a long one's word; value NULL: it takes none. */
struct hg_cmdline_option {
	const char *name, *value;
	int id; /* a short one's letter, else from 256 on */
	unsigned verbs;
	const char *doc;
};

struct hg_cmdline_verb {
	const char *name;
	int verb; /* > 0 */
	const char *usage, *about, *examples, *status;
	void (*more)(FILE *out); /* NULL: nothing; in the help, behind the options */
};

/* --help is every command's; it has no row. */
struct hg_cmdline {
	const char *program;
	const char *general; /* the help without a command */
	int columns;         /* of an option with its value in the help */
	int help, version;   /* verbs: help and --version were asked for */
	const struct hg_cmdline_verb *verbs;
	size_t n_verbs;
	const struct hg_cmdline_option *options;
	size_t n_options;
	const char *(*say)(const char *english);
};

/* What stood there. */
struct hg_cmdline_words {
	int verb, about; /* about: of help, the command it was asked for; 0: all */
	char **words;    /* behind the command, without options */
	unsigned n;
};

/* apply is called with each option in turn; value NULL: it takes none. An error of its ends the reading. */
int hg_cmdline_read(const struct hg_cmdline *c, int argc, char **argv,
	int (*apply)(void *arg, int id, const char *value, struct hg_error *err), void *arg,
	struct hg_cmdline_words *out, struct hg_error *err);

/* Of no command: the general one. */
void hg_cmdline_help(const struct hg_cmdline *c, FILE *out, int about);

/* The command's name; it must be one. */
const char *hg_cmdline_name(const struct hg_cmdline *c, int verb);

#endif
