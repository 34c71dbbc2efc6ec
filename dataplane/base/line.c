#include "base/line.h"

/* The buffer holds one byte more than a line may have: the CR of a line that fills the cap. */
static size_t
line_cap(const struct hg_lines *l)
{
	return l->part.cap - 1;
}

void
hg_lines_init(struct hg_lines *l, struct hg_mem *mem, size_t cap)
{
	*l = (struct hg_lines){ .skipping = false };
	hg_buf_init(&l->part, mem, cap + 1);
}

void
hg_lines_fini(struct hg_lines *l)
{
	hg_buf_fini(&l->part);
}

/* Whether `raw` (all bytes so far, LF not among them) is more than a line may have, however it goes on. */
static bool
too_long(const struct hg_lines *l, size_t len, uint8_t last)
{
	size_t cap = line_cap(l);

	return len > cap + 1 || (len == cap + 1 && last != '\r');
}

static struct hg_line
line_of(struct hg_span raw)
{
	struct hg_line line = { .text = raw };

	if (raw.len > 0 && raw.p[raw.len - 1] == '\r') {
		line.text.len--;
		line.crlf = true;
	}
	return line;
}

/* The first bytes of a line of which `more` is the newest piece; gathered if some were kept before. */
static struct hg_line
line_cut(struct hg_lines *l, struct hg_span more)
{
	size_t held = hg_buf_len(&l->part), cap = line_cap(l);
	struct hg_line line = { .truncated = true };

	if (held == 0) {
		line.text = hg_span_sub(more, 0, cap);
		return line;
	}
	if (held < cap)
		(void)hg_buf_append(&l->part, hg_span_sub(more, 0, cap - held));
	line.text = hg_span_sub(hg_buf_span(&l->part), 0, cap);
	l->handed = true;
	return line;
}

/* The LF is not in sight: keep what there is, or hand out a line that is too long already. */
static bool
keep(struct hg_lines *l, struct hg_span more, struct hg_line *line)
{
	if (more.len == 0)
		return false;
	/* Refused memory truncates the line as its cap would. */
	if (!too_long(l, hg_buf_len(&l->part) + more.len, more.p[more.len - 1]) &&
		hg_buf_append(&l->part, more))
		return false;
	*line = line_cut(l, more);
	l->skipping = true;
	return true;
}

/* The newest piece ends at an LF. */
static void
finish(struct hg_lines *l, struct hg_span more, struct hg_line *line)
{
	size_t held = hg_buf_len(&l->part);
	uint8_t last = 0;

	if (more.len > 0)
		last = more.p[more.len - 1];
	else if (held > 0)
		last = hg_buf_span(&l->part).p[held - 1];
	if (too_long(l, held + more.len, last)) {
		*line = line_cut(l, more);
	} else if (held == 0) {
		*line = line_of(more);
	} else if (hg_buf_append(&l->part, more)) {
		*line = line_of(hg_buf_span(&l->part));
		l->handed = true;
	} else {
		*line = line_cut(l, HG_SPAN_NONE);
	}
}

bool
hg_line_take(struct hg_lines *l, struct hg_span *rest, struct hg_line *line)
{
	struct hg_span piece;
	size_t lf;

	if (l->handed)
		hg_buf_clear(&l->part);
	l->handed = false;
	lf = hg_span_find(*rest, 0, '\n');
	if (l->skipping) {
		*rest = lf == SIZE_MAX ? hg_span_from(*rest, rest->len) : hg_span_from(*rest, lf + 1);
		if (lf == SIZE_MAX)
			return false;
		l->skipping = false;
		lf = hg_span_find(*rest, 0, '\n');
	}
	piece = lf == SIZE_MAX ? *rest : hg_span_sub(*rest, 0, lf);
	*rest = lf == SIZE_MAX ? hg_span_from(*rest, rest->len) : hg_span_from(*rest, lf + 1);
	if (lf == SIZE_MAX)
		return keep(l, piece, line);
	finish(l, piece, line);
	return true;
}

struct hg_span
hg_lines_rest(const struct hg_lines *l)
{
	return l->handed || l->skipping ? HG_SPAN_NONE : hg_buf_span(&l->part);
}

void
hg_lines_drop(struct hg_lines *l)
{
	hg_buf_clear(&l->part);
	l->handed = false;
	l->skipping = false;
}
