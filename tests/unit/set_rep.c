/* Reputations: prefixes, families, categories, files that are refused. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "set/rep.h"

static char path[] = "/tmp/hangu-rep-XXXXXX";

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_FATAL(f != NULL);
	fputs(text, f);
	fclose(f);
}

static struct hg_rep *
open_rep(const char *categories, const char *scores)
{
	struct hg_error err = { 0 };
	struct hg_rep *r = NULL;
	const int fd = mkstemp(path);

	CU_ASSERT_FATAL(fd >= 0 && hg_rep_open(&r, &err) == 0);
	close(fd);
	write_file(categories);
	hg_check_u64(err.text, (uint64_t)hg_rep_read_categories(r, path, &err), 0);
	write_file(scores);
	hg_check_u64(err.text, (uint64_t)hg_rep_read_scores(r, path, &err), 0);
	hg_rep_settle(r);
	return r;
}

static void
close_rep(struct hg_rep *r)
{
	hg_rep_close(r);
	unlink(path);
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
}

static int
score_of(const struct hg_rep *r, const char *category, const char *address)
{
	struct hg_addr a = { 0 };
	uint8_t family;

	CU_ASSERT_FATAL(hg_addr_parse(hg_span_str(address), &a, &family));
	return hg_rep_score(r, hg_rep_category(r, hg_span_str(category)), &a, family);
}

static void
test_the_longest_prefix_of_a_category_counts(void)
{
	static const struct {
		const char *category, *address;
		int score;
	} rows[] = {
		{ "Bad", "10.1.2.3", 5 },
		{ "Bad", "10.1.2.4", 4 },
		{ "Bad", "10.1.3.1", 3 },
		{ "Bad", "10.2.0.1", 2 },
		{ "Bad", "11.0.0.1", 1 },
		{ "Scan", "10.1.2.3", HG_REP_NONE },
		{ "Scan", "10.9.0.7", 12 },
		{ "Bad", "2001:db8::1", 9 },
		{ "Bad", "2001:db8::2", 8 },
		{ "Bad", "2001:db9::1", HG_REP_NONE },
		{ "Scan", "::ffff:10.9.0.7", 12 },
	};
	struct hg_rep *r = open_rep("1, Bad, known\n# none\n\n2,Scan,scanners\n",
		"0.0.0.0/0,1,1\n10.0.0.0/8,1,2\n10.1.0.0/16,1,3\n10.1.2.0/"
		"24,1,4\n10.1.2.3,1,50\n10.1.2.3,1,5\n"
		"10.9.0.7/32,2,12\n2001:db8::/32,1,8\n2001:db8::1,1,9\n");

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_bool(rows[i].address,
			score_of(r, rows[i].category, rows[i].address) == rows[i].score, true);
	hg_check_u64("no such category", hg_rep_category(r, HG_BYTES("Nobody")), 0);
	close_rep(r);
}

static void
test_refuses_what_is_no_rating(void)
{
	static const struct {
		bool scores;
		const char *text, *why;
	} rows[] = {
		{ false, "0,None,x\n", "a category's number is from 1 to 59" },
		{ false, "60,Far,x\n", "a category's number is from 1 to 59" },
		{ false, "3,,x\n", "a category's name has 1 to 31 characters" },
		{ true, "host,1,5\n", "a line begins with an address or a prefix" },
		{ true, "10.0.0.0/33,1,5\n", "a line begins with an address or a prefix" },
		{ true, "10.0.0.1,7,5\n", "there is no category with this number" },
		{ true, "10.0.0.1,1,128\n", "a score is a number from 0 to 127" },
		{ true, "10.0.0.1,1\n", "a score is a number from 0 to 127" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_rep *r = open_rep("1,Bad,known\n", "10.0.0.1,1,1\n");
		struct hg_error err = { 0 };
		int got;

		write_file(rows[i].text);
		got = rows[i].scores ? hg_rep_read_scores(r, path, &err)
				     : hg_rep_read_categories(r, path, &err);
		hg_check_bool(rows[i].text, got < 0, true);
		hg_check_str(rows[i].text, err.text, rows[i].why);
		hg_check_u64(rows[i].text, err.line, 1);
		close_rep(r);
	}
}

HG_TESTS("set: reputations", HG_TEST(test_the_longest_prefix_of_a_category_counts),
	HG_TEST(test_refuses_what_is_no_rating))
