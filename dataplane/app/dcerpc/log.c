/* EVE: a call as the peer writes it, over TCP and UDP here, in named pipes through smb/. */
#include <stdio.h>

#include "app/dcerpc/dcerpc_int.h"

const char *
hg_dcerpc_type_name(uint8_t type, char buf[4])
{
	static const char *const names[HG_DCERPC_TYPES] = { "REQUEST", "PING", "RESPONSE", "FAULT", "WORKING",
		"NOCALL", "REJECT", "ACK", "CL_CANCEL", "FACK", "CANCEL_ACK", "BIND", "BINDACK", "BINDNAK",
		"ALTER_CONTEXT", "ALTER_CONTEXT_RESP", "AUTH3", "SHUTDOWN", "CO_CANCEL", "ORPHANED", "RTS" };

	if (type < HG_DCERPC_TYPES)
		return names[type];
	snprintf(buf, 4, "%u", type);
	return buf;
}

void
hg_dcerpc_log_uuid(struct hg_json *j, const char *name, const uint8_t u[16])
{
	char text[40];
	int n = snprintf(text, sizeof(text),
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0], u[1], u[2],
		u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15]);

	hg_json_plain(j, name, hg_span(text, (size_t)n));
}

void
hg_dcerpc_log_ifaces(const struct hg_dcerpc_iface *list, unsigned n, enum hg_dcerpc_acks acks, bool named,
	struct hg_json *j)
{
	char text[16];

	hg_json_array_at(j, "interfaces");
	for (unsigned i = 0; i < n; i++) {
		const struct hg_dcerpc_iface *f = &list[i];

		hg_json_open(j);
		hg_dcerpc_log_uuid(j, "uuid", f->uuid);
		snprintf(text, sizeof(text), "%u.%u", f->version, f->minor);
		hg_json_cstr(j, "version", text);
		if (named && hg_dcerpc_interface_name(f->uuid) != NULL)
			hg_json_cstr(j, "name", hg_dcerpc_interface_name(f->uuid));
		if (acks == HG_DCERPC_ACKS_ALL || (acks != HG_DCERPC_ACKS_NONE && f->acked))
			hg_json_u64(j, "ack_result", f->result);
		if (acks == HG_DCERPC_ACKS_REASONS && f->acked)
			hg_json_u64(j, "ack_reason", f->reason);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

void
hg_dcerpc_log_side(
	const struct hg_dcerpc_call *c, enum hg_dir dir, bool opnum, const char *name, struct hg_json *j)
{
	hg_json_open_at(j, name);
	if (opnum)
		hg_json_u64(j, "opnum", c->opnum);
	hg_json_u64(j, "frag_cnt", c->frags[dir]);
	hg_json_u64(j, "stub_data_size", c->bytes[dir]);
	hg_json_close(j);
}

void
hg_dcerpc_log_names(const struct hg_dcerpc_call *c, struct hg_json *j)
{
	const char *interface, *operation;

	if (c->iface == NULL || !c->has[HG_TO_SERVER] || c->type[HG_TO_SERVER] != HG_DCERPC_REQUEST)
		return;
	interface = hg_dcerpc_interface_name(c->iface->uuid);
	operation = hg_dcerpc_operation_name(c->iface->uuid, c->opnum);
	if (interface != NULL)
		hg_json_cstr(j, "interface", interface);
	if (operation != NULL)
		hg_json_cstr(j, "operation", operation);
	hg_dcerpc_log_endpoints(c, j);
}

static void
log_request(const struct hg_dcerpc_tx *tx, struct hg_json *j)
{
	const bool peer = hg_as_peer(tx->tx.app->suricata7, HG_DIFF_DCERPC_ACKS);
	const struct hg_dcerpc_call *c = &tx->call;
	char number[4];

	if (!c->has[HG_TO_SERVER]) {
		hg_json_cstr(j, "request", "REQUEST_LOST");
		return;
	}
	hg_json_cstr(j, "request", hg_dcerpc_type_name(c->type[HG_TO_SERVER], number));
	if (c->type[HG_TO_SERVER] == HG_DCERPC_REQUEST)
		hg_dcerpc_log_side(c, HG_TO_SERVER, true, "req", j);
	else if (c->type[HG_TO_SERVER] == HG_DCERPC_BIND && c->ifaces.n > 0)
		hg_dcerpc_log_ifaces(c->ifaces.list, c->ifaces.n,
			peer ? HG_DCERPC_ACKS_ALL : HG_DCERPC_ACKS_GIVEN, !peer, j);
}

static void
log_response(const struct hg_dcerpc_call *c, struct hg_json *j)
{
	char number[4];

	if (!c->has[HG_TO_CLIENT]) {
		hg_json_cstr(j, "response", "UNREPLIED");
		return;
	}
	hg_json_cstr(j, "response", hg_dcerpc_type_name(c->type[HG_TO_CLIENT], number));
	if (c->type[HG_TO_CLIENT] == HG_DCERPC_RESPONSE)
		hg_dcerpc_log_side(c, HG_TO_CLIENT, false, "res", j);
}

void
hg_dcerpc_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_dcerpc_tx *tx = (const struct hg_dcerpc_tx *)base;
	char version[8];

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "dcerpc");
	log_request(tx, j);
	log_response(&tx->call, j);
	if (!hg_as_peer(tx->tx.app->suricata7, HG_DIFF_DCERPC_NAMES))
		hg_dcerpc_log_names(&tx->call, j);
	if (tx->udp) {
		hg_dcerpc_log_uuid(j, "activityuuid", tx->activity);
		hg_json_u64(j, "seqnum", tx->sequence);
	} else {
		hg_json_u64(j, "call_id", tx->call.id);
	}
	snprintf(version, sizeof(version), "%u.%u", tx->major, tx->minor);
	hg_json_cstr(j, "rpc_version", version);
	hg_json_close(j);
}

static uint8_t
result_of(const struct hg_dcerpc_call *c)
{
	switch (c->type[HG_TO_CLIENT]) {
	case HG_DCERPC_RESPONSE:
	case HG_DCERPC_BIND_ACK:
	case HG_DCERPC_ALTER_ACK:
		return hg_audit_result_of(c->has[HG_TO_CLIENT], true);
	default:
		return hg_audit_result_of(c->has[HG_TO_CLIENT], false);
	}
}

bool
hg_dcerpc_audit(const struct hg_tx *base, unsigned record, struct hg_audit *a)
{
	const struct hg_dcerpc_call *c = &((const struct hg_dcerpc_tx *)base)->call;
	const bool calls = c->has[HG_TO_SERVER] && c->type[HG_TO_SERVER] == HG_DCERPC_REQUEST;
	const char *interface = c->iface == NULL ? NULL : hg_dcerpc_interface_name(c->iface->uuid);
	const char *operation = c->iface == NULL ? NULL : hg_dcerpc_operation_name(c->iface->uuid, c->opnum);

	(void)record;
	a->class_ = calls ? HG_AUDIT_COMMAND : HG_AUDIT_SESSION;
	a->action = calls ? HG_BYTES("call") : HG_BYTES("bind");
	if (calls && operation != NULL)
		a->action = hg_span_str(operation);
	if (interface != NULL)
		a->object = hg_span_str(interface);
	a->result = result_of(c);
	return true;
}
