#include "base/arena.h"

#include "base/poison.h"

struct hg_arena_block {
	struct hg_arena_block *next;
	size_t size; /* this header included */
};

#define BLOCK_FIRST ((size_t)512)
#define BLOCK_MOST ((size_t)8192)

void
hg_arena_init(struct hg_arena *a, struct hg_mem *mem, size_t limit)
{
	*a = (struct hg_arena){ .mem = mem, .limit = limit };
}

void
hg_arena_reset(struct hg_arena *a)
{
	struct hg_arena_block *b = a->head, *next;

	for (; b != NULL; b = next) {
		next = b->next;
		hg_mem_give(a->mem, b, b->size);
	}
	hg_arena_init(a, a->mem, a->limit);
}

static struct hg_arena_block *
block_take(struct hg_arena *a, size_t size)
{
	struct hg_arena_block *b;

	if (a->limit != 0 && (a->held > a->limit || size > a->limit - a->held))
		return NULL;
	b = hg_mem_take(a->mem, size);
	if (b == NULL)
		return NULL;
	b->size = size;
	a->held += size;
	HG_POISON(b + 1, size - sizeof(*b));
	return b;
}

/* A block of its own; behind the head, whose free end stays in use. */
static void *
take_large(struct hg_arena *a, size_t size)
{
	struct hg_arena_block *b = block_take(a, size + sizeof(*b));

	if (b == NULL)
		return NULL;
	if (a->head == NULL) {
		b->next = NULL;
		a->head = b;
	} else {
		b->next = a->head->next;
		a->head->next = b;
	}
	return b + 1;
}

/* A new head block with room for size. Near the limit a smaller one than usual. */
static bool
refill(struct hg_arena *a, size_t size)
{
	size_t least = size + sizeof(struct hg_arena_block), want = BLOCK_FIRST;
	struct hg_arena_block *b;

	while (want < BLOCK_MOST && (want <= a->held || want < least))
		want *= 2;
	if (a->limit != 0 && a->limit > a->held && want > a->limit - a->held)
		want = a->limit - a->held;
	b = block_take(a, HG_MAX(want, least));
	if (b == NULL)
		return false;
	b->next = a->head;
	a->head = b;
	a->p = (uint8_t *)(b + 1);
	a->end = (uint8_t *)b + b->size;
	return true;
}

void *
hg_arena_take(struct hg_arena *a, size_t size)
{
	size_t room = (HG_MAX(size, 1u) + 7) & ~(size_t)7;
	void *p;

	if (HG_UNLIKELY(size > HG_MEM_MAX - sizeof(struct hg_arena_block)))
		return NULL;
	if (HG_UNLIKELY(room > (size_t)(a->end - a->p))) {
		if (room > BLOCK_MOST - sizeof(struct hg_arena_block)) {
			p = take_large(a, room);
			if (p != NULL)
				HG_UNPOISON(p, size);
			return p;
		}
		if (!refill(a, room))
			return NULL;
	}
	p = a->p;
	a->p += room;
	HG_UNPOISON(p, size);
	return p;
}

void *
hg_arena_take0(struct hg_arena *a, size_t size)
{
	void *p = hg_arena_take(a, size);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

struct hg_span
hg_span_keep(struct hg_arena *a, struct hg_span s)
{
	uint8_t *p = hg_arena_take(a, s.len);

	if (p == NULL)
		return HG_SPAN_NONE;
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return hg_span(p, s.len);
}
