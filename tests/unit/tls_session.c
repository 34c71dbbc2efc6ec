#include <stdio.h>

#include "app/tls/tls_int.h"
#include "app_drive.h"
#include "check.h"
#include "tls_bytes.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

#define SNI "\0\0\0\x14\0\x12\0\0\x0fwww.example.com"

static struct drive *
open_drive(void)
{
	struct drive_setup setup = { .port = 443 };
	struct drive *d = drive_open(&setup);

	drive_keep(d);
	return d;
}

static struct hg_tx *
tx_of(struct drive *d)
{
	return drive_flow(d)->app == NULL ? NULL : drive_flow(d)->app->txs;
}

static void
put_client(struct bytes *b)
{
	b->n = 0;
	put_hello(b, 0x0303, HG_BYTES("\xc0\x2b"), HG_BYTES(SNI));
}

static void
put_server_hello(struct bytes *b)
{
	size_t from = b->n;

	put(b, HG_BYTES("\3\3" RANDOM "\0\xc0\x2b\0\0\5\xff\1\0\1\0"));
	MESSAGE(b, from, "\x02");
}

static void
put_certificates(struct bytes *b, unsigned n)
{
	size_t from = b->n;

	for (unsigned i = 0; i < n; i++)
		put_counted(b, 3, HG_BYTES(CERTIFICATE));
	wrap(b, from, HG_SPAN_NONE, 3);
	MESSAGE(b, from, "\x0b");
}

/* Hello, chain and done in records of at most `room` bytes. */
static void
put_server(struct bytes *b, unsigned certs, size_t room)
{
	static struct bytes flight;

	flight.n = b->n = 0;
	put_server_hello(&flight);
	put_certificates(&flight, certs);
	put(&flight, HG_BYTES("\x0e\0\0\0"));
	for (size_t at = 0; at < flight.n; at += room) {
		size_t from = b->n;

		put(b, hg_span_sub(span_of(&flight), at, room));
		RECORD(b, from, "\x16");
	}
}

/* Every value of every buffer, as hex. */
static const char *
all_values(struct drive *d)
{
	static char text[64 * 1024];
	struct hg_view v;
	size_t n = 0;

	for (unsigned dir = 0; dir < HG_DIRS; dir++) {
		for (unsigned row = 0; row < HG_TLS_BUFFERS; row++) {
			const char *name = hg_tls_buffers[row].name;

			for (uint32_t i = 0; drive_buffer(tx_of(d), (enum hg_dir)dir, name, i, &v); i++) {
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%u %s ", dir, name);
				for (size_t k = 0; k < v.data.len && n < sizeof(text) - 4; k++)
					n += (size_t)snprintf(
						text + n, sizeof(text) - n, "%02x", v.data.p[k]);
				n += (size_t)snprintf(text + n, sizeof(text) - n, "\n");
			}
		}
	}
	return text;
}

static void
test_every_cut_gives_the_same_buffers(void)
{
	static struct bytes client, server;
	static char want[64 * 1024];
	struct drive *d = open_drive();

	put_client(&client);
	put_server(&server, 2, 150);
	drive_feed(d, S, span_of(&client));
	drive_feed(d, C, span_of(&server));
	snprintf(want, sizeof(want), "%s", all_values(d));
	hg_check_bool("certificates are there", strstr(want, "1 tls.certs 3082") != NULL, true);
	drive_close(d);

	for (size_t at = 1; at < client.n + server.n; at++) {
		struct hg_span c = span_of(&client), s = span_of(&server);

		d = open_drive();
		drive_feed(d, S, hg_span_sub(c, 0, at));
		drive_feed(d, S, hg_span_from(c, at));
		drive_feed(d, C, hg_span_sub(s, 0, at - HG_MIN(at, client.n)));
		drive_feed(d, C, hg_span_from(s, at - HG_MIN(at, client.n)));
		hg_check_str("cut", all_values(d), want);
		drive_close(d);
	}
}

static void
test_hello_cut_anywhere_is_refused(void)
{
	static struct bytes client;
	struct hg_span body;

	put_client(&client);
	body = hg_span_from(span_of(&client), 9);
	for (size_t n = 0; n <= body.len; n++) {
		struct hg_tls_hello h;
		uint8_t *copy = malloc(n + 1);
		bool whole = n == body.len;

		memcpy(copy, body.p, n);
		/* A hello may end behind the compression methods, without extensions. */
		whole |= n == 2 + 32 + 1 + 2 + 2 + 2;
		hg_check_bool("read", hg_tls_hello_read(hg_span(copy, n), S, &h), whole);
		free(copy);
	}
}

static const struct {
	const char *name;
	uint8_t dir;
	struct hg_span want;
} values[] = {
	{ "tls.sni", S, HG_BYTES("www.example.com") },
	{ "tls.version", S, HG_BYTES("1.2") },
	{ "ssl_version", C, HG_BYTES("\x10") },
	{ "ssl_state", S, HG_BYTES("\x13") },
	{ "tls.random", C, HG_BYTES(RANDOM) },
	{ "tls.random_time", S, HG_BYTES("0123") },
	{ "tls.random_bytes", S, HG_BYTES("456789abcdefghijklmnopqrstuv") },
	{ "tls.cert_subject", C, HG_BYTES("C=CN, O=Example Ltd, CN=www.example.com") },
	{ "tls.cert_serial", C, HG_BYTES("00:C7:D4:28:8B") },
	{ "tls.cert_fingerprint", C,
		HG_BYTES("08:e1:2c:b3:86:d6:f0:05:98:86:7e:f8:85:ae:a8:dc:06:48:da:04") },
	{ "tls.cert_chain_len", C, HG_BYTES("\2") },
	{ "tls.notbefore", C, HG_BYTES("\x00\x00\x00\x00\x6b\x05\x49\x48") },
	{ "tls.cert_valid", C, HG_BYTES("\0") },
	{ "tls.cert_expired", C, HG_BYTES("\0") },
	{ "ja3s.string", C, HG_BYTES("771,49195,65281") },
};

static void
test_buffers_hold_what_was_said(void)
{
	static struct bytes client, server;
	struct drive *d = open_drive();
	struct hg_view v;

	put_client(&client);
	put_server(&server, 2, 16384);
	drive_feed(d, S, span_of(&client));
	hg_check_u64("before", tx_of(d)->progress[C], HG_TLS_IN_PROGRESS);
	hg_check_bool("no certificate yet", drive_buffer(tx_of(d), C, "tls.cert_subject", 0, &v), false);
	drive_feed(d, C, span_of(&server));

	hg_check_u64("behind", tx_of(d)->progress[C], HG_TLS_HANDSHAKE_DONE);
	for (size_t i = 0; i < HG_COUNT(values); i++) {
		hg_check_bool(values[i].name,
			drive_buffer(tx_of(d), (enum hg_dir)values[i].dir, values[i].name, 0, &v), true);
		hg_check_span(values[i].name, v.data, values[i].want);
	}
	hg_check_bool("the client has none", drive_buffer(tx_of(d), S, "tls.cert_subject", 0, &v), false);
	hg_check_bool("one name", drive_buffer(tx_of(d), S, "tls.sni", 1, &v), false);
	drive_close(d);
}

static void
test_payload_is_opaque_from_the_first_data_on(void)
{
	static struct bytes client, server;
	static uint8_t data[16384];
	struct drive *d = open_drive();

	put_client(&client);
	put_server(&server, 1, 16384);
	drive_feed(d, S, span_of(&client));
	drive_feed(d, C, span_of(&server));
	hg_check_bool("before", (drive_flow(d)->flags & HG_FLOW_NO_PAYLOAD) != 0, false);
	drive_feed(d, S, HG_BYTES("\x17\3\3\x40\0"));
	hg_check_bool("behind", (drive_flow(d)->flags & HG_FLOW_NO_PAYLOAD) != 0, true);

	/* Half of the record is missing: what follows it is found all the same. */
	drive_gap(d, S, 8192);
	drive_feed(d, S, hg_span(data, 8192));
	drive_feed(d, S, HG_BYTES("\x19\3\3\0\1x"));
	hg_check_bool("the next record", hg_tx_has_anomaly(tx_of(d), S, HG_TLS_RECORD_TYPE), true);
	drive_close(d);
}

static void
test_gap_in_a_handshake_names_nothing(void)
{
	static struct bytes client, server;
	struct drive *d;

	put_client(&client);
	put_server(&server, 2, 300);
	for (size_t at = 1; at < server.n; at += 7) {
		struct hg_view v;

		d = open_drive();
		drive_feed(d, S, span_of(&client));
		drive_feed(d, C, hg_span_sub(span_of(&server), 0, at));
		drive_gap(d, C, 5);
		drive_feed(d, C, hg_span_from(span_of(&server), at + 5));
		hg_check_u64("anomalies", tx_of(d)->n_anomalies, 0);
		hg_check_bool("name", drive_buffer(tx_of(d), S, "tls.sni", 0, &v), true);
		drive_close(d);
	}
}

static const struct {
	const char *title;
	uint8_t dir;
	struct hg_span bytes;
	const char *want;
} odd[] = {
	{ "unknown type", C, HG_BYTES("\x19\3\3\0\1x"), "invalid_record_type" },
	{ "unknown version", C, HG_BYTES("\x16\4\3\0\4\0\0\0\0"), "invalid_record_version" },
	{ "unknown message", C, HG_BYTES("\x16\3\3\0\4\x63\0\0\0"), "invalid_handshake_message" },
	{ "record too short", C, HG_BYTES("\x16\3\3\0\3\2\0\0"), "invalid_ssl_record" },
	{ "chain that does not fit", C, HG_BYTES("\x16\3\3\0\x0b\x0b\0\0\7\0\0\4\0\0\2x"),
		"invalid_handshake_message" },
	{ "empty certificate", C, HG_BYTES("\x16\3\3\0\x0a\x0b\0\0\6\0\0\3\0\0\0"),
		"certificate_invalid_length" },
	{ "heartbeat", S, HG_BYTES("\x18\3\3\0\x13\1\0\0paddingpaddingpp"), "heartbeat_message" },
	{ "heartbeat without padding", S, HG_BYTES("\x18\3\3\0\4\1\0\1x"), "invalid_heartbeat_message" },
	{ "heartbeat of no type", S, HG_BYTES("\x18\3\3\0\x13\3\0\0paddingpaddingpp"),
		"invalid_heartbeat_message" },
	{ "heartbleed", S, HG_BYTES("\x18\3\3\0\3\1\x40\0"), "overflow_heartbeat_message" },
	{ "SSL 2.0 error", C, HG_BYTES("\x80\3\0\0\1"), "error_message_encountered" },
	{ "empty SSL 2.0 record", C, HG_BYTES("\x80\0"), "invalid_sslv2_header" },
	{ "SSL 2.0 record of no type", C, HG_BYTES("\x80\3\x20\0\1"), "invalid_record_type" },
};

static void
test_malformations_have_names(void)
{
	static struct bytes client;

	put_client(&client);
	for (size_t i = 0; i < HG_COUNT(odd); i++) {
		struct drive *d = open_drive();
		char want[100];

		drive_feed(d, S, span_of(&client));
		drive_feed(d, C, HG_BYTES("\x16\3\3\0\4\0\0\0\0"));
		drive_feed(d, (enum hg_dir)odd[i].dir, odd[i].bytes);
		drive_finish(d);
		snprintf(want, sizeof(want), "{\"anomaly\":\"%s\"}\n{\"tls\"", odd[i].want);
		hg_check_bool(odd[i].title, strncmp(drive_records(d), want, strlen(want)) == 0, true);
		drive_close(d);
	}
}

static const struct {
	const char *title;
	struct hg_span extensions;
	const char *want;
} hellos[] = {
	{ "two names", HG_BYTES(SNI SNI), "multiple_sni_extensions" },
	{ "no host name", HG_BYTES("\0\0\0\6\0\4\1\0\1x"), "invalid_sni_type" },
	{ "a name past the end", HG_BYTES("\0\0\0\6\0\4\0\0\2x"), "invalid_sni_length" },
	{ "an extension past the end", HG_BYTES("\0\x17\0\1"), "handshake_invalid_length" },
};

static void
test_malformed_hellos_have_names(void)
{
	for (size_t i = 0; i < HG_COUNT(hellos); i++) {
		static struct bytes client;
		struct drive *d = open_drive();

		client.n = 0;
		put_hello(&client, 0x0303, HG_BYTES("\xc0\x2b"), hellos[i].extensions);
		drive_feed(d, S, span_of(&client));
		drive_finish(d);
		hg_check_bool(hellos[i].title, strstr(drive_records(d), hellos[i].want) != NULL, true);
		hg_check_u64(hellos[i].title, tx_of(d)->n_anomalies, 1);
		drive_close(d);
	}
}

static void
test_rules_without_direction_see_anomalies_in_both(void)
{
	static struct bytes client;
	struct drive *d = open_drive();

	put_client(&client);
	drive_feed(d, S, span_of(&client));
	drive_feed(d, S, HG_BYTES("\x18\3\3\0\3\1\x40\0"));

	hg_check_bool("own", hg_tx_has_anomaly(tx_of(d), S, HG_TLS_HEARTBEAT_OVERFLOW), true);
	hg_check_bool("other", hg_tx_has_anomaly(tx_of(d), C, HG_TLS_HEARTBEAT_OVERFLOW), true);
	drive_close(d);
}

static void
test_caps_have_names(void)
{
	static struct bytes client, server, empty;
	struct drive *d = open_drive();
	struct hg_view v;

	put_client(&client);
	put_server(&server, HG_TLS_CERTS + 1, 16384);
	drive_feed(d, S, span_of(&client));
	drive_feed(d, C, span_of(&server));
	hg_check_bool("chain", hg_tx_has_anomaly(tx_of(d), C, HG_TLS_MANY_CERTS), true);
	hg_check_bool("the last kept", drive_buffer(tx_of(d), C, "tls.certs", HG_TLS_CERTS - 1, &v), true);
	hg_check_bool("one more", drive_buffer(tx_of(d), C, "tls.certs", HG_TLS_CERTS, &v), false);
	drive_close(d);

	d = open_drive();
	drive_feed(d, S, span_of(&client));
	drive_feed(d, C, HG_BYTES("\x16\3\3\0\5\x0b\1\0\0x"));
	hg_check_bool("message", hg_tx_has_anomaly(tx_of(d), C, HG_TLS_HANDSHAKE_LONG), true);
	drive_close(d);

	empty.n = 0;
	for (unsigned i = 0; i < 32; i++)
		put(&empty, HG_BYTES("\x15\3\3\0\0"));
	d = open_drive();
	drive_feed(d, S, span_of(&client));
	drive_feed(d, S, span_of(&empty));
	hg_check_bool("records", hg_tx_has_anomaly(tx_of(d), S, HG_TLS_MANY_RECORDS), true);
	drive_close(d);
}

static void
test_version_has_a_number_and_a_code(void)
{
	static struct bytes client;
	struct drive *d = open_drive();
	struct hg_view v;

	client.n = 0;
	put_hello(&client, 0x0300, HG_BYTES("\0\x2f"), HG_SPAN_NONE);
	drive_feed(d, S, span_of(&client));
	hg_check_bool("SSL 3.0", drive_buffer(tx_of(d), S, "tls.version", 0, &v), true);
	hg_check_span("SSL 3.0", v.data, HG_BYTES("0x0300"));
	drive_close(d);

	client.n = 0;
	put_hello(&client, 0x0303, HG_BYTES("\x13\1"), HG_BYTES("\0\x2b\0\5\4\x1a\x1a\3\4"));
	d = open_drive();
	drive_feed(d, S, span_of(&client));
	hg_check_bool("TLS 1.3", drive_buffer(tx_of(d), S, "tls.version", 1, &v), true);
	hg_check_span("TLS 1.3", v.data, HG_BYTES("0x0304"));
	drive_close(d);
}

HG_TESTS("tls_session", HG_TEST(test_every_cut_gives_the_same_buffers),
	HG_TEST(test_hello_cut_anywhere_is_refused), HG_TEST(test_buffers_hold_what_was_said),
	HG_TEST(test_payload_is_opaque_from_the_first_data_on),
	HG_TEST(test_gap_in_a_handshake_names_nothing), HG_TEST(test_malformations_have_names),
	HG_TEST(test_malformed_hellos_have_names),
	HG_TEST(test_rules_without_direction_see_anomalies_in_both), HG_TEST(test_caps_have_names),
	HG_TEST(test_version_has_a_number_and_a_code))
