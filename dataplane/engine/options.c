#include "engine/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "base/config.h"
#include "engine/ctl.h"
#include "engine/say.h"

#define IN_RUN (1u << HG_VERB_RUN)
#define IN_REPLAY (1u << HG_VERB_REPLAY)
#define IN_CHECK (1u << HG_VERB_CHECK)
#define IN_CTL (1u << HG_VERB_CTL)
#define IN_ALL (IN_RUN | IN_REPLAY | IN_CHECK)
#define IN_WORK (IN_RUN | IN_REPLAY)

#define SOCKET "/run/hangu/control.sock"

enum {
	OPT_SET = 256,
	OPT_SEPARATE,
	OPT_SIMULATE,
	OPT_SUMMARY,
	OPT_WORKERS,
	OPT_INLINE,
	OPT_CHECK_HOST,
	OPT_WRITE_LOADED,
	OPT_ANALYZE,
	OPT_LIST,
	OPT_JSON
};

/* `name` is the letter of a short option, or a long one's word. */
static const struct row {
	const char *name, *value;
	int id;
	unsigned verbs;
	const char *doc;
} rows[] = {
	{ "c", "FILE", 'c', IN_ALL, "configuration in Suricata's keys; without it, built-in defaults" },
	{ "S", "RULES", 'S', IN_ALL,
		"rule file, instead of the configured ones; may be given again; .gz, .zst" },
	{ "l", "DIR", 'l', IN_WORK, "write DIR/eve.json instead of standard output" },
	{ "k", "all|none", 'k', IN_WORK,
		"distrust packets with wrong checksums (all, the default), or none" },
	{ "separate", NULL, OPT_SEPARATE, IN_REPLAY,
		"each capture from fresh state, into DIR/<file name>/eve.json; needs -l" },
	{ "simulate-ips", NULL, OPT_SIMULATE, IN_REPLAY | IN_CHECK, "inspect as if inline" },
	{ "workers", "N", OPT_WORKERS, IN_WORK,
		"threads that packets are dealt out to, 1 to 16; of a replay, the events are the same" },
	{ "i", "INTERFACE", 'i', IN_RUN, "listen on this interface, whatever the configuration names" },
	{ "inline", "A,B", OPT_INLINE, IN_RUN,
		"stand between these two: what is not dropped passes from one to the other" },
	{ "check-host", NULL, OPT_CHECK_HOST, IN_RUN,
		"only look whether this machine has what a run needs, and say what to do where it has not" },
	{ "summary", NULL, OPT_SUMMARY, IN_REPLAY, "a table of what was seen, at the end" },
	{ "set", "KEY=VALUE", OPT_SET, IN_ALL,
		"override the configuration; list items by index: action-order.0=drop" },
	{ "write-loaded", "FILE", OPT_WRITE_LOADED, IN_CHECK, "write the rules that load, one a line" },
	{ "analyze", NULL, OPT_ANALYZE, IN_CHECK, "a line a rule: type, buffers, notes; tab-separated" },
	{ "list", "WHAT", OPT_LIST, IN_CHECK,
		"print what there is of: buffers, events, keywords, counters, config, differences" },
	{ "s", "SOCKET", 's', IN_CTL, "the engine's control socket; without it, " SOCKET },
	{ "json", NULL, OPT_JSON, IN_CTL, "the answer as it came, one line of JSON" },
	{ "help", NULL, 'h', IN_ALL | IN_CTL, "this text" },
};

static const struct verb {
	const char *name;
	enum hg_verb verb;
	const char *usage, *about, *examples, *status;
} verbs[] = {
	{ "run", HG_VERB_RUN, "usage: hangu run [OPTION]...",
		"Inspects the traffic of network devices until it is told to stop (SIGTERM, SIGINT): "
		"listening, or\n"
		"inline between two devices, where what a rule drops goes no further. SIGHUP reopens the "
		"event file,\n"
		"SIGUSR2 loads the rules anew.",
		"  hangu run --check-host -c /etc/hangu/hangu.yaml     is all there that is needed?\n"
		"  hangu run -c /etc/hangu/hangu.yaml\n"
		"  hangu run -i eth0 -S my.rules -l /var/log/hangu\n"
		"  hangu run --inline eth0,eth1 -S my.rules -l /var/log/hangu\n",
		"0 stopped; 1 bad use, bad configuration, or --check-host found a problem; 3 a device or "
		"the\n"
		"engine failed." },
	{ "replay", HG_VERB_REPLAY, "usage: hangu replay [OPTION]... CAPTURE...",
		"Reads captures (pcap, pcapng; also .gz and .zst) in the order given, as one stream of "
		"packets,\n"
		"and writes events as JSON lines.",
		"  hangu replay traffic.pcap                              events to standard output\n"
		"  hangu replay -S my.rules -l out monday.pcap.gz         with rules, events to "
		"out/eve.json\n"
		"  hangu replay -c suricata.yaml --summary traffic.pcap   as that file says, and a table\n"
		"  hangu replay -l out --separate captures/*.pcap         each capture by itself\n"
		"  hangu replay traffic.pcap | jq 'select(.event_type == \"alert\")'\n",
		"0 done; 1 bad use, bad configuration, no such rule file; 2 a capture could not be\n"
		"read (the rest was); 3 internal failure." },
	{ "check", HG_VERB_CHECK, "usage: hangu check [OPTION]...",
		"Loads configuration and rules and prints each refusal as file:line:column: reason.",
		"  hangu check -S my.rules                     is every rule understood?\n"
		"  hangu check -c suricata.yaml                configuration and the rules it names\n"
		"  hangu check -S all.rules --write-loaded ok.rules\n"
		"  hangu check --list config                   every key of the configuration, as Markdown\n",
		"0 all loaded; 1 something was refused." },
	{ "ctl", HG_VERB_CTL, "usage: hangu ctl [OPTION]... COMMAND [ARGUMENT]...",
		"Gives a command to a running engine and prints its answer. Arguments are NAME=VALUE; a "
		"single\n"
		"word is the variable of conf-get, the iface of iface-stat, the worker of worker-restart, "
		"the\n"
		"address of block-add and block-del.",
		"  hangu ctl uptime\n"
		"  hangu ctl ruleset-reload-rules                             waits until the rules are in "
		"use\n"
		"  hangu ctl conf-get flow.max\n"
		"  hangu ctl block-add 203.0.113.0/24 ttl=3600 reason=scan    shut out for an hour\n"
		"  hangu ctl block-add src_ip=203.0.113.7 src_port=4444 dest_ip=10.0.0.1 dest_port=80 "
		"proto=TCP\n"
		"  hangu ctl --json dump-counters | jq .message.decoder\n",
		"0 done; 1 refused, or bad use; 2 no engine answers." },
};

static const char general[] =
	"hangu: network intrusion detection for the boundary of e-government networks\n"
	"\n"
	"  hangu run    [OPTION]...              inspect live traffic, listening or inline\n"
	"  hangu replay [OPTION]... CAPTURE...   read captures, write events (eve.json)\n"
	"  hangu check  [OPTION]...              load configuration and rules, explain what is refused\n"
	"  hangu ctl    [OPTION]... COMMAND      give a command to a running engine\n"
	"  hangu --version\n"
	"\n"
	"  hangu replay traffic.pcap                         events to standard output\n"
	"  hangu replay -S my.rules -l out traffic.pcap.gz   with rules, events to out/eve.json\n"
	"  hangu check -S my.rules                           is every rule understood?\n"
	"\n"
	"`hangu run --help`, `hangu replay --help`, `hangu check --help` and `hangu ctl --help` say more.\n";

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

static const struct row *
find_row(int id)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

static const char *
dashes(const struct row *row)
{
	return is_short(row) ? "-" : "--";
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
		snprintf(left, sizeof(left), "%s%s%s%s", dashes(row), row->name,
			row->value == NULL ? "" : " ", row->value == NULL ? "" : row->value);
		fprintf(out, "  %-20s %s\n", left, hg_say(row->doc));
	}
	if (about == HG_VERB_CTL) {
		fprintf(out, "\n%s\n", hg_say("Commands"));
		hg_ctl_list(out);
	}
	fprintf(out, "\n%s\n%s\n%s: %s\n", hg_say("Examples"), v->examples, hg_say("Exit status"),
		hg_say(v->status));
}

/* The tables that getopt wants. */
struct tables {
	char shorts[2 * HG_COUNT(rows) + 2];
	struct option longs[HG_COUNT(rows) + 1];
};

static void
make_tables(struct tables *t)
{
	size_t n_short = 0, n_long = 0;

	*t = (struct tables){ 0 };
	t->shorts[n_short++] = ':';
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct row *row = &rows[i];

		if (is_short(row)) {
			t->shorts[n_short++] = row->name[0];
			t->shorts[n_short++] = ':';
		} else {
			t->longs[n_long++] = (struct option){ row->name,
				row->value == NULL ? no_argument : required_argument, NULL, row->id };
		}
	}
	t->shorts[n_short] = 'h';
}

static int
read_workers(struct hg_options *o, struct hg_error *err)
{
	char *end;
	const unsigned long n = strtoul(optarg, &end, 10);

	if (*optarg < '0' || *optarg > '9' || *end != '\0' || n < 1 || n > HG_WORKERS_MAX)
		return hg_error_set(err, -EINVAL, "--workers takes a number from 1 to %d, not '%s'",
			HG_WORKERS_MAX, optarg);
	o->workers = (unsigned)n;
	return 0;
}

static int
read_checksums(struct hg_options *o, struct hg_error *err)
{
	if (strcmp(optarg, "all") != 0 && strcmp(optarg, "none") != 0)
		return hg_error_set(err, -EINVAL, "-k takes all or none, not '%s'", optarg);
	o->sets[o->n_sets++] =
		optarg[0] == 'a' ? "capture.checksum-validation=all" : "capture.checksum-validation=none";
	return 0;
}

static int
read_list(struct hg_options *o, struct hg_error *err)
{
	static const char *const names[] = { "buffers", "events", "keywords", "counters", "config",
		"differences" };
	const char *near;

	for (size_t i = 0; i < HG_COUNT(names); i++) {
		if (strcmp(optarg, names[i]) == 0) {
			o->list = (enum hg_list)(HG_LIST_BUFFERS + i);
			return 0;
		}
	}
	near = hg_nearest(optarg, names, HG_COUNT(names));
	return hg_error_set(err, -EINVAL,
		"--list takes buffers, events, keywords, counters, config or differences, not '%s'%s%s%s",
		optarg, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
		near == NULL ? "" : "'?");
}

static int
apply(struct hg_options *o, int id, struct hg_error *err)
{
	switch (id) {
	case 'c':
		o->config = optarg;
		break;
	case 'S':
		o->rules[o->n_rules++] = optarg;
		break;
	case 'l':
		o->log_dir = optarg;
		break;
	case 'k':
		return read_checksums(o, err);
	case OPT_SET:
		o->sets[o->n_sets++] = optarg;
		break;
	case OPT_SEPARATE:
		o->separate = true;
		break;
	case OPT_SIMULATE:
		o->sets[o->n_sets++] = "simulate-ips=yes";
		break;
	case OPT_SUMMARY:
		o->summary = true;
		break;
	case OPT_WORKERS:
		return read_workers(o, err);
	case 'i':
		o->listen = optarg;
		break;
	case OPT_INLINE:
		o->between = optarg;
		break;
	case OPT_WRITE_LOADED:
		o->write_loaded = optarg;
		break;
	case OPT_ANALYZE:
		o->analyze = true;
		break;
	case OPT_LIST:
		return read_list(o, err);
	case 's':
		o->socket = optarg;
		break;
	case OPT_CHECK_HOST:
		o->check_host = true;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	default:
		o->about = o->verb;
		o->verb = HG_VERB_HELP;
		break;
	}
	return 0;
}

/* What getopt does not know at all; `word` is as it was written. */
static int
refuse_unknown(const struct hg_options *o, const char *word, struct hg_error *err)
{
	const char *names[HG_COUNT(rows)], *near, *verb = find_verb(o->verb)->name;
	char name[32] = "";
	size_t n = 0;

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (!is_short(&rows[i]) && (rows[i].verbs & 1u << o->verb) != 0)
			names[n++] = rows[i].name;
	if (word[1] == '-')
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	near = hg_nearest(name, names, n);
	return hg_error_set(err, -EINVAL, "unknown option %s; %s%s%s`hangu %s --help` lists them", word,
		near == NULL ? "" : "did you mean --", near == NULL ? "" : near, near == NULL ? "" : "? ",
		verb);
}

/* getopt said '?' or ':'; optopt is the option's id, or 0 for an unknown long one. */
static int
refuse(const struct hg_options *o, int c, const char *word, struct hg_error *err)
{
	const struct row *row = find_row(optopt);
	char letter[3] = { '-', (char)optopt, '\0' };

	if (row == NULL)
		return refuse_unknown(o, optopt == 0 ? word : letter, err);
	return hg_error_set(err, -EINVAL, "option %s%s %s; `hangu %s --help` says more", dashes(row),
		row->name, c == ':' ? "needs a value" : "takes no value", find_verb(o->verb)->name);
}

static int
read_options(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	struct tables t;
	int c, r = 0;

	make_tables(&t);
	/* glibc's way to begin anew; argv begins with the command. */
	optind = 0;
	while (r == 0 && o->verb != HG_VERB_HELP &&
		(c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct row *row = find_row(c);

		if (row == NULL)
			r = refuse(o, c, argv[optind - 1], err);
		else if ((row->verbs & 1u << o->verb) == 0)
			r = hg_error_set(err, -EINVAL, "%s%s is no option of `hangu %s`", dashes(row),
				row->name, find_verb(o->verb)->name);
		else
			r = apply(o, c, err);
	}
	o->captures = argv + optind;
	o->n_captures = (unsigned)(argc - optind);
	return r;
}

static int
read_verb(struct hg_options *o, const char *word, struct hg_error *err)
{
	static const char *const others[] = { "help", "--help", "-h" };
	const char *names[HG_COUNT(verbs)], *near;

	for (size_t i = 0; i < HG_COUNT(others); i++)
		if (strcmp(word, others[i]) == 0)
			o->verb = HG_VERB_HELP;
	if (strcmp(word, "--version") == 0)
		o->verb = HG_VERB_VERSION;
	for (size_t i = 0; i < HG_COUNT(verbs); i++) {
		names[i] = verbs[i].name;
		if (strcmp(word, names[i]) == 0)
			o->verb = verbs[i].verb;
	}
	if (o->verb != HG_VERB_NONE)
		return 0;
	near = hg_nearest(word, names, HG_COUNT(names));
	return hg_error_set(err, -EINVAL, "unknown command '%s'; %s%s%s`hangu --help` lists them", word,
		near == NULL ? "" : "did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'? ");
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
by_base_name(const void *a, const void *b)
{
	return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

/* Two captures of one file name would write into one folder. */
static int
check_names(const struct hg_options *o, struct hg_error *err)
{
	char **sorted = calloc(o->n_captures, sizeof(*sorted));
	int r = 0;

	if (sorted == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the command line");
	memcpy(sorted, o->captures, o->n_captures * sizeof(*sorted));
	qsort(sorted, o->n_captures, sizeof(*sorted), by_base_name);
	for (unsigned i = 1; i < o->n_captures && r == 0; i++)
		if (by_base_name(&sorted[i - 1], &sorted[i]) == 0)
			r = hg_error_set(err, -EINVAL, "--separate: two captures have the file name '%s'",
				base_name(sorted[i]));
	free(sorted);
	return r;
}

static int
check_use(const struct hg_options *o, struct hg_error *err)
{
	if (o->verb == HG_VERB_REPLAY && o->n_captures == 0)
		return hg_error_set(err, -EINVAL, "no capture given; `hangu replay --help` says how");
	if (o->verb == HG_VERB_CTL)
		return o->n_captures > 0
			? 0
			: hg_error_set(err, -EINVAL, "no command given; `hangu ctl --help` lists them");
	if (o->verb != HG_VERB_REPLAY && o->n_captures > 0)
		return hg_error_set(err, -EINVAL, "%s takes no captures, but '%s' was given",
			find_verb(o->verb)->name, o->captures[0]);
	if (o->listen != NULL && o->between != NULL)
		return hg_error_set(err, -EINVAL, "-i listens, --inline stands between: give one of them");
	if (!o->separate)
		return 0;
	if (o->log_dir == NULL)
		return hg_error_set(err, -EINVAL, "--separate needs a folder for its results: -l DIR");
	return check_names(o, err);
}

int
hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	int r;

	*o = (struct hg_options){ .socket = SOCKET };
	o->rules = calloc((size_t)argc + 1, sizeof(*o->rules));
	o->sets = calloc((size_t)argc + 1, sizeof(*o->sets));
	if (o->rules == NULL || o->sets == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the command line");
	r = read_verb(o, argc < 2 ? "help" : argv[1], err);
	if (r < 0 || o->verb == HG_VERB_HELP || o->verb == HG_VERB_VERSION)
		return r;
	r = read_options(o, argc - 1, argv + 1, err);
	return r < 0 || o->verb == HG_VERB_HELP ? r : check_use(o, err);
}

void
hg_options_close(struct hg_options *o)
{
	free(o->rules);
	free(o->sets);
}
