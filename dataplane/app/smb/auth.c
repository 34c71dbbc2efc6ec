/* Who logs in: NTLMSSP ([MS-NLMP]) and Kerberos (RFC 4120), bare or in SPNEGO (RFC 4178). */
#include <stdio.h>

#include "app/ntlm.h"
#include "app/smb/smb_int.h"
#include "base/ber.h"

#define NTLM_TYPE_END 12
#define NAMES 8 /* parts of a service's name */

static bool
keep_name(struct hg_smb_tx *tx, const struct hg_ntlm *n, enum hg_ntlm_part part, struct hg_span *out)
{
	struct hg_span text;
	const bool whole = hg_ntlm_bytes(n, part, &text);

	*out = hg_smb_name(tx, hg_span_sub(text, 0, HG_SMB_NAME), n->unicode);
	return whole;
}

/* Where the peer wants parts of a login to stand, also those without bytes; elsewhere it tells nothing. */
static bool
are_in_place(const struct hg_ntlm *n)
{
	const size_t message = n->message.len;

	for (unsigned i = 0; i < HG_NTLM_PARTS; i++) {
		const uint64_t end = (uint64_t)n->part[i].offset + n->part[i].length;
		const bool name = i >= HG_NTLM_DOMAIN && i <= HG_NTLM_HOST;

		if (n->part[i].offset >= message)
			return false;
		if (name && (n->part[i].offset < NTLM_TYPE_END || end > message))
			return false;
	}
	return true;
}

/* Which answers a password leaves ([MS-NLMP] 3.3); nobody in particular leaves none. */
static void
note_answers(struct hg_smb_tx *tx, size_t user, size_t lm, size_t nt)
{
	const size_t classic = 24;

	tx->mechanism = "ntlm";
	tx->anonymous = user == 0 && nt == 0 && lm <= 1;
	if (nt == classic)
		tx->ntlm = 1;
	else if (nt > classic)
		tx->ntlm = 2;
	else if (lm == classic)
		tx->ntlm = 3;
}

void
hg_smb_auth_old(struct hg_smb_tx *tx, struct hg_span answers, size_t nt)
{
	note_answers(tx, tx->user.len, answers.len - HG_MIN(nt, answers.len), nt);
}

static bool
read_ntlmssp(struct hg_smb_tx *tx, struct hg_span in)
{
	const bool peer = hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_LOGIN_PLACE);
	struct hg_ntlm n;
	uint32_t type;

	if (!hg_ntlm_type(in, &type))
		return false;
	if (type != HG_NTLM_AUTHENTICATE)
		return true;
	if (!hg_ntlm_read(&n, in))
		return false;
	tx->has_version = n.version.len == sizeof(tx->os_version);
	if (tx->has_version)
		memcpy(tx->os_version, n.version.p, sizeof(tx->os_version));
	if (peer && !are_in_place(&n))
		return true;
	if (n.part[HG_NTLM_DOMAIN].offset > n.part[HG_NTLM_USER].offset ||
		n.part[HG_NTLM_USER].offset > n.part[HG_NTLM_HOST].offset)
		hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_NTLMSSP_ORDER);
	note_answers(tx, n.part[HG_NTLM_USER].length, n.part[HG_NTLM_LM].length, n.part[HG_NTLM_NT].length);
	tx->ntlmssp = keep_name(tx, &n, HG_NTLM_DOMAIN, &tx->domain) &&
		keep_name(tx, &n, HG_NTLM_USER, &tx->user) && keep_name(tx, &n, HG_NTLM_HOST, &tx->host);
	return tx->ntlmssp;
}

/* An AP-REQ's ticket: realm and service, which are not encrypted. */
static void
read_ticket(struct hg_smb_tx *tx, struct hg_span ap)
{
	struct hg_span seq, ticket, realm, name, parts;
	struct hg_reader r;
	uint8_t tag;

	if (!hg_ber_find(ap, HG_BER_SEQUENCE, &seq) || !hg_ber_member(seq, 3, 0x61, &ticket) ||
		!hg_ber_find(ticket, HG_BER_SEQUENCE, &seq) ||
		!hg_ber_member(seq, 1, HG_BER_GENERAL_STRING, &realm) ||
		!hg_ber_member(seq, 2, HG_BER_SEQUENCE, &name) ||
		!hg_ber_member(name, 1, HG_BER_SEQUENCE, &parts))
		return;
	tx->realm = hg_span_keep(&tx->tx.arena, realm);
	tx->names = hg_arena_take0(&tx->tx.arena, NAMES * sizeof(*tx->names));
	tx->kerberos = tx->names != NULL;
	tx->mechanism = "kerberos";
	r = hg_reader_of(parts);
	while (tx->kerberos && tx->n_names < NAMES && hg_reader_left(&r) > 0 && hg_ber_take(&r, &tag, &name))
		if (tag == HG_BER_GENERAL_STRING)
			tx->names[tx->n_names++] = hg_span_keep(&tx->tx.arena, name);
}

/* GSS-API (RFC 4121 4.1): the mechanism, two bytes of what it is, an AP-REQ. */
static void
read_kerberos(struct hg_smb_tx *tx, struct hg_span token)
{
	struct hg_reader r;
	struct hg_span value;
	uint8_t tag;

	if (!hg_ber_find(token, 0x60, &value))
		return;
	r = hg_reader_of(value);
	if (!hg_ber_expect(&r, HG_BER_OID, &value) || hg_read_u16be(&r) != 0x0100)
		return;
	if (hg_ber_take(&r, &tag, &value) && tag == 0x6e)
		read_ticket(tx, value);
}

/* The mechanism's token out of a SPNEGO message, the first one or one that follows. */
static bool
open_spnego(struct hg_span blob, struct hg_span *token)
{
	struct hg_span outer, seq;

	if (hg_ber_find(blob, 0x60, &outer))
		return hg_ber_member(outer, 0, HG_BER_SEQUENCE, &seq) &&
			hg_ber_member(seq, 2, HG_BER_OCTETS, token);
	return hg_ber_member(blob, 1, HG_BER_SEQUENCE, &seq) && hg_ber_member(seq, 2, HG_BER_OCTETS, token);
}

void
hg_smb_auth(struct hg_app *app, struct hg_smb_tx *tx, struct hg_span blob)
{
	struct hg_span token = blob;

	(void)app;
	if (!hg_ntlm_is(blob) && !open_spnego(blob, &token))
		return;
	if (!hg_ntlm_is(token))
		read_kerberos(tx, token);
	else if (!read_ntlmssp(tx, token))
		hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_BAD_NTLMSSP);
}

#define MORE_PROCESSING 0xc0000016

/* A service as it is written: its parts with slashes between them. */
static struct hg_span
service_of(struct hg_smb_tx *tx)
{
	size_t len = 0, at = 0;
	uint8_t *p;

	for (unsigned i = 0; i < tx->n_names; i++)
		len += tx->names[i].len + (i > 0);
	p = len == 0 ? NULL : hg_arena_take(&tx->tx.arena, len);
	for (unsigned i = 0; i < tx->n_names && p != NULL; i++) {
		if (i > 0)
			p[at++] = '/';
		if (tx->names[i].len > 0)
			memcpy(p + at, tx->names[i].p, tx->names[i].len);
		at += tx->names[i].len;
	}
	return hg_span(p, at);
}

/* Nobody's account, or one that everybody has. */
static const char *
account_of(const struct hg_smb_tx *tx)
{
	if (tx->anonymous)
		return "anonymous";
	return tx->guest ? "guest" : NULL;
}

static void
note_facts(struct hg_smb_tx *tx)
{
	if (tx->anonymous)
		hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_NULL_SESSION);
	else if (tx->guest)
		hg_smb_fact(tx, HG_TO_CLIENT, HG_SMB_GUEST);
}

void
hg_smb_auth_result(struct hg_app *app, struct hg_smb_tx *tx, const struct hg_smb_head *h)
{
	const bool names = tx->ntlmssp || !tx->kerberos;
	char code[12];
	int n = snprintf(code, sizeof(code), "0x%08x", h->status);

	if (tx->mechanism == NULL || (!h->dos && h->status == MORE_PROCESSING)) {
		hg_smb_answer(tx, h);
		return;
	}
	if (tx->ntlm == 1 || tx->ntlm == 3)
		hg_smb_fact(tx, HG_TO_SERVER, HG_SMB_OLD_NTLM);
	if (h->status == 0) {
		note_facts(tx);
		hg_smb_session_begin(app, tx);
	}
	hg_smb_answer(tx, h);
	hg_app_login(app,
		&(struct hg_login_seen){ .user = names ? tx->user : HG_SPAN_NONE,
			.domain = names ? tx->domain : tx->realm,
			.mechanism = tx->mechanism,
			.workstation = tx->host,
			.service = service_of(tx),
			.account = h->status == 0 ? account_of(tx) : NULL,
			.code = hg_span(code, (size_t)n),
			.result = h->status == 0 ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE });
}
