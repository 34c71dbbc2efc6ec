#include "engine/live_rescue.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rights.h"
#include "base/thread.h"
#include "engine/options.h"
#include "port/dpdk/devices.h"

#define REST_NS 50000 /* when nothing has come */

/* What the thread knows of a worker. */
struct patient {
	_Atomic uint64_t beats; /* it stands still as long as these do */
	_Atomic bool still;     /* the main thread says so, the thread takes it back */
	bool taken, refused;
	uint64_t before; /* frames that had passed when it was taken */
};

struct hg_live_rescue {
	struct hg_thread thread;
	struct hg_devices *devices;
	struct hg_live_worker *const *workers;
	int wake;
	unsigned n;
	_Atomic bool over;
	struct patient patients[HG_WORKERS_MAX];
};

static void
leave_alone(struct patient *p)
{
	p->taken = p->refused = false;
	atomic_store(&p->still, false);
}

static void
take(const struct hg_live_rescue *r, struct patient *p, unsigned worker, unsigned passed)
{
	if (p->taken)
		return;
	p->taken = true;
	p->before = hg_devices_uninspected(r->devices, worker) - passed;
	hg_log(HG_LOG_ERROR, "frames of worker %u pass uninspected from now on", worker);
}

static void
give_back(const struct hg_live_rescue *r, struct patient *p, unsigned worker)
{
	hg_log(HG_LOG_WARNING, "frames of worker %u are inspected again; %llu have passed uninspected",
		worker, (unsigned long long)(hg_devices_uninspected(r->devices, worker) - p->before));
	leave_alone(p);
}

static void
refuse(struct patient *p, unsigned worker)
{
	if (!p->refused)
		hg_log(HG_LOG_ERROR,
			"worker %u stands still within a device's driver: its frames cannot pass", worker);
	p->refused = true;
}

/* How many frames have passed. */
static unsigned
look_after(struct hg_live_rescue *r, unsigned worker)
{
	struct patient *p = &r->patients[worker];
	unsigned passed = 0;

	/* It has gone on before its port was taken. */
	if (!p->taken && hg_live_worker_beats(r->workers[worker]) != atomic_load(&p->beats)) {
		leave_alone(p);
		return 0;
	}
	switch (hg_devices_rescue(r->devices, worker, &passed)) {
	case HG_RESCUE_GOES_ON:
		take(r, p, worker, passed);
		break;
	case HG_RESCUE_OVER:
		give_back(r, p, worker);
		break;
	case HG_RESCUE_REFUSED:
		refuse(p, worker);
		break;
	}
	return passed;
}

static void
sleep_until_woken(const struct hg_live_rescue *r)
{
	uint64_t times;
	ssize_t n = read(r->wake, &times, sizeof(times));

	(void)n;
}

static void
run(void *arg)
{
	const struct timespec rest = { 0, REST_NS };
	struct hg_live_rescue *r = arg;
	struct hg_error err;

	hg_rights_keep(0);
	if (hg_devices_enter(&err) < 0)
		hg_log_error(HG_LOG_WARNING, &err);
	while (!atomic_load(&r->over)) {
		unsigned passed = 0;
		bool any = false;

		for (unsigned i = 0; i < r->n; i++) {
			if (!atomic_load(&r->patients[i].still))
				continue;
			any = true;
			passed += look_after(r, i);
		}
		if (!any)
			sleep_until_woken(r);
		else if (passed == 0)
			nanosleep(&rest, NULL);
	}
	hg_devices_leave(r->devices);
}

static void
wake(const struct hg_live_rescue *r)
{
	const uint64_t one = 1;
	ssize_t n = write(r->wake, &one, sizeof(one));

	(void)n;
}

int
hg_live_rescue_open(struct hg_live_rescue **ret, struct hg_devices *devices,
	struct hg_live_worker *const *workers, unsigned n, struct hg_error *err)
{
	struct hg_live_rescue *r = calloc(1, sizeof(*r));
	int error;

	if (r == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for who passes frames on");
	r->devices = devices;
	r->workers = workers;
	r->n = n;
	r->wake = eventfd(0, EFD_CLOEXEC);
	error = r->wake < 0 ? hg_error_errno(err, "cannot make an eventfd")
			    : hg_thread_start(&r->thread, "hg-rescue", run, r, err);
	if (error < 0)
		hg_live_rescue_close(r);
	else
		*ret = r;
	return error;
}

void
hg_live_rescue_close(struct hg_live_rescue *r)
{
	if (r == NULL)
		return;
	atomic_store(&r->over, true);
	if (r->wake >= 0)
		wake(r);
	while (!hg_thread_join(&r->thread, hg_thread_now() + HG_SEC))
		;
	if (r->wake >= 0)
		close(r->wake);
	free(r);
}

void
hg_live_rescue(struct hg_live_rescue *r, unsigned worker, uint64_t beats)
{
	struct patient *p = &r->patients[worker];

	atomic_store(&p->beats, beats);
	atomic_store(&p->still, true);
	wake(r);
}
