/* xca: the codings of compressed messages ([MS-XCA]), each as pure functions over a span.
 *
 * in: all of a coding; to: exactly `size` bytes come of it, or false: malformed, or more or fewer bytes. Linear in both. Nothing
 * is taken, any thread.
 */
#ifndef HG_APP_SMB_XCA_H
#define HG_APP_SMB_XCA_H

#include "base/span.h"

bool hg_xca_lznt1(struct hg_span in, uint8_t *to, size_t size);   /* 2.5 */
bool hg_xca_lz77(struct hg_span in, uint8_t *to, size_t size);    /* 2.4 */
bool hg_xca_huffman(struct hg_span in, uint8_t *to, size_t size); /* 2.1 and 2.2: LZ77 with Huffman codes */

/* `length` bytes again that stand `back` before `*at`; they may overlap. false: before the beginning, or no room. */
static inline bool
hg_xca_again(uint8_t *to, size_t size, size_t *at, uint64_t back, uint64_t length)
{
	if (back == 0 || back > *at || length > size - *at)
		return false;
	for (uint64_t i = 0; i < length; i++, ++*at)
		to[*at] = to[*at - back];
	return true;
}

#endif
