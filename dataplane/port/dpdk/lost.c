/* Frames that the kernel had no room for in the ring of a packet socket. net_af_packet does not count them: its sockets are found
 * among the process's own descriptors, and asked (packet(7), PACKET_STATISTICS, which begins at 0 with each answer). */
#include <dirent.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "port/dpdk/devices_int.h"

static bool
is_socket_of(int fd, unsigned interface)
{
	struct sockaddr_ll at = { 0 };
	socklen_t len = sizeof(at);

	return getsockname(fd, (struct sockaddr *)&at, &len) == 0 && at.sll_family == AF_PACKET &&
		(unsigned)at.sll_ifindex == interface;
}

void
hg_lost_find(struct hg_device *dev)
{
	const unsigned interface = dev->kernel[0] == '\0' ? 0 : if_nametoindex(dev->kernel);
	DIR *all = interface == 0 ? NULL : opendir("/proc/self/fd");
	const struct dirent *e;

	while (all != NULL && (e = readdir(all)) != NULL && dev->n_sockets < HG_SOCKETS_MAX) {
		char *end;
		const long fd = strtol(e->d_name, &end, 10);

		if (*end == '\0' && is_socket_of((int)fd, interface))
			dev->sockets[dev->n_sockets++] = (int)fd;
	}
	if (all != NULL)
		closedir(all);
}

uint64_t
hg_lost(struct hg_device *dev)
{
	for (unsigned i = 0; i < dev->n_sockets; i++) {
		struct tpacket_stats s = { 0 };
		socklen_t len = sizeof(s);

		if (getsockopt(dev->sockets[i], SOL_PACKET, PACKET_STATISTICS, &s, &len) == 0)
			dev->lost += s.tp_drops;
	}
	return dev->lost;
}
