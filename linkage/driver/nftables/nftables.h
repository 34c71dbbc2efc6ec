/* nftables: the driver for a Linux firewall, of this or another network namespace. One row of driver/registry.c. */
#ifndef HG_LINKAGE_NFTABLES_H
#define HG_LINKAGE_NFTABLES_H

#include "linkage/driver/driver.h"

extern const struct hg_driver hg_driver_nftables;

#endif
