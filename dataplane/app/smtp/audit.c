/* The envelope of a mail, or of a connection's commands without one. */
#include "app/smtp/smtp_int.h"

enum { REFUSED = 400 };

/* The first recipient that was taken, else the first one. */
static const struct hg_smtp_address *
recipient_of(const struct hg_smtp_tx *tx)
{
	for (const struct hg_smtp_address *a = tx->to; a != NULL; a = a->next)
		if (a->answer.code != 0 && a->answer.code < REFUSED)
			return a;
	return tx->to;
}

static void
take_answer(const struct hg_smtp_answer *answer, struct hg_audit *a)
{
	a->result = hg_audit_result_of(answer->code != 0, answer->code < REFUSED);
	if (answer->code != 0)
		a->reason = hg_audit_number(a, answer->code);
}

static bool
is_refused(const struct hg_smtp_answer *answer)
{
	return answer->code >= REFUSED;
}

/* Of what came of an envelope the message's answer tells, in front of it the first refusal. */
static void
audit_mail(const struct hg_smtp_tx *tx, struct hg_audit *a)
{
	const struct hg_smtp_address *to = recipient_of(tx);

	a->class_ = HG_AUDIT_MAIL;
	a->action = tx->chunks > 0 ? HG_BYTES("BDAT") : tx->has_data ? HG_BYTES("DATA") : HG_BYTES("MAIL");
	if (to != NULL)
		a->object = to->text;
	if (tx->answer.code != 0 || tx->has_data || tx->chunks > 0)
		take_answer(&tx->answer, a);
	else if (to == NULL || is_refused(&tx->from_answer))
		take_answer(&tx->from_answer, a);
	else
		take_answer(&to->answer, a);
}

/* TLS that was agreed upon, an attempt to log in, or a greeting. */
static void
audit_session(const struct hg_smtp_tx *tx, struct hg_audit *a)
{
	a->class_ = HG_AUDIT_SESSION;
	a->object = tx->helo;
	a->action = tx->starttls ? HG_BYTES("STARTTLS") : tx->auth.seen ? HG_BYTES("AUTH") : HG_BYTES("EHLO");
	if (tx->starttls) {
		a->result = HG_AUDIT_SUCCESS;
	} else if (tx->auth.seen) {
		a->result = hg_audit_result_of(true, tx->auth.result == HG_LOGIN_SUCCESS);
		a->reason = hg_audit_number(a, tx->auth.code);
	} else {
		a->result = hg_audit_result_of(tx->extensions != NULL, true);
	}
}

bool
hg_smtp_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_smtp_tx *tx = (const struct hg_smtp_tx *)base;

	(void)i;
	if (tx->from.p != NULL || tx->to != NULL || tx->has_data || tx->chunks > 0)
		audit_mail(tx, a);
	else
		audit_session(tx, a);
	a->incomplete = tx->lossy || hg_tx_has_anomaly(base, HG_TO_SERVER, HG_SMTP_TRUNCATED) ||
		hg_tx_has_anomaly(base, HG_TO_SERVER, HG_SMTP_MANY_RECIPIENTS);
	if (tx->auth.seen && tx->auth.result == HG_LOGIN_SUCCESS)
		a->user = tx->auth.user;
	return true;
}
