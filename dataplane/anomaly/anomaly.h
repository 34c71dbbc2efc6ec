/* anomaly: what is unusual in how much, how often and with whom hosts talk.
 *
 * Three things: meters, detectors, the judge. A *meter* counts on the packet path what detectors want to know, for one part
 * of the flow table (hg_flow_part), in tables of fixed size whose weakest entry goes when there is no room. A *detector* is a
 * row (detector.h) that says what is counted under which key and from which figures on it is an attack. The *judge* asks all
 * meters once a second of packet time, adds up what they say about a key, and tells when a detection starts, goes on and ends.
 *
 * What a meter holds depends on the packets of its part and on packet time alone, and what the judge adds up does not depend
 * on the order: so findings are the same for any number of workers and any burst (docs/adr/0011). A meter has one thread;
 * the judge asks it between two packets. No heap after open, no clock, no locks.
 */
#ifndef HG_ANOMALY_ANOMALY_H
#define HG_ANOMALY_ANOMALY_H

#include "anomaly/distinct.h"
#include "app/app.h"
#include "base/config.h"
#include "flow/flow.h"

/* The order of the registry (detectors.c). */
enum hg_detector_id { HG_PORT_SCAN, HG_HOST_SCAN, HG_SYN_FLOOD, HG_BRUTE_FORCE, HG_DETECTORS };

struct hg_detector_config {
	bool enabled;
	uint32_t threshold;   /* of what the detector measures, in a window */
	uint32_t window;      /* seconds */
	uint32_t success_max; /* per cent of the attempts that may succeed */
};

struct hg_anomaly_config {
	bool enabled;
	bool handshakes;      /* answers are seen: without them every attempt would look failed */
	uint32_t entries;     /* of a detector, a worker's */
	unsigned share;       /* meters of a worker: each gets so small a share of them */
	unsigned meters;      /* all that a key's packets may be spread over … */
	unsigned pair_meters; /* … when both addresses are in the key */
	uint32_t update;      /* seconds from one record of a detection that goes on to the next */
	struct hg_hash_key hash_key;
	struct hg_detector_config detectors[HG_DETECTORS];
};

/* `anomaly`; defaults are in the schema. by_itself: what `auto` means. */
void hg_anomaly_config_read(struct hg_anomaly_config *c, const struct hg_config *config, bool by_itself);
const struct hg_config_key *hg_anomaly_keys(size_t *n);

/* What is counted together. Fields that a detector does not ask for are zero; compared as bytes. */
struct hg_anomaly_key {
	struct hg_addr src, dst;
	uint32_t tunnel;
	uint16_t port, vlan;
	uint8_t detector, family;
	uint16_t none[3]; /* no padding */
};
_Static_assert(sizeof(struct hg_anomaly_key) == 48, "keys are compared as bytes");

#define HG_ANOMALY_EXAMPLES 8
#define HG_ANOMALY_EVIDENCE 8

/* What is known of a key: in the window that is asked for, and (total_*) since its entry was made. */
struct hg_figures {
	uint64_t tried, answered, refused, done;
	uint64_t failed; /* refused, or unanswered for a second at least */
	uint64_t packets, bytes;
	uint64_t total_tried, total_packets, total_bytes;
	hg_time first, last; /* 0: nothing was seen */
	struct hg_distinct distinct;
	uint8_t n_examples, n_evidence;
	struct hg_addr examples[HG_ANOMALY_EXAMPLES]; /* ports lie in w[0] */
	uint64_t evidence[HG_ANOMALY_EVIDENCE];       /* flow ids */
};

struct hg_meter_stats {
	uint64_t notes;    /* attempts, answers and logins */
	uint64_t evicted;  /* keys that made room while they were still of interest */
	uint64_t unlisted; /* notes of keys that the judge is not told about: its list is full */
	uint64_t logins, logins_failed;
};

struct hg_meter;

int hg_meter_open(struct hg_meter **ret, const struct hg_anomaly_config *c, struct hg_error *err);
void hg_meter_close(struct hg_meter *m); /* may be NULL */
void hg_meter_reset(struct hg_meter *m);
const struct hg_meter_stats *hg_meter_stats(const struct hg_meter *m);

/* A packet of a TCP flow; proved: it is the one that completes the handshake. */
void hg_meter_packet(struct hg_meter *m, const struct hg_packet *p, bool proved);

/* Nearly all packets say nothing new about who connects to whom. m may be NULL. */
static inline void
hg_anomaly_note(struct hg_meter *m, const struct hg_packet *p, bool proved)
{
	if (m != NULL && (proved || p->flags & HG_PKT_DIR_FIRST))
		hg_meter_packet(m, p, proved);
}

/* A login that its server has accepted or refused (hg_app_login); m may be NULL. */
void hg_anomaly_login(struct hg_meter *m, const struct hg_flow *f, const struct hg_login *login, hg_time now);

/* --- for the judge; second: packet time in seconds, all in front of it is over --- */

/* Keys that may be over a threshold when all meters are added up; returns how many. */
#define HG_ANOMALY_SUSPECTS 2048
unsigned
hg_meter_suspects(struct hg_meter *m, uint64_t second, struct hg_anomaly_key keys[HG_ANOMALY_SUSPECTS]);
/* Adds what it knows of a key. */
void hg_meter_figures(
	const struct hg_meter *m, const struct hg_anomaly_key *key, uint64_t second, struct hg_figures *add);

/* Adds what another meter knows. */
void hg_figures_merge(struct hg_figures *f, const struct hg_figures *more);

#endif
