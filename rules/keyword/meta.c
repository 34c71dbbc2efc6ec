#include "rules/keyword/keyword_int.h"

static int
number(struct hg_draft *d, const struct hg_arg *arg, uint64_t min, uint32_t *out)
{
	uint64_t v;
	int r = hg_arg_u64(d, arg, arg->text, min, UINT32_MAX, &v);

	if (r == 0)
		*out = (uint32_t)v;
	return r;
}

static int
sid(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	if (d->has_sid)
		return hg_draft_refuse(d, arg->column, "\"%s\" stands twice in the rule", k->name);
	d->has_sid = true;
	return number(d, arg, 1, &d->sid);
}

static int
gid(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	return number(d, arg, 0, &d->gid);
}

static int
rev(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	if (d->rev != 0)
		return hg_draft_refuse(d, arg->column, "\"%s\" stands twice in the rule", k->name);
	return number(d, arg, 1, &d->rev);
}

static int
priority(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	uint64_t v;
	int r = hg_arg_u64(d, arg, arg->text, 0, UINT32_MAX, &v);

	(void)k;
	if (r != 0)
		return r;
	d->priority = (uint32_t)v;
	d->has_priority = true;
	return 0;
}

/* In a message a backslash stands in front of ; : " and itself, and goes. */
static int
msg(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	char *out;
	size_t n = 0;

	if (d->msg != NULL)
		return hg_draft_refuse(d, arg->column, "\"%s\" stands twice in the rule", k->name);
	if (!arg->quoted || arg->negated)
		return hg_draft_refuse(d, arg->column, "a message must stand in double quotes");
	out = hg_draft_take(d, arg->text.len + 1);
	if (out == NULL)
		return hg_draft_no_memory(d);
	for (size_t i = 0; i < arg->text.len; i++) {
		if (arg->text.p[i] == '\\' && i + 1 < arg->text.len &&
			strchr(";:\"\\", arg->text.p[i + 1]) != NULL)
			i++;
		out[n++] = (char)arg->text.p[i];
	}
	d->msg = out;
	return 0;
}

static int
classtype(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	if (d->classtype != NULL)
		return hg_draft_refuse(d, arg->column, "\"%s\" stands twice in the rule", k->name);
	d->classtype = hg_draft_text(d, arg->text);
	return d->classtype == NULL ? hg_draft_no_memory(d) : 0;
}

static int
join(struct hg_draft *d, struct hg_span *to, const char *between, struct hg_span more)
{
	size_t gap = to->len > 0 ? strlen(between) : 0;
	uint8_t *text = hg_draft_scratch(d, to->len + gap + more.len);

	if (text == NULL)
		return hg_draft_no_memory(d);
	if (to->len > 0) {
		memcpy(text, to->p, to->len);
		memcpy(text + to->len, between, gap);
	}
	memcpy(text + to->len + gap, more.p, more.len);
	*to = hg_span(text, to->len + gap + more.len);
	return 0;
}

static int
reference(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	size_t comma = hg_span_find(arg->text, 0, ',');

	(void)k;
	if (comma == SIZE_MAX || comma == 0 || hg_span_trim(hg_span_from(arg->text, comma + 1)).len == 0)
		return hg_draft_refuse(d, arg->column, "a reference is <system>,<what>");
	return join(d, &d->references, "\n", arg->text);
}

static int
metadata(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	return join(d, &d->metadata, ",", arg->text);
}

static int
target(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const names[] = { "src_ip", "dest_ip" };

	(void)k;
	if (d->flags & (HG_RF_TARGET_SRC | HG_RF_TARGET_DST))
		return hg_draft_refuse(d, arg->column, "\"target\" stands twice in the rule");
	if (hg_span_eq(arg->text, HG_BYTES("src_ip")))
		d->flags |= HG_RF_TARGET_SRC;
	else if (hg_span_eq(arg->text, HG_BYTES("dest_ip")))
		d->flags |= HG_RF_TARGET_DST;
	else {
		hg_draft_refuse(d, arg->column, "the target is src_ip or dest_ip");
		return HG_DRAFT_GUESS(d, arg->text, names);
	}
	return 0;
}

#define META(name_, syntax_, doc_)                                                                   \
	{                                                                                            \
		.name = #name_, .kind = HG_KW_META, .compile = name_, .syntax = syntax_, .doc = doc_ \
	}

static const struct hg_keyword rows[] = {
	META(msg, "\"<text>\"", "What alerts say."),
	META(sid, "<number>", "The rule's number."),
	META(gid, "<number>", "The group of numbers the sid belongs to; 1 when not said."),
	META(rev, "<number>", "The version of the rule; a higher one replaces a lower one."),
	META(classtype, "<name>", "The class, from classification.config; gives text and priority."),
	META(priority, "<n>", "The priority of alerts, whatever the class says; 1 is the highest."),
	META(reference, "<system>,<what>", "Where to read more."),
	META(metadata, "<key> <value>[, <key> <value>...]", "Pairs for whoever reads alerts."),
	META(target, "src_ip|dest_ip", "Which side is attacked."),
};
HG_KEYWORDS(meta, rows);
