/* defrag: fragments into datagrams; private to packet/. */
#ifndef HG_PACKET_DEFRAG_H
#define HG_PACKET_DEFRAG_H

#include "packet/layer.h"

/* A fragment whose IP header has been read; `datagram` is all of it from the IP header on. */
enum hg_layer hg_defrag_ipv4(struct hg_decoding *c, struct hg_span datagram);

/* next_field: the byte that names the fragment header as next header; c->r stands behind that header. */
enum hg_layer hg_defrag_ipv6(struct hg_decoding *c, struct hg_span datagram, const uint8_t *next_field, uint32_t id);

#endif
