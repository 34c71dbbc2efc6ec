/* Headers: RFC 8999 and 9000 17 for the IETF's versions, the two forms of gQUIC before them. */
#include "app/quic/quic_int.h"

#define LONG 0x80
#define FIXED 0x40 /* of the IETF's short header: RFC 9000 17.3.1 */
#define CID_MOST 20

/* gQUIC's public header */
enum { PUBLIC_VERSION = 0x01, PUBLIC_NONCE = 0x04, PUBLIC_CID = 0x08 };

uint64_t
hg_quic_read_varint(struct hg_reader *r)
{
	const uint8_t first = hg_read_u8(r);
	uint64_t v = first & 0x3f;

	for (unsigned i = 1; i < 1u << (first >> 6); i++)
		v = v << 8 | hg_read_u8(r);
	return v;
}

bool
hg_quic_is_google(uint32_t version)
{
	return version >= HG_QUIC_Q043 && version <= HG_QUIC_Q046;
}

static void
read_public(struct hg_reader *r, uint8_t first, struct hg_quic_header *h)
{
	h->type = first & PUBLIC_VERSION ? HG_QUIC_INITIAL : HG_QUIC_SHORT;
	h->dcid = hg_read_span(r, first & PUBLIC_CID ? 8 : 0);
	if ((first & (PUBLIC_NONCE | PUBLIC_CID)) == PUBLIC_NONCE)
		hg_read_skip(r, 32);
	if (first & PUBLIC_VERSION)
		h->version = hg_read_u32be(r);
	hg_read_skip(r, 1 + (first >> 4 & 3));
	if (first & PUBLIC_CID)
		hg_read_skip(r, 12);
}

static bool
type_of(uint8_t first, struct hg_quic_header *h)
{
	static const uint8_t v1[] = { HG_QUIC_INITIAL, HG_QUIC_0RTT, HG_QUIC_HANDSHAKE, HG_QUIC_RETRY };
	static const uint8_t v2[] = { HG_QUIC_RETRY, HG_QUIC_INITIAL, HG_QUIC_0RTT, HG_QUIC_HANDSHAKE };
	static const uint8_t google[] = { HG_QUIC_0RTT, HG_QUIC_HANDSHAKE, HG_QUIC_RETRY, HG_QUIC_INITIAL };

	if (h->version == 0)
		h->type = HG_QUIC_NEGOTIATION;
	else if (hg_quic_is_google(h->version) && h->version != HG_QUIC_Q046)
		h->type = google[first & 3];
	else
		h->type = (h->version == HG_QUIC_V2 ? v2 : v1)[first >> 4 & 3];
	return !hg_quic_is_google(h->version) || h->version == HG_QUIC_Q046 || (first & 0x7c) == 0x7c;
}

static void
read_google(struct hg_reader *r, struct hg_quic_header *h)
{
	const uint8_t lengths = hg_read_u8(r), to = lengths >> 4, from = lengths & 15;

	h->dcid = hg_read_span(r, to == 0 ? 0 : to + 3u);
	hg_read_skip(r, from == 0 ? 0 : from + 3u);
	if (h->type == HG_QUIC_INITIAL)
		hg_read_skip(r, 4 + 12);
}

/* Returns the length of the payload, of which the datagram may have less. */
static uint64_t
read_ietf(struct hg_reader *r, struct hg_quic_header *h)
{
	uint64_t token;

	h->dcid = hg_read_counted8(r);
	hg_read_counted8(r);
	if (h->type != HG_QUIC_INITIAL)
		return hg_reader_left(r);
	token = hg_quic_read_varint(r);
	hg_read_skip(r, (size_t)HG_MIN(token, (uint64_t)SIZE_MAX));
	return hg_quic_read_varint(r);
}

bool
hg_quic_header_read(struct hg_span in, struct hg_quic_header *h)
{
	struct hg_reader r = hg_reader_of(in);
	const uint8_t first = hg_read_u8(&r);
	uint64_t len = UINT64_MAX;
	bool known = true;

	*h = (struct hg_quic_header){ .type = HG_QUIC_SHORT, .is_long = (first & LONG) != 0 };
	if (h->is_long) {
		h->version = hg_read_u32be(&r);
		known = type_of(first, h);
		if (hg_quic_is_google(h->version))
			read_google(&r, h);
		else
			len = read_ietf(&r, h);
	} else if ((first & FIXED) == 0) {
		read_public(&r, first, h);
	}
	if (h->type == HG_QUIC_RETRY)
		hg_read_skip(&r, hg_reader_left(&r));
	if (len == UINT64_MAX || h->type == HG_QUIC_RETRY)
		len = hg_reader_left(&r);
	if (hg_reader_failed(&r) || !known || len > hg_reader_left(&r))
		return false;
	h->head = hg_span_sub(in, 0, hg_reader_offset(&r));
	h->payload = hg_read_span(&r, (size_t)len);
	return true;
}

enum hg_probe
hg_quic_probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_quic_header h;

	(void)dir;
	(void)udp;
	return hg_quic_header_read(in, &h) ? HG_PROBE_YES : HG_PROBE_NO;
}

/* Versions that exist: of the IETF with its drafts, of gQUIC, of Facebook; and those that nobody may speak (RFC 9000 15). */
static bool
version_exists(uint32_t version)
{
	return version == HG_QUIC_V1 || version == HG_QUIC_V2 ||
		(version >= 0xff000017 && version <= 0xff000022) ||
		((version >> 8 == 0x513034 || version >> 8 == 0x513035) && (version & 0xff) >= '0' &&
			(version & 0xff) <= '9') ||
		version == HG_QUIC_Q039 || version >> 8 == 0xfaceb0 || (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

/* A header without a version has nothing by which to know it. */
enum hg_probe
hg_quic_confirm(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_quic_header h;

	(void)udp;
	if (!hg_quic_header_read(in, &h))
		return HG_PROBE_NO;
	if (h.is_long && h.version == 0)
		return dir == HG_TO_CLIENT && h.dcid.len <= CID_MOST ? HG_PROBE_YES : HG_PROBE_NO;
	if (h.is_long && !hg_quic_is_google(h.version) && ((in.p[0] & FIXED) == 0 || h.dcid.len > CID_MOST))
		return HG_PROBE_NO;
	return version_exists(h.version) ? HG_PROBE_YES : HG_PROBE_NO;
}
