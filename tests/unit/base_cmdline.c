#include "check.h"

#include "base/cmdline.h"

#include <stdlib.h>

enum { NONE, HELP, VERSION, BAKE, EAT };
enum { OPT_HOT = 256, OPT_WITH };

static const struct hg_cmdline_option options[] = {
	{ "t", "MINUTES", 't', HG_CMDLINE_IN(BAKE), "how long" },
	{ "q", NULL, 'q', HG_CMDLINE_IN(BAKE) | HG_CMDLINE_IN(EAT), "without a word" },
	{ "hot", NULL, OPT_HOT, HG_CMDLINE_IN(EAT), "while it is hot" },
	{ "with", "WHAT", OPT_WITH, HG_CMDLINE_IN(EAT), "and with it" },
};

static void
list_cakes(FILE *out)
{
	fputs("\nCakes\n  plum\n", out);
}

static const struct hg_cmdline_verb verbs[] = {
	{ "bake", BAKE, "usage: cake bake", "Bakes.", "  cake bake -t 40\n", "0 done.", NULL },
	{ "eat", EAT, "usage: cake eat", "Eats.", "  cake eat plum\n", "0 eaten.", list_cakes },
};

/* As a translation: capitals tell that it was asked. */
static const char *
say(const char *english)
{
	return strcmp(english, "this text") == 0 ? "THIS TEXT"
		: strcmp(english, "Bakes.") == 0 ? "BAKES."
						 : english;
}

static const struct hg_cmdline table = { .program = "cake",
	.general = "cake: bake and eat\n",
	.columns = 12,
	.help = HELP,
	.version = VERSION,
	.verbs = verbs,
	.n_verbs = HG_COUNT(verbs),
	.options = options,
	.n_options = HG_COUNT(options),
	.say = say };

static int
note(void *arg, int id, const char *value, struct hg_error *err)
{
	char *out = arg;
	const size_t n = strlen(out);

	if (value != NULL && strcmp(value, "poison") == 0)
		return hg_error_set(err, -1, "nobody eats poison");
	snprintf(out + n, 128 - n, "%d%s%s ", id < 256 ? id : id - 256, value == NULL ? "" : "=",
		value == NULL ? "" : value);
	return 0;
}

struct line {
	char text[128], noted[128];
	char *argv[16];
	int argc, result;
	struct hg_cmdline_words words;
	struct hg_error err;
};

static void
read_line(struct line *l, const char *text)
{
	char *save = NULL;

	*l = (struct line){ .argc = 0 };
	snprintf(l->text, sizeof(l->text), "%s", text);
	for (char *p = strtok_r(l->text, " ", &save); p != NULL; p = strtok_r(NULL, " ", &save))
		l->argv[l->argc++] = p;
	l->result = hg_cmdline_read(&table, l->argc, l->argv, note, l->noted, &l->words, &l->err);
}

static void
test_cmdline_reads_options_and_words_in_any_order(void)
{
	static const struct {
		const char *line, *noted;
		int verb, about;
		unsigned n;
		const char *first;
	} rows[] = {
		{ "cake bake", "", BAKE, NONE, 0, NULL },
		{ "cake bake plum -t 40 pear", "116=40 ", BAKE, NONE, 2, "plum" },
		{ "cake bake -qt40", "113 116=40 ", BAKE, NONE, 0, NULL },
		{ "cake eat --with=tea plum --hot --with milk", "1=tea 0 1=milk ", EAT, NONE, 1, "plum" },
		{ "cake eat -q -- --hot", "113 ", EAT, NONE, 1, "--hot" },
		{ "cake", "", HELP, NONE, 0, NULL },
		{ "cake help", "", HELP, NONE, 0, NULL },
		{ "cake -h", "", HELP, NONE, 0, NULL },
		{ "cake --help", "", HELP, NONE, 0, NULL },
		{ "cake --version", "", VERSION, NONE, 0, NULL },
		{ "cake eat --hot --help --nonsense", "0 ", HELP, EAT, 0, NULL },
		{ "cake bake plum -h", "", HELP, BAKE, 0, NULL },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct line l;

		read_line(&l, rows[i].line);
		hg_check_str(rows[i].line, l.err.text, "");
		hg_check_bool(rows[i].line, l.result == 0, true);
		hg_check_str(rows[i].line, l.noted, rows[i].noted);
		hg_check_u64(rows[i].line, (uint64_t)l.words.verb, (uint64_t)rows[i].verb);
		hg_check_u64(rows[i].line, (uint64_t)l.words.about, (uint64_t)rows[i].about);
		hg_check_u64(rows[i].line, l.words.n, rows[i].n);
		if (rows[i].first != NULL && l.words.n > 0)
			hg_check_str(rows[i].line, l.words.words[0], rows[i].first);
	}
}

static void
test_cmdline_says_what_is_wrong_in_one_sentence(void)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "cake bak", "unknown command 'bak'; did you mean 'bake'? `cake --help` lists them" },
		{ "cake sell", "unknown command 'sell'; `cake --help` lists them" },
		{ "cake eat --wth tea",
			"unknown option --wth; did you mean --with? `cake eat --help` lists them" },
		{ "cake eat --helpp",
			"unknown option --helpp; did you mean --help? `cake eat --help` lists them" },
		{ "cake bake --wiht=tea", "unknown option --wiht=tea; `cake bake --help` lists them" },
		{ "cake eat -x", "unknown option -x; `cake eat --help` lists them" },
		{ "cake bake -t", "option -t needs a value; `cake bake --help` says more" },
		{ "cake eat --with", "option --with needs a value; `cake eat --help` says more" },
		{ "cake eat --hot=1", "option --hot takes no value; `cake eat --help` says more" },
		{ "cake bake --hot", "--hot is no option of `cake bake`" },
		{ "cake eat -t 3", "-t is no option of `cake eat`" },
		{ "cake eat --with poison --wiht", "nobody eats poison" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct line l;

		read_line(&l, rows[i].line);
		hg_check_bool(rows[i].line, l.result < 0, true);
		hg_check_str(rows[i].line, l.err.text, rows[i].text);
	}
}

static void
test_cmdline_helps_from_the_same_table(void)
{
	static const struct {
		int about;
		const char *text;
	} rows[] = {
		{ NONE, "cake: bake and eat\n" },
		{ HELP, "cake: bake and eat\n" },
		{ BAKE,
			"usage: cake bake\n\nBAKES.\n\n"
			"  -t MINUTES   how long\n  -q           without a word\n  --help       THIS TEXT\n"
			"\nExamples\n  cake bake -t 40\n\nExit status: 0 done.\n" },
		{ EAT,
			"usage: cake eat\n\nEats.\n\n"
			"  -q           without a word\n  --hot        while it is hot\n"
			"  --with WHAT  and with it\n  --help       THIS TEXT\n"
			"\nCakes\n  plum\n"
			"\nExamples\n  cake eat plum\n\nExit status: 0 eaten.\n" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);

		CU_ASSERT_PTR_NOT_NULL_FATAL(out);
		hg_cmdline_help(&table, out, rows[i].about);
		fclose(out);
		hg_check_str("help", text, rows[i].text);
		free(text);
	}
	hg_check_str("a command's name", hg_cmdline_name(&table, EAT), "eat");
}

HG_TESTS("base_cmdline", HG_TEST(test_cmdline_reads_options_and_words_in_any_order),
	HG_TEST(test_cmdline_says_what_is_wrong_in_one_sentence),
	HG_TEST(test_cmdline_helps_from_the_same_table))
