/* driver: one kind of enforcement plane. A new one is a folder and a row in registry.c.
 *
 * A driver keeps no list of what is wanted: it is given orders, each the wish for one address or prefix as it is now, and
 * answers each by hg_target_answer(), at once or later. What a plane may have lost, it asks for again by
 * hg_target_resync(). All of it runs in the one thread that decides; nothing in it may wait long.
 */
#ifndef HG_LINKAGE_DRIVER_H
#define HG_LINKAGE_DRIVER_H

#include "base/config.h"
#include "linkage/decision/target.h"
#include "linkage/io/loop.h"

/* The wish for one ban. */
struct hg_order {
	struct hg_ban *ban; /* stays until it is answered */
	uint32_t version;
	bool wanted;      /* there, else gone */
	uint32_t seconds; /* that are left; 0: until it is lifted */
	uint64_t id;      /* of the decision */
};

enum hg_answer {
	HG_ANSWER_DONE,
	HG_ANSWER_FAILED, /* tried again later */
	HG_ANSWER_REFUSED, /* the plane cannot take it, being full or unable to express it; tried again much later */
};

struct hg_driver {
	const char *name;
	unsigned bulk; /* most orders at once that nobody waits for */
	/* The target's map in the configuration; keeps what it needs in t->state. */
	int (*open)(struct hg_target *t, const struct hg_config_node *options, struct hg_error *err);
	void (*close)(struct hg_target *t);
	bool (*ready)(const struct hg_target *t); /* takes orders now */
	void (*apply)(struct hg_target *t, const struct hg_order *orders, unsigned n);
	void (*tick)(struct hg_target *t, hg_time now); /* about ten times a second */
};

const struct hg_driver *hg_driver_find(const char *name);
const struct hg_driver *hg_driver_at(unsigned index); /* NULL: there are no more */

/* The seconds that a plane keeps an order by itself: longer than the lease, so that linkd takes it back and not the
 * plane's clock, yet not for ever when linkd is gone. */
uint64_t hg_driver_timeout(const struct hg_order *o);

#endif
