#include "engine/interfaces.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/affinity.h"

#define THREADS_AUTO 0

/* What one interface says; threads are a matter of all. */
struct item {
	struct hg_device_config device;
	unsigned threads;
};

static const struct item initial = { .device = { .mtu = 1500,
					     .rx_descriptors = 1024,
					     .tx_descriptors = 1024,
					     .mempool = 16383,
					     .mempool_cache = 256,
					     .promisc = true,
					     .multicast = true } };

enum kind { TEXT, NUMBER16, NUMBER32, SWITCH, MODE, THREADS, OFFLOADS, NOTHING };

/* Keys of one interface; NOTHING: the peer's, without meaning here. */
static const struct key {
	const char *name;
	enum kind kind;
	size_t at;
	unsigned least, most;
} keys[] = {
	{ "interface", TEXT, offsetof(struct item, device.interface), 0, 0 },
	{ "copy-iface", TEXT, offsetof(struct item, device.copy_iface), 0, 0 },
	{ "copy-mode", MODE, offsetof(struct item, device.mode), 0, 0 },
	{ "threads", THREADS, offsetof(struct item, threads), 1, HG_WORKERS_MAX },
	{ "mtu", NUMBER16, offsetof(struct item, device.mtu), 576, 9702 },
	{ "rx-descriptors", NUMBER16, offsetof(struct item, device.rx_descriptors), 32, 32768 },
	{ "tx-descriptors", NUMBER16, offsetof(struct item, device.tx_descriptors), 32, 32768 },
	{ "mempool-size", NUMBER32, offsetof(struct item, device.mempool), 512, 4194303 },
	{ "mempool-cache-size", NUMBER32, offsetof(struct item, device.mempool_cache), 0, 512 },
	{ "promisc", SWITCH, offsetof(struct item, device.promisc), 0, 0 },
	{ "multicast", SWITCH, offsetof(struct item, device.multicast), 0, 0 },
	{ "offloads", OFFLOADS, offsetof(struct item, device.keep_offloads), 0, 0 },
	{ "checksum-checks", NOTHING, 0, 0, 0 },
	{ "checksum-checks-offload", NOTHING, 0, 0, 0 },
	{ "interrupt-mode", NOTHING, 0, 0, 0 },
	{ "rss-hash-functions", NOTHING, 0, 0, 0 },
	{ "linkup-timeout", NOTHING, 0, 0, 0 },
	{ "cluster-id", NOTHING, 0, 0, 0 },
	{ "cluster-type", NOTHING, 0, 0, 0 },
	{ "defrag", NOTHING, 0, 0, 0 },
	{ "use-mmap", NOTHING, 0, 0, 0 },
	{ "mmap-locked", NOTHING, 0, 0, 0 },
	{ "tpacket-v3", NOTHING, 0, 0, 0 },
	{ "ring-size", NOTHING, 0, 0, 0 },
	{ "block-size", NOTHING, 0, 0, 0 },
	{ "block-timeout", NOTHING, 0, 0, 0 },
	{ "use-emergency-flush", NOTHING, 0, 0, 0 },
	{ "buffer-size", NOTHING, 0, 0, 0 },
	{ "disable-promisc", NOTHING, 0, 0, 0 },
	{ "bpf-filter", NOTHING, 0, 0, 0 },
	{ "tpacket-v3-block-size", NOTHING, 0, 0, 0 },
};

static int
refuse(const struct hg_config_node *n, struct hg_error *err, const char *wanted)
{
	hg_error_set(err, -EINVAL, "%s of an interface takes %s, not '%s'", hg_config_name(n), wanted,
		hg_config_text(n) == NULL ? "a list" : hg_config_text(n));
	hg_config_place(n, err);
	return -EINVAL;
}

static int
refuse_key(const struct hg_config_node *n, struct hg_error *err)
{
	const char *names[HG_COUNT(keys)], *near;

	for (size_t i = 0; i < HG_COUNT(keys); i++)
		names[i] = keys[i].name;
	near = hg_nearest(hg_config_name(n), names, HG_COUNT(names));
	hg_error_set(err, -EINVAL, "an interface has no key '%s'%s%s%s", hg_config_name(n),
		near == NULL ? "" : "; did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?");
	hg_config_place(n, err);
	return -EINVAL;
}

static int
read_number(const struct key *k, const struct hg_config_node *n, unsigned *out, struct hg_error *err)
{
	const char *text = hg_config_text(n);
	char *end, wanted[64];
	unsigned long v;

	snprintf(wanted, sizeof(wanted), "a number from %u to %u", k->least, k->most);
	if (text == NULL || *text < '0' || *text > '9')
		return refuse(n, err, wanted);
	v = strtoul(text, &end, 10);
	if (*end != '\0' || v < k->least || v > k->most)
		return refuse(n, err, wanted);
	*out = (unsigned)v;
	return 0;
}

static int
read_mode(const struct hg_config_node *n, enum hg_device_mode *mode, struct hg_error *err)
{
	static const char *const names[] = {
		[HG_DEVICE_LISTEN] = "none", [HG_DEVICE_TAP] = "tap", [HG_DEVICE_INLINE] = "ips"
	};
	const char *text = hg_config_text(n);

	for (unsigned i = 0; text != NULL && i < HG_COUNT(names); i++) {
		if (strcmp(text, names[i]) == 0) {
			*mode = (enum hg_device_mode)i;
			return 0;
		}
	}
	return refuse(n, err, "none (listen), tap (forward all) or ips (forward what is not dropped)");
}

static int
read_key(struct item *item, const struct hg_config_node *n, struct hg_error *err)
{
	const struct key *k = keys;
	const char *text = hg_config_text(n);
	uint8_t *at;
	unsigned number;
	int r;

	while (k < keys + HG_COUNT(keys) && strcmp(k->name, hg_config_name(n)) != 0)
		k++;
	if (k == keys + HG_COUNT(keys))
		return refuse_key(n, err);
	at = (uint8_t *)item + k->at;
	switch (k->kind) {
	case TEXT:
		if (text == NULL || strlen(text) >= HG_DEVICE_NAME)
			return refuse(n, err, "a name");
		snprintf((char *)at, HG_DEVICE_NAME, "%s", strcmp(text, "none") == 0 ? "" : text);
		return 0;
	case NUMBER16:
	case NUMBER32:
		r = read_number(k, n, &number, err);
		if (r == 0 && k->kind == NUMBER16)
			*(uint16_t *)(void *)at = (uint16_t)number;
		else if (r == 0)
			*(uint32_t *)(void *)at = number;
		return r;
	case SWITCH:
		return text != NULL && hg_config_parse_bool(text, (bool *)at) ? 0
									      : refuse(n, err, "yes or no");
	case MODE:
		return read_mode(n, &item->device.mode, err);
	case THREADS:
		item->threads = THREADS_AUTO;
		return text != NULL && strcmp(text, "auto") == 0 ? 0 : read_number(k, n, &item->threads, err);
	case OFFLOADS:
		*(bool *)at = text != NULL && strcmp(text, "keep") == 0;
		return *(bool *)at || (text != NULL && strcmp(text, "off") == 0)
			? 0
			: refuse(n, err, "off (while hangu runs) or keep");
	case NOTHING:
		break;
	}
	return 0;
}

static int
read_keys(struct item *item, const struct hg_config_node *n, struct hg_error *err)
{
	int r = 0;

	for (n = hg_config_first(n); n != NULL && r == 0; n = hg_config_next(n))
		r = read_key(item, n, err);
	return r;
}

static bool
is_default(const struct hg_config_node *item)
{
	const struct hg_config_node *name = hg_config_child(item, "interface");

	return name != NULL && hg_config_text(name) != NULL && strcmp(hg_config_text(name), "default") == 0;
}

static int
add_interface(struct hg_devices_config *out, const struct hg_config_node *n, const struct item *defaults,
	unsigned *threads, struct hg_error *err)
{
	struct item item = *defaults;
	int r = read_keys(&item, n, err);

	if (r < 0)
		return r;
	if (item.device.interface[0] == '\0')
		hg_error_set(err, r = -EINVAL, "an interface without its name: `interface:`");
	else if (out->n == HG_DEVICES_MAX)
		hg_error_set(err, r = -EINVAL, "more than %d interfaces", HG_DEVICES_MAX);
	else if ((item.device.mode == HG_DEVICE_LISTEN) != (item.device.copy_iface[0] == '\0'))
		hg_error_set(err, r = -EINVAL,
			"%s has a copy-iface without a copy-mode of tap or ips, or the reverse",
			item.device.interface);
	if (r < 0) {
		hg_config_place(n, err);
		return r;
	}
	out->device[out->n++] = item.device;
	if (item.threads != THREADS_AUTO)
		*threads = *threads == 0 ? item.threads : HG_MIN(*threads, item.threads);
	return 0;
}

static int
read_list(struct hg_devices_config *out, const struct hg_config_node *list, bool keep_offloads,
	unsigned *threads, struct hg_error *err)
{
	struct item defaults = initial;
	int r = 0;

	defaults.device.keep_offloads = keep_offloads;

	for (const struct hg_config_node *n = hg_config_first(list); n != NULL && r == 0;
		n = hg_config_next(n))
		if (is_default(n))
			r = read_keys(&defaults, n, err);
	defaults.device.interface[0] = '\0';
	for (const struct hg_config_node *n = hg_config_first(list); n != NULL && r == 0;
		n = hg_config_next(n))
		if (!is_default(n))
			r = add_interface(out, n, &defaults, threads, err);
	return r;
}

/* `file-prefix: x` is --file-prefix x, `m: 512` is -m 512; a key without a value is a switch. */
static int
read_eal(struct hg_devices_config *out, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *n = hg_config_find(c, "dpdk.eal-params");

	for (n = n == NULL ? NULL : hg_config_first(n); n != NULL; n = hg_config_next(n)) {
		const char *name = hg_config_name(n), *text = hg_config_text(n);

		if (out->n_eal + 2 > HG_EAL_PARAMS_MAX)
			return hg_error_set(
				err, -EINVAL, "dpdk.eal-params: more than %d words", HG_EAL_PARAMS_MAX);
		snprintf(out->eal[out->n_eal++], HG_DEVICE_NAME, "%s%s", name[1] == '\0' ? "-" : "--", name);
		if (text != NULL && text[0] != '\0')
			snprintf(out->eal[out->n_eal++], HG_DEVICE_NAME, "%s", text);
	}
	return 0;
}

/* Of -i and --inline. */
static int
add_named(struct hg_devices_config *out, const char *name, size_t len, enum hg_device_mode mode,
	struct hg_error *err)
{
	if (len == 0 || len >= HG_DEVICE_NAME)
		return hg_error_set(
			err, -EINVAL, "--inline takes the names of two interfaces: --inline eth0,eth1");
	out->device[out->n] = initial.device;
	out->device[out->n].mode = mode;
	snprintf(out->device[out->n++].interface, HG_DEVICE_NAME, "%.*s", (int)len, name);
	return 0;
}

static int
read_options(struct hg_devices_config *out, const struct hg_options *o, struct hg_error *err)
{
	const char *comma = o->between == NULL ? NULL : strchr(o->between, ',');
	int r;

	if (o->listen != NULL)
		return add_named(out, o->listen, strlen(o->listen), HG_DEVICE_LISTEN, err);
	r = add_named(
		out, o->between, comma == NULL ? 0 : (size_t)(comma - o->between), HG_DEVICE_INLINE, err);
	if (r == 0)
		r = add_named(out, comma + 1, strlen(comma + 1), HG_DEVICE_INLINE, err);
	if (r < 0)
		return r;
	memcpy(out->device[0].copy_iface, out->device[1].interface, HG_DEVICE_NAME);
	memcpy(out->device[1].copy_iface, out->device[0].interface, HG_DEVICE_NAME);
	return 0;
}

int
hg_interfaces_read(struct hg_devices_config *out, const struct hg_config *c, const struct hg_options *o,
	struct hg_error *err)
{
	const bool dpdk = hg_config_is_set(c, "dpdk.interfaces");
	const struct hg_config_node *list = hg_config_find(c, dpdk ? "dpdk.interfaces" : "af-packet");
	const bool keep_offloads = !hg_config_bool(c, "capture.disable-offloading");
	unsigned threads = THREADS_AUTO;
	struct hg_affinity affinity;
	struct hg_cpus host;
	int r = hg_affinity_read(&affinity, c, err);

	*out = (struct hg_devices_config){ 0 };
	if (r < 0)
		return r;
	if (o->listen != NULL || o->between != NULL) {
		r = read_options(out, o, err);
		out->device[0].keep_offloads = out->device[1].keep_offloads = keep_offloads;
	} else if (list != NULL) {
		r = read_list(out, list, keep_offloads, &threads, err);
	}
	if (r == 0)
		r = read_eal(out, c, err);
	if (r < 0)
		return r;
	if (out->n == 0)
		return hg_error_set(err, -EINVAL,
			"no interface to listen on: name it in dpdk.interfaces of the configuration, or with "
			"-i or --inline");
	hg_cpus_of_host(&host);
	out->workers = o->workers != 0 ? o->workers
		: threads != THREADS_AUTO
		? threads
		: HG_MIN(hg_affinity_room(&affinity, &host), (unsigned)HG_WORKERS_MAX);
	return 0;
}

bool
hg_interfaces_inline(const struct hg_devices_config *d)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->device[i].mode == HG_DEVICE_INLINE)
			return true;
	return false;
}
