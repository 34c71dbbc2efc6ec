/* Where data connections will go: PORT and PASV (RFC 959, 1123 4.1.2.6), EPRT and EPSV (RFC 2428). The peer takes fewer forms. */
#include "app/ftp/ftp_int.h"

/* Digits at the beginning of *s, at most `most`; false: none, or more. */
static bool
take_number(struct hg_span *s, uint32_t most, uint32_t *out)
{
	size_t n = 0;

	*out = 0;
	for (; n < s->len && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
		*out = *out * 10 + (uint32_t)(s->p[n] - '0');
		if (*out > most)
			return false;
	}
	*s = hg_span_from(*s, n);
	return n > 0;
}

static bool
take_byte(struct hg_span *s, uint8_t c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = hg_span_from(*s, 1);
	return true;
}

/* Six numbers, of which the last two are the port; those of the address are not bounded by the peer. */
static bool
take_six(struct hg_span *s, bool as_peer, uint16_t *port)
{
	uint32_t n[6] = { 0 };

	for (unsigned i = 0; i < 6; i++) {
		if (i > 0 && !take_byte(s, ','))
			return false;
		if (!as_peer)
			*s = hg_span_skip_blanks(*s);
		if (!take_number(s, as_peer && i < 4 ? UINT32_MAX / 16 : UINT8_MAX, &n[i]))
			return false;
	}
	*port = (uint16_t)(n[4] << 8 | n[5]);
	return true;
}

uint16_t
hg_ftp_port(struct hg_span line, bool as_peer)
{
	struct hg_span name = HG_BYTES("PORT");
	uint16_t port;

	if (as_peer && !hg_span_starts(line, name))
		return 0;
	line = hg_span_skip_blanks(hg_span_from(line, name.len));
	return take_six(&line, as_peer, &port) ? port : 0;
}

/* |family|address|port|; RFC 2428 lets the sender choose what parts them. */
uint16_t
hg_ftp_eprt(struct hg_span line, bool as_peer)
{
	struct hg_span name = HG_BYTES("EPRT");
	uint32_t port;
	uint8_t bar;

	if (as_peer && !hg_span_starts(line, name))
		return 0;
	line = hg_span_skip_blanks(hg_span_from(line, name.len));
	bar = as_peer || line.len == 0 ? '|' : line.p[0];
	if (!take_byte(&line, bar))
		return 0;
	for (unsigned i = 0; i < 2; i++) {
		line = hg_span_from(line, hg_span_find(line, 0, bar));
		if (!take_byte(&line, bar))
			return 0;
	}
	return take_number(&line, UINT16_MAX, &port) && take_byte(&line, bar) ? (uint16_t)port : 0;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* RFC 1123: the numbers are searched for, whatever stands around them. */
uint16_t
hg_ftp_pasv(struct hg_span reply, bool as_peer)
{
	uint16_t port = 0;
	bool inside = false;

	if (as_peer) {
		reply = hg_span_from(reply, hg_span_find(reply, 0, '('));
		return take_byte(&reply, '(') && take_six(&reply, true, &port) && take_byte(&reply, ')')
			? port
			: 0;
	}
	reply = hg_span_from(reply, 4);
	for (size_t i = 0; i < reply.len; i++) {
		struct hg_span rest = hg_span_from(reply, i);

		if (!inside && is_digit(reply.p[i]) && take_six(&rest, false, &port))
			return port;
		inside = is_digit(reply.p[i]);
	}
	return 0;
}

uint16_t
hg_ftp_epsv(struct hg_span reply, bool as_peer)
{
	uint32_t port;
	uint8_t bar;

	reply = hg_span_from(reply, hg_span_find(reply, 4, '('));
	if (!take_byte(&reply, '(') || reply.len == 0)
		return 0;
	bar = as_peer ? '|' : reply.p[0];
	if (!take_byte(&reply, bar) || !take_byte(&reply, bar) || !take_byte(&reply, bar) ||
		!take_number(&reply, UINT16_MAX, &port) || !take_byte(&reply, bar))
		return 0;
	return take_byte(&reply, ')') || !as_peer ? (uint16_t)port : 0;
}

bool
hg_ftp_bounces(struct hg_span line, const struct hg_addr *sender)
{
	uint8_t said[4];

	line = hg_span_from(line, 5);
	while (line.len > 0 && !is_digit(line.p[0]))
		line = hg_span_from(line, 1);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t n;

		if (!take_number(&line, UINT8_MAX, &n) || !take_byte(&line, ','))
			return false;
		said[i] = (uint8_t)n;
	}
	return memcmp(said, sender->b, 4) != 0;
}
