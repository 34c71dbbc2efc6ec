/* judge: asks the meters once a second of packet time, and says when a detection starts, goes on and ends.
 *
 * Where meters stand is the caller's business (struct hg_meters): a replay looks into those of all its workers while they
 * wait, a run asks by mail. One thread at a time. No heap after open, no clock.
 */
#ifndef HG_ANOMALY_JUDGE_H
#define HG_ANOMALY_JUDGE_H

#include "anomaly/detector.h"

#define HG_JUDGE_BATCH 128 /* keys asked for at once */

/* All meters together, in the same order each time. */
struct hg_meters {
	/* Keys of each into `keys`, `most` at most; a key of several comes several times. */
	unsigned (*suspects)(void *arg, uint64_t second, struct hg_anomaly_key *keys, unsigned most);
	/* What all know of n keys, at most HG_JUDGE_BATCH, added to figures. */
	void (*figures)(void *arg, uint64_t second, const struct hg_anomaly_key *keys, unsigned n,
		struct hg_figures *figures);
	void *arg;
};

/* Meters of this process that nobody writes to while the judge asks; NULLs are passed over. */
struct hg_meters_here {
	struct hg_meter *meters[HG_FLOW_PARTS];
	unsigned n;
};
struct hg_meters hg_meters_of(struct hg_meters_here *here);

enum hg_detection_state { HG_DETECTION_START, HG_DETECTION_UPDATE, HG_DETECTION_END };

/* An attack, from the second that showed it to the window that is quiet again. */
struct hg_detection {
	const struct hg_detector *detector;
	const struct hg_detector_config *config;
	struct hg_anomaly_key key;
	char id[17];
	enum hg_detection_state state;
	hg_time time, start, end; /* of the record; first and last attempt */
	uint64_t attempts, packets, bytes;
	struct hg_finding finding; /* of its strongest window so far */
	uint8_t n_examples, n_evidence;
	struct hg_addr examples[HG_ANOMALY_EXAMPLES];
	uint64_t evidence[HG_ANOMALY_EVIDENCE];
};

struct hg_judge_stats {
	uint64_t started, active;
	uint64_t refused;    /* not begun: too many are active */
	uint64_t unanswered; /* meters that were asked in vain; counted by who asks */
};

struct hg_judge;

int hg_judge_open(struct hg_judge **ret, const struct hg_anomaly_config *c, struct hg_error *err);
void hg_judge_close(struct hg_judge *j); /* may be NULL */
void hg_judge_reset(struct hg_judge *j);

typedef void hg_detection_fn(void *arg, const struct hg_detection *d);

/* Packet time has come to `now`: judges every second that has gone by since the last call. */
void hg_judge_advance(
	struct hg_judge *j, hg_time now, const struct hg_meters *meters, hg_detection_fn *tell, void *arg);
/* Nothing more will come: the second at hand is judged, what is active ends. */
void hg_judge_finish(
	struct hg_judge *j, hg_time now, const struct hg_meters *meters, hg_detection_fn *tell, void *arg);

const struct hg_judge_stats *hg_judge_stats(const struct hg_judge *j);

#endif
