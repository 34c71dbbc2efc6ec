/* What offloads have spoilt, in this machine or at the other end of a line, told with what to type: of each device once a minute. */
#include "base/log.h"
#include "engine/live_int.h"
#include "port/dpdk/kernel.h"
#include "port/dpdk/offload.h"

#define LOOK HG_SEC
#define PAUSE (60 * HG_SEC)
#define TAGS 8 /* bytes of two tags */

_Static_assert(HG_DEVICES_MAX <= HG_DECODE_DEVICES, "each device has figures of its own");

/* How many more there are than were told; 0: none, or it is too early. */
static uint64_t
untold(struct hg_told *t, uint64_t n, uint64_t now)
{
	const uint64_t more = n - t->n;

	if (more == 0 || (t->when != 0 && now - t->when < PAUSE))
		return 0;
	*t = (struct hg_told){ n, now };
	return more;
}

static const char *
partner_of(const struct hg_live *l, unsigned device)
{
	const struct hg_device_config *d = l->devices_config.device;

	for (unsigned i = 0; i < l->devices_config.n; i++)
		if (strcmp(d[i].interface, d[device].copy_iface) == 0)
			return l->names[i];
	return l->names[device];
}

static bool
puts_together(const char *name, char text[HG_OFFLOADS_TEXT])
{
	struct hg_offloads on, fixed;

	if (hg_offloads_look(name, &on, &fixed) < 0 || !hg_offloads_receiving(&on))
		return false;
	hg_offloads_print(&on, "off", text);
	return true;
}

static void
tell_oversized(const struct hg_live *l, unsigned device, uint64_t n, const struct hg_device_stats *s)
{
	const char *name = l->names[device], *to = partner_of(l, device);
	const bool listens = l->devices_config.device[device].mode == HG_DEVICE_LISTEN;
	const char *fate = listens ? "were cut: only a part was inspected" : "were dropped";
	char text[HG_OFFLOADS_TEXT], head[160];

	snprintf(head, sizeof(head), "%s: %llu frames were longer than %u bytes and %s", name,
		(unsigned long long)n, s->limit, fate);
	if (puts_together(name, text))
		hg_log(HG_LOG_WARNING, "%s; they are put together here: type ethtool -K %s %s", head, name,
			text);
	else if (hg_kernel_mtu(name) > hg_kernel_mtu(to))
		hg_log(HG_LOG_WARNING,
			"%s; the MTU of %s is %d, that of %s is %d: type ip link set %s mtu %d", head, name,
			hg_kernel_mtu(name), to, hg_kernel_mtu(to), to, hg_kernel_mtu(name));
	else if (s->longest <= s->limit + TAGS && !listens)
		hg_log(HG_LOG_WARNING, "%s; their tags need room: type ip link set %s mtu %d", head, to,
			hg_kernel_mtu(to) + TAGS);
	else
		hg_log(HG_LOG_WARNING,
			"%s; who sends them leaves it to a network card to split them: type ethtool -K "
			"INTERFACE tso off "
			"gso off gro off at the other end of %s",
			head, name);
}

/* What this machine itself sends is received, too, by who listens. */
static bool
sends_unfinished(const struct hg_live *l, unsigned device)
{
	struct hg_offloads on, fixed;

	return l->devices_config.device[device].mode == HG_DEVICE_LISTEN &&
		hg_offloads_look(l->names[device], &on, &fixed) == 0 && hg_offloads_checksums(&on);
}

static void
tell_unfinished(const struct hg_live *l, unsigned device, uint64_t n)
{
	const char *name = l->names[device];
	const bool own = sends_unfinished(l, device);

	hg_log(HG_LOG_WARNING,
		"%s: %llu packets came without their checksums, so nobody takes them; who sends them leaves "
		"those to a "
		"network card: type ethtool -K %s tx off%s%s",
		name, (unsigned long long)n, own ? name : "INTERFACE", own ? "" : " at the other end of ",
		own ? "" : name);
}

void
hg_live_tell_offloads(struct hg_live *l)
{
	const uint64_t now = hg_thread_now();

	if (now - l->offloads_looked < LOOK)
		return;
	l->offloads_looked = now;
	hg_devices_renew_limits(l->devices);
	for (unsigned i = 0; i < hg_devices_count(l->devices); i++) {
		struct hg_device_stats s;
		uint64_t n = 0, more;

		hg_device_stats(l->devices, i, &s);
		more = untold(&l->oversized[i], s.oversized + s.unusable, now);
		if (more != 0)
			tell_oversized(l, i, more, &s);
		for (unsigned w = 0; w < l->n_workers; w++)
			n += hg_live_worker_unfinished(l->workers[w], i);
		more = untold(&l->unfinished[i], n, now);
		if (more != 0)
			tell_unfinished(l, i, more);
	}
}
