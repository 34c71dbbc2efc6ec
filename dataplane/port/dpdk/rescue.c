/* The port of a worker that stands still, taken by somebody else, who passes its frames on.
 *
 * A worker says when it is at its port (hg_queue_enter, hg_queue_leave): between the two nobody else may touch its queues. Away from it,
 * inspecting or at rest, it can be taken. Who comes back to a port that is taken says so, and waits until it is given back. The word
 * that tells also hands over what stands behind it, the driver's state of the queues.
 */
#include <time.h>

#include "port/dpdk/devices_int.h"

#define WAIT_NS 10000 /* between two looks whether the port is given back */

static bool
take_port(struct hg_queue *q, unsigned as, unsigned *owner)
{
	*owner = HG_OWNER_NONE;
	return atomic_compare_exchange_strong_explicit(
		&q->owner, owner, as, memory_order_acquire, memory_order_relaxed);
}

void
hg_queue_wait(struct hg_queue *q)
{
	const struct timespec t = { 0, WAIT_NS };
	unsigned owner;

	while (!take_port(q, HG_OWNER_WORKER, &owner)) {
		owner = HG_OWNER_RESCUER;
		atomic_compare_exchange_strong_explicit(
			&q->owner, &owner, HG_OWNER_WANTED, memory_order_relaxed, memory_order_relaxed);
		nanosleep(&t, NULL);
	}
}

/* Those of a device that only listens have nowhere to go. */
static unsigned
pass_on(struct hg_queue *q, struct rte_mbuf **mbufs, unsigned n)
{
	unsigned passed = 0;

	for (unsigned i = 0; i < n; i++) {
		const uint8_t device = q->all->by_port[mbufs[i]->port];
		const int peer = q->all->device[device].peer;

		if (!hg_queue_join(q, mbufs[i]))
			continue;
		if (peer < 0) {
			hg_count(&q->unsteered[device], 1);
			rte_pktmbuf_free(mbufs[i]);
			continue;
		}
		hg_queue_send(q, (unsigned)peer, &mbufs[i], 1);
		passed++;
	}
	hg_count(&q->uninspected, passed);
	return passed;
}

/* What belongs to other workers is handed to them; of devices that only listen the frames wait, as long as there is room. */
static unsigned
pass_all(struct hg_queue *q)
{
	const unsigned devices = q->all->n, sources = hg_queue_sources(q);
	struct rte_mbuf *mbufs[HG_PORT_BURST];
	unsigned passed = 0;

	for (unsigned i = 0; i < sources; i++)
		if (i >= devices || q->all->device[i].peer >= 0)
			passed += pass_on(q, mbufs, hg_queue_take(q, i, mbufs, HG_PORT_BURST));
	return passed;
}

enum hg_rescue
hg_devices_rescue(struct hg_devices *d, unsigned worker, unsigned *passed)
{
	struct hg_queue *q = &d->queue[worker];
	unsigned owner;

	*passed = 0;
	if (!take_port(q, HG_OWNER_RESCUER, &owner)) {
		if (owner == HG_OWNER_WORKER)
			return HG_RESCUE_REFUSED;
		if (owner == HG_OWNER_WANTED) {
			atomic_store_explicit(&q->owner, HG_OWNER_NONE, memory_order_release);
			return HG_RESCUE_OVER;
		}
	}
	*passed = pass_all(q);
	return HG_RESCUE_GOES_ON;
}

uint64_t
hg_devices_uninspected(const struct hg_devices *d, unsigned worker)
{
	return atomic_load_explicit(&d->queue[worker].uninspected, memory_order_relaxed);
}
