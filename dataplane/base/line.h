/* line: whole lines out of input that is cut anywhere.
 *
 * Used by every line protocol. Each byte is searched once: what was searched and not finished is remembered. A line
 * that lies whole in the input is handed out in place; one that straddles is gathered in the reader's own buffer.
 * Ends at LF; a CR before it is dropped from `line`. Longer than cap: handed out once, truncated, then the rest is
 * skipped up to the LF.
 */
#ifndef HG_BASE_LINE_H
#define HG_BASE_LINE_H

#include "base/buf.h"

struct hg_lines {
	struct hg_buf part; /* the beginning of a line that has not ended */
	bool skipping;      /* the rest of a truncated line is thrown away */
	bool handed;        /* part was handed out and is dropped at the next call */
};

struct hg_line {
	struct hg_span text; /* without CR LF; lives until the next call or until rest is gone */
	bool truncated;
	bool crlf; /* ended by CR LF rather than LF alone */
};

void hg_lines_init(struct hg_lines *l, struct hg_mem *mem, size_t cap);
void hg_lines_fini(struct hg_lines *l);

/* Takes the next whole line off *rest; false: none ends in it, and all of *rest was kept. */
bool hg_line_take(struct hg_lines *l, struct hg_span *rest, struct hg_line *line);

/* What is there of a line that will not end any more (end of stream). */
struct hg_span hg_lines_rest(const struct hg_lines *l);
void hg_lines_drop(struct hg_lines *l); /* after a gap */

#endif
