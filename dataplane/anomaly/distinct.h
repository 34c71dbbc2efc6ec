/* distinct: how many different things were seen, in 64 bytes.
 *
 * Linear counting (Whang, Vander-Zanden, Taylor 1990): a hash sets a bit, the share of bits that stay clear tells how many
 * there were. 256 bits take everything; 256 more take one hash in 32 and answer when the first are nearly full. Merging
 * is OR, so the answer does not depend on who saw what. Standard error: below 6 % up to 300, 12 % up to 600, then
 * 30 % up to 30,000; beyond that "at least". No state but the bits.
 */
#ifndef HG_ANOMALY_DISTINCT_H
#define HG_ANOMALY_DISTINCT_H

#include <stdint.h>

#define HG_DISTINCT_BITS 256
#define HG_DISTINCT_SHARE 32 /* the coarse bits take one in so many */

struct hg_distinct {
	uint64_t fine[HG_DISTINCT_BITS / 64], coarse[HG_DISTINCT_BITS / 64];
};

void hg_distinct_add(struct hg_distinct *d, uint64_t hash);
void hg_distinct_merge(struct hg_distinct *d, const struct hg_distinct *more);

/* How many; *error gets the standard error of that. */
uint32_t hg_distinct_count(const struct hg_distinct *d, uint32_t *error);

#endif
