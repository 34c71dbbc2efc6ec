/* devices: network devices through DPDK, listening alone or in pairs between which frames pass.
 *
 * Opened once, from the main thread, before the workers: DPDK's environment can be started a single time a process. Each
 * worker has one port (port.h) that polls its queue of every device. Names no DPDK type. What goes wrong at start is one
 * sentence with the way out.
 */
#ifndef HG_PORT_DPDK_DEVICES_H
#define HG_PORT_DPDK_DEVICES_H

#include "packet/packet.h"
#include "port/port.h"

#define HG_DEVICES_MAX 16
#define HG_DEVICE_NAME 256
#define HG_EAL_PARAMS_MAX 64

enum hg_device_mode {
	HG_DEVICE_LISTEN, /* copy-mode none: frames end here */
	HG_DEVICE_TAP,    /* all frames pass */
	HG_DEVICE_INLINE, /* copy-mode ips: those that are not dropped pass */
};

struct hg_device_config {
	/* A PCI address (0000:3b:00.0), a network interface of the kernel (eth0), or a virtual driver of DPDK with its arguments
	 * (net_af_xdp0,iface=eth0; net_null0; net_pcap0,rx_pcap=…). */
	char interface[HG_DEVICE_NAME];
	char copy_iface[HG_DEVICE_NAME]; /* the other one of the pair, spelled as there; "" when listening */
	enum hg_device_mode mode;
	uint16_t mtu; /* bytes behind the Ethernet header */
	uint16_t rx_descriptors, tx_descriptors;
	uint32_t mempool, mempool_cache; /* frames in flight; of them in a worker's cache */
	bool promisc, multicast;
	bool keep_offloads; /* of the kernel's interface; else those that change frames are off until the end */
};

struct hg_devices_config {
	struct hg_device_config device[HG_DEVICES_MAX];
	unsigned n, workers;
	bool rescue;                                 /* hg_devices_rescue is used */
	const struct hg_decode_config *decode;       /* for steering; lives as long as the devices */
	char eal[HG_EAL_PARAMS_MAX][HG_DEVICE_NAME]; /* dpdk.eal-params, as on a command line */
	unsigned n_eal;
};

struct hg_device_stats {
	uint64_t received, received_bytes, sent, sent_bytes;
	uint64_t missed;    /* by the device, for want of room */
	uint64_t errors;    /* as the device counts them */
	uint64_t unsent;    /* the other side had no room */
	uint64_t unsteered; /* the worker whose they are had no room: gone */
	uint64_t unusable;  /* in more pieces than could be joined: gone */
	uint64_t oversized; /* cut, or more than the other side sends: gone, but when listening */
	uint32_t limit,
		longest; /* bytes of a frame that is not oversized; of the longest that was, or unusable */
	bool link_up;
};

struct hg_devices;
struct hg_bell;

/* Megabytes of frames in flight, of all devices, with rings and what DPDK itself takes. */
unsigned hg_devices_megabytes(const struct hg_devices_config *c);

int hg_devices_open(struct hg_devices **ret, const struct hg_devices_config *c, struct hg_error *err);
/* Workers must have stopped. Devices are stopped and DPDK's environment is cleaned up; d may be NULL. */
void hg_devices_close(struct hg_devices *d);

/* Lives as long as the devices; hg_port_close on it does nothing. */
struct hg_port *hg_devices_port(struct hg_devices *d, unsigned worker);

/* What wakes that worker: rung when another one hands frames on to it. Before it starts; the bell outlives the devices' use. */
void hg_devices_bell(struct hg_devices *d, unsigned worker, struct hg_bell *bell);

/* The calling thread is a worker's from now on, until it has left: for DPDK's caches by thread, of which it leaves none full. */
int hg_devices_enter(struct hg_error *err);
void hg_devices_leave(struct hg_devices *d);

/* For a thread beside the workers, which has entered: one round for a worker that stands still. Its port is taken, unless it stands
 * still in the midst of it, and its frames go on as they are, until it wants its port back; `passed` of them in this round. */
enum hg_rescue { HG_RESCUE_REFUSED, HG_RESCUE_GOES_ON, HG_RESCUE_OVER };

enum hg_rescue hg_devices_rescue(struct hg_devices *d, unsigned worker, unsigned *passed);
uint64_t hg_devices_uninspected(const struct hg_devices *d, unsigned worker); /* frames passed so */

/* Is the kernel asked about the links of any? */
bool hg_devices_of_kernel(const struct hg_devices *d);

unsigned hg_devices_count(const struct hg_devices *d);
const char *hg_device_name(const struct hg_devices *d, unsigned device); /* as events name it */
void hg_device_stats(struct hg_devices *d, unsigned device, struct hg_device_stats *out); /* main thread */

/* Frames have to fit the MTUs that interfaces have now. Main thread, now and then. */
void hg_devices_renew_limits(struct hg_devices *d);

/* Takes the link of one side down where the other's is, and up again with it. Main thread, some times a second. */
void hg_devices_mirror_links(struct hg_devices *d);

#endif
