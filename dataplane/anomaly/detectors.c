#include "anomaly/detector.h"

static const struct hg_detector *const detectors[HG_DETECTORS] = {
	[HG_PORT_SCAN] = &hg_port_scan,
	[HG_HOST_SCAN] = &hg_host_scan,
	[HG_SYN_FLOOD] = &hg_syn_flood,
	[HG_BRUTE_FORCE] = &hg_brute_force,
};

const struct hg_detector *
hg_detector_of(enum hg_detector_id id)
{
	return detectors[id];
}

uint64_t
hg_scan_suspicion(const struct hg_figures *f)
{
	return f->tried - HG_MIN(f->answered, f->tried);
}

/* Which of the different targets were those that answered is not known. At worst each attempt that has not failed went to one
 * of its own, so that at least the rest has failed. */
bool
hg_scan_judge(const struct hg_detector_config *c, const struct hg_figures *f, const char *what,
	struct hg_finding *out)
{
	const uint64_t different = hg_distinct_count(&f->distinct, &out->error_bound);
	const uint64_t others = f->tried - HG_MIN(f->failed, f->tried);

	out->level = HG_MIN(different - HG_MIN(others, different), f->failed);
	out->two_way = f->done > 0;
	hg_finding_measure(out, what, out->level);
	hg_finding_measure(out, "attempts", f->tried);
	hg_finding_measure(out, "answered", f->answered);
	hg_finding_measure(out, "refused", f->refused);
	hg_finding_expect(out, what, c->threshold);
	hg_finding_expect(out, "answered_percent", c->success_max);
	return out->level >= c->threshold && f->answered * 100 <= f->tried * c->success_max;
}
