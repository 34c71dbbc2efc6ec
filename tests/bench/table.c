#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define TIMES 5
#define ROUNDS 200000
#define COLUMNS 56

bool
table_read(struct table *t, int argc, char **argv, bool takes_rules, const char *usage)
{
	*t = (struct table){ .rounds = ROUNDS };
	for (int i = 1; i < argc; i++) {
		char *end = argv[i];

		if (strcmp(argv[i], "--json") == 0) {
			t->json = true;
			continue;
		}
		if (takes_rules && strcmp(argv[i], "--rules") == 0 && i + 1 < argc) {
			t->rules = argv[++i];
			continue;
		}
		t->rounds = (unsigned)strtoul(argv[i], &end, 10) / TABLE_STEP * TABLE_STEP;
		if (end == argv[i] || *end != '\0' || t->rounds == 0) {
			fprintf(stderr, "usage: %s\n", usage);
			return false;
		}
	}
	return true;
}

void
table_head(const struct table *t)
{
	if (!t->json)
		printf("%-*s %10s  %s\n", COLUMNS, "", "ns", "for each");
}

/* printf counts bytes. */
static int
columns(const char *text)
{
	int n = COLUMNS;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) == 0x80;
	return n;
}

static double
best_of(const struct table *t, const struct part *p)
{
	const unsigned rounds = t->rounds / p->share == 0 ? 1 : t->rounds / p->share;
	double best = 0;

	for (unsigned k = 0; k < TIMES; k++) {
		const double begin = now();
		double ns;

		p->run(p->arg, rounds);
		ns = (now() - begin) / (rounds * p->units);
		best = k == 0 || ns < best ? ns : best;
	}
	return best;
}

void
table_run(const struct table *t, const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct part *p = &parts[i];
		const double ns = best_of(t, p);

		/* Names have nothing that JSON would want escaped. */
		if (t->json)
			printf("{\"part\":\"%s\",\"each\":\"%s\",\"ns\":%.1f}\n", p->what, p->each, ns);
		else
			printf("%-*s %10.1f  %s\n", columns(p->what), p->what, ns, p->each);
		fflush(stdout);
	}
}
