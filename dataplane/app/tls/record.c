/* Records: which part of a direction's bytes is what (RFC 8446 5.1, RFC 6520; SSL 2.0 for its hellos). */
#include "app/tls/tls_int.h"

#define HEADER 5
#define WAIT ((size_t)0)
#define LOST SIZE_MAX
#define EMPTY_RECORDS 32

/* TLCP is 0x0101. Drafts of TLS 1.3 had numbers of their own, 0x7f01 to 0x7f1c, and 0xfb14 to 0xfb1a at one large site. */
bool
hg_tls_version_known(const struct hg_app *app, uint16_t version)
{
	return (version == HG_TLCP && !hg_as_peer(app->suricata7, HG_DIFF_TLS_TLCP)) ||
		(version >= HG_SSL_3 && version <= HG_TLS_13) ||
		(version >= HG_TLS_13_EARLY && version <= 0x7f1c) || (version >= 0xfb14 && version <= 0xfb1a);
}

static size_t
refuse(struct hg_tls_tx *tls, enum hg_dir dir, enum hg_tls_anomaly row)
{
	hg_tls_odd(tls, dir, row);
	return LOST;
}

/* The first application data of a finished handshake: nothing behind it can be read. */
static void
go_opaque(struct hg_app *app, struct hg_tls_tx *tls)
{
	struct hg_tls_state *s = app->state;

	s->news |= !s->opaque;
	tls->done = true;
	if (s->opaque || app->ctx->encrypted == HG_TLS_ENCRYPTED_FULL)
		return;
	s->opaque = true;
	if (app->ctx->encrypted == HG_TLS_ENCRYPTED_BYPASS)
		hg_app_over(app);
	else
		hg_app_encrypted(app);
}

enum {
	SSL2_ERROR,
	SSL2_CLIENT_HELLO,
	SSL2_CLIENT_MASTER_KEY,
	SSL2_CLIENT_FINISHED,
	SSL2_SERVER_HELLO,
	SSL2_SERVER_VERIFY,
	SSL2_SERVER_FINISHED,
	SSL2_REQUEST_CERTIFICATE,
	SSL2_CLIENT_CERTIFICATE
};

static void
take_ssl2_hello(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_reader *r)
{
	uint16_t version = hg_read_u16be(r);

	tls->seen |= HG_SSL_CLIENT_HELLO;
	/* A hello in this form may offer SSL 3.0 or TLS (RFC 5246 E.2); what follows has their records. */
	if (version >= HG_SSL_3 && version <= HG_TLS_12)
		tls->side[dir].version = version;
}

/* Type and version of a message; the rest of the record is passed over. */
static size_t
ssl2_record(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span in)
{
	struct hg_tls_state *s = app->state;
	struct hg_reader r = hg_reader_of(in);
	uint16_t head = hg_read_u16be(&r);
	size_t head_len = (head & 0x8000) != 0 ? 2 : 3;
	size_t len = head & ((head & 0x8000) != 0 ? 0x7fff : 0x3fff);

	if (in.len < head_len + (tls->ssl2_encrypted ? 0 : len))
		return WAIT;
	if (!tls->side[dir].hello.present)
		tls->side[dir].version = HG_SSL_2;
	if (len == 0)
		return refuse(tls, dir, HG_TLS_SSLV2_HEADER);
	hg_app_frame(app, dir, HG_TLS_FRAME_SSL2_HDR, in.p, head_len);
	hg_app_frame(app, dir, HG_TLS_FRAME_SSL2_PDU, in.p, head_len + len);
	hg_read_skip(&r, head_len - 2);
	s->stream[dir].skip = len;
	if (tls->ssl2_encrypted) {
		go_opaque(app, tls);
		return head_len;
	}
	switch (hg_read_u8(&r)) {
	case SSL2_ERROR:
		hg_tls_odd(tls, dir, HG_TLS_ERROR_MESSAGE);
		break;
	case SSL2_CLIENT_HELLO:
		if (len < 3)
			return refuse(tls, dir, HG_TLS_SSLV2_HEADER);
		take_ssl2_hello(tls, dir, &r);
		break;
	case SSL2_SERVER_HELLO:
		tls->seen |= HG_SSL_SERVER_HELLO;
		hg_tls_judge_choice(tls);
		break;
	case SSL2_CLIENT_MASTER_KEY:
		tls->seen |= HG_SSL_CLIENT_KEYX;
		tls->ssl2_encrypted = !hg_as_peer(app->suricata7, HG_DIFF_TLS_SSL2_KEY);
		break;
	case SSL2_CLIENT_FINISHED:
	case SSL2_SERVER_VERIFY:
	case SSL2_SERVER_FINISHED:
	case SSL2_REQUEST_CERTIFICATE:
	case SSL2_CLIENT_CERTIFICATE:
		tls->seen |= HG_SSL_UNKNOWN;
		break;
	default:
		return refuse(tls, dir, HG_TLS_RECORD_TYPE);
	}
	return head_len;
}

/* A heartbeat in the clear shows its lengths; an encrypted one only that of its record. */
static bool
heartbeat(struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span body)
{
	struct hg_tls_side *mine = &tls->side[dir], *other = &tls->side[!dir];
	struct hg_reader r = hg_reader_of(body);
	uint8_t type = hg_read_u8(&r);
	uint16_t payload = hg_read_u16be(&r);

	if (mine->changed_cipher) {
		if (other->heartbeat_len > 0 && body.len > other->heartbeat_len)
			hg_tls_odd(tls, dir, HG_TLS_HEARTBEAT_LEAK);
		mine->heartbeat_len = other->heartbeat_len > 0 ? 0 : (uint32_t)body.len;
		other->heartbeat_len = 0;
		return true;
	}
	if (hg_reader_failed(&r) || (type != 1 && type != 2)) {
		hg_tls_odd(tls, dir, HG_TLS_HEARTBEAT_INVALID);
		return false;
	}
	if (payload > hg_reader_left(&r)) {
		hg_tls_odd(tls, dir, HG_TLS_HEARTBEAT_OVERFLOW);
		return false;
	}
	if (hg_reader_left(&r) - payload < 16) {
		hg_tls_odd(tls, dir, HG_TLS_HEARTBEAT_INVALID);
		return false;
	}
	hg_tls_odd(tls, dir, HG_TLS_HEARTBEAT);
	return true;
}

/* After ChangeCipherSpec handshake messages are encrypted, but for the hellos of TLS 1.3, which says it for the sake of
 * middleboxes only (RFC 8446 D.4). */
static bool
handshake_is_opaque(const struct hg_tls_tx *tls, enum hg_dir dir)
{
	return tls->side[dir].changed_cipher &&
		!(dir == HG_TO_SERVER && tls->side[dir].version > HG_TLS_12 &&
			!tls->side[HG_TO_CLIENT].hello.present);
}

static bool
body_take(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir, uint8_t type, struct hg_span body)
{
	struct hg_tls_side *side = &tls->side[dir];

	switch (type) {
	case HG_TLS_CCS:
		side->changed_cipher = true;
		tls->server_done |= dir == HG_TO_CLIENT;
		/* Nothing but a ticket tells a resumption when the server gives no session id back (RFC 5077 3.4). */
		if (dir == HG_TO_CLIENT && side->hello.present && side->n_certs == 0 &&
			side->version <= HG_TLS_12 && tls->side[HG_TO_SERVER].ticket)
			tls->resumed = true;
		return true;
	case HG_TLS_HANDSHAKE:
		if (handshake_is_opaque(tls, dir))
			return true;
		if (body.len < 4 &&
			hg_buf_len(&((struct hg_tls_state *)app->state)->stream[dir].message) == 0) {
			hg_tls_odd(tls, dir, HG_TLS_SSL_RECORD);
			return false;
		}
		hg_tls_handshake(app, tls, dir, body);
		return true;
	case HG_TLS_HEARTBEAT_TYPE:
		return heartbeat(tls, dir, body);
	default:
		return true;
	}
}

static void
name_frames(struct hg_app *app, enum hg_dir dir, uint8_t type, const uint8_t *at, uint16_t len)
{
	hg_app_frame(app, dir, HG_TLS_FRAME_HDR, at, HEADER);
	hg_app_frame(app, dir, HG_TLS_FRAME_PDU, at, HEADER + (uint64_t)len);
	if (len > 0)
		hg_app_frame(app, dir, HG_TLS_FRAME_DATA, at + HEADER, len);
	if (len > 0 && type == HG_TLS_ALERT)
		hg_app_frame(app, dir, HG_TLS_FRAME_ALERT, at + HEADER, len);
	if (len > 0 && type == HG_TLS_HEARTBEAT_TYPE)
		hg_app_frame(app, dir, HG_TLS_FRAME_HEARTBEAT, at + HEADER, len);
}

size_t
hg_tls_record(struct hg_app *app, struct hg_tls_tx *tls, enum hg_dir dir, struct hg_span in)
{
	struct hg_tls_state *s = app->state;
	struct hg_tls_side *side = &tls->side[dir];
	struct hg_reader r = hg_reader_of(in);
	uint8_t type = hg_read_u8(&r);
	uint16_t version, len;

	s->news |= type != HG_TLS_APPDATA;
	/* A padded record of SSL 2.0 has neither bit. */
	if ((type & 0xc0) != 0 ||
		(side->version == HG_SSL_2 && !hg_as_peer(app->suricata7, HG_DIFF_TLS_SSL2_PADDED)))
		return in.len < 2 ? WAIT : ssl2_record(app, tls, dir, in);
	version = hg_read_u16be(&r);
	len = hg_read_u16be(&r);
	if (hg_reader_failed(&r))
		return WAIT;
	/* The version that the hello agreed on stays: records of TLS 1.3 say 1.2 for ever. */
	if (side->hello.present)
		version = side->version;
	if (type < HG_TLS_CCS || type > HG_TLS_HEARTBEAT_TYPE)
		return refuse(tls, dir, HG_TLS_RECORD_TYPE);
	if (!hg_tls_version_known(app, version)) {
		side->version = version;
		return refuse(tls, dir, HG_TLS_RECORD_VERSION);
	}
	/* Half a record shows nothing: what rules see does not depend on where the stream was cut. */
	if (type != HG_TLS_APPDATA && hg_reader_left(&r) < len)
		return WAIT;
	name_frames(app, dir, type, in.p, len);
	side->version = version;
	if (type == HG_TLS_APPDATA) {
		bool early = side->early_data && !tls->side[HG_TO_CLIENT].hello.present;

		if (!early)
			go_opaque(app, tls);
		s->stream[dir].skip = len;
		return HEADER;
	}
	if (len == 0 && ++s->stream[dir].n_empty == EMPTY_RECORDS)
		hg_tls_odd(tls, dir, HG_TLS_MANY_RECORDS);
	return body_take(app, tls, dir, type, hg_read_span(&r, len)) ? HEADER + (size_t)len : LOST;
}
