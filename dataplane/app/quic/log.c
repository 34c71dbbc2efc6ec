/* The record `quic` and its envelope. */
#include <stdio.h>

#include "app/quic/quic_int.h"

#define TEXT 32

static const char *const extensions[] = { "server_name", "max_fragment_length", "client_certificate_url",
	"trusted_ca_keys", "truncated_hmac", "status_request", "user_mapping", "client_authz", "server_authz",
	"cert_type", "supported_groups", "ec_point_formats", "srp", "signature_algorithms", "use_srtp",
	"heartbeat", "alpn", "status_request_v2", "signed_certificate_timestamp", "client_certificate_type",
	"server_certificate_type", "padding", "encrypt_then_mac", "extended_master_secret", "token_binding",
	"cached_info", "tls_lts", "compress_certificate", "record_size_limit", "pwd_protect", "pwd_clear",
	"password_salt", "ticket_pinning", "tls_cert_with_extern_psk", "delegated_credentials",
	"session_ticket", "tlmsp", "tlmsp_proxying", "tlmsp_delegate", "supported_ekt_ciphers", NULL,
	"pre_shared_key", "early_data", "supported_versions", "cookie", "psk_key_exchange_modes", NULL,
	"certificate_authorities", "oid_filters", "post_handshake_auth", "signature_algorithms_cert",
	"key_share", "transparency_info", "connection_id_deprecated", "connection_id", "external_id_hash",
	"external_session_id", "quic_transport_parameters", "ticket_request", "dnssec_chain" };

static const char *
extension_name(uint16_t type)
{
	if (type == 13172)
		return "next_protocol_negotiation";
	if (type == 65281)
		return "renegotiation_info";
	return type < HG_COUNT(extensions) ? extensions[type] : NULL;
}

static void
version_name(uint32_t version, char out[TEXT])
{
	if (version == HG_QUIC_V2)
		snprintf(out, TEXT, "v2");
	else if (version == HG_QUIC_Q039 || hg_quic_is_google(version))
		snprintf(out, TEXT, "Q0%c%c", (char)(version >> 8), (char)version);
	else
		snprintf(out, TEXT, "%x", version);
}

static void
tls_version_name(uint16_t version, char out[TEXT])
{
	static const char *const names[] = { "Ssl30", "Tls10", "Tls11", "Tls12", "Tls13" };

	if (version >= HG_SSL_3 && version <= HG_TLS_13)
		snprintf(out, TEXT, "%s", names[version - HG_SSL_3]);
	else if (version >= 0x7f12 && version <= 0x7f17)
		snprintf(out, TEXT, "Tls13Draft%u", version & 0xffu);
	else
		snprintf(out, TEXT, "TlsVersion(%u / 0x%x)", version, version);
}

/* ---- values of extensions, as far as they go ---- */

static void
put_versions(struct hg_json *j, struct hg_span data, bool of_client)
{
	struct hg_reader r = hg_reader_of(data);

	if (of_client)
		r = hg_reader_of(hg_read_counted8(&r));
	while (hg_reader_left(&r) >= 2) {
		char text[TEXT];

		tls_version_name(hg_read_u16be(&r), text);
		hg_json_item_cstr(j, text);
	}
}

static void
put_names(struct hg_json *j, struct hg_span data)
{
	struct hg_reader r = hg_reader_of(data), list = hg_reader_of(hg_read_counted16(&r));

	while (hg_reader_left(&list) > 0) {
		struct hg_span name;

		hg_read_skip(&list, 1);
		name = hg_read_counted16(&list);
		if (!hg_reader_failed(&list))
			hg_json_item_str(j, name);
	}
}

static void
put_signatures(struct hg_json *j, struct hg_span data)
{
	struct hg_reader r = hg_reader_of(data), list = hg_reader_of(hg_read_counted16(&r));

	while (hg_reader_left(&list) >= 2) {
		char text[TEXT];

		snprintf(text, sizeof(text), "%u", hg_read_u16be(&list));
		hg_json_item_cstr(j, text);
	}
}

static void
put_alpn(struct hg_json *j, struct hg_span data)
{
	struct hg_reader r = hg_reader_of(data), list = hg_reader_of(hg_read_counted16(&r));

	while (hg_reader_left(&list) > 0) {
		const struct hg_span name = hg_read_counted8(&list);

		if (!hg_reader_failed(&list))
			hg_json_item_str(j, name);
	}
}

static void
put_values(struct hg_json *j, uint16_t type, struct hg_span data, bool of_client)
{
	if (data.len == 0 ||
		(type != HG_TLS_EXT_SNI && type != HG_TLS_EXT_SIGNATURES && type != HG_TLS_EXT_ALPN &&
			type != HG_TLS_EXT_VERSIONS))
		return;
	hg_json_array_at(j, "values");
	if (type == HG_TLS_EXT_SNI)
		put_names(j, data);
	else if (type == HG_TLS_EXT_SIGNATURES)
		put_signatures(j, data);
	else if (type == HG_TLS_EXT_ALPN)
		put_alpn(j, data);
	else
		put_versions(j, data, of_client);
	hg_json_array_end(j);
}

static void
put_extensions(struct hg_json *j, const struct hg_quic_tx *tx)
{
	struct hg_reader r = hg_reader_of(tx->hello.extensions);
	struct hg_span data;
	uint16_t type;

	if (!tx->hello.present || tx->hello.extensions.len == 0)
		return;
	hg_json_array_at(j, "extensions");
	while (hg_tls_extension_next(&r, &type, &data)) {
		const char *name = extension_name(type);

		hg_json_open(j);
		if (name != NULL)
			hg_json_cstr(j, "name", name);
		hg_json_u64(j, "type", hg_tls_is_grease(type) ? HG_TLS_GREASE : type);
		put_values(j, type, data, tx->of_client);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

/* ---- */

static void
put_cyus(struct hg_json *j, const struct hg_quic_tx *tx)
{
	if (tx->n_cyus == 0)
		return;
	hg_json_array_at(j, "cyu");
	for (unsigned i = 0; i < tx->n_cyus; i++) {
		hg_json_open(j);
		hg_json_str(j, "hash", tx->cyus[i].hash);
		hg_json_str(j, "string", tx->cyus[i].string);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

static void
put_ja3(struct hg_json *j, const struct hg_quic_tx *tx, enum hg_dir dir)
{
	if (tx->ja3_hash.p == NULL)
		return;
	hg_json_open_at(j, dir == HG_TO_SERVER ? "ja3" : "ja3s");
	hg_json_str(j, "hash", tx->ja3_hash);
	hg_json_str(j, "string", tx->ja3_string);
	hg_json_close(j);
}

/* What the server chose, and what kind of packet says nothing else. */
static void
put_more(struct hg_json *j, const struct hg_quic_tx *tx)
{
	struct hg_reader r = hg_reader_of(tx->hello.ciphers);
	const uint16_t suite = hg_read_u16be(&r);
	const char *name = hg_tls_cipher_name(suite);
	char text[TEXT];

	if (tx->type == HG_QUIC_RETRY || tx->type == HG_QUIC_NEGOTIATION)
		hg_json_cstr(j, "type", tx->type == HG_QUIC_RETRY ? "retry" : "version_negotiation");
	if (!tx->hello.present || tx->of_client)
		return;
	snprintf(text, sizeof(text), "0x%04x", suite);
	hg_json_cstr(j, "cipher", name != NULL ? name : text);
}

static enum hg_dir
sender_of(const struct hg_tx *tx)
{
	return tx->sides == HG_SIDE_SERVER ? HG_TO_SERVER : HG_TO_CLIENT;
}

void
hg_quic_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_quic_tx *tx = (const struct hg_quic_tx *)base;
	const bool peer = hg_as_peer(base->app->suricata7, HG_DIFF_QUIC_RECORDS);
	char text[TEXT];

	(void)dir;
	hg_json_open_at(j, "quic");
	if (tx->type != HG_QUIC_SHORT) {
		version_name(tx->version, text);
		hg_json_cstr(j, "version", text);
		if (tx->has_sni)
			hg_json_str(j, "sni", tx->sni);
		if (tx->has_ua)
			hg_json_str(j, "ua", tx->ua);
	}
	put_cyus(j, tx);
	put_ja3(j, tx, sender_of(base));
	if (tx->ja4[0] != '\0' && (!peer || (base->ctx->ja4 && !in_alert)))
		hg_json_cstr(j, "ja4", tx->ja4);
	put_extensions(j, tx);
	if (!peer)
		put_more(j, tx);
	hg_json_close(j);
}

static bool
says_something(const struct hg_quic_tx *tx)
{
	return tx->hello.present || tx->n_cyus > 0 || tx->has_sni || tx->type == HG_QUIC_RETRY ||
		tx->type == HG_QUIC_NEGOTIATION;
}

bool
hg_quic_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	if (i > 0 ||
		(!says_something((const struct hg_quic_tx *)tx) &&
			!hg_as_peer(tx->app->suricata7, HG_DIFF_QUIC_RECORDS)))
		return false;
	hg_quic_log(tx, false, HG_TO_SERVER, j);
	return true;
}

/* How a handshake ends is encrypted. */
bool
hg_quic_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	static const char *const actions[] = { [HG_QUIC_INITIAL] = "handshake",
		[HG_QUIC_0RTT] = "early data",
		[HG_QUIC_HANDSHAKE] = "handshake",
		[HG_QUIC_RETRY] = "retry",
		[HG_QUIC_NEGOTIATION] = "version negotiation",
		[HG_QUIC_SHORT] = "data" };
	const struct hg_quic_tx *tx = (const struct hg_quic_tx *)base;

	(void)i;
	a->class_ = HG_AUDIT_SESSION;
	a->action = hg_span_str(actions[tx->type]);
	a->object = tx->sni;
	a->opaque = true;
	return true;
}
