/* segments: which stretches of a direction came in one packet, and whose bytes win where two of them overlap.
 *
 * A record a packet as long as its bytes are held; sorted by begin, then by length. In order a record is appended at the
 * end and dropped at the front; a stray one moves the shorter half. When there are too many, neighbours that touch are
 * taken for one.
 */
#ifndef HG_STREAM_SEGMENTS_H
#define HG_STREAM_SEGMENTS_H

#include "base/mem.h"

struct hg_segment {
	uint32_t at; /* low half of the offset: compared by distance (seq.h) */
	uint16_t len;
};

struct hg_segments {
	struct hg_segment *rows;
	uint32_t room;
	uint16_t head, n;
	uint64_t end; /* behind the last byte of them all */
};

/* Answers of a target to an overlap (peer-semantics 5.2). */
enum hg_overlap { HG_KEEP_OLD, HG_TAKE_NEW };

/* os is an enum hg_os_policy; old and new are offsets [begin, end) that overlap. */
enum hg_overlap hg_overlap_answer(uint8_t os, const uint64_t old[2], const uint64_t new[2]);

bool hg_segments_add(struct hg_segments *s, struct hg_mem *mem, uint64_t offset, uint32_t len);
/* Forgets those that end at or in front of offset. */
void hg_segments_drop(struct hg_segments *s, uint64_t offset);
void hg_segments_free(struct hg_segments *s, struct hg_mem *mem);

/* Record i as offsets, near to an offset that is known. */
void hg_segment_get(const struct hg_segments *s, uint32_t i, uint64_t near, uint64_t out[2]);
/* The first record that may reach behind offset. */
uint32_t hg_segments_reach(const struct hg_segments *s, uint64_t offset);
/* The same as the peer finds it: backwards from where a new record belongs, until one ends in front of it. */
uint32_t hg_segments_seen(const struct hg_segments *s, uint64_t offset, uint32_t len);

#endif
