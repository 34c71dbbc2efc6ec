/* framing: where a JSON object of the control socket ends, in input that comes in any pieces; each byte is looked at once. */
#ifndef HG_ENGINE_FRAMING_H
#define HG_ENGINE_FRAMING_H

#include <sys/types.h>

#include "base/span.h"

struct hg_framing { /* zero at first */
	size_t at;
	uint32_t depth;
	bool text, escaped; /* in a string; behind its backslash */
};

/* Where the object ends that `in` begins with, white space in front of it included; 0: not yet, and the same bytes come
 * again with more behind them; -1: it is none. */
ssize_t hg_framing_find(struct hg_framing *f, struct hg_span in);

#endif
