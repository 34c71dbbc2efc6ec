/* Bytes of a side's handshake, which come in frames of any packet and in any order. */
#include "app/quic/quic_int.h"

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2 };

static struct hg_quic_side *
side_of(const struct hg_quic_tx *tx, enum hg_dir dir)
{
	return &((struct hg_quic *)tx->base.app->state)->side[dir];
}

void
hg_quic_join_drop(struct hg_quic_side *s)
{
	hg_buf_clear(&s->crypto);
	s->n_pieces = 0;
	s->count = 0;
}

/* false: too many pieces. */
static bool
note_piece(struct hg_quic_side *s, uint32_t from, uint32_t to)
{
	unsigned first = 0, last;

	while (first < s->n_pieces && s->pieces[first].to < from)
		first++;
	for (last = first; last < s->n_pieces && s->pieces[last].from <= to; last++) {
		from = HG_MIN(from, s->pieces[last].from);
		to = HG_MAX(to, s->pieces[last].to);
	}
	if (first == last && s->n_pieces == HG_QUIC_PIECES)
		return false;
	memmove(&s->pieces[first + 1], &s->pieces[last], (s->n_pieces - last) * sizeof(s->pieces[0]));
	s->pieces[first] = (struct hg_quic_piece){ from, to };
	s->n_pieces = (uint8_t)(s->n_pieces + 1 - (last - first));
	return true;
}

/* Up to there the bytes are held, zero where none came. */
static bool
reach(struct hg_buf *b, size_t end)
{
	const size_t held = hg_buf_len(b);
	uint8_t *more;

	if (end <= held)
		return true;
	more = hg_buf_reserve(b, end - held);
	if (more == NULL)
		return false;
	memset(more, 0, end - held);
	hg_buf_grow(b, end - held);
	return true;
}

bool
hg_quic_join_put(struct hg_quic_tx *tx, enum hg_dir dir, uint64_t offset, struct hg_span data)
{
	struct hg_quic_side *s = side_of(tx, dir);

	if (offset > HG_QUIC_CRYPTO_MOST || data.len > HG_QUIC_CRYPTO_MOST - offset ||
		!reach(&s->crypto, (size_t)offset + data.len))
		return false;
	if (data.len == 0)
		return true;
	memcpy(s->crypto.block + s->crypto.from + offset, data.p, data.len);
	s->count += (uint32_t)data.len;
	return note_piece(s, (uint32_t)offset, (uint32_t)(offset + data.len)) ||
		hg_as_peer(tx->base.app->suricata7, HG_DIFF_QUIC_JOIN);
}

/* RFC 6066 3. */
static void
take_sni(struct hg_quic_tx *tx)
{
	struct hg_span data;
	struct hg_reader r;

	if (!hg_tls_extension_find(&tx->hello, HG_TLS_EXT_SNI, &data))
		return;
	r = hg_reader_of(data);
	hg_read_skip(&r, 3);
	data = hg_read_counted16(&r);
	tx->has_sni = !hg_reader_failed(&r);
	tx->sni = data;
}

static void
take_fingerprints(struct hg_quic_tx *tx, enum hg_dir dir)
{
	const bool peer = hg_as_peer(tx->base.app->suricata7, HG_DIFF_QUIC_JA3);
	const struct hg_digests *digests = &tx->base.ctx->digests;
	struct hg_tls_text t, hex;
	uint8_t digest[32];

	hg_tls_ja3_text(&tx->hello, tx->of_client ? HG_TO_SERVER : HG_TO_CLIENT, peer, &t);
	if (!t.cut && hg_digest(digests, HG_DIGEST_MD5, hg_span(t.p, t.n), digest)) {
		hg_tls_text_init(&hex);
		hg_tls_text_hex(&hex, hg_span(digest, 16), "0123456789abcdef", '\0');
		tx->ja3_string = hg_tls_text_keep(&t, &tx->base.arena);
		tx->ja3_hash = hg_tls_text_keep(&hex, &tx->base.arena);
	}
	if (dir == HG_TO_SERVER && tx->of_client)
		hg_tls_ja4_text(&tx->hello, digests, 'q', tx->ja4);
}

/* A message of the handshake that is whole and a hello is taken. */
enum hg_quic_look
hg_quic_hello_look(struct hg_quic_tx *tx, enum hg_dir dir, struct hg_span message)
{
	struct hg_reader r = hg_reader_of(message);
	const uint8_t type = hg_read_u8(&r);
	const struct hg_span body = hg_read_span(&r, hg_read_u24be(&r));
	const enum hg_dir reads = type == CLIENT_HELLO ? HG_TO_SERVER : HG_TO_CLIENT;

	if (hg_reader_failed(&r))
		return HG_QUIC_LOOK_MORE;
	if ((type != CLIENT_HELLO && type != SERVER_HELLO) || !hg_tls_hello_read(body, reads, &tx->hello))
		return HG_QUIC_LOOK_OTHER;
	hg_tls_hello_read(hg_span_keep(&tx->base.arena, body), reads, &tx->hello);
	tx->hello.present = tx->hello.random.p != NULL;
	tx->of_client = type == CLIENT_HELLO;
	take_sni(tx);
	take_fingerprints(tx, dir);
	return HG_QUIC_LOOK_HELLO;
}

/* The bytes that are there from the first one on. */
static struct hg_span
joined(const struct hg_quic_tx *tx, const struct hg_quic_side *s)
{
	const struct hg_span all = hg_buf_span(&s->crypto);

	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_QUIC_JOIN))
		return s->count >= all.len ? all : HG_SPAN_NONE;
	return s->n_pieces > 0 && s->pieces[0].from == 0 ? hg_span_sub(all, 0, s->pieces[0].to)
							 : HG_SPAN_NONE;
}

void
hg_quic_join_look(struct hg_quic_tx *tx, enum hg_dir dir)
{
	struct hg_quic_side *s = side_of(tx, dir);
	const struct hg_span message = joined(tx, s);

	if (message.len > 0 && hg_quic_hello_look(tx, dir, message) != HG_QUIC_LOOK_MORE)
		hg_quic_join_drop(s);
}
