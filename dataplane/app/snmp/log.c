/* The EVE object `snmp`. */
#include <inttypes.h>
#include <stdio.h>

#include "app/login.h"
#include "app/snmp/snmp_int.h"
#include "base/difference.h"

#define OID_TEXT \
	512 /* bytes of a name as text; what is longer, or has a number of more than 64 bits, is cut there */
#define VARS 256 /* names of a message that its record shows */

static const char *const pdus[HG_SNMP_PDUS] = { "get_request", "get_next_request", "response", "set_request",
	"trap_v1", "get_bulk_request", "inform_request", "trap_v2", "report" };

static const char *const traps[] = { "coldStart", "warmStart", "linkDown", "linkUp", "authenticationFailure",
	"egpNeighborLoss", "enterpriseSpecific" };

/* RFC 3416 3; version 1 has the first six. */
static const char *const errors[] = { "NoError", "TooBig", "NoSuchName", "BadValue", "ReadOnly", "GenErr",
	"NoAccess", "WrongType", "WrongLength", "WrongEncoding", "WrongValue", "NoCreation",
	"InconsistentValue", "ResourceUnavailable", "CommitFailed", "UndoFailed", "AuthorizationError",
	"NotWritable", "InconsistentName" };
#define ERRORS_V1 6

struct oid_text {
	char text[OID_TEXT];
	size_t n;
	bool full;
};

static void
add_number(struct oid_text *t, uint64_t v)
{
	const int n = t->full
		? -1
		: snprintf(t->text + t->n, OID_TEXT - t->n, "%s%" PRIu64, t->n == 0 ? "" : ".", v);

	if (n < 0 || (size_t)n >= OID_TEXT - t->n)
		t->full = true;
	else
		t->n += (size_t)n;
}

/* X.690 8.19: seven bits a byte, the first number holds two; the peer takes the first byte for it. */
static struct hg_span
oid_text(struct hg_span oid, bool peer, struct oid_text *t)
{
	uint64_t v = 0;
	bool first = true;

	t->n = 0;
	t->full = false;
	for (size_t i = 0; i < oid.len; i++) {
		t->full |= v >> (64 - 7) != 0;
		v = v << 7 | (oid.p[i] & 0x7f);
		if (first && peer) {
			add_number(t, oid.p[i] / 40);
			v = oid.p[i] % 40;
		} else if ((oid.p[i] & 0x80) != 0) {
			continue;
		} else if (first) {
			add_number(t, HG_MIN(v / 40, UINT64_C(2)));
			v -= 40 * HG_MIN(v / 40, UINT64_C(2));
		}
		first = false;
		add_number(t, v);
		v = 0;
	}
	return hg_span(t->text, t->n);
}

static struct hg_span
error_text(uint32_t error, bool peer, char text[HG_AUDIT_TEXT])
{
	if (error < (peer ? ERRORS_V1 : HG_COUNT(errors)))
		return hg_span_str(errors[error]);
	snprintf(text, HG_AUDIT_TEXT, "ErrorStatus(%" PRIu32 ")", error);
	return hg_span_str(text);
}

static void
put_trap(const struct hg_snmp_message *m, bool peer, struct hg_json *j)
{
	struct oid_text t;
	char text[24];

	snprintf(text, sizeof(text), "TrapType(%" PRIu32 ")", m->trap);
	hg_json_cstr(j, "trap_type", m->trap < HG_COUNT(traps) ? traps[m->trap] : text);
	hg_json_str(j, "trap_oid", oid_text(m->enterprise, peer, &t));
	if (m->address.len != 4)
		return;
	snprintf(text, sizeof(text), "%u.%u.%u.%u", m->address.p[0], m->address.p[1], m->address.p[2],
		m->address.p[3]);
	hg_json_cstr(j, "trap_address", text);
}

static void
put_pdu(const struct hg_snmp_message *m, bool peer, struct hg_json *j)
{
	struct hg_reader vars = hg_reader_of(m->vars);
	struct hg_span oid;
	struct oid_text t;
	char text[HG_AUDIT_TEXT];

	hg_json_cstr(j, "pdu_type", pdus[m->pdu]);
	if (m->error != 0)
		hg_json_str(j, "error", error_text(m->error, peer, text));
	if (m->pdu == HG_SNMP_TRAP_V1)
		put_trap(m, peer, j);
	if (m->vars.len == 0)
		return;
	hg_json_array_at(j, "vars");
	for (unsigned i = 0; i < VARS && hg_snmp_var_next(&vars, &oid); i++)
		hg_json_item_str(j, oid_text(oid, peer, &t));
	hg_json_array_end(j);
	if (hg_reader_left(&vars) > 0)
		hg_json_bool(j, "vars_truncated", true);
}

static void
put_community(const struct hg_snmp_tx *snmp, struct hg_json *j)
{
	struct hg_app *app = snmp->tx.app;
	const struct hg_secret secret = hg_secret_of(hg_app_secrets(app), HG_SPAN_NONE, snmp->m.community);

	if (!hg_app_masks(app)) {
		hg_json_str(j, "community", snmp->m.community);
		return;
	}
	hg_json_cstr(j, "community", HG_SECRET_MASK);
	hg_secret_log(&secret, j);
}

void
hg_snmp_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_snmp_tx *snmp = (const struct hg_snmp_tx *)tx;
	const bool peer = hg_as_peer(tx->app->suricata7, HG_DIFF_SNMP_NAMES);

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "snmp");
	hg_json_u64(j, "version", snmp->version);
	if (snmp->m.encrypted)
		hg_json_cstr(j, "pdu_type", "encrypted");
	else
		put_pdu(&snmp->m, peer, j);
	if (snmp->m.version != 3)
		put_community(snmp, j);
	else if (snmp->m.has_usm && !(snmp->m.encrypted && peer))
		hg_json_str(j, "usm", snmp->m.user);
	hg_json_close(j);
}

/* Who: of version 3 only, and only claimed. An answer is told of by its own error. */
bool
hg_snmp_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a)
{
	const struct hg_snmp_tx *snmp = (const struct hg_snmp_tx *)tx;
	const bool answer = !snmp->m.encrypted && snmp->m.pdu == HG_SNMP_RESPONSE;

	(void)i;
	a->class_ = snmp->m.pdu == HG_SNMP_SET ? HG_AUDIT_ADMIN : HG_AUDIT_COMMAND;
	a->action = hg_span_str(snmp->m.encrypted ? "encrypted" : pdus[snmp->m.pdu]);
	a->user = snmp->m.user;
	a->own_user = true;
	a->opaque = snmp->m.encrypted;
	a->result = hg_audit_result_of(answer, snmp->m.error == 0);
	if (answer && snmp->m.error != 0)
		a->reason = error_text(snmp->m.error, false, a->text);
	a->secret = snmp->m.version != 3 && hg_app_masks(tx->app) ? HG_AUDIT_MASKED : HG_AUDIT_NO_SECRET;
	return true;
}
