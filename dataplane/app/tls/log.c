/* The EVE object `tls`. */
#include "app/tls/tls_int.h"

#include <stdio.h>

static const char *
version_name(const struct hg_tls_tx *tls, char buf[32])
{
	static const char *const names[] = { "SSLv3", "TLSv1", "TLS 1.1", "TLS 1.2", "TLS 1.3" };
	const uint16_t version = tls->side[HG_TO_CLIENT].version;

	if (version == 0)
		return "UNDETERMINED";
	if (version == HG_SSL_2)
		return "SSLv2";
	if (version == HG_TLCP && !hg_as_peer(tls->tx.app->suricata7, HG_DIFF_TLS_TLCP))
		return "TLCP";
	if (version >= HG_SSL_3 && version <= HG_TLS_13)
		return names[version - HG_SSL_3];
	if (version >= HG_TLS_13_EARLY && version < 0x7f10)
		return "TLS 1.3 draft-<16";
	if (version >= 0x7f10 && version <= 0x7f1c)
		snprintf(buf, 32, "TLS 1.3 draft-%u", version & 0xff);
	else if (version >= 0xfb14 && version <= 0xfb1a)
		snprintf(buf, 32, "TLS 1.3 draft-%u-fb", version & 0xff);
	else
		snprintf(buf, 32, "0x%04x", version);
	return buf;
}

static void
put(struct hg_json *j, const char *name, struct hg_span value)
{
	if (value.p != NULL)
		hg_json_str(j, name, value);
}

static void
put_dates(struct hg_json *j, const struct hg_tls_cert *cert)
{
	if (!cert->dated)
		return;
	hg_json_cstr(j, "notbefore", cert->not_before);
	hg_json_cstr(j, "notafter", cert->not_after);
}

static void
put_ja3(struct hg_json *j, const char *name, const struct hg_tls_side *side)
{
	if (side->ja3_hash.p == NULL)
		return;
	hg_json_open_at(j, name);
	put(j, "hash", side->ja3_hash);
	put(j, "string", side->ja3_string);
	hg_json_close(j);
}

static void
put_cert(struct hg_json *j, const char *name, const struct hg_tls_cert *cert)
{
	if (cert == NULL || !cert->present)
		return;
	hg_json_open_at(j, name);
	put(j, "subject", cert->subject);
	put(j, "issuerdn", cert->issuer);
	put(j, "fingerprint", cert->fingerprint);
	put(j, "serial", cert->serial);
	put_dates(j, cert);
	hg_json_close(j);
}

static void
put_weak(struct hg_json *j, const struct hg_tls_tx *tls)
{
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT];
	const bool expired = hg_tls_cert_expired(tls, &server->cert),
		   old = hg_tls_version_weak(server->version);
	char buf[32];

	if (tls->weak == 0 && !expired && !old)
		return;
	hg_json_array_at(j, "weak");
	if (old)
		hg_json_item_cstr(j, version_name(tls, buf));
	for (unsigned i = 0; i < HG_TLS_WEAKNESSES; i++)
		if ((tls->weak & 1u << i) != 0)
			hg_json_item_cstr(j, hg_tls_weaknesses[i].name);
	if (expired)
		hg_json_item_cstr(j, "expired");
	hg_json_array_end(j);
}

/* What the server chose, and what is to be said of it. */
static void
put_strength(struct hg_json *j, const struct hg_tls_tx *tls)
{
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT], *client = &tls->side[HG_TO_SERVER];
	const char *gm = hg_tls_gm_kind(tls), *cipher = hg_tls_cipher_name(hg_tls_suite(tls));
	char buf[8];

	if (hg_as_peer(tls->tx.app->suricata7, HG_DIFF_TLS_STRENGTH))
		return;
	if (cipher == NULL)
		snprintf(buf, sizeof(buf), "0x%04x", hg_tls_suite(tls));
	if (server->hello.present)
		hg_json_cstr(j, "cipher", cipher != NULL ? cipher : buf);
	if (gm != NULL)
		hg_json_cstr(j, "gm_kind", gm);
	put_weak(j, tls);
	if (server->version != HG_TLCP || !server->cert.present)
		return;
	hg_json_open_at(j, "tlcp");
	put_cert(j, "sign_cert", &server->cert);
	put_cert(j, "enc_cert", server->enc_cert);
	put_cert(j, "client_enc_cert", client->enc_cert);
	hg_json_close(j);
}

static void
put_origin(struct hg_json *j, const struct hg_app *app)
{
	const struct hg_decoder *d;

	if (app->flow->app_proto_orig == HG_PROTO_UNKNOWN)
		return;
	d = hg_app_decoder_of((enum hg_proto)app->flow->app_proto_orig);
	if (d != NULL)
		hg_json_cstr(j, "from_proto", d->name);
}

static bool
has_cert(const struct hg_tls_cert *cert)
{
	return cert->issuer.p != NULL && cert->subject.p != NULL;
}

static bool
is_resumed(const struct hg_tls_tx *tls)
{
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT];

	if (!hg_as_peer(tls->tx.app->suricata7, HG_DIFF_TLS_RESUMED))
		return tls->resumed;
	return (tls->resumed || tls->side[HG_TO_SERVER].takes_tickets) && !has_cert(&server->cert) &&
		server->hello.present && server->version <= HG_TLS_12;
}

/* The peer keeps quiet about a session without a certificate, unless the client knows tickets or it is TLS 1.3. */
static bool
is_told(const struct hg_tls_tx *tls)
{
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT];

	return has_cert(&server->cert) || tls->resumed || tls->side[HG_TO_SERVER].takes_tickets ||
		(server->hello.present && server->version > HG_TLS_12);
}

/* TLS 1.3 tells in clear neither how a handshake ends nor who the client is. */
bool
hg_tls_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a)
{
	const struct hg_tls_tx *tls = (const struct hg_tls_tx *)tx;
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT], *client = &tls->side[HG_TO_SERVER];

	(void)i;
	a->class_ = HG_AUDIT_SESSION;
	a->action = HG_BYTES("handshake");
	a->object = tls->has_sni ? tls->sni : server->cert.subject;
	if (client->cert.subject.len > 0) {
		a->user = client->cert.subject;
		a->user_src = HG_AUDIT_USER_CERT;
	}
	if (server->version <= HG_TLS_12 && server->changed_cipher && client->changed_cipher)
		a->result = HG_AUDIT_SUCCESS;
	a->opaque = server->hello.present;
	return true;
}

bool
hg_tls_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	if (i > 0 ||
		(hg_as_peer(tx->app->suricata7, HG_DIFF_TLS_QUIET) && !is_told((const struct hg_tls_tx *)tx)))
		return false;
	hg_tls_log(tx, false, HG_TO_SERVER, j);
	return true;
}

void
hg_tls_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_tls_tx *tls = (const struct hg_tls_tx *)tx;
	const struct hg_tls_side *server = &tls->side[HG_TO_CLIENT], *client = &tls->side[HG_TO_SERVER];
	const struct hg_tls_cert *cert = &server->cert;
	char buf[32];

	(void)dir;
	hg_json_open_at(j, "tls");
	put(j, "subject", cert->subject);
	put(j, "issuerdn", cert->issuer);
	if (is_resumed(tls))
		hg_json_bool(j, "session_resumed", true);
	put(j, "serial", cert->serial);
	put(j, "fingerprint", cert->fingerprint);
	if (tls->has_sni)
		hg_json_str(j, "sni", tls->sni);
	hg_json_cstr(j, "version", version_name(tls, buf));
	put_dates(j, cert);
	put_ja3(j, "ja3", client);
	put_ja3(j, "ja3s", server);
	if (tls->ja4[0] != '\0' && !hg_as_peer(tx->app->suricata7, HG_DIFF_TLS_JA4))
		hg_json_cstr(j, "ja4", tls->ja4);
	put_cert(j, "client", &client->cert);
	put_strength(j, tls);
	if (!in_alert)
		put_origin(j, tx->app);
	hg_json_close(j);
}
