/* Greetings of servers and first packets of clients, which are sure enough to be asked for on every port. */
#include "app/mysql/mysql_int.h"

#define GREETING_MOST 512
#define LOGIN_MOST 16384
#define VERSION_MOST 64
#define CODE_LEAST 1000 /* of errors */
#define CODE_MOST 5000

static bool
is_printable(struct hg_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

/* The head of a packet, as far as it is there. */
static enum hg_probe
probe_head(struct hg_span in, uint32_t least, uint32_t most, uint8_t number)
{
	struct hg_reader r = hg_reader_of(in);
	uint32_t length;

	if (in.len < 4)
		return in.len == 3 && in.p[2] != 0 ? HG_PROBE_NO : HG_PROBE_MORE;
	length = hg_read_u16le(&r);
	if (hg_read_u8(&r) != 0 || length < least || length > most || hg_read_u8(&r) != number)
		return HG_PROBE_NO;
	return HG_PROBE_YES;
}

/* Error 1040, 1129, 1130: too many connections, a host that may not connect. */
static enum hg_probe
probe_refusal(struct hg_span in, size_t length)
{
	const struct hg_span body = hg_span_sub(in, 4, length);
	uint16_t code;

	if (body.len < 3)
		return HG_PROBE_MORE;
	code = hg_le16(body.p + 1);
	if (code < CODE_LEAST || code > CODE_MOST || !is_printable(hg_span_from(body, 3)))
		return HG_PROBE_NO;
	return body.len < length ? HG_PROBE_MORE : HG_PROBE_YES;
}

/* The version is text that begins with a digit, and what separates the challenge from the capabilities is zero. */
static enum hg_probe
probe_greeting(struct hg_span in, size_t length)
{
	const struct hg_span body = hg_span_sub(in, 4, length);
	const struct hg_span rest = hg_span_from(body, 1),
			     version = hg_span_sub(rest, 0, hg_span_find(rest, 0, '\0'));
	const size_t filler = 1 + version.len + 1 + 4 + 8;

	if (version.len > VERSION_MOST || !is_printable(version) ||
		(version.len > 0 && (version.p[0] < '0' || version.p[0] > '9')))
		return HG_PROBE_NO;
	if (body.len <= filler)
		return body.len < length ? HG_PROBE_MORE : HG_PROBE_NO;
	return version.len > 0 && body.p[filler] == 0 ? HG_PROBE_YES : HG_PROBE_NO;
}

static enum hg_probe
probe_server(struct hg_span in)
{
	const enum hg_probe said = probe_head(in, 10, GREETING_MOST, 0);

	if (said != HG_PROBE_YES)
		return said;
	if (in.len == 4)
		return HG_PROBE_MORE;
	if (in.p[4] == 10)
		return probe_greeting(in, hg_le16(in.p));
	return in.p[4] == 0xff ? probe_refusal(in, hg_le16(in.p)) : HG_PROBE_NO;
}

/* 19 bytes of the login's head are zero, and the protocol's flag is set. */
static enum hg_probe
probe_client(struct hg_span in)
{
	const enum hg_probe said = probe_head(in, 32, LOGIN_MOST, 1);

	if (said != HG_PROBE_YES)
		return said;
	if (in.len >= 6 && (hg_le16(in.p + 4) & HG_MYSQL_PROTOCOL_41) == 0)
		return HG_PROBE_NO;
	for (size_t i = 13; i < 32 && i < in.len; i++)
		if (in.p[i] != 0)
			return HG_PROBE_NO;
	return in.len < 32 ? HG_PROBE_MORE : HG_PROBE_YES;
}

enum hg_probe
hg_mysql_probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)udp;
	return dir == HG_TO_SERVER ? probe_client(in) : probe_server(in);
}
