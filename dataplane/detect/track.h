/* track: small state by (number, address pair) with an expiry: thresholds and xbits.
 *
 * A table of a fixed number of entries in buckets of eight; a full bucket gives up the entry that expires first and
 * counts it. Keyed hash, packet time, one owner thread.
 */
#ifndef HG_DETECT_TRACK_H
#define HG_DETECT_TRACK_H

#include "base/addr.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "packet/packet.h"
#include "rules/compile/snapshot.h"

struct hg_track_key {
	uint64_t id;
	struct hg_addr a, b; /* zero where the tracker does not use them */
	uint64_t family;
};

struct hg_track_entry {
	struct hg_track_key key;
	hg_time until;  /* 0: free */
	hg_time begin;  /* of the counting window */
	hg_time acting; /* rate_filter: since when the new action holds; 0: it does not */
	uint32_t count;
};

struct hg_track_table {
	struct hg_hash_key key;
	struct hg_track_entry *entries;
	uint32_t buckets;
	uint64_t evicted;
};

int hg_track_open(
	struct hg_track_table *t, uint32_t entries, const struct hg_hash_key *key, struct hg_error *err);
void hg_track_close(struct hg_track_table *t);
void hg_track_reset(struct hg_track_table *t);

/* The key of a packet for a tracker; both sides of a pair share one. */
struct hg_track_key hg_track_key_of(uint64_t id, enum hg_track track, const struct hg_packet *p);

/* Live at `now`, else NULL. */
struct hg_track_entry *hg_track_find(struct hg_track_table *t, const struct hg_track_key *key, hg_time now);
/* Found, or made anew with count 0 (until == 0 tells: the caller sets it). */
struct hg_track_entry *hg_track_make(struct hg_track_table *t, const struct hg_track_key *key, hg_time now);

#endif
