/* address: address lists → sets of IPv4 and IPv6 ranges, and the question whether a packet's address is in
 * one.
 *
 * Semantics as Suricata: any, a.b.c.d, ::1, CIDR, a.b.c.d/255.255.0.0, a-b (inclusive), lists, '!', $VARS.
 * For each family alone: if only negated elements name it, it starts from all of the family; if none names
 * it, nothing of it is in the set. A negation of everything and a set that comes out empty are errors. A set
 * is immutable, one heap block, any thread may read it. Ranges are sorted, disjoint and do not touch.
 */
#ifndef HG_RULES_LANG_ADDRESS_H
#define HG_RULES_LANG_ADDRESS_H

#include "base/addr.h"
#include "rules/lang/list.h"

struct hg_addrset {
	uint32_t n4, n6; /* ranges */
	uint64_t hash;   /* of the ranges; equal sets have equal hashes */
	bool any;        /* both families whole */
	bool negated;    /* the text had a negated element (Suricata treats such rules differently) */
	const uint32_t *from4, *to4; /* host order, inclusive */
	const struct hg_addr *from6, *to6;
};

/* Column of an error counts from text; vars may be NULL. */
int hg_addrset_open(
	struct hg_addrset **ret, struct hg_span text, const struct hg_vars *vars, struct hg_error *err);
void hg_addrset_close(struct hg_addrset *s); /* NULL is fine */

bool hg_addrset_has4(const struct hg_addrset *s, uint32_t a);
bool hg_addrset_has6(const struct hg_addrset *s, const struct hg_addr *a);

/* family: 4 or 6. */
static inline bool
hg_addrset_has(const struct hg_addrset *s, const struct hg_addr *a, uint8_t family)
{
	if (s->any)
		return true;
	return family == 4 ? hg_addrset_has4(s, hg_addr_v4(a)) : hg_addrset_has6(s, a);
}

static inline bool
hg_addrset_is_any(const struct hg_addrset *s)
{
	return s->any;
}

/* The same addresses, however they were written; `negated` is not compared. */
bool hg_addrset_eq(const struct hg_addrset *a, const struct hg_addrset *b);

#endif
