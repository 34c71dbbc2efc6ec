/* Bodies: DATA frames, their coding undone, as files. */
#include "app/http2/http2_int.h"

/* A file is named by the path without its query. */
static struct hg_span
name_of(struct hg_http2_tx *tx)
{
	const struct hg_http2_header *path = hg_http2_header(&tx->msg[HG_TO_SERVER], HG_HTTP2_PATH);

	if (path == NULL || hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_FILE_NAME))
		return HG_SPAN_NONE;
	return hg_span_sub(path->value, 0, hg_span_find(path->value, 0, '?'));
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

/* Content-Range: bytes first-last/size (RFC 9110 14.4); one of unknown size, or of nothing, is none. */
static void
note_range(struct hg_http2_tx *tx, struct hg_file *file)
{
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
	file->has_range = true;
	file->start = first;
	file->end = last;
}

static void
open_file(struct hg_http2_tx *tx, enum hg_dir dir)
{
	struct hg_http2_message *m = &tx->msg[dir];

	m->body_seen = true;
	m->file = hg_tx_file_open(&tx->base, name_of(tx), dir, &hg_http2_ctx(tx)->limits[dir]);
	if (m->file != NULL && dir == HG_TO_CLIENT)
		note_range(tx, m->file);
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
		hg_http2_coding_feed(tx, dir, data);
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
		hg_http2_data_end(tx, dir, false);
		m->ended = false;
		return;
	}
	if (!m->body_seen)
		open_file(tx, dir);
	m->entity += bytes;
	if (m->file != NULL)
		hg_file_gap(tx->base.app->files, m->file, bytes);
}

void
hg_http2_data_end(struct hg_http2_tx *tx, enum hg_dir dir, bool whole)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->ended)
		return;
	m->ended = true;
	hg_http2_coding_close(tx->base.app, m);
	if (m->file == NULL || m->file->state != HG_FILE_OPEN)
		return;
	hg_file_close(tx->base.app->files, m->file, whole ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
}
