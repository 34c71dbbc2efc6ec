#include "base/region.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void *
hg_region_map(size_t size)
{
	void *p =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
hg_region_unmap(void *p, size_t size)
{
	if (p != NULL)
		munmap(p, size);
}

void
hg_region_touch(void *p, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)p & ~(page - 1);
	volatile uint8_t *bytes = p;

	if (size == 0 || madvise((void *)from, (uintptr_t)p + size - from, MADV_POPULATE_WRITE) == 0)
		return;
	/* A kernel before 5.14. */
	for (size_t i = 0; i < size; i += page)
		bytes[i] = bytes[i];
}
