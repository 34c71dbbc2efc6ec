/* POP3 and IMAP: names of mailboxes, missing bytes, caps, lines of any length, and what the peer makes of them. */
#include <stdio.h>
#include <stdlib.h>

#include "app_drive.h"
#include "app/imap/imap_int.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

/* ---- names ---- */

static void
test_names_of_mailboxes_are_read_or_refused(void)
{
	static const struct {
		const char *title, *raw, *want; /* want NULL: it is none */
	} rows[] = { { "plain", "INBOX.a b", "INBOX.a b" }, { "an ampersand", "a&-b", "a&b" },
		{ "Chinese", "&Ti1lh1tX-/x", "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97/x" },
		{ "two of UTF-16", "&2D3eAA-", "\xf0\x9f\x98\x80" },
		{ "half of a pair", "&2D0-", "\xef\xbf\xbd" }, { "no end", "&Ti1lh1tX", NULL },
		{ "half of a unit", "&Ti0t-", NULL }, { "a slash", "&Ti/l-", NULL },
		{ "no base64", "&Ti!l-", NULL }, { "nothing", "", "" } };
	uint8_t text[64];

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const size_t n = hg_imap_name(hg_span_str(rows[i].raw), text, sizeof(text));

		hg_check_bool(rows[i].title, n == SIZE_MAX, rows[i].want == NULL);
		if (n != SIZE_MAX && rows[i].want != NULL)
			hg_check_span(rows[i].title, hg_span(text, n), hg_span_str(rows[i].want));
	}
	for (size_t size = 0; size < 9; size++)
		hg_check_bool("room", hg_imap_name(HG_BYTES("&Ti1lh1tX-"), text, size) <= size, true);
}

/* ---- missing bytes ---- */

struct step {
	enum { SAYS, MISSES, END } what;
	enum hg_dir dir;
	const char *text;
	uint64_t bytes;
};

#define SAY(dir, text)             \
	{                          \
		SAYS, dir, text, 0 \
	}
#define MISS(dir, n)               \
	{                          \
		MISSES, dir, "", n \
	}

static const struct gap_row {
	const char *title;
	uint16_t port;
	struct step steps[14];
	const char *told[4], *untold[4];
} gaps[] = {
	{ "POP3: a reply is lost; the next command has its own", 110,
		{ SAY(C, "+OK\r\n"), SAY(S, "USER bob\r\n"), MISS(C, 5), SAY(S, "PASS x\r\n"),
			SAY(C, "-ERR\r\n") },
		{ "\"args\":[\"bob\"]}}", "\"result\":\"failure\"", "data_missing", "\"gaps\":true" },
		{ "unknown\":1" } },
	{ "POP3: a command is lost; its reply is nobody's", 110,
		{ SAY(C, "+OK\r\n"), SAY(S, "USER bob\r\n"), SAY(C, "+OK\r\n"), MISS(S, 8),
			SAY(C, "+OK 5\r\nPASS x\r\n.\r\n"), SAY(S, "NOOP\r\n"), SAY(C, "-ERR\r\n") },
		{ "\"command\":\"NOOP\"},\"response\":{\"success\":false" },
		{ "response_without_command", "\"login\":{", "invalid_response" } },
	{ "POP3: inside a message; it is not whole", 110,
		{ SAY(C, "+OK\r\n"), SAY(S, "RETR 1\r\n"), SAY(C, "+OK\r\nSubject: a\r\n\r\nx\r\n"),
			MISS(C, 9), SAY(C, "y\r\n.\r\n"), SAY(S, "QUIT\r\n"), SAY(C, "+OK\r\n") },
		{ "\"complete\":false", "\"subject\":\"a\"", "\"quit_reached\":true" },
		{ "\"complete\":true" } },
	{ "POP3: the end of a message; the next reply tells", 110,
		{ SAY(C, "+OK\r\n"), SAY(S, "RETR 1\r\n"), SAY(C, "+OK\r\nSubject: a\r\n\r\nx\r\n"),
			MISS(C, 9), SAY(S, "QUIT\r\n"), SAY(C, "+OK bye\r\n") },
		{ "\"complete\":false", "\"header\":\"bye\"" }, { "\"complete\":true" } },
	{ "POP3: who does not wait for replies gets none any more", 110,
		{ SAY(C, "+OK\r\n"), SAY(S, "USER bob\r\nPASS x\r\nSTAT\r\n"), MISS(C, 5), SAY(C, "+OK\r\n"),
			SAY(S, "QUIT\r\n"), SAY(C, "+OK\r\n") },
		{ "\"result\":\"unknown\"", "\"command\":\"QUIT\"}}" },
		{ "\"success\":true", "quit_reached\":true" } },
	{ "IMAP: inside a literal; tags find the rest", 143,
		{ SAY(C, "* OK x\r\n"), SAY(S, "a LOGIN b c\r\n"), SAY(C, "a OK\r\n"),
			SAY(S, "b FETCH 1 BODY[]\r\n"),
			SAY(C, "* 1 FETCH (BODY[] {30}\r\nSubject: a\r\n\r\n"), MISS(C, 10),
			SAY(C, "tail\r\n)\r\nb OK\r\n") },
		{ "\"complete\":false", "\"subject\":\"a\"", "\"tag\":\"b\",\"command\":\"FETCH\"",
			"\"status\":\"OK\"" },
		{ "unknown_response" } },
	{ "IMAP: a response is lost; a tag shows where it goes on", 143,
		{ SAY(C, "* OK x\r\n"), SAY(S, "a LOGIN b c\r\n"), MISS(C, 20),
			SAY(C, "junk OK * 1 FETCH\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\na NO\r\n"),
			SAY(S, "b NOOP\r\n"), SAY(C, "b OK\r\n") },
		{ "\"result\":\"failure\"", "\"tag\":\"b\",\"command\":\"NOOP\",\"status\":\"OK\"" },
		{ "unknown_response", "\"type\":\"message\"" } },
	{ "IMAP: a client's line is lost; what follows is believed when it is answered", 143,
		{ SAY(C, "* OK x\r\n"), SAY(S, "a NOOP\r\n"), SAY(C, "a OK\r\n"), MISS(S, 30),
			SAY(S, "Please store it\r\nb LOGIN b c\r\nc LOGIN d e\r\n"), SAY(C, "c NO\r\n") },
		{ "\"user\":\"d\"", "\"tag\":\"c\"" },
		{ "\"tag\":\"Please\"", "\"tag\":\"b\"", "\"user\":\"b\"" } },
	{ "IMAP: inside an appended message", 143,
		{ SAY(C, "* OK x\r\n"), SAY(S, "a APPEND Sent {20}\r\n"), SAY(C, "+\r\n"),
			SAY(S, "Subject: a\r\n"), MISS(S, 6), SAY(S, "\r\n\r\n"), SAY(C, "a OK\r\n") },
		{ "\"complete\":false", "\"args\":\"Sent\"" }, { "\"complete\":true" } },
};

static void
run_gap(const struct gap_row *row)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = row->port, .logins = true });

	for (unsigned i = 0; i < HG_COUNT(row->steps) && row->steps[i].text != NULL; i++) {
		if (row->steps[i].what == MISSES)
			drive_gap(d, row->steps[i].dir, row->steps[i].bytes);
		else
			drive_feed(d, row->steps[i].dir, hg_span_str(row->steps[i].text));
	}
	drive_finish(d);
	for (unsigned i = 0; i < HG_COUNT(row->told) && row->told[i] != NULL; i++)
		if (strstr(drive_records(d), row->told[i]) == NULL)
			hg_check_str(row->title, drive_records(d), row->told[i]);
	for (unsigned i = 0; i < HG_COUNT(row->untold) && row->untold[i] != NULL; i++)
		if (strstr(drive_records(d), row->untold[i]) != NULL)
			hg_check_str(row->title, drive_records(d), row->untold[i]);
	drive_close(d);
}

static void
test_behind_missing_bytes_nothing_is_invented(void)
{
	for (size_t i = 0; i < HG_COUNT(gaps); i++)
		run_gap(&gaps[i]);
}

/* ---- caps ---- */

static void
say_many(struct drive *d, enum hg_dir dir, const char *text, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		drive_feed(d, dir, hg_span_str(text));
}

static void
check_told(const char *title, struct drive *d, const char *want)
{
	drive_finish(d);
	if (strstr(drive_records(d), want) == NULL)
		hg_check_str(title, drive_records(d), want);
	drive_close(d);
}

static struct drive *
greeted(uint16_t port)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = port });

	drive_feed(d, C, port == 110 ? HG_BYTES("+OK\r\n") : HG_BYTES("* OK x\r\n"));
	return d;
}

static void
test_what_is_past_a_cap_is_named(void)
{
	struct drive *d = greeted(110);

	drive_feed(d, S, HG_BYTES("USER "));
	say_many(d, S, "0123456789abcdef", 600);
	drive_feed(d, S, HG_BYTES("\r\n"));
	check_told("a long command of POP3", d, "line_too_long");
	d = greeted(110);
	drive_quiet(d);
	say_many(d, S, "NOOP\r\n", 257);
	hg_check_u64("many commands of POP3", hg_apps_stats(drive_apps(d))->anomalies[HG_PROTO_POP3][6], 1);
	drive_close(d);
	d = greeted(143);
	drive_quiet(d);
	say_many(d, S, "a NOOP\r\n", HG_IMAP_WAITING + 1);
	hg_check_u64("many commands of IMAP",
		hg_apps_stats(drive_apps(d))->anomalies[HG_PROTO_IMAP][HG_IMAP_MANY_COMMANDS], 1);
	drive_close(d);
	d = greeted(143);
	drive_feed(d, S, HG_BYTES("a SEARCH TEXT "));
	say_many(d, S, "0123456789abcdef", 1100);
	drive_feed(d, S, HG_BYTES("\r\n"));
	check_told("a long command of IMAP", d, "line_too_long");
	d = greeted(143);
	drive_feed(d, S, HG_BYTES("a LOGIN {99999999999999999999999999}\r\n"));
	drive_feed(d, C, HG_BYTES("a BAD\r\n"));
	drive_feed(d, S, HG_BYTES("b NOOP\r\n"));
	drive_feed(d, C, HG_BYTES("b OK\r\n"));
	check_told("a literal of no size", d, "\"tag\":\"b\",\"command\":\"NOOP\",\"status\":\"OK\"");
}

/* An item in front of a literal, and a length, stand on a line of any length. */
static void
test_lines_of_responses_may_have_any_length(void)
{
	struct drive *d = greeted(143);

	drive_feed(d, S, HG_BYTES("a FETCH 1 (ENVELOPE BODY[])\r\n"));
	drive_feed(d, C, HG_BYTES("* 1 FETCH (ENVELOPE (\"x"));
	say_many(d, C, "0123456789abcdef", 1000);
	drive_feed(d, C, HG_BYTES("\") BODY[] {13}\r\nSubject: abc\n)\r\na OK\r\n"));
	check_told("an item far behind", d,
		"\"bytes\":13,\"complete\":true},\"email\":{\"status\":\"PARSE_DONE\"");
}

/* ---- the peer ---- */

static void
test_the_peer_reads_neither(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 143, .suricata7 = true, .logins = true });

	drive_feed(d, C, HG_BYTES("* OK x\r\n"));
	drive_feed(d, S, HG_BYTES("1 capability\r\n2 LOGIN a b\r\n"));
	drive_feed(d, C, HG_BYTES("1 OK\r\n2 OK\r\n"));
	drive_finish(d);
	hg_check_u64("it is IMAP", drive_flow(d)->app_proto, HG_PROTO_IMAP);
	hg_check_str("and nothing is told", drive_records(d), "");
	drive_close(d);
	d = drive_open(&(struct drive_setup){ .port = 110, .suricata7 = true });
	drive_feed(d, C, HG_BYTES("+OK ready\r\n"));
	drive_feed(d, S, HG_BYTES("USER bob\r\n"));
	hg_check_u64("POP3 is FTP", drive_flow(d)->app_proto, HG_PROTO_FTP);
	drive_close(d);
}

HG_TESTS("app_mailbox", HG_TEST(test_names_of_mailboxes_are_read_or_refused),
	HG_TEST(test_behind_missing_bytes_nothing_is_invented), HG_TEST(test_what_is_past_a_cap_is_named),
	HG_TEST(test_lines_of_responses_may_have_any_length), HG_TEST(test_the_peer_reads_neither))
