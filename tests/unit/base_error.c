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
}

HG_TESTS("base_error", HG_TEST(test_error_text_puts_the_place_in_front),
	HG_TEST(test_error_keeps_errno_and_its_words), HG_TEST(test_error_is_cut_to_its_room),
	HG_TEST(test_error_may_be_nobodys))
