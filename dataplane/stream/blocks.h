/* blocks: the bytes of one direction that are held, in runs without holes.
 *
 * Sorted and disjoint. Nearly always there is one: bytes in order are appended to it, growing by half up to
 * BLOCK_MAX. What comes ahead of a hole lies in blocks of its own; they are joined once the hole is filled, a byte being
 * moved at most a logarithmic number of times. Two blocks may touch when one of them is as large as can be.
 */
#ifndef HG_STREAM_BLOCKS_H
#define HG_STREAM_BLOCKS_H

#include "base/mem.h"

struct hg_block {
	uint64_t offset; /* in the stream, of the first byte held */
	uint32_t from, len;
	uint32_t size; /* room for bytes */
	uint8_t bytes[];
};

struct hg_blocks {
	union {
		struct hg_block *one; /* room == 0 */
		struct hg_block **many;
	};
	uint32_t n, room;
};

struct hg_block_caps {
	struct hg_mem *mem;
	uint64_t *held; /* bytes of all streams */
	uint64_t held_max;
	uint32_t blocks_max;
	uint64_t front; /* what is read next: a block that begins there takes in all that touches it */
};

enum hg_write { HG_WRITE_DONE, HG_WRITE_NO_MEMORY, HG_WRITE_TOO_MANY };

/* Writes over what is there, and fills what is not. */
enum hg_write
hg_blocks_write(struct hg_blocks *b, const struct hg_block_caps *caps, uint64_t offset, struct hg_span bytes);
/* Forgets what lies in front of offset. */
void hg_blocks_drop(struct hg_blocks *b, const struct hg_block_caps *caps, uint64_t offset);
void hg_blocks_free(struct hg_blocks *b, const struct hg_block_caps *caps);

struct hg_block *hg_blocks_get(const struct hg_blocks *b, uint32_t i);
/* Of the first block that ends behind offset; b->n: none does. */
uint32_t hg_blocks_find(const struct hg_blocks *b, uint64_t offset);

static inline uint64_t
hg_block_end(const struct hg_block *k)
{
	return k->offset + k->len;
}

static inline struct hg_span
hg_block_span(const struct hg_block *k)
{
	return hg_span(k->bytes + k->from, k->len);
}

/* What is held from offset on, within a block; empty: a hole. */
struct hg_span hg_blocks_at(const struct hg_blocks *b, uint64_t offset);
/* Where bytes begin at or behind offset; UINT64_MAX: nowhere. */
uint64_t hg_blocks_begin(const struct hg_blocks *b, uint64_t offset);
/* Up to where there is no hole from offset on. */
uint64_t hg_blocks_run(const struct hg_blocks *b, uint64_t offset);
/* Does any held byte differ from what came? */
bool hg_blocks_differ(const struct hg_blocks *b, uint64_t offset, struct hg_span bytes);

#endif
