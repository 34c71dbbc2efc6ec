/* body: bytes that grow while they pass and are shown to rules in inspection windows (HTTP bodies, files).
 *
 * What rules have seen and no later window needs is dropped; bytes past the limit are counted, not kept. Memory from the
 * worker's hg_mem; one owner thread. Windows are the peer's (peer-semantics 4.4).
 */
#ifndef HG_FILE_BODY_H
#define HG_FILE_BODY_H

#include "base/buf.h"

/* What a buffer getter gives. */
struct hg_view {
	struct hg_span data;
	uint64_t offset; /* of data in the whole buffer: growing buffers hand out windows */
	bool complete;   /* data reaches the buffer's end */
};

/* How much of a growing buffer rules see at a time (peer-semantics 4.4). limit 0: none. */
struct hg_inspect_limits {
	uint32_t limit;  /* bytes ever handed out */
	uint32_t min;    /* nothing before so many are there, or the end */
	uint32_t window; /* later windows: so many bytes, old ones included */
};

/* A growing buffer with its inspection mark; bytes past limit are counted, not kept. */
struct hg_body {
	struct hg_buf bytes; /* window of the body that may still be inspected */
	uint64_t base;       /* offset of bytes' first byte */
	uint64_t total;      /* bytes that came by */
	uint64_t inspected;  /* up to here rules have looked */
	uint64_t refused;    /* bytes for which there was no memory */
	bool complete;
	bool gap;       /* bytes are missing behind what is held: it is due, and goes when more comes */
	bool shown_end; /* rules have seen the end */
	struct hg_inspect_limits limits;
};

void hg_body_init(struct hg_body *b, struct hg_mem *mem, const struct hg_inspect_limits *limits);
void hg_body_fini(struct hg_body *b);
void hg_body_append(struct hg_body *b, struct hg_span s);
void
hg_body_skip(struct hg_body *b, uint64_t gap); /* bytes that are missing: windows do not reach over them */
void hg_body_finish(struct hg_body *b);
/* The window that is due; false: nothing yet. eof: the flow ends, what is there is due. ips: every byte at once. */
bool hg_body_view(struct hg_body *b, bool eof, bool ips, struct hg_view *out);
/* Rules have looked at what view gave. */
void hg_body_inspected(struct hg_body *b);

#endif
