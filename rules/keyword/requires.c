#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

#include "rules/keyword/keyword_int.h"

/* What a rule asks of the engine that reads it. The engine has the rule language of Suricata 7.0.10, natively as well: rules for
 * later versions use words or meanings that it does not have. */

struct version {
	unsigned part[3];
};

static const struct version spoken = { { 7, 0, 10 } };

enum comparison { BEFORE, UP_TO, AFTER, FROM };

static const struct {
	const char *sign;
	enum comparison comparison;
} signs[] = { { ">=", FROM }, { ">", AFTER }, { "<=", UP_TO }, { "<", BEFORE } };

static bool
take_sign(struct hg_span *text, enum comparison *comparison)
{
	*text = hg_span_skip_blanks(*text);
	for (unsigned i = 0; i < HG_COUNT(signs); i++) {
		const struct hg_span sign = hg_span_str(signs[i].sign);

		if (!hg_span_starts(*text, sign))
			continue;
		*comparison = signs[i].comparison;
		*text = hg_span_from(*text, sign.len);
		*text = hg_span_skip_blanks(*text);
		return true;
	}
	return false;
}

/* N, N.N or N.N.N, each up to 255; a blank or the end must follow the short forms, and a '-' may the long one. */
static bool
take_version(struct hg_span *text, struct version *v)
{
	*v = (struct version){ { 0 } };
	for (unsigned i = 0; i < HG_COUNT(v->part); i++) {
		size_t n = 0;

		if (i > 0 && (text->len == 0 || text->p[0] == ' '))
			return true;
		if (i > 0 && text->p[0] != '.')
			return false;
		*text = hg_span_from(*text, i > 0);
		while (n < text->len && text->p[n] >= '0' && text->p[n] <= '9' && v->part[i] <= UINT8_MAX)
			v->part[i] = v->part[i] * 10 + text->p[n++] - '0';
		if (n == 0 || v->part[i] > UINT8_MAX ||
			(n < text->len && text->p[n] != '.' && text->p[n] != '-' && text->p[n] != ' '))
			return false;
		*text = hg_span_from(*text, n);
	}
	return true;
}

static bool
holds(enum comparison comparison, const struct version *v)
{
	unsigned i = 0;

	while (i < 2 && spoken.part[i] == v->part[i])
		i++;
	switch (comparison) {
	case BEFORE:
		return spoken.part[i] < v->part[i];
	case UP_TO:
		return spoken.part[i] <= v->part[i];
	case AFTER:
		return spoken.part[i] > v->part[i];
	default:
		return spoken.part[i] >= v->part[i];
	}
}

/* One or more comparisons that must all hold. What cannot be read behind the first ends them, as in the peer. */
static bool
take_all(struct hg_span *text, bool *met)
{
	bool any = false;

	*met = true;
	for (;;) {
		struct hg_span at = *text;
		enum comparison comparison;
		struct version v;

		if (!take_sign(&at, &comparison) || !take_version(&at, &v))
			return any;
		any = true;
		*met &= holds(comparison, &v);
		*text = at;
	}
}

/* A rule that is not meant for this engine. What cannot be read behind it counts more. */
static int
leave_out(struct hg_draft *d, uint32_t column, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int
leave_out(struct hg_draft *d, uint32_t column, const char *format, ...)
{
	char text[sizeof(d->error.text)];
	va_list args;

	if (d->error.code != 0)
		return 0;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hg_draft_refuse(d, column, "%s", text);
	d->error.code = HG_RULE_LEFT_OUT;
	hg_error_mark(&d->error, "left-out");
	return 0;
}

static int
version(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text)
{
	const uint32_t column = hg_arg_column(arg, text);
	struct hg_span at = text;
	bool met, any_met;

	if (!take_all(&at, &met))
		return hg_draft_refuse(d, column, "a version is asked for as >=|>|<=|< <n>[.<n>[.<n>]]");
	any_met = met;
	for (at = hg_span_skip_blanks(at); at.len > 0 && at.p[0] == '|'; at = hg_span_skip_blanks(at)) {
		at = hg_span_from(at, 1);
		if (!take_all(&at, &met))
			break;
		any_met |= met;
	}
	if (any_met)
		return 0;
	return leave_out(d, column, "the rule is for Suricata %.*s; this engine reads rules as %u.%u.%u",
		(int)HG_MIN(text.len, 60), text.p, spoken.part[0], spoken.part[1], spoken.part[2]);
}

static int
feature(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name)
{
	static const char *const had[] = { "ja3", "ja4" };

	for (unsigned i = 0; i < HG_COUNT(had); i++)
		if (hg_span_eq(name, hg_span_str(had[i])))
			return 0;
	return leave_out(d, hg_arg_column(arg, name),
		"the rule needs the feature \"%.*s\", which this engine does not have",
		(int)HG_MIN(name.len, 60), name.p);
}

static struct hg_span
take_word(struct hg_span *text)
{
	const struct hg_span all = *text;
	size_t n = 0;

	while (n < all.len && (isalnum(all.p[n]) || all.p[n] == '-' || all.p[n] == '_'))
		n++;
	*text = hg_span_trim(hg_span_from(all, n));
	return hg_span_sub(all, 0, n);
}

/* Does the configuration pass over requirements that are not known? */
static bool
passes_unknown(const struct hg_draft *d)
{
	return d->shared->config != NULL && hg_config_bool(d->shared->config, "ignore-unknown-requirements");
}

static int requires(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	bool version_said = false;
	struct hg_span part;
	int r = 0;

	(void)k;
	while (r == 0 && hg_part_take(&parts, &part)) {
		const struct hg_span all = part, word = take_word(&part);

		if (all.len == 0)
			continue;
		if (hg_span_eq(word, HG_BYTES("feature"))) {
			r = feature(d, arg, part);
		} else if (!hg_span_eq(word, HG_BYTES("version"))) {
			r = passes_unknown(d)
				? 0
				: leave_out(d, hg_arg_column(arg, word),
					  "Suricata 7 knows no requirement \"%.*s\" and leaves the rule out",
					  (int)HG_MIN(all.len, 60), all.p);
		} else if (version_said) {
			r = hg_draft_refuse(d, hg_arg_column(arg, word), "requires names the version twice");
		} else {
			version_said = true;
			r = version(d, arg, part);
		}
	}
	return r == 0 ? d->error.code : r;
}

static const struct hg_keyword rows[] = {
	{ .name = "requires",
		.kind = HG_KW_META,
		.compile = requires,
		.syntax = "version >=|>|<=|< <n>[.<n>[.<n>]] ... [| ...], feature <name>",
		.doc = "The rule is left out unless it is for the rule language of Suricata 7.0.10." },
};
HG_KEYWORDS(requires, rows);
