/* Four slots a bucket; a host is in one of its bucket's. Words of a slot are atomic each, its number tells whether they belong
 * together. */
#include "event/who.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/hash.h"
#include "base/start.h"

#define SLOTS 4
#define WORDS (sizeof(struct hg_who_user) / sizeof(uint64_t))

_Static_assert(sizeof(struct hg_who_host) == 24, "no padding");
_Static_assert(sizeof(struct hg_who_user) % sizeof(uint64_t) == 0, "a user is whole words");

struct slot {
	_Atomic uint64_t number; /* 0: nothing was ever written; odd: being written */
	_Atomic uint64_t words[WORDS];
};

struct bucket {
	struct slot slots[SLOTS];
};

struct hg_who {
	struct hg_who_config config;
	uint32_t mask;
	struct bucket buckets[];
};

int
hg_who_open(struct hg_who **ret, const struct hg_who_config *c, struct hg_error *err)
{
	uint32_t n = 1;
	struct hg_who *w;

	while (n * SLOTS < c->hosts)
		n *= 2;
	w = hg_start_take(sizeof(*w) + n * sizeof(struct bucket));
	if (w == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the users of %u hosts", c->hosts);
	w->config = *c;
	w->mask = n - 1;
	*ret = w;
	return 0;
}

void
hg_who_close(struct hg_who *w)
{
	hg_start_give(w);
}

void
hg_who_reset(struct hg_who *w)
{
	for (uint32_t i = 0; i <= w->mask; i++)
		for (unsigned k = 0; k < SLOTS; k++)
			atomic_store_explicit(&w->buckets[i].slots[k].number, 0, memory_order_relaxed);
}

void
hg_who_key(struct hg_who *w, const struct hg_hash_key *key)
{
	w->config.key = *key;
}

static struct bucket *
bucket_of(const struct hg_who *w, const struct hg_who_host *host)
{
	return (struct bucket *)(uintptr_t)&w
		->buckets[hg_hash(&w->config.key, host, sizeof(*host)) & w->mask];
}

/* false: there is nothing, or it is being written. */
static bool
read_slot(const struct slot *s, struct hg_who_user *u)
{
	const uint64_t number = atomic_load_explicit(&s->number, memory_order_acquire);
	uint64_t words[WORDS];

	if (number == 0 || number % 2 == 1)
		return false;
	/* Acquired each: the number is looked at again behind all of them. */
	for (unsigned i = 0; i < WORDS; i++)
		words[i] = atomic_load_explicit(&s->words[i], memory_order_acquire);
	if (atomic_load_explicit(&s->number, memory_order_relaxed) != number)
		return false;
	memcpy(u, words, sizeof(*u));
	return true;
}

static bool
write_slot(struct slot *s, const struct hg_who_user *u)
{
	uint64_t number = atomic_load_explicit(&s->number, memory_order_relaxed);
	uint64_t words[WORDS];

	if (number % 2 == 1 ||
		!atomic_compare_exchange_strong_explicit(
			&s->number, &number, number + 1, memory_order_acquire, memory_order_relaxed))
		return false;
	memcpy(words, u, sizeof(*u));
	for (unsigned i = 0; i < WORDS; i++)
		atomic_store_explicit(&s->words[i], words[i], memory_order_release);
	atomic_store_explicit(&s->number, number + 2, memory_order_release);
	return true;
}

static bool
is_alive(const struct hg_who *w, const struct hg_who_user *u, hg_time now)
{
	return now < u->since + w->config.timeout * HG_SEC;
}

static bool
is_at(const struct hg_who_user *u, const struct hg_who_host *host)
{
	return memcmp(&u->host, host, sizeof(*host)) == 0;
}

static bool
same_name(const struct hg_who_user *a, const struct hg_who_user *b)
{
	return a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}

/* Which of two is the one that counts does not depend on which was put first. */
static bool
is_later(const struct hg_who_user *a, const struct hg_who_user *b)
{
	return a->since != b->since ? a->since > b->since : memcmp(a->name, b->name, sizeof(a->name)) > 0;
}

/* Both are of one host. */
static struct hg_who_user
joined(const struct hg_who *w, const struct hg_who_user *a, const struct hg_who_user *b)
{
	const struct hg_who_user *first = is_later(a, b) ? b : a;
	struct hg_who_user both = is_later(a, b) ? *a : *b;

	both.shared |= is_alive(w, first, both.since) && (first->shared || !same_name(a, b));
	return both;
}

/* Where it goes: the host's slot, an empty one, else the one that was written longest ago. */
static struct slot *
place_of(struct bucket *b, const struct hg_who_user *u, struct hg_who_user *old, bool *has)
{
	struct slot *oldest = NULL, *empty = NULL;
	hg_time since = UINT64_MAX;

	for (unsigned i = 0; i < SLOTS; i++) {
		struct hg_who_user other;

		if (!read_slot(&b->slots[i], &other)) {
			empty = empty == NULL ? &b->slots[i] : empty;
			continue;
		}
		if (is_at(&other, &u->host)) {
			*old = other;
			*has = true;
			return &b->slots[i];
		}
		if (other.since < since) {
			since = other.since;
			oldest = &b->slots[i];
		}
	}
	return empty != NULL ? empty : oldest;
}

enum hg_who_answer
hg_who_put(struct hg_who *w, const struct hg_who_user *u)
{
	struct bucket *b = bucket_of(w, &u->host);
	struct hg_who_user old, put = *u;
	bool has = false, empty;
	struct slot *s = place_of(b, u, &old, &has);

	if (has)
		put = joined(w, &old, u);
	empty = atomic_load_explicit(&s->number, memory_order_relaxed) == 0;
	if (!write_slot(s, &put))
		return HG_WHO_BUSY;
	return has || empty ? HG_WHO_KEPT : HG_WHO_REPLACED;
}

bool
hg_who_find(const struct hg_who *w, const struct hg_who_host *host, hg_time now, struct hg_who_user *u)
{
	const struct bucket *b = bucket_of(w, host);

	for (unsigned i = 0; i < SLOTS; i++)
		if (read_slot(&b->slots[i], u) && is_at(u, host))
			return u->since <= now && is_alive(w, u, now);
	return false;
}
