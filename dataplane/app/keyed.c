#include "app/keyed.h"

#include "base/hash.h"

#define WAYS 8
#define FIRST 16

_Static_assert(sizeof(struct hg_keyed_key) == 48, "no bytes between fields: keys are compared whole");

void
hg_keyed_init(struct hg_keyed *k, struct hg_mem *mem)
{
	*k = (struct hg_keyed){ .mem = mem };
}

void
hg_keyed_fini(struct hg_keyed *k)
{
	for (uint32_t i = 0; i < k->size; i++)
		hg_mem_give(k->mem, k->slots[i].text, k->slots[i].text_len);
	hg_mem_give(k->mem, k->slots, k->size * sizeof(*k->slots));
	k->slots = NULL;
	k->size = 0;
}

/* Who knows the key of the hash can crowd a set of his own connection, no more. */
static struct hg_keyed_slot *
set_of(const struct hg_keyed *k, const struct hg_keyed_key *key)
{
	uint64_t h = hg_hash(&HG_HASH_KEY_REPLAY, key, sizeof(*key));

	return &k->slots[(h & (k->size / WAYS - 1)) * WAYS];
}

struct hg_keyed_slot *
hg_keyed_find(struct hg_keyed *k, const struct hg_keyed_key *key)
{
	struct hg_keyed_slot *set = k->size == 0 ? NULL : set_of(k, key);

	for (unsigned i = 0; set != NULL && i < WAYS; i++) {
		if (set[i].used == 0 || memcmp(&set[i].key, key, sizeof(*key)) != 0)
			continue;
		set[i].used = ++k->clock;
		return &set[i];
	}
	return NULL;
}

/* The free slot of a set, else the one not used for the longest. */
static struct hg_keyed_slot *
oldest(struct hg_keyed_slot *set)
{
	struct hg_keyed_slot *old = set;

	for (unsigned i = 1; i < WAYS; i++)
		if (set[i].used < old->used)
			old = &set[i];
	return old;
}

static bool
grow(struct hg_keyed *k)
{
	struct hg_keyed bigger = *k;

	bigger.size = k->size == 0 ? FIRST : 2 * k->size;
	if (bigger.size > HG_KEYED_SLOTS)
		return false;
	bigger.slots = hg_mem_take0(k->mem, bigger.size * sizeof(*k->slots));
	if (bigger.slots == NULL)
		return false;
	/* half of a set's slots stay in it, the others go into one new set: there is room */
	for (uint32_t i = 0; i < k->size; i++)
		if (k->slots[i].used != 0)
			*oldest(set_of(&bigger, &k->slots[i].key)) = k->slots[i];
	hg_mem_give(k->mem, k->slots, k->size * sizeof(*k->slots));
	*k = bigger;
	return true;
}

void
hg_keyed_drop(struct hg_keyed *k, struct hg_keyed_slot *slot)
{
	hg_mem_give(k->mem, slot->text, slot->text_len);
	*slot = (struct hg_keyed_slot){ 0 };
}

struct hg_keyed_slot *
hg_keyed_put(struct hg_keyed *k, const struct hg_keyed_key *key)
{
	struct hg_keyed_slot *slot = hg_keyed_find(k, key);

	if (slot == NULL) {
		if (k->size == 0 && !grow(k))
			return NULL;
		slot = oldest(set_of(k, key));
		while (slot->used != 0 && grow(k))
			slot = oldest(set_of(k, key));
		k->evicted += slot->used != 0;
	}
	hg_keyed_drop(k, slot);
	slot->key = *key;
	slot->used = ++k->clock;
	return slot;
}

bool
hg_keyed_add_text(struct hg_keyed *k, struct hg_keyed_slot *slot, struct hg_span more, size_t most)
{
	const size_t len = HG_MIN(slot->text_len + more.len, HG_MIN(most, HG_MEM_MAX));
	const bool whole = len == slot->text_len + more.len;
	uint8_t *text;

	if (len <= slot->text_len)
		return whole;
	text = hg_mem_take(k->mem, len);
	if (text == NULL)
		return false;
	if (slot->text_len > 0)
		memcpy(text, slot->text, slot->text_len);
	memcpy(text + slot->text_len, more.p, len - slot->text_len);
	hg_mem_give(k->mem, slot->text, slot->text_len);
	slot->text = text;
	slot->text_len = (uint32_t)len;
	return whole;
}
