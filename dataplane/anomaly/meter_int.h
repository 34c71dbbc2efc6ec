/* meter_int: what meter.c and note.c share. */
#ifndef HG_ANOMALY_METER_INT_H
#define HG_ANOMALY_METER_INT_H

#include "anomaly/detector.h"

#define HG_METER_SLOTS 12 /* of a window ten at most, the one at hand, and one to come late for */

/* A part of a window. */
struct hg_meter_slot {
	uint32_t tried, answered, refused, done, packets;
	uint64_t bytes;
	struct hg_distinct distinct;
};

struct hg_meter_entry {
	struct hg_anomaly_key key;
	uint32_t open;      /* tried and not come to a good end, as far as a look at each note can tell */
	uint32_t inherited; /* weight of the key whose place it took */
	bool listed;        /* the judge is told about it */
	uint8_t n_examples, n_evidence;
	uint64_t newest; /* slot, counted from 1970 */
	hg_time first, last;
	uint64_t tried, packets, bytes;
	struct hg_meter_slot slots[HG_METER_SLOTS];
	struct hg_addr examples[HG_ANOMALY_EXAMPLES];
	uint64_t evidence[HG_ANOMALY_EVIDENCE];
};

/* What is noted under a key. */
struct hg_meter_note {
	hg_time begun; /* when the attempt began that this is about: its slot */
	uint32_t packets;
	uint64_t bytes;
	uint64_t different; /* hash of what is counted as different; with `differs` */
	struct hg_addr example;
	uint64_t flow;
	uint8_t tried, answered, refused, done; /* 0 or 1 */
	bool differs, has_example;
};

void hg_meter_take(struct hg_meter *m, const struct hg_anomaly_key *key, const struct hg_meter_note *note);
uint64_t hg_meter_hash(const struct hg_meter *m, const void *p, size_t len);
bool hg_meter_wants(const struct hg_meter *m, enum hg_detector_id id);
struct hg_meter_stats *hg_meter_counts(struct hg_meter *m);

#endif
