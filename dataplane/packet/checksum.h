/* checksum: the internet checksum (RFC 1071) of a decoded packet.
 *
 * Decode asks only when the configuration says so; rules on checksums (ipv4-csum and its relatives) ask here for the
 * packets they look at. A UDP checksum of 0 over IPv4 means "not computed" and is right.
 */
#ifndef HG_PACKET_CHECKSUM_H
#define HG_PACKET_CHECKSUM_H

#include "packet/packet.h"

/* Of the IPv4 header; true for anything else. */
bool hg_checksum_l3_ok(const struct hg_packet *p);

/* Of TCP, UDP, ICMP or ICMPv6; true for anything else and for packets without an upper header. */
bool hg_checksum_l4_ok(const struct hg_packet *p);

/* The one that the upper header wants when its field is 0, as it lies in memory. */
uint16_t hg_checksum_l4(const struct hg_packet *p);

/* Of TCP or UDP, not right: is it what a sender writes that leaves the rest to its network card, the sum of the pseudo header alone? */
bool hg_checksum_l4_unfinished(const struct hg_packet *p);

/* The folded complement over the bytes: 0 when they contain a right checksum. */
uint16_t hg_checksum(struct hg_span bytes);

#endif
