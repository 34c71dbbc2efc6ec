/* Lines out of input that is cut anywhere; unlike base/line.c their ends are kept: raw buffers show them. */
#include "app/http/http_int.h"

enum hg_http_line
hg_http_line_take(struct hg_http_side *s, struct hg_span *rest, struct hg_span *line)
{
	size_t end = hg_span_find(*rest, 0, '\n');
	struct hg_span head = end == SIZE_MAX ? *rest : hg_span_sub(*rest, 0, end + 1);
	size_t held = hg_buf_len(&s->part);

	if (s->handed) {
		hg_buf_clear(&s->part);
		s->handed = false;
		held = 0;
	}
	if (held + head.len > HG_HTTP_LINE_MAX)
		return HG_HTTP_LINE_LONG;
	if (end != SIZE_MAX && held == 0) {
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

struct hg_span
hg_http_line_rest(struct hg_http_side *s)
{
	struct hg_span rest = s->handed ? HG_SPAN_NONE : hg_buf_span(&s->part);

	s->handed = true;
	return rest;
}

void
hg_http_line_drop(struct hg_http_side *s)
{
	hg_buf_clear(&s->part);
	s->handed = false;
}

/* Without its end: any number of LF, each with a CR before it or not. */
struct hg_span
hg_http_chomp(struct hg_span line)
{
	while (line.len > 0 && line.p[line.len - 1] == '\n') {
		line.len--;
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
	}
	return line;
}

bool
hg_http_is_blank_line(struct hg_span line)
{
	return hg_http_chomp(line).len == 0;
}

enum hg_http_step
hg_http_too_long(struct hg_http *h, enum hg_dir dir)
{
	hg_http_anomaly(h, h->side[dir].tx, dir,
		dir == HG_TO_SERVER ? HG_HTTP_REQUEST_TOO_LONG : HG_HTTP_RESPONSE_TOO_LONG);
	return HG_HTTP_FAIL;
}
