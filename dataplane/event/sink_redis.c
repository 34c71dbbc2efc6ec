#include "event/sink_kind.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <hiredis/hiredis.h>

#include "base/thread.h"

/* `filetype: redis`: a command a line, many under way at a time. A line is done when the server has said so; what was under way
 * when a connection broke is sent again, so that a line may arrive twice but none is lost. */

#define REPLY_WAIT 10000 /* milliseconds without an answer until the server counts as gone */

struct redis_sink {
	const char *server, *key, *command, *user, *password, *prefix;
	int port, window; /* commands under way at a time */
	redisContext *context;
	unsigned under_way;
	uint64_t heard; /* when an answer came last, or a command went out into silence */
};

static const struct {
	const char *mode, *command;
} modes[] = { { "list", "LPUSH" }, { "lpush", "LPUSH" }, { "rpush", "RPUSH" }, { "channel", "PUBLISH" },
	{ "publish", "PUBLISH" }, { "xadd", "XADD" }, { "stream", "XADD" } };

static int
init(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	struct redis_sink *s = state;
	const char *mode = hg_sink_str(c, "redis.mode");

	(void)err;
	*s = (struct redis_sink){ .server = hg_sink_str(c, "redis.server"),
		.key = hg_sink_str(c, "redis.key"),
		.user = hg_sink_str(c, "redis.username"),
		.password = hg_sink_str(c, "redis.password"),
		.prefix = c->prefix,
		.port = (int)hg_sink_int(c, "redis.port") };
	s->window = hg_sink_bool(c, "redis.pipelining.enabled")
		? (int)hg_sink_int(c, "redis.pipelining.batch-size")
		: 1;
	for (size_t i = 0; i < HG_COUNT(modes); i++)
		if (strcmp(modes[i].mode, mode) == 0)
			s->command = modes[i].command;
	return 0;
}

static void
disconnect(void *state)
{
	struct redis_sink *s = state;

	if (s->context != NULL)
		redisFree(s->context);
	s->context = NULL;
	s->under_way = 0;
}

static int
gone(const struct redis_sink *s, const char *why, struct hg_error *err)
{
	return hg_error_set(err, -EPIPE, "Redis at %s: %s", s->server, why);
}

/* Waits until the socket can be written or read; false: not within `ms`. */
static bool
wait_for(const struct redis_sink *s, short events, int ms)
{
	struct pollfd p = { .fd = s->context->fd, .events = events };

	return poll(&p, 1, ms) == 1;
}

/* Sends what is to be sent, reads what has come; waits up to `ms` when there is neither. */
static int
exchange(struct redis_sink *s, int ms, struct hg_error *err)
{
	int all = 0;

	if (redisBufferWrite(s->context, &all) == REDIS_ERR)
		return gone(s, s->context->errstr, err);
	if (!wait_for(s, all ? POLLIN : POLLIN | POLLOUT, ms))
		return 0;
	/* Nothing to read is no error to hiredis. */
	return redisBufferRead(s->context) == REDIS_ERR ? gone(s, s->context->errstr, err) : 0;
}

/* 1: an answer that is none of an error, 0: not yet. */
static int
take_reply(struct redis_sink *s, struct hg_error *err)
{
	redisReply *reply = NULL;
	int r = 1;

	if (redisGetReplyFromReader(s->context, (void **)&reply) == REDIS_ERR)
		return gone(s, s->context->errstr, err);
	if (reply == NULL)
		return 0;
	s->heard = hg_thread_now();
	if (reply->type == REDIS_REPLY_ERROR)
		r = gone(s, reply->str, err);
	freeReplyObject(reply);
	return r;
}

static int
wait_connected(struct redis_sink *s, struct hg_error *err)
{
	socklen_t size = sizeof(int);
	int error = 0;

	if (!wait_for(s, POLLOUT, HG_SINK_CONNECT_WAIT))
		return gone(s, "no answer", err);
	if (getsockopt(s->context->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0)
		return gone(s, strerror(error), err);
	return 0;
}

static int
log_in(struct redis_sink *s, struct hg_error *err)
{
	const uint64_t deadline = hg_thread_now() + (uint64_t)HG_SINK_CONNECT_WAIT * 1000000u;
	int r = 0;

	if (s->password == NULL)
		return 0;
	if (s->user != NULL)
		redisAppendCommand(s->context, "AUTH %s %s", s->user, s->password);
	else
		redisAppendCommand(s->context, "AUTH %s", s->password);
	while (r == 0 && hg_thread_left(deadline) > 0) {
		r = exchange(s, hg_thread_left(deadline), err);
		if (r == 0)
			r = take_reply(s, err);
	}
	return r == 0 ? gone(s, "no answer to AUTH", err) : HG_MIN(r, 0);
}

static int
connect_server(void *state, struct hg_error *err)
{
	struct redis_sink *s = state;
	int r;

	s->context = s->server[0] == '/' ? redisConnectUnixNonBlock(s->server)
					 : redisConnectNonBlock(s->server, s->port);
	if (s->context == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for Redis");
	if (s->context->err != 0)
		return gone(s, s->context->errstr, err);
	r = wait_connected(s, err);
	return r < 0 ? r : log_in(s, err);
}

static void
append(struct redis_sink *s, struct hg_span line)
{
	const char *text = (const char *)line.p;

	if (strcmp(s->command, "XADD") == 0)
		redisAppendCommand(s->context, "XADD %s * eve %b", s->key, text, line.len);
	else
		redisAppendCommand(s->context, "%s %s %b", s->command, s->key, text, line.len);
	if (s->under_way++ == 0)
		s->heard = hg_thread_now();
}

static int
send_lines(void *state, struct hg_batch *b, struct hg_error *err)
{
	struct redis_sink *s = state;
	int r;

	while (b->done + s->under_way < b->n && s->under_way < (unsigned)s->window)
		append(s, hg_batch_line(b, b->done + s->under_way));
	r = exchange(s, HG_SINK_WAIT, err);
	while (r == 0 && s->under_way > 0 && (r = take_reply(s, err)) > 0) {
		hg_batch_sent(b, hg_batch_line(b, b->done).len);
		s->under_way--;
		r = 0;
	}
	if (r == 0 && s->under_way > 0 && hg_thread_now() > s->heard + (uint64_t)REPLY_WAIT * 1000000u)
		r = gone(s, "no answer", err);
	return r;
}

static size_t
frame(void *state, struct hg_span line, uint8_t *out)
{
	const struct redis_sink *s = state;

	return hg_sink_bare(s->prefix, line, out);
}

const struct hg_sink_kind hg_sink_redis = {
	.filetype = "redis",
	.size = sizeof(struct redis_sink),
	.init = init,
	.connect = connect_server,
	.send = send_lines,
	.disconnect = disconnect,
	.frame = frame,
};
