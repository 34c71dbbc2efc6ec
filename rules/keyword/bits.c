#include "rules/keyword/keyword_int.h"

#define BITS_MAX 32 /* names of one flowbits test */

static int
check_name(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name, const char *what)
{
	if (name.len == 0 || name.len > 255)
		return hg_draft_refuse(d, hg_arg_column(arg, name), "the name of a %s is missing", what);
	for (size_t i = 0; i < name.len; i++)
		if (hg_is_blank(name.p[i]))
			return hg_draft_refuse(d, hg_arg_column(arg, hg_span_from(name, i)),
				"a blank in the name of a %s", what);
	return 0;
}

static int
flowbits_test(struct hg_draft *d, const struct hg_arg *arg, struct hg_span names, bool negated)
{
	struct hg_parts parts = hg_parts_of(names, '|');
	struct hg_test *t = hg_draft_test(d, HG_TEST_FLOWBIT);
	struct hg_span name;
	uint16_t *ids;

	if (t == NULL)
		return d->error.code;
	ids = hg_draft_take(d, BITS_MAX * sizeof(ids[0]));
	if (ids == NULL)
		return hg_draft_no_memory(d);
	d->not_ip_only = true;
	t->negated = negated;
	t->ids = ids;
	while (hg_part_take(&parts, &name)) {
		int id = check_name(d, arg, name, "flowbit");

		if (id == 0)
			id = hg_names_id(d, &d->shared->flowbits, name);
		if (id < 0)
			return id;
		if (t->n == BITS_MAX)
			return hg_draft_refuse(
				d, hg_arg_column(arg, name), "more than %d flowbits in one test", BITS_MAX);
		ids[t->n++] = (uint16_t)id;
	}
	return t->n > 0 ? 0 : hg_draft_refuse(d, arg->column, "the name of a flowbit is missing");
}

static int
flowbits_post(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name, enum hg_post_op op)
{
	struct hg_post *post;
	int id = check_name(d, arg, name, "flowbit");

	if (id == 0 && hg_span_find(name, 0, '|') != SIZE_MAX)
		id = hg_draft_refuse(d, hg_arg_column(arg, name),
			"several flowbits can be tested, but not changed, at once");
	if (id == 0)
		id = hg_names_id(d, &d->shared->flowbits, name);
	if (id < 0)
		return id;
	post = hg_draft_post(d, op);
	if (post == NULL)
		return d->error.code;
	post->id = (uint16_t)id;
	/* Of what may be done to flowbits only `set` leaves a rule IP-only. */
	d->not_ip_only |= op != HG_POST_FLOWBIT_SET;
	return 0;
}

/* The command in front of the first comma, and the rest. */
static struct hg_span
command(struct hg_span *text)
{
	size_t comma = hg_span_find(*text, 0, ',');
	struct hg_span first = hg_span_trim(hg_span_sub(*text, 0, comma));

	*text = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_trim(hg_span_from(*text, comma + 1));
	return first;
}

static int
flowbits(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const names[] = { "set", "unset", "toggle", "isset", "isnotset", "noalert" };
	struct hg_span rest = arg->text, what = command(&rest);

	(void)k;
	if (hg_span_eq(what, HG_BYTES("noalert"))) {
		if (rest.len > 0)
			return hg_draft_refuse(d, hg_arg_column(arg, rest), "flowbits:noalert takes no name");
		d->flags |= HG_RF_NOALERT;
		return 0;
	}
	if (hg_span_eq(what, HG_BYTES("isset")))
		return flowbits_test(d, arg, rest, false);
	if (hg_span_eq(what, HG_BYTES("isnotset")))
		return flowbits_test(d, arg, rest, true);
	if (hg_span_eq(what, HG_BYTES("set")))
		return flowbits_post(d, arg, rest, HG_POST_FLOWBIT_SET);
	if (hg_span_eq(what, HG_BYTES("unset")))
		return flowbits_post(d, arg, rest, HG_POST_FLOWBIT_UNSET);
	if (hg_span_eq(what, HG_BYTES("toggle")))
		return flowbits_post(d, arg, rest, HG_POST_FLOWBIT_TOGGLE);
	hg_draft_refuse(d, hg_arg_column(arg, what),
		"flowbits knows set, unset, toggle, isset, isnotset and noalert");
	return HG_DRAFT_GUESS(d, what, names);
}

static int
noalert(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	(void)arg;
	d->flags |= HG_RF_NOALERT;
	return 0;
}

static int
alert(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	if (d->flags & HG_RF_NOALERT)
		return hg_draft_refuse(d, arg->column, "alert and noalert exclude each other");
	d->flags |= HG_RF_ALERT;
	return 0;
}

static int
bypass(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	(void)arg;
	return hg_draft_post(d, HG_POST_BYPASS) == NULL ? d->error.code : 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "flowbits",
		.flags = HG_KWF_IP_ONLY_OK,
		.kind = HG_KW_TEST,
		.compile = flowbits,
		.syntax = "set|unset|toggle,<name>; isset|isnotset,<name>[|<name>...]; noalert",
		.doc = "Bits of the flow by which rules know of each other." },
	{ .name = "noalert",
		.kind = HG_KW_POST,
		.flags = HG_KWF_NO_ARG | HG_KWF_IP_ONLY_OK,
		.compile = noalert,
		.syntax = "",
		.doc = "The rule acts without an alert." },
	{ .name = "alert",
		.kind = HG_KW_POST,
		.flags = HG_KWF_NO_ARG | HG_KWF_IP_ONLY_OK,
		.compile = alert,
		.syntax = "",
		.doc = "A pass rule alerts as well." },
	{ .name = "bypass",
		.kind = HG_KW_POST,
		.flags = HG_KWF_NO_ARG,
		.compile = bypass,
		.syntax = "",
		.doc = "The rest of the flow is not looked at." },
};
HG_KEYWORDS(bits, rows);
