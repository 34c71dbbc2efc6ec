/* reply: frames of our own that end a conversation: a TCP reset, or an ICMP error for everything else.
 *
 * Made of the packet that is rejected, through all that is round it: the same VLANs, PPPoE session and tunnels, addresses
 * turned round when it goes back to the sender (RFC 9293 3.10.7, RFC 792, RFC 4443 2.4). Nothing answers an ICMP error, a
 * broadcast or a fragment.
 */
#ifndef HG_PACKET_REPLY_H
#define HG_PACKET_REPLY_H

#include "packet/packet.h"

#define HG_REPLY_MAX 1024

/* Writes into buf; an empty span: this packet is not to be answered, or what is round it is not understood. */
struct hg_span hg_reply(const struct hg_packet *p, bool to_sender, uint8_t buf[HG_REPLY_MAX]);

#endif
