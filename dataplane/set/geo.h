/* geo: the country of an address, from a MaxMind DB (geoip).
 *
 * Mapped when rules are compiled; from there on any thread may ask, without heap or lock: the file's tree is walked in place.
 * A new edition must come by rename, as geoipupdate does it: a file that is cut while it is mapped ends the program.
 */
#ifndef HG_SET_GEO_H
#define HG_SET_GEO_H

#include "base/addr.h"
#include "base/error.h"

struct hg_geo;

int hg_geo_open(struct hg_geo **ret, const char *path, struct hg_error *err);
void hg_geo_close(struct hg_geo *g); /* may be NULL */

#define HG_GEO_NONE 0
/* The two letters of ISO 3166 as a number; HG_GEO_NONE: they are not two capitals. */
static inline uint16_t
hg_geo_code(struct hg_span s)
{
	if (s.len != 2 || s.p[0] < 'A' || s.p[0] > 'Z' || s.p[1] < 'A' || s.p[1] > 'Z')
		return HG_GEO_NONE;
	return (uint16_t)(s.p[0] << 8 | s.p[1]);
}

uint16_t
hg_geo_country(const struct hg_geo *g, const struct hg_addr *a, uint8_t family); /* HG_GEO_NONE: not known */

#endif
