#include "linkage/options.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cmdline.h"
#include "base/config.h"
#include "linkage/say.h"

#define IN_RUN HG_CMDLINE_IN(HG_VERB_RUN)
#define IN_CHECK HG_CMDLINE_IN(HG_VERB_CHECK)
#define IN_CTL HG_CMDLINE_IN(HG_VERB_CTL)

enum { OPT_SET = 256, OPT_TTL, OPT_REASON, OPT_TARGET, OPT_WIDE, OPT_JSON, OPT_LIST };

static const struct hg_cmdline_option rows[] = {
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
};

static const struct hg_cmdline_verb verbs[] = {
	{ "run", HG_VERB_RUN, "usage: hangu-linkd run [OPTION]...",
		"Reads alerts from the engine and has their sources blocked, in the engine and on "
		"firewalls,\n"
		"as the section linkage of the configuration says. Stays in the foreground.",
		"  hangu-linkd run -c /etc/hangu/hangu.yaml\n"
		"  hangu-linkd run -c hangu.yaml --set linkage.mode=observe   only write down what it would "
		"do\n",
		"0 stopped by a signal; 1 bad use or configuration, or it cannot start.", NULL },
	{ "check", HG_VERB_CHECK, "usage: hangu-linkd check [OPTION]...",
		"Reads the configuration and explains what is wrong with it; checks that no record of the\n"
		"journal was changed or taken out.",
		"  hangu-linkd check -c /etc/hangu/hangu.yaml\n"
		"  hangu-linkd check --list-config              what may stand in the section linkage\n",
		"0 all is well; 1 it is not.", NULL },
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
		"0 done; 1 refused, in part or whole; 2 the daemon cannot be reached.", NULL },
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

static const struct hg_cmdline table = { .program = "hangu-linkd",
	.general = general,
	.columns = 18,
	.help = HG_VERB_HELP,
	.version = HG_VERB_VERSION,
	.verbs = verbs,
	.n_verbs = HG_COUNT(verbs),
	.options = rows,
	.n_options = HG_COUNT(rows),
	.say = hg_say };

void
hg_options_help(FILE *out, enum hg_verb about)
{
	hg_cmdline_help(&table, out, (int)about);
}

static int
apply(void *arg, int id, const char *value, struct hg_error *err)
{
	struct hg_options *o = arg;

	(void)err;
	switch (id) {
	case 'c':
		o->config = value;
		break;
	case 's':
		o->socket = value;
		break;
	case 'f':
		o->file = value;
		break;
	case 'v':
		o->verbose = true;
		break;
	case OPT_SET:
		o->sets[o->n_sets++] = value;
		break;
	case OPT_TTL:
		o->ttl = value;
		break;
	case OPT_REASON:
		o->reason = value;
		break;
	case OPT_TARGET:
		o->targets[o->n_targets++] = value;
		break;
	case OPT_WIDE:
		o->wide = true;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	default:
		o->list_config = true;
		break;
	}
	return 0;
}

static int
read_command(struct hg_options *o, struct hg_error *err)
{
	static const char *const commands[] = { "list", "add", "del", "explain", "stats", "panic-open",
		"resume" };
	const char *near;

	if (o->n_words == 0)
		return hg_error_set(err, -EINVAL, "ctl wants a command; `hangu-linkd ctl --help` lists them");
	o->command = o->words[0];
	o->words++;
	o->n_words--;
	for (size_t i = 0; i < HG_COUNT(commands); i++)
		if (strcmp(o->command, commands[i]) == 0)
			return 0;
	near = hg_nearest(o->command, commands, HG_COUNT(commands));
	return hg_error_set(err, -EINVAL,
		"unknown command of ctl '%s'; %s%s%s`hangu-linkd ctl --help` lists them", o->command,
		near == NULL ? "" : "did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'? ");
}

int
hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	struct hg_cmdline_words words;
	int r;

	*o = (struct hg_options){ 0 };
	if (argc < 2)
		return hg_error_set(err, -EINVAL, "a command is missing; `hangu-linkd --help` lists them");
	o->targets = calloc((size_t)argc, sizeof(*o->targets));
	o->sets = calloc((size_t)argc, sizeof(*o->sets));
	if (o->targets == NULL || o->sets == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the command line");
	r = hg_cmdline_read(&table, argc, argv, apply, o, &words, err);
	o->verb = (enum hg_verb)words.verb;
	o->about = (enum hg_verb)words.about;
	o->words = words.words;
	o->n_words = words.n;
	if (r < 0 || o->verb == HG_VERB_HELP || o->verb == HG_VERB_VERSION)
		return r;
	if (o->verb == HG_VERB_CTL)
		return read_command(o, err);
	return o->n_words == 0 ? 0 : hg_error_set(err, -EINVAL, "what is '%s'?", o->words[0]);
}

void
hg_options_close(struct hg_options *o)
{
	free(o->targets);
	free(o->sets);
	*o = (struct hg_options){ 0 };
}
