/* Datagrams (C706 12.5): a header of 80 bytes with everything in it, and stub data. */
#include "app/dcerpc/dcerpc_int.h"

enum { FLAG_LAST = 0x02, FLAG_FRAGMENT = 0x04 };

struct header {
	uint8_t major, type, flags;
	bool little;
	struct hg_span iface, activity;
	uint32_t version, sequence;
	uint16_t opnum, length;
};

static bool
read_header(struct hg_reader *r, struct header *h)
{
	h->major = hg_read_u8(r);
	h->type = hg_read_u8(r);
	h->flags = hg_read_u8(r);
	hg_read_skip(r, 1);
	h->little = (hg_read_u8(r) & 0x10) != 0;
	hg_read_skip(r, 3 + 16);
	h->iface = hg_read_span(r, 16);
	h->activity = hg_read_span(r, 16);
	hg_read_skip(r, 4);
	h->version = h->little ? hg_read_u32le(r) : hg_read_u32be(r);
	h->sequence = h->little ? hg_read_u32le(r) : hg_read_u32be(r);
	h->opnum = h->little ? hg_read_u16le(r) : hg_read_u16be(r);
	hg_read_skip(r, 4);
	h->length = h->little ? hg_read_u16le(r) : hg_read_u16be(r);
	hg_read_skip(r, 4);
	return !hg_reader_failed(r);
}

/* The interface stands in every datagram: no bind goes in front. */
static void
note_iface(struct hg_dcerpc_tx *tx, const struct header *h)
{
	struct hg_dcerpc_iface iface = { .version = (uint16_t)h->version,
		.minor = (uint16_t)(h->version >> 16),
		.acked = true,
		.first = true };
	const struct hg_dcerpc_ifaces one = { &iface, 1, 1 };

	hg_dcerpc_uuid(h->iface, h->little, iface.uuid);
	hg_dcerpc_call_bound(&tx->call, &tx->tx.arena, &one);
}

enum hg_feed
hg_dcerpc_datagram(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_DCERPC_DATAGRAMS);
	struct hg_reader r = hg_reader_of(in);
	struct hg_keyed_key key = { 0 };
	struct hg_dcerpc_body body = { 0 };
	struct header h;
	struct hg_dcerpc_tx *tx;
	bool last;

	if (!read_header(&r, &h) || h.major != 4)
		return HG_FEED_ERROR;
	if (h.type != HG_DCERPC_REQUEST && h.type != HG_DCERPC_RESPONSE)
		return HG_FEED_OK;
	dir = h.type == HG_DCERPC_REQUEST ? HG_TO_SERVER : HG_TO_CLIENT;
	hg_dcerpc_uuid(h.activity, h.little || peer, key.handle);
	key.call = h.sequence;
	tx = hg_dcerpc_find(app, &key);
	if (tx == NULL || tx->call.whole[dir])
		tx = hg_dcerpc_open(app, &key, 0);
	if (tx == NULL)
		return HG_FEED_OK;
	tx->udp = true;
	tx->major = h.major;
	tx->sequence = h.sequence;
	tx->call.little = h.little;
	memcpy(tx->activity, key.handle, sizeof(tx->activity));
	body.opnum = peer ? 0 : h.opnum;
	body.stub = hg_span_sub(hg_read_rest(&r), 0, h.length);
	last = (h.flags & FLAG_FRAGMENT) == 0 || (h.flags & FLAG_LAST) != 0;
	note_iface(tx, &h);
	hg_dcerpc_take_body(tx, dir, h.type, &body, last);
	return HG_FEED_OK;
}
