/* kernel: what the kernel says of an interface, and is told, by ioctl on a socket of its own (netdevice(7)). No state. */
#ifndef HG_PORT_DPDK_KERNEL_H
#define HG_PORT_DPDK_KERNEL_H

#include <net/if.h>

/* r is filled but for the name; 0 or more as the kernel answers, -errno. */
int hg_kernel_ask(const char *interface, unsigned long what, struct ifreq *r);

int hg_kernel_mtu(const char *interface); /* 0: it does not say */

#endif
