/* settings: the configuration as the stages want it, read once at start. */
#ifndef HG_ENGINE_SETTINGS_H
#define HG_ENGINE_SETTINGS_H

#include "anomaly/anomaly.h"
#include "app/app.h"
#include "base/config.h"
#include "detect/detect.h"
#include "event/event.h"
#include "file/store.h"
#include "flow/flow.h"
#include "packet/packet.h"
#include "stream/stream.h"

#define HG_OS_ROWS 64

/* host-os-policy: longest prefix wins. */
struct hg_os_row {
	struct hg_addr prefix;
	uint8_t family, bits, policy;
};

struct hg_os_table {
	struct hg_os_row rows[HG_OS_ROWS];
	unsigned n;
};

struct hg_settings {
	bool ips, suricata7;
	size_t memory; /* a worker's hg_mem */
	unsigned burst;
	uint32_t stats_interval; /* seconds; 0: none but the last */
	unsigned file_hashes;    /* HG_HASH_* wanted by configuration */
	uint32_t files_open;
	bool file_types;        /* of every file */
	const char *type_data;  /* libmagic's; NULL: the system's */
	uint32_t reject_rate;   /* answers of our own a second and worker */
	hg_time overload_after; /* how long frames come faster than a worker takes them */
	uint64_t
		protos_enabled; /* HG_PROTO_BITs that are switched on; of those with a decoder not to identify only */
	struct hg_os_table os;
	struct hg_decode_config decode;
	struct hg_flow_config flow;
	struct hg_stream_config stream;
	struct hg_apps_config apps;
	struct hg_detect_config detect;
	struct hg_anomaly_config anomaly;
	struct hg_event_config event;
	struct hg_filestore_config store;       /* outputs.file-store */
	struct hg_filestore_config transcripts; /* outputs.telnet-transcript */
	struct hg_zones *zones;                 /* its own; NULL: there are none */
	struct hg_who *who;                     /* its own; NULL: nobody asks */
};

/* The keys of the engine and of all decoders in one schema; start-up heap, for the life of the process. */
int hg_settings_schema(struct hg_config **ret);

int hg_settings_read(struct hg_settings *s, const struct hg_config *c, struct hg_error *err);
void hg_settings_close(struct hg_settings *s); /* what was read, or tried to be */

/* What differs live: random keys of hash tables, bursts of devices, each worker's share of what is capped for all. */
int
hg_settings_live(struct hg_settings *s, const struct hg_config *c, unsigned workers, struct hg_error *err);

#endif
