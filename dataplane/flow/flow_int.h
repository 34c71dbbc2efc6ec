/* flow_int: the table behind flow.h, shared by the files of this folder. */
#ifndef HG_FLOW_FLOW_INT_H
#define HG_FLOW_FLOW_INT_H

#include "flow/flow.h"

#define FLOW_WAYS 8
#define FLOW_NOBODY UINT32_MAX

/* One cache line: eight tags and eight pool indices (+ 1; 0: free); what does not fit is chained by hg_flow.next. */
struct flow_bucket {
	uint16_t tag[FLOW_WAYS];
	uint32_t index[FLOW_WAYS];
	uint32_t more; /* index + 1 of the first flow of the chain */
	uint32_t pad[3];
} __attribute__((aligned(64)));

#define FLOW_EXPECTATIONS 4096
#define FLOW_EXPECT_BUCKETS 1024
#define FLOW_EXPECT_PAIR 10 /* of a client and a server */

struct flow_expectation {
	struct hg_expectation e;
	uint8_t *note; /* e.note, kept */
	uint16_t next; /* entry + 1, in its bucket or among the free ones */
	uint16_t bucket;
	bool used;
};

struct flow_expectations {
	struct flow_expectation entries[FLOW_EXPECTATIONS];
	uint16_t buckets[FLOW_EXPECT_BUCKETS];
	uint16_t free;  /* entry + 1 */
	uint16_t fresh; /* entries never used lie from here on */
	uint16_t hand;  /* where the search for outdated entries goes on */
	uint32_t used;
};

struct hg_flows {
	struct hg_flow_config config;
	struct hg_mem *mem; /* what expectations tell */
	struct hg_pool pool;
	struct flow_bucket *buckets;
	uint32_t mask;   /* buckets - 1 */
	uint32_t *turns; /* ring of pool indices of flows that were new, oldest at turn_tail */
	uint32_t turn_mask;
	uint32_t turn_head, turn_tail;
	uint32_t dying_head, dying_tail; /* index + 1, chained by next */
	uint32_t in_table;
	uint32_t sweep_hand; /* next bucket that emergency looks at */
	bool emergency, overloaded;
	hg_time now; /* of the newest packet */
	size_t mapped, buckets_mapped, turns_mapped, macs_mapped;
	struct hg_flow_macs *macs; /* by index of the flow; NULL: not wanted */
	struct hg_wheel wheel;
	bool wheel_running; /* it starts with the first packet's time */
	struct hg_flow_stats stats;
	struct flow_expectations expectations;
};

/* Where a packet belongs. */
struct flow_key_of {
	struct hg_flow_key key;
	uint8_t side;  /* which of key.addr sent it */
	bool may_make; /* else only an existing flow is looked for */
	bool embedded; /* an ICMP error: the key is that of the packet it complains about */
};

/* key.c: false: no flow for such packets. */
bool hg_flow_key_of(const struct hg_flow_config *c, const struct hg_packet *p, struct flow_key_of *out);
uint64_t hg_flow_key_hash(const struct hg_flow_config *c, const struct hg_flow_key *key);
unsigned hg_flow_key_part(const struct hg_flow_config *c, const struct hg_flow_key *key);

/* table.c */
void hg_flow_remove(struct hg_flows *t, struct hg_flow *f);

/* macs.c */
int hg_flow_macs_open(struct hg_flows *t, struct hg_error *err);
void hg_flow_macs_close(struct hg_flows *t);
void hg_flow_macs_note(struct hg_flows *t, const struct hg_flow *f, const struct hg_packet *p);
void hg_flow_macs_reverse(struct hg_flow *f);

/* expire.c */
bool hg_flow_expired(const struct hg_flows *t, const struct hg_flow *f, hg_time now);
void hg_flow_arm(struct hg_flows *t, struct hg_flow *f);
void hg_flow_hasten(struct hg_flow *f); /* its state has changed: it may end sooner than its timer says */
void hg_flow_let_die(struct hg_flows *t, struct hg_flow *f, enum hg_flow_end end);
bool hg_flow_make_room(struct hg_flows *t); /* before one more flow is made; false: none to be had */
void hg_flow_note_new(struct hg_flows *t, struct hg_flow *f);

/* expect.c */
void hg_flow_expectations_reset(struct hg_flows *t);
void hg_flow_expected_free(struct hg_flows *t, struct hg_flow *f);

static inline uint32_t
flow_index(const struct hg_flows *t, const struct hg_flow *f)
{
	return hg_pool_index(&t->pool, f);
}

static inline struct hg_flow *
flow_at(const struct hg_flows *t, uint32_t index)
{
	return hg_pool_at(&t->pool, index);
}

#endif
