/* loop: who waits for which descriptor. One thread; a watch belongs to whoever added it and outlives its stay. */
#ifndef HG_LINKAGE_LOOP_H
#define HG_LINKAGE_LOOP_H

#include <sys/epoll.h>

#include "base/span.h"

struct hg_watch {
	int fd; /* -1: not in the loop */
	void (*ready)(struct hg_watch *w, uint32_t events);
};

struct hg_loop {
	int fd;
	struct epoll_event *events; /* of the turn that is under way */
	int n;
};

int hg_loop_open(struct hg_loop *l);
void hg_loop_close(struct hg_loop *l);
int hg_loop_add(struct hg_loop *l, struct hg_watch *w, uint32_t events);
void hg_loop_change(struct hg_loop *l, struct hg_watch *w, uint32_t events);
void hg_loop_remove(struct hg_loop *l, struct hg_watch *w); /* does not close it */

/* Waits at most so long and calls who is ready. */
void hg_loop_turn(struct hg_loop *l, int milliseconds);

#endif
