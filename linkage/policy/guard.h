/* guard: addresses that nobody is shut out from, whatever an alert says.
 *
 * Three kinds: special-purpose ranges (constant), what the configuration protects or allows, and what the machine
 * itself needs: its own addresses, next hops of its routes, its resolvers. The last kind is read over again whenever
 * the kernel says that something has changed.
 */
#ifndef HG_LINKAGE_GUARD_H
#define HG_LINKAGE_GUARD_H

#include "linkage/policy/net.h"

struct hg_guard {
	struct hg_nets allowed;   /* configured: linkage.allow */
	struct hg_nets protected; /* configured: linkage.protect */
	struct hg_nets shared;    /* many people behind one address: linkage.shared */
	struct hg_nets found;     /* of the machine */
};

void hg_guard_close(struct hg_guard *g);

/* 127/8, multicast, link-local, documentation …; NULL: an ordinary address. `testing` lets documentation pass. */
const char *hg_guard_special(const struct hg_net *net, bool testing);

/* The entry that forbids the net; *allowed says which kind. NULL: none. */
const struct hg_nets_row *hg_guard_hit(const struct hg_guard *g, const struct hg_net *net, bool *allowed);

#endif
