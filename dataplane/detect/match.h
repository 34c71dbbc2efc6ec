/* match: decides a rule's program over one buffer, with the peer's backtracking (peer-semantics 3.1-3.5).
 *
 * Work is bounded: every step of every retry counts against `steps`; at the limit the program does not match.
 * Recursion goes as deep as the program is long (bounded by the compiler), never as the input.
 */
#ifndef HG_DETECT_MATCH_H
#define HG_DETECT_MATCH_H

#include "rules/compile/snapshot.h"

#define HG_MATCH_STEPS 3000  /* detect.inspection-recursion-limit of the peer */
#define HG_MATCH_BASE64 2048 /* bytes decoded at most */

/* A worker's matcher: what the programs of its rules need while they run. */
struct hg_matcher {
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	uint32_t steps_left, steps_limit;
	const struct hg_named_set *sets; /* of the rules */
	hg_time now;                     /* of the packet at hand */
	void (*wait)(
		void *arg); /* comes back when every earlier packet is done; NULL: nobody else is there */
	void *wait_arg;
	uint64_t sets_full;   /* values that a set had no room for */
	uint64_t over_budget; /* programs that ran out of steps */
	uint64_t vars[HG_VARS];
	bool give_up;
	size_t pos; /* end of the last match */
	/* the buffer at hand */
	struct hg_span buffer;
	uint64_t offset;    /* of the buffer in the whole: growing buffers */
	bool complete;      /* the buffer reaches the end of the whole */
	bool little_endian; /* of the DCERPC request at hand */
	uint8_t base64[HG_MATCH_BASE64];
	size_t base64_len;
};

bool hg_match(struct hg_matcher *m, const struct hg_prog *prog, struct hg_span buffer, uint64_t offset,
	bool complete);

/* byte_*: the number at m's buffer; false: outside of it, or no digits. Advances nothing; *end: behind the field. */
bool hg_match_number(struct hg_matcher *m, const struct hg_ins *ins, uint64_t *value, size_t *end);
/* dataset and datarep (sets.c). */
bool hg_match_set(struct hg_matcher *m, const struct hg_ins *ins);
bool hg_match_compare(uint8_t compare, uint64_t value, uint64_t a, uint64_t b);

#endif
