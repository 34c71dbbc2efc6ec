/* Which bytes of a client's text are secrets, at every cut. */
#include <string.h>

#include "app/veil.h"
#include "check.h"

static const struct {
	uint8_t proto;
	struct hg_span said, shown;
} rows[] = {
	{ HG_PROTO_FTP, HG_BYTES("USER anna\r\nPASS s3cr et\r\nCWD /pass\r\nACCT x\r\nPASSX y\r\n"),
		HG_BYTES("USER anna\r\nPASS *******\r\nCWD /pass\r\nACCT *\r\nPASSX y\r\n") },
	{ HG_PROTO_FTP, HG_BYTES("pass x\nPASS\r\nPASS \r\nLIST\r\n"),
		HG_BYTES("pass *\nPASS\r\nPASS \r\nLIST\r\n") },
	{ HG_PROTO_SMTP, HG_BYTES("EHLO c\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<a>\r\nPASS x\r\n"),
		HG_BYTES("EHLO c\r\nAUTH PLAIN ********\r\nMAIL FROM:<a>\r\nPASS x\r\n") },
	{ HG_PROTO_SMTP, HG_BYTES("AUTH PLAIN\r\nAGEAYg==\r\nMAIL FROM:<a>\r\n"),
		HG_BYTES("AUTH PLAIN\r\n********\r\nMAIL FROM:<a>\r\n") },
	{ HG_PROTO_SMTP, HG_BYTES("AUTH LOGIN\r\nYW5uYQ==\r\nc2VjcmV0\r\nRSET\r\n"),
		HG_BYTES("AUTH LOGIN\r\n********\r\n********\r\nRSET\r\n") },
	{ HG_PROTO_SMTP, HG_BYTES("AUTH LOGIN YW5uYQ==\r\nc2VjcmV0\r\nRSET\r\n"),
		HG_BYTES("AUTH LOGIN ********\r\n********\r\nRSET\r\n") },
	{ HG_PROTO_SMTP, HG_BYTES("auth plain\r\n*\r\nMAIL FROM:<a>\r\n"),
		HG_BYTES("auth plain\r\n*\r\nMAIL FROM:<a>\r\n") },
	{ HG_PROTO_POP3, HG_BYTES("USER a\r\nPASS b c\r\nAPOP anna 0123abcd\r\nLIST\r\n"),
		HG_BYTES("USER a\r\nPASS ***\r\nAPOP anna ********\r\nLIST\r\n") },
	{ HG_PROTO_IMAP, HG_BYTES("a1 LOGIN anna \"s x\"\r\na2 SELECT pass\r\n"),
		HG_BYTES("a1 LOGIN anna *****\r\na2 SELECT pass\r\n") },
	{ HG_PROTO_IMAP, HG_BYTES("a1 LOGIN anna {3}\r\nabc\r\na2 NOOP\r\n"),
		HG_BYTES("a1 LOGIN anna ***\r\n***\r\na2 NOOP\r\n") },
	{ HG_PROTO_IMAP, HG_BYTES("a1 LOGIN {4}\r\nanna {3}\r\nabc\r\na2 NOOP\r\n"),
		HG_BYTES("a1 LOGIN {4}\r\n********\r\n***\r\na2 NOOP\r\n") },
	{ HG_PROTO_IMAP, HG_BYTES("a1 AUTHENTICATE PLAIN\r\nAGEAYg==\r\na2 NOOP\r\n"),
		HG_BYTES("a1 AUTHENTICATE PLAIN\r\n********\r\na2 NOOP\r\n") },
	{ HG_PROTO_HTTP,
		HG_BYTES("GET /a?user=x&password=y&z=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\n"
			 "Cookie: password=1\r\n\r\n"),
		HG_BYTES("GET /a?user=x&password=*&z=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ****\r\n"
			 "Cookie: password=1\r\n\r\n") },
	{ HG_PROTO_HTTP,
		HG_BYTES("GET /a?token=ab&c=token HTTP/1.1\r\nReferer: http://h:80/?x=1&access_token=abc\r\n"
			 "X: a:b?pwd=1\r\n\r\n"),
		HG_BYTES("GET /a?token=**&c=token HTTP/1.1\r\nReferer: http://h:80/?x=1&access_token=***\r\n"
			 "X: a:b?pwd=1\r\n\r\n") },
	{ HG_PROTO_HTTP,
		HG_BYTES("POST / HTTP/1.1\r\nproxy-authorization:Digest a, b=\"c\"\r\n"
			 "Content-Type: application/x-www-form-urlencoded\r\n\r\nuser=a&pwd=secret&b=pwd"),
		HG_BYTES("POST / HTTP/1.1\r\nproxy-authorization:Digest ********\r\n"
			 "Content-Type: application/x-www-form-urlencoded\r\n\r\nuser=a&pwd=******&b=pwd") },
	{ HG_PROTO_HTTP,
		HG_BYTES("POST / HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"user\": \"a\", "
			 "\"password\" : \"a\\\"b\", \"x\": \"password\"}"),
		HG_BYTES("POST / HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"user\": \"a\", "
			 "\"password\" : \"****\", \"x\": \"password\"}") },
	{ HG_PROTO_HTTP,
		HG_BYTES("POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
			 "Content-Disposition: form-data; name=\"passwd\"\r\n\r\ns3cret\r\n--b--\r\n"),
		HG_BYTES("POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
			 "Content-Disposition: form-data; name=\"passwd\"\r\n\r\n******\r\n--b--\r\n") },
	{ HG_PROTO_HTTP,
		HG_BYTES("POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nuser=a&pwd=seen\r\nPASS seen"),
		HG_BYTES("POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nuser=a&pwd=seen\r\nPASS seen") },
	{ HG_PROTO_UNKNOWN, HG_BYTES("PASS a\r\nAuthorization: Basic b\r\n"),
		HG_BYTES("PASS *\r\nAuthorization: Basic *\r\n") },
};

#define MOST 512

static void
read_piece(struct hg_veil_reader *r, uint8_t *bytes, size_t len)
{
	struct hg_veil_run run;
	size_t at = 0;

	while (hg_veil_next(r, hg_span(bytes, len), &at, &run))
		memset(bytes + run.first, HG_VEIL_BYTE, run.end - run.first);
	hg_check_u64("all is read", at, len);
}

static void
test_secrets_are_found_at_every_cut(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		for (size_t cut = 0; cut <= rows[i].said.len; cut++) {
			const size_t len = rows[i].said.len, second = (cut + len) / 2;
			uint8_t bytes[MOST];
			struct hg_veil_reader r;

			CU_ASSERT_FATAL(len <= sizeof(bytes) && hg_veil_reader_open(&r, rows[i].proto));
			memcpy(bytes, rows[i].said.p, len);
			read_piece(&r, bytes, cut);
			read_piece(&r, bytes + cut, second - cut);
			read_piece(&r, bytes + second, len - second);
			hg_check_span("shown", hg_span(bytes, len), rows[i].shown);
		}
	}
}

static void
test_nothing_is_looked_for_elsewhere(void)
{
	struct hg_veil_reader r;

	CU_ASSERT(!hg_veil_reader_open(&r, HG_PROTO_TLS));
	CU_ASSERT(!hg_veil_reader_open(&r, HG_PROTO_SMB));
	CU_ASSERT(!hg_veil_reader_open(&r, HG_PROTO_TELNET));
}

HG_TESTS("app: veils", HG_TEST(test_secrets_are_found_at_every_cut),
	HG_TEST(test_nothing_is_looked_for_elsewhere))
