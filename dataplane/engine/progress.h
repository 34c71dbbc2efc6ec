/* progress: how far long work has come, on a terminal only.
 *
 * One line on standard error that is written over; nothing at all into a pipe or file. Whoever prints anything else on
 * standard error clears it first. One thread.
 */
#ifndef HG_ENGINE_PROGRESS_H
#define HG_ENGINE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct hg_progress {
	bool terminal;
	bool shown;    /* a line stands there */
	uint64_t last; /* per cent or count last shown */
	const char *what;
};

void hg_progress_init(struct hg_progress *p);
/* total 0: unknown, `done` is shown as a number. `what` must live until the next call; a change of it always shows. */
void hg_progress_show(struct hg_progress *p, const char *what, uint64_t done, uint64_t total);
void hg_progress_clear(struct hg_progress *p);

/* The line into buf, without the terminal's control characters; false: the same as was shown last. */
bool hg_progress_line(
	struct hg_progress *p, const char *what, uint64_t done, uint64_t total, char *buf, unsigned size);

#endif
