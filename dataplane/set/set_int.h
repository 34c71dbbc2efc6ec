/* set_int: lists as text files, line by line. */
#ifndef HG_SET_SET_INT_H
#define HG_SET_SET_INT_H

#include "base/error.h"
#include "base/span.h"

/* Each line without blanks round it; empty ones and those that begin with # are left out. A line that is refused (-errno with a
 * sentence) ends it; the error then names the place. */
int hg_file_lines(const char *path, int (*line)(void *ctx, struct hg_span line, struct hg_error *err),
	void *ctx, struct hg_error *err);

/* What stands in front of the next comma, without blanks round it, off the rest. */
struct hg_span hg_line_field(struct hg_span *rest);
/* Digits alone, up to `most`. */
bool hg_field_number(struct hg_span text, uint32_t most, uint32_t *number);

#endif
