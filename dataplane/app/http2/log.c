/* EVE `http` with version 2 (peer-semantics 7.3): a record a stream, and one a frame of the connection that says something. */
#include "app/http2/http2_int.h"

static void
write_text(const struct hg_http2_message *m, struct hg_json *j, enum hg_http2_known known, const char *key)
{
	const struct hg_http2_header *header = hg_http2_header(m, known);

	if (header != NULL)
		hg_json_str(j, key, header->value);
}

static void
write_url(const struct hg_http2_tx *tx, struct hg_json *j, enum hg_dir dir, enum hg_http2_known known,
	const char *key)
{
	const struct hg_http2_header *header = hg_http2_header(&tx->msg[dir], known);
	uint8_t text[HG_MASK_URL];

	if (header != NULL)
		hg_json_str(j, key, hg_app_url(tx->base.app, header->value, text));
}

static bool
read_number(struct hg_span text, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || *out > UINT64_MAX / 16)
			return false;
		*out = *out * 10 + (uint64_t)(text.p[i] - '0');
	}
	return text.len > 0;
}

static bool
write_number(const struct hg_http2_message *m, struct hg_json *j, enum hg_http2_known known, const char *key)
{
	const struct hg_http2_header *header = hg_http2_header(m, known);
	uint64_t n;

	if (header == NULL || !read_number(header->value, &n))
		return false;
	hg_json_u64(j, key, n);
	return true;
}

/* Credentials give way to a mask, all but the scheme. */
static void
write_value(const struct hg_http2_tx *tx, const struct hg_http2_header *header, struct hg_json *j)
{
	const struct hg_span value = header->value;
	const bool url = header->known == HG_HTTP2_PATH || header->known == HG_HTTP2_REFERER ||
		header->known == HG_HTTP2_LOCATION;
	const bool credentials = hg_span_eq_nocase(header->name, HG_BYTES("authorization")) ||
		hg_span_eq_nocase(header->name, HG_BYTES("proxy-authorization"));
	uint8_t text[HG_MASK_URL];

	if (credentials && hg_app_masks(tx->base.app)) {
		hg_json_str_begin(j, "value");
		hg_json_str_more(j, hg_span_sub(value, 0, HG_MIN(hg_span_find(value, 0, ' '), value.len)));
		hg_json_str_more(j, HG_BYTES(" " HG_SECRET_MASK));
		hg_json_str_end(j);
		return;
	}
	hg_json_str(j, "value",
		hg_span_sub(url ? hg_app_url(tx->base.app, value, text) : value, 0, HG_HTTP2_LOGGED_VALUE));
}

static bool
log_fields(const struct hg_http2_tx *tx, enum hg_dir dir, struct hg_json *j, const char *key)
{
	const struct hg_http2_message *m = &tx->msg[dir];

	if (m->n_headers == 0)
		return false;
	hg_json_array_at(j, key);
	for (unsigned i = 0; i < m->n_headers; i++) {
		const struct hg_http2_header *header = &m->headers[i];

		hg_json_open(j);
		if (header->is_update) {
			hg_json_u64(j, "table_size_update", header->update);
		} else {
			hg_json_str(j, "name", hg_span_sub(header->name, 0, HG_HTTP2_LOGGED_NAME));
			write_value(tx, header, j);
		}
		hg_json_close(j);
	}
	hg_json_array_end(j);
	return true;
}

static uint32_t
value_at(const struct hg_http2_message *m, enum hg_http2_kind kind, unsigned i, uint16_t *id)
{
	const unsigned width = hg_http2_width(kind);
	struct hg_reader r = hg_reader_of(hg_span(m->values[kind].bytes + (size_t)i * width, width));

	*id = kind == HG_HTTP2_KIND_SETTING ? hg_read_u16be(&r) : 0;
	return width == 1 ? hg_read_u8(&r) : hg_read_u32be(&r);
}

static void
log_settings(const struct hg_http2_message *m, struct hg_json *j)
{
	static const char *const names[] = { NULL, "SETTINGSHEADERTABLESIZE", "SETTINGSENABLEPUSH",
		"SETTINGSMAXCONCURRENTSTREAMS", "SETTINGSINITIALWINDOWSIZE", "SETTINGSMAXFRAMESIZE",
		"SETTINGSMAXHEADERLISTSIZE" };
	const struct hg_http2_values *v = &m->values[HG_HTTP2_KIND_SETTING];
	uint16_t id;

	if (v->n == 0)
		return;
	hg_json_array_at(j, "settings");
	for (unsigned i = 0; i < v->n; i++) {
		const uint32_t value = value_at(m, HG_HTTP2_KIND_SETTING, i, &id);

		hg_json_open(j);
		if (id > 0 && id < HG_COUNT(names))
			hg_json_cstr(j, "settings_id", names[id]);
		else
			hg_json_u64(j, "settings_id", id);
		hg_json_u64(j, "settings_value", value);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

/* Errors of a RST_STREAM and of a GOAWAY are written in two ways. */
static void
log_error(const struct hg_http2_message *m, struct hg_json *j)
{
	static const char *const names[][2] = { { "NoError", "NOERROR" },
		{ "ProtocolError", "PROTOCOLERROR" }, { "InternalError", "INTERNALERROR" },
		{ "FlowControlError", "FLOWCONTROLERROR" }, { "SettingsTimeout", "SETTINGSTIMEOUT" },
		{ "StreamClosed", "STREAMCLOSED" }, { "FrameSizeError", "FRAMESIZEERROR" },
		{ "RefusedStream", "REFUSEDSTREAM" }, { "Cancel", "CANCEL" },
		{ "CompressionError", "COMPRESSIONERROR" }, { "ConnectError", "CONNECTERROR" },
		{ "EnhanceYourCalm", "ENHANCEYOURCALM" }, { "InadequateSecurity", "INADEQUATESECURITY" },
		{ "Http11Required", "HTTP11REQUIRED" } };
	uint32_t code;
	uint16_t id;

	if (m->values[HG_HTTP2_KIND_ERROR].n == 0)
		return;
	code = value_at(m, HG_HTTP2_KIND_ERROR, 0, &id);
	if (code < HG_COUNT(names))
		hg_json_cstr(j, "error_code", names[code][m->goaway]);
	else
		hg_json_u64(j, "error_code", code);
}

static bool
log_frames(const struct hg_http2_message *m, struct hg_json *j, const char *key)
{
	uint16_t id;

	hg_json_open_at(j, key);
	log_settings(m, j);
	log_error(m, j);
	if (m->values[HG_HTTP2_KIND_PRIORITY].n > 0)
		hg_json_u64(j, "priority", value_at(m, HG_HTTP2_KIND_PRIORITY, 0, &id));
	hg_json_close(j);
	return m->values[HG_HTTP2_KIND_SETTING].n + m->values[HG_HTTP2_KIND_ERROR].n +
		m->values[HG_HTTP2_KIND_PRIORITY].n >
		0;
}

/* The host, and what HTTP/1's record has besides. */
static void
log_more(const struct hg_http2_tx *tx, struct hg_json *j)
{
	const struct hg_http2_message *response = &tx->msg[HG_TO_CLIENT];
	const struct hg_http2_header *type = hg_http2_header(response, HG_HTTP2_CONTENT_TYPE);

	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_RECORD)) {
		write_text(&tx->msg[HG_TO_SERVER], j, HG_HTTP2_HOST, "hostname");
		return;
	}
	if (tx->hostname.len > 0)
		hg_json_str(j, "hostname", tx->hostname);
	write_url(tx, j, HG_TO_SERVER, HG_HTTP2_REFERER, "http_refer");
	if (type != NULL)
		hg_json_str(j, "http_content_type",
			hg_span_sub(type->value, 0, hg_span_find(type->value, 0, ';')));
	write_url(tx, j, HG_TO_CLIENT, HG_HTTP2_LOCATION, "redirect");
}

static void
log_length(const struct hg_http2_tx *tx, struct hg_json *j)
{
	const struct hg_http2_message *response = &tx->msg[HG_TO_CLIENT], *request = &tx->msg[HG_TO_SERVER];
	const bool peer = hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_RECORD);

	if (write_number(response, j, HG_HTTP2_CONTENT_LENGTH, "length") ||
		(peer && write_number(request, j, HG_HTTP2_CONTENT_LENGTH, "length")))
		return;
	if (!peer && response->n_headers > 0)
		hg_json_u64(j, "length", response->wire);
}

/* false: it says nothing, as an acknowledgement or a window of the connection. */
static bool
write_object(const struct hg_http2_tx *tx, struct hg_json *j)
{
	const struct hg_http2_message *request = &tx->msg[HG_TO_SERVER], *response = &tx->msg[HG_TO_CLIENT];
	bool any = false;

	hg_json_open_at(j, "http");
	hg_json_cstr(j, "version", "2");
	any |= log_fields(tx, HG_TO_SERVER, j, "request_headers");
	any |= log_fields(tx, HG_TO_CLIENT, j, "response_headers");
	log_more(tx, j);
	write_text(request, j, HG_HTTP2_METHOD, "http_method");
	write_url(tx, j, HG_TO_SERVER, HG_HTTP2_PATH, "url");
	write_text(request, j, HG_HTTP2_USER_AGENT, "http_user_agent");
	write_number(response, j, HG_HTTP2_STATUS, "status");
	log_length(tx, j);
	hg_json_open_at(j, "http2");
	hg_json_u64(j, "stream_id", tx->stream);
	any |= log_frames(request, j, "request");
	any |= log_frames(response, j, "response");
	hg_json_close(j);
	hg_json_close(j);
	return any;
}

void
hg_http2_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	(void)in_alert;
	(void)dir;
	write_object((const struct hg_http2_tx *)tx, j);
}

static struct hg_span
value_of(const struct hg_http2_message *m, enum hg_http2_known known)
{
	const struct hg_http2_header *header = hg_http2_header(m, known);

	return header == NULL ? HG_SPAN_NONE : header->value;
}

/* Frames of the connection are its upkeep. */
bool
hg_http2_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_http2_tx *tx = (const struct hg_http2_tx *)base;
	const struct hg_http2_message *request = &tx->msg[HG_TO_SERVER];
	uint64_t status = 0;
	bool answered;

	(void)i;
	a->class_ = tx->stream == 0 ? HG_AUDIT_SESSION : HG_AUDIT_WEB;
	a->action = value_of(request, HG_HTTP2_METHOD);
	a->object = value_of(request, HG_HTTP2_PATH);
	a->reason = value_of(&tx->msg[HG_TO_CLIENT], HG_HTTP2_STATUS);
	answered = read_number(a->reason, &status);
	a->result = hg_audit_result_of(answered, status < 400);
	if (tx->stream == 0)
		a->reason = HG_BYTES("no_request");
	return true;
}

bool
hg_http2_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	return i == 0 && write_object((const struct hg_http2_tx *)tx, j);
}
