/* FTP: what is told as a login, which limits are named, what a gap leaves, and the files of data connections. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "app/ftp/ftp_int.h"
#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

#define USER HG_BYTES("USER anna\r\n")
#define PASS HG_BYTES("PASS x\r\n")

static const struct {
	const char *title;
	struct hg_span user, first, pass, second;
	const char *want; /* "" none, "no", "yes", "?" */
} logins[] = {
	{ "a password is taken", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("230 in\r\n"), "yes" },
	{ "a password is refused", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("530 no\r\n"), "no" },
	{ "a reply of several lines counts once", USER, HG_BYTES("331 p\r\n"), PASS,
		HG_BYTES("230-Welcome\r\n 530 of you\r\n230 in\r\n"), "yes" },
	{ "the name is enough", USER, HG_BYTES("230 in\r\n"), HG_BYTES("SYST\r\n"), HG_BYTES("215 x\r\n"),
		"yes" },
	{ "an error that is not about it", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("421 full\r\n"), "?" },
	{ "an account is wanted", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("332 whose\r\n"), "" },
	{ "an account is enough", USER, HG_BYTES("332 whose\r\n"), HG_BYTES("ACCT x\r\n"),
		HG_BYTES("230 in\r\n"), "yes" },
	{ "an account is refused", USER, HG_BYTES("332 whose\r\n"), HG_BYTES("ACCT x\r\n"),
		HG_BYTES("532 no\r\n"), "no" },
	{ "an error of another command", USER, HG_BYTES("331 p\r\n"), HG_BYTES("CWD x\r\n"),
		HG_BYTES("530 login first\r\n"), "" },
};

static void
test_replies_tell_what_became_of_a_login(void)
{
	for (unsigned k = 0; k < 2 * HG_COUNT(logins); k++) {
		const unsigned i = k / 2;
		struct drive *d = drive_open(&(struct drive_setup){ .port = 21, .suricata7 = k % 2 });
		const struct hg_login *told;
		unsigned n;

		drive_feed(d, S, logins[i].user);
		drive_feed(d, C, logins[i].first);
		drive_feed(d, S, logins[i].pass);
		drive_feed(d, C, logins[i].second);
		told = hg_app_logins(drive_apps(d), &n);
		hg_check_str(logins[i].title,
			n == 0                                       ? ""
				: told[0].result == HG_LOGIN_SUCCESS ? "yes"
				: told[0].result == HG_LOGIN_FAILURE ? "no"
								     : "?",
			logins[i].want);
		hg_check_bool(logins[i].title, n <= 1, true);
		drive_close(d);
	}
}

static uint64_t
credentials(struct hg_span user, struct hg_span pass)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 21 });
	const struct hg_login *told;
	uint64_t c;
	unsigned n;

	drive_feed(d, S, user);
	drive_feed(d, C, HG_BYTES("331 p\r\n"));
	drive_feed(d, S, pass);
	drive_feed(d, C, HG_BYTES("530 no\r\n"));
	told = hg_app_logins(drive_apps(d), &n);
	hg_check_u64("told", n, 1);
	c = n == 0 ? 0 : told[0].credentials;
	drive_close(d);
	return c;
}

static void
test_what_was_tried_is_compared(void)
{
	const uint64_t one = credentials(USER, PASS);

	CU_ASSERT_EQUAL(credentials(HG_BYTES("user anna\n"), HG_BYTES("pass x\n")), one);
	CU_ASSERT_NOT_EQUAL(credentials(HG_BYTES("USER bob\r\n"), PASS), one);
	CU_ASSERT_NOT_EQUAL(credentials(USER, HG_BYTES("PASS y\r\n")), one);
}

static void
feed_many(struct drive *d, enum hg_dir dir, const char *text, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		drive_feed(d, dir, hg_span_str(text));
}

static void
test_limits_are_named(void)
{
	static const struct {
		const char *title, *head, *unit, *tail, *want;
		enum hg_dir dir;
		unsigned times;
	} rows[] = {
		{ "a line of 4095 bytes", "MKD ", "a", "bcde\r\n", NULL, S, 4085 },
		{ "a line of 4096 bytes", "MKD ", "a", "bcde\r\n", "request_command_too_long", S, 4086 },
		{ "a longer line", "MKD ", "aaaaaaaaaa", "\r\n", "request_command_too_long", S, 900 },
		{ "a long reply", "550 ", "aaaaaaaaaa", "\r\n", "response_command_too_long", C, 900 },
		{ "many lines", "550-x\r\n", "y\r\n", "550 z\r\n", "too_many_reply_lines", C, 1100 },
		{ "much text", "550-x\r\n",
			"a line of some twenty bytes, and more of them, and then some\r\n", "550 z\r\n",
			"too_many_reply_lines", C, 1020 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct drive *d = drive_open(&(struct drive_setup){ .port = 21 });

		drive_feed(d, S, HG_BYTES("USER a\r\n"));
		drive_feed(d, C, HG_BYTES("331 p\r\n"));
		if (rows[i].dir == C)
			drive_feed(d, S, HG_BYTES("MKD x\r\n"));
		drive_feed(d, rows[i].dir, hg_span_str(rows[i].head));
		feed_many(d, rows[i].dir, rows[i].unit, rows[i].times);
		drive_feed(d, rows[i].dir, hg_span_str(rows[i].tail));
		drive_feed(d, S, HG_BYTES("NOOP\r\n"));
		drive_finish(d);
		hg_check_bool(rows[i].title,
			strstr(drive_records(d), rows[i].want == NULL ? "command_too_long" : rows[i].want) !=
				NULL,
			rows[i].want != NULL);
		hg_check_bool("reading goes on", strstr(drive_records(d), "\"NOOP\"") != NULL, true);
		drive_close(d);
	}
}

static void
test_a_gap_ends_what_waits(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 21 });

	drive_feed(d, S, HG_BYTES("USER a\r\nPA"));
	drive_gap(d, S, 10);
	drive_feed(d, S, HG_BYTES("SYST\r\n"));
	drive_feed(d, C, HG_BYTES("215 x\r\n"));
	drive_finish(d);
	hg_check_str("records", drive_records(d),
		"{\"anomaly\":\"data_missing\"}\n"
		"{\"ftp\":{\"command\":\"USER\",\"command_data\":\"a\",\"command_truncated\":false,"
		"\"reply_received\":\"no\",\"reply_truncated\":false}}\n"
		"{\"ftp\":{\"session\":{\"logins\":{\"success\":0,\"failure\":0,\"unknown\":0},"
		"\"commands\":2,\"refused\":0,\"downloads\":0,\"download_bytes\":0,\"uploads\":0,"
		"\"upload_bytes\":0,\"listings\":0,\"listing_bytes\":0,\"duration_ms\":0}}}\n"
		"{\"ftp\":{\"command\":\"SYST\",\"completion_code\":[\"215\"],\"reply\":[\"x\"],"
		"\"reply_received\":\"yes\",\"reply_truncated\":false}}\n");
	drive_close(d);
}

/* ---- data connections: arg is the command's number and the direction, as command.c has it ---- */

#define RETR_DOWN hg_ftp_arg(HG_FTP_RETR, C)
#define STOR_UP hg_ftp_arg(HG_FTP_STOR, S)
#define LIST_DOWN hg_ftp_arg(HG_FTP_LIST, C)

static struct drive *
open_data_in(uint32_t arg, uint8_t mode, bool suricata7)
{
	static uint8_t room[HG_FTP_NOTE];
	const struct hg_ftp_note note = { .name = HG_BYTES("a.txt"), .type = 'I', .mode = mode };
	struct drive *d = drive_open(&(struct drive_setup){ .port = 50000, .suricata7 = suricata7 });
	struct hg_flow *f = drive_flow(d);

	f->expected_proto = HG_PROTO_FTP_DATA;
	f->expected_arg = arg;
	f->expected_note = room;
	f->expected_note_len = (uint32_t)hg_ftp_note_write(&note, room).len;
	drive_keep(d);
	return d;
}

static struct drive *
open_data(uint32_t arg, bool suricata7)
{
	return open_data_in(arg, 'S', suricata7);
}

static const struct hg_file *
file_of(struct drive *d)
{
	struct hg_app *app = drive_flow(d)->app;

	return app == NULL || app->txs == NULL ? NULL : app->txs->files;
}

static void
test_a_data_connection_is_one_file(void)
{
	for (unsigned compat = 0; compat < 2; compat++)
		for (size_t cut = 1; cut < 20; cut++) {
			struct drive *d = open_data(RETR_DOWN, compat);
			struct hg_span all = HG_BYTES("just some bytes of a");
			const struct hg_file *file;
			struct hg_view view;

			drive_feed(d, C, hg_span_sub(all, 0, cut));
			drive_feed(d, C, hg_span_from(all, cut));
			file = file_of(d);
			CU_ASSERT_PTR_NOT_NULL_FATAL(file);
			CU_ASSERT(drive_buffer(drive_flow(d)->app->txs, C, "file.name", 0, &view));
			CU_ASSERT(hg_span_eq(view.data, HG_BYTES("a.txt")));
			CU_ASSERT(!drive_buffer(drive_flow(d)->app->txs, S, "file.name", 0, &view));
			CU_ASSERT(drive_buffer(drive_flow(d)->app->txs, C, "ftpdata_command", 0, &view));
			hg_check_u64("reads", view.data.p[0], 1);
			drive_finish(d);
			hg_check_u64("state", file->state, HG_FILE_CLOSED);
			hg_check_u64("size", file->body.total, 20);
			drive_close(d);
		}
}

static void
test_the_other_direction_is_no_file(void)
{
	struct drive *d = open_data(STOR_UP, false);

	drive_feed(d, S, HG_BYTES("up"));
	drive_feed(d, C, HG_BYTES("what is this"));
	drive_feed(d, S, HG_BYTES("load"));
	drive_finish(d);
	hg_check_u64("size", file_of(d)->body.total, 6);
	drive_close(d);
}

static void
test_a_gap_in_a_file(void)
{
	for (unsigned compat = 0; compat < 2; compat++) {
		struct drive *d = open_data(RETR_DOWN, compat);

		drive_feed(d, C, HG_BYTES("before"));
		drive_gap(d, C, 10);
		drive_feed(d, C, HG_BYTES("behind"));
		drive_finish(d);
		hg_check_u64("state", file_of(d)->state, HG_FILE_TRUNCATED);
		hg_check_u64("gaps", file_of(d)->gaps, !compat);
		drive_close(d);
	}
}

/* What its bytes show comes first: who announces a port must not hide what is spoken there. */
static void
test_content_comes_before_announcements(void)
{
	for (size_t cut = 1; cut < 6; cut++) {
		struct drive *d = open_data(RETR_DOWN, false);
		struct hg_span all = HG_BYTES("SSH-2.0-x\r\n");

		drive_feed(d, C, hg_span_sub(all, 0, cut));
		drive_feed(d, C, hg_span_from(all, cut));
		hg_check_u64("SSH", drive_flow(d)->app_proto, HG_PROTO_SSH);
		drive_close(d);
	}
}

/* What zlib makes of "a file, a file, a file" and a line end. */
#define DEFLATED HG_BYTES("\x78\x9c\x4b\x54\x48\xcb\xcc\x49\xd5\x51\x48\x44\xa1\xb9\x00\x55\xf6\x07\x06")

static const struct {
	const char *title;
	uint8_t mode;
	struct hg_span sent;
	uint64_t size;
	bool whole;
} coded[] = {
	{ "as it is", 'S', HG_BYTES("abc"), 3, true },
	{ "deflated", 'Z', DEFLATED, 23, true },
	{ "bytes behind its end", 'Z', HG_BYTES("\x78\x9c\x03\x00\x00\x00\x00\x01tail"), 0, false },
	{ "no deflate", 'Z', HG_BYTES("plain text"), 0, false },
	{ "deflated, cut off", 'Z', HG_BYTES("\x78\x9c\x4b\x54"), 1, false },
	{ "blocks", 'B', HG_BYTES("\0\0\2ab\x10\0\1m\x80\0\0\x40\0\1c"), 3, true },
	{ "blocks without an end", 'B', HG_BYTES("\0\0\2ab\0\0\5c"), 3, false },
	{ "bytes behind the last block", 'B', HG_BYTES("\x40\0\2abtail"), 2, false },
};

static void
feed_cut(struct drive *d, enum hg_dir dir, struct hg_span all, size_t piece)
{
	for (; all.len > 0; all = hg_span_from(all, piece))
		drive_feed(d, dir, hg_span_sub(all, 0, piece));
}

static void
test_a_coded_file_is_what_it_unpacks_to(void)
{
	for (size_t i = 0; i < HG_COUNT(coded); i++)
		for (size_t piece = 1; piece < 30; piece++) {
			struct drive *d = open_data_in(RETR_DOWN, coded[i].mode, false);

			feed_cut(d, C, coded[i].sent, piece);
			drive_finish(d);
			hg_check_u64(coded[i].title, file_of(d) == NULL ? 0 : file_of(d)->body.total,
				coded[i].size);
			hg_check_bool("whole", strstr(drive_records(d), "\"complete\":true") != NULL,
				coded[i].whole);
			drive_close(d);
		}
}

/* 80 MiB of zeros in 80 kB. */
static void
test_a_bomb_is_stopped(void)
{
	enum { PIECE = 1 << 20, PIECES = 80 };
	static uint8_t packed[PIECE];
	uint8_t *zeros = calloc(1, PIECE);
	z_stream z = { 0 };
	struct drive *d;

	CU_ASSERT_FATAL(zeros != NULL && deflateInit(&z, 9) == Z_OK);
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	for (unsigned i = 0; i < PIECES; i++) {
		z.next_in = zeros;
		z.avail_in = PIECE;
		CU_ASSERT(deflate(&z, i + 1 == PIECES ? Z_FINISH : Z_NO_FLUSH) != Z_STREAM_ERROR);
	}
	for (size_t piece = 5000; piece <= sizeof(packed); piece += sizeof(packed) - 5000) {
		d = open_data_in(RETR_DOWN, 'Z', false);
		feed_cut(d, C, hg_span(packed, sizeof(packed) - z.avail_out), piece);
		drive_finish(d);
		hg_check_u64("size", file_of(d)->body.total, UINT64_C(64) << 20);
		hg_check_bool("named", strstr(drive_records(d), "deflate_bomb") != NULL, true);
		drive_close(d);
	}
	deflateEnd(&z);
	free(zeros);
}

static void
test_entries_of_a_listing_are_counted(void)
{
	struct drive *d = open_data(LIST_DOWN, false);

	drive_feed(d, C, HG_BYTES("-rw-r--r-- one\r\n-rw-"));
	drive_feed(d, C, HG_BYTES("r--r-- two\r\n"));
	drive_finish(d);
	CU_ASSERT_PTR_NULL(file_of(d));
	hg_check_bool("entries", strstr(drive_records(d), "\"entries\":2,") != NULL, true);
	drive_close(d);
}

/* ---- paths ---- */

static const struct {
	const char *cwd, *argument, *want; /* NULL: nobody can say */
	bool climbs;
} paths[] = {
	{ "/", "a", "/a", false },
	{ "/a/b", "c//./d/", "/a/b/c/d", false },
	{ "/a/b", "../c", "/a/c", false },
	{ "/a/b", "", "/a/b", false },
	{ "/a", "/", "/", false },
	{ "/a", "../..", "/", true },
	{ "/a", "/../etc", "/etc", true },
	{ "", "a", NULL, false },
	{ "", "../../a", NULL, false },
	{ "", "../../../a", NULL, true },
	{ "", "/a/../b", "/b", false },
	{ "/a", "~root", NULL, false },
	{ "/a", "C:\\b", "C:\\b", false },
	{ "C:\\b", "c", NULL, false },
	{ "/a", "...", "/a/...", false },
};

static void
test_names_lead_somewhere(void)
{
	for (size_t i = 0; i < HG_COUNT(paths); i++) {
		uint8_t room[HG_FTP_PATH];
		struct hg_span out;
		bool climbs;
		const bool known = hg_ftp_resolve(
			hg_span_str(paths[i].cwd), hg_span_str(paths[i].argument), room, &out, &climbs);

		hg_check_bool(paths[i].argument, known, paths[i].want != NULL);
		hg_check_bool(paths[i].argument, climbs, paths[i].climbs);
		if (known)
			hg_check_span(paths[i].argument, out, hg_span_str(paths[i].want));
	}
}

static void
test_long_paths_have_an_end(void)
{
	static uint8_t longest[3 * HG_FTP_PATH];
	uint8_t room[HG_FTP_PATH];
	struct hg_span out;
	bool climbs;

	memset(longest, 'a', sizeof(longest));
	CU_ASSERT(hg_ftp_resolve(HG_SPAN_NONE, HG_BYTES("/a"), room, &out, &climbs));
	longest[0] = '/';
	CU_ASSERT(hg_ftp_resolve(HG_SPAN_NONE, hg_span(longest, HG_FTP_PATH), room, &out, &climbs));
	CU_ASSERT(!hg_ftp_resolve(HG_SPAN_NONE, hg_span(longest, HG_FTP_PATH + 1), room, &out, &climbs));
	CU_ASSERT(!hg_ftp_resolve(HG_BYTES("/"), hg_span(longest + 1, HG_FTP_PATH), room, &out, &climbs));
}

static void
test_a_note_is_read_as_written(void)
{
	uint8_t room[HG_FTP_NOTE];
	const struct hg_ftp_note note = { HG_BYTES("name"), HG_BYTES("/path"), HG_BYTES("user"), 77, 'A',
		'Z' };
	const struct hg_span bytes = hg_ftp_note_write(&note, room);
	struct hg_ftp_note got;

	CU_ASSERT_FATAL(hg_ftp_note_read(bytes, &got));
	CU_ASSERT(hg_span_eq(got.name, note.name) && hg_span_eq(got.path, note.path) &&
		hg_span_eq(got.user, note.user));
	CU_ASSERT(got.offset == 77 && got.type == 'A' && got.mode == 'Z');
	for (size_t n = 0; n < bytes.len; n++)
		CU_ASSERT(!hg_ftp_note_read(hg_span_sub(bytes, 0, n), &got));
}

HG_TESTS("app_ftp", HG_TEST(test_replies_tell_what_became_of_a_login),
	HG_TEST(test_what_was_tried_is_compared), HG_TEST(test_limits_are_named),
	HG_TEST(test_a_gap_ends_what_waits), HG_TEST(test_a_data_connection_is_one_file),
	HG_TEST(test_the_other_direction_is_no_file), HG_TEST(test_a_gap_in_a_file),
	HG_TEST(test_content_comes_before_announcements), HG_TEST(test_a_coded_file_is_what_it_unpacks_to),
	HG_TEST(test_a_bomb_is_stopped), HG_TEST(test_entries_of_a_listing_are_counted),
	HG_TEST(test_names_lead_somewhere), HG_TEST(test_long_paths_have_an_end),
	HG_TEST(test_a_note_is_read_as_written))
