#include "rules/keyword/keyword_int.h"

/* Words parted by blanks, in the order in which the peer reads them. Whatever type and scope say, it does one thing: the
 * transaction has no record. */
static int
config(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	static const char *const names[] = { "logging", "type", "scope" };

	for (unsigned i = 0; i < HG_COUNT(names); i++) {
		struct hg_span value = HG_SPAN_NONE, name;

		hg_part_take(&parts, &value);
		hg_word_take(&value, &name);
		if (!hg_span_eq(name, hg_span_str(names[i])) ||
			!(i == 0 ? hg_span_eq(value, HG_BYTES("disable"))
				 : hg_span_eq(value, HG_BYTES("tx")) || hg_span_eq(value, HG_BYTES("flow"))))
			return hg_draft_refuse(d, arg->column, "config is %s", k->syntax);
	}
	if (parts.more || arg->quoted)
		return hg_draft_refuse(d, arg->column, "config is %s", k->syntax);
	return hg_draft_post(d, HG_POST_UNLOGGED) == NULL ? d->error.code : 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "config",
		.kind = HG_KW_POST,
		.compile = config,
		.syntax = "logging disable, type tx|flow, scope tx|flow",
		.doc = "No record of the transaction is written; its files and alerts are. All types and "
		       "scopes do the same." },
};
HG_KEYWORDS(config, rows);
