/* ban: who is shut out, why, until when, and how far each target has got.
 *
 * A ban is an address or prefix with at most one lease of each origin; it holds while one of them lives, until the last
 * of them ends. When none lives it stays as long as a target still has it, and as long as an offence is remembered.
 * All bans lie in one pool with a cap. Owner: the one thread that decides.
 */
#ifndef HG_LINKAGE_BAN_H
#define HG_LINKAGE_BAN_H

#include "base/hash.h"
#include "base/pool.h"
#include "base/wheel.h"
#include "linkage/policy/admit.h"

#define HG_TARGETS 8
#define HG_FOREVER UINT64_MAX

struct hg_lease {
	uint64_t id;              /* 0: never was one */
	hg_time ends;             /* hg_clock(); 0: does not live; HG_FOREVER: until it is lifted */
	int64_t granted, expires; /* hg_wall(); expires 0: until it is lifted */
	uint32_t ttl;             /* seconds, of the last grant; 0: until it is lifted */
	uint32_t level;           /* offences before this one that are remembered */
	uint32_t targets;         /* a bit each */
	uint32_t gid, sid;
	uint64_t flow_id;
	char why[48]; /* the policy's rule, or the operator's words */
};

enum hg_binding_state { HG_BINDING_ABSENT, HG_BINDING_HELD, HG_BINDING_REFUSED };

struct hg_binding {
	uint32_t done; /* the ban's version that the target has confirmed */
	uint8_t state; /* enum hg_binding_state: what it has, as far as we know */
	bool queued;   /* stands in a lane */
	bool asked;    /* an order is with the driver */
	bool told;     /* the record that it is enforced has been written */
	uint8_t fails; /* in a row */
};

struct hg_ban {
	struct hg_net net;
	uint32_t next; /* in its hash chain: index + 1 */
	uint32_t version;
	struct hg_lease leases[HG_ORIGINS];
	struct hg_wheel_entry timer;
	hg_time seen;       /* when the alert was read; 0: not of an alert, or told already */
	hg_time remembered; /* the offence is forgotten then */
	struct hg_binding bindings[HG_TARGETS];
};

struct hg_bans {
	struct hg_pool pool;
	struct hg_hash_key key;
	uint32_t *heads; /* index + 1 */
	uint32_t mask;
};

int hg_bans_open(struct hg_bans *b, uint32_t cap, struct hg_error *err);
void hg_bans_close(struct hg_bans *b);
struct hg_ban *hg_bans_find(const struct hg_bans *b, const struct hg_net *net);
struct hg_ban *hg_bans_make(struct hg_bans *b, const struct hg_net *net); /* NULL: full */
void hg_bans_drop(struct hg_bans *b, struct hg_ban *ban);

/* One ban after the other, from an `at` of zeros on; NULL: there are no more. The one at hand may be dropped. */
struct hg_bans_at {
	uint32_t head, next;
};
struct hg_ban *hg_bans_walk(const struct hg_bans *b, struct hg_bans_at *at);

/* When the ban ends: the last of its leases; 0: none lives. */
hg_time hg_ban_ends(const struct hg_ban *ban);
bool hg_ban_wanted(const struct hg_ban *ban, unsigned target);
/* The lease that holds it longest; NULL: none lives. */
const struct hg_lease *hg_ban_lease(const struct hg_ban *ban);

#define HG_ID_TEXT 20
const char *hg_lease_id_text(uint64_t id, char *buf); /* "hl" and 14 hex digits */

#endif
