/* The DCERPC decoder: fragments out of a stream or datagrams, calls out of fragments. */
#include "app/dcerpc/dcerpc_int.h"

static const struct hg_buffer_row buffers[HG_DCERPC_ROWS + 1] = { HG_DCERPC_BUFFERS,
	HG_FRAME_STREAM("dcerpc") };

static const struct hg_anomaly_row anomalies[HG_DCERPC_ANOMALIES] = {
	[HG_DCERPC_MALFORMED] = { "malformed_data", "a fragment does not follow C706" },
	[HG_DCERPC_MANY_IFACES] = { "too_many_interfaces",
		"more than 256 contexts are bound: calls through the others have no interface" },
	[HG_DCERPC_LONG_STUB] = { "stub_data_too_long", "a side of a call is longer than 1 MiB" },
	[HG_DCERPC_WRONG_SIDE] = { "wrong_direction", "the client answers, or the server calls" },
};

static bool
is_udp(const struct hg_app *app)
{
	return app->flow->key.proto == HG_IP_UDP;
}

struct hg_dcerpc_tx *
hg_dcerpc_find(struct hg_app *app, const struct hg_keyed_key *key)
{
	struct hg_dcerpc_state *s = app->state;
	struct hg_keyed_slot *slot = hg_keyed_find(&s->calls, key);

	return slot == NULL ? NULL : (struct hg_dcerpc_tx *)hg_tx_find(app, slot->value);
}

struct hg_dcerpc_tx *
hg_dcerpc_open(struct hg_app *app, const struct hg_keyed_key *key, uint32_t id)
{
	struct hg_dcerpc_state *s = app->state;
	struct hg_dcerpc_tx *tx = (struct hg_dcerpc_tx *)hg_tx_new(app);
	struct hg_keyed_slot *slot = tx == NULL ? NULL : hg_keyed_put(&s->calls, key);

	if (tx == NULL)
		return NULL;
	hg_dcerpc_call_init(&tx->call, app->mem, id);
	if (slot != NULL)
		slot->value = tx->tx.id;
	return tx;
}

void
hg_dcerpc_take_body(
	struct hg_dcerpc_tx *tx, enum hg_dir dir, uint8_t type, const struct hg_dcerpc_body *body, bool last)
{
	struct hg_dcerpc_call *c = &tx->call;

	if (!c->has[dir])
		c->type[dir] = type;
	c->has[dir] = true;
	if (!hg_dcerpc_call_add(c, dir, body))
		hg_tx_anomaly(&tx->tx, dir, HG_DCERPC_LONG_STUB);
	c->whole[dir] |= last;
	if (last)
		hg_tx_progress(&tx->tx, dir, HG_DCERPC_COMPLETE);
	else
		hg_tx_touch(&tx->tx, dir);
}

/* A fragment that is all of its side. */
static void
note_single(struct hg_dcerpc_tx *tx, enum hg_dir dir, uint8_t type)
{
	tx->call.type[dir] = type;
	tx->call.has[dir] = tx->call.whole[dir] = true;
	hg_tx_progress(&tx->tx, dir, HG_DCERPC_COMPLETE);
}

/* The call that the fragment goes on with or answers; NULL: it opens one. */
static struct hg_dcerpc_tx *
call_of(struct hg_app *app, enum hg_dir dir, const struct hg_dcerpc_pdu *pdu)
{
	const struct hg_keyed_key key = { .call = pdu->call };
	struct hg_dcerpc_tx *tx = hg_dcerpc_find(app, &key);
	const bool goes_on = pdu->type == HG_DCERPC_REQUEST || pdu->type == HG_DCERPC_RESPONSE;

	if (tx != NULL && tx->call.has[dir] && (tx->call.whole[dir] || !goes_on))
		tx = NULL;
	if (tx != NULL && dir == HG_TO_SERVER &&
		(!tx->call.has[dir] || !goes_on || (pdu->flags & HG_DCERPC_FIRST) != 0))
		tx = NULL;
	return tx;
}

static void
take_ack(struct hg_app *app, struct hg_dcerpc_tx *tx, const struct hg_dcerpc_pdu *pdu)
{
	struct hg_dcerpc_state *s = app->state;

	if (!hg_dcerpc_read_ack(pdu, &tx->call.ifaces))
		hg_tx_anomaly(&tx->tx, HG_TO_CLIENT, HG_DCERPC_MALFORMED);
	if (!hg_dcerpc_join(app->mem, &s->ifaces, &tx->call.ifaces))
		hg_tx_anomaly(&tx->tx, HG_TO_CLIENT, HG_DCERPC_MANY_IFACES);
}

static bool
take_data(struct hg_app *app, enum hg_dir dir, struct hg_dcerpc_tx *tx, const struct hg_dcerpc_pdu *pdu)
{
	struct hg_dcerpc_state *s = app->state;
	struct hg_dcerpc_body body;

	if (!hg_dcerpc_read_body(pdu, &body))
		return hg_tx_anomaly(&tx->tx, dir, HG_DCERPC_MALFORMED);
	if (pdu->type == HG_DCERPC_RESPONSE && hg_as_peer(app->suricata7, HG_DIFF_DCERPC_STUB))
		body.stub = pdu->body;
	hg_dcerpc_take_body(tx, dir, pdu->type, &body, (pdu->flags & HG_DCERPC_LAST) != 0);
	if (dir == HG_TO_SERVER)
		hg_dcerpc_call_bound(&tx->call, &tx->tx.arena, &s->ifaces);
	return true;
}

static bool
answers(uint8_t type)
{
	return type == HG_DCERPC_RESPONSE || type == HG_DCERPC_FAULT || type == HG_DCERPC_BIND_ACK ||
		type == HG_DCERPC_BIND_NAK || type == HG_DCERPC_ALTER_ACK;
}

static bool
is_common(uint8_t type)
{
	return type == HG_DCERPC_REQUEST || type == HG_DCERPC_RESPONSE || type == HG_DCERPC_BIND ||
		type == HG_DCERPC_BIND_ACK || type == HG_DCERPC_ALTER || type == HG_DCERPC_ALTER_ACK;
}

/* One whole fragment; false: it cannot be read. */
static bool
take_pdu(struct hg_app *app, enum hg_dir dir, const struct hg_dcerpc_pdu *pdu)
{
	const struct hg_keyed_key key = { .call = pdu->call };
	struct hg_dcerpc_tx *tx = call_of(app, dir, pdu);
	const bool opened = tx == NULL;

	if (!is_common(pdu->type) && hg_as_peer(app->suricata7, HG_DIFF_DCERPC_TYPES))
		return false;
	if (opened)
		tx = hg_dcerpc_open(app, &key, pdu->call);
	if (tx == NULL)
		return true;
	tx->major = pdu->major;
	tx->minor = pdu->minor;
	tx->call.little = pdu->little;
	if (answers(pdu->type) != (dir == HG_TO_CLIENT))
		hg_tx_anomaly(&tx->tx, dir, HG_DCERPC_WRONG_SIDE);
	if (opened && dir == HG_TO_CLIENT && !hg_as_peer(app->suricata7, HG_DIFF_DCERPC_LOST))
		hg_tx_progress(&tx->tx, HG_TO_SERVER, HG_DCERPC_COMPLETE);
	if (pdu->type == HG_DCERPC_REQUEST || pdu->type == HG_DCERPC_RESPONSE)
		return take_data(app, dir, tx, pdu);
	note_single(tx, dir, pdu->type);
	if (pdu->type >= HG_DCERPC_TYPES)
		return hg_tx_anomaly(&tx->tx, dir, HG_DCERPC_MALFORMED);
	if ((pdu->type == HG_DCERPC_BIND || pdu->type == HG_DCERPC_ALTER) &&
		!hg_dcerpc_read_bind(pdu, &tx->tx.arena, &tx->call.ifaces))
		return hg_tx_anomaly(&tx->tx, dir, HG_DCERPC_MALFORMED);
	if (pdu->type == HG_DCERPC_BIND_ACK || pdu->type == HG_DCERPC_ALTER_ACK)
		take_ack(app, tx, pdu);
	/* the third message of an authentication has no answer */
	if (pdu->type == HG_DCERPC_AUTH3)
		tx->tx.sides = (uint8_t)(1u << dir);
	return true;
}

/* C706 12.6.3.1 (connection), 12.5.1 (datagrams): version, flags that exist, a data representation that exists. */
static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t version = hg_read_u8(&r), minor, flags, order, floats;

	(void)dir;
	minor = udp ? 0 : hg_read_u8(&r);
	hg_read_skip(&r, 2);
	flags = udp ? hg_read_u8(&r) : 0;
	order = hg_read_u8(&r);
	floats = hg_read_u8(&r);
	if (in.len < (udp ? 80u : 16u))
		return HG_PROBE_NO;
	return version == (udp ? 4 : 5) && minor == 0 && (flags & 0xfc) == 0 && (order & 0xee) == 0 &&
			floats <= 3
		? HG_PROBE_YES
		: HG_PROBE_NO;
}

/* Behind a gap: so many bytes are no beginning of a fragment. */
static size_t
seek(struct hg_span in, bool *found)
{
	for (size_t i = 0; i < in.len; i++) {
		size_t at = hg_span_find(in, i, 5);

		*found = false;
		if (at == SIZE_MAX)
			return in.len;
		i = at;
		if (in.len - at < HG_DCERPC_HEADER)
			return at;
		*found = probe(HG_TO_SERVER, hg_span_from(in, at), false) == HG_PROBE_YES;
		if (*found)
			return at;
	}
	return in.len;
}

/* Nothing behind it can be read. */
static enum hg_feed
give_up(struct hg_app *app, enum hg_dir dir)
{
	const struct hg_keyed_key none = { 0 };
	struct hg_dcerpc_tx *tx = hg_dcerpc_open(app, &none, 0);

	if (tx != NULL)
		hg_tx_anomaly(&tx->tx, dir, HG_DCERPC_MALFORMED);
	return HG_FEED_ERROR;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_dcerpc_state *s = app->state;

	if (is_udp(app)) {
		*taken = in.len;
		return hg_dcerpc_datagram(app, dir, in);
	}
	while (in.len - *taken >= HG_DCERPC_HEADER) {
		struct hg_span rest = hg_span_from(in, *taken);
		struct hg_dcerpc_pdu pdu;

		if (s->lost[dir]) {
			bool found = false;

			*taken += seek(rest, &found);
			s->lost[dir] = !found;
			if (!found)
				return HG_FEED_OK;
			continue;
		}
		if (!hg_dcerpc_read(rest, &pdu) || pdu.major != 5 || pdu.minor > 1)
			return hg_as_peer(app->suricata7, HG_DIFF_DCERPC_TYPES) ? HG_FEED_ERROR
										: give_up(app, dir);
		if (rest.len < pdu.length)
			return HG_FEED_OK;
		if (!take_pdu(app, dir, &pdu))
			return HG_FEED_ERROR;
		hg_app_trigger_raw(app, dir);
		*taken += pdu.length;
	}
	return HG_FEED_OK;
}

/* What the gap has swallowed can't be told: nothing that is open waits for it. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_dcerpc_state *s = app->state;

	(void)bytes;
	s->lost[dir] = true;
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next) {
		hg_tx_progress(tx, HG_TO_SERVER, HG_DCERPC_COMPLETE);
		if (dir == HG_TO_CLIENT)
			hg_tx_progress(tx, dir, HG_DCERPC_COMPLETE);
	}
	return true;
}

static void
open(struct hg_app *app)
{
	struct hg_dcerpc_state *s = app->state;

	hg_keyed_init(&s->calls, app->mem);
}

static void
close(struct hg_app *app)
{
	struct hg_dcerpc_state *s = app->state;

	hg_keyed_fini(&s->calls);
	hg_dcerpc_forget(app->mem, &s->ifaces);
}

static void
tx_close(struct hg_app *app, struct hg_tx *tx)
{
	(void)app;
	hg_dcerpc_call_fini(&((struct hg_dcerpc_tx *)tx)->call);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_dcerpc_tx *tx = (struct hg_dcerpc_tx *)base;

	(void)eof;
	*out = (struct hg_view){ .complete = true };
	return index == 0 && hg_dcerpc_call_get(&tx->call, dir, row, &out->data);
}

static bool
little_endian(const struct hg_tx *tx)
{
	return ((const struct hg_dcerpc_tx *)tx)->call.little;
}

#define RPC(head, to)                                     \
	{                                                 \
		HG_BYTES(head), 0, to, false, false, true \
	}

/* The third one is of datagrams; a stream that begins so is no DCERPC to the probe. */
static const struct hg_magic magics[] = {
	RPC("\x05\x00", HG_TO_SERVER),
	RPC("\x05\x00", HG_TO_CLIENT),
	RPC("\x04\x00", HG_TO_SERVER),
};

const struct hg_decoder hg_dcerpc = {
	.name = "dcerpc",
	.proto = HG_PROTO_DCERPC,
	.tcp = true,
	.udp = true,
	.gap_ok = true,
	.complete = { HG_DCERPC_COMPLETE, HG_DCERPC_COMPLETE },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.probe = probe,
	.state_size = sizeof(struct hg_dcerpc_state),
	.tx_size = sizeof(struct hg_dcerpc_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.tx_close = tx_close,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.little_endian = little_endian,
	.log = hg_dcerpc_log,
	.audit = hg_dcerpc_audit,
	.event_type = "dcerpc",
};
