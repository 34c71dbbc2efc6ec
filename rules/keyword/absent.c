#include "rules/keyword/keyword_int.h"

/* absent, of Suricata 8: what is not there is what the rule looks for. */

static int
absent(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const bool or_else = hg_span_eq(arg->text, HG_BYTES("or_else"));
	struct hg_buffer_info info;
	struct hg_ins *ins;

	(void)k;
	if (arg->text.len > 0 && !or_else)
		return hg_draft_refuse(d, arg->column, "\"absent\" takes \"or_else\", or nothing");
	if (!hg_draft_sticky(d))
		return hg_draft_refuse(d, arg->column, "\"absent\" needs a buffer: name one before it");
	if (hg_buffer_info(d, d->lists[d->current].buffer, &info) && info.flags & HG_BUFFER_FRAME)
		return hg_draft_refuse(d, arg->column, "nobody knows of a frame that it will not come");
	ins = hg_draft_ins(d, HG_OP_ABSENT);
	if (ins == NULL)
		return d->error.code;
	ins->or_else = or_else;
	return 0;
}

int
hg_absent_check(struct hg_draft *d, const struct hg_draft_list *l)
{
	for (uint16_t i = 0; i < l->n; i++) {
		if (l->ins[i].op != HG_OP_ABSENT)
			continue;
		d->blamed = l->options[i];
		if (!l->ins[i].or_else && l->n > 1)
			return hg_draft_refuse(d, 0,
				"a buffer that must be absent has nothing to look into: take \"absent: "
				"or_else\", or only \"absent\"");
		if (l->ins[i].or_else && l->n == 1)
			return hg_draft_refuse(
				d, 0, "\"absent: or_else\" needs something else to ask of the buffer");
		if (d->fast.set && &d->lists[d->fast.list] == l)
			return hg_draft_refuse(d, 0,
				"the fast_pattern cannot stand in a buffer that may be absent: set it in "
				"another one");
	}
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "absent",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_OPTIONAL_ARG,
		.compile = absent,
		.syntax = "[or_else]",
		.doc = "The transaction has no such buffer; with or_else it has none, or the tests over it "
		       "match." },
};
HG_KEYWORDS(absent, rows);
