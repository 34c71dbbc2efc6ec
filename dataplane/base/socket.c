#include "base/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

static int
address_of(struct sockaddr_un *a, const char *path, struct hg_error *err)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(a->sun_path))
		return hg_error_set(err, -ENAMETOOLONG, "the name of the socket '%s' is too long", path);
	memcpy(a->sun_path, path, strlen(path) + 1);
	return 0;
}

static void
make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[108];

	if (slash == NULL || slash == path)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	mkdir(folder, 0750);
}

/* Takes away what a process that is gone has left behind; never anything but a socket. */
static int
clear_place(const struct sockaddr_un *a, struct hg_error *err)
{
	struct stat st;
	int fd, refused;

	if (lstat(a->sun_path, &st) < 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return hg_error_set(err, -EEXIST, "'%s' is there and no socket; remove it", a->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return hg_error_errno(err, "cannot make a socket");
	refused = connect(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 && errno == ECONNREFUSED;
	close(fd);
	if (!refused)
		return hg_error_set(
			err, -EADDRINUSE, "the socket '%s' is served by another process", a->sun_path);
	unlink(a->sun_path);
	return 0;
}

int
hg_socket_listen(int *ret, const char *path, mode_t mode, struct hg_error *err)
{
	struct sockaddr_un a;
	int r = address_of(&a, path, err), fd;

	if (r < 0)
		return r;
	make_folder(path);
	r = clear_place(&a, err);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return hg_error_errno(err, "cannot make a socket");
	/* Between bind and chmod nobody can connect: it does not listen yet. */
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || chmod(path, mode) < 0 ||
		listen(fd, BACKLOG) < 0) {
		r = hg_error_errno(err, "cannot listen on '%s'", path);
		close(fd);
		return r;
	}
	*ret = fd;
	return 0;
}

static struct addrinfo *
look_up(const char *host, const char *port, int type, int flags, struct hg_error *err)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = type, .ai_flags = flags };
	struct addrinfo *list = NULL;
	int r = getaddrinfo(host, port, &hints, &list);

	if (r == 0)
		return list;
	hg_error_set(err, -EHOSTUNREACH, "cannot find '%s' port %s: %s", host, port, gai_strerror(r));
	return NULL;
}

int
hg_socket_listen_at(int *ret, const char *address, struct hg_error *err)
{
	const char *colon = strrchr(address, ':');
	struct hg_span host = hg_span_str(address);
	struct addrinfo *list;
	const int yes = 1;
	char name[128];
	int fd, r = 0;

	if (colon == NULL)
		return hg_error_set(err, -EINVAL, "'%s' is no address and port, as 127.0.0.1:9100", address);
	host = hg_span_sub(host, 0, (size_t)(colon - address));
	if (host.len > 1 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		host = hg_span_sub(host, 1, host.len - 2);
	snprintf(name, sizeof(name), "%.*s", (int)host.len, (const char *)host.p);
	list = look_up(name, colon + 1, SOCK_STREAM, AI_NUMERICHOST | AI_NUMERICSERV, err);
	if (list == NULL)
		return -EINVAL;
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (fd < 0 || bind(fd, list->ai_addr, list->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
		r = hg_error_errno(err, "cannot listen on %s", address);
		if (fd >= 0)
			close(fd);
	}
	freeaddrinfo(list);
	*ret = r < 0 ? -1 : fd;
	return r;
}

int
hg_socket_accept(int listening)
{
	return accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int
hg_socket_connect(int *ret, const char *path, int type, struct hg_error *err)
{
	struct sockaddr_un a;
	int r = address_of(&a, path, err), fd;

	if (r < 0)
		return r;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Where a path is concerned this never waits: a full backlog is EAGAIN. */
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		r = hg_error_errno(err, "cannot connect to '%s'", path);
		if (fd >= 0)
			close(fd);
		return r;
	}
	*ret = fd;
	return 0;
}

/* errno as of connect. */
static int
finish_connect(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(errno);
	int error = 0;

	if (errno != EINPROGRESS)
		return -1;
	if (poll(&p, 1, ms) != 1) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return -1;
	errno = error;
	return error == 0 ? 0 : -1;
}

int
hg_socket_connect_to(int *ret, const char *host, const char *port, int type, int ms, struct hg_error *err)
{
	struct addrinfo *list = look_up(host, port, type, 0, err);
	const int yes = 1;
	int r = -EHOSTUNREACH;

	if (list == NULL)
		return r;
	for (struct addrinfo *a = list; a != NULL && r < 0; a = a->ai_next) {
		const int fd = socket(a->ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);

		if (fd >= 0 && (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || finish_connect(fd, ms) == 0)) {
			*ret = fd;
			r = 0;
			continue;
		}
		r = hg_error_errno(err, "cannot connect to %s port %s", host, port);
		if (fd >= 0)
			close(fd);
	}
	freeaddrinfo(list);
	if (r == 0 && type == SOCK_STREAM) {
		setsockopt(*ret, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		setsockopt(*ret, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
	}
	return r;
}

ssize_t
hg_socket_send(int fd, struct hg_span bytes, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	ssize_t n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && ms > 0 && poll(&p, 1, ms) == 1)
		n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);
	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
}

bool
hg_socket_is_closed(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}
