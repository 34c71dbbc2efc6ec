/* keyed: what a decoder finds by a key of its protocol (message ids, file handles, call ids).
 *
 * Eight slots a set, sets doubling up to a cap; in a full set the slot that was not asked for the longest gives way. So a
 * look-up takes eight steps whatever keys a client chooses, and it can push out only what is its own. Memory from the
 * worker's hg_mem; one owner thread. A slot lives until the next put or drop.
 */
#ifndef HG_APP_KEYED_H
#define HG_APP_KEYED_H

#include "base/mem.h"

#define HG_KEYED_SLOTS 4096 /* at most */

/* Compared as bytes: fields without meaning are 0. */
struct hg_keyed_key {
	uint64_t session, message;
	uint32_t tree, call;
	uint8_t kind;
	uint8_t handle[16];
	uint8_t unused[7];
};

struct hg_keyed_slot {
	struct hg_keyed_key key;
	uint64_t value;
	uint64_t used; /* 0: free; else when it was asked for last */
	uint8_t *text; /* of hg_mem */
	uint32_t text_len;
	bool flag;
};

struct hg_keyed {
	struct hg_mem *mem;
	struct hg_keyed_slot *slots;
	uint32_t size;
	uint64_t clock;
	uint64_t evicted;
};

void hg_keyed_init(struct hg_keyed *k, struct hg_mem *mem);
void hg_keyed_fini(struct hg_keyed *k);
/* NULL: not there. */
struct hg_keyed_slot *hg_keyed_find(struct hg_keyed *k, const struct hg_keyed_key *key);
/* The slot of the key, emptied; NULL: no memory. */
struct hg_keyed_slot *hg_keyed_put(struct hg_keyed *k, const struct hg_keyed_key *key);
/* Its text from now on: what it had and `more`, at most `most` bytes. false: cut, or no memory. */
bool hg_keyed_add_text(struct hg_keyed *k, struct hg_keyed_slot *slot, struct hg_span more, size_t most);
void hg_keyed_drop(struct hg_keyed *k, struct hg_keyed_slot *slot);

static inline struct hg_span
hg_keyed_text_of(const struct hg_keyed_slot *slot)
{
	return hg_span(slot->text, slot->text_len);
}

#endif
