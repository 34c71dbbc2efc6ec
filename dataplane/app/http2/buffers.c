/* What rules may look into: the names of HTTP/1's buffers, and what only HTTP/2 has. */
#include "app/http2/http2_int.h"

enum row {
	ROW_METHOD,
	ROW_URI,
	ROW_URI_RAW,
	ROW_REQUEST_LINE,
	ROW_PROTOCOL,
	ROW_HEADER,
	ROW_HEADER_RAW,
	ROW_HEADER_NAMES,
	ROW_COOKIE,
	ROW_USER_AGENT,
	ROW_ACCEPT,
	ROW_ACCEPT_LANG,
	ROW_ACCEPT_ENC,
	ROW_CONNECTION,
	ROW_CONTENT_TYPE,
	ROW_CONTENT_LEN,
	ROW_REFERER,
	ROW_LOCATION,
	ROW_SERVER,
	ROW_HOST,
	ROW_HOST_RAW,
	ROW_REQUEST_HEADER,
	ROW_RESPONSE_HEADER,
	ROW_STAT_CODE,
	ROW_STAT_MSG,
	ROW_RESPONSE_LINE,
	ROW_REQUEST_BODY,
	ROW_FILE_DATA,
	ROW_FILE_NAME,
	ROW_FILE_TYPE,
	ROW_FILE_SIZE,
	ROW_FILE_DIGEST,
	ROW_FILE_LAST_DIGEST = ROW_FILE_DIGEST + HG_FILE_DIGESTS - 1,
	ROW_FRAMETYPE,
	ROW_ERRORCODE,
	ROW_PRIORITY,
	ROW_WINDOW,
	ROW_SIZE_UPDATE,
	ROW_SETTINGS,
	ROW_HEADER_NAME,
	ROW_FRAME_STREAM,
	ROWS
};

#define AT(state)                                        \
	{                                                \
		HG_HTTP2_AT_##state, HG_HTTP2_AT_##state \
	}
#define TS HG_SIDE_SERVER
#define TC HG_SIDE_CLIENT
#define BOTH HG_SIDE_BOTH
#define MULTI HG_BUFFER_MULTI

const struct hg_buffer_row hg_http2_buffers[HG_HTTP2_BUFFERS] = {
	[ROW_METHOD] = { "http.method", TS, AT(HEADERS), 0, 4, ":method" },
	[ROW_URI] = { "http.uri", TS, AT(HEADERS), 0, 2, ":path" },
	[ROW_URI_RAW] = { "http.uri.raw", TS, AT(HEADERS), 0, 2, ":path" },
	[ROW_REQUEST_LINE] = { "http.request_line", TS, AT(HEADERS), 0, 2,
		"what would be the first line of the request, with its end" },
	[ROW_PROTOCOL] = { "http.protocol", BOTH, AT(HEADERS), 0, 2, "HTTP/2" },
	[ROW_HEADER] = { "http.header", BOTH, AT(HEADERS), 0, 2,
		"fields but cookies, pseudo-fields too: name, colon, blank, value" },
	[ROW_HEADER_RAW] = { "http.header.raw", BOTH, AT(HEADERS), 0, 2,
		"fields, pseudo-fields too: name, colon, blank, value" },
	[ROW_HEADER_NAMES] = { "http.header_names", BOTH, AT(HEADERS), 0, 2,
		"names of the fields, a line each" },
	[ROW_COOKIE] = { "http.cookie", BOTH, AT(HEADERS), 0, 2, "cookie, or set-cookie of responses" },
	[ROW_USER_AGENT] = { "http.user_agent", TS, AT(HEADERS), 0, 2, "user-agent" },
	[ROW_ACCEPT] = { "http.accept", TS, AT(HEADERS), 0, 2, "accept" },
	[ROW_ACCEPT_LANG] = { "http.accept_lang", TS, AT(HEADERS), 0, 2, "accept-language" },
	[ROW_ACCEPT_ENC] = { "http.accept_enc", TS, AT(HEADERS), 0, 2, "accept-encoding" },
	[ROW_CONNECTION] = { "http.connection", BOTH, AT(HEADERS), 0, 2, "connection" },
	[ROW_CONTENT_TYPE] = { "http.content_type", BOTH, AT(HEADERS), 0, 2, "content-type" },
	[ROW_CONTENT_LEN] = { "http.content_len", BOTH, AT(HEADERS), 0, 2, "content-length, as text" },
	[ROW_REFERER] = { "http.referer", TS, AT(HEADERS), 0, 2, "referer" },
	[ROW_LOCATION] = { "http.location", TC, AT(HEADERS), 0, 2, "location" },
	[ROW_SERVER] = { "http.server", TC, AT(HEADERS), 0, 2, "server" },
	[ROW_HOST] = { "http.host", TS, AT(HEADERS), HG_BUFFER_LOWER, 2,
		"host asked for, without user and port, lower case" },
	[ROW_HOST_RAW] = { "http.host.raw", TS, AT(HEADERS), 0, 2,
		":authority, or host where there is none" },
	[ROW_REQUEST_HEADER] = { "http.request_header", TS, AT(HEADERS), MULTI, 2,
		"one field of the request: name, colon, blank, value" },
	[ROW_RESPONSE_HEADER] = { "http.response_header", TC, AT(HEADERS), MULTI, 2,
		"one field of the response: name, colon, blank, value" },
	[ROW_STAT_CODE] = { "http.stat_code", TC, AT(HEADERS), 0, 4, ":status" },
	[ROW_STAT_MSG] = { "http.stat_msg", TC, AT(HEADERS), 0, 3, "empty: HTTP/2 has no such text" },
	[ROW_RESPONSE_LINE] = { "http.response_line", TC, AT(HEADERS), 0, 2,
		"what would be the first line of the response, with its end" },
	[ROW_REQUEST_BODY] = { "http.request_body", TS, AT(BODY), HG_BUFFER_GROWING, 2,
		"body of the request, its coding undone" },
	[ROW_FILE_DATA] = { "file.data", BOTH, AT(BODY), HG_BUFFER_FILE | HG_BUFFER_GROWING | MULTI, 2,
		"bytes of the body, its coding undone" },
	[ROW_FILE_NAME] = { "file.name", BOTH, AT(BODY), HG_BUFFER_FILE | MULTI, 2, "path of the body" },
	[ROW_FILE_TYPE] = HG_FILE_TYPE_ROW(HG_HTTP2_AT_BODY, HG_HTTP2_AT_BODY, MULTI),
	[ROW_FILE_SIZE] = { "filesize", BOTH, AT(END), HG_BUFFER_FILE | MULTI, 4,
		"size of a whole body, a number of eight bytes" },
	HG_FILE_DIGEST_ROWS(ROW_FILE_DIGEST, AT(END)),
	[ROW_FRAMETYPE] = { "http2.frametype", BOTH, AT(BODY), MULTI, 4,
		"type of a frame of the stream, a number of one byte" },
	[ROW_ERRORCODE] = { "http2.errorcode", BOTH, AT(BODY), MULTI, 4,
		"error of a RST_STREAM or GOAWAY, a number of four bytes" },
	[ROW_PRIORITY] = { "http2.priority", BOTH, AT(BODY), MULTI, 4,
		"weight of a priority, a number of one byte" },
	[ROW_WINDOW] = { "http2.window", BOTH, AT(BODY), MULTI, 4,
		"increment of a WINDOW_UPDATE, a number of four bytes" },
	[ROW_SIZE_UPDATE] = { "http2.size_update", BOTH, AT(BODY), MULTI, 4,
		"size that a header block sets for its table, a number of eight bytes" },
	[ROW_SETTINGS] = { "http2.settings", BOTH, AT(BODY), MULTI, 4,
		"a setting: two bytes of identifier, four of value" },
	[ROW_HEADER_NAME] = { "http2.header_name", BOTH, AT(HEADERS), MULTI, 2, "name of one field" },
	[ROW_FRAME_STREAM] = HG_FRAME_STREAM("http2"),
};

_Static_assert(ROWS == HG_HTTP2_BUFFERS, "HG_HTTP2_BUFFERS is not the number of rows");

/* Buffers that are the value of one field. */
static const uint8_t field_rows[HG_HTTP2_BUFFERS] = {
	[ROW_METHOD] = HG_HTTP2_METHOD,
	[ROW_URI] = HG_HTTP2_PATH,
	[ROW_URI_RAW] = HG_HTTP2_PATH,
	[ROW_USER_AGENT] = HG_HTTP2_USER_AGENT,
	[ROW_ACCEPT] = HG_HTTP2_ACCEPT,
	[ROW_ACCEPT_LANG] = HG_HTTP2_ACCEPT_LANGUAGE,
	[ROW_ACCEPT_ENC] = HG_HTTP2_ACCEPT_ENCODING,
	[ROW_CONNECTION] = HG_HTTP2_CONNECTION,
	[ROW_CONTENT_TYPE] = HG_HTTP2_CONTENT_TYPE,
	[ROW_CONTENT_LEN] = HG_HTTP2_CONTENT_LENGTH,
	[ROW_REFERER] = HG_HTTP2_REFERER,
	[ROW_LOCATION] = HG_HTTP2_LOCATION,
	[ROW_SERVER] = HG_HTTP2_SERVER,
	[ROW_STAT_CODE] = HG_HTTP2_STATUS,
};

/* Buffers that are numbers of frames. */
static const struct {
	uint16_t row;
	uint8_t kind;
} value_rows[] = {
	{ ROW_ERRORCODE, HG_HTTP2_KIND_ERROR },
	{ ROW_PRIORITY, HG_HTTP2_KIND_PRIORITY },
	{ ROW_WINDOW, HG_HTTP2_KIND_WINDOW },
	{ ROW_SIZE_UPDATE, HG_HTTP2_KIND_UPDATE },
	{ ROW_SETTINGS, HG_HTTP2_KIND_SETTING },
};

/* ---- what is put together, once ---- */

static uint8_t *
put(uint8_t *p, struct hg_span s)
{
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return p + s.len;
}

static bool
is_shown(const struct hg_http2_header *header, bool cookies)
{
	return !header->is_update &&
		(cookies || (header->known != HG_HTTP2_COOKIE && header->known != HG_HTTP2_SET_COOKIE));
}

static bool
build_header(struct hg_http2_tx *tx, enum hg_dir dir, bool cookies, struct hg_span *out)
{
	const struct hg_http2_message *m = &tx->msg[dir];
	size_t len = 0;
	uint8_t *p;

	for (unsigned i = 0; i < m->n_headers; i++)
		if (is_shown(&m->headers[i], cookies))
			len += m->headers[i].name.len + m->headers[i].value.len + 4;
	p = len == 0 ? NULL : hg_arena_take(&tx->base.arena, len);
	*out = hg_span(p, len);
	for (unsigned i = 0; p != NULL && i < m->n_headers; i++) {
		if (!is_shown(&m->headers[i], cookies))
			continue;
		p = put(put(p, m->headers[i].name), HG_BYTES(": "));
		p = put(put(p, m->headers[i].value), HG_BYTES("\r\n"));
	}
	return out->p != NULL;
}

static bool
build_fields(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	return build_header(tx, dir, hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_COOKIES), out);
}

static bool
build_raw(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	return build_header(tx, dir, true, out);
}

static bool
build_names(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	const struct hg_http2_message *m = &tx->msg[dir];
	size_t len = 4;
	uint8_t *p;

	for (unsigned i = 0; i < m->n_headers; i++)
		if (is_shown(&m->headers[i], true))
			len += m->headers[i].name.len + 2;
	p = len == 4 ? NULL : hg_arena_take(&tx->base.arena, len);
	*out = hg_span(p, len);
	if (p == NULL)
		return false;
	p = put(p, HG_BYTES("\r\n"));
	for (unsigned i = 0; i < m->n_headers; i++)
		if (is_shown(&m->headers[i], true))
			p = put(put(p, m->headers[i].name), HG_BYTES("\r\n"));
	put(p, HG_BYTES("\r\n"));
	return true;
}

static bool
build_line(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	const bool request = dir == HG_TO_SERVER;
	const struct hg_span version = HG_BYTES("HTTP/2"), blank = HG_BYTES(" "), end = HG_BYTES("\r\n");
	struct hg_span first, second = HG_SPAN_NONE;
	uint8_t *p;

	if (!hg_http2_get(tx, dir, request ? HG_HTTP2_METHOD : HG_HTTP2_STATUS, &first) ||
		(request && !hg_http2_get(tx, dir, HG_HTTP2_PATH, &second)))
		return false;
	p = hg_arena_take(&tx->base.arena, version.len + first.len + second.len + 4);
	if (p == NULL)
		return false;
	out->p = p;
	p = request ? put(put(put(put(p, first), blank), second), blank) : put(put(p, version), blank);
	p = put(put(p, request ? version : first), end);
	out->len = (size_t)(p - out->p);
	return true;
}

static bool (*const builders[HG_HTTP2_BUILT])(struct hg_http2_tx *, enum hg_dir, struct hg_span *) = {
	[HG_HTTP2_BUILT_HEADER] = build_fields,
	[HG_HTTP2_BUILT_RAW] = build_raw,
	[HG_HTTP2_BUILT_NAMES] = build_names,
	[HG_HTTP2_BUILT_LINE] = build_line,
};

static bool
built(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_built which, struct hg_span *out)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->n_headers == 0)
		return false;
	if (m->built_of[which] != m->version) {
		m->built[which] = HG_SPAN_NONE;
		m->built_of[which] = m->version;
		if (!builders[which](tx, dir, &m->built[which]))
			m->built[which] = HG_SPAN_NONE;
	}
	*out = m->built[which];
	return out->p != NULL;
}

/* Value `index` of the fields that are there. */
static struct hg_http2_header *
field_at(struct hg_http2_message *m, uint32_t index)
{
	for (unsigned i = 0; i < m->n_headers; i++)
		if (!m->headers[i].is_update && index-- == 0)
			return &m->headers[i];
	return NULL;
}

static bool
one_header(struct hg_http2_tx *tx, enum hg_dir dir, uint32_t index, struct hg_span *out)
{
	struct hg_http2_header *header = field_at(&tx->msg[dir], index);
	uint8_t *p;

	if (header == NULL)
		return false;
	if (header->whole.p == NULL) {
		header->whole.len = header->name.len + 2 + header->value.len;
		p = hg_arena_take(&tx->base.arena, header->whole.len);
		header->whole.p = p;
		if (p == NULL)
			return false;
		put(put(put(p, header->name), HG_BYTES(": ")), header->value);
	}
	*out = header->whole;
	return true;
}

static bool
field_name(struct hg_http2_tx *tx, enum hg_dir dir, uint32_t index, struct hg_span *out)
{
	const struct hg_http2_header *header = field_at(&tx->msg[dir], index);

	if (header != NULL)
		*out = header->name;
	return header != NULL;
}

static bool
host_raw(struct hg_http2_tx *tx, struct hg_span *out)
{
	return hg_http2_get(tx, HG_TO_SERVER, HG_HTTP2_AUTHORITY, out) ||
		hg_http2_get(tx, HG_TO_SERVER, HG_HTTP2_HOST, out);
}

static bool
is_unseen(const struct hg_http2_tx *tx, enum hg_dir dir)
{
	return dir == HG_TO_CLIENT && hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_RESPONSE_HEADER);
}

/* Frames of the connection have a version and an empty text, too, with the peer. */
static bool
has_message(const struct hg_http2_tx *tx, enum hg_dir dir)
{
	return tx->msg[dir].n_headers > 0 || hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_CONTROL);
}

static bool
frame_type(const struct hg_http2_message *m, uint32_t index, struct hg_span *out)
{
	static const uint8_t types[HG_HTTP2_FRAME_TYPES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	for (unsigned i = 0; i < HG_HTTP2_FRAME_TYPES; i++) {
		if ((m->frames >> i & 1) != 0 && index-- == 0) {
			*out = hg_span(&types[i], 1);
			return true;
		}
	}
	return false;
}

static bool
get_value(const struct hg_http2_message *m, uint16_t row, uint32_t index, struct hg_span *out)
{
	for (unsigned i = 0; i < HG_COUNT(value_rows); i++) {
		const struct hg_http2_values *v = &m->values[value_rows[i].kind];
		const unsigned width = hg_http2_width(value_rows[i].kind);

		if (value_rows[i].row != row)
			continue;
		*out = hg_span(v->bytes + (size_t)index * width, width);
		return index < v->n;
	}
	return false;
}

static bool
get_text(struct hg_http2_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, struct hg_span *out)
{
	switch ((enum row)row) {
	case ROW_REQUEST_LINE:
	case ROW_RESPONSE_LINE:
		return built(tx, dir, HG_HTTP2_BUILT_LINE, out);
	case ROW_PROTOCOL:
		*out = HG_BYTES("HTTP/2");
		return has_message(tx, dir);
	case ROW_HEADER:
		return built(tx, dir, HG_HTTP2_BUILT_HEADER, out);
	case ROW_HEADER_RAW:
		return built(tx, dir, HG_HTTP2_BUILT_RAW, out);
	case ROW_HEADER_NAMES:
		return built(tx, dir, HG_HTTP2_BUILT_NAMES, out);
	case ROW_COOKIE:
		return hg_http2_get(
			tx, dir, dir == HG_TO_SERVER ? HG_HTTP2_COOKIE : HG_HTTP2_SET_COOKIE, out);
	case ROW_HOST:
		*out = tx->hostname;
		return out->len > 0;
	case ROW_HOST_RAW:
		return host_raw(tx, out);
	case ROW_REQUEST_HEADER:
	case ROW_RESPONSE_HEADER:
		return !is_unseen(tx, dir) && one_header(tx, dir, index, out);
	case ROW_STAT_MSG:
		*out = HG_BYTES("");
		return has_message(tx, dir);
	case ROW_FRAMETYPE:
		return frame_type(&tx->msg[dir], index, out);
	case ROW_HEADER_NAME:
		return !is_unseen(tx, dir) && field_name(tx, dir, index, out);
	default:
		if (field_rows[row] != 0)
			return hg_http2_get(tx, dir, field_rows[row], out) && out->len > 0;
		return get_value(&tx->msg[dir], row, index, out);
	}
}

bool
hg_http2_buffer(
	struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_http2_tx *tx = (struct hg_http2_tx *)base;
	struct hg_file *file = tx->msg[dir].file;

	switch ((enum row)row) {
	case ROW_REQUEST_BODY:
		return file != NULL && hg_body_view(&file->body, eof, base->app->ips, out);
	case ROW_FILE_DATA:
		return hg_tx_file_view(base, dir, index, eof, base->app->ips, out);
	case ROW_FILE_NAME:
		return hg_tx_file_name(base, dir, index, out);
	case ROW_FILE_TYPE:
		return hg_tx_file_type(base, dir, index, out);
	case ROW_FILE_SIZE:
		return hg_tx_file_size(base, dir, index, out);
	case ROW_FILE_DIGEST ... ROW_FILE_LAST_DIGEST:
		return hg_tx_file_digest(base, dir, HG_FILE_DIGEST(row, ROW_FILE_DIGEST), index, out);
	default:
		*out = (struct hg_view){ .complete = true };
		return get_text(tx, dir, row, index, &out->data);
	}
}

void
hg_http2_inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row)
{
	(void)row;
	hg_tx_files_inspected(tx, dir);
}
