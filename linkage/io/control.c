#include "linkage/io/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NOT_SUBMITTED UINT64_MAX

static void
drop(struct hg_client *c)
{
	hg_loop_remove(c->control->loop, &c->watch);
	close(c->watch.fd);
	free(c->in);
	free(c->out);
	json_decref(c->answer);
	*c = (struct hg_client){ .watch.fd = -1, .control = c->control };
}

static void
write_on(struct hg_client *c)
{
	while (c->out_sent < c->out_len) {
		const ssize_t n =
			send(c->watch.fd, c->out + c->out_sent, c->out_len - c->out_sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			hg_loop_change(c->control->loop, &c->watch, EPOLLOUT);
			return;
		}
		if (n <= 0) {
			drop(c);
			return;
		}
		c->out_sent += (size_t)n;
	}
	free(c->out);
	c->out = NULL;
	hg_loop_change(c->control->loop, &c->watch, EPOLLIN);
}

static void
send_answer(struct hg_client *c)
{
	c->out = json_dumps(c->answer, JSON_COMPACT);
	json_decref(c->answer);
	c->answer = NULL;
	if (c->out == NULL) {
		drop(c);
		return;
	}
	/* The end of the text becomes the end of the line. */
	c->out_len = strlen(c->out);
	c->out[c->out_len++] = '\n';
	c->out_sent = 0;
	write_on(c);
}

static void
serve(struct hg_client *c, struct hg_span line)
{
	json_t *root = json_loadb((const char *)line.p, line.len, 0, NULL), *message;
	const char *command = json_string_value(json_object_get(root, "command"));
	bool ok = false, changes = false;

	if (command == NULL)
		message = json_string("a request is an object with a command");
	else
		message = c->control->serve(
			c->control->ctx, command, json_object_get(root, "arguments"), &ok, &changes);
	json_decref(root);
	c->answer = json_pack("{s:s, s:o}", "return", ok ? "OK" : "NOK", "message", message);
	c->durable = NOT_SUBMITTED;
	/* Nothing more is read of this client until it has its answer. */
	hg_loop_change(c->control->loop, &c->watch, 0);
	if (!changes || c->answer == NULL)
		send_answer(c);
}

static void
read_on(struct hg_client *c)
{
	ssize_t n;
	char *end;

	if (c->in_len == c->in_room) {
		const size_t room = c->in_room == 0 ? 4096 : 2 * c->in_room;
		char *in = room > HG_REQUEST_MOST ? NULL : realloc(c->in, room);

		if (in == NULL) {
			drop(c);
			return;
		}
		c->in = in;
		c->in_room = room;
	}
	n = recv(c->watch.fd, c->in + c->in_len, c->in_room - c->in_len, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	c->in_len += (size_t)n;
	end = memchr(c->in, '\n', c->in_len);
	if (end != NULL) {
		const size_t len = (size_t)(end - c->in);

		c->in_len = 0;
		serve(c, hg_span(c->in, len));
	}
}

static void
client_ready(struct hg_watch *w, uint32_t events)
{
	struct hg_client *c = (struct hg_client *)w;

	if ((events & EPOLLOUT) != 0)
		write_on(c);
	else if ((events & EPOLLIN) != 0)
		read_on(c);
	else
		drop(c);
}

static void
accept_client(struct hg_watch *w, uint32_t events)
{
	struct hg_control *control = (struct hg_control *)w;
	const int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	for (size_t i = 0; i < HG_CLIENTS; i++) {
		struct hg_client *c = &control->clients[i];

		if (c->watch.fd >= 0)
			continue;
		*c = (struct hg_client){ .watch = { fd, client_ready }, .control = control };
		if (hg_loop_add(control->loop, &c->watch, EPOLLIN) == 0)
			return;
		c->watch.fd = -1;
		break;
	}
	close(fd);
}

/* A socket that nobody listens to is left from a death. */
static bool
is_alive(const struct sockaddr_un *where)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const bool alive = fd >= 0 && connect(fd, (const struct sockaddr *)where, sizeof(*where)) == 0;

	if (fd >= 0)
		close(fd);
	return alive;
}

int
hg_control_open(struct hg_control *c, struct hg_loop *loop, const char *path, struct hg_error *err)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	int status = 0;

	c->watch = (struct hg_watch){ .fd = -1, .ready = accept_client };
	c->loop = loop;
	for (size_t i = 0; i < HG_CLIENTS; i++)
		c->clients[i].watch.fd = -1;
	if (strlen(path) >= sizeof(c->path))
		return hg_error_set(err, -ENAMETOOLONG, "the path of the socket %s is too long", path);
	memcpy(where.sun_path, path, strlen(path) + 1);
	if (is_alive(&where))
		return hg_error_set(err, -EADDRINUSE, "another hangu-linkd listens at %s", path);
	unlink(path);
	c->watch.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->watch.fd < 0 || bind(c->watch.fd, (const struct sockaddr *)&where, sizeof(where)) < 0 ||
		chmod(path, 0660) < 0 || listen(c->watch.fd, HG_CLIENTS) < 0)
		status = hg_error_errno(err, "cannot listen at %s", path);
	if (status == 0) {
		snprintf(c->path, sizeof(c->path), "%s", path);
		status = hg_loop_add(loop, &c->watch, EPOLLIN);
	}
	return status;
}

void
hg_control_close(struct hg_control *c)
{
	for (size_t i = 0; i < HG_CLIENTS; i++)
		if (c->clients[i].control != NULL && c->clients[i].watch.fd >= 0)
			drop(&c->clients[i]);
	if (c->watch.fd >= 0)
		close(c->watch.fd);
	if (c->path[0] != '\0')
		unlink(c->path);
	*c = (struct hg_control){ .watch.fd = -1 };
}

void
hg_control_submitted(struct hg_control *c, uint64_t number)
{
	for (size_t i = 0; i < HG_CLIENTS; i++)
		if (c->clients[i].answer != NULL && c->clients[i].durable == NOT_SUBMITTED)
			c->clients[i].durable = number;
}

void
hg_control_durable(struct hg_control *c, uint64_t number)
{
	for (size_t i = 0; i < HG_CLIENTS; i++)
		if (c->clients[i].answer != NULL && c->clients[i].durable <= number)
			send_answer(&c->clients[i]);
}
