#include <stdio.h>

#include "app/dns/dns_int.h"
#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

/* Names as they stand behind a header of zeros; offsets 12 and up. */
static const struct {
	const char *title;
	struct hg_span bytes;
	bool ok;
	struct hg_span name;
	size_t behind; /* bytes that belong to the name */
	uint8_t odd;
} names[] = {
	{ "labels", HG_BYTES("\3www\7example\0rest"), true, HG_BYTES("www.example"), 13, 0 },
	{ "the root", HG_BYTES("\0rest"), true, HG_BYTES(""), 1, 0 },
	{ "a pointer back to the root of the id", HG_BYTES("\1a\xc0\x00rest"), true, HG_BYTES("a"), 4, 0 },
	{ "a pointer forward", HG_BYTES("\xc0\x0f\xff\1b\0"), true, HG_BYTES("b"), 2, 0 },
	{ "a pointer at itself", HG_BYTES("\xc0\x0crest"), false, HG_BYTES(""), 0, 1u << HG_DNS_LOOP },
	{ "two pointers at each other", HG_BYTES("\xc0\x0e\xc0\x0c"), true, HG_BYTES(""), 2,
		1u << HG_DNS_MANY_LABELS },
	{ "a pointer at a pointer at itself", HG_BYTES("\xc0\x0e\xc0\x0e"), true, HG_BYTES(""), 2,
		1u << HG_DNS_LOOP },
	{ "a pointer past the end", HG_BYTES("\xc0\xff"), false, HG_BYTES(""), 0, 0 },
	{ "half a pointer", HG_BYTES("\xc0"), false, HG_BYTES(""), 0, 0 },
	{ "a label past the end", HG_BYTES("\5abc"), false, HG_BYTES(""), 0, 0 },
	{ "a reserved label type", HG_BYTES("\x83www\0"), false, HG_BYTES(""), 0, 0 },
	{ "no final root at the message's end", HG_BYTES("\1a"), true, HG_BYTES("a"), 2, 0 },
};

static void
test_dns_names_end_whatever_the_pointers_say(void)
{
	for (size_t i = 0; i < HG_COUNT(names); i++) {
		uint8_t message[64] = { 0 };
		struct hg_dns_reader r;
		struct hg_dns_name name;

		memcpy(message + HG_DNS_HEADER, names[i].bytes.p, names[i].bytes.len);
		r = hg_dns_reader_of(hg_span(message, HG_DNS_HEADER + names[i].bytes.len));
		hg_check_bool(names[i].title, hg_dns_name_read(&r, &name), names[i].ok);
		hg_check_u64(names[i].title, r.odd, names[i].odd);
		if (!names[i].ok)
			continue;
		hg_check_span(names[i].title, hg_span(name.text, name.len), names[i].name);
		hg_check_u64(names[i].title, r.at, HG_DNS_HEADER + names[i].behind);
	}
}

static void
test_dns_long_names_are_cut_and_named(void)
{
	static uint8_t message[2000];
	struct hg_dns_reader r;
	struct hg_dns_name name;
	size_t n = HG_DNS_HEADER;

	for (unsigned i = 0; i < 17; i++) {
		message[n] = 63;
		memset(message + n + 1, 'a', 63);
		n += 64;
	}
	r = hg_dns_reader_of(hg_span(message, n + 1));
	hg_check_bool("readable", hg_dns_name_read(&r, &name), true);
	hg_check_u64("bytes kept", name.len, HG_DNS_NAME);
	hg_check_u64("named", r.odd, 1u << HG_DNS_LONG_NAME);
}

#define HEAD(flags, questions, answers) "\0\1" flags "\0" questions "\0" answers "\0\0\0\0"
#define QUESTION "\1a\0\0\1\0\1"
#define RR(type, data) "\xc0\x0c\0" type "\0\1\0\0\0\x3c\0" data

/* A message of the server after a query; records of the answer, NULL: none. */
static const struct {
	const char *title;
	struct hg_span message;
	const char *answers;
} answers[] = {
	{ "an address", HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\1", "\4\1\2\3\4")),
		"[{\"rrname\":\"a\",\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"1.2.3.4\"}]" },
	{ "an address of three bytes", HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\1", "\3\1\2\3")),
		"[{\"rrname\":\"a\",\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"\"}]" },
	{ "no data at all", HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\1", "\0")), NULL },
	{ "data past the end", HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\1", "\4\1\2")), NULL },
	{ "strings up to one that is cut",
		HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\x10", "\5\2ab\3c")),
		"[{\"rrname\":\"a\",\"rrtype\":\"TXT\",\"ttl\":60,\"rdata\":\"ab\"}]" },
	{ "a first string that is cut", HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\x10", "\2\3c")),
		NULL },
	{ "a type without rendering", HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\x63", "\1x")),
		"[{\"rrname\":\"a\",\"rrtype\":\"SPF\",\"ttl\":60}]" },
	{ "half a start of authority",
		HG_BYTES(HEAD("\x81\x80", "\1", "\1") QUESTION RR("\6", "\6\0\0\0\0\0\1")), NULL },
	{ "one record less than announced",
		HG_BYTES(HEAD("\x81\x80", "\1", "\2") QUESTION RR("\1", "\4\1\2\3\4")), NULL },
};

static void
test_dns_answers_are_read_or_malformed(void)
{
	for (size_t i = 0; i < HG_COUNT(answers); i++) {
		struct drive *d = drive_open(&(struct drive_setup){ .port = 53, .udp = true });
		const char *records;

		drive_feed(d, S, HG_BYTES(HEAD("\1\0", "\1", "\0") QUESTION));
		drive_feed(d, C, answers[i].message);
		records = drive_records(d);
		hg_check_bool(answers[i].title, strstr(records, "malformed_data") != NULL,
			answers[i].answers == NULL);
		if (answers[i].answers != NULL)
			hg_check_bool(records, strstr(records, answers[i].answers) != NULL, true);
		drive_close(d);
	}
}

/* compat: a malformed message has no transaction; the peer's anomaly goes to one that lives still, here none. */
static void
test_dns_malformed_is_silent_as_with_the_peer(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 53, .udp = true, .suricata7 = true });

	drive_feed(d, S, HG_BYTES(HEAD("\1\0", "\1", "\0") QUESTION));
	drive_feed(d, S, HG_BYTES(HEAD("\1\0", "\1", "\0") "\xc0\x0c\0\1\0\1"));
	drive_feed(d, S, HG_BYTES(HEAD("\1\0", "\1", "\0") QUESTION));
	hg_check_bool("no anomaly", strstr(drive_records(d), "anomaly") == NULL, true);
	hg_check_bool("the next one is read", strstr(drive_records(d), "\"tx_id\":1") != NULL, true);
	drive_close(d);
}

static void
test_dns_query_has_a_value_a_question(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 53, .udp = true });
	struct hg_view v;
	struct hg_tx *tx;

	drive_keep(d);
	drive_feed(d, S, HG_BYTES(HEAD("\1\0", "\2", "\0") QUESTION "\3foo\0\0\1\0\1"));
	tx = drive_flow(d)->app->txs;
	hg_check_bool("first", drive_buffer(tx, S, "dns.query", 0, &v), true);
	hg_check_span("first", v.data, HG_BYTES("a"));
	hg_check_bool("second", drive_buffer(tx, S, "dns.query", 1, &v), true);
	hg_check_span("second", v.data, HG_BYTES("foo"));
	hg_check_bool("no third", drive_buffer(tx, S, "dns.query", 2, &v), false);
	hg_check_bool("opcode", drive_buffer(tx, S, "dns.opcode", 0, &v), true);
	hg_check_span("opcode", v.data, HG_BYTES("\0"));
	hg_check_u64("one side", tx->sides, HG_SIDE_SERVER);
	drive_close(d);
}

static void
test_dns_stream_goes_on_behind_a_gap(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 53 });

	drive_feed(d, S, HG_BYTES("\0\x13" HEAD("\1\0", "\1", "\0") QUESTION));
	drive_gap(d, S, 30);
	drive_feed(d, S, HG_BYTES("\0\x13" HEAD("\1\0", "\1", "\0") QUESTION));
	hg_check_bool("the second message", strstr(drive_records(d), "\"tx_id\":1") != NULL, true);
	drive_close(d);
}

HG_TESTS("app_dns", HG_TEST(test_dns_names_end_whatever_the_pointers_say),
	HG_TEST(test_dns_long_names_are_cut_and_named), HG_TEST(test_dns_answers_are_read_or_malformed),
	HG_TEST(test_dns_malformed_is_silent_as_with_the_peer),
	HG_TEST(test_dns_query_has_a_value_a_question), HG_TEST(test_dns_stream_goes_on_behind_a_gap))
