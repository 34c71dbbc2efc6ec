/* Messages of gQUIC: a tag, and behind it tags with values (QUIC Crypto, as Google described it). */
#include "app/quic/quic_int.h"

#define ENTRY 8

enum { SNI = 0x534e4900, UAID = 0x55414944 };

static bool
is_known(uint32_t tag)
{
	static const char names[][5] = { "AEAD", "CCRT", "CCS", "CETV", "CFCW", "CHLO", "COPT", "CSCT",
		"CTIM", "ICSL", "IRTT", "KEXS", "MIDS", "MSPC", "NONC", "NONP", "PAD", "PDMD", "PUBS", "SCID",
		"SCLS", "SFCW", "SMHL", "SNI", "SNO", "STK", "TCID", "UAID", "VER", "XLCT" };

	for (unsigned i = 0; i < HG_COUNT(names); i++) {
		struct hg_reader r = hg_reader_of(hg_span((const uint8_t *)names[i], 4));

		if (hg_read_u32be(&r) == tag)
			return true;
	}
	return false;
}

/* All its tags are known, and their values end where the message does. */
static bool
is_sound(struct hg_reader r, unsigned n)
{
	uint32_t end = 0;

	for (unsigned i = 0; i < n && !hg_reader_failed(&r); i++) {
		const uint32_t tag = hg_read_u32be(&r), next = hg_read_u32le(&r);

		if (next < end || !is_known(tag))
			return false;
		end = next;
	}
	return !hg_reader_failed(&r) && hg_reader_left(&r) == end;
}

static void
add_tag(struct hg_tls_text *t, uint32_t tag, bool first)
{
	const uint8_t letters[4] = { (uint8_t)(tag >> 24), (uint8_t)(tag >> 16), (uint8_t)(tag >> 8),
		(uint8_t)tag };

	if (!first)
		hg_tls_text_add(t, HG_BYTES("-"));
	hg_tls_text_add(t, hg_span(letters, letters[3] == 0 ? 3 : 4));
}

/* The fingerprint CYU: version and tags. */
static void
keep_cyu(struct hg_quic_tx *tx, const struct hg_tls_text *t)
{
	struct hg_arena *arena = &tx->base.arena;
	struct hg_quic_cyu *cyu;
	struct hg_tls_text hex;
	uint8_t digest[32];

	if (tx->cyus == NULL)
		tx->cyus = hg_arena_take(arena, HG_QUIC_CYUS * sizeof(*tx->cyus));
	if (t->cut || tx->cyus == NULL || tx->n_cyus == HG_QUIC_CYUS ||
		!hg_digest(&tx->base.ctx->digests, HG_DIGEST_MD5, hg_span(t->p, t->n), digest))
		return;
	hg_tls_text_init(&hex);
	hg_tls_text_hex(&hex, hg_span(digest, 16), "0123456789abcdef", '\0');
	cyu = &tx->cyus[tx->n_cyus++];
	*cyu = (struct hg_quic_cyu){ hg_tls_text_keep(t, arena), hg_tls_text_keep(&hex, arena) };
}

static void
keep_value(struct hg_quic_tx *tx, uint32_t tag, struct hg_span value)
{
	if (tag == SNI) {
		tx->has_sni = true;
		tx->sni = hg_span_keep(&tx->base.arena, value);
	} else if (tag == UAID) {
		tx->has_ua = true;
		tx->ua = hg_span_keep(&tx->base.arena, value);
	}
}

void
hg_quic_tags(struct hg_quic_tx *tx, struct hg_span message)
{
	static const char *const versions[] = { "43,", "44,", "44,", "46," };
	struct hg_reader r = hg_reader_of(message), values;
	const bool known = is_known(hg_read_u32be(&r));
	const unsigned n = hg_read_u16le(&r);
	struct hg_tls_text t;
	uint32_t end = 0;

	hg_read_skip(&r, 2);
	if (!known || hg_reader_failed(&r) || !is_sound(r, n))
		return;
	hg_tls_text_init(&t);
	if (hg_quic_is_google(tx->version))
		hg_tls_text_add(&t, hg_span_str(versions[tx->version - HG_QUIC_Q043]));
	values = r;
	hg_read_skip(&values, (size_t)n * ENTRY);
	for (unsigned i = 0; i < n; i++) {
		const uint32_t tag = hg_read_u32be(&r), next = hg_read_u32le(&r);

		add_tag(&t, tag, i == 0);
		keep_value(tx, tag, hg_read_span(&values, next - end));
		end = next;
	}
	if (hg_quic_is_google(tx->version))
		keep_cyu(tx, &t);
}
