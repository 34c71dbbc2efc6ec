#include "base/cmdline.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/config.h"

static const struct hg_cmdline_option help = { "help", NULL, 'h', ~0u, "this text" };

static const struct hg_cmdline_verb *
find_verb(const struct hg_cmdline *c, int verb)
{
	for (size_t i = 0; i < c->n_verbs; i++)
		if (c->verbs[i].verb == verb)
			return &c->verbs[i];
	return NULL;
}

const char *
hg_cmdline_name(const struct hg_cmdline *c, int verb)
{
	return find_verb(c, verb)->name;
}

static bool
is_short(const struct hg_cmdline_option *o)
{
	return o->name[1] == '\0';
}

static const char *
dashes(const struct hg_cmdline_option *o)
{
	return is_short(o) ? "-" : "--";
}

static const struct hg_cmdline_option *
find_option(const struct hg_cmdline *c, int id)
{
	for (size_t i = 0; i < c->n_options; i++)
		if (c->options[i].id == id)
			return &c->options[i];
	return id == help.id ? &help : NULL;
}

/* ---- help ---- */

static void
explain(const struct hg_cmdline *c, FILE *out, const struct hg_cmdline_option *o)
{
	char left[64];

	snprintf(left, sizeof(left), "%s%s%s%s", dashes(o), o->name, o->value == NULL ? "" : " ",
		o->value == NULL ? "" : o->value);
	fprintf(out, "  %-*s %s\n", c->columns, left, c->say(o->doc));
}

void
hg_cmdline_help(const struct hg_cmdline *c, FILE *out, int about)
{
	const struct hg_cmdline_verb *v = find_verb(c, about);

	if (v == NULL) {
		fputs(c->say(c->general), out);
		return;
	}
	fprintf(out, "%s\n\n%s\n\n", v->usage, c->say(v->about));
	for (size_t i = 0; i < c->n_options; i++)
		if (c->options[i].verbs & HG_CMDLINE_IN(about))
			explain(c, out, &c->options[i]);
	explain(c, out, &help);
	if (v->more != NULL)
		v->more(out);
	fprintf(out, "\n%s\n%s\n%s: %s\n", c->say("Examples"), v->examples, c->say("Exit status"),
		c->say(v->status));
}

/* ---- reading ---- */

/* The tables that getopt wants. */
struct tables {
	char shorts[2 * HG_CMDLINE_OPTIONS + 3];
	struct option longs[HG_CMDLINE_OPTIONS + 2];
};

static struct option
long_option(const struct hg_cmdline_option *o)
{
	return (struct option){ o->name, o->value == NULL ? no_argument : required_argument, NULL, o->id };
}

static void
make_tables(const struct hg_cmdline *c, struct tables *t)
{
	size_t n_short = 0, n_long = 0;

	assert(c->n_options <= HG_CMDLINE_OPTIONS);
	*t = (struct tables){ 0 };
	t->shorts[n_short++] = ':';
	for (size_t i = 0; i < c->n_options; i++) {
		const struct hg_cmdline_option *o = &c->options[i];

		if (!is_short(o)) {
			t->longs[n_long++] = long_option(o);
			continue;
		}
		t->shorts[n_short++] = o->name[0];
		if (o->value != NULL)
			t->shorts[n_short++] = ':';
	}
	t->shorts[n_short] = (char)help.id;
	t->longs[n_long] = long_option(&help);
}

/* What getopt does not know at all; `word` is as it was written. */
static int
refuse_unknown(const struct hg_cmdline *c, int verb, const char *word, struct hg_error *err)
{
	const char *names[HG_CMDLINE_OPTIONS + 1], *near;
	char name[32] = "";
	size_t n = 0;

	for (size_t i = 0; i < c->n_options; i++)
		if (!is_short(&c->options[i]) && (c->options[i].verbs & HG_CMDLINE_IN(verb)) != 0)
			names[n++] = c->options[i].name;
	names[n++] = help.name;
	if (word[1] == '-')
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	near = hg_nearest(name, names, n);
	return hg_error_set(err, -EINVAL, "unknown option %s; %s%s%s`%s %s --help` lists them", word,
		near == NULL ? "" : "did you mean --", near == NULL ? "" : near, near == NULL ? "" : "? ",
		c->program, hg_cmdline_name(c, verb));
}

/* getopt said '?' or ':'; optopt is the option's id, or 0 for an unknown long one. */
static int
refuse(const struct hg_cmdline *c, int verb, int said, const char *word, struct hg_error *err)
{
	const struct hg_cmdline_option *o = find_option(c, optopt);
	const char letter[3] = { '-', (char)optopt, '\0' };

	if (o == NULL)
		return refuse_unknown(c, verb, optopt == 0 ? word : letter, err);
	return hg_error_set(err, -EINVAL, "option %s%s %s; `%s %s --help` says more", dashes(o), o->name,
		said == ':' ? "needs a value" : "takes no value", c->program, hg_cmdline_name(c, verb));
}

static int
read_verb(const struct hg_cmdline *c, const char *word, int *verb, struct hg_error *err)
{
	static const char *const helps[] = { "help", "--help", "-h" };
	const char *names[HG_CMDLINE_OPTIONS], *near;
	size_t n;

	*verb = strcmp(word, "--version") == 0 ? c->version : 0;
	for (size_t i = 0; i < HG_COUNT(helps); i++)
		if (strcmp(word, helps[i]) == 0)
			*verb = c->help;
	for (n = 0; n < c->n_verbs && n < HG_COUNT(names); n++) {
		names[n] = c->verbs[n].name;
		if (strcmp(word, names[n]) == 0)
			*verb = c->verbs[n].verb;
	}
	if (*verb != 0)
		return 0;
	near = hg_nearest(word, names, n);
	return hg_error_set(err, -EINVAL, "unknown command '%s'; %s%s%s`%s --help` lists them", word,
		near == NULL ? "" : "did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'? ",
		c->program);
}

int
hg_cmdline_read(const struct hg_cmdline *c, int argc, char **argv,
	int (*apply)(void *arg, int id, const char *value, struct hg_error *err), void *arg,
	struct hg_cmdline_words *out, struct hg_error *err)
{
	struct tables t;
	int id, r;

	*out = (struct hg_cmdline_words){ .words = argv + argc };
	r = read_verb(c, argc < 2 ? help.name : argv[1], &out->verb, err);
	if (r < 0 || out->verb == c->help || out->verb == c->version)
		return r;
	make_tables(c, &t);
	/* glibc's way to begin anew; what it gets begins with the command. */
	optind = 0;
	while (r == 0 && (id = getopt_long(argc - 1, argv + 1, t.shorts, t.longs, NULL)) != -1) {
		const struct hg_cmdline_option *o = find_option(c, id);

		if (o == &help) {
			out->about = out->verb;
			out->verb = c->help;
			return 0;
		}
		if (o == NULL)
			r = refuse(c, out->verb, id, argv[optind], err);
		else if ((o->verbs & HG_CMDLINE_IN(out->verb)) == 0)
			r = hg_error_set(err, -EINVAL, "%s%s is no option of `%s %s`", dashes(o), o->name,
				c->program, hg_cmdline_name(c, out->verb));
		else
			r = apply(arg, id, optarg, err);
	}
	out->words = argv + 1 + optind;
	out->n = (unsigned)(argc - 1 - optind);
	return r;
}
