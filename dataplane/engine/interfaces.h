/* interfaces: dpdk.interfaces, or af-packet of the peer's configuration, as devices to open. */
#ifndef HG_ENGINE_INTERFACES_H
#define HG_ENGINE_INTERFACES_H

#include "base/config.h"
#include "engine/options.h"
#include "port/dpdk/devices.h"

/* What the command line names; else dpdk.interfaces when it is set, else af-packet. */
int hg_interfaces_read(struct hg_devices_config *out, const struct hg_config *c, const struct hg_options *o,
	struct hg_error *err);

/* Do dropped packets end at any of them? Then all is inspected inline. */
bool hg_interfaces_inline(const struct hg_devices_config *d);

#endif
