/* match: decides a rule's program over one buffer, with the peer's backtracking (peer-semantics 3.1-3.5).
 *
 * Work is bounded twice: the instructions that a program may take on one buffer, as the peer counts them (steps_left), and
 * the work of all programs on one packet (work_left), in which a long search counts more than a short one. Behind either
 * limit a program does not match.
 * Recursion goes as deep as the program is long (bounded by the compiler), never as the input.
 */
#ifndef HG_DETECT_MATCH_H
#define HG_DETECT_MATCH_H

#include "rules/compile/snapshot.h"

#define HG_MATCH_BASE64 2048 /* bytes decoded at most */

/* A value that a group of a regular expression captured while its rule was looked at. A longer one is cut. */
#define HG_CAUGHT_MAX 16
#define HG_VAR_NAME 255 /* that traffic gives */
#define HG_VAR_VALUE 4096

struct hg_caught {
	uint16_t var; /* as in hg_ins */
	uint16_t name_len, len;
	uint8_t name[HG_VAR_NAME], value[HG_VAR_VALUE];
};

/* Contents of a rule that are to be replaced where they stand. */
#define HG_PLACES_MAX 16

struct hg_place {
	const struct hg_ins *ins;
	uint32_t at; /* in the buffer: of a packet, its payload */
};

/* A worker's matcher: what the programs of its rules need while they run. */
struct hg_matcher {
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	uint32_t steps_left, steps_limit;
	uint64_t work_left, work_limit; /* of the packet at hand; a unit is about a nanosecond */
	uint32_t pcre_limit;
	const struct hg_named_set *sets; /* of the rules */
	hg_time now;                     /* of the packet at hand */
	void (*wait)(
		void *arg); /* comes back when every earlier packet is done; NULL: nobody else is there */
	void *wait_arg;
	uint64_t sets_full;       /* values that a set had no room for */
	uint64_t over_budget;     /* programs that ran out of steps */
	uint64_t pcre_over;       /* expressions that ran into their own limits */
	struct hg_caught *caught; /* HG_CAUGHT_MAX */
	unsigned n_caught;        /* since the look at the rule began */
	uint64_t caught_cut; /* values that were cut, or that there was no room for, of the packet at hand */
	struct hg_place places[HG_PLACES_MAX];
	unsigned n_places; /* of the rule at hand */
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

/* Another packet: all its work is still to be had. */
static inline void
hg_match_begin(struct hg_matcher *m)
{
	m->work_left = m->work_limit;
	m->n_caught = m->n_places = 0;
}

/* Another rule: what the one before has captured or found is nobody's any more. */
static inline void
hg_match_forget(struct hg_matcher *m)
{
	m->n_caught = m->n_places = 0;
}

/* false: the packet has had its share, and nothing matches any more. */
static inline bool
hg_match_spend(struct hg_matcher *m, uint64_t work)
{
	if (work < m->work_left) {
		m->work_left -= work;
		return true;
	}
	m->work_left = 0;
	m->give_up = true;
	return false;
}

bool hg_match(struct hg_matcher *m, const struct hg_prog *prog, struct hg_span buffer, uint64_t offset,
	bool complete);

/* byte_*: the number at m's buffer; false: outside of it, or no digits. Advances nothing; *end: behind the field. */
bool hg_match_number(struct hg_matcher *m, const struct hg_ins *ins, uint64_t *value, size_t *end);
/* A regular expression over the subject, from `from` on: PCRE2's answer, PCRE2_ERROR_MATCHLIMIT as well when the packet's work
 * does not reach (regex.c). */
int hg_match_regex(struct hg_matcher *m, const struct hg_ins *ins, struct hg_span subject, size_t from);
/* Keeps what the groups of a match captured, of which `groups` were met: the last try of a rule counts. */
void hg_match_catch(struct hg_matcher *m, const struct hg_ins *ins, struct hg_span subject, unsigned groups);
/* dataset and datarep (sets.c). */
bool hg_match_set(struct hg_matcher *m, const struct hg_ins *ins);
bool hg_match_compare(uint8_t compare, uint64_t value, uint64_t a, uint64_t b);

#endif
