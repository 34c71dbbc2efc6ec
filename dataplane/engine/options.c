#include "engine/options.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cmdline.h"
#include "base/config.h"
#include "engine/ctl.h"
#include "engine/say.h"

#define IN_RUN HG_CMDLINE_IN(HG_VERB_RUN)
#define IN_REPLAY HG_CMDLINE_IN(HG_VERB_REPLAY)
#define IN_CHECK HG_CMDLINE_IN(HG_VERB_CHECK)
#define IN_CTL HG_CMDLINE_IN(HG_VERB_CTL)
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
	OPT_JSON,
	OPT_EXPLAIN,
	OPT_RULE_PROFILE
};

static const struct hg_cmdline_option rows[] = {
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
	{ "explain", "SID", OPT_EXPLAIN, IN_REPLAY,
		"why this rule matched or how far it came, on standard error; may be given again; also "
		"GID:SID" },
	{ "rule-profile", NULL, OPT_RULE_PROFILE, IN_WORK,
		"measure what each rule costs: of a replay a table at the end, of a run `ctl "
		"ruleset-profile`" },
	{ "set", "KEY=VALUE", OPT_SET, IN_ALL,
		"override the configuration; list items by index: action-order.0=drop" },
	{ "write-loaded", "FILE", OPT_WRITE_LOADED, IN_CHECK, "write the rules that load, one a line" },
	{ "analyze", NULL, OPT_ANALYZE, IN_CHECK,
		"a line a rule: type, buffers, how it is reached, its cost, warnings; tab-separated" },
	{ "list", "WHAT", OPT_LIST, IN_CHECK,
		"print what there is of: buffers, events, keywords, counters, config, differences; manual: "
		"hangu-keywords(5)" },
	{ "s", "SOCKET", 's', IN_CTL, "the engine's control socket; without it, " SOCKET },
	{ "json", NULL, OPT_JSON, IN_CTL | IN_CHECK,
		"JSON: of ctl the answer as it came; of check a line a finding, with --analyze a line a "
		"rule" },
};

static void
list_commands(FILE *out)
{
	fprintf(out, "\n%s\n", hg_say("Commands"));
	hg_ctl_list(out);
}

static const struct hg_cmdline_verb verbs[] = {
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
		"engine failed.",
		NULL },
	{ "replay", HG_VERB_REPLAY, "usage: hangu replay [OPTION]... CAPTURE...",
		"Reads captures (pcap, pcapng; also .gz and .zst) in the order given, as one stream of "
		"packets,\n"
		"and writes events as JSON lines.",
		"  hangu replay traffic.pcap                              events to standard output\n"
		"  hangu replay -S my.rules -l out monday.pcap.gz         with rules, events to "
		"out/eve.json\n"
		"  hangu replay -c suricata.yaml --summary traffic.pcap   as that file says, and a table\n"
		"  hangu replay -l out --separate captures/*.pcap         each capture by itself\n"
		"  hangu replay -S my.rules --explain 1000001 traffic.pcap   why did it not match?\n"
		"  hangu replay traffic.pcap | jq 'select(.event_type == \"alert\")'\n",
		"0 done; 1 bad use, bad configuration, no such rule file; 2 a capture could not be\n"
		"read (the rest was); 3 internal failure.",
		NULL },
	{ "check", HG_VERB_CHECK, "usage: hangu check [OPTION]...",
		"Loads configuration and rules and prints each refusal as file:line:column: reason.",
		"  hangu check -S my.rules                     is every rule understood?\n"
		"  hangu check -c suricata.yaml                configuration and the rules it names\n"
		"  hangu check -S all.rules --write-loaded ok.rules\n"
		"  hangu check -S my.rules --json              findings for editors and other tools\n"
		"  hangu check --list config                   every key of the configuration, as Markdown\n",
		"0 all loaded; 1 something was refused.", NULL },
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
		"0 done; 1 refused, or bad use; 2 no engine answers.", list_commands },
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

static const struct hg_cmdline table = { .program = "hangu",
	.general = general,
	.columns = 20,
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
read_workers(struct hg_options *o, const char *value, struct hg_error *err)
{
	char *end;
	const unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || n < 1 || n > HG_WORKERS_MAX)
		return hg_error_set(err, -EINVAL, "--workers takes a number from 1 to %d, not '%s'",
			HG_WORKERS_MAX, value);
	o->workers = (unsigned)n;
	return 0;
}

static int
read_checksums(struct hg_options *o, const char *value, struct hg_error *err)
{
	if (strcmp(value, "all") != 0 && strcmp(value, "none") != 0)
		return hg_error_set(err, -EINVAL, "-k takes all or none, not '%s'", value);
	o->sets[o->n_sets++] =
		value[0] == 'a' ? "capture.checksum-validation=all" : "capture.checksum-validation=none";
	return 0;
}

static int
read_list(struct hg_options *o, const char *value, struct hg_error *err)
{
	static const char *const names[] = { "buffers", "events", "keywords", "counters", "config",
		"differences", "manual" };
	const char *near;

	for (size_t i = 0; i < HG_COUNT(names); i++) {
		if (strcmp(value, names[i]) == 0) {
			o->list = (enum hg_list)(HG_LIST_BUFFERS + i);
			return 0;
		}
	}
	near = hg_nearest(value, names, HG_COUNT(names));
	return hg_error_set(err, -EINVAL,
		"--list takes buffers, events, keywords, counters, config, differences or manual, not "
		"'%s'%s%s%s",
		value, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
		near == NULL ? "" : "'?");
}

static int
apply(void *arg, int id, const char *value, struct hg_error *err)
{
	struct hg_options *o = arg;

	switch (id) {
	case 'c':
		o->config = value;
		break;
	case 'S':
		o->rules[o->n_rules++] = value;
		break;
	case 'l':
		o->log_dir = value;
		break;
	case 'k':
		return read_checksums(o, value, err);
	case OPT_SET:
		o->sets[o->n_sets++] = value;
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
		return read_workers(o, value, err);
	case 'i':
		o->listen = value;
		break;
	case OPT_INLINE:
		o->between = value;
		break;
	case OPT_WRITE_LOADED:
		o->write_loaded = value;
		break;
	case OPT_ANALYZE:
		o->analyze = true;
		break;
	case OPT_LIST:
		return read_list(o, value, err);
	case 's':
		o->socket = value;
		break;
	case OPT_EXPLAIN:
		o->explain[o->n_explain++] = value;
		break;
	case OPT_RULE_PROFILE:
		o->rule_profile = true;
		break;
	case OPT_CHECK_HOST:
		o->check_host = true;
		break;
	default:
		o->json = true;
		break;
	}
	return 0;
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
			hg_cmdline_name(&table, (int)o->verb), o->captures[0]);
	if (o->listen != NULL && o->between != NULL)
		return hg_error_set(err, -EINVAL, "-i listens, --inline stands between: give one of them");
	if (o->verb == HG_VERB_REPLAY && (o->n_explain > 0 || o->rule_profile) && o->workers > 1)
		return hg_error_set(
			err, -EINVAL, "--explain and --rule-profile look at one worker: leave --workers out");
	if (!o->separate)
		return 0;
	if (o->log_dir == NULL)
		return hg_error_set(err, -EINVAL, "--separate needs a folder for its results: -l DIR");
	return check_names(o, err);
}

int
hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	struct hg_cmdline_words words;
	int r;

	*o = (struct hg_options){ .socket = SOCKET };
	o->rules = calloc((size_t)argc + 1, sizeof(*o->rules));
	o->sets = calloc((size_t)argc + 1, sizeof(*o->sets));
	o->explain = calloc((size_t)argc + 1, sizeof(*o->explain));
	if (o->rules == NULL || o->sets == NULL || o->explain == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the command line");
	r = hg_cmdline_read(&table, argc, argv, apply, o, &words, err);
	o->verb = (enum hg_verb)words.verb;
	o->about = (enum hg_verb)words.about;
	o->captures = words.words;
	o->n_captures = words.n;
	return r < 0 || o->verb == HG_VERB_HELP || o->verb == HG_VERB_VERSION ? r : check_use(o, err);
}

void
hg_options_close(struct hg_options *o)
{
	free(o->rules);
	free(o->sets);
	free(o->explain);
}
