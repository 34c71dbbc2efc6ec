#include "check.h"

#include "engine/options.h"
#include "engine/progress.h"

#include <stdio.h>
#include <stdlib.h>

#define WORDS_MOST 24

/* Cuts a line at its blanks, as a shell would, and reads it. */
struct line {
	char text[256];
	char *argv[WORDS_MOST + 1];
	int argc;
	struct hg_options o;
	struct hg_error err;
	int result;
};

static void
read_line(struct line *l, const char *text)
{
	*l = (struct line){ .argc = 0 };
	snprintf(l->text, sizeof(l->text), "%s", text);
	for (char *p = l->text; *p != '\0' && l->argc < WORDS_MOST;) {
		size_t len = strcspn(p, " ");

		l->argv[l->argc++] = p;
		p += len + (p[len] == ' ');
		p[-1] = p[-1] == ' ' ? '\0' : p[-1];
	}
	l->result = hg_options_read(&l->o, l->argc, l->argv, &l->err);
}

static void
test_options_of_a_replay_are_read_in_any_order(void)
{
	struct line l;

	read_line(&l,
		"hangu replay a.pcap -S one -c f.yaml --set a.b=c -k none --separate b.pcap -S two "
		"--simulate-ips -l out --summary --workers 1");
	hg_check_str("no error", l.err.text, "");
	hg_check_u64("verb", l.o.verb, HG_VERB_REPLAY);
	hg_check_str("configuration", l.o.config, "f.yaml");
	hg_check_u64("rule files", l.o.n_rules, 2);
	hg_check_str("the second", l.o.rules[1], "two");
	hg_check_u64("settings", l.o.n_sets, 3);
	hg_check_str("own", l.o.sets[0], "a.b=c");
	hg_check_str("checksums", l.o.sets[1], "capture.checksum-validation=none");
	hg_check_str("inline", l.o.sets[2], "simulate-ips=yes");
	hg_check_str("folder", l.o.log_dir, "out");
	hg_check_bool("separate", l.o.separate, true);
	hg_check_bool("summary", l.o.summary, true);
	hg_check_u64("captures", l.o.n_captures, 2);
	hg_check_str("first", l.o.captures[0], "a.pcap");
	hg_check_str("second", l.o.captures[1], "b.pcap");
	hg_options_close(&l.o);
}

static void
test_options_of_a_check_are_read(void)
{
	struct line l;

	read_line(&l, "hangu check -S r.rules --write-loaded out.rules --list=events");
	hg_check_str("no error", l.err.text, "");
	hg_check_u64("verb", l.o.verb, HG_VERB_CHECK);
	hg_check_str("loaded", l.o.write_loaded, "out.rules");
	hg_check_u64("list", l.o.list, HG_LIST_EVENTS);
	hg_options_close(&l.o);
}

static void
test_options_ask_for_help_wherever_it_stands(void)
{
	static const struct {
		const char *line;
		enum hg_verb verb, about;
	} rows[] = {
		{ "hangu", HG_VERB_HELP, HG_VERB_NONE },
		{ "hangu help", HG_VERB_HELP, HG_VERB_NONE },
		{ "hangu --help", HG_VERB_HELP, HG_VERB_NONE },
		{ "hangu -h", HG_VERB_HELP, HG_VERB_NONE },
		{ "hangu replay --help", HG_VERB_HELP, HG_VERB_REPLAY },
		{ "hangu replay a.pcap -h --nonsense", HG_VERB_HELP, HG_VERB_REPLAY },
		{ "hangu check --help", HG_VERB_HELP, HG_VERB_CHECK },
		{ "hangu --version", HG_VERB_VERSION, HG_VERB_NONE },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct line l;

		read_line(&l, rows[i].line);
		hg_check_str(rows[i].line, l.err.text, "");
		hg_check_u64(rows[i].line, l.o.verb, rows[i].verb);
		hg_check_u64(rows[i].line, l.o.about, rows[i].about);
		hg_options_close(&l.o);
	}
}

static void
test_options_say_what_is_wrong_in_one_sentence(void)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "hangu repaly a",
			"unknown command 'repaly'; did you mean 'replay'? `hangu --help` lists them" },
		{ "hangu fly a", "unknown command 'fly'; `hangu --help` lists them" },
		{ "hangu replay", "no capture given; `hangu replay --help` says how" },
		{ "hangu check a.pcap", "check takes no captures, but 'a.pcap' was given" },
		{ "hangu replay --sumary a",
			"unknown option --sumary; did you mean --summary? `hangu replay --help` lists them" },
		{ "hangu replay a --sett=x",
			"unknown option --sett=x; did you mean --set? `hangu replay --help` lists them" },
		{ "hangu replay -x a", "unknown option -x; `hangu replay --help` lists them" },
		{ "hangu replay a -S", "option -S needs a value; `hangu replay --help` says more" },
		{ "hangu replay a --set", "option --set needs a value; `hangu replay --help` says more" },
		{ "hangu replay --summary=3 a",
			"option --summary takes no value; `hangu replay --help` says more" },
		{ "hangu check --summary", "--summary is no option of `hangu check`" },
		{ "hangu replay --list config a", "--list is no option of `hangu replay`" },
		{ "hangu replay -k some a", "-k takes all or none, not 'some'" },
		{ "hangu replay --workers 17 a", "--workers takes a number from 1 to 16, not '17'" },
		{ "hangu replay --workers 2x a", "--workers takes a number from 1 to 16, not '2x'" },
		{ "hangu replay --workers 0 a", "--workers takes a number from 1 to 16, not '0'" },
		{ "hangu check --list confg",
			"--list takes buffers, events, keywords, counters, config, differences or manual, "
			"not "
			"'confg'; did you "
			"mean "
			"'config'?" },
		{ "hangu replay --separate a", "--separate needs a folder for its results: -l DIR" },
		{ "hangu replay --separate -l o x/a.pcap b.pcap y/a.pcap",
			"--separate: two captures have the file name 'a.pcap'" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct line l;

		read_line(&l, rows[i].line);
		hg_check_bool(rows[i].line, l.result < 0, true);
		hg_check_str(rows[i].line, l.err.text, rows[i].text);
		hg_options_close(&l.o);
	}
}

static void
test_progress_is_said_when_it_changes(void)
{
	static const struct {
		const char *what;
		uint64_t done, total;
		const char *line; /* NULL: nothing new */
	} rows[] = {
		{ "rules", 0, 200, "rules: 0 %" },
		{ "rules", 1, 200, NULL },
		{ "rules", 2, 200, "rules: 1 %" },
		{ "patterns", 2, 200, "patterns: 1 %" },
		{ "patterns", 300, 200, "patterns: 100 %" },
		{ "frames", 10, 0, "frames: 10" },
		{ "frames", 1033, 0, NULL },
		{ "frames", 1034, 0, "frames: 1034" },
		{ "frames", 1000000, 0, "frames: 1000000" },
		{ "frames", 1062499, 0, NULL },
		{ "frames", 1062500, 0, "frames: 1062500" },
	};
	struct hg_progress p = { 0 };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char line[64] = "";
		bool shown =
			hg_progress_line(&p, rows[i].what, rows[i].done, rows[i].total, line, sizeof(line));

		hg_check_bool(rows[i].what, shown, rows[i].line != NULL);
		hg_check_str(rows[i].what, line, rows[i].line == NULL ? "" : rows[i].line);
	}
}

HG_TESTS("engine_options", HG_TEST(test_options_of_a_replay_are_read_in_any_order),
	HG_TEST(test_options_of_a_check_are_read), HG_TEST(test_options_ask_for_help_wherever_it_stands),
	HG_TEST(test_options_say_what_is_wrong_in_one_sentence),
	HG_TEST(test_progress_is_said_when_it_changes))
