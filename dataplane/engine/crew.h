/* crew: the workers of a replay, one or several, with the same events for any number (ADR 0004).
 *
 * One worker runs in the caller's thread as it is. Of several, each has a thread: the caller decodes frames, deals packets
 * out by the part of their flow, hands on the beginning of every second, and writes what workers found. What workers
 * share is touched in the order of packets: a worker whose packet needs it waits until every earlier packet is done.
 * The caller's thread only; waits instead of losing anything.
 */
#ifndef HG_ENGINE_CREW_H
#define HG_ENGINE_CREW_H

#include "engine/worker.h"

#define HG_CREW_MAX HG_FLOW_PARTS /* HG_WORKERS_MAX of options.h */

struct hg_crew;

/* Everything given lives longer than the crew. */
int hg_crew_open(struct hg_crew **ret, unsigned workers, const struct hg_settings *settings,
	const struct hg_config *config, const struct hg_snapshot *rules, struct hg_error *err);
void hg_crew_close(struct hg_crew *c); /* c may be NULL */

/* Has these look over the shoulder of detection (watch.h); of a crew of one. */
void hg_crew_watch(struct hg_crew *c, struct hg_watcher *w);

/* Fresh state, records into sink, files and transcripts into stores (NULL: they are not stored). */
int hg_crew_begin(struct hg_crew *c, struct hg_sink *sink, struct hg_filestore *store,
	struct hg_filestore *transcripts, struct hg_error *err);
/* Records name this capture from now on, if they name any; path lives until the next one is named or the crew has finished. */
void hg_crew_capture(struct hg_crew *c, const char *path);
/* At most HG_BURST_MAX frames, in order of arrival; their bytes are not needed afterwards. */
void hg_crew_burst(struct hg_crew *c, struct hg_frame *frames, unsigned n);
/* Comes back when everything handed over so far is done: counters can be read. */
void hg_crew_settle(struct hg_crew *c);
/* The capture has ended: every flow gets its last packets and its record, all workers are done. */
void hg_crew_finish(struct hg_crew *c);

/* After settle or finish. */
void hg_crew_count(const struct hg_crew *c, uint64_t values[HG_COUNTERS_MAX]);
void hg_crew_times(const struct hg_crew *c, hg_time *begin, hg_time *now);
/* Adds the alerts of each rule since open. */
void hg_crew_by_rule(const struct hg_crew *c, uint64_t *by_rule);
void hg_crew_stats_record(struct hg_crew *c, const struct hg_stats_view *v);

#endif
