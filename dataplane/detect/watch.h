/* watch: who looks over detection's shoulder, to explain rules or to measure them.
 *
 * A worker has none; then a pointer is compared for each candidate, and that is all. With one, begin() and end() enclose each
 * look at a candidate. Of the rules that are asked for, end() is told besides how far the tests came, and of packets,
 * transactions and frames that did not make them candidates, and why not. That is found out by looking once more, beside the packet
 * path: neither state nor counters of the rules change by it.
 */
#ifndef HG_DETECT_WATCH_H
#define HG_DETECT_WATCH_H

#include "app/app.h"
#include "rules/compile/snapshot.h"

/* What of a rule's header a packet does not fit, in the order in which it is asked. */
enum hg_misfit {
	HG_FIT,
	HG_MISFIT_L4,
	HG_MISFIT_FAMILY,
	HG_MISFIT_PROTO,
	HG_MISFIT_ADDRESS,
	HG_MISFIT_DIRECTION,
	HG_MISFIT_NO_FLOW,
	HG_MISFIT_NOT_ESTABLISHED,
	HG_MISFIT_ESTABLISHED,
	HG_MISFIT_FRAGMENT,
	HG_MISFIT_PORT,
	HG_MISFIT_TEST, /* + the number of the test */
	HG_MISFIT_MAX = HG_MISFIT_TEST + 32
};

/* How far a look came. */
enum hg_look_end {
	HG_LOOK_OFF,     /* the packet, or its flow, is not inspected */
	HG_LOOK_MISFIT,  /* the header, or a test in front of all bytes */
	HG_LOOK_ONCE,    /* it is asked once a flow, and was before */
	HG_LOOK_NOTHING, /* nothing is there that it could look into */
	HG_LOOK_PATTERN, /* its fast pattern is not there */
	HG_LOOK_STOPPED, /* at an instruction over bytes, or at an event that is not there */
	HG_LOOK_WAITS,   /* for what comes later in the transaction */
	HG_LOOK_DECIDED, /* of this transaction it had matched before, or could not any more */
	HG_LOOK_MATCHED,
	HG_LOOK_ENDS
};

/* What became of a match. */
enum hg_fate {
	HG_FATE_ALERT,
	HG_FATE_SILENT,    /* noalert, or a pass rule: it acts without a record */
	HG_FATE_THRESHOLD, /* held back by a threshold, a detection filter or a suppression */
	HG_FATE_PASSED,    /* a pass rule stood in front of it */
	HG_FATE_CUT,       /* packet-alert-max */
	HG_FATES
};

#define HG_LOOK_PAYLOAD UINT8_MAX /* in place of an engine */

struct hg_look {
	uint32_t rule;
	uint8_t end;    /* enum hg_look_end */
	uint8_t misfit; /* enum hg_misfit, of HG_LOOK_MISFIT */
	uint8_t engine; /* at which it ended, of a transaction's rule */
	bool candidate; /* else it is told because the rule is asked for */
	const struct hg_packet *p;
	const struct hg_tx *tx;           /* NULL: of no transaction */
	const struct hg_app_frame *frame; /* NULL: of no frame */
	/* of HG_LOOK_STOPPED, when it is asked for */
	const struct hg_prog *prog; /* NULL: the engine is no program */
	uint16_t reached;           /* instructions of it that match, in front of the one that does not */
	bool over_budget;
};

/* A rule that is asked for. */
struct hg_watch_rule {
	uint32_t rule;
	uint64_t looked; /* at this packet, by the number of hg_watcher.packets */
	uint64_t run;    /* at this look at a transaction, by a number of detection's */
};

struct hg_watcher {
	struct hg_watcher *next;
	void (*begin)(struct hg_watcher *w, uint32_t rule); /* NULL: not of interest; so all of them */
	void (*end)(struct hg_watcher *w, const struct hg_look *look);
	void (*fate)(struct hg_watcher *w, uint32_t rule, const struct hg_packet *p, enum hg_fate fate);
	struct hg_watch_rule *rules;
	uint32_t n_rules;
	uint64_t packets;
};

#endif
