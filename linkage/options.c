#include "linkage/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "base/config.h"
#include "linkage/say.h"

#define IN_RUN (1u << HG_VERB_RUN)
#define IN_CHECK (1u << HG_VERB_CHECK)
#define IN_CTL (1u << HG_VERB_CTL)

enum { OPT_SET = 256, OPT_TTL, OPT_REASON, OPT_TARGET, OPT_WIDE, OPT_JSON, OPT_LIST };

/* `name` is the letter of a short option, or a long one's word. */
static const struct row {
	const char *name, *value;
	int id;
	unsigned verbs;
	const char *doc;
} rows[] = {
	{ "c", "FILE", 'c', IN_RUN | IN_CHECK, "configuration; /etc/hangu/hangu.yaml when not given" },
	{ "s", "SOCKET", 's', IN_CTL, "the daemon's socket; /run/hangu/linkd.sock when not given" },
	{ "f", "FILE", 'f', IN_CTL, "add, del: addresses from a file, one a line; - is standard input" },
	{ "ttl", "TIME", OPT_TTL, IN_CTL,
		"add: for how long (600, 10m, 36h, 7d); until it is deleted when not given" },
	{ "reason", "TEXT", OPT_REASON, IN_CTL, "add, del: why; stands in list and journal" },
	{ "target", "NAME", OPT_TARGET, IN_CTL, "add: where; may be given again; everywhere when not given" },
	{ "wide", NULL, OPT_WIDE, IN_CTL, "add: a prefix wider than /24 (IPv6: /48) is meant" },
	{ "json", NULL, OPT_JSON, IN_CTL, "JSON instead of a table" },
	{ "list-config", NULL, OPT_LIST, IN_CHECK, "print every key of the section linkage, as Markdown" },
	{ "set", "KEY=VALUE", OPT_SET, IN_RUN | IN_CHECK, "override the configuration" },
	{ "v", NULL, 'v', IN_RUN, "tell more on standard error" },
	{ "help", NULL, 'h', IN_RUN | IN_CHECK | IN_CTL, "this text" },
};

static const struct verb {
	const char *name;
	enum hg_verb verb;
	const char *usage, *about, *examples, *status;
} verbs[] = {
	{ "run", HG_VERB_RUN, "usage: hangu-linkd run [OPTION]...",
		"Reads alerts from the engine and has their sources blocked, in the engine and on "
		"firewalls,\n"
		"as the section linkage of the configuration says. Stays in the foreground.",
		"  hangu-linkd run -c /etc/hangu/hangu.yaml\n"
		"  hangu-linkd run -c hangu.yaml --set linkage.mode=observe   only write down what it would "
		"do\n",
		"0 stopped by a signal; 1 bad use or configuration, or it cannot start." },
	{ "check", HG_VERB_CHECK, "usage: hangu-linkd check [OPTION]...",
		"Reads the configuration and explains what is wrong with it; checks that no record of the\n"
		"journal was changed or taken out.",
		"  hangu-linkd check -c /etc/hangu/hangu.yaml\n"
		"  hangu-linkd check --list-config              what may stand in the section linkage\n",
		"0 all is well; 1 it is not." },
	{ "ctl", HG_VERB_CTL,
		"usage: hangu-linkd ctl [OPTION]... list|add|del|explain|stats|panic-open|resume "
		"[ADDRESS]...",
		"Asks and orders the running daemon. add and del return when the order is safely written;\n"
		"it takes effect at the same moment.",
		"  hangu-linkd ctl list                                     who is blocked, until when, by "
		"what\n"
		"  hangu-linkd ctl add 198.51.100.7 --ttl 1h --reason scan  block for an hour, everywhere\n"
		"  hangu-linkd ctl add -f feed.txt --ttl 1d --target gate   a list, on one firewall\n"
		"  hangu-linkd ctl del 198.51.100.7                         no more; its offences are "
		"forgotten\n"
		"  hangu-linkd ctl explain 198.51.100.7                     why it is blocked, or why not\n"
		"  hangu-linkd ctl stats                                    counters, and how targets are\n"
		"  hangu-linkd ctl panic-open                               take every block away at once\n"
		"  hangu-linkd ctl resume                                   and put back what is left of "
		"them\n",
		"0 done; 1 refused, in part or whole; 2 the daemon cannot be reached." },
};

static const char general[] = "hangu-linkd: from an alert to a block, in the engine and on firewalls\n"
			      "\n"
			      "  hangu-linkd run   [OPTION]...                 the daemon\n"
			      "  hangu-linkd ctl   [OPTION]... COMMAND ...     ask it, order it\n"
			      "  hangu-linkd check [OPTION]...                 is the configuration right?\n"
			      "  hangu-linkd --version\n"
			      "\n"
			      "  hangu-linkd run -c /etc/hangu/hangu.yaml\n"
			      "  hangu-linkd ctl list\n"
			      "  hangu-linkd ctl add 198.51.100.7 --ttl 1h --reason scan\n"
			      "  hangu-linkd ctl explain 198.51.100.7\n"
			      "\n"
			      "`hangu-linkd run --help`, `... ctl --help` and `... check --help` say more.\n";

static const struct verb *
find_verb(enum hg_verb verb)
{
	for (size_t i = 0; i < HG_COUNT(verbs); i++)
		if (verbs[i].verb == verb)
			return &verbs[i];
	return NULL;
}

static bool
is_short(const struct row *row)
{
	return row->name[1] == '\0';
}

void
hg_options_help(FILE *out, enum hg_verb about)
{
	const struct verb *v = find_verb(about);

	if (v == NULL) {
		fputs(hg_say(general), out);
		return;
	}
	fprintf(out, "%s\n\n%s\n\n", v->usage, hg_say(v->about));
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct row *row = &rows[i];
		char left[40];

		if ((row->verbs & 1u << about) == 0)
			continue;
		snprintf(left, sizeof(left), "%s%s%s%s", is_short(row) ? "-" : "--", row->name,
			row->value == NULL ? "" : " ", row->value == NULL ? "" : row->value);
		fprintf(out, "  %-18s %s\n", left, hg_say(row->doc));
	}
	fprintf(out, "\n%s\n%s\n%s: %s\n", hg_say("Examples"), v->examples, hg_say("Exit status"),
		hg_say(v->status));
}

struct tables {
	char shorts[2 * HG_COUNT(rows) + 2];
	struct option longs[HG_COUNT(rows) + 1];
};

static void
make_tables(struct tables *t, unsigned verb)
{
	size_t n_short = 0, n_long = 0;

	*t = (struct tables){ 0 };
	t->shorts[n_short++] = ':';
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct row *row = &rows[i];

		if ((row->verbs & 1u << verb) == 0)
			continue;
		if (is_short(row)) {
			t->shorts[n_short++] = row->name[0];
			if (row->value != NULL)
				t->shorts[n_short++] = ':';
		} else {
			t->longs[n_long++] = (struct option){ row->name,
				row->value == NULL ? no_argument : required_argument, NULL, row->id };
		}
	}
	t->shorts[n_short] = 'h';
}

static void
apply(struct hg_options *o, int id)
{
	switch (id) {
	case 'c':
		o->config = optarg;
		break;
	case 's':
		o->socket = optarg;
		break;
	case 'f':
		o->file = optarg;
		break;
	case 'v':
		o->verbose = true;
		break;
	case OPT_SET:
		o->sets[o->n_sets++] = optarg;
		break;
	case OPT_TTL:
		o->ttl = optarg;
		break;
	case OPT_REASON:
		o->reason = optarg;
		break;
	case OPT_TARGET:
		o->targets[o->n_targets++] = optarg;
		break;
	case OPT_WIDE:
		o->wide = true;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_LIST:
		o->list_config = true;
		break;
	default:
		o->about = o->verb;
		o->verb = HG_VERB_HELP;
		break;
	}
}

static int
refuse_unknown(const char *word, const char *const *names, size_t n, const char *what, const char *help,
	struct hg_error *err)
{
	const char *near = hg_nearest(word, names, n);

	return hg_error_set(err, -EINVAL, "unknown %s '%s'; %s%s%s`hangu-linkd %s` lists them", what, word,
		near == NULL ? "" : "did you mean ", near == NULL ? "" : near, near == NULL ? "" : "? ",
		help);
}

static int
read_verb(struct hg_options *o, const char *word, struct hg_error *err)
{
	const char *names[HG_COUNT(verbs)];

	for (size_t i = 0; i < HG_COUNT(verbs); i++) {
		names[i] = verbs[i].name;
		if (strcmp(word, verbs[i].name) == 0)
			o->verb = verbs[i].verb;
	}
	if (o->verb != HG_VERB_NONE)
		return 0;
	return refuse_unknown(word, names, HG_COUNT(names), "command", "--help", err);
}

static int
read_rest(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	static const char *const commands[] = { "list", "add", "del", "explain", "stats", "panic-open",
		"resume" };

	if (o->verb == HG_VERB_HELP)
		return 0;
	o->words = argv + optind;
	o->n_words = (unsigned)(argc - optind);
	if (o->verb != HG_VERB_CTL)
		return o->n_words == 0 ? 0 : hg_error_set(err, -EINVAL, "what is '%s'?", o->words[0]);
	if (o->n_words == 0)
		return hg_error_set(err, -EINVAL, "ctl wants a command; `hangu-linkd ctl --help` lists them");
	o->command = o->words[0];
	o->words++;
	o->n_words--;
	for (size_t i = 0; i < HG_COUNT(commands); i++)
		if (strcmp(o->command, commands[i]) == 0)
			return 0;
	return refuse_unknown(o->command, commands, HG_COUNT(commands), "command of ctl", "ctl --help", err);
}

static int
refuse_option(const char *word, struct hg_error *err, enum hg_verb verb)
{
	const char *names[HG_COUNT(rows)];
	char help[32];
	size_t n = 0;

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (!is_short(&rows[i]) && (rows[i].verbs & 1u << verb) != 0)
			names[n++] = rows[i].name;
	snprintf(help, sizeof(help), "%s --help", find_verb(verb)->name);
	return refuse_unknown(word + strspn(word, "-"), names, n, "option", help, err);
}

int
hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	struct tables t;
	int id;

	*o = (struct hg_options){ 0 };
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		o->verb = HG_VERB_HELP;
		return argc < 2
			? hg_error_set(err, -EINVAL, "a command is missing; `hangu-linkd --help` lists them")
			: 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		o->verb = HG_VERB_VERSION;
		return 0;
	}
	o->targets = calloc((size_t)argc, sizeof(*o->targets));
	o->sets = calloc((size_t)argc, sizeof(*o->sets));
	if (o->targets == NULL || o->sets == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the command line");
	if (read_verb(o, argv[1], err) < 0)
		return -EINVAL;
	make_tables(&t, o->verb);
	optind = 2;
	opterr = 0;
	while (o->verb != HG_VERB_HELP && (id = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		if (id == ':')
			return hg_error_set(err, -EINVAL, "%s wants a value", argv[optind - 1]);
		if (id == '?')
			return refuse_option(argv[optind - 1], err, o->verb);
		apply(o, id);
	}
	return read_rest(o, argc, argv, err);
}

void
hg_options_close(struct hg_options *o)
{
	free(o->targets);
	free(o->sets);
	*o = (struct hg_options){ 0 };
}
