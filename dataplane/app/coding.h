/* coding: the content codings of a body (RFC 9110 8.4), for every HTTP: gzip and deflate, brotli and zstd (codec.h), in layers,
 * bounded in number and in growth.
 *
 * A stream that fails before it gave a byte is tried in the other formats, since senders mix up raw deflate, zlib and gzip; when
 * none fits its bytes are shown as they are. What to try is decided when 512 bytes are there, or the end, so that it does not
 * depend on the cut. Memory of the worker's hg_mem, at most HG_CODING_LAYERS windows; one owner thread.
 */
#ifndef HG_APP_CODING_H
#define HG_APP_CODING_H

#include "app/app.h"

#define HG_CODING_LAYERS 4

enum hg_coding_fault {
	HG_CODING_BAD_DEFLATE,
	HG_CODING_BAD_BROTLI,
	HG_CODING_BAD_ZSTD,
	HG_CODING_NO_MEMORY, /* a window is not to be had: shown as it is, or ends there */
	HG_CODING_BOMB,
	HG_CODING_MANY,    /* more layers than are undone */
	HG_CODING_STRANGE, /* a name that nobody knows */
	HG_CODING_FAULTS
};

/* As whom streams and names are read; the peer's two readers agree in nothing. */
enum hg_coding_manner { HG_CODING_RIGHT, HG_CODING_LIKE_HTTP1, HG_CODING_LIKE_HTTP2 };

struct hg_coding_user {
	void (*entity)(struct hg_tx *tx, enum hg_dir dir, struct hg_span bytes); /* what comes out */
	void (*fault)(struct hg_tx *tx, enum hg_dir dir, enum hg_coding_fault fault);
};

struct hg_coding_how {
	const struct hg_coding_user *user;
	enum hg_coding_manner manner;
	unsigned layers;     /* undone, at most; 0: HG_CODING_LAYERS */
	uint32_t bomb_limit; /* past it, and 2048 times what came in, is a bomb */
};

struct hg_coding;

/* encodings: the field's value, joined. NULL: there is nothing to undo (or no memory for it). */
struct hg_coding *
hg_coding_open(struct hg_tx *tx, enum hg_dir dir, const struct hg_coding_how *how, struct hg_span encodings);
void hg_coding_feed(struct hg_coding *c, struct hg_span in);
void hg_coding_finish(struct hg_coding *c); /* the message is over: what was held back comes out */
void hg_coding_break(struct hg_coding *c);  /* bytes are missing: nothing more can be decoded */
bool hg_coding_failed(const struct hg_coding *c);
void hg_coding_close(struct hg_coding *c); /* NULL: nothing */

#endif
