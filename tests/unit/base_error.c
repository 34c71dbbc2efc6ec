#include "check.h"

#include "base/error.h"

#include <errno.h>

static void
test_error_text_puts_the_place_in_front(void)
{
	static const struct {
		const char *file;
		uint32_t line, column;
		const char *want;
	} rows[] = { { NULL, 3, 4, "bad 7" }, { "a", 0, 0, "a: bad 7" }, { "a", 3, 0, "a:3: bad 7" },
		{ "a", 3, 4, "a:3:4: bad 7" } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_error err;
		char text[64];

		hg_check_u64("code", (uint64_t)-hg_error_set(&err, -EINVAL, "bad %d", 7), EINVAL);
		hg_error_at(&err, rows[i].file, rows[i].line, rows[i].column);
		hg_check_str(rows[i].want, hg_error_text(&err, text, sizeof(text)), rows[i].want);
	}
}

static void
test_error_keeps_errno_and_its_words(void)
{
	struct hg_error err;

	errno = ENOENT;
	hg_check_u64("code", (uint64_t)-hg_error_errno(&err, "cannot open %s", "x"), ENOENT);
	hg_check_str("text", err.text, "cannot open x: No such file or directory");
	hg_check_u64("in the error", (uint64_t)-err.code, ENOENT);
}

static void
test_error_is_cut_to_its_room(void)
{
	struct hg_error err;
	char text[8];

	hg_error_set(&err, -1, "%0600d", 1);
	hg_check_u64("sentence", strlen(err.text), sizeof(err.text) - 1);
	hg_check_str("text", hg_error_text(&err, text, sizeof(text)), "0000000");
}

static void
test_error_may_be_nobodys(void)
{
	hg_check_u64("set", (uint64_t)-hg_error_set(NULL, -EIO, "x"), EIO);
	errno = EPERM;
	hg_check_u64("errno", (uint64_t)-hg_error_errno(NULL, "x"), EPERM);
	hg_error_at(NULL, "x", 1, 1);
	hg_error_mark(NULL, "x");
	hg_error_guess(NULL, "x");
}

static void
test_error_knows_its_sort_and_what_was_meant(void)
{
	struct hg_error err;

	hg_error_set(&err, -EINVAL, "unknown word '%s'", "contnet");
	hg_check_bool("no sort", err.kind == NULL && err.near[0] == '\0' && err.length == 0, true);
	hg_error_mark(&err, "unknown-word");
	hg_error_mark(&err, "bad-rule");
	hg_check_str("the first that knows says it", err.kind, "unknown-word");
	hg_error_guess(&err, "content");
	hg_check_str("sentence", err.text, "unknown word 'contnet'; did you mean 'content'?");
	hg_check_str("meant", err.near, "content");
	hg_error_set(&err, -EINVAL, "another");
	hg_check_bool("nothing of it stays", err.kind == NULL && err.near[0] == '\0', true);
}

HG_TESTS("base_error", HG_TEST(test_error_text_puts_the_place_in_front),
	HG_TEST(test_error_keeps_errno_and_its_words), HG_TEST(test_error_is_cut_to_its_room),
	HG_TEST(test_error_may_be_nobodys), HG_TEST(test_error_knows_its_sort_and_what_was_meant))
