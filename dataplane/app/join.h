/* join: one file whose parts come in several messages, of one connection or of several (HTTP ranges).
 *
 * Parts are told apart by the pair of addresses, as packets are dealt out to workers (packet/steer.h): a worker sees all of
 * them, and nobody can put bytes into what another client fetches. What is next in the file goes into it at once, digests and
 * all; what comes too early waits, up to a cap. Bytes that are there already are not taken again: the first ones count.
 * ADR 0027. Memory of the worker's hg_mem; one owner thread.
 */
#ifndef HG_APP_JOIN_H
#define HG_APP_JOIN_H

#include "app/app.h"

#define HG_JOINS 1024    /* files in parts, a worker */
#define HG_JOIN_EARLY 64 /* stretches of a file that wait for what is in front of them */

struct hg_join_limits {
	uint64_t memory; /* bytes that wait, a worker */
	hg_time timeout; /* without a part for so long a file is forgotten */
};

/* What names a file, besides the addresses; version: of what the target names. A target that is empty names none. */
struct hg_join_name {
	struct hg_span host, target, version;
};

struct hg_join_range {
	uint64_t start, end, size; /* end: of its last byte */
};

struct hg_join_part; /* a message that brings bytes of a file */

/* tx: the message's, which the file belongs to if its last bytes come with it; as: the file's name in records. NULL: it is not
 * joined (counted, if for want of room). */
struct hg_join_part *hg_join_begin(struct hg_tx *tx, const struct hg_join_name *name, struct hg_span as,
	const struct hg_join_range *range, const struct hg_inspect_limits *inspect,
	const struct hg_join_limits *limits);
void hg_join_add(struct hg_app *app, struct hg_join_part *part, struct hg_span bytes);
void hg_join_gap(struct hg_join_part *part, uint64_t bytes);
/* The message is over, and the part with it. tx: it gets the file if that is whole now; NULL: it is gone itself. */
void hg_join_end(struct hg_app *app, struct hg_join_part *part, struct hg_tx *tx);

#endif
