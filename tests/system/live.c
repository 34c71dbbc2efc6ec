/* What stands round a running engine, without one: output thread, sinks, event socket, control socket. Lines and answers
 * are made up here; orders come from standard input, each answered by a line:
 *
 *   emit COUNT [TYPE]    so many lines by the main thread          -> ok REFUSED
 *   storm COUNT          so many by each of three threads at once  -> ok REFUSED
 *   stats                                                          -> figures as JSON
 *   reloaded 0|1         a reload that is under way has ended, well or not -> ok
 *   behind BITS          so many workers do not have all blocks yet  -> ok
 *   reopen, quit                                                   -> ok
 *
 * usage: live [-c FILE] [--set KEY=VALUE]...
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "engine/control.h"
#include "engine/keys.h"
#include "engine/metrics.h"
#include "engine/settings.h"
#include "event/output.h"

#define STORMERS 3
#define BLOCKS 2000

struct entry {
	struct hg_control_block b;
	uint32_t number;
	char id[64], reason[64];
};

struct live {
	struct hg_config *config;
	struct hg_output_config oc;
	struct hg_output *output;
	struct hg_control *control;
	struct hg_metrics *metrics;
	struct hg_control_ops ops;
	struct hg_set *sets[2];
	uint64_t numbers[STORMERS + 1];
	unsigned n_blocks;
	uint32_t number; /* of the next entry */
	uint64_t generation;
	bool over, reloading, measuring;
	uint32_t reloads;
	uint32_t behind;
	struct entry blocks[BLOCKS];
};

static struct live live;

struct storm {
	unsigned producer;
	uint64_t count, refused;
	pthread_t thread;
};

static uint64_t
emit(unsigned producer, uint64_t count, const char *type)
{
	struct hg_sink *sink = hg_output_sink(live.output, producer);
	uint64_t refused = 0;
	char line[512];

	for (uint64_t i = 0; i < count; i++) {
		int n = snprintf(line, sizeof(line),
			"{\"timestamp\":\"2023-11-14T22:13:20.000000+0000\",\"event_type\":\"%s\","
			"\"producer\":%u,"
			"\"n\":%llu,\"text\":\"%.*s\"}",
			type, producer, (unsigned long long)live.numbers[producer]++, (int)(i % 200),
			"012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
			"4567"
			"890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
			"2345"
			"67890123456789012345678901");

		refused += !sink->write(sink, hg_span(line, (size_t)n));
	}
	return refused;
}

static void *
run_storm(void *arg)
{
	struct storm *s = arg;

	s->refused = emit(s->producer, s->count, "flow");
	return NULL;
}

static uint64_t
storm(uint64_t count)
{
	struct storm storms[STORMERS];
	uint64_t refused = 0;

	for (unsigned i = 0; i < STORMERS; i++) {
		storms[i] = (struct storm){ .producer = i, .count = count };
		if (pthread_create(&storms[i].thread, NULL, run_storm, &storms[i]) != 0)
			exit(3);
	}
	for (unsigned i = 0; i < STORMERS; i++) {
		pthread_join(storms[i].thread, NULL);
		refused += storms[i].refused;
	}
	return refused;
}

static void
print_stats(void)
{
	struct hg_output_stats s;

	hg_output_stats(live.output, &s);
	printf("{\"reloading\":%d,\"written\":%llu,\"lost\":%llu,\"queued\":%llu,\"subscribers\":{"
	       "\"connected\":%llu,"
	       "\"refused\":%llu,"
	       "\"sent\":%llu,\"lost\":%llu},\"sinks\":[",
		live.reloading, (unsigned long long)s.written, (unsigned long long)s.lost,
		(unsigned long long)s.queued, (unsigned long long)s.subscribers.connected,
		(unsigned long long)s.subscribers.refused, (unsigned long long)s.subscribers.sent,
		(unsigned long long)s.subscribers.lost);
	for (unsigned i = 0; i < s.n_sinks; i++)
		printf("%s{\"name\":\"%s\",\"up\":%d,\"queued\":%llu,\"written\":%llu,\"lost\":%llu,"
		       "\"reconnects\":%llu}",
			i == 0 ? "" : ",", s.sinks[i].name, s.sinks[i].up,
			(unsigned long long)s.sinks[i].queued, (unsigned long long)s.sinks[i].written,
			(unsigned long long)s.sinks[i].lost, (unsigned long long)s.sinks[i].reconnects);
	printf("]}\n");
}

static void
finish_reload(bool badly)
{
	static const struct hg_error why = { .code = -EINVAL, .text = "my.rules: no such file" };

	live.reloading = false;
	live.reloads += !badly;
	hg_control_reloaded(live.control, badly ? &why : NULL);
}

static void
obey(char *line)
{
	char word[16] = "", type[32] = "alert";
	unsigned long long count = 0;

	sscanf(line, "%15s %llu %31s", word, &count, type);
	if (strcmp(word, "emit") == 0) {
		printf("ok %llu\n", (unsigned long long)emit(STORMERS, count, type));
	} else if (strcmp(word, "storm") == 0) {
		printf("ok %llu\n", (unsigned long long)storm(count));
	} else if (strcmp(word, "stats") == 0) {
		print_stats();
	} else if (strcmp(word, "reopen") == 0) {
		hg_output_reopen(live.output);
		printf("ok\n");
	} else if (strcmp(word, "reloaded") == 0) {
		finish_reload(count != 0);
		printf("ok\n");
	} else if (strcmp(word, "behind") == 0) {
		live.behind = (uint32_t)count;
		printf("ok\n");
	} else {
		live.over = true;
	}
	fflush(stdout);
}

static void
count(void *arg, uint64_t values[HG_COUNTERS_MAX])
{
	(void)arg;
	for (unsigned i = 0; i < HG_COUNTERS_MAX; i++)
		values[i] = i;
}

static void
rules(void *arg, struct hg_control_rules *r)
{
	(void)arg;
	*r = (struct hg_control_rules){ .loaded = 7, .failed = 1, .time_us = 1700000000000001 };
}

static bool
refusal(void *arg, unsigned i, struct hg_control_refusal *r)
{
	(void)arg;
	*r = (struct hg_control_refusal){ "alert foo any any -> any any (sid:2;)", "my.rules",
		"unknown protocol", 2 };
	return i == 0;
}

static bool
last_reload(void *arg, struct hg_control_reload *out)
{
	(void)arg;
	*out = (struct hg_control_reload){ .n = live.reloads,
		.loaded = 7,
		.failed = 1,
		.took_ms = 1200,
		.compile_ms = 1100,
		.memory = 5000000000 };
	out->diff.n[HG_RULES_ADDED] = HG_DIFF_NAMED + 1;
	for (uint32_t i = 0; i < HG_DIFF_NAMED; i++)
		out->diff.named[HG_RULES_ADDED][i] = (struct hg_rule_name){ 1, i };
	return out->n > 0;
}

static int
reload(void *arg, struct hg_error *err)
{
	(void)arg;
	if (live.reloading)
		return hg_error_set(err, -EBUSY, "busy");
	live.reloading = true;
	return 0;
}

static void
reopen(void *arg)
{
	(void)arg;
	hg_output_reopen(live.output);
}

static void
end(void *arg)
{
	(void)arg;
	live.over = true;
}

/* Of three. */
static int
restart(void *arg, int64_t worker, unsigned *restarted, struct hg_error *err)
{
	(void)arg;
	*restarted = worker < 0 ? 3 : 1;
	return worker < 3 ? 0 : hg_error_set(err, -EINVAL, "there is no worker %lld", (long long)worker);
}

static bool
iface(void *arg, unsigned i, struct hg_control_iface *f)
{
	(void)arg;
	*f = (struct hg_control_iface){ .name = i == 0 ? "in0" : "out0", .packets = 10 + i, .dropped = 3 };
	return i < 2;
}

static struct entry *
find(const struct hg_control_block *b)
{
	for (unsigned i = 0; i < live.n_blocks; i++)
		if (memcmp(&live.blocks[i].b.match, &b->match, sizeof(b->match)) == 0)
			return &live.blocks[i];
	return NULL;
}

static enum hg_control_added
block_add(void *arg, const struct hg_control_block *b, const char **why)
{
	struct entry *e = find(b);
	const bool known = e != NULL;

	(void)arg;
	if (!known && live.n_blocks == BLOCKS) {
		*why = "the table is full";
		return HG_CONTROL_REFUSED;
	}
	if (!known) {
		e = &live.blocks[live.n_blocks++];
		e->number = live.number++;
	}
	e->b = *b;
	snprintf(e->id, sizeof(e->id), "%s", b->id);
	snprintf(e->reason, sizeof(e->reason), "%s", b->reason);
	e->b.id = e->id;
	e->b.reason = e->reason;
	return known ? HG_CONTROL_RENEWED : HG_CONTROL_ADDED;
}

static bool
block_del(void *arg, const struct hg_control_block *b)
{
	struct entry *e = find(b);

	(void)arg;
	if (e == NULL)
		return false;
	live.n_blocks--;
	memmove(e, e + 1, (size_t)(live.blocks + live.n_blocks - e) * sizeof(*e));
	for (; e < live.blocks + live.n_blocks; e++) {
		e->b.id = e->id;
		e->b.reason = e->reason;
	}
	return true;
}

static void
block_done(void *arg)
{
	(void)arg;
	live.generation++;
}

static uint32_t
block_list(void *arg, const struct hg_control_page *page,
	void (*each)(void *to, const struct hg_control_block *b), void *to)
{
	uint64_t begin = page->offset;

	(void)arg;
	for (unsigned i = 0; i < live.n_blocks && live.blocks[i].number < page->from; i++)
		begin++;
	for (uint64_t i = begin; i < live.n_blocks; i++) {
		if (i - begin == page->count)
			return live.blocks[i].number;
		each(to, &live.blocks[i].b);
	}
	return HG_BLOCK_NONE;
}

static void
block_stats(void *arg, struct hg_control_block_stats *s)
{
	(void)arg;
	*s = (struct hg_control_block_stats){ .entries = live.n_blocks,
		.capacity = BLOCKS,
		.hits = 5,
		.generation = live.generation,
		.epoch = "e1" };
}

static uint32_t
block_behind(void *arg)
{
	(void)arg;
	return live.behind;
}

static void
output(void *arg, struct hg_output_stats *s)
{
	(void)arg;
	hg_output_stats(live.output, s);
}

/* One of strings, one of addresses. */
static bool
set(void *arg, const char *name, struct hg_control_set *s)
{
	static const char *const names[] = { "strings", "addresses" };

	(void)arg;
	for (unsigned i = 0; i < HG_COUNT(live.sets); i++) {
		const struct hg_set_config c = { .type = i == 0 ? HG_SET_STRING : HG_SET_IPV4,
			.memory = 64 << 10 };

		if (strcmp(name, names[i]) != 0)
			continue;
		if (live.sets[i] == NULL && hg_set_open(&live.sets[i], &c, NULL) < 0)
			return false;
		*s = (struct hg_control_set){ live.sets[i], (hg_time)time(NULL) * HG_SEC };
		return true;
	}
	return false;
}

static int
measure(void *arg, bool on, struct hg_error *err)
{
	(void)arg;
	if (on && live.reloading)
		return hg_error_set(err, -EBUSY, "workers are taking up other rules");
	live.measuring = on;
	return 0;
}

/* What was asked for. */
static char *
costs(void *arg, const struct hg_profile_view *v, struct hg_error *err)
{
	char *text = NULL;

	(void)arg;
	if (!live.measuring)
		hg_error_set(err, -ENOENT, "these rules were not measured");
	else if (asprintf(&text, "{\"sort\":\"%s\",\"limit\":%llu}", v->sort, (unsigned long long)v->limit) <
		0)
		return NULL;
	return text;
}

static int
open_all(int argc, char **argv, struct hg_error *err)
{
	char path[108];
	int r = hg_settings_schema(&live.config);

	if (r == 0 && argc > 2 && strcmp(argv[1], "-c") == 0)
		r = hg_config_load(live.config, argv[2], err);
	else if (r == 0)
		r = hg_config_load_text(live.config, HG_BUILTIN_NAME, hg_builtin, err);
	for (int i = 1; i + 1 < argc && r == 0; i++)
		if (strcmp(argv[i], "--set") == 0)
			r = hg_config_override(live.config, argv[i + 1], err);
	if (r == 0)
		r = hg_output_config_read(&live.oc, live.config, err);
	if (r == 0)
		r = hg_output_open(&live.output, &live.oc, STORMERS + 1, err);
	if (r == 0)
		r = hg_output_start(live.output, err);
	live.ops = (struct hg_control_ops){ NULL, "workers", "NONE", hg_control_clock(), count, false, rules,
		refusal, reload, last_reload, reopen, end, restart, iface, block_add, block_del, block_done,
		block_list, block_stats, block_behind, set, NULL, output, measure, costs };
	if (r == 0 && hg_control_path(live.config, path, sizeof(path)))
		r = hg_control_open(&live.control, path, 0600, &live.ops, live.config, err);
	if (r == 0 && hg_config_str(live.config, "metrics.listen") != NULL)
		r = hg_metrics_open(
			&live.metrics, hg_config_str(live.config, "metrics.listen"), &live.ops, err);
	return r;
}

static void
loop(void)
{
	char line[256];

	while (!live.over) {
		struct pollfd p[] = { { .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = live.control == NULL ? -1 : hg_control_fd(live.control), .events = POLLIN },
			{ .fd = live.metrics == NULL ? -1 : hg_metrics_fd(live.metrics), .events = POLLIN } };

		poll(p, 3, -1);
		if (p[1].revents != 0)
			hg_control_serve(live.control);
		if (p[2].revents != 0)
			hg_metrics_serve(live.metrics);
		if (p[0].revents == 0)
			continue;
		if (fgets(line, sizeof(line), stdin) == NULL)
			live.over = true;
		else
			obey(line);
	}
}

int
main(int argc, char **argv)
{
	struct hg_error err = { 0 };
	int status = 0;

	/* One order a read: poll knows nothing of what stdio holds. */
	setvbuf(stdin, NULL, _IONBF, 0);
	if (open_all(argc, argv, &err) < 0) {
		hg_log_error(HG_LOG_ERROR, &err);
		status = 1;
	} else {
		printf("ready\n");
		fflush(stdout);
		loop();
		if (live.control != NULL)
			hg_control_settle(live.control, 1000);
	}
	/* Also when what came behind it could not be opened: its threads use what is closed now. */
	if (live.output != NULL)
		hg_output_stop(live.output, 3000);
	if (status == 0)
		print_stats();
	hg_control_close(live.control);
	hg_metrics_close(live.metrics);
	hg_output_close(live.output);
	hg_config_close(live.config);
	return status;
}
