#include "detect/track.h"

#include <errno.h>

#include "base/start.h"

#define WAYS 8

int
hg_track_open(struct hg_track_table *t, uint32_t entries, const struct hg_hash_key *key, struct hg_error *err)
{
	t->key = *key;
	for (t->buckets = 1; t->buckets * WAYS < entries; t->buckets *= 2)
		;
	t->entries = hg_start_take((size_t)t->buckets * WAYS * sizeof(*t->entries));
	return t->entries == NULL ? hg_error_set(err, -ENOMEM, "no memory for %u tracked addresses", entries)
				  : 0;
}

void
hg_track_close(struct hg_track_table *t)
{
	hg_start_give(t->entries);
	t->entries = NULL;
}

void
hg_track_reset(struct hg_track_table *t)
{
	memset(t->entries, 0, (size_t)t->buckets * WAYS * sizeof(*t->entries));
}

struct hg_track_key
hg_track_key_of(uint64_t id, enum hg_track track, const struct hg_packet *p)
{
	struct hg_track_key key = { .id = id, .family = p->family };

	switch (track) {
	case HG_TRACK_SRC:
	case HG_TRACK_EITHER:
		key.a = p->src;
		break;
	case HG_TRACK_DST:
		key.a = p->dst;
		break;
	case HG_TRACK_PAIR:
		if (memcmp(p->src.b, p->dst.b, sizeof(p->src.b)) <= 0) {
			key.a = p->src;
			key.b = p->dst;
		} else {
			key.a = p->dst;
			key.b = p->src;
		}
		break;
	case HG_TRACK_RULE:
		key.family = 0;
		break;
	}
	return key;
}

static struct hg_track_entry *
bucket_of(struct hg_track_table *t, const struct hg_track_key *key)
{
	uint64_t h = hg_hash(&t->key, key, sizeof(*key));

	return t->entries + (h & (t->buckets - 1)) * WAYS;
}

struct hg_track_entry *
hg_track_find(struct hg_track_table *t, const struct hg_track_key *key, hg_time now)
{
	struct hg_track_entry *e = bucket_of(t, key);

	for (unsigned i = 0; i < WAYS; i++)
		if (e[i].until >= now && e[i].until != 0 && memcmp(&e[i].key, key, sizeof(*key)) == 0)
			return &e[i];
	return NULL;
}

struct hg_track_entry *
hg_track_make(struct hg_track_table *t, const struct hg_track_key *key, hg_time now)
{
	struct hg_track_entry *e = hg_track_find(t, key, now), *first = bucket_of(t, key), *victim = first;

	if (e != NULL)
		return e;
	for (unsigned i = 0; i < WAYS; i++)
		if (first[i].until < victim->until)
			victim = &first[i];
	if (victim->until >= now && victim->until != 0)
		t->evicted++;
	*victim = (struct hg_track_entry){ .key = *key };
	return victim;
}
