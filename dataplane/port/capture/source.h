/* source: the bytes of a capture file, unpacked when it is packed. The file may be a pipe: it is never seeked. */
#ifndef HG_PORT_CAPTURE_SOURCE_H
#define HG_PORT_CAPTURE_SOURCE_H

#include <sys/types.h>

#include "port/capture/inflate.h"

#define HG_SOURCE_PACKED ((size_t)256 << 10) /* bytes of a packed file read at a time */

struct hg_source {
	int fd;
	uint8_t head[HG_INFLATE_MAGIC]; /* read before the kind of file was known */
	uint8_t head_len, head_used;
	uint64_t done, total;       /* file bytes; total 0: no regular file */
	struct hg_inflate *inflate; /* NULL: not packed */
	uint8_t *packed;            /* the block that rest points into */
	struct hg_span rest;
	const char *damage; /* the packed stream ended badly */
};

/* The caller's memory; on failure nothing is left to close. */
int hg_source_open(struct hg_source *s, const char *path, struct hg_error *err);
void hg_source_close(struct hg_source *s);

/* Up to size (> 0) bytes; 0 at the end, also where a damaged packed stream ends; -errno when reading fails. */
ssize_t hg_source_read(struct hg_source *s, uint8_t *out, size_t size, struct hg_error *err);

#endif
