/* The Certificate message (RFC 5246 7.4.2) and what is read of the first certificate (RFC 5280 4.1). */
#include "app/tls/tls_int.h"

#define LENGTH_MAX 0x10000000u

enum { VERSION = 0xa0 };

static void
put_u64(uint8_t to[8], uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (uint8_t)(v >> (56 - 8 * i));
}

static enum hg_tls_anomaly
read_validity(struct hg_span validity, struct hg_tls_cert *cert)
{
	struct hg_reader r = hg_reader_of(validity);
	struct hg_span from, until;
	uint8_t from_tag, until_tag;
	uint64_t seconds;

	if (!hg_ber_take(&r, &from_tag, &from) || !hg_ber_take(&r, &until_tag, &until))
		return HG_TLS_CERT_DATE;
	if (!hg_der_time(from_tag, from, cert->not_before, &seconds))
		return HG_TLS_CERT_DATE;
	put_u64(cert->from, seconds);
	if (!hg_der_time(until_tag, until, cert->not_after, &seconds))
		return HG_TLS_CERT_DATE;
	put_u64(cert->until, seconds);
	cert->dated = true;
	return HG_TLS_FINE;
}

/* Cut short, or of a length that nothing has. */
static enum hg_tls_anomaly
short_or_absurd(struct hg_reader r)
{
	hg_read_skip(&r, 1);
	return hg_read_u8(&r) == 0x84 && hg_read_u32be(&r) >= LENGTH_MAX ? HG_TLS_CERTIFICATE
									 : HG_TLS_CERT_LENGTH;
}

/* The two layers around the fields that matter; whatever is cut short there has a wrong length. */
static enum hg_tls_anomaly
open_certificate(struct hg_span der, struct hg_reader *tbs)
{
	struct hg_reader r = hg_reader_of(der), before = r;
	struct hg_span inner;
	uint8_t tag;

	if (!hg_ber_take(&r, &tag, &inner))
		return short_or_absurd(before);
	if (tag != HG_BER_SEQUENCE)
		return HG_TLS_CERT_DER;
	before = r = hg_reader_of(inner);
	if (!hg_ber_take(&r, &tag, &inner))
		return short_or_absurd(before);
	*tbs = hg_reader_of(inner);
	return tag == HG_BER_SEQUENCE ? HG_TLS_FINE : HG_TLS_CERT_DER;
}

enum hg_tls_anomaly
hg_tls_cert_read(struct hg_span der, struct hg_arena *arena, struct hg_tls_cert *cert)
{
	struct hg_tls_text text;
	struct hg_reader r;
	struct hg_span v, issuer, validity;
	uint8_t tag;
	enum hg_tls_anomaly odd = open_certificate(der, &r);

	if (odd != HG_TLS_FINE)
		return odd;
	if (hg_reader_left(&r) > 0 && *r.p == VERSION && !hg_ber_take(&r, &tag, &v))
		return HG_TLS_CERT_VERSION;
	if (!hg_ber_expect(&r, HG_BER_INTEGER, &v))
		return HG_TLS_CERT_SERIAL;
	hg_tls_text_init(&text);
	hg_tls_text_hex(&text, v, "0123456789ABCDEF", ':');
	cert->serial = hg_tls_text_keep(&text, arena);
	if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &v))
		return HG_TLS_CERT_ALGORITHM;
	if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &issuer))
		return HG_TLS_CERT_NAME;
	if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &validity))
		return HG_TLS_CERT_DATE;
	odd = read_validity(validity, cert);
	if (odd != HG_TLS_FINE)
		return odd;
	if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &v))
		return HG_TLS_CERT_NAME;
	if (!hg_der_name(v, &text))
		return HG_TLS_CERT_SUBJECT;
	cert->subject = hg_tls_text_keep(&text, arena);
	if (!hg_der_name(issuer, &text))
		return HG_TLS_CERT_ISSUER;
	cert->issuer = hg_tls_text_keep(&text, arena);
	cert->present = true;
	return HG_TLS_FINE;
}

static void
add_fingerprint(struct hg_tls_tx *tls, struct hg_span der, struct hg_tls_cert *cert)
{
	struct hg_tls_text text;
	uint8_t digest[32];

	if (!hg_digest(&tls->tx.ctx->digests, HG_DIGEST_SHA1, der, digest))
		return;
	hg_tls_text_init(&text);
	hg_tls_text_hex(&text, hg_span(digest, 20), "0123456789abcdef", ':');
	cert->fingerprint = hg_tls_text_keep(&text, &tls->tx.arena);
}

/* Whether the lengths of the chain fit. */
static bool
chain_fits(struct hg_reader chain)
{
	while (hg_reader_left(&chain) > 0)
		hg_read_span(&chain, hg_read_u24be(&chain));
	return !hg_reader_failed(&chain);
}

/* The first certificate of a chain is looked into; TLCP's second one belongs to the same owner (GB/T 38636 6.4.5.3). */
static enum hg_tls_anomaly
look_into(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span der, unsigned number)
{
	struct hg_tls_side *side = &tls->side[dir];
	struct hg_arena *arena = &tls->tx.arena;
	struct hg_tls_cert *cert = &side->cert;
	enum hg_tls_anomaly odd;

	if (number == 1)
		cert = side->enc_cert =
			side->version == HG_TLCP ? hg_arena_take0(arena, sizeof(*cert)) : NULL;
	if (number > 1 || cert == NULL)
		return HG_TLS_FINE;
	odd = hg_tls_cert_read(der, arena, cert);
	add_fingerprint(tls, der, cert);
	if (number == 0)
		hg_tls_judge_cert(tls, dir);
	return odd;
}

/* TLS 1.3 sends certificates encrypted: the form with a context and extensions never comes here. */
enum hg_tls_anomaly
hg_tls_chain_take(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span body)
{
	struct hg_tls_side *side = &tls->side[dir];
	struct hg_arena *arena = &tls->tx.arena;
	struct hg_reader r = hg_reader_of(body), chain;
	enum hg_tls_anomaly odd = HG_TLS_FINE, now;

	if (side->certs != NULL)
		return HG_TLS_FINE;
	chain = hg_reader_sub(&r, hg_read_u24be(&r));
	if (hg_reader_failed(&chain) || !chain_fits(chain))
		return HG_TLS_HANDSHAKE_MESSAGE;
	if (hg_reader_left(&chain) == 0)
		return HG_TLS_FINE;
	side->certs = hg_arena_take(arena, HG_TLS_CERTS * sizeof(*side->certs));
	chain = hg_reader_of(hg_span_keep(arena, hg_read_rest(&chain)));
	while (side->certs != NULL && hg_reader_left(&chain) > 0) {
		struct hg_span der = hg_read_span(&chain, hg_read_u24be(&chain));

		if (side->n_certs == HG_TLS_CERTS)
			return odd == HG_TLS_FINE ? HG_TLS_MANY_CERTS : odd;
		side->certs[side->n_certs++] = der;
		now = look_into(tls, dir, der, side->n_certs - 1u);
		odd = odd == HG_TLS_FINE ? now : odd;
	}
	return odd;
}
