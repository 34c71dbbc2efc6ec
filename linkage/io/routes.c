#include "linkage/io/routes.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <sys/socket.h>

#define CALM (100 * HG_MSEC)      /* between two readings, while changes come one after the other */
#define AGAIN_EVERY (10 * HG_SEC) /* resolvers change without the kernel's notice */

int
hg_routes_open(struct hg_routes *r, struct hg_loop *loop, const char *resolvers, struct hg_error *err)
{
	*r = (struct hg_routes){ .loop = loop, .resolvers = resolvers, .stale = true };
	return hg_routes_add(r, NULL, err);
}

static void
hear(struct hg_watch *w, uint32_t events)
{
	struct hg_routes_place *p = (struct hg_routes_place *)w;
	uint8_t bytes[8192];

	(void)events;
	/* What has changed is found by reading all; an overrun says no less. */
	while (recv(w->fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	p->routes->stale = true;
}

static void
close_place(struct hg_routes_place *p)
{
	if (p->hear != NULL)
		hg_loop_remove(p->routes->loop, &p->watch);
	nl_socket_free(p->ask);
	nl_socket_free(p->hear);
	p->ask = NULL;
	p->hear = NULL;
}

static int
open_place(struct hg_routes_place *p, struct hg_error *err)
{
	static const int groups[] = { RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
		RTNLGRP_IPV6_ROUTE };
	int status;

	p->watch = (struct hg_watch){ -1, hear };
	p->number = hg_netns_number(p->netns);
	status = hg_netns_socket(&p->ask, p->netns, NETLINK_ROUTE, err);
	if (status == 0)
		status = hg_netns_socket(&p->hear, p->netns, NETLINK_ROUTE, err);
	for (size_t i = 0; status == 0 && i < HG_COUNT(groups); i++)
		if (nl_socket_add_membership(p->hear, groups[i]) < 0)
			status = hg_error_set(err, -EIO, "cannot hear of changes of routes");
	if (status == 0) {
		p->watch.fd = nl_socket_get_fd(p->hear);
		status = hg_loop_add(p->routes->loop, &p->watch, EPOLLIN);
	}
	if (status < 0)
		close_place(p);
	return status;
}

int
hg_routes_add(struct hg_routes *r, const char *netns, struct hg_error *err)
{
	int status;

	r->places[r->n] = (struct hg_routes_place){ .routes = r, .netns = netns };
	status = open_place(&r->places[r->n], err);
	r->n += status == 0;
	r->stale = true;
	return status;
}

/* A namespace that was made anew under its name has other addresses. */
static bool
is_there(struct hg_routes_place *p)
{
	if (p->netns != NULL && hg_netns_number(p->netns) != p->number) {
		close_place(p);
		return open_place(p, NULL) == 0;
	}
	return p->ask != NULL;
}

void
hg_routes_close(struct hg_routes *r)
{
	for (unsigned i = 0; i < r->n; i++)
		close_place(&r->places[i]);
	r->n = 0;
}

static void
add(struct hg_nets *out, const void *bytes, int len, const char *from)
{
	struct hg_addr addr = { 0 };
	struct hg_net net;

	if (len != 4 && len != 16)
		return;
	memcpy(addr.b, bytes, (size_t)len);
	net = hg_net_of(&addr, len == 4 ? 4 : 6, len == 4 ? 32 : 128);
	for (size_t i = 0; i < out->n; i++)
		if (hg_net_eq(&out->rows[i].net, &net))
			return;
	/* A machine with more neighbours than that is a router of another kind. */
	hg_nets_add(out, &net, from, false);
}

static void
add_attribute(struct hg_nets *out, struct nlattr *a, const char *from)
{
	if (a != NULL)
		add(out, nla_data(a), nla_len(a), from);
}

static void
take_address(struct hg_nets *out, struct nlmsghdr *h)
{
	struct nlattr *local = nlmsg_find_attr(h, sizeof(struct ifaddrmsg), IFA_LOCAL);

	add_attribute(out, local != NULL ? local : nlmsg_find_attr(h, sizeof(struct ifaddrmsg), IFA_ADDRESS),
		"an address of this machine");
}

static void
take_via(struct hg_nets *out, struct nlattr *via)
{
	/* A family of two bytes, then the address. */
	if (via != NULL && nla_len(via) > 2)
		add(out, (const char *)nla_data(via) + 2, nla_len(via) - 2, "a gateway");
}

static void
take_route(struct hg_nets *out, struct nlmsghdr *h)
{
	struct nlattr *many = nlmsg_find_attr(h, sizeof(struct rtmsg), RTA_MULTIPATH);
	int left = many == NULL ? 0 : nla_len(many);

	add_attribute(out, nlmsg_find_attr(h, sizeof(struct rtmsg), RTA_GATEWAY), "a gateway");
	take_via(out, nlmsg_find_attr(h, sizeof(struct rtmsg), RTA_VIA));
	for (struct rtnexthop *hop = many == NULL ? NULL : nla_data(many); hop != NULL && RTNH_OK(hop, left);
		left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		struct nlattr *attributes = (struct nlattr *)RTNH_DATA(hop);
		const int len = hop->rtnh_len - (int)sizeof(*hop);

		add_attribute(out, nla_find(attributes, len, RTA_GATEWAY), "a gateway");
		take_via(out, nla_find(attributes, len, RTA_VIA));
	}
}

static void
dump(struct nl_sock *sock, int type, struct hg_nets *out)
{
	/* The family is the first byte of either request: any. */
	const struct rtmsg any = { 0 };
	static uint8_t reply[65536] __attribute__((aligned(8)));
	bool over = nl_send_simple(sock, type, NLM_F_DUMP, (void *)(uintptr_t)&any, sizeof(any)) < 0;

	while (!over) {
		const ssize_t n = recv(nl_socket_get_fd(sock), reply, sizeof(reply), 0);
		int left = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		over = n < 0;
		for (struct nlmsghdr *h = (struct nlmsghdr *)reply; !over && nlmsg_ok(h, left);
			h = nlmsg_next(h, &left)) {
			over = h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR;
			if (h->nlmsg_type == RTM_NEWADDR)
				take_address(out, h);
			else if (h->nlmsg_type == RTM_NEWROUTE)
				take_route(out, h);
		}
	}
}

static void
read_resolvers(const char *path, struct hg_nets *out)
{
	FILE *f = fopen(path, "re");
	char line[256], address[64];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		struct hg_net net;

		if (sscanf(line, " nameserver %63[^ %\t\r\n]", address) == 1 &&
			hg_net_parse(address, &net, NULL) == 0)
			add(out, net.addr.b, net.family == 4 ? 4 : 16, "a resolver");
	}
	if (f != NULL)
		fclose(f);
}

bool
hg_routes_due(const struct hg_routes *r, hg_time now)
{
	return now >= r->read_at + (r->stale ? CALM : AGAIN_EVERY);
}

void
hg_routes_read(struct hg_routes *r, struct hg_nets *out, hg_time now)
{
	r->stale = false;
	r->read_at = now;
	hg_nets_clear(out);
	for (unsigned i = 0; i < r->n; i++) {
		if (!is_there(&r->places[i]))
			continue;
		dump(r->places[i].ask, RTM_GETADDR, out);
		dump(r->places[i].ask, RTM_GETROUTE, out);
	}
	read_resolvers(r->resolvers, out);
}
