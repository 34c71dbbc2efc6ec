/* EVE `krb5`, and the envelope. */
#include <stdio.h>

#include "app/krb5/krb5_int.h"

#define NOTHING "<empty>" /* a name that is not there, as the peer has it */

static const struct hg_krb5_name *
cname_of(const struct hg_krb5_tx *tx)
{
	return tx->told.cname.known ? &tx->told.cname : &tx->asked.cname;
}

static const struct hg_krb5_name *
sname_of(const struct hg_krb5_tx *tx)
{
	return tx->told.sname.known ? &tx->told.sname : &tx->asked.sname;
}

static void
log_name(struct hg_json *j, const char *member, const struct hg_krb5_name *name)
{
	hg_json_str(j, member, name->known ? name->text : HG_BYTES(NOTHING));
}

static void
log_names(const struct hg_krb5_tx *tx, struct hg_json *j)
{
	const struct hg_krb5_names *realm = tx->told.has_realm ? &tx->told : &tx->asked;

	log_name(j, "cname", cname_of(tx));
	hg_json_str(j, "realm", realm->has_realm ? realm->realm : HG_BYTES(NOTHING));
	log_name(j, "sname", sname_of(tx));
}

static void
log_etypes(const struct hg_krb5_tx *tx, struct hg_json *j)
{
	const bool has = tx->answer != 0 && tx->answer != HG_KRB5_ERROR;
	char text[HG_KRB5_TEXT];

	hg_json_cstr(j, "encryption", has ? hg_krb5_etype_name(tx->etype, text) : "<none>");
	hg_json_bool(j, "weak_encryption", has && hg_krb5_is_weak(tx->etype));
	if (!has)
		return;
	hg_json_cstr(j, "ticket_encryption", hg_krb5_etype_name(tx->ticket_etype, text));
	hg_json_bool(j, "ticket_weak_encryption", hg_krb5_is_weak(tx->ticket_etype));
}

static void
log_list(struct hg_json *j, const char *member, const struct hg_krb5_list *list,
	const char *(*name)(int32_t n, char out[HG_KRB5_TEXT]))
{
	char text[HG_KRB5_TEXT];

	if (list->n == 0)
		return;
	hg_json_array_at(j, member);
	for (unsigned i = 0; i < list->n; i++)
		hg_json_item_cstr(j, name(list->values[i], text));
	hg_json_array_end(j);
}

static void
log_time(struct hg_json *j, const char *member, struct hg_span time)
{
	if (time.len > 0)
		hg_json_str(j, member, time);
}

/* What the client asked for; names only where the KDC has answered by others. */
static void
log_request(const struct hg_krb5_tx *tx, struct hg_json *j)
{
	const struct hg_krb5_name *cname = &tx->asked.cname, *sname = &tx->asked.sname;
	char options[HG_KRB5_TEXT];

	hg_json_open_at(j, "request");
	hg_json_cstr(j, "msg_type", hg_krb5_type_name(tx->request));
	if (cname->known && tx->told.cname.known && !hg_span_eq(cname->text, tx->told.cname.text))
		hg_json_str(j, "cname", cname->text);
	if (sname->known && tx->told.sname.known && !hg_span_eq(sname->text, tx->told.sname.text))
		hg_json_str(j, "sname", sname->text);
	log_list(j, "padata", &tx->padata, hg_krb5_padata_name);
	log_list(j, "encryptions", &tx->etypes, hg_krb5_etype_name);
	snprintf(options, sizeof(options), "%08x", tx->options);
	hg_json_cstr(j, "options", options);
	log_time(j, "from", tx->from);
	log_time(j, "till", tx->till);
	hg_json_u64(j, "nonce", tx->nonce);
	if (tx->for_user.p != NULL)
		hg_json_str(j, "for_user", tx->for_user);
	hg_json_close(j);
}

static void
log_error(const struct hg_krb5_tx *tx, struct hg_json *j)
{
	const uint8_t request = tx->request != 0 ? tx->request : tx->failed;
	char text[HG_KRB5_TEXT];

	hg_json_cstr(j, "failed_request", request == 0 ? "UNKNOWN" : hg_krb5_type_name(request));
	hg_json_cstr(j, "error_code", hg_krb5_code_name(tx->base.app, tx->code, text));
}

void
hg_krb5_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_krb5_tx *tx = (const struct hg_krb5_tx *)base;

	(void)in_alert;
	(void)dir;
	if (tx->request == 0 && tx->answer == 0)
		return;
	hg_json_open_at(j, "krb5");
	hg_json_cstr(j, "msg_type", hg_krb5_type_name(tx->answer != 0 ? tx->answer : tx->request));
	if (tx->answer == HG_KRB5_ERROR)
		log_error(tx, j);
	log_names(tx, j);
	log_etypes(tx, j);
	if (!hg_as_peer(base->app->suricata7, HG_DIFF_KRB5_PAIRS)) {
		if (tx->words.len > 0)
			hg_json_str(j, "error_text", tx->words);
		if (tx->request != 0)
			log_request(tx, j);
	}
	hg_json_close(j);
}

/* That the KDC wants a proof first is no failure: nothing was tried. */
bool
hg_krb5_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_krb5_tx *tx = (const struct hg_krb5_tx *)base;
	const bool failed = tx->answer == HG_KRB5_ERROR;
	const uint8_t request = tx->request != 0 ? tx->request
		: failed                         ? tx->failed
						 : (uint8_t)(tx->answer - 1);
	char text[HG_KRB5_TEXT];

	(void)i;
	a->class_ = request == HG_KRB5_AS_REQ ? HG_AUDIT_LOGIN : HG_AUDIT_SESSION;
	a->own_user = true;
	a->user = cname_of(tx)->text;
	a->action = hg_span_str(request == HG_KRB5_AS_REQ ? "AS"
			: request == HG_KRB5_TGS_REQ      ? "TGS"
							  : "KRB_ERROR");
	a->object = sname_of(tx)->text;
	a->result = hg_audit_result_of(
		tx->answer != 0 && !(failed && tx->code == HG_KRB5_PREAUTH_REQUIRED), !failed);
	if (failed) {
		const char *code = hg_krb5_code_name(base->app, tx->code, text);

		a->reason =
			code == text ? hg_audit_number(a, (uint64_t)(uint32_t)tx->code) : hg_span_str(code);
	}
	return true;
}
