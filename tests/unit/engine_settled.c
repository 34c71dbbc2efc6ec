/* Flows whose application has nothing to do any more (HG_FLOW_SETTLED): who is asked with their packets. The linker puts
 * what stands here in front of hg_app_feed and hg_app_finish (--wrap), so that it is seen. */
#include "check.h"

#include "engine/worker.h"
#include "rule_drive.h"

void __real_hg_app_feed(struct hg_apps *a, struct hg_packet *p, unsigned sides);
void __real_hg_app_finish(struct hg_apps *a, struct hg_packet *p);
void __wrap_hg_app_feed(struct hg_apps *a, struct hg_packet *p, unsigned sides);
void __wrap_hg_app_finish(struct hg_apps *a, struct hg_packet *p);

static unsigned fed, finished, finished_live;

void
__wrap_hg_app_feed(struct hg_apps *a, struct hg_packet *p, unsigned sides)
{
	fed++;
	__real_hg_app_feed(a, p, sides);
}

void
__wrap_hg_app_finish(struct hg_apps *a, struct hg_packet *p)
{
	finished++;
	finished_live += hg_flow_live_app(p->flow) != NULL;
	__real_hg_app_finish(a, p);
}

/* ---- one session of a worker ---- */

struct session {
	struct rule_set set;
	struct hg_sink sink;
	struct hg_detect_seat *seat;
	struct hg_worker *worker;
	hg_time now;
	uint32_t sent[HG_DIRS]; /* sequence numbers */
	struct hg_packet p;
	struct hg_flow *flow; /* of the last packet */
	uint8_t payload[512];
};

static bool
no_line(struct hg_sink *s, struct hg_span line)
{
	(void)s;
	(void)line;
	return true;
}

/* rules NULL: nothing is detected. */
static void
open_session(struct session *s, const char *yaml, const char *rules)
{
	struct hg_error err = { 0 };
	int r;

	memset(s, 0, sizeof(*s));
	s->now = UINT64_C(1700000000) * HG_SEC;
	s->sink.write = no_line;
	rule_set_open(&s->set, yaml, NULL, rules == NULL ? "" : rules);
	s->set.settings.flow.max_flows = s->set.settings.stream.max_sessions = 64;
	r = rules == NULL ? 0 : hg_detect_seat_open(&s->seat, s->set.rules, &err);
	if (r == 0)
		r = hg_worker_open(
			&s->worker, &s->set.settings, s->set.config, s->seat, NULL, &s->sink, &err);
	hg_check_str("worker", err.text, "");
	CU_ASSERT_FATAL(r == 0);
	fed = finished = finished_live = 0;
}

static void
close_session(struct session *s)
{
	hg_worker_finish(s->worker);
	hg_worker_close(s->worker);
	hg_detect_seat_close(s->seat);
	rule_set_close(&s->set);
}

/* A segment that acknowledges all that the other side has sent; true: the application was fed. */
static bool
send_segment(struct session *s, enum hg_dir dir, uint8_t flags, struct hg_span payload)
{
	const bool to_server = dir == HG_TO_SERVER;
	const unsigned before = fed;
	struct hg_packet *p = &s->p;

	s->now += HG_MSEC;
	*p = (struct hg_packet){ .time = s->now,
		.data = s->payload,
		.wire_len = 60,
		.family = 4,
		.proto = HG_IP_TCP,
		.l3 = 14,
		.l4 = 34,
		.ttl = 64,
		.sport = to_server ? 4000 : 4001,
		.dport = to_server ? 4001 : 4000,
		.payload_len = (uint32_t)payload.len,
		.tcp = { .seq = s->sent[dir], .ack = s->sent[!dir], .window = 65535, .flags = flags } };
	p->src.b[0] = to_server ? 10 : 20;
	p->dst.b[0] = to_server ? 20 : 10;
	if (payload.len > 0)
		memcpy(s->payload, payload.p, payload.len);
	s->sent[dir] += (uint32_t)payload.len + ((flags & (HG_TCP_SYN | HG_TCP_FIN)) != 0);
	p->part = (uint8_t)hg_flow_part(&s->set.settings.flow, p);
	hg_worker_packet(s->worker, p, s->now);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p->flow);
	s->flow = p->flow;
	return fed != before;
}

static bool
send_ack(struct session *s, enum hg_dir dir)
{
	return send_segment(s, dir, HG_TCP_ACK, HG_SPAN_NONE);
}

static void
shake_hands(struct session *s)
{
	send_segment(s, HG_TO_SERVER, HG_TCP_SYN, HG_SPAN_NONE);
	send_segment(s, HG_TO_CLIENT, HG_TCP_SYN | HG_TCP_ACK, HG_SPAN_NONE);
	send_ack(s, HG_TO_SERVER);
}

static bool
settled(const struct session *s)
{
	return s->flow->flags & HG_FLOW_SETTLED;
}

/* Bytes that no decoder knows, from both sides, until there is nothing to look for any more. */
static void
talk_nonsense(struct session *s)
{
	static uint8_t bytes[400];

	memset(bytes, 0xee, sizeof(bytes));
	shake_hands(s);
	for (unsigned i = 0; i < 8; i++) {
		send_segment(s, HG_TO_SERVER, HG_TCP_ACK | HG_TCP_PSH, hg_span(bytes, sizeof(bytes)));
		send_segment(s, HG_TO_CLIENT, HG_TCP_ACK | HG_TCP_PSH, hg_span(bytes, sizeof(bytes)));
	}
	send_ack(s, HG_TO_SERVER);
	send_ack(s, HG_TO_CLIENT);
}

/* n requests with their responses. */
static void
talk_http(struct session *s, unsigned n)
{
	shake_hands(s);
	for (unsigned i = 0; i < n; i++) {
		send_segment(s, HG_TO_SERVER, HG_TCP_ACK | HG_TCP_PSH,
			HG_BYTES("GET /index.html HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\n\r\n"));
		send_segment(s, HG_TO_CLIENT, HG_TCP_ACK | HG_TCP_PSH,
			HG_BYTES("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: c\r\n\r\nok"));
	}
	send_ack(s, HG_TO_SERVER);
	send_ack(s, HG_TO_CLIENT);
}

#define NO_RAW "stream: {reassembly: {raw: no}}\n"
#define SHALLOW "stream: {reassembly: {depth: 200}}\n"
#define RULE                                                        \
	"alert tcp any any -> any any (content:\"abcd\"; sid:1;)\n" \
	"alert http any any -> any any (http.uri; content:\"abcd\"; sid:2;)\n"

static void
check_settled(struct session *s, const char *title)
{
	hg_check_bool(title, settled(s), true);
	hg_check_bool(title, s->flow->app != NULL, true);
	hg_check_bool(title, hg_flow_live_app(s->flow) == NULL, true);
	hg_check_bool(title, send_segment(s, HG_TO_SERVER, HG_TCP_ACK, HG_BYTES("more")), false);
	hg_check_bool(title, send_ack(s, HG_TO_CLIENT), false);
	hg_check_bool(title, settled(s), true);
}

static void
check_unsettled(struct session *s, const char *title)
{
	hg_check_bool(title, settled(s), false);
	hg_check_bool(title, send_segment(s, HG_TO_SERVER, HG_TCP_ACK, HG_BYTES("more")), true);
	hg_check_bool(title, send_ack(s, HG_TO_CLIENT), true);
}

static void
test_settles_when_nobody_reads_the_session_any_more(void)
{
	static struct session s;

	open_session(&s, NO_RAW, NULL);
	talk_nonsense(&s);
	hg_check_u64("unknown", s.flow->app_proto, HG_PROTO_FAILED);
	check_settled(&s, "a protocol that nobody knows");
	close_session(&s);

	open_session(&s, SHALLOW, RULE);
	talk_http(&s, 8);
	hg_check_u64("known", s.flow->app_proto, HG_PROTO_HTTP);
	check_settled(&s, "the depth is reached");
	close_session(&s);
}

static void
test_does_not_settle_while_somebody_reads(void)
{
	static struct session s;

	open_session(&s, NULL, NULL);
	talk_nonsense(&s);
	hg_check_u64("unknown", s.flow->app_proto, HG_PROTO_FAILED);
	check_unsettled(&s, "the raw stream is looked at");
	close_session(&s);

	open_session(&s, NO_RAW, NULL);
	talk_http(&s, 8);
	check_unsettled(&s, "the decoder reads");
	close_session(&s);

	open_session(&s, SHALLOW, RULE);
	talk_http(&s, 1);
	check_unsettled(&s, "the depth is not reached");
	close_session(&s);

	open_session(&s, SHALLOW, NULL);
	shake_hands(&s);
	for (unsigned i = 0; i < 8; i++) {
		send_segment(&s, HG_TO_SERVER, HG_TCP_ACK,
			HG_BYTES("eighty bytes or so of what no decoder knows, "
				 "again and again, until it is deep"));
		send_ack(&s, HG_TO_CLIENT);
	}
	check_unsettled(&s, "of one side only");
	close_session(&s);
}

/* However it ends: the session closes, which its application hears of at once, or the flow does. */
static void
test_the_application_hears_of_the_end(void)
{
	static const struct {
		const char *title;
		uint8_t flags;
		bool closes;
	} rows[] = {
		{ "a reset", HG_TCP_RST | HG_TCP_ACK, true },
		{ "an ACK", HG_TCP_ACK, false },
		{ "half an end", HG_TCP_FIN | HG_TCP_ACK, false },
	};
	static struct session s;

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		open_session(&s, NO_RAW, NULL);
		talk_nonsense(&s);
		hg_check_bool(rows[i].title, settled(&s), true);
		hg_check_bool(rows[i].title, send_segment(&s, HG_TO_SERVER, rows[i].flags, HG_SPAN_NONE),
			rows[i].closes);
		hg_check_bool(rows[i].title, s.flow->app->closed, rows[i].closes);
		close_session(&s);
		hg_check_u64("last packets", finished, rows[i].closes ? 0 : HG_DIRS);
		hg_check_u64("with a live application", finished_live, finished);
	}
}

static void
test_an_application_is_idle_when_nothing_waits(void)
{
	static struct hg_tx tx;
	static const struct {
		const char *title;
		struct hg_app app;
		bool undetected, detected; /* is it, without detection and with it? */
	} rows[] = {
		{ "nothing", { .ended = HG_SIDE_BOTH }, true, true },
		{ "a transaction that is done waits for nothing", { .txs = &tx }, true, true },
		{ "one has something to do", { .txs = &tx, .work = &tx }, false, false },
		{ "an event of this packet", { .flow_anomalies_packet = 1 }, false, false },
		{ "an event of an earlier one", { .flow_anomalies = 1 }, true, true },
		{ "bytes that detection has not seen", { .updated = HG_SIDE_CLIENT }, true, false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		hg_check_bool(rows[i].title, hg_app_is_idle(&rows[i].app, false), rows[i].undetected);
		hg_check_bool(rows[i].title, hg_app_is_idle(&rows[i].app, true), rows[i].detected);
	}
}

HG_TESTS("engine_settled", HG_TEST(test_settles_when_nobody_reads_the_session_any_more),
	HG_TEST(test_does_not_settle_while_somebody_reads), HG_TEST(test_the_application_hears_of_the_end),
	HG_TEST(test_an_application_is_idle_when_nothing_waits))
