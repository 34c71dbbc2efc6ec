/* What rules see of HTTP/2, and of WebSocket behind an upgrade: whole, byte by byte, and cut once at every place. */
#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

static const struct {
	const char *title;
	struct hg_span request, response;
	uint8_t dir;
	const char *buffer, *want;
} rows[] = {
	{ "the path, as sent",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.uri", "/a%2e\077q|" },
	{ "the method",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.method", "GET|" },
	{ "the host, without user and port, in small letters",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.host", "host.com|" },
	{ "the authority, as sent",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.host.raw", "u@Host.com:8080|" },
	{ "the line that would be first",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.request_line", "GET /a%2e\077q HTTP/2\015\012|" },
	{ "fields but cookies",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.header",
		":method: GET\015\012:scheme: http\015\012:path: /a%2e\077q\015\012:authority: u@Host."
		"com:8080\015\012user-agent: t\015\012|" },
	{ "pieces of a cookie, joined",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.cookie", "a=1; b=2|" },
	{ "names",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.header_names",
		"\015\012:method\015\012:scheme\015\012:path\015\012:authority\015\012cookie\015\012co"
		"okie\015\012user-agent\015\012\015\012|" },
	{ "field by field",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_SPAN_NONE, S, "http.request_header",
		":method: GET|:scheme: http|:path: /a%2e\077q|:authority: u@Host.com:8080|cookie: a=1|"
		"cookie: b=2|user-agent: t|" },
	{ "the status",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\033\001\004\000\000\000\001\210\000"
			 "\006s"
			 "erver\001s\000\012set-cookie\003k=v\000\000\004\000\001\000\000\000\001body"),
		C, "http.stat_code", "200|" },
	{ "the line of the answer",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\033\001\004\000\000\000\001\210\000"
			 "\006s"
			 "erver\001s\000\012set-cookie\003k=v\000\000\004\000\001\000\000\000\001body"),
		C, "http.response_line", "HTTP/2 200\015\012|" },
	{ "the cookie that is set",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\033\001\004\000\000\000\001\210\000"
			 "\006s"
			 "erver\001s\000\012set-cookie\003k=v\000\000\004\000\001\000\000\000\001body"),
		C, "http.cookie", "k=v|" },
	{ "a body, padding taken off",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\001\001\004\000\000\000\001\210\000"
			 "\000\005"
			 "\000\010\000\000\000\001\002ab\000\000\000\000\000\000\000\000\000\000\001\000\000"
			 "\002"
			 "\000\011\000\000\000\001\000c"),
		C, "file.data", "abc|" },
	{ "a body coded with gzip",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\030\001\004\000\000\000\001\210\000"
			 "\020c"
			 "ontent-"
			 "encoding\004gzip\000\000\037\000\001\000\000\000\001\037\213\010\000\000\000\000"
			 "\000\002\003\313\310T(\311H-JU\310\2002\000\277u\327\262\021\000\000\000"),
		C, "file.data", "hi there hi there|" },
	{ "a body coded with deflate, in two frames",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\033\001\004\000\000\000\001\210\000"
			 "\020c"
			 "ontent-"
			 "encoding\007deflate\000\000\005\000\000\000\000\000\001x\234\313\310T\000\000\013"
			 "\000\001\000\000\000\001(\311H-J\005\000\015C\003\012"),
		C, "file.data", "hi there|" },
	{ "deflate without a frame",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000B\001\005\000\000\000\001\202\206\004\007/"
			 "a%2e\077q\001\017u@Host.com:8080\000\006"
			 "cookie\003a=1\000\006cookie\003b=2\000\012user-agent\001t"),
		HG_BYTES("\000\000\000\004\000\000\000\000\000\000\000\033\001\004\000\000\000\001\210\000"
			 "\020c"
			 "ontent-encoding\007deflate\000\000\012\000\001\000\000\000\001\313\310T(\311H-"
			 "J\005\000"),
		C, "file.data", "hi there|" },
	{ "the body of a request",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000\005\001\004\000\000\000\001\203\206\004\001/"
			 "\000\000\004\000\001\000\000\000\001"
			 "sent"),
		HG_SPAN_NONE, S, "http.request_body", "sent|" },
	{ "a field of the table that was put there before",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000\016\001\005\000\000\000\001\202\206@\005:path\004/"
			 "one\000\000\003\001\005\000\000"
			 "\000\003\202\206\276"),
		HG_SPAN_NONE, S, "http.uri", "/one|/one|" },
	{ "Huffman coding (RFC 7541 C.4.1)",
		HG_BYTES("PRI * "
			 "HTTP/2.0\015\012\015\012SM\015\012\015\012\000\000\000\004\000\000\000\000\000\000"
			 "\000\021\001\005\000\000\000\001\202\206\204A\214\361\343\302\345\362:"
			 "k\240\253\220\364"
			 "\377"),
		HG_SPAN_NONE, S, "http.host", "www.example.com|" },
	{ "text of the client, unmasked",
		HG_BYTES("GET /chat HTTP/1.1\015\012Host: a\015\012Connection: Upgrade\015\012Upgrade: "
			 "websocke"
			 "t\015\012Sec-WebSocket-Version: 13\015\012Sec-WebSocket-Key: "
			 "dGhlIHNhbXBsZSBub25jZQ=="
			 "\015\012\015\012\201\216\336\255\276\357\277\331\312\216\275\306\236\216\252\215"
			 "\332\216"
			 "\251\303"),
		HG_BYTES("HTTP/1.1 101 Switching Protocols\015\012Upgrade: websocket\015\012Connection: "
			 "Upgrade"
			 "\015\012\015\012"),
		S, "websocket.payload", "attack at dawn|" },
	{ "text of the server",
		HG_BYTES("GET /chat HTTP/1.1\015\012Host: a\015\012Connection: Upgrade\015\012Upgrade: "
			 "websocke"
			 "t\015\012Sec-WebSocket-Version: 13\015\012Sec-WebSocket-Key: "
			 "dGhlIHNhbXBsZSBub25jZQ=="
			 "\015\012\015\012"),
		HG_BYTES("HTTP/1.1 101 Switching Protocols\015\012Upgrade: websocket\015\012Connection: "
			 "Upgrade"
			 "\015\012\015\012\201\003yes"),
		C, "websocket.payload", "yes|" },
	{ "frames of a message, masks of their own",
		HG_BYTES("GET /chat HTTP/1.1\015\012Host: a\015\012Connection: Upgrade\015\012Upgrade: "
			 "websocke"
			 "t\015\012Sec-WebSocket-Version: 13\015\012Sec-WebSocket-Key: "
			 "dGhlIHNhbXBsZSBub25jZQ=="
			 "\015\012\015\012\001\207\000\000\000\001att`ck \200\207\001\002\003\004`v#``um"),
		HG_BYTES("HTTP/1.1 101 Switching Protocols\015\012Upgrade: websocket\015\012Connection: "
			 "Upgrade"
			 "\015\012\015\012"),
		S, "websocket.payload", "attack at dawn|" },
	{ "compressed, with a window that goes on",
		HG_BYTES("GET /chat HTTP/1.1\015\012Host: a\015\012Connection: Upgrade\015\012Upgrade: "
			 "websocke"
			 "t\015\012Sec-WebSocket-Version: 13\015\012Sec-WebSocket-Key: "
			 "dGhlIHNhbXBsZSBub25jZQ=="
			 "\015\012\015\012\301\212\000\000\000\001JI,"
			 "\316SH\201\020\000\000\301\205\000\000\000"
			 "\001JA\341\000\000"),
		HG_BYTES("HTTP/1.1 101 Switching Protocols\015\012Upgrade: websocket\015\012Connection: "
			 "Upgrade"
			 "\015\012Sec-WebSocket-Extensions: permessage-deflate\015\012\015\012"),
		S, "websocket.payload", "dawn dawn dawn|dawn dawn dawn|" },
	{ "compressed one by one",
		HG_BYTES("GET /chat HTTP/1.1\015\012Host: a\015\012Connection: Upgrade\015\012Upgrade: "
			 "websocke"
			 "t\015\012Sec-WebSocket-Version: 13\015\012Sec-WebSocket-Key: "
			 "dGhlIHNhbXBsZSBub25jZQ=="
			 "\015\012\015\012\301\212\000\000\000\001JI,"
			 "\316SH\201\020\000\000\301\206\000\000\000"
			 "\001J)-\317\006\000"),
		HG_BYTES("HTTP/1.1 101 Switching Protocols\015\012Upgrade: websocket\015\012Connection: "
			 "Upgrade"
			 "\015\012Sec-WebSocket-Extensions: permessage-deflate; "
			 "client_no_context_takeover\015\012"
			 "\015\012"),
		S, "websocket.payload", "dawn dawn dawn|dusk|" },
	{ "the bit of compression where none was agreed upon",
		HG_BYTES("GET /chat HTTP/1.1\015\012Host: a\015\012Connection: Upgrade\015\012Upgrade: "
			 "websocke"
			 "t\015\012Sec-WebSocket-Version: 13\015\012Sec-WebSocket-Key: "
			 "dGhlIHNhbXBsZSBub25jZQ=="
			 "\015\012\015\012\301\205\000\000\000\001plahn"),
		HG_BYTES("HTTP/1.1 101 Switching Protocols\015\012Upgrade: websocket\015\012Connection: "
			 "Upgrade"
			 "\015\012\015\012"),
		S, "websocket.payload", "plain|" },
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
			if (strcmp(name, "http.request_header") != 0)
				break;
		}
	return text;
}

/* An upgrade is answered before what follows it is sent. */
static size_t
first_part(struct hg_span request)
{
	for (size_t i = 0; hg_span_starts(request, HG_BYTES("GET ")) && i + 4 <= request.len; i++)
		if (hg_span_eq(hg_span_sub(request, i, 4), HG_BYTES("\r\n\r\n")))
			return i + 4;
	return request.len;
}

static void
feed(struct drive *d, enum hg_dir dir, struct hg_span bytes, size_t cut)
{
	while (bytes.len > 0) {
		const size_t n = cut == SIZE_MAX ? 1 : cut > 0 && cut < bytes.len ? cut : bytes.len;

		drive_feed(d, dir, hg_span_sub(bytes, 0, n));
		bytes = hg_span_from(bytes, n);
		cut = cut == SIZE_MAX ? cut : 0;
	}
}

/* All parts, each in two pieces cut at `cut` (if it is that long); SIZE_MAX: in pieces of one byte. */
static void
run(size_t row, size_t cut)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 80 });
	const size_t part = first_part(rows[row].request);
	char title[200];

	drive_keep(d);
	feed(d, S, hg_span_sub(rows[row].request, 0, part), cut);
	feed(d, C, rows[row].response, cut);
	feed(d, S, hg_span_from(rows[row].request, part), cut);
	drive_finish(d);
	snprintf(title, sizeof(title), "%s (cut at %zu)", rows[row].title, cut);
	hg_check_str(title, values(d, (enum hg_dir)rows[row].dir, rows[row].buffer), rows[row].want);
	drive_close(d);
}

static void
test_buffers_are_the_same_however_cut(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const size_t most = HG_MAX(rows[i].request.len, rows[i].response.len);

		run(i, SIZE_MAX);
		for (size_t cut = 0; cut < most; cut++)
			run(i, cut);
	}
}

HG_TESTS("http2_buffers", HG_TEST(test_buffers_are_the_same_however_cut))
