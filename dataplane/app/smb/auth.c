/* Who logs in: NTLMSSP ([MS-NLMP]) and Kerberos (RFC 4120), bare or in SPNEGO (RFC 4178). */
#include <stdio.h>

#include "app/smb/smb_int.h"
#include "base/ber.h"

#define NTLM_AUTHENTICATE 3
#define NTLM_UNICODE 0x00000001
#define NTLM_TYPE_END 12
#define NTLM_VERSION 0x02000000
#define VERSION_END 72 /* what begins before leaves no room for a version, whatever the flags say */
#define NAMES 8        /* parts of a service's name */

/* Two answers to the challenge and what stands behind them, in this order. */
enum { LM, NT, DOMAIN, USER, HOST, SESSION_KEY, FIELDS };

struct field {
	uint16_t length;
	uint32_t offset;
};

static struct field
read_field(struct hg_reader *r)
{
	struct field f;

	f.length = hg_read_u16le(r);
	hg_read_skip(r, 2);
	f.offset = hg_read_u32le(r);
	return f;
}

static bool
keep_field(struct hg_smb_tx *tx, struct hg_reader *r, struct field f, bool unicode, struct hg_span *out)
{
	struct hg_span text = f.length == 0 ? HG_SPAN_NONE : hg_reader_at(r, f.offset, f.length);

	*out = hg_smb_name(tx, hg_span_sub(text, 0, HG_SMB_NAME), unicode);
	return !hg_reader_failed(r);
}

/* Where the peer wants parts of a login to stand, also those without bytes; elsewhere it tells nothing. */
static bool
are_in_place(const struct field field[FIELDS], size_t message)
{
	for (unsigned i = 0; i < FIELDS; i++) {
		const uint64_t end = (uint64_t)field[i].offset + field[i].length;
		const bool name = i >= DOMAIN && i <= HOST;

		if (field[i].offset >= message)
			return false;
		if (name && (field[i].offset < NTLM_TYPE_END || end > message))
			return false;
	}
	return true;
}

/* Which answers a password leaves ([MS-NLMP] 3.3); nobody in particular leaves none. */
static void
note_answers(struct hg_smb_tx *tx, struct field user, size_t lm, size_t nt)
{
	const size_t classic = 24;

	tx->mechanism = "ntlm";
	tx->anonymous = user.length == 0 && nt == 0 && lm <= 1;
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
	const struct field user = { .length = (uint16_t)HG_MIN(tx->user.len, (size_t)UINT16_MAX) };

	note_answers(tx, user, answers.len - HG_MIN(nt, answers.len), nt);
}

static bool
read_ntlmssp(struct hg_smb_tx *tx, struct hg_span in)
{
	const bool peer = hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_LOGIN_PLACE);
	struct hg_reader r = hg_reader_of(in);
	struct field field[FIELDS], domain, user, host;
	struct hg_span version;
	uint32_t flags, type, first = UINT32_MAX;
	bool unicode;

	hg_read_skip(&r, 8);
	type = hg_read_u32le(&r);
	if (hg_reader_failed(&r) || type != NTLM_AUTHENTICATE)
		return !hg_reader_failed(&r);
	for (unsigned i = 0; i < FIELDS; i++) {
		field[i] = read_field(&r);
		first = HG_MIN(first, field[i].offset);
	}
	flags = hg_read_u32le(&r);
	if (hg_reader_failed(&r))
		return false;
	domain = field[DOMAIN];
	user = field[USER];
	host = field[HOST];
	if ((flags & NTLM_VERSION) != 0 && first >= VERSION_END) {
		version = hg_read_span(&r, 8);
		tx->has_version = version.len == 8;
		if (tx->has_version)
			memcpy(tx->os_version, version.p, 8);
	}
	if (peer && !are_in_place(field, in.len))
		return true;
	if (domain.offset > user.offset || user.offset > host.offset)
		hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_NTLMSSP_ORDER);
	note_answers(tx, user, field[LM].length, field[NT].length);
	unicode = (flags & NTLM_UNICODE) != 0;
	tx->ntlmssp = keep_field(tx, &r, domain, unicode, &tx->domain) &&
		keep_field(tx, &r, user, unicode, &tx->user) && keep_field(tx, &r, host, unicode, &tx->host);
	return tx->ntlmssp;
}

/* An AP-REQ's ticket: realm and service, which are not encrypted. */
static void
read_ticket(struct hg_smb_tx *tx, struct hg_span ap)
{
	struct hg_span seq, ticket, realm, name, parts;
	struct hg_reader r;
	uint8_t tag;

	if (!hg_ber_find(ap, 0x30, &seq) || !hg_ber_member(seq, 3, 0x61, &ticket) ||
		!hg_ber_find(ticket, 0x30, &seq) || !hg_ber_member(seq, 1, 0x1b, &realm) ||
		!hg_ber_member(seq, 2, 0x30, &name) || !hg_ber_member(name, 1, 0x30, &parts))
		return;
	tx->realm = hg_span_keep(&tx->tx.arena, realm);
	tx->names = hg_arena_take0(&tx->tx.arena, NAMES * sizeof(*tx->names));
	tx->kerberos = tx->names != NULL;
	tx->mechanism = "kerberos";
	r = hg_reader_of(parts);
	while (tx->kerberos && tx->n_names < NAMES && hg_reader_left(&r) > 0 && hg_ber_take(&r, &tag, &name))
		if (tag == 0x1b)
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
	if (!hg_ber_take(&r, &tag, &value) || tag != 0x06 || hg_read_u16be(&r) != 0x0100)
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
		return hg_ber_member(outer, 0, 0x30, &seq) && hg_ber_member(seq, 2, 0x04, token);
	return hg_ber_member(blob, 1, 0x30, &seq) && hg_ber_member(seq, 2, 0x04, token);
}

void
hg_smb_auth(struct hg_app *app, struct hg_smb_tx *tx, struct hg_span blob)
{
	struct hg_span token = blob;

	(void)app;
	if (!hg_span_starts(blob, HG_BYTES("NTLMSSP\0")) && !open_spnego(blob, &token))
		return;
	if (!hg_span_starts(token, HG_BYTES("NTLMSSP\0")))
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
