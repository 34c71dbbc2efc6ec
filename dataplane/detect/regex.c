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
