/* piece: lines out of input that is cut anywhere, of which every byte counts: what is too long for the buffer comes out in pieces
 * (base/line.h throws the rest away). For bodies of mail and the commands around them. */
#ifndef HG_APP_PIECE_H
#define HG_APP_PIECE_H

#include "base/buf.h"

#define HG_PIECE 4096 /* bytes of a line that are handed out as one */

/* A line, or a piece of one that is longer. */
struct hg_piece {
	struct hg_span text, end; /* end: CR LF or LF; empty: more of the line follows */
	bool first;               /* text begins the line */
};

struct hg_pieces {
	struct hg_buf part; /* the beginning of a line that has not ended */
	size_t handed;      /* so much of it was handed out */
	bool mid;           /* the line's beginning was */
};

void hg_pieces_init(struct hg_pieces *l, struct hg_mem *mem);
void hg_pieces_fini(struct hg_pieces *l);
/* Takes the next piece off *rest; false: all of *rest was kept. It lives until the next call or until rest is gone. */
bool hg_piece_take(struct hg_pieces *l, struct hg_span *rest, struct hg_piece *piece);
/* What is there of a line that will not end any more; taken. */
bool hg_piece_last(struct hg_pieces *l, struct hg_piece *piece);
/* The same, left where it is. */
struct hg_span hg_pieces_rest(const struct hg_pieces *l);
void hg_pieces_drop(struct hg_pieces *l); /* after a gap */

#endif
