#include <time.h>

#include "port/dpdk/devices_int.h"

/* Attempts to hand frames to a device whose ring is full, before they count as unsent. */
#define SEND_TRIES 16

/* Wall clock that never steps back; one reading a burst. */
static hg_time
now(struct hg_queue *q)
{
	struct timespec t;
	hg_time time;

	clock_gettime(CLOCK_REALTIME, &t);
	time = (hg_time)t.tv_sec * HG_SEC + (hg_time)t.tv_nsec;
	q->last = HG_MAX(q->last, time);
	return q->last;
}

/* All above reads one span. */
bool
hg_queue_join(struct hg_queue *q, struct rte_mbuf *m)
{
	const uint8_t device = q->all->by_port[m->port];

	if (HG_LIKELY(m->nb_segs == 1 &&
		    m->pkt_len <= atomic_load_explicit(&q->all->device[device].fits, memory_order_relaxed)))
		return true;
	if (m->nb_segs > 1 && rte_pktmbuf_linearize(m) != 0) {
		hg_count(&q->unusable[device], 1);
		hg_queue_note_length(q, device, m->pkt_len);
	} else if (hg_queue_fit(q, m)) {
		return true;
	}
	rte_pktmbuf_free(m);
	return false;
}

static unsigned
make_frames(struct hg_queue *q, struct hg_frame *frames, unsigned n)
{
	const hg_time time = now(q);
	unsigned used = 0;

	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = q->mbufs[i];

		if (!hg_queue_join(q, m))
			continue;
		q->mbufs[used] = m;
		frames[used++] = (struct hg_frame){
			.data = rte_pktmbuf_mtod(m, const uint8_t *),
			.len = m->data_len,
			.wire_len = m->data_len,
			.time = time,
			.number = ++q->number,
			.link = 1, /* Ethernet */
			.device = q->all->by_port[m->port],
		};
	}
	return used;
}

static void
let_go(struct hg_queue *q)
{
	if (q->held > 0)
		rte_pktmbuf_free_bulk(q->mbufs, q->held);
	q->held = 0;
}

unsigned
hg_queue_sources(const struct hg_queue *q)
{
	return q->all->n + (q->from == NULL ? 0 : q->all->workers);
}

/* Sources are asked in turn. */
static void
note_full(struct hg_queue *q, bool full)
{
	if (full)
		q->full = hg_queue_sources(q);
	else if (q->full > 0)
		q->full--;
}

/* Our queue of a device, or what another worker has received for us. */
unsigned
hg_queue_take(struct hg_queue *q, unsigned source, struct rte_mbuf **mbufs, unsigned max)
{
	const bool device = source < q->all->n;
	struct rte_ring *ring = device ? NULL : q->from[source - q->all->n];
	unsigned n = 0;

	if (device)
		n = hg_packet_ring_take(q, source, mbufs, max);
	else if (ring != NULL)
		n = rte_ring_sc_dequeue_burst(ring, (void **)mbufs, max, NULL);
	note_full(q, n == max);
	return device && q->all->device[source].steered ? hg_steer_out(q, source, mbufs, n) : n;
}

static int
queue_receive(struct hg_port *p, struct hg_frame *frames, unsigned max, struct hg_error *err)
{
	struct hg_queue *q = (struct hg_queue *)p;
	const unsigned sources = hg_queue_sources(q);

	(void)err;
	let_go(q);
	hg_queue_enter(q);
	for (unsigned i = 0; i < sources && q->held == 0; i++) {
		const unsigned n = hg_queue_take(q, q->next, q->mbufs, HG_MIN(max, (unsigned)HG_PORT_BURST));

		q->next = (q->next + 1) % sources;
		if (n > 0)
			q->held = make_frames(q, frames, n);
	}
	q->crowded = q->full > 0;
	hg_queue_leave(q);
	return (int)q->held;
}

void
hg_queue_send(struct hg_queue *q, unsigned device, struct rte_mbuf **mbufs, unsigned n)
{
	unsigned sent = 0;

	for (unsigned tries = 0; sent < n && tries < SEND_TRIES; tries++)
		sent += rte_eth_tx_burst(
			q->all->device[device].port, q->worker, mbufs + sent, (uint16_t)(n - sent));
	if (sent < n) {
		hg_count(&q->unsent[device], n - sent);
		rte_pktmbuf_free_bulk(mbufs + sent, n - sent);
	}
}

static bool
passes(const struct hg_device *from, const struct hg_frame *f)
{
	return from->peer >= 0 && !(f->drop && from->config.mode == HG_DEVICE_INLINE);
}

/* Frames of one device stand together; each such run leaves by one call. */
static void
queue_release(struct hg_port *p, const struct hg_frame *frames, unsigned n)
{
	struct hg_queue *q = (struct hg_queue *)p;
	struct rte_mbuf *out[HG_PORT_BURST], *gone[HG_PORT_BURST];
	unsigned n_out = 0, n_gone = 0;

	hg_queue_enter(q);
	for (unsigned i = 0; i < n; i++) {
		const struct hg_device *from = &q->all->device[frames[i].device];

		if (passes(from, &frames[i]))
			out[n_out++] = q->mbufs[i];
		else
			gone[n_gone++] = q->mbufs[i];
		if (n_out > 0 && (i + 1 == n || frames[i + 1].device != frames[i].device)) {
			hg_queue_send(q, (unsigned)from->peer, out, n_out);
			n_out = 0;
		}
	}
	hg_queue_leave(q);
	if (n_gone > 0)
		rte_pktmbuf_free_bulk(gone, n_gone);
	q->held = 0;
}

static bool
queue_send(struct hg_port *p, const struct hg_frame *cause, bool back, struct hg_span bytes)
{
	struct hg_queue *q = (struct hg_queue *)p;
	const struct hg_device *from = &q->all->device[cause->device];
	const int device = back ? cause->device : from->peer;
	struct rte_mbuf *m;
	char *room;

	if (device < 0 || bytes.len > UINT16_MAX)
		return false;
	m = rte_pktmbuf_alloc(from->pool);
	if (m == NULL)
		return false;
	room = rte_pktmbuf_append(m, (uint16_t)bytes.len);
	if (room == NULL) {
		rte_pktmbuf_free(m);
		return false;
	}
	memcpy(room, bytes.p, bytes.len);
	hg_queue_enter(q);
	hg_queue_send(q, (unsigned)device, &m, 1);
	hg_queue_leave(q);
	return true;
}

static int
queue_wait(struct hg_port *p, int also, uint64_t ns)
{
	const struct hg_queue *q = (const struct hg_queue *)p;

	if (!q->all->telling || q->bell == NULL)
		return -ENOTSUP;
	return hg_steer_waiting(q) ? 0 : hg_sockets_wait(q, also, ns);
}

static bool
queue_crowded(const struct hg_port *p)
{
	return ((const struct hg_queue *)p)->crowded;
}

/* Queues are the devices'. */
static void
queue_close(struct hg_port *p)
{
	let_go((struct hg_queue *)p);
}

const struct hg_port_ops hg_queue_ops = {
	.receive = queue_receive,
	.release = queue_release,
	.send = queue_send,
	.wait = queue_wait,
	.crowded = queue_crowded,
	.close = queue_close,
};
