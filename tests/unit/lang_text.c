#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "rules/lang/text.h"

enum packing { PLAIN, GZIP, GZIP_TWICE, ZSTD };

static size_t
gzip_of(struct hg_span in, uint8_t *out, size_t room)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p,
		.avail_in = (uInt)in.len,
		.next_out = out,
		.avail_out = (uInt)room };

	CU_ASSERT_EQUAL_FATAL(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	CU_ASSERT_EQUAL_FATAL(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static size_t
pack(enum packing how, struct hg_span in, uint8_t *out, size_t room)
{
	size_t n;

	switch (how) {
	case GZIP:
		return gzip_of(in, out, room);
	case GZIP_TWICE: /* the text cut in two members */
		n = gzip_of(hg_span_sub(in, 0, in.len / 2), out, room);
		return n + gzip_of(hg_span_from(in, in.len / 2), out + n, room - n);
	case ZSTD:
		return ZSTD_compress(out, room, in.p, in.len, 3);
	case PLAIN:
		break;
	}
	memcpy(out, in.p, in.len);
	return in.len;
}

/* Opens a file that holds the first `len` bytes of what was packed. */
static int
open_bytes(struct hg_text **t, const uint8_t *bytes, size_t len, struct hg_error *err)
{
	char path[] = "/tmp/hangu-text-XXXXXX";
	int fd = mkstemp(path), r;

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	r = hg_text_open(t, path, err);
	unlink(path);
	return r;
}

static void
test_text_is_read_from_plain_and_packed_files(void)
{
	static const struct {
		const char *title;
		enum packing how;
	} rows[] = { { "plain", PLAIN }, { "gzip", GZIP }, { "two gzip members", GZIP_TWICE },
		{ "zstd", ZSTD } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_text *t = NULL;
		struct hg_span line;
		uint8_t bytes[512];
		size_t n = pack(rows[i].how, HG_BYTES("# c\nfirst\nsecond"), bytes, sizeof(bytes));

		CU_ASSERT_EQUAL_FATAL(open_bytes(&t, bytes, n, NULL), 0);
		hg_check_bool(rows[i].title, hg_text_line(t, &line), true);
		hg_check_span(rows[i].title, line, HG_BYTES("first"));
		hg_check_bool(rows[i].title, hg_text_line(t, &line), true);
		hg_check_span(rows[i].title, line, HG_BYTES("second"));
		hg_check_bool(rows[i].title, hg_text_line(t, &line), false);
		hg_text_close(t);
	}
}

static void
test_cut_packed_file_is_refused_at_every_length(void)
{
	static const struct {
		const char *title;
		enum packing how;
		size_t from; /* bytes that tell the format */
	} rows[] = { { "gzip", GZIP, 2 }, { "zstd", ZSTD, 4 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint8_t bytes[512];
		size_t n = pack(rows[i].how, HG_BYTES("first\nsecond\n"), bytes, sizeof(bytes));

		for (size_t len = rows[i].from; len < n; len++) {
			struct hg_error err = { 0 };
			struct hg_text *t = NULL;
			int r = open_bytes(&t, bytes, len, &err);

			hg_check_bool(rows[i].title, r == -EINVAL && err.file[0] != '\0', true);
			hg_text_close(r == 0 ? t : NULL);
		}
	}
}

static void
test_joined_lines_keep_their_places(void)
{
	static const struct {
		const char *word;
		uint32_t line, column;
	} rows[] = { { "one", 2, 1 }, { "two", 3, 3 }, { "three", 4, 1 } };
	struct hg_text *t = NULL;
	struct hg_span line;

	CU_ASSERT_EQUAL_FATAL(hg_text_of(&t, "", HG_BYTES("\none \\\r\n  two \\ \nthree\nnext"), NULL), 0);
	CU_ASSERT_TRUE_FATAL(hg_text_line(t, &line));
	hg_check_span("joined", line, HG_BYTES("one   two three"));
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const uint8_t *p = memmem(line.p, line.len, rows[i].word, strlen(rows[i].word));
		uint32_t at, column;

		CU_ASSERT_TRUE_FATAL(p != NULL);
		hg_text_place(t, p, &at, &column);
		hg_check_u64(rows[i].word, at, rows[i].line);
		hg_check_u64(rows[i].word, column, rows[i].column);
	}
	hg_check_bool("next", hg_text_line(t, &line), true);
	hg_check_span("next", line, HG_BYTES("next"));
	hg_text_close(t);
}

/* What of a line an error is about: begin in bytes, begin and end in UTF-16. */
static void
test_blame_reaches_over_what_is_to_blame(void)
{
	static const struct {
		const char *title;
		uint32_t offset, said; /* 1 + offset, 0: all of it; length that the error says */
		uint32_t line, column, length, from16, to16;
	} rows[] = {
		{ "a word", 1, 0, 1, 1, 3, 0, 3 },
		{ "up to a comma", 5, 0, 1, 5, 3, 4, 7 },
		{ "a sign alone", 8, 0, 1, 8, 1, 7, 8 },
		{ "a character beyond ASCII", 9, 0, 1, 9, 3, 8, 9 },
		{ "behind it, and beyond the BMP", 13, 0, 1, 13, 4, 10, 12 },
		{ "as long as it says", 5, 6, 1, 5, 6, 4, 9 },
		{ "in the next line", 20, 0, 2, 1, 3, 0, 3 },
		{ "cut at the end of the line", 17, 6, 1, 17, 3, 12, 15 },
		{ "all, up to the end of the line", 0, 0, 1, 1, 19, 0, 15 },
		{ "behind the end", 99, 0, 2, 4, 0, 3, 3 },
	};
	struct hg_text *t = NULL;
	struct hg_span line;

	CU_ASSERT_EQUAL_FATAL(
		hg_text_of(&t, "f", HG_BYTES("one two,\xe5\x87\xbd \xf0\x9f\x9a\xaa   \\\nend\n"), NULL), 0);
	CU_ASSERT_TRUE_FATAL(hg_text_line(t, &line));
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_error err = { .code = -EINVAL, .column = rows[i].offset, .length = rows[i].said };

		hg_check_u64(rows[i].title, (uint64_t)-hg_text_blame(t, line, &err), EINVAL);
		hg_check_str(rows[i].title, err.file, "f");
		hg_check_u64(rows[i].title, err.line, rows[i].line);
		hg_check_u64(rows[i].title, err.column, rows[i].column);
		hg_check_u64(rows[i].title, err.length, rows[i].length);
		hg_check_u64(rows[i].title, err.from16, rows[i].from16);
		hg_check_u64(rows[i].title, err.to16, rows[i].to16);
	}
	hg_text_close(t);
}

HG_TESTS("lang_text", HG_TEST(test_text_is_read_from_plain_and_packed_files),
	HG_TEST(test_cut_packed_file_is_refused_at_every_length),
	HG_TEST(test_joined_lines_keep_their_places), HG_TEST(test_blame_reaches_over_what_is_to_blame))
