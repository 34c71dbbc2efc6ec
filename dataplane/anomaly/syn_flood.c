/* SYN flood: many connections to one host are begun and never completed, by whoever (D07). It names the victim alone: sources
 * of bare SYNs are made up. */
#include "anomaly/detector.h"

#include <stdio.h>

/* Attempts whose handshake hangs. What was refused costs the victim nothing, what has just been begun may still be completed. */
static uint64_t
half_open(const struct hg_figures *f)
{
	return f->failed - HG_MIN(f->failed, f->refused);
}

static uint64_t
suspicion(const struct hg_figures *f)
{
	return f->tried - HG_MIN(f->tried, f->done + f->refused);
}

static bool
judge(const struct hg_detector_config *c, const struct hg_figures *f, struct hg_finding *out)
{
	uint32_t error;
	const uint32_t sources = hg_distinct_count(&f->distinct, &error);

	out->level = half_open(f);
	hg_finding_measure(out, "half_open", out->level);
	hg_finding_measure(out, "syns", f->tried);
	hg_finding_measure(out, "completed", f->done);
	hg_finding_measure(out, "refused", f->refused);
	hg_finding_measure(out, "syns_per_second", f->tried / c->window);
	hg_finding_measure(out, "sources", sources);
	hg_finding_expect(out, "half_open", c->threshold);
	hg_finding_expect(out, "completed_percent", c->success_max);
	return out->level >= c->threshold && f->done * 100 <= f->tried * c->success_max;
}

static void
describe(const struct hg_anomaly_key *key, const struct hg_finding *f, const char *who, const char *whom,
	uint32_t window, bool chinese, char *out, size_t size)
{
	(void)key;
	(void)who;
	snprintf(out, size,
		chinese ? "%s 在 %u 秒内收到 %u 个 SYN,约 %u 个来源,完成握手 %u 次,半开连接 %u 个"
			: "%s got within %u s %u SYNs from about %u sources, %u handshakes were completed, "
			  "%u hang",
		whom, window, (unsigned)f->measured[1].value, (unsigned)f->measured[5].value,
		(unsigned)f->measured[2].value, (unsigned)f->measured[0].value);
}

const struct hg_detector hg_syn_flood = {
	.name = "syn_flood",
	.option = "syn-flood",
	.sid = 7,
	.severity = 2,
	.category = "Detection of a Denial of Service Attack",
	.english = "HANGU SYN flood: many connections to one host are begun and not completed",
	.chinese = "SYN 洪泛:一台主机收到大量未完成的连接",
	.examples = HG_EXAMPLES_PORTS,
	.judge = judge,
	.suspicion = suspicion,
	.describe = describe,
};
