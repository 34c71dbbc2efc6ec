/* The packet sockets of a kernel's interface, which are net_af_packet's own: found among the process's descriptors, asked what they
 * have lost, and waited for. The driver does neither (packet(7)). */
#include <dirent.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "port/dpdk/devices_int.h"

static bool
is_socket_of(int fd, unsigned interface)
{
	struct sockaddr_ll at = { 0 };
	socklen_t len = sizeof(at);

	return getsockname(fd, (struct sockaddr *)&at, &len) == 0 && at.sll_family == AF_PACKET &&
		(unsigned)at.sll_ifindex == interface;
}

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void
hg_sockets_find(struct hg_device *dev)
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
	qsort(dev->sockets, dev->n_sockets, sizeof(dev->sockets[0]), by_number);
}

/* The kernel's figure begins at 0 with each answer. */
uint64_t
hg_sockets_lost(struct hg_device *dev)
{
	for (unsigned i = 0; i < dev->n_sockets; i++) {
		struct tpacket_stats s = { 0 };
		socklen_t len = sizeof(s);

		if (getsockopt(dev->sockets[i], SOL_PACKET, PACKET_STATISTICS, &s, &len) == 0)
			dev->lost += s.tp_drops;
	}
	return dev->lost;
}

bool
hg_sockets_tell(const struct hg_devices *d)
{
	/* The driver makes one a queue, in the order of queues, so their numbers grow with it. */
	for (unsigned i = 0; i < d->n; i++)
		if (d->device[i].n_sockets != d->workers || d->device[i].ring_frame == 0)
			return false;
	return true;
}

/* Else it would be told again at once, and so on: an interface that goes down is an error of its socket. */
static void
take_error(int fd)
{
	int error;
	socklen_t len = sizeof(error);

	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
}

int
hg_sockets_wait(const struct hg_queue *q, int also, uint64_t ns)
{
	const struct hg_devices *d = q->all;
	const struct timespec most = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };
	struct pollfd fds[HG_DEVICES_MAX + 1];

	for (unsigned i = 0; i < d->n; i++)
		fds[i] = (struct pollfd){ d->device[i].sockets[q->worker], POLLIN, 0 };
	fds[d->n] = (struct pollfd){ also, POLLIN, 0 };
	if (ppoll(fds, d->n + 1, &most, NULL) <= 0)
		return 0;
	for (unsigned i = 0; i < d->n; i++)
		if (fds[i].revents & POLLERR)
			take_error(fds[i].fd);
	return fds[d->n].revents != 0;
}
