#include "event/sink_kind.h"

#include <errno.h>
#include <stdio.h>

#include <librdkafka/rdkafka.h>

#include "base/log.h"

/* `filetype: kafka`: a message a line. librdkafka has a queue and threads of its own, finds brokers again and sends anew; a line
 * is done when it is in that queue, and what could not be delivered in message.timeout.ms is reported as failed. */

#define PURGE_WAIT 100 /* milliseconds for reports of what was given up at the end */

struct kafka_sink {
	const char *topic, *prefix;
	rd_kafka_conf_t *conf; /* until there is a producer */
	rd_kafka_t *producer;
	uint64_t failed, outages;
	bool down;
};

static int
set(rd_kafka_conf_t *conf, const char *name, const char *value, struct hg_error *err)
{
	char why[256];

	if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) == RD_KAFKA_CONF_OK)
		return 0;
	return hg_error_set(err, -EINVAL, "outputs.eve-log.kafka: %s", why);
}

/* What librdkafka calls, from rd_kafka_poll and so in the sink's own thread, but for its log. */
static void
on_report(rd_kafka_t *producer, const rd_kafka_message_t *m, void *arg)
{
	struct kafka_sink *s = arg;

	(void)producer;
	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
		s->failed++;
		return;
	}
	if (s->down)
		hg_log(HG_LOG_NOTICE, "Kafka is back");
	s->down = false;
}

static void
on_error(rd_kafka_t *producer, int code, const char *reason, void *arg)
{
	struct kafka_sink *s = arg;

	(void)producer;
	if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || s->down)
		return;
	s->down = true;
	s->outages++;
	hg_log(HG_LOG_WARNING, "Kafka: %s; lines wait and it is tried again", reason);
}

static void
on_log(const rd_kafka_t *producer, int level, const char *facility, const char *text)
{
	(void)producer;
	(void)level;
	hg_log(HG_LOG_DEBUG, "Kafka: %s: %s", facility, text);
}

static int
set_all(struct kafka_sink *s, const struct hg_sink_config *c, struct hg_error *err)
{
	const struct hg_config_node *n = hg_config_first(hg_config_below(c->node, "kafka.settings"));
	char kbytes[24];
	int r = set(s->conf, "bootstrap.servers", hg_sink_str(c, "kafka.brokers"), err);

	snprintf(kbytes, sizeof(kbytes), "%zu", HG_MAX(c->queue / 1024, (size_t)64));
	if (r == 0)
		r = set(s->conf, "client.id", "hangu", err);
	/* Nothing is held back for a batch; batches come about while others are under way. */
	if (r == 0)
		r = set(s->conf, "linger.ms", "0", err);
	if (r == 0)
		r = set(s->conf, "queue.buffering.max.kbytes", kbytes, err);
	for (; n != NULL && r == 0; n = hg_config_next(n)) {
		if (hg_config_text(n) == NULL)
			r = hg_error_set(err, -EINVAL, "outputs.eve-log.kafka.settings.%s: wants a text",
				hg_config_name(n));
		else
			r = set(s->conf, hg_config_name(n), hg_config_text(n), err);
		if (r < 0)
			hg_config_place(n, err);
	}
	return r;
}

static int
init(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	struct kafka_sink *s = state;

	*s = (struct kafka_sink){
		.topic = hg_sink_str(c, "kafka.topic"), .prefix = c->prefix, .conf = rd_kafka_conf_new()
	};
	rd_kafka_conf_set_opaque(s->conf, s);
	rd_kafka_conf_set_dr_msg_cb(s->conf, on_report);
	rd_kafka_conf_set_error_cb(s->conf, on_error);
	rd_kafka_conf_set_log_cb(s->conf, on_log);
	return set_all(s, c, err);
}

static void
disconnect(void *state)
{
	struct kafka_sink *s = state;

	if (s->producer == NULL)
		return;
	rd_kafka_purge(s->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	rd_kafka_flush(s->producer, PURGE_WAIT);
	rd_kafka_destroy(s->producer);
	s->producer = NULL;
}

static void
fini(void *state)
{
	struct kafka_sink *s = state;

	if (s->conf != NULL)
		rd_kafka_conf_destroy(s->conf);
}

/* The producer is made once; it connects by itself. */
static int
connect_brokers(void *state, struct hg_error *err)
{
	struct kafka_sink *s = state;
	char why[256];

	s->producer = rd_kafka_new(RD_KAFKA_PRODUCER, s->conf, why, sizeof(why));
	if (s->producer == NULL)
		return hg_error_set(err, -EIO, "Kafka: %s", why);
	s->conf = NULL;
	return 0;
}

static int
send_lines(void *state, struct hg_batch *b, struct hg_error *err)
{
	struct kafka_sink *s = state;

	(void)err;
	while (b->done < b->n) {
		const struct hg_span line = hg_batch_line(b, b->done);
		const rd_kafka_resp_err_t e = rd_kafka_producev(s->producer, RD_KAFKA_V_TOPIC(s->topic),
			RD_KAFKA_V_VALUE((void *)(uintptr_t)line.p, line.len),
			RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);

		if (e == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
			rd_kafka_poll(s->producer, HG_SINK_WAIT);
			return 0;
		}
		s->failed += e != RD_KAFKA_RESP_ERR_NO_ERROR;
		hg_batch_sent(b, line.len);
	}
	rd_kafka_poll(s->producer, 0);
	return 0;
}

static void
report(void *state, struct hg_sink_report *r)
{
	struct kafka_sink *s = state;

	if (s->producer != NULL)
		rd_kafka_poll(s->producer, 0);
	*r = (struct hg_sink_report){ s->failed,
		s->producer == NULL ? 0 : (uint64_t)rd_kafka_outq_len(s->producer), s->outages, s->down };
	s->failed = 0;
	s->outages = 0;
}

static void
settle(void *state, int ms)
{
	struct kafka_sink *s = state;

	rd_kafka_flush(s->producer, ms);
}

static size_t
frame(void *state, struct hg_span line, uint8_t *out)
{
	const struct kafka_sink *s = state;

	return hg_sink_bare(s->prefix, line, out);
}

const struct hg_sink_kind hg_sink_kafka = {
	.filetype = "kafka",
	.size = sizeof(struct kafka_sink),
	.init = init,
	.connect = connect_brokers,
	.send = send_lines,
	.disconnect = disconnect,
	.fini = fini,
	.frame = frame,
	.report = report,
	.settle = settle,
};
