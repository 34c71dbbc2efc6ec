/* What rules look into. */
#include "app/smtp/smtp_int.h"

#define SAME_FIELDS 64 /* of a name that rules see */

static bool
give(struct hg_span value, struct hg_view *out)
{
	*out = (struct hg_view){ value, 0, true };
	return value.p != NULL;
}

/* They are asked for one after the other. */
static bool
get_recipient(struct hg_smtp_tx *tx, uint32_t index, struct hg_view *out)
{
	if (index >= tx->n_to)
		return false;
	if (tx->asked == NULL || index < tx->asked_index) {
		tx->asked = tx->to;
		tx->asked_index = 0;
	}
	for (; tx->asked_index < index; tx->asked_index++)
		tx->asked = tx->asked->next;
	return give(tx->asked->text, out);
}

/* ---- the message ---- */

static bool
get_field(const struct hg_smtp_tx *tx, const char *name, uint32_t index, struct hg_view *out)
{
	const struct hg_span wanted = hg_span_str(name);

	if (tx->mime == NULL || index >= SAME_FIELDS)
		return false;
	for (struct hg_mime_field *f = hg_mime_root(tx->mime)->fields; f != NULL; f = f->next)
		if (hg_span_eq(f->name, wanted) && index-- == 0)
			return give(hg_mime_text(tx->mime, f), out);
	return false;
}

static bool
get_url(const struct hg_smtp_tx *tx, uint32_t index, struct hg_view *out)
{
	const struct hg_mime_url *url = tx->mime == NULL ? NULL : hg_mime_url(tx->mime, index);

	return url != NULL && give(url->text, out);
}

/* ---- files ---- */

static bool
get_of_file(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	switch (row) {
	case HG_SMTP_FILE_DATA:
		return hg_tx_file_view(tx, dir, index,
			eof && !hg_as_peer(tx->app->suricata7, HG_DIFF_SMTP_CUT), tx->app->ips, out);
	case HG_SMTP_FILE_NAME:
		return hg_tx_file_name(tx, dir, index, out);
	case HG_SMTP_FILE_TYPE:
		return hg_tx_file_type(tx, dir, index, out);
	case HG_SMTP_FILE_SIZE:
		return hg_tx_file_size(tx, dir, index, out);
	default:
		return hg_tx_file_digest(tx, dir, HG_FILE_DIGEST(row, HG_SMTP_FILE_DIGEST), index, out);
	}
}

bool
hg_smtp_get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	static const char *const fields[HG_SMTP_BUFFERS] = { [HG_SMTP_EMAIL_FROM] = "from",
		[HG_SMTP_EMAIL_TO] = "to",
		[HG_SMTP_EMAIL_CC] = "cc",
		[HG_SMTP_EMAIL_SUBJECT] = "subject",
		[HG_SMTP_EMAIL_DATE] = "date",
		[HG_SMTP_EMAIL_ID] = "message-id",
		[HG_SMTP_EMAIL_MAILER] = "x-mailer",
		[HG_SMTP_EMAIL_RECEIVED] = "received" };
	struct hg_smtp_tx *tx = (struct hg_smtp_tx *)base;

	if (row < HG_SMTP_FRAME_STREAM)
		return get_of_file(base, dir, row, index, eof, out);
	if (fields[row] != NULL)
		return get_field(tx, fields[row], index, out);
	switch (row) {
	case HG_SMTP_HELO:
		return index == 0 && give(tx->helo, out);
	case HG_SMTP_MAIL_FROM:
		return index == 0 && give(tx->from, out);
	case HG_SMTP_RCPT_TO:
		return get_recipient(tx, index, out);
	case HG_SMTP_EMAIL_URL:
		return get_url(tx, index, out);
	default:
		return false;
	}
}
