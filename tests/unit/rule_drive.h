/* rule_drive: rules from a text, compiled as the engine does it, and packets from a line each through detection.
 *
 * "udp 10.0.0.1 1000 10.0.0.2 53 ab|0000| t=2.5" is a datagram that comes 2.5 s after the packet before, its payload with
 * bytes in hex between bars. Protocols are tcp, udp, icmp, sctp, or a number; of TCP the word behind the ports are the
 * letters of the flags (FSRPAUEC, '-' for none). Further words: alone (it belongs to no flow), short (no complete header behind
 * IP), noip (not even that), proto=NAME (its flow speaks that protocol, in both directions), event=NAME (an event of it). Packets pass flow/ and detect/: TCP has no session, so
 * rules on the stream look at its packets.
 */
#ifndef HG_TESTS_RULE_DRIVE_H
#define HG_TESTS_RULE_DRIVE_H

#include "detect/detect.h"
#include "engine/settings.h"

/* A configuration and the rules that were compiled under it. */
struct rule_set {
	struct hg_config *config;
	struct hg_settings settings;
	struct hg_app_catalog catalog;
	struct hg_snapshot *rules;
	const struct hg_snapshot *before; /* of the next one compiled; NULL: none */
	char refused[512];                /* why rules were refused, one behind the other */
};

/* yaml NULL: the built-in configuration; limits NULL: no threshold-file. A refused rule is a failed check. */
void rule_set_open(struct rule_set *s, const char *yaml, const char *limits, const char *rules);
void rule_set_close(struct rule_set *s);
/* Another text under the same configuration; the caller closes it. */
struct hg_snapshot *rule_set_compile(struct rule_set *s, const char *rules);
/* The first rule with the sid; a sid that is not there is a fatal failure. */
const struct hg_rule *rule_set_find(const struct rule_set *s, uint32_t sid);
/* The rules' sids in the order of evaluation, parted by blanks. */
const char *rule_set_order(const struct rule_set *s, char *out, size_t size);

struct rule_drive {
	struct rule_set set;
	struct hg_mem *mem;
	struct hg_flows *flows;
	struct hg_streams *streams;
	struct hg_apps *apps;
	struct hg_detect *detect;
	const struct hg_snapshot *rules; /* those at work */
	struct hg_detect_seat *seat;
	hg_time now;
	uint64_t candidates;     /* rules that were tried on the last packet, IP-only ones apart */
	struct hg_packet packet; /* the last one */
	uint8_t payload[256];
	char alerts[128];
};

void rule_drive_open(struct rule_drive *d, const char *yaml, const char *limits, const char *rules);
void rule_drive_close(struct rule_drive *d);
/* Other rules from the next packet on. */
void rule_drive_adopt(struct rule_drive *d, const struct hg_snapshot *rules);
/* The sids that alerted, in their order, parted by blanks, '!' behind those that say "blocked"; lives until the next packet. */
const char *rule_drive_packet(struct rule_drive *d, const char *line);

/* A packet and the sids that it must alert; a row of them ends with a packet of NULL. */
struct rule_step {
	const char *packet, *want;
};
void rule_drive_steps(struct rule_drive *d, const char *title, const struct rule_step *steps);

#endif
