/* The envelope of FTP's records (app/audit.h). */
#include "app/ftp/ftp_int.h"

static uint8_t
class_of(uint8_t command)
{
	switch (command) {
	case HG_FTP_USER_CMD:
	case HG_FTP_PASS:
	case HG_FTP_ACCT:
		return HG_AUDIT_LOGIN;
	case HG_FTP_REIN:
		return HG_AUDIT_LOGOUT;
	default:
		return hg_ftp_moves(command) ? HG_AUDIT_FILE : HG_AUDIT_COMMAND;
	}
}

/* 1yz say that it goes on, and 3yz that something is wanted, too: neither is an end. */
static void
audit_answer(const struct hg_ftp_tx *tx, struct hg_audit *a)
{
	const struct hg_span code =
		tx->last_reply == NULL ? HG_SPAN_NONE : hg_span_sub(tx->last_reply->text, 0, 3);

	if (!tx->done || !hg_ftp_has_code(code))
		return;
	a->reason = code;
	a->result = hg_audit_result_of(code.p[0] == '2' || code.p[0] >= '4', code.p[0] == '2');
}

/* The record has its tag, unless this box makes none. */
static uint8_t
secret_of(const struct hg_ftp_tx *tx)
{
	if (tx->guest || !hg_app_masks(tx->tx.app))
		return HG_AUDIT_NO_SECRET;
	return hg_app_secrets(tx->tx.app)->inner != NULL ? HG_AUDIT_HASHED : HG_AUDIT_MASKED;
}

static void
audit_command(const struct hg_ftp_tx *tx, struct hg_audit *a)
{
	struct hg_span argument;

	hg_ftp_argument(tx->name, tx->line, false, &argument);
	a->class_ = class_of(tx->command);
	a->action = tx->line.len > 0 ? tx->name : HG_BYTES("reply");
	a->user = tx->command == HG_FTP_USER_CMD ? argument : tx->user;
	if (tx->secret)
		a->secret = secret_of(tx);
	else if (tx->path.len > 0)
		a->object = tx->path;
	else if (tx->command != HG_FTP_USER_CMD)
		a->object = argument;
	a->incomplete = tx->truncated || tx->reply_truncated ||
		hg_tx_has_anomaly(&tx->tx, HG_TO_SERVER, HG_FTP_MISSING) ||
		hg_tx_has_anomaly(&tx->tx, HG_TO_CLIENT, HG_FTP_MISSING);
	audit_answer(tx, a);
}

static void
audit_session(const struct hg_ftp_summary *s, struct hg_audit *a)
{
	const bool told = s->logins[HG_LOGIN_SUCCESS] + s->logins[HG_LOGIN_FAILURE] > 0;

	a->class_ = HG_AUDIT_SESSION;
	a->action = HG_BYTES("session");
	a->user = s->user;
	a->result = hg_audit_result_of(told, s->logins[HG_LOGIN_SUCCESS] > 0);
	a->opaque = s->tls;
}

bool
hg_ftp_audit(const struct hg_tx *base, unsigned record, struct hg_audit *a)
{
	const struct hg_ftp_tx *tx = (const struct hg_ftp_tx *)base;

	(void)record;
	if (tx->session != NULL)
		audit_session(tx->session, a);
	else
		audit_command(tx, a);
	return true;
}

/* What became of it, the control connection is told. */
bool
hg_ftp_data_audit(const struct hg_tx *base, unsigned record, struct hg_audit *a)
{
	const struct hg_ftp_data_tx *tx = (const struct hg_ftp_data_tx *)base;

	(void)record;
	a->class_ = hg_ftp_lists(tx->command) ? HG_AUDIT_COMMAND : HG_AUDIT_FILE;
	a->action = hg_span_str(hg_ftp_data_command(tx->command));
	a->object = tx->path.len > 0 ? tx->path : tx->name;
	a->user = tx->user;
	a->reason = HG_BYTES("no_status");
	a->incomplete = !tx->whole;
	return true;
}
