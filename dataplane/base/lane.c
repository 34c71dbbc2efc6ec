#include "base/lane.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define LEAST ((size_t)4096)

int
hg_bell_open(struct hg_bell *b, struct hg_error *err)
{
	atomic_init(&b->sleep, HG_AWAKE);
	b->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return b->fd < 0 ? hg_error_errno(err, "cannot make an eventfd") : 0;
}

void
hg_bell_close(struct hg_bell *b)
{
	if (b->fd > 0)
		close(b->fd);
	b->fd = -1;
}

void
hg_bell_strike(struct hg_bell *b)
{
	const uint64_t one = 1;
	ssize_t n = write(b->fd, &one, sizeof(one));

	/* It fails only when it has been struck 2^64 times without being heard. */
	(void)n;
}

void
hg_bell_ring(struct hg_bell *b)
{
	if (atomic_load(&b->sleep) != HG_AWAKE && atomic_exchange(&b->sleep, HG_AWAKE) != HG_AWAKE)
		hg_bell_strike(b);
}

/* Of two that change the same variable the later sees what the earlier did before, whatever it was. */
void
hg_bell_call(struct hg_bell *b)
{
	if (atomic_fetch_or(&b->sleep, 0) != HG_AWAKE)
		hg_bell_ring(b);
}

void
hg_bell_doze(struct hg_bell *b)
{
	atomic_exchange(&b->sleep, HG_ASLEEP);
}

void
hg_bell_nap(struct hg_bell *b)
{
	atomic_exchange(&b->sleep, HG_NAPPING);
}

void
hg_bell_rise(struct hg_bell *b)
{
	uint64_t times;
	ssize_t n;

	atomic_store(&b->sleep, HG_AWAKE);
	n = read(b->fd, &times, sizeof(times));
	/* Nothing to read: woken by something else. */
	(void)n;
}

void
hg_bell_rise_unrung(struct hg_bell *b)
{
	atomic_store(&b->sleep, HG_AWAKE);
}

void
hg_bell_wait(struct hg_bell *b, uint64_t ns)
{
	const struct timespec most = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };
	struct pollfd p = { b->fd, POLLIN, 0 };

	if (ppoll(&p, 1, &most, NULL) > 0)
		hg_bell_rise(b);
	else
		hg_bell_rise_unrung(b);
}

int
hg_lane_open(struct hg_lane *l, struct hg_bell *bell, size_t size, struct hg_error *err)
{
	size_t rounded = LEAST;

	while (rounded < size && rounded < SIZE_MAX / 2)
		rounded *= 2;
	l->bell = bell;
	atomic_init(&l->put, 0);
	atomic_init(&l->lost, 0);
	atomic_init(&l->taken, 0);
	return hg_ring_open(&l->ring, rounded, err);
}

void
hg_lane_close(struct hg_lane *l)
{
	hg_ring_close(l->ring);
	l->ring = NULL;
}

static bool
put(struct hg_lane *l, struct hg_span record)
{
	uint8_t *room = hg_ring_reserve(l->ring, record.len);

	if (room == NULL || record.len == 0) {
		atomic_fetch_add_explicit(&l->lost, 1, memory_order_relaxed);
		return false;
	}
	memcpy(room, record.p, record.len);
	hg_ring_commit(l->ring, record.len);
	atomic_fetch_add(&l->put, 1);
	return true;
}

bool
hg_lane_put(struct hg_lane *l, struct hg_span record)
{
	const bool good = put(l, record);

	if (good)
		hg_bell_ring(l->bell);
	return good;
}

bool
hg_lane_put_later(struct hg_lane *l, struct hg_span record)
{
	const bool good = put(l, record);

	if (good && atomic_load(&l->bell->sleep) == HG_ASLEEP)
		hg_bell_ring(l->bell);
	return good;
}

uint8_t *
hg_lane_reserve(struct hg_lane *l, size_t len)
{
	return hg_ring_reserve(l->ring, len);
}

void
hg_lane_commit(struct hg_lane *l, size_t len)
{
	hg_ring_commit(l->ring, len);
	atomic_fetch_add(&l->put, 1);
	hg_bell_ring(l->bell);
}

struct hg_span
hg_lane_peek(struct hg_lane *l)
{
	return hg_ring_peek(l->ring);
}

void
hg_lane_release(struct hg_lane *l)
{
	hg_ring_release(l->ring);
	atomic_store_explicit(
		&l->taken, atomic_load_explicit(&l->taken, memory_order_relaxed) + 1, memory_order_relaxed);
}

bool
hg_lane_waiting(const struct hg_lane *l)
{
	return atomic_load(&l->put) != atomic_load_explicit(&l->taken, memory_order_relaxed);
}

uint64_t
hg_lane_lost(const struct hg_lane *l)
{
	return atomic_load_explicit(&l->lost, memory_order_relaxed);
}

uint64_t
hg_lane_queued(const struct hg_lane *l)
{
	const uint64_t taken = atomic_load_explicit(&l->taken, memory_order_relaxed);
	const uint64_t put = atomic_load_explicit(&l->put, memory_order_relaxed);

	return put > taken ? put - taken : 0;
}
