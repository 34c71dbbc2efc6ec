#include "linkage/daemon.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rights.h"
#include "base/thread.h"
#include "linkage/driver/driver.h"
#include "linkage/io/clock.h"
#include "linkage/io/control.h"
#include "linkage/io/feed.h"
#include "linkage/io/routes.h"
#include "linkage/serve.h"
#include "linkage/settings.h"

#define TICK (100 * HG_MSEC)

struct daemon {
	struct hg_loop loop;
	struct hg_decider decider;
	struct hg_feed feed;
	struct hg_control control;
	struct hg_routes routes;
	struct hg_serve serve;
	struct hg_watch signals, store;
	hg_time tick_at;
	bool stop;
};

/* There is one daemon in a program; watches that are not part of it find it here. */
static struct daemon *the;

static void
on_signal(struct hg_watch *w, uint32_t events)
{
	struct signalfd_siginfo info;

	(void)events;
	if (read(w->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		hg_store_reopen_log(the->decider.store);
	else
		the->stop = true;
}

static void
on_store(struct hg_watch *w, uint32_t events)
{
	(void)w;
	(void)events;
	hg_store_heard(the->decider.store);
	hg_control_durable(&the->control, hg_store_durable(the->decider.store));
}

static void
on_alert(void *ctx, const struct hg_alert *a)
{
	hg_decide_alert(ctx, a, hg_clock());
}

static int
open_signals(struct daemon *d, struct hg_error *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	d->signals = (struct hg_watch){ signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), on_signal };
	if (d->signals.fd < 0)
		return hg_error_errno(err, "cannot wait for signals");
	return hg_loop_add(&d->loop, &d->signals, EPOLLIN);
}

static void
name_targets(struct daemon *d, const struct hg_settings_target *rows, unsigned n)
{
	d->decider.n_targets = n;
	for (unsigned i = 0; i < n; i++) {
		struct hg_target *t = &d->decider.targets[i];

		*t = (struct hg_target){
			.index = i, .driver = rows[i].driver, .decider = &d->decider, .loop = &d->loop
		};
		memcpy(t->name, rows[i].name, sizeof(t->name));
	}
}

static int
open_routes(struct daemon *d, const struct hg_config *c, const struct hg_settings_target *rows,
	struct hg_error *err)
{
	int status = hg_routes_open(&d->routes, &d->loop, hg_config_str(c, "linkage.resolvers"), err);

	for (unsigned i = 0; status == 0 && i < d->decider.n_targets; i++) {
		const struct hg_config_node *netns = hg_config_child(rows[i].options, "netns");

		if (netns != NULL && hg_config_text(netns) != NULL)
			status = hg_routes_add(&d->routes, hg_config_text(netns), err);
	}
	if (status == 0)
		hg_routes_read(&d->routes, &d->decider.admit.guard.found, hg_clock());
	return status;
}

static int
open_store(struct daemon *d, const struct hg_config *c, struct hg_error *err)
{
	int status = hg_store_open(
		&d->decider.store, hg_config_str(c, "linkage.store"), hg_config_str(c, "linkage.log"), err);

	if (status == 0)
		status = hg_decider_load(&d->decider, hg_wall(), err);
	if (status < 0)
		return status;
	d->store = (struct hg_watch){ hg_store_fd(d->decider.store), on_store };
	return hg_loop_add(&d->loop, &d->store, EPOLLIN);
}

#define BIT(cap) ((uint64_t)1 << (cap))

/* Firewalls and routes are the kernel's administration; to enter a foreign namespace anew takes more. */
static int
drop_rights(
	const struct hg_config *c, const struct hg_settings_target *rows, unsigned n, struct hg_error *err)
{
	uint64_t keep = BIT(CAP_NET_ADMIN);
	struct hg_rights rights;
	int status = hg_rights_read(&rights, c, err);

	for (unsigned i = 0; i < n; i++)
		if (hg_config_child(rows[i].options, "netns") != NULL)
			keep |= BIT(CAP_SYS_ADMIN);
	if (hg_config_bool(c, "linkage.realtime"))
		hg_thread_take_rank(HG_RANK_FIRST);
	hg_rights_no_new();
	hg_rights_folder_of(&rights, hg_config_str(c, "linkage.socket"));
	return status < 0 ? status : hg_rights_drop(&rights, keep, err);
}

/* First what blocks, then who may ask for it: a restart brings back what was, before it hears of anything new. */
static int
open_all(struct daemon *d, const struct hg_config *c, struct hg_error *err)
{
	struct hg_settings_target rows[HG_TARGETS];
	unsigned n;
	int status = hg_loop_open(&d->loop);

	if (status == 0)
		status = open_signals(d, err);
	if (status == 0)
		status = hg_settings_targets(c, rows, &n, err);
	if (status < 0)
		return status;
	status = drop_rights(c, rows, n, err);
	if (status < 0)
		return status;
	name_targets(d, rows, n);
	status = hg_settings_decider(&d->decider, c, err);
	if (status == 0)
		status = hg_decider_open(
			&d->decider, (uint32_t)hg_config_int(c, "linkage.most"), hg_clock(), err);
	if (status == 0)
		status = open_routes(d, c, rows, err);
	if (status == 0)
		status = hg_control_open(&d->control, &d->loop, hg_config_str(c, "linkage.socket"), err);
	if (status == 0)
		status = open_store(d, c, err);
	for (unsigned i = 0; status == 0 && i < n; i++)
		status = rows[i].driver->open(&d->decider.targets[i], rows[i].options, err);
	if (status == 0)
		status = hg_feed_open(&d->feed, &d->loop, hg_config_str(c, "linkage.events"), err);
	d->serve = (struct hg_serve){ &d->decider, &d->feed };
	d->control.serve = hg_serve;
	d->control.ctx = &d->serve;
	d->feed.heard = on_alert;
	d->feed.ctx = &d->decider;
	return status;
}

static void
close_all(struct daemon *d)
{
	hg_feed_close(&d->feed);
	hg_decider_close(&d->decider);
	hg_store_close(d->decider.store);
	hg_control_close(&d->control);
	hg_routes_close(&d->routes);
	if (d->signals.fd >= 0)
		close(d->signals.fd);
	hg_loop_close(&d->loop);
}

static bool
same(const struct hg_nets *a, const struct hg_nets *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!hg_net_eq(&a->rows[i].net, &b->rows[i].net))
			return false;
	return true;
}

static void
read_routes(struct daemon *d, hg_time now)
{
	struct hg_nets found = { 0 }, *old = &d->decider.admit.guard.found;

	hg_routes_read(&d->routes, &found, now);
	if (same(&found, old)) {
		hg_nets_close(&found);
		return;
	}
	hg_nets_close(old);
	*old = found;
	hg_log(HG_LOG_INFO, "%zu addresses of this machine and its neighbours are protected", found.n);
	hg_decide_guard(&d->decider, now);
}

static void
tick(struct daemon *d, hg_time now)
{
	d->tick_at = now + TICK;
	if (hg_routes_due(&d->routes, now))
		read_routes(d, now);
	hg_feed_tick(&d->feed, now);
	for (unsigned i = 0; i < d->decider.n_targets; i++)
		d->decider.targets[i].driver->tick(&d->decider.targets[i], now);
}

/* Effects go out beside the store's commit: what a death catches between the two is put right at the next start. */
static bool
pump(struct daemon *d)
{
	bool more = false;

	for (unsigned i = 0; i < d->decider.n_targets; i++)
		more |= hg_target_pump(&d->decider.targets[i], d->decider.now);
	hg_control_submitted(&d->control, hg_store_submit(d->decider.store));
	hg_control_durable(&d->control, hg_store_durable(d->decider.store));
	return more;
}

static void
work(struct daemon *d)
{
	bool more = false;

	while (!d->stop) {
		hg_time now = hg_clock();
		const int wait = more ? 0 : now >= d->tick_at ? 0 : (int)((d->tick_at - now) / HG_MSEC) + 1;

		hg_loop_turn(&d->loop, wait);
		now = hg_clock();
		d->decider.now = now;
		if (now >= d->tick_at)
			tick(d, now);
		more = hg_decide_expire(&d->decider, now);
		more |= pump(d);
	}
}

int
hg_daemon_run(const struct hg_config *c)
{
	static struct daemon d;
	struct hg_error err = { 0 };
	int status = 1;

	d = (struct daemon){ .signals.fd = -1, .feed.watch.fd = -1, .control.watch.fd = -1 };
	the = &d;
	if (open_all(&d, c, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
	} else {
		hg_log(HG_LOG_NOTICE, "ready: %u bans, %zu protected addresses found",
			d.decider.bans.pool.used, d.decider.admit.guard.found.n);
		work(&d);
		status = 0;
	}
	close_all(&d);
	return status;
}
