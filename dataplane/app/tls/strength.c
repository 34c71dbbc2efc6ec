/* What is weak about a connection, and whether it uses the SM algorithms. */
#include "app/tls/tls_int.h"

#define RFC8998_GCM 0x00c6
#define RFC8998_CCM 0x00c7
/* GM/T 0024: those with SM1, and one with SHA-1; behind them up to the last of GB/T 38636. */
#define SM1_FIRST 0xe001
#define SM1_LAST 0xe00a
#define SM4_SHA1 0xe01a
#define TLCP_LAST 0xe05a
/* Numbers that a stack made up, in TLS 1.2. */
#define PRIVATE_ECDHE 0xe102
#define PRIVATE_ECC 0xe107

const struct hg_tls_weakness hg_tls_weaknesses[HG_TLS_WEAKNESSES] = {
	{ "NULL", "_NULL_" },
	{ "EXPORT", "_EXPORT_" },
	{ "RC4", "_RC4_" },
	{ "RC2", "_RC2_" },
	{ "DES", "_DES" },
	{ "3DES", "_3DES_" },
	{ "anonymous", "_anon_" },
	{ "MD5", "_MD5" },
};

uint16_t
hg_tls_suite(const struct hg_tls_tx *tls)
{
	struct hg_reader r = hg_reader_of(tls->side[HG_TO_CLIENT].hello.ciphers);

	return hg_read_u16be(&r);
}

static uint8_t
weaknesses_of(uint16_t suite)
{
	const char *name = hg_tls_cipher_name(suite);
	uint8_t weak = 0;

	for (unsigned i = 0; name != NULL && i < HG_TLS_WEAKNESSES; i++)
		if (strstr(name, hg_tls_weaknesses[i].part) != NULL)
			weak |= (uint8_t)(1u << i);
	return weak;
}

bool
hg_tls_version_weak(uint16_t version)
{
	return version == HG_SSL_2 || (version >= HG_SSL_3 && version < HG_TLS_12);
}

/* Nobody but the peer's rules is told of it there. */
static bool
is_told(const struct hg_tls_tx *tls)
{
	return !hg_as_peer(tls->tx.app->suricata7, HG_DIFF_TLS_STRENGTH);
}

void
hg_tls_judge_choice(struct hg_tls_tx *tls)
{
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT];

	if (!is_told(tls))
		return;
	if (hg_tls_version_weak(server->version))
		hg_tls_odd(tls, HG_TO_CLIENT, HG_TLS_WEAK_VERSION);
	if (server->hello.present)
		tls->weak = weaknesses_of(hg_tls_suite(tls));
	if (tls->weak != 0)
		hg_tls_odd(tls, HG_TO_CLIENT, HG_TLS_WEAK_CIPHER);
}

bool
hg_tls_cert_expired(const struct hg_tls_tx *tls, const struct hg_tls_cert *cert)
{
	struct hg_reader r = hg_reader_of(hg_span(cert->until, sizeof(cert->until)));

	return cert->dated && tls->now / HG_SEC > hg_read_u64be(&r);
}

bool
hg_tls_cert_self_signed(const struct hg_tls_cert *cert)
{
	return cert->present && cert->subject.len > 0 && hg_span_eq(cert->subject, cert->issuer);
}

void
hg_tls_judge_cert(struct hg_tls_tx *tls, enum hg_dir dir)
{
	const struct hg_tls_cert *cert = &tls->side[dir].cert;

	if (!is_told(tls))
		return;
	if (hg_tls_cert_expired(tls, cert))
		hg_tls_odd(tls, dir, HG_TLS_CERT_EXPIRED);
	if (hg_tls_cert_self_signed(cert))
		hg_tls_odd(tls, dir, HG_TLS_CERT_SELF_SIGNED);
}

const char *
hg_tls_gm_kind(const struct hg_tls_tx *tls)
{
	const bool tlcp = tls->side[HG_TO_CLIENT].version == HG_TLCP;
	const uint16_t suite = hg_tls_suite(tls);

	if (suite == RFC8998_GCM || suite == RFC8998_CCM)
		return "tls13_rfc8998";
	if ((suite >= SM1_FIRST && suite <= SM1_LAST) || (tlcp && suite == SM4_SHA1))
		return "gmt0024";
	if (tlcp)
		return "tlcp";
	if (suite == PRIVATE_ECDHE || suite == PRIVATE_ECC || (suite > SM1_LAST && suite <= TLCP_LAST))
		return "tls12_private";
	return NULL;
}
