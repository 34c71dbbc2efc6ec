/* What rules may look into. */
#include "app/tls/tls_int.h"

#define AT(n)        \
	{            \
		n, n \
	}
#define CERT(name, doc)                                              \
	{                                                            \
		name, HG_SIDE_BOTH, AT(HG_TLS_CERT_READY), 0, 2, doc \
	}
#define FRAME(name, doc)                                           \
	{                                                          \
		name, HG_SIDE_BOTH, AT(0), HG_BUFFER_FRAME, 2, doc \
	}
#define NUMBER(name, at, doc)                         \
	{                                             \
		name, HG_SIDE_BOTH, AT(at), 0, 4, doc \
	}

const struct hg_buffer_row hg_tls_buffers[HG_TLS_BUFFERS] = {
	[HG_TLS_SNI] = { "tls.sni", HG_SIDE_SERVER, AT(0), 0, 2,
		"name of the server that the client asks for" },
	[HG_TLS_SUBJECT] =
		CERT("tls.cert_subject", "subject of the first certificate as `C=.., O=.., CN=..`"),
	[HG_TLS_ISSUER] = CERT("tls.cert_issuer", "issuer of the first certificate as `C=.., O=.., CN=..`"),
	[HG_TLS_SERIAL] = CERT("tls.cert_serial", "serial number as upper-case hex pairs parted by ':'"),
	[HG_TLS_FINGERPRINT] = CERT("tls.cert_fingerprint",
		"SHA-1 of the first certificate as lower-case hex pairs parted by ':'"),
	[HG_TLS_CERTS_DER] = { "tls.certs", HG_SIDE_BOTH, AT(HG_TLS_CERT_READY), HG_BUFFER_MULTI, 2,
		"the certificates as DER, one value each" },
	[HG_TLS_VERSION] = { "tls.version", HG_SIDE_BOTH, AT(0), HG_BUFFER_MULTI, 4,
		"version as `1.2` where it has a number, and as 0x with four hex digits" },
	[HG_TLS_RANDOM] = { "tls.random", HG_SIDE_BOTH, AT(0), 0, 2, "the 32 random bytes of a hello" },
	[HG_TLS_RANDOM_TIME] = { "tls.random_time", HG_SIDE_BOTH, AT(0), 0, 2, "the first 4 random bytes" },
	[HG_TLS_RANDOM_BYTES] = { "tls.random_bytes", HG_SIDE_BOTH, AT(0), 0, 2, "the last 28 random bytes" },
	[HG_TLS_JA3] = { "ja3.hash", HG_SIDE_SERVER, AT(0), HG_BUFFER_LOWER, 2, "MD5 of ja3.string as hex" },
	[HG_TLS_JA3_STRING] = { "ja3.string", HG_SIDE_SERVER, AT(0), 0, 2,
		"what the client offers: version, ciphers, extensions, groups, point formats" },
	[HG_TLS_JA3S] = { "ja3s.hash", HG_SIDE_CLIENT, AT(0), HG_BUFFER_LOWER, 2,
		"MD5 of ja3s.string as hex" },
	[HG_TLS_JA3S_STRING] = { "ja3s.string", HG_SIDE_CLIENT, AT(0), 0, 2,
		"what the server chose: version, cipher, extensions" },
	[HG_TLS_JA4] = { "ja4.hash", HG_SIDE_SERVER, AT(0), 0, 2, "JA4 of the client" },
	[HG_TLS_NOTBEFORE] = NUMBER("tls.notbefore", HG_TLS_CERT_READY,
		"first second in which the first certificate is valid, since 1970"),
	[HG_TLS_NOTAFTER] = NUMBER("tls.notafter", HG_TLS_CERT_READY,
		"last second in which the first certificate is valid, since 1970"),
	[HG_TLS_EXPIRED] = NUMBER("tls.cert_expired", HG_TLS_CERT_READY,
		"1: the first certificate was valid and is not any more when it comes by"),
	[HG_TLS_VALID] = NUMBER("tls.cert_valid", HG_TLS_CERT_READY,
		"1: the first certificate's dates hold when it comes by"),
	[HG_TLS_CHAIN_LEN] = NUMBER("tls.cert_chain_len", HG_TLS_CERT_READY, "certificates that were sent"),
	[HG_TLS_SSL_STATE] = NUMBER("ssl_state", 0,
		"messages seen: 1 client hello, 2 server hello, 4 client key, 8 server key, 16 others"),
	[HG_TLS_SSL_VERSION] = NUMBER(
		"ssl_version", 0, "1 SSL 2.0, 2 SSL 3.0, 4 TLS 1.0, 8 TLS 1.1, 16 TLS 1.2, 32 TLS 1.3"),
	[HG_TLS_FRAME_HDR] = FRAME("frame:tls.hdr", "type, version and length of a record"),
	[HG_TLS_FRAME_PDU] = FRAME("frame:tls.pdu", "a record"),
	[HG_TLS_FRAME_DATA] = FRAME("frame:tls.data", "what a record holds"),
	[HG_TLS_FRAME_ALERT] = FRAME("frame:tls.alert", "what a record of an alert holds"),
	[HG_TLS_FRAME_HEARTBEAT] = FRAME("frame:tls.heartbeat", "what a record of a heartbeat holds"),
	[HG_TLS_FRAME_SSL2_HDR] = FRAME("frame:tls.ssl2.hdr", "length of a record of SSL 2.0"),
	[HG_TLS_FRAME_SSL2_PDU] = FRAME("frame:tls.ssl2.pdu", "a record of SSL 2.0"),
	[HG_TLS_FRAME_STREAM] = HG_FRAME_STREAM("tls"),
};

/* Drafts of TLS 1.3 are 1.3. */
static uint16_t
plain_version(uint16_t version)
{
	return version >> 8 == 0x7f ? HG_TLS_13 : version;
}

static bool
get_version(struct hg_tls_side *side, uint32_t index, struct hg_span *out)
{
	uint16_t plain = plain_version(side->version);
	bool named = plain >= HG_TLS_10 && plain <= HG_TLS_13;
	uint8_t raw[2] = { (uint8_t)(side->version >> 8), (uint8_t)side->version };
	char *text = side->version_text[index & 1];

	if (side->version == 0 || index > (named ? 1u : 0u))
		return false;
	if (named && index == 0) {
		memcpy(text, "1.0", 4);
		text[2] = (char)('0' + plain - HG_TLS_10);
		*out = hg_span(text, 3);
		return true;
	}
	memcpy(text, "0x", 2);
	for (unsigned i = 0; i < 4; i++)
		text[2 + i] = "0123456789abcdef"[raw[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	*out = hg_span(text, 6);
	return true;
}

static bool
get_ssl_version(struct hg_tls_side *side, struct hg_span *out)
{
	uint16_t plain = plain_version(side->version);

	if (plain == HG_SSL_2)
		side->number[3] = 1;
	else if (plain >= HG_SSL_3 && plain <= HG_TLS_13)
		side->number[3] = (uint8_t)(2u << (plain - HG_SSL_3));
	else
		return false;
	*out = hg_span(&side->number[3], 1);
	return true;
}

static uint64_t
seconds_of(const uint8_t be[8])
{
	struct hg_reader r = hg_reader_of(hg_span(be, 8));

	return hg_read_u64be(&r);
}

static bool
get_dates(struct hg_tls_tx *tls, struct hg_tls_side *side, uint16_t row, struct hg_span *out)
{
	const struct hg_tls_cert *cert = &side->cert;
	uint64_t now = tls->now / HG_SEC;

	if (!cert->dated)
		return false;
	switch (row) {
	case HG_TLS_NOTBEFORE:
		*out = hg_span(cert->from, 8);
		break;
	case HG_TLS_NOTAFTER:
		*out = hg_span(cert->until, 8);
		break;
	case HG_TLS_EXPIRED:
		side->number[0] = hg_tls_cert_expired(tls, cert);
		*out = hg_span(&side->number[0], 1);
		break;
	default:
		side->number[1] = now >= seconds_of(cert->from) && now <= seconds_of(cert->until);
		*out = hg_span(&side->number[1], 1);
	}
	return true;
}

static bool
get_cert(const struct hg_tls_side *side, uint16_t row, struct hg_span *out)
{
	const struct hg_tls_cert *cert = &side->cert;

	if (row == HG_TLS_SERIAL)
		*out = cert->serial;
	else if (row == HG_TLS_FINGERPRINT)
		*out = cert->fingerprint;
	else
		*out = row == HG_TLS_SUBJECT ? cert->subject : cert->issuer;
	return cert->present && out->p != NULL;
}

static bool
get_fingerprint(
	struct hg_tls_tx *tls, struct hg_tls_side *side, enum hg_dir dir, uint16_t row, struct hg_span *out)
{
	if (row == HG_TLS_JA4) {
		if (tls->tx.ctx->ja4 != HG_WANTED_NO)
			hg_tls_ja4_make(tls);
		*out = hg_span_str(tls->ja4);
		return tls->ja4[0] != '\0';
	}
	if (tls->tx.ctx->ja3 != HG_WANTED_NO)
		hg_tls_ja3_make(tls, dir);
	*out = row == HG_TLS_JA3 || row == HG_TLS_JA3S ? side->ja3_hash : side->ja3_string;
	return out->p != NULL;
}

static bool
get_random(const struct hg_tls_side *side, uint16_t row, struct hg_span *out)
{
	size_t from = row == HG_TLS_RANDOM_BYTES ? 4 : 0, len = row == HG_TLS_RANDOM_TIME ? 4 : 32;

	*out = hg_span_sub(side->hello.random, from, len);
	return side->hello.present;
}

static bool
get_value(struct hg_tls_tx *tls, enum hg_dir dir, uint16_t row, uint32_t index, struct hg_span *out)
{
	struct hg_tls_side *side = &tls->side[dir];

	switch (row) {
	case HG_TLS_SNI:
		*out = tls->sni;
		return tls->has_sni;
	case HG_TLS_CERTS_DER:
		*out = index < side->n_certs ? side->certs[index] : HG_SPAN_NONE;
		return index < side->n_certs;
	case HG_TLS_VERSION:
		return get_version(side, index, out);
	case HG_TLS_RANDOM:
	case HG_TLS_RANDOM_TIME:
	case HG_TLS_RANDOM_BYTES:
		return get_random(side, row, out);
	case HG_TLS_JA3:
	case HG_TLS_JA3_STRING:
	case HG_TLS_JA3S:
	case HG_TLS_JA3S_STRING:
	case HG_TLS_JA4:
		return get_fingerprint(tls, side, dir, row, out);
	case HG_TLS_NOTBEFORE:
	case HG_TLS_NOTAFTER:
	case HG_TLS_EXPIRED:
	case HG_TLS_VALID:
		return get_dates(tls, side, row, out);
	case HG_TLS_CHAIN_LEN:
		*out = hg_span(&side->n_certs, 1);
		return side->n_certs > 0;
	case HG_TLS_SSL_STATE:
		*out = hg_span(&tls->seen, 1);
		return tls->seen != 0;
	case HG_TLS_SSL_VERSION:
		return get_ssl_version(side, out);
	default:
		return get_cert(side, row, out);
	}
}

bool
hg_tls_get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	bool multi = (hg_tls_buffers[row].flags & HG_BUFFER_MULTI) != 0;

	(void)eof;
	out->offset = 0;
	out->complete = true;
	return (index == 0 || multi) && get_value((struct hg_tls_tx *)tx, dir, row, index, &out->data);
}
