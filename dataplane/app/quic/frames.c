/* Frames of Initial packets (RFC 9000 19) and of gQUIC. */
#include "app/quic/quic_int.h"

enum { PADDING = 0x00, PING = 0x01, ACK = 0x02, ACK_ECN = 0x03, CRYPTO = 0x06, MESSAGE = 0x08 };

/* gQUIC's STREAM: 1fdooossB */
#define STREAM 0x80
#define STREAM_LENGTH 0x20

static void
skip_padding(struct hg_reader *r)
{
	while (hg_reader_left(r) > 0 && *r->p == 0)
		hg_read_skip(r, 1);
}

static void
skip_ack(struct hg_reader *r, bool ecn)
{
	uint64_t ranges;

	hg_quic_read_varint(r);
	hg_quic_read_varint(r);
	ranges = hg_quic_read_varint(r);
	hg_quic_read_varint(r);
	for (uint64_t i = 0; i < ranges && !hg_reader_failed(r); i++) {
		hg_quic_read_varint(r);
		hg_quic_read_varint(r);
	}
	for (unsigned i = 0; ecn && i < 3; i++)
		hg_quic_read_varint(r);
}

/* Of a side's handshake; false: it begins with something else. */
static bool
take_crypto(struct hg_quic_tx *tx, enum hg_dir dir, struct hg_reader *r, bool *joins)
{
	const uint64_t offset = hg_quic_read_varint(r), len = hg_quic_read_varint(r);
	const struct hg_span data = hg_read_span(r, (size_t)HG_MIN(len, (uint64_t)SIZE_MAX));

	if (hg_reader_failed(r))
		return false;
	if (offset == 0) {
		const enum hg_quic_look look = hg_quic_hello_look(tx, dir, data);

		if (look != HG_QUIC_LOOK_MORE)
			return look == HG_QUIC_LOOK_HELLO;
	}
	*joins = true;
	if (!hg_quic_join_put(tx, dir, offset, data)) {
		hg_tx_anomaly(&tx->base, dir, HG_QUIC_CRYPTO_LONG);
		hg_quic_join_drop(&((struct hg_quic *)tx->base.app->state)->side[dir]);
	}
	return true;
}

static void
take_stream(struct hg_quic_tx *tx, struct hg_reader *r, uint8_t type)
{
	const uint8_t offset = type >> 2 & 7;
	size_t len;

	hg_read_skip(r, 1 + (type & 3u));
	hg_read_skip(r, offset == 0 ? 0 : offset + 1u);
	len = type & STREAM_LENGTH ? hg_read_u16be(r) : hg_reader_left(r);
	hg_quic_tags(tx, hg_read_span(r, len));
}

static void
take_message(struct hg_quic_tx *tx, struct hg_reader *r)
{
	uint64_t len;

	hg_quic_read_varint(r);
	len = hg_quic_read_varint(r);
	hg_quic_tags(tx, hg_read_span(r, (size_t)HG_MIN(len, (uint64_t)SIZE_MAX)));
}

/* Behind a frame of an unknown kind nobody knows where the next one begins. */
static bool
take_frame(struct hg_quic_tx *tx, enum hg_dir dir, struct hg_reader *r, bool *joins)
{
	const uint8_t type = hg_read_u8(r);

	if (type & STREAM) {
		take_stream(tx, r, type);
		return true;
	}
	switch (type) {
	case PADDING:
		skip_padding(r);
		return true;
	case PING:
		return true;
	case ACK:
	case ACK_ECN:
		skip_ack(r, type == ACK_ECN);
		return true;
	case CRYPTO:
		return take_crypto(tx, dir, r, joins);
	case MESSAGE:
		take_message(tx, r);
		return true;
	default:
		hg_read_rest(r);
		return true;
	}
}

bool
hg_quic_frames(struct hg_quic_tx *tx, enum hg_dir dir, struct hg_span plain)
{
	struct hg_reader r = hg_reader_of(plain);
	bool good = true, joins = false;

	while (good && hg_reader_left(&r) > 0)
		good = take_frame(tx, dir, &r, &joins) && !hg_reader_failed(&r);
	if (good && joins && !tx->hello.present)
		hg_quic_join_look(tx, dir);
	return good;
}
