#include "engine/check_host_int.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/affinity.h"
#include "engine/control.h"
#include "engine/load.h"
#include "event/output.h"

/* What is needed of root's rights to open the devices. */
static const struct {
	unsigned number;
	const char *name;
} capabilities[] = { { CAP_NET_RAW, "CAP_NET_RAW" }, { CAP_NET_ADMIN, "CAP_NET_ADMIN" },
	{ CAP_IPC_LOCK, "CAP_IPC_LOCK" }, { CAP_SYS_ADMIN, "CAP_SYS_ADMIN" } };

#define BIT(cap) ((uint64_t)1 << (cap))

/* A figure of a file with lines as "MemAvailable:  123 kB". */
static bool
read_figure(const struct hg_host *h, const char *path, const char *name, int base, uint64_t *out)
{
	char full[512], line[256];
	bool found = false;
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", h->root, path);
	f = fopen(full, "re");
	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
			*out = strtoull(line + strlen(name) + 1, NULL, base);
			found = true;
		}
	if (f != NULL)
		fclose(f);
	return found;
}

static uint64_t
needed(const struct hg_host *h)
{
	uint64_t bits = 0;
	char name[16];

	for (unsigned i = 0; i < h->devices.n; i++) {
		const struct hg_device_config *d = &h->devices.device[i];

		if (hg_host_is_pci(d))
			bits |= BIT(CAP_IPC_LOCK);
		else if (strncmp(d->interface, "net_af_xdp", 10) == 0)
			bits |= BIT(CAP_NET_RAW) | BIT(CAP_NET_ADMIN) | BIT(CAP_IPC_LOCK) |
				BIT(CAP_SYS_ADMIN);
		else if (strncmp(d->interface, "net_tap", 7) == 0)
			bits |= BIT(CAP_NET_ADMIN);
		else if (hg_host_kernel_name(d, name))
			bits |= BIT(CAP_NET_RAW) | BIT(CAP_NET_ADMIN);
	}
	return bits;
}

static void
check_capabilities(struct hg_host *h)
{
	uint64_t has = 0, lacks;
	struct rlimit locked;
	char names[128] = "";

	read_figure(h, "/proc/self/status", "CapEff", 16, &has);
	lacks = needed(h) & ~has;
	/* Memory may be locked by right or by limit. */
	if (getrlimit(RLIMIT_MEMLOCK, &locked) == 0 && locked.rlim_cur == RLIM_INFINITY)
		lacks &= ~BIT(CAP_IPC_LOCK);
	for (size_t i = 0; i < HG_COUNT(capabilities); i++) {
		const size_t used = strlen(names);

		if ((lacks & BIT(capabilities[i].number)) != 0)
			snprintf(names + used, sizeof(names) - used, " %s", capabilities[i].name);
	}
	if (names[0] != '\0')
		hg_host_say(h, HG_HOST_PROBLEM, "rights",
			"devices cannot be opened without%s: start as root, or with systemctl start hangu",
			names);
	else
		hg_host_say(h, HG_HOST_OK, "rights", "devices can be opened");
}

void
hg_host_rights(struct hg_host *h)
{
	struct hg_error err;

	check_capabilities(h);
	if (hg_rights_read(&h->rights, h->config, &err) < 0)
		hg_host_say(h, HG_HOST_PROBLEM, "rights", "%s", err.text);
	else if (h->rights.given)
		hg_host_say(h, HG_HOST_OK, "rights", "goes on as the user %s, without root's rights",
			h->rights.user);
	else if (geteuid() == 0)
		hg_host_say(h, HG_HOST_NOTE, "rights",
			"goes on as root: name a user without rights in run-as.user of the configuration");
}

/* DPDK asks there whether VFIO is loaded, whatever the devices are; a container may have only parts of /sys. */
void
hg_host_kernel(struct hg_host *h)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/sys/module", h->root);
	if (access(path, F_OK) < 0)
		hg_host_say(h, HG_HOST_PROBLEM, "kernel",
			"/sys/module is not there, without it DPDK does not start: mount all of /sys, or "
			"that "
			"folder");
}

void
hg_host_memory(struct hg_host *h)
{
	const uint64_t pools = hg_devices_megabytes(&h->devices), workers = HG_MAX(h->devices.workers, 1u),
		       inspection = workers * (hg_config_size(h->config, "memory") >> 20);
	uint64_t total = 0, free = 0, kilobytes = 0, available = 0;

	read_figure(h, "/proc/meminfo", "HugePages_Total", 10, &total);
	read_figure(h, "/proc/meminfo", "HugePages_Free", 10, &free);
	read_figure(h, "/proc/meminfo", "Hugepagesize", 10, &kilobytes);
	read_figure(h, "/proc/meminfo", "MemAvailable", 10, &available);
	if (kilobytes == 0)
		kilobytes = 2048;
	if (free == 0)
		hg_host_say(h, HG_HOST_NOTE, "huge pages",
			"none free of %llu: it works without, but slower; sysctl -w vm.nr_hugepages=%llu",
			(unsigned long long)total,
			(unsigned long long)(total + pools * 1024 / kilobytes + 1));
	else if (free * kilobytes / 1024 < pools)
		hg_host_say(h, HG_HOST_PROBLEM, "huge pages",
			"%llu MB free of %llu needed: sysctl -w vm.nr_hugepages=%llu, or a smaller "
			"mempool-size",
			(unsigned long long)(free * kilobytes / 1024), (unsigned long long)pools,
			(unsigned long long)(total - free + pools * 1024 / kilobytes + 1));
	else
		hg_host_say(h, HG_HOST_OK, "huge pages", "%llu MB free, %llu needed",
			(unsigned long long)(free * kilobytes / 1024), (unsigned long long)pools);
	available >>= 10;
	/* Frames are lost without their pools; inspection has caps, and an answer when they are reached. */
	if (free == 0 && available < pools)
		hg_host_say(h, HG_HOST_PROBLEM, "memory",
			"%llu MB are free, frames alone take %llu: set a smaller mempool-size in "
			"dpdk.interfaces",
			(unsigned long long)available, (unsigned long long)pools);
	else if (available < inspection)
		hg_host_say(h, HG_HOST_NOTE, "memory",
			"%llu MB are free, inspection may take up to %llu: set memory to %llumb or less",
			(unsigned long long)available, (unsigned long long)inspection,
			(unsigned long long)(available / workers / 2));
	else
		hg_host_say(h, HG_HOST_OK, "memory", "%llu MB are free, inspection may take up to %llu",
			(unsigned long long)available, (unsigned long long)inspection);
}

/* false: workers have no CPUs of their own. */
static bool
check_affinity(struct hg_host *h, const struct hg_cpus *host)
{
	char workers[HG_CPUS_TEXT], rest[HG_CPUS_TEXT], text[1024];
	const unsigned n = h->devices.workers;
	struct hg_affinity a;
	struct hg_error err;
	int r = hg_affinity_read(&a, h->config, &err);

	if (r == 0)
		r = hg_affinity_settle(&a, host, n, &err);
	if (r < 0) {
		hg_host_say(h, HG_HOST_PROBLEM, "CPUs", "%s", hg_error_text(&err, text, sizeof(text)));
		return true;
	}
	hg_cpus_print(&a.workers, workers);
	hg_cpus_print(&a.rest, rest);
	if (a.on && n > (unsigned)CPU_COUNT(&a.workers))
		hg_host_say(h, HG_HOST_PROBLEM, "CPUs",
			"%u workers share CPU %s and wait for each other; name more in worker-cpu-set, or "
			"set "
			"threads: %d in dpdk.interfaces",
			n, workers, CPU_COUNT(&a.workers));
	else if (a.on)
		hg_host_say(h, HG_HOST_OK, "CPUs", "workers stay on CPU %s, all else on %s", workers, rest);
	return a.on;
}

void
hg_host_cpus(struct hg_host *h)
{
	const unsigned workers = h->devices.workers;
	struct hg_cpus host;
	int cpus;

	if (workers == 0)
		return;
	hg_cpus_of_host(&host);
	cpus = CPU_COUNT(&host.allowed);
	if (check_affinity(h, &host))
		return;
	if ((int)workers > cpus)
		hg_host_say(h, HG_HOST_PROBLEM, "CPUs",
			"%u workers on %d: they wait for each other; set threads: %d in dpdk.interfaces",
			workers, cpus, HG_MAX(cpus - 1, 1));
	else if ((int)workers == cpus)
		hg_host_say(h, HG_HOST_NOTE, "CPUs",
			"%u workers on %d: none is left for output and the rest of the machine", workers,
			cpus);
	else
		hg_host_say(h, HG_HOST_OK, "CPUs", "%u workers on %d", workers, cpus);
}

/* A folder that is missing is made by root; only the last one of its path. */
static bool
will_be_made(const char *path)
{
	const char *slash = strrchr(path, '/');
	char above[512];

	snprintf(above, sizeof(above), "%.*s", slash == NULL ? 1 : (int)(slash - path),
		slash == NULL ? "." : path);
	return geteuid() == 0 && access(path, F_OK) < 0 && access(above[0] == '\0' ? "/" : above, W_OK) == 0;
}

/* Asked with the rights that files will be opened with. */
static void
check_folder(struct hg_host *h, const char *what, const char *path)
{
	struct hg_error err;
	int why = 0;

	if (will_be_made(path)) {
		hg_host_say(h, HG_HOST_OK, what, "%s will be made", path);
		return;
	}
	if (hg_rights_lower(&h->rights, &err) < 0 || faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) < 0)
		why = errno;
	hg_rights_raise(&h->rights);
	if (why == 0)
		hg_host_say(h, HG_HOST_OK, what, "%s can be written", path);
	else if (h->rights.user[0] != '\0')
		hg_host_say(h, HG_HOST_PROBLEM, what, "%s: %s; install -d -o %s -m 750 %s", path,
			strerror(why), h->rights.user, path);
	else
		hg_host_say(
			h, HG_HOST_PROBLEM, what, "%s: %s; install -d -m 750 %s", path, strerror(why), path);
}

static void
check_socket(struct hg_host *h, const char *what, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[512];

	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path),
		slash == NULL ? "." : path);
	check_folder(h, what, folder[0] == '\0' ? "/" : folder);
}

void
hg_host_folders(struct hg_host *h)
{
	static struct hg_output_config output;
	struct hg_error err;
	char path[4096];
	bool cache;

	check_folder(h, "events", hg_config_str(h->config, "default-log-dir"));
	/* One below it is made with it. */
	if (hg_config_bool(h->config, "outputs.file-store.enabled") &&
		hg_config_str(h->config, "outputs.file-store.dir")[0] == '/')
		check_folder(h, "stored files", hg_config_str(h->config, "outputs.file-store.dir"));
	if (hg_control_path(h->config, path, sizeof(path)))
		check_socket(h, "control socket", path);
	if (hg_output_config_read(&output, h->config, &err) < 0)
		hg_host_say(h, HG_HOST_PROBLEM, "events", "%s", err.text);
	else if (output.events)
		check_socket(h, "event socket", output.events_path);
	if (!hg_config_bool(h->config, "rules.cache") || hg_rights_lower(&h->rights, &err) < 0)
		return;
	cache = hg_load_cache(h->config, path, sizeof(path)) != NULL && access(path, W_OK) == 0;
	hg_rights_raise(&h->rights);
	if (cache)
		hg_host_say(h, HG_HOST_OK, "cache", "%s can be written", path);
	else
		hg_host_say(h, HG_HOST_NOTE, "cache",
			"compiled patterns cannot be kept, so each start compiles them: set rules.cache-dir");
}
