/* base64: the alphabet of RFC 4648 4. Constant; anybody may call. */
#ifndef HG_BASE_BASE64_H
#define HG_BASE_BASE64_H

#include <stdint.h>

extern const int8_t hg_base64_values[256];

/* The six bits that a character stands for; -1: it is none of the alphabet, or the padding. A table, as the characters of encoded
 * bytes are as random as those are. */
static inline int
hg_base64_value(uint8_t c)
{
	return hg_base64_values[c];
}

#endif
