#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT
#define BIT(e) (1u << HG_APPLAYER_##e)

static const struct {
	const char *title;
	uint16_t port;
	bool compat;
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
	{ "SMB behind a NetBIOS header", 445, true, { { S, HG_BYTES("\0\0\0\x20\xfeSMB@") } }, HG_PROTO_SMB,
		HG_PROTO_SMB, HG_PROTO_UNKNOWN, 0 },
};

/* cut: bytes a step; 0: whole. */
static void
run_row(size_t i, size_t cut)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = rows[i].port, .compat = rows[i].compat });
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
	struct drive *d = drive_open(&(struct drive_setup){ .port = 53, .udp = true, .compat = true });

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

HG_TESTS("app_identify", HG_TEST(test_protocol_is_found_by_content_at_every_split),
	HG_TEST(test_identification_gives_up_past_its_limit), HG_TEST(test_datagrams_decide_at_once),
	HG_TEST(test_answer_in_the_wrong_direction_exchanges_the_sides))
