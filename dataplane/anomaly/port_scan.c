/* Vertical scan: one host tries many ports of another one, and few answer (D01). */
#include "anomaly/detector.h"

#include <stdio.h>

static bool
judge(const struct hg_detector_config *c, const struct hg_figures *f, struct hg_finding *out)
{
	return hg_scan_judge(c, f, "ports", out);
}

static void
describe(const struct hg_anomaly_key *key, const struct hg_finding *f, const char *who, const char *whom,
	uint32_t window, bool chinese, char *out, size_t size)
{
	(void)key;
	snprintf(out, size,
		chinese ? "%s 在 %u 秒内访问 %s 的 %u 个未响应端口,共尝试 %u 次,响应 %u 次"
			: "%s tried within %u s %s on %u ports that did not answer, %u attempts, %u answered",
		who, window, whom, (unsigned)f->measured[0].value, (unsigned)f->measured[1].value,
		(unsigned)f->measured[2].value);
}

const struct hg_detector hg_port_scan = {
	.name = "port_scan",
	.option = "port-scan",
	.sid = 1,
	.severity = 3,
	.category = "Detection of a Network Scan",
	.english = "HANGU port scan: one host tries many ports of another",
	.chinese = "端口扫描:一台主机尝试另一台主机的大量端口",
	.of_pairs = true,
	.examples = HG_EXAMPLES_PORTS,
	.judge = judge,
	.suspicion = hg_scan_suspicion,
	.describe = describe,
};
