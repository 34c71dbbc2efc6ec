/* engine: the driver for hangu's own block table, over the engine's control socket. One row of driver/registry.c. */
#ifndef HG_LINKAGE_ENGINE_H
#define HG_LINKAGE_ENGINE_H

#include "linkage/driver/driver.h"

extern const struct hg_driver hg_driver_engine;

#endif
