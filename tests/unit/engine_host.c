#include "check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/check_host_int.h"
#include "engine/keys.h"
#include "port/dpdk/offload.h"

/* A machine made of files below a folder; what is said about it is kept. */
struct machine {
	char root[64], *said;
	size_t size;
	struct hg_config *config;
	struct hg_host h;
};

static void
make(struct machine *m)
{
	struct hg_error err;

	*m = (struct machine){ .root = "/tmp/hg-host-XXXXXX" };
	CU_ASSERT_FATAL(mkdtemp(m->root) != NULL);
	CU_ASSERT_FATAL(hg_settings_schema(&m->config) == 0);
	CU_ASSERT_FATAL(hg_config_load_text(m->config, "t.yaml", hg_builtin, &err) == 0);
	m->h = (struct hg_host){ .root = m->root, .config = m->config };
	m->h.out = open_memstream(&m->said, &m->size);
	CU_ASSERT_FATAL(m->h.out != NULL);
	setenv("LC_ALL", "C", 1);
}

static int
take_away(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void
unmake(struct machine *m)
{
	fclose(m->h.out);
	free(m->said);
	hg_config_close(m->config);
	nftw(m->root, take_away, 8, FTW_DEPTH | FTW_PHYS);
}

static void
make_folders(const struct machine *m, const char *path, char full[256])
{
	snprintf(full, 256, "%s%s", m->root, path);
	for (char *p = full + strlen(m->root) + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
}

static void
put(const struct machine *m, const char *path, const char *text)
{
	char full[256];
	FILE *f;

	make_folders(m, path, full);
	f = fopen(full, "w");
	CU_ASSERT_FATAL(f != NULL);
	fputs(text, f);
	fclose(f);
}

static void
point(const struct machine *m, const char *path, const char *target)
{
	char full[256];

	make_folders(m, path, full);
	CU_ASSERT_FATAL(symlink(target, full) == 0);
}

static void
add(struct machine *m, const char *interface, enum hg_device_mode mode, const char *other)
{
	struct hg_device_config *d = &m->h.devices.device[m->h.devices.n++];

	*d = (struct hg_device_config){ .mode = mode, .mtu = 1500, .mempool = 16383 };
	snprintf(d->interface, sizeof(d->interface), "%s", interface);
	snprintf(d->copy_iface, sizeof(d->copy_iface), "%s", other);
}

static bool
said(struct machine *m, const char *text)
{
	fflush(m->h.out);
	return strstr(m->said, text) != NULL;
}

#define PCI "/sys/bus/pci/devices/0000:3b:00.0/"

static void
test_host_tells_how_a_pci_device_is_bound(void)
{
	static const struct {
		const char *driver;
		bool vfio, iommu;
		unsigned problems;
		const char *said;
	} rows[] = {
		{ NULL, false, false, 1, "nobody has it" },
		{ "ixgbe", false, false, 1,
			"problem  0000:3b:00.0    ixgbe has it, not hangu: modprobe vfio-pci; "
			"dpdk-devbind.py -b "
			"vfio-pci 0000:3b:00.0" },
		{ "vfio-pci", false, true, 1, "modprobe vfio-pci" },
		{ "vfio-pci", true, false, 0, "note     0000:3b:00.0    bound to vfio-pci without an IOMMU" },
		{ "vfio-pci", true, true, 0, "ok       0000:3b:00.0    bound to vfio-pci, behind an IOMMU" },
		{ "uio_pci_generic", false, false, 0, "note     0000:3b:00.0    bound to uio_pci_generic" },
		{ "mlx5_core", false, false, 0, "ok       0000:3b:00.0    stays with its driver mlx5_core" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		char target[64];
		struct machine m;

		make(&m);
		put(&m, PCI "vendor", "0x8086\n");
		snprintf(target, sizeof(target), "../../drivers/%s", rows[i].driver);
		if (rows[i].driver != NULL)
			point(&m, PCI "driver", target);
		if (rows[i].iommu)
			put(&m, PCI "iommu_group", "");
		if (rows[i].vfio)
			put(&m, "/dev/vfio/vfio", "");
		add(&m, "0000:3b:00.0", HG_DEVICE_LISTEN, "");
		hg_host_devices(&m.h);
		hg_check_u64(rows[i].said, m.h.problems, rows[i].problems);
		hg_check_bool(rows[i].said, said(&m, rows[i].said), true);
		unmake(&m);
	}
}

static void
test_host_misses_devices_that_are_not_there(void)
{
	struct machine m;

	make(&m);
	add(&m, "0000:3b:00.0", HG_DEVICE_LISTEN, "");
	add(&m, "nosuch0", HG_DEVICE_LISTEN, "");
	add(&m, "net_af_packet0,iface=nosuch1", HG_DEVICE_LISTEN, "");
	add(&m, "net_null0", HG_DEVICE_LISTEN, "");
	add(&m, "net_tap0,iface=made0", HG_DEVICE_LISTEN, "");
	hg_host_devices(&m.h);
	hg_check_u64("problems", m.h.problems, 3);
	hg_check_bool("PCI", said(&m, "there is no such PCI device"), true);
	hg_check_bool(
		"by name", said(&m, "problem  nosuch0         there is no such network interface"), true);
	hg_check_bool("by argument", said(&m, "problem  nosuch1 "), true);
	hg_check_bool("virtual", said(&m, "net_null0 is a virtual driver"), true);
	unmake(&m);
}

static void
test_host_wants_pairs_that_name_each_other(void)
{
	struct machine m;

	make(&m);
	add(&m, "net_null0", HG_DEVICE_INLINE, "net_null1");
	add(&m, "net_null1", HG_DEVICE_INLINE, "net_null0");
	hg_host_devices(&m.h);
	hg_check_u64("a pair", m.h.problems, 0);
	hg_check_bool("is one", said(&m, "a pair with net_null1"), true);
	m.h.devices.device[1].mtu = 9000;
	hg_host_devices(&m.h);
	hg_check_u64("MTUs differ", m.h.problems, 1);
	hg_check_bool("what to type", said(&m, "ip link set net_null0 mtu 9000"), true);
	m.h.devices.device[1].mode = HG_DEVICE_TAP;
	hg_host_devices(&m.h);
	hg_check_u64("modes differ, told for both", m.h.problems, 3);
	unmake(&m);
}

static void
test_host_counts_memory_and_huge_pages(void)
{
	static const struct {
		const char *meminfo;
		unsigned problems;
		const char *said;
	} rows[] = {
		{ "MemAvailable: 8388608 kB\nHugePages_Total: 0\nHugePages_Free: 0\nHugepagesize: 2048 kB\n",
			0, "note     huge pages      none free of 0: it works without" },
		{ "MemAvailable: 8388608 kB\nHugePages_Total: 8\nHugePages_Free: 4\nHugepagesize: 2048 kB\n",
			1, "problem  huge pages      8 MB free of " },
		{ "MemAvailable: 8388608 kB\nHugePages_Total: 512\nHugePages_Free: 512\nHugepagesize: 2048 "
		  "kB\n",
			0, "ok       huge pages      1024 MB free, " },
		{ "MemAvailable: 8388608 kB\n", 0, "ok       memory          8192 MB are free" },
		{ "MemAvailable: 524288 kB\n", 0,
			"note     memory          512 MB are free, inspection may take up to 2048: set "
			"memory to 256mb" },
		{ "MemAvailable: 65536 kB\n", 1,
			"problem  memory          64 MB are free, frames alone take " },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct machine m;

		make(&m);
		put(&m, "/proc/meminfo", rows[i].meminfo);
		add(&m, "net_null0", HG_DEVICE_LISTEN, "");
		m.h.devices.workers = 1;
		hg_host_memory(&m.h);
		hg_check_u64(rows[i].said, m.h.problems, rows[i].problems);
		hg_check_bool(rows[i].said, said(&m, rows[i].said), true);
		unmake(&m);
	}
}

static void
test_host_asks_for_the_rights_that_devices_need(void)
{
	static const struct {
		const char *interface, *status;
		unsigned problems;
		const char *said;
	} rows[] = {
		{ "eth0", "CapEff:\t0000000000000000\n", 1,
			"without CAP_NET_RAW CAP_NET_ADMIN: start as root" },
		{ "eth0", "CapEff:\t0000000000001000\n", 1, "without CAP_NET_RAW: start as root" },
		{ "eth0", "CapEff:\t0000000000003000\n", 0, "ok       rights" },
		{ "net_null0", "CapEff:\t0000000000000000\n", 0, "ok       rights" },
		{ "net_af_xdp0,iface=eth0", "CapEff:\t0000000000007000\n", 1,
			"without CAP_SYS_ADMIN: start as root" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct machine m;

		make(&m);
		put(&m, "/proc/self/status", rows[i].status);
		add(&m, rows[i].interface, HG_DEVICE_LISTEN, "");
		hg_host_rights(&m.h);
		hg_check_u64(rows[i].said, m.h.problems, rows[i].problems);
		hg_check_bool(rows[i].said, said(&m, rows[i].said), true);
		unmake(&m);
	}
}

/* Words of ethtool, as they are told and as they are typed. */
static void
test_offloads_are_named_as_they_are_typed(void)
{
	const struct hg_offloads some = { .named = 1u | 8u | 32u }, none = { .named = 0 };
	char text[HG_OFFLOADS_TEXT];

	hg_check_str("told", hg_offloads_print(&some, NULL, text), "gro, tso, tx");
	hg_check_str("typed", hg_offloads_print(&some, "off", text), "gro off tso off tx off");
	hg_check_str("none", hg_offloads_print(&none, "off", text), "");
	hg_check_bool("receiving", hg_offloads_receiving(&some), true);
	hg_check_bool("checksums", hg_offloads_checksums(&some), true);
	hg_check_bool("none", hg_offloads_any(&none), false);
}

static void
test_an_interface_keeps_its_offloads_where_it_shall(void)
{
	static const struct {
		const char *value, *of_all; /* of the interface, else of capture.disable-offloading */
		bool taken, keep;
	} rows[] = { { "off", "yes", true, false }, { "keep", "yes", true, true },
		{ "on", "yes", false, false }, { NULL, "yes", true, false }, { NULL, "no", true, true },
		{ "off", "no", true, false } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_options options = { .workers = 1 };
		struct hg_devices_config devices;
		struct hg_error err;
		struct machine m;
		char set[80], title[80];

		make(&m);
		snprintf(title, sizeof(title), "%s, all %s", rows[i].value == NULL ? "-" : rows[i].value,
			rows[i].of_all);
		snprintf(set, sizeof(set), "capture.disable-offloading=%s", rows[i].of_all);
		CU_ASSERT_FATAL(hg_config_override(m.config, "dpdk.interfaces.0.interface=eth0", &err) == 0);
		CU_ASSERT_FATAL(hg_config_override(m.config, set, &err) == 0);
		snprintf(set, sizeof(set), "dpdk.interfaces.0.offloads=%s",
			rows[i].value == NULL ? "" : rows[i].value);
		CU_ASSERT_FATAL(rows[i].value == NULL || hg_config_override(m.config, set, &err) == 0);
		hg_check_bool(
			title, hg_interfaces_read(&devices, m.config, &options, &err) == 0, rows[i].taken);
		if (rows[i].taken)
			hg_check_bool(title, devices.device[0].keep_offloads, rows[i].keep);
		else
			hg_check_str(title, err.text,
				"offloads of an interface takes off (while hangu runs) or keep, not 'on'");
		unmake(&m);
	}
}

static void
test_host_misses_what_dpdk_asks_the_kernel(void)
{
	struct machine m;

	make(&m);
	hg_host_kernel(&m.h);
	hg_check_bool("not there", said(&m, "problem  kernel          /sys/module is not there"), true);
	put(&m, "/sys/module/x/y", "");
	hg_host_kernel(&m.h);
	hg_check_u64("there", m.h.problems, 1);
	unmake(&m);
}

static void
test_host_speaks_chinese(void)
{
	struct machine m;

	make(&m);
	setenv("LC_ALL", "zh_CN.UTF-8", 1);
	add(&m, "nosuch0", HG_DEVICE_LISTEN, "");
	m.h.devices.workers = 1;
	hg_host_devices(&m.h);
	hg_check_bool("state and sentence", said(&m, "问题     nosuch0         没有这个网络接口"), true);
	unmake(&m);
}

HG_TESTS("engine_host", HG_TEST(test_host_tells_how_a_pci_device_is_bound),
	HG_TEST(test_host_misses_devices_that_are_not_there),
	HG_TEST(test_host_wants_pairs_that_name_each_other), HG_TEST(test_host_counts_memory_and_huge_pages),
	HG_TEST(test_host_asks_for_the_rights_that_devices_need),
	HG_TEST(test_host_misses_what_dpdk_asks_the_kernel),
	HG_TEST(test_offloads_are_named_as_they_are_typed),
	HG_TEST(test_an_interface_keeps_its_offloads_where_it_shall), HG_TEST(test_host_speaks_chinese))
