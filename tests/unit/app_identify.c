#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT
#define BIT(e) (1u << HG_APPLAYER_##e)

static const struct {
	const char *title;
	uint16_t port;
	bool suricata7;
	struct {
		uint8_t dir;
		struct hg_span bytes;
	} in[4];
	uint8_t flow, ts, tc; /* enum hg_proto */
	unsigned events;
} rows[] = {
	{ "HTTP on any port", 4444, true,
		{ { S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") }, { C, HG_BYTES("HTTP/1.1 200 OK\r\n\r\n") } },
		HG_PROTO_HTTP, HG_PROTO_HTTP, HG_PROTO_HTTP, 0 },
	{ "a method needs a blank", 80, true, { { S, HG_BYTES("GETTING STARTED WITH NOTHING AT ALL") } },
		HG_PROTO_UNKNOWN, HG_PROTO_UNKNOWN, HG_PROTO_UNKNOWN, 0 },
	{ "the version of a response in any case", 4444, true,
		{ { S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") }, { C, HG_BYTES("hTTp/1.0 200 ok\r\n\r\n") } },
		HG_PROTO_HTTP, HG_PROTO_HTTP, HG_PROTO_HTTP, 0 },
	{ "the response alone shows HTTP", 80, true,
		{ { S, HG_BYTES("\r\n\r\nFOO / HTTP/1.1 and more of it\r\n\r\n") },
			{ C, HG_BYTES("HTTP/1.1 200 OK\r\n\r\n") } },
		HG_PROTO_HTTP, HG_PROTO_FAILED, HG_PROTO_HTTP, BIT(ONE_DIRECTION) },
	{ "SMTP has a pattern for the client only", 25, true,
		{ { C, HG_BYTES("220 mail.example.com ready\r\n") }, { S, HG_BYTES("EHLO me\r\n") } },
		HG_PROTO_SMTP, HG_PROTO_SMTP, HG_PROTO_FAILED, BIT(ONE_DIRECTION) },
	{ "POP3 is taken for FTP as the peer does", 110, true,
		{ { C, HG_BYTES("+OK pop3 server ready to serve you\r\n") },
			{ S, HG_BYTES("USER bob\r\n") } },
		HG_PROTO_FTP, HG_PROTO_FTP, HG_PROTO_FAILED, BIT(ONE_DIRECTION) },
	{ "directions that differ", 80, true,
		{ { S, HG_BYTES("SSH-2.0-x\r\n") }, { C, HG_BYTES("HTTP/1.1 200 OK\r\n\r\n") } },
		HG_PROTO_SSH, HG_PROTO_SSH, HG_PROTO_HTTP, BIT(MISMATCH) },
	{ "neither side is known", 9999, true,
		{ { S, HG_BYTES("................................") },
			{ C, HG_BYTES("................................") } },
		HG_PROTO_FAILED, HG_PROTO_FAILED, HG_PROTO_FAILED, 0 },
	{ "SMB behind a NetBIOS header", 445, true,
		{ { S,
			HG_BYTES("\0\0\0\x40\xfeSMB@"
				 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") } },
		HG_PROTO_SMB, HG_PROTO_SMB, HG_PROTO_UNKNOWN, 0 },
	{ "an SMB head that is not whole may still be one", 445, true,
		{ { S, HG_BYTES("\0\0\0\x40\xfeSMB@") } }, HG_PROTO_UNKNOWN, HG_PROTO_UNKNOWN,
		HG_PROTO_UNKNOWN, 0 },
	{ "any two bytes on its port are Telnet", 23, true,
		{ { C, HG_BYTES("login: ") }, { S, HG_BYTES("bob\r\n") } }, HG_PROTO_TELNET, HG_PROTO_TELNET,
		HG_PROTO_TELNET, 0 },
	{ "a server that begins makes TLS incredible", 8443, true,
		{ { C, HG_BYTES("\x16\3\1\0\4\x0e\0\0\0") } }, HG_PROTO_FAILED, HG_PROTO_FAILED, HG_PROTO_TLS,
		BIT(WRONG_FIRST) },
	{ "what the server begins with is no TLS: nothing is decoded", 8443, true,
		{ { C, HG_BYTES("220 something quite different\r\n") },
			{ S, HG_BYTES("\x16\3\1\0\4\1\0\0\0") } },
		HG_PROTO_FAILED, HG_PROTO_TLS, HG_PROTO_FAILED, 0 },
	{ "HTTP may begin with the server", 80, true,
		{ { C, HG_BYTES("220 something quite different\r\n") },
			{ S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") } },
		HG_PROTO_HTTP, HG_PROTO_HTTP, HG_PROTO_FAILED, BIT(ONE_DIRECTION) },
	{ "the probe of what the other side speaks decides", 80, true,
		{ { S, HG_BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
			{ C, HG_BYTES("\0\0\0\4\0\0\0\0\0") } },
		HG_PROTO_HTTP2, HG_PROTO_HTTP2, HG_PROTO_HTTP2, 0 },
	{ "where it says no, the other side is followed", 80, true,
		{ { S, HG_BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
			{ C, HG_BYTES("\0\0\0\7\0\0\0\0\0") } },
		HG_PROTO_HTTP2, HG_PROTO_HTTP2, HG_PROTO_FAILED, BIT(ONE_DIRECTION) },
	{ "natively a port says nothing while a magic further on may come", 23, false,
		{ { S, HG_BYTES("\x80\x2e\1\0\2\0\x15\0\0") } }, HG_PROTO_TLS, HG_PROTO_TLS, HG_PROTO_UNKNOWN,
		0 },
	{ "nor while the probe of one that came may agree", 23, false,
		{ { S, HG_BYTES("\5\0\13\3\x10\0\0\0\0\0\0\0\0\0\0\0") } }, HG_PROTO_DCERPC, HG_PROTO_DCERPC,
		HG_PROTO_UNKNOWN, 0 },
	{ "until the other side goes on", 23, false,
		{ { C, HG_BYTES("\xff\xfd\1") }, { S, HG_BYTES("\xff") } }, HG_PROTO_TELNET, HG_PROTO_UNKNOWN,
		HG_PROTO_TELNET, 0 },
	{ "nothing is told by one byte", 23, false, { { C, HG_BYTES("$") }, { S, HG_BYTES("a") } },
		HG_PROTO_UNKNOWN, HG_PROTO_UNKNOWN, HG_PROTO_UNKNOWN, 0 },
	{ "which is what the other side speaks once that is told", 23, false,
		{ { C, HG_BYTES("$") }, { S, HG_BYTES("login") } }, HG_PROTO_TELNET, HG_PROTO_TELNET,
		HG_PROTO_TELNET, 0 },
	{ "and when that goes on", 80, false,
		{ { S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") }, { C, HG_BYTES("H") },
			{ S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") } },
		HG_PROTO_HTTP, HG_PROTO_HTTP, HG_PROTO_HTTP, 0 },
	{ "with the peer it waits", 80, true,
		{ { S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") }, { C, HG_BYTES("H") },
			{ S, HG_BYTES("GET / HTTP/1.1\r\n\r\n") } },
		HG_PROTO_HTTP, HG_PROTO_HTTP, HG_PROTO_UNKNOWN, 0 },
};

/* cut: bytes a step; 0: whole. */
static void
run_row(size_t i, size_t cut)
{
	struct drive *d =
		drive_open(&(struct drive_setup){ .port = rows[i].port, .suricata7 = rows[i].suricata7 });
	struct hg_flow *f = drive_flow(d);

	for (unsigned k = 0; k < 4 && rows[i].in[k].bytes.p != NULL; k++) {
		struct hg_span rest = rows[i].in[k].bytes;

		while (rest.len > 0) {
			size_t n = cut == 0 ? rest.len : HG_MIN(cut, rest.len);

			drive_feed(d, rows[i].in[k].dir, hg_span_sub(rest, 0, n));
			rest = hg_span_from(rest, n);
		}
	}
	hg_check_u64(rows[i].title, f->app_proto, rows[i].flow);
	hg_check_u64(rows[i].title, f->app_proto_dir[S], rows[i].ts);
	hg_check_u64(rows[i].title, f->app_proto_dir[C], rows[i].tc);
	hg_check_u64(rows[i].title, f->app->flow_anomalies, rows[i].events);
	drive_close(d);
}

static void
test_protocol_is_found_by_content_at_every_split(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		for (size_t cut = 0; cut < 12; cut++)
			run_row(i, cut);
}

static void
test_identification_gives_up_past_its_limit(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 9999 });
	static uint8_t noise[60000];

	memset(noise, '.', sizeof(noise));
	drive_feed(d, S, hg_span(noise, sizeof(noise)));
	hg_check_bool("waits for the other side", drive_flow(d)->app->failed, false);
	drive_feed(d, S, hg_span(noise, sizeof(noise)));
	hg_check_bool("and gives up", drive_flow(d)->app->failed, true);
	hg_check_u64("failed", drive_flow(d)->app_proto, HG_PROTO_FAILED);
	drive_close(d);
}

static void
test_datagrams_decide_at_once(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 53, .udp = true });
	struct hg_flow *f = drive_flow(d);

	drive_feed(d, S, HG_BYTES("no dns at all, whatever the port says"));
	hg_check_u64("failed", f->app_proto, HG_PROTO_FAILED);
	drive_feed(d, S, HG_BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"));
	hg_check_u64("that direction stays so", f->app_proto, HG_PROTO_FAILED);
	drive_feed(d, C, HG_BYTES("\0\1\x81\x80\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"));
	hg_check_u64("the other may know", f->app_proto_dir[C], HG_PROTO_DNS);
	drive_close(d);
}

static void
test_answer_in_the_wrong_direction_exchanges_the_sides(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 53, .udp = true, .suricata7 = true });

	drive_feed(d, S, HG_BYTES("\0\1\x81\x80\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"));
	hg_check_bool("exchanged", (drive_flow(d)->flags & HG_FLOW_REVERSED) != 0, true);
	hg_check_str("and taken as an answer", drive_records(d),
		"{\"dns\":{\"version\":2,\"type\":\"answer\",\"id\":1,\"flags\":\"8180\",\"qr\":true,\"rd\":"
		"true,\"ra\":true,"
		"\"opcode\":0,\"rrname\":\"a\",\"rrtype\":\"A\",\"rcode\":\"NOERROR\"}}\n");
	drive_finish(d);
	hg_check_u64("an empty end shows nothing", drive_flow(d)->app->flow_anomalies, 0);
	drive_close(d);
}

/* One row a probe: bytes that begin a message, filled up with zeros, and the same with one byte changed. */
static const struct {
	const char *title;
	uint16_t port;
	bool udp;
	uint8_t dir;
	struct hg_span head;
	size_t len;
	size_t wrong; /* offset of the byte that makes it something else */
	uint8_t value;
	uint8_t proto;
} probes[] = {
	{ "DCE/RPC", 4444, false, S, HG_BYTES("\5\0\13\3\x10\0\0\0"), 16, 4, 0x12, HG_PROTO_DCERPC },
	{ "DCE/RPC datagram", 4444, true, S, HG_BYTES("\4\0\x28\0\x10\0\0"), 80, 4, 0x12, HG_PROTO_DCERPC },
	{ "HTTP/2 settings", 80, false, C, HG_BYTES("\0\0\0\4\0\0\0\0\0"), 9, 3, 5, HG_PROTO_HTTP2 },
	{ "MQTT connect", 1883, false, S, HG_BYTES("\x10\x0c\0\4MQTT"), 14, 0, 0x06, HG_PROTO_MQTT },
	{ "Kerberos", 88, true, S, HG_BYTES("\x6a\x30\x30\x2e\xa1\3\2\1\5\xa2\3"), 20, 8, 4, HG_PROTO_KRB5 },
	{ "Kerberos over TCP", 88, false, S, HG_BYTES("\0\0\0\x32\x6a\x30\x30\x2e\xa1\3\2\1\5\xa2\3"), 20, 4,
		0x30, HG_PROTO_KRB5 },
	{ "TPKT", 3389, false, S, HG_BYTES("\3\0\0\x13"), 20, 0, 4, HG_PROTO_RDP },
	{ "NFS call", 2049, false, S, HG_BYTES("\x80\0\0\x28\0\0\0\1\0\0\0\0\0\0\0\2\0\1\x86\xa3\0\0\0\3"),
		44, 19, 0xa4, HG_PROTO_NFS },
	{ "NFS reply", 2049, true, C, HG_BYTES("\0\0\0\1\0\0\0\1"), 32, 7, 0, HG_PROTO_NFS },
	{ "NTP", 123, true, S, HG_BYTES("\x1b"), 48, 0, 0x13, HG_PROTO_NTP },
	{ "TFTP", 69, true, S, HG_BYTES("\0\1a\0octet\0"), 10, 0, 1, HG_PROTO_TFTP },
	{ "IKE", 500, true, S, HG_BYTES("\1\1\1\1\1\1\1\1\0\0\0\0\0\0\0\0\x21\x20\x22\x08\0\0\0\0\0\0\0\x1c"),
		28, 18, 99, HG_PROTO_IKE },
	{ "QUIC", 443, true, S, HG_BYTES("\xc0\0\0\0\1\4abcd\0"), 20, 5, 200, HG_PROTO_QUIC },
	{ "SNMP", 161, true, S, HG_BYTES("\x30\x26\2\1\1\4\6public"), 40, 4, 2, HG_PROTO_SNMP },
	{ "SIP request", 5060, true, S, HG_BYTES("OPTIONS sip:a SIP/2.0\r\n"), 30, 14, 'T', HG_PROTO_SIP },
	{ "BitTorrent", 6881, true, S, HG_BYTES("d1:ad2:id20:"), 60, 0, 'e', HG_PROTO_BITTORRENT_DHT },
};

static void
test_probes_know_their_protocol_and_no_other(void)
{
	for (size_t i = 0; i < HG_COUNT(probes); i++)
		for (unsigned wrong = 0; wrong < 2; wrong++) {
			struct drive *d = drive_open(
				&(struct drive_setup){ .port = probes[i].port, .udp = probes[i].udp });
			uint8_t bytes[128] = { 0 };

			memcpy(bytes, probes[i].head.p, probes[i].head.len);
			if (wrong)
				bytes[probes[i].wrong] = probes[i].value;
			drive_feed(d, probes[i].dir, hg_span(bytes, probes[i].len));
			hg_check_bool(probes[i].title, drive_flow(d)->app_proto == probes[i].proto, !wrong);
			drive_close(d);
		}
}

HG_TESTS("app_identify", HG_TEST(test_protocol_is_found_by_content_at_every_split),
	HG_TEST(test_identification_gives_up_past_its_limit), HG_TEST(test_datagrams_decide_at_once),
	HG_TEST(test_answer_in_the_wrong_direction_exchanges_the_sides),
	HG_TEST(test_probes_know_their_protocol_and_no_other))
