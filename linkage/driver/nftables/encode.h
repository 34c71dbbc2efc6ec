/* encode: messages of nf_tables, by the kernel's uapi (linux/netfilter/nf_tables.h), straight into one buffer.
 *
 * A batch is begun, filled and ended; it is what one sendmsg carries and what the kernel applies whole or not at all.
 * The buffer grows; when memory is refused it stays failed and the batch must not be sent. One owner.
 */
#ifndef HG_LINKAGE_ENCODE_H
#define HG_LINKAGE_ENCODE_H

#include <netinet/in.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "linkage/policy/net.h"

/* Newer than the headers of Debian 12. */
#define HG_NFT_MSG_DESTROYSETELEM 30

#define HG_NFT_TABLE "hangu"

struct hg_nft_buf {
	uint8_t *p;
	size_t len, room;
	bool failed;
	const char *table; /* whose messages these are */
	uint32_t first_seq, seq;
	size_t message; /* where the one that is being written begins; SIZE_MAX: none */
};

void hg_nft_init(struct hg_nft_buf *b);
void hg_nft_fini(struct hg_nft_buf *b);
void hg_nft_clear(struct hg_nft_buf *b); /* keeps memory; numbers go on */

void hg_nft_batch_begin(struct hg_nft_buf *b);
void hg_nft_batch_end(struct hg_nft_buf *b); /* asks for an answer to the last message before it */

/* One message of family inet. */
void hg_nft_message(struct hg_nft_buf *b, unsigned type, unsigned flags, uint8_t family);
void hg_nft_message_end(struct hg_nft_buf *b);

void hg_nft_put(struct hg_nft_buf *b, unsigned attribute, const void *p, size_t len);
void hg_nft_put_text(struct hg_nft_buf *b, unsigned attribute, const char *text);
void hg_nft_put_u32(
	struct hg_nft_buf *b, unsigned attribute, uint32_t value); /* big-endian, as all of nf_tables */
void hg_nft_put_u64(struct hg_nft_buf *b, unsigned attribute, uint64_t value);
void hg_nft_put_comment(struct hg_nft_buf *b, unsigned attribute, unsigned kind, const char *text);
size_t hg_nft_nest(struct hg_nft_buf *b, unsigned attribute);
void hg_nft_nest_end(struct hg_nft_buf *b, size_t nest);

#endif
