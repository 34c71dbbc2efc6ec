#include "check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static void
print_bytes(FILE *to, const char *label, struct hg_span s)
{
	fprintf(to, "#   %s (%zu) \"", label, s.len);
	for (size_t i = 0; i < s.len && i < 400; i++)
		fprintf(to, isprint(s.p[i]) && s.p[i] != '\\' ? "%c" : "\\x%02x", s.p[i]);
	fprintf(to, s.len > 400 ? "…\"\n" : "\"\n");
}

static void
fail_at(const char *file, int line, const char *title)
{
	printf("# %s:%d: %s\n", file, line, title);
	CU_assertImplementation(CU_FALSE, (unsigned)line, title, file, "", CU_FALSE);
}

void
hg_check_span_at(const char *file, int line, const char *title, struct hg_span got, struct hg_span want)
{
	if (hg_span_eq(got, want))
		return;
	fail_at(file, line, title);
	print_bytes(stdout, "got ", got);
	print_bytes(stdout, "want", want);
}

void
hg_check_str_at(const char *file, int line, const char *title, const char *got, const char *want)
{
	hg_check_span_at(file, line, title, hg_span_str(got), hg_span_str(want));
}

void
hg_check_u64_at(const char *file, int line, const char *title, uint64_t got, uint64_t want)
{
	if (got == want)
		return;
	fail_at(file, line, title);
	printf("#   got %llu (0x%llx), want %llu (0x%llx)\n", (unsigned long long)got,
		(unsigned long long)got, (unsigned long long)want, (unsigned long long)want);
}

/* CUnit keeps suites and assertions; the loop is ours so that the output can be TAP. */
int
hg_check_main(const char *suite, const struct hg_check_test *tests, size_t n)
{
	CU_pSuite s;
	unsigned bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS || (s = CU_add_suite(suite, NULL, NULL)) == NULL)
		return 99;
	printf("TAP version 13\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		CU_pTest t = CU_add_test(s, tests[i].name, tests[i].run);

		/* CU_run_test forgets the results of the test before it. */
		if (t == NULL || CU_run_test(s, t) != CUE_SUCCESS || CU_get_number_of_failures() > 0) {
			bad++;
			printf("not ok %zu - %s: %s\n", i + 1, suite, tests[i].name);
			for (CU_pFailureRecord f = CU_get_failure_list(); f != NULL; f = f->pNext)
				if (f->pTest == t && f->strCondition != NULL)
					printf("# %s:%u: %s\n", f->strFileName, f->uiLineNumber,
						f->strCondition);
		} else {
			printf("ok %zu - %s: %s\n", i + 1, suite, tests[i].name);
		}
	}
	CU_cleanup_registry();
	return bad == 0 ? 0 : 1;
}

static uint64_t random_state = 88172645463325252u;

unsigned
hg_check_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 33) % n;
}

void
hg_check_seed(uint64_t seed)
{
	const char *asked = getenv("HG_SEED");

	random_state = asked == NULL ? seed : strtoull(asked, NULL, 10);
	printf("# seed %llu\n", (unsigned long long)random_state);
}

uint64_t
hg_check_seed_here(void)
{
	return random_state;
}
