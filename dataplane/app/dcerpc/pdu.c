/* Fragments of a connection and what stands in them (C706 chapter 12). */
#include "app/dcerpc/dcerpc.h"

static uint16_t
read_u16(struct hg_reader *r, bool little)
{
	return little ? hg_read_u16le(r) : hg_read_u16be(r);
}

static uint32_t
read_u32(struct hg_reader *r, bool little)
{
	return little ? hg_read_u32le(r) : hg_read_u32be(r);
}

bool
hg_dcerpc_read(struct hg_span in, struct hg_dcerpc_pdu *pdu)
{
	struct hg_reader r = hg_reader_of(in);

	pdu->major = hg_read_u8(&r);
	pdu->minor = hg_read_u8(&r);
	pdu->type = hg_read_u8(&r);
	pdu->flags = hg_read_u8(&r);
	pdu->little = (hg_read_u8(&r) & 0x10) != 0;
	hg_read_skip(&r, 3);
	pdu->length = read_u16(&r, pdu->little);
	pdu->auth = read_u16(&r, pdu->little);
	pdu->call = read_u32(&r, pdu->little);
	if (hg_reader_failed(&r) || pdu->length < HG_DCERPC_HEADER)
		return false;
	pdu->body = hg_span_sub(in, HG_DCERPC_HEADER, pdu->length - HG_DCERPC_HEADER);
	return true;
}

/* The first three parts of a UUID follow the sender's byte order; written, all stand in network order. */
void
hg_dcerpc_uuid(struct hg_span s, bool little, uint8_t uuid[16])
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

	for (unsigned i = 0; i < 16 && s.len == 16; i++)
		uuid[i] = s.p[little ? order[i] : i];
}

bool
hg_dcerpc_read_bind(const struct hg_dcerpc_pdu *pdu, struct hg_arena *arena, struct hg_dcerpc_ifaces *out)
{
	struct hg_reader r = hg_reader_of(pdu->body);
	unsigned n;

	hg_read_skip(&r, 8); /* fragment sizes, association group */
	n = hg_read_u8(&r);
	hg_read_skip(&r, 3);
	if (hg_reader_failed(&r))
		return false;
	out->list = hg_arena_take0(arena, HG_MAX(n, 1u) * sizeof(*out->list));
	out->n = 0;
	out->room = out->list == NULL ? 0 : (uint16_t)n;
	while (out->n < out->room) {
		struct hg_dcerpc_iface iface = { .first = (pdu->flags & HG_DCERPC_FIRST) != 0 };
		unsigned syntaxes;

		iface.context = read_u16(&r, pdu->little);
		syntaxes = hg_read_u8(&r);
		hg_read_skip(&r, 1);
		hg_dcerpc_uuid(hg_read_span(&r, 16), pdu->little, iface.uuid);
		iface.version = read_u16(&r, pdu->little);
		iface.minor = read_u16(&r, pdu->little);
		hg_read_skip(&r, (size_t)syntaxes * 20);
		if (hg_reader_failed(&r))
			return false;
		out->list[out->n++] = iface;
	}
	return true;
}

bool
hg_dcerpc_read_ack(const struct hg_dcerpc_pdu *pdu, struct hg_dcerpc_ifaces *ifaces)
{
	struct hg_reader r = hg_reader_of(pdu->body);
	size_t name;
	unsigned n;

	hg_read_skip(&r, 8);
	name = read_u16(&r, pdu->little);
	hg_read_skip(&r, name);
	/* what follows the secondary address stands at a multiple of four */
	hg_read_skip(&r, (4 - hg_reader_offset(&r) % 4) % 4);
	n = hg_read_u8(&r);
	hg_read_skip(&r, 3);
	for (unsigned i = 0; i < n && !hg_reader_failed(&r); i++) {
		uint16_t result = read_u16(&r, pdu->little), reason = read_u16(&r, pdu->little);

		hg_read_skip(&r, 20);
		if (hg_reader_failed(&r) || i >= ifaces->n)
			continue;
		ifaces->list[i].acked = true;
		ifaces->list[i].result = result;
		ifaces->list[i].reason = reason;
	}
	return !hg_reader_failed(&r);
}

bool
hg_dcerpc_read_body(const struct hg_dcerpc_pdu *pdu, struct hg_dcerpc_body *out)
{
	struct hg_reader r = hg_reader_of(pdu->body);

	hg_read_skip(&r, 4);
	out->context = read_u16(&r, pdu->little);
	out->opnum = read_u16(&r, pdu->little);
	if (hg_reader_failed(&r))
		return false;
	out->stub = hg_read_rest(&r);
	return true;
}

static struct hg_dcerpc_iface *
find(const struct hg_dcerpc_ifaces *ifaces, uint16_t context)
{
	for (unsigned i = 0; i < ifaces->n; i++)
		if (ifaces->list[i].context == context)
			return &ifaces->list[i];
	return NULL;
}

bool
hg_dcerpc_join(struct hg_mem *mem, struct hg_dcerpc_ifaces *to, const struct hg_dcerpc_ifaces *from)
{
	for (unsigned i = 0; i < from->n; i++) {
		struct hg_dcerpc_iface *at = find(to, from->list[i].context), *more;
		const uint16_t room = to->room == 0 ? 8 : (uint16_t)(2 * to->room);

		if (at == NULL && to->n == to->room) {
			more = room > HG_DCERPC_IFACES ? NULL : hg_mem_take(mem, room * sizeof(*more));
			if (more == NULL)
				return false;
			if (to->n > 0)
				memcpy(more, to->list, to->n * sizeof(*more));
			hg_mem_give(mem, to->list, to->room * sizeof(*more));
			to->list = more;
			to->room = room;
		}
		if (at == NULL)
			at = &to->list[to->n++];
		*at = from->list[i];
	}
	return true;
}

void
hg_dcerpc_forget(struct hg_mem *mem, struct hg_dcerpc_ifaces *ifaces)
{
	hg_mem_give(mem, ifaces->list, ifaces->room * sizeof(*ifaces->list));
	*ifaces = (struct hg_dcerpc_ifaces){ 0 };
}

void
hg_dcerpc_call_init(struct hg_dcerpc_call *c, struct hg_mem *mem, uint32_t id)
{
	*c = (struct hg_dcerpc_call){ .id = id };
	hg_buf_init(&c->stub[HG_TO_SERVER], mem, HG_DCERPC_STUB);
	hg_buf_init(&c->stub[HG_TO_CLIENT], mem, HG_DCERPC_STUB);
}

void
hg_dcerpc_call_fini(struct hg_dcerpc_call *c)
{
	hg_buf_fini(&c->stub[HG_TO_SERVER]);
	hg_buf_fini(&c->stub[HG_TO_CLIENT]);
}

bool
hg_dcerpc_call_add(struct hg_dcerpc_call *c, enum hg_dir dir, const struct hg_dcerpc_body *body)
{
	if (dir == HG_TO_SERVER) {
		c->opnum = body->opnum;
		c->context = body->context;
		c->number[0] = (uint8_t)(body->opnum >> 8);
		c->number[1] = (uint8_t)body->opnum;
	}
	c->frags[dir] = (uint16_t)HG_MIN(c->frags[dir] + 1u, (unsigned)UINT16_MAX);
	c->bytes[dir] += body->stub.len;
	return body->stub.len == 0 || hg_buf_append(&c->stub[dir], body->stub);
}

void
hg_dcerpc_call_bound(struct hg_dcerpc_call *c, struct hg_arena *arena, const struct hg_dcerpc_ifaces *ifaces)
{
	const struct hg_dcerpc_iface *iface = find(ifaces, c->context);

	if (iface == NULL || c->iface != NULL)
		return;
	c->iface = hg_arena_take(arena, sizeof(*iface));
	if (c->iface == NULL)
		return;
	*c->iface = *iface;
	memcpy(c->shown, iface->uuid, 16);
	c->shown[16] = (uint8_t)(iface->version >> 8);
	c->shown[17] = (uint8_t)iface->version;
	c->shown[18] = iface->first;
}

/* Of a call, not of a bind. */
static bool
named(const struct hg_dcerpc_call *c, const char *name, struct hg_span *out)
{
	if (name == NULL || !c->has[HG_TO_SERVER] || c->type[HG_TO_SERVER] != HG_DCERPC_REQUEST)
		return false;
	*out = hg_span_str(name);
	return true;
}

bool
hg_dcerpc_call_get(struct hg_dcerpc_call *c, enum hg_dir dir, unsigned row, struct hg_span *out)
{
	switch (row) {
	case HG_DCERPC_ROW_STUB:
		*out = hg_buf_span(&c->stub[dir]);
		return out->len > 0;
	case HG_DCERPC_ROW_IFACE:
		*out = hg_span(c->shown, sizeof(c->shown));
		return c->iface != NULL && c->iface->acked && c->iface->result == 0;
	case HG_DCERPC_ROW_INTERFACE:
		return named(c, c->iface == NULL ? NULL : hg_dcerpc_interface_name(c->iface->uuid), out);
	case HG_DCERPC_ROW_OPERATION:
		return named(
			c, c->iface == NULL ? NULL : hg_dcerpc_operation_name(c->iface->uuid, c->opnum), out);
	default:
		*out = hg_span(c->number, sizeof(c->number));
		return c->has[HG_TO_SERVER] && c->type[HG_TO_SERVER] == HG_DCERPC_REQUEST;
	}
}
