/* EVE `http` (peer-semantics 7.3). */
#include "app/http/http_int.h"
#include "base/text.h"

static bool
header(const struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_known known, struct hg_span *out)
{
	const struct hg_http_header *found = hg_http_find(&tx->msg[dir], known);

	if (found == NULL)
		return false;
	*out = found->value;
	return true;
}

/* What is empty is not written. */
static void
write_text(struct hg_json *j, const char *key, struct hg_span text)
{
	if (text.len > 0)
		hg_json_str(j, key, text);
}

static void
write_url(const struct hg_http_tx *tx, struct hg_json *j, const char *key, struct hg_span url)
{
	uint8_t text[HG_MASK_URL];

	write_text(j, key, hg_app_url(tx->base.app, url, text));
}

static void
write_header(const struct hg_http_tx *tx, struct hg_json *j, enum hg_dir dir, enum hg_http_known known,
	const char *key)
{
	struct hg_span text;

	if (header(tx, dir, known, &text))
		write_text(j, key, text);
}

/* The number that the text begins with. */
static uint64_t
leading_number(struct hg_span text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len && text.p[i] >= '0' && text.p[i] <= '9' && n < UINT32_MAX; i++)
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	return n;
}

static void
log_range(const struct hg_http_tx *tx, struct hg_json *j)
{
	struct hg_http_range range;
	struct hg_span text;

	if (!header(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_RANGE, &text))
		return;
	hg_json_open_at(j, "content_range");
	hg_json_str(j, "raw", text);
	if (hg_http_parse_range(text, &range)) {
		if (range.has_range) {
			hg_json_u64(j, "start", range.start);
			hg_json_u64(j, "end", range.end);
		}
		if (range.has_size)
			hg_json_u64(j, "size", range.size);
	}
	hg_json_close(j);
}

static void
log_extended(const struct hg_http_tx *tx, struct hg_json *j)
{
	struct hg_span text;

	if (header(tx, HG_TO_SERVER, HG_HTTP_REFERER, &text))
		write_url(tx, j, "http_refer", text);
	write_text(j, "http_method", tx->method);
	write_text(j, "protocol", tx->msg[HG_TO_SERVER].protocol);
	if (tx->status.p != NULL) {
		hg_json_u64(j, "status", leading_number(tx->status));
		if (header(tx, HG_TO_CLIENT, HG_HTTP_LOCATION, &text))
			write_url(tx, j, "redirect", text);
	}
	hg_json_u64(j, "length", tx->msg[HG_TO_CLIENT].wire);
}

static bool
is_asked_for(const struct hg_decoder_ctx *ctx, struct hg_span name)
{
	for (unsigned i = 0; i < ctx->n_custom; i++)
		if (hg_span_eq_nocase(name, hg_span_str(ctx->custom[i])))
			return true;
	return false;
}

static struct hg_span
shortened(struct hg_span text, size_t most)
{
	return hg_span_sub(text, 0, HG_MIN(hg_span_find(text, 0, '\0'), most));
}

/* Credentials give way to a mask, all but the scheme. */
static void
write_value(const struct hg_http_tx *tx, const struct hg_http_header *header, struct hg_json *j)
{
	struct hg_span value = header->value, scheme = hg_http_take_word(&value);
	const bool url = header->known == HG_HTTP_REFERER || header->known == HG_HTTP_LOCATION;
	uint8_t text[HG_MASK_URL];

	if ((header->known != HG_HTTP_AUTHORIZATION && header->known != HG_HTTP_PROXY_AUTHORIZATION) ||
		!hg_app_masks(tx->base.app)) {
		value = url ? hg_app_url(tx->base.app, header->value, text) : header->value;
		hg_json_str(j, "value", shortened(value, HG_HTTP_LOGGED_VALUE));
		return;
	}
	hg_json_str_begin(j, "value");
	hg_json_str_more(j, scheme);
	hg_json_str_more(j, HG_BYTES(" " HG_SECRET_MASK));
	hg_json_str_end(j);
}

/* Who asked, and what became of it. */
static void
log_users(const struct hg_http_tx *tx, bool in_alert, struct hg_json *j)
{
	static const char *const results[] = { "unknown", "success", "failure" };

	if (tx->user.len > 0)
		hg_json_text(j, "user", tx->user);
	if (tx->auth_scheme != NULL)
		hg_json_cstr(j, "auth_scheme", tx->auth_scheme);
	if (in_alert)
		return;
	if (tx->auth_result != 0)
		hg_json_cstr(j, "auth_result", results[tx->auth_result - 1]);
	if (tx->form_user.len > 0)
		hg_json_text(j, "form_user", tx->form_user);
	if (tx->form_login)
		hg_json_bool(j, "form_login", true);
}

static void
audit_user(const struct hg_http_tx *tx, struct hg_audit *a)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	const bool form = tx->user.len == 0 && tx->form_user.len > 0;

	a->user = form ? tx->form_user : tx->user;
	a->user_src = form ? HG_AUDIT_USER_FORM : HG_AUDIT_USER_PROTOCOL;
	/* A proxy's connection has the requests of many. */
	a->own_user = hg_http_find(m, HG_HTTP_FORWARDED_FOR) != NULL ||
		hg_http_find(m, HG_HTTP_FORWARDED) != NULL || hg_http_find(m, HG_HTTP_REAL_IP) != NULL;
	if (hg_app_masks(tx->base.app) &&
		(hg_http_find(m, HG_HTTP_AUTHORIZATION) != NULL ||
			hg_http_find(m, HG_HTTP_PROXY_AUTHORIZATION) != NULL || tx->form_login))
		a->secret = HG_AUDIT_MASKED;
}

bool
hg_http_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_http_tx *tx = (const struct hg_http_tx *)base;

	(void)i;
	a->class_ = HG_AUDIT_WEB;
	a->action = tx->method;
	a->object = tx->uri_raw;
	audit_user(tx, a);
	if (tx->auth_result != 0)
		a->result = hg_audit_result_of(
			tx->auth_result - 1 != HG_LOGIN_UNKNOWN, tx->auth_result - 1 == HG_LOGIN_SUCCESS);
	else
		a->result = hg_audit_result_of(tx->code != 0, tx->code < 400);
	if (tx->code != 0)
		a->reason = hg_audit_number(a, tx->code);
	a->incomplete = tx->phantom || tx->msg[HG_TO_SERVER].too_many || tx->msg[HG_TO_CLIENT].too_many;
	return true;
}

/* All headers of a message, or those that `custom` lists. */
static void
log_headers(const struct hg_http_tx *tx, struct hg_json *j, enum hg_dir dir, const char *key)
{
	const struct hg_decoder_ctx *ctx = tx->base.ctx;
	const struct hg_http_message *m = &tx->msg[dir];
	struct hg_json_mark mark = hg_json_mark(j);
	unsigned n = 0;

	if (!ctx->all_headers[dir] && ctx->n_custom == 0)
		return;
	hg_json_array_at(j, key);
	for (unsigned i = 0; i < m->n_headers; i++) {
		if (!ctx->all_headers[dir] && !is_asked_for(ctx, m->headers[i].name))
			continue;
		hg_json_open(j);
		hg_json_str(j, "name", shortened(m->headers[i].name, HG_HTTP_LOGGED_NAME));
		write_value(tx, &m->headers[i], j);
		hg_json_close(j);
		n++;
	}
	if (n == 0)
		hg_json_rewind(j, mark);
	else
		hg_json_array_end(j);
}

/* Alerts and records of files always show the extended form, no lists of headers, and nothing that only the end tells: they are
 * written on the way there, and where on it depends on how the bytes came. */
void
hg_http_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_http_tx *tx = (const struct hg_http_tx *)base;
	struct hg_span text;

	(void)dir;
	hg_json_open_at(j, "http");
	write_text(j, "hostname", tx->hostname);
	if (tx->port >= 0)
		hg_json_u64(j, "http_port", (uint64_t)tx->port);
	write_url(tx, j, "url", tx->uri_raw);
	write_header(tx, j, HG_TO_SERVER, HG_HTTP_USER_AGENT, "http_user_agent");
	write_header(tx, j, HG_TO_SERVER, HG_HTTP_FORWARDED_FOR, "xff");
	if (header(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_TYPE, &text))
		hg_json_str(j, "http_content_type", hg_span_sub(text, 0, hg_span_find(text, 0, ';')));
	log_range(tx, j);
	if (in_alert || base->ctx->extended)
		log_extended(tx, j);
	if (!in_alert) {
		log_headers(tx, j, HG_TO_SERVER, "request_headers");
		log_headers(tx, j, HG_TO_CLIENT, "response_headers");
	}
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_RECORD))
		log_users(tx, in_alert, j);
	hg_http_log_more(tx, in_alert, j);
	if (!in_alert)
		hg_http_log_ambiguous(tx, j);
	hg_json_close(j);
}
