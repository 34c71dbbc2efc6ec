/* utf8: is this text valid UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF). */
#ifndef HG_BASE_UTF8_H
#define HG_BASE_UTF8_H

#include "base/span.h"

/* Length of the sequence at the front of s, 1 to 4; 0: none begins there. */
size_t hg_utf8_len(struct hg_span s);

/* The same, and its code point. */
size_t hg_utf8_next(struct hg_span s, uint32_t *point);

/* A code point as UTF-8; returns how many bytes. */
size_t hg_utf8_put(uint32_t c, uint8_t to[4]);

bool hg_utf8_valid(struct hg_span s);

/* UTF-16, big-endian or little-endian, as UTF-8 into `to`, as far as it has room; returns how many bytes. */
size_t hg_utf16_to_utf8(struct hg_span s, bool little, uint8_t *to, size_t size);

#endif
