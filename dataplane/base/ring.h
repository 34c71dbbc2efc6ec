/* ring: records from one producer thread to one consumer thread, without locks.
 *
 * Records of any length up to half the ring; each is contiguous. reserve gives NULL when there is no room: the
 * producer decides (live: count as lost; replay: wait). Sizes are powers of two, 4096 at least.
 */
#ifndef HG_BASE_RING_H
#define HG_BASE_RING_H

#include "base/error.h"
#include "base/span.h"

struct hg_ring;

int hg_ring_open(struct hg_ring **ret, size_t size, struct hg_error *err);
void hg_ring_close(struct hg_ring *r);

uint8_t *
hg_ring_reserve(struct hg_ring *r, size_t most);    /* producer: room for a record of at most `most` bytes */
void hg_ring_commit(struct hg_ring *r, size_t len); /* producer: the record has len bytes (0: none) */
struct hg_span hg_ring_peek(struct hg_ring *r); /* consumer: the oldest record, empty when there is none */
void hg_ring_release(struct hg_ring *r);        /* consumer: done with it */

#endif
