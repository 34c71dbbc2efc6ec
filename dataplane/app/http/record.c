/* What the record says natively beyond the peer's members: who asked by way of whom, what was sent and got, how long it took. */
#include "app/http/http_int.h"
#include "base/text.h"

#define URL_MAX 2048
#define CHAIN_MAX 16
#define FILES_MAX 16

/* ---- the target ---- */

/* Dot segments, runs of slashes and backslashes of a decoded path, in place; returns what is left of it. */
static size_t
resolve(uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t end = i;

		while (end < len && p[end] != '/' && p[end] != '\\')
			end++;
		if (end - i == 2 && p[i] == '.' && p[i + 1] == '.') {
			n -= n > 1;
			while (n > 0 && p[n - 1] != '/')
				n--;
			n = HG_MAX(n, (size_t)1);
		} else if (end > i && !(end - i == 1 && p[i] == '.')) {
			memmove(p + n, p + i, end - i);
			n += end - i;
			if (end < len)
				p[n++] = '/';
		} else if (n == 0 && end < len) {
			p[n++] = '/';
		}
		i = end + 1;
	}
	return HG_MIN(n, len);
}

/* Decoded once and resolved, if that changes anything. What is hidden is found before: an escape may stand for a `&`. */
static void
log_url(const struct hg_http_tx *tx, struct hg_json *j)
{
	uint8_t text[URL_MAX], masked[HG_MASK_URL];
	const struct hg_span raw = hg_app_url(tx->base.app, hg_span_sub(tx->uri_raw, 0, URL_MAX), masked);
	const size_t question = hg_span_find(raw, 0, '?');
	size_t n;

	if (raw.len == 0)
		return;
	n = hg_http_uri_decode(hg_span_sub(raw, 0, question), text);
	if (n > 0 && text[0] == '/')
		n = resolve(text, n);
	if (question != SIZE_MAX)
		n += hg_http_uri_decode(hg_span_from(raw, question), text + n);
	if (!hg_span_eq(hg_span(text, n), raw) || hg_charset_of(raw) == HG_CHARSET_GB18030)
		hg_json_text(j, "url_norm", hg_span(text, n));
}

/* ---- by way of whom ---- */

static bool
is_trusted(const struct hg_decoder_ctx *ctx, const struct hg_addr *addr, uint8_t family)
{
	for (unsigned i = 0; i < ctx->n_proxies; i++) {
		const struct hg_http_net *net = &ctx->proxies[i];
		unsigned bit = 0;

		while (bit < net->bits &&
			((addr->b[bit / 8] ^ net->addr.b[bit / 8]) >> (7 - bit % 8) & 1) == 0)
			bit++;
		if (net->family == family && bit == net->bits)
			return true;
	}
	return false;
}

/* An address with what proxies write around it: quotes, brackets, a port, for=. */
static bool
read_address(struct hg_span one, struct hg_addr *addr, uint8_t *family)
{
	size_t end;

	one = hg_span_trim(one);
	if (hg_span_starts_nocase(one, HG_BYTES("for=")))
		one = hg_span_from(one, 4);
	one = hg_span_sub(one, 0, hg_span_find(one, 0, ';'));
	if (one.len > 1 && one.p[0] == '"')
		one = hg_span_sub(one, 1, one.len - 2);
	if (one.len > 0 && one.p[0] == '[')
		one = hg_span_sub(one, 1, hg_span_find(one, 0, ']') - 1);
	else if ((end = hg_span_find(one, 0, ':')) != SIZE_MAX && hg_span_find(one, end + 1, ':') == SIZE_MAX)
		one = hg_span_sub(one, 0, end);
	return hg_addr_parse(one, addr, family);
}

static void
put_address(struct hg_json *j, const char *name, const struct hg_addr *addr, uint8_t family)
{
	char text[HG_ADDR_TEXT];
	const struct hg_span s = hg_span(text, hg_addr_text(addr, family, text));

	if (name == NULL)
		hg_json_item_str(j, s);
	else
		hg_json_str(j, name, s);
}

static struct hg_span
chain_of(const struct hg_http_tx *tx)
{
	static const uint8_t fields[] = { HG_HTTP_FORWARDED_FOR, HG_HTTP_FORWARDED, HG_HTTP_REAL_IP };

	for (size_t i = 0; i < HG_COUNT(fields); i++) {
		const struct hg_http_header *found = hg_http_find(&tx->msg[HG_TO_SERVER], fields[i]);

		if (found != NULL)
			return found->value;
	}
	return HG_SPAN_NONE;
}

/* Whoever connects may write what he likes: only what a trusted proxy says counts, and of that the last address that is none
 * of them. */
static void
log_chain(const struct hg_http_tx *tx, struct hg_json *j)
{
	const struct hg_flow *f = tx->base.app->flow;
	struct hg_span list = chain_of(tx);
	struct hg_addr chain[CHAIN_MAX];
	uint8_t families[CHAIN_MAX];
	unsigned n = 0, from = 0;

	if (list.len == 0 || !is_trusted(tx->base.ctx, hg_flow_client_addr(f), f->key.family))
		return;
	while (list.p != NULL) {
		const size_t comma = hg_span_find(list, 0, ',');

		/* The last ones count: what is too long loses its beginning. */
		if (read_address(
			    hg_span_sub(list, 0, comma), &chain[n % CHAIN_MAX], &families[n % CHAIN_MAX]))
			n++;
		list = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(list, comma + 1);
	}
	if (n == 0)
		return;
	from = n > CHAIN_MAX ? n - CHAIN_MAX : 0;
	hg_json_array_at(j, "client_chain");
	for (unsigned i = from; i < n; i++)
		put_address(j, NULL, &chain[i % CHAIN_MAX], families[i % CHAIN_MAX]);
	hg_json_array_end(j);
	for (unsigned i = n; i-- > from;)
		if (i == from || !is_trusted(tx->base.ctx, &chain[i % CHAIN_MAX], families[i % CHAIN_MAX])) {
			put_address(j, "client_ip", &chain[i % CHAIN_MAX], families[i % CHAIN_MAX]);
			return;
		}
}

/* ---- what was sent and got ---- */

static void
log_uploads(const struct hg_http_tx *tx, struct hg_json *j)
{
	unsigned n = 0;

	for (const struct hg_http_upload *u = tx->uploads; u != NULL && n < FILES_MAX; u = u->next) {
		if (n++ == 0)
			hg_json_array_at(j, "upload");
		hg_json_open(j);
		if (u->field.len > 0)
			hg_json_text(j, "field", u->field);
		hg_json_text(j, "filename", u->file->name);
		hg_json_u64(j, "size", u->file->body.total);
		if (u->type.len > 0)
			hg_json_text(j, "type", u->type);
		/* The digest of a short form tells its password to whoever guesses. */
		if (!tx->form_login)
			hg_file_log_digests(u->file, j);
		hg_json_close(j);
	}
	if (n > 0)
		hg_json_array_end(j);
}

static void
log_download(const struct hg_http_tx *tx, struct hg_json *j)
{
	const struct hg_file *f = tx->msg[HG_TO_CLIENT].file;

	if (f == NULL || hg_http_find(&tx->msg[HG_TO_CLIENT], HG_HTTP_CONTENT_DISPOSITION) == NULL)
		return;
	hg_json_open_at(j, "download");
	hg_json_text(j, "filename", f->name);
	hg_json_u64(j, "size", f->body.total);
	hg_file_log_digests(f, j);
	hg_json_close(j);
}

static void
log_sizes(const struct hg_http_tx *tx, struct hg_json *j)
{
	const struct hg_http_message *asked = &tx->msg[HG_TO_SERVER], *got = &tx->msg[HG_TO_CLIENT];

	if (asked->wire > 0) {
		hg_json_u64(j, "request_len", asked->wire);
		hg_json_u64(j, "request_body_len", asked->entity);
	}
	if (got->wire > 0) {
		hg_json_u64(j, "response_len", got->wire);
		hg_json_u64(j, "response_body_len", got->entity);
	}
}

static void
log_codings(const struct hg_http_tx *tx, struct hg_json *j)
{
	const struct hg_http_header *found = hg_http_find(&tx->msg[HG_TO_CLIENT], HG_HTTP_CONTENT_ENCODING);
	struct hg_span list;
	unsigned n = 0;

	if (found == NULL || found->value.len == 0)
		return;
	hg_json_array_at(j, "encoding");
	for (list = found->value; list.p != NULL && n < HG_CODING_LAYERS; n++) {
		const size_t comma = hg_span_find(list, 0, ',');

		hg_json_item_str(j, hg_span_trim(hg_span_sub(list, 0, comma)));
		list = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(list, comma + 1);
	}
	hg_json_array_end(j);
}

static void
log_upgrade(const struct hg_http_tx *tx, struct hg_json *j)
{
	const struct hg_http_header *found = hg_http_find(&tx->msg[HG_TO_CLIENT], HG_HTTP_UPGRADE);

	if (tx->connect && hg_http_opens_tunnel(tx))
		hg_json_cstr(j, "upgrade", "connect");
	else if (tx->code == 101 && found != NULL)
		hg_json_text(j, "upgrade", found->value);
}

/* What only the end tells. */
static void
log_outcome(const struct hg_http_tx *tx, struct hg_json *j)
{
	log_sizes(tx, j);
	log_codings(tx, j);
	log_uploads(tx, j);
	log_download(tx, j);
	log_upgrade(tx, j);
	if (tx->asked != 0 && tx->began >= tx->asked)
		hg_json_u64(j, "latency_ms", (tx->began - tx->asked) / HG_MSEC);
}

void
hg_http_log_more(const struct hg_http_tx *tx, bool in_alert, struct hg_json *j)
{
	if (hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_RECORD))
		return;
	log_url(tx, j);
	if (hg_tx_has_anomaly(&tx->base, HG_TO_SERVER, HG_HTTP_HOST_AMBIGUOUS) ||
		hg_tx_has_anomaly(&tx->base, HG_TO_SERVER, HG_HTTP_HOST_TWICE))
		hg_json_bool(j, "host_conflict", true);
	log_chain(tx, j);
	if (!in_alert)
		log_outcome(tx, j);
	hg_json_u64(j, "tx_depth", tx->base.number + 1);
}
