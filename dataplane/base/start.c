#include "base/start.h"

#include <stdlib.h>

void *
hg_start_take(size_t size)
{
	return calloc(1, size);
}

void
hg_start_give(void *p)
{
	free(p);
}
