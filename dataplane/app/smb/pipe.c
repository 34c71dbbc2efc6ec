/* DCERPC in named pipes: what is written to one and read from it, or sent and answered at once. */
#include "app/smb/smb_int.h"

#define PIPE_HELD ((size_t)64 * 1024) /* of an answer whose rest has to be read */

/* Pipes that DCERPC is spoken over. The first seven are those that the peer knows, by these letters. */
static const char *const pipes[] = { "svcctl", "srvsvc", "atsvc", "lsarpc", "samr", "spoolss", "winreg",
	"netlogon", "wkssvc", "epmapper", "eventlog", "ntsvcs", "browser", "efsrpc", "lsass", "netdfs",
	"initshutdown", "dnsserver", "trkwks", "w32time", "tapsrv", "scerpc", "protected_storage", "plugplay",
	"keysvc", "router", "msgsvc", "fssagentrpc" };
#define PEER_PIPES 7

bool
hg_smb_looks_like_call(struct hg_span data)
{
	return data.len >= HG_DCERPC_HEADER && data.p[0] == 5 && data.p[1] <= 1 &&
		data.p[2] < HG_DCERPC_TYPES && (data.p[4] & 0xee) == 0 && data.p[5] <= 3;
}

bool
hg_smb_is_pipe(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES);
	const struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	const struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);
	struct hg_span name = slot == NULL ? HG_SPAN_NONE : hg_keyed_text_of(slot);

	if (peer && slot != NULL && slot->flag)
		return true;
	if (name.len > 1 && name.p[0] == '\\')
		name = hg_span_from(name, 1);
	for (unsigned i = 0; i < (peer ? PEER_PIPES : HG_COUNT(pipes)); i++) {
		const struct hg_span known = hg_span_str(pipes[i]);

		if (peer ? hg_span_eq(name, known) : hg_span_eq_nocase(name, known))
			return true;
	}
	return !peer && hg_smb_looks_like_call(data);
}

static void
keep_flag(struct hg_app *app, const struct hg_keyed_key *key)
{
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_find(table, key);

	if (slot == NULL)
		slot = hg_keyed_put(table, key);
	if (slot != NULL)
		slot->flag = true;
}

bool
hg_smb_takes_call(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data)
{
	const struct hg_keyed_key file = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	const struct hg_keyed_key tree = hg_smb_key(h, HG_SMB_KEY_TREE);
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES);

	if (peer && h->version == 1)
		return false;
	if (hg_smb_is_pipe(app, h, handle, data))
		return true;
	if (!peer || !hg_smb_looks_like_call(data))
		return false;
	keep_flag(app, &file);
	keep_flag(app, &tree);
	return true;
}

/* The command that sends a call and is answered with what it gives. */
static uint16_t
at_once_of(const struct hg_smb_head *h)
{
	return h->version == 1 ? 0x25 : 0x0b;
}

/* Transactions carry a call and its answer under one message id; written and read, they meet by pipe. Those of SMB1 meet
 * written and read ones with the peer. */
static struct hg_keyed_key
call_key(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, uint32_t call)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES);
	const bool at_once = h->command == at_once_of(h) && !(peer && h->version == 1);
	struct hg_keyed_key key = { .kind = HG_SMB_KEY_CALL,
		.session = h->session,
		.message = at_once ? h->message : 0,
		.call = call };

	if (!at_once && !peer)
		memcpy(key.handle, handle.p, HG_MIN(handle.len, sizeof(key.handle)));
	return key;
}

static struct hg_keyed_key
ifaces_key(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle)
{
	if (hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES))
		return (struct hg_keyed_key){ .kind = HG_SMB_KEY_IFACES };
	return hg_smb_key_handle(h, HG_SMB_KEY_IFACES, handle);
}

static struct hg_smb_tx *
find_call(struct hg_app *app, const struct hg_keyed_key *key)
{
	struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, key);
	struct hg_smb_tx *tx = slot == NULL ? NULL : (struct hg_smb_tx *)hg_tx_find(app, slot->value);

	return tx == NULL || !tx->has_call ? NULL : tx;
}

/* What the call is found by; with the peer the oldest of those with the same number is. */
static void
keep_call(struct hg_app *app, const struct hg_keyed_key *key, const struct hg_smb_tx *tx)
{
	const struct hg_smb_tx *old =
		hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES) ? find_call(app, key) : NULL;
	struct hg_keyed_slot *slot;

	if (old != NULL && old->tx.progress[HG_TO_CLIENT] < HG_SMB_COMPLETE)
		return;
	slot = hg_keyed_put(&((struct hg_smb *)app->state)->table, key);
	if (slot != NULL)
		slot->value = tx->tx.id;
}

static struct hg_smb_tx *
open_call(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle,
	const struct hg_keyed_key *key)
{
	const struct hg_keyed_key handle_key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx = hg_smb_open(app, h, HG_SMB_CALL);
	const struct hg_keyed_slot *name;

	if (tx == NULL)
		return NULL;
	/* the peer takes the one in the head of a request, too */
	if (h->version == 1 && h->command != at_once_of(h) && hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES))
		hg_smb_status(tx, h);
	name = hg_keyed_find(&s->table, &handle_key);
	if (name != NULL)
		hg_smb_note_path(tx, hg_keyed_text_of(name));
	hg_dcerpc_call_init(&tx->call, app->mem, key->call);
	tx->has_call = true;
	keep_call(app, key, tx);
	return tx;
}

static void
keep_ifaces(struct hg_app *app, const struct hg_keyed_key *key, const struct hg_smb_tx *tx)
{
	struct hg_smb *s = app->state;
	struct hg_keyed_slot *slot = hg_keyed_put(&s->table, key);
	const struct hg_span list =
		hg_span(tx->call.ifaces.list, tx->call.ifaces.n * sizeof(*tx->call.ifaces.list));

	if (slot != NULL)
		hg_keyed_add_text(&s->table, slot, list, SIZE_MAX);
}

static void
bind_call(struct hg_app *app, const struct hg_keyed_key *key, struct hg_smb_tx *tx)
{
	struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, key);
	struct hg_dcerpc_ifaces ifaces;

	if (slot == NULL || slot->text_len == 0)
		return;
	ifaces.list = (struct hg_dcerpc_iface *)(void *)slot->text; /* blocks are aligned for it */
	ifaces.n = ifaces.room = (uint16_t)(slot->text_len / sizeof(*ifaces.list));
	hg_dcerpc_call_bound(&tx->call, &tx->tx.arena, &ifaces);
}

/* Stub data of a fragment; true: it was the last one. */
static bool
take_stub(struct hg_smb_tx *tx, enum hg_dir dir, const struct hg_dcerpc_pdu *pdu)
{
	struct hg_dcerpc_body body;

	if (!hg_dcerpc_read_body(pdu, &body)) {
		hg_tx_anomaly(&tx->tx, dir, HG_SMB_MALFORMED);
		return true;
	}
	if (!hg_dcerpc_call_add(&tx->call, dir, &body))
		hg_tx_anomaly(&tx->tx, dir, HG_SMB_LONG_STUB);
	return (pdu->flags & HG_DCERPC_LAST) != 0;
}

static void
note_type(struct hg_smb_tx *tx, enum hg_dir dir, const struct hg_dcerpc_pdu *pdu)
{
	if (!tx->call.has[dir])
		tx->call.type[dir] = pdu->type;
	tx->call.has[dir] = true;
	tx->call.little = pdu->little;
}

static void
take_request(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle,
	const struct hg_dcerpc_pdu *pdu)
{
	const struct hg_keyed_key key = call_key(app, h, handle, pdu->call),
				  ifaces = ifaces_key(app, h, handle);
	const bool goes_on = pdu->type == HG_DCERPC_REQUEST && (pdu->flags & HG_DCERPC_FIRST) == 0;
	struct hg_smb_tx *tx = goes_on ? find_call(app, &key) : NULL;
	bool last = true;

	if (tx == NULL)
		tx = open_call(app, h, handle, &key);
	if (tx == NULL)
		return;
	note_type(tx, HG_TO_SERVER, pdu);
	if (pdu->type == HG_DCERPC_REQUEST) {
		last = take_stub(tx, HG_TO_SERVER, pdu);
		bind_call(app, &ifaces, tx);
	} else if (pdu->type == HG_DCERPC_BIND || pdu->type == HG_DCERPC_ALTER) {
		if (!hg_dcerpc_read_bind(pdu, &tx->tx.arena, &tx->call.ifaces))
			hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MALFORMED);
		keep_ifaces(app, &ifaces, tx);
	} else if (pdu->type >= HG_DCERPC_TYPES) {
		hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MALFORMED);
	}
	if (pdu->type == HG_DCERPC_AUTH3 && !hg_as_peer(app->suricata7, HG_DIFF_SMB_UNANSWERED))
		hg_smb_done(tx, HG_TO_CLIENT);
	if (last)
		hg_smb_done(tx, HG_TO_SERVER);
	else
		hg_tx_touch(&tx->tx, HG_TO_SERVER);
}

/* The peer takes all that goes through pipes of SMB1 for calls. */
static bool
carries_calls(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data)
{
	return (h->version == 1 && hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES)) ||
		hg_smb_is_pipe(app, h, handle, data);
}

void
hg_smb_pipe_request(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES);
	struct hg_dcerpc_pdu pdu;

	if (!carries_calls(app, h, handle, data))
		return;
	if (!hg_dcerpc_read(data, &pdu)) {
		if (!peer || data.len >= HG_DCERPC_HEADER)
			hg_smb_report(app, h, HG_TO_SERVER, HG_SMB_MALFORMED);
		return;
	}
	for (; data.len > 0 && hg_dcerpc_read(data, &pdu); data = hg_span_from(data, pdu.length))
		take_request(app, h, handle, &pdu);
}

static void
take_response(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle,
	const struct hg_dcerpc_pdu *pdu)
{
	const struct hg_keyed_key key = call_key(app, h, handle, pdu->call),
				  ifaces = ifaces_key(app, h, handle);
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES);
	struct hg_smb_tx *tx = find_call(app, &key);
	bool last = true;

	if (tx == NULL && (!peer || pdu->type == HG_DCERPC_RESPONSE)) {
		tx = open_call(app, h, handle, &key);
		if (tx != NULL && !hg_as_peer(app->suricata7, HG_DIFF_DCERPC_LOST))
			hg_smb_done(tx, HG_TO_SERVER);
	}
	if (tx == NULL)
		return;
	note_type(tx, HG_TO_CLIENT, pdu);
	hg_smb_status(tx, h);
	if (pdu->type == HG_DCERPC_RESPONSE) {
		last = take_stub(tx, HG_TO_CLIENT, pdu);
	} else if (pdu->type == HG_DCERPC_BIND_ACK || pdu->type == HG_DCERPC_ALTER_ACK) {
		if (!hg_dcerpc_read_ack(pdu, &tx->call.ifaces))
			hg_tx_anomaly(&tx->tx, HG_TO_CLIENT, HG_SMB_MALFORMED);
		for (unsigned i = 0; i < tx->call.ifaces.n && hg_as_peer(app->suricata7, HG_DIFF_DCERPC_ACKS);
			i++)
			tx->call.ifaces.list[i].reason = 0;
		if (tx->call.ifaces.n > 0)
			keep_ifaces(app, &ifaces, tx);
	} else if (pdu->type >= HG_DCERPC_TYPES) {
		hg_tx_anomaly(&tx->tx, HG_TO_CLIENT, HG_SMB_MALFORMED);
	}
	if (last)
		hg_smb_done(tx, HG_TO_CLIENT);
	else
		hg_tx_touch(&tx->tx, HG_TO_CLIENT);
}

static void
take_responses(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data)
{
	struct hg_dcerpc_pdu pdu;

	for (; data.len > 0 && hg_dcerpc_read(data, &pdu); data = hg_span_from(data, pdu.length))
		take_response(app, h, handle, &pdu);
}

#define BUFFER_OVERFLOW 0x80000005

/* All of an answer that came in pieces; it is one to the message that the first piece answered. */
static void
take_held(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_keyed_slot *held)
{
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	const struct hg_keyed_slot taken = *held;
	struct hg_smb_head first = *h;

	if (taken.flag)
		first.command = at_once_of(h);
	first.message = taken.value;
	/* the table may move while the text is read: it is taken out first */
	held->text = NULL;
	held->text_len = 0;
	hg_keyed_drop(table, held);
	take_responses(app, &first, handle, hg_keyed_text_of(&taken));
	hg_mem_give(app->mem, taken.text, taken.text_len);
}

void
hg_smb_pipe_response(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data)
{
	const struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_FRAGMENT, handle);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *held = hg_keyed_find(table, &key);

	if (!carries_calls(app, h, handle, held == NULL ? data : hg_keyed_text_of(held)))
		return;
	if (held == NULL && h->status == BUFFER_OVERFLOW) {
		held = hg_keyed_put(table, &key);
		if (held != NULL) {
			held->value = h->message;
			held->flag = h->command == at_once_of(h);
		}
	}
	if (held == NULL) {
		take_responses(app, h, handle, data);
		return;
	}
	if (!hg_keyed_add_text(table, held, data, PIPE_HELD))
		hg_smb_report(app, h, HG_TO_CLIENT, HG_SMB_LONG_STUB);
	if (h->status != BUFFER_OVERFLOW)
		take_held(app, h, handle, held);
}
