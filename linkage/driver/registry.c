#include "linkage/driver/driver.h"

#include "linkage/driver/engine/engine.h"
#include "linkage/driver/nftables/nftables.h"

/* One row a kind of plane. */
static const struct hg_driver *const drivers[] = { &hg_driver_engine, &hg_driver_nftables };

const struct hg_driver *
hg_driver_at(unsigned index)
{
	return index < HG_COUNT(drivers) ? drivers[index] : NULL;
}

const struct hg_driver *
hg_driver_find(const char *name)
{
	for (size_t i = 0; i < HG_COUNT(drivers); i++)
		if (strcmp(drivers[i]->name, name) == 0)
			return drivers[i];
	return NULL;
}

#define MARGIN_LEAST 10 /* seconds */

uint64_t
hg_driver_timeout(const struct hg_order *o)
{
	return o->seconds == 0 ? 0 : o->seconds + HG_MAX((uint64_t)o->seconds / 4, (uint64_t)MARGIN_LEAST);
}
