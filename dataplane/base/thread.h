/* thread: a thread beside the packet path, with a name, without signals, and a way to wait for its end not too long. */
#ifndef HG_BASE_THREAD_H
#define HG_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Whom a CPU is given to when there are fewer than threads that want one. */
enum hg_rank {
	HG_RANK_ORDINARY,
	HG_RANK_FIRST, /* before all ordinary ones as soon as it is woken (SCHED_FIFO): short work that a block waits for */
	HG_RANK_BEHIND, /* what others leave (nice 10): who writes to disks what nobody waits for */
};

struct hg_thread {
	pthread_t id;
	enum hg_rank rank; /* to be set before the start */
	int over;          /* readable when it has ended */
	bool started;
	void (*run)(void *arg);
	void *arg;
	char name[16];
};

/* The structure stays where it is until the thread has ended. */
int hg_thread_start(
	struct hg_thread *t, const char *name, void (*run)(void *arg), void *arg, struct hg_error *err);

/* false: it still runs at `deadline` (hg_thread_now), so nothing that it uses may be freed. One that was not started has ended. */
bool hg_thread_join(struct hg_thread *t, uint64_t deadline);

/* Of the calling thread; threads that one of the first rank starts are ordinary. Without the right to that (CAP_SYS_NICE or
 * RLIMIT_RTPRIO) all stays as it was, which is said. */
void hg_thread_take_rank(enum hg_rank rank);

uint64_t hg_thread_now(void); /* ns of a clock that only goes on */

/* Milliseconds from now to the deadline, for poll; never negative, and rounded up. */
int hg_thread_left(uint64_t deadline);

#endif
