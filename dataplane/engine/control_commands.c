#include "engine/control_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/config.h"

#ifndef HG_VERSION
#define HG_VERSION "unknown"
#endif

#define COUNTERS_TEXT ((size_t)256 << 10)

static int
say_done(struct hg_call *call)
{
	call->message = json_string("done");
	return 0;
}

static int
run_version(struct hg_call *call)
{
	call->message = json_string(HG_VERSION);
	return 0;
}

static int
run_uptime(struct hg_call *call)
{
	call->message = json_integer(hg_control_clock() - call->ops->started);
	return 0;
}

static int
run_running_mode(struct hg_call *call)
{
	call->message = json_string(call->ops->running_mode);
	return 0;
}

static int
run_capture_mode(struct hg_call *call)
{
	call->message = json_string(call->ops->capture_mode);
	return 0;
}

static int
run_conf_get(struct hg_call *call)
{
	const char *key = json_string_value(json_object_get(call->arguments, "variable"));
	const struct hg_config_node *n = key == NULL ? NULL : hg_config_find(call->config, key);
	const char *text = n == NULL ? NULL : hg_config_text(n);
	const struct hg_config_key *rows;
	size_t count;

	if (key == NULL)
		return hg_call_fail(call, "conf-get needs the argument \"variable\"");
	if (n != NULL && text == NULL)
		return hg_call_fail(call, "No string value");
	rows = hg_config_schema(call->config, &count);
	for (size_t i = 0; i < count && text == NULL; i++)
		if (strcmp(rows[i].name, key) == 0)
			text = rows[i].initial;
	if (text == NULL)
		return hg_call_fail(call, "Unable to get value");
	call->message = json_string(text);
	return 0;
}

static int
run_dump_counters(struct hg_call *call)
{
	uint64_t *values = calloc(HG_COUNTERS_MAX, sizeof(*values));
	char *text = malloc(COUNTERS_TEXT);
	struct hg_json j;
	struct hg_span whole;

	if (call->ops->count != NULL && values != NULL && text != NULL) {
		call->ops->count(call->ops->arg, values);
		j = hg_json_of(text, COUNTERS_TEXT);
		hg_json_open(&j);
		hg_json_u64(&j, "uptime", (uint64_t)(hg_control_clock() - call->ops->started));
		hg_counters_write(&j, values, call->ops->ips, NULL);
		hg_json_close(&j);
		whole = hg_json_done(&j);
		call->message = json_loadb((const char *)whole.p, whole.len, 0, NULL);
	}
	free(values);
	free(text);
	if (call->message != NULL)
		return 0;
	return call->ops->count == NULL ? hg_call_unable(call) : hg_call_fail(call, "no memory for counters");
}

static int
run_iface_list(struct hg_call *call)
{
	struct hg_control_iface f;
	json_t *names = json_array();

	for (unsigned i = 0; call->ops->iface != NULL && call->ops->iface(call->ops->arg, i, &f); i++)
		json_array_append_new(names, json_string(f.name));
	call->message = json_pack("{s:i, s:o}", "count", (int)json_array_size(names), "ifaces", names);
	return 0;
}

static int
run_iface_stat(struct hg_call *call)
{
	const char *name = json_string_value(json_object_get(call->arguments, "iface"));
	struct hg_control_iface f;

	if (name == NULL)
		return hg_call_fail(call, "iface-stat needs the argument \"iface\"");
	for (unsigned i = 0; call->ops->iface != NULL && call->ops->iface(call->ops->arg, i, &f); i++) {
		if (strcmp(f.name, name) != 0)
			continue;
		call->message = json_pack("{s:I, s:I, s:I, s:I}", "pkts", (json_int_t)f.packets,
			"invalid-checksums", (json_int_t)f.wrong_checksums, "drop", (json_int_t)f.dropped,
			"bypassed", (json_int_t)f.bypassed);
		return 0;
	}
	return hg_call_fail(call, "Iface does not exist");
}

static int
begin_reload(struct hg_call *call)
{
	int r;

	if (call->ops->reload == NULL)
		return hg_call_unable(call);
	r = call->ops->reload(call->ops->arg, &call->err);
	return r == -EBUSY ? hg_call_fail(call, "a reload is under way") : r;
}

static int
run_reload(struct hg_call *call)
{
	call->later = true;
	return begin_reload(call);
}

static int
run_reload_nonblocking(struct hg_call *call)
{
	const int r = begin_reload(call);

	return r < 0 ? r : say_done(call);
}

static int
run_ruleset_stats(struct hg_call *call)
{
	struct hg_control_rules r = { 0 };

	if (call->ops->rules == NULL)
		return hg_call_unable(call);
	call->ops->rules(call->ops->arg, &r);
	call->message = json_pack("[{s:i, s:I, s:I, s:I}]", "id", 0, "rules_loaded", (json_int_t)r.loaded,
		"rules_failed", (json_int_t)r.failed, "rules_skipped", (json_int_t)r.skipped);
	return 0;
}

static int
run_failed_rules(struct hg_call *call)
{
	struct hg_control_refusal f;

	call->message = json_array();
	for (unsigned i = 0; call->ops->refusal != NULL && call->ops->refusal(call->ops->arg, i, &f); i++)
		json_array_append_new(call->message,
			json_pack("{s:i, s:s*, s:s*, s:I, s:s*}", "tenant_id", 0, "rule", f.rule, "filename",
				f.file, "line", (json_int_t)f.line, "reason", f.why));
	return 0;
}

static json_t *
names_of(const struct hg_rules_diff *d, enum hg_rules_change what)
{
	json_t *all = json_array();

	for (uint32_t i = 0; i < HG_MIN(d->n[what], (uint32_t)HG_DIFF_NAMED); i++)
		json_array_append_new(all,
			json_pack("{s:I, s:I}", "gid", (json_int_t)d->named[what][i].gid, "sid",
				(json_int_t)d->named[what][i].sid));
	return json_pack("{s:I, s:o}", "rules", (json_int_t)d->n[what], "first", all);
}

static int
run_reload_report(struct hg_call *call)
{
	struct hg_control_reload *r = calloc(1, sizeof(*r));

	if (call->ops->last_reload == NULL)
		hg_call_unable(call);
	else if (r == NULL || !call->ops->last_reload(call->ops->arg, r))
		hg_call_fail(call, "rules were not loaded anew yet");
	else
		call->message = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "reloads",
			(json_int_t)r->n, "rules_loaded", (json_int_t)r->loaded, "rules_failed",
			(json_int_t)r->failed, "took_ms", (json_int_t)r->took_ms, "compile_ms",
			(json_int_t)r->compile_ms, "memory", (json_int_t)r->memory, "added",
			names_of(&r->diff, HG_RULES_ADDED), "removed", names_of(&r->diff, HG_RULES_REMOVED),
			"changed", names_of(&r->diff, HG_RULES_CHANGED));
	free(r);
	return call->message == NULL ? -EINVAL : 0;
}

static int
run_reload_time(struct hg_call *call)
{
	struct hg_control_rules r = { 0 };
	char whole[40], text[64];
	struct tm local;
	time_t seconds;

	if (call->ops->rules == NULL)
		return hg_call_unable(call);
	call->ops->rules(call->ops->arg, &r);
	seconds = (time_t)(r.time_us / 1000000);
	localtime_r(&seconds, &local);
	strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &local);
	snprintf(text, sizeof(text), "%s.%06d%c%02d%02d", whole, (int)(r.time_us % 1000000),
		local.tm_gmtoff < 0 ? '-' : '+', abs((int)local.tm_gmtoff) / 3600,
		abs((int)local.tm_gmtoff) / 60 % 60);
	call->message = json_pack("[{s:i, s:s}]", "id", 0, "last_reload", text);
	return 0;
}

static int
run_reopen(struct hg_call *call)
{
	if (call->ops->reopen == NULL)
		return hg_call_unable(call);
	call->ops->reopen(call->ops->arg);
	return say_done(call);
}

static int
run_worker_restart(struct hg_call *call)
{
	const json_t *worker = json_object_get(call->arguments, "worker");
	unsigned restarted;
	int r;

	if (call->ops->restart == NULL)
		return hg_call_unable(call);
	if (worker != NULL && (!json_is_integer(worker) || json_integer_value(worker) < 0))
		return hg_call_fail(call, "\"worker\" must be a number, from 0 on");
	r = call->ops->restart(
		call->ops->arg, worker == NULL ? -1 : json_integer_value(worker), &restarted, &call->err);
	if (r == 0)
		call->message = json_pack("{s:i}", "restarted", (int)restarted);
	return r;
}

static int
run_shutdown(struct hg_call *call)
{
	if (call->ops->shutdown == NULL)
		return hg_call_unable(call);
	call->ops->shutdown(call->ops->arg);
	call->message = json_string("shutting down");
	return 0;
}

static void
list_commands(json_t **names, json_t **help)
{
	const struct hg_command *c;

	*names = json_array();
	*help = json_array();
	for (size_t i = 0; (c = hg_command_at(i)) != NULL; i++) {
		json_array_append_new(*names, json_string(c->name));
		json_array_append_new(*help,
			json_pack("{s:s, s:s, s:s}", "command", c->name, "arguments", c->arguments, "doc",
				c->doc));
	}
}

static int
run_command_list(struct hg_call *call)
{
	json_t *names, *help;

	list_commands(&names, &help);
	json_decref(help);
	call->message = json_pack("{s:i, s:o}", "count", (int)json_array_size(names), "commands", names);
	return 0;
}

static int
run_help(struct hg_call *call)
{
	json_t *names, *help;

	list_commands(&names, &help);
	call->message = json_pack(
		"{s:i, s:o, s:o}", "count", (int)json_array_size(names), "commands", names, "help", help);
	return 0;
}

static const struct hg_command commands[] = {
	{ "shutdown", "", "ends the engine: flows and events are written first", run_shutdown },
	{ "command-list", "", "the names of all commands", run_command_list },
	{ "help", "", "all commands with their arguments", run_help },
	{ "version", "", "of the engine", run_version },
	{ "uptime", "", "seconds since the start", run_uptime },
	{ "running-mode", "", "how packets are shared out", run_running_mode },
	{ "capture-mode", "", "where packets come from", run_capture_mode },
	{ "conf-get", "variable", "a value of the configuration", run_conf_get },
	{ "dump-counters", "", "all counters, as in records of type stats", run_dump_counters },
	{ "reload-rules", "", "the same as ruleset-reload-rules", run_reload },
	{ "ruleset-reload-rules", "", "loads rules anew, answers when they are in use", run_reload },
	{ "ruleset-reload-nonblocking", "", "loads rules anew, answers at once", run_reload_nonblocking },
	{ "ruleset-reload-report", "", "what the last reload changed: rules, time, memory",
		run_reload_report },
	{ "ruleset-reload-time", "", "when rules were loaded", run_reload_time },
	{ "ruleset-stats", "", "how many rules were loaded and refused", run_ruleset_stats },
	{ "ruleset-failed-rules", "", "the rules that were refused, and why", run_failed_rules },
	{ "reopen-log-files", "", "closes event files and opens them by name again", run_reopen },
	{ "worker-restart", "[worker]", "new threads take over from workers, without losing a frame",
		run_worker_restart },
	{ "iface-list", "", "the names of the ports", run_iface_list },
	{ "iface-stat", "iface", "packets of a port", run_iface_stat },
};

const struct hg_command_table hg_commands_engine = { commands, HG_COUNT(commands) };

const struct hg_command *
hg_command_at(size_t i)
{
	static const struct hg_command_table *const tables[] = { &hg_commands_engine, &hg_commands_block,
		&hg_commands_set, &hg_commands_profile };

	for (size_t t = 0; t < HG_COUNT(tables); t++) {
		if (i < tables[t]->n)
			return &tables[t]->rows[i];
		i -= tables[t]->n;
	}
	return NULL;
}
