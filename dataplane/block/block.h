/* block: who is shut out. Each worker has a replica of the table and asks it before any other work on a packet.
 *
 * An entry names an address, a prefix or a connection (5-tuple, both directions), on all links or within one VLAN or one
 * virtual network, until a time. Entries of one form (family, prefix length, scope) are hashed together; a look-up asks
 * once for each form in use (tuple space search; Srinivasan, Suri and Varghese 1999) and touches one cache line a question
 * when the answer is no, which then holds for all its flow. The numbers of entries are given by the ledger (ledger.h), which is the one to change replicas.
 * One thread a replica; only hits may be read by another.
 */
#ifndef HG_BLOCK_BLOCK_H
#define HG_BLOCK_BLOCK_H

#include "base/hash.h"
#include "packet/packet.h"

#define HG_BLOCK_FORMS 64 /* forms in use at a time */
#define HG_BLOCK_NONE UINT32_MAX

enum hg_block_scope { HG_BLOCK_ALL, HG_BLOCK_VLAN, HG_BLOCK_VNI };

/* What is shut out. Zero where nothing is said, so that equal ones are equal as bytes. */
struct hg_block_match {
	uint8_t family;    /* 4 or 6 */
	uint8_t bits;      /* of the prefix; all of them: one address. 0 with a tuple */
	uint8_t scope;     /* enum hg_block_scope */
	uint8_t proto;     /* not 0: a connection */
	uint32_t scope_id; /* VLAN id, or VNI */
	struct hg_addr a,
		b; /* masked; b only with a tuple: the two ends, the lower (address, then port) first */
	uint16_t port_a, port_b;
	uint32_t pad;
};

/* Puts the ends of a connection in order, and masks a prefix. */
void hg_block_canonical(struct hg_block_match *m);

struct hg_block;

/* capacity: entries; memory is used as they come. */
int
hg_block_open(struct hg_block **ret, uint32_t capacity, const struct hg_hash_key *key, struct hg_error *err);
void hg_block_close(struct hg_block *b); /* b may be NULL */

/* number < capacity; one in use is given another match. until 0: for good. false: too many forms. */
bool hg_block_put(struct hg_block *b, uint32_t number, const struct hg_block_match *m, hg_time until);
void hg_block_until(struct hg_block *b, uint32_t number, hg_time until);
void hg_block_drop(struct hg_block *b, uint32_t number);

/* The number of an entry with exactly this match; HG_BLOCK_NONE. m is canonical. */
uint32_t hg_block_find(const struct hg_block *b, const struct hg_block_match *m);

uint32_t hg_block_count(const struct hg_block *b);

/* Marks the packets of a burst that an entry shuts out (HG_PKT_BLOCKED, and HG_PKT_BLOCK_FIRST if it is the entry's first).
 * Behind hg_flow_look(): p->flow is NULL or a guess. The flow keeps a no until the table shuts out more (time does not step back); where entries
 * of a VLAN or VNI are in use each packet is asked, since flows need not tell these apart. */
void hg_block_look(struct hg_block *b, struct hg_packet *packets, unsigned n);

/* Packets that the entry has shut out here. Any thread. */
uint64_t hg_block_hits(const struct hg_block *b, uint32_t number);
uint64_t hg_block_all_hits(const struct hg_block *b);

#endif
