/* Links of devices. A driver over a kernel interface (net_af_packet and its like) says nothing useful of it: there the
 * kernel is asked and told. */
#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "port/dpdk/devices_int.h"
#include "port/dpdk/kernel.h"

/* The carrier itself: IFF_RUNNING follows it only after up to a second. */
static bool
kernel_link_is_up(const char *name)
{
	struct ethtool_value v = { .cmd = ETHTOOL_GLINK };
	struct ifreq r = { .ifr_data = (char *)&v };

	return hg_kernel_ask(name, SIOCETHTOOL, &r) >= 0 && v.data != 0;
}

static void
kernel_set_up(const char *name, bool up)
{
	struct ifreq r = { 0 };

	if (hg_kernel_ask(name, SIOCGIFFLAGS, &r) < 0)
		return;
	r.ifr_flags = (short)(up ? r.ifr_flags | IFF_UP : r.ifr_flags & ~IFF_UP);
	hg_kernel_ask(name, SIOCSIFFLAGS, &r);
}

bool
hg_link_is_up(const struct hg_device *dev)
{
	struct rte_eth_link link = { 0 };

	if (dev->kernel[0] != '\0')
		return kernel_link_is_up(dev->kernel);
	/* Drivers without links (net_null, net_ring, net_pcap) have none to lose. */
	if (rte_eth_link_get_nowait(dev->port, &link) < 0)
		return true;
	return link.link_status == RTE_ETH_LINK_UP;
}

void
hg_link_hold(struct hg_device *dev, bool down)
{
	if (dev->kernel[0] != '\0')
		kernel_set_up(dev->kernel, !down);
	else if (down)
		rte_eth_dev_set_link_down(dev->port);
	else
		rte_eth_dev_set_link_up(dev->port);
	dev->link_held = down;
}
