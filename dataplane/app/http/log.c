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

/* What is empty is not written. */
static void
write_text(struct hg_json *j, const char *key, struct hg_span text)
{
	if (text.len > 0)
		hg_json_str(j, key, text);
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
	write_header(tx, j, HG_TO_SERVER, HG_HTTP_REFERER, "http_refer");
	write_text(j, "http_method", tx->method);
	write_text(j, "protocol", tx->msg[HG_TO_SERVER].protocol);
	if (tx->status.p != NULL) {
		hg_json_u64(j, "status", leading_number(tx->status));
		write_header(tx, j, HG_TO_CLIENT, HG_HTTP_LOCATION, "redirect");
	}
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
	write_text(j, "hostname", tx->hostname);
	if (tx->port >= 0)
		hg_json_u64(j, "http_port", (uint64_t)tx->port);
	write_text(j, "url", tx->uri_raw);
	write_header(tx, j, HG_TO_SERVER, HG_HTTP_USER_AGENT, "http_user_agent");
	write_header(tx, j, HG_TO_SERVER, HG_HTTP_FORWARDED_FOR, "xff");
	if (header(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_TYPE, &text))
		hg_json_str(j, "http_content_type", hg_span_sub(text, 0, hg_span_find(text, 0, ';')));
	log_range(tx, j);
	log_extended(tx, j);
	hg_json_close(j);
}
