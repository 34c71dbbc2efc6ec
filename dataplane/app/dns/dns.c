/* The DNS decoder: messages out of datagrams or of a length-prefixed stream, each a transaction of one side. */

#include "app/dns/dns_int.h"

#define COMPLETE 1

/* A direction behind missing bytes looks for the beginning of a message. */
#define SILENCED 16 /* queries whose answers are still to come; the oldest makes room */

struct dns_state {
	bool lost[HG_DIRS];
	uint8_t n_silenced; /* of all so far, modulo */
	bool silent[SILENCED];
	uint16_t silenced[SILENCED]; /* ids of queries that rules want no record of: nor of their answers */
};

static const struct hg_buffer_row buffers[] = {
	{ "dns.query", HG_SIDE_SERVER, { COMPLETE, COMPLETE }, HG_BUFFER_MULTI, 2,
		"name asked for, one value a question, labels parted by dots" },
	{ "dns.opcode", HG_SIDE_BOTH, { COMPLETE, COMPLETE }, 0, 4, "operation code, a number of one byte" },
	{ "frame:dns.pdu", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FRAME, 2,
		"a message, without the length in front of it" },
	HG_FRAME_STREAM("dns"),
};
enum { BUFFER_QUERY, BUFFER_OPCODE, FRAME_PDU };

static const struct hg_anomaly_row anomalies[HG_DNS_ANOMALIES] = {
	[HG_DNS_MALFORMED] = { "malformed_data", "a message does not follow RFC 1035" },
	[HG_DNS_NOT_REQUEST] = { "not_request", "the client sent a response" },
	[HG_DNS_NOT_RESPONSE] = { "not_response", "the server sent a request" },
	[HG_DNS_Z_SET] = { "z_flag_set", "the reserved bit Z is set" },
	[HG_DNS_OPCODE] = { "invalid_opcode", "the operation code is 7 or above" },
	[HG_DNS_LONG_NAME] = { "name_too_long", "a name is longer than 1025 bytes" },
	[HG_DNS_LOOP] = { "infinite_loop", "a compressed name points at itself" },
	[HG_DNS_MANY_LABELS] = { "too_many_labels", "a name has more than 255 labels and pointers" },
	[HG_DNS_MANY_QUESTIONS] = { "too_many_questions",
		"a message has more than 1024 questions: the others are not kept" },
};

static void
report(struct hg_app *app, enum hg_dir dir, enum hg_dns_anomaly row)
{
	const bool newest = hg_as_peer(app->suricata7, HG_DIFF_DNS_MALFORMED);
	struct hg_tx *tx = newest ? hg_tx_last(app) : hg_tx_new(app);

	if (tx == NULL)
		return;
	if (!newest) {
		tx->sides = (uint8_t)(1u << dir);
		hg_tx_progress(tx, dir, COMPLETE);
	}
	hg_tx_anomaly(tx, dir, (uint8_t)row);
}

static void
keep_questions(struct hg_dns_tx *dns, struct hg_span message)
{
	struct hg_dns_reader r = hg_dns_reader_of(message);
	struct hg_arena *arena = &dns->tx.arena;
	unsigned n = HG_MIN(dns->header.questions, HG_DNS_QUESTIONS);
	struct hg_dns_name name;
	struct hg_dns_rr rr;

	dns->questions = hg_arena_take(arena, n * sizeof(*dns->questions));
	for (unsigned i = 0; dns->questions != NULL && i < n && hg_dns_question_read(&r, &name, &rr); i++) {
		struct hg_span kept = hg_span_keep(arena, hg_span(name.text, name.len));

		if (kept.p == NULL && name.len > 0)
			return;
		dns->questions[dns->n_questions++] = (struct hg_dns_question){ kept, rr.type };
	}
}

static void
note_anomalies(struct hg_dns_tx *dns, enum hg_dir dir, uint8_t odd)
{
	static const uint8_t names[] = { HG_DNS_LONG_NAME, HG_DNS_LOOP, HG_DNS_MANY_LABELS };

	if ((dns->header.flags & HG_DNS_Z) != 0)
		hg_tx_anomaly(&dns->tx, dir, HG_DNS_Z_SET);
	if ((dns->header.flags >> 11 & 15) >= 7)
		hg_tx_anomaly(&dns->tx, dir, HG_DNS_OPCODE);
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if ((odd & 1u << names[i]) != 0)
			hg_tx_anomaly(&dns->tx, dir, names[i]);
	if (dns->header.questions > HG_DNS_QUESTIONS)
		hg_tx_anomaly(&dns->tx, dir, HG_DNS_MANY_QUESTIONS);
}

static void
unlogged(struct hg_tx *tx)
{
	const struct hg_dns_tx *dns = (const struct hg_dns_tx *)tx;
	struct dns_state *s = tx->app->state;
	const unsigned at = s->n_silenced++ % SILENCED;

	s->silenced[at] = dns->header.id;
	s->silent[at] = tx->sides & HG_SIDE_SERVER;
}

/* Is it the answer to such a query? One query has one. */
static bool
take_silenced(struct dns_state *s, uint16_t id)
{
	for (unsigned i = 0; i < SILENCED; i++) {
		if (s->silent[i] && s->silenced[i] == id) {
			s->silent[i] = false;
			return true;
		}
	}
	return false;
}

/* One whole message. false: it is not DNS; a stream is lost with it. */
static bool
take_message(struct hg_app *app, enum hg_dir dir, struct hg_span message)
{
	bool answer = dir == HG_TO_CLIENT;
	struct hg_dns_reader r = hg_dns_reader_of(message);
	struct hg_dns_header h;
	struct hg_dns_tx *dns;
	bool no_response, before;

	if (!hg_dns_header_read(message, &h) || !hg_dns_header_fits(&h, message.len))
		return false;
	no_response = answer && (h.flags & HG_DNS_QR) == 0;
	before = hg_as_peer(app->suricata7, HG_DIFF_DNS_NOT_RESPONSE);
	if (!hg_dns_message_check(&r, &h, answer)) {
		report(app, dir, HG_DNS_MALFORMED);
		return false;
	}
	if (!answer && (h.flags & HG_DNS_QR) != 0) {
		report(app, dir, HG_DNS_NOT_REQUEST);
		return false;
	}
	if (no_response && before)
		report(app, dir, HG_DNS_NOT_RESPONSE);
	dns = (struct hg_dns_tx *)hg_tx_new(app);
	if (dns == NULL)
		return true;
	dns->tx.sides = (uint8_t)(1u << dir);
	dns->header = h;
	dns->opcode = h.flags >> 11 & 15u;
	dns->has_opcode = true;
	keep_questions(dns, message);
	dns->tx.unlogged = answer && take_silenced(app->state, h.id);
	if (answer)
		dns->message = hg_span_keep(&dns->tx.arena, message);
	if (!hg_as_peer(app->suricata7, HG_DIFF_DNS_EDNS))
		hg_dns_edns_read(r, h.additionals + (answer ? 0u : h.answers + h.authorities), &dns->edns);
	note_anomalies(dns, dir, r.odd);
	if (no_response && !before)
		hg_tx_anomaly(&dns->tx, dir, HG_DNS_NOT_RESPONSE);
	hg_tx_progress(&dns->tx, dir, COMPLETE);
	return true;
}

static enum hg_probe
probe_message(enum hg_dir dir, struct hg_span in, size_t len)
{
	struct hg_dns_header h;
	struct hg_dns_reader r;
	struct hg_dns_name name;
	struct hg_dns_rr rr;

	if (!hg_dns_header_read(in, &h))
		return HG_PROBE_NO;
	r = hg_dns_reader_of(in);
	for (unsigned i = 0; in.len >= len && i < h.questions; i++)
		if (!hg_dns_question_read(&r, &name, &rr))
			return HG_PROBE_NO;
	if (!hg_dns_header_fits(&h, len))
		return HG_PROBE_NO;
	return ((h.flags & HG_DNS_QR) != 0) == (dir == HG_TO_CLIENT) ? HG_PROBE_YES : HG_PROBE_REVERSE;
}

static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	size_t len;

	if (udp)
		return probe_message(dir, in, in.len);
	len = hg_read_u16be(&r);
	if (hg_reader_failed(&r) || (len >= HG_DNS_HEADER && hg_reader_left(&r) < HG_DNS_HEADER))
		return HG_PROBE_MORE;
	return probe_message(dir, hg_span_sub(in, 2, len), len);
}

/* Over TCP a message that asks and tells nothing is none; but for DSO (RFC 8490 5.4), which has no records. */
static enum hg_probe
confirm(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(hg_span_from(in, 4));
	uint16_t flags, counts = 0;

	(void)dir;
	if (udp)
		return HG_PROBE_YES;
	flags = hg_read_u16be(&r);
	for (unsigned i = 0; i < 4; i++)
		counts |= hg_read_u16be(&r);
	return counts != 0 || (flags >> 11 & 15) == 6 ? HG_PROBE_YES : HG_PROBE_NO;
}

static bool
is_udp(const struct hg_app *app)
{
	return app->flow->key.proto == HG_IP_UDP;
}

/* A TCP direction: two bytes of length, then so many of message (RFC 1035 4.2.2). */
static enum hg_feed
feed_stream(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct dns_state *s = app->state;

	while (in.len - *taken >= 2) {
		struct hg_span rest = hg_span_from(in, *taken);
		size_t len = (size_t)rest.p[0] << 8 | rest.p[1];

		if (s->lost[dir]) {
			enum hg_probe said = probe(dir, rest, false);

			if (said == HG_PROBE_MORE)
				return HG_FEED_OK;
			if (said == HG_PROBE_NO) {
				*taken = in.len;
				return HG_FEED_OK;
			}
			s->lost[dir] = false;
		}
		if (rest.len - 2 < len)
			return HG_FEED_OK;
		hg_app_frame(app, dir, FRAME_PDU, rest.p + 2, len);
		if (len > 0 && !take_message(app, dir, hg_span_sub(rest, 2, len)))
			return HG_FEED_ERROR;
		*taken += 2 + len;
	}
	return HG_FEED_OK;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	if (!is_udp(app))
		return feed_stream(app, dir, in, taken);
	hg_app_frame(app, dir, FRAME_PDU, in.p, in.len);
	take_message(app, dir, in);
	*taken = in.len;
	return HG_FEED_OK;
}

static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct dns_state *s = app->state;

	(void)bytes;
	s->lost[dir] = true;
	return true;
}

static bool
get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_dns_tx *dns = (struct hg_dns_tx *)tx;

	(void)dir;
	(void)eof;
	out->offset = 0;
	out->complete = true;
	if (row == BUFFER_OPCODE && index == 0 && dns->has_opcode)
		out->data = hg_span(&dns->opcode, 1);
	else if (row == BUFFER_QUERY && index < dns->n_questions)
		out->data = dns->questions[index].name;
	else
		return false;
	return true;
}

const struct hg_decoder hg_dns = {
	.name = "dns",
	.proto = HG_PROTO_DNS,
	.tcp = true,
	.udp = true,
	.gap_ok = true,
	.complete = { COMPLETE, COMPLETE },
	.ports = { 53 },
	.probe = probe,
	.probe_most = 2 + HG_DNS_HEADER,
	.confirm = confirm,
	.state_size = sizeof(struct dns_state),
	.tx_size = sizeof(struct hg_dns_tx),
	.feed = feed,
	.gap = gap,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.unlogged = unlogged,
	.get = get,
	.log = hg_dns_log,
	.log_record = hg_dns_log_record,
	.audit = hg_dns_audit,
	.event_type = "dns",
	.config_keys = hg_dns_keys,
	.n_config_keys = HG_DNS_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_dns_configure,
};
