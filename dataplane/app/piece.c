#include "app/piece.h"

/* One more than a piece holds: the last byte may be the CR of the line's end. */
#define ROOM ((size_t)HG_PIECE + 1)

void
hg_pieces_init(struct hg_pieces *l, struct hg_mem *mem)
{
	*l = (struct hg_pieces){ .handed = 0 };
	hg_buf_init(&l->part, mem, ROOM);
}

void
hg_pieces_fini(struct hg_pieces *l)
{
	hg_buf_fini(&l->part);
}

static void
whole_line(struct hg_pieces *l, struct hg_span line, struct hg_piece *piece)
{
	const size_t end = line.len > 1 && line.p[line.len - 2] == '\r' ? 2 : 1;

	piece->text = hg_span_sub(line, 0, line.len - end);
	piece->end = hg_span_from(line, line.len - end);
	piece->first = !l->mid;
	l->mid = false;
}

bool
hg_piece_take(struct hg_pieces *l, struct hg_span *rest, struct hg_piece *piece)
{
	const size_t at = hg_span_find(*rest, 0, '\n');
	struct hg_span held;
	size_t n;

	hg_buf_consume(&l->part, l->handed);
	l->handed = 0;
	if (hg_buf_len(&l->part) == 0 && at < HG_PIECE) {
		whole_line(l, hg_span_sub(*rest, 0, at + 1), piece);
		*rest = hg_span_from(*rest, at + 1);
		return true;
	}
	n = HG_MIN(at == SIZE_MAX ? rest->len : at + 1, ROOM - hg_buf_len(&l->part));
	if (!hg_buf_append(&l->part, hg_span_sub(*rest, 0, n)))
		hg_pieces_drop(l);
	*rest = hg_span_from(*rest, n);
	held = hg_buf_span(&l->part);
	if (held.len > 0 && held.p[held.len - 1] == '\n') {
		whole_line(l, held, piece);
		l->handed = held.len;
		return true;
	}
	if (held.len < ROOM)
		return false;
	*piece = (struct hg_piece){ hg_span_sub(held, 0, HG_PIECE), HG_SPAN_NONE, !l->mid };
	l->mid = true;
	l->handed = HG_PIECE;
	return true;
}

struct hg_span
hg_pieces_rest(const struct hg_pieces *l)
{
	return hg_span_from(hg_buf_span(&l->part), l->handed);
}

bool
hg_piece_last(struct hg_pieces *l, struct hg_piece *piece)
{
	const struct hg_span held = hg_pieces_rest(l);

	*piece = (struct hg_piece){ held, HG_SPAN_NONE, !l->mid };
	l->handed = hg_buf_len(&l->part);
	l->mid = false;
	return held.len > 0;
}

void
hg_pieces_drop(struct hg_pieces *l)
{
	hg_buf_clear(&l->part);
	l->handed = 0;
	l->mid = false;
}
