/* rewrite: other bytes in the payload of a packet that is sent on, its checksums mended.
 *
 * Changes the frame where it lies, so that whoever sends it sends the new bytes. What came in a tunnel or was put together
 * from fragments is a view of other frames, and is not changed. What was copied before (the stream) keeps the bytes as
 * they came: so will they when the sender repeats them.
 */
#ifndef HG_PACKET_REWRITE_H
#define HG_PACKET_REWRITE_H

#include "packet/packet.h"

/* `at` counts from the payload's begin, and all of bytes lies in it; false: this packet cannot be changed. */
bool hg_packet_rewrite(struct hg_packet *p, uint32_t at, struct hg_span bytes);

/* Behind the last change of a packet. */
void hg_packet_mend(struct hg_packet *p);

#endif
