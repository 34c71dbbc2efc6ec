/* action: the verbs of rules. */
#ifndef HG_RULES_LANG_ACTION_H
#define HG_RULES_LANG_ACTION_H

enum hg_action {
	HG_ACTION_ALERT,
	HG_ACTION_PASS,
	HG_ACTION_DROP,
	HG_ACTION_REJECT, /* reject and rejectsrc */
	HG_ACTION_REJECT_DST,
	HG_ACTION_REJECT_BOTH,
	HG_ACTION_CONFIG,
};

const char *hg_action_name(enum hg_action a);

#endif
