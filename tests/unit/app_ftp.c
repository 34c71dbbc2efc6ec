/* FTP: what is told as a login, which limits are named, what a gap leaves, and the files of data connections. */
#include <stdio.h>
#include <stdlib.h>

#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

#define USER HG_BYTES("USER anna\r\n")
#define PASS HG_BYTES("PASS x\r\n")

static const struct {
	const char *title;
	struct hg_span user, first, pass, second;
	const char *want; /* "" none, "no", "yes" */
} logins[] = {
	{ "a password is taken", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("230 in\r\n"), "yes" },
	{ "a password is refused", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("530 no\r\n"), "no" },
	{ "a reply of several lines counts once", USER, HG_BYTES("331 p\r\n"), PASS,
		HG_BYTES("230-Welcome\r\n 530 of you\r\n230 in\r\n"), "yes" },
	{ "the name is enough", USER, HG_BYTES("230 in\r\n"), HG_BYTES("SYST\r\n"), HG_BYTES("215 x\r\n"),
		"yes" },
	{ "another error", USER, HG_BYTES("331 p\r\n"), PASS, HG_BYTES("421 full\r\n"), "" },
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
								     : "no",
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
			strstr(drive_records(d), rows[i].want == NULL ? "anomaly" : rows[i].want) != NULL,
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
		"{\"ftp\":{\"command\":\"SYST\",\"completion_code\":[\"215\"],\"reply\":[\"x\"],"
		"\"reply_received\":\"yes\",\"reply_truncated\":false}}\n");
	drive_close(d);
}

/* ---- data connections: arg is the command's number and the direction, as command.c has it ---- */

#define RETR_DOWN (9u << 1 | C)
#define STOR_UP (10u << 1 | S)

static struct drive *
open_data(uint32_t arg, bool suricata7)
{
	static uint8_t name[] = "a.txt";
	struct drive *d = drive_open(&(struct drive_setup){ .port = 50000, .suricata7 = suricata7 });
	struct hg_flow *f = drive_flow(d);

	f->expected_proto = HG_PROTO_FTP_DATA;
	f->expected_arg = arg;
	f->expected_note = name;
	f->expected_note_len = 5;
	drive_keep(d);
	return d;
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

HG_TESTS("app_ftp", HG_TEST(test_replies_tell_what_became_of_a_login),
	HG_TEST(test_what_was_tried_is_compared), HG_TEST(test_limits_are_named),
	HG_TEST(test_a_gap_ends_what_waits), HG_TEST(test_a_data_connection_is_one_file),
	HG_TEST(test_the_other_direction_is_no_file), HG_TEST(test_a_gap_in_a_file),
	HG_TEST(test_content_comes_before_announcements))
