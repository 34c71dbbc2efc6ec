/* The LDAP decoder: rows, messages out of a stream (RFC 4511 4.1.1, 5.1). */
#include "app/ldap/ldap_int.h"

enum { ROW_OPERATION, ROW_CODE, ROW_DN, ROW_FILTER, ROW_MATCHED, ROW_MESSAGE, FRAME_STREAM, ROWS };

#define AT                                 \
	{                                  \
		HG_LDAP_DONE, HG_LDAP_DONE \
	}

static const struct hg_buffer_row buffers[ROWS] = {
	[ROW_OPERATION] = { "ldap.request.operation", HG_SIDE_SERVER, AT, 0, 4,
		"operation that is asked for, its number in RFC 4511, four bytes" },
	[ROW_CODE] = { "ldap.responses.result_code", HG_SIDE_CLIENT, AT, 0, 4,
		"result code of the answer, four bytes" },
	[ROW_DN] = { "ldap.request.dn", HG_SIDE_SERVER, AT, 0, 2,
		"name of a request: who binds, what is searched below or changed" },
	[ROW_FILTER] = { "ldap.request.filter", HG_SIDE_SERVER, AT, 0, 2,
		"filter of a search as text: `(&(objectClass=user)(cn=a*))`" },
	[ROW_MATCHED] = { "ldap.responses.dn", HG_SIDE_CLIENT, AT, 0, 2, "matched name of the answer" },
	[ROW_MESSAGE] = { "ldap.responses.message", HG_SIDE_CLIENT, AT, 0, 2,
		"what the answer says in words" },
	[FRAME_STREAM] = HG_FRAME_STREAM("ldap"),
};

static const struct hg_anomaly_row anomalies[HG_LDAP_ANOMALIES] = {
	[HG_LDAP_MALFORMED] = { "malformed_data", "a message does not follow RFC 4511" },
	[HG_LDAP_UNASKED] = { "response_without_request", "a response of an id that no request waits with" },
	[HG_LDAP_ID_TWICE] = { "duplicate_message_id",
		"a request has the id of one that waits for its response" },
	[HG_LDAP_UNAUTHENTICATED] = { "unauthenticated_bind",
		"a bind with a name and without a password, which is nobody (RFC 4513 5.1.2)" },
	[HG_LDAP_DEEP_FILTER] = { "odd_filter",
		"a filter is nested more than 16 deep or does not follow RFC 4511" },
	[HG_LDAP_MISSING] = { "message_lost", "bytes are missing: nothing behind them is read" },
	[HG_LDAP_TOO_MANY] = { "too_many_transactions",
		"more requests wait for their responses than are remembered of a connection" },
};

bool
hg_ldap_take(struct hg_reader *r, uint8_t *tag, struct hg_span *value)
{
	size_t len;

	*value = hg_ber_head(r, tag, &len) ? hg_read_span(r, HG_MIN(len, hg_reader_left(r))) : HG_SPAN_NONE;
	return !hg_reader_failed(r);
}

static bool
is_response(uint8_t op)
{
	switch (op) {
	case HG_LDAP_BIND_RESPONSE:
	case HG_LDAP_ENTRY:
	case HG_LDAP_SEARCH_DONE:
	case HG_LDAP_REFERENCE:
	case HG_LDAP_MODIFY_RESPONSE:
	case HG_LDAP_ADD_RESPONSE:
	case HG_LDAP_DELETE_RESPONSE:
	case HG_LDAP_MODIFY_DN_RESPONSE:
	case HG_LDAP_COMPARE_RESPONSE:
	case HG_LDAP_EXTENDED_RESPONSE:
	case HG_LDAP_INTERMEDIATE:
		return true;
	default:
		return false;
	}
}

static void
ldap_open(struct hg_app *app)
{
	struct hg_ldap *s = app->state;

	hg_keyed_init(&s->waiting, app->mem);
	hg_sasl_init(&s->sasl, app->mem);
	s->sasl.raw = true;
}

static void
ldap_close(struct hg_app *app)
{
	struct hg_ldap *s = app->state;

	hg_keyed_fini(&s->waiting);
	hg_sasl_fini(&s->sasl);
}

/* The length of a message with its own head, `at` bytes; 0: more have to come, SIZE_MAX: it is none. */
static size_t
length_of(struct hg_span in, size_t *at)
{
	size_t len;

	if (in.len > 0 && in.p[0] != HG_BER_SEQUENCE)
		return SIZE_MAX;
	if (in.len < 2)
		return 0;
	len = in.p[1];
	*at = 2;
	if (len == 0x80 || len > 0x84)
		return SIZE_MAX;
	if (len > 0x80) {
		*at += len & 0x7f;
		if (in.len < *at)
			return 0;
		len = 0;
		for (size_t i = 2; i < *at; i++)
			len = len << 8 | in.p[i];
	}
	return len > HG_LDAP_MOST ? SIZE_MAX : *at + len;
}

/* id and operation. false: it is malformed, and yet its end is known. */
static bool
take_message(struct hg_app *app, enum hg_dir dir, struct hg_span body, bool cut)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_span operation;
	uint32_t id;
	uint8_t op;

	if (!hg_ber_u32(&r, &id) || !hg_ldap_take(&r, &op, &operation))
		return false;
	if (dir == HG_TO_SERVER && hg_ldap_is_request(op))
		return hg_ldap_request(app, id, op, operation, cut);
	if (dir == HG_TO_CLIENT && is_response(op))
		return hg_ldap_response(app, id, op, operation, cut);
	return false;
}

/* Bytes of a message; 0: more have to come, SIZE_MAX: nobody knows where the next one begins. */
static size_t
step(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_ldap *s = app->state;
	size_t at = 0, len, head;

	if (s->opaque)
		return in.len;
	if (s->skip[dir] > 0) {
		len = (size_t)HG_MIN(s->skip[dir], (uint64_t)in.len);
		s->skip[dir] -= len;
		return len;
	}
	s->opaque = s->sealed && in.p[0] != HG_BER_SEQUENCE;
	if (s->opaque) {
		hg_app_encrypted(app);
		return in.len;
	}
	len = length_of(in, &at);
	if (len == 0 || len == SIZE_MAX)
		return len;
	head = HG_MIN(len, (size_t)HG_LDAP_HEAD);
	if (in.len < head)
		return 0;
	if (!take_message(app, dir, hg_span_sub(in, at, head - at), head < len))
		hg_tx_refuse(app, dir, HG_LDAP_MALFORMED);
	s->skip[dir] = len - head;
	return head;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_ldap *s = app->state;

	while (*taken < in.len && !s->to_tls) {
		const size_t n = step(app, dir, hg_span_from(in, *taken));

		if (n == SIZE_MAX) {
			hg_tx_refuse(app, dir, HG_LDAP_MALFORMED);
			return HG_FEED_ERROR;
		}
		if (n == 0)
			break;
		*taken += n;
	}
	if (!s->to_tls)
		return HG_FEED_OK;
	hg_app_expect(app, HG_PROTO_TLS);
	return HG_FEED_CHANGE;
}

static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_ldap *s = app->state;

	if (s->opaque)
		return true;
	if (bytes <= s->skip[dir]) {
		s->skip[dir] -= bytes;
		return true;
	}
	hg_tx_refuse(app, dir, HG_LDAP_MISSING);
	return false;
}

/* A message as far as its operation. */
static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	size_t at = 0, len = length_of(in, &at);

	(void)udp;
	if (len == SIZE_MAX)
		return HG_PROBE_NO;
	if (len == 0 || in.len < at + 2)
		return HG_PROBE_MORE;
	if (in.p[at] != HG_BER_INTEGER || in.p[at + 1] == 0 || in.p[at + 1] > 5)
		return HG_PROBE_NO;
	at += 2u + in.p[at + 1];
	if (in.len <= at)
		return HG_PROBE_MORE;
	return (dir == HG_TO_SERVER ? hg_ldap_is_request(in.p[at]) : is_response(in.p[at])) ? HG_PROBE_YES
											    : HG_PROBE_NO;
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_ldap_tx *tx = (const struct hg_ldap_tx *)base;
	const bool asked = tx->op != 0, answered = tx->answer != 0;
	const struct hg_span values[] = {
		[ROW_OPERATION] = asked ? hg_span(tx->numbers[0], 4) : HG_SPAN_NONE,
		[ROW_CODE] = answered ? hg_span(tx->numbers[1], 4) : HG_SPAN_NONE,
		[ROW_DN] = tx->dn,
		[ROW_FILTER] = tx->filter,
		[ROW_MATCHED] = tx->matched,
		[ROW_MESSAGE] = tx->message,
	};

	(void)dir;
	(void)eof;
	if (row >= HG_COUNT(values) || index > 0)
		return false;
	*out = (struct hg_view){ values[row], 0, true };
	return out->data.len > 0;
}

const struct hg_decoder hg_ldap = {
	.name = "ldap",
	.proto = HG_PROTO_LDAP,
	.tcp = true,
	.unknown_over = HG_OVER_TCP,
	.gap_ok = true,
	.first_to_server = true,
	.complete = { HG_LDAP_DONE, HG_LDAP_DONE },
	.ports = { 389, 3268 },
	.probe = probe,
	.probe_most = 16,
	.state_size = sizeof(struct hg_ldap),
	.tx_size = sizeof(struct hg_ldap_tx),
	.open = ldap_open,
	.close = ldap_close,
	.feed = feed,
	.gap = gap,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.log = hg_ldap_log,
	.audit = hg_ldap_audit,
	.event_type = "ldap",
	.log_sender = true,
};
