/* mem: a worker's memory, cut into size classes from one lazily mapped region.
 *
 * What decoders, streams and transactions need while packets pass comes from here: no heap call on the packet path.
 * Classes are powers of two and their halves between (64, 96, 128, 192 … 1 MiB); taking and giving are O(1) from a
 * free list a class, misses cut a new slab from the region. A cap in bytes bounds it; a take past the cap gives NULL
 * and counts, and the caller applies the policy of its own limit. One owner thread, no locks.
 * The giver names the size again (as realloc-free C++ does), so blocks carry no header.
 */
#ifndef HG_BASE_MEM_H
#define HG_BASE_MEM_H

#include "base/error.h"
#include "base/span.h"

#define HG_MEM_MAX ((size_t)1 << 20)      /* the largest block */
#define HG_MEM_RUN_MAX ((size_t)17 << 20) /* the largest run */

struct hg_mem;

struct hg_mem_stats {
	uint64_t used, peak, cap; /* bytes in blocks handed out, by class size */
	uint64_t refused;         /* takes that got NULL */
};

/* A region of at most cap bytes; mapped on demand unless prefault. */
int hg_mem_open(struct hg_mem **ret, size_t cap, bool prefault, struct hg_error *err);
void hg_mem_close(struct hg_mem *m);

/* size <= HG_MEM_MAX; 16-byte aligned, not zeroed; NULL: past the cap. */
void *hg_mem_take(struct hg_mem *m, size_t size);
void *hg_mem_take0(struct hg_mem *m, size_t size); /* zeroed */

/* size is what was asked for; p may be NULL. */
void hg_mem_give(struct hg_mem *m, void *p, size_t size);

/* Larger than a block: whole MiB side by side. They are looked for from the beginning of the region, so runs are for what is
 * rare and lives long (windows of codings), and all of them together take an eighth of the cap at most. */
void *hg_mem_take_run(struct hg_mem *m, size_t size);
void hg_mem_give_run(struct hg_mem *m, void *p, size_t size);

/* For libraries that do not name the size when they give: a block with its size in front, or a run where it is larger than
 * HG_MEM_MAX and `runs` allows that. */
void *hg_mem_take_sized(struct hg_mem *m, size_t size, bool runs);
void hg_mem_give_sized(struct hg_mem *m, void *p); /* p may be NULL */
size_t hg_mem_size_of(const void *p);              /* as it was asked for */

/* The size of the block that a request gets: growing up to it costs nothing. */
size_t hg_mem_class(size_t size);

/* Forgets every block at once: the next capture of a replay starts from fresh state. */
void hg_mem_reset(struct hg_mem *m);

void hg_mem_stats(const struct hg_mem *m, struct hg_mem_stats *out);

#endif
