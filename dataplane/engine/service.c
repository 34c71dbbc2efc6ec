#include "engine/service.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lane.h"
#include "base/socket.h"
#include "base/thread.h"

#define EVENTS 16
#define READ ((size_t)64 << 10) /* of one client in one call */
#define KEEP ((size_t)64 << 10) /* a larger buffer goes when it is empty */

/* data.u32 of epoll; behind them the clients */
enum { SOURCE_AGAIN, SOURCE_LISTENING, SOURCE_CLIENTS };

struct hg_client {
	int fd; /* -1: nobody */
	bool ending, waiting, deaf;
	uint32_t events; /* that it waits for */
	uint64_t active; /* when it said or took something */
	uint8_t *in, *out;
	size_t in_len, in_size, out_len, out_sent;
	_Alignas(8) uint8_t state[HG_SERVICE_STATE];
};

struct hg_service {
	const struct hg_protocol *protocol;
	void *arg;
	int epoll, listening;
	char path[108];
	struct hg_bell again; /* a client has more messages than one call served */
	struct hg_client clients[HG_SERVICE_CLIENTS];
};

static int
watch(const struct hg_service *s, int how, int fd, uint32_t source, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.u32 = source };

	return epoll_ctl(s->epoll, how, fd, &e);
}

int
hg_service_open(struct hg_service **ret, const struct hg_protocol *p, void *arg, struct hg_error *err)
{
	struct hg_service *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a service");
	s->protocol = p;
	s->arg = arg;
	s->listening = -1;
	for (unsigned i = 0; i < HG_SERVICE_CLIENTS; i++)
		s->clients[i].fd = -1;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0 || hg_bell_open(&s->again, err) < 0 ||
		watch(s, EPOLL_CTL_ADD, s->again.fd, SOURCE_AGAIN, EPOLLIN) < 0) {
		hg_error_errno(err, "cannot make an epoll descriptor");
		hg_service_close(s);
		return -EIO;
	}
	*ret = s;
	return 0;
}

int
hg_service_listen(struct hg_service *s, int listening, const char *path, struct hg_error *err)
{
	s->listening = listening;
	snprintf(s->path, sizeof(s->path), "%s", path == NULL ? "" : path);
	return watch(s, EPOLL_CTL_ADD, listening, SOURCE_LISTENING, EPOLLIN) < 0
		? hg_error_errno(err, "cannot watch a socket")
		: 0;
}

static void
leave(struct hg_client *c)
{
	close(c->fd);
	free(c->in);
	free(c->out);
	*c = (struct hg_client){ .fd = -1 };
}

void
hg_service_close(struct hg_service *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < HG_SERVICE_CLIENTS; i++)
		if (s->clients[i].fd >= 0)
			leave(&s->clients[i]);
	if (s->listening >= 0)
		close(s->listening);
	if (s->path[0] != '\0')
		unlink(s->path);
	hg_bell_close(&s->again);
	if (s->epoll >= 0)
		close(s->epoll);
	free(s);
}

int
hg_service_fd(const struct hg_service *s)
{
	return s->epoll;
}

static uint32_t
source_of(const struct hg_service *s, const struct hg_client *c)
{
	return SOURCE_CLIENTS + (uint32_t)(c - s->clients);
}

/* A free place, or that of who has been quiet longest. */
static struct hg_client *
make_room(struct hg_service *s)
{
	struct hg_client *oldest = s->clients;

	for (unsigned i = 0; i < HG_SERVICE_CLIENTS; i++) {
		struct hg_client *c = &s->clients[i];

		if (c->fd < 0)
			return c;
		if (c->active < oldest->active)
			oldest = c;
	}
	leave(oldest);
	return oldest;
}

static void
join(struct hg_service *s, int fd)
{
	struct hg_client *c = make_room(s);

	*c = (struct hg_client){ .fd = fd, .events = EPOLLIN, .active = hg_thread_now() };
	if (watch(s, EPOLL_CTL_ADD, fd, source_of(s, c), EPOLLIN) < 0)
		leave(c);
}

/* It is heard while nothing is owed to it; a hang-up is told in any case. */
static void
listen_to(struct hg_service *s, struct hg_client *c)
{
	const uint32_t events = c->out_len > 0 ? EPOLLOUT : c->waiting || c->deaf ? 0 : EPOLLIN;

	if (events == c->events)
		return;
	c->events = events;
	if (watch(s, EPOLL_CTL_MOD, c->fd, source_of(s, c), events) < 0)
		leave(c);
}

static void
forget_answer(struct hg_client *c)
{
	free(c->out);
	c->out = NULL;
	c->out_len = c->out_sent = 0;
}

/* false: it has gone. */
static bool
send_answer(struct hg_client *c)
{
	while (c->out_sent < c->out_len) {
		const ssize_t n =
			hg_socket_send(c->fd, hg_span(c->out + c->out_sent, c->out_len - c->out_sent), 0);

		if (n < 0) {
			leave(c);
			return false;
		}
		if (n == 0)
			return true;
		c->out_sent += (size_t)n;
		c->active = hg_thread_now();
	}
	forget_answer(c);
	if (c->ending)
		leave(c);
	return c->fd >= 0;
}

static void
drop_input(struct hg_client *c, size_t n)
{
	memmove(c->in, c->in + n, c->in_len - n);
	c->in_len -= n;
	if (c->in_len == 0 && c->in_size > KEEP) {
		free(c->in);
		c->in = NULL;
		c->in_size = 0;
	}
}

static bool
is_heard(const struct hg_client *c)
{
	return c->out_len == 0 && !c->waiting && !c->ending;
}

/* One message, or the rest of an answer as far as it goes out at once. What is left over has another turn. */
static void
work(struct hg_service *s, struct hg_client *c)
{
	const bool owed = !is_heard(c);
	ssize_t n = 0;
	bool moved;

	if (!owed && c->in_len > 0) {
		n = s->protocol->input(s->arg, c, hg_span(c->in, c->in_len));
		if (n < 0 || (n == 0 && c->in_len >= s->protocol->input_most)) {
			leave(c);
			return;
		}
		drop_input(c, (size_t)n);
	}
	if (!send_answer(c))
		return;
	moved = n > 0 || (owed && is_heard(c));
	if (!moved && c->deaf && is_heard(c)) {
		leave(c);
		return;
	}
	if (moved && (c->in_len > 0 || c->deaf))
		hg_bell_strike(&s->again);
	listen_to(s, c);
}

/* false: it has gone. */
static bool
read_input(struct hg_service *s, struct hg_client *c)
{
	const size_t room = HG_MIN(READ, s->protocol->input_most - c->in_len);
	ssize_t n;

	if (c->in_size < c->in_len + room) {
		const size_t size = HG_MIN(HG_MAX(2 * c->in_size, c->in_len + room), s->protocol->input_most);
		uint8_t *more = realloc(c->in, size);

		if (more == NULL) {
			leave(c);
			return false;
		}
		c->in = more;
		c->in_size = size;
	}
	n = recv(c->fd, c->in + c->in_len, room, 0);
	if (n > 0) {
		c->in_len += (size_t)n;
		c->active = hg_thread_now();
		return true;
	}
	/* Nothing comes any more, but what came is answered. */
	if (n == 0)
		c->deaf = true;
	if (n == 0 || errno == EAGAIN || errno == EINTR)
		return true;
	leave(c);
	return false;
}

static void
serve_client(struct hg_service *s, struct hg_client *c, uint32_t events)
{
	if (c->fd < 0)
		return;
	if (events & (EPOLLERR | EPOLLHUP) && !(events & EPOLLIN)) {
		leave(c);
		return;
	}
	if (events & EPOLLIN && !read_input(s, c))
		return;
	work(s, c);
}

/* Those with messages left over have another turn. */
static void
serve_again(struct hg_service *s)
{
	hg_bell_rise(&s->again);
	for (unsigned i = 0; i < HG_SERVICE_CLIENTS; i++)
		if (s->clients[i].fd >= 0 && (s->clients[i].in_len > 0 || s->clients[i].deaf))
			work(s, &s->clients[i]);
}

void
hg_service_serve(struct hg_service *s)
{
	struct epoll_event events[EVENTS];
	const int n = epoll_wait(s->epoll, events, EVENTS, 0);
	int fd;

	for (int i = 0; i < n; i++) {
		if (events[i].data.u32 == SOURCE_AGAIN)
			serve_again(s);
		else if (events[i].data.u32 >= SOURCE_CLIENTS)
			serve_client(s, &s->clients[events[i].data.u32 - SOURCE_CLIENTS], events[i].events);
	}
	/* New ones come last: they may take the place of one that has just been served. */
	for (int i = 0; i < n; i++)
		if (events[i].data.u32 == SOURCE_LISTENING)
			while ((fd = hg_socket_accept(s->listening)) >= 0)
				join(s, fd);
}

void
hg_service_push(struct hg_service *s)
{
	for (unsigned i = 0; i < HG_SERVICE_CLIENTS; i++)
		if (s->clients[i].fd >= 0 && s->clients[i].out_len > 0)
			work(s, &s->clients[i]);
}

void
hg_service_settle(struct hg_service *s, int ms)
{
	const uint64_t deadline = hg_thread_now() + (uint64_t)ms * 1000000u;

	for (unsigned i = 0; i < HG_SERVICE_CLIENTS; i++) {
		struct hg_client *c = &s->clients[i];

		while (c->fd >= 0 && c->out_len > 0 && hg_thread_left(deadline) > 0) {
			struct pollfd p = { .fd = c->fd, .events = POLLOUT };

			poll(&p, 1, hg_thread_left(deadline));
			send_answer(c);
		}
	}
}

void *
hg_client_state(struct hg_client *c)
{
	return c->state;
}

void
hg_client_answer(struct hg_client *c, struct hg_span bytes)
{
	c->waiting = false;
	forget_answer(c);
	c->out = malloc(bytes.len);
	if (c->out == NULL) {
		c->ending = true;
		return;
	}
	memcpy(c->out, bytes.p, bytes.len);
	c->out_len = bytes.len;
}

void
hg_client_end(struct hg_client *c)
{
	c->ending = true;
}

void
hg_client_wait(struct hg_client *c)
{
	c->waiting = true;
}

struct hg_client *
hg_service_waiting(struct hg_service *s, struct hg_client *c)
{
	for (c = c == NULL ? s->clients : c + 1; c < s->clients + HG_SERVICE_CLIENTS; c++)
		if (c->fd >= 0 && c->waiting)
			return c;
	return NULL;
}
