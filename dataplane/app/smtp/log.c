/* EVE `smtp` and `email` (peer-semantics 7.4). */
#include "app/smtp/smtp_int.h"

static uint32_t
fields_of(const struct hg_tx *tx)
{
	if (hg_as_peer(tx->app->suricata7, HG_DIFF_SMTP_EXTENDED))
		return tx->ctx->custom;
	return tx->ctx->custom | tx->ctx->extended;
}

void
hg_smtp_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_smtp_tx *tx = (const struct hg_smtp_tx *)base;

	(void)dir;
	hg_json_open_at(j, "smtp");
	if (tx->helo.p != NULL)
		hg_json_str(j, "helo", tx->helo);
	if (tx->from.p != NULL)
		hg_json_str(j, "mail_from", tx->from);
	if (tx->to != NULL) {
		hg_json_array_at(j, "rcpt_to");
		for (const struct hg_smtp_address *a = tx->to; a != NULL && hg_mime_fits(j); a = a->next)
			hg_json_item_str(j, a->text);
		hg_json_array_end(j);
	}
	hg_json_close(j);
	if (tx->mime == NULL || !hg_mime_is_shown(tx->mime))
		return;
	hg_json_open_at(j, "email");
	hg_mime_log(tx->mime, in_alert ? 0 : fields_of(base), j);
	if (!in_alert)
		hg_mime_log_digests(
			tx->mime, &base->ctx->digests, base->ctx->subject_md5, base->ctx->body_md5, j);
	hg_json_close(j);
}
