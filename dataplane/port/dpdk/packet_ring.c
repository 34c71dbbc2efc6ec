/* Tags of frames that come by net_af_packet. The kernel takes the first one off, and tells its type in the head that a frame has in the
 * ring; the driver puts one of 802.1Q back, whatever it was. Here it gets its type back.
 *
 * The rings are the driver's own, found among the process's maps. It reads them from the first frame on, each in its turn. Heads are
 * read before it: what it has read is the kernel's again. Only a frame that has come in between is looked at after, when the ring had room.
 */
#include <linux/if_packet.h>
#include <stdio.h>
#include <sys/stat.h>

#include <rte_ether.h>

#include "port/dpdk/devices_int.h"

/* Where the memory of a packet socket is: rings for receiving, then, as many bytes, for sending. */
static const uint8_t *
map_of(int fd, size_t *size)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long begin, end, inode;
	char line[512];
	struct stat st;
	const uint8_t *found = NULL;

	while (maps != NULL && found == NULL && fstat(fd, &st) == 0 &&
		fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %*s %*s %*s %lu socket:", &begin, &end, &inode) != 3 ||
			strstr(line, "socket:[") == NULL || inode != st.st_ino)
			continue;
		found = (const uint8_t *)begin;
		*size = end - begin;
	}
	if (maps != NULL)
		fclose(maps);
	return found;
}

void
hg_packet_rings_find(struct hg_devices *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		const struct hg_device *dev = &d->device[i];

		/* Sockets are one a queue, in their order. */
		for (unsigned w = 0; dev->ring_frame != 0 && dev->n_sockets == d->workers && w < d->workers;
			w++) {
			struct hg_packet_ring *r = &d->queue[w].ring[i];
			size_t size = 0;

			r->frames = map_of(dev->sockets[w], &size);
			/* One that a burst can go round more than once is none of ours. */
			r->n = (unsigned)(size / 2 / dev->ring_frame);
			if (r->n < HG_PORT_BURST)
				r->n = 0;
		}
	}
}

static const struct tpacket2_hdr *
head(const struct hg_packet_ring *r, const struct hg_device *dev, unsigned i)
{
	const unsigned at = r->next + i;

	return (const void *)(r->frames + (size_t)(at < r->n ? at : at - r->n) * dev->ring_frame);
}

/* 0: not told. */
static uint16_t
type_of(const struct tpacket2_hdr *h)
{
	return h->tp_status & TP_STATUS_VLAN_TPID_VALID ? h->tp_vlan_tpid : 0;
}

static void
put_type(struct rte_mbuf *m, uint16_t type)
{
	struct rte_ether_hdr *h = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);

	if (type != 0 && h->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_VLAN))
		h->ether_type = rte_cpu_to_be_16(type);
}

unsigned
hg_packet_ring_take(struct hg_queue *q, unsigned device, struct rte_mbuf **mbufs, unsigned max)
{
	const struct hg_device *dev = &q->all->device[device];
	struct hg_packet_ring *r = &q->ring[device];
	uint16_t types[HG_PORT_BURST];
	unsigned looked = 0, n;

	if (r->n == 0)
		return rte_eth_rx_burst(dev->port, q->worker, mbufs, (uint16_t)max);
	for (; looked < max; looked++) {
		const struct tpacket2_hdr *h = head(r, dev, looked);

		if (!(__atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			break;
		types[looked] = type_of(h);
	}
	n = rte_eth_rx_burst(dev->port, q->worker, mbufs, (uint16_t)max);
	for (unsigned i = 0; i < n; i++)
		if (HG_UNLIKELY(mbufs[i]->ol_flags & RTE_MBUF_F_RX_VLAN))
			put_type(mbufs[i], i < looked ? types[i] : head(r, dev, i)->tp_vlan_tpid);
	r->next = r->next + n < r->n ? r->next + n : r->next + n - r->n;
	return n;
}
