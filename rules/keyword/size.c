#include "rules/keyword/keyword_int.h"

static int
add_dsize(struct hg_draft *d, const struct hg_range_test *t)
{
	struct hg_test *test = hg_draft_test(d, HG_TEST_FIELD);

	if (test == NULL)
		return d->error.code;
	test->field = HG_FIELD_DSIZE;
	test->compare = t->compare;
	test->a = t->a;
	test->b = t->b;
	return 0;
}

/* "Nothing" means neither payload nor a window of the stream that is due with the packet, "not of that size" one of both:
 * empty packets are not meant (3.3). */
static int
ask_payload(struct hg_draft *d, bool absent)
{
	struct hg_test *test = hg_draft_test(d, HG_TEST_PAYLOAD);

	if (test == NULL)
		return d->error.code;
	test->negated = absent;
	return 0;
}

static int
dsize(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const bool peer = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_DSIZE);
	struct hg_range_test t;
	int r;

	(void)k;
	if (d->has_dsize)
		return hg_draft_refuse(d, arg->column, "\"dsize\" stands twice in the rule");
	r = hg_arg_test(d, arg, arg->text, UINT16_MAX, &t);
	if (r != 0)
		return r;
	d->has_dsize = true;
	d->dsize_max = t.max;
	/* The bound of contents, too. */
	if (peer && t.compare == HG_CMP_NE)
		d->dsize_max = t.a;
	else if (peer && t.compare == HG_CMP_LE)
		d->dsize_max = UINT64_MAX;
	r = add_dsize(d, &t);
	if (r == 0 && t.compare == HG_CMP_NE)
		return ask_payload(d, false);
	return r == 0 && t.compare == HG_CMP_EQ && t.a == 0 ? ask_payload(d, true) : r;
}

static int
bsize(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t;
	int r = hg_arg_test(d, arg, arg->text, INT64_MAX, &t);

	(void)k;
	if (r != 0)
		return r;
	if (!hg_draft_sticky(d))
		return hg_draft_refuse(d, arg->column, "\"bsize\" needs a buffer: name one before it");
	return hg_draft_list_range(d, hg_draft_list(d), HG_OP_SIZE, &t);
}

static int
urilen(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	const char *buffer = "http.uri";
	struct hg_span range, form;
	struct hg_range_test t;
	int r;

	(void)k;
	if (!hg_part_take(&parts, &range))
		return hg_draft_refuse(d, arg->column, "urilen needs a comparison");
	r = hg_arg_test(d, arg, range, UINT16_MAX, &t);
	if (r != 0)
		return r;
	if (hg_part_take(&parts, &form)) {
		if (hg_span_eq_nocase(form, HG_BYTES("raw")))
			buffer = "http.uri.raw";
		else if (!hg_span_eq_nocase(form, HG_BYTES("norm")))
			return hg_draft_refuse(d, hg_arg_column(arg, form), "urilen measures raw or norm");
	}
	r = hg_draft_use_buffer(d, buffer, arg->column);
	if (r != 0)
		return r;
	return hg_draft_list_range(d, hg_draft_list_of(d, buffer), HG_OP_SIZE, &t);
}

static const struct hg_keyword rows[] = {
	{ .name = "dsize",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = dsize,
		.syntax = "[<|>|<=|>=|!]<n>|<n><><n>",
		.doc = "The size of the packet's payload; the ends of a range are outside of it." },
	{ .name = "bsize",
		.kind = HG_KW_CONTENT,
		.compile = bsize,
		.syntax = "[<|>|<=|>=|!]<n>|<n><><n>",
		.doc = "The size of the buffer chosen; the ends of a range are outside of it." },
	{ .name = "urilen",
		.kind = HG_KW_CONTENT,
		.compile = urilen,
		.syntax = "[<|>|<=|>=|!]<n>|<n><><n>[,raw|norm]",
		.doc = "The size of the URI, normalised or as sent." },
};
HG_KEYWORDS(size, rows);
