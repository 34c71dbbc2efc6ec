/* What the files of port/dpdk share. */
#ifndef HG_PORT_DPDK_DEVICES_INT_H
#define HG_PORT_DPDK_DEVICES_INT_H

#include <stdatomic.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "base/lane.h"
#include "port/dpdk/devices.h"
#include "port/dpdk/offload.h"
#include "port/port_int.h"

#define HG_PORT_BURST 64  /* frames of one receive */
#define HG_SOCKETS_MAX 64 /* packet sockets of a device: one a queue */

struct hg_device {
	struct hg_device_config config;
	char driver[HG_DEVICE_NAME];         /* what DPDK knows the device by */
	char args[2 * HG_DEVICE_NAME + 256]; /* of --vdev; "" for PCI */
	char kernel[16];                     /* the kernel's interface below; "" when there is none */
	uint32_t ring_frame;                 /* bytes, of its packet rings (net_af_packet); 0: it has none */
	uint16_t port;                       /* DPDK's number */
	int peer;                            /* index; -1: listens */
	bool opened, started, link_held;     /* link_held: we have taken it down */
	bool steered; /* it deals frames out to its queues otherwise than by address pair: workers hand them on */
	struct hg_offloads switched_off; /* of the kernel's interface, by us */
	_Atomic uint32_t fits;           /* a frame as long is whole, and goes on; the main thread's */
	struct rte_mempool *pool;
	int sockets[HG_SOCKETS_MAX]; /* packet sockets of the kernel's interface, the driver's own */
	unsigned n_sockets;
	uint64_t lost; /* frames, as these have told so far */
};

/* Frames that net_af_packet receives into, of one queue. */
struct hg_packet_ring {
	const uint8_t *frames;
	unsigned n, next; /* n 0: there is none; next: that the driver reads */
};

/* A worker's port. */
struct hg_queue {
	struct hg_port port;
	struct hg_devices *all;
	uint16_t worker;
	unsigned next; /* source to ask first */
	unsigned full; /* so many are to be asked before all were asked since one was full; 0: none was */
	bool crowded;  /* … as the worker's last receive found it; nobody else's */
	unsigned held;
	hg_time last;
	uint64_t number;
	_Atomic unsigned owner; /* who is at the queues: HG_OWNER_ */
	struct hg_bell *bell;   /* the worker's, to be rung when frames are handed on to it; NULL: it polls */
	struct rte_mbuf *mbufs[HG_PORT_BURST];
	struct hg_packet_ring ring[HG_DEVICES_MAX];
	struct rte_ring **from; /* one a worker: frames of ours that it has received; NULL for ourselves */
	/* Counted by us, read by anyone. */
	_Atomic uint64_t unsent[HG_DEVICES_MAX], unusable[HG_DEVICES_MAX], unsteered[HG_DEVICES_MAX],
		oversized[HG_DEVICES_MAX];
	_Atomic uint32_t longest[HG_DEVICES_MAX]; /* of the oversized */
	_Atomic uint64_t uninspected;
} __attribute__((aligned(64)));

struct hg_devices {
	unsigned n, workers;
	bool rescue;
	bool telling; /* sockets tell when frames come */
	const struct hg_decode_config *decode;
	bool environment; /* was started */
	struct hg_device device[HG_DEVICES_MAX];
	uint8_t by_port[RTE_MAX_ETHPORTS]; /* our index of DPDK's number */
	struct hg_queue *queue;            /* one a worker */
};

/* eal.c: what --vdev or -a says of each device; then DPDK's environment with them. */
int hg_eal_name(struct hg_devices *d, const struct hg_devices_config *c, struct hg_error *err);
int hg_eal_start(struct hg_devices *d, const struct hg_devices_config *c, struct hg_error *err);
void hg_eal_stop(void);

/* device.c: one device, ready to be polled. */
int hg_device_open(struct hg_devices *d, unsigned index, struct hg_error *err);
void hg_device_close(struct hg_device *dev);
uint32_t hg_device_room(const struct hg_device *dev); /* bytes of a piece of a frame */

/* quiet.c: offloads of the kernel's interface below, while hangu has it. */
void hg_device_quiet(struct hg_device *dev);
void hg_device_unquiet(struct hg_device *dev);

/* link.c: what the kernel or the device says of its link; holding it down, so that who is connected there sees it. */
bool hg_link_is_up(const struct hg_device *dev);
void hg_link_hold(struct hg_device *dev, bool down);

/* sockets.c: packet sockets of kernel interfaces. Frames that their rings had no room for, by the main thread; whether they
 * can tell of all frames that devices have for a worker, and waiting for one or for `also` (then 1). */
void hg_sockets_find(struct hg_device *dev);
uint64_t hg_sockets_lost(struct hg_device *dev);
bool hg_sockets_tell(const struct hg_devices *d);
int hg_sockets_wait(const struct hg_queue *q, int also, uint64_t ns);

/* ring.c: receives of a device, with tags as they were. */
void hg_packet_rings_find(struct hg_devices *d);
unsigned hg_packet_ring_take(struct hg_queue *q, unsigned device, struct rte_mbuf **mbufs, unsigned max);

/* steer.c: rings between workers, where a device does not deal out frames as it should. */
int hg_steer_open(struct hg_devices *d, struct hg_error *err);
void hg_steer_close(struct hg_devices *d);
/* Hands on what belongs to others; how many stay, in front, in order. */
unsigned hg_steer_out(struct hg_queue *q, unsigned device, struct rte_mbuf **mbufs, unsigned n);
bool hg_steer_waiting(const struct hg_queue *q); /* others have handed on what was not taken yet */

/* What a counter of one writer needs. */
static inline void
hg_count(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(
		counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* queue.c */
extern const struct hg_port_ops hg_queue_ops;

/* Sources of frames: devices, then workers that hand frames on. */
unsigned hg_queue_sources(const struct hg_queue *q);
unsigned hg_queue_take(struct hg_queue *q, unsigned source, struct rte_mbuf **mbufs, unsigned max);
bool hg_queue_join(
	struct hg_queue *q, struct rte_mbuf *m); /* whole, in one piece; false: impossible, it is gone */
void hg_queue_send(struct hg_queue *q, unsigned device, struct rte_mbuf **mbufs, unsigned n);

/* fit.c: false: cut, or too long to be sent on, and to be dropped; counted. */
bool hg_queue_fit(struct hg_queue *q, struct rte_mbuf *m);
void hg_queue_note_length(struct hg_queue *q, uint8_t device, uint32_t length);

/* rescue.c */
enum {
	HG_OWNER_NONE,
	HG_OWNER_WORKER,
	HG_OWNER_RESCUER,
	HG_OWNER_WANTED /* the rescuer's, but the worker is back */
};

void hg_queue_wait(struct hg_queue *q);

/* The worker is at its port. */
static inline void
hg_queue_enter(struct hg_queue *q)
{
	unsigned owner = HG_OWNER_NONE;

	if (q->all->rescue &&
		!atomic_compare_exchange_strong_explicit(
			&q->owner, &owner, HG_OWNER_WORKER, memory_order_acquire, memory_order_relaxed))
		hg_queue_wait(q);
}

static inline void
hg_queue_leave(struct hg_queue *q)
{
	if (q->all->rescue)
		atomic_store_explicit(&q->owner, HG_OWNER_NONE, memory_order_release);
}

/* The power of two, 2048 at least, that holds the largest frame of an MTU with tags. */
unsigned hg_frame_room(unsigned mtu);

#endif
