/* prefixes: which of many prefixes an interval set holds, so that none overlaps another.
 *
 * Two prefixes are apart or one holds the other. Only the widest are shown in the set; one inside another waits until that
 * is gone. Sorted by address, wider first, so that what a prefix covers stands right behind it.
 */
#ifndef HG_LINKAGE_PREFIXES_H
#define HG_LINKAGE_PREFIXES_H

#include "linkage/policy/net.h"
#include "base/time.h"

#define HG_PREFIXES_MOST 16384

struct hg_prefix {
	struct hg_net net;
	uint64_t id;
	hg_time until; /* hg_clock(); 0: until it is lifted */
	bool shown;
};

struct hg_prefixes {
	struct hg_prefix *rows;
	size_t n, room;
};

/* What has to change in the set, in this order: away, then in. */
typedef void (*hg_prefix_change)(void *ctx, const struct hg_prefix *p, bool in);

int hg_prefixes_put(struct hg_prefixes *all, const struct hg_prefix *p, hg_prefix_change change, void *ctx);
void
hg_prefixes_remove(struct hg_prefixes *all, const struct hg_net *net, hg_prefix_change change, void *ctx);
void hg_prefixes_close(struct hg_prefixes *all);

#endif
