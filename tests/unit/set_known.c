/* Lists of digests: kinds, labels, lines that are refused, memory. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "set/known.h"

static const struct hg_config_key schema[] = {
	{ "default-data-dir", HG_CONFIG_STR, NULL, NULL, NULL, "" },
	{ "file-lists", HG_CONFIG_MAP, NULL, NULL, NULL, "" },
};

#define MD5 "0123456789abcdef0123456789abcdef"
#define SHA1 MD5 "01234567"
#define SM3 MD5 MD5

/* A list `bad` of the lines; its file is gone when this returns. */
static int
open_lines(struct hg_known **k, const char *type, const char *lines, const char *more, struct hg_error *err)
{
	char path[] = "/tmp/hangu-known-XXXXXX", text[400];
	const int fd = mkstemp(path);
	struct hg_config *c;
	int r;

	CU_ASSERT_FATAL(fd >= 0 && write(fd, lines, strlen(lines)) == (ssize_t)strlen(lines));
	close(fd);
	snprintf(text, sizeof(text), "file-lists: {bad: {type: %s, load: %s%s}}\n", type, path, more);
	CU_ASSERT_FATAL(hg_config_open(&c, schema, HG_COUNT(schema)) == 0);
	hg_check_u64("text", (uint64_t)hg_config_load_text(c, "test.yaml", text, err), 0);
	r = hg_known_open(k, c, err);
	hg_config_close(c);
	unlink(path);
	return r;
}

static size_t
bytes_of(const char *hex, uint8_t out[32])
{
	size_t n = 0;

	for (; hex[2 * n] != '\0'; n++)
		out[n] = (uint8_t)(hg_hex_digit((uint8_t)hex[2 * n]) << 4 |
			hg_hex_digit((uint8_t)hex[2 * n + 1]));
	return n;
}

/* The label of the digest; NULL: it is not in the list. */
static const char *
find(const struct hg_known *k, const char *hex)
{
	static char text[HG_KNOWN_LABEL + 1];
	uint8_t digest[32];
	struct hg_span label;

	if (!hg_known_find(k, 0, hg_span(digest, bytes_of(hex, digest)), &label))
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)label.len, label.p);
	return text;
}

static void
test_what_stands_behind_a_digest_is_its_label(void)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ MD5 "\n", "" },
		{ MD5 "  a file.bin\n", "a file.bin" },
		{ MD5 " *a.bin\r\n", "a.bin" },
		{ MD5 ",Win.Trojan\n", "Win.Trojan" },
		{ MD5 "\t# seen in May", "seen in May" },
		{ "# head\n\n  0123456789ABCDEF0123456789ABCDEF ; upper\n", "upper" },
		{ MD5 "\n" MD5 " one\n" MD5 " two\n", "one" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_known *k = NULL;
		struct hg_error err = { 0 };

		hg_check_u64(rows[i].line, (uint64_t)open_lines(&k, "md5", rows[i].line, "", &err), 0);
		CU_ASSERT_FATAL(k != NULL);
		hg_check_str(rows[i].line, find(k, MD5), rows[i].want);
		CU_ASSERT(find(k, "0123456789abcdef0123456789abcdee") == NULL);
		CU_ASSERT(find(k, SHA1) == NULL);
		hg_known_close(k);
	}
}

static void
test_a_list_is_of_one_kind(void)
{
	static const struct {
		const char *type, *digest, *more;
		unsigned hash;
		bool good;
	} rows[] = {
		{ "md5", MD5, "", 1, false },
		{ "sha1", SHA1, ", verdict: bad", 2, false },
		{ "sha256", SM3, ", verdict: good", 4, true },
		{ "sm3", SM3, "", 8, false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_known *k = NULL;
		struct hg_error err = { 0 };

		hg_check_u64(rows[i].type,
			(uint64_t)open_lines(&k, rows[i].type, rows[i].digest, rows[i].more, &err), 0);
		CU_ASSERT_FATAL(k != NULL);
		hg_check_u64("hashes", hg_known_hashes(k), rows[i].hash);
		hg_check_u64("hash", hg_known_list(k, 0)->hash, rows[i].hash);
		hg_check_str("name", hg_known_list(k, 0)->name, "bad");
		CU_ASSERT(hg_known_list(k, 0)->good == rows[i].good);
		CU_ASSERT(hg_known_list(k, 1) == NULL);
		hg_check_str("found", find(k, rows[i].digest), "");
		hg_known_close(k);
	}
}

static void
test_what_is_no_list_is_refused(void)
{
	static const struct {
		const char *type, *lines, *more, *want;
		uint32_t line;
	} rows[] = {
		{ "md5", "# x\n" MD5 "\n" SHA1 "\n", "",
			"a line of file-lists.bad begins with a digest of md5, 32 hex digits", 3 },
		{ "sha256", MD5 " x\n", "",
			"a line of file-lists.bad begins with a digest of sha256, 64 hex digits", 1 },
		{ "md5", "name " MD5 "\n", "",
			"a line of file-lists.bad begins with a digest of md5, 32 hex digits", 1 },
		{ "md5", MD5 "\n", ", memcap: 10", "file-lists.bad is full; give it more by memcap", 1 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_known *k = NULL;
		struct hg_error err = { 0 };

		CU_ASSERT(open_lines(&k, rows[i].type, rows[i].lines, rows[i].more, &err) < 0);
		hg_check_str(rows[i].lines, err.text, rows[i].want);
		hg_check_u64(rows[i].lines, err.line, rows[i].line);
		CU_ASSERT(k == NULL);
	}
}

/* Every digest of many is found, whatever the order of the lines, and with its own label. */
static void
test_all_of_many_are_found(void)
{
	enum { N = 5000, LINE = 32 + 6 };
	char *lines = malloc(N * LINE + 1), hex[33], label[8];
	struct hg_known *k = NULL;
	struct hg_error err = { 0 };

	CU_ASSERT_FATAL(lines != NULL);
	for (unsigned i = 0; i < N; i++)
		snprintf(lines + i * LINE, LINE + 1, "%08x%08x%08x%08x %04u\n", i * 2654435761u, i, 7 * i, 0u,
			i);
	hg_check_u64("open", (uint64_t)open_lines(&k, "md5", lines, "", &err), 0);
	CU_ASSERT_FATAL(k != NULL);
	for (unsigned i = 0; i < N; i++) {
		snprintf(hex, sizeof(hex), "%08x%08x%08x%08x", i * 2654435761u, i, 7 * i, 0u);
		snprintf(label, sizeof(label), "%04u", i);
		hg_check_str(hex, find(k, hex), label);
	}
	hg_known_close(k);
	free(lines);
}

HG_TESTS("set: lists of digests", HG_TEST(test_what_stands_behind_a_digest_is_its_label),
	HG_TEST(test_a_list_is_of_one_kind), HG_TEST(test_what_is_no_list_is_refused),
	HG_TEST(test_all_of_many_are_found))
