/* Names of malformations: the peer's, then our own caps and doubts. */
#include "app/tls/tls_int.h"

const struct hg_anomaly_row hg_tls_anomalies[HG_TLS_ANOMALIES] = {
	[HG_TLS_SSLV2_HEADER] = { "invalid_sslv2_header", "an SSL 2.0 record is too short for its message" },
	[HG_TLS_HEADER] = { "invalid_tls_header", "a record header is none of SSL 3.0 or TLS" },
	[HG_TLS_RECORD_VERSION] = { "invalid_record_version", "the version is none of SSL 3.0 to TLS 1.3" },
	[HG_TLS_RECORD_TYPE] = { "invalid_record_type", "a record has a content type that does not exist" },
	[HG_TLS_HANDSHAKE_MESSAGE] = { "invalid_handshake_message", "a handshake message is malformed" },
	[HG_TLS_CERTIFICATE] = { "invalid_certificate",
		"a certificate message or a certificate is malformed" },
	[HG_TLS_CERT_LENGTH] = { "certificate_invalid_length", "a certificate is shorter than it says" },
	[HG_TLS_CERT_VERSION] = { "certificate_invalid_version",
		"the version of a certificate is malformed" },
	[HG_TLS_CERT_SERIAL] = { "certificate_invalid_serial", "the serial number is malformed" },
	[HG_TLS_CERT_ALGORITHM] = { "certificate_invalid_algorithmidentifier",
		"the signature algorithm is malformed" },
	[HG_TLS_CERT_NAME] = { "certificate_invalid_x509name", "a name in a certificate is malformed" },
	[HG_TLS_CERT_DATE] = { "certificate_invalid_date", "a date in a certificate is malformed" },
	[HG_TLS_CERT_VALIDITY] = { "certificate_invalid_validity",
		"the dates of a certificate cannot be shown" },
	[HG_TLS_CERT_EXTENSIONS] = { "certificate_invalid_extensions", "the extensions are malformed" },
	[HG_TLS_CERT_DER] = { "certificate_invalid_der", "a certificate is not DER" },
	[HG_TLS_CERT_SUBJECT] = { "certificate_invalid_subject", "the subject holds what cannot be shown" },
	[HG_TLS_CERT_ISSUER] = { "certificate_invalid_issuer", "the issuer holds what cannot be shown" },
	[HG_TLS_ERROR_MESSAGE] = { "error_message_encountered", "an SSL 2.0 error message was sent" },
	[HG_TLS_SSL_RECORD] = { "invalid_ssl_record", "a record is too short for what it holds" },
	[HG_TLS_HEARTBEAT] = { "heartbeat_message", "a heartbeat request was sent" },
	[HG_TLS_HEARTBEAT_INVALID] = { "invalid_heartbeat_message",
		"a heartbeat message is malformed, or says more bytes than it has room for" },
	[HG_TLS_HEARTBEAT_OVERFLOW] = { "overflow_heartbeat_message",
		"a heartbeat message says more bytes than its record has (CVE-2014-0160)" },
	[HG_TLS_HEARTBEAT_LEAK] = { "dataleak_heartbeat_mismatch",
		"an encrypted heartbeat answer is longer than its request" },
	[HG_TLS_HANDSHAKE_LENGTH] = { "handshake_invalid_length",
		"a length inside a hello leads out of the message" },
	[HG_TLS_MULTIPLE_SNI] = { "multiple_sni_extensions", "a hello names the server more than once" },
	[HG_TLS_SNI_TYPE] = { "invalid_sni_type", "the name of the server is no host name" },
	[HG_TLS_SNI_LENGTH] = { "invalid_sni_length", "the length of the server's name is wrong" },
	[HG_TLS_MANY_RECORDS] = { "too_many_records_in_packet", "a direction has 32 records without a byte" },
	[HG_TLS_HANDSHAKE_LONG] = { "handshake_message_too_long",
		"a handshake message is longer than 65536 bytes and is not looked into" },
	[HG_TLS_MANY_CERTS] = { "too_many_certificates",
		"a chain has more than 32 certificates: the others are not kept" },
	[HG_TLS_WEAK_VERSION] = { "weak_version", "the server chose SSL 2.0, SSL 3.0, TLS 1.0 or TLS 1.1" },
	[HG_TLS_WEAK_CIPHER] = { "weak_cipher",
		"the server chose a suite of NULL, EXPORT, RC4, RC2, DES, 3DES or MD5, or without anybody's "
		"certificate" },
	[HG_TLS_CERT_EXPIRED] = { "certificate_expired",
		"the first certificate was valid and is not any more when it comes by" },
	[HG_TLS_CERT_SELF_SIGNED] = { "certificate_self_signed",
		"the first certificate's issuer is its subject" },
};

/* A rule without a direction sees what is wrong with a connection in both. */
void
hg_tls_odd(struct hg_tls_tx *tls, enum hg_dir dir, enum hg_tls_anomaly row)
{
	hg_tx_anomaly_both(&tls->tx, dir, (uint8_t)row);
}
