/* steer: which worker a frame belongs to, before it is decoded.
 *
 * Frames of a flow, in both directions, and fragments of its datagrams give the same number: it is made of the pair of
 * addresses, the innermost that can be reached without putting fragments together, so that one tunnel does not burden one
 * worker alone. Keyed, so that nobody can aim at a worker. Frames without addresses give 0. Bounded, no state.
 */
#ifndef HG_PACKET_STEER_H
#define HG_PACKET_STEER_H

#include "packet/packet.h"

/* config: ports of tunnels. */
uint32_t hg_steer(const struct hg_decode_config *config, struct hg_span frame);

#endif
