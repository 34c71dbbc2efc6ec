#include "base/mem.h"

#include "base/poison.h"
#include "base/region.h"

#include <assert.h>
#include <errno.h>

/* 64 << 14 is HG_MEM_MAX; between two powers lies their half: 29 classes. */
#define CLASS_LEAST 64
#define CLASSES 29
#define SLAB_BITS 20
#define SLAB_SIZE ((size_t)1 << SLAB_BITS)
#define CLASS_NONE UINT32_MAX      /* of a slab that was given back whole */
#define CLASS_RUN (UINT32_MAX - 1) /* of one in a run */
#define RUNS_SHARE 8               /* runs may take this part of the cap */

struct block {
	struct block *next;
};

/* A slab holds blocks of one class. It goes back to the region when its last block is given, so that a flood of
 * small blocks cannot take the large classes' room for good. */
struct slab {
	struct slab *prev, *next; /* among its class's slabs with room, or among the empty ones */
	struct block *free;
	uint32_t live, fresh; /* blocks handed out, ever cut */
	uint32_t class;
};

struct hg_mem {
	size_t cap, used, peak;
	uint64_t refused;
	size_t runs; /* bytes in runs */
	size_t mapped;
	uint8_t *base; /* of the slabs, behind this header and their table */
	struct slab *slabs;
	uint32_t slabs_max, slabs_fresh;
	struct slab *empty; /* given back whole */
	struct slab *room[CLASSES];
};

static unsigned
class_of(size_t size)
{
	unsigned top;

	if (size <= CLASS_LEAST)
		return 0;
	top = 63u - (unsigned)__builtin_clzll(size - 1);
	return 2 * (top - 6) + (size <= ((size_t)3 << (top - 1)) ? 1 : 2);
}

static size_t
class_size(unsigned class)
{
	return (class & 1 ? (size_t)96 : (size_t)64) << (class / 2);
}

static size_t
align_up(size_t n, size_t to)
{
	return (n + to - 1) & ~(to - 1);
}

int
hg_mem_open(struct hg_mem **ret, size_t cap, bool prefault, struct hg_error *err)
{
	/* Half as much again of address space, so that slabs left partly filled do not eat the cap; only touched
	 * pages cost memory. */
	size_t slabs, head;
	struct hg_mem *m;
	uint8_t *map;

	if (cap > SIZE_MAX / 4)
		return hg_error_set(err, -EINVAL, "memory of %zu bytes is more than can be mapped", cap);
	slabs = (cap >> SLAB_BITS) + (cap >> (SLAB_BITS + 1)) + CLASSES + 2;
	head = align_up(sizeof(struct hg_mem) + slabs * sizeof(struct slab), 4096);
	map = hg_region_map(head + slabs * SLAB_SIZE);
	if (map == NULL)
		return hg_error_errno(err, "cannot map %zu bytes of memory", head + slabs * SLAB_SIZE);
	m = (struct hg_mem *)(void *)map;
	m->cap = cap;
	m->mapped = head + slabs * SLAB_SIZE;
	m->base = map + head;
	m->slabs = (struct slab *)(void *)(map + align_up(sizeof(*m), 16));
	m->slabs_max = (uint32_t)slabs;
	if (prefault)
		hg_region_touch(m->base, cap);
	*ret = m;
	return 0;
}

void
hg_mem_close(struct hg_mem *m)
{
	if (m == NULL)
		return;
	HG_UNPOISON(m->base, (size_t)m->slabs_fresh << SLAB_BITS);
	hg_region_unmap(m, m->mapped);
}

static uint8_t *
slab_bytes(const struct hg_mem *m, const struct slab *s)
{
	return m->base + ((size_t)(s - m->slabs) << SLAB_BITS);
}

static void
list_add(struct slab **list, struct slab *s)
{
	s->prev = NULL;
	s->next = *list;
	if (s->next != NULL)
		s->next->prev = s;
	*list = s;
}

static void
list_remove(struct slab **list, struct slab *s)
{
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		*list = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
}

/* A slab for a class without room: one given back, else the next of the region. */
static struct slab *
slab_take(struct hg_mem *m, unsigned class)
{
	struct slab *s = m->empty;

	if (s != NULL)
		list_remove(&m->empty, s);
	else if (m->slabs_fresh < m->slabs_max)
		s = &m->slabs[m->slabs_fresh++];
	else
		return NULL;
	s->free = NULL;
	s->live = 0;
	s->fresh = 0;
	s->class = class;
	HG_POISON(slab_bytes(m, s), SLAB_SIZE);
	list_add(&m->room[class], s);
	return s;
}

static void *
slab_cut(struct hg_mem *m, struct slab *s, size_t size)
{
	struct block *b = s->free;

	if (b != NULL) {
		HG_UNPOISON(b, size);
		s->free = b->next;
	} else {
		b = (struct block *)(void *)(slab_bytes(m, s) + s->fresh++ * size);
		HG_UNPOISON(b, size);
	}
	s->live++;
	if (s->free == NULL && (s->fresh + 1) * size > SLAB_SIZE)
		list_remove(&m->room[s->class], s);
	return b;
}

void *
hg_mem_take(struct hg_mem *m, size_t size)
{
	unsigned class;
	struct slab *s;

	if (HG_UNLIKELY(size > HG_MEM_MAX)) {
		m->refused++;
		return NULL;
	}
	class = class_of(size);
	size = class_size(class);
	s = size > m->cap - m->used ? NULL : m->room[class];
	if (s == NULL && size <= m->cap - m->used)
		s = slab_take(m, class);
	if (HG_UNLIKELY(s == NULL)) {
		m->refused++;
		return NULL;
	}
	m->used += size;
	if (m->used > m->peak)
		m->peak = m->used;
	return slab_cut(m, s, size);
}

void *
hg_mem_take0(struct hg_mem *m, size_t size)
{
	void *p = hg_mem_take(m, size);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void
hg_mem_give(struct hg_mem *m, void *p, size_t size)
{
	struct block *b = p;
	struct slab *s;
	bool full;

	if (p == NULL)
		return;
	s = &m->slabs[(size_t)((uint8_t *)p - m->base) >> SLAB_BITS];
	assert(s->class == class_of(size) && s->live > 0);
	size = class_size(s->class);
	full = s->free == NULL && (s->fresh + 1) * size > SLAB_SIZE;
	b->next = s->free;
	s->free = b;
	s->live--;
	m->used -= size;
	HG_POISON(p, size);
	if (full)
		list_add(&m->room[s->class], s);
	/* The class keeps its last slab: a single block taken and given in turn must not cost a slab each time. */
	if (s->live == 0 && (s->prev != NULL || s->next != NULL)) {
		list_remove(&m->room[s->class], s);
		s->class = CLASS_NONE;
		list_add(&m->empty, s);
	}
}

/* n neighbours that were given back whole, else new ones; NULL: there are none. */
static struct slab *
find_run(struct hg_mem *m, uint32_t n)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < m->slabs_fresh; i++) {
		found = m->slabs[i].class == CLASS_NONE ? found + 1 : 0;
		if (found == n)
			return &m->slabs[i + 1 - n];
	}
	if (n > m->slabs_max - m->slabs_fresh)
		return NULL;
	m->slabs_fresh += n;
	return &m->slabs[m->slabs_fresh - n];
}

void *
hg_mem_take_run(struct hg_mem *m, size_t size)
{
	const size_t bytes = size > HG_MEM_RUN_MAX ? SIZE_MAX : align_up(size, SLAB_SIZE);
	const uint32_t n = (uint32_t)(bytes >> SLAB_BITS), fresh = m->slabs_fresh;
	struct slab *s = NULL;

	if (bytes <= m->cap - m->used && m->runs + bytes <= m->cap / RUNS_SHARE)
		s = find_run(m, n);
	if (s == NULL) {
		m->refused++;
		return NULL;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (m->slabs_fresh == fresh)
			list_remove(&m->empty, &s[i]);
		s[i].class = CLASS_RUN;
	}
	m->used += bytes;
	m->runs += bytes;
	m->peak = HG_MAX(m->peak, m->used);
	HG_UNPOISON(slab_bytes(m, s), bytes);
	return slab_bytes(m, s);
}

void
hg_mem_give_run(struct hg_mem *m, void *p, size_t size)
{
	const size_t bytes = align_up(size, SLAB_SIZE);
	struct slab *s;

	if (p == NULL)
		return;
	s = &m->slabs[(size_t)((uint8_t *)p - m->base) >> SLAB_BITS];
	for (uint32_t i = 0; i < bytes >> SLAB_BITS; i++) {
		assert(s[i].class == CLASS_RUN);
		s[i].class = CLASS_NONE;
		list_add(&m->empty, &s[i]);
	}
	m->used -= bytes;
	m->runs -= bytes;
	HG_POISON(p, bytes);
}

size_t
hg_mem_class(size_t size)
{
	return size > HG_MEM_MAX ? size : class_size(class_of(size));
}

void
hg_mem_reset(struct hg_mem *m)
{
	HG_POISON(m->base, (size_t)m->slabs_fresh << SLAB_BITS);
	memset(m->room, 0, sizeof(m->room));
	m->empty = NULL;
	m->slabs_fresh = 0;
	m->used = 0;
	m->runs = 0;
	m->peak = 0;
	m->refused = 0;
}

void
hg_mem_stats(const struct hg_mem *m, struct hg_mem_stats *out)
{
	*out = (struct hg_mem_stats){ m->used, m->peak, m->cap, m->refused };
}

/* In front of a block that knows its size; keeps what follows aligned. */
struct sized {
	size_t bytes; /* all of it */
	size_t pad;
};

void *
hg_mem_take_sized(struct hg_mem *m, size_t size, bool runs)
{
	const size_t bytes = size + sizeof(struct sized);
	struct sized *s;

	if (bytes < size || (bytes > HG_MEM_MAX && (!runs || size > HG_MEM_RUN_MAX)))
		return NULL;
	s = bytes > HG_MEM_MAX ? hg_mem_take_run(m, bytes) : hg_mem_take(m, bytes);
	if (s == NULL)
		return NULL;
	s->bytes = bytes;
	return s + 1;
}

void
hg_mem_give_sized(struct hg_mem *m, void *p)
{
	struct sized *s;

	if (p == NULL)
		return;
	s = (struct sized *)p - 1;
	if (s->bytes > HG_MEM_MAX)
		hg_mem_give_run(m, s, s->bytes);
	else
		hg_mem_give(m, s, s->bytes);
}

size_t
hg_mem_size_of(const void *p)
{
	return ((const struct sized *)p - 1)->bytes - sizeof(struct sized);
}
