/* follower: keeps one replica equal to the ledger, over a way that may have no room.
 *
 * As long as there is room each change is sent as it comes. One that finds none is owed: of each number it is noted what the replica still
 * has to learn of it, and later it is told what the ledger says then. So what waits is bounded by the table, however much changes, and
 * nothing is given up. What has gone is told before what has come: the replica never has an entry that the ledger has not
 * beside those, so that it cannot run out of room or forms where the ledger did not. Main thread.
 */
#ifndef HG_BLOCK_FOLLOWER_H
#define HG_BLOCK_FOLLOWER_H

#include "block/ledger.h"

struct hg_follower;

/* send: false, there is no room now. */
int hg_follower_open(struct hg_follower **ret, uint32_t capacity,
	bool (*send)(void *arg, const struct hg_block_change *c), void *arg, struct hg_error *err);
void hg_follower_close(struct hg_follower *f); /* f may be NULL */

/* The ledger has changed (hg_ledger_open, tell). */
void hg_follower_tell(struct hg_follower *f, const struct hg_block_change *c);

/* Sends what is owed while there is room, `most` at a time. */
void hg_follower_catch_up(struct hg_follower *f, const struct hg_ledger *l, unsigned most);

uint64_t hg_follower_owed(const struct hg_follower *f);              /* 0: it has been sent everything */
bool hg_follower_owes(const struct hg_follower *f, uint32_t number); /* of this entry */
uint64_t hg_follower_delayed(const struct hg_follower *f);           /* changes that were not sent at once */

#endif
