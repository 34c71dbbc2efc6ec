#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "port/dpdk/devices_int.h"

#define ARGS_MAX (HG_EAL_PARAMS_MAX + 2 * HG_DEVICES_MAX + 16)

/* argv is DPDK's to change; owned keeps what was allocated. */
struct args {
	char *owned[ARGS_MAX], *argv[ARGS_MAX + 1];
	int argc;
};

static void
add(struct args *a, const char *text)
{
	if (a->argc == ARGS_MAX)
		return;
	a->owned[a->argc] = a->argv[a->argc] = strdup(text);
	a->argc++;
}

static void
give(struct args *a)
{
	for (int i = 0; i < a->argc; i++)
		free(a->owned[i]);
}

static bool
given(const struct hg_devices_config *c, const char *option)
{
	for (unsigned i = 0; i < c->n_eal; i++)
		if (strcmp(c->eal[i], option) == 0)
			return true;
	return false;
}

/* 0000:3b:00.0, or without its domain. */
static bool
is_pci(const char *name)
{
	size_t n = strspn(name, "0123456789abcdefABCDEF:.");

	return name[n] == '\0' && strchr(name, ':') != NULL && strchr(name, '.') != NULL;
}

static bool
is_kernel_interface(const char *name)
{
	return if_nametoindex(name) != 0;
}

/* A kernel interface is polled through AF_PACKET: a ring whose frames hold the largest frame of its MTU with tags. */
static void
af_packet_args(struct hg_device *dev, const char *kernel, unsigned index, unsigned workers)
{
	const unsigned frame = hg_frame_room(dev->config.mtu);

	snprintf(dev->driver, sizeof(dev->driver), "net_af_packet%u", index);
	snprintf(dev->kernel, sizeof(dev->kernel), "%.15s", kernel);
	dev->ring_frame = frame;
	snprintf(dev->args, sizeof(dev->args),
		"net_af_packet%u,iface=%s,qpairs=%u,blocksz=%u,framesz=%u,framecnt=%u,qdisc_bypass=1", index,
		kernel, workers, HG_MAX(frame, 65536u), frame, HG_MAX(8u << 20, frame * 512u) / frame);
}

/* Up to a comma. */
static void
copy_word(char *to, size_t size, const char *from)
{
	const size_t len = HG_MIN(strcspn(from, ","), size - 1);

	memcpy(to, from, len);
	to[len] = '\0';
}

/* Of an operator's own arguments, or as the driver has it. */
static uint32_t
ring_frame_of(const char *args)
{
	const char *given = strstr(args, "framesz=");

	return given == NULL ? 2048 : (uint32_t)strtoul(given + strlen("framesz="), NULL, 10);
}

/* net_x0,iface=eth0,more=y */
static void
virtual_args(struct hg_device *dev, const char *name)
{
	const char *iface = strstr(name, "iface=");

	snprintf(dev->args, sizeof(dev->args), "%s", name);
	copy_word(dev->driver, sizeof(dev->driver), name);
	if (strncmp(name, "net_af_packet", strlen("net_af_packet")) == 0)
		dev->ring_frame = ring_frame_of(name);
	if (iface != NULL)
		copy_word(dev->kernel, sizeof(dev->kernel), iface + strlen("iface="));
}

static int
name_device(struct hg_device *dev, const char *name, unsigned index, unsigned workers, struct hg_error *err)
{
	if (is_pci(name))
		snprintf(dev->driver, sizeof(dev->driver), "%s", name);
	else if (strncmp(name, "net_", 4) == 0)
		virtual_args(dev, name);
	else if (is_kernel_interface(name))
		af_packet_args(dev, name, index, workers);
	else
		return hg_error_set(err, -ENODEV,
			"there is no network interface '%s'; name one that `ip link` shows, a PCI address "
			"(0000:3b:00.0) or a driver with its arguments (net_af_xdp0,iface=eth0)",
			name);
	return 0;
}

static unsigned
huge_pages(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned pages = 0;
	char line[128];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "HugePages_Free: %u", &pages) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return pages;
}

static void
add_memory(struct args *a, const struct hg_devices_config *c)
{
	char text[32];

	if (given(c, "--no-huge") || given(c, "--huge-dir") || given(c, "--file-prefix") ||
		given(c, "--in-memory"))
		return;
	if (huge_pages() > 0) {
		add(a, "--in-memory");
		return;
	}
	add(a, "--no-huge");
	add(a, "--no-shconf");
	if (given(c, "-m"))
		return;
	add(a, "-m");
	snprintf(text, sizeof(text), "%u", hg_devices_megabytes(c));
	add(a, text);
}

/* The main thread keeps its freedom: it may run on every CPU that the process may use. */
static void
add_cores(struct args *a, const struct hg_devices_config *c)
{
	char text[CPU_SETSIZE * 5] = "0@(";
	size_t used = strlen(text);
	cpu_set_t cpus;

	if (given(c, "-l") || given(c, "-c") || given(c, "--lcores") ||
		sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &cpus))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%d,", i);
	text[used - 1] = ')';
	add(a, "--lcores");
	add(a, text);
}

static void
add_devices(struct args *a, const struct hg_devices *d)
{
	bool pci = false;

	for (unsigned i = 0; i < d->n; i++) {
		const bool is_virtual = d->device[i].args[0] != '\0';

		add(a, is_virtual ? "--vdev" : "-a");
		add(a, is_virtual ? d->device[i].args : d->device[i].driver);
		pci = pci || !is_virtual;
	}
	if (!pci)
		add(a, "--no-pci");
}

int
hg_eal_name(struct hg_devices *d, const struct hg_devices_config *c, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; i < d->n && r == 0; i++)
		r = name_device(&d->device[i], c->device[i].interface, i, c->workers, err);
	return r;
}

int
hg_eal_start(struct hg_devices *d, const struct hg_devices_config *c, struct hg_error *err)
{
	struct args a = { .argc = 0 };
	int r = 0;

	add(&a, "hangu");
	add(&a, "--no-telemetry");
	if (!given(c, "--log-level")) {
		add(&a, "--log-level");
		add(&a, "error");
	}
	add_memory(&a, c);
	add_cores(&a, c);
	add_devices(&a, d);
	for (unsigned i = 0; i < c->n_eal; i++)
		add(&a, c->eal[i]);
	if (rte_eal_init(a.argc, a.argv) < 0)
		r = hg_error_set(err, -rte_errno,
			"DPDK does not start: %s; `hangu run --check-host` looks for the reason",
			rte_strerror(rte_errno));
	d->environment = r == 0;
	give(&a);
	return r;
}

void
hg_eal_stop(void)
{
	rte_eal_cleanup();
}
