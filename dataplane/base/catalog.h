/* catalog: the rows by which protocols name what rules may ask for.
 *
 * Data only. Decoders (app/) own the rows; the registry numbers them at start; rules/ and the documentation read
 * them without knowing any decoder. Ids are positions and never leave the process: what is written to disk names names.
 */
#ifndef HG_BASE_CATALOG_H
#define HG_BASE_CATALOG_H

#include "base/span.h"

/* Protocols a flow can speak. Fixed numbers, so that sets of them fit a word. */
enum hg_proto {
	HG_PROTO_UNKNOWN, /* not identified yet */
	HG_PROTO_FAILED,  /* identification gave up */
	HG_PROTO_HTTP,    /* HTTP/1.x; EVE "http" */
	HG_PROTO_TLS,
	HG_PROTO_DNS,
	HG_PROTO_TELNET,
	HG_PROTO_SMTP,
	HG_PROTO_FTP,
	HG_PROTO_FTP_DATA,
	HG_PROTO_SMB,
	HG_PROTO_SSH,
	HG_PROTO_POP3,
	HG_PROTO_IMAP,
	HG_PROTO_DCERPC,
	HG_PROTO_HTTP2,
	HG_PROTO_RFB,
	HG_PROTO_MQTT,
	HG_PROTO_KRB5,
	HG_PROTO_RDP,
	HG_PROTO_NFS,
	HG_PROTO_NTP,
	HG_PROTO_TFTP,
	HG_PROTO_IKE,
	HG_PROTO_QUIC,
	HG_PROTO_DHCP,
	HG_PROTO_SNMP,
	HG_PROTO_SIP,
	HG_PROTO_BITTORRENT_DHT,
	HG_PROTO_WEBSOCKET,
	HG_PROTO_MYSQL,
	HG_PROTO_PGSQL,
	HG_PROTO_LDAP,
	HG_PROTO_COUNT
};

#define HG_PROTO_BIT(p) (UINT64_C(1) << (p))

/* Sides on which a buffer or an anomaly can stand. */
enum { HG_SIDE_SERVER = 1 << HG_TO_SERVER, HG_SIDE_CLIENT = 1 << HG_TO_CLIENT, HG_SIDE_BOTH = 3 };

enum hg_buffer_flags {
	HG_BUFFER_MULTI =
		1, /* several values a transaction: any may match (http.request_header, dns.query) */
	HG_BUFFER_GROWING = 2, /* handed out in inspection windows while it grows (bodies, files) */
	HG_BUFFER_FILE = 4, /* belongs to the transaction's file, not to its protocol: file.data, file.name */
	HG_BUFFER_LOWER = 8,  /* always lower case: a pattern with capitals is refused (http.host) */
	HG_BUFFER_FRAME = 16, /* no value of a transaction but pieces of the stream: "frame:tls.pdu" */
};

struct hg_buffer_row {
	const char *name; /* sticky buffer: "http.uri" */
	uint8_t sides;    /* HG_SIDE_* */
	uint8_t progress
		[HG_DIRS]; /* of the transaction in that direction, from which on the buffer may be asked for */
	uint8_t flags;
	uint8_t priority; /* for the choice of the fast pattern, lower is preferred: 2, method and codes 4 */
	const char *doc;  /* one sentence */
};

struct hg_anomaly_row {
	const char *name; /* "missing_host_header": app-layer-event:http.<name>, also the counter's */
	const char *doc;
};

/* How far a rule's wish to have files stored reaches. */
enum hg_store_scope { HG_STORE_FILE, HG_STORE_TX, HG_STORE_FLOW };

/* One protocol's rows, as rules/ sees them. */
struct hg_catalog_proto {
	const char *name; /* in rules and EVE app_proto: "http" */
	enum hg_proto proto;
	bool tcp, udp;                       /* what it runs over */
	const struct hg_buffer_row *buffers; /* getter index = position */
	uint16_t n_buffers;
	uint16_t buffer_base; /* id of buffers[0] */
	const struct hg_anomaly_row *anomalies;
	uint16_t n_anomalies; /* id = position, at most 128 */
};

struct hg_catalog {
	const struct hg_catalog_proto *protos;
	uint16_t n_protos;
	const char *const *decode_events; /* "ipv4.trunc_pkt"; id = position */
	uint16_t n_decode_events;
	const char *const *stream_events; /* "3whs_ack_in_wrong_dir" */
	uint16_t n_stream_events;
	const struct hg_anomaly_row
		*flow_anomalies; /* "applayer_...": of a flow's identification; id = position */
	uint16_t n_flow_anomalies;
};

#endif
