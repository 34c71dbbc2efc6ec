/* event: EVE records of what the stages found, as finished lines into a sink.
 *
 * Stands above detect and app: it composes records from packets, flows, transactions and alerts with the peer's names
 * (peer-semantics 7; docs/schema). A record is written whole or not at all; one that outgrows HG_EVENT_LINE is counted
 * as lost. One writer a worker; replay gives it a file, live gives it a ring (sink.h). No heap, no clock.
 */
#ifndef HG_EVENT_EVENT_H
#define HG_EVENT_EVENT_H

#include "anomaly/judge.h"
#include "app/app.h"
#include "base/config.h"
#include "detect/detect.h"
#include "event/sink.h"
#include "event/who.h"
#include "packet/verdict.h"
#include "set/zone.h"

#define HG_EVENT_LINE ((size_t)64 << 10)
#define HG_EVENT_PAYLOAD 8192 /* most that payload_max may be */

enum hg_event_type {
	HG_EVE_ALERT,
	HG_EVE_ANOMALY,
	HG_EVE_FLOW,
	HG_EVE_FILEINFO,
	HG_EVE_STATS,
	HG_EVE_DROP,
	HG_EVE_DETECTION,
	HG_EVE_LOGIN,
	HG_EVE_PACKET,
	HG_EVE_NETFLOW,
	HG_EVE_METADATA,
	HG_EVE_FRAME,
	HG_EVE_TX /* records of protocols */,
	HG_EVE_TYPES
};

/* `xff`: whom a proxy in front asks for. */
struct hg_event_xff {
	bool on;
	bool overwrite; /* it stands in place of the client's address; else beside it */
	bool forward;   /* the first of several counts, else the last */
	char field[64];
};

enum hg_event_xff_of { HG_XFF_ALERT, HG_XFF_FILES, HG_XFF_TX, HG_XFF_STORE, HG_XFFS };

struct hg_event_config {
	uint64_t protos; /* HG_PROTO_BITs whose records are written */
	bool alert, anomaly_decode, anomaly_stream, anomaly_app, flow, netflow, files, stats, drop, detection,
		frame, login;
	bool anomaly_packet;                     /* the packet's first bytes in anomalies of packets */
	bool alert_metadata;                     /* rule metadata in alerts */
	bool metadata;                           /* what rules left on the flow and packet, on every record */
	bool vars;                               /* records of packets that something was captured of */
	bool alert_app, alert_flow;              /* application object and flow figures in alerts */
	bool payload, payload_printable, packet; /* of alerts, base64 */
	bool tagged;                             /* packets that tags want are written with alerts */
	uint32_t payload_max;                    /* bytes of the stream that an alert shows */
	uint32_t frame_payload;                  /* bytes that a record of a frame shows */
	bool verdict;                            /* of alerts: what became of the packet */
	bool drop_all, drop_alerts, drop_verdict;
	bool ips; /* dropped packets are counted and shown */
	bool ethernet;
	bool veil;                    /* bytes as they came are shown without secrets */
	bool audit;                   /* the envelope */
	const struct hg_zones *zones; /* for it; NULL: there are none */
	struct hg_who *who;           /* users of hosts, of all writers; NULL: nobody asks */
	bool who_by_vlan;             /* the same address in two VLANs is two hosts */
	bool who_at_once; /* they are put into the table when they log in, not at the next second */
	bool community_id;
	uint16_t community_seed;
	int32_t utc_offset;         /* seconds, of timestamps */
	const char *const *devices; /* in_iface: their names by number; NULL: a capture */
	bool pcap_file;             /* records name the capture */
	struct hg_event_xff xff[HG_XFFS];
};

void hg_event_config_init(struct hg_event_config *c);
/* The enabled eve-logs of `outputs`, from 0 on; NULL: there are no more. */
const struct hg_config_node *hg_event_log(const struct hg_config *c, unsigned index);
/* `outputs.file-store.xff`, whatever eve-log says. */
void hg_event_config_store(struct hg_event_config *c, const struct hg_config *config);
bool hg_event_logs_off(const struct hg_config *c); /* there are some, and none is enabled */
/* From `outputs.eve-log`; audit: whether records have the envelope where it does not say. */
int hg_event_config_read(
	struct hg_event_config *c, const struct hg_config *config, bool audit, struct hg_error *err);

/* Do records show bytes as they came? */
bool hg_event_shows_bytes(const struct hg_event_config *c);

struct hg_event_stats {
	uint64_t accepted, replaced, blocked;                               /* packets, inline */
	uint64_t reasons[HG_DROP_REASONS];                                  /* of the blocked */
	uint64_t ended[HG_FLOW_BYPASSED + 1], ended_tcp[HG_TCP_CLOSED + 1]; /* flows, by their last state */
	uint64_t users_learnt, users_replaced, users_refused;
	uint64_t files_bad, files_good;
	uint64_t written[HG_EVE_TYPES], too_long[HG_EVE_TYPES], refused[HG_EVE_TYPES];
};

struct hg_events;

int hg_events_open(
	struct hg_events **ret, const struct hg_event_config *c, struct hg_sink *sink, struct hg_error *err);
void hg_events_close(struct hg_events *e);
void hg_events_sink(struct hg_events *e, struct hg_sink *sink); /* the next capture's */
/* Its name in records, when the configuration asks for it; lives as long as it is the one. NULL: none. */
void hg_events_capture(struct hg_events *e, const char *path);

/* What a packet gave, in the peer's order: transactions that are complete, alerts, anomalies, files. rules may be NULL. */
void hg_event_packet(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_alert *alerts, unsigned n_alerts);

/* Logins that the packet ended. rules may be NULL. */
void hg_event_logins(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_login *logins, unsigned n);

/* A second has begun, and nobody else writes or reads: what a part of the flow table has learnt of users becomes known. */
void hg_event_learn(struct hg_events *e, unsigned part);

/* A packet that the block table shuts out: counted, and the first of an entry written as a drop. */
void hg_event_blocked(struct hg_events *e, struct hg_packet *p);

/* A flow is over: transactions and files that never got complete, then its own record. */
void hg_event_flow_end(struct hg_events *e, struct hg_flow *f, const struct hg_snapshot *rules, hg_time now);

/* An attack that meters have shown starts, goes on or ends; at its start there is an alert, too. */
hg_detection_fn hg_event_tell_detection; /* arg: struct hg_events */

/* What a record of counters says: values of counters.h, of all workers. */
struct hg_stats_view {
	const uint64_t *values;
	hg_time begin, now; /* first and latest packet */
	hg_time rules_time; /* when rules were loaded */
	uint32_t rules_loaded, rules_failed, rules_skipped;
};
void hg_event_stats_record(struct hg_events *e, const struct hg_stats_view *v);

const struct hg_event_stats *hg_event_stats(const struct hg_events *e);

#endif
