/* What the server says about mails: which one each reply is put down to, and what becomes of those that get none. */
#include <stdio.h>

#include "app_drive.h"
#include "app/smtp/smtp_int.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT
#define ENVELOPE "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
#define AGREED "250 ok\r\n250 ok\r\n354 go\r\n"

static struct drive *
start(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 25 });

	drive_keep(d);
	drive_feed(d, C, HG_BYTES("220 mx ready\r\n"));
	drive_feed(d, S, HG_BYTES("EHLO c\r\n"));
	drive_feed(d, C, HG_BYTES("250-mx\r\n250 PIPELINING\r\n"));
	return d;
}

static struct hg_smtp_tx *
tx_of(struct drive *d)
{
	return (struct hg_smtp_tx *)drive_flow(d)->app->txs;
}

static bool
is_over(const struct hg_smtp_tx *tx)
{
	return tx->base.progress[C] == HG_SMTP_COMPLETE;
}

static void
test_servers_name_their_queues(void)
{
	static const struct {
		const char *reply, *want;
	} rows[] = {
		{ "250 2.0.0 Ok: queued as 4RxYz12345\r\n", "4RxYz12345" },
		{ "250 OK id=1abcDE-0001-AB\r\n", "1abcDE-0001-AB" },
		{ "250 2.0.0 3ATBqr1a012345 Message accepted for delivery\r\n", "3ATBqr1a012345" },
		{ "250 2.0.0 5f1e2d3c Message accepted for delivery\r\n", "5f1e2d3c" },
		{ "250 2.6.0 <m@x> [InternalId=42, Hostname=mx] Queued mail for delivery\r\n", "42" },
		{ "250 ok 1700000000 qp 1234\r\n", "1234" },
		{ "250-first\r\n250 queued as second\r\n", "second" },
		{ "250 ok\r\n", NULL },
		{ "450 try later, queued as none\r\n", NULL },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct drive *d = start();

		drive_feed(d, S, HG_BYTES(ENVELOPE));
		drive_feed(d, C, HG_BYTES(AGREED));
		drive_feed(d, S, HG_BYTES("\r\n.\r\n"));
		hg_check_bool(rows[i].reply, is_over(tx_of(d)), false);
		drive_feed(d, C, hg_span_str(rows[i].reply));
		hg_check_bool(rows[i].reply, is_over(tx_of(d)), true);
		hg_check_bool(rows[i].reply, tx_of(d)->queue.p != NULL, rows[i].want != NULL);
		if (rows[i].want != NULL)
			hg_check_span(rows[i].reply, tx_of(d)->queue, hg_span_str(rows[i].want));
		drive_close(d);
	}
}

static void
test_each_reply_finds_its_mail(void)
{
	struct drive *d = start();
	const struct hg_smtp_tx *tx;

	for (unsigned i = 0; i < 3; i++)
		drive_feed(d, S, HG_BYTES(ENVELOPE "\r\n.\r\n"));
	drive_feed(d, S, HG_BYTES("RSET\r\nNOOP\r\n"));
	drive_feed(d, C,
		HG_BYTES(AGREED "250 one\r\n250 ok\r\n550 nobody\r\n354 go\r\n554-two\r\n554 more\r\n"));
	tx = tx_of(d);
	hg_check_u64("one", tx->answer.code, 250);
	tx = (struct hg_smtp_tx *)tx->base.next;
	hg_check_u64("two", tx->answer.code, 554);
	hg_check_span("its first line", tx->answer.text, HG_BYTES("two"));
	hg_check_u64("its recipient", tx->to->answer.code, 550);
	hg_check_bool("over", is_over(tx), true);
	tx = (struct hg_smtp_tx *)tx->base.next;
	hg_check_bool("three waits", is_over(tx), false);
	drive_feed(d, C, HG_BYTES(AGREED "250 three\r\n250 reset\r\n"));
	hg_check_span("three", tx->answer.text, HG_BYTES("three"));
	hg_check_bool("three is over", is_over(tx), true);
	drive_close(d);
}

/* Rounds of mails without a single answer. */
static void
test_those_that_wait_have_an_end(void)
{
	struct drive *d = start();
	const struct hg_smtp_tx *tx = NULL;

	for (unsigned i = 0; i < HG_SMTP_UNANSWERED + 2; i++)
		drive_feed(d, S, HG_BYTES(ENVELOPE "\r\n.\r\n"));
	tx = tx_of(d);
	hg_check_bool("the oldest is given up", is_over(tx), true);
	tx = (struct hg_smtp_tx *)tx->base.next;
	hg_check_bool("so is the second", is_over(tx), true);
	tx = (struct hg_smtp_tx *)tx->base.next;
	hg_check_bool("the third waits", is_over(tx), false);
	for (unsigned i = 0; i < 3; i++)
		drive_feed(d, C, HG_BYTES(AGREED "250 ok\r\n"));
	hg_check_u64("nobody takes the words for those given up", tx_of(d)->answer.code, 0);
	hg_check_u64("the third has its own", tx->answer.code, 250);
	hg_check_bool("the third is over", is_over(tx), true);
	hg_check_bool("the fourth waits", is_over((struct hg_smtp_tx *)tx->base.next), false);
	drive_close(d);
}

static void
test_a_goodbye_ends_what_waits(void)
{
	struct drive *d = start();
	const struct hg_smtp_tx *tx;

	drive_feed(d, S, HG_BYTES(ENVELOPE "x\r\n.\r\n" ENVELOPE "y\r\n.\r\nQUIT\r\n"));
	drive_feed(d, C, HG_BYTES(AGREED "250 ok\r\n221 bye\r\n"));
	tx = (struct hg_smtp_tx *)tx_of(d)->base.next;
	hg_check_bool("over", is_over(tx), true);
	hg_check_u64("without an answer", tx->answer.code, 0);
	hg_check_u64("nor one to MAIL", tx->from_answer.code, 0);
	drive_close(d);
}

static void
test_missing_replies_end_what_is_done(void)
{
	struct drive *d = start();

	drive_feed(d, S, HG_BYTES(ENVELOPE));
	drive_feed(d, C, HG_BYTES(AGREED));
	drive_feed(d, S, HG_BYTES("\r\n.\r\n"));
	drive_gap(d, C, 10);
	drive_feed(d, C, HG_BYTES("250 x\r\n"));
	hg_check_bool("over", is_over(tx_of(d)), true);
	hg_check_bool("and says so", tx_of(d)->lossy, true);
	drive_close(d);
}

/* ---- who ---- */

static void
test_mechanisms_say_who(void)
{
	static const struct {
		const char *line, *want; /* NULL: nobody knows */
	} rows[] = {
		{ "AUTH PLAIN AGFubmEAc2VjcmV0\r\n", "anna" },
		{ "AUTH XOAUTH2 dXNlcj1hbm5hQHgudGVzdAFhdXRoPUJlYXJlciB0AQE=\r\n", "anna@x.test" },
		{ "AUTH OAUTHBEARER bixhPWFubmEsAWF1dGg9QmVhcmVyIHQBAQ==\r\n", "anna" },
		{ "AUTH EXTERNAL YW5uYQ==\r\n", "anna" },
		{ "AUTH SCRAM-SHA-256 biwsbj1hbm5hLHI9YWJj\r\n", "anna" },
		{ "AUTH CRAM-MD5 YW5uYSAwMTIz\r\n", "anna" },
		{ "AUTH DIGEST-MD5 dXNlcm5hbWU9ImFubmEiLHJlYWxtPSJ4Ig==\r\n", "anna" },
		{ "AUTH NTLM TlRMTVNTUA==\r\n", NULL },
		{ "AUTH PLAIN !!\r\n", NULL },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct drive *d = start();
		const struct hg_smtp_tx *tx;

		drive_feed(d, S, hg_span_str(rows[i].line));
		drive_feed(d, C, HG_BYTES("235 ok\r\n"));
		drive_feed(d, S, HG_BYTES(ENVELOPE "\r\n.\r\n" ENVELOPE));
		tx = (struct hg_smtp_tx *)tx_of(d)->base.next;
		hg_check_bool(rows[i].line, tx->auth.seen, true);
		hg_check_span(
			rows[i].line, tx->auth.user, hg_span_str(rows[i].want == NULL ? "" : rows[i].want));
		drive_close(d);
	}
}

HG_TESTS("smtp_answers", HG_TEST(test_servers_name_their_queues), HG_TEST(test_each_reply_finds_its_mail),
	HG_TEST(test_those_that_wait_have_an_end), HG_TEST(test_a_goodbye_ends_what_waits),
	HG_TEST(test_missing_replies_end_what_is_done), HG_TEST(test_mechanisms_say_who))
