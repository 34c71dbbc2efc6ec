/* batch: orders sorted into what one transaction of nf_tables says, set by set, away before in. */
#ifndef HG_LINKAGE_BATCH_H
#define HG_LINKAGE_BATCH_H

#include "linkage/driver/driver.h"
#include "linkage/driver/nftables/prefixes.h"
#include "linkage/driver/nftables/session.h"

/* Elements of one set, one direction. */
struct hg_nft_list {
	struct hg_nft_element *rows;
	unsigned n, room;
	bool failed; /* no memory */
};

struct hg_nft_batch {
	struct hg_nft_list in[HG_SETS], out[HG_SETS];
	struct hg_prefixes prefixes; /* of both families; what the interval sets hold or are about to */
	hg_time now;
};

void hg_nft_batch_clear(struct hg_nft_batch *b);
void hg_nft_batch_close(struct hg_nft_batch *b);

/* An order joins; -ENOSPC: too many prefixes. */
int hg_nft_batch_take(struct hg_nft_batch *b, const struct hg_order *o);
void hg_nft_batch_show_prefixes(struct hg_nft_batch *b); /* all that are shown, once more */

/* Writes the lists into the session's buffer, between batch begin and end; false: there was no memory. `fresh`: the sets
 * are empty, so that nothing has to go first. */
bool hg_nft_batch_put(const struct hg_nft_batch *b, struct hg_nft_session *s, bool fresh);

#endif
