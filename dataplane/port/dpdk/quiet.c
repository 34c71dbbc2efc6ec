/* Offloads of a kernel's interface, switched off while hangu has it and on again at the end. */
#include <errno.h>

#include "base/log.h"
#include "port/dpdk/devices_int.h"

/* It goes on: frames that come put together are counted and told of all the same. */
static void
complain(const struct hg_device *dev, const struct hg_offloads *left, int error)
{
	char text[HG_OFFLOADS_TEXT];

	hg_log(HG_LOG_WARNING,
		"%s changes frames before they are seen, and cannot be told not to: %s; type ethtool -K %s "
		"%s",
		dev->kernel, error < 0 ? strerror(-error) : "its driver does not let go of it", dev->kernel,
		hg_offloads_print(left, "off", text));
}

/* A driver may refuse without saying so: what counts is what is on afterwards. */
void
hg_device_quiet(struct hg_device *dev)
{
	struct hg_offloads on, fixed, left;
	char text[HG_OFFLOADS_TEXT];
	int r;

	if (dev->kernel[0] == '\0' || dev->config.keep_offloads ||
		hg_offloads_look(dev->kernel, &on, &fixed) < 0)
		return;
	if (hg_offloads_any(&on)) {
		r = hg_offloads_switch(dev->kernel, &on, false);
		if (r < 0) {
			complain(dev, &on, r);
			return;
		}
		dev->switched_off = on;
		hg_log(HG_LOG_NOTICE, "%s: %s switched off until the end", dev->kernel,
			hg_offloads_print(&on, NULL, text));
	}
	if (hg_offloads_look(dev->kernel, &left, &fixed) == 0 && hg_offloads_any(&left))
		complain(dev, &left, 0);
	if (hg_offloads_receiving(&fixed))
		complain(dev, &fixed, 0);
}

void
hg_device_unquiet(struct hg_device *dev)
{
	char text[HG_OFFLOADS_TEXT];
	int r = 0;

	if (hg_offloads_any(&dev->switched_off))
		r = hg_offloads_switch(dev->kernel, &dev->switched_off, true);
	/* An interface that has gone needs nothing. */
	if (r < 0 && r != -ENODEV)
		hg_log(HG_LOG_WARNING, "the offloads of %s stay off: %s; type ethtool -K %s %s", dev->kernel,
			strerror(-r), dev->kernel, hg_offloads_print(&dev->switched_off, "on", text));
	dev->switched_off = (struct hg_offloads){ 0 };
}
