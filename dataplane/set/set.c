#include "set/set.h"

#include <errno.h>

#include "base/region.h"
#include "base/start.h"

#define UNIT 16 /* entries begin at multiples of it: 32 bits reach 64 GiB */
#define MEMORY_LEAST ((size_t)64 << 10)
#define MEMORY_MOST ((size_t)32 << 30)
#define BYTES_A_BUCKET 64

struct entry {
	_Atomic hg_time until; /* 0: removed */
	uint32_t next;         /* in units; 0: the last */
	uint32_t tag;          /* upper half of the hash */
	uint16_t len;
	_Atomic uint16_t score;
	uint8_t bytes[];
};

struct hg_set {
	struct hg_set_config config;
	_Atomic uint32_t references;
	_Atomic uint64_t refused;
	_Atomic uint64_t used; /* units handed out; the first is nobody's */
	uint64_t units, buckets;
	_Atomic uint32_t *heads;
	uint8_t *region;
};

int
hg_set_open(struct hg_set **ret, const struct hg_set_config *c, struct hg_error *err)
{
	struct hg_set *s;

	if (c->memory < MEMORY_LEAST || c->memory > MEMORY_MOST)
		return hg_error_set(
			err, -ERANGE, "a set has 64 KiB to 32 GiB of memory, not %zu bytes", c->memory);
	s = hg_start_take(sizeof(*s));
	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a set");
	s->config = *c;
	atomic_init(&s->references, 1);
	atomic_init(&s->used, 1);
	for (s->buckets = 1024; s->buckets * BYTES_A_BUCKET < c->memory; s->buckets *= 2)
		;
	s->units = c->memory / UNIT;
	s->region = hg_region_map(s->units * UNIT);
	s->heads = hg_region_map(s->buckets * sizeof(*s->heads));
	if (s->region != NULL && s->heads != NULL) {
		*ret = s;
		return 0;
	}
	hg_set_give(s);
	return hg_error_set(err, -ENOMEM, "no memory for a set of %zu bytes", c->memory);
}

struct hg_set *
hg_set_take(struct hg_set *s)
{
	atomic_fetch_add(&s->references, 1);
	return s;
}

void
hg_set_give(struct hg_set *s)
{
	if (s == NULL || atomic_fetch_sub(&s->references, 1) > 1)
		return;
	if (s->region != NULL)
		hg_region_unmap(s->region, s->units * UNIT);
	if (s->heads != NULL)
		hg_region_unmap(s->heads, s->buckets * sizeof(*s->heads));
	hg_start_give(s);
}

enum hg_set_type
hg_set_type_of(const struct hg_set *s)
{
	return s->config.type;
}

static struct entry *
entry_at(const struct hg_set *s, uint32_t unit)
{
	return (struct entry *)(void *)(s->region + (uint64_t)unit * UNIT);
}

/* The entry of the value in the chain from `from` up to `to`, alive or not; NULL: none. */
static struct entry *
find(const struct hg_set *s, struct hg_span value, uint64_t hash, uint32_t from, uint32_t to)
{
	for (uint32_t at = from; at != to;) {
		struct entry *e = entry_at(s, at);

		if (e->tag == (uint32_t)(hash >> 32) && e->len == value.len &&
			memcmp(e->bytes, value.p, value.len) == 0)
			return e;
		at = e->next;
	}
	return NULL;
}

static _Atomic uint32_t *
head_of(const struct hg_set *s, uint64_t hash)
{
	return &s->heads[hash & (s->buckets - 1)];
}

static struct entry *
look(const struct hg_set *s, struct hg_span value)
{
	const uint64_t hash = hg_hash(&s->config.key, value.p, value.len);

	return find(s, value, hash, atomic_load_explicit(head_of(s, hash), memory_order_acquire), 0);
}

static bool
fits(const struct hg_set *s, struct hg_span value)
{
	static const uint8_t lengths[HG_SET_TYPES] = {
		[HG_SET_MD5] = 16, [HG_SET_SHA1] = 20, [HG_SET_SHA256] = 32, [HG_SET_IPV4] = 4
	};

	switch (s->config.type) {
	case HG_SET_STRING:
		return value.len > 0 && value.len <= HG_SET_VALUE_MAX;
	case HG_SET_IP:
		return value.len == 4 || value.len == 16;
	default:
		return value.len == lengths[s->config.type];
	}
}

bool
hg_set_has(const struct hg_set *s, struct hg_span value, hg_time now, uint16_t *score)
{
	const struct entry *e = fits(s, value) ? look(s, value) : NULL;

	if (e == NULL || atomic_load_explicit(&e->until, memory_order_acquire) <= now)
		return false;
	if (score != NULL)
		*score = atomic_load_explicit(&e->score, memory_order_relaxed);
	return true;
}

/* A place for the value at the region's end; 0: full. */
static uint32_t
cut(struct hg_set *s, struct hg_span value)
{
	const uint64_t n = (sizeof(struct entry) + value.len + UNIT - 1) / UNIT;
	uint64_t at = atomic_load_explicit(&s->used, memory_order_relaxed);

	do {
		if (at + n > s->units) {
			atomic_fetch_add_explicit(&s->refused, 1, memory_order_relaxed);
			return 0;
		}
	} while (!atomic_compare_exchange_weak(&s->used, &at, at + n));
	return (uint32_t)at;
}

/* Who adds first has added it: others find it alive. */
static enum hg_set_answer
renew(struct entry *e, uint16_t score, hg_time now, hg_time until)
{
	const hg_time before = atomic_exchange_explicit(&e->until, until, memory_order_acq_rel);

	atomic_store_explicit(&e->score, score, memory_order_relaxed);
	return before > now ? HG_SET_KNOWN : HG_SET_DONE;
}

/* A new entry, in no chain yet; 0: full. */
static uint32_t
make(struct hg_set *s, struct hg_span value, uint64_t hash, uint16_t score, hg_time until)
{
	const uint32_t unit = cut(s, value);
	struct entry *e = entry_at(s, unit);

	if (unit == 0)
		return 0;
	e->tag = (uint32_t)(hash >> 32);
	e->len = (uint16_t)value.len;
	memcpy(e->bytes, value.p, value.len);
	atomic_store_explicit(&e->score, score, memory_order_relaxed);
	atomic_store_explicit(&e->until, until, memory_order_relaxed);
	return unit;
}

enum hg_set_answer
hg_set_add(struct hg_set *s, struct hg_span value, uint16_t score, hg_time now, hg_time until)
{
	const uint64_t hash = hg_hash(&s->config.key, value.p, value.len);
	_Atomic uint32_t *head = head_of(s, hash);
	uint32_t first = atomic_load_explicit(head, memory_order_acquire), seen = 0, unit = 0;

	if (!fits(s, value))
		return HG_SET_BAD;
	do {
		/* Only what others have pushed since the last look is new. */
		struct entry *known = find(s, value, hash, first, seen);

		if (known != NULL)
			return renew(known, score, now, until);
		seen = first;
		if (unit == 0 && (unit = make(s, value, hash, score, until)) == 0)
			return HG_SET_FULL;
		entry_at(s, unit)->next = first;
	} while (!atomic_compare_exchange_strong_explicit(
		head, &first, unit, memory_order_acq_rel, memory_order_acquire));
	return HG_SET_DONE;
}

bool
hg_set_remove(struct hg_set *s, struct hg_span value, hg_time now)
{
	struct entry *e = fits(s, value) ? look(s, value) : NULL;

	return e != NULL && atomic_exchange_explicit(&e->until, 0, memory_order_acq_rel) > now;
}

/* The chains, since entries that are just being filled in are in none. */
static void
each_entry(const struct hg_set *s, bool (*each)(void *ctx, struct entry *e), void *ctx)
{
	for (uint64_t b = 0; b < s->buckets; b++) {
		uint32_t at = atomic_load_explicit(&s->heads[b], memory_order_acquire);

		while (at != 0) {
			struct entry *e = entry_at(s, at);

			if (!each(ctx, e))
				return;
			at = e->next;
		}
	}
}

static bool
remove_one(void *ctx, struct entry *e)
{
	(void)ctx;
	atomic_store_explicit(&e->until, 0, memory_order_release);
	return true;
}

void
hg_set_clear(struct hg_set *s)
{
	each_entry(s, remove_one, NULL);
}

struct showing {
	hg_time now;
	bool (*each)(void *ctx, const struct hg_set_value *v);
	void *ctx;
};

static bool
show_one(void *ctx, struct entry *e)
{
	const struct showing *s = ctx;
	const struct hg_set_value v = { hg_span(e->bytes, e->len),
		atomic_load_explicit(&e->score, memory_order_relaxed),
		atomic_load_explicit(&e->until, memory_order_acquire) };

	return v.until <= s->now || s->each(s->ctx, &v);
}

void
hg_set_each(
	const struct hg_set *s, hg_time now, bool (*each)(void *ctx, const struct hg_set_value *v), void *ctx)
{
	struct showing showing = { now, each, ctx };

	each_entry(s, show_one, &showing);
}

static bool
count_one(void *ctx, const struct hg_set_value *v)
{
	(void)v;
	++*(uint64_t *)ctx;
	return true;
}

uint64_t
hg_set_count(const struct hg_set *s, hg_time now)
{
	uint64_t n = 0;

	hg_set_each(s, now, count_one, &n);
	return n;
}

uint64_t
hg_set_refused(const struct hg_set *s)
{
	return atomic_load_explicit(&s->refused, memory_order_relaxed);
}
