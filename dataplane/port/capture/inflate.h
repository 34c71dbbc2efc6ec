/* inflate: gzip and zstd unpacked as a stream.
 *
 * Several members (gzip) or frames (zstd) in a row are one stream. The state is on the heap, made once a file.
 */
#ifndef HG_PORT_CAPTURE_INFLATE_H
#define HG_PORT_CAPTURE_INFLATE_H

#include "base/error.h"
#include "base/span.h"

#define HG_INFLATE_MAGIC 4 /* bytes that hg_inflate_find wants to see; fewer are never packed */

enum hg_inflate_kind { HG_INFLATE_NONE, HG_INFLATE_GZIP, HG_INFLATE_ZSTD };

struct hg_inflate;

enum hg_inflate_kind hg_inflate_find(struct hg_span head);

int hg_inflate_open(struct hg_inflate **ret, enum hg_inflate_kind kind, struct hg_error *err);
void hg_inflate_close(struct hg_inflate *z); /* z may be NULL */

/* Unpacks from the front of *in, which it shortens, into out; returns the bytes written. 0 with input left over means
 * damaged: nothing more comes. */
size_t hg_inflate_feed(struct hg_inflate *z, struct hg_span *in, uint8_t *out, size_t size);

/* Asked when the input is over or nothing more comes: NULL for a whole stream, else what is wrong with it. */
const char *hg_inflate_damage(const struct hg_inflate *z);

#endif
