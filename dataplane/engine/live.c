#include "engine/live.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "engine/interfaces.h"
#include "engine/live_worker.h"

enum { DONE = 0, BROKEN = 3 };

struct live {
	const struct hg_options *options;
	const struct hg_config *config;
	struct hg_settings *settings;
	const struct hg_snapshot *rules;
	struct hg_devices_config devices_config;
	struct hg_devices *devices;
	const char *names[HG_DEVICES_MAX];
	struct hg_sink *sink;
	struct hg_live_worker *workers[HG_WORKERS_MAX];
	unsigned n_workers;
	int signals;
};

static int
open_signals(struct live *l, struct hg_error *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	l->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return l->signals < 0 ? hg_error_errno(err, "cannot wait for signals") : 0;
}

static int
open_devices(struct live *l, struct hg_error *err)
{
	int r = hg_interfaces_read(&l->devices_config, l->config, l->options, err);

	if (r == 0)
		r = hg_devices_open(&l->devices, &l->devices_config, err);
	if (r < 0)
		return r;
	l->n_workers = l->devices_config.workers;
	for (unsigned i = 0; i < hg_devices_count(l->devices); i++)
		l->names[i] = hg_device_name(l->devices, i);
	l->settings->event.devices = l->names;
	return hg_settings_live(l->settings, l->config, l->n_workers, err);
}

static int
open_sink(struct live *l, struct hg_error *err)
{
	char path[4096];

	const char *dir = l->options->log_dir == NULL ? "/var/log/hangu" : l->options->log_dir;

	mkdir(dir, 0750);
	snprintf(path, sizeof(path), "%s/eve.json", dir);
	return hg_sink_file_open(&l->sink, path, false, err);
}

static int
start_workers(struct live *l, struct hg_error *err)
{
	int r = 0;

	for (unsigned i = 0; i < l->n_workers && r == 0; i++) {
		const struct hg_live_worker_config c = { .index = i,
			.burst = l->settings->burst,
			.cpu = -1,
			.busy = hg_config_bool(l->config, "engine.busy-poll"),
			.settings = l->settings,
			.config = l->config,
			.rules = l->rules,
			.port = hg_devices_port(l->devices, i),
			.sink = l->sink };

		r = hg_live_worker_open(&l->workers[i], &c, err);
		if (r == 0)
			r = hg_live_worker_start(l->workers[i], err);
	}
	return r;
}

static void
wait_for_signal(struct live *l)
{
	struct signalfd_siginfo s;

	while (read(l->signals, &s, sizeof(s)) == sizeof(s))
		if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT)
			return;
}

static void
stop_workers(struct live *l)
{
	const struct hg_mail stop = { .kind = HG_MAIL_STOP };

	for (unsigned i = 0; i < l->n_workers; i++)
		if (l->workers[i] != NULL)
			hg_live_worker_post(l->workers[i], &stop);
	for (unsigned i = 0; i < l->n_workers; i++)
		if (l->workers[i] != NULL)
			hg_live_worker_join(l->workers[i]);
}

int
hg_live(const struct hg_options *o, const struct hg_config *config, struct hg_settings *settings,
	const struct hg_snapshot *rules)
{
	struct live l = {
		.options = o, .config = config, .settings = settings, .rules = rules, .signals = -1
	};
	struct hg_error err;
	int r = open_signals(&l, &err);

	if (r == 0)
		r = open_devices(&l, &err);
	if (r == 0)
		r = open_sink(&l, &err);
	if (r == 0)
		r = start_workers(&l, &err);
	if (r < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
	} else {
		hg_log(HG_LOG_NOTICE, "%u workers inspect %u devices", l.n_workers,
			hg_devices_count(l.devices));
		wait_for_signal(&l);
	}
	stop_workers(&l);
	for (unsigned i = 0; i < l.n_workers; i++)
		hg_live_worker_close(l.workers[i]);
	if (l.sink != NULL)
		l.sink->close(l.sink);
	hg_devices_close(l.devices);
	if (l.signals >= 0)
		close(l.signals);
	return r < 0 ? BROKEN : DONE;
}
