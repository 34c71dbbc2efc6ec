#include "engine/affinity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Below, workers that cannot move cost more than they gain: the few CPUs are everybody's. */
#define CPUS_FOR_AUTO 4

enum { WORKER, MANAGEMENT, NEITHER };

/* NEITHER: the peer's threads without a counterpart. */
static const struct {
	const char *name;
	int is;
} sets[] = { { "worker-cpu-set", WORKER }, { "management-cpu-set", MANAGEMENT },
	{ "receive-cpu-set", NEITHER }, { "decode-cpu-set", NEITHER }, { "stream-cpu-set", NEITHER },
	{ "detect-cpu-set", NEITHER }, { "verdict-cpu-set", NEITHER }, { "reject-cpu-set", NEITHER },
	{ "output-cpu-set", NEITHER } };

static int
refuse(const struct hg_config_node *n, struct hg_error *err, const char *wanted)
{
	hg_error_set(err, -EINVAL, "%s, not '%s'", wanted,
		hg_config_text(n) == NULL ? "a list" : hg_config_text(n));
	hg_config_place(n, err);
	return -EINVAL;
}

void
hg_cpus_of_host(struct hg_cpus *host)
{
	const long present = sysconf(_SC_NPROCESSORS_CONF);

	host->present = present < 1 ? 1 : (unsigned)present;
	if (sched_getaffinity(0, sizeof(host->allowed), &host->allowed) == 0)
		return;
	CPU_ZERO(&host->allowed);
	CPU_SET(0, &host->allowed);
}

void
hg_cpus_print(const cpu_set_t *cpus, char text[HG_CPUS_TEXT])
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0, last; i < CPU_SETSIZE && used < HG_CPUS_TEXT; i = last + 1) {
		last = i;
		if (!CPU_ISSET(i, cpus))
			continue;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, cpus))
			last++;
		used += (size_t)snprintf(text + used, HG_CPUS_TEXT - used, last == i ? "%s%u" : "%s%u-%u",
			used == 0 ? "" : ",", i, last);
	}
}

/* "3", "1-3", "all", or several with commas. */
static int
read_cpus(struct hg_cpu_wish *w, const struct hg_config_node *n, struct hg_error *err)
{
	const char *text = hg_config_text(n);
	char *end;

	while (text != NULL) {
		unsigned long first, last;

		if (strcmp(text, "all") == 0) {
			w->all = true;
			return 0;
		}
		first = last = strtoul(text, &end, 10);
		if (*text < '0' || *text > '9')
			break;
		if (*end == '-' && end[1] >= '0' && end[1] <= '9')
			last = strtoul(end + 1, &end, 10);
		if ((*end != '\0' && *end != ',') || first > last || last >= CPU_SETSIZE)
			break;
		while (first <= last)
			CPU_SET(first++, &w->set);
		if (*end == '\0')
			return 0;
		text = end + 1;
	}
	return refuse(n, err, "CPUs are named as 3, \"1-3\" or \"all\"");
}

static int
read_mode(struct hg_cpu_wish *w, const struct hg_config_node *n, struct hg_error *err)
{
	const char *text = hg_config_text(n);

	w->balanced = text != NULL && strcmp(text, "balanced") == 0;
	if (w->balanced || (text != NULL && strcmp(text, "exclusive") == 0))
		return 0;
	return refuse(n, err, "mode of a set of CPUs takes exclusive or balanced");
}

static int
read_set(struct hg_cpu_wish *w, const struct hg_config_node *set, struct hg_error *err)
{
	int r = 0;

	*w = (struct hg_cpu_wish){ .at = set };
	for (const struct hg_config_node *n = hg_config_first(set); n != NULL && r == 0;
		n = hg_config_next(n)) {
		const struct hg_config_node *item = hg_config_first(n);

		if (strcmp(hg_config_name(n), "mode") == 0)
			r = read_mode(w, n, err);
		else if (strcmp(hg_config_name(n), "cpu") == 0 && item == NULL)
			r = read_cpus(w, n, err);
		else if (strcmp(hg_config_name(n), "cpu") == 0)
			for (; item != NULL && r == 0; item = hg_config_next(item))
				r = read_cpus(w, item, err);
		else if (strcmp(hg_config_name(n), "prio") != 0 && strcmp(hg_config_name(n), "threads") != 0)
			r = refuse(n, err, "a set of CPUs takes cpu and mode");
	}
	if (r == 0 && !w->all && CPU_COUNT(&w->set) == 0)
		r = refuse(set, err, "a set of CPUs names at least one: cpu: [ \"1-3\" ]");
	return r;
}

static int
read_named(struct hg_affinity *a, const struct hg_config_node *n, struct hg_error *err)
{
	const char *names[HG_COUNT(sets)], *near;

	for (size_t i = 0; i < HG_COUNT(sets); i++) {
		names[i] = sets[i].name;
		if (strcmp(sets[i].name, hg_config_name(n)) != 0)
			continue;
		if (sets[i].is == NEITHER)
			return 0;
		return read_set(sets[i].is == WORKER ? &a->worker : &a->management, n, err);
	}
	near = hg_nearest(hg_config_name(n), names, HG_COUNT(names));
	hg_error_set(err, -EINVAL, "threading.cpu-affinity has no '%s'%s%s%s", hg_config_name(n),
		near == NULL ? "" : "; did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?");
	hg_config_place(n, err);
	return -EINVAL;
}

int
hg_affinity_read(struct hg_affinity *a, const struct hg_config *c, struct hg_error *err)
{
	const char *mode = hg_config_str(c, "threading.set-cpu-affinity");
	const struct hg_config_node *n = hg_config_first(hg_config_find(c, "threading.cpu-affinity"));
	int r = 0;

	*a = (struct hg_affinity){ .mode = strcmp(mode, "auto") == 0 ? HG_AFFINITY_AUTO
			: strcmp(mode, "yes") == 0                   ? HG_AFFINITY_YES
								     : HG_AFFINITY_NO };
	/* A list of maps with one set each, or a map of sets. */
	for (; n != NULL && r == 0; n = hg_config_next(n)) {
		const struct hg_config_node *set = hg_config_name(n)[0] == '\0' ? hg_config_first(n) : n;

		if (set == NULL)
			r = refuse(
				n, err, "threading.cpu-affinity takes worker-cpu-set and management-cpu-set");
		for (; set != NULL && r == 0; set = set == n ? NULL : hg_config_next(set))
			r = read_named(a, set, err);
	}
	return r;
}

/* a without b; where nothing would be left, a. */
static void
without(cpu_set_t *a, const cpu_set_t *b)
{
	cpu_set_t both, left;

	CPU_AND(&both, a, b);
	CPU_XOR(&left, a, &both);
	if (CPU_COUNT(&left) > 0)
		*a = left;
}

/* Where no set is named, the first CPU is left to all else. */
static void
set_of_workers(const struct hg_affinity *a, const struct hg_cpus *host, cpu_set_t *set)
{
	unsigned first = 0;
	cpu_set_t kept;

	*set = host->allowed;
	if (a->worker.at != NULL) {
		if (!a->worker.all)
			*set = a->worker.set;
		return;
	}
	kept = a->management.set;
	while (first < CPU_SETSIZE && !CPU_ISSET(first, set))
		first++;
	if (a->management.at == NULL || a->management.all)
		CPU_SET(first, &kept);
	without(set, &kept);
}

static bool
is_possible(const struct hg_affinity *a, const struct hg_cpus *host)
{
	return a->mode == HG_AFFINITY_YES ||
		(a->mode == HG_AFFINITY_AUTO && CPU_COUNT(&host->allowed) >= CPUS_FOR_AUTO);
}

unsigned
hg_affinity_room(const struct hg_affinity *a, const struct hg_cpus *host)
{
	const int all = CPU_COUNT(&host->allowed);
	cpu_set_t set;

	if (!is_possible(a, host))
		return all > 1 ? (unsigned)all - 1 : 1;
	set_of_workers(a, host, &set);
	return (unsigned)CPU_COUNT(&set);
}

static int
check_wish(const struct hg_cpu_wish *w, const struct hg_cpus *host, struct hg_error *err)
{
	char text[HG_CPUS_TEXT];

	for (unsigned i = 0; w->at != NULL && i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &w->set) || CPU_ISSET(i, &host->allowed))
			continue;
		hg_cpus_print(&host->allowed, text);
		if (i >= host->present)
			hg_error_set(err, -EINVAL, "%s names CPU %u; this machine has 0 to %u",
				hg_config_name(w->at), i, host->present - 1);
		else
			hg_error_set(err, -EINVAL, "%s names CPU %u, which this process may not use, only %s",
				hg_config_name(w->at), i, text);
		hg_config_place(w->at, err);
		return -EINVAL;
	}
	return 0;
}

int
hg_affinity_settle(struct hg_affinity *a, const struct hg_cpus *host, unsigned workers, struct hg_error *err)
{
	cpu_set_t used;
	int r;

	if (!is_possible(a, host))
		return 0;
	r = check_wish(&a->worker, host, err);
	if (r == 0)
		r = check_wish(&a->management, host, err);
	if (r < 0)
		return r;
	set_of_workers(a, host, &a->workers);
	a->on = a->mode == HG_AFFINITY_YES || workers <= (unsigned)CPU_COUNT(&a->workers);
	a->rest = host->allowed;
	if (a->management.at != NULL && !a->management.all)
		a->rest = a->management.set;
	CPU_ZERO(&used);
	for (unsigned i = 0; i < workers; i++) {
		cpu_set_t one;

		hg_affinity_of_worker(a, i, &one);
		CPU_OR(&used, &used, &one);
	}
	if (a->management.at == NULL)
		without(&a->rest, &used);
	return 0;
}

void
hg_affinity_of_worker(const struct hg_affinity *a, unsigned worker, cpu_set_t *cpus)
{
	unsigned left = worker % (unsigned)CPU_COUNT(&a->workers), i = 0;

	*cpus = a->workers;
	if (a->worker.balanced)
		return;
	while (!CPU_ISSET(i, &a->workers) || left-- > 0)
		i++;
	CPU_ZERO(cpus);
	CPU_SET(i, cpus);
}

int
hg_affinity_keep(const struct hg_affinity *a, struct hg_error *err)
{
	if (a->on && sched_setaffinity(0, sizeof(a->rest), &a->rest) < 0)
		return hg_error_errno(err, "cannot leave the CPUs of the workers");
	return 0;
}
