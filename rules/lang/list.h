/* list: the notation that address and port lists share, [a,!b,[c,d],$VAR], evaluated to ranges.  As in
 * Suricata: brackets in a list only group; a negated list is evaluated by itself, then taken away; a '!'
 * counts twice as none. Where only negated elements name a space, the whole space is what they are taken
 * from; a list that leaves nothing is an error. Variables are looked up by the caller's function; lists
 * and variables nest at most HG_LIST_DEPTH deep, so a variable that names itself is an error. */
#ifndef HG_RULES_LANG_LIST_H
#define HG_RULES_LANG_LIST_H

#include "base/error.h"
#include "base/span.h"

#define HG_LIST_DEPTH 32
#define HG_LIST_RANGES_MAX 1000000 /* elements after variables are put in; more is an error */

/* name without '$'; false: no such variable. The value must live until the call that asked returns. */
struct hg_vars {
	bool (*find)(const void *ctx, struct hg_span name, struct hg_span *value);
	const void *ctx;
	/* The variable of the nearest name, or NULL; the function may be NULL. */
	const char *(*nearest)(const void *ctx, struct hg_span name);
};

typedef unsigned __int128 hg_number128;

struct hg_range {
	hg_number128 from, to; /* inclusive */
};

struct hg_ranges {
	struct hg_range *v; /* start-up heap */
	size_t n, room;
};

/* Addresses have two spaces (IPv4, IPv6), ports one. */
#define HG_LIST_SPACES 2

struct hg_list_kind {
	const char *noun; /* "address", for errors */
	unsigned spaces;
	hg_number128 last[HG_LIST_SPACES]; /* the highest value of each space */
	/* One element, trimmed, not empty: adds its ranges. An error's column counts from element. */
	int (*element)(struct hg_span element, struct hg_ranges out[HG_LIST_SPACES], struct hg_error *err);
};

int hg_ranges_add(struct hg_ranges *r, hg_number128 from, hg_number128 to, struct hg_error *err);

/* Sorted ranges that neither overlap nor touch; *negated: a '!' was there. An error's column counts from
 * text; one in a variable's value has the column of the variable. vars may be NULL. The caller frees
 * out[].v, also after an error. */
int hg_list_eval(struct hg_span text, const struct hg_vars *vars, const struct hg_list_kind *kind,
	struct hg_ranges out[HG_LIST_SPACES], bool *negated, struct hg_error *err);

#endif
