/* utf8: is this text valid UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF). */
#ifndef HG_BASE_UTF8_H
#define HG_BASE_UTF8_H

#include "base/span.h"

/* Length of the sequence at the front of s, 1 to 4; 0: none begins there. */
size_t hg_utf8_len(struct hg_span s);

bool hg_utf8_valid(struct hg_span s);

#endif
