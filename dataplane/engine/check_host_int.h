/* What the parts of check_host share. */
#ifndef HG_ENGINE_CHECK_HOST_INT_H
#define HG_ENGINE_CHECK_HOST_INT_H

#include <stdio.h>

#include "base/rights.h"
#include "engine/check_host.h"
#include "engine/interfaces.h"

enum hg_host_state { HG_HOST_OK, HG_HOST_NOTE, HG_HOST_PROBLEM };

struct hg_host {
	FILE *out;
	const char *root; /* in front of /proc and /sys: "" but in tests */
	unsigned problems;
	const struct hg_config *config;
	const struct hg_settings *settings;
	struct hg_devices_config devices; /* n is 0 when they could not be read */
	struct hg_rights rights;
};

/* One line: about what, and a sentence that hg_say() knows, with its arguments. */
void hg_host_say(struct hg_host *h, enum hg_host_state state, const char *what, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The first line of a file below root, without its end; false: there is none. */
bool hg_host_read(const struct hg_host *h, const char *path, char *line, size_t size);

/* check_device.c */
void hg_host_devices(struct hg_host *h);
bool hg_host_kernel_name(
	const struct hg_device_config *d, char name[16]); /* of an interface that the kernel has */
bool hg_host_is_pci(const struct hg_device_config *d);

/* check_means.c */
void hg_host_rights(struct hg_host *h);
void hg_host_kernel(struct hg_host *h);
void hg_host_memory(struct hg_host *h);
void hg_host_cpus(struct hg_host *h);
void hg_host_folders(struct hg_host *h);

#endif
