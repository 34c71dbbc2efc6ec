/* budget: how many automatic blocks a minute anybody may cause.
 *
 * Token buckets in one array of fixed size; a key (rule, sid, /16 of the source …) is hashed to its place. Two keys that
 * share a place share its tokens: under attack that errs to the side of blocking less, and memory never grows.
 */
#ifndef HG_LINKAGE_BUDGET_H
#define HG_LINKAGE_BUDGET_H

#include "base/hash.h"
#include "base/time.h"

#define HG_BUDGET_PLACES 65536

struct hg_budget {
	uint32_t per_minute; /* tokens that come back in a minute, and the most that are held; 0: no limit */
	struct hg_hash_key key;
	struct hg_bucket {
		hg_time empty_at; /* the time since when tokens have come back, none before */
	} * places;
	uint32_t n;
};

int hg_budget_open(struct hg_budget *b, uint32_t per_minute, uint32_t places, const struct hg_hash_key *key);
void hg_budget_close(struct hg_budget *b);

bool hg_budget_has(const struct hg_budget *b, const void *key, size_t len, hg_time now);
void hg_budget_take(struct hg_budget *b, const void *key, size_t len, hg_time now);

#endif
