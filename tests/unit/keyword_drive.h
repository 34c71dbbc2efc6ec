/* keyword_drive: the options of one rule into a draft, and a draft as text. */
#ifndef HG_TESTS_KEYWORD_DRIVE_H
#define HG_TESTS_KEYWORD_DRIVE_H

#include "rules/keyword/keyword.h"

struct keyword_rule {
	struct hg_draft draft;
	struct hg_draft_shared shared;
	void **blocks; /* what the draft took */
	size_t n_blocks;
};

/* Compiles "options" of a rule on `protocol` under compat suricata7; 0, or the refusal in rule->draft.error, whose column counts from the
 * options. A sid is added. */
int keyword_rule_open(struct keyword_rule *rule, const char *protocol, const char *options);
/* The same under compat native. */
int keyword_rule_open_native(struct keyword_rule *rule, const char *protocol, const char *options);
void keyword_rule_close(struct keyword_rule *rule);

/* Every list of the draft as "buffer[instruction, …]", parted by blanks; lives until the next call. */
const char *keyword_rule_lists(const struct keyword_rule *rule);
/* Tests and posts: "op mode compare a b" each. */
const char *keyword_rule_tests(const struct keyword_rule *rule);

#endif
