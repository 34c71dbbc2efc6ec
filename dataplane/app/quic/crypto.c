/* Keys of Initial packets (RFC 9001 5.2, RFC 9369 3.3.1), header protection (5.4) and AEAD_AES_128_GCM (5.3). The contexts are made at
 * start; a packet takes no memory here. */
#include "app/quic/quic_int.h"

#define HASH 32
#define BLOCK 64
#define TAG 16
#define NONCE 12
#define SAMPLE 4 /* behind the begin of the packet number, which may have so many bytes */

struct salt {
	uint32_t first, last;
	uint8_t bytes[20];
};

static const struct salt salts[] = {
	{ 0x51303530, 0x51303530,
		{ 0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7,
			0xf0, 0xd3, 0xb5, 0x6b, 0x45 } },
	{ 0xff00001d, 0xff000020,
		{ 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11,
			0xe0, 0x43, 0x90, 0xa8, 0x99 } },
	{ 0xff000017, 0xff00001c,
		{ 0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63,
			0x65, 0xbe, 0xf9, 0xf5, 0x02 } },
	{ 0xfaceb002, 0xfaceb002,
		{ 0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63,
			0x65, 0xbe, 0xf9, 0xf5, 0x02 } },
	{ HG_QUIC_V1, HG_QUIC_V1,
		{ 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
			0xad, 0xcc, 0xbb, 0x7f, 0x0a } },
	{ 0xff000021, 0xff000022,
		{ 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
			0xad, 0xcc, 0xbb, 0x7f, 0x0a } },
	{ HG_QUIC_V2, HG_QUIC_V2,
		{ 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d,
			0xcb, 0xf9, 0xbd, 0x2e, 0xd9 } },
};

static EVP_CIPHER_CTX *
cipher_of(const char *name, bool seals)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *ctx = cipher == NULL ? NULL : EVP_CIPHER_CTX_new();

	if (ctx != NULL && EVP_CipherInit_ex(ctx, cipher, NULL, NULL, NULL, !seals) != 1) {
		EVP_CIPHER_CTX_free(ctx);
		ctx = NULL;
	}
	if (ctx != NULL)
		EVP_CIPHER_CTX_set_padding(ctx, 0);
	EVP_CIPHER_free(cipher);
	return ctx;
}

void
hg_quic_ciphers_open(struct hg_decoder_ctx *ctx)
{
	hg_digests_open(&ctx->digests);
	ctx->block = cipher_of("AES-128-ECB", false);
	ctx->sealed = cipher_of("AES-128-GCM", true);
}

void
hg_quic_ciphers_close(struct hg_decoder_ctx *ctx)
{
	hg_digests_close(&ctx->digests);
	EVP_CIPHER_CTX_free(ctx->block);
	EVP_CIPHER_CTX_free(ctx->sealed);
}

/* HMAC-SHA256 (RFC 2104) of a short text; a key is at most a block. */
static bool
hmac(const struct hg_digests *d, struct hg_span key, struct hg_span text, uint8_t out[HASH])
{
	uint8_t inner[BLOCK + 256] = { 0 }, outer[BLOCK + HASH] = { 0 };

	if (key.len > BLOCK || text.len > sizeof(inner) - BLOCK)
		return false;
	memcpy(inner, key.p, key.len);
	memcpy(outer, key.p, key.len);
	for (unsigned i = 0; i < BLOCK; i++) {
		inner[i] ^= 0x36;
		outer[i] ^= 0x5c;
	}
	if (text.len > 0)
		memcpy(inner + BLOCK, text.p, text.len);
	return hg_digest(d, HG_DIGEST_SHA256, hg_span(inner, BLOCK + text.len), outer + BLOCK) &&
		hg_digest(d, HG_DIGEST_SHA256, hg_span(outer, sizeof(outer)), out);
}

/* HKDF-Expand-Label (RFC 8446 7.1) of at most a hash. */
static bool
expand(const struct hg_digests *d, const uint8_t secret[HASH], struct hg_span label, uint8_t *out,
	uint8_t len)
{
	static const char prefix[] = "tls13 ";
	uint8_t info[64], block[HASH];
	size_t n = 0;

	info[n++] = 0;
	info[n++] = len;
	info[n++] = (uint8_t)(sizeof(prefix) - 1 + label.len);
	memcpy(info + n, prefix, sizeof(prefix) - 1);
	n += sizeof(prefix) - 1;
	memcpy(info + n, label.p, label.len);
	n += label.len;
	info[n++] = 0;
	info[n++] = 1;
	if (!hmac(d, hg_span(secret, HASH), hg_span(info, n), block))
		return false;
	memcpy(out, block, len);
	return true;
}

static bool
keys_of(const struct hg_digests *d, const uint8_t initial[HASH], struct hg_span side, bool v2,
	struct hg_quic_keys *keys)
{
	uint8_t secret[HASH];

	return expand(d, initial, side, secret, HASH) &&
		expand(d, secret, v2 ? HG_BYTES("quicv2 key") : HG_BYTES("quic key"), keys->key,
			sizeof(keys->key)) &&
		expand(d, secret, v2 ? HG_BYTES("quicv2 iv") : HG_BYTES("quic iv"), keys->iv,
			sizeof(keys->iv)) &&
		expand(d, secret, v2 ? HG_BYTES("quicv2 hp") : HG_BYTES("quic hp"), keys->mask,
			sizeof(keys->mask));
}

bool
hg_quic_keys_make(
	const struct hg_digests *d, uint32_t version, struct hg_span dcid, struct hg_quic_keys keys[HG_DIRS])
{
	const bool v2 = version == HG_QUIC_V2;
	const struct salt *salt = NULL;
	uint8_t initial[HASH];

	for (unsigned i = 0; i < HG_COUNT(salts) && salt == NULL; i++)
		if (version >= salts[i].first && version <= salts[i].last)
			salt = &salts[i];
	return salt != NULL && hmac(d, hg_span(salt->bytes, sizeof(salt->bytes)), dcid, initial) &&
		keys_of(d, initial, HG_BYTES("client in"), v2, &keys[HG_TO_SERVER]) &&
		keys_of(d, initial, HG_BYTES("server in"), v2, &keys[HG_TO_CLIENT]);
}

/* What covers the first byte and the packet number. */
static bool
mask_of(EVP_CIPHER_CTX *block, const uint8_t key[16], const uint8_t sample[16], uint8_t mask[16])
{
	int n;

	return block != NULL && EVP_EncryptInit_ex(block, NULL, NULL, key, NULL) == 1 &&
		EVP_EncryptUpdate(block, mask, &n, sample, 16) == 1 && n == 16;
}

static bool
authenticated(EVP_CIPHER_CTX *c, struct hg_span bytes)
{
	int n;

	return EVP_DecryptUpdate(c, NULL, &n, bytes.p, (int)bytes.len) == 1;
}

/* The number counts as it stands: those of Initial packets begin with 0. */
bool
hg_quic_open(const struct hg_decoder_ctx *ctx, const struct hg_quic_keys *keys,
	const struct hg_quic_header *h, uint8_t *plain, struct hg_span *out)
{
	uint8_t mask[16], first, number[4], tag[TAG], nonce[NONCE];
	struct hg_span sealed;
	size_t n_number;
	int n = 0, rest;

	if (ctx->sealed == NULL || h->payload.len < SAMPLE + 16 ||
		!mask_of(ctx->block, keys->mask, h->payload.p + SAMPLE, mask))
		return false;
	first = h->head.p[0] ^ (mask[0] & (h->is_long ? 0x0f : 0x1f));
	n_number = 1 + (first & 3u);
	memcpy(nonce, keys->iv, NONCE);
	for (size_t i = 0; i < n_number; i++) {
		number[i] = h->payload.p[i] ^ mask[1 + i];
		nonce[NONCE - n_number + i] ^= number[i];
	}
	sealed = hg_span_from(h->payload, n_number);
	memcpy(tag, sealed.p + sealed.len - TAG, TAG);
	sealed.len -= TAG;
	if (EVP_DecryptInit_ex(ctx->sealed, NULL, NULL, keys->key, nonce) != 1 ||
		!authenticated(ctx->sealed, hg_span(&first, 1)) ||
		!authenticated(ctx->sealed, hg_span_from(h->head, 1)) ||
		!authenticated(ctx->sealed, hg_span(number, n_number)) ||
		EVP_DecryptUpdate(ctx->sealed, plain, &n, sealed.p, (int)sealed.len) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx->sealed, EVP_CTRL_AEAD_SET_TAG, TAG, tag) != 1 ||
		EVP_DecryptFinal_ex(ctx->sealed, plain + n, &rest) != 1)
		return false;
	*out = hg_span(plain, (size_t)n);
	return true;
}
