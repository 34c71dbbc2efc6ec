#include "base/pool.h"

#include "base/poison.h"
#include "base/region.h"

#include <assert.h>
#include <errno.h>

int
hg_pool_init(struct hg_pool *p, size_t size, size_t align, uint32_t cap, bool prefault, struct hg_error *err)
{
	size_t mapped;

	*p = (struct hg_pool){ 0 };
	assert(align != 0 && (align & (align - 1)) == 0 && align <= 4096);
	/* A free element holds the index of the next one. */
	align = HG_MAX(align, sizeof(uint32_t));
	size = (HG_MAX(size, sizeof(uint32_t)) + align - 1) & ~(align - 1);
	if (cap == UINT32_MAX || __builtin_mul_overflow(size, HG_MAX(cap, 1u), &mapped))
		return hg_error_set(
			err, -EINVAL, "a pool of %u elements of %zu bytes is too large", cap, size);
	p->base = hg_region_map(mapped);
	if (p->base == NULL)
		return hg_error_errno(err, "cannot map %zu bytes for a pool of %u elements", mapped, cap);
	p->size = size;
	p->cap = cap;
	p->mapped = mapped;
	if (prefault)
		hg_region_touch(p->base, mapped);
	return 0;
}

void
hg_pool_fini(struct hg_pool *p)
{
	if (p->base != NULL)
		HG_UNPOISON(p->base, p->mapped);
	hg_region_unmap(p->base, p->mapped);
	*p = (struct hg_pool){ 0 };
}

void *
hg_pool_take(struct hg_pool *p)
{
	uint8_t *e;

	if (p->free_head != 0) {
		e = hg_pool_at(p, p->free_head - 1);
		HG_UNPOISON(e, p->size);
		memcpy(&p->free_head, e, sizeof(p->free_head));
	} else if (p->fresh < p->cap) {
		e = hg_pool_at(p, p->fresh++);
		HG_UNPOISON(e, p->size);
	} else {
		p->refused++;
		return NULL;
	}
	p->used++;
	return memset(e, 0, p->size);
}

void
hg_pool_give(struct hg_pool *p, void *element)
{
	uint32_t index = hg_pool_index(p, element);

	assert(index < p->fresh && p->used > 0);
	memcpy(element, &p->free_head, sizeof(p->free_head));
	p->free_head = index + 1;
	p->used--;
	HG_POISON(element, p->size);
}

void
hg_pool_reset(struct hg_pool *p)
{
	HG_POISON(p->base, (size_t)p->fresh * p->size);
	p->used = 0;
	p->fresh = 0;
	p->free_head = 0;
	p->refused = 0;
}
