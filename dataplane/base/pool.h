/* pool: many structures of one size (flows, sessions), with a cap and a count.
 *
 * One lazily mapped array; take and give are O(1). An element has a stable index. One owner thread.
 */
#ifndef HG_BASE_POOL_H
#define HG_BASE_POOL_H

#include "base/error.h"
#include "base/span.h"

struct hg_pool {
	uint8_t *base;
	size_t size;               /* of an element, rounded up to its alignment */
	uint32_t cap, used, fresh; /* elements: at most, handed out, ever touched */
	uint32_t free_head;        /* index + 1; 0: none */
	uint64_t refused;
	size_t mapped;
};

/* align is a power of two <= 4096. */
int
hg_pool_init(struct hg_pool *p, size_t size, size_t align, uint32_t cap, bool prefault, struct hg_error *err);
void hg_pool_fini(struct hg_pool *p);
void *hg_pool_take(struct hg_pool *p); /* zeroed; NULL: cap reached */
void hg_pool_give(struct hg_pool *p, void *element);
void hg_pool_reset(struct hg_pool *p); /* forgets all elements */

static inline void *
hg_pool_at(const struct hg_pool *p, uint32_t index)
{
	return p->base + (size_t)index * p->size;
}

static inline uint32_t
hg_pool_index(const struct hg_pool *p, const void *element)
{
	return (uint32_t)((size_t)((const uint8_t *)element - p->base) / p->size);
}

#endif
