#include "base/buf.h"

#include <assert.h>

void
hg_buf_init(struct hg_buf *b, struct hg_mem *mem, size_t cap)
{
	*b = (struct hg_buf){ .mem = mem, .cap = cap };
}

void
hg_buf_fini(struct hg_buf *b)
{
	hg_mem_give(b->mem, b->block, b->size);
	hg_buf_init(b, b->mem, b->cap);
}

static void
compact(struct hg_buf *b)
{
	size_t held = hg_buf_len(b);

	memmove(b->block, b->block + b->from, held);
	b->from = 0;
	b->to = held;
}

/* A block for `need` bytes, twice as large as now at least. */
static bool
enlarge(struct hg_buf *b, size_t need)
{
	size_t held = hg_buf_len(b);
	size_t want = hg_mem_class(HG_MAX(need, HG_MIN(2 * b->size, HG_MEM_MAX)));
	uint8_t *block = hg_mem_take(b->mem, want);

	if (block == NULL)
		return false;
	if (held > 0)
		memcpy(block, b->block + b->from, held);
	hg_mem_give(b->mem, b->block, b->size);
	b->block = block;
	b->size = want;
	b->from = 0;
	b->to = held;
	return true;
}

uint8_t *
hg_buf_reserve(struct hg_buf *b, size_t n)
{
	size_t held = hg_buf_len(b);

	if (n > b->cap || held > b->cap - n)
		return NULL;
	if (b->block == NULL || n > b->size - b->to) {
		/* Moving down costs what is held: only when at least as much was consumed, so that the sum of all
		 * moves stays below what was appended. Else a larger block; when there is none, move after all. */
		bool fits = b->block != NULL && held + n <= b->size;

		if (fits && b->from >= held)
			compact(b);
		else if (!enlarge(b, held + n)) {
			if (!fits)
				return NULL;
			compact(b);
		}
	}
	return b->block + b->to;
}

void
hg_buf_grow(struct hg_buf *b, size_t n)
{
	assert(n <= b->size - b->to);
	b->to += n;
}

bool
hg_buf_append(struct hg_buf *b, struct hg_span s)
{
	uint8_t *p;

	if (s.len == 0)
		return true;
	p = hg_buf_reserve(b, s.len);
	if (p == NULL)
		return false;
	memcpy(p, s.p, s.len);
	b->to += s.len;
	return true;
}

void
hg_buf_consume(struct hg_buf *b, size_t n)
{
	assert(n <= hg_buf_len(b));
	b->from += n;
	if (b->from == b->to)
		hg_buf_clear(b);
}

void
hg_buf_cut(struct hg_buf *b, size_t n)
{
	assert(n <= hg_buf_len(b));
	b->to -= n;
}

void
hg_buf_clear(struct hg_buf *b)
{
	b->from = 0;
	b->to = 0;
}
