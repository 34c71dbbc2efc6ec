/* EVE `smtp` and `email` (peer-semantics 7.4). */
#include "base/text.h"
#include "app/smtp/smtp_int.h"

static uint32_t
fields_of(const struct hg_tx *tx)
{
	if (hg_as_peer(tx->app->suricata7, HG_DIFF_SMTP_EXTENDED))
		return tx->ctx->custom;
	return tx->ctx->custom | tx->ctx->extended;
}

/* ---- natively: what the server said, and who is let in ---- */

static void
write_answer(const struct hg_smtp_answer *a, const char *name, struct hg_json *j)
{
	if (a->code == 0)
		return;
	hg_json_open_at(j, name);
	hg_json_u64(j, "code", a->code);
	if (a->text.len > 0)
		hg_json_text(j, "text", a->text);
	hg_json_close(j);
}

/* Of recipients that were taken the code tells all. */
static void
write_recipients(const struct hg_smtp_tx *tx, struct hg_json *j)
{
	if (tx->to == NULL)
		return;
	hg_json_array_at(j, "rcpt");
	for (const struct hg_smtp_address *a = tx->to; a != NULL && hg_mime_fits(j); a = a->next) {
		hg_json_open(j);
		hg_json_text(j, "addr", a->text);
		if (a->answer.code != 0)
			hg_json_u64(j, "code", a->answer.code);
		if (a->answer.code >= 300 && a->answer.text.len > 0)
			hg_json_text(j, "text", a->answer.text);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

static void
write_parameters(struct hg_span list, struct hg_json *j)
{
	const struct hg_json_mark mark = hg_json_mark(j);
	bool any = false;
	static const char *const names[] = { "size", "body", "smtputf8", "ret", "envid", "auth", "requiretls",
		"mt-priority", "by", "transid" };

	hg_json_open_at(j, "mail_params");
	while (list.len > 0) {
		struct hg_span word = hg_span_sub(list, 0, hg_span_find(list, 0, ' ')), value;
		const size_t eq = hg_span_find(word, 0, '=');
		const struct hg_span name = hg_span_sub(word, 0, eq);

		value = eq == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(word, eq + 1);
		for (size_t i = 0; i < HG_COUNT(names); i++)
			if (hg_span_eq_nocase(name, hg_span_str(names[i]))) {
				hg_json_str(j, names[i], value);
				any = true;
			}
		list = hg_span_skip_blanks(hg_span_from(list, word.len));
	}
	if (any)
		hg_json_close(j);
	else
		hg_json_rewind(j, mark);
}

static void
write_auth(const struct hg_smtp_auth *auth, struct hg_json *j)
{
	if (!auth->seen)
		return;
	hg_json_open_at(j, "auth");
	if (auth->mechanism != NULL)
		hg_json_cstr(j, "mechanism", auth->mechanism);
	if (auth->user.len > 0)
		hg_json_text(j, "user", auth->user);
	hg_json_cstr(j, "result", auth->result == HG_LOGIN_SUCCESS ? "success" : "failure");
	hg_json_u64(j, "code", auth->code);
	hg_json_close(j);
}

static void
write_server(const struct hg_smtp_tx *tx, struct hg_json *j)
{
	if (tx->banner.len > 0)
		hg_json_text(j, "banner", tx->banner);
	if (tx->extensions != NULL) {
		hg_json_array_at(j, "server_ext");
		for (const struct hg_smtp_extension *e = tx->extensions; e != NULL; e = e->next)
			hg_json_item_str(j, e->text);
		hg_json_array_end(j);
	}
	if (tx->starttls)
		hg_json_bool(j, "starttls", true);
}

static void
write_native(const struct hg_smtp_tx *tx, struct hg_json *j)
{
	write_server(tx, j);
	write_auth(&tx->auth, j);
	write_parameters(tx->parameters, j);
	write_answer(&tx->from_answer, "mail_reply", j);
	write_recipients(tx, j);
	write_answer(&tx->answer, "reply", j);
	if (tx->queue.len > 0)
		hg_json_text(j, "queue_id", tx->queue);
	if (tx->data_bytes > 0)
		hg_json_u64(j, "data_bytes", tx->data_bytes);
	if (tx->chunks > 0)
		hg_json_u64(j, "chunks", tx->chunks);
	if (tx->doubtful)
		hg_json_cstr(j, "behind_odd_end",
			tx->answer.code == 0            ? "unanswered"
				: tx->answer.code < 400 ? "accepted"
							: "refused");
	if (tx->lossy)
		hg_json_bool(j, "bytes_missing", true);
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
	if (!in_alert && !hg_as_peer(base->app->suricata7, HG_DIFF_SMTP_ANSWERS))
		write_native(tx, j);
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
