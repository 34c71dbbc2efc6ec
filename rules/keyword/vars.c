#include "rules/keyword/keyword_int.h"

#include "rules/lang/content.h"

/* "name,pattern"; the pattern in double quotes or not. */
static int
read_pattern(
	struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_ins *ins, int *id)
{
	const size_t comma = hg_span_find(arg->text, 0, ',');
	const struct hg_span name = hg_span_sub(arg->text, 0, comma);
	struct hg_span text = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(arg->text, comma + 1);
	size_t len = 0;
	uint8_t *bytes;

	if (text.len >= 2 && text.p[0] == '"' && text.p[text.len - 1] == '"')
		text = hg_span_sub(text, 1, text.len - 2);
	if (name.len == 0 || text.len == 0)
		return hg_draft_refuse(d, arg->column, "%s is %s", k->name, k->syntax);
	bytes = hg_draft_take(d, text.len);
	if (bytes == NULL)
		return hg_draft_no_memory(d);
	if (hg_content_unescape(text, bytes, &len, &d->error) != 0)
		return hg_draft_blame(d, arg, text);
	if (len == 0)
		return hg_draft_refuse(d, hg_arg_column(arg, text), "a pattern must not be empty");
	ins->content.bytes = bytes;
	ins->content.len = (uint32_t)len;
	*id = hg_names_id(d, &d->shared->vars, name);
	return *id < 0 ? *id : 0;
}

static int
variable(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = hg_draft_take(d, sizeof(*ins));
	struct hg_test *t;
	int id = 0, r;

	if (ins == NULL)
		return hg_draft_no_memory(d);
	r = read_pattern(d, k, arg, ins, &id);
	if (r != 0)
		return r;
	t = hg_draft_test(d, strcmp(k->name, "flowvar") == 0 ? HG_TEST_FLOWVAR : HG_TEST_PKTVAR);
	if (t == NULL)
		return d->error.code;
	t->a = (uint64_t)id;
	t->n = 1;
	t->ins = ins;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "flowvar",
		.kind = HG_KW_TEST,
		.compile = variable,
		.syntax = "<name>,\"<bytes>\"",
		.doc = "The bytes stand in what pcre has captured as this variable of the flow." },
	{ .name = "pktvar",
		.kind = HG_KW_TEST,
		.compile = variable,
		.syntax = "<name>,\"<bytes>\"",
		.doc = "The same of a variable of the packet." },
};
HG_KEYWORDS(vars, rows);
