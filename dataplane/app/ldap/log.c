/* EVE `ldap`, with names as Suricata 8 has them, and the envelope. */
#include <stdio.h>

#include "app/ldap/ldap_int.h"
#include "base/text.h"

#define TEXT 12 /* of a number, with its end */

/* RFC 4511 4.1.9, 3062, 3909, 4528, 4370 */
static const struct {
	uint32_t code;
	const char *name;
} codes[] = { { 0, "success" }, { 1, "operations_error" }, { 2, "protocol_error" },
	{ 3, "time_limit_exceeded" }, { 4, "size_limit_exceeded" }, { 5, "compare_false" },
	{ 6, "compare_true" }, { 7, "auth_method_not_supported" }, { 8, "stronger_auth_required" },
	{ 10, "referral" }, { 11, "admin_limit_exceeded" }, { 12, "unavailable_critical_extension" },
	{ 13, "confidentiality_required" }, { 14, "sasl_bind_in_progress" }, { 16, "no_such_attribute" },
	{ 17, "undefined_attribute_type" }, { 18, "inappropriate_matching" }, { 19, "constraint_violation" },
	{ 20, "attribute_or_value_exists" }, { 21, "invalid_attribute_syntax" }, { 32, "no_such_object" },
	{ 33, "alias_problem" }, { 34, "invalid_dn_syntax" }, { 36, "alias_dereferencing_problem" },
	{ 48, "inappropriate_authentication" }, { 49, "invalid_credentials" },
	{ 50, "insufficient_access_rights" }, { 51, "busy" }, { 52, "unavailable" },
	{ 53, "unwilling_to_perform" }, { 54, "loop_detect" }, { 64, "naming_violation" },
	{ 65, "object_class_violation" }, { 66, "not_allowed_on_non_leaf" }, { 67, "not_allowed_on_rdn" },
	{ 68, "entry_already_exists" }, { 69, "object_class_mods_prohibited" },
	{ 71, "affects_multiple_dsas" }, { 80, "other" } };

static const char *
operation_name(uint8_t op)
{
	switch (op) {
	case HG_LDAP_BIND:
		return "bind_request";
	case HG_LDAP_BIND_RESPONSE:
		return "bind_response";
	case HG_LDAP_UNBIND:
		return "unbind_request";
	case HG_LDAP_SEARCH:
		return "search_request";
	case HG_LDAP_SEARCH_DONE:
		return "search_result_done";
	case HG_LDAP_MODIFY:
		return "modify_request";
	case HG_LDAP_MODIFY_RESPONSE:
		return "modify_response";
	case HG_LDAP_ADD:
		return "add_request";
	case HG_LDAP_ADD_RESPONSE:
		return "add_response";
	case HG_LDAP_DELETE:
		return "del_request";
	case HG_LDAP_DELETE_RESPONSE:
		return "del_response";
	case HG_LDAP_MODIFY_DN:
		return "mod_dn_request";
	case HG_LDAP_MODIFY_DN_RESPONSE:
		return "mod_dn_response";
	case HG_LDAP_COMPARE:
		return "compare_request";
	case HG_LDAP_COMPARE_RESPONSE:
		return "compare_response";
	case HG_LDAP_ABANDON:
		return "abandon_request";
	case HG_LDAP_EXTENDED:
		return "extended_request";
	case HG_LDAP_EXTENDED_RESPONSE:
		return "extended_response";
	default:
		return "unknown";
	}
}

const char *
hg_ldap_code_name(uint32_t code)
{
	for (unsigned i = 0; i < HG_COUNT(codes); i++)
		if (codes[i].code == code)
			return codes[i].name;
	return NULL;
}

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	hg_json_text(j, name, hg_text_cut(text));
}

static void
put_some(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		put_text(j, name, text);
}

static void
put_named(struct hg_json *j, const char *name, const char *const *names, size_t n, uint32_t value)
{
	if (value < n)
		hg_json_cstr(j, name, names[value]);
	else
		hg_json_cstr(j, name, "unknown");
}

static void
put_names(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	if (tx->n_names == 0)
		return;
	hg_json_array_at(j, "attributes");
	for (unsigned i = 0; i < tx->n_names; i++)
		hg_json_item_str(j, hg_text_cut(tx->names[i].text));
	hg_json_array_end(j);
	if (tx->more_names)
		hg_json_bool(j, "more_attributes", true);
}

static void
put_changes(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	static const char *const kinds[] = { "add", "delete", "replace", "increment" };

	if (tx->n_names == 0)
		return;
	hg_json_array_at(j, "changes");
	for (unsigned i = 0; i < tx->n_names; i++) {
		hg_json_open(j);
		put_named(j, "operation", kinds, HG_COUNT(kinds), tx->names[i].change);
		put_text(j, "attribute_type", tx->names[i].text);
		hg_json_close(j);
	}
	hg_json_array_end(j);
	if (tx->more_names)
		hg_json_bool(j, "more_changes", true);
}

static void
put_search(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	static const char *const scopes[] = { "base_object", "single_level", "whole_subtree",
		"subordinate_subtree" };
	static const char *const aliases[] = { "never_deref_aliases", "deref_in_searching",
		"deref_finding_base_obj", "deref_always" };

	put_text(j, "base_object", tx->dn);
	put_named(j, "scope", scopes, HG_COUNT(scopes), tx->scope);
	put_named(j, "deref_alias", aliases, HG_COUNT(aliases), tx->deref);
	hg_json_u64(j, "size_limit", tx->size_limit);
	hg_json_u64(j, "time_limit", tx->time_limit);
	hg_json_bool(j, "types_only", tx->types_only);
	put_text(j, "filter", tx->filter);
	put_names(tx, j);
}

static void
put_bind(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	static const char *const results[] = { "unknown", "success", "failure" };

	hg_json_u64(j, "version", tx->version);
	put_text(j, "name", tx->dn);
	if (tx->simple) {
		hg_json_cstr(j, "authentication", tx->anonymous ? "anonymous" : "simple");
	} else {
		hg_json_cstr(j, "authentication", "sasl");
		hg_json_open_at(j, "sasl");
		put_text(j, "mechanism", tx->mechanism);
		hg_json_close(j);
	}
	if (tx->login > 0)
		hg_json_cstr(j, "result", results[tx->login - 1]);
}

static void
put_members(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	switch (tx->op) {
	case HG_LDAP_BIND:
		put_bind(tx, j);
		break;
	case HG_LDAP_SEARCH:
		put_search(tx, j);
		break;
	case HG_LDAP_MODIFY:
		put_text(j, "entry", tx->dn);
		put_changes(tx, j);
		break;
	case HG_LDAP_ADD:
	case HG_LDAP_COMPARE:
		put_text(j, "entry", tx->dn);
		put_names(tx, j);
		put_some(j, "value", tx->value);
		break;
	case HG_LDAP_DELETE:
		put_text(j, "entry", tx->dn);
		break;
	case HG_LDAP_MODIFY_DN:
		put_text(j, "entry", tx->dn);
		put_text(j, "new_rdn", tx->rdn);
		hg_json_bool(j, "delete_old_rdn", tx->delete_old);
		put_some(j, "new_superior", tx->superior);
		break;
	case HG_LDAP_ABANDON:
		hg_json_u64(j, "message_id", tx->abandoned);
		break;
	case HG_LDAP_EXTENDED:
		put_text(j, "name", tx->oid);
		break;
	default:
		break;
	}
}

static void
put_request(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	hg_json_open_at(j, "request");
	hg_json_u64(j, "message_id", tx->id);
	hg_json_cstr(j, "operation", operation_name(tx->op));
	if (tx->op != HG_LDAP_UNBIND) {
		hg_json_open_at(j, operation_name(tx->op));
		put_members(tx, j);
		hg_json_close(j);
	}
	if (tx->incomplete)
		hg_json_bool(j, "cut", true);
	hg_json_close(j);
}

static const char *
code_name(uint32_t code, char text[TEXT])
{
	const char *name = hg_ldap_code_name(code);

	if (name == NULL)
		snprintf(text, TEXT, "%u", code);
	return name != NULL ? name : text;
}

static void
put_response(const struct hg_ldap_tx *tx, struct hg_json *j)
{
	char text[TEXT];

	hg_json_array_at(j, "responses");
	hg_json_open(j);
	hg_json_cstr(j, "operation", operation_name(tx->answer));
	hg_json_open_at(j, operation_name(tx->answer));
	hg_json_cstr(j, "result_code", code_name(tx->code, text));
	put_text(j, "matched_dn", tx->matched);
	put_text(j, "error_message", tx->message);
	put_some(j, "name", tx->answer_oid);
	hg_json_close(j);
	if (tx->op == 0)
		hg_json_u64(j, "message_id", tx->id);
	hg_json_close(j);
	hg_json_array_end(j);
}

void
hg_ldap_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_ldap_tx *tx = (const struct hg_ldap_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "ldap");
	if (tx->op != 0)
		put_request(tx, j);
	if (tx->answer != 0)
		put_response(tx, j);
	if (tx->op == HG_LDAP_SEARCH) {
		hg_json_u64(j, "entries", tx->entries);
		hg_json_u64(j, "references", tx->references);
	}
	hg_json_close(j);
}

/* ---- the envelope ---- */

static uint8_t
class_of(uint8_t op)
{
	switch (op) {
	case HG_LDAP_BIND:
		return HG_AUDIT_LOGIN;
	case HG_LDAP_UNBIND:
		return HG_AUDIT_LOGOUT;
	case HG_LDAP_SEARCH:
	case HG_LDAP_COMPARE:
		return HG_AUDIT_QUERY;
	case HG_LDAP_MODIFY:
	case HG_LDAP_ADD:
	case HG_LDAP_DELETE:
	case HG_LDAP_MODIFY_DN:
		return HG_AUDIT_ADMIN;
	default:
		return HG_AUDIT_COMMAND;
	}
}

/* Both answers of COMPARE, a referral, and a bind that goes on are what was asked for. */
static bool
is_good(uint32_t code)
{
	return code == HG_LDAP_SUCCESS || code == 5 || code == 6 || code == 10 ||
		code == HG_LDAP_SASL_GOES_ON;
}

bool
hg_ldap_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_ldap_tx *tx = (const struct hg_ldap_tx *)base;
	const char *code = hg_ldap_code_name(tx->code);

	(void)i;
	a->class_ = class_of(tx->op);
	a->action = hg_span_str(operation_name(tx->op != 0 ? tx->op : tx->answer));
	a->object = tx->op == HG_LDAP_EXTENDED ? tx->oid : tx->dn;
	a->incomplete = tx->incomplete;
	a->result = hg_audit_result_of(tx->answer != 0, is_good(tx->code));
	if (tx->answer != 0)
		a->reason = code != NULL ? hg_span_str(code) : hg_audit_number(a, tx->code);
	if (tx->op == HG_LDAP_BIND && tx->simple && !tx->anonymous)
		a->secret = HG_AUDIT_MASKED;
	return true;
}
