/* Responses: the status line, what status and headers say about the body, changes of protocol. */
#include "app/http/http_int.h"

#define URI_NOT_SEEN HG_BYTES("/libhtp::request_uri_not_seen")

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct hg_span
skip_space(struct hg_span s)
{
	while (s.len > 0 && is_space(s.p[0]))
		s = hg_span_from(s, 1);
	return s;
}

/* "HTTP" in any case, blanks in front allowed: everything else is body, as browsers take it. */
bool
hg_http_looks_like_status(struct hg_span line)
{
	return hg_span_starts_nocase(skip_space(line), HG_BYTES("HTTP"));
}

enum hg_http_step
hg_http_response_idle(struct hg_http *h, struct hg_span *rest)
{
	while (rest->len > 0 && (rest->p[0] == '\r' || rest->p[0] == '\n'))
		*rest = hg_span_from(*rest, 1);
	if (rest->len == 0)
		return HG_HTTP_MORE;
	h->side[HG_TO_CLIENT].phase = HG_HTTP_LINE;
	return HG_HTTP_GO;
}

static struct hg_http_tx *
open_phantom(struct hg_http *h)
{
	struct hg_http_tx *tx = hg_http_tx_open(h);

	if (tx == NULL)
		return NULL;
	tx->phantom = true;
	tx->uri_raw = tx->uri = tx->path = URI_NOT_SEEN;
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_HTTP_AT_END);
	hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_UNMATCHED_RESPONSE);
	return tx;
}

bool
hg_http_start_response(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT], *request = &h->side[HG_TO_SERVER];

	s->tx = hg_http_tx_answered(h);
	if (s->tx == NULL)
		s->tx = open_phantom(h);
	if (s->tx == NULL)
		return false;
	if (request->tx == s->tx && request->phase == HG_HTTP_OLD)
		hg_http_end(h, HG_TO_SERVER);
	hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_LINE);
	return true;
}

static void
split_line(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	struct hg_span rest = skip_space(m->line);
	size_t n = 0;
	unsigned code = 0;

	while (n < rest.len && !is_space(rest.p[n]))
		n++;
	m->protocol = hg_span_sub(rest, 0, n);
	m->version = (uint8_t)hg_http_version(m->protocol);
	rest = skip_space(hg_span_from(rest, n));
	for (n = 0; n < rest.len && !is_space(rest.p[n]); n++)
		code = rest.p[n] >= '0' && rest.p[n] <= '9' && code <= 999 ? code * 10 + rest.p[n] - '0'
									   : 1000;
	tx->status = hg_span_sub(rest, 0, n);
	tx->reason = skip_space(hg_span_from(rest, n));
	tx->code = code >= 100 && code <= 999 ? (uint16_t)code : 0;
	if (m->version == HG_HTTP_INVALID)
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_INVALID_PROTOCOL);
	if (tx->code == 0)
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_INVALID_STATUS);
}

/* Not a status line. With no request open these bytes answer nothing: clients drop them, rules see them. */
static enum hg_http_step
take_stray(struct hg_http *h, struct hg_span line)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	if (s->tx == NULL && h->waiting == NULL && s->last != 0) {
		struct hg_http_tx *last = hg_http_last(h, HG_TO_CLIENT);

		if (last != NULL)
			hg_http_body_stray(last, HG_TO_CLIENT, line);
		s->phase = HG_HTTP_IDLE;
		return HG_HTTP_GO;
	}
	if (!hg_http_start(h, HG_TO_CLIENT))
		return HG_HTTP_FAIL;
	s->tx->msg[HG_TO_CLIENT].length_kind = HG_HTTP_BY_CLOSE;
	hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_BODY);
	s->phase = HG_HTTP_BODY_CLOSE;
	hg_http_body_data(h, s->tx, HG_TO_CLIENT, line);
	return HG_HTTP_GO;
}

enum hg_http_step
hg_http_response_line(struct hg_http *h, struct hg_span line)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	struct hg_http_message *m;

	if (hg_http_is_blank_line(line) && line.len > 0)
		return HG_HTTP_GO;
	if (!hg_http_looks_like_status(line))
		return take_stray(h, line);
	if (!hg_http_start(h, HG_TO_CLIENT))
		return HG_HTTP_FAIL;
	m = &s->tx->msg[HG_TO_CLIENT];
	m->line = hg_span_keep(&s->tx->base.arena, hg_http_chomp(line));
	if (m->line.p == NULL)
		return HG_HTTP_FAIL;
	split_line(h, s->tx);
	hg_tx_progress(&s->tx->base, HG_TO_CLIENT, HG_HTTP_AT_HEADERS);
	s->phase = HG_HTTP_HEAD;
	return HG_HTTP_GO;
}

/* RFC 9112 6.3 */
static void
settle_length(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	struct hg_span te, cl, type;

	m->length_kind = HG_HTTP_BY_CLOSE;
	if (tx->head || (tx->code >= 100 && tx->code < 200) || tx->code == 204 || tx->code == 304) {
		m->length_kind = HG_HTTP_NO_BODY;
		return;
	}
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_TRANSFER_ENCODING, &te)) {
		if (hg_http_has_token(te, HG_BYTES("chunked"))) {
			if (!hg_span_eq_nocase(te, HG_BYTES("chunked")))
				hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_ABNORMAL_TE);
			if (m->version != HG_HTTP_1_1)
				hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_CHUNKED_OLD);
			m->length_kind = HG_HTTP_CHUNKED;
			return;
		}
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_TE);
	}
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_LENGTH, &cl)) {
		if (!hg_http_parse_length(cl, &m->content_length))
			hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_CL);
		else
			m->length_kind = m->content_length == 0 ? HG_HTTP_NO_BODY : HG_HTTP_BY_LENGTH;
		return;
	}
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_TYPE, &type) &&
		hg_span_starts_nocase(type, HG_BYTES("multipart/byteranges")))
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_BYTERANGES);
}

/* 101 (RFC 9110 7.8): what comes now is another protocol's; h2c is one that is looked for anew. */
static enum hg_http_step
switch_protocols(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_span upgrade;
	bool known = hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_UPGRADE, &upgrade) &&
		hg_span_starts_nocase(upgrade, HG_BYTES("h2c"));

	hg_http_end(h, HG_TO_CLIENT);
	if (known)
		return HG_HTTP_CHANGE;
	h->side[HG_TO_CLIENT].phase = HG_HTTP_TUNNEL;
	if (h->side[HG_TO_SERVER].tx == NULL)
		h->side[HG_TO_SERVER].phase = HG_HTTP_TUNNEL;
	return HG_HTTP_GO;
}

static enum hg_http_step
answer_connect(struct hg_http *h, struct hg_http_tx *tx)
{
	if (tx->code < 200 || tx->code > 299) {
		h->side[HG_TO_SERVER].phase = HG_HTTP_IDLE;
		return HG_HTTP_GO;
	}
	hg_http_end(h, HG_TO_CLIENT);
	return HG_HTTP_CHANGE;
}

/* 100 (Continue): the answer proper follows in the same transaction. */
static enum hg_http_step
go_on(struct hg_http *h, struct hg_http_tx *tx)
{
	if (tx->continues++ > 0) {
		hg_http_anomaly(h, tx, HG_TO_CLIENT, HG_HTTP_CONTINUE_TWICE);
		return HG_HTTP_FAIL;
	}
	hg_http_forget_headers(&tx->msg[HG_TO_CLIENT]);
	h->side[HG_TO_CLIENT].phase = HG_HTTP_LINE;
	return HG_HTTP_GO;
}

enum hg_http_step
hg_http_response_headers(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	struct hg_http_tx *tx = s->tx;
	struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	struct hg_span encodings;

	if (tx->code == 100)
		return go_on(h, tx);
	settle_length(h, tx);
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_HTTP_AT_BODY);
	if (tx->code == 101)
		return switch_protocols(h, tx);
	if (tx->connect && answer_connect(h, tx) == HG_HTTP_CHANGE)
		return HG_HTTP_CHANGE;
	if (m->length_kind == HG_HTTP_NO_BODY) {
		hg_http_end(h, HG_TO_CLIENT);
		return HG_HTTP_GO;
	}
	if (hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_ENCODING, &encodings))
		hg_http_coding_open(tx, HG_TO_CLIENT, encodings);
	s->left = m->content_length;
	s->phase = m->length_kind == HG_HTTP_CHUNKED  ? HG_HTTP_CHUNK_SIZE
		: m->length_kind == HG_HTTP_BY_LENGTH ? HG_HTTP_BODY
						      : HG_HTTP_BODY_CLOSE;
	return HG_HTTP_GO;
}
