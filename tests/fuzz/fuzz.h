/* fuzz: what the targets share. A target is one function over any bytes, which ends the program when something that must hold
 * does not.
 *
 * With clang (scripts/build fuzz) libFuzzer calls it; elsewhere main.c does, over seeds and damaged seeds.
 */
#ifndef HG_TESTS_FUZZ_H
#define HG_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_require(condition, ...)                                                            \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			fprintf(stderr, __VA_ARGS__);                                           \
			fputc('\n', stderr);                                                    \
			abort();                                                                \
		}                                                                               \
	} while (0)

/* Pieces of an input are parted by their lengths: two bytes, big-endian. What is too short gives what is there. */
static inline struct hg_span
fuzz_piece(struct hg_reader *r)
{
	size_t len = hg_read_u16be(r);

	return hg_read_span(r, len < hg_reader_left(r) ? len : hg_reader_left(r));
}

static inline uint64_t
fuzz_hash(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Closes m after everything was given back. */
static inline void
fuzz_mem_close(struct hg_mem *m)
{
	struct hg_mem_stats stats;

	hg_mem_stats(m, &stats);
	fuzz_require(stats.used == 0, "%llu bytes were not given back", (unsigned long long)stats.used);
	hg_mem_close(m);
}

#endif
