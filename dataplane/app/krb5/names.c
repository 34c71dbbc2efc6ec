/* Numbers by their names: RFC 4120 7.5, RFC 3961 8, RFC 4556 3.1.3, RFC 6113 6, [MS-KILE] 2.2, IANA's Kerberos parameters. */
#include <stdio.h>

#include "app/krb5/krb5_int.h"

struct row {
	int32_t number;
	const char *name;
};

static const struct row etypes[] = { { 1, "des-cbc-crc" }, { 2, "des-cbc-md4" }, { 3, "des-cbc-md5" },
	{ 5, "des3-cbc-md5" }, { 7, "des3-cbc-sha1" }, { 9, "dsaWithSHA1-CmsOID" },
	{ 10, "md5WithRSAEncryption-CmsOID" }, { 11, "sha1WithRSAEncryption-CmsOID" },
	{ 12, "rc2CBC-EnvOID" }, { 13, "rsaEncryption-EnvOID" }, { 14, "rsaES-OAEP-ENV-OID" },
	{ 15, "des-ede3-cbc-Env-OID" }, { 16, "des3-cbc-sha1-kd" }, { 17, "aes128-cts-hmac-sha1-96" },
	{ 18, "aes256-cts-hmac-sha1-96" }, { 19, "aes128-cts-hmac-sha256-128" },
	{ 20, "aes256-cts-hmac-sha384-192" }, { 23, "rc4-hmac" }, { 24, "rc4-hmac-exp" },
	{ 25, "camellia128-cts-cmac" }, { 26, "camellia256-cts-cmac" }, { 65, "subkey-keymaterial" },
	{ -128, "rc4-md4" }, { -129, "rc4-plain2" }, { -130, "rc4-lm" }, { -131, "rc4-sha" },
	{ -132, "des-plain" }, { -133, "rc4-hmac-OLD" }, { -134, "rc4-plain-OLD" },
	{ -135, "rc4-hmac-OLD-exp" }, { -136, "rc4-plain-OLD-exp" }, { -140, "rc4-plain" },
	{ -141, "rc4-plain-exp" } };

static const struct row codes[] = { { 0, "KDC_ERR_NONE" }, { 1, "KDC_ERR_NAME_EXP" },
	{ 2, "KDC_ERR_SERVICE_EXP" }, { 3, "KDC_ERR_BAD_PVNO" }, { 4, "KDC_ERR_C_OLD_MAST_KVNO" },
	{ 5, "KDC_ERR_S_OLD_MAST_KVNO" }, { 6, "KDC_ERR_C_PRINCIPAL_UNKNOWN" },
	{ 7, "KDC_ERR_S_PRINCIPAL_UNKNOWN" }, { 8, "KDC_ERR_PRINCIPAL_NOT_UNIQUE" },
	{ 9, "KDC_ERR_NULL_KEY" }, { 10, "KDC_ERR_CANNOT_POSTDATE" }, { 11, "KDC_ERR_NEVER_VALID" },
	{ 12, "KDC_ERR_POLICY" }, { 13, "KDC_ERR_BADOPTION" }, { 14, "KDC_ERR_ETYPE_NOSUPP" },
	{ 15, "KDC_ERR_SUMTYPE_NOSUPP" }, { 16, "KDC_ERR_PADATA_TYPE_NOSUPP" },
	{ 17, "KDC_ERR_TRTYPE_NOSUPP" }, { 18, "KDC_ERR_CLIENT_REVOKED" }, { 19, "KDC_ERR_SERVICE_REVOKED" },
	{ 20, "KDC_ERR_TGT_REVOKED" }, { 21, "KDC_ERR_CLIENT_NOTYET" }, { 22, "KDC_ERR_SERVICE_NOTYET" },
	{ 23, "KDC_ERR_KEY_EXPIRED" }, { 24, "KDC_ERR_PREAUTH_FAILED" }, { 25, "KDC_ERR_PREAUTH_REQUIRED" },
	{ 26, "KDC_ERR_SERVER_NOMATCH" }, { 27, "KDC_ERR_MUST_USE_USER2USER" },
	{ 28, "KDC_ERR_PATH_NOT_ACCEPTED" }, { 29, "KDC_ERR_SVC_UNAVAILABLE" },
	{ 31, "KRB_AP_ERR_BAD_INTEGRITY" }, { 32, "KRB_AP_ERR_TKT_EXPIRED" }, { 33, "KRB_AP_ERR_TKT_NYV" },
	{ 34, "KRB_AP_ERR_REPEAT" }, { 35, "KRB_AP_ERR_NOT_US" }, { 36, "KRB_AP_ERR_BADMATCH" },
	{ 37, "KRB_AP_ERR_SKEW" }, { 38, "KRB_AP_ERR_BADADDR" }, { 39, "KRB_AP_ERR_BADVERSION" },
	{ 40, "KRB_AP_ERR_MSG_TYPE" }, { 41, "KRB_AP_ERR_MODIFIED" }, { 42, "KRB_AP_ERR_BADORDER" },
	{ 44, "KRB_AP_ERR_BADKEYVER" }, { 45, "KRB_AP_ERR_NOKEY" }, { 46, "KRB_AP_ERR_MUT_FAIL" },
	{ 47, "KRB_AP_ERR_BADDIRECTION" }, { 48, "KRB_AP_ERR_METHOD" }, { 49, "KRB_AP_ERR_BADSEQ" },
	{ 50, "KRB_AP_ERR_INAPP_CKSUM" }, { 51, "KRB_AP_PATH_NOT_ACCEPTED" },
	{ 52, "KRB_ERR_RESPONSE_TOO_BIG" }, { 60, "KRB_ERR_GENERIC" }, { 61, "KRB_ERR_FIELD_TOOLONG" },
	{ 62, "KDC_ERROR_CLIENT_NOT_TRUSTED" }, { 63, "KDC_ERROR_KDC_NOT_TRUSTED" },
	{ 64, "KDC_ERROR_INVALID_SIG" }, { 65, "KDC_ERR_KEY_TOO_WEAK" },
	{ 66, "KDC_ERR_CERTIFICATE_MISMATCH" }, { 67, "KRB_AP_ERR_NO_TGT" }, { 68, "KDC_ERR_WRONG_REALM" },
	{ 69, "KRB_AP_ERR_USER_TO_USER_REQUIRED" }, { 70, "KDC_ERR_CANT_VERIFY_CERTIFICATE" },
	{ 71, "KDC_ERR_INVALID_CERTIFICATE" }, { 72, "KDC_ERR_REVOKED_CERTIFICATE" },
	{ 73, "KDC_ERR_REVOCATION_STATUS_UNKNOWN" }, { 74, "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE" },
	{ 75, "KDC_ERR_CLIENT_NAME_MISMATCH" }, { 76, "KDC_ERR_KDC_NAME_MISMATCH" } };

/* Those that the peer has no names for. */
static const struct row newer_codes[] = { { 77, "KDC_ERR_INCONSISTENT_KEY_PURPOSE" },
	{ 78, "KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED" }, { 79, "KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED" },
	{ 80, "KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED" },
	{ 81, "KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED" }, { 85, "KRB_AP_ERR_IAKERB_KDC_NOT_FOUND" },
	{ 86, "KRB_AP_ERR_IAKERB_KDC_NO_RESPONSE" }, { 90, "KDC_ERR_PREAUTH_EXPIRED" },
	{ 91, "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED" }, { 92, "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET" },
	{ 93, "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS" }, { 100, "KDC_ERR_NO_ACCEPTABLE_KDF" } };

static const struct row kinds[] = { { 1, "pa-tgs-req" }, { 2, "pa-enc-timestamp" }, { 3, "pa-pw-salt" },
	{ 11, "pa-etype-info" }, { 13, "pa-sam-response" }, { 14, "pa-pk-as-req-old" },
	{ 16, "pa-pk-as-req" }, { 17, "pa-pk-as-rep" }, { 19, "pa-etype-info2" }, { 31, "pa-sam-response2" },
	{ 128, "pa-pac-request" }, { 129, "pa-for-user" }, { 130, "pa-for-x509-user" },
	{ 133, "pa-fx-cookie" }, { 136, "pa-fx-fast" }, { 138, "pa-encrypted-challenge" },
	{ 142, "pa-otp-request" }, { 147, "pa-pkinit-kx" }, { 149, "pa-req-enc-pa-rep" },
	{ 150, "pa-as-freshness" }, { 151, "pa-spake" }, { 161, "pa-key-list-req" },
	{ 165, "pa-supported-enctypes" }, { 167, "pa-pac-options" } };

static const char *
find(const struct row *rows, size_t n, int32_t number)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].number == number)
			return rows[i].name;
	return NULL;
}

static const char *
numbered(const char *what, int32_t number, char out[HG_KRB5_TEXT])
{
	snprintf(out, HG_KRB5_TEXT, "%s(%d)", what, number);
	return out;
}

const char *
hg_krb5_type_name(uint8_t type)
{
	static const char *const names[] = { [HG_KRB5_AS_REQ] = "KRB_AS_REQ",
		[HG_KRB5_AS_REP] = "KRB_AS_REP",
		[HG_KRB5_TGS_REQ] = "KRB_TGS_REQ",
		[HG_KRB5_TGS_REP] = "KRB_TGS_REP",
		[HG_KRB5_AP_REQ] = "KRB_AP_REQ",
		[HG_KRB5_ERROR] = "KRB_ERROR" };

	return names[type];
}

const char *
hg_krb5_etype_name(int32_t etype, char out[HG_KRB5_TEXT])
{
	const char *name = find(etypes, HG_COUNT(etypes), etype);

	return name != NULL ? name : numbered("EncryptionType", etype, out);
}

const char *
hg_krb5_code_name(const struct hg_app *app, int32_t code, char out[HG_KRB5_TEXT])
{
	const char *name = find(codes, HG_COUNT(codes), code);

	if (name == NULL && !hg_as_peer(app->suricata7, HG_DIFF_KRB5_CODES))
		name = find(newer_codes, HG_COUNT(newer_codes), code);
	return name != NULL ? name : numbered("ErrorCode", code, out);
}

const char *
hg_krb5_padata_name(int32_t kind, char out[HG_KRB5_TEXT])
{
	const char *name = find(kinds, HG_COUNT(kinds), kind);

	return name != NULL ? name : numbered("pa", kind, out);
}

/* RFC 8429: what is neither AES nor Camellia. */
bool
hg_krb5_is_weak(int32_t etype)
{
	return etype < 17 || etype > 26 || (etype > 20 && etype < 25);
}

bool
hg_krb5_proves(int32_t kind, const char **mechanism)
{
	switch (kind) {
	case 14: /* PKINIT */
	case 16:
		*mechanism = "pkinit";
		return true;
	case 2:  /* encrypted time stamp */
	case 13: /* one-time passwords */
	case 31:
	case 136: /* FAST: it is inside */
	case 138:
	case 142:
	case 151: /* SPAKE */
		return true;
	default:
		return false;
	}
}
