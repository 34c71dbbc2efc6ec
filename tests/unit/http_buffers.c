/* What rules see of requests and responses: whole, byte by byte, and cut once at every place. */
#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

#define GET(target) HG_BYTES("GET " target " HTTP/1.1\r\nHost: a\r\n\r\n")
#define ANSWER(head, body) HG_BYTES("HTTP/1.1 200 OK\r\n" head "\r\n" body)

static const struct {
	const char *title;
	struct hg_span request, response;
	uint8_t dir;
	const char *buffer, *want;
} rows[] = {
	{ "path resolved and decoded", GET("/a/../b//c/./d%2e%41?x=%41+b&y=1"), HG_SPAN_NONE, S, "http.uri",
		"/b/c/d.A?x=A+b&y=1|" },
	{ "raw target as sent", GET("/a/../b%41"), HG_SPAN_NONE, S, "http.uri.raw", "/a/../b%41|" },
	{ "backslash and escapes of slashes", GET("/a%2fb%5cc\\d"), HG_SPAN_NONE, S, "http.uri",
		"/a/b/c/d|" },
	{ "%u and one decoding", GET("/a%u0041%2541"), HG_SPAN_NONE, S, "http.uri", "/aA%41|" },
	{ "overlong UTF-8", GET("/a%c0%afb"), HG_SPAN_NONE, S, "http.uri", "/a/b|" },
	{ "bytes that are no UTF-8",
		GET("/a\xff"
		    "b\xe4\xb8"
		    "c\xed\xa0\x80"),
		HG_SPAN_NONE, S, "http.uri", "/a?b?c???|" },
	{ "a character that Windows-1252 lacks", GET("/\xe4\xb8\xad"), HG_SPAN_NONE, S, "http.uri", "/?|" },
	{ "target of scheme and host", GET("http://u:p@Host.com:81/p?q#f%41"), HG_SPAN_NONE, S, "http.uri",
		"/p?q#fA|" },
	{ "host of the target wins", GET("http://U%41.com.:81/p"), HG_SPAN_NONE, S, "http.host", "ua.com|" },
	{ "host in small letters", HG_BYTES("GET / HTTP/1.1\r\nHost: A.Com:80\r\n\r\n"), HG_SPAN_NONE, S,
		"http.host", "a.com|" },
	{ "headers normalised, cookies left out",
		HG_BYTES("GET / HTTP/1.1\r\nHost:  a \r\nCookie: c\r\nX: 1\r\nx: 2\r\nY:\r\n 3\r\n\r\n"),
		HG_SPAN_NONE, S, "http.header", "Host: a\r\nX: 1, 2\r\nY: 3\r\n|" },
	{ "headers as received", HG_BYTES("GET / HTTP/1.1\nHost: a\n\n"), HG_SPAN_NONE, S, "http.header.raw",
		"Host: a\n\n|" },
	{ "names of headers", HG_BYTES("GET / HTTP/1.1\r\nHost: a\r\nCookie: c\r\n\r\n"), HG_SPAN_NONE, S,
		"http.header_names", "\r\nHost\r\nCookie\r\n\r\n|" },
	{ "a status that is none", GET("/"), HG_BYTES("HTTP/1.1 20x\r\n\r\n"), C, "http.stat_code", "20x|" },
	{ "text behind the status", GET("/"), HG_BYTES("HTTP/1.1 200  Fine so\r\n\r\n"), C, "http.stat_msg",
		"Fine so|" },
	{ "CR alone ends lines of a response", GET("/"), HG_BYTES("HTTP/1.1 200 OK\rServer: s\rX: y\r\n\r\n"),
		C, "http.server", "s|" },
	{ "chunks", GET("/"), ANSWER("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n"), C,
		"http.response_body", "abc|" },
	{ "empty lines in front of a size", GET("/"),
		ANSWER("Transfer-Encoding: chunked\r\n", "\n\n2\r\nab\r\n0\r\n\r\n"), C, "http.response_body",
		"ab|" },
	{ "a body that is not chunked after all", GET("/"),
		ANSWER("Transfer-Encoding: chunked\r\n", "\r\nplain"), C, "http.response_body", "plain|" },
	{ "gzip", GET("/"),
		ANSWER("Content-Encoding: gzip\r\nContent-Length: 22\r\n",
			"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcb\xc8\x04\0\xac\x2a\x93\xd8\x02\0\0\0"),
		C, "http.response_body", "hi|" },
	{ "gzip that is none", GET("/"),
		ANSWER("Content-Encoding: gzip\r\nContent-Length: 5\r\n", "\xff\xff\xffhi"), C,
		"http.response_body", "\xff\xff\xffhi|" },
	{ "gzip that breaks later", GET("/"),
		ANSWER("Content-Encoding: gzip\r\nContent-Length: 25\r\n",
			"\x1f\x8b\x08\0\0\0\0\0\x02\x03\0\x05\0\xfa\xffhello\x07more"),
		C, "http.response_body", "hello|" },
	{ "gzip with flags of no meaning and a name", GET("/"),
		ANSWER("Content-Encoding: gzip\r\nContent-Length: 19\r\n",
			"\x1f\x8b\x08\xe8\0\0\0\0\x02\x03name\0\xcb\xc8\x04\0"),
		C, "http.response_body", "hi|" },
	{ "deflate with a head", GET("/"),
		ANSWER("Content-Encoding: deflate\r\nContent-Length: 10\r\n",
			"\x78\x9c\xcb\xc8\x04\0\x01\x3b\0\xd2"),
		C, "http.response_body", "hi|" },
	{ "brotli", GET("/"),
		ANSWER("Content-Encoding: br\r\nContent-Length: 11\r\n",
			"\033\047\000\000\244\320\322\302\232\060\100"),
		C, "http.response_body", "hihihihihihihihihihihihihihihihihihihihi|" },
	{ "brotli that is none", GET("/"),
		ANSWER("Content-Encoding: br\r\nContent-Length: 7\r\n", "\377\377\160\154\141\151\156"), C,
		"http.response_body", "\377\377plain|" },
	{ "zstd of two frames", GET("/"),
		ANSWER("Content-Encoding: zstd\r\nContent-Length: 29\r\n",
			"\050\265\057\375\000\130\061\000\000\150\145\154\154\157\040\050\265\057\375\000\130"
			"\051\000\000\141\147\141\151\156"),
		C, "http.response_body", "hello again|" },
	{ "zstd that is none", GET("/"),
		ANSWER("Content-Encoding: zstd\r\nContent-Length: 10\r\n",
			"\160\154\141\151\156\040\164\145\170\164"),
		C, "http.response_body", "plain text|" },
	{ "zstd that breaks behind a frame", GET("/"),
		ANSWER("Content-Encoding: zstd\r\nContent-Length: 117\r\n",
			"\050\265\057\375\000\130\105\000\000\020\141\141\001\000\037\200\005\000\000\000\000"
			"\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
			"\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
			"\000\000\000\000\000\000\000\000\000\000\000\000\000\000\152\165\156\153\152\165\156"
			"\153\152\165\156\153\152\165\156\153\152\165\156\153\152\165\156\153\152\165\156\153"
			"\152\165\156\153\152\165\156\153\152\165\156\153"),
		C, "http.response_body", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|" },
	{ "brotli in gzip", GET("/"),
		ANSWER("Content-Encoding: br, gzip\r\nContent-Length: 29\r\n",
			"\037\213\010\000\000\000\000\000\002\003\343\146\152\050\051\317\114\116\145\006\000"
			"\134\027\022\370\011\000\000\000"),
		C, "http.response_body", "twice|" },
	{ "zstd by its old name", GET("/"),
		ANSWER("Content-Encoding: x-zstd\r\nContent-Length: 16\r\n",
			"\050\265\057\375\004\130\031\000\000\157\154\144\024\100\206\154"),
		C, "http.response_body", "old|" },
	{ "a request body", HG_BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
		HG_SPAN_NONE, S, "http.request_body", "abc|" },
};

static const char *
values(struct drive *d, enum hg_dir dir, const char *name)
{
	static char text[4096];
	size_t n = 0;
	struct hg_view v;

	text[0] = '\0';
	for (struct hg_tx *tx = drive_flow(d)->app->txs; tx != NULL; tx = tx->next)
		for (uint32_t i = 0; drive_buffer(tx, dir, name, i, &v); i++) {
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s|", (int)v.data.len, v.data.p);
			if (strstr(name, "_header") == NULL || strcmp(name, "http.header_names") == 0)
				break;
		}
	return text;
}

/* Both messages, each in two pieces cut at `cut` (if it is that long), or in pieces of one byte. */
static void
run(size_t row, size_t cut, bool bytes)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 80 });
	struct hg_span messages[2] = { rows[row].request, rows[row].response };
	char title[200];

	drive_keep(d);
	for (unsigned i = 0; i < 2; i++) {
		struct hg_span rest = messages[i];

		while (rest.len > 0) {
			size_t n = bytes                                                   ? 1
				: cut > 0 && rest.len == messages[i].len && cut < rest.len ? cut
											   : rest.len;

			drive_feed(d, (enum hg_dir)i, hg_span_sub(rest, 0, n));
			rest = hg_span_from(rest, n);
		}
	}
	drive_finish(d);
	snprintf(title, sizeof(title), "%s (cut at %zu)", rows[row].title, cut);
	hg_check_str(title, values(d, (enum hg_dir)rows[row].dir, rows[row].buffer), rows[row].want);
	drive_close(d);
}

static void
test_buffers_are_the_same_however_cut(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		size_t most = HG_MAX(rows[i].request.len, rows[i].response.len);

		run(i, 0, true);
		for (size_t cut = 0; cut < most; cut++)
			run(i, cut, false);
	}
}

HG_TESTS("http_buffers", HG_TEST(test_buffers_are_the_same_however_cut))
