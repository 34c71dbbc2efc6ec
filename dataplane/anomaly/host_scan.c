/* Horizontal scan: one host tries one port of many others, and few answer (D02). */
#include "anomaly/detector.h"

#include <stdio.h>

static bool
judge(const struct hg_detector_config *c, const struct hg_figures *f, struct hg_finding *out)
{
	return hg_scan_judge(c, f, "hosts", out);
}

static void
describe(const struct hg_anomaly_key *key, const struct hg_finding *f, const char *who, const char *whom,
	uint32_t window, bool chinese, char *out, size_t size)
{
	(void)whom;
	snprintf(out, size,
		chinese ? "%s 在 %u 秒内访问端口 %u,%u 台主机未响应,共尝试 %u 次,响应 %u 次"
			: "%s tried within %u s port %u of %u hosts that did not answer, %u attempts, %u "
			  "answered",
		who, window, key->port, (unsigned)f->measured[0].value, (unsigned)f->measured[1].value,
		(unsigned)f->measured[2].value);
}

const struct hg_detector hg_host_scan = {
	.name = "host_scan",
	.option = "host-scan",
	.sid = 2,
	.severity = 3,
	.category = "Detection of a Network Scan",
	.english = "HANGU host scan: one host tries the same port of many others",
	.chinese = "主机扫描:一台主机尝试大量主机的同一端口",
	.examples = HG_EXAMPLES_HOSTS,
	.judge = judge,
	.suspicion = hg_scan_suspicion,
	.describe = describe,
};
