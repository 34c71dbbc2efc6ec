/* ledger: the one place where blocks are added and taken away; every worker's replica follows it by its changes.
 *
 * Gives entries their numbers, keeps what only people ask for (who wanted it, why, since when), and ends them in time.
 * Main thread. Adding a match that is there renews it: the later end stays, as two who want a block must not shorten each
 * other's.
 */
#ifndef HG_BLOCK_LEDGER_H
#define HG_BLOCK_LEDGER_H

#include "block/block.h"

#define HG_BLOCK_ID 64
#define HG_BLOCK_REASON 128

enum hg_block_op { HG_BLOCK_PUT, HG_BLOCK_UNTIL, HG_BLOCK_DROP };

struct hg_block_change {
	enum hg_block_op op;
	uint32_t number;
	hg_time until;
	struct hg_block_match match; /* of a put */
};

/* A replica follows. */
void hg_block_apply(struct hg_block *b, const struct hg_block_change *c);

struct hg_block_wish {
	struct hg_block_match match; /* canonical */
	hg_time until;               /* 0: for good */
	const char *id, *reason;     /* may be NULL; cut to HG_BLOCK_ID - 1, HG_BLOCK_REASON - 1 bytes */
};

struct hg_block_line {
	uint32_t number;
	struct hg_block_match match;
	hg_time since, until;
	const char *id, *reason;
};

enum hg_block_result { HG_BLOCK_ADDED, HG_BLOCK_RENEWED, HG_BLOCK_FULL, HG_BLOCK_FORMS_FULL };

struct hg_ledger;

/* tell is called with each change, in order. */
int hg_ledger_open(struct hg_ledger **ret, uint32_t capacity, const struct hg_hash_key *key,
	void (*tell)(void *arg, const struct hg_block_change *c), void *arg, struct hg_error *err);
void hg_ledger_close(struct hg_ledger *l); /* l may be NULL */

enum hg_block_result hg_ledger_add(struct hg_ledger *l, const struct hg_block_wish *w, hg_time now);
bool hg_ledger_del(struct hg_ledger *l, const struct hg_block_match *m); /* false: there is none */
void hg_ledger_expire(struct hg_ledger *l, hg_time now);                 /* some times a second */

/* The entry with the least number from `from` on; false: there are no more. Texts live until the next change. */
bool hg_ledger_line(const struct hg_ledger *l, uint32_t from, struct hg_block_line *out);

uint32_t hg_ledger_count(const struct hg_ledger *l);
uint32_t hg_ledger_capacity(const struct hg_ledger *l);
uint64_t hg_ledger_generation(const struct hg_ledger *l); /* grows with every change */

#endif
