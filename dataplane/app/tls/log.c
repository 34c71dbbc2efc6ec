/* The EVE object `tls`. */
#include "app/tls/tls_int.h"

#include <stdio.h>

static const char *
version_name(uint16_t version, char buf[32])
{
	static const char *const names[] = { "SSLv3", "TLSv1", "TLS 1.1", "TLS 1.2", "TLS 1.3" };

	if (version == 0)
		return "UNDETERMINED";
	if (version == HG_SSL_2)
		return "SSLv2";
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
put_client(struct hg_json *j, const struct hg_tls_cert *cert)
{
	if (!cert->present)
		return;
	hg_json_open_at(j, "client");
	put(j, "subject", cert->subject);
	put(j, "issuerdn", cert->issuer);
	put(j, "fingerprint", cert->fingerprint);
	put(j, "serial", cert->serial);
	put_dates(j, cert);
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
	hg_json_cstr(j, "version", version_name(server->version, buf));
	put_dates(j, cert);
	put_ja3(j, "ja3", client);
	put_ja3(j, "ja3s", server);
	if (tls->ja4[0] != '\0' && !hg_as_peer(tx->app->suricata7, HG_DIFF_TLS_JA4))
		hg_json_cstr(j, "ja4", tls->ja4);
	put_client(j, &client->cert);
	if (!in_alert)
		put_origin(j, tx->app);
	hg_json_close(j);
}
