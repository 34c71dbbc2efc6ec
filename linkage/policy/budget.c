#include "linkage/policy/budget.h"

#include <errno.h>
#include <stdlib.h>

#define MINUTE (60 * HG_SEC)

int
hg_budget_open(struct hg_budget *b, uint32_t per_minute, uint32_t places, const struct hg_hash_key *key)
{
	*b = (struct hg_budget){ .per_minute = per_minute, .key = *key, .n = places };
	b->places = calloc(places, sizeof(*b->places));
	return b->places == NULL ? -ENOMEM : 0;
}

void
hg_budget_close(struct hg_budget *b)
{
	free(b->places);
	*b = (struct hg_budget){ 0 };
}

static struct hg_bucket *
place_of(const struct hg_budget *b, const void *key, size_t len)
{
	return &b->places[b->n == 1 ? 0 : hg_hash(&b->key, key, len) % b->n];
}

/* A full bucket's worth of time, or less when some was spent; a token costs a minute's part. */
static hg_time
held(const struct hg_bucket *p, hg_time now)
{
	return now < p->empty_at ? 0 : HG_MIN(now - p->empty_at, MINUTE);
}

bool
hg_budget_has(const struct hg_budget *b, const void *key, size_t len, hg_time now)
{
	if (b->per_minute == 0)
		return true;
	return held(place_of(b, key, len), now) >= MINUTE / b->per_minute;
}

void
hg_budget_take(struct hg_budget *b, const void *key, size_t len, hg_time now)
{
	struct hg_bucket *p;

	if (b->per_minute == 0)
		return;
	p = place_of(b, key, len);
	p->empty_at = now - held(p, now) + MINUTE / b->per_minute;
}
