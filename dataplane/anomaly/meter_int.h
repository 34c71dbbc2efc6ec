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

/* Its first lines are cleared for a new key; a slot is when it is used first, an example or evidence when it is counted. */
struct hg_meter_entry {
	struct hg_anomaly_key key;
	uint32_t open; /* tried and not come to a good end, as far as a look at each note can tell */
	uint8_t n_examples, n_evidence;
	hg_time first, last;
	uint64_t tried, packets, bytes;
	uint32_t number[HG_METER_SLOTS]; /* of what time a slot is, in slots since 1970; 0: unused */
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

/* A note on its way to its key. Memory of tables is cold, so a packet's notes go through the three steps side by side. */
struct hg_meter_visit {
	struct hg_anomaly_key key;
	struct hg_meter_note note;
	uint64_t hash;
};

void hg_meter_look(const struct hg_meter *m, struct hg_meter_visit *v); /* fetches its bucket */
void hg_meter_approach(
	const struct hg_meter *m, const struct hg_meter_visit *v); /* fetches what is probably its entry */
void hg_meter_take(struct hg_meter *m, const struct hg_meter_visit *v); /* counts it */
uint64_t hg_meter_hash(const struct hg_meter *m, const void *p, size_t len);
bool hg_meter_wants(const struct hg_meter *m, enum hg_detector_id id);
struct hg_meter_stats *hg_meter_counts(struct hg_meter *m);

#endif
