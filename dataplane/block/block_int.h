/* What the files of block/ share. */
#ifndef HG_BLOCK_BLOCK_INT_H
#define HG_BLOCK_BLOCK_INT_H

#include <stdatomic.h>

#include "block/block.h"

/* One cache line, and a bit: what a hit reads. */
struct hg_block_entry {
	struct hg_block_match match;
	hg_time until;
	_Atomic uint64_t hits;
	uint32_t hash; /* 0: not in use */
	uint16_t form;
};

/* Entries that are looked up alike. */
struct hg_block_form {
	uint8_t family, bits, scope;
	bool tuple;
	uint32_t entries;
};

/* Of the hash table; number1: the number of the entry and 1, 0 when free. Linear probing, at most half full. */
struct hg_block_slot {
	uint32_t hash, number1;
};

struct hg_block {
	struct hg_hash_key key;
	uint32_t capacity, count, mask;
	uint32_t
		generation; /* of what is shut out: another one with every entry that may shut out more; never 0 */
	uint32_t scoped;  /* entries of one VLAN or VNI */
	unsigned n_forms; /* one behind the last in use */
	struct hg_block_form forms[HG_BLOCK_FORMS];
	struct hg_block_slot *slots;
	struct hg_block_entry *entries;
	size_t slots_size, entries_size;
	_Atomic uint64_t hits;
};

uint32_t hg_block_hash(const struct hg_block *b, const struct hg_block_match *m); /* never 0 */

/* hg_block_find for one whose hash is known. */
uint32_t hg_block_seek(const struct hg_block *b, const struct hg_block_match *m, uint32_t hash);

/* Clears what stands behind the prefix. */
void hg_block_mask(struct hg_addr *a, unsigned bits);

#endif
