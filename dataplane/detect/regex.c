/* Regular expressions. PCRE2 limits how often it tries at one place, not what a whole search costs, and does not tell what one
 * has cost. So each expression first runs with a low limit, which nearly all keep and which bounds what a byte costs; those that
 * hit it run again with a higher one and pay for it. The limits change no answer, only who pays how much. */
#include "detect/match.h"

#define FIRST 16 /* tries at one place, and how the limit grows */
#define BYTES 8  /* that a unit of work pays for with the first limit */

int
hg_match_regex(struct hg_matcher *m, const struct hg_ins *ins, struct hg_span subject, size_t from)
{
	const PCRE2_SPTR bytes = subject.p == NULL ? (PCRE2_SPTR) "" : subject.p;
	uint32_t limit = FIRST;

	for (;;) {
		const bool last = limit >= m->pcre_limit;
		const uint32_t tries = last ? m->pcre_limit : limit;
		int r;

		if (!hg_match_spend(m, 16 + (subject.len - from) / BYTES * HG_MAX(1u, tries / FIRST)))
			return PCRE2_ERROR_MATCHLIMIT;
		pcre2_set_match_limit(m->match_context, tries);
		r = pcre2_match(ins->pcre.code, bytes, subject.len, from, 0, m->match_data, m->match_context);
		if (r != PCRE2_ERROR_MATCHLIMIT || last) {
			m->pcre_over += r < 0 && r != PCRE2_ERROR_NOMATCH;
			return r;
		}
		limit *= FIRST;
	}
}

static struct hg_span
group(const struct hg_matcher *m, struct hg_span subject, unsigned number)
{
	const size_t *at = pcre2_get_ovector_pointer(m->match_data);

	return hg_span_sub(subject, at[2 * number], at[2 * number + 1] - at[2 * number]);
}

static bool
captured(const struct hg_matcher *m, unsigned number, unsigned groups)
{
	return number < groups && pcre2_get_ovector_pointer(m->match_data)[2 * number] != PCRE2_UNSET;
}

/* A variable has one value a look; pairs have no id to know them by. */
static struct hg_caught *
place_of(struct hg_matcher *m, uint16_t var)
{
	for (unsigned i = 0; i < m->n_caught && !(var & HG_CAPTURE_PAIR); i++)
		if (m->caught[i].var == var)
			return &m->caught[i];
	return m->n_caught < HG_CAUGHT_MAX ? &m->caught[m->n_caught++] : NULL;
}

static void
keep(struct hg_matcher *m, uint16_t var, struct hg_span name, struct hg_span value)
{
	struct hg_caught *c = place_of(m, var);

	m->caught_cut += c == NULL || value.len > HG_VAR_VALUE;
	if (c == NULL)
		return;
	c->var = var;
	c->name_len = (uint16_t)HG_MIN(name.len, sizeof(c->name));
	c->len = (uint16_t)HG_MIN(value.len, sizeof(c->value));
	if (c->name_len > 0)
		memcpy(c->name, name.p, c->name_len);
	if (c->len > 0)
		memcpy(c->value, value.p, c->len);
}

void
hg_match_catch(struct hg_matcher *m, const struct hg_ins *ins, struct hg_span subject, unsigned groups)
{
	for (unsigned i = 0; i < ins->pcre.n_captures; i++) {
		const uint16_t var = ins->pcre.captures[i];
		const bool pair = var & HG_CAPTURE_PAIR;

		if (!captured(m, i + 1, groups) || (pair && !captured(m, i + 2, groups)))
			continue;
		if (pair)
			keep(m, var, group(m, subject, i + 1), group(m, subject, i + 2));
		else
			keep(m, var, HG_SPAN_NONE, group(m, subject, i + 1));
	}
}
