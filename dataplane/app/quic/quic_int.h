/* quic_int: what the files of the QUIC decoder share.
 *
 * A packet is a transaction of its side. Initial packets are opened with keys that everybody can make of the client's first
 * connection identifier (RFC 9001 5.2); what is in them is put together to the hellos, behind which all is encrypted.
 */
#ifndef HG_APP_QUIC_QUIC_INT_H
#define HG_APP_QUIC_QUIC_INT_H

#include "app/quic/quic.h"
#include "app/tls/tls.h"

#define HG_QUIC_CRYPTO_MOST 65534 /* bytes of a side's handshake that are put together */
#define HG_QUIC_PIECES 32         /* of it, with bytes missing between them */
#define HG_QUIC_CYUS 32           /* messages of gQUIC in a packet that are told */

enum { HG_QUIC_DONE = 1 };

enum hg_quic_version {
	HG_QUIC_V1 = 1,
	HG_QUIC_V2 = 0x6b3343cf,
	HG_QUIC_Q039 = 0x51303339,
	HG_QUIC_Q043 = 0x51303433,
	HG_QUIC_Q046 = 0x51303436
};

enum hg_quic_type {
	HG_QUIC_INITIAL,
	HG_QUIC_0RTT,
	HG_QUIC_HANDSHAKE,
	HG_QUIC_RETRY,
	HG_QUIC_NEGOTIATION, /* of versions */
	HG_QUIC_SHORT
};

enum hg_quic_anomaly {
	HG_QUIC_FAILED_DECRYPT,
	HG_QUIC_ERROR_ON_DATA,
	HG_QUIC_ERROR_ON_HEADER,
	HG_QUIC_CRYPTO_LONG,
	HG_QUIC_ANOMALIES
};

/* Spans of the datagram. */
struct hg_quic_header {
	uint8_t type; /* enum hg_quic_type */
	bool is_long;
	uint32_t version;
	struct hg_span dcid, head, payload; /* head: all in front of the payload */
};

struct hg_quic_keys {
	uint8_t key[16], iv[12], mask[16];
};

struct hg_quic_cyu {
	struct hg_span string, hash;
};

struct hg_quic_tx {
	struct hg_tx base;
	uint8_t type; /* enum hg_quic_type */
	bool is_long, of_client, has_sni, has_ua;
	uint32_t version;
	uint8_t version_bytes[4];
	struct hg_span sni, ua;
	struct hg_tls_hello hello; /* present: of the client or the server (of_client) */
	struct hg_span ja3_string, ja3_hash;
	char ja4[HG_TLS_JA4_SIZE];
	struct hg_quic_cyu *cyus;
	uint8_t n_cyus;
};

struct hg_quic_piece {
	uint32_t from, to;
};

struct hg_quic_side {
	struct hg_buf crypto; /* from the first byte on; zero where bytes are missing */
	struct hg_quic_piece pieces[HG_QUIC_PIECES]; /* that are there, in order and apart */
	uint8_t n_pieces;
	uint32_t count; /* bytes that came, those that came again too */
	bool hello;     /* was read: what follows is encrypted otherwise */
};

struct hg_quic {
	struct hg_quic_keys keys[HG_DIRS];
	bool has_keys, has_retried;
	struct hg_quic_side side[HG_DIRS];
};

struct hg_decoder_ctx {
	struct hg_digests digests;
	EVP_CIPHER_CTX *block, *sealed; /* AES-128 alone, and GCM; NULL: the library does not have it */
	bool ja4;                       /* in records */
};

/* header.c: false: there is none. */
bool hg_quic_header_read(struct hg_span in, struct hg_quic_header *h);
bool hg_quic_is_google(uint32_t version); /* of the versions with tags instead of TLS */
enum hg_probe hg_quic_probe(enum hg_dir dir, struct hg_span in, bool udp);
enum hg_probe hg_quic_confirm(enum hg_dir dir, struct hg_span in, bool udp);

/* crypto.c */
void hg_quic_ciphers_open(struct hg_decoder_ctx *ctx);
void hg_quic_ciphers_close(struct hg_decoder_ctx *ctx);
/* false: nobody has said how this version makes them. */
bool hg_quic_keys_make(
	const struct hg_digests *d, uint32_t version, struct hg_span dcid, struct hg_quic_keys keys[HG_DIRS]);
/* plain has room for the payload; false: these are not its keys, or it is too short. */
bool hg_quic_open(const struct hg_decoder_ctx *ctx, const struct hg_quic_keys *keys,
	const struct hg_quic_header *h, uint8_t *plain, struct hg_span *out);

/* frames.c: what a packet holds; false: malformed. */
bool hg_quic_frames(struct hg_quic_tx *tx, enum hg_dir dir, struct hg_span plain);
uint64_t hg_quic_read_varint(struct hg_reader *r);

/* join.c: bytes of a side's handshake. */
enum hg_quic_look { HG_QUIC_LOOK_MORE, HG_QUIC_LOOK_HELLO, HG_QUIC_LOOK_OTHER };
enum hg_quic_look hg_quic_hello_look(struct hg_quic_tx *tx, enum hg_dir dir, struct hg_span message);
bool hg_quic_join_put(struct hg_quic_tx *tx, enum hg_dir dir, uint64_t offset,
	struct hg_span data); /* false: past the caps */
void hg_quic_join_drop(struct hg_quic_side *s);
void hg_quic_join_look(struct hg_quic_tx *tx, enum hg_dir dir);

/* google.c: the tags of a message of gQUIC. */
void hg_quic_tags(struct hg_quic_tx *tx, struct hg_span message);

/* log.c */
void hg_quic_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_quic_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);
bool hg_quic_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
