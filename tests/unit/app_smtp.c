/* Mails: what their files hold whatever the cut, logins, gaps, caps, and where the peer stops. */
#include <stdio.h>

#include "app_drive.h"
#include "app/smtp/smtp_int.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT
#define HELLO "220 mx ready\r\n"
#define BEGIN "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
#define AGREED "250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n"
#define PART "--b\r\nContent-Disposition: attachment; filename=f\r\n"
#define TWO_PARTS "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

static struct drive *
start(bool suricata7)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 25, .suricata7 = suricata7 });

	drive_keep(d);
	return d;
}

/* A mail is agreed upon: what the client says next is its first line. */
static struct drive *
start_mail(bool suricata7)
{
	struct drive *d = start(suricata7);

	drive_feed(d, C, HG_BYTES(HELLO));
	drive_feed(d, S, HG_BYTES(BEGIN));
	drive_feed(d, C, HG_BYTES(AGREED));
	return d;
}

static struct hg_smtp_tx *
tx_of(struct drive *d)
{
	return (struct hg_smtp_tx *)drive_flow(d)->app->txs;
}

static void
check_odd(const char *what, struct drive *d, enum hg_smtp_anomaly row, bool want)
{
	hg_check_bool(what, hg_tx_has_anomaly(&tx_of(d)->base, S, (uint8_t)row), want);
}

/* ---- files ---- */

static const struct {
	const char *title;
	struct hg_span header, body;
	const char *want, *peer; /* peer: NULL: the same */
} files[] = {
	{ "plain, the last line end is the boundary's", HG_BYTES(""), HG_BYTES("a\r\n\r\nb\r\n"),
		"a\r\n\r\nb", NULL },
	{ "line ends as they were", HG_BYTES(""), HG_BYTES("a\nb\rc\r\n"), "a\nb\rc", NULL },
	{ "a dot of the transport", HG_BYTES(""), HG_BYTES("..\r\n.a\r\n"), ".\r\na", "..\r\n.a" },
	{ "base64 over lines", HG_BYTES("Content-Transfer-Encoding: Base64\r\n"),
		HG_BYTES("\r\nYW\r\nJj\r\nY W!Jj\r\n"), "abcabc", NULL },
	{ "base64 behind padding", HG_BYTES("Content-Transfer-Encoding: base64\r\n"),
		HG_BYTES("YQ==\r\nYWI=YWJj\r\n"), "aababc", NULL },
	{ "base64 that ends early", HG_BYTES("Content-Transfer-Encoding: base64\r\n"),
		HG_BYTES("YWJjYWI\r\n"), "abcab", NULL },
	{ "quoted-printable", HG_BYTES("Content-Transfer-Encoding: quoted-printable\r\n"),
		HG_BYTES("a=41=\r\nb=3d\r\n\r\n=4\r\n==\r\nc\r\n"), "aAb=\r\n\r\n4\r\nc\r\n",
		"aAb3d\r\n\r\n4\r\nc\r\n" },
	{ "no boundary, but to the peer", HG_BYTES(""), HG_BYTES("a\r\n----b\r\n--B\r\n"),
		"a\r\n----b\r\n--B", "a" },
	{ "no boundary", HG_BYTES(""), HG_BYTES("--\r\n--a\r\n -b\r\n"), "--\r\n--a\r\n -b", NULL },
};

static void
check_file(size_t i, size_t cut, bool suricata7)
{
	struct drive *d = start_mail(suricata7);
	const char *want = suricata7 && files[i].peer != NULL ? files[i].peer : files[i].want;
	uint8_t mail[1024];
	struct hg_view view = { .data = HG_SPAN_NONE };
	int n = snprintf((char *)mail, sizeof(mail), "%s%s%.*s\r\n%.*s--b--\r\n.\r\n", TWO_PARTS, PART,
		(int)files[i].header.len, files[i].header.p, (int)files[i].body.len, files[i].body.p);

	drive_feed(d, S, hg_span(mail, cut));
	drive_feed(d, S, hg_span(mail + cut, (size_t)n - cut));
	hg_check_bool(files[i].title, drive_buffer(&tx_of(d)->base, S, "file.data", 0, &view), true);
	hg_check_span(files[i].title, view.data, hg_span_str(want));
	hg_check_bool(files[i].title, tx_of(d)->base.files->state == HG_FILE_CLOSED, true);
	drive_close(d);
}

static void
test_files_do_not_depend_on_cuts(void)
{
	for (size_t i = 0; i < HG_COUNT(files); i++) {
		size_t len = sizeof(TWO_PARTS PART "\r\n--b--\r\n.\r\n") - 1 + files[i].header.len +
			files[i].body.len;

		for (size_t cut = 0; cut <= len; cut++) {
			check_file(i, cut, false);
			check_file(i, cut, true);
		}
	}
}

/* ---- names ---- */

static const struct {
	const char *header, *want; /* NULL: it is no file */
} names[] = {
	{ "Content-Disposition: x; filename=a.b\r\n", "a.b" },
	{ "Content-Disposition: x; filename=\"a; b\"\r\n", "a; b" },
	{ "Content-Disposition: x;\r\n\tfilename=a  ; y=z\r\n", "a" },
	{ "Content-Disposition: x; filename=a; filename=b\r\n", "b" },
	{ "Content-Disposition: x; filename*1=b; filename*0=\"a\"; filename*3=d\r\n", "ab" },
	{ "Content-Disposition: filename=a\r\n", NULL },
	{ "Content-Disposition: x; filename=\"a\r\n", NULL },
	{ "Content-Type: a/b; name=c\r\n", "c" },
	{ "Content-Type: a/b; name=c\r\nContent-Disposition: x; filename=d\r\n", "d" },
	{ "Content-Disposition: x; filename=d\r\nContent-Disposition: x\r\n", NULL },
};

static void
test_names_of_files(void)
{
	for (size_t i = 0; i < HG_COUNT(names); i++) {
		struct drive *d = start_mail(false);
		const struct hg_file *f;

		drive_feed(d, S, hg_span_str(names[i].header));
		drive_feed(d, S, HG_BYTES("\r\nx\r\n.\r\n"));
		f = tx_of(d)->base.files;
		hg_check_bool(names[i].header, f != NULL, names[i].want != NULL);
		if (f != NULL && names[i].want != NULL)
			hg_check_span(names[i].header, f->name, hg_span_str(names[i].want));
		drive_close(d);
	}
}

/* ---- logins ---- */

static const struct {
	const char *title;
	struct hg_span client, server;
	const char *want; /* "" none, "no", "yes" */
} logins[] = {
	{ "at once, accepted", HG_BYTES("AUTH PLAIN AGEAYg==\r\n"), HG_BYTES("235 ok\r\n"), "yes" },
	{ "at once, refused", HG_BYTES("auth plain AGEAYg==\r\n"), HG_BYTES("535 no\r\n"), "no" },
	{ "later, in two lines", HG_BYTES("AUTH LOGIN\r\nYQ==\r\nYg==\r\n"),
		HG_BYTES("334 a\r\n334 b\r\n535-no\r\n535 never\r\n"), "no" },
	{ "given up", HG_BYTES("AUTH LOGIN\r\n*\r\n"), HG_BYTES("334 a\r\n501 ok\r\n"), "" },
	{ "the mechanism is unknown", HG_BYTES("AUTH FOO YQ==\r\n"), HG_BYTES("504 no\r\n"), "" },
	{ "not now", HG_BYTES("AUTH PLAIN AGEAYg==\r\n"), HG_BYTES("454 later\r\n"), "" },
	{ "a challenge", HG_BYTES("AUTH CRAM-MD5\r\nYSBi\r\n"), HG_BYTES("334 x\r\n235 ok\r\n"), "yes" },
	{ "nothing was tried", HG_BYTES("NOOP\r\n"), HG_BYTES("535 no\r\n"), "" },
};

/* Line after line, as they answer each other. */
static void
talk(struct drive *d, struct hg_span client, struct hg_span server)
{
	while (client.len > 0 || server.len > 0) {
		size_t c = hg_span_find(client, 0, '\n'), s = hg_span_find(server, 0, '\n');

		drive_feed(d, S, hg_span_sub(client, 0, c + 1));
		client = hg_span_from(client, c == SIZE_MAX ? client.len : c + 1);
		drive_feed(d, C, hg_span_sub(server, 0, s + 1));
		server = hg_span_from(server, s == SIZE_MAX ? server.len : s + 1);
	}
}

/* The server greets, the client answers. */
static struct drive *
start_greeted(bool suricata7)
{
	struct drive *d = start(suricata7);

	drive_feed(d, C, HG_BYTES(HELLO));
	drive_feed(d, S, HG_BYTES("EHLO c\r\n"));
	drive_feed(d, C, HG_BYTES("250 mx\r\n"));
	return d;
}

static void
test_replies_tell_what_became_of_a_login(void)
{
	for (size_t i = 0; i < HG_COUNT(logins); i++) {
		struct drive *d = start_greeted(i % 2 != 0);
		const struct hg_login *told;
		unsigned n;

		talk(d, logins[i].client, logins[i].server);
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
credentials(struct hg_span client)
{
	struct drive *d = start_greeted(false);
	const struct hg_login *told;
	uint64_t which;
	unsigned n;

	talk(d, client, HG_BYTES("334 a\r\n334 b\r\n535 no\r\n"));
	told = hg_app_logins(drive_apps(d), &n);
	CU_ASSERT_FATAL(n == 1);
	which = told[0].credentials;
	drive_close(d);
	return which;
}

static void
test_the_same_credentials_are_known_again(void)
{
	const uint64_t first = credentials(HG_BYTES("AUTH LOGIN\r\nYQ==\r\nYg==\r\n"));

	hg_check_bool("again", credentials(HG_BYTES("AUTH LOGIN\r\nYQ==\r\nYg==\r\n")) == first, true);
	hg_check_bool(
		"another secret", credentials(HG_BYTES("AUTH LOGIN\r\nYQ==\r\nYw==\r\n")) == first, false);
	hg_check_bool(
		"another user", credentials(HG_BYTES("AUTH LOGIN\r\nYg==\r\nYg==\r\n")) == first, false);
}

/* ---- STARTTLS ---- */

static void
check_tls(const char *title, struct hg_span after, uint16_t want)
{
	const uint16_t odd = 1u << HG_APPLAYER_NO_TLS | 1u << HG_APPLAYER_UNEXPECTED;
	struct drive *d = start_greeted(false);

	talk(d, HG_BYTES("STARTTLS\r\n"), HG_BYTES("220 go\r\n"));
	hg_check_u64(title, drive_flow(d)->app->expect, HG_PROTO_TLS);
	drive_feed(d, S, after);
	hg_check_u64(title, drive_flow(d)->app->flow_anomalies & odd, want);
	drive_close(d);
}

static void
test_tls_must_follow_when_it_is_agreed(void)
{
	const uint16_t both = 1u << HG_APPLAYER_NO_TLS | 1u << HG_APPLAYER_UNEXPECTED;

	check_tls("nothing yet", HG_BYTES("\x16\x03"), 0);
	check_tls("TLS", HG_BYTES("\x16\x03\x01\0\x05\x01\0\0\x01\0"), 0);
	check_tls("something else", HG_BYTES("MAIL FROM:<a@b>\r\n"), both);
}

/* ---- gaps ---- */

static void
test_a_gap_in_a_mail_leaves_the_rest(void)
{
	struct drive *d = start_mail(false);
	const struct hg_file *f;

	drive_feed(d, S, HG_BYTES(TWO_PARTS PART "\r\nabc\r\nde"));
	drive_gap(d, S, 100);
	drive_feed(d, S, HG_BYTES("fg\r\n--b--\r\n.\r\n"));
	f = tx_of(d)->base.files;
	CU_ASSERT_FATAL(f != NULL);
	hg_check_bool("gaps", f->gaps, true);
	hg_check_u64("state", f->state, HG_FILE_TRUNCATED);
	check_odd("missing", d, HG_SMTP_MISSING, true);
	hg_check_bool("the mail is complete", tx_of(d)->done, true);
	drive_close(d);
}

static void
test_an_end_in_a_gap_is_seen_by_its_answer(void)
{
	struct drive *d = start_mail(false);

	drive_feed(d, S, HG_BYTES(TWO_PARTS PART "\r\nabc\r\n"));
	drive_gap(d, S, 100);
	drive_feed(d, S, HG_BYTES("NOOP\r\n"));
	hg_check_bool("not yet", tx_of(d)->done, false);
	drive_feed(d, C, HG_BYTES("250 queued\r\n"));
	hg_check_bool("now", tx_of(d)->done, true);
	drive_feed(d, S, HG_BYTES("MAIL FROM:<next@b>\r\n"));
	hg_check_bool("the next mail", tx_of(d)->base.next != NULL, true);
	drive_close(d);
}

static void
test_the_peer_stops_at_a_gap(void)
{
	struct drive *d = start_mail(true);

	drive_gap(d, S, 1);
	drive_feed(d, S, HG_BYTES("x\r\n"));
	hg_check_bool("given up", drive_flow(d)->app->failed, true);
	drive_close(d);
}

/* ---- where the peer stops ---- */

static void
test_an_unknown_reply_ends_nothing(void)
{
	for (unsigned peer = 0; peer < 2; peer++) {
		struct drive *d = start_greeted(peer == 1);

		talk(d, HG_BYTES("AUTH PLAIN x\r\n"), HG_BYTES("535 no\r\n"));
		hg_check_bool("535", drive_flow(d)->app->failed, peer == 1);
		check_odd("535 is a reply", d, HG_SMTP_INVALID_REPLY, peer == 1);
		drive_close(d);
	}
}

static void
test_chunks_are_the_mail(void)
{
	for (unsigned peer = 0; peer < 2; peer++) {
		struct drive *d = start_greeted(peer == 1);

		drive_feed(d, S, HG_BYTES("BDAT 9\r\nSubject: BDAT 10 LAST\r\nhi\r\n\r\n.\r\n.QUIT\r\n"));
		hg_check_bool("read", tx_of(d)->mime != NULL, peer == 0);
		hg_check_bool("done", tx_of(d)->done, peer == 0);
		check_odd("too many", d, HG_SMTP_BDAT_EXCEEDED, peer == 1);
		drive_close(d);
	}
}

static void
test_a_pipelined_reset_hides_nothing(void)
{
	for (unsigned peer = 0; peer < 2; peer++) {
		struct drive *d = start_mail(peer == 1);
		const struct hg_smtp_tx *second;

		drive_feed(d, S, HG_BYTES("\r\n.\r\nRSET\r\nMAIL FROM:<z@b>\r\nDATA\r\n"));
		drive_feed(d, C, HG_BYTES("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"));
		drive_feed(d, S, HG_BYTES("Subject: second\r\n\r\n.\r\n"));
		second = (struct hg_smtp_tx *)tx_of(d)->base.next;
		CU_ASSERT_FATAL(second != NULL);
		CU_ASSERT_FATAL(second->mime != NULL);
		hg_check_bool("its header was read",
			hg_mime_find(hg_mime_root(second->mime), HG_BYTES("subject")) != NULL, peer == 0);
		drive_close(d);
	}
}

/* ---- caps ---- */

static void
feed_often(struct drive *d, const char *text, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char line[128];
		int len = snprintf(line, sizeof(line), text, i);

		drive_feed(d, S, hg_span(line, (size_t)len));
	}
}

static void
test_lists_have_an_end(void)
{
	struct drive *d = start_greeted(false);

	feed_often(d, "RCPT TO:<r%u@b>\r\n", HG_SMTP_RECIPIENTS);
	check_odd("recipients", d, HG_SMTP_MANY_RECIPIENTS, false);
	feed_often(d, "RCPT TO:<s%u@b>\r\n", 1);
	check_odd("recipients", d, HG_SMTP_MANY_RECIPIENTS, true);
	hg_check_u64("recipients", tx_of(d)->n_to, HG_SMTP_RECIPIENTS);
	drive_close(d);
}

static void
check_mail_cap(const char *before, const char *text, unsigned n, enum hg_smtp_anomaly row)
{
	struct drive *d = start_mail(false);

	drive_feed(d, S, hg_span_str(before));
	feed_often(d, text, n);
	drive_feed(d, S, HG_BYTES("\r\n.\r\n"));
	check_odd(text, d, row, true);
	hg_check_bool(text, tx_of(d)->done, true);
	drive_close(d);
}

static void
test_messages_have_an_end(void)
{
	check_mail_cap("", "F%u: v\r\n", HG_MIME_FIELDS + 1, HG_SMTP_MANY_FIELDS);
	check_mail_cap("\r\n", "http://h%u\r\n", HG_MIME_URLS + 1, HG_SMTP_MANY_URLS);
	check_mail_cap(TWO_PARTS, "--b\r\n\r\n%u\r\n", HG_MIME_PARTS, HG_SMTP_MANY_PARTS);
	check_mail_cap("", "Content-Type: message/rfc822\r\n\r\n", HG_MIME_DEPTH, HG_SMTP_MANY_PARTS);
}

static void
test_long_lines_are_cut(void)
{
	struct drive *d = start(false);
	static uint8_t line[3 * HG_SMTP_LINE];

	memset(line, 'x', sizeof(line));
	memcpy(line, "EHLO ", 5);
	drive_feed(d, C, HG_BYTES(HELLO));
	drive_feed(d, S, hg_span(line, sizeof(line)));
	drive_feed(d, S, HG_BYTES("DATA\r\nMAIL FROM:<a@b>\r\n"));
	check_odd("a command", d, HG_SMTP_TRUNCATED, true);
	hg_check_u64("its beginning counts", tx_of(d)->helo.len, HG_SMTP_LINE - 5);
	hg_check_bool("its rest does not", tx_of(d)->has_data, false);
	hg_check_u64("the next one does", tx_of(d)->from.len, 5);
	drive_close(d);
}

static void
test_waiting_commands_have_an_end(void)
{
	struct drive *d = start_greeted(false);
	char lines[2048 * 3];

	for (size_t i = 0; i < sizeof(lines); i += 3)
		memcpy(lines + i, "A\r\n", 3);
	for (unsigned i = 0; i < 31; i++)
		drive_feed(d, S, hg_span(lines, sizeof(lines)));
	hg_check_bool("63488 wait", drive_flow(d)->app->failed, false);
	drive_feed(d, S, hg_span(lines, sizeof(lines)));
	hg_check_bool("65536 do not", drive_flow(d)->app->failed, true);
	check_odd("named", d, HG_SMTP_COMMANDS_EXCEEDED, true);
	drive_close(d);
}

HG_TESTS("app_smtp", HG_TEST(test_files_do_not_depend_on_cuts), HG_TEST(test_names_of_files),
	HG_TEST(test_replies_tell_what_became_of_a_login), HG_TEST(test_the_same_credentials_are_known_again),
	HG_TEST(test_tls_must_follow_when_it_is_agreed), HG_TEST(test_a_gap_in_a_mail_leaves_the_rest),
	HG_TEST(test_an_end_in_a_gap_is_seen_by_its_answer), HG_TEST(test_the_peer_stops_at_a_gap),
	HG_TEST(test_an_unknown_reply_ends_nothing), HG_TEST(test_chunks_are_the_mail),
	HG_TEST(test_a_pipelined_reset_hides_nothing), HG_TEST(test_lists_have_an_end),
	HG_TEST(test_messages_have_an_end), HG_TEST(test_long_lines_are_cut),
	HG_TEST(test_waiting_commands_have_an_end))
