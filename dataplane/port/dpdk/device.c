#include <errno.h>

#include <rte_errno.h>

#include "base/log.h"
#include "port/dpdk/devices_int.h"

/* Symmetric for both directions of a flow: every 16 bits alike (Woo and Park, 2012). Longer than any device wants. */
static const uint8_t symmetric_key[64] = { 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d,
	0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a,
	0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d,
	0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a };

static int
check_limits(const struct hg_devices *d, const struct hg_device *dev, const struct rte_eth_dev_info *info,
	struct hg_error *err)
{
	if (info->max_rx_queues < d->workers || info->max_tx_queues < d->workers)
		return hg_error_set(err, -ENOTSUP,
			"%s has %u queues, so at most as many workers, not %u; set dpdk.interfaces "
			"threads lower",
			dev->config.interface, HG_MIN(info->max_rx_queues, info->max_tx_queues), d->workers);
	if (info->max_mtu != 0 && info->max_mtu != UINT16_MAX && dev->config.mtu > info->max_mtu)
		return hg_error_set(err, -EINVAL, "%s carries an MTU of at most %u, not %u",
			dev->config.interface, info->max_mtu, dev->config.mtu);
	return 0;
}

/* net_af_packet copies whatever a frame of its ring can hold. */
uint32_t
hg_device_room(const struct hg_device *dev)
{
	return HG_MAX(HG_MAX(dev->config.mtu + 160u, 2048u), dev->ring_frame);
}

static int
make_pool(struct hg_device *dev, struct hg_error *err)
{
	const uint32_t room = hg_device_room(dev) + RTE_PKTMBUF_HEADROOM;
	char name[32];

	snprintf(name, sizeof(name), "frames%u", dev->port);
	dev->pool = rte_pktmbuf_pool_create(name, dev->config.mempool, dev->config.mempool_cache, 0,
		(uint16_t)room, rte_eth_dev_socket_id(dev->port));
	if (dev->pool == NULL)
		return hg_error_set(err, -ENOMEM,
			"no memory for %u frames of %s: %s; lower mempool-size or give more huge pages",
			dev->config.mempool, dev->config.interface, rte_strerror(rte_errno));
	return 0;
}

/* net_af_packet claims to take the frames of an MTU of 1500 alone, which it never looks at: its rings say what fits. */
static uint32_t
mtu_to_ask_for(const struct hg_device *dev)
{
	return dev->ring_frame != 0 ? HG_MIN(dev->config.mtu, 1500u) : dev->config.mtu;
}

static int
configure(struct hg_devices *d, struct hg_device *dev, struct hg_error *err)
{
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf = { 0 };
	int r = rte_eth_dev_info_get(dev->port, &info);

	if (r < 0)
		return hg_error_set(
			err, r, "%s does not tell what it can: %s", dev->config.interface, rte_strerror(-r));
	r = check_limits(d, dev, &info, err);
	if (r < 0)
		return r;
	conf.rxmode.mtu = mtu_to_ask_for(dev);
	dev->steered = d->workers > 1 && (info.flow_type_rss_offloads & RTE_ETH_RSS_IP) == 0;
	if (d->workers > 1 && !dev->steered) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP & info.flow_type_rss_offloads;
		conf.rx_adv_conf.rss_conf.rss_key = (uint8_t *)(uintptr_t)symmetric_key;
		conf.rx_adv_conf.rss_conf.rss_key_len = info.hash_key_size;
	}
	r = rte_eth_dev_configure(dev->port, (uint16_t)d->workers, (uint16_t)d->workers, &conf);
	if (r < 0)
		return hg_error_set(err, r, "%s takes no configuration with %u queues and an MTU of %u: %s",
			dev->config.interface, d->workers, dev->config.mtu, rte_strerror(-r));
	return rte_eth_dev_adjust_nb_rx_tx_desc(
		dev->port, &dev->config.rx_descriptors, &dev->config.tx_descriptors);
}

static int
set_up_queues(struct hg_devices *d, struct hg_device *dev, struct hg_error *err)
{
	const int socket = rte_eth_dev_socket_id(dev->port);
	int r = 0;

	for (unsigned i = 0; i < d->workers && r == 0; i++) {
		r = rte_eth_rx_queue_setup(dev->port, (uint16_t)i, dev->config.rx_descriptors,
			(unsigned)socket, NULL, dev->pool);
		if (r == 0)
			r = rte_eth_tx_queue_setup(
				dev->port, (uint16_t)i, dev->config.tx_descriptors, (unsigned)socket, NULL);
	}
	return r == 0
		? 0
		: hg_error_set(err, r, "%s gives no queues: %s", dev->config.interface, rte_strerror(-r));
}

/* Drivers that have no such switch see all frames anyway, or say so by their type. */
static void
set_reception(struct hg_device *dev)
{
	int r = dev->config.promisc ? rte_eth_promiscuous_enable(dev->port)
				    : rte_eth_promiscuous_disable(dev->port);

	if (r < 0 && r != -ENOTSUP && dev->config.promisc)
		hg_log(HG_LOG_WARNING, "%s does not take frames for other stations: %s",
			dev->config.interface, rte_strerror(-r));
	if (dev->config.multicast)
		rte_eth_allmulticast_enable(dev->port);
}

int
hg_device_open(struct hg_devices *d, unsigned index, struct hg_error *err)
{
	struct hg_device *dev = &d->device[index];
	int r = rte_eth_dev_get_port_by_name(dev->driver, &dev->port);

	if (r < 0)
		return hg_error_set(err, -ENODEV,
			"DPDK has no device '%s'; is it bound to a driver for user space (dpdk-devbind.py "
			"-s), and is the driver's "
			"package installed?",
			dev->config.interface);
	dev->opened = true;
	d->by_port[dev->port] = (uint8_t)index;
	r = configure(d, dev, err);
	if (r == 0)
		r = make_pool(dev, err);
	if (r == 0)
		r = set_up_queues(d, dev, err);
	if (r < 0)
		return r;
	r = rte_eth_dev_start(dev->port);
	if (r < 0)
		return hg_error_set(err, r, "%s does not start: %s", dev->config.interface, rte_strerror(-r));
	dev->started = true;
	hg_sockets_find(dev);
	set_reception(dev);
	return 0;
}

void
hg_device_close(struct hg_device *dev)
{
	if (dev->link_held)
		hg_link_hold(dev, false);
	if (dev->started)
		rte_eth_dev_stop(dev->port);
	if (dev->opened)
		rte_eth_dev_close(dev->port);
	rte_mempool_free(dev->pool);
	hg_device_unquiet(dev);
}
