/* app_drive: runs decoders without packets: bytes of either side in, records out as JSON lines.
 *
 * Stands in for stream/: what the application does not take comes again in front of what follows. After each step the
 * transactions that are done are written and freed, as the worker does it.
 */
#ifndef HG_TESTS_APP_DRIVE_H
#define HG_TESTS_APP_DRIVE_H

#include "app/app.h"

struct drive;

struct drive_setup {
	bool udp, suricata7;
	uint16_t port;  /* of the server */
	bool unordered; /* records may come in any order (tests/fuzz) */
	bool logins;    /* among the records */
};

struct drive *drive_open(const struct drive_setup *s);
void drive_close(struct drive *d);
void drive_feed(struct drive *d, enum hg_dir dir, struct hg_span bytes);
void drive_gap(struct drive *d, enum hg_dir dir, uint64_t bytes);
void drive_finish(struct drive *d);

/* Records and anomalies so far, a line each; "…" marks one that did not fit. */
const char *drive_records(const struct drive *d);
struct hg_flow *drive_flow(struct drive *d);
struct hg_apps *drive_apps(struct drive *d);
/* Keeps transactions, so that their buffers can be looked at. */
void drive_keep(struct drive *d);
bool drive_buffer(struct hg_tx *tx, enum hg_dir dir, const char *name, uint32_t index, struct hg_view *out);

#endif
