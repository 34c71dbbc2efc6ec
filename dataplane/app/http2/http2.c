/* The HTTP/2 decoder: its row, and the loop that cuts a direction into frames. */
#include "app/http2/http2_int.h"

#define PREFACE HG_BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
#define FRAME_MOST 16384 /* a first SETTINGS frame is no longer */

static const struct hg_magic magics[] = {
	{ HG_BYTES("PRI * HTTP/2.0\r\n"), 0, HG_TO_SERVER, true, false, false },
};

/* RFC 9113 3.4: the server's preface is a SETTINGS frame. */
static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint32_t length = hg_read_u24be(&r), stream;
	uint8_t type = hg_read_u8(&r), flags = hg_read_u8(&r);

	(void)dir;
	(void)udp;
	stream = hg_read_u32be(&r);
	if (hg_reader_failed(&r))
		return HG_PROBE_MORE;
	return length <= FRAME_MOST && type == HG_HTTP2_SETTINGS && (flags & 0xfe) == 0 && stream >> 31 == 0
		? HG_PROBE_YES
		: HG_PROBE_NO;
}

static void
http2_open(struct hg_app *app)
{
	struct hg_http2 *h = app->state;

	h->app = app;
	h->side[HG_TO_CLIENT].phase = HG_HTTP2_FRAME;
	hg_http2_upgrade(h);
}

static void
http2_close(struct hg_app *app)
{
	struct hg_http2 *h = app->state;

	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_http2_hpack_close(app, &h->side[d]);
}

enum step { GO, MORE };

static enum step
step_preface(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest)
{
	const struct hg_span preface = PREFACE, in = hg_span_sub(*rest, 0, preface.len);

	if (!hg_span_eq(in, hg_span_sub(preface, 0, in.len))) {
		hg_http2_event(h, NULL, dir, HG_HTTP2_INVALID_MAGIC);
		h->side[dir].phase = HG_HTTP2_LOST;
		return GO;
	}
	if (in.len < preface.len)
		return MORE;
	*rest = hg_span_from(*rest, preface.len);
	h->side[dir].phase = HG_HTTP2_FRAME;
	return GO;
}

/* RFC 9113 6.1: padding is told of by a byte in front; a body is what lies between. */
static bool
begin_data(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http2_side *s = &h->side[dir];
	struct hg_http2_tx *tx = hg_http2_find(h, s->frame.stream);

	s->left = s->frame.length;
	s->pad = 0;
	if ((s->frame.flags & HG_HTTP2_PADDED) != 0 && s->frame.length > 0) {
		if (rest->len == 0)
			return false;
		s->pad = rest->p[0];
		s->left--;
		*rest = hg_span_from(*rest, 1);
		if (s->pad > s->left) {
			hg_http2_event(h, tx, dir, HG_HTTP2_INVALID_FRAME_DATA);
			s->pad = s->left;
		}
	}
	s->phase = HG_HTTP2_BODY;
	if (tx == NULL)
		hg_http2_event(h, NULL, dir, HG_HTTP2_INVALID_FRAME_HEADER);
	else
		tx->msg[dir].frames |= 1u << HG_HTTP2_DATA;
	if (tx != NULL && tx->msg[dir].final)
		hg_tx_progress(&tx->base, dir, HG_HTTP2_AT_BODY);
	return true;
}

static struct hg_http2_frame
read_head(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);
	struct hg_http2_frame f;

	f.length = hg_read_u24be(&r);
	f.type = hg_read_u8(&r);
	f.flags = hg_read_u8(&r);
	f.stream = hg_read_u32be(&r);
	return f;
}

/* Frames but DATA are taken whole: what is there of one stays where it is. */
static enum step
step_frame(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http2_side *s = &h->side[dir];
	struct hg_span in = hg_span_from(*rest, HG_HTTP2_HEAD);
	bool reserved;

	if (rest->len < HG_HTTP2_HEAD)
		return MORE;
	s->frame = read_head(*rest);
	reserved = s->frame.stream >> 31 != 0;
	s->frame.stream &= INT32_MAX;
	if (s->frame.type == HG_HTTP2_DATA) {
		if (!begin_data(h, dir, &in))
			return MORE;
	} else if (s->frame.length > HG_HTTP2_WHOLE) {
		hg_http2_event(h, hg_http2_find(h, s->frame.stream), dir, HG_HTTP2_LONG_FRAME);
		s->left = s->frame.length;
		s->phase = HG_HTTP2_SKIP;
		if (s->frame.type == HG_HTTP2_HEADERS_FRAME || s->frame.type == HG_HTTP2_CONTINUATION)
			s->deaf = true;
	} else if (in.len < s->frame.length) {
		return MORE;
	} else {
		hg_http2_take(h, dir, hg_span_sub(in, 0, s->frame.length));
		in = hg_span_from(in, s->frame.length);
	}
	if (reserved)
		hg_http2_event(h, hg_http2_find(h, s->frame.stream), dir, HG_HTTP2_INVALID_FRAME_HEADER);
	*rest = in;
	return GO;
}

static void
end_data(struct hg_http2 *h, enum hg_dir dir)
{
	struct hg_http2_side *s = &h->side[dir];
	struct hg_http2_tx *tx = hg_http2_find(h, s->frame.stream);

	s->phase = HG_HTTP2_FRAME;
	if (tx != NULL && (s->frame.flags & HG_HTTP2_END_STREAM) != 0)
		hg_http2_end(tx, dir, true);
}

/* Bytes of a DATA frame, there or missing, up to its end: body in front, padding behind. */
static uint64_t
cross_data(struct hg_http2 *h, enum hg_dir dir, struct hg_span in, uint64_t missing)
{
	struct hg_http2_side *s = &h->side[dir];
	struct hg_http2_tx *tx = hg_http2_find(h, s->frame.stream);
	const uint64_t n = HG_MIN(missing > 0 ? missing : in.len, s->left),
		       body = HG_MIN(n, s->left - s->pad);

	if (tx != NULL && missing > 0)
		hg_http2_data_gap(tx, dir, body);
	else if (tx != NULL)
		hg_http2_data(tx, dir, hg_span_sub(in, 0, body));
	s->left -= (uint32_t)n;
	s->pad = HG_MIN(s->pad, s->left);
	if (s->left == 0)
		end_data(h, dir);
	return n;
}

static enum step
step_body(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest)
{
	*rest = hg_span_from(*rest, cross_data(h, dir, *rest, 0));
	return GO;
}

static enum step
step_skip(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http2_side *s = &h->side[dir];
	const uint32_t n = (uint32_t)HG_MIN(rest->len, s->left);

	*rest = hg_span_from(*rest, n);
	s->left -= n;
	if (s->left == 0)
		s->phase = HG_HTTP2_FRAME;
	return GO;
}

/* Nobody knows where a frame begins; the other direction goes on. */
static enum step
step_lost(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest)
{
	(void)h;
	(void)dir;
	*rest = hg_span_from(*rest, rest->len);
	return GO;
}

static enum step (*const steps[])(struct hg_http2 *h, enum hg_dir dir, struct hg_span *rest) = {
	[HG_HTTP2_PREFACE] = step_preface,
	[HG_HTTP2_FRAME] = step_frame,
	[HG_HTTP2_BODY] = step_body,
	[HG_HTTP2_SKIP] = step_skip,
	[HG_HTTP2_LOST] = step_lost,
};

/* A DATA frame without bytes may end a stream: its step is due although nothing is left. */
static bool
is_due(const struct hg_http2_side *s, struct hg_span rest)
{
	return rest.len > 0 || (s->phase == HG_HTTP2_BODY && s->left == 0);
}

static enum hg_feed
http2_feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_http2 *h = app->state;
	struct hg_span rest = in;
	enum step step = GO;

	while (step == GO && is_due(&h->side[dir], rest))
		step = steps[h->side[dir].phase](h, dir, &rest);
	*taken = in.len - rest.len;
	return HG_FEED_OK;
}

/* Missing bytes of a body, or of a frame that is passed over, end where the frame does; elsewhere nobody knows where one begins. */
static bool
http2_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_http2 *h = app->state;
	struct hg_http2_side *s = &h->side[dir];

	if (bytes > s->left || (s->phase != HG_HTTP2_BODY && s->phase != HG_HTTP2_SKIP))
		return false;
	if (s->phase == HG_HTTP2_BODY) {
		cross_data(h, dir, HG_SPAN_NONE, bytes);
		return true;
	}
	s->left -= (uint32_t)bytes;
	if (s->left == 0)
		s->phase = HG_HTTP2_FRAME;
	return true;
}

static void
http2_finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_http2 *h = app->state;

	h->side[dir].ended = true;
	for (unsigned i = 0; i < HG_HTTP2_CHAINS; i++)
		for (struct hg_http2_tx *tx = h->chains[i]; tx != NULL; tx = tx->next_stream) {
			hg_http2_data_end(tx, dir, false);
			hg_tx_touch(&tx->base, dir);
		}
}

const struct hg_decoder hg_http2 = {
	.name = "http2",
	.proto = HG_PROTO_HTTP2,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_HTTP2_AT_END, HG_HTTP2_AT_END },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.ports = { 80 },
	.probe = probe,
	.probe_sides = HG_SIDE_CLIENT,
	.probe_least = HG_HTTP2_HEAD,
	.probe_most = 24,
	.state_size = sizeof(struct hg_http2),
	.tx_size = sizeof(struct hg_http2_tx),
	.open = http2_open,
	.close = http2_close,
	.feed = http2_feed,
	.gap = http2_gap,
	.finish = http2_finish,
	.tx_close = hg_http2_tx_close,
	.buffers = hg_http2_buffers,
	.n_buffers = HG_HTTP2_BUFFERS,
	.anomalies = hg_http2_anomalies,
	.n_anomalies = HG_HTTP2_ANOMALIES,
	.get = hg_http2_buffer,
	.inspected = hg_http2_inspected,
	.log = hg_http2_log,
	.request_field = hg_http2_request_field,
	.log_record = hg_http2_log_record,
	.audit = hg_http2_audit,
	.event_type = "http",
	.listed_as = "http2",
	.log_tx_id = true,
	.alert_bare = true,
	.config_keys = hg_http2_keys,
	.n_config_keys = HG_HTTP2_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_http2_configure,
};
