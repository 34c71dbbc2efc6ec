/* record: EVE records of type `block`, one for each step in the life of a ban. */
#ifndef HG_LINKAGE_RECORD_H
#define HG_LINKAGE_RECORD_H

#include "linkage/decision/decision.h"

struct hg_record {
	const char *
		action; /* requested, renewed, enforced, expired, lifted, withdrawn, refused, failed, restored … */
	const struct hg_net *net;
	const struct hg_lease *lease; /* NULL: there is none */
	enum hg_origin origin;
	const struct hg_alert *alert; /* of a request or refusal */
	const char *target, *reason, *detail;
	uint64_t latency; /* microseconds from the alert's arrival; 0: not known */
	uint64_t count;   /* of restored, and of what a refusal stands for */
};

void hg_record_write(struct hg_decider *d, const struct hg_record *r);

#define HG_STAMP_TEXT 40
void hg_record_stamp(int64_t wall, char *buf); /* 2026-11-27T07:31:31.123456+0000 */

#endif
