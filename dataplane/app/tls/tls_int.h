/* tls_int: what the files of the TLS decoder share.
 *
 * A connection is one transaction. It keeps the two hellos and the certificates as they came, in its arena, and hands out
 * spans of them; texts (names, JA3) are made once. A record is looked at when it is whole, application data as soon as its
 * header is there: its bytes are counted down, never held. Handshake messages go over records by a buffer a direction.
 * All readers here are pure functions over a span.
 */
#ifndef HG_APP_TLS_TLS_INT_H
#define HG_APP_TLS_TLS_INT_H

#include "app/digest.h"
#include "app/tls/tls.h"
#include "base/ber.h"

#define HG_TLS_HANDSHAKE_MAX 65536 /* bytes of a handshake message */
#define HG_TLS_CERTS 32            /* of a chain that are kept */

enum hg_tls_progress { HG_TLS_IN_PROGRESS, HG_TLS_CERT_READY, HG_TLS_HANDSHAKE_DONE, HG_TLS_FINISHED };

struct hg_tls_tx;

enum hg_tls_anomaly {
	HG_TLS_SSLV2_HEADER,
	HG_TLS_HEADER,
	HG_TLS_RECORD_VERSION,
	HG_TLS_RECORD_TYPE,
	HG_TLS_HANDSHAKE_MESSAGE,
	HG_TLS_CERTIFICATE,
	HG_TLS_CERT_LENGTH,
	HG_TLS_CERT_VERSION,
	HG_TLS_CERT_SERIAL,
	HG_TLS_CERT_ALGORITHM,
	HG_TLS_CERT_NAME,
	HG_TLS_CERT_DATE,
	HG_TLS_CERT_VALIDITY,
	HG_TLS_CERT_EXTENSIONS,
	HG_TLS_CERT_DER,
	HG_TLS_CERT_SUBJECT,
	HG_TLS_CERT_ISSUER,
	HG_TLS_ERROR_MESSAGE,
	HG_TLS_SSL_RECORD,
	HG_TLS_HEARTBEAT,
	HG_TLS_HEARTBEAT_INVALID,
	HG_TLS_HEARTBEAT_OVERFLOW,
	HG_TLS_HEARTBEAT_LEAK,
	HG_TLS_HANDSHAKE_LENGTH,
	HG_TLS_MULTIPLE_SNI,
	HG_TLS_SNI_TYPE,
	HG_TLS_SNI_LENGTH,
	HG_TLS_MANY_RECORDS,
	HG_TLS_HANDSHAKE_LONG,
	HG_TLS_MANY_CERTS,
	HG_TLS_WEAK_VERSION,
	HG_TLS_WEAK_CIPHER,
	HG_TLS_CERT_EXPIRED,
	HG_TLS_CERT_SELF_SIGNED,
	HG_TLS_ANOMALIES,
	HG_TLS_FINE = HG_TLS_ANOMALIES /* no anomaly */
};
extern const struct hg_anomaly_row hg_tls_anomalies[HG_TLS_ANOMALIES];
void hg_tls_odd(struct hg_tls_tx *tls, enum hg_dir dir, enum hg_tls_anomaly row);

enum hg_tls_buffer {
	HG_TLS_SNI,
	HG_TLS_SUBJECT,
	HG_TLS_ISSUER,
	HG_TLS_SERIAL,
	HG_TLS_FINGERPRINT,
	HG_TLS_CERTS_DER,
	HG_TLS_VERSION,
	HG_TLS_RANDOM,
	HG_TLS_RANDOM_TIME,
	HG_TLS_RANDOM_BYTES,
	HG_TLS_JA3,
	HG_TLS_JA3_STRING,
	HG_TLS_JA3S,
	HG_TLS_JA3S_STRING,
	HG_TLS_JA4,
	HG_TLS_NOTBEFORE,
	HG_TLS_NOTAFTER,
	HG_TLS_EXPIRED,
	HG_TLS_VALID,
	HG_TLS_CHAIN_LEN,
	HG_TLS_SSL_STATE,
	HG_TLS_SSL_VERSION,
	HG_TLS_FRAME_HDR,
	HG_TLS_FRAME_PDU,
	HG_TLS_FRAME_DATA,
	HG_TLS_FRAME_ALERT,
	HG_TLS_FRAME_HEARTBEAT,
	HG_TLS_FRAME_SSL2_HDR,
	HG_TLS_FRAME_SSL2_PDU,
	HG_TLS_FRAME_STREAM,
	HG_TLS_BUFFERS
};
extern const struct hg_buffer_row hg_tls_buffers[HG_TLS_BUFFERS];

/* RFC 8446 5.1, RFC 6520 */
enum {
	HG_TLS_CCS = 20,
	HG_TLS_ALERT = 21,
	HG_TLS_HANDSHAKE = 22,
	HG_TLS_APPDATA = 23,
	HG_TLS_HEARTBEAT_TYPE = 24
};

/* Bits of ssl_state (rules/keyword/README.md). */
enum {
	HG_SSL_CLIENT_HELLO = 1,
	HG_SSL_SERVER_HELLO = 2,
	HG_SSL_CLIENT_KEYX = 4,
	HG_SSL_SERVER_KEYX = 8,
	HG_SSL_UNKNOWN = 16
};

enum hg_tls_encrypted { HG_TLS_ENCRYPTED_DEFAULT, HG_TLS_ENCRYPTED_BYPASS, HG_TLS_ENCRYPTED_FULL };

struct hg_decoder_ctx {
	uint8_t encrypted; /* enum hg_tls_encrypted */
	uint8_t ja3, ja4;  /* enum hg_wanted */
	struct hg_digests digests;
};

struct hg_tls_cert {
	struct hg_span subject, issuer, serial, fingerprint; /* as text */
	char not_before[20], not_after[20];                  /* 2019-01-14T00:00:00; "" when there is none */
	uint8_t from[8], until[8];                           /* seconds since 1970, network order */
	bool present, dated;
};

struct hg_tls_side {
	uint16_t version; /* of the hello, before it of records; 0: nothing seen */
	struct hg_tls_hello hello;
	struct hg_tls_cert cert;      /* the first of the chain */
	struct hg_tls_cert *enc_cert; /* TLCP: the second one, whose key encrypts; NULL: none */
	struct hg_span *certs;        /* DER */
	uint8_t n_certs, n_certs_shown;
	bool changed_cipher, early_data, ticket, takes_tickets;
	uint32_t heartbeat_len; /* of an encrypted request of this direction that is not answered */
	struct hg_span ja3_string, ja3_hash; /* JA3 of the client, JA3S of the server; made when wanted */
	bool ja3_tried;
	char version_text[2][8];
	uint8_t number[4]; /* expired, valid, chain length, bit of the version */
};

struct hg_tls_tx {
	struct hg_tx tx;
	struct hg_tls_side side[HG_DIRS];
	struct hg_span sni;
	bool has_sni, resumed, wants_client_cert, server_done, ssl2_encrypted, done;
	uint8_t seen; /* HG_SSL_*, the buffer ssl_state */
	uint8_t weak; /* bits: hg_tls_weaknesses of the suite that the server chose */
	hg_time now;  /* of the newest packet with bytes */
	char ja4[HG_TLS_JA4_SIZE];
	bool ja4_tried;
};

/* What is needed while bytes come, a direction. */
struct hg_tls_stream {
	uint64_t skip; /* bytes of application data, or of a record that is not looked into, to come */
	struct hg_buf message; /* a handshake message that began in an earlier record */
	uint8_t n_empty;       /* records without a byte */
	bool lost;             /* bytes are missing: no handshake message can be trusted */
	bool ended;            /* what comes behind a RST is not aligned with what came before it */
	bool searching;        /* and the next record is not found yet */
};

struct hg_tls_state {
	struct hg_tls_stream stream[HG_DIRS];
	bool opaque; /* hg_app_encrypted was said */
	bool news;   /* since feed began: something that detection may want to see */
};

/* record.c: one record, or as much of an application record as is there. 0: wait for more, SIZE_MAX: cannot go on. */
size_t hg_tls_record(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span in);
bool hg_tls_version_known(const struct hg_app *app, uint16_t version);

/* handshake.c: the handshake bytes of a record. */
void hg_tls_handshake(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span in);

/* hello.c */
bool hg_tls_hello_take(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span body);

/* certificate.c: the chain of a Certificate message. */
enum hg_tls_anomaly hg_tls_chain_take(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span body);
enum hg_tls_anomaly hg_tls_cert_read(struct hg_span der, struct hg_arena *arena, struct hg_tls_cert *cert);
/* der.c: the parts of X.509 as text and time. */
bool hg_der_name(struct hg_span name, struct hg_tls_text *t);
bool hg_der_time(uint8_t tag, struct hg_span value, char text[20], uint64_t *seconds);

/* strength.c */
#define HG_TLS_WEAKNESSES 8
struct hg_tls_weakness {
	const char *name, *part; /* in records; in the names of such suites */
};
extern const struct hg_tls_weakness hg_tls_weaknesses[HG_TLS_WEAKNESSES];
uint16_t
hg_tls_suite(const struct hg_tls_tx *tls); /* that the server chose; 0: none, or no encryption at all */
bool hg_tls_version_weak(uint16_t version);
bool hg_tls_cert_expired(const struct hg_tls_tx *tls, const struct hg_tls_cert *cert);
bool hg_tls_cert_self_signed(const struct hg_tls_cert *cert);
void hg_tls_judge_choice(struct hg_tls_tx *tls);
void hg_tls_judge_cert(struct hg_tls_tx *tls, enum hg_dir dir);
const char *hg_tls_gm_kind(const struct hg_tls_tx *tls); /* NULL: none of the SM algorithms */

/* fingerprint.c */
void hg_tls_ja3_make(struct hg_tls_tx *tls, enum hg_dir dir);
void hg_tls_ja4_make(struct hg_tls_tx *tls);

bool
hg_tls_get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out);
bool hg_tls_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);
void hg_tls_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_tls_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);

#endif
