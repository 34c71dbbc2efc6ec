/* iprep: how addresses are rated. */
#include <stdio.h>

#include "rules/keyword/keyword_int.h"

static int
read_scores(struct hg_rep *rep, const struct hg_config *config, struct hg_error *err)
{
	const char *folder = hg_config_str(config, "default-reputation-path");
	const struct hg_config_node *n = hg_config_first(hg_config_find(config, "reputation-files"));
	int r = 0;

	for (; n != NULL && r == 0; n = hg_config_next(n)) {
		const char *name = hg_config_text(n);
		char path[4096];

		if (name == NULL)
			continue;
		snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' || folder == NULL ? "" : folder,
			name[0] == '/' || folder == NULL ? "" : "/", name);
		r = hg_rep_read_scores(rep, path, err);
	}
	return r;
}

/* The lists of the configuration, when the first rule asks for them. */
static int
open_rep(struct hg_draft *d, const struct hg_arg *arg)
{
	const struct hg_config *config = d->shared->config;
	const char *categories = hg_config_str(config, "reputation-categories-file");
	struct hg_error why = { 0 };
	struct hg_rep *rep;
	char text[800];
	int r;

	if (d->shared->rep != NULL)
		return 0;
	if (categories == NULL)
		return hg_draft_refuse(d, arg->column,
			"no address is rated: reputation-categories-file and reputation-files are not set");
	r = hg_rep_open(&rep, &why);
	if (r < 0)
		return hg_draft_no_memory(d);
	r = hg_rep_read_categories(rep, categories, &why);
	if (r == 0)
		r = read_scores(rep, config, &why);
	if (r < 0) {
		hg_rep_close(rep);
		return hg_draft_refuse(d, arg->column, "%s", hg_error_text(&why, text, sizeof(text)));
	}
	hg_rep_settle(rep);
	d->shared->rep = rep;
	return 0;
}

static int
take_comparison(struct hg_draft *d, const struct hg_arg *arg, struct hg_span sign, struct hg_span number,
	struct hg_test *t)
{
	static const struct {
		const char *sign;
		uint8_t compare;
	} signs[] = { { "<", HG_CMP_LT }, { ">", HG_CMP_GT }, { "=", HG_CMP_EQ }, { "<=", HG_CMP_LE },
		{ ">=", HG_CMP_GE } };

	if (hg_span_eq(sign, HG_BYTES("isset")) || hg_span_eq(sign, HG_BYTES("isnotset"))) {
		t->n = sign.len == 5 ? 1 : 2;
		return 0;
	}
	for (unsigned i = 0; i < HG_COUNT(signs); i++) {
		if (!hg_span_eq(sign, hg_span_str(signs[i].sign)))
			continue;
		t->compare = signs[i].compare;
		return hg_arg_u64(d, arg, number, 0, UINT8_MAX, &t->a);
	}
	return hg_draft_refuse(d, hg_arg_column(arg, sign),
		"a rating is compared by <, >, =, <= or >=, or asked for by isset and isnotset");
}

static int
iprep(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const sides[] = {
		[HG_OF_SRC] = "src", [HG_OF_DST] = "dst", [HG_OF_ANY] = "any", [HG_OF_BOTH] = "both"
	};
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part[4] = { HG_SPAN_NONE };
	struct hg_test *t;
	unsigned side = 0;

	(void)k;
	for (unsigned i = 0; i < HG_COUNT(part); i++)
		hg_part_take(&parts, &part[i]);
	while (side < HG_COUNT(sides) && !hg_span_eq(part[0], hg_span_str(sides[side])))
		side++;
	if (side == HG_COUNT(sides))
		return hg_draft_refuse(
			d, hg_arg_column(arg, part[0]), "iprep looks at src, dst, any or both");
	if (open_rep(d, arg) != 0)
		return d->error.code;
	t = hg_draft_test(d, HG_TEST_REP);
	if (t == NULL)
		return d->error.code;
	t->mode = (uint8_t)side;
	t->field = hg_rep_category(d->shared->rep, part[1]);
	if (t->field == 0)
		return hg_draft_refuse(d, hg_arg_column(arg, part[1]), "there is no category \"%.*s\"",
			(int)HG_MIN(part[1].len, 40), part[1].p);
	return take_comparison(d, arg, part[2], part[3], t);
}

static const struct hg_keyword rows[] = {
	{ .name = "iprep",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = iprep,
		.syntax = "src|dst|any|both,<category>,<|>|=|<=|>=,<n>; …,isset|isnotset",
		.doc = "How the reputation files rate the address in the category." },
};
HG_KEYWORDS(rep, rows);
