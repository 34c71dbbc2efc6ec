/* entropy: how much bytes differ from each other. */
#ifndef HG_DETECT_ENTROPY_H
#define HG_DETECT_ENTROPY_H

#include "base/span.h"

/* Shannon's: bits of information a byte, 0 (all alike, or none at all) to 8, in units of 1 / HG_ENTROPY_UNIT. */
uint64_t hg_entropy(struct hg_span bytes);

#endif
