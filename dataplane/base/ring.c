#include "base/ring.h"

#include "base/region.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LEAST 4096
#define LINE 64

/* In front of each record; len == SKIP: the rest up to the end of the ring is unused. */
struct head {
	uint64_t len;
};
#define SKIP UINT64_MAX

/* Positions only grow; what one side writes lies on its own cache line, with its copy of the other's position. */
struct hg_ring {
	uint8_t *bytes;
	size_t size;
	_Alignas(LINE) _Atomic uint64_t head; /* producer: all before it is committed */
	uint64_t tail_seen;
	uint64_t pending; /* where the reserved record begins */
	size_t most;
	_Alignas(LINE) _Atomic uint64_t tail; /* consumer: all before it is released */
	uint64_t head_seen;
};

int
hg_ring_open(struct hg_ring **ret, size_t size, struct hg_error *err)
{
	struct hg_ring *r;

	if (size < LEAST || (size & (size - 1)) != 0)
		return hg_error_set(
			err, -EINVAL, "a ring of %zu bytes: give a power of two from %d on", size, LEAST);
	r = aligned_alloc(LINE, sizeof(*r));
	if (r == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a ring");
	memset(r, 0, sizeof(*r));
	r->size = size;
	r->bytes = hg_region_map(size);
	if (r->bytes == NULL) {
		free(r);
		return hg_error_errno(err, "cannot map %zu bytes for a ring", size);
	}
	*ret = r;
	return 0;
}

void
hg_ring_close(struct hg_ring *r)
{
	if (r == NULL)
		return;
	hg_region_unmap(r->bytes, r->size);
	free(r);
}

static size_t
footprint(size_t len)
{
	return sizeof(struct head) + ((len + 7) & ~(size_t)7);
}

static struct head *
head_at(struct hg_ring *r, uint64_t at)
{
	return (struct head *)(void *)(r->bytes + (at & (r->size - 1)));
}

uint8_t *
hg_ring_reserve(struct hg_ring *r, size_t most)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	size_t to_end = r->size - (size_t)(head & (r->size - 1));
	size_t need, skip;

	if (most > r->size / 2 - sizeof(struct head))
		return NULL;
	need = footprint(most);
	skip = need > to_end ? to_end : 0;
	if (skip + need > r->size - (size_t)(head - r->tail_seen)) {
		r->tail_seen = atomic_load_explicit(&r->tail, memory_order_acquire);
		if (skip + need > r->size - (size_t)(head - r->tail_seen))
			return NULL;
	}
	if (skip > 0)
		head_at(r, head)->len = SKIP;
	r->pending = head + skip;
	r->most = most;
	return (uint8_t *)(head_at(r, r->pending) + 1);
}

void
hg_ring_commit(struct hg_ring *r, size_t len)
{
	assert(len <= r->most);
	if (len == 0)
		return;
	head_at(r, r->pending)->len = len;
	atomic_store_explicit(&r->head, r->pending + footprint(len), memory_order_release);
}

struct hg_span
hg_ring_peek(struct hg_ring *r)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	if (tail == r->head_seen)
		r->head_seen = atomic_load_explicit(&r->head, memory_order_acquire);
	if (tail == r->head_seen)
		return HG_SPAN_NONE;
	if (head_at(r, tail)->len == SKIP) {
		/* A record always lies behind it: both were committed at once. */
		tail += r->size - (size_t)(tail & (r->size - 1));
		atomic_store_explicit(&r->tail, tail, memory_order_release);
	}
	return hg_span(head_at(r, tail) + 1, (size_t)head_at(r, tail)->len);
}

void
hg_ring_release(struct hg_ring *r)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	atomic_store_explicit(
		&r->tail, tail + footprint((size_t)head_at(r, tail)->len), memory_order_release);
}
