/* keyword_catalog: the rows of a full build, for tests of keywords that must not depend on which decoders are linked. */
#ifndef HG_TESTS_KEYWORD_CATALOG_H
#define HG_TESTS_KEYWORD_CATALOG_H

#include "base/catalog.h"

#define TO_SERVER(name)                                  \
	{                                                \
		name, HG_SIDE_SERVER, { 1, 1 }, 0, 2, "" \
	}
#define TO_CLIENT(name)                                  \
	{                                                \
		name, HG_SIDE_CLIENT, { 1, 1 }, 0, 2, "" \
	}
#define BOTH(name)                                     \
	{                                              \
		name, HG_SIDE_BOTH, { 1, 1 }, 0, 2, "" \
	}
#define FILE_ROWS                                                                           \
	{ "file.data", HG_SIDE_BOTH, { 1, 1 }, HG_BUFFER_FILE | HG_BUFFER_GROWING, 2, "" }, \
		{ "file.name", HG_SIDE_BOTH, { 1, 1 }, HG_BUFFER_FILE, 2, "" },             \
		{ "file.magic", HG_SIDE_BOTH, { 1, 1 }, HG_BUFFER_FILE, 2, "" },            \
	{                                                                                   \
		"filesize", HG_SIDE_BOTH, { 1, 1 }, HG_BUFFER_FILE, 2, ""                   \
	}

static const struct hg_buffer_row http_buffers[] = { TO_SERVER("http.uri"), TO_SERVER("http.uri.raw"),
	TO_SERVER("http.method"), TO_SERVER("http.request_line"), TO_SERVER("http.request_body"),
	TO_SERVER("http.user_agent"), TO_SERVER("http.host.raw"), TO_SERVER("http.referer"),
	TO_SERVER("http.accept"), TO_SERVER("http.accept_enc"), TO_SERVER("http.accept_lang"),
	{ "http.host", HG_SIDE_SERVER, { 2, 2 }, HG_BUFFER_LOWER, 2, "" },
	{ "http.request_header", HG_SIDE_SERVER, { 2, 2 }, HG_BUFFER_MULTI, 2, "" },
	{ "http.response_header", HG_SIDE_CLIENT, { 2, 2 }, HG_BUFFER_MULTI, 2, "" }, BOTH("http.header"),
	BOTH("http.header.raw"), BOTH("http.header_names"), BOTH("http.start"), BOTH("http.protocol"),
	BOTH("http.cookie"), BOTH("http.connection"), BOTH("http.content_type"), BOTH("http.content_len"),
	TO_CLIENT("http.stat_code"), TO_CLIENT("http.response_body"), TO_CLIENT("http.stat_msg"),
	TO_CLIENT("http.response_line"), TO_CLIENT("http.server"), TO_CLIENT("http.location"), FILE_ROWS };

static const struct hg_buffer_row dns_buffers[] = {
	{ "dns.query", HG_SIDE_SERVER, { 1, 1 }, HG_BUFFER_MULTI, 2, "" }, BOTH("dns.opcode")
};

static const struct hg_buffer_row tls_buffers[] = { TO_SERVER("tls.sni"), TO_CLIENT("tls.cert_subject"),
	TO_CLIENT("tls.cert_issuer"), TO_CLIENT("tls.cert_serial"), TO_CLIENT("tls.cert_fingerprint"),
	{ "tls.certs", HG_SIDE_BOTH, { 1, 1 }, HG_BUFFER_MULTI, 2, "" }, BOTH("tls.version"),
	BOTH("tls.random"), TO_SERVER("ja3.hash"), TO_SERVER("ja3.string"), TO_CLIENT("ja3s.hash"),
	TO_CLIENT("ja3s.string"), TO_SERVER("ja4.hash"), TO_CLIENT("tls.notbefore"),
	TO_CLIENT("tls.notafter"), BOTH("ssl_state"), BOTH("ssl_version"), TO_CLIENT("tls.cert_chain_len"),
	TO_CLIENT("tls.cert_expired"), TO_CLIENT("tls.cert_valid") };

static const struct hg_buffer_row telnet_buffers[] = { BOTH("telnet.data"), BOTH("telnet.option") };

static const struct hg_buffer_row ssh_buffers[] = { BOTH("ssh.proto"), BOTH("ssh.software"),
	TO_SERVER("ssh.hassh"), TO_CLIENT("ssh.hassh.server") };
static const struct hg_buffer_row ftp_buffers[] = { TO_SERVER("ftpbounce"), TO_SERVER("ftp.command"),
	TO_CLIENT("ftp.mode"), TO_CLIENT("ftp.dynamic_port"), TO_SERVER("ftp.reply_received") };
static const struct hg_buffer_row ftp_data_buffers[] = { BOTH("ftpdata_command"), FILE_ROWS };
static const struct hg_buffer_row dcerpc_buffers[] = { BOTH("dcerpc.iface"), BOTH("dcerpc.opnum"),
	BOTH("dcerpc.stub_data") };

static const struct hg_anomaly_row http_anomalies[] = { { "missing_host_header", "" },
	{ "double_encoded_uri", "" } };
static const struct hg_anomaly_row dns_anomalies[] = { { "malformed_data", "" } };
static const struct hg_anomaly_row flow_anomaly_rows[] = {
	{ "applayer_mismatch_protocol_both_directions", "" }, { "applayer_wrong_direction_first_data", "" },
	{ "applayer_detect_protocol_only_one_direction", "" }
};
static const char *const decode_event_names[] = { "ipv4.trunc_pkt", "ipv4.hlen_too_small",
	"tcp.hlen_too_small" };
static const char *const stream_event_names[] = { "3whs_ack_in_wrong_dir", "pkt_invalid_ack" };

#define HG_ROWS(rows) rows, HG_COUNT(rows)

static const struct hg_catalog_proto catalog_protos[] = {
	{ "http", HG_PROTO_HTTP, true, false, HG_ROWS(http_buffers), 0, HG_ROWS(http_anomalies) },
	{ "tls", HG_PROTO_TLS, true, false, HG_ROWS(tls_buffers), 64, NULL, 0 },
	{ "dns", HG_PROTO_DNS, true, true, HG_ROWS(dns_buffers), 128, HG_ROWS(dns_anomalies) },
	{ "telnet", HG_PROTO_TELNET, true, false, HG_ROWS(telnet_buffers), 160, NULL, 0 },
	{ "dcerpc", HG_PROTO_DCERPC, true, true, HG_ROWS(dcerpc_buffers), 192, NULL, 0 },
	{ "smtp", HG_PROTO_SMTP, true, false, NULL, 0, 0, NULL, 0 },
	{ "ssh", HG_PROTO_SSH, true, false, HG_ROWS(ssh_buffers), 192, NULL, 0 },
	{ "ftp", HG_PROTO_FTP, true, false, HG_ROWS(ftp_buffers), 170, NULL, 0 },
	{ "ftp-data", HG_PROTO_FTP_DATA, true, false, HG_ROWS(ftp_data_buffers), 171, NULL, 0 },
};

static const struct hg_catalog test_catalog = { HG_ROWS(catalog_protos), HG_ROWS(decode_event_names),
	HG_ROWS(stream_event_names), HG_ROWS(flow_anomaly_rows) };

#endif
