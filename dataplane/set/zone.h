/* zone: which zone and tenant of the operator's table an address belongs to (`zones`).
 *
 * Read at start, then settled; from there on any thread may ask, without heap or lock. A zone has prefixes, and may be bound to
 * VLANs: such a zone is asked first, as tenants may use the same addresses in VLANs of their own. Within either kind the longest
 * prefix counts. IPv4 and IPv6 are parted.
 */
#ifndef HG_SET_ZONE_H
#define HG_SET_ZONE_H

#include "base/addr.h"
#include "base/config.h"

#define HG_ZONES_MOST 1024
#define HG_ZONE_ROWS 65536 /* prefixes, times the VLANs that they are bound to */

struct hg_zones;

struct hg_zone {
	char *name, *tenant; /* tenant NULL: none */
};

/* *ret NULL: the table is empty. */
int hg_zones_open(struct hg_zones **ret, const struct hg_config *c, struct hg_error *err);
void hg_zones_close(struct hg_zones *z); /* may be NULL */

/* vlan: ids, outer first. NULL: none holds the address. */
const struct hg_zone *hg_zones_find(const struct hg_zones *z, const struct hg_addr *a, uint8_t family,
	const uint16_t *vlan, unsigned vlans);

#endif
