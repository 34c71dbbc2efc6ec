/* region: address space that costs nothing until it is touched; under mem, pool and ring. Start-up only. */
#ifndef HG_BASE_REGION_H
#define HG_BASE_REGION_H

#include <stddef.h>

void *hg_region_map(size_t size); /* zero bytes; NULL: errno says why */
void hg_region_unmap(void *p, size_t size);

/* Makes the pages present now, so that the first packets do not wait for them. */
void hg_region_touch(void *p, size_t size);

#endif
