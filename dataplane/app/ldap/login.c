/* Binds (RFC 4511 4.2, 4513 5; Sicily: [MS-ADTS] 5.1.1.1.3): who, by which mechanism, and whether the server let him in. */
#include <stdio.h>

#include "app/ldap/ldap_int.h"
#include "app/ntlm.h"
#include "app/veil.h"

enum { SIMPLE = 0x80, SASL = 0xa3, SICILY_FIRST = 0x89, SICILY_LAST = 0x8b };

static void
begin_sasl(struct hg_ldap *s, struct hg_span mechanism, struct hg_span credentials)
{
	if (s->sasl_open) {
		hg_sasl_line(&s->sasl, credentials);
		return;
	}
	hg_sasl_begin(&s->sasl, mechanism, credentials);
	s->sasl_open = true;
}

static void
bind_sasl(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_span choice)
{
	struct hg_ldap *s = app->state;
	struct hg_reader r = hg_reader_of(choice);
	struct hg_span mechanism = HG_SPAN_NONE, credentials = HG_SPAN_NONE;
	uint8_t tag;

	hg_ldap_take(&r, &tag, &mechanism);
	if (hg_reader_left(&r) > 0)
		hg_ldap_take(&r, &tag, &credentials);
	tx->mechanism = hg_ldap_keep(tx, mechanism);
	if (credentials.len > 0)
		hg_app_veil(app, HG_TO_SERVER, credentials.p, credentials.len);
	begin_sasl(s, mechanism, credentials);
}

/* Sicily carries NTLM in place of the password; its messages but the last are answered with success, too. */
static void
bind_sicily(struct hg_app *app, struct hg_ldap_tx *tx, uint8_t tag, struct hg_span choice)
{
	tx->goes_on = tag != SICILY_LAST;
	tx->mechanism = HG_BYTES("NTLM");
	begin_sasl(app->state, tx->mechanism, choice);
}

/* The password is kept until the answer, as a line of SASL is. A name without a password is nobody (RFC 4513 5.1.2). */
static void
bind_simple(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_span password)
{
	struct hg_ldap *s = app->state;

	tx->simple = true;
	tx->anonymous = password.len == 0;
	s->sasl_open = false;
	hg_sasl_begin(&s->sasl, HG_BYTES("plain"), password);
	if (password.len > 0)
		hg_app_veil(app, HG_TO_SERVER, password.p, password.len);
	else if (tx->dn.len > 0)
		hg_tx_anomaly(&tx->base, HG_TO_SERVER, HG_LDAP_UNAUTHENTICATED);
}

void
hg_ldap_bind(struct hg_app *app, struct hg_ldap_tx *tx, uint8_t tag, struct hg_span choice)
{
	if (tag == SIMPLE)
		bind_simple(app, tx, choice);
	else if (tag == SASL)
		bind_sasl(app, tx, choice);
	else if (tag >= SICILY_FIRST && tag <= SICILY_LAST)
		bind_sicily(app, tx, tag, choice);
}

/* SPNEGO wraps NTLM; with Kerberos the ticket says nothing that can be read. */
static void
read_wrapped(struct hg_span line, struct hg_sasl_scratch *scratch, struct hg_login_seen *seen)
{
	static const char signature[] = "NTLMSSP";
	const uint8_t *at = line.len == 0 ? NULL : memmem(line.p, line.len, signature, sizeof(signature));
	struct hg_ntlm n;
	struct hg_span message;
	uint32_t type;

	if (at == NULL)
		return;
	message = hg_span_from(line, (size_t)(at - line.p));
	if (!hg_ntlm_type(message, &type) || type != HG_NTLM_AUTHENTICATE || !hg_ntlm_read(&n, message))
		return;
	seen->mechanism = "ntlm";
	seen->domain = hg_ntlm_name(&n, HG_NTLM_DOMAIN, scratch->names[0], sizeof(scratch->names[0]));
	seen->user = hg_ntlm_name(&n, HG_NTLM_USER, scratch->names[1], sizeof(scratch->names[1]));
}

static void
read_simple(const struct hg_ldap *s, const struct hg_ldap_tx *tx, struct hg_login_seen *seen)
{
	seen->mechanism = "simple";
	if (tx->dn.len > 0)
		seen->user = tx->dn;
	seen->secret = tx->anonymous ? hg_span("", 0) : hg_buf_span(&s->sasl.text[0]);
	if (tx->anonymous)
		seen->account = "anonymous";
}

void
hg_ldap_bound(struct hg_app *app, struct hg_ldap_tx *tx)
{
	struct hg_ldap *s = app->state;
	struct hg_login_seen seen = { 0 };
	struct hg_sasl_scratch scratch;
	const char *code = hg_ldap_code_name(tx->code);
	char text[HG_AUDIT_TEXT];

	if (tx->code == HG_LDAP_SASL_GOES_ON || (tx->goes_on && tx->code == HG_LDAP_SUCCESS))
		return;
	if (tx->simple) {
		read_simple(s, tx, &seen);
	} else {
		hg_sasl_read(&s->sasl, &scratch, &seen);
		if (seen.user.p == NULL)
			read_wrapped(hg_buf_span(&s->sasl.text[s->sasl.lines > 1]), &scratch, &seen);
		if (seen.user.p == NULL && tx->dn.len > 0)
			seen.user = tx->dn;
	}
	s->sasl_open = false;
	s->sealed |= !tx->simple && tx->code == HG_LDAP_SUCCESS;
	seen.result = tx->code == HG_LDAP_SUCCESS ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE;
	if (code == NULL)
		snprintf(text, sizeof(text), "%u", tx->code);
	seen.code = hg_span_str(code != NULL ? code : text);
	tx->login = (uint8_t)(1 + seen.result);
	hg_app_login(app, &seen);
}
