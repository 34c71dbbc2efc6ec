#include "rules/keyword/keyword_int.h"

static int
read_part(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct hg_ins *ins)
{
	static const char *const names[] = { "bytes", "offset", "relative" };
	struct hg_span rest = part, name;
	uint64_t n;
	int r;

	hg_word_take(&rest, &name);
	if (hg_span_eq(part, HG_BYTES("relative"))) {
		ins->flags |= HG_INS_RELATIVE;
		return 0;
	}
	if (hg_span_eq(name, HG_BYTES("bytes"))) {
		r = hg_arg_u64(d, arg, rest, 0, UINT32_MAX, &n);
		ins->base64.bytes = (uint32_t)n;
		return r;
	}
	if (hg_span_eq(name, HG_BYTES("offset"))) {
		r = hg_arg_u64(d, arg, rest, 0, UINT32_MAX, &n);
		ins->base64.offset = (uint32_t)n;
		return r;
	}
	hg_draft_refuse(d, hg_arg_column(arg, part), "base64_decode knows bytes, offset and relative");
	return HG_DRAFT_GUESS(d, name, names);
}

static int
decode(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins made = { .op = HG_OP_BASE64_DECODE }, *ins;
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part;

	(void)k;
	while (hg_part_take(&parts, &part)) {
		int r = read_part(d, arg, part, &made);

		if (r != 0)
			return r;
	}
	/* Also without `relative` it belongs to the buffer of the content before. */
	ins = hg_draft_list_add(d, hg_draft_list_relative(d, true), HG_OP_BASE64_DECODE);
	if (ins == NULL)
		return d->error.code;
	*ins = made;
	return 0;
}

static bool
has(const struct hg_draft_list *l, enum hg_op op)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->ins[i].op == op)
			return true;
	return false;
}

static int
data(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	for (uint16_t i = 0; i < d->n_lists; i++) {
		if (!has(&d->lists[i], HG_OP_BASE64_DECODE) || has(&d->lists[i], HG_OP_BASE64_DATA))
			continue;
		d->current = i;
		return hg_draft_list_add(d, &d->lists[i], HG_OP_BASE64_DATA) == NULL ? d->error.code : 0;
	}
	return hg_draft_refuse(d, arg->column, "base64_data needs a base64_decode before it");
}

static const struct hg_keyword rows[] = {
	{ .name = "base64_decode",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_OPTIONAL_ARG,
		.compile = decode,
		.syntax = "[bytes <n>][, offset <n>][, relative]",
		.doc = "What stands here decodes as base64." },
	{ .name = "base64_data",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NO_ARG,
		.compile = data,
		.syntax = "",
		.doc = "The contents that follow look into what base64_decode decoded." },
};
HG_KEYWORDS(base64, rows);
