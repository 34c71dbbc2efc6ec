#include "linkage/io/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <netlink/netlink.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

/* Buffers large enough for a batch that carries a whole table; forced past the limit of the system. */
#define BUFFER_MOST (256 << 20)

static int
connected(struct nl_sock **ret, int protocol, struct hg_error *err)
{
	struct nl_sock *sock = nl_socket_alloc();
	const struct timeval patience = { .tv_sec = 10 };
	const int size = BUFFER_MOST;
	int status;

	if (sock == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a netlink socket");
	status = nl_connect(sock, protocol);
	if (status < 0) {
		nl_socket_free(sock);
		return hg_error_set(err, -EIO, "cannot open a netlink socket: %s", nl_geterror(status));
	}
	/* What an unprivileged test cannot have stays as it is. */
	setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	*ret = sock;
	return 0;
}

int
hg_netns_socket(struct nl_sock **ret, const char *path, int protocol, struct hg_error *err)
{
	int here, there, status;

	if (path == NULL)
		return connected(ret, protocol, err);
	here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (here < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0) {
		status = hg_error_errno(err, "cannot enter the network namespace %s", path);
	} else {
		status = connected(ret, protocol, err);
		/* Nothing of this program may run on in a foreign namespace. */
		if (setns(here, CLONE_NEWNET) < 0)
			_exit(3);
	}
	if (here >= 0)
		close(here);
	if (there >= 0)
		close(there);
	return status;
}

uint64_t
hg_netns_number(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 ? st.st_ino : 0;
}
