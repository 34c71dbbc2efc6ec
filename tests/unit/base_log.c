#include "check.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int saved, ends[2];

static void
begin(void)
{
	CU_ASSERT_FATAL(pipe(ends) == 0);
	saved = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
}

/* What came on standard error since begin. */
static const char *
finish(void)
{
	static char text[4096];
	ssize_t n;

	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	n = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void
test_log_prints_up_to_its_level(void)
{
	begin();
	hg_log(HG_LOG_NOTICE, "seen %d", 1);
	hg_log(HG_LOG_INFO, "not seen");
	hg_log_level(HG_LOG_ERROR);
	hg_log(HG_LOG_WARNING, "not seen");
	hg_log(HG_LOG_ERROR, "seen");
	hg_log_level(HG_LOG_DEBUG);
	hg_log(HG_LOG_DEBUG, "seen");
	hg_log_level(HG_LOG_NOTICE);
	hg_check_str("lines", finish(), "notice: seen 1\nerror: seen\ndebug: seen\n");
}

static void
test_log_shows_no_control_characters(void)
{
	begin();
	hg_log(HG_LOG_ERROR, "a\nb\x1b[2J\x7f\xe6\xb1\x89");
	hg_check_str("line", finish(), "error: a\\x0ab\\x1b[2J\\x7f\xe6\xb1\x89\n");
}

static void
test_log_cuts_long_lines(void)
{
	begin();
	hg_log(HG_LOG_ERROR, "%05000d", 1);
	hg_check_bool("one line", strlen(finish()) <= 1024, true);
}

static void
test_log_of_an_error_says_where(void)
{
	struct hg_error err;

	hg_error_set(&err, -1, "unknown key");
	hg_error_at(&err, "a.yaml", 3, 5);
	begin();
	hg_log_error(HG_LOG_WARNING, &err);
	hg_log_error(HG_LOG_INFO, &err);
	hg_check_str("line", finish(), "warning: a.yaml:3:5: unknown key\n");
}

static void
set_journal(ino_t more)
{
	char stream[64];
	struct stat st;

	fstat(STDERR_FILENO, &st);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		(unsigned long long)(st.st_ino + more));
	setenv("JOURNAL_STREAM", stream, 1);
}

static void
test_log_gives_the_journal_priorities(void)
{
	begin();
	set_journal(0);
	hg_log(HG_LOG_ERROR, "a");
	hg_log(HG_LOG_NOTICE, "b");
	hg_log_finding(HG_LOG_WARNING, "x.rules:1: no");
	set_journal(1);
	hg_log(HG_LOG_ERROR, "another stream");
	hg_log_finding(HG_LOG_WARNING, "x.rules:1: no");
	unsetenv("JOURNAL_STREAM");
	hg_check_str("lines", finish(),
		"<3>error: a\n<5>notice: b\n<4>x.rules:1: no\nerror: another stream\nx.rules:1: no\n");
}

HG_TESTS("base_log", HG_TEST(test_log_prints_up_to_its_level), HG_TEST(test_log_shows_no_control_characters),
	HG_TEST(test_log_cuts_long_lines), HG_TEST(test_log_of_an_error_says_where),
	HG_TEST(test_log_gives_the_journal_priorities))
