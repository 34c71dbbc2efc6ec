/* rule: the text of one Suricata 7 rule → syntax tree.
 *
 * Only the shape is read here: header fields and options as spans of the text, nothing is looked up. A rule
 * lives as long as its text. Errors concern one rule; the caller collects them and asks for the next.
 */
#ifndef HG_RULES_LANG_RULE_H
#define HG_RULES_LANG_RULE_H

#include "rules/lang/action.h"
#include "rules/lang/text.h"

#define HG_RULE_OPTIONS_MAX 4096

struct hg_rule_option {
	struct hg_span name;  /* trimmed, as written */
	struct hg_span value; /* raw: with quotes, escapes and a leading '!'; trimmed */
	bool has_value;       /* a ':' was there; value may still be empty */
};

struct hg_rule_text {
	const struct hg_text *text;
	struct hg_span raw; /* the whole rule, joined, trimmed */
	uint32_t line;      /* where it begins */
	enum hg_action action;
	bool both_ways; /* <> instead of -> */
	struct hg_span protocol;
	struct hg_span src, src_port, dst, dst_port; /* address and port lists, raw */
	struct hg_rule_option *options;
	uint32_t n; /* of options */
};

/* The next rule of the text: 1 and *rule; 0: no more; -EINVAL: a rule that cannot be read (err says
 * where), go on with the next call; *rule then is NULL unless its options could be read; -ENOMEM. */
int hg_rule_next(struct hg_text *t, struct hg_rule_text **rule, struct hg_error *err);

/* An option as it is written, from its name to the end of its value. */
static inline struct hg_span
hg_rule_option_text(const struct hg_rule_option *o)
{
	return hg_span(
		o->name.p, o->value.len == 0 ? o->name.len : (size_t)(o->value.p + o->value.len - o->name.p));
}

/* The first option of that name, NULL when there is none. */
const struct hg_rule_option *hg_rule_find(const struct hg_rule_text *r, struct hg_span name);

/* An error about `part` of the rule (a span of its text): fills sentence, file, line and column; returns
 * -EINVAL. */
int hg_rule_error(const struct hg_rule_text *r, struct hg_span part, struct hg_error *err, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/* Gives an error that a parser of a part left (see hg_text_blame) its place in the file. Returns
 * err->code. */
int hg_rule_blame(const struct hg_rule_text *r, struct hg_span part, struct hg_error *err);

#endif
