/* EVE `nfs` with `rpc`, and the envelope. */
#include <stdio.h>
#include <zlib.h>

#include "app/nfs/nfs_int.h"

/* RFC 1094 2.2, RFC 1813 3.3, RFC 7530 16 */
static const char *const names2[] = { "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ",
	"WRITECACHE", "WRITE", "CREATE", "REMOVE", "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR",
	"STATFS" };
static const char *const names3[] = { "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ",
	"WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR",
	"READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT" };
static const char *const names4[] = { "NULL", "COMPOUND" };

#define TEXT 12 /* of a number, with its end */

/* RFC 1813 2.6; those that NFS 4 has added are numbers. */
static const struct {
	uint32_t value;
	const char *name;
} statuses[] = { { 0, "OK" }, { 1, "ERR_PERM" }, { 2, "ERR_NOENT" }, { 5, "ERR_IO" }, { 6, "ERR_NXIO" },
	{ 13, "ERR_ACCES" }, { 17, "ERR_EXIST" }, { 18, "ERR_XDEV" }, { 19, "ERR_NODEV" },
	{ 20, "ERR_NOTDIR" }, { 21, "ERR_ISDIR" }, { 22, "ERR_INVAL" }, { 27, "ERR_FBIG" },
	{ 28, "ERR_NOSPC" }, { 30, "ERR_ROFS" }, { 31, "ERR_MLINK" }, { 63, "ERR_NAMETOOLONG" },
	{ 66, "ERR_NOTEMPTY" }, { 69, "ERR_DQUOT" }, { 70, "ERR_STALE" }, { 71, "ERR_REMOTE" },
	{ 10001, "ERR_BADHANDLE" }, { 10002, "ERR_NOT_SYNC" }, { 10003, "ERR_BAD_COOKIE" },
	{ 10004, "ERR_NOTSUPP" }, { 10005, "ERR_TOOSMALL" }, { 10006, "ERR_SERVERFAULT" },
	{ 10007, "ERR_BADTYPE" }, { 10008, "ERR_JUKEBOX" } };

static const char *
number(char out[TEXT], uint32_t n)
{
	snprintf(out, TEXT, "%u", n);
	return out;
}

static const char *
named(const char *const *names, size_t n, uint32_t value, char out[TEXT])
{
	return value < n ? names[value] : number(out, value);
}

static const char *
procedure_name(const struct hg_nfs_tx *tx, char out[TEXT])
{
	if (tx->version == 2)
		return named(names2, HG_COUNT(names2), tx->procedure, out);
	if (tx->version == 3)
		return named(names3, HG_COUNT(names3), tx->procedure, out);
	return named(names4, HG_COUNT(names4), tx->procedure, out);
}

static const char *
status_name(uint32_t status, char out[TEXT])
{
	for (unsigned i = 0; i < HG_COUNT(statuses); i++)
		if (statuses[i].value == status)
			return statuses[i].name;
	return number(out, status);
}

static void
log_rpc(const struct hg_nfs_tx *tx, bool reply, struct hg_json *j)
{
	static const char *const flavors[] = { "NULL", "UNIX", [HG_NFS_AUTH_GSS] = "GSSAPI" };
	char text[TEXT];
	const char *flavor = tx->flavor < HG_COUNT(flavors) ? flavors[tx->flavor] : NULL;

	hg_json_open_at(j, "rpc");
	hg_json_u64(j, "xid", tx->xid);
	if (reply)
		hg_json_cstr(j, "status", tx->reply_stat == 0 ? "ACCEPTED" : "DENIED");
	hg_json_cstr(j, "auth_type", flavor != NULL ? flavor : number(text, tx->flavor));
	if (tx->has_creds) {
		hg_json_open_at(j, "creds");
		hg_json_str(j, "machine_name", tx->machine);
		hg_json_u64(j, "uid", tx->uid);
		hg_json_u64(j, "gid", tx->gid);
		hg_json_close(j);
	}
	hg_json_close(j);
}

/* Natively nothing is said of a reply that was not seen. */
void
hg_nfs_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_nfs_tx *tx = (const struct hg_nfs_tx *)base;
	const bool reply = tx->answered || hg_as_peer(base->app->suricata7, HG_DIFF_NFS_CALLS);
	char text[TEXT];

	(void)in_alert;
	(void)dir;
	log_rpc(tx, reply, j);
	hg_json_open_at(j, "nfs");
	hg_json_u64(j, "version", tx->version);
	hg_json_cstr(j, "procedure", procedure_name(tx, text));
	hg_json_str(j, "filename", tx->name);
	if (tx->handle.len > 0) {
		snprintf(text, sizeof(text), "%lx", crc32(0, tx->handle.p, (unsigned)tx->handle.len));
		hg_json_cstr(j, "hhash", text);
	}
	hg_json_u64(j, "id", base->number + 1);
	hg_json_bool(j, "file_tx", false);
	hg_json_cstr(j, "type", reply ? "response" : "request");
	if (reply)
		hg_json_cstr(j, "status", status_name(tx->status, text));
	if (tx->to.len > 0) {
		hg_json_open_at(j, "rename");
		hg_json_str(j, "from", tx->name);
		hg_json_str(j, "to", tx->to);
		hg_json_close(j);
	}
	hg_json_close(j);
}

/* Who: what AUTH_SYS says, which the client makes up. */
bool
hg_nfs_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_nfs_tx *tx = (const struct hg_nfs_tx *)base;
	char text[TEXT];
	const char *action = procedure_name(tx, text);

	(void)i;
	a->class_ = HG_AUDIT_FILE;
	a->own_user = true;
	a->user = tx->user;
	a->action = action == text ? hg_audit_number(a, tx->procedure) : hg_span_str(action);
	a->object = tx->name;
	a->incomplete = tx->incomplete;
	a->result = hg_audit_result_of(
		tx->answered, tx->reply_stat == 0 && tx->accept_stat == 0 && tx->status == 0);
	if (tx->answered && tx->reply_stat == 0 && tx->accept_stat == 0) {
		const char *status = status_name(tx->status, text);

		if (status != text)
			a->reason = hg_span_str(status);
		else if (action != text)
			a->reason = hg_audit_number(a, tx->status);
	}
	return true;
}
