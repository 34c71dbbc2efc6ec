/* Bodies: how much of the input is body, and where it goes. */
#include "app/http/http_int.h"

/* ---- framing ---- */

/* Digits, blanks and junk around them let be, as the peer does; false: no digits, or more than fits. */
bool
hg_http_parse_length(struct hg_span text, uint64_t *out)
{
	uint64_t n = 0;
	size_t i = 0, first;

	while (i < text.len && (text.p[i] < '0' || text.p[i] > '9'))
		i++;
	first = i;
	for (; i < text.len && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
		if (n > (INT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	}
	*out = n;
	return i > first;
}

/* RFC 9112 7.1: hex digits, blanks, then perhaps ';' and an extension; junk behind the digits is let be. At most 31 bits. */
enum hg_http_chunk
hg_http_parse_chunk_size(struct hg_span line, uint64_t *out, bool *extension)
{
	uint64_t n = 0;
	size_t i = 0, first;

	*extension = false;
	line = hg_http_skip_space(line);
	if (line.len == 0)
		return HG_HTTP_CHUNK_EMPTY;
	for (first = i; i < line.len && hg_hex_digit(line.p[i]) >= 0; i++) {
		if (n > INT32_MAX / 16)
			return HG_HTTP_CHUNK_BAD;
		n = n * 16 + (uint64_t)hg_hex_digit(line.p[i]);
	}
	*out = n;
	*extension = hg_span_find(line, i, ';') != SIZE_MAX;
	return i > first ? HG_HTTP_CHUNK_OK : HG_HTTP_CHUNK_BAD;
}

enum hg_http_step
hg_http_body(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];
	struct hg_span data = hg_span_sub(*rest, 0, (size_t)HG_MIN(s->left, (uint64_t)rest->len));

	s->left -= data.len;
	*rest = hg_span_from(*rest, data.len);
	if (s->tx != NULL && s->tx->other != NULL && dir == HG_TO_SERVER)
		hg_http_other_add(s->tx, data);
	if (s->tx != NULL)
		hg_http_body_data(h, s->tx, dir, data);
	if (s->left > 0)
		return HG_HTTP_MORE;
	if (s->phase == HG_HTTP_CHUNK_DATA)
		s->phase = HG_HTTP_CHUNK_END;
	else
		hg_http_done(h, dir);
	return HG_HTTP_GO;
}

enum hg_http_step
hg_http_body_close(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];

	if (s->tx != NULL)
		hg_http_body_data(h, s->tx, dir, *rest);
	*rest = hg_span_from(*rest, rest->len);
	return HG_HTTP_MORE;
}

/* Responses go on as if they ended with the connection, requests not at all. */
static enum hg_http_step
bad_chunk(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	struct hg_http_side *s = &h->side[dir];

	hg_http_anomaly(
		h, s->tx, dir, dir == HG_TO_SERVER ? HG_HTTP_REQUEST_CHUNK_LEN : HG_HTTP_RESPONSE_CHUNK_LEN);
	if (dir == HG_TO_SERVER)
		return HG_HTTP_FAIL;
	s->phase = HG_HTTP_BODY_CLOSE;
	if (s->tx != NULL)
		hg_http_body_data(h, s->tx, dir, line);
	return HG_HTTP_GO;
}

/* How many bytes show that a response is not chunked after all: a line begins with white space, then no digit. 0: it may be. */
static size_t
no_chunk(struct hg_http_side *s, struct hg_span rest)
{
	struct hg_span held = hg_http_line_held(s);
	size_t n = 0;

	if (hg_http_skip_space(held).len > 0)
		return 0;
	while (n < rest.len && rest.p[n] != '\n' && hg_http_is_space(rest.p[n]))
		n++;
	return n == rest.len || rest.p[n] == '\n' || hg_hex_digit(rest.p[n]) >= 0 ? 0 : n + 1;
}

/* The line that holds no size begins the body. */
static enum hg_http_step
give_up_chunks(struct hg_http *h, struct hg_span *rest, size_t n)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	struct hg_span held = hg_http_line_held(s);

	hg_http_anomaly(h, s->tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_CHUNK_LEN);
	s->phase = HG_HTTP_BODY_CLOSE;
	if (s->tx == NULL)
		return HG_HTTP_GO;
	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_COUNTED_TWICE))
		s->tx->msg[HG_TO_CLIENT].wire += held.len + n;
	hg_http_body_data(h, s->tx, HG_TO_CLIENT, held);
	hg_http_body_data(h, s->tx, HG_TO_CLIENT, *rest);
	hg_http_line_drop(s);
	*rest = hg_span_from(*rest, rest->len);
	return HG_HTTP_GO;
}

enum hg_http_step
hg_http_chunk_size(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];
	size_t junk = dir == HG_TO_CLIENT ? no_chunk(s, *rest) : 0;
	enum hg_http_chunk kind;
	enum hg_http_step step;
	struct hg_span line;
	bool extension;

	if (junk > 0)
		return give_up_chunks(h, rest, junk);
	step = hg_http_line_step(h, dir, rest, HG_HTTP_ENDS_LF, &line);
	if (step != HG_HTTP_GO)
		return step;
	hg_http_ambiguous_chunk(h, dir, line);
	kind = hg_http_parse_chunk_size(line, &s->left, &extension);
	if (s->tx != NULL &&
		(kind != HG_HTTP_CHUNK_BAD || hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_COUNTED_TWICE)))
		s->tx->msg[dir].wire += line.len;
	if (extension)
		hg_http_anomaly(h, s->tx, dir, HG_HTTP_CHUNK_EXTENSION);
	if (kind == HG_HTTP_CHUNK_BAD || (kind == HG_HTTP_CHUNK_EMPTY && dir == HG_TO_SERVER))
		return bad_chunk(h, dir, line);
	if (kind == HG_HTTP_CHUNK_EMPTY)
		return HG_HTTP_GO;
	s->phase = s->left > 0 ? HG_HTTP_CHUNK_DATA : HG_HTTP_TRAILER;
	if (s->left == 0 && s->tx != NULL)
		hg_tx_progress(&s->tx->base, dir, HG_HTTP_AT_TRAILER);
	return HG_HTTP_GO;
}

/* Whatever stands there up to the line's end. */
enum hg_http_step
hg_http_chunk_end(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];
	size_t end = hg_span_find(*rest, 0, '\n'), n = end == SIZE_MAX ? rest->len : end + 1;

	if (s->tx != NULL)
		s->tx->msg[dir].wire += n;
	hg_http_ambiguous_chunk_end(h, dir, hg_span_sub(*rest, 0, n));
	*rest = hg_span_from(*rest, n);
	if (end == SIZE_MAX)
		return HG_HTTP_MORE;
	s->phase = HG_HTTP_CHUNK_SIZE;
	return HG_HTTP_GO;
}

/* ---- sinks ---- */

static const struct hg_inspect_limits *
limits_of(const struct hg_http_tx *tx, enum hg_dir dir)
{
	return &tx->base.ctx->body[dir].limits;
}

/* Digits at the beginning of *s; false: none, or more than 63 bits. */
static bool
take_number(struct hg_span *s, uint64_t *out)
{
	size_t n = 0;

	*out = 0;
	for (; n < s->len && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
		uint64_t digit = (uint64_t)(s->p[n] - '0');

		if (*out > ((uint64_t)INT64_MAX - digit) / 10)
			return false;
		*out = *out * 10 + digit;
	}
	*s = hg_span_from(*s, n);
	return n > 0;
}

static bool
take_byte(struct hg_span *s, uint8_t c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = hg_span_from(*s, 1);
	return true;
}

static struct hg_span
skip_blanks(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] == ' ')
		n++;
	return hg_span_from(s, n);
}

/* unit first-last/size, size may be an asterisk; or unit asterisk/size. */
bool
hg_http_parse_range(struct hg_span text, struct hg_http_range *out)
{
	memset(out, 0, sizeof(*out));
	text = skip_blanks(text);
	text = skip_blanks(hg_span_from(text, hg_span_find(text, 0, ' ')));
	if (take_byte(&text, '*')) {
		out->has_size = true;
		return take_byte(&text, '/') && take_number(&text, &out->size);
	}
	out->has_range = true;
	if (!take_number(&text, &out->start) || !take_byte(&text, '-') || !take_number(&text, &out->end) ||
		!take_byte(&text, '/'))
		return false;
	if (take_byte(&text, '*'))
		return true;
	out->has_size = true;
	return take_number(&text, &out->size);
}

/* What names the file that ranges are of: the target, and which version of what it names. Compat: the host and the file's name.
 * Ranges are of the body as it is coded: behind a coding they name no bytes that are seen here. */
static void
join(struct hg_http_tx *tx, struct hg_http_message *m, const struct hg_http_range *range)
{
	const bool as_peer = hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_JOIN);
	const struct hg_join_range part = { range->start, range->end, range->size };
	struct hg_join_name name = { tx->hostname, as_peer ? m->file->name : tx->uri_raw, HG_SPAN_NONE };

	if (m->coding != NULL || (as_peer && tx->hostname.len == 0))
		return;
	if (!as_peer)
		hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_ETAG, &name.version);
	m->part = hg_join_begin(
		&tx->base, &name, m->file->name, &part, limits_of(tx, HG_TO_CLIENT), &tx->base.ctx->joins);
}

/* A part of a file of known size; the whole file in one part is none. */
static void
note_range(struct hg_http_tx *tx, struct hg_http_message *m)
{
	struct hg_file *file = m->file;
	struct hg_http_range range;
	struct hg_span text;
	bool parsed;

	if (!hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_RANGE, &text))
		return;
	parsed = hg_http_parse_range(text, &range);
	if (parsed &&
		(!range.has_range || range.end == 0 || !range.has_size || range.size == 0 ||
			(range.start == 0 && range.end == range.size - 1)))
		return;
	if (!parsed || range.start > range.end || range.end > range.size - 1) {
		hg_http_anomaly(hg_http_of(tx), tx, HG_TO_CLIENT, HG_HTTP_RANGE);
		return;
	}
	file->has_range = true;
	file->start = range.start;
	file->end = range.end;
	join(tx, m, &range);
}

static void
open_response(struct hg_http_tx *tx, struct hg_http_message *m)
{
	struct hg_span name = tx->path, value, given;

	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_DISPOSITION, &value) &&
		hg_http_filename(value, &given))
		name = given;
	if (name.p == NULL)
		return;
	m->file = hg_tx_file_open(&tx->base, name, HG_TO_CLIENT, limits_of(tx, HG_TO_CLIENT));
	if (m->file != NULL)
		note_range(tx, m);
}

void
hg_http_upload(struct hg_http_tx *tx, const struct hg_file *file, struct hg_span field, struct hg_span type)
{
	struct hg_http_upload *u = file == NULL ? NULL : hg_arena_take0(&tx->base.arena, sizeof(*u));

	if (u == NULL)
		return;
	u->file = file;
	u->field = hg_span_keep(&tx->base.arena, field);
	u->type = hg_span_keep(&tx->base.arena, type);
	if (tx->uploads == NULL)
		tx->uploads = u;
	else
		tx->uploads_last->next = u;
	tx->uploads_last = u;
}

static void
open_request(struct hg_http_tx *tx, struct hg_http_message *m)
{
	bool post = hg_span_eq(tx->method, HG_BYTES("POST"));
	struct hg_span type = HG_SPAN_NONE, boundary;

	hg_http_get(tx, HG_TO_SERVER, HG_HTTP_CONTENT_TYPE, &type);
	if (post && hg_http_boundary(type, &boundary)) {
		hg_http_multipart_open(tx, HG_TO_SERVER, boundary);
	} else if (tx->path.p != NULL && (post || hg_span_eq(tx->method, HG_BYTES("PUT")))) {
		m->file = hg_tx_file_open(&tx->base, tx->path, HG_TO_SERVER, limits_of(tx, HG_TO_SERVER));
		hg_http_upload(tx, m->file, HG_SPAN_NONE, type);
	}
}

static void
open_sink(struct hg_http_tx *tx, enum hg_dir dir)
{
	struct hg_http_message *m = &tx->msg[dir];

	m->body_seen = true;
	hg_body_init(&m->body, tx->base.app->mem, limits_of(tx, dir));
	if (dir == HG_TO_CLIENT)
		open_response(tx, m);
	else
		open_request(tx, m);
}

struct hg_body *
hg_http_body_of(struct hg_http_message *m)
{
	if (m->file != NULL)
		return &m->file->body;
	return m->body_seen ? &m->body : NULL;
}

/* Raw rules look at the same bytes when the body is due (peer-semantics 1.4). */
static void
ask_raw(struct hg_http_tx *tx, enum hg_dir dir)
{
	struct hg_http_message *m = &tx->msg[dir];
	uint32_t min = limits_of(tx, dir)->min;
	struct hg_app *app = tx->base.app;

	if (m->raw_asked || m->entity <= min)
		return;
	m->raw_asked = true;
	if (app->flow->stream != NULL)
		hg_stream_min_inspect(app->flow, dir, min);
	hg_app_trigger_raw(app, dir);
}

void
hg_http_body_entity(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span data)
{
	struct hg_http_message *m = &tx->msg[dir];
	uint64_t limit = hg_tx_file_limit(&tx->base, dir, limits_of(tx, dir)->limit);
	bool as_peer = hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_FILE_AT_LIMIT);
	struct hg_span kept = data;

	if (data.len == 0)
		return;
	if (!m->body_seen)
		open_sink(tx, dir);
	if (tx->form != NULL && dir == HG_TO_SERVER)
		hg_http_form_add(tx, data);
	if (limit != 0)
		kept = m->entity >= limit ? HG_SPAN_NONE : hg_span_sub(data, 0, (size_t)(limit - m->entity));
	if (kept.len == 0 && m->file != NULL && as_peer)
		hg_file_close(tx->base.app->files, m->file, HG_FILE_TRUNCATED);
	m->entity += data.len;
	m->limit_passed |= kept.len < data.len && !as_peer;
	if (m->file == NULL)
		hg_body_append(&m->body, data);
	if (kept.len > 0) {
		if (m->file != NULL)
			hg_file_append(tx->base.app->files, m->file, kept);
		if (m->multipart != NULL)
			hg_http_multipart_feed(tx, dir, kept);
	}
	if (m->part != NULL)
		hg_join_add(tx->base.app, m->part,
			hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_JOIN) ? kept : data);
	hg_tx_touch(&tx->base, dir);
	ask_raw(tx, dir);
}

void
hg_http_body_data(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, struct hg_span data)
{
	struct hg_http_message *m = &tx->msg[dir];

	(void)h;
	m->wire += data.len;
	if (m->coding != NULL)
		hg_coding_feed(m->coding, data);
	else
		hg_http_body_entity(tx, dir, data);
}

void
hg_http_body_gap(struct hg_http_tx *tx, enum hg_dir dir, uint64_t bytes)
{
	struct hg_http_message *m = &tx->msg[dir];

	m->wire += bytes;
	if (m->coding != NULL) {
		hg_coding_break(m->coding);
		return;
	}
	if (!m->body_seen)
		open_sink(tx, dir);
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_GAP_UNCOUNTED))
		m->entity += bytes;
	if (m->file != NULL)
		hg_file_gap(tx->base.app->files, m->file, bytes);
	else
		hg_body_skip(&m->body, bytes);
	if (m->part != NULL)
		hg_join_gap(m->part, bytes);
	if (m->multipart != NULL)
		hg_http_multipart_finish(tx, dir, false);
}

void
hg_http_leave_join(struct hg_app *app, struct hg_http_message *m, struct hg_http_tx *tx)
{
	if (m->part != NULL)
		hg_join_end(app, m->part, tx == NULL ? NULL : &tx->base);
	m->part = NULL;
}

void
hg_http_body_end(struct hg_http_tx *tx, enum hg_dir dir, bool whole)
{
	struct hg_http_message *m = &tx->msg[dir];

	if (m->coding != NULL)
		hg_http_coding_finish(m);
	if (!m->body_seen || m->body_ended)
		return;
	m->body_ended = true;
	if (m->multipart != NULL)
		hg_http_multipart_finish(tx, dir, whole);
	if (m->file != NULL)
		hg_file_close(tx->base.app->files, m->file,
			whole && !m->limit_passed ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
	hg_http_leave_join(tx->base.app, m, tx);
	hg_body_finish(hg_http_body_of(m));
}

void
hg_http_request_stray(struct hg_http_tx *tx, struct hg_span data)
{
	struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	struct hg_body *body;

	if (!m->body_seen) {
		m->body_seen = true;
		hg_body_init(&m->body, tx->base.app->mem, limits_of(tx, HG_TO_SERVER));
	}
	body = hg_http_body_of(m);
	body->complete = false;
	hg_body_append(body, data);
	hg_body_finish(body);
	/* Detection may be done with this direction, when the bytes come in a segment of their own. */
	tx->base.inspected &= (uint8_t)~HG_SIDE_SERVER;
	hg_tx_touch(&tx->base, HG_TO_SERVER);
}
