#include "event/sink_kind.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket.h"

/* `filetype: unix_stream` and `unix_dgram`: a socket that somebody else serves, lines as a stream or each as a datagram. */

struct unix_sink {
	const char *path;
	int type;
	int fd; /* -1: none */
};

static int
init_stream(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	(void)err;
	*(struct unix_sink *)state = (struct unix_sink){ c->path, SOCK_STREAM, -1 };
	return 0;
}

static int
init_dgram(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	(void)err;
	*(struct unix_sink *)state = (struct unix_sink){ c->path, SOCK_DGRAM, -1 };
	return 0;
}

static int
connect_socket(void *state, struct hg_error *err)
{
	struct unix_sink *s = state;

	return hg_socket_connect(&s->fd, s->path, s->type, err);
}

static void
disconnect(void *state)
{
	struct unix_sink *s = state;

	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static int
gone(const struct unix_sink *s, ssize_t code, struct hg_error *err)
{
	errno = (int)-code;
	return hg_error_errno(err, "cannot send to '%s'", s->path);
}

static int
send_stream(void *state, struct hg_batch *b, struct hg_error *err)
{
	struct unix_sink *s = state;
	ssize_t n = hg_socket_send(s->fd, hg_batch_rest(b), HG_SINK_WAIT);

	if (n < 0)
		return gone(s, n, err);
	hg_batch_sent(b, (size_t)n);
	return 0;
}

static int
send_datagrams(void *state, struct hg_batch *b, struct hg_error *err)
{
	struct unix_sink *s = state;

	while (b->done < b->n) {
		const struct hg_span line = hg_batch_line(b, b->done);
		ssize_t n = hg_socket_send(s->fd, line, HG_SINK_WAIT);

		if (n < 0)
			return gone(s, n, err);
		if (n == 0)
			break;
		hg_batch_sent(b, line.len);
	}
	return 0;
}

const struct hg_sink_kind hg_sink_unix_stream = {
	.filetype = "unix_stream",
	.size = sizeof(struct unix_sink),
	.init = init_stream,
	.connect = connect_socket,
	.send = send_stream,
	.disconnect = disconnect,
};

const struct hg_sink_kind hg_sink_unix_dgram = {
	.filetype = "unix_dgram",
	.size = sizeof(struct unix_sink),
	.init = init_dgram,
	.connect = connect_socket,
	.send = send_datagrams,
	.disconnect = disconnect,
};
