/* port: port lists → sorted, disjoint ranges, and the question whether a port is in them.
 *
 * any, N, N:M (inclusive), :M, N:, lists, '!', $VARS. Only negated elements: all ports but them. A negation
 * of everything and a set that comes out empty are errors. Immutable, one heap block, any thread may read
 * it.
 */
#ifndef HG_RULES_LANG_PORT_H
#define HG_RULES_LANG_PORT_H

#include "rules/lang/list.h"

struct hg_port_range {
	uint16_t from, to; /* inclusive */
};

struct hg_portset {
	uint32_t n;
	bool any;
	uint64_t hash; /* equal sets have equal hashes */
	struct hg_port_range ranges[];
};

/* Column of an error counts from text; vars may be NULL. */
int hg_portset_open(
	struct hg_portset **ret, struct hg_span text, const struct hg_vars *vars, struct hg_error *err);
void hg_portset_close(struct hg_portset *s); /* NULL is fine */

/* Ranges are few: the first that does not end below the port decides. */
static inline bool
hg_portset_has(const struct hg_portset *s, uint16_t port)
{
	uint32_t low = 0, high = s->n;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (s->ranges[mid].to < port)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n && s->ranges[low].from <= port;
}

static inline bool
hg_portset_is_any(const struct hg_portset *s)
{
	return s->any;
}

bool hg_portset_eq(const struct hg_portset *a, const struct hg_portset *b);

#endif
