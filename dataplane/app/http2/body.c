/* Bodies: DATA frames, their coding undone, as files. */
#include "app/http2/http2_int.h"
#include "app/parameter.h"

static struct hg_span
path_of(const struct hg_http2_tx *tx)
{
	const struct hg_http2_header *path = hg_http2_header(&tx->msg[HG_TO_SERVER], HG_HTTP2_PATH);

	return path == NULL ? HG_SPAN_NONE : path->value;
}

/* A file is named by the server, or by the path without its query. */
static struct hg_span
name_of(const struct hg_http2_tx *tx, enum hg_dir dir)
{
	const struct hg_http2_header *given = hg_http2_header(&tx->msg[dir], HG_HTTP2_CONTENT_DISPOSITION);
	const struct hg_span path = path_of(tx);
	struct hg_span name;

	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_FILE_NAME))
		return HG_SPAN_NONE;
	if (dir == HG_TO_CLIENT && given != NULL &&
		hg_app_parameter(given->value, HG_BYTES("filename"), &name))
		return name;
	return hg_span_sub(path, 0, hg_span_find(path, 0, '?'));
}

static uint64_t
number(struct hg_span *s, bool *ok)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < s->len && s->p[i] >= '0' && s->p[i] <= '9' && n < INT64_MAX / 16; i++)
		n = n * 10 + (uint64_t)(s->p[i] - '0');
	*ok &= i > 0;
	*s = hg_span_from(*s, i);
	return n;
}

static bool
skip(struct hg_span *s, uint8_t c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = hg_span_from(*s, 1);
	return true;
}

/* As in HTTP/1, which may bring other parts of the file. */
static void
join(struct hg_http2_tx *tx, struct hg_http2_message *m, const struct hg_join_range *range)
{
	const struct hg_http2_header *authority = hg_http2_header(&tx->msg[HG_TO_SERVER], HG_HTTP2_AUTHORITY);
	struct hg_join_name name = { tx->hostname, path_of(tx), HG_SPAN_NONE };

	if (m->coding != NULL)
		return;
	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_JOIN))
		name.host = authority == NULL ? HG_SPAN_NONE : authority->value;
	else
		hg_http2_get(tx, HG_TO_CLIENT, HG_HTTP2_ETAG, &name.version);
	m->part = hg_join_begin(&tx->base, &name, path_of(tx), range, &hg_http2_ctx(tx)->limits[HG_TO_CLIENT],
		&hg_http2_ctx(tx)->joins);
}

/* Content-Range: bytes first-last/size (RFC 9110 14.4); one of unknown size, or of nothing, is none. */
static void
note_range(struct hg_http2_tx *tx, struct hg_http2_message *m)
{
	struct hg_file *file = m->file;
	const struct hg_http2_header *range = hg_http2_header(&tx->msg[HG_TO_CLIENT], HG_HTTP2_CONTENT_RANGE);
	uint64_t first, last, size;
	struct hg_span text;
	bool ok = true;

	if (range == NULL)
		return;
	text = hg_span_trim(hg_span_from(range->value, hg_span_find(range->value, 0, ' ')));
	if (text.len > 0 && text.p[0] == '*')
		return;
	first = number(&text, &ok);
	ok &= skip(&text, '-');
	last = number(&text, &ok);
	ok &= skip(&text, '/');
	if (ok && text.len == 1 && text.p[0] == '*')
		return;
	size = number(&text, &ok);
	if (!ok || first > last || last >= size) {
		hg_http2_odd(tx, HG_TO_CLIENT, HG_HTTP2_INVALID_RANGE);
		return;
	}
	if (first == 0 && last + 1 == size)
		return;
	file->has_range = !hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_FILE_NAME);
	file->start = first;
	file->end = last;
	join(tx, m, &(struct hg_join_range){ first, last, size });
}

static void
open_file(struct hg_http2_tx *tx, enum hg_dir dir)
{
	struct hg_http2_message *m = &tx->msg[dir];

	m->body_seen = true;
	m->file = hg_tx_file_open(&tx->base, name_of(tx, dir), dir, &hg_http2_ctx(tx)->limits[dir]);
	if (m->file != NULL && dir == HG_TO_CLIENT)
		note_range(tx, m);
}

void
hg_http2_entity(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span data)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (data.len == 0)
		return;
	if (!m->body_seen)
		open_file(tx, dir);
	m->entity += data.len;
	if (m->file != NULL)
		hg_file_append(tx->base.app->files, m->file, data);
	if (m->part != NULL)
		hg_join_add(tx->base.app, m->part, data);
	hg_tx_touch(&tx->base, dir);
}

void
hg_http2_data(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span data)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->ended || data.len == 0)
		return;
	m->wire += data.len;
	if (m->coding != NULL)
		hg_coding_feed(m->coding, data);
	else
		hg_http2_entity(tx, dir, data);
}

void
hg_http2_data_gap(struct hg_http2_tx *tx, enum hg_dir dir, uint64_t bytes)
{
	struct hg_http2_message *m = &tx->msg[dir];

	m->wire += bytes;
	if (m->ended)
		return;
	if (m->coding != NULL) {
		hg_coding_break(m->coding);
		if (m->file != NULL)
			hg_file_gap(tx->base.app->files, m->file, 0);
		return;
	}
	if (!m->body_seen)
		open_file(tx, dir);
	m->entity += bytes;
	if (m->file != NULL)
		hg_file_gap(tx->base.app->files, m->file, bytes);
	if (m->part != NULL)
		hg_join_gap(m->part, bytes);
}

void
hg_http2_leave_join(struct hg_app *app, struct hg_http2_message *m, struct hg_http2_tx *tx)
{
	if (m->part != NULL)
		hg_join_end(app, m->part, tx == NULL ? NULL : &tx->base);
	m->part = NULL;
}

/* What a coding has held back comes out. The peer has a file, too, of what gave no byte and was not broken. */
static void
end_coding(struct hg_http2_tx *tx, enum hg_dir dir)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->coding == NULL)
		return;
	hg_coding_finish(m->coding);
	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_CODING) && !m->body_seen && m->wire > 0 &&
		!hg_coding_failed(m->coding))
		open_file(tx, dir);
	hg_http2_coding_close(m);
}

/* RFC 9113 8.1.1; answers to HEAD and such without a body say how long it would be. */
static void
check_length(struct hg_http2_tx *tx, enum hg_dir dir)
{
	const struct hg_http2_message *m = &tx->msg[dir];
	const struct hg_http2_header *length = hg_http2_header(m, HG_HTTP2_CONTENT_LENGTH);
	struct hg_span text = length == NULL ? HG_SPAN_NONE : length->value;
	bool ok = true;

	if (length == NULL || (dir == HG_TO_CLIENT && m->wire == 0))
		return;
	if (number(&text, &ok) != m->wire || !ok || text.len > 0)
		hg_http2_odd(tx, dir, HG_HTTP2_LENGTH);
}

void
hg_http2_data_end(struct hg_http2_tx *tx, enum hg_dir dir, bool whole)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->ended)
		return;
	end_coding(tx, dir);
	if (whole)
		check_length(tx, dir);
	m->ended = true;
	if (m->file != NULL && m->file->state == HG_FILE_OPEN)
		hg_file_close(tx->base.app->files, m->file, whole ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
	hg_http2_leave_join(tx->base.app, m, tx);
}
