#include "linkage/io/loop.h"

#include <errno.h>
#include <unistd.h>

#define TURN_MOST 32

int
hg_loop_open(struct hg_loop *l)
{
	*l = (struct hg_loop){ .fd = epoll_create1(EPOLL_CLOEXEC) };
	return l->fd < 0 ? -errno : 0;
}

void
hg_loop_close(struct hg_loop *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

int
hg_loop_add(struct hg_loop *l, struct hg_watch *w, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = w };

	return epoll_ctl(l->fd, EPOLL_CTL_ADD, w->fd, &e) < 0 ? -errno : 0;
}

void
hg_loop_change(struct hg_loop *l, struct hg_watch *w, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = w };

	epoll_ctl(l->fd, EPOLL_CTL_MOD, w->fd, &e);
}

void
hg_loop_remove(struct hg_loop *l, struct hg_watch *w)
{
	if (w->fd >= 0)
		epoll_ctl(l->fd, EPOLL_CTL_DEL, w->fd, NULL);
	/* One that is removed by another's call in this turn must not be called any more. */
	for (int i = 0; i < l->n; i++)
		if (l->events[i].data.ptr == w)
			l->events[i].data.ptr = NULL;
}

void
hg_loop_turn(struct hg_loop *l, int milliseconds)
{
	struct epoll_event events[TURN_MOST];
	const int n = epoll_wait(l->fd, events, TURN_MOST, milliseconds);

	l->events = events;
	l->n = n < 0 ? 0 : n;
	for (int i = 0; i < l->n; i++) {
		struct hg_watch *w = events[i].data.ptr;

		if (w != NULL)
			w->ready(w, events[i].events);
	}
	l->n = 0;
	l->events = NULL;
}
