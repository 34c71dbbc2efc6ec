/* Links of devices. A driver over a kernel interface (net_af_packet and its like) says nothing useful of it: there the
 * kernel is asked and told, by ioctl on a socket of its own (netdevice(7)). */
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port/dpdk/devices_int.h"

/* The flags of an interface, changed when set is not 0 or clear is not; -1: there is no such interface. */
static int
kernel_flags(const char *name, short set, short clear)
{
	struct ifreq r = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), flags = -1;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &r) == 0) {
		flags = (unsigned short)r.ifr_flags;
		r.ifr_flags = (short)((flags | set) & ~clear);
		if (set != 0 || clear != 0)
			ioctl(fd, SIOCSIFFLAGS, &r);
	}
	if (fd >= 0)
		close(fd);
	return flags;
}

bool
hg_link_is_up(const struct hg_device *dev)
{
	struct rte_eth_link link = { 0 };

	if (dev->kernel[0] != '\0') {
		const int flags = kernel_flags(dev->kernel, 0, 0);

		return flags >= 0 && (flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
	}
	/* Drivers without links (net_null, net_ring, net_pcap) have none to lose. */
	if (rte_eth_link_get_nowait(dev->port, &link) < 0)
		return true;
	return link.link_status == RTE_ETH_LINK_UP;
}

void
hg_link_hold(struct hg_device *dev, bool down)
{
	if (dev->kernel[0] != '\0')
		kernel_flags(dev->kernel, down ? 0 : IFF_UP, down ? IFF_UP : 0);
	else if (down)
		rte_eth_dev_set_link_down(dev->port);
	else
		rte_eth_dev_set_link_up(dev->port);
	dev->link_held = down;
}
