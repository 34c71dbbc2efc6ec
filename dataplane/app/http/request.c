/* Requests: the first line, what the headers say about host and body. */
#include "app/http/http_int.h"

static const struct hg_span methods[] = {
	HG_BYTES("HEAD"),
	HG_BYTES("GET"),
	HG_BYTES("PUT"),
	HG_BYTES("POST"),
	HG_BYTES("DELETE"),
	HG_BYTES("CONNECT"),
	HG_BYTES("OPTIONS"),
	HG_BYTES("TRACE"),
	HG_BYTES("PATCH"),
	HG_BYTES("PROPFIND"),
	HG_BYTES("PROPPATCH"),
	HG_BYTES("MKCOL"),
	HG_BYTES("COPY"),
	HG_BYTES("MOVE"),
	HG_BYTES("LOCK"),
	HG_BYTES("UNLOCK"),
	HG_BYTES("VERSION-CONTROL"),
	HG_BYTES("CHECKOUT"),
	HG_BYTES("UNCHECKOUT"),
	HG_BYTES("CHECKIN"),
	HG_BYTES("UPDATE"),
	HG_BYTES("LABEL"),
	HG_BYTES("REPORT"),
	HG_BYTES("MKWORKSPACE"),
	HG_BYTES("MKACTIVITY"),
	HG_BYTES("BASELINE-CONTROL"),
	HG_BYTES("MERGE"),
	HG_BYTES("INVALID"),
};

bool
hg_http_is_method(struct hg_span text)
{
	for (size_t i = 0; i < HG_COUNT(methods); i++)
		if (hg_span_eq(methods[i], text))
			return true;
	return false;
}

bool
hg_http_begins_message(enum hg_dir dir, struct hg_span line)
{
	struct hg_span rest = hg_http_chomp(line);

	if (dir == HG_TO_CLIENT)
		return hg_span_starts(rest, HG_BYTES("HTTP/"));
	return hg_http_is_method(hg_http_take_word(&rest));
}

enum hg_http_step
hg_http_request_idle(struct hg_http *h, struct hg_span *rest)
{
	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_BEGINS_WITH_BYTE)) {
		h->side[HG_TO_SERVER].phase = HG_HTTP_LINE;
		return hg_http_start(h, HG_TO_SERVER) ? HG_HTTP_GO : HG_HTTP_FAIL;
	}
	while (rest->len > 0 && (rest->p[0] == '\r' || rest->p[0] == '\n'))
		*rest = hg_span_from(*rest, 1);
	if (rest->len == 0)
		return HG_HTTP_MORE;
	h->side[HG_TO_SERVER].phase = HG_HTTP_LINE;
	return HG_HTTP_GO;
}

/* As the peer: lines in the piece that ended a request belong to its body unless they begin with a method. */
enum hg_http_step
hg_http_request_after(struct hg_http *h, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];
	struct hg_span line, left, word;
	enum hg_http_step step;

	if (hg_http_line_held(s).len == 0 && rest->len > 0 && rest->p[0] == '\n') {
		hg_http_end(h, HG_TO_SERVER);
		return HG_HTTP_GO;
	}
	step = hg_http_line_step(h, HG_TO_SERVER, rest, HG_HTTP_ENDS_LF, &line);
	if (step != HG_HTTP_GO)
		return step;
	left = hg_http_skip_space(line);
	word = hg_http_take_word(&left);
	if (hg_http_is_method(word)) {
		hg_http_settle(h, HG_TO_SERVER);
		if (s->phase != HG_HTTP_IDLE)
			return HG_HTTP_GO;
		s->phase = HG_HTTP_LINE;
		return hg_http_request_line(h, line);
	}
	if (word.len > 0)
		hg_http_anomaly(h, s->tx, HG_TO_SERVER, HG_HTTP_BODY_UNEXPECTED);
	hg_http_body_data(h, s->tx, HG_TO_SERVER, line);
	return HG_HTTP_GO;
}

static bool
start_request(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];

	if (h->shadow && h->n_others >= HG_HTTP_OTHERS_MAX)
		return false;
	h->n_others += h->shadow;
	s->tx = hg_http_tx_open(h);
	if (s->tx == NULL)
		return false;
	s->tx->other_reading = h->shadow;
	if (!h->shadow)
		hg_http_wait(h, s->tx);
	hg_tx_progress(&s->tx->base, HG_TO_SERVER, HG_HTTP_AT_LINE);
	return true;
}

bool
hg_http_start(struct hg_http *h, enum hg_dir dir)
{
	if (h->side[dir].tx != NULL)
		return true;
	return dir == HG_TO_SERVER ? start_request(h) : hg_http_start_response(h);
}

/* Bytes behind a request that begin no other belong to it, as long as it is not answered. */
static bool
is_stray(struct hg_http *h, struct hg_span line)
{
	struct hg_http_tx *last;
	struct hg_span rest = hg_http_skip_space(line), word = hg_http_take_word(&rest);

	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_BODY_BY_PIECE) || hg_http_is_method(word) ||
		h->side[HG_TO_SERVER].last == 0)
		return false;
	for (size_t at = hg_span_find(rest, 0, 'H'); at != SIZE_MAX; at = hg_span_find(rest, at + 1, 'H'))
		if (hg_span_starts(hg_span_from(rest, at), HG_BYTES("HTTP/")))
			return false;
	last = hg_http_last_request(h);
	if (last == NULL || last->base.progress[HG_TO_CLIENT] > HG_HTTP_AT_START)
		return false;
	hg_http_anomaly(h, last, HG_TO_SERVER, HG_HTTP_BODY_UNEXPECTED);
	hg_http_request_stray(last, line);
	return true;
}

enum hg_http_version
hg_http_version(struct hg_span s)
{
	if (s.len != 8 || !hg_span_starts(s, HG_BYTES("HTTP/")) || s.p[6] != '.')
		return HG_HTTP_INVALID;
	if (s.p[5] == '0' && s.p[7] == '9')
		return HG_HTTP_0_9;
	if (s.p[5] == '1' && s.p[7] == '0')
		return HG_HTTP_1_0;
	if (s.p[5] == '1' && s.p[7] == '1')
		return HG_HTTP_1_1;
	return HG_HTTP_INVALID;
}

/* The target ends at the first blank; where there is none, at the first white space. */
static struct hg_span
take_target(struct hg_http *h, struct hg_http_tx *tx, struct hg_span *rest)
{
	size_t blank = hg_span_find(*rest, 0, ' '), n = 0;
	struct hg_span target = hg_span_sub(*rest, 0, blank);
	struct hg_span probe = target, word = hg_http_take_word(&probe);

	n = target.len;
	if (word.len < target.len) {
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_URI_DELIM);
		if (blank == SIZE_MAX)
			n = word.len;
	}
	target = hg_span_sub(*rest, 0, n);
	*rest = hg_span_from(*rest, n);
	return target;
}

static void
split_line(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	struct hg_span rest = hg_http_skip_space(m->line);

	if (rest.len < m->line.len)
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_LEADING_WHITESPACE);
	tx->method = hg_http_take_word(&rest);
	for (; rest.len > 0 && hg_http_is_space(rest.p[0]); rest = hg_span_from(rest, 1))
		if (rest.p[0] != ' ')
			hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_METHOD_DELIM);
	tx->connect = hg_span_eq(tx->method, HG_BYTES("CONNECT"));
	tx->head = hg_span_eq(tx->method, HG_BYTES("HEAD"));
	tx->uri_raw = take_target(h, tx, &rest);
	m->protocol = hg_http_skip_space(rest);
	m->version = HG_HTTP_0_9;
	tx->old = m->protocol.len == 0;
	if (!tx->old)
		m->version = (uint8_t)hg_http_version(m->protocol);
	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_NAMED_LESS) && !hg_http_is_method(tx->method) &&
		(tx->old || m->version == HG_HTTP_INVALID))
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_LINE_INVALID);
}

static struct hg_span
lower_copy(struct hg_http_tx *tx, struct hg_span s)
{
	uint8_t *out = hg_arena_take(&tx->base.arena, s.len);

	if (out == NULL)
		return s;
	for (size_t i = 0; i < s.len; i++)
		out[i] = hg_lower(s.p[i]);
	return hg_span(out, s.len);
}

static void
check_authority(struct hg_http *h, struct hg_http_tx *tx, const struct hg_http_uri *u)
{
	bool bad_port = u->port == -2, as_peer = hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_PORT_EVENTS);

	if (u->host_invalid || (bad_port && as_peer))
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_URI_HOST);
	if (u->port >= 0)
		tx->uri_port = u->port;
	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_PORT_LATE))
		tx->port = tx->uri_port;
	if (as_peer)
		return;
	if (bad_port)
		hg_http_anomaly(
			h, tx, HG_TO_SERVER, tx->connect ? HG_HTTP_AUTHORITY_PORT : HG_HTTP_SERVER_PORT);
	else if (u->port >= 0 && u->port != hg_flow_server_port(h->app->flow))
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_PORT_MISMATCH);
}

static void
normalise(struct hg_http *h, struct hg_http_tx *tx, const struct hg_http_uri *u)
{
	const struct hg_decoder_ctx *ctx = hg_http_ctx(h);
	struct hg_http_decode_flags flags = { ctx->double_decode_path, ctx->double_decode_query, false };
	uint8_t *out = hg_arena_take(&tx->base.arena, tx->uri_raw.len + 1);
	size_t path_len;

	if (out == NULL)
		return;
	tx->uri = hg_span(out, hg_http_uri_normalise(u, out, &path_len, &flags));
	if (u->has_path)
		tx->path = hg_span(out, path_len);
	if (flags.changed_again)
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_DOUBLE_ENCODED);
	else
		hg_http_ambiguous_path(h, tx);
}

/* Decoded, lower case, without final dots. */
static struct hg_span
normal_host(struct hg_http_tx *tx, struct hg_span host)
{
	uint8_t *out = hg_arena_take(&tx->base.arena, host.len + 1);
	size_t n;

	if (out == NULL)
		return host;
	n = hg_http_uri_decode(host, out);
	while (n > 0 && out[n - 1] == '.')
		n--;
	for (size_t i = 0; i < n; i++)
		out[i] = hg_lower(out[i]);
	return hg_span(out, n);
}

static void
parse_target(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_uri u = { .port = -1 };

	if (tx->connect) {
		if (!hg_http_uri_hostport(tx->uri_raw, &u.host, &u.port))
			u.host_invalid = u.port != -2;
	} else {
		hg_http_uri_split(tx->uri_raw, &u);
	}
	if (u.host.p != NULL) {
		tx->uri_host = normal_host(tx, u.host);
		u.host_invalid |= !hg_http_uri_host_ok(tx->uri_host);
	}
	check_authority(h, tx, &u);
	normalise(h, tx, &u);
}

enum hg_http_step
hg_http_request_line(struct hg_http *h, struct hg_span line)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];
	struct hg_http_tx *tx;

	if (hg_http_is_blank_line(line))
		return HG_HTTP_GO;
	if (h->shadow && !hg_http_other_begins(line))
		return HG_HTTP_FAIL;
	if (is_stray(h, line)) {
		s->phase = HG_HTTP_IDLE;
		return HG_HTTP_GO;
	}
	if (!hg_http_start(h, HG_TO_SERVER))
		return HG_HTTP_FAIL;
	tx = s->tx;
	tx->msg[HG_TO_SERVER].line = hg_span_keep(&tx->base.arena, hg_http_chomp(line));
	if (tx->msg[HG_TO_SERVER].line.p == NULL && line.len > 0)
		return HG_HTTP_FAIL;
	split_line(h, tx);
	hg_http_ambiguous_line(h, tx, line);
	parse_target(h, tx);
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_HTTP_AT_HEADERS);
	s->phase = tx->old ? HG_HTTP_OLD : HG_HTTP_HEAD;
	return HG_HTTP_GO;
}

/* As the peer: the piece that brought the line tells whether headers follow. */
static enum hg_http_step
old_by_piece(struct hg_http *h, struct hg_span rest)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];

	if (rest.len > HG_HTTP_OLD_JUNK || hg_http_skip_space(rest).len > 0) {
		s->tx->old = false;
		s->phase = HG_HTTP_HEAD;
	} else {
		hg_http_done(h, HG_TO_SERVER);
	}
	return HG_HTTP_GO;
}

/* A line without a version ends an HTTP/0.9 request, unless headers follow all the same. */
enum hg_http_step
hg_http_request_old(struct hg_http *h, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];
	struct hg_span line;
	enum hg_http_step step;

	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_OLD_BY_PIECE))
		return old_by_piece(h, *rest);
	step = hg_http_line_step(h, HG_TO_SERVER, rest, HG_HTTP_ENDS_LF, &line);
	if (step != HG_HTTP_GO)
		return step;
	if (hg_http_is_blank_line(line)) {
		hg_http_end(h, HG_TO_SERVER);
		return HG_HTTP_GO;
	}
	if (hg_http_begins_message(HG_TO_SERVER, line)) {
		hg_http_settle(h, HG_TO_SERVER);
		s->phase = HG_HTTP_LINE;
		return hg_http_request_line(h, line);
	}
	s->tx->old = false;
	s->phase = HG_HTTP_HEAD;
	return hg_http_head_line(h, HG_TO_SERVER, line);
}

/* Host (RFC 9112 3.2): that of the target wins; the header is compared with it. */
static void
settle_host(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_span value, host = HG_SPAN_NONE;
	int32_t port = -1;

	tx->port = tx->uri_port;
	tx->hostname = tx->uri_host;
	tx->host_raw = tx->uri_host;
	if (!hg_http_get(tx, HG_TO_SERVER, HG_HTTP_HOST, &value)) {
		if (tx->msg[HG_TO_SERVER].version == HG_HTTP_1_1)
			hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_MISSING_HOST);
		return;
	}
	if (!hg_http_uri_hostport(value, &host, &port))
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_HEADER_HOST);
	if (tx->uri_host.p == NULL) {
		tx->host_raw = value;
		tx->hostname = host;
		if (port >= 0)
			tx->port = port;
		if (host.len > 0 && host.p[0] != '[' &&
			(port == -1 || !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_HOST_CASE)))
			tx->hostname = lower_copy(tx, host);
		return;
	}
	if (host.p == NULL || !hg_span_eq_nocase(host, tx->uri_host) ||
		(port >= 0 && tx->port >= 0 && port != tx->port))
		hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_HOST_AMBIGUOUS);
}

static void
check_authorization(struct hg_http *h, struct hg_http_tx *tx)
{
	static const struct hg_span schemes[] = { HG_BYTES("basic"), HG_BYTES("digest"), HG_BYTES("bearer") };
	struct hg_span value;

	if (!hg_http_get(tx, HG_TO_SERVER, HG_HTTP_AUTHORIZATION, &value))
		return;
	for (size_t i = 0; i < HG_COUNT(schemes); i++)
		if (hg_span_starts_nocase(value, schemes[i]))
			return;
	hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_AUTH);
}

/* As the peer: white space of all kinds around a token is none of it. */
static bool
says_chunked(struct hg_http *h, struct hg_span te)
{
	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_TOKEN_SPACE))
		return hg_http_has_token(te, HG_BYTES("chunked"));
	while (te.len > 0) {
		const size_t comma = hg_span_find(te, 0, ',');
		struct hg_span one = hg_http_skip_space(hg_span_sub(te, 0, comma));

		while (one.len > 0 && hg_http_is_space(one.p[one.len - 1]))
			one.len--;
		if (hg_span_eq_nocase(one, HG_BYTES("chunked")))
			return true;
		te = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(te, comma + 1);
	}
	return false;
}

/* RFC 9112 6.3; false: nobody can say where the request ends. */
static bool
settle_length(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	struct hg_span te, cl;
	bool known = true;

	m->length_kind = HG_HTTP_NO_BODY;
	if (hg_http_get(tx, HG_TO_SERVER, HG_HTTP_TRANSFER_ENCODING, &te)) {
		if (says_chunked(h, te))
			m->length_kind = HG_HTTP_CHUNKED;
		known = m->length_kind == HG_HTTP_CHUNKED;
		if (!known || m->version != HG_HTTP_1_1)
			hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_REQUEST_TE);
	}
	/* Who does not know the coding goes by the length. */
	if (m->length_kind != HG_HTTP_CHUNKED &&
		(known || !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_ONE_READING)) &&
		hg_http_get(tx, HG_TO_SERVER, HG_HTTP_CONTENT_LENGTH, &cl)) {
		known = hg_http_parse_length(cl, &m->content_length);
		if (!known)
			hg_http_anomaly(h, tx, HG_TO_SERVER, HG_HTTP_REQUEST_CL);
		else if (m->content_length > 0)
			m->length_kind = HG_HTTP_BY_LENGTH;
	}
	return known;
}

/* With the peer the request is still in work then, and what follows may belong to it or to a tunnel. */
void
hg_http_request_go_on(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];

	if (s->phase != HG_HTTP_WAIT)
		return;
	if (s->tx != tx)
		s->phase = HG_HTTP_IDLE;
	else
		s->phase = hg_http_opens_tunnel(tx) ? HG_HTTP_PROBE : HG_HTTP_AFTER;
}

/* Behind a CONNECT nothing is read before its answer, which may have come in the middle of the headers. */
static void
wait_for_answer(struct hg_http *h, struct hg_http_tx *tx)
{
	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_CONNECT_OPEN))
		hg_http_end(h, HG_TO_SERVER);
	h->side[HG_TO_SERVER].phase = HG_HTTP_WAIT;
	if (tx->base.progress[HG_TO_CLIENT] >= HG_HTTP_AT_BODY)
		hg_http_request_go_on(h, tx);
}

enum hg_http_step
hg_http_request_headers(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];
	struct hg_http_tx *tx = s->tx;
	struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	bool known;

	settle_host(h, tx);
	check_authorization(h, tx);
	known = settle_length(h, tx);
	hg_http_ambiguous_length(h, tx, HG_TO_SERVER);
	hg_http_coding_open(tx, HG_TO_SERVER);
	hg_http_form_open(tx);
	hg_http_odd_request(h, tx);
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_HTTP_AT_BODY);
	if (tx->connect) {
		wait_for_answer(h, tx);
		return HG_HTTP_GO;
	}
	if (!known && hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_LENGTH_IS_FATAL))
		return HG_HTTP_FAIL;
	if (m->length_kind == HG_HTTP_NO_BODY) {
		hg_http_done(h, HG_TO_SERVER);
		return HG_HTTP_GO;
	}
	s->left = m->content_length;
	s->phase = m->length_kind == HG_HTTP_CHUNKED ? HG_HTTP_CHUNK_SIZE : HG_HTTP_BODY;
	return HG_HTTP_GO;
}
