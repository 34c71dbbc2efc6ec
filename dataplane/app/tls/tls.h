/* tls: SSL 2.0, SSL 3.0, TLS 1.0 to 1.3 (RFC 6101, 5246, 8446, 6066, 6520), TLCP (GB/T 38636): the decoder, and what it reads of hellos, for QUIC, which carries the same ones.
 *
 * Pure functions over a span, which outlives what points into it.
 */
#ifndef HG_APP_TLS_TLS_H
#define HG_APP_TLS_TLS_H

#include "app/app.h"
#include "app/digest.h"
#include "base/reader.h"

extern const struct hg_decoder hg_tls;

#define HG_TLS_TEXT 4096   /* bytes of a name or of a JA3 string */
#define HG_TLS_JA4_SIZE 37 /* with its end */

/* Extensions that are looked into. */
enum {
	HG_TLS_EXT_SNI = 0,
	HG_TLS_EXT_GROUPS = 10,
	HG_TLS_EXT_FORMATS = 11,
	HG_TLS_EXT_SIGNATURES = 13,
	HG_TLS_EXT_ALPN = 16,
	HG_TLS_EXT_TICKET = 35,
	HG_TLS_EXT_EARLY_DATA = 42,
	HG_TLS_EXT_VERSIONS = 43,
};

enum {
	HG_SSL_2 = 0x0002,
	HG_TLCP = 0x0101,
	HG_SSL_3 = 0x0300,
	HG_TLS_10 = 0x0301,
	HG_TLS_12 = 0x0303,
	HG_TLS_13 = 0x0304,
	HG_TLS_13_EARLY = 0x7f01
};

/* A hello's fields are spans of its body. */
struct hg_tls_hello {
	uint16_t version;
	struct hg_span random, session, ciphers, extensions;
	bool present, has_extensions;
};

/* Text that grows in place; past the end it is cut. */
struct hg_tls_text {
	char p[HG_TLS_TEXT];
	size_t n;
	bool cut;
};
void hg_tls_text_init(struct hg_tls_text *t);
void hg_tls_text_add(struct hg_tls_text *t, struct hg_span s);
void hg_tls_text_u64(struct hg_tls_text *t, uint64_t v);
void hg_tls_text_hex(struct hg_tls_text *t, struct hg_span bytes, const char *digits, char sep);
struct hg_span hg_tls_text_keep(const struct hg_tls_text *t, struct hg_arena *arena);

/* false: malformed. */
bool hg_tls_hello_read(struct hg_span body, enum hg_dir dir, struct hg_tls_hello *h);
/* The extensions one after the other; false: no more, or malformed (then the reader has failed). */
bool hg_tls_extension_next(struct hg_reader *r, uint16_t *type, struct hg_span *data);
bool hg_tls_extension_find(const struct hg_tls_hello *h, uint16_t type, struct hg_span *data);
bool hg_tls_is_grease(uint16_t v);

/* The string of JA3 (of a client) or JA3S; grease: values of RFC 8701 count, too, those of extensions as HG_TLS_GREASE. */
#define HG_TLS_GREASE 0xfafa
void hg_tls_ja3_text(const struct hg_tls_hello *h, enum hg_dir dir, bool grease, struct hg_tls_text *t);
/* transport: t TCP, q QUIC. */
void hg_tls_ja4_text(const struct hg_tls_hello *h, const struct hg_digests *digests, char transport,
	char out[HG_TLS_JA4_SIZE]);

/* As its registry spells it; NULL: nobody knows it. */
const char *hg_tls_cipher_name(uint16_t suite);

#endif
