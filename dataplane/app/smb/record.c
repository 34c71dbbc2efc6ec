/* EVE: what native records say beside what the peer's do: who did what to which file, and how it went on. */
#include "app/smb/smb_int.h"
#include "base/text.h"

/* In the order of the anomalies from HG_SMB_ADMIN_SHARE on. */
static const char *const facts[] = { "admin_share", "null_session", "guest_session", "smb1", "old_ntlm",
	"remote_exec_pipe", "remote_service", "remote_task", "directory_replication", "mass_rename",
	"mass_delete", "mass_rewrite" };

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		hg_json_text(j, name, text);
}

static void
put_flag(struct hg_json *j, const char *name, bool value)
{
	if (value)
		hg_json_bool(j, name, true);
}

static void
put_count(struct hg_json *j, const char *name, uint64_t value)
{
	if (value > 0)
		hg_json_u64(j, name, value);
}

static void
put_facts(const struct hg_smb_tx *tx, struct hg_json *j)
{
	if (tx->facts == 0)
		return;
	hg_json_array_at(j, "facts");
	for (unsigned i = 0; i < HG_COUNT(facts); i++)
		if (tx->facts & UINT32_C(1) << i)
			hg_json_item_cstr(j, facts[i]);
	hg_json_array_end(j);
}

static void
put_file(const struct hg_smb_tx *tx, struct hg_json *j)
{
	hg_json_u64(j, "bytes", tx->moved);
	hg_json_u64(j, "transfers", tx->moves);
	put_flag(j, "rewritten", tx->rewrites);
}

static void
put_session(const struct hg_smb_tx *tx, struct hg_json *j)
{
	static const char *const versions[] = { NULL, "NTLMv1", "NTLMv2", "LM" };

	if (tx->mechanism != NULL)
		hg_json_cstr(j, "mechanism", tx->mechanism);
	if (tx->ntlm != 0)
		hg_json_cstr(j, "ntlm_version", versions[tx->ntlm]);
}

void
hg_smb_log_more(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const char *op = hg_smb_op_name(tx->op);

	if (op != NULL)
		hg_json_cstr(j, "operation", op);
	put_text(j, "user", tx->who);
	put_text(j, "domain", tx->who_domain);
	put_flag(j, "guest", tx->guest);
	put_flag(j, "anonymous", tx->anonymous);
	if (tx->type != HG_SMB_TREE && tx->type != HG_SMB_FILE)
		put_text(j, "share", tx->share);
	put_text(j, "path", tx->path);
	put_text(j, "target", tx->target);
	if (tx->type == HG_SMB_FILE)
		put_file(tx, j);
	if (tx->type == HG_SMB_SESSION)
		put_session(tx, j);
	if (tx->op == HG_SMB_OP_LIST) {
		put_text(j, "pattern", tx->pattern);
		hg_json_u64(j, "entries", tx->entries);
	}
	put_flag(j, "signed", tx->is_signed);
	put_flag(j, "async", tx->async);
	put_flag(j, "related", tx->related);
	put_facts(tx, j);
}

static struct hg_span
word(const struct hg_smb_word *w)
{
	return hg_span(w->text, w->len);
}

static void
put_tally(const struct hg_smb_tally *t, struct hg_json *j)
{
	hg_json_open_at(j, "operations");
	put_count(j, "open", t->opens);
	put_count(j, "create", t->creates);
	put_count(j, "list", t->lists);
	put_count(j, "read", t->reads);
	put_count(j, "write", t->writes);
	put_count(j, "rename", t->renames);
	put_count(j, "delete", t->deletes);
	put_count(j, "set-security", t->security);
	put_count(j, "call", t->calls);
	put_count(j, "denied", t->denied);
	put_count(j, "extension_changes", t->retyped);
	put_count(j, "rewritten", t->rewritten);
	hg_json_close(j);
	hg_json_u64(j, "bytes_read", t->bytes[HG_TO_CLIENT]);
	hg_json_u64(j, "bytes_written", t->bytes[HG_TO_SERVER]);
}

static void
put_side(const struct hg_smb_traffic *t, enum hg_dir dir, const char *name, struct hg_json *j)
{
	hg_json_open_at(j, name);
	hg_json_u64(j, "messages", t->messages[dir]);
	hg_json_u64(j, "signed", t->with_signature[dir]);
	put_count(j, "encrypted", t->encrypted[dir]);
	put_count(j, "encrypted_bytes", t->encrypted_bytes[dir]);
	put_count(j, "compressed", t->compressed[dir]);
	put_count(j, "compressed_bytes", t->wire[dir]);
	put_count(j, "decompressed_bytes", t->plain[dir]);
	hg_json_u64(j, "credits", dir == HG_TO_SERVER ? t->credits_asked : t->credits_granted);
	hg_json_close(j);
}

void
hg_smb_log_summary(const struct hg_smb_tx *tx, struct hg_json *j)
{
	const struct hg_smb_session *s = tx->of;
	const struct hg_smb_traffic *t = tx->traffic;

	put_text(j, "user", word(&s->user));
	put_text(j, "domain", word(&s->domain));
	put_text(j, "host", word(&s->host));
	put_text(j, "service_host", word(&s->service));
	if (s->mechanism != NULL)
		hg_json_cstr(j, "mechanism", s->mechanism);
	put_flag(j, "guest", s->guest);
	put_flag(j, "anonymous", s->anonymous);
	put_tally(&s->all, j);
	hg_json_open_at(j, "connection");
	put_side(t, HG_TO_SERVER, "client", j);
	put_side(t, HG_TO_CLIENT, "server", j);
	put_count(j, "pending", t->pending);
	put_count(j, "cancelled", t->cancelled);
	put_count(j, "oplock_breaks", t->breaks);
	hg_json_close(j);
}
