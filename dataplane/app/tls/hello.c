/* ClientHello and ServerHello (RFC 8446 4.1, RFC 5246 7.4.1) with the extensions that are looked into. */
#include "app/tls/tls_int.h"

#define SNI_MAX 255

/* RFC 8701: both bytes alike, low nibbles 10. */
bool
hg_tls_is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

bool
hg_tls_hello_read(struct hg_span body, enum hg_dir dir, struct hg_tls_hello *h)
{
	struct hg_reader r = hg_reader_of(body);

	*h = (struct hg_tls_hello){ 0 };
	h->version = hg_read_u16be(&r);
	h->random = hg_read_span(&r, 32);
	h->session = hg_read_counted8(&r);
	if (dir == HG_TO_SERVER) {
		h->ciphers = hg_read_counted16(&r);
		hg_read_counted8(&r);
	} else {
		h->ciphers = hg_read_span(&r, 2);
		hg_read_skip(&r, 1);
	}
	if (hg_reader_failed(&r) || h->session.len > 32)
		return false;
	if (hg_reader_left(&r) >= 2) {
		h->has_extensions = true;
		h->extensions = hg_read_counted16(&r);
	}
	return !hg_reader_failed(&r) && hg_reader_left(&r) == 0 && h->ciphers.len % 2 == 0;
}

/* The server's hello in drafts 1 to 21 of TLS 1.3: version, random, cipher, extensions. */
static bool
draft_hello_read(struct hg_span body, struct hg_tls_hello *h)
{
	struct hg_reader r = hg_reader_of(body);

	*h = (struct hg_tls_hello){ 0 };
	h->version = hg_read_u16be(&r);
	h->random = hg_read_span(&r, 32);
	h->ciphers = hg_read_span(&r, 2);
	h->extensions = hg_read_counted16(&r);
	h->has_extensions = true;
	return !hg_reader_failed(&r) && hg_reader_left(&r) == 0 && h->version > HG_TLS_12;
}

bool
hg_tls_extension_next(struct hg_reader *r, uint16_t *type, struct hg_span *data)
{
	if (hg_reader_left(r) == 0)
		return false;
	*type = hg_read_u16be(r);
	*data = hg_read_counted16(r);
	return !hg_reader_failed(r);
}

bool
hg_tls_extension_find(const struct hg_tls_hello *h, uint16_t type, struct hg_span *data)
{
	struct hg_reader r = hg_reader_of(h->extensions);
	uint16_t at;

	while (hg_tls_extension_next(&r, &at, data))
		if (at == type)
			return true;
	*data = HG_SPAN_NONE;
	return false;
}

/* RFC 6066 3. */
static void
take_sni(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span data)
{
	struct hg_reader r = hg_reader_of(data);
	uint8_t type;
	struct hg_span name;

	if (data.len == 0 || dir == HG_TO_CLIENT)
		return;
	if (tls->has_sni) {
		hg_tls_odd(tls, dir, HG_TLS_MULTIPLE_SNI);
		return;
	}
	hg_read_skip(&r, 2);
	type = hg_read_u8(&r);
	name = hg_read_counted16(&r);
	if (!hg_reader_failed(&r) && type != 0) {
		hg_tls_odd(tls, dir, HG_TLS_SNI_TYPE);
		return;
	}
	if (hg_reader_failed(&r) || name.len > SNI_MAX) {
		hg_tls_odd(tls, dir, HG_TLS_SNI_LENGTH);
		return;
	}
	tls->has_sni = true;
	tls->sni = name;
}

/* The server names the version that is spoken, the client all that it can: the first known one stands for it. */
static void
take_versions(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span data)
{
	struct hg_reader r = hg_reader_of(data);
	uint16_t version;

	if (dir == HG_TO_SERVER)
		hg_read_skip(&r, 1);
	while (hg_reader_left(&r) >= 2) {
		version = hg_read_u16be(&r);
		if (dir == HG_TO_SERVER && !hg_tls_version_known(tls->tx.app, version))
			continue;
		tls->side[dir].version = version;
		return;
	}
}

static bool
take_extensions(struct hg_tls_tx *tls, enum hg_dir dir)
{
	struct hg_tls_side *side = &tls->side[dir];
	struct hg_reader r = hg_reader_of(side->hello.extensions);
	struct hg_span data;
	uint16_t type;

	while (hg_tls_extension_next(&r, &type, &data)) {
		switch (type) {
		case HG_TLS_EXT_SNI:
			take_sni(tls, dir, data);
			break;
		case HG_TLS_EXT_VERSIONS:
			take_versions(tls, dir, data);
			break;
		case HG_TLS_EXT_TICKET:
			side->ticket = data.len > 0;
			side->takes_tickets = true;
			break;
		case HG_TLS_EXT_EARLY_DATA:
			side->early_data = dir == HG_TO_SERVER;
			break;
		default:
			break;
		}
	}
	return !hg_reader_failed(&r);
}

/* Until TLS 1.2 the same session id from both sides takes up an old session; TLS 1.3 echoes it always. */
static bool
is_resumed(const struct hg_tls_tx *tls)
{
	const struct hg_tls_side *client = &tls->side[HG_TO_SERVER], *server = &tls->side[HG_TO_CLIENT];

	return server->version <= HG_TLS_12 && server->hello.session.len > 0 &&
		hg_span_eq(client->hello.session, server->hello.session);
}

bool
hg_tls_hello_take(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span body)
{
	struct hg_tls_side *side = &tls->side[dir];
	struct hg_tls_hello probe;
	struct hg_span kept;

	if (!hg_tls_hello_read(body, dir, &probe) && (dir == HG_TO_SERVER || !draft_hello_read(body, &probe)))
		return false;
	kept = hg_span_keep(&tls->tx.arena, body);
	if (kept.p == NULL)
		return true;
	if (!hg_tls_hello_read(kept, dir, &side->hello))
		draft_hello_read(kept, &side->hello);
	side->hello.present = true;
	/* The final TLS 1.3 says 1.2 there and names itself in an extension. */
	side->version = side->hello.version == HG_TLS_13 ? HG_TLS_13_EARLY : side->hello.version;
	if (!take_extensions(tls, dir))
		return false;
	if (dir == HG_TO_CLIENT) {
		tls->resumed |= is_resumed(tls);
		hg_tls_judge_choice(tls);
	}
	return true;
}
