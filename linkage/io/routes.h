/* routes: what this machine cannot do without: its addresses, next hops of its routes, its resolvers.
 *
 * Read by rtnetlink in its own network namespace and in those where targets stand; read again when the kernel says that
 * addresses or routes have changed.
 */
#ifndef HG_LINKAGE_ROUTES_H
#define HG_LINKAGE_ROUTES_H

#include "base/time.h"
#include "linkage/io/loop.h"
#include "linkage/io/netns.h"
#include "linkage/policy/net.h"

#define HG_PLACES 9 /* namespaces: our own, and one for each target */

struct hg_routes {
	struct hg_loop *loop;
	struct hg_routes_place {
		struct hg_watch watch; /* of the socket that hears of changes; first: a watch is its place */
		struct hg_routes *routes;
		struct nl_sock *ask, *hear;
		const char *netns; /* the caller's; NULL: our own */
		uint64_t number;   /* of that namespace */
	} places[HG_PLACES];
	unsigned n;
	const char *resolvers; /* the file */
	bool stale;
	hg_time read_at;
};

int hg_routes_open(struct hg_routes *r, struct hg_loop *loop, const char *resolvers, struct hg_error *err);
/* One more namespace; NULL: our own. */
int hg_routes_add(struct hg_routes *r, const char *netns, struct hg_error *err);
void hg_routes_close(struct hg_routes *r);

/* True when it is time to read again. */
bool hg_routes_due(const struct hg_routes *r, hg_time now);
void hg_routes_read(struct hg_routes *r, struct hg_nets *out, hg_time now);

#endif
