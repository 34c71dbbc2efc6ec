/* detector: one row of the registry. A new detector is a file, its row in detectors.c and its place in enum hg_detector_id;
 * what it counts is noted in note.c. */
#ifndef HG_ANOMALY_DETECTOR_H
#define HG_ANOMALY_DETECTOR_H

#include "anomaly/anomaly.h"

/* HG_DETECTOR_SID of a detector never changes; the group of all. */
#define HG_DETECTION_GID 200

enum hg_detector_examples { HG_EXAMPLES_NONE, HG_EXAMPLES_PORTS, HG_EXAMPLES_HOSTS };

#define HG_MEASURES 6
struct hg_measure {
	const char *name;
	uint64_t value;
};

/* What a detector says about the figures of a window. */
struct hg_finding {
	struct hg_measure measured[HG_MEASURES], expected[HG_MEASURES];
	unsigned n_measured, n_expected;
	uint32_t error_bound; /* standard error of the first measured figure */
	uint64_t level;       /* what is compared with the threshold */
	bool two_way;         /* the accused has completed a handshake */
};

struct hg_detector {
	const char *name;   /* in records: "port_scan" */
	const char *option; /* in the configuration: "port-scan" */
	uint32_t sid;
	uint8_t severity;
	const char *category;
	const char *english, *chinese; /* the alert's text */
	bool of_pairs;                 /* both addresses are in its key */
	enum hg_detector_examples examples;
	/* Is it one? */
	bool (*judge)(const struct hg_detector_config *c, const struct hg_figures *f, struct hg_finding *out);
	/* What of an entry is suspicious, before all meters are added up; never less than the level. */
	uint64_t (*suspicion)(const struct hg_figures *f);
	/* A sentence with the figures of the finding, where `who` and `whom` are addresses as text. */
	void (*describe)(const struct hg_anomaly_key *key, const struct hg_finding *f, const char *who,
		const char *whom, uint32_t window, bool chinese, char *out, size_t size);
};

extern const struct hg_detector hg_port_scan, hg_host_scan, hg_syn_flood, hg_brute_force;
const struct hg_detector *hg_detector_of(enum hg_detector_id id);

static inline void
hg_finding_measure(struct hg_finding *f, const char *name, uint64_t value)
{
	f->measured[f->n_measured++] = (struct hg_measure){ name, value };
}

static inline void
hg_finding_expect(struct hg_finding *f, const char *name, uint64_t value)
{
	f->expected[f->n_expected++] = (struct hg_measure){ name, value };
}

/* What both scans have in common: different targets that did not answer; `what` names them in the record. */
bool hg_scan_judge(const struct hg_detector_config *c, const struct hg_figures *f, const char *what,
	struct hg_finding *out);
uint64_t hg_scan_suspicion(const struct hg_figures *f);

#endif
