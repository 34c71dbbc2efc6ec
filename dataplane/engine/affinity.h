/* affinity: the CPUs that workers stay on, and those that are left to all other threads.
 *
 * `threading` of the configuration, in the peer's form. Read first; what it comes to is settled when the number of workers is
 * known. Main thread, at start.
 */
#ifndef HG_ENGINE_AFFINITY_H
#define HG_ENGINE_AFFINITY_H

#include <sched.h>

#include "base/config.h"

/* What there is: CPUs that the process may use, of those that the machine has. */
struct hg_cpus {
	cpu_set_t allowed;
	unsigned present;
};

void hg_cpus_of_host(struct hg_cpus *host);

/* A set as the configuration names it. */
struct hg_cpu_wish {
	const struct hg_config_node *at; /* NULL: it does not */
	bool all, balanced;
	cpu_set_t set;
};

enum hg_affinity_mode { HG_AFFINITY_AUTO, HG_AFFINITY_YES, HG_AFFINITY_NO };

struct hg_affinity {
	enum hg_affinity_mode mode;
	struct hg_cpu_wish worker, management;
	/* Settled. */
	bool on;
	cpu_set_t workers, rest;
};

int hg_affinity_read(struct hg_affinity *a, const struct hg_config *c, struct hg_error *err);

/* How many workers fit where nothing says how many there are to be. */
unsigned hg_affinity_room(const struct hg_affinity *a, const struct hg_cpus *host);

/* An error names a CPU that is not there or that the process may not use. */
int
hg_affinity_settle(struct hg_affinity *a, const struct hg_cpus *host, unsigned workers, struct hg_error *err);

/* What a worker stays on; several CPUs when its set is balanced. */
void hg_affinity_of_worker(const struct hg_affinity *a, unsigned worker, cpu_set_t *cpus);

/* The calling thread, and those that it starts, stay on what is left to all but workers. */
int hg_affinity_keep(const struct hg_affinity *a, struct hg_error *err);

/* As the configuration would write it: "1-3,5". */
#define HG_CPUS_TEXT 256
void hg_cpus_print(const cpu_set_t *cpus, char text[HG_CPUS_TEXT]);

#endif
