/* base64: RFC 4648 decoding of what stands at the front of a buffer, up to the first byte of another alphabet. */
#ifndef HG_DETECT_BASE64_H
#define HG_DETECT_BASE64_H

#include "base/span.h"

/* Writes at most size bytes; returns how many. Whole and padded quanta only, as the peer's base64_decode. */
size_t hg_base64_decode(struct hg_span in, uint8_t *out, size_t size);

#endif
