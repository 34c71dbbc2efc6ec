/* What rules may look into: rows, and how each is made of the transaction. */
#include "app/http/http_int.h"

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
	ROW_START,
	ROW_REQUEST_HEADER,
	ROW_RESPONSE_HEADER,
	ROW_STAT_CODE,
	ROW_STAT_MSG,
	ROW_RESPONSE_LINE,
	ROW_REQUEST_BODY,
	ROW_RESPONSE_BODY,
	ROW_FILE_DATA,
	ROW_FILE_NAME,
	ROW_FILE_TYPE,
	ROW_FILE_SIZE,
	ROW_FILE_DIGEST,
	ROW_FILE_LAST_DIGEST = ROW_FILE_DIGEST + HG_FILE_DIGESTS - 1,
};

#define AT(state)                                      \
	{                                              \
		HG_HTTP_AT_##state, HG_HTTP_AT_##state \
	}
#define TS HG_SIDE_SERVER
#define TC HG_SIDE_CLIENT
#define BOTH HG_SIDE_BOTH

const struct hg_buffer_row hg_http_buffers[HG_HTTP_BUFFERS] = {
	[ROW_METHOD] = { "http.method", TS, AT(LINE), 0, 4, "method, as sent" },
	[ROW_URI] = { "http.uri", TS, AT(LINE), 0, 2,
		"target, decoded once, path resolved, without scheme and host" },
	[ROW_URI_RAW] = { "http.uri.raw", TS, AT(LINE), 0, 2, "target, as sent" },
	[ROW_REQUEST_LINE] = { "http.request_line", TS, AT(LINE), 0, 2, "first line of the request" },
	[ROW_PROTOCOL] = { "http.protocol", BOTH, AT(LINE), 0, 2, "version, as the first line has it" },
	[ROW_HEADER] = { "http.header", BOTH, AT(HEADERS), 0, 2,
		"headers but cookies, normalised: name, colon, blank, value" },
	[ROW_HEADER_RAW] = { "http.header.raw", BOTH, AT(BODY), 0, 2, "header bytes as received" },
	[ROW_HEADER_NAMES] = { "http.header_names", BOTH, AT(HEADERS), 0, 2,
		"names of the headers, a line each" },
	[ROW_COOKIE] = { "http.cookie", BOTH, AT(HEADERS), 0, 2, "Cookie, or Set-Cookie of responses" },
	[ROW_USER_AGENT] = { "http.user_agent", TS, AT(HEADERS), 0, 2, "User-Agent" },
	[ROW_ACCEPT] = { "http.accept", TS, AT(HEADERS), 0, 2, "Accept" },
	[ROW_ACCEPT_LANG] = { "http.accept_lang", TS, AT(HEADERS), 0, 2, "Accept-Language" },
	[ROW_ACCEPT_ENC] = { "http.accept_enc", TS, AT(HEADERS), 0, 2, "Accept-Encoding" },
	[ROW_CONNECTION] = { "http.connection", BOTH, AT(HEADERS), 0, 2, "Connection" },
	[ROW_CONTENT_TYPE] = { "http.content_type", BOTH, AT(HEADERS), 0, 2, "Content-Type" },
	[ROW_CONTENT_LEN] = { "http.content_len", BOTH, AT(HEADERS), 0, 2, "Content-Length, as text" },
	[ROW_REFERER] = { "http.referer", TS, AT(HEADERS), 0, 2, "Referer" },
	[ROW_LOCATION] = { "http.location", TC, AT(HEADERS), 0, 2, "Location" },
	[ROW_SERVER] = { "http.server", TC, AT(HEADERS), 0, 2, "Server" },
	[ROW_HOST] = { "http.host", TS, AT(HEADERS), HG_BUFFER_LOWER, 2,
		"host asked for, without port, lower case" },
	[ROW_HOST_RAW] = { "http.host.raw", TS, AT(HEADERS), 0, 2,
		"Host as sent, or the host of the target" },
	[ROW_START] = { "http.start", BOTH, AT(HEADERS), 0, 2, "first line and all headers, normalised" },
	[ROW_REQUEST_HEADER] = { "http.request_header", TS, AT(HEADERS), HG_BUFFER_MULTI, 2,
		"one header of the request: name, colon, blank, value" },
	[ROW_RESPONSE_HEADER] = { "http.response_header", TC, AT(HEADERS), HG_BUFFER_MULTI, 2,
		"one header of the response: name, colon, blank, value" },
	[ROW_STAT_CODE] = { "http.stat_code", TC, AT(LINE), 0, 4, "status code, as text" },
	[ROW_STAT_MSG] = { "http.stat_msg", TC, AT(LINE), 0, 3, "text behind the status code" },
	[ROW_RESPONSE_LINE] = { "http.response_line", TC, AT(LINE), 0, 2, "first line of the response" },
	[ROW_REQUEST_BODY] = { "http.request_body", TS, AT(BODY), HG_BUFFER_GROWING, 2,
		"body of the request, transfer and content codings undone" },
	[ROW_RESPONSE_BODY] = { "http.response_body", TC, AT(BODY), HG_BUFFER_GROWING, 2,
		"body of the response, transfer and content codings undone" },
	[ROW_FILE_DATA] = { "file.data", BOTH, AT(BODY), HG_BUFFER_FILE | HG_BUFFER_GROWING | HG_BUFFER_MULTI,
		2, "bytes of a file that the message carries" },
	[ROW_FILE_NAME] = { "file.name", BOTH, AT(BODY), HG_BUFFER_FILE | HG_BUFFER_MULTI, 2,
		"name of a file that the message carries" },
	[ROW_FILE_TYPE] = HG_FILE_TYPE_ROW(HG_HTTP_AT_BODY, HG_HTTP_AT_BODY, HG_BUFFER_MULTI),
	[ROW_FILE_SIZE] = { "filesize", BOTH, AT(END), HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,
		"size of a whole file that the message carries, a number of eight bytes" },
	HG_FILE_DIGEST_ROWS(ROW_FILE_DIGEST, AT(END)),
	[HG_HTTP_FRAME_REQUEST] = { "frame:http1.request", TS, AT(LINE), HG_BUFFER_FRAME, 2,
		"a request as sent, from its first line to the end of its body" },
	[HG_HTTP_FRAME_REQUEST + 1] = { "frame:http1.response", TC, AT(LINE), HG_BUFFER_FRAME, 2,
		"a response as sent, from its first line to the end of its body" },
	[HG_HTTP_BUFFERS - 1] = HG_FRAME_STREAM("http1"),
};

/* Buffers that are the value of one header. */
static const uint8_t header_rows[HG_HTTP_BUFFERS] = {
	[ROW_USER_AGENT] = HG_HTTP_USER_AGENT,
	[ROW_ACCEPT] = HG_HTTP_ACCEPT,
	[ROW_ACCEPT_LANG] = HG_HTTP_ACCEPT_LANGUAGE,
	[ROW_ACCEPT_ENC] = HG_HTTP_ACCEPT_ENCODING,
	[ROW_CONNECTION] = HG_HTTP_CONNECTION,
	[ROW_CONTENT_TYPE] = HG_HTTP_CONTENT_TYPE,
	[ROW_CONTENT_LEN] = HG_HTTP_CONTENT_LENGTH,
	[ROW_REFERER] = HG_HTTP_REFERER,
	[ROW_LOCATION] = HG_HTTP_LOCATION,
	[ROW_SERVER] = HG_HTTP_SERVER,
};

/* ---- what is put together from headers, once ---- */

static uint8_t *
put(uint8_t *p, struct hg_span s)
{
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return p + s.len;
}

static bool
is_cookie(enum hg_dir dir, const struct hg_http_header *header)
{
	return header->known == (dir == HG_TO_SERVER ? HG_HTTP_COOKIE : HG_HTTP_SET_COOKIE);
}

static bool
build_header(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	struct hg_http_message *m = &tx->msg[dir];
	size_t len = 0;
	uint8_t *p;

	for (unsigned i = 0; i < m->n_headers; i++)
		if (!is_cookie(dir, &m->headers[i]))
			len += m->headers[i].name.len + hg_http_value(tx, &m->headers[i]).len + 4;
	if (len == 0)
		return false;
	p = hg_arena_take(&tx->base.arena, len);
	*out = hg_span(p, len);
	for (unsigned i = 0; p != NULL && i < m->n_headers; i++) {
		if (is_cookie(dir, &m->headers[i]))
			continue;
		p = put(p, m->headers[i].name);
		p = put(p, HG_BYTES(": "));
		p = put(p, m->headers[i].value);
		p = put(p, HG_BYTES("\r\n"));
	}
	return out->p != NULL;
}

static bool
build_raw(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	const struct hg_http_message *m = &tx->msg[dir];
	size_t len = 0;
	uint8_t *p;

	if (m->raw == NULL)
		return false;
	*out = m->raw->bytes;
	if (m->raw->next == NULL)
		return true;
	for (const struct hg_http_piece *piece = m->raw; piece != NULL; piece = piece->next)
		len += piece->bytes.len;
	p = hg_arena_take(&tx->base.arena, len);
	*out = hg_span(p, len);
	for (const struct hg_http_piece *piece = m->raw; p != NULL && piece != NULL; piece = piece->next)
		p = put(p, piece->bytes);
	return out->p != NULL;
}

static bool
build_names(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	const struct hg_http_message *m = &tx->msg[dir];
	size_t len = 4;
	uint8_t *p;

	for (unsigned i = 0; i < m->n_headers; i++)
		len += m->headers[i].name.len + 2;
	if (m->n_headers == 0)
		return false;
	p = hg_arena_take(&tx->base.arena, len);
	*out = hg_span(p, len);
	if (p == NULL)
		return false;
	p = put(p, HG_BYTES("\r\n"));
	for (unsigned i = 0; i < m->n_headers; i++) {
		p = put(p, m->headers[i].name);
		p = put(p, HG_BYTES("\r\n"));
	}
	put(p, HG_BYTES("\r\n"));
	return true;
}

static bool
build_start(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span *out)
{
	struct hg_http_message *m = &tx->msg[dir];
	size_t len = m->line.len + 4;
	uint8_t *p;

	if (m->line.len == 0)
		return false;
	for (unsigned i = 0; i < m->n_headers; i++)
		len += m->headers[i].name.len + hg_http_value(tx, &m->headers[i]).len + 4;
	p = hg_arena_take(&tx->base.arena, len);
	*out = hg_span(p, len);
	if (p == NULL)
		return false;
	p = put(put(p, m->line), HG_BYTES("\r\n"));
	for (unsigned i = 0; i < m->n_headers; i++) {
		p = put(p, m->headers[i].name);
		p = put(p, HG_BYTES(": "));
		p = put(p, m->headers[i].value);
		p = put(p, HG_BYTES("\r\n"));
	}
	put(p, HG_BYTES("\r\n"));
	return true;
}

static bool (*const builders[HG_HTTP_BUILT])(struct hg_http_tx *, enum hg_dir, struct hg_span *) = {
	[HG_HTTP_BUILT_HEADER] = build_header,
	[HG_HTTP_BUILT_RAW] = build_raw,
	[HG_HTTP_BUILT_NAMES] = build_names,
	[HG_HTTP_BUILT_START] = build_start,
};

/* Only when all headers are there; again when trailers have come. */
static bool
built(struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_built which, struct hg_span *out)
{
	struct hg_http_message *m = &tx->msg[dir];

	if (tx->base.progress[dir] <= HG_HTTP_AT_HEADERS)
		return false;
	if (m->built_of[which] != m->version_of_headers + 1) {
		m->built[which] = HG_SPAN_NONE;
		m->built_of[which] = m->version_of_headers + 1;
		if (!builders[which](tx, dir, &m->built[which]))
			m->built[which] = HG_SPAN_NONE;
	}
	*out = m->built[which];
	return out->p != NULL;
}

static bool
one_header(struct hg_http_tx *tx, enum hg_dir dir, uint32_t index, struct hg_span *out)
{
	struct hg_http_message *m = &tx->msg[dir];
	struct hg_http_header *header;
	uint8_t *p;

	if (index >= m->n_headers)
		return false;
	header = &m->headers[index];
	if (header->whole.p == NULL || header->more != NULL) {
		struct hg_span value = hg_http_value(tx, header);
		const uint8_t *gap = header->name.p + header->name.len;

		header->whole = hg_span(header->name.p, header->name.len + 2 + value.len);
		if (gap + 2 != value.p || gap[0] != ':' || gap[1] != ' ') {
			p = hg_arena_take(&tx->base.arena, header->whole.len);
			header->whole.p = p;
			if (p == NULL)
				return false;
			put(put(put(p, header->name), HG_BYTES(": ")), value);
		}
	}
	*out = header->whole;
	return true;
}

/* ---- bodies and files ---- */

static bool
shows_at_once(const struct hg_http_tx *tx)
{
	const struct hg_decoder_ctx *ctx = tx->base.ctx;

	return ctx->inline_always || (ctx->inline_auto && tx->base.app->ips);
}

static bool
view_body(struct hg_http_tx *tx, enum hg_dir dir, bool eof, struct hg_view *out)
{
	struct hg_body *body = hg_http_body_of(&tx->msg[dir]);

	return body != NULL && hg_body_view(body, eof, shows_at_once(tx), out);
}

void
hg_http_inspected(struct hg_tx *base, enum hg_dir dir, uint16_t row)
{
	struct hg_http_tx *tx = (struct hg_http_tx *)base;
	struct hg_body *body = hg_http_body_of(&tx->msg[dir]);

	if (row != ROW_FILE_DATA) {
		if (body != NULL)
			hg_body_inspected(body);
		return;
	}
	hg_tx_files_inspected(base, dir);
}

/* ---- the getter ---- */

static bool
exists(struct hg_span s, struct hg_span *out)
{
	*out = s;
	return s.p != NULL && s.len > 0;
}

static bool
get_text(struct hg_http_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, struct hg_span *out)
{
	const struct hg_http_message *m = &tx->msg[dir];

	switch ((enum row)row) {
	case ROW_METHOD:
		return exists(tx->method, out);
	case ROW_URI:
		return exists(tx->uri, out);
	case ROW_URI_RAW:
		return exists(tx->uri_raw, out);
	case ROW_REQUEST_LINE:
	case ROW_RESPONSE_LINE:
		return exists(m->line, out);
	case ROW_PROTOCOL:
		return exists(m->protocol, out);
	case ROW_HEADER:
		return built(tx, dir, HG_HTTP_BUILT_HEADER, out);
	case ROW_HEADER_RAW:
		return built(tx, dir, HG_HTTP_BUILT_RAW, out);
	case ROW_HEADER_NAMES:
		return built(tx, dir, HG_HTTP_BUILT_NAMES, out);
	case ROW_START:
		return built(tx, dir, HG_HTTP_BUILT_START, out);
	case ROW_COOKIE:
		return hg_http_get(tx, dir, dir == HG_TO_SERVER ? HG_HTTP_COOKIE : HG_HTTP_SET_COOKIE, out);
	case ROW_HOST:
		return exists(tx->hostname, out);
	case ROW_HOST_RAW:
		return exists(tx->host_raw, out);
	case ROW_REQUEST_HEADER:
	case ROW_RESPONSE_HEADER:
		return one_header(tx, dir, index, out);
	case ROW_STAT_CODE:
		return exists(tx->status, out);
	case ROW_STAT_MSG:
		return exists(tx->reason, out);
	default:
		return header_rows[row] != 0 && hg_http_get(tx, dir, header_rows[row], out);
	}
}

bool
hg_http_buffer(
	struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_http_tx *tx = (struct hg_http_tx *)base;

	switch ((enum row)row) {
	case ROW_REQUEST_BODY:
	case ROW_RESPONSE_BODY:
		return view_body(tx, dir, eof, out);
	case ROW_FILE_DATA:
		return hg_tx_file_view(base, dir, index, eof, shows_at_once(tx), out);
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
