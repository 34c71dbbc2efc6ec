/* reject: the answers that rules with the action reject, and exception policies, give inline: resets to one or both ends, or
 * an ICMP error. */
#ifndef HG_ENGINE_REJECT_H
#define HG_ENGINE_REJECT_H

#include "engine/worker.h"

/* For a packet that is dropped, if anybody wants its ends told; bounded by reject.rate a second, what is more is dropped without a word. */
void hg_reject(struct hg_worker *w, const struct hg_packet *p, const struct hg_alert *alerts, unsigned n);

#endif
