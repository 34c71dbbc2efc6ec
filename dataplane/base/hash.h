/* hash: keyed hash for tables whose keys an attacker chooses (SipHash-1-3, Aumasson and Bernstein 2012). */
#ifndef HG_BASE_HASH_H
#define HG_BASE_HASH_H

#include "base/span.h"

struct hg_hash_key {
	uint64_t k0, k1;
};

/* Fixed in replay, so that a run can be repeated; random live. */
#define HG_HASH_KEY_REPLAY ((struct hg_hash_key){ 0x68616e67752d6b31ull, 0x7265706c61792d31ull })

uint64_t hg_hash(const struct hg_hash_key *key, const void *p, size_t len);

/* Not keyed, for tables that only the configuration fills (names of keywords, buffers). FNV-1a. */
uint32_t hg_hash_name(struct hg_span name);

#endif
