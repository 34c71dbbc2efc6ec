/* Frames that do not fit: cut by the ring of net_af_packet, or longer than what the interface on the other side sends on.
 *
 * The driver says of a frame only how much of it there was room for. A ring's frame has 80 bytes more than a frame of the
 * configured MTU with its Ethernet header needs, or hundreds, so one that takes all the room was cut, or is too long anyway. What an
 * interface sends by a packet socket is its MTU and the Ethernet header, with an 802.1Q tag 4 bytes more; the kernel drops what is
 * longer and tells nobody, so that it is not handed over.
 */
#include <linux/if_packet.h>

#include <rte_ether.h>

#include "port/dpdk/devices_int.h"
#include "port/dpdk/kernel.h"

#define NO_LIMIT (UINT32_MAX / 2)

/* What the kernel puts before a frame, with its Ethernet header (tpacket_v2, packet(7)). */
#define RING_HEAD (TPACKET_ALIGN(TPACKET2_HDRLEN + 16) - RTE_ETHER_HDR_LEN)

/* Too little to be cut: what a ring's frame holds but for its last byte. Other drivers cut nothing: what does not fit comes
 * in pieces (hg_queue_join). */
static uint32_t
whole(const struct hg_device *dev)
{
	return dev->ring_frame <= RING_HEAD ? NO_LIMIT : dev->ring_frame - (uint32_t)RING_HEAD - 1;
}

/* Without a tag. */
static uint32_t
sends(const struct hg_device *dev)
{
	const int mtu = dev->ring_frame == 0 ? 0 : hg_kernel_mtu(dev->kernel);

	return mtu == 0 ? NO_LIMIT : (uint32_t)mtu + RTE_ETHER_HDR_LEN;
}

void
hg_devices_renew_limits(struct hg_devices *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct hg_device *dev = &d->device[i];
		const uint32_t most = dev->peer < 0 ? NO_LIMIT : sends(&d->device[dev->peer]);

		atomic_store_explicit(&dev->fits, HG_MIN(whole(dev), most), memory_order_relaxed);
	}
}

/* Of a frame that is longer than dev->fits. */
static bool
is_tagged_and_fits(const struct hg_device *dev, const struct rte_mbuf *m, uint32_t fits)
{
	const struct rte_ether_hdr *h = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);

	return m->pkt_len <= whole(dev) && m->pkt_len <= fits + RTE_VLAN_HLEN &&
		h->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_VLAN);
}

void
hg_queue_note_length(struct hg_queue *q, uint8_t device, uint32_t length)
{
	if (length > atomic_load_explicit(&q->longest[device], memory_order_relaxed))
		atomic_store_explicit(&q->longest[device], length, memory_order_relaxed);
}

bool
hg_queue_fit(struct hg_queue *q, struct rte_mbuf *m)
{
	const uint8_t device = q->all->by_port[m->port];
	const struct hg_device *dev = &q->all->device[device];
	const uint32_t fits = atomic_load_explicit(&dev->fits, memory_order_relaxed);

	if (m->pkt_len <= fits || is_tagged_and_fits(dev, m, fits))
		return true;
	hg_count(&q->oversized[device], 1);
	hg_queue_note_length(q, device, m->pkt_len);
	/* Who only listens sees of it what there is. */
	return dev->peer < 0;
}
