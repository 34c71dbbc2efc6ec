/* check: the whole unit harness, a little over CUnit.
 *
 * A suite is a file: its tests are functions named as sentences, listed once in HG_TESTS. Checks print the row's title,
 * what came and what should have. Output is TAP, so that every test counts by itself.
 */
#ifndef HG_TESTS_CHECK_H
#define HG_TESTS_CHECK_H

#include <CUnit/CUnit.h>

#include "base/span.h"

struct hg_check_test {
	const char *name;
	void (*run)(void);
};

#define HG_TEST(fn)     \
	{               \
#fn, fn \
	}

int hg_check_main(const char *suite, const struct hg_check_test *tests, size_t n);

#define HG_TESTS(suite, ...)                                                          \
	int main(void)                                                                \
	{                                                                             \
		static const struct hg_check_test tests[] = { __VA_ARGS__ };          \
		return hg_check_main(suite, tests, sizeof(tests) / sizeof(tests[0])); \
	}

#define hg_check_span(title, got, want) hg_check_span_at(__FILE__, __LINE__, title, got, want)
#define hg_check_str(title, got, want) hg_check_str_at(__FILE__, __LINE__, title, got, want)
#define hg_check_u64(title, got, want) hg_check_u64_at(__FILE__, __LINE__, title, got, want)
#define hg_check_bool(title, got, want) hg_check_u64_at(__FILE__, __LINE__, title, got, want)

/* Numbers below n that look random and are the same in every run of a suite. */
unsigned hg_check_below(unsigned n);
/* They begin anew, with this one (not 0) or HG_SEED of the environment; which, is printed. */
void hg_check_seed(uint64_t seed);
uint64_t hg_check_seed_here(void); /* the HG_SEED by which they go on from here */

void hg_check_span_at(const char *file, int line, const char *title, struct hg_span got, struct hg_span want);
void hg_check_str_at(const char *file, int line, const char *title, const char *got, const char *want);
void hg_check_u64_at(const char *file, int line, const char *title, uint64_t got, uint64_t want);

#endif
