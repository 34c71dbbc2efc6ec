/* JA3 and JA3S (MD5 of what a hello offers, in its order), JA4 (sorted, SHA-256). Values of RFC 8701 do not count. */
#include "app/tls/tls_int.h"

#define JA4_VALUES 512 /* ciphers and extensions that are sorted; more than 99 are not told apart */

/* "-" between the values of a list. */
static void
add_value(struct hg_tls_text *t, uint16_t v, bool *first)
{
	if (!*first)
		hg_tls_text_add(t, HG_BYTES("-"));
	*first = false;
	hg_tls_text_u64(t, v);
}

static void
add_u16s(struct hg_tls_text *t, struct hg_span values, bool grease)
{
	struct hg_reader r = hg_reader_of(values);
	bool first = true;

	while (hg_reader_left(&r) >= 2) {
		uint16_t v = hg_read_u16be(&r);

		if (grease || !hg_tls_is_grease(v))
			add_value(t, v, &first);
	}
}

static void
add_extensions(struct hg_tls_text *t, const struct hg_tls_hello *h, bool grease)
{
	struct hg_reader r = hg_reader_of(h->extensions);
	struct hg_span data;
	uint16_t type;
	bool first = true;

	while (hg_tls_extension_next(&r, &type, &data))
		if (grease || !hg_tls_is_grease(type))
			add_value(t, hg_tls_is_grease(type) ? HG_TLS_GREASE : type, &first);
}

static void
add_formats(struct hg_tls_text *t, struct hg_span formats)
{
	bool first = true;

	for (size_t i = 0; i < formats.len; i++)
		add_value(t, formats.p[i], &first);
}

/* The list inside an extension, behind its length. */
static struct hg_span
list_of(const struct hg_tls_hello *h, uint16_t type, unsigned counted)
{
	struct hg_span data, list;
	struct hg_reader r;

	hg_tls_extension_find(h, type, &data);
	r = hg_reader_of(data);
	list = counted == 1 ? hg_read_counted8(&r) : hg_read_counted16(&r);
	return hg_reader_failed(&r) ? HG_SPAN_NONE : list;
}

void
hg_tls_ja3_text(const struct hg_tls_hello *h, enum hg_dir dir, bool grease, struct hg_tls_text *t)
{
	hg_tls_text_init(t);
	hg_tls_text_u64(t, h->version);
	hg_tls_text_add(t, HG_BYTES(","));
	add_u16s(t, h->ciphers, grease);
	hg_tls_text_add(t, HG_BYTES(","));
	add_extensions(t, h, grease);
	if (dir == HG_TO_CLIENT)
		return;
	hg_tls_text_add(t, HG_BYTES(","));
	add_u16s(t, list_of(h, HG_TLS_EXT_GROUPS, 2), grease);
	hg_tls_text_add(t, HG_BYTES(","));
	add_formats(t, list_of(h, HG_TLS_EXT_FORMATS, 1));
}

void
hg_tls_ja3_make(struct hg_tls_tx *tls, enum hg_dir dir)
{
	struct hg_tls_side *side = &tls->side[dir];
	struct hg_tls_text t, hex;
	uint8_t digest[32];

	if (side->ja3_tried || !side->hello.present)
		return;
	side->ja3_tried = true;
	hg_tls_ja3_text(&side->hello, dir, false, &t);
	if (t.cut || !hg_digest(&tls->tx.ctx->digests, HG_DIGEST_MD5, hg_span(t.p, t.n), digest))
		return;
	hg_tls_text_init(&hex);
	hg_tls_text_hex(&hex, hg_span(digest, 16), "0123456789abcdef", '\0');
	side->ja3_hash = hg_tls_text_keep(&hex, &tls->tx.arena);
	side->ja3_string = hg_tls_text_keep(&t, &tls->tx.arena);
}

struct values {
	uint16_t v[JA4_VALUES];
	unsigned n;
};

static void
add_sorted_value(struct values *a, uint16_t v)
{
	if (!hg_tls_is_grease(v) && a->n < JA4_VALUES)
		a->v[a->n++] = v;
}

/* Shell's sort: no memory, and short lists. */
static void
sort(struct values *a)
{
	static const unsigned gaps[] = { 132, 57, 23, 10, 4, 1 };

	for (unsigned g = 0; g < HG_COUNT(gaps); g++) {
		for (unsigned i = gaps[g]; i < a->n; i++) {
			uint16_t v = a->v[i];
			unsigned j = i;

			for (; j >= gaps[g] && a->v[j - gaps[g]] > v; j -= gaps[g])
				a->v[j] = a->v[j - gaps[g]];
			a->v[j] = v;
		}
	}
}

static void
add_hex16(struct hg_tls_text *t, uint16_t v, bool comma)
{
	uint8_t pair[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	if (comma)
		hg_tls_text_add(t, HG_BYTES(","));
	hg_tls_text_hex(t, hg_span(pair, 2), "0123456789abcdef", '\0');
}

/* The first twelve digits of the SHA-256; zeros for an empty list. */
static void
add_short_hash(struct hg_tls_text *to, const struct hg_digests *digests, const struct hg_tls_text *from)
{
	uint8_t digest[32];

	if (from->n == 0 || !hg_digest(digests, HG_DIGEST_SHA256, hg_span(from->p, from->n), digest))
		hg_tls_text_add(to, HG_BYTES("000000000000"));
	else
		hg_tls_text_hex(to, hg_span(digest, 6), "0123456789abcdef", '\0');
}

static struct hg_span
ja4_version(const struct hg_tls_hello *h)
{
	static const struct {
		uint16_t version;
		struct hg_span text;
	} names[] = { { HG_TLS_13, HG_BYTES("13") }, { HG_TLS_12, HG_BYTES("12") },
		{ 0x0302, HG_BYTES("11") }, { HG_TLS_10, HG_BYTES("10") }, { HG_SSL_3, HG_BYTES("s3") },
		{ HG_SSL_2, HG_BYTES("s2") } };
	struct hg_span offered = list_of(h, HG_TLS_EXT_VERSIONS, 1);
	struct hg_reader r = hg_reader_of(offered);
	uint16_t version = offered.len >= 2 ? 0 : h->version;

	while (hg_reader_left(&r) >= 2) {
		uint16_t v = hg_read_u16be(&r);

		if (!hg_tls_is_grease(v))
			version = HG_MAX(version, v);
	}
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if (names[i].version == version)
			return names[i].text;
	return HG_BYTES("00");
}

static bool
is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (hg_lower(c) >= 'a' && hg_lower(c) <= 'z');
}

/* First and last character of the first protocol offered; of its hexadecimal form when they cannot be shown. */
static void
add_alpn(struct hg_tls_text *t, const struct hg_tls_hello *h)
{
	static const char digits[] = "0123456789abcdef";
	struct hg_span list = list_of(h, HG_TLS_EXT_ALPN, 2), name;
	struct hg_reader r = hg_reader_of(list);
	uint8_t ends[2] = { '0', '0' };

	name = hg_read_counted8(&r);
	if (name.len > 0) {
		ends[0] = name.p[0];
		ends[1] = name.p[name.len - 1];
		if (!is_alnum(ends[0]) || !is_alnum(ends[1])) {
			ends[0] = (uint8_t)digits[ends[0] >> 4];
			ends[1] = (uint8_t)digits[ends[1] & 15];
		}
	}
	hg_tls_text_add(t, hg_span(ends, 2));
}

static void
add_count(struct hg_tls_text *t, unsigned n)
{
	n = HG_MIN(n, 99u);
	if (n < 10)
		hg_tls_text_add(t, HG_BYTES("0"));
	hg_tls_text_u64(t, n);
}

static void
collect(const struct hg_tls_hello *h, struct values *ciphers, struct values *extensions)
{
	struct hg_reader r = hg_reader_of(h->ciphers);
	struct hg_span data;
	uint16_t type;

	ciphers->n = extensions->n = 0;
	while (hg_reader_left(&r) >= 2)
		add_sorted_value(ciphers, hg_read_u16be(&r));
	r = hg_reader_of(h->extensions);
	while (hg_tls_extension_next(&r, &type, &data))
		add_sorted_value(extensions, type);
	sort(ciphers);
	sort(extensions);
}

static void
list_extensions(struct hg_tls_text *t, const struct hg_tls_hello *h, const struct values *extensions)
{
	struct hg_reader r = hg_reader_of(list_of(h, HG_TLS_EXT_SIGNATURES, 2));

	hg_tls_text_init(t);
	for (unsigned i = 0; i < extensions->n; i++)
		if (extensions->v[i] != HG_TLS_EXT_SNI && extensions->v[i] != HG_TLS_EXT_ALPN)
			add_hex16(t, extensions->v[i], t->n > 0);
	for (bool first = true; hg_reader_left(&r) >= 2; first = false) {
		if (first)
			hg_tls_text_add(t, HG_BYTES("_"));
		add_hex16(t, hg_read_u16be(&r), !first);
	}
}

void
hg_tls_ja4_text(const struct hg_tls_hello *h, const struct hg_digests *digests, char transport,
	char out[HG_TLS_JA4_SIZE])
{
	struct values ciphers, extensions;
	struct hg_tls_text t, list;
	struct hg_span sni;

	collect(h, &ciphers, &extensions);
	hg_tls_text_init(&t);
	hg_tls_text_add(&t, hg_span(&transport, 1));
	hg_tls_text_add(&t, ja4_version(h));
	hg_tls_text_add(&t, hg_tls_extension_find(h, HG_TLS_EXT_SNI, &sni) ? HG_BYTES("d") : HG_BYTES("i"));
	add_count(&t, ciphers.n);
	add_count(&t, extensions.n);
	add_alpn(&t, h);
	hg_tls_text_add(&t, HG_BYTES("_"));
	hg_tls_text_init(&list);
	for (unsigned i = 0; i < ciphers.n; i++)
		add_hex16(&list, ciphers.v[i], i > 0);
	add_short_hash(&t, digests, &list);
	hg_tls_text_add(&t, HG_BYTES("_"));
	list_extensions(&list, h, &extensions);
	add_short_hash(&t, digests, &list);
	memcpy(out, t.p, HG_MIN(t.n, (size_t)HG_TLS_JA4_SIZE - 1));
}

void
hg_tls_ja4_make(struct hg_tls_tx *tls)
{
	const struct hg_tls_hello *h = &tls->side[HG_TO_SERVER].hello;

	if (tls->ja4_tried || !h->present)
		return;
	tls->ja4_tried = true;
	hg_tls_ja4_text(h, &tls->tx.ctx->digests, 't', tls->ja4);
}
