#include "engine/libcrypto.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define CLASSES 5 /* 64 bytes to 1 KiB; what is larger belongs to the heap */
#define SMALLEST 64
#define HEAP UINT32_MAX

/* In front of every block; keeps what follows aligned. */
struct block {
	union {
		struct block *next; /* in a list */
		size_t room;        /* handed out */
	};
	uint64_t class;
};

/* What a thread has free; goes with it. */
static __thread struct {
	struct block *lists[CLASSES];
	bool kept; /* the key will see to it */
} own;
static pthread_key_t key;

/* OpenSSL gives blocks back at the end of a thread too, perhaps after this ran: then it runs again. */
static void
free_all(void *arg)
{
	(void)arg;
	own.kept = false;
	for (unsigned i = 0; i < CLASSES; i++) {
		while (own.lists[i] != NULL) {
			struct block *b = own.lists[i];

			own.lists[i] = b->next;
			free(b);
		}
	}
}

static void *
take(size_t size, const char *file, int line)
{
	uint32_t class = 0;
	size_t room = SMALLEST;
	struct block *b;

	(void)file;
	(void)line;
	if (size == 0)
		return NULL;
	while (class < CLASSES && room < size) {
		room *= 2;
		class ++;
	}
	if (class == CLASSES) {
		room = size;
		class = HEAP;
	}
	b = class == HEAP ? NULL : own.lists[class];
	if (b != NULL)
		own.lists[class] = b->next;
	else
		b = room > SIZE_MAX - sizeof(*b) ? NULL : malloc(sizeof(*b) + room);
	if (b == NULL)
		return NULL;
	b->room = room;
	b->class = class;
	return b + 1;
}

static void
give(void *p, const char *file, int line)
{
	struct block *b = p == NULL ? NULL : (struct block *)p - 1;

	(void)file;
	(void)line;
	if (b == NULL)
		return;
	if (b->class == HEAP) {
		free(b);
		return;
	}
	b->next = own.lists[b->class];
	own.lists[b->class] = b;
	if (!own.kept)
		own.kept = pthread_setspecific(key, &own) == 0;
}

static void *
change(void *p, size_t size, const char *file, int line)
{
	const size_t had = p == NULL ? 0 : ((struct block *)p - 1)->room;
	void *new;

	if (p != NULL && size != 0 && size <= had)
		return p;
	new = take(size, file, line);
	if (new != NULL && p != NULL)
		memcpy(new, p, had < size ? had : size);
	if (new != NULL || size == 0)
		give(p, file, line);
	return new;
}

void
hg_libcrypto_init(void)
{
	if (pthread_key_create(&key, free_all) == 0)
		CRYPTO_set_mem_functions(take, change, give);
}
