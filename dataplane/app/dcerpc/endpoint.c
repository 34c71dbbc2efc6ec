/* What the endpoint mapper answers: towers of floors (C706 appendices I, L and O), each an interface and where it is served. */
#include <stdio.h>

#include "app/dcerpc/dcerpc.h"

#define TOWERS 16 /* of an answer that a record shows */
#define FLOORS 8
#define EPT_MAP 3

enum { IS_UUID = 0x0d, TCP = 0x07, UDP = 0x08, IP = 0x09, PIPE = 0x0f, HTTP = 0x1f };

static bool
is_transport(uint32_t bits)
{
	return (bits &
		       (UINT32_C(1) << TCP | UINT32_C(1) << UDP | UINT32_C(1) << PIPE |
			       UINT32_C(1) << HTTP)) != 0;
}

static bool
is_answer(const struct hg_dcerpc_call *c)
{
	const char *name = c->iface == NULL ? NULL : hg_dcerpc_interface_name(c->iface->uuid);

	return name != NULL && hg_span_eq(hg_span_str(name), HG_BYTES("epmapper")) && c->opnum == EPT_MAP &&
		c->has[HG_TO_CLIENT] && c->type[HG_TO_CLIENT] == HG_DCERPC_RESPONSE;
}

static void
log_port(struct hg_json *j, const char *protocol, struct hg_span port)
{
	hg_json_cstr(j, "protocol", protocol);
	if (port.len == 2)
		hg_json_u64(j, "port", (uint64_t)port.p[0] << 8 | port.p[1]);
}

static void
log_floor(struct hg_json *j, unsigned i, struct hg_span left, struct hg_span right)
{
	uint8_t uuid[16];
	char text[16];

	if (left.len == 0)
		return;
	switch (left.p[0]) {
	case IS_UUID:
		if (i != 0 || left.len < 17)
			break; /* the second one is the transfer syntax */
		hg_dcerpc_uuid(hg_span_sub(left, 1, 16), true, uuid);
		hg_dcerpc_log_uuid(j, "uuid", uuid);
		if (hg_dcerpc_interface_name(uuid) != NULL)
			hg_json_cstr(j, "interface", hg_dcerpc_interface_name(uuid));
		break;
	case TCP:
		log_port(j, "tcp", right);
		break;
	case UDP:
		log_port(j, "udp", right);
		break;
	case HTTP:
		log_port(j, "http", right);
		break;
	case IP:
		if (right.len != 4)
			break;
		snprintf(text, sizeof(text), "%u.%u.%u.%u", right.p[0], right.p[1], right.p[2], right.p[3]);
		hg_json_cstr(j, "address", text);
		break;
	case PIPE:
		hg_json_cstr(j, "protocol", "pipe");
		hg_json_str(j, "pipe", hg_span_sub(right, 0, HG_MIN(hg_span_find(right, 0, 0), right.len)));
		break;
	default:
		break;
	}
}

/* Floors are little endian whatever the call is. */
static void
log_tower(struct hg_json *j, struct hg_span tower)
{
	struct hg_reader r = hg_reader_of(tower);
	const unsigned n = hg_read_u16le(&r);
	uint32_t once = 0;

	hg_json_open(j);
	for (unsigned i = 0; i < HG_MIN(n, (unsigned)FLOORS); i++) {
		const struct hg_span left = hg_read_span(&r, hg_read_u16le(&r));
		const struct hg_span right = hg_read_span(&r, hg_read_u16le(&r));
		const uint32_t bit = left.len == 0 || left.p[0] >= 32 ? 0 : UINT32_C(1) << left.p[0];

		if (hg_reader_failed(&r))
			break;
		/* one transport and one address: a member must not stand twice */
		if ((once & bit) != 0 || (is_transport(bit) && is_transport(once)))
			continue;
		once |= bit;
		log_floor(j, i, left, right);
	}
	hg_json_close(j);
}

void
hg_dcerpc_log_endpoints(const struct hg_dcerpc_call *c, struct hg_json *j)
{
	struct hg_reader r = hg_reader_of(hg_buf_span(&c->stub[HG_TO_CLIENT]));
	uint32_t n;

	if (!is_answer(c) || !c->little)
		return;
	hg_read_skip(&r, 20 + 4 + 8); /* handle, number of towers, size of their array and where it begins */
	n = hg_read_u32le(&r);
	if (hg_reader_failed(&r) || n == 0 || n > hg_reader_left(&r) / 4)
		return;
	hg_read_skip(&r, 4 * (size_t)n); /* a pointer each */
	hg_json_array_at(j, "endpoints");
	for (uint32_t i = 0; i < HG_MIN(n, (uint32_t)TOWERS); i++) {
		struct hg_span tower;

		hg_read_skip(&r, 4);
		tower = hg_read_span(&r, hg_read_u32le(&r));
		if (hg_reader_failed(&r))
			break;
		log_tower(j, tower);
		hg_read_skip(&r, HG_MIN((4 - tower.len % 4) % 4, hg_reader_left(&r)));
	}
	hg_json_array_end(j);
}
