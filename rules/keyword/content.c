#include "rules/keyword/keyword_int.h"

int
hg_content_add(struct hg_draft *d, struct hg_draft_list *l, const struct hg_arg *arg)
{
	struct hg_ins *ins;
	uint8_t *bytes;
	size_t len = 0;

	if (!arg->quoted)
		return hg_draft_refuse(d, arg->column, "a pattern must stand in double quotes");
	if (arg->text.len == 0)
		return hg_draft_refuse(d, arg->column, "a pattern must not be empty");
	bytes = hg_draft_take(d, arg->text.len);
	if (bytes == NULL)
		return hg_draft_no_memory(d);
	if (hg_content_unescape(arg->text, bytes, &len, &d->error) != 0)
		return hg_draft_blame(d, arg, arg->text);
	if (len == 0)
		return hg_draft_refuse(d, arg->column, "a pattern must not be empty");
	if (len > HG_CONTENT_MAX)
		return hg_draft_refuse(d, arg->column, "a pattern of more than %d bytes", HG_CONTENT_MAX);
	ins = hg_draft_list_add(d, l, HG_OP_CONTENT);
	if (ins == NULL)
		return d->error.code;
	ins->content.bytes = bytes;
	ins->content.len = (uint32_t)len;
	if (arg->negated)
		ins->flags |= HG_INS_NEGATED;
	d->last_content = ins;
	return 0;
}

static int
content(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_draft_list *l = hg_draft_list(d);

	(void)k;
	if (l == NULL)
		return d->error.code;
	return hg_content_add(d, l, arg);
}

#define ISDATAAT_MAX 65535

/* Right behind a positive content, "nothing follows" is the same as ending there. */
static bool
ends_content(struct hg_draft *d, const struct hg_draft_list *l, const struct hg_ins *test)
{
	const uint32_t want = HG_INS_NEGATED | HG_INS_RELATIVE;
	const bool far = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_NOTHING_FOLLOWS);
	struct hg_ins *before;

	if ((test->flags & (want | HG_INS_VAR_VALUE)) != want || test->range.a != 1 || l->n == 0)
		return false;
	before = &l->ins[l->n - 1];
	while (far && l->buffer != NULL && before > l->ins && before->op != HG_OP_CONTENT &&
		before->op != HG_OP_PCRE)
		before--;
	if (before->op != HG_OP_CONTENT || before != d->last_content ||
		(before->flags & HG_INS_NEGATED && !far))
		return false;
	before->flags |= HG_INS_ENDS;
	return true;
}

static int
unknown_part(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part)
{
	static const char *const names[] = { "relative", "rawbytes" };

	hg_draft_refuse(d, hg_arg_column(arg, part), "isdataat knows relative and rawbytes only");
	return HG_DRAFT_GUESS(d, part, names);
}

static int
isdataat(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins test = { .op = HG_OP_ISDATAAT }, *ins;
	struct hg_span text = arg->text, part;
	struct hg_draft_list *l;
	struct hg_parts parts;
	int64_t n;
	bool var;
	int r;

	(void)k;
	if (hg_negation_take(&text) || arg->negated)
		test.flags |= HG_INS_NEGATED;
	parts = hg_parts_of(text, ',');
	if (!hg_part_take(&parts, &part))
		return hg_draft_refuse(d, arg->column, "isdataat needs a number");
	r = hg_arg_number_or_var(d, arg, part, 0, ISDATAAT_MAX, &n, &var);
	if (r != 0)
		return r;
	test.range.a = (uint64_t)n;
	if (var)
		test.flags |= HG_INS_VAR_VALUE;
	while (hg_part_take(&parts, &part)) {
		if (hg_span_eq(part, HG_BYTES("relative")))
			test.flags |= HG_INS_RELATIVE;
		else if (hg_span_eq(part, HG_BYTES("rawbytes")))
			test.flags |= HG_INS_RAW;
		else
			return unknown_part(d, arg, part);
	}
	l = hg_draft_list_relative(d, test.flags & HG_INS_RELATIVE);
	if (l == NULL)
		return d->error.code;
	if (ends_content(d, l, &test))
		return 0;
	ins = hg_draft_list_add(d, l, HG_OP_ISDATAAT);
	if (ins == NULL)
		return d->error.code;
	*ins = test;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "content",
		.kind = HG_KW_CONTENT,
		.compile = content,
		.syntax = "[!]\"<bytes>\"",
		.doc = "The bytes stand in the buffer chosen, or in the payload." },
	{ .name = "isdataat",
		.kind = HG_KW_CONTENT,
		.compile = isdataat,
		.syntax = "[!]<n|var>[,relative][,rawbytes]",
		.doc = "There are more than n bytes in the buffer, or n bytes behind the last match." },
};
HG_KEYWORDS(content, rows);
