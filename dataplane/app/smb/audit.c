/* The object `audit`: who did what, as in every protocol. */
#include "app/audit.h"
#include "app/smb/smb_int.h"

#define PENDING 0x00000103
#define MORE_PROCESSING 0xc0000016
#define ERRORS 0xc0000000 /* and above; what is below are successes, news and warnings */

static uint8_t
class_of(const struct hg_smb_tx *tx)
{
	switch ((enum hg_smb_op)tx->op) {
	case HG_SMB_OP_LOGIN:
		return HG_AUDIT_LOGIN;
	case HG_SMB_OP_LOGOFF:
		return HG_AUDIT_LOGOUT;
	case HG_SMB_OP_NONE:
	case HG_SMB_OP_NEGOTIATE:
	case HG_SMB_OP_CONNECT:
	case HG_SMB_OP_DISCONNECT:
	case HG_SMB_OP_CANCEL:
	case HG_SMB_OP_ECHO:
		return HG_AUDIT_SESSION;
	case HG_SMB_OP_CALL:
		return HG_AUDIT_COMMAND;
	default:
		return HG_AUDIT_FILE;
	}
}

/* The last answer may be one that says to wait, or to go on. */
static uint8_t
result_of(const struct hg_smb_tx *tx)
{
	if (!tx->has_status || (!tx->dos && (tx->status == PENDING || tx->status == MORE_PROCESSING)))
		return HG_AUDIT_UNKNOWN;
	if (tx->has_call && tx->call.has[HG_TO_CLIENT] && tx->call.type[HG_TO_CLIENT] == HG_DCERPC_FAULT)
		return HG_AUDIT_FAILURE;
	return hg_audit_result_of(true, tx->dos ? tx->status == 0 : tx->status < ERRORS);
}

static void
note_call(const struct hg_smb_tx *tx, struct hg_audit *a)
{
	const struct hg_dcerpc_iface *iface = tx->call.iface;
	const char *name = iface == NULL ? NULL : hg_dcerpc_interface_name(iface->uuid);
	const char *operation = iface == NULL ? NULL : hg_dcerpc_operation_name(iface->uuid, tx->call.opnum);

	if (name != NULL)
		a->object = hg_span_str(name);
	if (operation != NULL)
		a->action = hg_span_str(operation);
}

static bool
has_gaps(const struct hg_tx *tx)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (f->gaps || f->state == HG_FILE_TRUNCATED)
			return true;
	return false;
}

static bool
audit_summary(const struct hg_smb_tx *tx, struct hg_audit *a)
{
	const struct hg_smb_session *s = tx->of;

	a->class_ = HG_AUDIT_SESSION;
	a->own_user = true;
	a->user = hg_span(s->user.text, s->user.len);
	a->action = HG_BYTES("session");
	return true;
}

bool
hg_smb_audit(const struct hg_tx *base, unsigned record, struct hg_audit *a)
{
	const struct hg_smb_tx *tx = (const struct hg_smb_tx *)base;
	const char *op = hg_smb_op_name(tx->op);
	const char *status;

	(void)record;
	if (tx->type == HG_SMB_SUMMARY)
		return tx->of != NULL && audit_summary(tx, a);
	a->class_ = class_of(tx);
	/* a connection may carry sessions of several users */
	a->own_user = tx->session != 0 && !hg_as_peer(base->app->suricata7, HG_DIFF_SMB_WHO);
	a->user = tx->who;
	a->action = op == NULL ? HG_SPAN_NONE : hg_span_str(op);
	a->object = tx->path.len > 0 ? tx->path : tx->share;
	if (tx->has_call)
		note_call(tx, a);
	a->result = result_of(tx);
	status = tx->has_status && !tx->dos ? hg_smb_status_name(tx->status) : NULL;
	if (status != NULL)
		a->reason = hg_span_str(status);
	a->incomplete = has_gaps(base);
	return true;
}
