/* defrag: fragments into datagrams (RFC 791 3.2, RFC 8200 4.5); private to packet/.
 *
 * A datagram is kept by addresses, id, protocol (IPv4), VLANs, depth and tunnel until its last hole is filled, its
 * time is over, or room is needed: then the one that has been silent longest goes. Bytes lie in one block of their own
 * per datagram, and every unit of eight bytes knows which fragment brought it, so that an overlap is decided by
 * the policy of the destination's system whatever the order of arrival. Work is linear in the bytes received.
 */
#ifndef HG_PACKET_DEFRAG_H
#define HG_PACKET_DEFRAG_H

#include "base/pool.h"
#include "packet/layer.h"

struct hg_datagram;
struct hg_rebuilt;

struct hg_defrag {
	const struct hg_decode_config *config;
	struct hg_mem *mem;
	struct hg_pool datagrams, table; /* table: one element, the buckets */
	uint32_t *buckets;               /* index + 1 of the first datagram */
	uint32_t mask;
	uint32_t oldest, newest;    /* index + 1, by time of the last fragment */
	uint32_t frags;             /* held now, of all datagrams */
	size_t bytes;               /* blocks held now */
	struct hg_rebuilt *rebuilt; /* until recycle */
};

int hg_defrag_init(
	struct hg_defrag *f, const struct hg_decode_config *config, struct hg_mem *mem, struct hg_error *err);
void hg_defrag_fini(struct hg_defrag *f);
void hg_defrag_reset(struct hg_defrag *f);
void hg_defrag_recycle(struct hg_defrag *f);

/* A fragment whose IP header has been read; `datagram` is all of it from the IP header on. */
enum hg_layer hg_defrag_ipv4(struct hg_decoding *c, struct hg_span datagram);

/* A fragment's proto stays 44, as the peer has it. next_field: the byte that names the fragment header as next header; c->r stands behind that header. */
enum hg_layer hg_defrag_ipv6(
	struct hg_decoding *c, struct hg_span datagram, const uint8_t *next_field, uint8_t next, uint32_t id);

/* Who wins bytes that two fragments bring (peer-semantics 5.3; Novak 2005): offsets within the datagram. */
struct hg_extent {
	uint32_t from, to;
};

bool hg_defrag_new_wins(enum hg_os_policy policy, struct hg_extent fresh, struct hg_extent old);

#endif
