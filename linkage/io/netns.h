/* netns: a netlink socket in this or another network namespace. */
#ifndef HG_LINKAGE_NETNS_H
#define HG_LINKAGE_NETNS_H

#include <netlink/socket.h>

#include "base/error.h"
#include "base/span.h"

/* path NULL: where we are; else a namespace's file, such as /run/netns/server. */
int hg_netns_socket(struct nl_sock **ret, const char *path, int protocol, struct hg_error *err);

/* A number of the namespace that the file stands for now; 0: there is none. */
uint64_t hg_netns_number(const char *path);

#endif
