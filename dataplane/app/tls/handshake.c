/* Handshake messages: taken out of records, put together over them (RFC 8446 4, RFC 5246 7.4). */
#include "app/tls/tls_int.h"

#define HEADER 4

enum {
	HELLO_REQUEST = 0,
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	HELLO_VERIFY = 3,
	NEW_TICKET = 4,
	END_EARLY_DATA = 5,
	HELLO_RETRY = 6,
	ENCRYPTED_EXTENSIONS = 8,
	CERTIFICATE = 11,
	SERVER_KEYX = 12,
	CERTIFICATE_REQUEST = 13,
	SERVER_DONE = 14,
	CERTIFICATE_VERIFY = 15,
	CLIENT_KEYX = 16,
	FINISHED = 20,
	CERTIFICATE_URL = 21,
	CERTIFICATE_STATUS = 22,
	SUPPLEMENTAL = 23,
	KEY_UPDATE = 24,
	NEXT_PROTOCOL = 67,
};

static bool
take_chain(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span body)
{
	enum hg_tls_anomaly odd = hg_tls_chain_take(tls, dir, body);

	if (tls->side[dir].cert.present)
		hg_tx_progress(&tls->tx, dir, HG_TLS_CERT_READY);
	if (odd == HG_TLS_FINE)
		return true;
	hg_tls_odd(tls, dir, odd);
	return odd != HG_TLS_HANDSHAKE_MESSAGE;
}

static bool
take_message(struct hg_tls_tx *tls, enum hg_dir dir, uint8_t type, struct hg_span body)
{
	switch (type) {
	case CLIENT_HELLO:
	case SERVER_HELLO:
		tls->seen |= type == CLIENT_HELLO ? HG_SSL_CLIENT_HELLO : HG_SSL_SERVER_HELLO;
		if ((type == CLIENT_HELLO) == (dir == HG_TO_SERVER) && !tls->side[dir].hello.present &&
			!hg_tls_hello_take(tls, dir, body))
			hg_tls_odd(tls, dir, HG_TLS_HANDSHAKE_LENGTH);
		return true;
	case CERTIFICATE:
		return take_chain(tls, dir, body);
	case CERTIFICATE_REQUEST:
		tls->wants_client_cert = true;
		return true;
	case SERVER_KEYX:
		tls->seen |= HG_SSL_SERVER_KEYX;
		return true;
	case CLIENT_KEYX:
		tls->seen |= HG_SSL_CLIENT_KEYX;
		return true;
	case SERVER_DONE:
		tls->seen |= HG_SSL_UNKNOWN;
		tls->server_done = true;
		return true;
	default:
		tls->seen |= HG_SSL_UNKNOWN;
		return true;
	}
}

static bool
type_known(uint8_t type)
{
	return type <= HELLO_RETRY || type == ENCRYPTED_EXTENSIONS ||
		(type >= CERTIFICATE && type <= CLIENT_KEYX) || (type >= FINISHED && type <= KEY_UPDATE) ||
		type == NEXT_PROTOCOL;
}

static size_t
message_len(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);

	hg_read_skip(&r, 1);
	return HEADER + hg_read_u24be(&r);
}

/* The messages that are whole; returns how many bytes they were, SIZE_MAX when one is malformed. */
static size_t
take_whole(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span in)
{
	size_t at = 0;

	while (in.len - at >= HEADER) {
		struct hg_span rest = hg_span_from(in, at);
		size_t len = message_len(rest);

		if (type_known(rest.p[0]) && len > rest.len)
			break;
		if (!type_known(rest.p[0]) ||
			!take_message(tls, dir, rest.p[0], hg_span_sub(rest, HEADER, len - HEADER))) {
			hg_tls_odd(tls, dir, HG_TLS_HANDSHAKE_MESSAGE);
			return SIZE_MAX;
		}
		at += len;
	}
	return at;
}

/* Bytes of a record to a message that began in an earlier one, not more than it needs. */
static size_t
complete(struct hg_buf *message, struct hg_span in)
{
	size_t held = hg_buf_len(message), need;

	need = (held < HEADER ? HEADER : message_len(hg_buf_span(message))) - held;
	need = HG_MIN(in.len, need);
	return hg_buf_append(message, hg_span_sub(in, 0, need)) ? need : SIZE_MAX;
}

/* What follows cannot be told apart any more. */
static void
lose(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_tls_stream *s)
{
	hg_tls_odd(tls, dir, HG_TLS_HANDSHAKE_LONG);
	hg_buf_clear(&s->message);
	s->lost = true;
}

/* A message that began in an earlier record grows by what it needs; false: too long, or malformed and dropped with the rest
 * of the record. */
static bool
go_on(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_tls_stream *s, struct hg_span *in)
{
	size_t n = complete(&s->message, *in);
	struct hg_span held = hg_buf_span(&s->message);

	if (n == SIZE_MAX || (held.len >= HEADER && message_len(held) > HG_TLS_HANDSHAKE_MAX)) {
		lose(tls, dir, s);
		return false;
	}
	*in = hg_span_from(*in, n);
	n = take_whole(tls, dir, held);
	if (n != 0)
		hg_buf_clear(&s->message);
	return n != SIZE_MAX;
}

void
hg_tls_handshake(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span in)
{
	struct hg_tls_stream *s = &((struct hg_tls_state *)app->state)->stream[dir];
	size_t n;

	if (s->lost)
		return;
	while (in.len > 0 && hg_buf_len(&s->message) > 0)
		if (!go_on(tls, dir, s, &in))
			return;
	n = take_whole(tls, dir, in);
	if (n == SIZE_MAX || n == in.len)
		return;
	in = hg_span_from(in, n);
	if ((in.len >= HEADER && message_len(in) > HG_TLS_HANDSHAKE_MAX) || !hg_buf_append(&s->message, in))
		lose(tls, dir, s);
}
