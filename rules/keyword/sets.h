/* sets: what the files of sets share: what a rule or the configuration says of a set, and the sets of a rule set. */
#ifndef HG_RULES_KEYWORD_SETS_H
#define HG_RULES_KEYWORD_SETS_H

#include "rules/keyword/keyword_int.h"

#define HG_SET_PATH 4096

/* What a keyword or the configuration says of a set. */
struct hg_set_spec {
	struct hg_span name;
	bool typed;
	enum hg_set_type type;
	char load[HG_SET_PATH], save[HG_SET_PATH]; /* "": none */
	bool may_lack;                             /* load: a file that is not there is an empty one */
	uint64_t memory, ttl;                      /* ttl: seconds; 0: for ever */
};

/* set_option.c: one option of a keyword; the path of a rule's file */
int hg_set_option(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct hg_set_spec *s);
int hg_set_check_path(struct hg_draft *d, const struct hg_arg *arg, struct hg_span path);
const char *hg_set_folder(const struct hg_draft *d); /* where data lies */
void hg_set_join(char out[HG_SET_PATH], const char *folder, size_t len, struct hg_span path);

/* set_config.c: what the keyword leaves open */
void hg_set_configured(const struct hg_draft *d, struct hg_set_spec *s);

/* set_name.c: the index of the set, made when needed; -errno: refused */
int hg_set_named(struct hg_draft *d, const struct hg_arg *arg, struct hg_set_spec *s);

#endif
