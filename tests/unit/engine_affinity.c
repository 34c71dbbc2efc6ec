#include "check.h"

#include "engine/affinity.h"
#include "engine/settings.h"

#include <stdio.h>

/* A host with CPUs 0 to present - 1, of which the process may use those from `from` on. */
static struct hg_cpus
host_of(unsigned present, unsigned from)
{
	struct hg_cpus host = { .present = present };

	for (unsigned i = from; i < present; i++)
		CPU_SET(i, &host.allowed);
	return host;
}

static struct hg_config *
config_of(const char *threading)
{
	struct hg_config *c = NULL;
	struct hg_error err;
	char text[512];

	snprintf(text, sizeof(text), "threading: %s\n", threading);
	CU_ASSERT_FATAL(hg_settings_schema(&c) == 0);
	hg_check_bool(threading, hg_config_load_text(c, "t.yaml", text, &err) == 0, true);
	return c;
}

#define SET(worker) "{set-cpu-affinity: yes, cpu-affinity: [ {worker-cpu-set: " worker "} ]}"

static void
test_affinity_deals_cpus_out(void)
{
	static const struct {
		const char *threading;
		unsigned present, from, workers; /* 0: as many as there is room for */
		unsigned room;
		bool on;
		const char *each, *rest; /* workers' CPUs, a blank between; all else */
	} rows[] = {
		{ "{set-cpu-affinity: no}", 8, 0, 0, 7, false, "", "" },
		{ "{}", 2, 0, 0, 1, false, "", "" },
		{ "{}", 1, 0, 0, 1, false, "", "" },
		{ "{}", 4, 0, 0, 3, true, "1 2 3", "0" },
		{ "{}", 8, 2, 0, 5, true, "3 4 5 6 7", "2" },
		{ "{}", 8, 0, 2, 7, true, "1 2", "0,3-7" },
		{ "{}", 4, 0, 4, 3, false, "", "" },
		{ "{set-cpu-affinity: yes}", 2, 0, 0, 1, true, "1", "0" },
		{ "{set-cpu-affinity: yes}", 1, 0, 0, 1, true, "0", "0" },
		{ "{set-cpu-affinity: yes}", 2, 0, 3, 1, true, "1 1 1", "0" },
		{ SET("{cpu: [ \"1-3\", 5 ]}"), 8, 0, 0, 4, true, "1 2 3 5", "0,4,6-7" },
		{ SET("{cpu: [ 5, \"1-3\" ]}"), 8, 0, 2, 4, true, "1 2", "0,3-7" },
		{ SET("{cpu: \"1,3\"}"), 4, 0, 0, 2, true, "1 3", "0,2" },
		{ SET("{cpu: [ all ], mode: exclusive, prio: {default: high}, threads: 2}"), 2, 0, 0, 2, true,
			"0 1", "0-1" },
		{ SET("{cpu: [ \"2-3\" ], mode: balanced}"), 4, 0, 0, 2, true, "2-3 2-3", "0-1" },
		{ "{set-cpu-affinity: yes, cpu-affinity: [ {management-cpu-set: {cpu: [ 2, 3 ]}}, "
		  "{receive-cpu-set: {cpu: [ 9 ]}} ]}",
			4, 0, 0, 2, true, "0 1", "2-3" },
		{ "{set-cpu-affinity: yes, cpu-affinity: {management-cpu-set: {cpu: [ all ]}, "
		  "worker-cpu-set: "
		  "{cpu: [ 3 ]}}}",
			4, 0, 0, 1, true, "3", "0-3" },
		/* Made for a larger machine, and of no effect here. */
		{ "{cpu-affinity: [ {worker-cpu-set: {cpu: [ \"8-15\" ]}} ]}", 2, 0, 0, 1, false, "", "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_cpus host = host_of(rows[i].present, rows[i].from);
		struct hg_config *c = config_of(rows[i].threading);
		struct hg_affinity a;
		struct hg_error err;
		unsigned workers = rows[i].workers;
		char each[512] = "", text[HG_CPUS_TEXT] = "";

		hg_check_bool(rows[i].threading, hg_affinity_read(&a, c, &err) == 0, true);
		hg_check_u64(rows[i].threading, hg_affinity_room(&a, &host), rows[i].room);
		if (workers == 0)
			workers = rows[i].room;
		hg_check_bool(rows[i].threading, hg_affinity_settle(&a, &host, workers, &err) == 0, true);
		hg_check_bool(rows[i].threading, a.on, rows[i].on);
		for (unsigned w = 0; a.on && w < workers; w++) {
			cpu_set_t cpus;

			hg_affinity_of_worker(&a, w, &cpus);
			hg_cpus_print(&cpus, text);
			snprintf(each + strlen(each), sizeof(each) - strlen(each), "%s%s", w == 0 ? "" : " ",
				text);
		}
		if (a.on)
			hg_cpus_print(&a.rest, text);
		hg_check_str(rows[i].threading, each, rows[i].each);
		hg_check_str(rows[i].threading, text, rows[i].rest);
		hg_config_close(c);
	}
}

static void
test_affinity_says_what_is_wrong_in_one_sentence(void)
{
	static const struct {
		const char *threading, *text;
	} rows[] = {
		{ SET("{cpu: [ 4 ]}"), "worker-cpu-set names CPU 4; this machine has 0 to 3" },
		{ SET("{cpu: [ \"0-1\" ]}"),
			"worker-cpu-set names CPU 0, which this process may not use, only 1-3" },
		{ SET("{cpu: [ 3-1 ]}"), "CPUs are named as 3, \"1-3\" or \"all\", not '3-1'" },
		{ SET("{cpu: [ one ]}"), "CPUs are named as 3, \"1-3\" or \"all\", not 'one'" },
		{ SET("{cpu: [ -1 ]}"), "CPUs are named as 3, \"1-3\" or \"all\", not '-1'" },
		{ SET("{cpu: [ 1024 ]}"), "CPUs are named as 3, \"1-3\" or \"all\", not '1024'" },
		{ SET("{cpu: \"1,\"}"), "CPUs are named as 3, \"1-3\" or \"all\", not '1,'" },
		{ SET("{cpu: []}"), "CPUs are named as 3, \"1-3\" or \"all\", not 'a list'" },
		{ SET("{mode: balanced}"),
			"a set of CPUs names at least one: cpu: [ \"1-3\" ], not 'a list'" },
		{ SET("{cpu: [ 1 ], mode: sometimes}"),
			"mode of a set of CPUs takes exclusive or balanced, not 'sometimes'" },
		{ SET("{cpus: [ 1 ]}"), "a set of CPUs takes cpu and mode, not 'a list'" },
		{ "{set-cpu-affinity: yes, cpu-affinity: [ {worker-cpu-sets: {cpu: [ 1 ]}} ]}",
			"threading.cpu-affinity has no 'worker-cpu-sets'; did you mean 'worker-cpu-set'?" },
		{ "{set-cpu-affinity: yes, cpu-affinity: [ 1 ]}",
			"threading.cpu-affinity takes worker-cpu-set and management-cpu-set, not '1'" },
	};
	const struct hg_cpus host = host_of(4, 1);

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_config *c = config_of(rows[i].threading);
		struct hg_affinity a;
		struct hg_error err = { 0 };
		int r = hg_affinity_read(&a, c, &err);

		if (r == 0)
			r = hg_affinity_settle(&a, &host, 1, &err);
		hg_check_bool(rows[i].threading, r < 0, true);
		hg_check_str(rows[i].threading, err.text, rows[i].text);
		hg_check_bool(rows[i].threading, err.line > 0, true);
		hg_config_close(c);
	}
}

HG_TESTS("engine_affinity", HG_TEST(test_affinity_deals_cpus_out),
	HG_TEST(test_affinity_says_what_is_wrong_in_one_sentence))
