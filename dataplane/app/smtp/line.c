/* Lines out of input that is cut anywhere. Of a line that is too long for the buffer all comes out, in pieces: base/line.h throws
 * its rest away, but in a body every byte counts. */
#include "app/smtp/smtp_int.h"

/* One more than a piece holds: the last byte may be the CR of the line's end. */
#define ROOM ((size_t)HG_SMTP_LINE + 1)

void
hg_smtp_lines_init(struct hg_smtp_lines *l, struct hg_mem *mem)
{
	hg_buf_init(&l->part, mem, ROOM);
}

static void
whole_line(struct hg_smtp_lines *l, struct hg_span line, struct hg_smtp_piece *piece)
{
	size_t end = line.len > 1 && line.p[line.len - 2] == '\r' ? 2 : 1;

	piece->text = hg_span_sub(line, 0, line.len - end);
	piece->end = hg_span_from(line, line.len - end);
	piece->first = !l->mid;
	l->mid = false;
}

bool
hg_smtp_line_take(struct hg_smtp_lines *l, struct hg_span *rest, struct hg_smtp_piece *piece)
{
	size_t at = hg_span_find(*rest, 0, '\n'), n;
	struct hg_span held;

	hg_buf_consume(&l->part, l->handed);
	l->handed = 0;
	if (hg_buf_len(&l->part) == 0 && at < HG_SMTP_LINE) {
		whole_line(l, hg_span_sub(*rest, 0, at + 1), piece);
		*rest = hg_span_from(*rest, at + 1);
		return true;
	}
	n = HG_MIN(at == SIZE_MAX ? rest->len : at + 1, ROOM - hg_buf_len(&l->part));
	if (!hg_buf_append(&l->part, hg_span_sub(*rest, 0, n)))
		hg_smtp_line_drop(l);
	*rest = hg_span_from(*rest, n);
	held = hg_buf_span(&l->part);
	if (held.len > 0 && held.p[held.len - 1] == '\n') {
		whole_line(l, held, piece);
		l->handed = held.len;
		return true;
	}
	if (held.len < ROOM)
		return false;
	*piece = (struct hg_smtp_piece){ hg_span_sub(held, 0, HG_SMTP_LINE), HG_SPAN_NONE, !l->mid };
	l->mid = true;
	l->handed = HG_SMTP_LINE;
	return true;
}

struct hg_span
hg_smtp_line_rest(const struct hg_smtp_lines *l)
{
	return hg_span_from(hg_buf_span(&l->part), l->handed);
}

void
hg_smtp_line_drop(struct hg_smtp_lines *l)
{
	hg_buf_clear(&l->part);
	l->handed = 0;
	l->mid = false;
}

/* What is said of a line that is too long is said of its first bytes, the end included. */
bool
hg_smtp_cut(struct hg_smtp_piece *line)
{
	if (line->text.len + line->end.len < HG_SMTP_LINE)
		return false;
	line->text = hg_span(line->text.p, HG_SMTP_LINE);
	return true;
}
