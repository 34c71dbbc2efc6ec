/* ruleset: what table inet hangu looks like. Sets for hosts, for IPv6 /64s and for prefixes; rules that drop what they hold.
 *
 * Both chains stand at -300, in front of connection tracking, so that a running connection ends with the packet at hand.
 */
#ifndef HG_LINKAGE_RULESET_H
#define HG_LINKAGE_RULESET_H

#include "linkage/driver/nftables/encode.h"

enum hg_nft_set { HG_SET_HOST4, HG_SET_HOST6, HG_SET_NET64, HG_SET_NET4, HG_SET_NET6, HG_SETS };

struct hg_nft_set_row {
	const char *name, *comment;
	uint8_t family;
	bool interval;
	uint8_t mask; /* bits of the address that are looked up; 0: all */
};
extern const struct hg_nft_set_row hg_nft_sets[HG_SETS];

enum hg_nft_set hg_nft_set_of(const struct hg_net *net);

/* The table anew, without elements, whatever was there under its name. */
void hg_nft_install(struct hg_nft_buf *b);
void hg_nft_table_anew(struct hg_nft_buf *b); /* empty */
void hg_nft_put_set(struct hg_nft_buf *b, enum hg_nft_set set);
extern const char *const hg_nft_chains[2];
void hg_nft_remove(struct hg_nft_buf *b); /* the table, whether it is there or not */

/* Elements: a message has as many as its 16-bit length allows. timeout in seconds, 0: none. */
struct hg_nft_element {
	struct hg_net net;
	uint64_t timeout;
	char comment[20];
};
#define HG_NFT_ELEMENTS 500 /* of one message: 100 bytes each at most */
void hg_nft_elements(struct hg_nft_buf *b, unsigned type, unsigned flags, enum hg_nft_set set,
	const struct hg_nft_element *elements, unsigned n);
void hg_nft_put_key(struct hg_nft_buf *b, const struct hg_net *net); /* one of a list, to be looked for */
void hg_nft_flush(struct hg_nft_buf *b, enum hg_nft_set set);

#endif
