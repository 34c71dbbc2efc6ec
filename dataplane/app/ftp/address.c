/* Where data connections will go: PORT and PASV (RFC 959, 1123 4.1.2.6), EPRT and EPSV (RFC 2428), LPRT and LPSV (RFC 1639). The
 * peer takes fewer forms, and of an address nothing but that of PORT. */
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
take_six(struct hg_span *s, bool as_peer, struct hg_ftp_where *w)
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
	*w = (struct hg_ftp_where){ .port = (uint16_t)(n[4] << 8 | n[5]), .family = 4 };
	for (unsigned i = 0; i < 4; i++)
		w->addr.b[i] = (uint8_t)n[i];
	return true;
}

static const struct hg_ftp_where nowhere;

struct hg_ftp_where
hg_ftp_port(struct hg_span line, bool as_peer)
{
	struct hg_span name = HG_BYTES("PORT");
	struct hg_ftp_where w;

	if (as_peer && !hg_span_starts(line, name))
		return nowhere;
	line = hg_span_skip_blanks(hg_span_from(line, name.len));
	return take_six(&line, as_peer, &w) ? w : nowhere;
}

/* |family|address|port|; RFC 2428 lets the sender choose what parts them. */
struct hg_ftp_where
hg_ftp_eprt(struct hg_span line, bool as_peer)
{
	struct hg_span name = HG_BYTES("EPRT"), field[2];
	struct hg_ftp_where w = nowhere;
	uint32_t port;
	uint8_t bar;

	if (as_peer && !hg_span_starts(line, name))
		return nowhere;
	line = hg_span_skip_blanks(hg_span_from(line, name.len));
	bar = as_peer || line.len == 0 ? '|' : line.p[0];
	if (!take_byte(&line, bar))
		return nowhere;
	for (unsigned i = 0; i < 2; i++) {
		field[i] = hg_span_sub(line, 0, hg_span_find(line, 0, bar));
		line = hg_span_from(line, field[i].len);
		if (!take_byte(&line, bar))
			return nowhere;
	}
	if (!take_number(&line, UINT16_MAX, &port) || !take_byte(&line, bar))
		return nowhere;
	w.port = (uint16_t)port;
	if (!hg_addr_parse(field[1], &w.addr, &w.family))
		w.family = 0;
	return w;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* RFC 1123: the numbers are searched for, whatever stands around them. */
struct hg_ftp_where
hg_ftp_pasv(struct hg_span reply, bool as_peer)
{
	struct hg_ftp_where w;
	bool inside = false;

	if (as_peer) {
		reply = hg_span_from(reply, hg_span_find(reply, 0, '('));
		return take_byte(&reply, '(') && take_six(&reply, true, &w) && take_byte(&reply, ')')
			? w
			: nowhere;
	}
	reply = hg_span_from(reply, 4);
	for (size_t i = 0; i < reply.len; i++) {
		struct hg_span rest = hg_span_from(reply, i);

		if (!inside && is_digit(reply.p[i]) && take_six(&rest, false, &w))
			return w;
		inside = is_digit(reply.p[i]);
	}
	return nowhere;
}

struct hg_ftp_where
hg_ftp_epsv(struct hg_span reply, bool as_peer)
{
	uint32_t port;
	uint8_t bar;

	reply = hg_span_from(reply, hg_span_find(reply, 4, '('));
	if (!take_byte(&reply, '(') || reply.len == 0)
		return nowhere;
	bar = as_peer ? '|' : reply.p[0];
	if (!take_byte(&reply, bar) || !take_byte(&reply, bar) || !take_byte(&reply, bar) ||
		!take_number(&reply, UINT16_MAX, &port) || !take_byte(&reply, bar))
		return nowhere;
	return take_byte(&reply, ')') || !as_peer ? (struct hg_ftp_where){ .port = (uint16_t)port } : nowhere;
}

/* A number a byte: family, length and bytes of the address, length and bytes of the port. */
static bool
take_counted(struct hg_span *s, uint8_t *to, unsigned size, unsigned *n)
{
	uint32_t byte;

	if (!take_number(s, size, n))
		return false;
	for (unsigned i = 0; i < *n; i++) {
		if (!take_byte(s, ',') || !take_number(s, UINT8_MAX, &byte))
			return false;
		to[i] = (uint8_t)byte;
	}
	return true;
}

struct hg_ftp_where
hg_ftp_long_address(struct hg_span text)
{
	struct hg_ftp_where w = nowhere;
	uint32_t family, addr_len, port_len;
	uint8_t port[2] = { 0 };

	for (; text.len > 0 && !is_digit(text.p[0]);)
		text = hg_span_from(text, 1);
	if (!take_number(&text, UINT8_MAX, &family) || !take_byte(&text, ',') ||
		!take_counted(&text, w.addr.b, sizeof(w.addr.b), &addr_len) || !take_byte(&text, ',') ||
		!take_counted(&text, port, sizeof(port), &port_len) || port_len != sizeof(port))
		return nowhere;
	w.port = (uint16_t)(port[0] << 8 | port[1]);
	w.family = family == 4 && addr_len == 4 ? 4 : family == 6 && addr_len == 16 ? 6 : 0;
	return w;
}

bool
hg_ftp_is_there(const struct hg_ftp_where *w, const struct hg_addr *addr, uint8_t family)
{
	static const struct hg_addr any;

	if (w->family == 0 || hg_addr_eq(&w->addr, &any))
		return true;
	return w->family == family && hg_addr_eq(&w->addr, addr);
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
