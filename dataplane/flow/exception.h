/* exception: what happens to a packet, and to its flow, for which an engine has no room or no session. */
#ifndef HG_FLOW_EXCEPTION_H
#define HG_FLOW_EXCEPTION_H

#include "flow/flow.h"
#include "packet/verdict.h"

void hg_exception_apply(struct hg_packet *p, enum hg_exception policy, enum hg_drop_reason reason, bool ips);

#endif
