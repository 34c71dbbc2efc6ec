/* class: classification.config, reference.config and threshold.config, line by line.
 *
 * Each *_next reads one line of its text: 1 and the structure; 0: no more; -EINVAL: a line that cannot be
 * read (err with file, line and column), go on with the next call. Spans live as long as the text.
 */
#ifndef HG_RULES_LANG_CLASS_H
#define HG_RULES_LANG_CLASS_H

#include "rules/lang/text.h"

/* config classification: bad-unknown,Potentially Bad Traffic, 2 */
struct hg_class {
	struct hg_span name, text;
	uint8_t priority; /* 0..255 */
};
int hg_class_next(struct hg_text *t, struct hg_class *out, struct hg_error *err);

/* config reference: cve http://cve.mitre.org/cgi-bin/cvename.cgi?name= */
struct hg_reference {
	struct hg_span name, url;
};
int hg_reference_next(struct hg_text *t, struct hg_reference *out, struct hg_error *err);

enum hg_limit_kind { HG_LIMIT_EVENT, HG_LIMIT_SUPPRESS, HG_LIMIT_RATE }; /* event_filter = threshold */
enum hg_limit_type { HG_LIMIT_LIMIT, HG_LIMIT_THRESHOLD, HG_LIMIT_BOTH };
enum hg_limit_track {
	HG_LIMIT_BY_NONE, /* of suppress: whatever the address */
	HG_LIMIT_BY_SRC,
	HG_LIMIT_BY_DST,
	HG_LIMIT_BY_EITHER, /* of suppress */
	HG_LIMIT_BY_BOTH,   /* the pair of addresses */
	HG_LIMIT_BY_RULE,
};
enum hg_limit_action { HG_LIMIT_ALERT, HG_LIMIT_DROP, HG_LIMIT_PASS, HG_LIMIT_REJECT };

/* event_filter gen_id 1, sig_id 0, type limit, track by_src, count 1, seconds 60
 * rate_filter  gen_id 1, sig_id 2, track by_rule, count 9, seconds 60, new_action drop, timeout 10
 * suppress     gen_id 1, sig_id 3, track by_src, ip [10.0.0.0/8,!10.0.0.1] */
struct hg_limit {
	enum hg_limit_kind kind;
	enum hg_limit_type type; /* event */
	enum hg_limit_track track;
	enum hg_limit_action new_action; /* rate */
	uint32_t gid, sid;               /* 0: all (sid of the gid; both 0: every rule) */
	uint32_t count, seconds;         /* event, rate */
	uint32_t timeout;                /* rate: seconds */
	struct hg_span ip;               /* suppress with track: an address list for hg_addrset_open */
	struct hg_span line;             /* for further errors: hg_text_blame */
};
int hg_limit_next(struct hg_text *t, struct hg_limit *out, struct hg_error *err);

#endif
