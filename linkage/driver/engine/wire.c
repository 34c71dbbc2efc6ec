#include "linkage/driver/engine/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* An answer longer than this is none: a page of a thousand entries has 200 kB. */
#define ANSWER_MOST ((size_t)8 << 20)

void
hg_wire_close(struct hg_wire *w)
{
	if (w->watch.fd >= 0) {
		hg_loop_remove(w->loop, &w->watch);
		close(w->watch.fd);
	}
	w->watch.fd = -1;
	free(w->out);
	free(w->in);
	w->out = NULL;
	w->in = NULL;
	w->out_room = 0;
	w->in_room = 0;
	w->out_len = 0;
	w->out_sent = 0;
	w->in_len = 0;
}

static void
fail(struct hg_wire *w, const char *why)
{
	hg_wire_close(w);
	w->heard(w, NULL, why);
}

/* False: the connection is gone. */
static bool
write_on(struct hg_wire *w)
{
	while (w->out_sent < w->out_len) {
		const ssize_t n =
			send(w->watch.fd, w->out + w->out_sent, w->out_len - w->out_sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			w->waiting = true;
			hg_loop_change(w->loop, &w->watch, EPOLLIN | EPOLLOUT);
			return true;
		}
		if (n <= 0) {
			fail(w, strerror(errno));
			return false;
		}
		w->out_sent += (size_t)n;
	}
	if (w->waiting)
		hg_loop_change(w->loop, &w->watch, EPOLLIN);
	w->waiting = false;
	w->out_len = 0;
	w->out_sent = 0;
	return true;
}

static bool
read_on(struct hg_wire *w)
{
	ssize_t n;

	if (w->in_room - w->in_len < 4096) {
		const size_t room = w->in_room == 0 ? 16384 : 2 * w->in_room;
		char *in = room > ANSWER_MOST ? NULL : realloc(w->in, room);

		if (in == NULL) {
			fail(w, "an answer is too long");
			return false;
		}
		w->in = in;
		w->in_room = room;
	}
	n = recv(w->watch.fd, w->in + w->in_len, w->in_room - w->in_len, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		fail(w, n == 0 ? "the connection was closed" : strerror(errno));
		return false;
	}
	w->in_len += (size_t)n;
	return true;
}

/* Hands out whole lines; whoever hears one may close the wire. */
static void
hand_out(struct hg_wire *w)
{
	char *end;

	while (w->in_len > 0 && (end = memchr(w->in, '\n', w->in_len)) != NULL) {
		const size_t used = (size_t)(end - w->in) + 1;
		json_t *root = json_loadb(w->in, used, 0, NULL);

		if (root == NULL) {
			fail(w, "an answer is no JSON");
			return;
		}
		w->in_len -= used;
		memmove(w->in, w->in + used, w->in_len);
		w->heard(w, root, NULL);
		json_decref(root);
	}
}

static void
ready(struct hg_watch *watch, uint32_t events)
{
	struct hg_wire *w = (struct hg_wire *)watch;

	if ((events & EPOLLOUT) != 0 && !write_on(w))
		return;
	if ((events & ~(uint32_t)EPOLLOUT) != 0 && read_on(w))
		hand_out(w);
}

int
hg_wire_open(struct hg_wire *w, struct hg_loop *loop, const char *path, struct hg_error *err)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	int status;

	w->loop = loop;
	w->watch.ready = ready;
	if (strlen(path) >= sizeof(where.sun_path))
		return hg_error_set(err, -ENAMETOOLONG, "the path of the socket %s is too long", path);
	memcpy(where.sun_path, path, strlen(path) + 1);
	w->watch.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->watch.fd < 0)
		return hg_error_errno(err, "cannot make a socket");
	status = connect(w->watch.fd, (const struct sockaddr *)&where, sizeof(where)) < 0
		? hg_error_errno(err, "cannot connect to %s", path)
		: hg_loop_add(loop, &w->watch, EPOLLIN);
	if (status < 0) {
		close(w->watch.fd);
		w->watch.fd = -1;
	}
	return status;
}

char *
hg_wire_room(struct hg_wire *w, size_t n)
{
	if (w->out_room < n) {
		char *out = realloc(w->out, n);

		if (out == NULL)
			return NULL;
		w->out = out;
		w->out_room = n;
	}
	return w->out;
}

void
hg_wire_send(struct hg_wire *w, size_t n)
{
	w->out_len = n;
	w->out_sent = 0;
	write_on(w);
}
