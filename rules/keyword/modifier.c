#include "rules/keyword/keyword_int.h"

#define DISTANCE_MAX (1 << 20) /* within too */

static struct hg_ins *
last(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	if (d->last_content == NULL)
		hg_draft_refuse(d, arg->column, "\"%s\" needs a content before it", k->name);
	return d->last_content;
}

/* What cannot stand together on one content. */
static int
clash(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, const struct hg_ins *ins,
	uint32_t with)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ HG_INS_STARTS, "startswith" },
		{ HG_INS_OFFSET, "offset" },
		{ HG_INS_DEPTH, "depth" },
		{ HG_INS_DISTANCE, "distance" },
		{ HG_INS_WITHIN, "within" },
		{ HG_INS_NOCASE, "nocase" },
	};

	for (unsigned i = 0; i < HG_COUNT(names); i++) {
		if (!(ins->flags & with & names[i].flag))
			continue;
		if (strcmp(names[i].name, k->name) == 0)
			return hg_draft_refuse(d, arg->column, "\"%s\" stands twice on one content", k->name);
		return hg_draft_refuse(d, arg->column, "\"%s\" and \"%s\" exclude each other on one content",
			k->name, names[i].name);
	}
	return 0;
}

/* Offset, depth, distance, within: one number or variable each. */
struct place {
	const char *name;
	uint32_t flag, var_flag, clash;
	int64_t min, max;
	bool length; /* at least the pattern's */
};

static const struct place places[] = {
	{ "offset", HG_INS_OFFSET, HG_INS_VAR_OFFSET,
		HG_INS_OFFSET | HG_INS_STARTS | HG_INS_DISTANCE | HG_INS_WITHIN, 0, 65535, false },
	{ "depth", HG_INS_DEPTH, HG_INS_VAR_DEPTH,
		HG_INS_DEPTH | HG_INS_STARTS | HG_INS_DISTANCE | HG_INS_WITHIN, 0, 65535, true },
	{ "distance", HG_INS_DISTANCE, HG_INS_VAR_DISTANCE,
		HG_INS_DISTANCE | HG_INS_STARTS | HG_INS_OFFSET | HG_INS_DEPTH, -DISTANCE_MAX, DISTANCE_MAX,
		false },
	{ "within", HG_INS_WITHIN, HG_INS_VAR_WITHIN,
		HG_INS_WITHIN | HG_INS_STARTS | HG_INS_OFFSET | HG_INS_DEPTH, -DISTANCE_MAX, DISTANCE_MAX,
		true },
};

/* A negated fast pattern looks at the whole buffer, and so does one that is not confirmed. */
static bool
bound_fast(const struct hg_draft *d, const struct hg_ins *ins)
{
	uint16_t list, at;

	return d->fast.set && (d->fast.only || ins->flags & HG_INS_NEGATED) &&
		hg_draft_find_ins(d, ins, &list, &at) && list == d->fast.list && at == d->fast.ins;
}

static int
place(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = last(d, k, arg);
	const struct place *p = places;
	int32_t *field;
	int64_t n;
	bool var;
	int r;

	if (ins == NULL)
		return d->error.code;
	while (strcmp(p->name, k->name) != 0)
		p++;
	r = clash(d, k, arg, ins, p->clash);
	if (r != 0)
		return r;
	if (bound_fast(d, ins))
		return hg_draft_refuse(d, arg->column,
			"\"%s\" on a content that is fast_pattern:only, or negated and fast_pattern",
			k->name);
	r = hg_arg_number_or_var(d, arg, arg->text, p->min, p->max, &n, &var);
	if (r != 0)
		return r;
	if (p->length && !var && n < (int64_t)ins->content.len)
		return hg_draft_refuse(d, arg->column, "%s:%lld is less than the %u bytes of the content",
			k->name, (long long)n, ins->content.len);
	field = p->flag == HG_INS_OFFSET     ? &ins->content.offset
		: p->flag == HG_INS_DEPTH    ? &ins->content.depth
		: p->flag == HG_INS_DISTANCE ? &ins->content.distance
					     : &ins->content.within;
	*field = (int32_t)n;
	ins->flags |= p->flag | (var ? p->var_flag : 0);
	return 0;
}

static int
nocase(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = last(d, k, arg);
	int r;

	if (ins == NULL)
		return d->error.code;
	r = clash(d, k, arg, ins, HG_INS_NOCASE);
	if (r == 0)
		ins->flags |= HG_INS_NOCASE;
	return r;
}

static int
startswith(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = last(d, k, arg);
	int r;

	if (ins == NULL)
		return d->error.code;
	r = clash(d, k, arg, ins,
		HG_INS_STARTS | HG_INS_OFFSET | HG_INS_DEPTH | HG_INS_DISTANCE | HG_INS_WITHIN);
	if (r != 0)
		return r;
	ins->flags |= HG_INS_STARTS | HG_INS_DEPTH;
	ins->content.depth = (int32_t)ins->content.len;
	return 0;
}

static int
endswith(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = last(d, k, arg);

	if (ins == NULL)
		return d->error.code;
	ins->flags |= HG_INS_ENDS;
	return 0;
}

static int
rawbytes(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = last(d, k, arg);

	if (ins == NULL)
		return d->error.code;
	if (hg_draft_sticky(d))
		return hg_draft_refuse(d, arg->column, "\"rawbytes\" cannot be combined with a buffer");
	if (ins->flags & HG_INS_RAW)
		return hg_draft_refuse(d, arg->column, "\"rawbytes\" stands twice on one content");
	ins->flags |= HG_INS_RAW;
	return 0;
}

static int
chop(struct hg_draft *d, const struct hg_arg *arg, const struct hg_ins *ins)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	uint64_t offset, len;
	struct hg_span a, b, more;
	int r;

	if (!hg_part_take(&parts, &a) || !hg_part_take(&parts, &b) || hg_part_take(&parts, &more))
		return hg_draft_refuse(
			d, arg->column, "fast_pattern takes nothing, only, or <offset>,<length>");
	r = hg_arg_u64(d, arg, a, 0, UINT16_MAX, &offset);
	if (r == 0)
		r = hg_arg_u64(d, arg, b, 0, UINT16_MAX, &len);
	if (r != 0)
		return r;
	if (offset + len > ins->content.len)
		return hg_draft_refuse(d, arg->column,
			"the part %llu,%llu lies outside of the %u bytes of the content",
			(unsigned long long)offset, (unsigned long long)len, ins->content.len);
	d->fast.chop_offset = (uint16_t)offset;
	d->fast.chop_len = (uint16_t)len;
	return 0;
}

static int
fast_pattern(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const uint32_t where = HG_INS_OFFSET | HG_INS_DEPTH | HG_INS_DISTANCE | HG_INS_WITHIN;
	struct hg_ins *ins = last(d, k, arg);
	int r;

	if (ins == NULL)
		return d->error.code;
	if (ins->flags & HG_INS_NEGATED && ins->flags & where)
		return hg_draft_refuse(d, arg->column,
			"\"fast_pattern\" on a negated content excludes offset, depth, distance and within");
	if (d->fast.set)
		return hg_draft_refuse(d, arg->column, "\"fast_pattern\" stands twice in the rule");
	if (hg_span_eq(arg->text, HG_BYTES("only"))) {
		if (ins->flags & (HG_INS_NEGATED | where))
			return hg_draft_refuse(d, arg->column,
				"fast_pattern:only excludes '!', offset, depth, distance and within on the "
				"content");
		d->fast.only = true;
	} else if (arg->text.len > 0) {
		r = chop(d, arg, ins);
		if (r != 0)
			return r;
	}
	d->fast.set = true;
	hg_draft_find_ins(d, ins, &d->fast.list, &d->fast.ins);
	return 0;
}

#define PLACE(name_, syntax_, doc_)                                                                     \
	{                                                                                               \
		.name = name_, .kind = HG_KW_MODIFIER, .compile = place, .syntax = syntax_, .doc = doc_ \
	}
#define FLAG(name_, doc_)                                                                         \
	{                                                                                         \
		.name = #name_, .kind = HG_KW_MODIFIER, .flags = HG_KWF_NO_ARG, .compile = name_, \
		.syntax = "", .doc = doc_                                                         \
	}

static const struct hg_keyword rows[] = {
	PLACE("offset", "<n|var>", "The content begins n bytes into the buffer or later."),
	PLACE("depth", "<n|var>", "The content ends within n bytes from its offset."),
	PLACE("distance", "<n|var>", "The content begins n bytes behind the last match or later."),
	PLACE("within", "<n|var>", "The content ends within n bytes from where distance puts its begin."),
	FLAG(nocase, "Capitals and small letters (ASCII) are the same in the content."),
	FLAG(startswith, "The content stands at the begin of the buffer."),
	FLAG(endswith, "The content stands at the end of the buffer."),
	FLAG(rawbytes, "Accepted without effect: payload is never rewritten."),
	{ .name = "fast_pattern",
		.kind = HG_KW_MODIFIER,
		.flags = HG_KWF_OPTIONAL_ARG,
		.compile = fast_pattern,
		.syntax = "[only|<offset>,<length>]",
		.doc = "The content is the one by which the rule is found." },
};
HG_KEYWORDS(modifier, rows);
