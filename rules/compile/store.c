#include "rules/compile/compile_int.h"

#include <stdlib.h>

#define CHUNK ((size_t)1 << 20)

struct hg_store_chunk {
	struct hg_store_chunk *next;
	uint64_t align;
	uint8_t bytes[];
};

void *
hg_store_take(struct hg_store *s, size_t size)
{
	struct hg_store_chunk *chunk;
	uint8_t *p;

	size = (size + 15) & ~(size_t)15;
	if (s->p == NULL || size > (size_t)(s->end - s->p)) {
		size_t room = HG_MAX(size, CHUNK);

		chunk = calloc(1, sizeof(*chunk) + room);
		if (chunk == NULL) {
			s->failed = true;
			return NULL;
		}
		chunk->next = s->head;
		s->head = chunk;
		s->p = chunk->bytes;
		s->end = chunk->bytes + room;
	}
	p = s->p;
	s->p += size;
	return p;
}

void *
hg_store_copy(struct hg_store *s, const void *p, size_t size)
{
	void *copy = hg_store_take(s, size);

	if (copy != NULL && size > 0)
		memcpy(copy, p, size);
	return copy;
}

void
hg_store_clear(struct hg_store *s)
{
	if (s->head == NULL)
		return;
	/* The chunk at work stays. */
	if (s->head->next != NULL) {
		hg_store_close(s);
		return;
	}
	memset(s->head->bytes, 0, (size_t)(s->p - s->head->bytes));
	s->p = s->head->bytes;
}

void
hg_store_close(struct hg_store *s)
{
	while (s->head != NULL) {
		struct hg_store_chunk *next = s->head->next;

		free(s->head);
		s->head = next;
	}
	s->p = s->end = NULL;
}

int
hg_numbers_add(struct hg_numbers *l, uint32_t v)
{
	if (l->n == l->room) {
		uint32_t room = l->room == 0 ? 16 : l->room * 2;
		uint32_t *more = realloc(l->v, room * sizeof(*more));

		if (more == NULL)
			return -12;
		l->v = more;
		l->room = room;
	}
	l->v[l->n++] = v;
	return 0;
}
