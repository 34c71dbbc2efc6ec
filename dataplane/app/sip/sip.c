/* The SIP decoder: rows, datagrams, messages out of a stream (RFC 3261 18.3). */
#include "app/sip/sip_int.h"

#define BOTH                             \
	{                                \
		HG_SIP_DONE, HG_SIP_DONE \
	}
#define FRAME(name, sides, doc)                                             \
	{                                                                   \
		"frame:sip." name, sides, { 0, 0 }, HG_BUFFER_FRAME, 2, doc \
	}

enum {
	ROW_METHOD,
	ROW_URI,
	ROW_REQUEST_LINE,
	ROW_STAT_CODE,
	ROW_STAT_MSG,
	ROW_RESPONSE_LINE,
	ROW_PROTOCOL,
	ROW_FROM,
	ROW_TO,
	ROW_VIA,
	ROW_USER_AGENT,
	ROW_CONTENT_TYPE,
	FRAME_PDU,
	FRAME_REQUEST_LINE,
	FRAME_RESPONSE_LINE,
	FRAME_REQUEST_HEADERS,
	FRAME_RESPONSE_HEADERS,
	FRAME_REQUEST_BODY,
	FRAME_RESPONSE_BODY,
	FRAME_STREAM,
	ROWS
};

static const struct hg_buffer_row buffers[ROWS] = {
	[ROW_METHOD] = { "sip.method", HG_SIDE_BOTH, BOTH, 0, 4, "method of a request: `INVITE`" },
	[ROW_URI] = { "sip.uri", HG_SIDE_BOTH, BOTH, 0, 2, "URI of a request" },
	[ROW_REQUEST_LINE] = { "sip.request_line", HG_SIDE_BOTH, BOTH, 0, 2,
		"first line of a request, without its end" },
	[ROW_STAT_CODE] = { "sip.stat_code", HG_SIDE_BOTH, BOTH, 0, 4, "status code of a response: `401`" },
	[ROW_STAT_MSG] = { "sip.stat_msg", HG_SIDE_BOTH, BOTH, 0, 4,
		"status text of a response: `Unauthorized`" },
	[ROW_RESPONSE_LINE] = { "sip.response_line", HG_SIDE_BOTH, BOTH, 0, 2,
		"first line of a response, without its end" },
	[ROW_PROTOCOL] = { "sip.protocol", HG_SIDE_BOTH, BOTH, 0, 4, "version of a message: `SIP/2.0`" },
	[ROW_FROM] = { "sip.from", HG_SIDE_BOTH, BOTH, 0, 2, "From of a message, as it came" },
	[ROW_TO] = { "sip.to", HG_SIDE_BOTH, BOTH, 0, 2, "To of a message, as it came" },
	[ROW_VIA] = { "sip.via", HG_SIDE_BOTH, BOTH, 0, 2, "topmost Via of a message" },
	[ROW_USER_AGENT] = { "sip.user_agent", HG_SIDE_BOTH, BOTH, 0, 2, "User-Agent of a message" },
	[ROW_CONTENT_TYPE] = { "sip.content_type", HG_SIDE_BOTH, BOTH, 0, 2, "Content-Type of a message" },
	[FRAME_PDU] = FRAME("pdu", HG_SIDE_BOTH, "a message"),
	[FRAME_REQUEST_LINE] = FRAME("request.line", HG_SIDE_BOTH, "first line of a request, with its end"),
	[FRAME_RESPONSE_LINE] =
		FRAME("response.line", HG_SIDE_BOTH, "first line of a response, with its end"),
	[FRAME_REQUEST_HEADERS] = FRAME("request.headers", HG_SIDE_BOTH, "header fields of a request"),
	[FRAME_RESPONSE_HEADERS] = FRAME("response.headers", HG_SIDE_BOTH, "header fields of a response"),
	[FRAME_REQUEST_BODY] = FRAME("request.body", HG_SIDE_BOTH, "body of a request"),
	[FRAME_RESPONSE_BODY] = FRAME("response.body", HG_SIDE_BOTH, "body of a response"),
	[FRAME_STREAM] = HG_FRAME_STREAM("sip"),
};

static const struct hg_anomaly_row anomalies[HG_SIP_ANOMALIES] = {
	[HG_SIP_INCOMPLETE] = { "incomplete_data", "a message has no end of its header fields" },
	[HG_SIP_INVALID] = { "invalid_data", "what stands in place of a message is none" },
	[HG_SIP_MISSING_FIELD] = { "missing_header",
		"a message is without Via, From, To, Call-ID or CSeq (RFC 3261 8.1.1)" },
	[HG_SIP_TWICE] = { "duplicate_header",
		"From, To, Call-ID, CSeq or Content-Length comes twice with different values" },
	[HG_SIP_OTHER_METHOD] = { "cseq_mismatch", "CSeq names another method than the request is of" },
	[HG_SIP_LENGTH] = { "content_length_mismatch",
		"the body is shorter or longer than Content-Length, or that is no number" },
	[HG_SIP_PASSWORD] = { "password_in_uri", "a URI holds a password" },
	[HG_SIP_LONG] = { "message_too_long",
		"first line and fields have more than 16384 bytes, or the body more than 49152: the rest is "
		"not read" },
	[HG_SIP_GAP] = { "message_lost", "bytes are missing: reading goes on with the next first line" },
	[HG_SIP_TOO_MANY] = { "too_many_transactions",
		"more requests wait for their responses than are remembered of a flow" },
};

static bool
is_peer(const struct hg_app *app)
{
	return hg_as_peer(app->suricata7, HG_DIFF_SIP_GRAMMAR);
}

static void
sip_open(struct hg_app *app)
{
	hg_keyed_init(&((struct hg_sip *)app->state)->waiting, app->mem);
}

static void
sip_close(struct hg_app *app)
{
	hg_keyed_fini(&((struct hg_sip *)app->state)->waiting);
}

static void
frame_parts(struct hg_app *app, enum hg_dir dir, struct hg_span in, const struct hg_sip_message *m)
{
	const bool ask = m->request;

	hg_app_frame(app, dir, ask ? FRAME_REQUEST_LINE : FRAME_RESPONSE_LINE, in.p, m->line_len);
	hg_app_frame(app, dir, ask ? FRAME_REQUEST_HEADERS : FRAME_RESPONSE_HEADERS, in.p + m->line_len,
		m->headers_len);
	if (m->body.len > 0)
		hg_app_frame(
			app, dir, ask ? FRAME_REQUEST_BODY : FRAME_RESPONSE_BODY, m->body.p, m->body.len);
}

/* One whole message, or what stands in place of one. */
static bool
take_message(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_sip_message m;
	enum hg_sip_read r;

	hg_app_frame(app, dir, FRAME_PDU, in.p, in.len);
	r = is_peer(app) ? hg_sip_read_strict(dir, in, &m) : hg_sip_read(in, &m);
	if (r != HG_SIP_READ) {
		hg_sip_odd(app, dir, r == HG_SIP_READ_MORE ? HG_SIP_INCOMPLETE : HG_SIP_INVALID);
		return false;
	}
	frame_parts(app, dir, in, &m);
	hg_sip_take(app, dir, &m);
	return true;
}

/* Empty lines, NUL bytes and STUN keep a way open (RFC 5626 4.4); "jaK" does in the wild. */
static bool
keeps_alive(struct hg_span in)
{
	const struct hg_span text = hg_span_trim(in);
	size_t zeros = 0;

	while (zeros < text.len && text.p[zeros] == 0)
		zeros++;
	return zeros == text.len || hg_span_eq(text, HG_BYTES("jaK")) || (in.len >= 20 && in.p[0] < 2);
}

static enum hg_feed
feed_datagram(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	if (!is_peer(app) && keeps_alive(in))
		return HG_FEED_OK;
	return take_message(app, dir, in) ? HG_FEED_OK : HG_FEED_REFUSED;
}

/* ---- over TCP ---- */

/* Bytes up to the end of the empty line, looked for behind what was looked at before; 0: it has not come. */
static size_t
head_end(struct hg_sip_stream *s, struct hg_span in)
{
	size_t at = s->scanned;

	while ((at = hg_span_find(in, at, '\n')) != SIZE_MAX) {
		const struct hg_span next = hg_span_sub(in, at + 1, 2);

		if (next.len > 0 && next.p[0] == '\n')
			return at + 2;
		if (next.len == 2 && next.p[0] == '\r' && next.p[1] == '\n')
			return at + 3;
		if (next.len == 0 || (next.len == 1 && next.p[0] == '\r'))
			break;
		at++;
	}
	s->scanned = at == SIZE_MAX ? in.len : at;
	return 0;
}

static void
lose(struct hg_app *app, enum hg_dir dir, enum hg_sip_anomaly row)
{
	struct hg_sip_stream *s = &((struct hg_sip *)app->state)->stream[dir];

	*s = (struct hg_sip_stream){ .lost = true };
	hg_sip_odd(app, dir, row);
}

/* Bytes that are no first line, up to one; 0: more have to come. */
static size_t
pass_to_start(struct hg_sip_stream *s, struct hg_span in)
{
	const size_t end = hg_span_find(in, s->scanned, '\n');
	const struct hg_span line = hg_span_sub(in, 0, end);

	if (end == SIZE_MAX && in.len <= HG_SIP_HEAD) {
		s->scanned = in.len;
		return 0;
	}
	s->scanned = 0;
	if (end == SIZE_MAX)
		return in.len;
	s->lost = !hg_sip_is_start(hg_span_trim(line));
	return s->lost ? end + 1 : SIZE_MAX;
}

/* The head is there: how long the message is. false: it is none. */
static bool
measure(struct hg_app *app, enum hg_dir dir, struct hg_span head)
{
	struct hg_sip_stream *s = &((struct hg_sip *)app->state)->stream[dir];
	struct hg_sip_message m;
	uint64_t body;

	if (hg_sip_read(head, &m) != HG_SIP_READ)
		return false;
	if (!hg_sip_length(&m, &body))
		body = 0;
	s->need = head.len + (body <= HG_SIP_BODY ? (size_t)body : 0);
	s->skip = body <= HG_SIP_BODY ? 0 : body;
	return true;
}

/* Bytes of a message at the front, or in front of one; 0: more have to come. */
static size_t
step(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_sip_stream *s = &((struct hg_sip *)app->state)->stream[dir];
	size_t n;

	if (s->need == 0 && s->skip > 0) {
		n = (size_t)HG_MIN(s->skip, (uint64_t)in.len);
		s->skip -= n;
		return n;
	}
	if (s->lost) {
		n = pass_to_start(s, in);
		if (n != SIZE_MAX)
			return n;
	}
	if (s->need == 0 && s->scanned == 0 && (in.p[0] == '\r' || in.p[0] == '\n'))
		return 1;
	if (s->need == 0) {
		n = head_end(s, in);
		if ((n == 0 && in.len > HG_SIP_HEAD) || n > HG_SIP_HEAD) {
			lose(app, dir, HG_SIP_LONG);
			return HG_SIP_HEAD;
		}
		if (n > 0 && !measure(app, dir, hg_span_sub(in, 0, n))) {
			lose(app, dir, HG_SIP_INVALID);
			return n;
		}
	}
	if (s->need == 0 || in.len < s->need)
		return 0;
	n = s->need;
	s->need = s->scanned = 0;
	if (s->skip > 0)
		hg_sip_odd(app, dir, HG_SIP_LONG);
	take_message(app, dir, hg_span_sub(in, 0, n));
	return n;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	if (app->flow->key.proto == HG_IP_UDP) {
		*taken = in.len;
		return feed_datagram(app, dir, in);
	}
	while (*taken < in.len) {
		const size_t n = step(app, dir, hg_span_from(in, *taken));

		if (n == 0)
			break;
		*taken += n;
	}
	return HG_FEED_OK;
}

/* Within a body that is not read nothing is lost. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_sip_stream *s = &((struct hg_sip *)app->state)->stream[dir];

	if (s->need == 0 && bytes <= s->skip)
		s->skip -= bytes;
	else
		lose(app, dir, HG_SIP_GAP);
	return true;
}

/* ---- identification ---- */

#define PROBED 2048 /* bytes of a first line over TCP */

static enum hg_probe
peer_probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_sip_message m;

	(void)udp;
	return hg_sip_read_strict(dir, in, &m) == HG_SIP_READ ? HG_PROBE_YES : HG_PROBE_NO;
}

/* Could the first line that is not over yet still be one? */
static enum hg_probe
probe_begin(struct hg_span in)
{
	const struct hg_span version = HG_BYTES("SIP/");
	const struct hg_span begin = hg_span_sub(in, 0, version.len);
	size_t n = 0;

	if (hg_span_eq_nocase(begin, hg_span_sub(version, 0, begin.len)))
		return HG_PROBE_MORE;
	while (n < in.len && in.p[n] > ' ' && in.p[n] < 0x7f)
		n++;
	if (n > HG_SIP_METHOD)
		return HG_PROBE_NO;
	return n == in.len || (n > 0 && in.p[n] == ' ') ? HG_PROBE_MORE : HG_PROBE_NO;
}

/* Whoever answers first is the server of a flow whose begin was not seen. */
static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	const size_t end = hg_span_find(in, 0, '\n');
	const struct hg_span line = hg_span_sub(in, 0, end == SIZE_MAX ? in.len : end - (end > 0));

	if (end == SIZE_MAX)
		return udp ? HG_PROBE_NO : probe_begin(in);
	if ((!udp && end > PROBED) || !hg_sip_is_start(line))
		return HG_PROBE_NO;
	return dir == HG_TO_SERVER && hg_span_starts_nocase(line, HG_BYTES("SIP/")) ? HG_PROBE_REVERSE
										    : HG_PROBE_YES;
}

/* ---- buffers ---- */

static struct hg_span
value_of(const struct hg_sip_part *part, uint16_t row)
{
	static const uint8_t fields[] = { [ROW_FROM] = HG_SIP_FROM,
		[ROW_TO] = HG_SIP_TO,
		[ROW_VIA] = HG_SIP_VIA,
		[ROW_USER_AGENT] = HG_SIP_USER_AGENT,
		[ROW_CONTENT_TYPE] = HG_SIP_CONTENT_TYPE };

	switch (row) {
	case ROW_METHOD:
		return part->method;
	case ROW_URI:
		return part->uri;
	case ROW_REQUEST_LINE:
		return part->request ? part->line : HG_SPAN_NONE;
	case ROW_STAT_CODE:
		return part->code;
	case ROW_STAT_MSG:
		return part->reason;
	case ROW_RESPONSE_LINE:
		return part->request ? HG_SPAN_NONE : part->line;
	case ROW_PROTOCOL:
		return part->version;
	default:
		return row < HG_COUNT(fields) ? part->field[fields[row]] : HG_SPAN_NONE;
	}
}

static bool
get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	(void)eof;
	*out = (struct hg_view){ value_of(&((struct hg_sip_tx *)tx)->part[dir], row), 0, true };
	return index == 0 && out->data.len > 0;
}

const struct hg_decoder hg_sip = {
	.name = "sip",
	.proto = HG_PROTO_SIP,
	.tcp = true,
	.udp = true,
	.unknown_over = HG_OVER_TCP,
	.gap_ok = true,
	.complete = { HG_SIP_DONE, HG_SIP_DONE },
	.ports = { 5060, 5061 },
	.probe = probe,
	.peer_probe = peer_probe,
	.probe_most = PROBED,
	.state_size = sizeof(struct hg_sip),
	.tx_size = sizeof(struct hg_sip_tx),
	.open = sip_open,
	.close = sip_close,
	.feed = feed,
	.gap = gap,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.alert_bare = true,
	.get = get,
	.log = hg_sip_log,
	.audit = hg_sip_audit,
	.event_type = "sip",
	.log_sender = true,
};
