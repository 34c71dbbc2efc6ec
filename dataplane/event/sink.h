/* sink: where finished lines go. A new sink is one file that fills this structure.
 *
 * write takes one line without its newline; false: it could not be taken (counted by the caller as refused).
 */
#ifndef HG_EVENT_SINK_H
#define HG_EVENT_SINK_H

#include "base/error.h"
#include "base/span.h"

struct hg_sink {
	bool (*write)(struct hg_sink *s, struct hg_span line);
	int (*flush)(struct hg_sink *s, struct hg_error *err);
	void (*close)(struct hg_sink *s);
};

/* A regular file, or standard output for path NULL; buffered, written in large blocks. truncate: starts empty. */
int hg_sink_file_open(struct hg_sink **ret, const char *path, bool truncate, struct hg_error *err);

#endif
