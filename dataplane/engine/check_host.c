#include "engine/check_host_int.h"

#include <stdarg.h>

#include "engine/load.h"
#include "engine/say.h"

void
hg_host_say(struct hg_host *h, enum hg_host_state state, const char *what, const char *format, ...)
{
	static const char *const states[] = {
		[HG_HOST_OK] = "ok", [HG_HOST_NOTE] = "note", [HG_HOST_PROBLEM] = "problem"
	};
	va_list args;

	if (state == HG_HOST_PROBLEM)
		h->problems++;
	hg_say_padded(h->out, hg_say(states[state]), 9);
	hg_say_padded(h->out, hg_say(what), 16);
	va_start(args, format);
	vfprintf(h->out, hg_say(format), args);
	va_end(args);
	fputc('\n', h->out);
	/* Refused rules come by standard error, in between. */
	fflush(h->out);
}

bool
hg_host_read(const struct hg_host *h, const char *path, char *line, size_t size)
{
	char full[512];
	FILE *f;
	bool there;

	snprintf(full, sizeof(full), "%s%s", h->root, path);
	f = fopen(full, "re");
	if (f == NULL)
		return false;
	there = fgets(line, (int)size, f) != NULL;
	fclose(f);
	if (there)
		line[strcspn(line, "\n")] = '\0';
	return there;
}

static void
check_rules(struct hg_host *h, const struct hg_options *o)
{
	struct hg_snapshot *rules = NULL;
	struct hg_refusals refusals = { 0 };
	struct hg_error err = { 0 };
	int r = hg_rights_lower(&h->rights, &err);
	char text[1024];

	if (r == 0)
		r = hg_load_rules(o, h->config, h->settings, NULL, &rules, &refusals, &err);
	hg_rights_raise(&h->rights);
	if (r < 0)
		hg_host_say(h, HG_HOST_PROBLEM, "rule files", "%s", hg_error_text(&err, text, sizeof(text)));
	else if (rules == NULL || rules->n_loaded == 0)
		hg_host_say(h, HG_HOST_NOTE, "rule files",
			"none are loaded, so nothing raises an alert: name files in rule-files, or with -S");
	else if (refusals.n > 0)
		hg_host_say(h, HG_HOST_NOTE, "rule files",
			"%u are loaded, %u are refused: `hangu check` says why", rules->n_loaded, refusals.n);
	else
		hg_host_say(h, HG_HOST_OK, "rule files", "%u are loaded", rules->n_loaded);
	hg_snapshot_close(rules);
	hg_refusals_free(&refusals);
}

static void
read_devices(struct hg_host *h, const struct hg_options *o)
{
	struct hg_error err;
	char text[1024];

	if (hg_interfaces_read(&h->devices, h->config, o, &err) == 0)
		return;
	h->devices.n = 0;
	hg_host_say(h, HG_HOST_PROBLEM, "interfaces", "%s", hg_error_text(&err, text, sizeof(text)));
}

int
hg_check_host(const struct hg_options *o, const struct hg_config *config, const struct hg_settings *settings)
{
	static struct hg_host h;

	h = (struct hg_host){ .out = stdout, .root = "", .config = config, .settings = settings };
	read_devices(&h, o);
	hg_host_rights(&h);
	hg_host_kernel(&h);
	hg_host_devices(&h);
	hg_host_memory(&h);
	hg_host_cpus(&h);
	hg_host_folders(&h);
	check_rules(&h, o);
	if (h.problems == 0)
		puts(hg_say("\n`hangu run` has what it needs."));
	else
		printf(hg_say("\nproblems: %u; `hangu run` will not work as it should.\n"), h.problems);
	return h.problems > 0;
}
