/* Brute force: one host tries many different credentials on another one (D10). The same wrong password again and again is a
 * program that was forgotten, not an attack, so different ones count. */
#include "anomaly/detector.h"

#include <stdio.h>

static uint64_t
suspicion(const struct hg_figures *f)
{
	return f->refused;
}

static bool
judge(const struct hg_detector_config *c, const struct hg_figures *f, struct hg_finding *out)
{
	const uint32_t different = hg_distinct_count(&f->distinct, &out->error_bound);

	out->level = HG_MIN(different, f->refused);
	out->two_way = f->done > 0;
	hg_finding_measure(out, "credentials", out->level);
	hg_finding_measure(out, "attempts", f->tried);
	hg_finding_measure(out, "failed", f->refused);
	hg_finding_measure(out, "succeeded", f->answered);
	hg_finding_expect(out, "credentials", c->threshold);
	hg_finding_expect(out, "succeeded_percent", c->success_max);
	return out->level >= c->threshold && f->answered * 100 <= f->tried * c->success_max;
}

static void
describe(const struct hg_anomaly_key *key, const struct hg_finding *f, const char *who, const char *whom,
	uint32_t window, bool chinese, char *out, size_t size)
{
	snprintf(out, size,
		chinese ? "%s 在 %u 秒内对 %s 端口 %u 尝试 %u 种口令,登录失败 %u 次,成功 %u 次"
			: "%s tried within %u s on %s port %u %u different credentials, %u logins failed, %u "
			  "succeeded",
		who, window, whom, key->port, (unsigned)f->measured[0].value, (unsigned)f->measured[2].value,
		(unsigned)f->measured[3].value);
}

const struct hg_detector hg_brute_force = {
	.name = "brute_force",
	.option = "brute-force",
	.sid = 10,
	.severity = 2,
	.category = "Attempted User Privilege Gain",
	.english = "HANGU brute force: one host tries many credentials on another",
	.chinese = "暴力破解:一台主机对另一台主机尝试大量口令",
	.of_pairs = true,
	.examples = HG_EXAMPLES_NONE,
	.judge = judge,
	.suspicion = suspicion,
	.describe = describe,
};
