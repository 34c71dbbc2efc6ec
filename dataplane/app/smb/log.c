/* EVE: what a message was about, as the peer writes it. */
#include <stdio.h>

#include "app/smb/smb_int.h"

static void
log_dialect(const struct hg_smb_tx *tx, struct hg_json *j)
{
	char number[8];

	if (tx->dialect != 0)
		hg_json_cstr(j, "dialect", hg_smb_dialect_name(tx->dialect, number));
	else if (tx->dialect1.len != 0)
		hg_json_str(j, "dialect", tx->dialect1);
	else
		hg_json_cstr(j, "dialect", "unknown");
}

/* Of DOS: class, nothing, and a code of two bytes. */
static void
log_dos(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const uint8_t class = (uint8_t)tx->status;
	const uint16_t code = (uint16_t)(tx->status >> 16);
	const char *name = hg_smb_dos_name(class, code, hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_DOS));
	char text[32];

	if (name == NULL && (class == 1 || class == 2))
		snprintf(text, sizeof(text), "%u", code);
	else
		snprintf(text, sizeof(text), "UNKNOWN_%02x_%04x", class, code);
	hg_json_cstr(j, "status", name == NULL ? text : name);
	snprintf(text, sizeof(text), "0x%04x", code);
	hg_json_cstr(j, "status_code", text);
}

static void
log_status(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const char *name = hg_smb_status_name(tx->status);
	char text[16];

	if (!tx->has_status)
		return;
	if (tx->dos) {
		log_dos(tx, j);
		return;
	}
	snprintf(text, sizeof(text), "%u", tx->status);
	hg_json_cstr(j, "status", name == NULL ? text : name);
	snprintf(text, sizeof(text), "0x%x", tx->status);
	hg_json_cstr(j, "status_code", text);
}

static void
log_head(const struct hg_smb_tx *tx, struct hg_json *j)
{
	char name[48];

	hg_json_u64(j, "id", tx->tx.number + 1);
	log_dialect(tx, j);
	if (tx->type == HG_SMB_SUMMARY) {
		hg_json_cstr(j, "type", "session");
		hg_json_u64(j, "session_id", tx->session);
		return;
	}
	if (tx->version == 1)
		hg_smb1_command_name((uint8_t)tx->command, name);
	else if (tx->version == 0)
		snprintf(name, sizeof(name), "unknown");
	else
		hg_smb2_command_name(tx->command, name);
	hg_json_cstr(j, "command", name);
	log_status(tx, j);
	hg_json_u64(j, "session_id", tx->session);
	hg_json_u64(j, "tree_id", tx->tree);
}

/* The parts of a GUID follow the byte order of Windows; of handles the last four bytes come as one number, too. */
static void
log_guid(struct hg_json *j, const char *name, const uint8_t g[16])
{
	char text[40];
	int n = snprintf(text, sizeof(text),
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", g[3], g[2], g[1],
		g[0], g[5], g[4], g[7], g[6], g[9], g[8], g[11], g[10], g[15], g[14], g[13], g[12]);

	hg_json_plain(j, name, hg_span(text, (size_t)n));
}

static void
log_handle(const struct hg_smb_tx *tx, struct hg_json *j)
{
	char text[8];

	if (tx->handle_len == 16) {
		log_guid(j, "fuid", tx->handle);
	} else if (tx->handle_len == 2) {
		snprintf(text, sizeof(text), "%02x%02x", tx->handle[1], tx->handle[0]);
		hg_json_cstr(j, "fuid", text);
	} else {
		hg_json_cstr(j, "fuid", "");
	}
}

static void
log_negotiate(const struct hg_smb_tx *tx, struct hg_json *j)
{
	hg_json_array_at(j, "client_dialects");
	for (unsigned i = 0; i < tx->n_dialects; i++)
		hg_json_item_str(j, tx->dialects[i]);
	hg_json_array_end(j);
	if (tx->has_guid[0])
		log_guid(j, "client_guid", tx->guids[0]);
	if (tx->has_guid[1])
		log_guid(j, "server_guid", tx->guids[1]);
	else
		hg_json_cstr(j, "server_guid", "");
	if (tx->max_read > 0)
		hg_json_u64(j, "max_read_size", tx->max_read);
	if (tx->max_write > 0)
		hg_json_u64(j, "max_write_size", tx->max_write);
}

static void
log_ntlmssp(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const uint8_t *v = tx->os_version;
	char text[40];

	hg_json_open_at(j, "ntlmssp");
	hg_json_str(j, "domain", tx->domain);
	hg_json_str(j, "user", tx->user);
	hg_json_str(j, "host", tx->host);
	if (tx->has_version) {
		snprintf(text, sizeof(text), "%u.%u build %u rev %u", v[0], v[1], v[2] | v[3] << 8, v[7]);
		hg_json_cstr(j, "version", text);
	}
	hg_json_close(j);
}

static void
log_session(const struct hg_smb_tx *tx, struct hg_json *j)
{
	static const char *const sides[2] = { "request", "response" };

	if (tx->kerberos) {
		hg_json_open_at(j, "kerberos");
		hg_json_str(j, "realm", tx->realm);
		hg_json_array_at(j, "snames");
		for (unsigned i = 0; i < tx->n_names; i++)
			hg_json_item_str(j, tx->names[i]);
		hg_json_array_end(j);
		hg_json_close(j);
	}
	if (tx->ntlmssp)
		log_ntlmssp(tx, j);
	for (unsigned i = 0; i < 2; i++) {
		if (!tx->has_host[i])
			continue;
		hg_json_open_at(j, sides[i]);
		hg_json_str(j, "native_os", tx->os[i]);
		hg_json_str(j, "native_lm", tx->lm[i]);
		hg_json_close(j);
	}
}

static void
log_tree(const struct hg_smb_tx *tx, struct hg_json *j)
{
	static const char *const types[] = { "UNKNOWN", "FILE", "PIPE", "PRINT" };

	hg_json_str(j, tx->pipe ? "named_pipe" : "share", tx->name);
	if (tx->version == 2) {
		hg_json_cstr(j, "share_type", types[tx->number < HG_COUNT(types) ? tx->number : 0]);
		return;
	}
	hg_json_open_at(j, "service");
	if (tx->other.p != NULL)
		hg_json_str(j, "request", tx->other);
	if (tx->service.p != NULL)
		hg_json_str(j, "response", tx->service);
	hg_json_close(j);
}

static void
log_name(const struct hg_smb_tx *tx, struct hg_json *j)
{
	if (tx->name.len == 0)
		hg_json_cstr(j, "filename", "<share_root>");
	else
		hg_json_str(j, tx->directory ? "directory" : "filename", tx->name);
}

static void
log_create(const struct hg_smb_tx *tx, struct hg_json *j)
{
	static const char *const dispositions[] = { "FILE_SUPERSEDE", "FILE_OPEN", "FILE_CREATE",
		"FILE_OPEN_IF", "FILE_OVERWRITE", "FILE_OVERWRITE_IF" };

	log_name(tx, j);
	hg_json_cstr(
		j, "disposition", tx->number < HG_COUNT(dispositions) ? dispositions[tx->number] : "UNKNOWN");
	hg_json_cstr(j, "access", tx->deleting ? "delete on close" : "normal");
	hg_json_u64(j, "created", tx->times[0]);
	hg_json_u64(j, "accessed", tx->times[1]);
	hg_json_u64(j, "modified", tx->times[2]);
	hg_json_u64(j, "changed", tx->times[3]);
	hg_json_u64(j, "size", tx->size);
	log_handle(tx, j);
}

static void
log_rename(const struct hg_smb_tx *tx, struct hg_json *j)
{
	if (tx->version == 2) {
		hg_json_open_at(j, "set_info");
		hg_json_cstr(j, "class", "FILE_INFO");
		hg_json_cstr(j, "info_level", "SMB2_FILE_RENAME_INFO");
		hg_json_close(j);
	}
	hg_json_open_at(j, "rename");
	hg_json_str(j, "from", tx->name);
	hg_json_str(j, "to", tx->other);
	hg_json_close(j);
	log_handle(tx, j);
}

/* Of SMB1 the sub-command tells what was named: 8 a handle, 6 a path. */
static void
log_set_info(const struct hg_smb_tx *tx, struct hg_json *j)
{
	log_name(tx, j);
	hg_json_cstr(j, "access", tx->deleting ? "delete on close" : "normal");
	if (tx->version == 1 && tx->number >> 16 == 8)
		hg_json_cstr(j, "subcmd", "SET_FILE_INFO");
	else if (tx->version == 1 && tx->number >> 16 == 6)
		hg_json_cstr(j, "subcmd", "SET_PATH_INFO");
	if ((tx->number & 0xffff) == 1013)
		hg_json_cstr(j, "level_of_interest", "Set Disposition Information");
	log_handle(tx, j);
}

/* Natively the one that is called; the peer shows all of the connection's last bind. */
static void
log_iface(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const struct hg_keyed_key key = { .kind = HG_SMB_KEY_IFACES };
	struct hg_app *app = tx->tx.app;
	const struct hg_keyed_slot *slot;

	if (!hg_as_peer(app->suricata7, HG_DIFF_SMB_PIPES)) {
		if (tx->call.iface != NULL)
			hg_dcerpc_log_ifaces(tx->call.iface, 1, HG_DCERPC_ACKS_NONE, true, j);
		return;
	}
	/* it knows no context but the first */
	if (tx->call.context != 0)
		return;
	slot = app->decoder == &hg_smb ? hg_keyed_find(&((struct hg_smb *)app->state)->table, &key) : NULL;
	if (slot != NULL && slot->text_len > 0)
		hg_dcerpc_log_ifaces((const struct hg_dcerpc_iface *)(const void *)slot->text,
			(unsigned)(slot->text_len / sizeof(struct hg_dcerpc_iface)), HG_DCERPC_ACKS_NONE,
			false, j);
}

static void
log_call(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const struct hg_dcerpc_call *c = &tx->call;
	const bool requests = c->has[HG_TO_SERVER] && c->type[HG_TO_SERVER] == HG_DCERPC_REQUEST;
	char number[4];

	hg_json_open_at(j, "dcerpc");
	hg_json_cstr(j, "request",
		c->has[HG_TO_SERVER] ? hg_dcerpc_type_name(c->type[HG_TO_SERVER], number) : "REQUEST_LOST");
	hg_json_cstr(j, "response",
		c->has[HG_TO_CLIENT] ? hg_dcerpc_type_name(c->type[HG_TO_CLIENT], number) : "UNREPLIED");
	if (!hg_as_peer(tx->tx.app->suricata7, HG_DIFF_DCERPC_NAMES))
		hg_dcerpc_log_names(c, j);
	if (requests) {
		hg_json_u64(j, "opnum", c->opnum);
		hg_dcerpc_log_side(c, HG_TO_SERVER, false, "req", j);
		log_iface(tx, j);
	} else if (c->has[HG_TO_SERVER] && c->type[HG_TO_SERVER] == HG_DCERPC_BIND && c->ifaces.n > 0) {
		hg_dcerpc_log_ifaces(c->ifaces.list, c->ifaces.n, HG_DCERPC_ACKS_REASONS,
			!hg_as_peer(tx->tx.app->suricata7, HG_DIFF_DCERPC_NAMES), j);
	}
	if (c->has[HG_TO_CLIENT] && c->type[HG_TO_CLIENT] == HG_DCERPC_RESPONSE)
		hg_dcerpc_log_side(c, HG_TO_CLIENT, false, "res", j);
	hg_json_u64(j, "call_id", c->id);
	hg_json_close(j);
}

static void
log_type(const struct hg_smb_tx *tx, struct hg_json *j)
{
	char name[48];

	switch ((enum hg_smb_type)tx->type) {
	case HG_SMB_OTHER:
		break;
	case HG_SMB_NEGOTIATE:
		log_negotiate(tx, j);
		break;
	case HG_SMB_SESSION:
		log_session(tx, j);
		break;
	case HG_SMB_TREE:
		log_tree(tx, j);
		break;
	case HG_SMB_CREATE:
		log_create(tx, j);
		break;
	case HG_SMB_FILE:
		hg_json_str(j, "filename", tx->name);
		hg_json_str(j, "share", tx->other);
		log_handle(tx, j);
		break;
	case HG_SMB_RENAME:
		log_rename(tx, j);
		break;
	case HG_SMB_SET_INFO:
		log_set_info(tx, j);
		break;
	case HG_SMB_CALL:
		log_call(tx, j);
		break;
	case HG_SMB_IOCTL:
		hg_smb_function_name(tx->number, name);
		hg_json_cstr(j, "function", name);
		break;
	case HG_SMB_SUMMARY:
		hg_smb_log_summary(tx, j);
		break;
	}
}

void
hg_smb_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_smb_tx *tx = (const struct hg_smb_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "smb");
	log_head(tx, j);
	log_type(tx, j);
	if (tx->type != HG_SMB_SUMMARY && !hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_WHO))
		hg_smb_log_more(tx, j);
	hg_json_close(j);
}
