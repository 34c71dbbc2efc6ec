#include "engine/check_host_int.h"

#include <ifaddrs.h>
#include <libgen.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port/dpdk/kernel.h"
#include "port/dpdk/offload.h"

static bool
exists(const struct hg_host *h, const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", h->root, path);
	return access(full, F_OK) == 0;
}

bool
hg_host_is_pci(const struct hg_device_config *d)
{
	const char *name = d->interface;

	return name[strspn(name, "0123456789abcdefABCDEF:.")] == '\0' && strchr(name, ':') != NULL &&
		strchr(name, '.') != NULL;
}

bool
hg_host_kernel_name(const struct hg_device_config *d, char name[16])
{
	const char *iface = strstr(d->interface, "iface=");

	/* net_tap makes the interface that it names. */
	if (hg_host_is_pci(d) || strncmp(d->interface, "net_tap", 7) == 0)
		return false;
	if (strncmp(d->interface, "net_", 4) != 0)
		snprintf(name, 16, "%.15s", d->interface);
	else if (iface != NULL)
		snprintf(name, 16, "%.*s", HG_MIN((int)strcspn(iface + 6, ","), 15), iface + 6);
	else
		return false;
	return true;
}

static uint32_t
ethtool(const char *name, uint32_t command)
{
	struct ethtool_value v = { .cmd = command };
	struct ifreq r = { .ifr_data = (char *)&v };

	return hg_kernel_ask(name, SIOCETHTOOL, &r) < 0 ? 0 : v.data;
}

static bool
is_veth(const char *name)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = { .ifr_data = (char *)&info };

	return hg_kernel_ask(name, SIOCETHTOOL, &r) >= 0 && strcmp(info.driver, "veth") == 0;
}

/* What the kernel puts together before we see it is not what was on the wire, and larger than a frame may be. A run switches it off
 * itself, where it is to and the driver lets it. */
static void
check_offloads(struct hg_host *h, const struct hg_device_config *d, const char *name)
{
	struct hg_offloads on = { 0 }, fixed = { 0 };
	const struct hg_offloads *harm = &on;
	char text[HG_OFFLOADS_TEXT];
	bool off;

	hg_offloads_look(name, &on, &fixed);
	off = !d->keep_offloads && hg_offloads_any(&on);
	if (!d->keep_offloads || !hg_offloads_receiving(&on))
		harm = &fixed;
	if (off)
		hg_host_say(h, HG_HOST_OK, name, "%s: switched off while hangu runs",
			hg_offloads_print(&on, NULL, text));
	if (hg_offloads_receiving(harm))
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"frames are put together before they are seen, and then do not fit: ethtool -K %s %s",
			name, hg_offloads_print(harm, "off", text));
	else if (d->keep_offloads && hg_offloads_any(&on) && d->mode == HG_DEVICE_LISTEN)
		hg_host_say(h, HG_HOST_NOTE, name,
			"what this machine itself sends is seen unfinished; if that matters: ethtool -K %s "
			"%s",
			name, hg_offloads_print(&on, "off", text));
	else if (!off)
		hg_host_say(h, HG_HOST_OK, name, "no offload changes what is received");
	if (is_veth(name))
		hg_host_say(h, HG_HOST_NOTE, name,
			"a veth: on its other end, too, type ethtool -K INTERFACE tx off tso off gso off gro "
			"off");
}

static void
check_address(struct hg_host *h, const char *name)
{
	struct ifaddrs *all = NULL;
	char text[64];

	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next) {
		if (strcmp(a->ifa_name, name) != 0 || a->ifa_addr == NULL ||
			a->ifa_addr->sa_family != AF_INET ||
			getnameinfo(a->ifa_addr, sizeof(struct sockaddr_in), text, sizeof(text), NULL, 0,
				NI_NUMERICHOST) != 0)
			continue;
		hg_host_say(h, HG_HOST_NOTE, name,
			"has the address %s, so the kernel answers beside hangu: ip addr flush dev %s", text,
			name);
		break;
	}
	freeifaddrs(all);
}

static void
check_mtu(struct hg_host *h, const struct hg_device_config *d, const char *name)
{
	const int mtu = hg_kernel_mtu(name);

	if (mtu > d->mtu)
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"its MTU is %d, hangu takes %u: larger frames are lost; set mtu: %d in "
			"dpdk.interfaces",
			mtu, d->mtu, mtu);
	else
		hg_host_say(h, HG_HOST_OK, name, "its MTU is %d", mtu);
}

static void
check_link(struct hg_host *h, const char *name)
{
	struct ifreq r = { 0 };

	if (hg_kernel_ask(name, SIOCGIFFLAGS, &r) < 0 || (r.ifr_flags & IFF_UP) == 0)
		hg_host_say(h, HG_HOST_PROBLEM, name, "is down: ip link set %s up", name);
	else if (ethtool(name, ETHTOOL_GLINK) == 0)
		hg_host_say(h, HG_HOST_NOTE, name, "has no link: look at the cable and the other side");
	else
		hg_host_say(h, HG_HOST_OK, name, "link is up");
}

static void
check_kernel(struct hg_host *h, const struct hg_device_config *d, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/class/net/%s", name);
	if (strchr(name, '/') != NULL || !exists(h, path)) {
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"there is no such network interface: `ip link` shows those that there are");
		return;
	}
	check_link(h, name);
	check_mtu(h, d, name);
	check_offloads(h, d, name);
	if (d->mode == HG_DEVICE_LISTEN)
		return;
	check_address(h, name);
	snprintf(path, sizeof(path), "/sys/class/net/%s/master", name);
	if (exists(h, path))
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"is a port of a bridge or bond, so frames pass beside hangu: ip link set %s nomaster",
			name);
}

/* The driver that a PCI device is bound to; "" none. */
static void
driver_of(const struct hg_host *h, const char *folder, char driver[64])
{
	char path[512], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "%s%s/driver", h->root, folder);
	n = readlink(path, target, sizeof(target) - 1);
	target[HG_MAX(n, 0)] = '\0';
	snprintf(driver, 64, "%.63s", n <= 0 ? "" : basename(target));
}

static void
check_vfio(struct hg_host *h, const char *name, const char *folder)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/iommu_group", folder);
	if (!exists(h, "/dev/vfio/vfio"))
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"bound to vfio-pci, but /dev/vfio/vfio is missing: modprobe vfio-pci");
	else if (exists(h, path))
		hg_host_say(h, HG_HOST_OK, name, "bound to vfio-pci, behind an IOMMU");
	else
		hg_host_say(h, HG_HOST_NOTE, name,
			"bound to vfio-pci without an IOMMU: switch it on in the firmware, with "
			"intel_iommu=on or "
			"amd_iommu=on for the kernel");
}

static void
check_pci(struct hg_host *h, const struct hg_device_config *d)
{
	/* Drivers of the kernel that DPDK works beside. */
	static const char *const shared[] = { "mlx4_core", "mlx5_core", "mana" };
	const char *name = d->interface;
	char folder[320], driver[64];

	snprintf(folder, sizeof(folder), "/sys/bus/pci/devices/%s%s", strlen(name) < 8 ? "0000:" : "", name);
	if (!exists(h, folder)) {
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"there is no such PCI device: `dpdk-devbind.py --status-dev net` shows those that "
			"there are");
		return;
	}
	driver_of(h, folder, driver);
	for (size_t i = 0; i < HG_COUNT(shared); i++) {
		if (strcmp(driver, shared[i]) == 0) {
			hg_host_say(h, HG_HOST_OK, name, "stays with its driver %s", driver);
			return;
		}
	}
	if (strcmp(driver, "vfio-pci") == 0)
		check_vfio(h, name, folder);
	else if (strcmp(driver, "igb_uio") == 0 || strcmp(driver, "uio_pci_generic") == 0)
		hg_host_say(h, HG_HOST_NOTE, name,
			"bound to %s, which lets the device write anywhere in memory; better: "
			"dpdk-devbind.py -b "
			"vfio-pci %s",
			driver, name);
	else
		hg_host_say(h, HG_HOST_PROBLEM, name,
			"%s has it, not hangu: modprobe vfio-pci; dpdk-devbind.py -b vfio-pci %s",
			driver[0] == '\0' ? "nobody" : driver, name);
}

static const struct hg_device_config *
partner_of(const struct hg_host *h, const struct hg_device_config *d)
{
	for (unsigned i = 0; i < h->devices.n; i++) {
		const struct hg_device_config *other = &h->devices.device[i];

		if (other != d && strcmp(other->interface, d->copy_iface) == 0)
			return other;
	}
	return NULL;
}

/* What fits through one side must fit through the other; looked at once for both. */
static void
check_pair(struct hg_host *h, const struct hg_device_config *d)
{
	const struct hg_device_config *other = partner_of(h, d);
	char a[16], b[16];
	int mtu_a = d->mtu, mtu_b;

	if (other == NULL || strcmp(other->copy_iface, d->interface) != 0 || other->mode != d->mode) {
		hg_host_say(h, HG_HOST_PROBLEM, d->interface,
			"its copy-iface %s is not listed with copy-iface: %s and the same copy-mode",
			d->copy_iface, d->interface);
		return;
	}
	if (other < d)
		return;
	mtu_b = other->mtu;
	if (hg_host_kernel_name(d, a) && hg_host_kernel_name(other, b)) {
		mtu_a = hg_kernel_mtu(a);
		mtu_b = hg_kernel_mtu(b);
	}
	if (mtu_a != mtu_b)
		hg_host_say(h, HG_HOST_PROBLEM, d->interface,
			"its MTU is %d, that of %s is %d, so large frames pass one way only: ip link set %s "
			"mtu %d",
			mtu_a, other->interface, mtu_b, mtu_a < mtu_b ? d->interface : other->interface,
			HG_MAX(mtu_a, mtu_b));
	else
		hg_host_say(h, HG_HOST_OK, d->interface, "a pair with %s", other->interface);
}

void
hg_host_devices(struct hg_host *h)
{
	for (unsigned i = 0; i < h->devices.n; i++) {
		const struct hg_device_config *d = &h->devices.device[i];
		char name[16];

		if (hg_host_is_pci(d))
			check_pci(h, d);
		else if (hg_host_kernel_name(d, name))
			check_kernel(h, d, name);
		else
			hg_host_say(
				h, HG_HOST_OK, "interfaces", "%s is a virtual driver of DPDK", d->interface);
		if (d->mode != HG_DEVICE_LISTEN)
			check_pair(h, d);
	}
}
