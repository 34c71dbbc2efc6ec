#include "base/notify.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"

#define TEXT_MOST 1024
#define PATIENCE 1000 /* milliseconds */

/* "/path", or "@name" of the abstract name space. */
static bool
address_of(struct hg_notify *n, const char *name)
{
	const size_t len = strlen(name);

	n->to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof(n->to.sun_path))
		return false;
	memcpy(n->to.sun_path, name, len);
	n->to_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	if (name[0] == '@') {
		n->to.sun_path[0] = '\0';
		n->to_size--;
	}
	return true;
}

/* Nanoseconds between two signs of life. */
static uint64_t
pace(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

	if (usec == NULL || (pid != NULL && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	return strtoull(usec, NULL, 10) * 1000u / 2;
}

void
hg_notify_open(struct hg_notify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");

	*n = (struct hg_notify){ .fd = -1 };
	if (name == NULL || !address_of(n, name))
		return;
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	n->every = pace();
}

void
hg_notify_close(struct hg_notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

/* It is not connected: a manager that has made its socket anew is found as well. So nothing tells when a full socket has room
 * again but to ask. */
static void
tell(const struct hg_notify *n, const char *text, int patience)
{
	const struct sockaddr *to = (const struct sockaddr *)&n->to;
	const uint64_t deadline = hg_thread_now() + (uint64_t)patience * 1000000u;

	while (n->fd >= 0 && sendto(n->fd, text, strlen(text), MSG_NOSIGNAL, to, n->to_size) < 0 &&
		errno == EAGAIN && hg_thread_now() < deadline)
		poll(NULL, 0, 10);
}

/* A line ends an assignment, so there is none in a status. */
static void
tell_status(const struct hg_notify *n, const char *before, const char *status)
{
	char text[TEXT_MOST];
	const size_t at = (size_t)snprintf(text, sizeof(text), "%sSTATUS=", before);

	snprintf(text + at, sizeof(text) - at, "%s", status);
	for (char *c = text + at; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20)
			*c = ' ';
	tell(n, text, PATIENCE);
}

void
hg_notify_ready(const struct hg_notify *n, const char *status)
{
	tell_status(n, "READY=1\n", status);
}

void
hg_notify_status(const struct hg_notify *n, const char *status)
{
	tell_status(n, "", status);
}

void
hg_notify_reloading(const struct hg_notify *n)
{
	char text[64];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%llu",
		(unsigned long long)(hg_thread_now() / 1000u));
	tell(n, text, PATIENCE);
}

void
hg_notify_stopping(const struct hg_notify *n)
{
	tell(n, "STOPPING=1", PATIENCE);
}

void
hg_notify_alive(struct hg_notify *n, uint64_t now)
{
	if (n->every == 0 || now < n->due)
		return;
	n->due = now + n->every;
	tell(n, "WATCHDOG=1", 0);
}
