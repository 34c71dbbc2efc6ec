/* The HTTP/1.x decoder: its row, its phases, and the loop that feeds them. */
#include "app/http/http_int.h"

#define SIZE_LINE 16 /* digits: what is longer is no size of a chunk */

#define METHOD(text)                                               \
	{                                                          \
		HG_BYTES(text), 0, HG_TO_SERVER, true, true, false \
	}
#define VERSION(text)                                               \
	{                                                           \
		HG_BYTES(text), 0, HG_TO_CLIENT, true, false, false \
	}

/* What the peer looks for, on every port (peer-semantics 6.1). */
static const struct hg_magic magics[] = {
	METHOD("GET"),
	METHOD("PUT"),
	METHOD("POST"),
	METHOD("HEAD"),
	METHOD("TRACE"),
	METHOD("OPTIONS"),
	METHOD("CONNECT"),
	METHOD("DELETE"),
	METHOD("PATCH"),
	METHOD("PROPFIND"),
	METHOD("PROPPATCH"),
	METHOD("MKCOL"),
	METHOD("COPY"),
	METHOD("MOVE"),
	METHOD("LOCK"),
	METHOD("UNLOCK"),
	METHOD("CHECKOUT"),
	METHOD("UNCHECKOUT"),
	METHOD("CHECKIN"),
	METHOD("UPDATE"),
	METHOD("LABEL"),
	METHOD("REPORT"),
	METHOD("MKWORKSPACE"),
	METHOD("MKACTIVITY"),
	METHOD("MERGE"),
	METHOD("INVALID"),
	METHOD("VERSION-CONTROL"),
	METHOD("BASELINE-CONTROL"),
	VERSION("HTTP/0.9"),
	VERSION("HTTP/1.0"),
	VERSION("HTTP/1.1"),
};

static enum hg_http_step
step_idle(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	return dir == HG_TO_SERVER ? hg_http_request_idle(h, rest) : hg_http_response_idle(h, rest);
}

static enum hg_http_step
step_line(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	enum hg_http_line_end ends = dir == HG_TO_SERVER ? HG_HTTP_ENDS_LF : HG_HTTP_ENDS_CR;
	struct hg_span line;
	enum hg_http_step step;

	if (dir == HG_TO_CLIENT && hg_http_response_stray(h, rest))
		return HG_HTTP_GO;
	step = hg_http_line_step(h, dir, rest, ends, &line);
	if (step != HG_HTTP_GO)
		return step;
	return dir == HG_TO_SERVER ? hg_http_request_line(h, line) : hg_http_response_line(h, line, *rest);
}

static enum hg_http_step
step_after(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];

	if (rest->len == 0 && hg_http_line_held(s).len == 0) {
		hg_http_end(h, dir);
		return HG_HTTP_MORE;
	}
	if (s->tx == NULL) {
		hg_http_end(h, dir);
		return HG_HTTP_GO;
	}
	return dir == HG_TO_SERVER ? hg_http_request_after(h, rest) : hg_http_response_after(h, rest);
}

static enum hg_http_step
step_old(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	(void)dir;
	return hg_http_request_old(h, rest);
}

static enum hg_http_step
step_wait(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	(void)h;
	(void)dir;
	(void)rest;
	return HG_HTTP_HOLD;
}

static enum hg_http_step
step_probe(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	if (hg_http_begins_message(dir, hg_http_skip_space(*rest))) {
		hg_http_end(h, dir);
		return HG_HTTP_GO;
	}
	h->side[HG_TO_SERVER].phase = h->side[HG_TO_CLIENT].phase = HG_HTTP_TUNNEL;
	return HG_HTTP_GO;
}

static enum hg_http_step
step_tunnel(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	(void)h;
	(void)dir;
	*rest = hg_span_from(*rest, rest->len);
	return HG_HTTP_MORE;
}

/* Lines are skipped until one begins a message; it is then read as the first line of the next one. */
static enum hg_http_step
step_lost(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];
	struct hg_span line;

	switch (hg_http_line_take(s, rest, HG_HTTP_ENDS_LF, &line)) {
	case HG_HTTP_LINE_MORE:
		return HG_HTTP_MORE;
	case HG_HTTP_LINE_LONG:
		hg_http_line_drop(s);
		*rest = hg_span_from(*rest, rest->len);
		return HG_HTTP_MORE;
	case HG_HTTP_LINE_WHOLE:
		break;
	}
	if (!hg_http_begins_message(dir, line))
		return HG_HTTP_GO;
	s->phase = HG_HTTP_IDLE;
	if (!hg_http_start(h, dir))
		return HG_HTTP_FAIL;
	return dir == HG_TO_SERVER ? hg_http_request_line(h, line) : hg_http_response_line(h, line, *rest);
}

static const struct {
	const char *name;
	enum hg_http_step (*step)(struct hg_http *h, enum hg_dir dir, struct hg_span *rest);
	bool counts; /* a gap of at most `left` bytes only shortens what is left */
} phases[HG_HTTP_PHASES] = {
	[HG_HTTP_IDLE] = { "idle", step_idle, false },
	[HG_HTTP_LINE] = { "line", step_line, false },
	[HG_HTTP_OLD] = { "old", step_old, false },
	[HG_HTTP_HEAD] = { "head", hg_http_head, false },
	[HG_HTTP_BODY] = { "body", hg_http_body, true },
	[HG_HTTP_BODY_CLOSE] = { "body-close", hg_http_body_close, true },
	[HG_HTTP_CHUNK_SIZE] = { "chunk-size", hg_http_chunk_size, false },
	[HG_HTTP_CHUNK_DATA] = { "chunk-data", hg_http_body, true },
	[HG_HTTP_CHUNK_END] = { "chunk-end", hg_http_chunk_end, false },
	[HG_HTTP_TRAILER] = { "trailer", hg_http_head, false },
	[HG_HTTP_AFTER] = { "after", step_after, false },
	[HG_HTTP_WAIT] = { "wait", step_wait, false },
	[HG_HTTP_PROBE] = { "probe", step_probe, false },
	[HG_HTTP_TUNNEL] = { "tunnel", step_tunnel, true },
	[HG_HTTP_LOST] = { "lost", step_lost, false },
};

static void
http_open(struct hg_app *app)
{
	struct hg_http *h = app->state;

	h->app = app;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		hg_buf_init(&h->side[d].part, app->mem, HG_HTTP_LINE_MAX);
		hg_buf_init(&h->side[d].folding, app->mem, HG_HTTP_LINE_MAX);
		hg_stream_min_inspect(app->flow, (enum hg_dir)d, hg_http_ctx(h)->body[d].limits.min);
	}
}

static void
http_close(struct hg_app *app)
{
	struct hg_http *h = app->state;

	for (unsigned d = 0; d < HG_DIRS; d++) {
		hg_buf_fini(&h->side[d].part);
		hg_buf_fini(&h->side[d].folding);
	}
}

/* Phases in which the end of a piece tells something. */
static bool
cares_for_end(const struct hg_http *h, enum hg_dir dir)
{
	uint8_t phase = h->side[dir].phase;

	return phase == HG_HTTP_AFTER ||
		(phase == HG_HTTP_OLD && hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_OLD_BY_PIECE));
}

/* Phases that find out by a line whose it is: it belongs to what begins with it. */
static bool
looks_first(uint8_t phase)
{
	return phase == HG_HTTP_AFTER || phase == HG_HTTP_OLD || phase == HG_HTTP_LOST;
}

static bool
is_within(uint8_t phase)
{
	return phase != HG_HTTP_IDLE && phase != HG_HTTP_AFTER && phase < HG_HTTP_WAIT;
}

/* Where the message at hand begins, and the one before it ends. */
static const uint8_t *
edge_of(const struct hg_http *h, enum hg_dir dir, uint8_t phase, struct hg_span before, struct hg_span rest)
{
	size_t end;

	if (!looks_first(phase))
		return rest.p;
	end = hg_span_find(before, 0, '\n');
	if (dir == HG_TO_SERVER && phase == HG_HTTP_AFTER && end != SIZE_MAX &&
		hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_FRAME_EDGE))
		return before.p + end;
	return before.p;
}

/* What a step has done to the frame of the message; before, rest: what was left in front of it and behind it. */
static void
follow(struct hg_http *h, enum hg_dir dir, uint8_t phase, struct hg_span before, struct hg_span rest)
{
	const uint16_t row = (uint16_t)(HG_HTTP_FRAME_REQUEST + dir);
	const uint8_t *edge = edge_of(h, dir, phase, before, rest);
	struct hg_http_side *s = &h->side[dir];

	if (s->settled && s->framed)
		hg_app_frame_end(h->app, dir, row, edge, 0);
	s->framed &= !s->settled;
	s->settled = false;
	if (!s->framed && is_within(s->phase)) {
		hg_app_frame(h->app, dir, row, edge, HG_FRAME_OPEN);
		s->framed = true;
		s->owned = false;
	}
	if (s->framed && !s->owned && s->tx != NULL) {
		hg_app_frame_belongs(h->app, dir, row, &s->tx->base);
		s->owned = true;
	}
}

static enum hg_feed
http_feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_http *h = app->state;
	struct hg_span rest = in;
	enum hg_http_step step = HG_HTTP_GO;

	while (step == HG_HTTP_GO && (rest.len > 0 || cares_for_end(h, dir))) {
		const uint8_t phase = h->side[dir].phase;
		const struct hg_span before = rest;

		step = phases[phase].step(h, dir, &rest);
		follow(h, dir, phase, before, rest);
	}
	*taken = in.len - rest.len;
	if (dir == HG_TO_CLIENT && step != HG_HTTP_FAIL &&
		hg_as_peer(app->suricata7, HG_DIFF_HTTP_HEAD_BY_PIECE))
		hg_http_head_pause(h);
	hg_http_tell(h, dir);
	if (h->side[dir].tx != NULL)
		hg_tx_touch(&h->side[dir].tx->base, dir);
	if (step == HG_HTTP_FAIL)
		return HG_FEED_ERROR;
	return step == HG_HTTP_CHANGE ? HG_FEED_CHANGE : HG_FEED_OK;
}

/* No answer belongs to what is read here, and no frame. */
void
hg_http_shadow(struct hg_http *h, struct hg_span bytes)
{
	struct hg_http_side *s = &h->side[HG_TO_SERVER];
	const struct hg_http_side kept = *s;
	enum hg_http_step step = HG_HTTP_GO;

	*s = (struct hg_http_side){ 0 };
	hg_buf_init(&s->part, h->app->mem, HG_HTTP_LINE_MAX);
	hg_buf_init(&s->folding, h->app->mem, HG_HTTP_LINE_MAX);
	h->shadow = true;
	while (step == HG_HTTP_GO && bytes.len > 0)
		step = phases[s->phase].step(h, HG_TO_SERVER, &bytes);
	if (s->phase == HG_HTTP_HEAD || s->phase == HG_HTTP_TRAILER)
		hg_http_head_finish(h, HG_TO_SERVER);
	if (s->tx != NULL) {
		hg_http_body_end(s->tx, HG_TO_SERVER, false);
		hg_tx_end(&s->tx->base);
	}
	h->shadow = false;
	hg_buf_fini(&s->part);
	hg_buf_fini(&s->folding);
	*s = kept;
}

/* Bytes of the gap that are body by the framing; the message may end with them. */
static uint64_t
lose_body(struct hg_http *h, enum hg_dir dir, uint64_t bytes)
{
	struct hg_http_side *s = &h->side[dir];
	uint64_t inside = s->phase == HG_HTTP_BODY_CLOSE ? bytes : HG_MIN(bytes, s->left);

	if (s->tx != NULL)
		hg_http_body_gap(s->tx, dir, inside);
	if (s->phase != HG_HTTP_BODY_CLOSE)
		s->left -= inside;
	if (s->left == 0 && s->phase == HG_HTTP_BODY)
		hg_http_end(h, dir);
	else if (s->left == 0 && s->phase == HG_HTTP_CHUNK_DATA)
		s->phase = HG_HTTP_CHUNK_END;
	return inside;
}

/* Inside a body the framing survives; elsewhere the message is over and the next one is looked for. */
static bool
http_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_http *h = app->state;
	struct hg_http_side *s = &h->side[dir];

	if (s->phase == HG_HTTP_TUNNEL || s->phase == HG_HTTP_WAIT)
		return true;
	if (hg_as_peer(app->suricata7, HG_DIFF_HTTP_GAP_IGNORED)) {
		if (s->phase == HG_HTTP_BODY || s->phase == HG_HTTP_BODY_CLOSE)
			lose_body(h, dir, bytes);
		else if (s->phase == HG_HTTP_AFTER)
			hg_http_end(h, dir);
		return true;
	}
	if (phases[s->phase].counts) {
		bytes -= lose_body(h, dir, bytes);
		if (bytes == 0)
			return true;
	}
	if (s->phase == HG_HTTP_HEAD || s->phase == HG_HTTP_TRAILER)
		hg_http_head_finish(h, dir);
	if (s->tx != NULL) {
		hg_http_body_end(s->tx, dir, false);
		hg_http_end(h, dir);
	}
	if (dir == HG_TO_CLIENT)
		hg_http_response_stray_end(h);
	hg_http_line_drop(s);
	s->phase = HG_HTTP_LOST;
	return true;
}

static void
finish_line(struct hg_http *h, enum hg_dir dir)
{
	struct hg_span rest = hg_http_line_rest(&h->side[dir]);

	if (rest.len == 0)
		return;
	if (dir == HG_TO_SERVER) {
		hg_http_anomaly(h, h->side[dir].tx, dir, HG_HTTP_LINE_INCOMPLETE);
		hg_http_request_line(h, rest);
	} else {
		hg_http_response_line(h, rest, HG_SPAN_NONE);
	}
}

/* As the peer: what held back a line is body, and responses end with the connection, however much is missing. */
static void
finish_as_peer(struct hg_http *h, enum hg_dir dir)
{
	struct hg_http_side *s = &h->side[dir];
	bool size = dir == HG_TO_CLIENT && s->phase == HG_HTTP_CHUNK_SIZE;
	struct hg_span held = s->phase == HG_HTTP_AFTER || size ? hg_http_line_rest(s) : HG_SPAN_NONE;

	if (held.len > 0 && s->tx != NULL)
		hg_http_body_data(h, s->tx, dir, held);
	if (s->phase == HG_HTTP_AFTER || s->phase == HG_HTTP_HEAD || s->phase == HG_HTTP_TRAILER ||
		(dir == HG_TO_CLIENT && s->tx != NULL))
		hg_http_end(h, dir);
	h->n_noted = 0;
}

/* An answer that is said to be chunked and has no line at all is shown as it is. */
static void
finish_unchunked(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];
	const struct hg_span held = hg_http_line_rest(s);

	if (s->tx == NULL || s->tx->msg[HG_TO_CLIENT].wire > 0 || held.len <= SIZE_LINE)
		return;
	hg_http_anomaly(h, s->tx, HG_TO_CLIENT, HG_HTTP_RESPONSE_CHUNK_LEN);
	hg_http_body_data(h, s->tx, HG_TO_CLIENT, held);
}

static void
http_finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_http *h = app->state;
	struct hg_http_side *s = &h->side[dir];

	if (s->ended)
		return;
	if (s->phase == HG_HTTP_LINE)
		finish_line(h, dir);
	if (dir == HG_TO_CLIENT)
		hg_http_response_stray_end(h);
	if (s->phase == HG_HTTP_HEAD || s->phase == HG_HTTP_TRAILER)
		hg_http_head_finish(h, dir);
	if (s->phase == HG_HTTP_BODY_CLOSE || s->phase == HG_HTTP_OLD)
		hg_http_end(h, dir);
	if (hg_as_peer(app->suricata7, HG_DIFF_HTTP_END_COMPLETES))
		finish_as_peer(h, dir);
	else if (dir == HG_TO_CLIENT && s->phase == HG_HTTP_CHUNK_SIZE)
		finish_unchunked(h);
	if (s->tx != NULL) {
		hg_http_body_end(s->tx, dir, false);
		hg_tx_touch(&s->tx->base, dir);
		if (s->tx->other != NULL && dir == HG_TO_SERVER)
			hg_http_other_end(h, s->tx);
	}
	s->ended = true;
	s->tx = NULL;
	s->phase = HG_HTTP_TUNNEL;
	while (dir == HG_TO_CLIENT && hg_http_tx_answered(h) != NULL)
		;
}

const struct hg_decoder hg_http = {
	.name = "http",
	.proto = HG_PROTO_HTTP,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_HTTP_AT_END, HG_HTTP_AT_END },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.state_size = sizeof(struct hg_http),
	.tx_size = sizeof(struct hg_http_tx),
	.open = http_open,
	.close = http_close,
	.feed = http_feed,
	.gap = http_gap,
	.finish = http_finish,
	.tx_close = hg_http_tx_close,
	.buffers = hg_http_buffers,
	.n_buffers = HG_HTTP_BUFFERS,
	.anomalies = hg_http_anomalies,
	.n_anomalies = HG_HTTP_ANOMALIES,
	.get = hg_http_buffer,
	.inspected = hg_http_inspected,
	.log = hg_http_log,
	.request_field = hg_http_request_field,
	.audit = hg_http_audit,
	.event_type = "http",
	.loud_anomalies = true,
	.log_tx_id = true,
	.config_keys = hg_http_keys,
	.n_config_keys = HG_HTTP_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_http_configure,
};
