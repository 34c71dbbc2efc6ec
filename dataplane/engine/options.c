#include "engine/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/config.h"

static const char *const verbs[] = { "replay", "check", "help" };

static const char general[] =
	"hangu: network intrusion detection for the boundary of e-government networks\n"
	"\n"
	"  hangu replay [OPTION]... CAPTURE...   read captures, write events (eve.json)\n"
	"  hangu check  [OPTION]...              load configuration and rules, explain what is refused\n"
	"  hangu --version\n"
	"\n"
	"  hangu replay traffic.pcap                         events to standard output\n"
	"  hangu replay -S my.rules -l out traffic.pcap.gz   with rules, events to out/eve.json\n"
	"  hangu check -S my.rules                           is every rule understood?\n"
	"\n"
	"`hangu replay --help` and `hangu check --help` say more.\n";

static const char about_replay[] =
	"usage: hangu replay [OPTION]... CAPTURE...\n"
	"Reads captures (pcap, pcapng; also .gz and .zst) in the order given and writes events.\n"
	"\n"
	"  -c FILE          configuration (Suricata's keys; see hangu.yaml)\n"
	"  -S RULES         rule file, instead of the configured ones; may be given again; .gz and .zst too\n"
	"  -l DIR           write DIR/eve.json instead of standard output\n"
	"  -k all|none      check checksums (default: all)\n"
	"  --separate       each capture from fresh state, into DIR/<file name>/eve.json (needs -l)\n"
	"  --simulate-ips   inspect as if inline\n"
	"  --workers N      only 1 in this build\n"
	"  --summary        a table at the end\n"
	"  --set KEY=VALUE  overrides the configuration\n"
	"\n"
	"Exit status: 0 done; 1 bad use, configuration or rule file; 2 a capture could not be read; 3 "
	"internal failure.\n";

static const char about_check[] =
	"usage: hangu check [OPTION]...\n"
	"Loads configuration and rules and prints each refusal as file:line:column: reason.\n"
	"\n"
	"  -c FILE, -S RULES, --set KEY=VALUE   as for replay\n"
	"  --write-loaded FILE                  the rules that load, one a line\n"
	"\n"
	"Exit status: 0 all loaded; 1 something was refused.\n";

void
hg_options_help(enum hg_verb about)
{
	fputs(about == HG_VERB_REPLAY            ? about_replay
			: about == HG_VERB_CHECK ? about_check
						 : general,
		stdout);
}

enum { OPT_SET = 256, OPT_SEPARATE, OPT_SIMULATE, OPT_SUMMARY, OPT_WORKERS, OPT_WRITE_LOADED, OPT_HELP };

static const struct option longs[] = {
	{ "set", required_argument, NULL, OPT_SET },
	{ "separate", no_argument, NULL, OPT_SEPARATE },
	{ "simulate-ips", no_argument, NULL, OPT_SIMULATE },
	{ "summary", no_argument, NULL, OPT_SUMMARY },
	{ "workers", required_argument, NULL, OPT_WORKERS },
	{ "write-loaded", required_argument, NULL, OPT_WRITE_LOADED },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int
read_workers(struct hg_options *o, struct hg_error *err)
{
	char *end;
	unsigned long n = strtoul(optarg, &end, 10);

	if (*end != '\0' || n != 1)
		return hg_error_set(err, -EINVAL, "--workers takes 1 in this build, not '%s'", optarg);
	o->workers = 1;
	return 0;
}

static int
read_option(struct hg_options *o, int c, struct hg_error *err)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		return 0;
	case 'S':
		o->rules[o->n_rules++] = optarg;
		return 0;
	case 'l':
		o->log_dir = optarg;
		return 0;
	case 'k':
		if (strcmp(optarg, "all") != 0 && strcmp(optarg, "none") != 0)
			return hg_error_set(err, -EINVAL, "-k takes all or none, not '%s'", optarg);
		o->sets[o->n_sets++] = optarg[0] == 'a' ? "capture.checksum-validation=all"
							: "capture.checksum-validation=none";
		return 0;
	case OPT_SET:
		o->sets[o->n_sets++] = optarg;
		return 0;
	case OPT_SEPARATE:
		o->separate = true;
		return 0;
	case OPT_SIMULATE:
		o->sets[o->n_sets++] = "simulate-ips=yes";
		return 0;
	case OPT_SUMMARY:
		o->summary = true;
		return 0;
	case OPT_WORKERS:
		return read_workers(o, err);
	case OPT_WRITE_LOADED:
		o->write_loaded = optarg;
		return 0;
	case OPT_HELP:
		hg_options_help(o->verb);
		o->verb = HG_VERB_NONE;
		return 0;
	default:
		return hg_error_set(err, -EINVAL, "unknown or incomplete option; `%s %s --help` lists them",
			o->command, o->verb == HG_VERB_CHECK ? "check" : "replay");
	}
}

static int
read_verb(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	const char *near;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0)
		o->verb = HG_VERB_HELP;
	else if (strcmp(argv[1], "--version") == 0)
		o->verb = HG_VERB_VERSION;
	else if (strcmp(argv[1], "replay") == 0)
		o->verb = HG_VERB_REPLAY;
	else if (strcmp(argv[1], "check") == 0)
		o->verb = HG_VERB_CHECK;
	else {
		near = hg_nearest(argv[1], verbs, HG_COUNT(verbs));
		return hg_error_set(err, -EINVAL, "unknown command '%s'; %s%s%s`hangu --help` lists them",
			argv[1], near == NULL ? "" : "did you mean '", near == NULL ? "" : near,
			near == NULL ? "" : "'? ");
	}
	return 0;
}

int
hg_options_read(struct hg_options *o, int argc, char **argv, struct hg_error *err)
{
	int c, r;

	*o = (struct hg_options){ .workers = 1, .command = argv[0] };
	o->rules = calloc((size_t)argc + 1, sizeof(*o->rules));
	o->sets = calloc((size_t)argc + 1, sizeof(*o->sets));
	if (o->rules == NULL || o->sets == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the command line");
	r = read_verb(o, argc, argv, err);
	if (r < 0 || o->verb == HG_VERB_HELP || o->verb == HG_VERB_VERSION)
		return r;
	optind = 2;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "c:S:l:k:h", longs, NULL)) != -1) {
		r = read_option(o, c == 'h' ? OPT_HELP : c, err);
		if (r < 0 || o->verb == HG_VERB_NONE)
			return r;
	}
	o->captures = argv + optind;
	o->n_captures = (unsigned)(argc - optind);
	if (o->verb == HG_VERB_REPLAY && o->n_captures == 0)
		return hg_error_set(err, -EINVAL, "no capture given; `hangu replay --help` says how");
	if (o->verb == HG_VERB_CHECK && o->n_captures > 0)
		return hg_error_set(
			err, -EINVAL, "check takes no captures, but '%s' was given", o->captures[0]);
	if (o->separate && o->log_dir == NULL)
		return hg_error_set(err, -EINVAL, "--separate needs a folder for its results: -l DIR");
	return 0;
}

void
hg_options_close(struct hg_options *o)
{
	free(o->rules);
	free(o->sets);
}
