#include "event/subscribers.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/region.h"
#include "base/socket.h"
#include "base/start.h"

#define QUEUE_LEAST ((size_t)256 << 10)
#define SEQ_MOST 32 /* ,"seq":18446744073709551615} and a newline */

/* Bytes [out, in) of a ring wait. */
struct subscriber {
	int fd; /* -1: nobody */
	uint64_t seq, in, out;
	bool blocked; /* waits for EPOLLOUT */
	uint8_t *bytes;
};

struct hg_subscribers {
	char path[108];
	int listening, epoll;
	uint32_t first;
	unsigned most;
	size_t size; /* of a queue */
	_Atomic uint64_t connected, refused, sent, lost;
	struct subscriber list[HG_SUBSCRIBERS_MAX];
};

int
hg_subscribers_open(struct hg_subscribers **ret, const struct hg_subscribers_config *c, struct hg_error *err)
{
	struct hg_subscribers *s = hg_start_take(sizeof(*s));
	int r;

	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the event socket");
	s->most = HG_MIN(c->most, (unsigned)HG_SUBSCRIBERS_MAX);
	s->size = QUEUE_LEAST;
	while (s->size < c->queue && s->size < SIZE_MAX / 2)
		s->size *= 2;
	for (unsigned i = 0; i < HG_SUBSCRIBERS_MAX; i++)
		s->list[i].fd = -1;
	r = hg_socket_listen(&s->listening, c->path, c->mode, err);
	if (r < 0) {
		hg_start_give(s);
		return r;
	}
	snprintf(s->path, sizeof(s->path), "%s", c->path);
	*ret = s;
	return 0;
}

static void
leave(struct hg_subscribers *s, struct subscriber *u)
{
	close(u->fd);
	hg_region_unmap(u->bytes, s->size);
	*u = (struct subscriber){ .fd = -1 };
	atomic_fetch_sub(&s->connected, 1);
}

void
hg_subscribers_close(struct hg_subscribers *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < s->most; i++)
		if (s->list[i].fd >= 0)
			leave(s, &s->list[i]);
	close(s->listening);
	unlink(s->path);
	hg_start_give(s);
}

int
hg_subscribers_watch(struct hg_subscribers *s, int epoll, uint32_t first, struct hg_error *err)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = first };

	s->epoll = epoll;
	s->first = first;
	return epoll_ctl(epoll, EPOLL_CTL_ADD, s->listening, &e) < 0
		? hg_error_errno(err, "cannot watch '%s'", s->path)
		: 0;
}

/* Hang-ups are told without being asked for. */
static bool
watch(struct hg_subscribers *s, struct subscriber *u, int how)
{
	struct epoll_event e = { .events = u->blocked ? EPOLLOUT : 0,
		.data.u32 = s->first + 1 + (uint32_t)(u - s->list) };

	return epoll_ctl(s->epoll, how, u->fd, &e) == 0;
}

static void
join(struct hg_subscribers *s, int fd)
{
	struct subscriber *u = s->list;

	while (u < s->list + s->most && u->fd >= 0)
		u++;
	if (u < s->list + s->most && (u->bytes = hg_region_map(s->size)) != NULL) {
		u->fd = fd;
		atomic_fetch_add(&s->connected, 1);
		if (watch(s, u, EPOLL_CTL_ADD))
			return;
		leave(s, u);
	} else {
		close(fd);
	}
	atomic_fetch_add(&s->refused, 1);
}

/* false: the subscriber has gone. */
static bool
send_waiting(struct hg_subscribers *s, struct subscriber *u)
{
	while (u->out < u->in) {
		const size_t at = (size_t)u->out & (s->size - 1);
		const size_t n = HG_MIN((size_t)(u->in - u->out), s->size - at);
		const ssize_t sent = hg_socket_send(u->fd, hg_span(u->bytes + at, n), 0);

		if (sent < 0) {
			leave(s, u);
			return false;
		}
		u->out += (uint64_t)sent;
		if ((size_t)sent < n)
			break;
	}
	return true;
}

static void
flush(struct hg_subscribers *s, struct subscriber *u)
{
	const bool was_blocked = u->blocked;

	if (!send_waiting(s, u))
		return;
	u->blocked = u->out < u->in;
	if (u->blocked != was_blocked && !watch(s, u, EPOLL_CTL_MOD))
		leave(s, u);
}

void
hg_subscribers_event(struct hg_subscribers *s, uint32_t which, uint32_t events)
{
	struct subscriber *u = &s->list[which - s->first - 1];
	int fd;

	if (which == s->first) {
		while ((fd = hg_socket_accept(s->listening)) >= 0)
			join(s, fd);
	} else if (u->fd >= 0) {
		if (events & (EPOLLHUP | EPOLLERR))
			leave(s, u);
		else
			flush(s, u);
	}
}

static void
append(struct hg_subscribers *s, struct subscriber *u, struct hg_span bytes)
{
	const size_t at = (size_t)u->in & (s->size - 1), first = HG_MIN(bytes.len, s->size - at);

	memcpy(u->bytes + at, bytes.p, first);
	memcpy(u->bytes, bytes.p + first, bytes.len - first);
	u->in += bytes.len;
}

/* The line without its last brace, the number, the brace. */
static void
put(struct hg_subscribers *s, struct subscriber *u, struct hg_span line)
{
	char tail[SEQ_MOST];

	u->seq++;
	if (line.len + SEQ_MOST > s->size - (size_t)(u->in - u->out)) {
		atomic_fetch_add_explicit(&s->lost, 1, memory_order_relaxed);
		return;
	}
	snprintf(tail, sizeof(tail), ",\"seq\":%llu}\n", (unsigned long long)u->seq);
	append(s, u, hg_span_sub(line, 0, line.len - 1));
	append(s, u, hg_span_str(tail));
	atomic_fetch_add_explicit(&s->sent, 1, memory_order_relaxed);
}

void
hg_subscribers_put(struct hg_subscribers *s, struct hg_span line)
{
	for (unsigned i = 0; i < s->most; i++)
		if (s->list[i].fd >= 0)
			put(s, &s->list[i], line);
}

void
hg_subscribers_skip(struct hg_subscribers *s, uint64_t lines)
{
	for (unsigned i = 0; i < s->most; i++)
		if (s->list[i].fd >= 0)
			s->list[i].seq += lines;
}

void
hg_subscribers_flush(struct hg_subscribers *s)
{
	for (unsigned i = 0; i < s->most; i++)
		if (s->list[i].fd >= 0 && !s->list[i].blocked && s->list[i].out < s->list[i].in)
			flush(s, &s->list[i]);
}

bool
hg_subscribers_drained(const struct hg_subscribers *s)
{
	for (unsigned i = 0; i < s->most; i++)
		if (s->list[i].fd >= 0 && s->list[i].out < s->list[i].in)
			return false;
	return true;
}

struct hg_subscribers_stats
hg_subscribers_stats(const struct hg_subscribers *s)
{
	return (struct hg_subscribers_stats){ .connected = atomic_load(&s->connected),
		.refused = atomic_load(&s->refused),
		.sent = atomic_load(&s->sent),
		.lost = atomic_load(&s->lost) };
}
