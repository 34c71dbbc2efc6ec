#include "engine/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Without a total: shown when so much was added, or a sixteenth. */
#define STEP 1024

void
hg_progress_init(struct hg_progress *p)
{
	*p = (struct hg_progress){ .terminal = isatty(STDERR_FILENO) == 1 };
}

bool
hg_progress_line(
	struct hg_progress *p, const char *what, uint64_t done, uint64_t total, char *buf, unsigned size)
{
	uint64_t percent = total == 0 ? 0
		: done >= total       ? 100
				      : (uint64_t)(100.0 * (double)done / (double)total);
	uint64_t grown = p->last / 16 < STEP ? STEP : p->last / 16;

	if (p->what != NULL && strcmp(p->what, what) == 0 &&
		(total == 0 ? done < p->last + grown : percent == p->last))
		return false;
	p->what = what;
	p->last = total == 0 ? done : percent;
	snprintf(buf, size, "%s: %llu%s", what, (unsigned long long)p->last, total == 0 ? "" : " %");
	return true;
}

void
hg_progress_show(struct hg_progress *p, const char *what, uint64_t done, uint64_t total)
{
	char line[128];

	if (!p->terminal || !hg_progress_line(p, what, done, total, line, sizeof(line)))
		return;
	/* To the line's begin, and erase what is longer. */
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	p->shown = true;
}

void
hg_progress_clear(struct hg_progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->shown = false;
	p->what = NULL;
}
