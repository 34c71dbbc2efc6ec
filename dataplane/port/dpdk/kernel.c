#include "port/dpdk/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int
hg_kernel_ask(const char *interface, unsigned long what, struct ifreq *r)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int answer;

	if (fd < 0)
		return -errno;
	snprintf(r->ifr_name, sizeof(r->ifr_name), "%s", interface);
	answer = ioctl(fd, what, r);
	if (answer < 0)
		answer = -errno;
	close(fd);
	return answer;
}

int
hg_kernel_mtu(const char *interface)
{
	struct ifreq r = { 0 };

	return hg_kernel_ask(interface, SIOCGIFMTU, &r) < 0 ? 0 : r.ifr_mtu;
}
