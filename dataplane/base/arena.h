/* arena: strings and small structures that die together (a transaction, a burst).
 *
 * Bump allocation over blocks from hg_mem (first block 512 bytes, then doubling to 8 KiB; larger requests get a
 * block of their own). Given back whole by hg_arena_reset. limit bounds what one arena may hold: an attacker's
 * header list ends there. One owner thread.
 */
#ifndef HG_BASE_ARENA_H
#define HG_BASE_ARENA_H

#include "base/mem.h"

struct hg_arena_block;

struct hg_arena {
	struct hg_mem *mem;
	struct hg_arena_block *head;
	uint8_t *p, *end;
	size_t held, limit; /* bytes in blocks; limit 0: that of mem alone */
};

void hg_arena_init(struct hg_arena *a, struct hg_mem *mem, size_t limit);
void hg_arena_reset(struct hg_arena *a); /* gives all blocks back; usable again */

/* 8-byte aligned, not zeroed; NULL past the limit. */
void *hg_arena_take(struct hg_arena *a, size_t size);
void *hg_arena_take0(struct hg_arena *a, size_t size);

/* Bytes that must outlive their packet: the one place where a lifetime changes. Empty span with p == NULL when refused. */
struct hg_span hg_span_keep(struct hg_arena *a, struct hg_span s);

#endif
