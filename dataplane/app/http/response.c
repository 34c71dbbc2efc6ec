/* Responses: the status line, what status and headers say about the body, changes of protocol. */
#include "app/http/http_int.h"

#define INTERIM_MAX 16
#define URI_NOT_SEEN HG_BYTES("/libhtp::request_uri_not_seen")

/* "HTTP" in any case, white space and NUL in front allowed: everything else is body, as browsers take it. */
bool
hg_http_looks_like_status(struct hg_span line)
{
	size_t n = 0;

	while (n < line.len && (hg_http_is_space(line.p[n]) || line.p[n] == '\0'))
		n++;
	return hg_span_starts_nocase(hg_span_from(line, n), HG_BYTES("HTTP"));
}

enum hg_http_step
hg_http_response_idle(struct hg_http *h, struct hg_span *rest)
{
	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_BEGINS_WITH_BYTE))
		return hg_http_start(h, HG_TO_CLIENT) ? HG_HTTP_GO : HG_HTTP_FAIL;
	while (rest->len > 0 && (rest->p[0] == '\r' || rest->p[0] == '\n'))
		*rest = hg_span_from(*rest, 1);
	if (rest->len == 0)
		return HG_HTTP_MORE;
	h->side[HG_TO_CLIENT].phase = HG_HTTP_LINE;
	return HG_HTTP_GO;
}

/* As the peer: the request is not over before the client sends something, or the end. */
static void
await_request(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_side *request = &h->side[HG_TO_SERVER];

	if (request->ended || request->phase == HG_HTTP_TUNNEL) {
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_HTTP_AT_END);
		return;
	}
	if (request->phase == HG_HTTP_AFTER)
		hg_http_end(h, HG_TO_SERVER);
	hg_http_line_drop(request);
	request->tx = tx;
	request->phase = HG_HTTP_AFTER;
}

static struct hg_http_tx *
open_phantom(struct hg_http *h)
{
	struct hg_http_tx *tx = hg_http_tx_open(h);

	if (tx == NULL)
		return NULL;
	tx->phantom = true;
	tx->uri_raw = tx->path = URI_NOT_SEEN;
	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_PHANTOM_OPEN)) {
		await_request(h, tx);
	} else {
		tx->uri = URI_NOT_SEEN;
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_HTTP_AT_END);
	}
	hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_UNMATCHED_RESPONSE);
	return tx;
}

/* Behind an HTTP/0.9 request everything is body. */
static void
expect_body(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	s->tx->msg[HG_TO_CLIENT].length_kind = HG_HTTP_BY_CLOSE;
	hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_BODY);
	s->phase = HG_HTTP_BODY_CLOSE;
}

bool
hg_http_start_response(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT], *request = &h->side[HG_TO_SERVER];

	hg_http_response_stray_end(h);
	s->tx = hg_http_tx_answered(h);
	if (s->tx == NULL)
		s->tx = open_phantom(h);
	if (s->tx == NULL)
		return false;
	s->phase = HG_HTTP_LINE;
	if (request->tx == s->tx && request->phase == HG_HTTP_OLD)
		hg_http_end(h, HG_TO_SERVER);
	hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_LINE);
	if (s->tx->old && hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_OLD_IS_LAST))
		expect_body(h);
	if (request->tx == s->tx && request->phase == HG_HTTP_LINE && s->tx->method.p == NULL)
		hg_http_anomaly(h, s->tx, HG_TO_CLIENT, HG_HTTP_LINE_INCOMPLETE);
	return true;
}

static void
split_line(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	struct hg_span rest = hg_http_skip_space(m->line);
	size_t n = 0;
	unsigned code = 0;

	tx->status = tx->reason = HG_SPAN_NONE;
	while (n < rest.len && !hg_http_is_space(rest.p[n]))
		n++;
	m->protocol = hg_span_sub(rest, 0, n);
	m->version = (uint8_t)hg_http_version(m->protocol);
	rest = hg_http_skip_space(hg_span_from(rest, n));
	for (n = 0; n < rest.len && !hg_http_is_space(rest.p[n]); n++)
		code = rest.p[n] >= '0' && rest.p[n] <= '9' && code <= 999 ? code * 10 + rest.p[n] - '0'
									   : 1000;
	if (n > 0)
		tx->status = hg_span_sub(rest, 0, n);
	rest = hg_http_skip_space(hg_span_from(rest, n));
	if (rest.len > 0)
		tx->reason = rest;
	tx->code = code >= 100 && code <= 999 ? (uint16_t)code : 0;
	if (m->version == HG_HTTP_INVALID)
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_INVALID_PROTOCOL);
	if (tx->code == 0)
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_INVALID_STATUS);
}

/* Nobody waits for an answer. */
static bool
is_unasked(const struct hg_http *h)
{
	const struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	return s->tx == NULL && h->waiting == NULL && s->last != 0;
}

/* With no request open these bytes answer nothing: clients drop them, rules see them in a transaction of their own. */
static void
show_stray(struct hg_http *h, struct hg_span bytes)
{
	struct hg_http_tx *tx = h->unasked;

	if (bytes.len == 0)
		return;
	if (tx == NULL) {
		tx = h->unasked = open_phantom(h);
		if (tx == NULL)
			return;
		tx->msg[HG_TO_CLIENT].length_kind = HG_HTTP_BY_CLOSE;
		hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_HTTP_AT_BODY);
		hg_http_odd(h, tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_UNEXPECTED);
	}
	hg_http_body_data(h, tx, HG_TO_CLIENT, bytes);
}

void
hg_http_response_stray_end(struct hg_http *h)
{
	struct hg_http_tx *tx = h->unasked;

	h->side[HG_TO_CLIENT].stray = false;
	h->unasked = NULL;
	if (tx == NULL)
		return;
	hg_http_body_end(tx, HG_TO_CLIENT, false);
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_HTTP_AT_END);
}

/* May a status line begin with these bytes, of which the second follow the first? */
static bool
may_begin_status(struct hg_span held, struct hg_span rest)
{
	uint8_t word[4];
	size_t n = 0;

	for (size_t i = 0; i < held.len + rest.len && n < sizeof(word); i++) {
		const uint8_t c = i < held.len ? held.p[i] : rest.p[i - held.len];

		if (n > 0 || !(hg_http_is_space(c) || c == '\0'))
			word[n++] = c;
	}
	return hg_span_starts_nocase(HG_BYTES("HTTP"), hg_span(word, n));
}

bool
hg_http_response_stray(struct hg_http *h, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	const size_t end = hg_span_find(*rest, 0, '\n');
	const struct hg_span line = hg_span_sub(*rest, 0, end == SIZE_MAX ? SIZE_MAX : end + 1);

	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_STATUS_BY_PIECE) || !is_unasked(h) ||
		(!s->stray && may_begin_status(hg_http_line_held(s), line)))
		return false;
	show_stray(h, hg_http_line_rest(s));
	show_stray(h, line);
	s->stray = end == SIZE_MAX;
	*rest = hg_span_from(*rest, line.len);
	return true;
}

/* Not a status line. */
static enum hg_http_step
take_stray(struct hg_http *h, struct hg_span line)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	if (is_unasked(h)) {
		show_stray(h, line);
		s->phase = HG_HTTP_IDLE;
		return HG_HTTP_GO;
	}
	if (!hg_http_start(h, HG_TO_CLIENT))
		return HG_HTTP_FAIL;
	expect_body(h);
	hg_http_body_data(h, s->tx, HG_TO_CLIENT, line);
	return HG_HTTP_GO;
}

/* As the peer: lines are body one by one, until one looks like a status line or the piece ends; one in front of a line that
 * begins with H is skipped. */
static enum hg_http_step
take_body_line(struct hg_http *h, struct hg_span line, struct hg_span rest)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	if (rest.len > 1 && (rest.p[0] == 'H' || hg_http_chomp(line).len <= 2))
		return HG_HTTP_GO;
	s->tx->msg[HG_TO_CLIENT].length_kind = HG_HTTP_BY_CLOSE;
	hg_http_body_data(h, s->tx, HG_TO_CLIENT, line);
	if (rest.len == 0) {
		hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_BODY);
		hg_http_done(h, HG_TO_CLIENT);
	}
	return HG_HTTP_GO;
}

enum hg_http_step
hg_http_response_line(struct hg_http *h, struct hg_span line, struct hg_span rest)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	bool as_peer = hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_STATUS_BY_PIECE);
	struct hg_http_message *m;

	if (hg_http_is_blank_line(line))
		return HG_HTTP_GO;
	if (!hg_http_looks_like_status(hg_http_chomp(line)) && (!as_peer || s->tx != NULL))
		return as_peer ? take_body_line(h, line, rest) : take_stray(h, line);
	if (!hg_http_start(h, HG_TO_CLIENT))
		return HG_HTTP_FAIL;
	if (s->phase != HG_HTTP_LINE) {
		hg_http_body_data(h, s->tx, HG_TO_CLIENT, line);
		return HG_HTTP_GO;
	}
	m = &s->tx->msg[HG_TO_CLIENT];
	m->line = hg_span_keep(&s->tx->base.arena, hg_http_chomp(line));
	if (m->line.p == NULL)
		return HG_HTTP_FAIL;
	split_line(h, s->tx);
	if (h->app->packet != NULL)
		s->tx->began = h->app->packet->time;
	hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_HEADERS);
	s->phase = HG_HTTP_HEAD;
	return HG_HTTP_GO;
}

/* As the peer: lines in the piece that ended a response belong to its body unless they look like a status line. */
enum hg_http_step
hg_http_response_after(struct hg_http *h, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	struct hg_span line;
	enum hg_http_step step;

	step = hg_http_line_step(h, HG_TO_CLIENT, rest, HG_HTTP_ENDS_LF, &line);
	if (step != HG_HTTP_GO)
		return step;
	if (!hg_http_looks_like_status(line)) {
		hg_http_body_data(h, s->tx, HG_TO_CLIENT, line);
		return HG_HTTP_GO;
	}
	hg_http_settle(h, HG_TO_CLIENT);
	return hg_http_response_line(h, line, *rest);
}

static bool
holds(struct hg_span text, struct hg_span word)
{
	for (size_t i = 0; i + word.len <= text.len; i++)
		if (hg_span_starts_nocase(hg_span_from(text, i), word))
			return true;
	return false;
}

static bool
says_chunked(struct hg_http *h, struct hg_http_tx *tx, struct hg_span te)
{
	struct hg_span text = hg_http_comparable(tx, te);

	if (hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_CHUNKED_INSIDE))
		return holds(text, HG_BYTES("chunked"));
	return hg_http_has_token(text, HG_BYTES("chunked"));
}

static bool
has_no_body(struct hg_http *h, const struct hg_http_tx *tx)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];

	if (tx->head)
		return true;
	if (!(tx->code >= 100 && tx->code < 200) && tx->code != 204 && tx->code != 304)
		return false;
	return !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_BODY_OF_STATUS) ||
		(m->known[HG_HTTP_TRANSFER_ENCODING] == 0 && m->known[HG_HTTP_CONTENT_LENGTH] == 0);
}

/* RFC 9112 6.3; false: cannot go on. */
static bool
settle_length(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	struct hg_span te, cl, type;

	m->length_kind = has_no_body(h, tx) ? HG_HTTP_NO_BODY : HG_HTTP_BY_CLOSE;
	if (m->length_kind == HG_HTTP_NO_BODY)
		return true;
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_TRANSFER_ENCODING, &te)) {
		if (says_chunked(h, tx, te)) {
			if (!hg_span_eq_nocase(te, HG_BYTES("chunked")))
				hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_ABNORMAL_TE);
			if (m->version != HG_HTTP_1_1)
				hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_CHUNKED_OLD);
			m->length_kind = HG_HTTP_CHUNKED;
			return true;
		}
		if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_NAMED_LESS))
			hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_TE);
	}
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_LENGTH, &cl)) {
		if (!hg_http_parse_length(cl, &m->content_length)) {
			hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_CL);
			return !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_LENGTH_IS_FATAL);
		}
		m->length_kind = m->content_length == 0 ? HG_HTTP_NO_BODY : HG_HTTP_BY_LENGTH;
		return true;
	}
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_TYPE, &type) &&
		holds(type, HG_BYTES("multipart/byteranges"))) {
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_BYTERANGES);
		return !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_LENGTH_IS_FATAL);
	}
	return true;
}

/* 101 (RFC 9110 7.8): what comes now is another protocol's. */
static enum hg_http_step
switch_protocols(struct hg_http *h, struct hg_http_tx *tx)
{
	const bool known = hg_http_hand_over(h, tx);

	if (known || !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_SWITCH_OPEN))
		hg_http_end(h, HG_TO_CLIENT);
	if (known)
		return HG_HTTP_CHANGE;
	h->side[HG_TO_CLIENT].phase = HG_HTTP_TUNNEL;
	if (h->side[HG_TO_SERVER].tx == NULL)
		h->side[HG_TO_SERVER].phase = HG_HTTP_TUNNEL;
	return HG_HTTP_GO;
}

static void
begin_body(struct hg_http *h, const struct hg_http_message *m)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	s->left = m->content_length;
	if (m->length_kind == HG_HTTP_NO_BODY)
		hg_http_done(h, HG_TO_CLIENT);
	else if (m->length_kind == HG_HTTP_CHUNKED)
		s->phase = HG_HTTP_CHUNK_SIZE;
	else
		s->phase = m->length_kind == HG_HTTP_BY_LENGTH ? HG_HTTP_BODY : HG_HTTP_BODY_CLOSE;
}

bool
hg_http_opens_tunnel(const struct hg_http_tx *tx)
{
	return tx->code >= 200 && tx->code <= 299;
}

/* RFC 9110 9.3.6. Where no other protocol is looked for, what the client sends next tells whether HTTP goes on. */
static enum hg_http_step
answer_connect(struct hg_http *h, struct hg_http_tx *tx)
{
	bool opened = hg_http_opens_tunnel(tx);

	if (opened && (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_TUNNEL_FIRST) || h->answered == 0)) {
		hg_http_end(h, HG_TO_CLIENT);
		return HG_HTTP_CHANGE;
	}
	hg_http_request_go_on(h, tx);
	if (opened)
		hg_http_end(h, HG_TO_CLIENT);
	else
		begin_body(h, &tx->msg[HG_TO_CLIENT]);
	return HG_HTTP_GO;
}

/* 100 (Continue), 103 (Early Hints): the answer proper follows in the same transaction. */
static enum hg_http_step
go_on(struct hg_http *h, struct hg_http_tx *tx)
{
	if (tx->continues > 0 && tx->code == 100)
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_CONTINUE_TWICE);
	tx->continues |= tx->code == 100;
	if (tx->interim < UINT8_MAX && ++tx->interim > INTERIM_MAX)
		hg_http_odd(h, tx, HG_TO_CLIENT, HG_HTTP_INTERIM_FLOOD);
	hg_http_forget_headers(&tx->msg[HG_TO_CLIENT]);
	h->side[HG_TO_CLIENT].phase = HG_HTTP_LINE;
	return HG_HTTP_GO;
}

static bool
is_continue(struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	struct hg_span cl;
	uint64_t n;

	const bool interim = tx->code == 100 ||
		(tx->code > 101 && tx->code < 200 &&
			!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_INTERIM));

	return interim && m->known[HG_HTTP_TRANSFER_ENCODING] == 0 &&
		(!hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_LENGTH, &cl) ||
			!hg_http_parse_length(cl, &n) || n == 0);
}

static bool
is_switch(const struct hg_http_tx *tx)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];

	return tx->code == 101 && m->known[HG_HTTP_TRANSFER_ENCODING] == 0 &&
		m->known[HG_HTTP_CONTENT_LENGTH] == 0;
}

/* A client that waits for leave to send its body (RFC 9110 10.1.1) sends none when it is refused. */
static void
end_refused_request(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_side *request = &h->side[HG_TO_SERVER];
	const struct hg_http_message *m = &tx->msg[HG_TO_SERVER];
	struct hg_span expect;

	if (tx->code >= 400 && tx->code <= 499 && request->tx == tx && request->phase == HG_HTTP_BODY &&
		m->content_length > 0 && request->left == m->content_length &&
		hg_http_get(tx, HG_TO_SERVER, HG_HTTP_EXPECT, &expect) &&
		hg_span_eq_nocase(expect, HG_BYTES("100-continue")))
		hg_http_done(h, HG_TO_SERVER);
}

enum hg_http_step
hg_http_response_headers(struct hg_http *h)
{
	struct hg_http_tx *tx = h->side[HG_TO_CLIENT].tx;

	if (is_continue(tx))
		return go_on(h, tx);
	end_refused_request(h, tx);
	if (!settle_length(h, tx))
		return HG_HTTP_FAIL;
	hg_http_ambiguous_length(h, tx, HG_TO_CLIENT);
	hg_http_ambiguous_text(h, tx);
	hg_http_splitting(h, tx);
	hg_http_coding_open(tx, HG_TO_CLIENT);
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_HTTP_AT_BODY);
	hg_http_login(h, tx);
	if (is_switch(tx))
		return switch_protocols(h, tx);
	if (tx->connect)
		return answer_connect(h, tx);
	begin_body(h, &tx->msg[HG_TO_CLIENT]);
	return HG_HTTP_GO;
}
