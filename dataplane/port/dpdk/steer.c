#include "packet/steer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "port/dpdk/devices_int.h"

#define RING 2048 /* frames on their way from one worker to another */

/* One ring for each pair of workers, with one writer and one reader. */
static int
open_rings(struct hg_devices *d, struct hg_queue *q, struct hg_error *err)
{
	q->from = calloc(d->workers, sizeof(*q->from));
	if (q->from == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for rings between workers");
	for (unsigned i = 0; i < d->workers; i++) {
		char name[32];

		if (i == q->worker)
			continue;
		snprintf(name, sizeof(name), "steer%u-%u", i, q->worker);
		q->from[i] = rte_ring_create(name, RING, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (q->from[i] == NULL)
			return hg_error_set(
				err, -ENOMEM, "no ring between workers: %s", rte_strerror(rte_errno));
	}
	return 0;
}

int
hg_steer_open(struct hg_devices *d, struct hg_error *err)
{
	bool needed = false;
	int r = 0;

	for (unsigned i = 0; i < d->n; i++)
		needed = needed || d->device[i].steered;
	for (unsigned i = 0; needed && r == 0 && i < d->workers; i++)
		r = open_rings(d, &d->queue[i], err);
	return r;
}

static void
empty(struct rte_ring *ring)
{
	void *mbuf;

	while (ring != NULL && rte_ring_sc_dequeue(ring, &mbuf) == 0)
		rte_pktmbuf_free(mbuf);
	rte_ring_free(ring);
}

void
hg_steer_close(struct hg_devices *d)
{
	for (unsigned i = 0; i < d->workers; i++) {
		struct hg_queue *q = &d->queue[i];

		for (unsigned k = 0; q->from != NULL && k < d->workers; k++)
			empty(q->from[k]);
		free(q->from);
		q->from = NULL;
	}
}

static void
wake(const struct hg_queue *q, uint64_t workers)
{
	for (unsigned i = 0; workers != 0 && i < q->all->workers; i++)
		if (workers >> i & 1 && q->all->queue[i].bell != NULL)
			hg_bell_call(q->all->queue[i].bell);
}

unsigned
hg_steer_out(struct hg_queue *q, unsigned device, struct rte_mbuf **mbufs, unsigned n)
{
	uint64_t others = 0;
	unsigned stay = 0;

	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = mbufs[i];
		const struct hg_span frame = hg_span(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len);
		const unsigned owner = hg_steer(q->all->decode, frame) % q->all->workers;

		if (owner == q->worker) {
			mbufs[stay++] = m;
		} else if (rte_ring_sp_enqueue(q->all->queue[owner].from[q->worker], m) != 0) {
			hg_count(&q->unsteered[device], 1);
			rte_pktmbuf_free(m);
		} else {
			others |= UINT64_C(1) << owner;
		}
	}
	wake(q, others);
	return stay;
}

/* rte_ring_empty() reads what other threads write (who hands on, and the rescue of a worker) as if it were alone. */
static bool
is_empty(const struct rte_ring *r)
{
	return __atomic_load_n(&r->prod.tail, __ATOMIC_ACQUIRE) ==
		__atomic_load_n(&r->cons.tail, __ATOMIC_ACQUIRE);
}

bool
hg_steer_waiting(const struct hg_queue *q)
{
	for (unsigned i = 0; q->from != NULL && i < q->all->workers; i++)
		if (q->from[i] != NULL && !is_empty(q->from[i]))
			return true;
	return false;
}
