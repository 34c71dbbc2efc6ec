/* session: one conversation with nf_tables of a network namespace, question and answer, over libnl's socket. */
#ifndef HG_LINKAGE_SESSION_H
#define HG_LINKAGE_SESSION_H

#include "linkage/driver/nftables/ruleset.h"
#include "linkage/io/netns.h"

struct hg_nft_session {
	struct nl_sock *sock;
	struct hg_nft_buf buf; /* of the batch or question at hand */
	bool refreshes;        /* adding an element again sets its timeout anew (Linux 6.12) */
	bool destroys;         /* elements that may be absent can be deleted (Linux 6.3) */
	char said[128];        /* the kernel's words on the last failure */
};

int hg_nft_session_open(struct hg_nft_session *s, const char *netns, struct hg_error *err);
void hg_nft_session_close(struct hg_nft_session *s);

/* Ends the batch in s->buf, sends it and waits; 0, or -errno of its first failure: then nothing of it holds. */
int hg_nft_commit(struct hg_nft_session *s);

/* The number that the kernel gives each change of its tables; 0: no answer. */
uint32_t hg_nft_generation(struct hg_nft_session *s);

/* A number made of all handles of our table: another one when anything but elements was made anew; 0: not whole. */
uint64_t hg_nft_fingerprint(struct hg_nft_session *s);

/* Which of at most HG_NFT_READS elements the set lacks; -errno: no telling. */
#define HG_NFT_READS 100
int hg_nft_missing(
	struct hg_nft_session *s, enum hg_nft_set set, const struct hg_net *nets, unsigned n, bool *missing);

#endif
