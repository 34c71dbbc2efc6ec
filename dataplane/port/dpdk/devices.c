#include "port/dpdk/devices.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>
#include <rte_lcore.h>

#include "base/log.h"
#include "base/start.h"
#include "port/dpdk/devices_int.h"

/* Two devices form a pair when each names the other. */
static int
pair(struct hg_devices *d, unsigned index, struct hg_error *err)
{
	struct hg_device *dev = &d->device[index];

	dev->peer = -1;
	if (dev->config.mode == HG_DEVICE_LISTEN)
		return 0;
	for (unsigned i = 0; i < d->n; i++)
		if (i != index && strcmp(d->device[i].config.interface, dev->config.copy_iface) == 0)
			dev->peer = (int)i;
	if (dev->peer < 0)
		return hg_error_set(err, -EINVAL,
			"the copy-iface '%s' of %s is not among the interfaces; list it, with its own "
			"copy-iface '%s'",
			dev->config.copy_iface, dev->config.interface, dev->config.interface);
	if (strcmp(d->device[dev->peer].config.copy_iface, dev->config.interface) != 0 ||
		d->device[dev->peer].config.mode != dev->config.mode)
		return hg_error_set(err, -EINVAL,
			"%s and %s must name each other as copy-iface, with the same copy-mode",
			dev->config.interface, dev->config.copy_iface);
	return 0;
}

static int
open_all(struct hg_devices *d, const struct hg_devices_config *c, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; i < d->n && r == 0; i++)
		r = pair(d, i, err);
	if (r == 0)
		r = hg_eal_name(d, c, err);
	/* Its driver receives from the moment it is there. */
	for (unsigned i = 0; i < d->n && r == 0; i++)
		hg_device_quiet(&d->device[i]);
	if (r == 0)
		r = hg_eal_start(d, c, err);
	for (unsigned i = 0; i < d->n && r == 0; i++)
		r = hg_device_open(d, i, err);
	d->telling = hg_sockets_tell(d);
	hg_devices_renew_limits(d);
	hg_packet_rings_find(d);
	return r < 0 ? r : hg_steer_open(d, err);
}

int
hg_devices_open(struct hg_devices **ret, const struct hg_devices_config *c, struct hg_error *err)
{
	struct hg_devices *d = hg_start_take(sizeof(*d));
	int r;

	if (d == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for devices");
	d->n = c->n;
	d->workers = c->workers;
	d->rescue = c->rescue;
	d->decode = c->decode;
	for (unsigned i = 0; i < c->n; i++)
		d->device[i].config = c->device[i];
	d->queue = aligned_alloc(64, c->workers * sizeof(*d->queue));
	if (d->queue == NULL) {
		hg_start_give(d);
		return hg_error_set(err, -ENOMEM, "no memory for queues");
	}
	for (unsigned i = 0; i < c->workers; i++)
		d->queue[i] = (struct hg_queue){ .port.ops = &hg_queue_ops, .all = d, .worker = (uint16_t)i };
	r = open_all(d, c, err);
	if (r < 0)
		hg_devices_close(d);
	else
		*ret = d;
	return r;
}

void
hg_devices_close(struct hg_devices *d)
{
	if (d == NULL)
		return;
	for (unsigned i = 0; i < d->workers; i++)
		hg_port_close(&d->queue[i].port);
	hg_steer_close(d);
	for (unsigned i = 0; i < d->n; i++)
		hg_device_close(&d->device[i]);
	if (d->environment)
		hg_eal_stop();
	free(d->queue);
	hg_start_give(d);
}

struct hg_port *
hg_devices_port(struct hg_devices *d, unsigned worker)
{
	return &d->queue[worker].port;
}

void
hg_devices_bell(struct hg_devices *d, unsigned worker, struct hg_bell *bell)
{
	d->queue[worker].bell = bell;
}

int
hg_devices_enter(struct hg_error *err)
{
	if (rte_thread_register() < 0)
		return hg_error_set(
			err, -rte_errno, "DPDK does not take one more thread: %s", rte_strerror(rte_errno));
	return 0;
}

void
hg_devices_leave(struct hg_devices *d)
{
	const unsigned self = rte_lcore_id();

	for (unsigned i = 0; i < d->n && self != LCORE_ID_ANY; i++) {
		struct rte_mempool_cache *cache = rte_mempool_default_cache(d->device[i].pool, self);

		if (cache != NULL)
			rte_mempool_cache_flush(cache, d->device[i].pool);
	}
	rte_thread_unregister();
}

/* Frames of a pair whose one side has lost its link have nowhere to go: the other side must see that. */
void
hg_devices_mirror_links(struct hg_devices *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct hg_device *dev = &d->device[i];
		struct hg_device *peer = dev->peer < 0 ? NULL : &d->device[dev->peer];
		bool up;

		/* What we hold down ourselves says nothing. */
		if (peer == NULL || dev->link_held)
			continue;
		up = hg_link_is_up(dev);
		if (up != peer->link_held)
			continue;
		hg_link_hold(peer, !up);
		hg_log(HG_LOG_NOTICE, "%s is %s, so %s is taken %s", dev->config.interface,
			up ? "up" : "down", peer->config.interface, up ? "up" : "down");
	}
}

bool
hg_devices_of_kernel(const struct hg_devices *d)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->device[i].kernel[0] != '\0')
			return true;
	return false;
}

unsigned
hg_frame_room(unsigned mtu)
{
	unsigned p = 2048;

	while (p < mtu + 160)
		p *= 2;
	return p;
}

unsigned
hg_devices_megabytes(const struct hg_devices_config *c)
{
	uint64_t bytes = (uint64_t)64 << 20;

	for (unsigned i = 0; i < c->n; i++)
		bytes += (uint64_t)c->device[i].mempool *
			(hg_frame_room(c->device[i].mtu) + RTE_PKTMBUF_HEADROOM + 256u);
	return (unsigned)(bytes >> 20);
}

unsigned
hg_devices_count(const struct hg_devices *d)
{
	return d->n;
}

const char *
hg_device_name(const struct hg_devices *d, unsigned device)
{
	const struct hg_device *dev = &d->device[device];

	return dev->kernel[0] != '\0' ? dev->kernel : dev->driver;
}

void
hg_device_stats(struct hg_devices *d, unsigned device, struct hg_device_stats *out)
{
	struct hg_device *dev = &d->device[device];
	struct rte_eth_stats s = { 0 };
	struct rte_eth_link link = { 0 };

	rte_eth_stats_get(dev->port, &s);
	rte_eth_link_get_nowait(dev->port, &link);
	*out = (struct hg_device_stats){
		.received = s.ipackets,
		.received_bytes = s.ibytes,
		.sent = s.opackets,
		.sent_bytes = s.obytes,
		.missed = s.imissed + s.rx_nombuf + hg_sockets_lost(dev),
		.errors = s.ierrors + s.oerrors,
		.limit = HG_MIN(atomic_load_explicit(&dev->fits, memory_order_relaxed), hg_device_room(dev)),
		.link_up = link.link_status == RTE_ETH_LINK_UP,
	};
	for (unsigned i = 0; i < d->workers; i++) {
		out->unsent += atomic_load_explicit(&d->queue[i].unsent[device], memory_order_relaxed);
		out->unusable += atomic_load_explicit(&d->queue[i].unusable[device], memory_order_relaxed);
		out->oversized += atomic_load_explicit(&d->queue[i].oversized[device], memory_order_relaxed);
		out->longest = HG_MAX(out->longest,
			atomic_load_explicit(&d->queue[i].longest[device], memory_order_relaxed));
		out->unsteered += atomic_load_explicit(&d->queue[i].unsteered[device], memory_order_relaxed);
	}
}
