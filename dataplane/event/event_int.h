/* event_int: what the files of event/ share. */
#ifndef HG_EVENT_EVENT_INT_H
#define HG_EVENT_EVENT_INT_H

#include "event/event.h"

/* Who talks to whom, without padding: compared as bytes. */
struct hg_event_ends {
	struct hg_addr src, dst;
	uint16_t sport, dport;
	uint8_t family, proto;
	uint16_t none;
};

struct hg_event_ends_text {
	struct hg_event_ends ends;
	size_t len;
	char text[2 * HG_ADDR_TEXT + 96]; /* "src_ip":… to "proto":… */
};

struct hg_events {
	struct hg_event_config config;
	struct hg_sink *sink;
	const char *capture; /* named in records; NULL: not */
	struct hg_event_stats stats;
	uint64_t second;                   /* whose text stands in second_text; UINT64_MAX: none */
	char second_text[20];              /* 2023-11-14T22:13:20 */
	char zone[8];                      /* +0000 */
	struct hg_event_ends_text ends[2]; /* rendered last, by direction */
	struct hg_who_notes notes[HG_FLOW_PARTS];
	uint8_t payload[HG_EVENT_PAYLOAD];
	uint8_t printable[HG_EVENT_LINE];
	uint8_t copy[HG_EVENT_LINE]; /* of a packet */
	char line[HG_EVENT_LINE];
};

/* Who stands in src and dest of a record. */
enum hg_event_sides { HG_SIDES_PACKET, HG_SIDES_CLIENT_FIRST, HG_SIDES_SERVER_FIRST };

struct hg_event_head {
	const char *type;
	hg_time time;
	const struct hg_flow *flow;     /* may be NULL */
	const struct hg_packet *packet; /* may be NULL: records of flows */
	enum hg_event_sides sides;
	bool of_packet; /* the IP protocol is the packet's, not the flow's: it may be an error of ICMP about the flow */
	const struct hg_snapshot *rules; /* for metadata */
	const struct hg_tx *tx;          /* shows tx_id; NULL: none */
	bool guessed;                    /* … but this one */
	uint64_t tx_id;
	struct hg_span client; /* shown for the client's address; empty: as it is */
};

/* users.c: the objects "src_user" and "dest_user". */
void hg_event_users(struct hg_events *e, struct hg_json *j, const struct hg_event_head *head);
void hg_event_users_of(struct hg_events *e, struct hg_json *j, const struct hg_event_ends *ends,
	const uint16_t vlan[HG_VLANS], hg_time now);
void hg_event_note_user(struct hg_events *e, const struct hg_packet *p, const struct hg_login *login);

struct hg_event_ends hg_event_ends_of(const struct hg_event_head *h);
/* head.c: opens the record and writes the common keys (7.1). */
struct hg_json hg_event_begin(struct hg_events *e, const struct hg_event_head *head);
/* Closes it; the line, empty when it is too long (counted). */
struct hg_span hg_event_line(struct hg_events *e, struct hg_json *j, enum hg_event_type type);
void hg_event_write(struct hg_events *e, struct hg_span line, enum hg_event_type type);
/* Both: closes it and hands it to the sink. */
void hg_event_end(struct hg_events *e, struct hg_json *j, enum hg_event_type type);
void hg_event_time(struct hg_events *e, struct hg_json *j, const char *name, hg_time t);
/* tx: of a record about one, else NULL. */
void hg_event_app_proto(struct hg_json *j, const struct hg_flow *f, const struct hg_tx *tx);
const char *hg_event_proto_name(uint8_t proto); /* enum hg_proto: "http", "failed"; NULL: unknown */
/* veil.c: bytes of p's payload, and of its direction from offset `at` on, without secrets; copies of them in place. */
void hg_event_veil_payload(const struct hg_events *e, const struct hg_packet *p, uint8_t *bytes, size_t len);
void hg_event_veil_stream(const struct hg_events *e, const struct hg_flow *f, enum hg_dir dir, uint64_t at,
	uint8_t *bytes, size_t len);
/* Bytes as people read them: what cannot be printed is a dot. */
uint8_t hg_event_printable(uint8_t byte);
void hg_event_text(struct hg_events *e, struct hg_json *j, const char *name, struct hg_span bytes);
const char *hg_event_ip_proto(uint8_t proto, char buf[8]); /* "TCP", "IGMP"; "144": without a name */
bool hg_event_has_ports(uint8_t proto);
void hg_event_addr(struct hg_json *j, const char *name, const struct hg_addr *addr, uint8_t family);

/* xff.c: settings of a type; log holds those of all of them */
void hg_event_xff_read(
	struct hg_event_xff *x, const struct hg_config_node *log, const struct hg_config_node *type);
/* The address as it is shown; tx NULL: of any of the flow. Empty: none. */
struct hg_span hg_event_xff(const struct hg_event_xff *x, const struct hg_flow *f, const struct hg_tx *tx,
	char out[HG_ADDR_TEXT]);
/* Which of a record's ends is the client. */
bool hg_event_client_is_src(const struct hg_event_head *h);

/* metadata.c */
void hg_event_metadata(struct hg_events *e, struct hg_json *j, const struct hg_event_head *head);
void hg_event_vars(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules);

/* What became of a packet, all its alerts together. */
struct hg_event_verdict {
	const struct hg_packet *packet;
	const struct hg_rule *reject; /* NULL: none */
	const struct hg_alert *stops; /* the first one that drops or rejects; NULL: none */
};

/* verdict.c */
struct hg_event_verdict hg_event_verdict_of(const struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_alert *alerts, unsigned n);
void hg_event_verdict(struct hg_json *j, const struct hg_event_verdict *v);

/* drop.c */
void hg_event_drop(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_event_verdict *v);

/* alert.c, anomaly.c, transaction.c */
void hg_event_alert(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_alert *a, const struct hg_event_verdict *v);
/* packet.c */
void hg_event_tagged(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules);
void hg_event_alert_flow(struct hg_events *e, struct hg_json *j, const struct hg_flow *f); /* "flow" */
/* The packet's first bytes and their link type, if it has any. */
void hg_event_packet_bytes(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, uint32_t most);
/* The object "alert" alone; xff: what a proxy said, empty when nothing is shown of it; client: shown for its address. */
void hg_event_alert_object(struct hg_events *e, struct hg_json *j, const struct hg_packet *p,
	const struct hg_snapshot *rules, const struct hg_alert *a, struct hg_span client, struct hg_span xff);
void hg_event_anomalies(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules);
void hg_event_transactions(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules);

/* All that is left, complete or not: the flow is over. */
void hg_event_leftovers(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules);

/* known.c: what lists say of a file that is over; asked once, as it is counted. */
#define HG_EVENT_BAD_FILE_SID 100
struct hg_event_known {
	const struct hg_known *lists;
	uint32_t in; /* bits of those that have it */
	bool bad;    /* one of them is of bad files */
};
struct hg_event_known
hg_event_know(struct hg_events *e, const struct hg_snapshot *rules, const struct hg_file *file);
/* The member "known". */
void hg_event_known(struct hg_json *j, const struct hg_event_known *known, const struct hg_file *file);
/* Of a bad file; head: of its record. */
void hg_event_known_alert(struct hg_events *e, const struct hg_event_head *head, const struct hg_tx *tx,
	const struct hg_file *file, const struct hg_event_known *known);

/* flow.c */
void hg_event_flow(struct hg_events *e, const struct hg_flow *f, const struct hg_snapshot *rules);
void hg_event_spi(struct hg_json *j, const struct hg_flow *f); /* of ESP */
void hg_event_tcp_flags(struct hg_json *j, uint8_t flags);     /* a member for each that is set */

/* frame.c */
void hg_event_frames(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules);
/* The object "frame"; most: bytes of its payload. */
void hg_event_frame_object(struct hg_events *e, struct hg_json *j, const struct hg_packet *p,
	const struct hg_app_frame *f, uint32_t most);

/* audit.c: the object "audit" of record i of a transaction; of one of its files; of a login. */
void hg_event_audit(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_tx *tx,
	unsigned i);
/* A name that is a URL without its secrets. */
struct hg_span
hg_event_file_name(const struct hg_tx *tx, const struct hg_file *file, uint8_t to[HG_MASK_URL]);
void hg_event_audit_file(struct hg_events *e, struct hg_json *j, const struct hg_packet *p,
	const struct hg_tx *tx, const struct hg_file *file);
void hg_event_audit_login(
	struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_login *login);

/* netflow.c */
void hg_event_netflow(struct hg_events *e, const struct hg_flow *f, const struct hg_snapshot *rules);

/* community.c */
void
hg_event_community_id(struct hg_json *j, const struct hg_packet *p, const struct hg_flow *f, uint16_t seed);

#endif
