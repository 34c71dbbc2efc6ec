#include "base/thread.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rights.h"

#define NICE_BEHIND 10
#define REAL_TIME 1 /* the lowest of these priorities */

void
hg_thread_take_rank(enum hg_rank rank)
{
	const struct sched_param lowest = { .sched_priority = REAL_TIME };
	int r = 0;

	if (rank == HG_RANK_FIRST)
		r = sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest);
	else if (rank == HG_RANK_BEHIND)
		r = setpriority(PRIO_PROCESS, 0, NICE_BEHIND);
	if (r < 0)
		hg_log(HG_LOG_INFO,
			"blocks may take longer while the machine is busy: no real-time priority: %s",
			strerror(errno));
}

static void *
enter(void *arg)
{
	struct hg_thread *t = arg;
	const uint64_t one = 1;
	ssize_t n;

	pthread_setname_np(pthread_self(), t->name);
	hg_thread_take_rank(t->rank);
	/* What an unprivileged program has kept of its rights is the main thread's alone. */
	if (geteuid() != 0)
		hg_rights_keep(0);
	t->run(t->arg);
	n = write(t->over, &one, sizeof(one));
	(void)n;
	return NULL;
}

/* Signals are the main thread's: the others begin with all of them blocked. */
static int
start_deaf(struct hg_thread *t)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&t->id, NULL, enter, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

int
hg_thread_start(
	struct hg_thread *t, const char *name, void (*run)(void *arg), void *arg, struct hg_error *err)
{
	t->run = run;
	t->arg = arg;
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->over = eventfd(0, EFD_CLOEXEC);
	if (t->over < 0)
		return hg_error_errno(err, "cannot make an eventfd");
	errno = start_deaf(t);
	if (errno != 0) {
		close(t->over);
		return hg_error_errno(err, "cannot start the thread %s", t->name);
	}
	t->started = true;
	return 0;
}

bool
hg_thread_join(struct hg_thread *t, uint64_t deadline)
{
	struct pollfd p = { .fd = t->over, .events = POLLIN };
	int n;

	if (!t->started)
		return true;
	do
		n = poll(&p, 1, hg_thread_left(deadline));
	while (n < 0 && errno == EINTR);
	if (n != 1)
		return false;
	pthread_join(t->id, NULL);
	close(t->over);
	t->started = false;
	return true;
}

uint64_t
hg_thread_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int
hg_thread_left(uint64_t deadline)
{
	const uint64_t now = hg_thread_now();
	const uint64_t ms = deadline <= now ? 0 : (deadline - now) / 1000000u + 1;

	return ms > INT_MAX ? INT_MAX : (int)ms;
}
