/* alert: what linkd reads of one line of the event socket. Bytes of others: everything is checked and bounded. */
#ifndef HG_LINKAGE_ALERT_H
#define HG_LINKAGE_ALERT_H

#include "linkage/policy/net.h"

enum hg_alert_dir { HG_ALERT_NO_DIR, HG_ALERT_TO_SERVER, HG_ALERT_TO_CLIENT };

struct hg_alert {
	uint32_t gid, sid, rev;
	uint32_t severity;
	uint64_t flow_id;
	struct hg_net src, dest; /* of the packet */
	struct hg_net source;    /* the attacker, where the rule says so by its target keyword */
	bool has_source;
	bool two_way;          /* both sides have proved that they are there */
	enum hg_alert_dir dir; /* of the packet in its flow */
	char category[128], signature[192], app[32], timestamp[40];
};

enum hg_event_kind { HG_LINE_BAD, HG_LINE_OTHER, HG_LINE_ALERT };

/* One line; *seq is its number, or left alone when it has none. */
enum hg_event_kind hg_alert_read(struct hg_span line, struct hg_alert *out, uint64_t *seq);

#endif
