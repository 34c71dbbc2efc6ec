/* counters: every figure that the stages count, one row each, for `stats` records and the documentation.
 *
 * A row says the name below "stats" (dotted, the peer's where it has the figure), the unit and what is counted. Values of
 * several workers are added up (hg_counters_add once for each), the highest taken where a row says so. Rows come in the
 * order of the record; those of malformations and protocols are made from the tables of packet/ and app/. No state.
 */
#ifndef HG_EVENT_COUNTERS_H
#define HG_EVENT_COUNTERS_H

#include "event/event.h"

struct hg_output_stats;

#define HG_COUNTERS_MAX 1024

struct hg_counter {
	const char *name, *unit, *doc;
	bool level; /* it may fall */
};

/* Answers of our own to rejected packets (engine/reject.c). */
struct hg_reject_stats {
	uint64_t sent, held_back;
};

/* What becomes of workers of a run (engine/live.c). */
struct hg_engine_stats {
	uint64_t stalls, uninspected, restarts, blocks_delayed, blocks_owed;
};

/* While a worker of a run had more frames than it could take (engine/overload.c). */
struct hg_overload_stats {
	uint64_t begun, milliseconds, frames;
};

/* Frames of all devices of a run (port/dpdk). */
struct hg_capture_stats {
	uint64_t received, missed, errors, unsent, unsteered, unusable, oversized;
};

/* Where a worker's figures stand; NULL: not there. */
struct hg_counter_sources {
	const struct hg_decode_stats *decode;
	const struct hg_stream_stats *stream;
	const struct hg_flow_stats *flow;
	const struct hg_detect_stats *detect;
	const struct hg_apps_stats *apps;
	const struct hg_event_stats *event;
	const struct hg_reject_stats *reject;
	const struct hg_output_stats *output;
	const struct hg_meter_stats *meter;
	const struct hg_judge_stats *judge;
	const struct hg_engine_stats *engine;
	const struct hg_overload_stats *overload;
	const struct hg_capture_stats *capture;
	const struct hg_files_stats *files;
	const struct hg_filestore_stats *store;
};

/* The rows one after the other; their text lives as long as the call. */
void hg_counters_each(void (*print)(void *arg, const struct hg_counter *counter), void *arg);

void hg_counters_add(uint64_t values[HG_COUNTERS_MAX], const struct hg_counter_sources *from);

/* Adds up what was counted apart. */
void hg_counters_merge(uint64_t values[HG_COUNTERS_MAX], const uint64_t more[HG_COUNTERS_MAX]);

/* The rows with their values. */
void hg_counters_values(const uint64_t values[HG_COUNTERS_MAX],
	void (*print)(void *arg, const struct hg_counter *counter, uint64_t value), void *arg);

/* By its name; 0 when there is none. */
uint64_t hg_counters_value(const uint64_t values[HG_COUNTERS_MAX], const char *name);

/* What else an object has. */
struct hg_counters_more {
	const char *object;
	void (*write)(void *arg, struct hg_json *j);
	void *arg;
};

/* Members of the object "stats", nested by the dots of the names; ips: those of dropped packets too; more may be NULL. */
void hg_counters_write(struct hg_json *j, const uint64_t values[HG_COUNTERS_MAX], bool ips,
	const struct hg_counters_more *more);

#endif
