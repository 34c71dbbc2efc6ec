/* layer: what a decoder of one layer is; private to packet/.
 *
 * A layer is a function and a row of the table in decode.c. It reads its header from c->r, fills the packet, narrows
 * c->r to what it carries and names the layer behind it. A tunnel or a rebuilt datagram is not decoded in place: it
 * is left in c->follow and becomes the next packet of the frame.
 */
#ifndef HG_PACKET_LAYER_H
#define HG_PACKET_LAYER_H

#include "base/reader.h"
#include "packet/packet.h"

enum hg_layer {
	HG_LAYER_DONE,   /* nothing behind it that we know */
	HG_LAYER_FAILED, /* the header is unusable: an inner packet that fails so is not a packet at all */
	HG_LAYER_ETHER,
	HG_LAYER_VLAN,
	HG_LAYER_PBB, /* 802.1ah */
	HG_LAYER_VNTAG,
	HG_LAYER_DCE,
	HG_LAYER_ARP,
	HG_LAYER_MPLS,
	HG_LAYER_PPPOE_DISCOVERY,
	HG_LAYER_PPPOE_SESSION,
	HG_LAYER_PPP,
	HG_LAYER_NSH,
	HG_LAYER_RAW,
	HG_LAYER_NULL, /* family in the capturing host's byte order */
	HG_LAYER_LOOP, /* family in network order */
	HG_LAYER_SLL,
	HG_LAYER_SLL2,
	HG_LAYER_CHDLC,
	HG_LAYER_IPV4,
	HG_LAYER_IPV6,
	HG_LAYER_TCP,
	HG_LAYER_UDP,
	HG_LAYER_SCTP,
	HG_LAYER_ICMP,
	HG_LAYER_ICMPV6,
	HG_LAYER_ESP,
	HG_LAYER_GRE,
	HG_LAYER_ERSPAN, /* type II; type I is bare Ethernet */
	HG_LAYERS
};

/* The packet that comes out of this one; layer HG_LAYER_DONE: none. */
struct hg_follow {
	struct hg_span bytes;
	uint32_t at;   /* where in bytes the layer begins */
	uint16_t link; /* of bytes; 0: the one that begins with the layer */
	enum hg_layer layer;
	enum hg_packet_origin origin;
	uint32_t tunnel_id;
	bool strict; /* not a packet when anything in it makes it invalid (Teredo is only a guess) */
};

struct hg_decoding {
	struct hg_reader r; /* begin is the packet's first byte */
	struct hg_packet *pkt;
	struct hg_decode *d;
	struct hg_decode_stats *stats;
	struct hg_follow follow;
	uint8_t layers; /* counted against max_layers, outer packets included */
	bool stands;    /* whatever comes now, an inner packet is one */
	bool malformed; /* an event was raised that makes the packet invalid for the peer's counters */
};

/* An anomaly that does not make the packet invalid. */
static inline void
hg_layer_note(struct hg_decoding *c, enum hg_event e)
{
	hg_event_raise_each(&c->pkt->events, e);
}

/* An anomaly that does; decoding may go on. */
static inline void
hg_layer_bad(struct hg_decoding *c, enum hg_event e)
{
	hg_event_raise_each(&c->pkt->events, e);
	c->malformed = true;
}

static inline enum hg_layer
hg_layer_fail(struct hg_decoding *c, enum hg_event e)
{
	hg_layer_bad(c, e);
	return HG_LAYER_FAILED;
}

/* An upper header that cannot be read: the IP packet stands, l4 stays 0. */
static inline enum hg_layer
hg_layer_no_upper(struct hg_decoding *c, enum hg_event e)
{
	hg_layer_bad(c, e);
	return HG_LAYER_DONE;
}

/* Offset of the reader in the packet. */
static inline uint32_t
hg_layer_at(const struct hg_decoding *c)
{
	return (uint32_t)hg_reader_offset(&c->r);
}

static inline uint16_t
hg_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
hg_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Leaves `bytes` as the next packet of the frame. */
enum hg_layer hg_layer_follow(struct hg_decoding *c, struct hg_follow follow);

/* The layer of an Ethernet type; HG_LAYER_DONE: not known. A known type makes the packet stand: a failure behind it is
 * an event of this packet. */
enum hg_layer hg_layer_behind_type(struct hg_decoding *c, uint16_t type);
enum hg_layer hg_layer_of_ethertype(uint16_t type);

/* The upper header begins at the reader: l4, its length, and the payload behind it. */
static inline void
hg_layer_upper(struct hg_decoding *c, uint32_t l4, uint16_t header, size_t payload)
{
	struct hg_packet *p = c->pkt;

	p->l4 = l4;
	p->l4_len = header;
	p->payload = l4 + header;
	p->payload_len = (uint32_t)payload;
}

enum hg_layer hg_layer_ether(struct hg_decoding *c);
enum hg_layer hg_layer_vlan(struct hg_decoding *c);
enum hg_layer hg_layer_pbb(struct hg_decoding *c);
enum hg_layer hg_layer_vntag(struct hg_decoding *c);
enum hg_layer hg_layer_dce(struct hg_decoding *c);
enum hg_layer hg_layer_arp(struct hg_decoding *c);
enum hg_layer hg_layer_mpls(struct hg_decoding *c);
enum hg_layer hg_layer_pppoe_discovery(struct hg_decoding *c);
enum hg_layer hg_layer_pppoe_session(struct hg_decoding *c);
enum hg_layer hg_layer_ppp(struct hg_decoding *c);
enum hg_layer hg_layer_nsh(struct hg_decoding *c);
enum hg_layer hg_layer_raw(struct hg_decoding *c);
enum hg_layer hg_layer_null(struct hg_decoding *c);
enum hg_layer hg_layer_loop(struct hg_decoding *c);
enum hg_layer hg_layer_sll(struct hg_decoding *c);
enum hg_layer hg_layer_sll2(struct hg_decoding *c);
enum hg_layer hg_layer_chdlc(struct hg_decoding *c);
enum hg_layer hg_layer_ipv4(struct hg_decoding *c);
enum hg_layer hg_layer_ipv6(struct hg_decoding *c);
enum hg_layer hg_layer_tcp(struct hg_decoding *c);
enum hg_layer hg_layer_udp(struct hg_decoding *c);
enum hg_layer hg_layer_sctp(struct hg_decoding *c);
enum hg_layer hg_layer_icmp(struct hg_decoding *c);
enum hg_layer hg_layer_icmpv6(struct hg_decoding *c);
enum hg_layer hg_layer_esp(struct hg_decoding *c);
enum hg_layer hg_layer_gre(struct hg_decoding *c);
enum hg_layer hg_layer_erspan(struct hg_decoding *c);

/* Tunnels over UDP ports: the packet stays a UDP packet, its payload may be one more. */
void hg_tunnel_over_udp(struct hg_decoding *c, const struct hg_decode_config *config);

/* Options of an IPv4 header; fills ipopts. false: their lengths do not add up, no host takes such a packet. */
bool hg_ipv4_options(struct hg_decoding *c, struct hg_span options);

/* Walks extension headers from `next` on; returns the layer behind them. */
enum hg_layer hg_ipv6_extensions(struct hg_decoding *c, uint8_t next);

/* What stands behind an IPv6 header without extension headers left. */
enum hg_layer hg_ipv6_upper(struct hg_decoding *c, uint8_t next);

const struct hg_decode_config *hg_decode_config_of(const struct hg_decode *d);

#endif
