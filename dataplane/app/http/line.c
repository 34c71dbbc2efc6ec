/* Lines out of input that is cut anywhere; unlike base/line.c their ends are kept: raw buffers show them. */
#include "app/http/http_int.h"

bool
hg_http_is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct hg_span
hg_http_skip_space(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && hg_http_is_space(s.p[n]))
		n++;
	return hg_span_from(s, n);
}

struct hg_span
hg_http_take_word(struct hg_span *s)
{
	size_t n = 0;
	struct hg_span word;

	while (n < s->len && !hg_http_is_space(s->p[n]))
		n++;
	word = hg_span_sub(*s, 0, n);
	*s = hg_span_from(*s, n);
	return word;
}

/* Does the CR at `at` of a line end it? The byte behind it says so. In headers one that stands alone in its line does not. */
static bool
cr_ends(enum hg_http_line_end ends, size_t at, uint8_t next)
{
	return next != '\n' && (ends == HG_HTTP_ENDS_CR || (next != '\r' && at > 0));
}

size_t
hg_http_line_end(struct hg_span s, size_t from, size_t before, enum hg_http_line_end ends)
{
	size_t lf = hg_span_find(s, from, '\n');
	struct hg_span head = hg_span_sub(s, 0, lf == SIZE_MAX ? SIZE_MAX : lf + 1);

	if (ends != HG_HTTP_ENDS_LF)
		for (size_t cr = hg_span_find(head, from, '\r'); cr < head.len && cr + 1 < head.len;
			cr = hg_span_find(head, cr + 1, '\r'))
			if (cr_ends(ends, before + cr - from, head.p[cr + 1]))
				return cr + 1;
	return lf == SIZE_MAX ? SIZE_MAX : lf + 1;
}

static bool
held_ends(const struct hg_http_side *s, enum hg_http_line_end ends, uint8_t next)
{
	struct hg_span held = hg_buf_span(&s->part);

	return ends != HG_HTTP_ENDS_LF && held.len > 0 && held.p[held.len - 1] == '\r' &&
		cr_ends(ends, held.len - 1, next);
}

enum hg_http_line
hg_http_line_take(
	struct hg_http_side *s, struct hg_span *rest, enum hg_http_line_end ends, struct hg_span *line)
{
	size_t end;
	struct hg_span head;

	if (s->handed)
		hg_http_line_drop(s);
	if (rest->len > 0 && held_ends(s, ends, rest->p[0])) {
		*line = hg_buf_span(&s->part);
		s->handed = true;
		return HG_HTTP_LINE_WHOLE;
	}
	end = hg_http_line_end(*rest, 0, hg_buf_len(&s->part), ends);
	head = hg_span_sub(*rest, 0, end);
	if (hg_buf_len(&s->part) + head.len > HG_HTTP_LINE_MAX)
		return HG_HTTP_LINE_LONG;
	if (end != SIZE_MAX && hg_buf_len(&s->part) == 0) {
		*line = head;
		*rest = hg_span_from(*rest, head.len);
		return HG_HTTP_LINE_WHOLE;
	}
	if (!hg_buf_append(&s->part, head))
		return HG_HTTP_LINE_LONG;
	*rest = hg_span_from(*rest, head.len);
	if (end == SIZE_MAX)
		return HG_HTTP_LINE_MORE;
	*line = hg_buf_span(&s->part);
	s->handed = true;
	return HG_HTTP_LINE_WHOLE;
}

enum hg_http_step
hg_http_line_step(struct hg_http *h, enum hg_dir dir, struct hg_span *rest, enum hg_http_line_end ends,
	struct hg_span *line)
{
	switch (hg_http_line_take(&h->side[dir], rest, ends, line)) {
	case HG_HTTP_LINE_MORE:
		return HG_HTTP_MORE;
	case HG_HTTP_LINE_LONG:
		return hg_http_too_long(h, dir);
	case HG_HTTP_LINE_WHOLE:
		break;
	}
	return HG_HTTP_GO;
}

struct hg_span
hg_http_line_held(const struct hg_http_side *s)
{
	return s->handed ? HG_SPAN_NONE : hg_buf_span(&s->part);
}

struct hg_span
hg_http_line_rest(struct hg_http_side *s)
{
	struct hg_span rest = hg_http_line_held(s);

	s->handed = true;
	return rest;
}

void
hg_http_line_drop(struct hg_http_side *s)
{
	hg_buf_clear(&s->part);
	s->handed = false;
}

/* Without its end: any number of CR and LF. */
struct hg_span
hg_http_chomp(struct hg_span line)
{
	while (line.len > 0 && (line.p[line.len - 1] == '\n' || line.p[line.len - 1] == '\r'))
		line.len--;
	return line;
}

bool
hg_http_is_blank_line(struct hg_span line)
{
	return (line.len == 1 && (line.p[0] == '\r' || line.p[0] == '\n')) ||
		(line.len == 2 && line.p[0] == '\r' && line.p[1] == '\n');
}

enum hg_http_step
hg_http_too_long(struct hg_http *h, enum hg_dir dir)
{
	if (dir == HG_TO_SERVER)
		hg_http_anomaly(h, h->side[dir].tx, dir, HG_HTTP_REQUEST_TOO_LONG);
	else if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_NAMED_LESS))
		hg_http_anomaly(h, h->side[dir].tx, dir, HG_HTTP_RESPONSE_TOO_LONG);
	return HG_HTTP_FAIL;
}
