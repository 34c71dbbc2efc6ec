/* What is complete is counted in its session; what shows remote control, theft or ransom is named. */
#include "app/smb/smb_int.h"

#define SECOND UINT64_C(1000000000)

enum { TOLD_RENAME = 1, TOLD_DELETE = 2, TOLD_REWRITE = 4 };

void
hg_smb_fact(struct hg_smb_tx *tx, enum hg_dir dir, enum hg_smb_anomaly row)
{
	if (hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_WHO))
		return;
	hg_tx_anomaly(&tx->tx, dir, (uint8_t)row);
	tx->facts |= UINT32_C(1) << (row - HG_SMB_ADMIN_SHARE);
}

/* Behind the last backslash. */
static struct hg_span
last_part(struct hg_span path)
{
	size_t at = path.len;

	while (at > 0 && path.p[at - 1] != '\\')
		at--;
	return hg_span_from(path, at);
}

static struct hg_span
extension(struct hg_span path)
{
	const struct hg_span name = last_part(path);

	for (size_t at = name.len; at > 0; at--)
		if (name.p[at - 1] == '.')
			return hg_span_from(name, at);
	return HG_SPAN_NONE;
}

/* Drives and the system's folder: C$, ADMIN$. */
static bool
is_admin_share(struct hg_span path)
{
	const struct hg_span name = last_part(path);
	const uint8_t letter = name.len == 2 ? name.p[0] | 0x20 : 0;

	return hg_span_eq_nocase(name, HG_BYTES("ADMIN$")) ||
		(letter >= 'a' && letter <= 'z' && name.p[1] == '$');
}

/* Pipes of tools that run programs on other machines, by how their names begin. */
static bool
is_exec_pipe(struct hg_span name)
{
	static const char *const known[] = { "psexesvc", "remcom_", "paexec", "csexec", "winexe", "ahexec",
		"xcmd" };

	name = last_part(name);
	for (unsigned i = 0; i < HG_COUNT(known); i++) {
		const struct hg_span k = hg_span_str(known[i]);

		if (hg_span_eq_nocase(hg_span_sub(name, 0, k.len), k))
			return true;
	}
	return false;
}

static void
watch_call(struct hg_smb_tx *tx, struct hg_smb_session *session)
{
	const struct hg_dcerpc_call *c = &tx->call;

	session->all.calls++;
	if (c->iface == NULL || !c->has[HG_TO_SERVER] || c->type[HG_TO_SERVER] != HG_DCERPC_REQUEST ||
		c->type[HG_TO_CLIENT] != HG_DCERPC_RESPONSE)
		return;
	switch (hg_dcerpc_meaning(c->iface->uuid, c->opnum)) {
	case HG_DCERPC_MAKES_SERVICE:
		session->service_made = true;
		break;
	case HG_DCERPC_STARTS_SERVICE:
		if (session->service_made)
			hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_EXEC_SERVICE);
		session->service_made = false;
		break;
	case HG_DCERPC_MAKES_TASK:
		hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_EXEC_TASK);
		break;
	case HG_DCERPC_REPLICATES:
		hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_REPLICATION);
		break;
	case HG_DCERPC_MEANS_NOTHING:
		break;
	}
}

/* Once a window. */
static void
judge(struct hg_smb_tx *tx, struct hg_smb_session *session, uint32_t n, uint32_t most, uint8_t bit,
	enum hg_smb_anomaly row)
{
	if (most == 0 || n < most || (session->told & bit) != 0)
		return;
	session->told |= bit;
	hg_smb_fact(tx, HG_TO_CLIENT, row);
}

static void
watch_mass(struct hg_app *app, struct hg_smb_tx *tx, struct hg_smb_session *session)
{
	const hg_time now = app->packet == NULL ? session->since : app->packet->time;
	struct hg_smb_tally *w = &session->window;
	const struct hg_decoder_ctx *ctx = app->ctx;

	if (session->since == 0 || now - session->since > (hg_time)(ctx->mass_seconds * SECOND)) {
		*w = (struct hg_smb_tally){ 0 };
		session->since = now;
		session->told = 0;
	}
	w->deletes += tx->op == HG_SMB_OP_DELETE;
	w->rewritten += tx->rewrites;
	if (tx->type == HG_SMB_RENAME) {
		const struct hg_span to = extension(tx->other);

		w->retyped += to.len > 0 && !hg_span_eq_nocase(to, extension(tx->name));
		session->all.retyped += to.len > 0 && !hg_span_eq_nocase(to, extension(tx->name));
	}
	judge(tx, session, w->retyped, ctx->mass_rename, TOLD_RENAME, HG_SMB_MASS_RENAME);
	judge(tx, session, w->rewritten, ctx->mass_rename, TOLD_REWRITE, HG_SMB_MASS_REWRITE);
	judge(tx, session, w->deletes, ctx->mass_delete, TOLD_DELETE, HG_SMB_MASS_DELETE);
}

static void
count(struct hg_smb_tally *all, const struct hg_smb_tx *tx)
{
	switch ((enum hg_smb_op)tx->op) {
	case HG_SMB_OP_OPEN:
		all->opens++;
		break;
	case HG_SMB_OP_CREATE:
	case HG_SMB_OP_OVERWRITE:
	case HG_SMB_OP_MKDIR:
		all->creates++;
		break;
	case HG_SMB_OP_LIST:
		all->lists++;
		break;
	case HG_SMB_OP_RENAME:
		all->renames++;
		break;
	case HG_SMB_OP_DELETE:
		all->deletes++;
		break;
	case HG_SMB_OP_SET_SECURITY:
		all->security++;
		break;
	case HG_SMB_OP_READ:
		all->reads++;
		break;
	case HG_SMB_OP_WRITE:
		all->writes++;
		all->rewritten += tx->rewrites;
		break;
	default:
		break;
	}
}

/* Answers that say no to who asks, not that there is nothing (more). */
static bool
is_denied(uint32_t status)
{
	switch (status) {
	case 0xc0000022: /* ACCESS_DENIED */
	case 0xc00000ca: /* NETWORK_ACCESS_DENIED */
	case 0xc0000061: /* PRIVILEGE_NOT_HELD */
		return true;
	default:
		return false;
	}
}

/* The server has agreed to SMB1, or answers in it. */
static void
watch_version(struct hg_smb *s, struct hg_smb_tx *tx)
{
	/* a negotiation of SMB1 may choose another version */
	if (tx->version != 1 || s->old_told || s->dialect != 0 ||
		(tx->type == HG_SMB_NEGOTIATE && s->dialect1_len == 0))
		return;
	s->old_told = true;
	hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_OLD_VERSION);
}

void
hg_smb_watch_moved(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, uint64_t bytes)
{
	struct hg_smb_session *session = hg_smb_session_find(app, h->session);

	if (session != NULL)
		session->all.bytes[dir] += bytes;
}

void
hg_smb_watch(struct hg_app *app, struct hg_smb_tx *tx)
{
	struct hg_smb *s = app->state;
	struct hg_smb_session *session;

	if (hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO) || !tx->has_status || tx->type == HG_SMB_SUMMARY)
		return;
	watch_version(s, tx);
	if (tx->status == 0 && tx->type == HG_SMB_TREE && is_admin_share(tx->name))
		hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_ADMIN_SHARE);
	if (tx->status == 0 && tx->type == HG_SMB_CREATE && is_exec_pipe(tx->name))
		hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_EXEC_PIPE);
	session = tx->session == 0 ? NULL : hg_smb_session_find(app, tx->session);
	if (session == NULL && tx->status == 0 && tx->session != 0 && tx->type != HG_SMB_SESSION) {
		hg_smb_session_begin(app, tx);
		session = hg_smb_session_find(app, tx->session);
	}
	if (session == NULL)
		return;
	if (tx->status != 0) {
		session->all.denied += is_denied(tx->status);
		return;
	}
	count(&session->all, tx);
	if (tx->type == HG_SMB_CALL)
		watch_call(tx, session);
	watch_mass(app, tx, session);
}
