/* geoip: the countries that addresses belong to. */
#include "rules/keyword/keyword_int.h"

#define COUNTRIES_MAX 64

/* The database of the configuration, when the first rule asks for it. */
static int
open_geo(struct hg_draft *d, const struct hg_arg *arg)
{
	const char *path = hg_config_str(d->shared->config, "geoip-database");
	struct hg_error why = { 0 };

	if (d->shared->geo != NULL)
		return 0;
	if (path == NULL)
		return hg_draft_refuse(d, arg->column, "no address has a country: geoip-database is not set");
	if (hg_geo_open(&d->shared->geo, path, &why) < 0)
		return hg_draft_refuse(d, arg->column, "%s", why.text);
	return 0;
}

static bool
take_side(struct hg_span word, uint8_t *side)
{
	static const char *const sides[] = {
		[HG_OF_SRC] = "src", [HG_OF_DST] = "dst", [HG_OF_ANY] = "any", [HG_OF_BOTH] = "both"
	};

	for (unsigned i = 0; i < HG_COUNT(sides); i++) {
		if (!hg_span_eq(word, hg_span_str(sides[i])))
			continue;
		*side = (uint8_t)i;
		return true;
	}
	return false;
}

/* One '!' turns the whole list round, wherever it stands (as in the peer). */
static struct hg_span
take_negation(struct hg_span code, struct hg_test *t)
{
	if (code.len == 0 || code.p[0] != '!')
		return code;
	t->negated = true;
	return hg_span_from(code, 1);
}

/* The peer compares what stands between the commas. */
static bool
has_blanks(const struct hg_arg *arg, struct hg_span word)
{
	const uint8_t *begin = word.p, *end = word.p + word.len;

	return ((begin != arg->text.p || arg->negated) && hg_is_blank(begin[-1])) ||
		(end != arg->text.p + arg->text.len && hg_is_blank(*end));
}

static int
take_country(
	struct hg_draft *d, const struct hg_arg *arg, struct hg_span word, struct hg_test *t, uint16_t *codes)
{
	struct hg_span code = take_negation(word, t);
	uint8_t letters[2];

	if (hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_GEOIP)) {
		if (has_blanks(arg, word))
			code = HG_SPAN_NONE;
	} else {
		code = hg_span_trim(code);
		for (size_t i = 0; i < HG_MIN(code.len, sizeof(letters)); i++)
			letters[i] =
				code.p[i] >= 'a' && code.p[i] <= 'z' ? (uint8_t)(code.p[i] - 32) : code.p[i];
		code = hg_span(letters, code.len > sizeof(letters) ? 0 : code.len);
		if (hg_geo_code(code) == HG_GEO_NONE)
			return hg_draft_refuse(d, hg_arg_column(arg, word),
				"a country is two letters, as CN, not \"%.*s\"", (int)HG_MIN(word.len, 40),
				word.p);
	}
	if (t->n == COUNTRIES_MAX)
		return hg_draft_refuse(d, hg_arg_column(arg, word), "more than %d countries", COUNTRIES_MAX);
	codes[t->n++] = hg_geo_code(code);
	return 0;
}

static int
geoip(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_test made = { .mode = HG_OF_ANY, .negated = arg->negated }, *t;
	uint16_t *codes = hg_draft_take(d, COUNTRIES_MAX * sizeof(*codes));
	struct hg_span word;
	bool first = true;
	int r = codes == NULL ? hg_draft_no_memory(d) : open_geo(d, arg);

	(void)k;
	while (r == 0 && hg_part_take(&parts, &word)) {
		if (!first || arg->negated || !take_side(word, &made.mode))
			r = take_country(d, arg, word, &made, codes);
		first = false;
	}
	if (r == 0 && made.n == 0 && !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_GEOIP))
		r = hg_draft_refuse(d, arg->column, "geoip names no country");
	t = r == 0 ? hg_draft_test(d, HG_TEST_COUNTRY) : NULL;
	if (t == NULL)
		return d->error.code;
	t->mode = made.mode;
	t->negated = made.negated;
	t->n = made.n;
	t->ids = codes;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "geoip",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = geoip,
		.syntax = "[src|dst|any|both,][!]<country>[,<country>...]",
		.doc = "The country of the addresses, by geoip-database; any without a side. One whose "
		       "country is "
		       "not known never matches, negated neither." },
};
HG_KEYWORDS(geoip, rows);
