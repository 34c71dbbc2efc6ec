/* EVE `http` (peer-semantics 7.3). */
#include "app/http/http_int.h"

static bool
header(const struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_known known, struct hg_span *out)
{
	const struct hg_http_header *found = hg_http_find(&tx->msg[dir], known);

	if (found == NULL)
		return false;
	*out = found->value;
	return true;
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
	const struct hg_http_message *request = &tx->msg[HG_TO_SERVER];
	struct hg_span text;

	if (header(tx, HG_TO_SERVER, HG_HTTP_REFERER, &text))
		hg_json_str(j, "http_refer", text);
	if (tx->method.len > 0)
		hg_json_str(j, "http_method", tx->method);
	if (request->protocol.len > 0)
		hg_json_str(j, "protocol", request->protocol);
	if (tx->code != 0)
		hg_json_u64(j, "status", tx->code);
	if (tx->code > 300 && tx->code < 304 && header(tx, HG_TO_CLIENT, HG_HTTP_LOCATION, &text))
		hg_json_str(j, "redirect", text);
	hg_json_u64(j, "length", tx->msg[HG_TO_CLIENT].wire);
}

/* The shorter form of alerts is the same: the peer shows the extended one in both. */
void
hg_http_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_http_tx *tx = (const struct hg_http_tx *)base;
	struct hg_span text;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "http");
	if (tx->hostname.len > 0)
		hg_json_str(j, "hostname", tx->hostname);
	if (tx->port >= 0)
		hg_json_u64(j, "http_port", (uint64_t)tx->port);
	if (tx->uri_raw.len > 0)
		hg_json_str(j, "url", tx->uri_raw);
	if (header(tx, HG_TO_SERVER, HG_HTTP_USER_AGENT, &text))
		hg_json_str(j, "http_user_agent", text);
	if (header(tx, HG_TO_SERVER, HG_HTTP_FORWARDED_FOR, &text))
		hg_json_str(j, "xff", text);
	if (header(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_TYPE, &text))
		hg_json_str(j, "http_content_type", hg_span_sub(text, 0, hg_span_find(text, 0, ';')));
	log_range(tx, j);
	log_extended(tx, j);
	hg_json_close(j);
}
