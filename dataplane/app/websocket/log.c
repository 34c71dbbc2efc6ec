/* EVE `websocket`, as Suricata 8 has it: one a message. */
#include "app/websocket/websocket_int.h"

static const char *
opcode_name(uint8_t opcode)
{
	switch (opcode) {
	case HG_WEBSOCKET_CONTINUATION:
		return "continuation";
	case HG_WEBSOCKET_TEXT:
		return "text";
	case HG_WEBSOCKET_BINARY:
		return "binary";
	case HG_WEBSOCKET_CLOSE:
		return "connection_close";
	case HG_WEBSOCKET_PING:
		return "ping";
	case HG_WEBSOCKET_PONG:
		return "pong";
	default:
		return NULL;
	}
}

void
hg_websocket_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_websocket_tx *tx = (const struct hg_websocket_tx *)base;
	const char *name = opcode_name(tx->opcode);

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "websocket");
	hg_json_bool(j, "fin", (tx->flags & HG_WEBSOCKET_FIN) != 0);
	if (tx->has_mask) {
		struct hg_reader r = hg_reader_of(hg_span(tx->mask, sizeof(tx->mask)));

		hg_json_u64(j, "mask", hg_read_u32be(&r));
	}
	if (name != NULL)
		hg_json_cstr(j, "opcode", name);
	else
		hg_json_u64(j, "opcode", tx->opcode);
	if ((tx->flags & HG_WEBSOCKET_COMPRESSED) != 0)
		hg_json_bool(j, "compressed", true);
	hg_json_u64(j, "length", tx->wire);
	hg_json_close(j);
}

/* Nothing answers a message. */
bool
hg_websocket_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_websocket_tx *tx = (const struct hg_websocket_tx *)base;
	const char *name = opcode_name(tx->opcode);

	(void)i;
	a->class_ = HG_AUDIT_WEB;
	a->action = name != NULL ? hg_span_str(name) : hg_audit_number(a, tx->opcode);
	return true;
}
