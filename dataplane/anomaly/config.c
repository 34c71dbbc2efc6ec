#include "anomaly/detector.h"

#include <stdio.h>

#define DETECTOR(name, what, threshold, window, success, measured)                                        \
	{ "anomaly." name ".enabled", HG_CONFIG_BOOL, "yes", NULL, NULL, "look for " what },              \
		{ "anomaly." name ".threshold", HG_CONFIG_INT, threshold, "1..1000000", NULL, measured }, \
		{ "anomaly." name ".window", HG_CONFIG_INT, window, "1..3600", "seconds",                 \
			"in which they count" },                                                          \
	{                                                                                                 \
		"anomaly." name ".success-max", HG_CONFIG_INT, success, "0..100", "per cent",             \
			"when more of all attempts succeed, it is none"                                   \
	}

static const struct hg_config_key keys[] = {
	{ "anomaly.enabled", HG_CONFIG_ENUM, "auto", "auto|yes|no", NULL,
		"look for scans, floods and guessing of passwords; auto: unless compat is suricata7" },
	{ "anomaly.entries", HG_CONFIG_INT, "8192", "128..1048576", "keys",
		"addresses or pairs that a detector keeps figures of, a worker's; about 1.3 kB each when "
		"used" },
	{ "anomaly.update-interval", HG_CONFIG_INT, "60", "1..86400", "seconds",
		"from one record of a detection that goes on to the next" },
	DETECTOR("port-scan", "hosts that try many ports of another", "20", "10", "20",
		"different ports of a host that did not answer"),
	DETECTOR("host-scan", "hosts that try a port of many others", "20", "10", "20",
		"different hosts that did not answer"),
	DETECTOR("syn-flood", "hosts that get many SYNs and no handshakes", "2000", "5", "20",
		"connections to a host that hang half open"),
	DETECTOR("brute-force", "hosts that try many passwords on another", "10", "60", "50",
		"different credentials that a server refused"),
};

const struct hg_config_key *
hg_anomaly_keys(size_t *n)
{
	*n = HG_COUNT(keys);
	return keys;
}

static int64_t
number(const struct hg_config *config, const struct hg_detector *d, const char *what)
{
	char key[80];

	snprintf(key, sizeof(key), "anomaly.%s.%s", d->option, what);
	return hg_config_int(config, key);
}

static void
read_detector(struct hg_detector_config *c, const struct hg_config *config, const struct hg_detector *d)
{
	char key[80];

	snprintf(key, sizeof(key), "anomaly.%s.enabled", d->option);
	c->enabled = hg_config_bool(config, key);
	c->threshold = (uint32_t)number(config, d, "threshold");
	c->window = (uint32_t)number(config, d, "window");
	c->success_max = (uint32_t)number(config, d, "success-max");
}

void
hg_anomaly_config_read(struct hg_anomaly_config *c, const struct hg_config *config, bool by_itself)
{
	const char *enabled = hg_config_str(config, "anomaly.enabled");

	*c = (struct hg_anomaly_config){
		.enabled = strcmp(enabled, "auto") == 0 ? by_itself : strcmp(enabled, "yes") == 0,
		.handshakes = true,
		.entries = (uint32_t)hg_config_int(config, "anomaly.entries"),
		.share = 1,
		.meters = 1,
		.pair_meters = 1,
		.update = (uint32_t)hg_config_int(config, "anomaly.update-interval"),
		.hash_key = HG_HASH_KEY_REPLAY
	};
	for (unsigned i = 0; i < HG_DETECTORS; i++)
		read_detector(&c->detectors[i], config, hg_detector_of((enum hg_detector_id)i));
}
