#include "check.h"

#include <stdlib.h>

#include "detect/search.h"

static bool
same(uint8_t hay, uint8_t pattern, bool nocase)
{
	return hay == pattern || (nocase && hay >= 'A' && hay <= 'Z' && hay + 32 == pattern);
}

static size_t
slow(struct hg_span hay, size_t from, struct hg_span pattern, bool nocase)
{
	for (size_t i = from; i + pattern.len <= hay.len; i++) {
		size_t k = 0;

		while (k < pattern.len && same(hay.p[i + k], pattern.p[k], nocase))
			k++;
		if (k == pattern.len)
			return i;
	}
	return SIZE_MAX;
}

/* Every size around the width of a vector; a block of just the size shows a look behind the end to a sanitizer. */
static void
test_finds_the_first_occurrence_whatever_the_sizes(void)
{
	static const uint8_t letters[] = "abAB@[`{\x80\xc1";

	for (unsigned round = 0; round < 60000; round++) {
		const size_t len = hg_check_below(70), n = 1 + hg_check_below(round % 3 == 0 ? 20 : 3);
		const unsigned few = 2 + hg_check_below(sizeof(letters) - 2);
		const bool nocase = hg_check_below(2);
		uint8_t *hay = malloc(len + 1), pattern[20];
		uint64_t steps = 0;
		size_t from = len == 0 ? 0 : hg_check_below((unsigned)len + 1);

		for (size_t i = 0; i < len; i++)
			hay[i] = letters[hg_check_below(few)];
		for (size_t i = 0; i < n; i++) {
			pattern[i] = letters[hg_check_below(few)];
			if (nocase && pattern[i] >= 'A' && pattern[i] <= 'Z')
				pattern[i] = (uint8_t)(pattern[i] + 32);
		}
		hay = realloc(hay, len == 0 ? 1 : len);
		if (hg_search(hg_span(hay, len), from, hg_span(pattern, n), nocase, &steps) !=
			slow(hg_span(hay, len), from, hg_span(pattern, n), nocase))
			hg_check_u64("place",
				hg_search(hg_span(hay, len), from, hg_span(pattern, n), nocase, &steps),
				slow(hg_span(hay, len), from, hg_span(pattern, n), nocase));
		free(hay);
	}
}

HG_TESTS("detect_search", HG_TEST(test_finds_the_first_occurrence_whatever_the_sizes))
