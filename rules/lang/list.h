/* list: the notation that address and port lists share: [a,!b,[c,d],$VAR].
 *
 * Lists are flat, as in Suricata: brackets only group, a '!' in front of a list or variable turns every element in
 * it, two turns cancel. Variables are looked up by the caller's function, which nests at most HG_LIST_DEPTH deep
 * together with the brackets (so a variable that names itself is an error).
 */
#ifndef HG_RULES_LANG_LIST_H
#define HG_RULES_LANG_LIST_H

#include "base/error.h"
#include "base/span.h"

#define HG_LIST_DEPTH 32

/* name without '$'; false: no such variable. The value must live until the call that asked returns. */
struct hg_vars {
	bool (*find)(const void *ctx, struct hg_span name, struct hg_span *value);
	const void *ctx;
};

/* One element, trimmed, neither empty nor a list. Returns 0, or an error whose column counts from element. */
typedef int (*hg_list_fn)(void *ctx, struct hg_span element, bool negated, struct hg_error *err);

/* Visits all elements. An error's column counts from text; one inside a variable's value has the column of the
 * variable in text. vars may be NULL. */
int hg_list_walk(
        struct hg_span text, const struct hg_vars *vars, hg_list_fn visit, void *ctx, struct hg_error *err);

#endif
