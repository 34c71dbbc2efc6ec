#include "detect/search.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool
rest_fits(const uint8_t *at, struct hg_span pattern, bool nocase)
{
	if (!nocase)
		return memcmp(at, pattern.p, pattern.len) == 0;
	for (size_t i = 0; i < pattern.len; i++)
		if (hg_lower(at[i]) != pattern.p[i])
			return false;
	return true;
}

/* What the places from `from` up to `at` cost, where `compared` of them were looked at more closely. */
static uint64_t
cost(size_t from, size_t at, uint64_t compared, size_t len, bool nocase)
{
	return 1 + (at - from) / 16 + compared * (1 + (nocase ? len / 2 : len / 16));
}

/* The few places at the end. */
static size_t
search_scalar(struct hg_span hay, size_t from, struct hg_span pattern, bool nocase, uint64_t *steps)
{
	size_t i = from;

	for (; i + pattern.len <= hay.len; i++)
		if (rest_fits(hay.p + i, pattern, nocase))
			break;
	*steps += cost(from, i, i - from + 1, pattern.len, nocase);
	return i + pattern.len <= hay.len ? i : SIZE_MAX;
}

#ifdef __SSE2__
/* ASCII capitals of sixteen bytes made small. */
static inline __m128i
fold(__m128i v)
{
	__m128i shifted = _mm_add_epi8(v, _mm_set1_epi8((char)(0x80 - 'A')));
	__m128i capital = _mm_cmplt_epi8(shifted, _mm_set1_epi8((char)(0x80 + 26)));

	return _mm_or_si128(v, _mm_and_si128(capital, _mm_set1_epi8(0x20)));
}

size_t
hg_search(struct hg_span hay, size_t from, struct hg_span pattern, bool nocase, uint64_t *steps)
{
	const __m128i first = _mm_set1_epi8((char)pattern.p[0]);
	const __m128i last = _mm_set1_epi8((char)pattern.p[pattern.len - 1]);
	uint64_t compared = 0;
	size_t i = from;

	for (; i + pattern.len + 15 <= hay.len; i += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)(hay.p + i));
		__m128i b = _mm_loadu_si128((const __m128i *)(const void *)(hay.p + i + pattern.len - 1));
		unsigned hits;

		if (nocase) {
			a = fold(a);
			b = fold(b);
		}
		hits = (unsigned)_mm_movemask_epi8(
			_mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last)));
		for (; hits != 0; hits &= hits - 1) {
			size_t at = i + (size_t)__builtin_ctz(hits);

			compared++;
			if (rest_fits(hay.p + at, pattern, nocase)) {
				*steps += cost(from, at, compared, pattern.len, nocase);
				return at;
			}
		}
	}
	*steps += cost(from, i, compared, pattern.len, nocase);
	return search_scalar(hay, i, pattern, nocase, steps);
}
#else
size_t
hg_search(struct hg_span hay, size_t from, struct hg_span pattern, bool nocase, uint64_t *steps)
{
	return search_scalar(hay, from, pattern, nocase, steps);
}
#endif
